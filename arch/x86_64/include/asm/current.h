/* SPDX-License-Identifier: MIT */
/*
 * asm/current.h - the task that runs on this CPU.
 */
#ifndef KILBURN_ASM_CURRENT_H
#define KILBURN_ASM_CURRENT_H

#include <asm/percpu.h>

struct task_struct;

DECLARE_PER_CPU(struct task_struct *, current_task);

static inline struct task_struct *get_current(void)
{
	return this_cpu_read_stable(current_task);
}

#define current get_current()

#endif /* KILBURN_ASM_CURRENT_H */
