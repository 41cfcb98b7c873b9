/* SPDX-License-Identifier: MIT */
/*
 * kernel/wait4.c - a parent learns what became of its children.
 *
 * One scan looks at every child under tasklist_lock.  A child that has
 * something to tell (ended, stopped, continued) is recorded in the wait_opts
 * and, unless WNOWAIT, the news is consumed while the lock is still held; so
 * no two waiters get the same.  Copying to user space comes after the lock.
 *
 * The caller is on the wait queue before the scan, so that news which comes
 * after the scan wakes it.
 *
 * In Linux: kernel/exit.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/wait.h"

#define WNOHANG    0x00000001
#define WUNTRACED  0x00000002
#define WSTOPPED   WUNTRACED
#define WEXITED    0x00000004
#define WCONTINUED 0x00000008
#define WNOWAIT    0x01000000 /* leave it there to be waited for again */
#define WNOTHREAD  0x20000000 /* not the children of other threads */
#define WALL       0x40000000
#define WCLONE     0x80000000 /* only children that do not send SIGCHLD */

/* waitid()'s which */
#define P_ALL  0
#define P_PID  1
#define P_PGID 2

/* What waitid() says of a child. */
struct waitid_info {
	pid_t pid;
	uid_t uid;
	int status;
	int cause; /* CLD_* */
};

struct wait_opts {
	int which; /* P_* */
	pid_t id;
	int flags;
	bool want_rusage;
	/* The answer: */
	int error;  /* -ECHILD until a child is seen that could match */
	pid_t pid;  /* 0: no news */
	int status; /* as wait4() codes it */
	struct waitid_info info;
	struct rusage rusage;
	struct task_struct *dead; /* to be released by the caller */
};

/* ---- one child ---------------------------------------------------------- */

static bool eligible_child(const struct wait_opts *wo,
			   const struct task_struct *p)
{
	if (wo->which == P_PID && p->pid != wo->id)
		return false;
	if (wo->which == P_PGID && p->signal->pgrp != wo->id)
		return false;
	/* A "clone" child is one that ends with another signal or none. */
	if ((p->exit_signal != SIGCHLD) != !!(wo->flags & WCLONE) &&
	    !(wo->flags & WALL))
		return false;
	return true;
}

static void report(struct wait_opts *wo, struct task_struct *p, int cause,
		   int status)
{
	wo->pid = p->pid;
	wo->info.pid = p->pid;
	wo->info.uid = p->uid;
	wo->info.cause = cause;
	wo->info.status = status;
	if (wo->want_rusage)
		getrusage(p, RUSAGE_BOTH, &wo->rusage);
}

/* What a dead child and its own children used is the parent's from now on. */
static void inherit_usage(struct task_struct *p) __must_hold(&tasklist_lock)
{
	struct signal_struct *sig = p->signal;
	struct signal_struct *psig = current->signal;

	lockdep_assert_held(&tasklist_lock);
	spin_lock_irq(&current->sighand->siglock);
	psig->cutime += p->utime + sig->utime + sig->cutime;
	psig->cstime += p->stime + sig->stime + sig->cstime;
	psig->cmin_flt += p->min_flt + sig->min_flt + sig->cmin_flt;
	psig->cmaj_flt += p->maj_flt + sig->maj_flt + sig->cmaj_flt;
	psig->cnvcsw += p->nvcsw + sig->nvcsw + sig->cnvcsw;
	psig->cnivcsw += p->nivcsw + sig->nivcsw + sig->cnivcsw;
	psig->cmaxrss = max3(psig->cmaxrss, sig->maxrss, sig->cmaxrss);
	spin_unlock_irq(&current->sighand->siglock);
}

static bool wait_task_zombie(struct wait_opts *wo, struct task_struct *p)
	__must_hold(&tasklist_lock)
{
	int status;

	lockdep_assert_held(&tasklist_lock);
	if (!(wo->flags & WEXITED))
		return false;
	status = p->signal->flags & SIGNAL_GROUP_EXIT
			 ? p->signal->group_exit_code
			 : p->exit_code;
	wo->status = status;
	if ((status & 0x7f) == 0)
		report(wo, p, CLD_EXITED, status >> 8);
	else
		report(wo, p, status & 0x80 ? CLD_DUMPED : CLD_KILLED,
		       status & 0x7f);
	if (wo->flags & WNOWAIT)
		return true;

	inherit_usage(p);
	p->exit_state = EXIT_DEAD;
	wo->dead = p;
	return true;
}

static bool wait_task_stopped(struct wait_opts *wo, struct task_struct *p)
	__must_hold(&tasklist_lock)
{
	struct signal_struct *sig = p->signal;
	int code = 0;

	lockdep_assert_held(&tasklist_lock);
	if (!(wo->flags & WUNTRACED) || !p->sighand)
		return false;
	spin_lock_irq(&p->sighand->siglock);
	if (sig->flags & SIGNAL_STOP_STOPPED) {
		code = sig->group_exit_code;
		if (!(wo->flags & WNOWAIT))
			sig->group_exit_code = 0; /* told */
	}
	spin_unlock_irq(&p->sighand->siglock);
	if (!code)
		return false;

	report(wo, p, CLD_STOPPED, code);
	wo->status = code << 8 | 0x7f;
	return true;
}

