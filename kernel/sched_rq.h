/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched_rq.h - the run queues: for the sched*.c files only.
 *
 * In Linux: kernel/sched/sched.h.
 */
#ifndef KILBURN_KERNEL_SCHED_RQ_H
#define KILBURN_KERNEL_SCHED_RQ_H

#include <asm/percpu.h>
#include <asm/smp.h>
#include "kernel/lib/list.h"
#include "kernel/lockdep.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/time.h"

/* How often a CPU that is busy looks whether it is time for another task. */
#define TICK_NS (4 * NSEC_PER_MSEC)

/* A task's turn; then it goes to the end of the queue. */
#define SLICE_NS (8 * NSEC_PER_MSEC)

/* Who wakes must be ahead by this much to interrupt who runs. */
#define WAKEUP_GRANULARITY_NS (1 * NSEC_PER_MSEC)

/* task->on_rq: curr or in the queue; or between two queues, and in none. */
#define TASK_ON_RQ_QUEUED    1
#define TASK_ON_RQ_MIGRATING 2

/* One for each CPU.  lock protects all of it. */
struct rq {
	spinlock_t lock;
	unsigned int cpu;
	unsigned int nr_running; /* queued, and curr if it is not idle */
	struct list_head queue;  /* tasks that wait; not curr */
	struct task_struct *curr;
	struct task_struct *idle;
	u64 next_tick; /* ns; while curr is not idle */
	u64 nr_switches;
	struct cpu_usage usage; /* all but the idle time */

	/* From one half of a context switch to the other. */
	struct mm_struct *prev_mm;     /* a lazy reference to drop */
	struct task_struct *displaced; /* left, and may not run here */
};

DECLARE_PER_CPU(struct rq, runqueues);

/* CPUs that have nothing to do; a hint. */
extern cpumask_t idle_cpus;

#define cpu_rq(c) per_cpu_ptr(&runqueues, c)
#define this_rq() this_cpu_ptr(&runqueues)

static inline bool task_allowed(const struct task_struct *p, unsigned int cpu)
{
	return cpumask_test_cpu(cpu, &p->cpus_allowed);
}

/* sched.c */
void update_curr(struct rq *rq, bool user) __must_hold(&rq->lock);
void resched_curr(struct rq *rq) __must_hold(&rq->lock);
void enqueue_task(struct rq *rq, struct task_struct *p) __must_hold(&rq->lock);
u64 new_slice(const struct task_struct *p);

/* sched_wake.c */
unsigned int select_task_rq(struct task_struct *p);
void activate_task(struct task_struct *p, unsigned int cpu)
	__must_hold(&p->pi_lock);

/* sched_balance.c */
void pull_task(struct rq *rq) __must_hold(&rq->lock);
void push_task(struct rq *rq);
void place_displaced(struct task_struct *p);

#endif /* KILBURN_KERNEL_SCHED_RQ_H */
