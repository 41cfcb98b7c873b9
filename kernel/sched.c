/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched.c - which task runs, and the change from one to the next.
 *
 * Theory
 *
 * Each CPU has a queue of the tasks that could run there, and takes the first.
 * A task runs until it sleeps or until its slice, the time of one turn, is used
 * up; then it goes to the end of the queue with a new slice.  A task that slept
 * keeps what is left of its slice and comes back at the front: so tasks that
 * use little get the CPU quickly, and in the long run nobody gets more than
 * his turn.
 *
 * Which CPU a task runs on is decided when it wakes (sched_wake.c), and mended
 * when a CPU runs out of work or sees that another has less (sched_balance.c).
 *
 * Invariants
 *
 *  S1. on_rq is TASK_ON_RQ_QUEUED if and only if the task is curr of a run
 *      queue or in its list; task->cpu is that queue's.  Both change under the
 *      lock of that queue.  A waker, with pi_lock, looks at it without that
 *      lock: so while the task can run it is 0 only for set_cpus_allowed(),
 *      which holds pi_lock too.  TASK_ON_RQ_MIGRATING counts as queued.
 *  S2. on_cpu is 1 from before a CPU switches to the task until it has left
 *      the task's stack.  Nobody else may run it meanwhile.
 *  S3. curr is not in the list queue; nr_running counts it unless it is idle.
 *
 * A context switch begins in one task, in __schedule(), and ends in another, in
 * finish_task_switch(): the run queue's lock is taken by the one and released
 * by the other.
 *
 * Memory.  A kernel thread has no mm and keeps the page tables of whoever ran
 * before (active_mm), for which it holds an mm_count reference until a task
 * with an mm follows.
 *
 * Locking
 *
 *  task->pi_lock, then rq->lock; two run queues by their CPU number.
 *
 * Reading order: __schedule(), context_switch(), finish_task_switch().
 * In Linux: kernel/sched/core.c, with one scheduling class.
 */
#include <asm/irqflags.h>
#include <asm/mmu_context.h>
#include <asm/smp.h>
#include <asm/switch_to.h>
#include <asm/uaccess.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/sched_rq.h"
#include "kernel/time.h"
#include "kernel/timer.h"
#include "mm/mm.h"

DEFINE_PER_CPU(struct rq, runqueues);
cpumask_t idle_cpus;

/* ---- one run queue ------------------------------------------------------ */

/* A turn: shorter or longer by up to a factor of two or twenty with nice. */
u64 new_slice(const struct task_struct *p)
{
	return (u64)SLICE_NS * (20 - p->nice) / 20;
}

/*
 * Charge curr for the time since the last charge.  @user: the time was spent in
 * user mode, as far as we can tell: the tick samples it.
 */
void update_curr(struct rq *rq, bool user)
{
	struct task_struct *curr = rq->curr;
	u64 now = ktime_get_ns();
	u64 delta = now - curr->exec_start;

	curr->exec_start = now;
	curr->slice -= min(delta, curr->slice);
	if (user)
		curr->utime += delta;
	else
		curr->stime += delta;
	if (curr == rq->idle)
		return; /* its stime is the idle time */
	if (!user)
		rq->usage.system += delta;
	else if (curr->nice > 0)
		rq->usage.nice += delta;
	else
		rq->usage.user += delta;
}

/* Make the CPU of @rq call schedule() soon. */
void resched_curr(struct rq *rq)
{
	if (test_and_set_bit(TIF_NEED_RESCHED, &rq->curr->thread_flags))
		return;
	if (rq->cpu != smp_processor_id())
		smp_send_reschedule(rq->cpu);
}

/* A task whose slice is not used up has been interrupted in its turn. */
void enqueue_task(struct rq *rq, struct task_struct *p)
{
	p->on_rq = TASK_ON_RQ_QUEUED;
	rq->nr_running++;
	if (p->slice) {
		list_add(&p->run_list, &rq->queue);
	} else {
		p->slice = new_slice(p);
		list_add_tail(&p->run_list, &rq->queue);
	}
}

