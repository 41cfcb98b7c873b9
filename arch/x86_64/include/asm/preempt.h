/* SPDX-License-Identifier: MIT */
/*
 * asm/preempt.h - may this CPU switch to another task right now?
 *
 * A per-CPU count, 0 when it may.  Each context has its own bits:
 *
 *	 23..20   19..16    15..8     7..0
 *	| NMI   | hardirq | softirq | preempt_disable() depth |
 *
 * schedule() runs with the same count in every task, so the count belongs to
 * the CPU and no task has to save it.
 *
 * In Linux: arch/x86/include/asm/preempt.h, include/linux/preempt.h.
 */
#ifndef KILBURN_ASM_PREEMPT_H
#define KILBURN_ASM_PREEMPT_H

#include <asm/barrier.h>
#include <asm/current.h>
#include <asm/percpu.h>

#define PREEMPT_BITS   8
#define SOFTIRQ_SHIFT  8
#define HARDIRQ_SHIFT  16
#define NMI_SHIFT      20
#define PREEMPT_OFFSET 1
#define SOFTIRQ_OFFSET (1 << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET (1 << HARDIRQ_SHIFT)
#define NMI_OFFSET     (1 << NMI_SHIFT)
#define PREEMPT_MASK   0x0000ff
#define SOFTIRQ_MASK   0x00ff00
#define HARDIRQ_MASK   0x0f0000
#define NMI_MASK       0xf00000

/*
 * What a CPU starts with, and what a task finds when it runs for the first
 * time: schedule() disabled preemption, and the run queue is locked.
 */
#define INIT_PREEMPT_COUNT PREEMPT_OFFSET
#define FORK_PREEMPT_COUNT (2 * PREEMPT_OFFSET)

DECLARE_PER_CPU(int, __preempt_count);

static inline int preempt_count(void)
{
	return this_cpu_read(__preempt_count);
}

static inline void preempt_count_set(int count)
{
	this_cpu_write(__preempt_count, count);
}

static inline void preempt_count_add(int val)
{
	this_cpu_add(__preempt_count, val);
}

static inline void preempt_count_sub(int val)
{
	this_cpu_add(__preempt_count, -val);
}

static inline bool preempt_count_dec_and_test(void)
{
	bool zero;

	__asm__ volatile("decl %%gs:%1"
			 : "=@cce"(zero), "+m"(__preempt_count)
			 :
			 : "memory");
	return zero;
}

#define in_nmi()     ((preempt_count() & NMI_MASK) != 0)
#define in_hardirq() ((preempt_count() & HARDIRQ_MASK) != 0)
#define in_irq()     in_hardirq()
#define in_softirq() ((preempt_count() & SOFTIRQ_MASK) != 0)
#define in_interrupt()                                                         \
	((preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK)) != 0)
#define in_task()     (!in_interrupt())
#define in_atomic()   (preempt_count() != 0)
#define preemptible() (preempt_count() == 0 && !irqs_disabled())

/* kernel/sched.c: switch away if interrupts are on; the count is 0. */
void preempt_schedule(void);

/* The first word of a task holds its flags: bit 3 is TIF_NEED_RESCHED. */
static inline bool current_needs_resched(void)
{
	return *(volatile unsigned long *)current & (1UL << 3);
}

#define preempt_disable()                                                      \
	do {                                                                   \
		this_cpu_inc(__preempt_count);                                 \
		barrier();                                                     \
	} while (0)

#define preempt_enable_no_resched()                                            \
	do {                                                                   \
		barrier();                                                     \
		this_cpu_dec(__preempt_count);                                 \
	} while (0)

#define preempt_enable()                                                       \
	do {                                                                   \
		barrier();                                                     \
		if (__builtin_expect(preempt_count_dec_and_test() &&           \
					     current_needs_resched(),          \
				     0))                                       \
			preempt_schedule();                                    \
	} while (0)

#endif /* KILBURN_ASM_PREEMPT_H */
