/* SPDX-License-Identifier: MIT */
/*
 * kernel/timer.c - call a function at a time.
 *
 * Theory
 *
 * Each CPU has a tree of pending timers by expiry, and a hardware timer that
 * fires once.  The hardware is armed for what comes first: the first timer of
 * the tree, or the scheduler's next tick.  A CPU that idles has no tick, so it
 * sleeps until something is due.
 *
 * A timer is started on the CPU that starts it, except while its function runs
 * on another one: then it stays there, where the interrupt handler looks at the
 * tree again before it arms the hardware.
 *
 * Arming costs a device access, so a timer that fires too early is left alone:
 * the handler finds nothing due, and arms for what is there then.
 *
 * Locking
 *
 *  base->lock protects the tree, base->next, base->running, and of each timer in
 *  the tree everything.  timer->cpu says which base; it changes only under the
 *  lock of the base that it names.  The function is called without it.
 *
 *  base->armed belongs to its CPU, with interrupts off.  timer_program() reads
 *  base->next without the lock: another CPU may be cancelling the first timer,
 *  whose memory, often of a stack, is something else the moment after.  What it
 *  reads may be too early, never too late.
 *
 * In Linux: kernel/time/hrtimer.c, tick-sched.c.
 */
#include <asm/apic.h>
#include <asm/percpu.h>
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/rbtree.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/time.h"
#include "kernel/timer.h"

struct timer_base {
	spinlock_t lock;
	struct rb_root_cached timers; /* struct ktimer by expires */
	struct ktimer *running;       /* whose function is being called */
	u64 next;  /* ns, expiry of the first timer; KTIME_MAX: there is none */
	u64 armed; /* ns when the hardware fires; KTIME_MAX: it does not */
};

static DEFINE_PER_CPU(struct timer_base, timer_bases);

static inline struct ktimer *to_timer(struct rb_node *node)
{
	return rb_entry(node, struct ktimer, node);
}

static struct ktimer *first_timer(struct timer_base *base)
{
	struct rb_node *node = rb_first_cached(&base->timers);

	return node ? to_timer(node) : NULL;
}

/* The tree has changed. */
static void update_next(struct timer_base *base) __must_hold(&base->lock)
{
	struct ktimer *first = first_timer(base);

	WRITE_ONCE(base->next, first ? first->expires : KTIME_MAX);
}

static void timer_insert(struct timer_base *base, struct ktimer *timer)
	__must_hold(&base->lock)
{
	struct rb_node **link = &base->timers.rb_root.rb_node;
	struct rb_node *parent = NULL;
	bool leftmost = true;

	lockdep_assert_held(&base->lock);
	while (*link) {
		parent = *link;
		if (timer->expires < to_timer(parent)->expires) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&timer->node, parent, link);
	rb_insert_color_cached(&timer->node, &base->timers, leftmost);
	timer->pending = true;
	update_next(base);
}

static void timer_remove(struct timer_base *base, struct ktimer *timer)
	__must_hold(&base->lock)
{
	lockdep_assert_held(&base->lock);
	rb_erase_cached(&timer->node, &base->timers);
	timer->pending = false;
	update_next(base);
}

/*
 * Lock the base that the timer belongs to now.  The analysis cannot name a lock
 * in the answer, so callers assert it.
 */
static struct timer_base *
lock_timer_base(struct ktimer *timer, unsigned long *flags) __no_lock_analysis
{
	for (;;) {
		unsigned int cpu = READ_ONCE(timer->cpu);
		struct timer_base *base = per_cpu_ptr(&timer_bases, cpu);

		spin_lock_irqsave(&base->lock, *flags);
		if (timer->cpu == cpu)
			return base;
		spin_unlock_irqrestore(&base->lock, *flags);
	}
}

void timer_program(void)
{
	struct timer_base *base = this_cpu_ptr(&timer_bases);
	u64 next = min(sched_next_tick(), READ_ONCE(base->next));
	u64 now;

	if (next >= base->armed)
		return;
	base->armed = next;
	now = ktime_get_ns();
	apic_timer_oneshot(next > now ? next - now : 0);
}

void ktimer_init(struct ktimer *timer, void (*function)(struct ktimer *timer))
{
	*timer = (struct ktimer){
		.function = function,
		.cpu = raw_smp_processor_id(),
	};
}

void ktimer_start(struct ktimer *timer, u64 expires)
{
	struct timer_base *base, *here;
	unsigned long flags;

	base = lock_timer_base(timer, &flags);
	assert_spin_locked(&base->lock);
	here = this_cpu_ptr(&timer_bases);
	if (timer->pending)
		timer_remove(base, timer);
	if (base != here && base->running != timer) {
		timer->cpu = smp_processor_id();
		spin_unlock(&base->lock); /* interrupts stay off */
		base = here;
		spin_lock(&base->lock);
	}
	timer->expires = expires;
	timer_insert(base, timer);
	if (base == here)
		timer_program();
	spin_unlock_irqrestore(&base->lock, flags);
}

int ktimer_try_to_cancel(struct ktimer *timer)
{
	struct timer_base *base;
	unsigned long flags;
	int ret = 0;

	base = lock_timer_base(timer, &flags);
	assert_spin_locked(&base->lock);
	if (base->running == timer) {
		ret = -1;
	} else if (timer->pending) {
		timer_remove(base, timer);
		ret = 1;
	}
	spin_unlock_irqrestore(&base->lock, flags);
	return ret;
}

int ktimer_cancel(struct ktimer *timer)
{
	int ret;

	while ((ret = ktimer_try_to_cancel(timer)) < 0)
		cpu_relax();
	return ret;
}

u64 ktimer_remaining(struct ktimer *timer)
{
	struct timer_base *base;
	unsigned long flags;
	u64 left = 0, now;

	base = lock_timer_base(timer, &flags);
	assert_spin_locked(&base->lock);
	now = ktime_get_ns();
	if (timer->pending && timer->expires > now)
		left = timer->expires - now;
	spin_unlock_irqrestore(&base->lock, flags);
	return left;
}

void timer_init_cpu(unsigned int cpu)
{
	struct timer_base *base = per_cpu_ptr(&timer_bases, cpu);

	*base = (struct timer_base){ .next = KTIME_MAX, .armed = KTIME_MAX };
	spin_lock_init(&base->lock);
}

/* Call the functions of all timers that are due. */
static void run_timers(struct timer_base *base, u64 now)
{
	struct ktimer *timer;

	spin_lock(&base->lock);
	while ((timer = first_timer(base)) && timer->expires <= now) {
		timer_remove(base, timer);
		base->running = timer;
		spin_unlock(&base->lock);
		timer->function(timer);
		spin_lock(&base->lock);
		base->running = NULL;
	}
	spin_unlock(&base->lock);
}

void timer_interrupt(bool user)
{
	struct timer_base *base = this_cpu_ptr(&timer_bases);

	base->armed = KTIME_MAX;
	if (READ_ONCE(base->next) != KTIME_MAX)
		run_timers(base, ktime_get_ns());
	scheduler_tick(user);
	timer_program();
}