/*
 * The current task stops running.  If it still can run it goes into the queue;
 * not before the next task has been taken out, or it would be that itself.
 */
static void put_prev_task(struct rq *rq, struct task_struct *prev)
	__must_hold(&rq->lock)
{
	if (!prev->on_rq || prev == rq->idle)
		return;
	rq->nr_running--;
	if (task_allowed(prev, rq->cpu)) {
		enqueue_task(rq, prev);
	} else {
		prev->on_rq = TASK_ON_RQ_MIGRATING;
		rq->displaced = prev;
	}
}

static struct task_struct *take_first(struct rq *rq)
{
	struct task_struct *p;

	p = list_first_entry_or_null(&rq->queue, struct task_struct, run_list);
	if (p)
		list_del_init(&p->run_list);
	return p;
}

/* Whether @prev could go on. */
static bool can_stay(const struct rq *rq, const struct task_struct *prev)
{
	return prev->on_rq && task_allowed(prev, rq->cpu);
}

static struct task_struct *pick_next_task(struct rq *rq,
					  struct task_struct *prev)
	__must_hold(&rq->lock)
{
	struct task_struct *next;

	if (list_empty(&rq->queue) && (prev == rq->idle || !can_stay(rq, prev)))
		pull_task(rq); /* another CPU may have too many */
	next = take_first(rq);
	if (next) {
		put_prev_task(rq, prev);
		return next;
	}
	if (can_stay(rq, prev)) {
		if (!prev->slice)
			prev->slice = new_slice(prev);
		return prev;
	}
	put_prev_task(rq, prev);
	return rq->idle;
}

/* ---- the switch --------------------------------------------------------- */

/*
 * The second half of a context switch, on the stack of the task that runs now.
 * @prev is the one that this CPU has just left.  It took rq->lock, and this one
 * releases it, which the analysis cannot follow.
 */
static void finish_task_switch(struct task_struct *prev) __no_lock_analysis
{
	struct rq *rq = this_rq();
	struct task_struct *displaced = rq->displaced;
	struct mm_struct *mm = rq->prev_mm;
	bool dead = READ_ONCE(prev->__state) == TASK_DEAD;

	rq->displaced = NULL;
	rq->prev_mm = NULL;
	/* From here on another CPU may run it, or free it if it is dead. */
	smp_store_release(&prev->on_cpu, 0);
	lockdep_acquire(&rq->lock.dep_map, 0, LOCKDEP_SPIN | LOCKDEP_TRY,
			(unsigned long)__builtin_return_address(0));
	spin_unlock(&rq->lock);
	local_irq_enable();

	if (mm)
		mmdrop(mm);
	if (displaced)
		place_displaced(displaced);
	if (dead)
		put_task_struct(prev);
}

static void switch_memory(struct rq *rq, struct task_struct *prev,
			  struct task_struct *next)
{
	if (next->mm) {
		switch_mm_irqs_off(prev->active_mm, next->mm, next);
		if (!prev->mm) {
			rq->prev_mm = prev->active_mm;
			prev->active_mm = NULL;
		}
		return;
	}
	next->active_mm = prev->active_mm;
	if (prev->mm)
		mmgrab(prev->active_mm);
	else
		prev->active_mm = NULL; /* its reference is next's now */
	enter_lazy_tlb(next->active_mm, next);
}

static void context_switch(struct rq *rq, struct task_struct *prev,
			   struct task_struct *next)
{
	switch_memory(rq, prev, next);
	/* The lock changes hands. */
	lockdep_release(&rq->lock.dep_map);
	switch_to(prev, next, prev);
	barrier();
	finish_task_switch(prev);
}

/*
 * Start or end the life without a tick.  A waker takes us off the mask when it
 * chooses us, so idling on has to say so too.
 */
static void note_idle(struct rq *rq, struct task_struct *prev,
		      struct task_struct *next)
{
	if (next == rq->idle) {
		cpumask_set_cpu(rq->cpu, &idle_cpus);
	} else if (prev == rq->idle) {
		cpumask_clear_cpu(rq->cpu, &idle_cpus);
		rq->next_tick = next->exec_start + TICK_NS;
		timer_program();
	}
}

