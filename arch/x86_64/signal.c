/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/signal.c - call a program's signal handler, and come back.
 *
 * Before user mode goes on, its registers are saved on its own stack, in the
 * form that asm/signal.h draws, and replaced so that it continues in the
 * handler.  The handler returns to sa_restorer, which calls rt_sigreturn(), and
 * that loads the registers from the stack again.  A program may have written
 * anything there, so whatever could reach into the kernel is filtered: flags,
 * segment selectors, FPU state.
 *
 * A system call that a signal interrupted has answered -ERESTART*.  No program
 * ever sees these: here the call is prepared to run again, or becomes -EINTR.
 *
 * In Linux: arch/x86/kernel/signal.c.
 */
#include <asm/elf.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/signal.h>
#include <asm/syscall.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"

#define RED_ZONE_SIZE 128 /* below rsp: the ABI lets a leaf function use it */
#define FPSTATE_ALIGN 64
#define FRAME_ALIGN   16

#define NR_restart_syscall 219
#define SYSCALL_INSN_SIZE  2

/* What a program may set in its flags. */
#define FIX_EFLAGS                                                             \
	((unsigned long)(X86_EFLAGS_AC | X86_EFLAGS_OF | X86_EFLAGS_DF |       \
			 X86_EFLAGS_TF | X86_EFLAGS_SF | X86_EFLAGS_ZF |       \
			 X86_EFLAGS_AF | X86_EFLAGS_PF | X86_EFLAGS_CF |       \
			 X86_EFLAGS_RF))

unsigned long get_sigframe_size(void)
{
	return ALIGN(sizeof(struct rt_sigframe) + FRAME_ALIGN - 1 +
			     FPSTATE_ALIGN - 1 + fpu_sigframe_size(),
		     (unsigned long)FRAME_ALIGN);
}

/* ---- going to the handler ----------------------------------------------- */

/*
 * Where the frame goes.  Return: user address, or one that faults, if it would
 * not fit on the alternate stack that the program is on.
 */
static unsigned long get_sigframe(struct ksignal *ksig,
				  const struct pt_regs *regs,
				  unsigned long *fpstate)
{
	bool nested = on_sig_stack(regs->sp);
	unsigned long sp = sigsp(regs->sp - RED_ZONE_SIZE, ksig);
	bool on_altstack = nested || sp != regs->sp - RED_ZONE_SIZE;

	sp = round_down(sp - fpu_sigframe_size(), FPSTATE_ALIGN);
	*fpstate = sp;
	/* As after a call: 8 below a multiple of 16. */
	sp = round_down(sp - sizeof(struct rt_sigframe), FRAME_ALIGN) - 8;

	if (on_altstack && current->sas_ss_size &&
	    sp - current->sas_ss_sp >= current->sas_ss_size)
		return ~0UL - sizeof(struct rt_sigframe);
	return sp;
}

static void fill_sigcontext(struct sigcontext *sc, const struct pt_regs *regs,
			    unsigned long fpstate)
{
	const struct thread_struct *t = &current->thread;

	*sc = (struct sigcontext){
		.r8 = regs->r8,
		.r9 = regs->r9,
		.r10 = regs->r10,
		.r11 = regs->r11,
		.r12 = regs->r12,
		.r13 = regs->r13,
		.r14 = regs->r14,
		.r15 = regs->r15,
		.di = regs->di,
		.si = regs->si,
		.bp = regs->bp,
		.bx = regs->bx,
		.dx = regs->dx,
		.ax = regs->ax,
		.cx = regs->cx,
		.sp = regs->sp,
		.ip = regs->ip,
		.flags = regs->flags,
		.cs = (u16)regs->cs,
		.ss = (u16)regs->ss,
		.err = t->error_code,
		.trapno = t->trap_nr,
		.oldmask = sigmask_to_save()->sig[0],
		.cr2 = t->cr2,
		.fpstate = fpstate,
	};
}

static int write_frame(struct rt_sigframe __user *frame, struct ksignal *ksig,
		       const struct pt_regs *regs, unsigned long fpstate)
{
	struct ucontext uc = {
		.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS |
			    (boot_cpu.xsave ? UC_FP_XSTATE : 0),
		.uc_sigmask = *sigmask_to_save(),
	};

	fill_sigcontext(&uc.uc_mcontext, regs, fpstate);
	if (put_user((u64)ksig->ka.sa.sa_restorer, &frame->pretcode) ||
	    copy_to_user(&frame->uc, &uc, sizeof(uc)) ||
	    save_altstack(&frame->uc.uc_stack, regs->sp))
		return -EFAULT;
	if (ksig->ka.sa.sa_flags & SA_SIGINFO)
		return copy_siginfo_to_user(&frame->info, &ksig->info);
	return 0;
}

