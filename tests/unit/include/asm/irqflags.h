/* SPDX-License-Identifier: MIT */
/*
 * asm/irqflags.h for host programs: no interrupts, but whether they would be
 * off is known, so that checks of the context work.
 */
#ifndef KILBURN_HOST_ASM_IRQFLAGS_H
#define KILBURN_HOST_ASM_IRQFLAGS_H

#include "kernel/lib/types.h"

extern bool host_irqs_off;

static inline unsigned long arch_local_save_flags(void)
{
	return host_irqs_off;
}

static inline void local_irq_disable(void)
{
	host_irqs_off = true;
}

static inline void local_irq_enable(void)
{
	host_irqs_off = false;
}

static inline bool irqs_disabled_flags(unsigned long flags)
{
	return flags;
}

static inline bool irqs_disabled(void)
{
	return host_irqs_off;
}

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = host_irqs_off;

	host_irqs_off = true;
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	host_irqs_off = flags;
}

#define local_save_flags(flags) ((flags) = arch_local_save_flags())
#define local_irq_save(flags)   ((flags) = arch_local_irq_save())

#endif /* KILBURN_HOST_ASM_IRQFLAGS_H */
