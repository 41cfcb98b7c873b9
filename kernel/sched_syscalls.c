/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched_syscalls.c - what user space may say to the scheduler.
 *
 * There is one scheduling class.  SCHED_BATCH and SCHED_IDLE are accepted and
 * remembered, as hints that change nothing; the real-time policies are not
 * there.
 *
 * In Linux: kernel/sched/core.c, kernel/sys.c.
 */
#include <asm/smp.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/sched_rq.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/time.h"

#define SCHED_NORMAL        0
#define SCHED_FIFO          1
#define SCHED_RR            2
#define SCHED_BATCH         3
#define SCHED_IDLE          5
#define SCHED_RESET_ON_FORK 0x40000000

struct sched_param {
	int sched_priority;
};

SYSCALL_DEFINE0(sched_yield)
{
	yield();
	return 0;
}

/* A task by number, 0 for the caller, with a reference. */
static struct task_struct *get_task(pid_t pid)
{
	if (pid)
		return find_task_by_vpid(pid);
	get_task_struct(current);
	return current;
}

static bool same_owner(const struct task_struct *p)
{
	return capable_root() || current->euid == p->euid ||
	       current->euid == p->uid;
}

/* ---- CPUs --------------------------------------------------------------- */

SYSCALL_DEFINE3(sched_setaffinity, pid_t, pid, unsigned int, len,
		unsigned long __user *, user_mask)
{
	struct task_struct *p;
	cpumask_t mask = { 0 };
	int err = -EPERM;

	if (copy_from_user(&mask, user_mask, min_t(size_t, len, sizeof(mask))))
		return -EFAULT;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	if (same_owner(p))
		err = set_cpus_allowed(p, &mask);
	put_task_struct(p);
	return err;
}

SYSCALL_DEFINE3(sched_getaffinity, pid_t, pid, unsigned int, len,
		unsigned long __user *, user_mask)
{
	struct task_struct *p;
	unsigned long mask;

	if (len * 8UL < nr_cpu_ids || len % sizeof(long))
		return -EINVAL;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	mask = READ_ONCE(p->cpus_allowed.bits) & cpu_online_mask.bits;
	put_task_struct(p);
	if (put_user(mask, user_mask))
		return -EFAULT;
	return sizeof(mask);
}

/* ---- policies ----------------------------------------------------------- */

static int set_scheduler(pid_t pid, int policy,
			 const struct sched_param __user *uparam)
{
	struct sched_param param;
	struct task_struct *p;
	int err = 0;

	if (pid < 0 || !uparam)
		return -EINVAL;
	if (copy_from_user(&param, uparam, sizeof(param)))
		return -EFAULT;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	if (policy == -1) /* sched_setparam(): keep it */
		policy = p->policy;
	if (policy != SCHED_NORMAL && policy != SCHED_BATCH &&
	    policy != SCHED_IDLE)
		err = -EINVAL;
	else if (param.sched_priority)
		err = -EINVAL;
	else if (!same_owner(p))
		err = -EPERM;
	else
		p->policy = policy;
	put_task_struct(p);
	return err;
}

SYSCALL_DEFINE3(sched_setscheduler, pid_t, pid, int, policy,
		const struct sched_param __user *, param)
{
	if (policy < 0)
		return -EINVAL;
	return set_scheduler(pid, policy, param);
}

SYSCALL_DEFINE2(sched_setparam, pid_t, pid, const struct sched_param __user *,
		param)
{
	return set_scheduler(pid, -1, param);
}

SYSCALL_DEFINE1(sched_getscheduler, pid_t, pid)
{
	struct task_struct *p;
	int policy;

	if (pid < 0)
		return -EINVAL;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	policy = p->policy;
	put_task_struct(p);
	return policy;
}

SYSCALL_DEFINE2(sched_getparam, pid_t, pid, struct sched_param __user *, uparam)
{
	struct sched_param param = { .sched_priority = 0 };
	struct task_struct *p;

	if (pid < 0 || !uparam)
		return -EINVAL;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	put_task_struct(p);
	return copy_to_user(uparam, &param, sizeof(param)) ? -EFAULT : 0;
}

/* The range of a policy's priorities is ABI, the policy there or not. */
static int priority_limit(int policy, int of_realtime)
{
	switch (policy) {
	case SCHED_FIFO:
	case SCHED_RR:
		return of_realtime;
	case SCHED_NORMAL:
	case SCHED_BATCH:
	case SCHED_IDLE:
		return 0;
	default:
		return -EINVAL;
	}
}

SYSCALL_DEFINE1(sched_get_priority_max, int, policy)
{
	return priority_limit(policy, 99);
}

SYSCALL_DEFINE1(sched_get_priority_min, int, policy)
{
	return priority_limit(policy, 1);
}

SYSCALL_DEFINE2(sched_rr_get_interval, pid_t, pid, struct timespec64 __user *,
		interval)
{
	struct timespec64 ts;
	struct task_struct *p;

	if (pid < 0)
		return -EINVAL;
	p = get_task(pid);
	if (!p)
		return -ESRCH;
	ts = ns_to_timespec64(new_slice(p));
	put_task_struct(p);
	return copy_to_user(interval, &ts, sizeof(ts)) ? -EFAULT : 0;
}

/* ---- nice --------------------------------------------------------------- */

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2

/* Whether setpriority(which, who) means @p. */
static bool prio_selects(const struct task_struct *p, int which, int who)
{
	switch (which) {
	case PRIO_PROCESS:
		return p->pid == (who ? who : current->pid);
	case PRIO_PGRP:
		return p->signal->pgrp == (who ? who : current->signal->pgrp);
	default:
		return p->uid == (who ? (uid_t)who : current->uid);
	}
}

/* @err is what earlier tasks gave. */
static int set_one_nice(struct task_struct *p, int nice, int err)
{
	/* 20 - nice is on the scale of RLIMIT_NICE. */
	u64 limit = READ_ONCE(p->signal->rlim[RLIMIT_NICE].rlim_cur);

	if (!same_owner(p))
		return -EPERM;
	if (nice < p->nice && 20 - nice > limit && !capable_root())
		return -EACCES;
	p->nice = nice;
	return err == -ESRCH ? 0 : err;
}

SYSCALL_DEFINE3(setpriority, int, which, int, who, int, niceval)
{
	struct task_struct *p, *t;
	int err = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	niceval = clamp(niceval, -20, 19);
	spin_lock(&tasklist_lock);
	for_each_process (p)
		for_each_thread (p, t)
			if (prio_selects(t, which, who))
				err = set_one_nice(t, niceval, err);
	spin_unlock(&tasklist_lock);
	return err;
}

/* The best of those meant, as 20 - nice, so that it is never negative. */
SYSCALL_DEFINE2(getpriority, int, which, int, who)
{
	struct task_struct *p, *t;
	long best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	spin_lock(&tasklist_lock);
	for_each_process (p)
		for_each_thread (p, t)
			if (prio_selects(t, which, who))
				best = max(best, 20L - t->nice);
	spin_unlock(&tasklist_lock);
	return best;
}
