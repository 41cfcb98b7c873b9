/* SPDX-License-Identifier: MIT */
/*
 * asm/signal.h - what a signal handler finds on its stack.
 *
 * All of this is ABI: unwinders, debuggers and libcs read it.
 *
 *	     higher addresses
 *	+------------------------+
 *	| FPU state, XSAVE format|  multiple of 64; uc_mcontext.fpstate
 *	+------------------------+
 *	| siginfo                |
 *	| ucontext               |
 *	| return address         |  sa_restorer; rsp of the handler, 16n + 8
 *	+------------------------+
 *
 * In Linux: arch/x86/include/uapi/asm/sigcontext.h, ucontext.h, and
 * arch/x86/include/asm/sigframe.h.
 */
#ifndef KILBURN_ASM_SIGNAL_H
#define KILBURN_ASM_SIGNAL_H

#include "kernel/lib/types.h"
#include "kernel/signal_types.h"

struct pt_regs;

/* What follows the 464 bytes of FXSAVE that the CPU uses. */
struct _fpx_sw_bytes {
	u32 magic1;        /* FP_XSTATE_MAGIC1: the rest is there too */
	u32 extended_size; /* of all, with magic2 */
	u64 xfeatures;
	u32 xstate_size; /* without magic2 */
	u32 padding[7];
};
#define FP_XSTATE_MAGIC1      0x46505853U
#define FP_XSTATE_MAGIC2      0x46505845U
#define FP_XSTATE_MAGIC2_SIZE 4

struct sigcontext {
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 di, si, bp, bx, dx, ax, cx, sp, ip, flags;
	u16 cs, gs, fs, ss;
	u64 err, trapno, oldmask, cr2;
	u64 fpstate; /* user address, or 0 */
	u64 reserved1[8];
};
_Static_assert(sizeof(struct sigcontext) == 256, "struct sigcontext is ABI");

#define UC_FP_XSTATE         0x1
#define UC_SIGCONTEXT_SS     0x2
#define UC_STRICT_RESTORE_SS 0x4

struct ucontext {
	unsigned long uc_flags;
	u64 uc_link;
	stack_t uc_stack;
	struct sigcontext uc_mcontext;
	sigset_t uc_sigmask;
};

struct rt_sigframe {
	u64 pretcode;
	struct ucontext uc;
	siginfo_t info;
};

/**
 * arch_do_signal_or_restart() - deliver a signal, or restart the system call
 * that it interrupted.
 * @regs: saved registers of user mode
 *
 * Context: on the way back to user mode, interrupts on.
 */
void arch_do_signal_or_restart(struct pt_regs *regs);

#endif /* KILBURN_ASM_SIGNAL_H */
