/* SPDX-License-Identifier: MIT */
/*
 * asm/ptrace.h - the registers of an interrupted program, as entry.S saves
 * them at the top of the kernel stack.
 *
 * The order is Linux's: user space sees it in core dumps and by ptrace(2).
 */
#ifndef KILBURN_ASM_PTRACE_H
#define KILBURN_ASM_PTRACE_H

/* Byte offsets in struct pt_regs, for entry.S; traps.c checks them. */
#define PT_R15     0
#define PT_R14     8
#define PT_R13     16
#define PT_R12     24
#define PT_BP      32
#define PT_BX      40
#define PT_R11     48
#define PT_R10     56
#define PT_R9      64
#define PT_R8      72
#define PT_AX      80
#define PT_CX      88
#define PT_DX      96
#define PT_SI      104
#define PT_DI      112
#define PT_ORIG_AX 120
#define PT_IP      128
#define PT_CS      136
#define PT_FLAGS   144
#define PT_SP      152
#define PT_SS      160
#define PT_SIZE    168

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

struct pt_regs {
	/* The callee saves these in C. */
	unsigned long r15, r14, r13, r12, bp, bx;
	/* The caller saves these. */
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	/*
	 * System call: its number.  Exception: the error code or -1.
	 * Interrupt: the vector.
	 */
	unsigned long orig_ax;
	/* The CPU pushes the rest. */
	unsigned long ip, cs, flags, sp, ss;
};

static inline bool user_mode(const struct pt_regs *regs)
{
	return regs->cs & 3;
}

static inline unsigned long instruction_pointer(const struct pt_regs *regs)
{
	return regs->ip;
}

static inline unsigned long user_stack_pointer(const struct pt_regs *regs)
{
	return regs->sp;
}

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_PTRACE_H */
