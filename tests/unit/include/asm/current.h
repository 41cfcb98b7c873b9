/* SPDX-License-Identifier: MIT */
/* asm/current.h for host programs: one task, set up by support/host_kernel.c. */
#ifndef KILBURN_HOST_ASM_CURRENT_H
#define KILBURN_HOST_ASM_CURRENT_H

#include <asm/percpu.h>

struct task_struct;

extern struct task_struct *host_current;

static inline struct task_struct *get_current(void)
{
	return host_current;
}

#define current get_current()

#endif /* KILBURN_HOST_ASM_CURRENT_H */
