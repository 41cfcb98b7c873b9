/* SPDX-License-Identifier: MIT */
/* asm/ptrace.h for host programs: there are no registers to save. */
#ifndef KILBURN_HOST_ASM_PTRACE_H
#define KILBURN_HOST_ASM_PTRACE_H

struct pt_regs {
	unsigned long sp, ip;
};

static inline unsigned long user_stack_pointer(const struct pt_regs *regs)
{
	return regs->sp;
}

#endif /* KILBURN_HOST_ASM_PTRACE_H */
