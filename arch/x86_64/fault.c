/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/fault.c - page faults: who touched what, and may he?
 *
 *	kernel mode, kernel address	exception table, or the end
 *	kernel mode, user address	a copy to or from the user: as if the
 *					program had done it; a bad pointer goes
 *					to the exception table
 *	user mode, kernel address	SIGSEGV
 *	user mode, user address		find the area, check its rights, and
 *					let handle_mm_fault() do the work
 *
 * A kernel that follows a user pointer outside of asm/uaccess.h, or executes
 * user memory, is stopped by SMAP and SMEP and reported here.
 *
 * In Linux: arch/x86/mm/fault.c.
 */
#include <asm/desc.h>
#include <asm/extable.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include <asm/uaccess.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "mm/mm.h"
#include "mm/oom_kill.h"
#include "mm/vmalloc.h"

/* A fault on its way through this file. */
struct fault {
	struct pt_regs *regs;
	unsigned long error_code; /* X86_PF_* */
	unsigned long address;    /* from CR2 */
};

/* ---- faults that are bugs of the kernel --------------------------------- */

static const char *fault_cause(const struct fault *f)
{
	bool user_address = f->address < TASK_SIZE_MAX;

	if (f->error_code & X86_PF_RSVD)
		return "reserved bit set in a page-table entry";
	if (user_address && (f->error_code & X86_PF_INSTR))
		return "kernel tried to execute user memory (SMEP)";
	if (user_address && (f->error_code & X86_PF_PROT))
		return "kernel touched user memory directly (SMAP)";
	if (thread_stack_of_guard(f->address))
		return "kernel stack overflow";
	if (f->address < PAGE_SIZE)
		return "NULL pointer";
	if (f->error_code & X86_PF_PROT)
		return "permission";
	return "no page";
}

static void kernel_bug(const struct fault *f) __noreturn;
static void kernel_bug(const struct fault *f)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "page fault at %016lx: %s (%s of %s page in %s mode, %#lx)",
		 f->address, fault_cause(f),
		 f->error_code & X86_PF_INSTR   ? "execution"
		 : f->error_code & X86_PF_WRITE ? "write"
						: "read",
		 f->error_code & X86_PF_PROT ? "present" : "absent",
		 f->error_code & X86_PF_USER ? "user" : "kernel",
		 f->error_code);
	die(text, f->regs);
}

/* ---- faults without an answer ------------------------------------------- */

/* The kernel was copying: the copy fails.  The program: a signal. */
static void bad_area(const struct fault *f, int sig, int code)
{
	if (!user_mode(f->regs)) {
		if (!fixup_exception(f->regs))
			kernel_bug(f);
		return;
	}
	/*
	 * Whether a kernel address is mapped is not the program's business:
	 * it looks as if it were.
	 */
	save_trap(X86_TRAP_PF,
		  f->error_code | X86_PF_USER |
			  (f->address >= TASK_SIZE_MAX ? X86_PF_PROT : 0));
	current->thread.cr2 = f->address;
	force_sig_fault(sig, code, (void __user *)f->address);
}

static bool access_error(unsigned long error_code,
			 const struct vm_area_struct *vma)
{
	if (error_code & X86_PF_WRITE)
		return !(vma->vm_flags & VM_WRITE);
	/* What is absent is fetched like data: only a present page has NX. */
	if ((error_code & X86_PF_INSTR) && (error_code & X86_PF_PROT))
		return !(vma->vm_flags & VM_EXEC);
	/* A read, or such a fetch: it is enough that the area is not PROT_NONE. */
	return !(vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC));
}

static void fault_failed(const struct fault *f, vm_fault_t result)
{
	if (result & VM_FAULT_OOM) {
		pagefault_out_of_memory(); /* then the access is tried again */
		/* A copy of a task that is being killed need not end. */
		if (!user_mode(f->regs) && fatal_signal_pending(current))
			bad_area(f, SIGSEGV, SEGV_MAPERR);
	} else if (result & VM_FAULT_SIGBUS) {
		bad_area(f, SIGBUS, BUS_ADRERR);
	} else {
		bad_area(f, SIGSEGV, SEGV_MAPERR);
	}
}

