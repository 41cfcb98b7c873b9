/* SPDX-License-Identifier: MIT */
/*
 * asm/syscall.h - a system call as its saved registers show it.
 *
 * In Linux: arch/x86/include/asm/syscall.h.
 */
#ifndef KILBURN_ASM_SYSCALL_H
#define KILBURN_ASM_SYSCALL_H

#include <asm/ptrace.h>
#include "kernel/lib/types.h"

#define AUDIT_ARCH_X86_64 0xc000003eu

/* The number of the call, or -1 outside of one. */
static inline long syscall_get_nr(const struct pt_regs *regs)
{
	return (long)regs->orig_ax;
}

static inline long syscall_get_return_value(const struct pt_regs *regs)
{
	return (long)regs->ax;
}

static inline void syscall_set_return_value(struct pt_regs *regs, long val)
{
	regs->ax = (unsigned long)val;
}

static inline void syscall_get_arguments(const struct pt_regs *regs,
					 unsigned long args[6])
{
	args[0] = regs->di;
	args[1] = regs->si;
	args[2] = regs->dx;
	args[3] = regs->r10;
	args[4] = regs->r8;
	args[5] = regs->r9;
}

#endif /* KILBURN_ASM_SYSCALL_H */
