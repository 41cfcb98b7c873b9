/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/traps.c - exceptions other than page faults.
 *
 * In user mode an exception becomes the signal that Linux sends for it.  In
 * kernel mode it may have been foreseen (the exception table); otherwise it is
 * a bug of the kernel, and the machine stops with registers and backtrace.
 *
 *	#DE  SIGFPE  FPE_INTDIV		#GP  SIGSEGV SI_KERNEL
 *	#DB  SIGTRAP TRAP_TRACE		#SS  SIGBUS  SI_KERNEL
 *	#BP  SIGTRAP SI_KERNEL		#NP  SIGBUS  SI_KERNEL
 *	#OF  SIGSEGV SI_KERNEL		#MF  SIGFPE  by status word
 *	#BR  SIGSEGV SI_KERNEL		#XF  SIGFPE  by MXCSR
 *	#UD  SIGILL  ILL_ILLOPN		#AC  SIGBUS  BUS_ADRALN
 *
 * In Linux: arch/x86/kernel/traps.c.
 */
#include <asm/desc.h>
#include <asm/extable.h>
#include <asm/fpu.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "mm/vmalloc.h"

/* entry.S has the offsets as numbers. */
#define CHECK_OFFSET(macro, field)                                             \
	_Static_assert(offsetof(struct pt_regs, field) == (macro), #field)
CHECK_OFFSET(PT_R15, r15);
CHECK_OFFSET(PT_BP, bp);
CHECK_OFFSET(PT_AX, ax);
CHECK_OFFSET(PT_ORIG_AX, orig_ax);
CHECK_OFFSET(PT_IP, ip);
CHECK_OFFSET(PT_CS, cs);
CHECK_OFFSET(PT_FLAGS, flags);
CHECK_OFFSET(PT_SP, sp);
_Static_assert(sizeof(struct pt_regs) == PT_SIZE, "struct pt_regs is ABI");

void save_trap(unsigned int trap_nr, unsigned long error_code)
{
	current->thread.trap_nr = trap_nr;
	current->thread.error_code = error_code;
}

/* An exception that kernel code may only raise where the table says so. */
static void kernel_trap(const char *what, struct pt_regs *regs,
			unsigned long error_code)
{
	char text[80];

	if (fixup_exception(regs))
		return;
	snprintf(text, sizeof(text), "%s in kernel mode, error code %#lx", what,
		 error_code);
	die(text, regs);
}

/*
 * The common case.  @addr is si_addr; @code SI_KERNEL has none.
 */
static void do_trap(unsigned int nr, const char *what, struct pt_regs *regs,
		    unsigned long error_code, int sig, int code,
		    unsigned long addr)
{
	if (!user_mode(regs)) {
		kernel_trap(what, regs, error_code);
		return;
	}
	local_irq_enable();
	save_trap(nr, error_code);
	if (code == SI_KERNEL)
		force_sig(sig);
	else
		force_sig_fault(sig, code, (void __user *)addr);
	local_irq_disable();
}

void exc_divide_error(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_DE, "divide error", regs, error_code, SIGFPE,
		FPE_INTDIV, regs->ip);
}

void exc_int3(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_BP, "breakpoint", regs, error_code, SIGTRAP, SI_KERNEL,
		0);
}

void exc_overflow(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_OF, "overflow", regs, error_code, SIGSEGV, SI_KERNEL,
		0);
}

void exc_bounds(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_BR, "bound range exceeded", regs, error_code, SIGSEGV,
		SI_KERNEL, 0);
}

void exc_invalid_op(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_UD, "invalid opcode", regs, error_code, SIGILL,
		ILL_ILLOPN, regs->ip);
}

/* CR0.TS is never set here, so this cannot come from an FPU instruction. */
void exc_device_not_available(struct pt_regs *regs, unsigned long error_code)
{
	die("device not available: CR0.TS or CR0.EM is set", regs);
}

void exc_coproc_segment_overrun(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_OLD_MF, "coprocessor segment overrun", regs,
		error_code, SIGFPE, SI_KERNEL, 0);
}

void exc_invalid_tss(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_TS, "invalid TSS", regs, error_code, SIGSEGV,
		SI_KERNEL, 0);
}

