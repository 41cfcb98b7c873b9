/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/process.c - what a task is to the CPU: a kernel stack, FPU
 * registers, and the bases of FS and GS.
 *
 * A new task gets a stack that looks as if it had called switch_stack():
 *
 *	stack + THREAD_SIZE	+--------------------+
 *				| struct pt_regs     |	of user mode
 *				+--------------------+
 *				| ret_from_fork      |
 *	thread.sp ->		| rbp rbx r12 .. r15 |
 *				+--------------------+
 *
 * In Linux: arch/x86/kernel/process.c, process_64.c.
 */
#include <asm/desc.h>
#include <asm/fpu.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <asm/prctl.h>
#include <asm/processor.h>
#include <asm/switch_to.h>
#include <asm/thread_flags.h>
#include <asm/traps.h>
#include <asm/uaccess.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"

_Static_assert(offsetof(struct task_struct, thread_flags) == 0,
	       "entry.S tests the flags through current");
_Static_assert(TIF_WORK_MASK_ASM == _TIF_WORK_MASK, "entry.S");

/* What switch_stack() pops. */
struct inactive_task_frame {
	unsigned long r15, r14, r13, r12, bx, bp;
	unsigned long ret_addr;
};

/* ---- FS and GS base ----------------------------------------------------- */

/*
 * A program can change them without the kernel, by WRFSBASE, if the CPU has
 * that.  In the kernel the program's GS base waits for SWAPGS in its own MSR.
 */
static void save_bases(struct thread_struct *t)
{
	if (!boot_cpu.fsgsbase)
		return; /* only arch_prctl() changes them, and it notes it */
	__asm__ volatile("rdfsbase %0" : "=r"(t->fsbase));
	t->gsbase = rdmsrq(MSR_KERNEL_GS_BASE);
}

static void write_fsbase(unsigned long base)
{
	if (boot_cpu.fsgsbase)
		__asm__ volatile("wrfsbase %0" ::"r"(base) : "memory");
	else
		wrmsrq(MSR_FS_BASE, base);
}

static void load_bases(const struct thread_struct *prev,
		       const struct thread_struct *next)
{
	write_fsbase(next->fsbase);
	/* An MSR write is slow, and hardly any program uses GS. */
	if (prev->gsbase != next->gsbase || !prev->fpu)
		wrmsrq(MSR_KERNEL_GS_BASE, next->gsbase);
}

/* ---- the switch --------------------------------------------------------- */

static unsigned long task_top_of_stack(const struct task_struct *task)
{
	return (unsigned long)task->stack + THREAD_SIZE;
}

struct task_struct *__switch_to(struct task_struct *prev,
				struct task_struct *next)
{
	unsigned long top = task_top_of_stack(next);

	if (prev->thread.fpu) {
		fpu_save(prev->thread.fpu);
		save_bases(&prev->thread);
	}
	if (next->thread.fpu) {
		fpu_restore(next->thread.fpu);
		load_bases(&prev->thread, &next->thread);
	}
	this_cpu_write(cpu_tss.sp0, top);
	this_cpu_write(cpu_current_top_of_stack, top);
	this_cpu_write(current_task, next);
	return switch_stack(prev, &prev->thread.sp, next->thread.sp);
}

/* ---- making tasks ------------------------------------------------------- */

static struct inactive_task_frame *init_frame(struct task_struct *p)
{
	struct pt_regs *regs = task_pt_regs(p);
	struct inactive_task_frame *frame =
		(struct inactive_task_frame *)regs - 1;

	memset(frame, 0, sizeof(*frame));
	frame->ret_addr = (unsigned long)ret_from_fork;
	p->thread.sp = (unsigned long)frame;
	return frame;
}

int copy_thread(struct task_struct *p, unsigned long clone_flags,
		unsigned long usp, unsigned long tls)
{
	struct pt_regs *regs = task_pt_regs(p);

	p->thread.fpu = fpu_alloc();
	if (!p->thread.fpu)
		return -ENOMEM;
	fpu_save(p->thread.fpu);
	save_bases(&current->thread);
	p->thread.fsbase = current->thread.fsbase;
	p->thread.gsbase = current->thread.gsbase;

	init_frame(p);
	*regs = *current_pt_regs();
	regs->ax = 0;
	if (usp)
		regs->sp = usp;
	if (clone_flags & CLONE_SETTLS) {
		if (tls >= TASK_SIZE_MAX) {
			fpu_free(p->thread.fpu);
			p->thread.fpu = NULL;
			return -EPERM;
		}
		p->thread.fsbase = tls;
	}
	return 0;
}

int copy_kernel_thread(struct task_struct *p, int (*fn)(void *), void *arg)
{
	struct inactive_task_frame *frame = init_frame(p);

	p->thread.fpu = NULL;
	memset(task_pt_regs(p), 0, sizeof(struct pt_regs));
	frame->bx = (unsigned long)fn;
	frame->r12 = (unsigned long)arg;
	return 0;
}

void exit_thread(struct task_struct *p)
{
	struct fpu *fpu = p->thread.fpu;

	p->thread.fpu = NULL;
	fpu_free(fpu);
}

int flush_thread(void)
{
	struct thread_struct *t = &current->thread;
	struct fpu *fpu = t->fpu ? t->fpu : fpu_alloc();

	if (!fpu)
		return -ENOMEM;
	preempt_disable();
	t->fpu = fpu;
	t->fsbase = t->gsbase = 0;
	write_fsbase(0);
	wrmsrq(MSR_KERNEL_GS_BASE, 0);
	preempt_enable();
	fpu_reset(fpu);
	return 0;
}

void start_thread(struct pt_regs *regs, unsigned long new_ip,
		  unsigned long new_sp)
{
	memset(regs, 0, sizeof(*regs));
	regs->ip = new_ip;
	regs->sp = new_sp;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	regs->flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	regs->orig_ax = (unsigned long)-1;
}

/* ---- arch_prctl() ------------------------------------------------------- */

static long set_base(unsigned long *slot, unsigned long base, bool gs)
{
	if (base >= TASK_SIZE_MAX)
		return -EPERM;
	preempt_disable();
	*slot = base;
	if (gs)
		wrmsrq(MSR_KERNEL_GS_BASE, base);
	else
		write_fsbase(base);
	preempt_enable();
	return 0;
}

SYSCALL_DEFINE2(arch_prctl, int, option, unsigned long, arg)
{
	struct thread_struct *t = &current->thread;

	preempt_disable();
	save_bases(t);
	preempt_enable();
	switch (option) {
	case ARCH_SET_FS:
		return set_base(&t->fsbase, arg, false);
	case ARCH_SET_GS:
		return set_base(&t->gsbase, arg, true);
	case ARCH_GET_FS:
		return put_user(t->fsbase, (unsigned long __user *)arg);
	case ARCH_GET_GS:
		return put_user(t->gsbase, (unsigned long __user *)arg);
	default:
		return -EINVAL;
	}
}