/*
 * Let the next task run.  @preempt: the current one was interrupted, and must
 * not sleep now even if it was about to: it has not checked its condition yet.
 *
 * Context: preemption disabled once; interrupts are on afterwards.  Not
 * analysed: rq->lock is released by the next task.
 */
static void __schedule(bool preempt) __no_lock_analysis
{
	struct rq *rq = this_rq();
	struct task_struct *prev = rq->curr, *next;
	unsigned int state;

	local_irq_disable();
	/* Orders the caller's set_current_state() before the check below. */
	spin_lock(&rq->lock);
	update_curr(rq, prev->mm != NULL);

	state = READ_ONCE(prev->__state);
	if (!preempt && state) {
		VM_BUG_ON(prev == rq->idle);
		if (signal_pending_state(state, prev)) {
			WRITE_ONCE(prev->__state, TASK_RUNNING);
		} else {
			prev->on_rq = 0;
			rq->nr_running--;
			prev->nvcsw++;
		}
	}
	next = pick_next_task(rq, prev);
	clear_tsk_thread_flag(prev, TIF_NEED_RESCHED);

	rq->curr = next;
	next->exec_start = prev->exec_start;
	note_idle(rq, prev, next);
	if (next == prev) {
		spin_unlock(&rq->lock);
		local_irq_enable();
		return;
	}
	if (prev->on_rq)
		prev->nivcsw++;
	next->on_cpu = 1;
	rq->nr_switches++;
	context_switch(rq, prev, next);
}

/**
 * schedule() - let another task run; sleep, if the state says so.
 *
 * Context: no spinlock held.
 */
void schedule(void)
{
	do {
		preempt_disable();
		if (CONFIG_LOCKDEP && preempt_count() != PREEMPT_OFFSET)
			panic("schedule() with preemption disabled");
		__schedule(false);
		preempt_enable_no_resched();
	} while (need_resched());
}

/* From preempt_enable(): something became more urgent meanwhile. */
void preempt_schedule(void)
{
	if (!preemptible())
		return;
	do {
		preempt_disable();
		__schedule(true);
		preempt_enable_no_resched();
	} while (need_resched());
}

/* From the return of an interrupt to kernel mode; interrupts off, count 0. */
void preempt_schedule_irq(void)
{
	do {
		preempt_disable();
		__schedule(true);
		local_irq_disable();
		preempt_enable_no_resched();
	} while (need_resched());
}

/* A new task's first steps: the end of the switch that led to it. */
void schedule_tail(struct task_struct *prev)
{
	finish_task_switch(prev);
	preempt_enable();
	if (current->set_child_tid &&
	    put_user(current->pid, current->set_child_tid)) {
		/* Its memory, its loss: as on Linux. */
	}
}

void yield(void)
{
	struct rq *rq;

	local_irq_disable();
	rq = this_rq();
	spin_lock(&rq->lock);
	update_curr(rq, false);
	current->slice = 0; /* to the end of the queue */
	spin_unlock(&rq->lock);
	local_irq_enable();
	set_current_state(TASK_RUNNING);
	schedule();
}

/*
 * The last switch.  Not preempted in between: finish_task_switch() would take a
 * dead task that is still in the queue for one that has left it.
 */
void do_task_dead(void)
{
	lockdep_assert_none_held();
	preempt_disable();
	set_special_state(TASK_DEAD);
	__schedule(false);
	BUG();
}

/* ---- time --------------------------------------------------------------- */

u64 sched_next_tick(void)
{
	struct rq *rq = this_rq();

	return rq->curr == rq->idle ? KTIME_MAX : rq->next_tick;
}

void scheduler_tick(bool user)
{
	struct rq *rq = this_rq();
	struct task_struct *curr = rq->curr, *first;
	bool crowded;

	if (curr == rq->idle)
		return;
	spin_lock(&rq->lock);
	update_curr(rq, user);
	rq->next_tick = curr->exec_start + TICK_NS;
	first = list_first_entry_or_null(&rq->queue, struct task_struct,
					 run_list);
	/* Whoever has more left of his turn goes first. */
	if (first && first->slice > curr->slice)
		resched_curr(rq);
	crowded = rq->nr_running > 1;
	spin_unlock(&rq->lock);
	if (crowded)
		push_task(rq);
}

