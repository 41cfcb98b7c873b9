/* SPDX-License-Identifier: MIT */
/*
 * asm/mmu_context.h - change from one address space to another.
 *
 * mm_cpumask(mm) has every CPU whose CR3 may point to mm's tables.  A kernel
 * thread has no address space: it borrows the previous one ("lazy"), so that
 * going to a kernel thread and back costs no TLB flush.  A flush that reaches
 * a lazy CPU sends it to init_mm, and it leaves the mask.
 *
 * In Linux: arch/x86/include/asm/mmu_context.h, arch/x86/mm/tlb.c.
 */
#ifndef KILBURN_ASM_MMU_CONTEXT_H
#define KILBURN_ASM_MMU_CONTEXT_H

#include "kernel/cpumask.h"

struct mm_struct;
struct task_struct;

/* A macro, because mm_struct is not known here. */
#define mm_cpumask(mm) (&(mm)->cpu_bitmap)

/**
 * switch_mm_irqs_off() - load an address space.
 * @prev: what was loaded so far; not looked at, the CPU knows it itself
 * @next: what to load
 * @tsk: the task that will run on it
 *
 * Context: interrupts off.
 */
void switch_mm_irqs_off(struct mm_struct *prev, struct mm_struct *next,
			struct task_struct *tsk);
void switch_mm(struct mm_struct *prev, struct mm_struct *next,
	       struct task_struct *tsk);

/* exec and fork of the first program: any interrupt state. */
static inline void activate_mm(struct mm_struct *prev, struct mm_struct *next)
{
	switch_mm(prev, next, (struct task_struct *)0);
}

/**
 * enter_lazy_tlb() - a kernel thread begins to run.
 * @mm: what it borrows; stays loaded
 * @tsk: the kernel thread
 *
 * Context: interrupts off.
 */
void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk);

/**
 * leave_mm() - make sure this CPU uses only the kernel's own tables.
 *
 * Context: interrupts off.
 */
void leave_mm(void);

#endif /* KILBURN_ASM_MMU_CONTEXT_H */
