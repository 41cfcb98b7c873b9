/* SPDX-License-Identifier: MIT */
/*
 * asm/irqflags.h - whether this CPU takes interrupts.
 */
#ifndef KILBURN_ASM_IRQFLAGS_H
#define KILBURN_ASM_IRQFLAGS_H

#include "kernel/lib/types.h"

#define X86_EFLAGS_IF_BIT (1UL << 9)

static inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
	return flags;
}

static inline void local_irq_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

static inline bool irqs_disabled_flags(unsigned long flags)
{
	return !(flags & X86_EFLAGS_IF_BIT);
}

static inline bool irqs_disabled(void)
{
	return irqs_disabled_flags(arch_local_save_flags());
}

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = arch_local_save_flags();

	local_irq_disable();
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	if (!irqs_disabled_flags(flags))
		local_irq_enable();
}

#define local_save_flags(flags) ((flags) = arch_local_save_flags())
#define local_irq_save(flags)   ((flags) = arch_local_irq_save())

/* Sleep until an interrupt; STI takes effect after HLT, so none is missed. */
static inline void safe_halt(void)
{
	__asm__ volatile("sti; hlt" ::: "memory");
}

static inline void halt(void)
{
	__asm__ volatile("hlt" ::: "memory");
}

#endif /* KILBURN_ASM_IRQFLAGS_H */