struct sleeper {
	struct ktimer timer;
	struct task_struct *task;
};

static void wake_sleeper(struct ktimer *timer)
{
	wake_up_process(container_of(timer, struct sleeper, timer)->task);
}

/**
 * schedule_timeout_ns() - schedule(), and be woken after a time.
 * @ns: how long; KTIME_MAX is for ever
 *
 * The caller has set the task's state.
 *
 * Return: ns that were left when something else woke us; 0 if nothing did.
 */
long schedule_timeout_ns(u64 ns)
{
	struct sleeper sleeper = { .task = current };
	u64 now = ktime_get_ns();
	u64 end = now + ns;

	if (ns >= KTIME_MAX) {
		schedule();
		return KTIME_MAX;
	}
	ktimer_init(&sleeper.timer, wake_sleeper);
	ktimer_start(&sleeper.timer, min_t(u64, end, KTIME_MAX - 1));
	schedule();
	ktimer_cancel(&sleeper.timer);
	now = ktime_get_ns();
	return now < end ? end - now : 0;
}

/* CPU time of a task, in ns; exact to the last tick for one that runs. */
void sched_task_runtime(struct task_struct *p, u64 *utime, u64 *stime)
{
	if (p == current) {
		unsigned long flags;

		local_irq_save(flags);
		spin_lock(&this_rq()->lock);
		update_curr(this_rq(), p->mm != NULL);
		spin_unlock(&this_rq()->lock);
		local_irq_restore(flags);
	}
	*utime = READ_ONCE(p->utime);
	*stime = READ_ONCE(p->stime);
}

void get_cpu_usage(unsigned int cpu, struct cpu_usage *usage)
{
	struct rq *rq = cpu_rq(cpu);
	unsigned long flags;

	spin_lock_irqsave(&rq->lock, flags);
	*usage = rq->usage;
	usage->idle = rq->idle->stime;
	if (rq->curr == rq->idle)
		usage->idle += ktime_get_ns() - rq->idle->exec_start;
	usage->nr_switches = rq->nr_switches;
	spin_unlock_irqrestore(&rq->lock, flags);
}

unsigned int nr_running(void)
{
	unsigned int sum = 0, cpu;

	for_each_online_cpu (cpu)
		sum += READ_ONCE(cpu_rq(cpu)->nr_running);
	return sum;
}

/* ---- idle, and coming up ------------------------------------------------ */

/* The loop of the idle task, which has preemption disabled for ever. */
void cpu_startup_entry(void)
{
	cpumask_set_cpu(smp_processor_id(), &idle_cpus);
	for (;;) {
		while (!need_resched()) {
			/* An interrupt between check and halt ends the halt. */
			local_irq_disable();
			if (need_resched())
				local_irq_enable();
			else
				safe_halt();
		}
		__schedule(false);
	}
}

/* Make @idle, on which CPU @cpu runs or will run, its idle task. */
void sched_init_cpu(unsigned int cpu, struct task_struct *idle)
{
	struct rq *rq = cpu_rq(cpu);

	*rq = (struct rq){ .cpu = cpu, .curr = idle, .idle = idle };
	spin_lock_init(&rq->lock);
	INIT_LIST_HEAD(&rq->queue);
	timer_init_cpu(cpu);

	spin_lock_init(&idle->pi_lock);
	INIT_LIST_HEAD(&idle->run_list);
	idle->__state = TASK_RUNNING;
	idle->on_rq = TASK_ON_RQ_QUEUED;
	idle->on_cpu = 1;
	idle->cpu = cpu;
	idle->exec_start = ktime_get_ns();
	idle->cpus_allowed.bits = BIT(cpu);
	mmgrab(&init_mm);
	idle->active_mm = &init_mm;
	lockdep_init_task(&idle->lockdep);
}

void sched_init(void)
{
	sched_init_cpu(smp_processor_id(), &init_task);
}