static int setup_rt_frame(struct ksignal *ksig, struct pt_regs *regs)
{
	struct rt_sigframe __user *frame;
	unsigned long fpstate;

	/* The x86-64 ABI has no other way back. */
	if (!(ksig->ka.sa.sa_flags & SA_RESTORER))
		return -EFAULT;
	frame = (void __user *)get_sigframe(ksig, regs, &fpstate);
	if (!access_ok(frame, sizeof(*frame)) ||
	    copy_fpstate_to_sigframe((void __user *)fpstate) ||
	    write_frame(frame, ksig, regs, fpstate))
		return -EFAULT;

	regs->di = (unsigned long)ksig->sig;
	regs->ax = 0; /* for a handler declared without parameters */
	regs->si = (unsigned long)&frame->info;
	regs->dx = (unsigned long)&frame->uc;
	regs->ip = (unsigned long)ksig->ka.sa.sa_handler;
	regs->sp = (unsigned long)frame;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	return 0;
}

/* A system call was interrupted by a signal that has a handler. */
static void restart_before_handler(struct pt_regs *regs, unsigned long sa_flags)
{
	switch (syscall_get_return_value(regs)) {
	case -ERESTART_RESTARTBLOCK:
	case -ERESTARTNOHAND:
		regs->ax = (unsigned long)-EINTR;
		break;
	case -ERESTARTSYS:
		if (!(sa_flags & SA_RESTART)) {
			regs->ax = (unsigned long)-EINTR;
			break;
		}
		/* fall through */
	case -ERESTARTNOINTR:
		regs->ax = regs->orig_ax;
		regs->ip -= SYSCALL_INSN_SIZE;
		break;
	}
}

static void handle_signal(struct ksignal *ksig, struct pt_regs *regs)
{
	int failed;

	if (syscall_get_nr(regs) != -1)
		restart_before_handler(regs, ksig->ka.sa.sa_flags);

	failed = setup_rt_frame(ksig, regs);
	if (!failed) {
		/* The handler starts as a function does, and not stepping. */
		regs->flags &= ~(unsigned long)(X86_EFLAGS_DF | X86_EFLAGS_RF |
						X86_EFLAGS_TF);
		regs->orig_ax = (unsigned long)-1;
		fpu_reset(current->thread.fpu);
	}
	signal_setup_done(failed, ksig, 0);
}

/* ... by one without. */
static void restart_without_handler(struct pt_regs *regs)
{
	switch (syscall_get_return_value(regs)) {
	case -ERESTARTNOHAND:
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
		regs->ax = regs->orig_ax;
		regs->ip -= SYSCALL_INSN_SIZE;
		break;
	case -ERESTART_RESTARTBLOCK:
		regs->ax = NR_restart_syscall;
		regs->ip -= SYSCALL_INSN_SIZE;
		break;
	}
}

void arch_do_signal_or_restart(struct pt_regs *regs)
{
	struct ksignal ksig;

	if (get_signal(&ksig)) {
		handle_signal(&ksig, regs);
		return;
	}
	if (syscall_get_nr(regs) != -1)
		restart_without_handler(regs);
	restore_saved_sigmask();
}

/* ---- coming back -------------------------------------------------------- */

static void restore_regs(struct pt_regs *regs, const struct sigcontext *sc)
{
	regs->r8 = sc->r8;
	regs->r9 = sc->r9;
	regs->r10 = sc->r10;
	regs->r11 = sc->r11;
	regs->r12 = sc->r12;
	regs->r13 = sc->r13;
	regs->r14 = sc->r14;
	regs->r15 = sc->r15;
	regs->di = sc->di;
	regs->si = sc->si;
	regs->bp = sc->bp;
	regs->bx = sc->bx;
	regs->dx = sc->dx;
	regs->ax = sc->ax;
	regs->cx = sc->cx;
	regs->sp = sc->sp;
	regs->ip = sc->ip;
	/*
	 * Privilege 3 whatever the program wrote.  A selector that IRET does
	 * not accept, or an address, ends in fixup_bad_iret().
	 */
	regs->cs = sc->cs | 3;
	regs->ss = sc->ss | 3;
	regs->flags = (regs->flags & ~FIX_EFLAGS) | (sc->flags & FIX_EFLAGS);
	/* Not a system call any more: never restart it. */
	regs->orig_ax = (unsigned long)-1;
}

SYSCALL_DEFINE0(rt_sigreturn)
{
	struct pt_regs *regs = current_pt_regs();
	struct rt_sigframe __user *frame =
		(void __user *)(regs->sp - sizeof(u64));
	struct ucontext uc;

	current->restart_block.fn = NULL;
	if (copy_from_user(&uc, &frame->uc, sizeof(uc)))
		goto bad;
	set_current_blocked(&uc.uc_sigmask);
	restore_regs(regs, &uc.uc_mcontext);
	if (fpu_restore_sig((void __user *)uc.uc_mcontext.fpstate) ||
	    restore_altstack(&frame->uc.uc_stack))
		goto bad;
	return (long)regs->ax;
bad:
	force_sig(SIGSEGV);
	return 0;
}
