/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/common.c - the part of entering and leaving the kernel that is C.
 *
 * In Linux: arch/x86/entry/common.c, kernel/entry/common.c.
 */
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/signal.h>
#include <asm/traps.h>
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"

/*
 * Work that must be done before user mode goes on.  Each piece may sleep and
 * may bring new work, so it starts over until there is none, and that is
 * checked with interrupts off: an interrupt afterwards comes back here.
 */
void exit_to_user_mode_loop(struct pt_regs *regs)
{
	unsigned long work = READ_ONCE(current->thread_flags);

	while (work & _TIF_WORK_MASK) {
		local_irq_enable();
		if (work & _TIF_NEED_RESCHED)
			schedule();
		if (work & _TIF_SIGPENDING)
			arch_do_signal_or_restart(regs);
		local_irq_disable();
		work = READ_ONCE(current->thread_flags);
	}
}

/*
 * SYSRET takes the address from rcx and the flags from r11, so it can only
 * return to where it came from.  A signal handler, exec or rt_sigreturn has
 * changed that.  It must not be used for a non-canonical address, where Intel
 * CPUs would fault in kernel mode on the user's stack, nor for TF and RF.
 */
static inline bool sysret_works(const struct pt_regs *regs)
{
	/* One test instead of five: all these differences are zero. */
	unsigned long wrong = (regs->cx ^ regs->ip) |
			      (regs->r11 ^ regs->flags) |
			      (regs->cs ^ __USER_CS) | (regs->ss ^ __USER_DS) |
			      (regs->flags & (X86_EFLAGS_RF | X86_EFLAGS_TF));

	return likely(!wrong && regs->ip < TASK_SIZE_MAX);
}

/* From entry.S, interrupts off; regs->ax is -ENOSYS already. */
bool do_syscall_64(struct pt_regs *regs, long nr)
{
	local_irq_enable();
	if (likely((unsigned long)nr < NR_syscalls))
		regs->ax = (unsigned long)sys_call_table[nr](regs);
	local_irq_disable();
	if (unlikely(READ_ONCE(current->thread_flags) & _TIF_WORK_MASK))
		exit_to_user_mode_loop(regs);
	return sysret_works(regs);
}

/* An exception that came on a stack of its own, from user mode. */
struct pt_regs *move_regs_to_task_stack(const struct pt_regs *regs)
{
	struct pt_regs *new = current_pt_regs();

	*new = *regs;
	return new;
}

/*
 * IRET refused what it was to load.  @regs is the fault in kernel mode: its
 * general registers are the program's, and its sp points to the five words
 * that IRET read, which lie at the top of the task's stack.
 */
struct pt_regs *fixup_bad_iret(struct pt_regs *regs, unsigned long error_code)
{
	struct pt_regs *new = current_pt_regs();
	struct pt_regs frame = *regs;
	const unsigned long *words = (const unsigned long *)regs->sp;

	frame.orig_ax = (unsigned long)-1;
	frame.ip = words[0];
	frame.cs = words[1];
	frame.flags = words[2];
	frame.sp = words[3];
	frame.ss = words[4];
	*new = frame;
	local_irq_enable();
	exc_general_protection(new, error_code);
	local_irq_disable();
	return new;
}