static bool wait_task_continued(struct wait_opts *wo, struct task_struct *p)
	__must_hold(&tasklist_lock)
{
	struct signal_struct *sig = p->signal;
	bool continued;

	lockdep_assert_held(&tasklist_lock);
	if (!(wo->flags & WCONTINUED) || !p->sighand)
		return false;
	spin_lock_irq(&p->sighand->siglock);
	continued = sig->flags & SIGNAL_STOP_CONTINUED;
	if (continued && !(wo->flags & WNOWAIT))
		sig->flags &= ~SIGNAL_STOP_CONTINUED;
	spin_unlock_irq(&p->sighand->siglock);
	if (!continued)
		return false;

	report(wo, p, CLD_CONTINUED, SIGCONT);
	wo->status = 0xffff;
	return true;
}

/* Whether @p has news, which is then in @wo. */
static bool wait_consider_task(struct wait_opts *wo, struct task_struct *p)
	__must_hold(&tasklist_lock)
{
	lockdep_assert_held(&tasklist_lock);
	if (p->exit_state == EXIT_DEAD || !eligible_child(wo, p))
		return false;
	wo->error = 0;
	if (p->exit_state == EXIT_ZOMBIE && !delay_group_leader(p))
		return wait_task_zombie(wo, p);
	return wait_task_stopped(wo, p) || wait_task_continued(wo, p);
}

/* ---- all children ------------------------------------------------------- */

static bool wait_scan_thread(struct wait_opts *wo, struct task_struct *parent)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	list_for_each_entry (p, &parent->children, sibling)
		if (wait_consider_task(wo, p))
			return true;
	return false;
}

/* Whether there is news; wo->error says whether there may ever be. */
static bool wait_scan(struct wait_opts *wo)
{
	struct task_struct *t;
	bool found = false;

	wo->error = -ECHILD;
	spin_lock(&tasklist_lock);
	if (wo->flags & WNOTHREAD) {
		found = wait_scan_thread(wo, current);
	} else {
		for_each_thread (current, t) {
			found = wait_scan_thread(wo, t);
			if (found)
				break;
		}
	}
	spin_unlock(&tasklist_lock);

	if (wo->dead) {
		release_task(wo->dead);
		wo->dead = NULL;
	}
	return found;
}

/* Return: pid of the child with news, 0 (WNOHANG and none), or -errno. */
static long do_wait(struct wait_opts *wo)
{
	struct wait_queue_head *wq = &current->signal->wait_chldexit;
	DEFINE_WAIT_FUNC(wait, default_wake_function);
	long ret;

	add_wait_queue(wq, &wait);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (wait_scan(wo)) {
			ret = wo->pid;
			break;
		}
		ret = wo->error;
		if (ret || (wo->flags & WNOHANG))
			break;
		ret = -ERESTARTSYS;
		if (signal_pending(current))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	remove_wait_queue(wq, &wait);
	return ret;
}

/* ---- the calls ---------------------------------------------------------- */

SYSCALL_DEFINE4(wait4, pid_t, upid, int __user *, stat_addr, int, options,
		struct rusage __user *, ru)
{
	struct wait_opts wo = { .flags = options | WEXITED };
	long ret;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD |
			(int)WCLONE | WALL))
		return -EINVAL;
	if (upid == INT_MIN) /* has no positive counterpart */
		return -ESRCH;

	wo.which = P_PID;
	wo.id = upid;
	if (upid == -1) {
		wo.which = P_ALL;
	} else if (upid < 0) {
		wo.which = P_PGID;
		wo.id = -upid;
	} else if (upid == 0) {
		wo.which = P_PGID;
		wo.id = current->signal->pgrp;
	}
	wo.want_rusage = ru;

	ret = do_wait(&wo);
	if (ret > 0 && stat_addr && put_user(wo.status, stat_addr))
		ret = -EFAULT;
	if (ret > 0 && ru && copy_to_user(ru, &wo.rusage, sizeof(*ru)))
		ret = -EFAULT;
	return ret;
}

static int waitid_target(struct wait_opts *wo, int which, pid_t upid)
{
	wo->which = which;
	wo->id = upid;
	switch (which) {
	case P_ALL:
		return 0;
	case P_PID:
		return upid <= 0 ? -EINVAL : 0;
	case P_PGID:
		if (upid < 0)
			return -EINVAL;
		if (upid == 0)
			wo->id = current->signal->pgrp;
		return 0;
	default: /* P_PIDFD too: there are no pidfds */
		return -EINVAL;
	}
}

SYSCALL_DEFINE5(waitid, int, which, pid_t, upid, siginfo_t __user *, infop, int,
		options, struct rusage __user *, ru)
{
	struct wait_opts wo = { .flags = options, .want_rusage = ru };
	long ret;

	if (options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED |
			WNOTHREAD | (int)WCLONE | WALL))
		return -EINVAL;
	if (!(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	ret = waitid_target(&wo, which, upid);
	if (ret)
		return ret;

	ret = do_wait(&wo);
	if (ret > 0 && ru && copy_to_user(ru, &wo.rusage, sizeof(*ru)))
		return -EFAULT;
	if (ret < 0 || !infop)
		return ret < 0 ? ret : 0;

	/*
	 * Without news the fields that say who are 0.  The rest of *infop is
	 * not written.
	 */
	if (put_user(ret > 0 ? SIGCHLD : 0, &infop->si_signo) ||
	    put_user(0, &infop->si_errno) ||
	    put_user(wo.info.cause, &infop->si_code) ||
	    put_user(wo.info.pid, &infop->si_pid) ||
	    put_user(wo.info.uid, &infop->si_uid) ||
	    put_user(wo.info.status, &infop->si_status))
		return -EFAULT;
	return 0;
}
