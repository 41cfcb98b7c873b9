/* SPDX-License-Identifier: MIT */
/* asm/preempt.h for host programs: the count is kept, nothing is switched. */
#ifndef KILBURN_HOST_ASM_PREEMPT_H
#define KILBURN_HOST_ASM_PREEMPT_H

#include <asm/barrier.h>
#include <asm/current.h>
#include <asm/irqflags.h>
#include <asm/percpu.h>

#define PREEMPT_OFFSET     1
#define SOFTIRQ_OFFSET     (1 << 8)
#define HARDIRQ_OFFSET     (1 << 16)
#define SOFTIRQ_MASK       0x00ff00
#define HARDIRQ_MASK       0x0f0000
#define NMI_MASK           0xf00000
#define INIT_PREEMPT_COUNT PREEMPT_OFFSET
#define FORK_PREEMPT_COUNT (2 * PREEMPT_OFFSET)

extern int host_preempt_count;

static inline int preempt_count(void)
{
	return host_preempt_count;
}

static inline void preempt_count_set(int count)
{
	host_preempt_count = count;
}

static inline void preempt_count_add(int val)
{
	host_preempt_count += val;
}

static inline void preempt_count_sub(int val)
{
	host_preempt_count -= val;
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

#define preempt_disable()           ((void)host_preempt_count++)
#define preempt_enable()            ((void)host_preempt_count--)
#define preempt_enable_no_resched() preempt_enable()

#endif /* KILBURN_HOST_ASM_PREEMPT_H */
