/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched_balance.c - moving tasks that wait to a CPU that has time.
 *
 * A CPU about to idle pulls a task from the longest queue.  A busy CPU whose
 * queue is longer by two than another's pushes one there at its tick.  Only
 * tasks in a queue are moved, never one that runs; a task that runs where it
 * no longer may is put elsewhere when it stops (place_displaced()).
 *
 * In Linux: kernel/sched/fair.c (load balancing), core.c (affinity).
 */
#include <asm/smp.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/sched.h"
#include "kernel/sched_rq.h"

/* In the order of CPU numbers, so that two CPUs can do it at once. */
static void lock_both(struct rq *a, struct rq *b)
	__acquires(&a->lock, &b->lock) __no_lock_analysis
{
	struct rq *first = a->cpu < b->cpu ? a : b;

	spin_lock(&first->lock);
	spin_lock_nested(&(first == a ? b : a)->lock, SINGLE_DEPTH_NESTING);
}

/* Move the task that has waited least and may run there. */
static bool move_one(struct rq *from, struct rq *to)
	__must_hold(&from->lock, &to->lock)
{
	struct list_head *pos;

	for (pos = from->queue.prev; pos != &from->queue; pos = pos->prev) {
		struct task_struct *p =
			list_entry(pos, struct task_struct, run_list);

		if (!task_allowed(p, to->cpu))
			continue;
		list_del(&p->run_list);
		from->nr_running--;
		p->cpu = to->cpu;
		list_add_tail(&p->run_list, &to->queue);
		to->nr_running++;
		return true;
	}
	return false;
}

/* The CPU with the most tasks in its queue; NULL if nobody waits anywhere. */
static struct rq *busiest_rq(struct rq *self)
{
	struct rq *busiest = NULL;
	unsigned int most = 1, cpu;

	for_each_online_cpu (cpu) {
		struct rq *rq = cpu_rq(cpu);
		unsigned int nr = READ_ONCE(rq->nr_running);

		if (rq != self && nr > most) {
			most = nr;
			busiest = rq;
		}
	}
	return busiest;
}

/*
 * @rq is about to idle.  Its lock is dropped on the way: the queue may have
 * got a task by other means too.
 */
void pull_task(struct rq *rq)
{
	struct rq *busiest = busiest_rq(rq);

	if (!busiest)
		return;
	spin_unlock(&rq->lock);
	lock_both(rq, busiest);
	if (list_empty(&rq->queue))
		move_one(busiest, rq);
	spin_unlock(&busiest->lock);
}

/* From the tick: give a task to a CPU that has at least two fewer. */
void push_task(struct rq *rq)
{
	unsigned int cpu;

	for_each_online_cpu (cpu) {
		struct rq *to = cpu_rq(cpu);

		if (READ_ONCE(to->nr_running) + 2 > READ_ONCE(rq->nr_running))
			continue;
		lock_both(rq, to);
		if (to->nr_running + 2 <= rq->nr_running && move_one(rq, to) &&
		    to->curr == to->idle)
			resched_curr(to);
		spin_unlock(&to->lock);
		spin_unlock(&rq->lock);
		return;
	}
}

/* @p can run, but is on no queue since it may not run where it was. */
void place_displaced(struct task_struct *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->pi_lock, flags);
	activate_task(p, select_task_rq(p));
	spin_unlock_irqrestore(&p->pi_lock, flags);
}

/* Apply a new mask.  Return: true if the task has to be put on a queue. */
static bool change_allowed(struct rq *rq, struct task_struct *p,
			   const cpumask_t *mask) __must_hold(&rq->lock)
{
	p->cpus_allowed = *mask;
	if (p->on_rq != TASK_ON_RQ_QUEUED || task_allowed(p, rq->cpu))
		return false;
	if (p == rq->curr) {
		resched_curr(rq); /* __schedule() displaces it */
		return false;
	}
	list_del_init(&p->run_list);
	rq->nr_running--;
	p->on_rq = 0;
	return true;
}

/**
 * set_cpus_allowed() - say on which CPUs a task may run.
 * @p:    the task
 * @mask: the CPUs; at least one is online
 *
 * When it returns, a task that was current runs on one of them.
 *
 * Return: 0 or -EINVAL.
 */
int set_cpus_allowed(struct task_struct *p, const cpumask_t *mask)
{
	unsigned long flags;
	struct rq *rq;
	bool displaced;

	if (!(mask->bits & READ_ONCE(cpu_online_mask.bits)))
		return -EINVAL;
	spin_lock_irqsave(&p->pi_lock, flags);
	for (;;) {
		rq = cpu_rq(READ_ONCE(p->cpu));
		spin_lock(&rq->lock);
		if (rq->cpu == READ_ONCE(p->cpu))
			break;
		spin_unlock(&rq->lock);
	}
	displaced = change_allowed(rq, p, mask);
	spin_unlock(&rq->lock);
	if (displaced)
		activate_task(p, select_task_rq(p));
	spin_unlock_irqrestore(&p->pi_lock, flags);
	return 0;
}
