/* SPDX-License-Identifier: MIT */
/*
 * kernel/ptrace.c - who may look into whose memory.
 *
 * One rule for all that read or change another process from outside: /proc/PID,
 * process_vm_readv() and process_vm_writev().
 *
 * In Linux: kernel/ptrace.c:__ptrace_may_access().
 */
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/ptrace.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/mm.h"

bool ptrace_may_access(const struct task_struct *task, enum ptrace_mode mode)
{
	bool real = mode == PTRACE_MODE_REALCREDS;
	uid_t uid = real ? current->uid : current->fsuid;
	gid_t gid = real ? current->gid : current->fsgid;

	if (same_thread_group(task, current) || capable_root())
		return true;
	return uid == task->euid && uid == task->suid && uid == task->uid &&
	       gid == task->egid && gid == task->sgid && gid == task->gid;
}

struct mm_struct *mm_access(struct task_struct *task, enum ptrace_mode mode)
{
	struct mm_struct *mm = get_task_mm(task);

	if (mm && mm != current->mm && !ptrace_may_access(task, mode)) {
		mmput(mm);
		return ERR_PTR(-EACCES);
	}
	return mm;
}