void exc_segment_not_present(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_NP, "segment not present", regs, error_code, SIGBUS,
		SI_KERNEL, 0);
}

void exc_stack_segment(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_SS, "stack segment fault", regs, error_code, SIGBUS,
		SI_KERNEL, 0);
}

void exc_general_protection(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_GP, "general protection fault", regs, error_code,
		SIGSEGV, SI_KERNEL, 0);
}

void exc_alignment_check(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_AC, "alignment check", regs, error_code, SIGBUS,
		BUS_ADRALN, 0);
}

void exc_control_protection(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_CP, "control protection", regs, error_code, SIGSEGV,
		SI_KERNEL, 0);
}

void exc_reserved(struct pt_regs *regs, unsigned long error_code)
{
	do_trap(X86_TRAP_SPURIOUS, "reserved exception", regs, error_code,
		SIGSEGV, SI_KERNEL, 0);
}

/* ---- floating point ----------------------------------------------------- */

/* x87 and SSE number their exceptions alike: bit i of the status. */
static int fpu_si_code(unsigned int pending)
{
	if (pending & 0x01)
		return FPE_FLTINV;
	if (pending & 0x04)
		return FPE_FLTDIV;
	if (pending & 0x08)
		return FPE_FLTOVF;
	if (pending & 0x12) /* denormal, underflow */
		return FPE_FLTUND;
	if (pending & 0x20)
		return FPE_FLTRES;
	return 0;
}

static void math_error(struct pt_regs *regs, unsigned int trap_nr,
		       unsigned long error_code)
{
	struct fpu *fpu = current->thread.fpu;
	unsigned int pending;
	int code;

	if (!user_mode(regs)) {
		kernel_trap("floating-point exception", regs, error_code);
		return;
	}
	fpu_save(fpu);
	if (trap_nr == X86_TRAP_MF)
		pending = fpu->fx.swd & ~fpu->fx.cwd & 0x3f;
	else
		pending = fpu->fx.mxcsr & ~(fpu->fx.mxcsr >> 7) & 0x3f;
	local_irq_enable();
	save_trap(trap_nr, error_code);
	code = fpu_si_code(pending);
	if (code) /* otherwise it is gone already: nothing to report */
		force_sig_fault(SIGFPE, code, (void __user *)regs->ip);
	local_irq_disable();
}

void exc_coprocessor_error(struct pt_regs *regs, unsigned long error_code)
{
	math_error(regs, X86_TRAP_MF, error_code);
}

void exc_simd_coprocessor_error(struct pt_regs *regs, unsigned long error_code)
{
	math_error(regs, X86_TRAP_XF, error_code);
}

/* ---- on stacks of their own --------------------------------------------- */

#define DR6_BT    (1UL << 15)
#define DR6_BS    (1UL << 14) /* single step */
#define DR6_CLEAR 0xffff0ff0UL

void exc_debug(struct pt_regs *regs, unsigned long error_code)
{
	unsigned long dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" ::"r"(DR6_CLEAR));

	if (!user_mode(regs)) {
		/*
		 * A program that single-steps into SYSCALL or sets a trap on
		 * its stack segment gets here: the step ends at the border.
		 */
		regs->flags &= ~(unsigned long)X86_EFLAGS_TF;
		return;
	}
	do_trap(X86_TRAP_DB, "debug", regs, error_code, SIGTRAP,
		dr6 & DR6_BS ? TRAP_TRACE : TRAP_BRKPT, regs->ip);
}

void exc_nmi(struct pt_regs *regs, unsigned long error_code)
{
	if (READ_ONCE(panic_in_progress)) {
		/* smp_send_stop(): this CPU's turn is over. */
		for (;;)
			halt();
	}
	pr_emerg("NMI on CPU %u: nobody asked for it\n",
		 this_cpu_read(cpu_number));
}

void exc_machine_check(struct pt_regs *regs, unsigned long error_code)
{
	die("machine check: the hardware reports an error", regs);
}

/* Almost always: the kernel stack is full and its guard page was hit. */
void exc_double_fault(struct pt_regs *regs, unsigned long error_code)
{
	unsigned long cr2 = read_cr2();

	if (thread_stack_of_guard(cr2) || thread_stack_of_guard(regs->sp))
		die("kernel stack overflow (double fault)", regs);
	die("double fault", regs);
}
