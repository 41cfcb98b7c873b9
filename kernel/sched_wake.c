/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched_wake.c - making a sleeping task run.
 *
 * Theory
 *
 * A task that goes to sleep, and a task or interrupt that wakes it, race in
 * three places; the state machine of a task is made so that each is harmless:
 *
 *	sleeper				waker
 *	state = INTERRUPTIBLE
 *	is there work? no
 *					makes work
 *	schedule()
 *	  lock(rq)
 *	  on_rq = 0		[1]
 *	  switch to another
 *	    on_cpu = 0		[2]
 *	  unlock(rq)
 *
 * Before [1] the waker finds on_rq set, takes the run queue's lock, and just
 * sets the state to running: schedule() then finds nothing to do.  Between [1]
 * and [2] the task is off the queue, but its CPU still runs on its stack, so
 * nobody else may: the waker waits for on_cpu to become 0, a few instructions.
 * After [2] it chooses a CPU and puts the task into its queue.
 *
 * pi_lock makes sure that of two wakers one wins.  The exchange in taking it is
 * the barrier between "makes work" and the look at the state; the sleeper's is
 * in set_current_state().
 *
 * In Linux: try_to_wake_up() in kernel/sched/core.c.
 */
#include <asm/processor.h>
#include <asm/smp.h>
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/sched_rq.h"

/*
 * Where a task that wakes is to run: where its data is in the cache, if that
 * CPU is idle; else on any idle CPU; else where it was.
 */
unsigned int select_task_rq(struct task_struct *p)
{
	unsigned long allowed =
		p->cpus_allowed.bits & READ_ONCE(cpu_online_mask.bits);
	unsigned long idle = allowed & READ_ONCE(idle_cpus.bits);

	if (unlikely(!allowed))
		allowed = cpu_online_mask.bits;
	if (idle & BIT(p->cpu))
		return p->cpu;
	if (idle)
		return __ffs(idle);
	return allowed & BIT(p->cpu) ? p->cpu : __ffs(allowed);
}

/* A new task has nothing in any cache: the CPU with the least to do. */
static unsigned int select_task_rq_fork(struct task_struct *p)
{
	unsigned int best = select_task_rq(p), cpu;

	for_each_online_cpu (cpu) {
		if (task_allowed(p, cpu) &&
		    READ_ONCE(cpu_rq(cpu)->nr_running) <
			    READ_ONCE(cpu_rq(best)->nr_running))
			best = cpu;
	}
	return best;
}

/* Interrupt whoever runs, if the newcomer has clearly more of its turn left. */
static void check_preempt_curr(struct rq *rq, struct task_struct *p)
	__must_hold(&rq->lock)
{
	struct task_struct *curr = rq->curr;

	if (curr == rq->idle) {
		cpumask_clear_cpu(rq->cpu, &idle_cpus);
		resched_curr(rq);
		return;
	}
	if (p->slice > curr->slice + WAKEUP_GRANULARITY_NS)
		resched_curr(rq);
}

/* Put a task that is on no queue onto the one of @cpu.  Interrupts are off. */
void activate_task(struct task_struct *p, unsigned int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	spin_lock(&rq->lock);
	p->cpu = cpu;
	enqueue_task(rq, p);
	check_preempt_curr(rq, p);
	spin_unlock(&rq->lock);
}

/* [1] above.  Return: false if the task is off the queue after all. */
static bool wake_up_queued(struct task_struct *p)
{
	struct rq *rq;
	bool queued;

	for (;;) {
		rq = cpu_rq(READ_ONCE(p->cpu));
		spin_lock(&rq->lock);
		if (likely(rq->cpu == READ_ONCE(p->cpu)))
			break;
		spin_unlock(&rq->lock); /* it was moved */
	}
	queued = p->on_rq;
	if (queued)
		WRITE_ONCE(p->__state, TASK_RUNNING);
	spin_unlock(&rq->lock);
	return queued;
}

static int try_to_wake_up(struct task_struct *p, unsigned int state)
{
	unsigned long flags;
	int woken = 0;

	/*
	 * Ourselves, from an interrupt or between set_current_state() and
	 * schedule(): nobody can take us off the queue meanwhile.
	 */
	if (p == current) {
		if (!(READ_ONCE(p->__state) & state))
			return 0;
		WRITE_ONCE(p->__state, TASK_RUNNING);
		return 1;
	}

	spin_lock_irqsave(&p->pi_lock, flags);
	if (!(READ_ONCE(p->__state) & state))
		goto out;
	woken = 1;
	if (smp_load_acquire(&p->on_rq) && wake_up_queued(p))
		goto out;
	while (smp_load_acquire(&p->on_cpu))
		cpu_relax();
	WRITE_ONCE(p->__state, TASK_RUNNING);
	activate_task(p, select_task_rq(p));
out:
	spin_unlock_irqrestore(&p->pi_lock, flags);
	return woken;
}

/**
 * wake_up_state() - wake a task if it sleeps in one of some states.
 * @p:     the task
 * @state: TASK_* bits
 *
 * Context: any.
 * Return: 1 if it was woken, 0 if it was in none of them.
 */
int wake_up_state(struct task_struct *p, unsigned int state)
{
	return try_to_wake_up(p, state);
}

int wake_up_process(struct task_struct *p)
{
	return try_to_wake_up(p, TASK_NORMAL);
}

/*
 * The scheduler's part of a new task: it shares its parent's turn, so that
 * forking gains nobody time.
 */
void sched_fork(struct task_struct *p)
{
	unsigned long flags;

	p->__state = TASK_NEW;
	p->on_rq = 0;
	p->on_cpu = 0;
	INIT_LIST_HEAD(&p->run_list);
	p->utime = p->stime = 0;
	if (!current->pid) /* an idle task is bound to its CPU; others not */
		p->cpus_allowed.bits = ~0UL;

	local_irq_save(flags);
	p->cpu = smp_processor_id();
	p->slice = current->slice / 2;
	current->slice -= p->slice;
	local_irq_restore(flags);
}

/**
 * wake_up_new_task() - run a task for the first time.
 * @p: made by fork
 */
void wake_up_new_task(struct task_struct *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->pi_lock, flags);
	WRITE_ONCE(p->__state, TASK_RUNNING);
	activate_task(p, select_task_rq_fork(p));
	spin_unlock_irqrestore(&p->pi_lock, flags);
}
