/* SPDX-License-Identifier: MIT */
/*
 * kernel/clone.c - the system calls that make tasks.
 *
 * All of them fill a kernel_clone_args and call kernel_clone().
 *
 * In Linux: kernel/fork.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/signal_types.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"

SYSCALL_DEFINE0(fork)
{
	struct kernel_clone_args args = { .exit_signal = SIGCHLD };

	return kernel_clone(&args);
}

SYSCALL_DEFINE0(vfork)
{
	struct kernel_clone_args args = {
		.flags = CLONE_VFORK | CLONE_VM,
		.exit_signal = SIGCHLD,
	};

	return kernel_clone(&args);
}

SYSCALL_DEFINE5(clone, unsigned long, clone_flags, unsigned long, newsp,
		int __user *, parent_tidptr, int __user *, child_tidptr,
		unsigned long, tls)
{
	struct kernel_clone_args args = {
		.flags = lower_32_bits(clone_flags) & ~CSIGNAL,
		.exit_signal = clone_flags & CSIGNAL,
		.parent_tid = parent_tidptr,
		.child_tid = child_tidptr,
		.stack = newsp,
		.tls = tls,
	};

	return kernel_clone(&args);
}

/* clone3()'s structure, as of its third version. */
struct clone_args {
	u64 flags;
	u64 pidfd;
	u64 child_tid;
	u64 parent_tid;
	u64 exit_signal;
	u64 stack;
	u64 stack_size;
	u64 tls;
	u64 set_tid;
	u64 set_tid_size;
	u64 cgroup;
};
#define CLONE_ARGS_SIZE_VER0 64

static int copy_clone_args(struct kernel_clone_args *kargs,
			   const struct clone_args __user *uargs, size_t size)
{
	struct clone_args args;
	int err;

	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	err = copy_struct_from_user(&args, sizeof(args), uargs, size);
	if (err)
		return err;
	if (args.set_tid || args.set_tid_size) /* choosing pids: not there */
		return -EINVAL;
	if ((args.exit_signal & ~CSIGNAL) || !valid_signal(args.exit_signal))
		return -EINVAL;

	*kargs = (struct kernel_clone_args){
		.flags = args.flags,
		.parent_tid = (int __user *)args.parent_tid,
		.child_tid = (int __user *)args.child_tid,
		.exit_signal = args.exit_signal,
		.stack = args.stack,
		.stack_size = args.stack_size,
		.tls = args.tls,
	};
	return 0;
}

/* clone3() takes the lowest byte of the stack; the CPU wants its end. */
static bool clone3_stack_valid(struct kernel_clone_args *kargs)
{
	if (kargs->stack == 0)
		return kargs->stack_size == 0;
	if (kargs->stack_size == 0)
		return false;
	if (!access_ok((void __user *)kargs->stack, kargs->stack_size))
		return false;
	kargs->stack += kargs->stack_size;
	return true;
}

SYSCALL_DEFINE2(clone3, struct clone_args __user *, uargs, size_t, size)
{
	const u64 known =
		0xffffffffULL | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP;
	struct kernel_clone_args args;
	int err;

	err = copy_clone_args(&args, uargs, size);
	if (err)
		return err;
	if (args.flags & (~known | CLONE_DETACHED | CSIGNAL))
		return -EINVAL;
	if ((args.flags & (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND)) ==
	    (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND))
		return -EINVAL;
	if ((args.flags & (CLONE_THREAD | CLONE_PARENT)) && args.exit_signal)
		return -EINVAL;
	if (!clone3_stack_valid(&args))
		return -EINVAL;
	return kernel_clone(&args);
}

SYSCALL_DEFINE1(set_tid_address, int __user *, tidptr)
{
	current->clear_child_tid = tidptr;
	return current->pid;
}
