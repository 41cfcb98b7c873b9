/* SPDX-License-Identifier: MIT */
/*
 * kernel/ptrace.h - who may look into whose memory.
 *
 * In Linux: include/linux/ptrace.h.
 */
#ifndef KILBURN_KERNEL_PTRACE_H
#define KILBURN_KERNEL_PTRACE_H

#include "kernel/lib/types.h"

struct mm_struct;
struct task_struct;

/* As which user the caller asks: the one it acts as on files, or its real one. */
enum ptrace_mode {
	PTRACE_MODE_FSCREDS,
	PTRACE_MODE_REALCREDS,
};

/**
 * ptrace_may_access() - may current inspect @task?
 * @task: any task
 * @mode: which of current's users counts
 *
 * Yes for a thread of the same process, for root, and where @task is the same
 * user and group in every respect: so not for a set-user-ID program.
 */
bool ptrace_may_access(const struct task_struct *task, enum ptrace_mode mode);

/**
 * mm_access() - the address space of a task, for a debugger.
 * @task: any task that cannot go away
 * @mode: as above
 *
 * Return: the mm, to be given to mmput(); NULL if @task has none, or no more;
 * ERR_PTR(-EACCES).
 * Source: Linux kernel/fork.c:mm_access().
 */
struct mm_struct *mm_access(struct task_struct *task, enum ptrace_mode mode);

#endif /* KILBURN_KERNEL_PTRACE_H */
