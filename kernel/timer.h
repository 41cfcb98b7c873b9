/* SPDX-License-Identifier: MIT */
/*
 * kernel/timer.h - call a function at a time.
 *
 * kernel/timer.c has the theory.  Unlike Linux there is one kind of timer, of
 * nanosecond resolution: its hrtimer, under a shorter name.
 *
 * In Linux: include/linux/hrtimer.h.
 */
#ifndef KILBURN_KERNEL_TIMER_H
#define KILBURN_KERNEL_TIMER_H

#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"

/**
 * struct ktimer - a one-shot timer.
 * @node:     in its CPU's queue while it is pending
 * @expires:  ns, by ktime_get_ns()
 * @function: called once then, in the timer interrupt, with interrupts off; it
 *            may start the timer again
 * @cpu:      whose queue; the lock of that queue protects all of this
 * @pending:  whether it is in the queue
 */
struct ktimer {
	struct rb_node node;
	u64 expires;
	void (*function)(struct ktimer *timer);
	unsigned int cpu;
	bool pending;
};

void ktimer_init(struct ktimer *timer, void (*function)(struct ktimer *timer));

/**
 * ktimer_start() - have the function called at a time.
 * @timer:   the timer; if it is pending its time is changed
 * @expires: ns, by ktime_get_ns(); may be past
 *
 * Two calls for one timer at once are the caller's to prevent.
 *
 * Context: any.
 */
void ktimer_start(struct ktimer *timer, u64 expires);

/**
 * ktimer_try_to_cancel() - prevent the call, if that is possible.
 * @timer: the timer
 *
 * Context: any.
 * Return: 1 if it was pending, 0 if not, -1 if the function is running now.
 */
int ktimer_try_to_cancel(struct ktimer *timer);

/**
 * ktimer_cancel() - prevent the call, or wait until it is over.
 * @timer: the timer; afterwards it may be freed
 *
 * Context: not from the function itself, nor with a lock that it takes.
 * Return: 1 if it was pending, 0 if not.
 */
int ktimer_cancel(struct ktimer *timer);

/* Nanoseconds until the call; 0 if it is not pending or due. */
u64 ktimer_remaining(struct ktimer *timer);

/**
 * timer_interrupt() - this CPU's timer has fired; the architecture calls it.
 * @user: whether the interrupt came in user mode
 *
 * Calls scheduler_tick(), and arms the CPU's timer again.
 *
 * Context: interrupt (HARDIRQ_OFFSET counted), interrupts off.
 */
void timer_interrupt(bool user);

/* A CPU comes up, with no timers: sched_init_cpu(). */
void timer_init_cpu(unsigned int cpu);

/* Arm this CPU's timer for what comes first, if it is not; interrupts off. */
void timer_program(void);

#endif /* KILBURN_KERNEL_TIMER_H */