/* ---- the work ----------------------------------------------------------- */

/*
 * One attempt.  Return: VM_FAULT_* of handle_mm_fault(); mmap_lock is dropped
 * again.  An address without an area, or without the right, sets *@si_code.
 * Not analysed: what the bits say about the lock is beyond clang.
 */
static vm_fault_t try_fault(const struct fault *f, unsigned int flags,
			    int *si_code) __no_lock_analysis
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	vm_fault_t result = VM_FAULT_SIGSEGV;

	vma = lock_mm_and_find_vma(mm, f->address);
	if (unlikely(!vma)) {
		*si_code = SEGV_MAPERR;
		return result;
	}
	if (unlikely(access_error(f->error_code, vma))) {
		*si_code = SEGV_ACCERR;
	} else {
		result = handle_mm_fault(vma, f->address, flags);
		if (unlikely(result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
			return result; /* the lock is gone already */
	}
	mmap_read_unlock(mm);
	return result;
}

/* A fault that has to be tried again, but need not: a signal ends it first. */
static bool fault_signal_pending(const struct fault *f)
{
	return fatal_signal_pending(current) ||
	       (user_mode(f->regs) && signal_pending(current));
}

static void user_address_fault(const struct fault *f)
{
	unsigned int flags = FAULT_FLAG_DEFAULT;
	vm_fault_t result;
	int si_code = 0;

	if (f->error_code & X86_PF_WRITE)
		flags |= FAULT_FLAG_WRITE;
	if (f->error_code & X86_PF_INSTR)
		flags |= FAULT_FLAG_INSTRUCTION;
	if (user_mode(f->regs))
		flags |= FAULT_FLAG_USER;

	result = try_fault(f, flags, &si_code);
	while (unlikely(result & VM_FAULT_RETRY)) {
		if (fault_signal_pending(f)) {
			if (!user_mode(f->regs))
				bad_area(f, SIGBUS, BUS_ADRERR);
			return;
		}
		flags |= FAULT_FLAG_TRIED;
		result = try_fault(f, flags, &si_code);
	}
	if (unlikely(result & VM_FAULT_ERROR)) {
		if (si_code)
			bad_area(f, SIGSEGV, si_code);
		else
			fault_failed(f, result);
		return;
	}
	if (result & VM_FAULT_MAJOR)
		current->maj_flt++;
	else
		current->min_flt++;
}

/* May the kernel take mmap_lock, sleep, and bring in a page for this? */
static bool kernel_may_fault(const struct fault *f)
{
	if (f->error_code & X86_PF_INSTR)
		return false; /* SMEP */
	/* Only between STAC and CLAC, or where the exception table says so. */
	if (boot_cpu.smap ? !(f->regs->flags & X86_EFLAGS_AC)
			  : !has_fixup(f->regs->ip))
		return false;
	return current->mm && !pagefault_disabled() && !in_atomic();
}

void exc_page_fault(struct pt_regs *regs, unsigned long error_code)
{
	struct fault f = {
		.regs = regs,
		.error_code = error_code,
		.address = read_cr2(), /* before another fault changes it */
	};

	if (unlikely(error_code & X86_PF_RSVD))
		kernel_bug(&f);

	if (user_mode(regs)) {
		local_irq_enable();
		if (likely(f.address < TASK_SIZE_MAX))
			user_address_fault(&f);
		else
			bad_area(&f, SIGSEGV, SEGV_MAPERR);
		local_irq_disable();
		return;
	}

	if (f.address >= TASK_SIZE_MAX || !kernel_may_fault(&f)) {
		if (!fixup_exception(regs))
			kernel_bug(&f);
		return;
	}
	if (regs->flags & X86_EFLAGS_IF)
		local_irq_enable();
	user_address_fault(&f);
	local_irq_disable();
}
