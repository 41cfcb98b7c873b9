/* SPDX-License-Identifier: MIT */
/* asm/processor.h for host programs: what kernel/sched.h needs. */
#ifndef KILBURN_HOST_ASM_PROCESSOR_H
#define KILBURN_HOST_ASM_PROCESSOR_H

#include <asm/page.h>
#include <asm/percpu.h>
#include <asm/ptrace.h>
#include "kernel/lib/types.h"

struct thread_struct {
	unsigned long sp;
};

static inline void cpu_relax(void)
{
}

#endif /* KILBURN_HOST_ASM_PROCESSOR_H */
