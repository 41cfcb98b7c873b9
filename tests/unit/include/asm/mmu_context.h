/* SPDX-License-Identifier: MIT */
/* asm/mmu_context.h for host programs: nobody loads page tables. */
#ifndef KILBURN_HOST_ASM_MMU_CONTEXT_H
#define KILBURN_HOST_ASM_MMU_CONTEXT_H

#include "kernel/cpumask.h"

struct mm_struct;
struct task_struct;

#define mm_cpumask(mm) (&(mm)->cpu_bitmap)

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *tsk)
{
}

static inline void activate_mm(struct mm_struct *prev, struct mm_struct *next)
{
}

static inline int init_new_context(struct task_struct *tsk,
				   struct mm_struct *mm)
{
	return 0;
}

static inline void destroy_context(struct mm_struct *mm)
{
}

#endif /* KILBURN_HOST_ASM_MMU_CONTEXT_H */
