/* SPDX-License-Identifier: MIT */
/*
 * kernel/sigaltstack.c - a stack of their own for signal handlers.
 *
 * In Linux: kernel/signal.c, include/linux/sched/signal.h.
 */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"

bool on_sig_stack(unsigned long sp)
{
	/*
	 * With SS_AUTODISARM the stack is not set while a handler runs, so
	 * being on it means nothing.
	 */
	if (current->sas_ss_flags & SS_AUTODISARM)
		return false;
	return sp > current->sas_ss_sp &&
	       sp - current->sas_ss_sp <= current->sas_ss_size;
}

int sas_ss_flags(unsigned long sp)
{
	if (!current->sas_ss_size)
		return SS_DISABLE;
	return on_sig_stack(sp) ? SS_ONSTACK : 0;
}

void sas_ss_reset(struct task_struct *p)
{
	p->sas_ss_sp = 0;
	p->sas_ss_size = 0;
	p->sas_ss_flags = SS_DISABLE;
}

/* The top of the stack that the frame of @ksig goes to. */
unsigned long sigsp(unsigned long sp, struct ksignal *ksig)
{
	if ((ksig->ka.sa.sa_flags & SA_ONSTACK) && !sas_ss_flags(sp))
		return current->sas_ss_sp + current->sas_ss_size;
	return sp;
}

static int set_altstack(const stack_t *ss, unsigned long sp)
{
	struct task_struct *p = current;
	int mode = ss->ss_flags & ~(int)SS_AUTODISARM;

	if (on_sig_stack(sp))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == SS_DISABLE) {
		p->sas_ss_sp = 0;
		p->sas_ss_size = 0;
		p->sas_ss_flags = ss->ss_flags;
		return 0;
	}
	if (ss->ss_size < MINSIGSTKSZ)
		return -ENOMEM;
	p->sas_ss_sp = (unsigned long)ss->ss_sp;
	p->sas_ss_size = ss->ss_size;
	p->sas_ss_flags = ss->ss_flags;
	return 0;
}

SYSCALL_DEFINE2(sigaltstack, const stack_t __user *, uss, stack_t __user *,
		uoss)
{
	unsigned long sp = current_pt_regs()->sp;
	stack_t ss, oss = {
		.ss_sp = (void __user *)current->sas_ss_sp,
		.ss_size = current->sas_ss_size,
		.ss_flags = sas_ss_flags(sp) |
			    (int)(current->sas_ss_flags & SS_AUTODISARM),
	};

	if (uss) {
		int err;

		if (copy_from_user(&ss, uss, sizeof(ss)))
			return -EFAULT;
		err = set_altstack(&ss, sp);
		if (err)
			return err;
	}
	if (uoss && copy_to_user(uoss, &oss, sizeof(oss)))
		return -EFAULT;
	return 0;
}

/* rt_sigreturn: the stack as it was; a bad one is no reason to fail. */
int restore_altstack(const stack_t __user *uss)
{
	stack_t ss;

	if (copy_from_user(&ss, uss, sizeof(ss)))
		return -EFAULT;
	(void)set_altstack(&ss, current_pt_regs()->sp);
	return 0;
}

int save_altstack(stack_t __user *uss, unsigned long sp)
{
	stack_t ss = {
		.ss_sp = (void __user *)current->sas_ss_sp,
		.ss_size = current->sas_ss_size,
		.ss_flags = current->sas_ss_flags,
	};

	return copy_to_user(uss, &ss, sizeof(ss)) ? -EFAULT : 0;
}
