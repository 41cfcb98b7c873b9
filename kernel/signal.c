/* SPDX-License-Identifier: MIT */
/*
 * kernel/signal.c - the system calls that send signals and set actions.
 *
 * In Linux: kernel/signal.c.
 */
#include "kernel/signal.h"
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"

/* ---- siginfo ------------------------------------------------------------ */

void clear_siginfo(kernel_siginfo_t *info)
{
	memset(info, 0, sizeof(*info));
}

int copy_siginfo_to_user(siginfo_t __user *to, const kernel_siginfo_t *from)
{
	char __user *rest = (char __user *)to + sizeof(*from);

	if (copy_to_user(to, from, sizeof(*from)) ||
	    clear_user(rest, sizeof(*to) - sizeof(*from)))
		return -EFAULT;
	return 0;
}

/* Whether we know what is in the part of a siginfo that we keep. */
static bool known_siginfo_layout(int code)
{
	return (code >= -7 && code <= 8) || code == SI_KERNEL || code == -60;
}

int copy_siginfo_from_user(kernel_siginfo_t *to, const siginfo_t __user *from)
{
	siginfo_t info;

	if (copy_from_user(&info, from, sizeof(info)))
		return -EFAULT;
	memcpy(to, &info, sizeof(*to));
	if (known_siginfo_layout(to->si_code))
		return 0;
	/* Of any other, no field may be beyond that part. */
	for (size_t i = sizeof(*to); i < sizeof(info); i++)
		if (((const char *)&info)[i])
			return -E2BIG;
	return 0;
}

/* ---- kill --------------------------------------------------------------- */

/* Whether current may send @sig to @t. */
static bool kill_permitted(struct task_struct *t, int sig)
{
	const struct task_struct *me = current;

	if (same_thread_group(t, me) || capable_root())
		return true;
	if (me->euid == t->suid || me->euid == t->uid || me->uid == t->suid ||
	    me->uid == t->uid)
		return true;
	return sig == SIGCONT && t->signal->session == me->signal->session;
}

/* Check everything, then send; @sig 0 only checks.  tasklist_lock is held. */
static int kill_one(int sig, struct kernel_siginfo *info, struct task_struct *t,
		    enum pid_type type) __must_hold(&tasklist_lock)
{
	bool from_user = info == SEND_SIG_NOINFO ||
			 (info != SEND_SIG_PRIV && info->si_code <= 0);

	lockdep_assert_held(&tasklist_lock);
	if (!valid_signal(sig))
		return -EINVAL;
	if (from_user && !kill_permitted(t, sig))
		return -EPERM;
	return sig ? send_signal_to(sig, info, t, type) : 0;
}

static int kill_process(pid_t pid, int sig, struct kernel_siginfo *info)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p = find_task_locked(pid);

	lockdep_assert_held(&tasklist_lock);
	return p ? kill_one(sig, info, p, PIDTYPE_TGID) : -ESRCH;
}

/* Success if one member got it; otherwise what the last one said. */
static int kill_group(pid_t pgrp, int sig, struct kernel_siginfo *info)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p;
	int err = -ESRCH;
	bool success = false;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p) {
		if (p->signal->pgrp != pgrp)
			continue;
		err = kill_one(sig, info, p, PIDTYPE_PGID);
		success |= !err;
	}
	return success ? 0 : err;
}

/* All but init and ourselves. */
static int kill_all(int sig, struct kernel_siginfo *info)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p;
	int ret = -ESRCH;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p) {
		int err;

		if (p->pid <= 1 || same_thread_group(p, current))
			continue;
		err = kill_one(sig, info, p, PIDTYPE_PGID);
		if (err != -EPERM)
			ret = err;
		else if (ret == -ESRCH)
			ret = 0;
	}
	return ret;
}

static void init_kill_info(struct kernel_siginfo *info, int sig, int code)
{
	clear_siginfo(info);
	info->si_signo = sig;
	info->si_code = code;
	info->si_pid = current->tgid;
	info->si_uid = current->uid;
}

SYSCALL_DEFINE2(kill, pid_t, pid, int, sig)
{
	struct kernel_siginfo info;
	int ret;

	if (pid == INT_MIN)
		return -ESRCH;
	init_kill_info(&info, sig, SI_USER);

	spin_lock(&tasklist_lock);
	if (pid > 0)
		ret = kill_process(pid, sig, &info);
	else if (pid == -1)
		ret = kill_all(sig, &info);
	else
		ret = kill_group(pid ? -pid : current->signal->pgrp, sig,
				 &info);
	spin_unlock(&tasklist_lock);
	return ret;
}

/* To one thread; @tgid is its process, or 0 for any. */
static int kill_thread(pid_t tgid, pid_t pid, int sig,
		       struct kernel_siginfo *info)
{
	struct task_struct *p;
	int ret = -ESRCH;

	spin_lock(&tasklist_lock);
	p = find_task_locked(pid);
	if (p && (tgid <= 0 || p->tgid == tgid)) {
		ret = kill_one(sig, info, p, PIDTYPE_PID);
		if (ret == -ESRCH)
			ret = 0; /* it is ending: as if just after */
	}
	spin_unlock(&tasklist_lock);
	return ret;
}

SYSCALL_DEFINE3(tgkill, pid_t, tgid, pid_t, pid, int, sig)
{
	struct kernel_siginfo info;

	if (pid <= 0 || tgid <= 0)
		return -EINVAL;
	init_kill_info(&info, sig, SI_TKILL);
	return kill_thread(tgid, pid, sig, &info);
}

SYSCALL_DEFINE2(tkill, pid_t, pid, int, sig)
{
	struct kernel_siginfo info;

	if (pid <= 0)
		return -EINVAL;
	init_kill_info(&info, sig, SI_TKILL);
	return kill_thread(0, pid, sig, &info);
}

/* The siginfo of a sigqueue(); only a process itself may pose as another. */
static int get_queue_info(struct kernel_siginfo *info,
			  const siginfo_t __user *uinfo, int sig, pid_t pid)
{
	int err = copy_siginfo_from_user(info, uinfo);

	if (err)
		return err;
	info->si_signo = sig;
	if ((info->si_code >= 0 || info->si_code == SI_TKILL) &&
	    current->pid != pid)
		return -EPERM;
	return 0;
}

SYSCALL_DEFINE3(rt_sigqueueinfo, pid_t, pid, int, sig, siginfo_t __user *,
		uinfo)
{
	struct kernel_siginfo info;
	int ret = get_queue_info(&info, uinfo, sig, pid);

	if (ret)
		return ret;
	spin_lock(&tasklist_lock);
	ret = kill_process(pid, sig, &info);
	spin_unlock(&tasklist_lock);
	return ret;
}

SYSCALL_DEFINE4(rt_tgsigqueueinfo, pid_t, tgid, pid_t, pid, int, sig,
		siginfo_t __user *, uinfo)
{
	struct kernel_siginfo info;
	int ret = copy_siginfo_from_user(&info, uinfo);

	if (ret)
		return ret;
	if (pid <= 0 || tgid <= 0)
		return -EINVAL;
	ret = get_queue_info(&info, uinfo, sig, pid);
	if (ret)
		return ret;
	return kill_thread(tgid, pid, sig, &info);
}

/* ---- actions ------------------------------------------------------------ */

void flush_signal_handlers(struct task_struct *p, bool force_default)
{
	struct k_sigaction *ka = p->sighand->action;

	for (int i = 0; i < _NSIG; i++, ka++) {
		if (force_default || ka->sa.sa_handler != SIG_IGN)
			ka->sa.sa_handler = SIG_DFL;
		ka->sa.sa_flags = 0;
		ka->sa.sa_restorer = NULL;
		sigemptyset(&ka->sa.sa_mask);
	}
}

/* Forget every waiting @sig: its new action is to ignore it. */
static void discard_pending(struct task_struct *p, int sig)
{
	struct task_struct *t;

	lockdep_assert_held(&p->sighand->siglock);
	flush_sigqueue_mask(sigmask(sig), &p->signal->shared_pending);
	for_each_thread (p, t)
		flush_sigqueue_mask(sigmask(sig), &t->pending);
}

int do_sigaction(int sig, struct k_sigaction *act, struct k_sigaction *oact)
{
	struct task_struct *p = current;
	struct k_sigaction *k;

	if (!valid_signal(sig) || sig < 1 || (act && sig_kernel_only(sig)))
		return -EINVAL;

	k = &p->sighand->action[sig - 1];
	spin_lock_irq(&p->sighand->siglock);
	if (k->sa.sa_flags & SA_IMMUTABLE) {
		spin_unlock_irq(&p->sighand->siglock);
		return -EINVAL;
	}
	if (oact) {
		*oact = *k;
		oact->sa.sa_flags &= UAPI_SA_FLAGS;
	}
	if (act) {
		sigdelsetmask(&act->sa.sa_mask,
			      sigmask(SIGKILL) | sigmask(SIGSTOP));
		act->sa.sa_flags &= UAPI_SA_FLAGS;
		*k = *act;
		if (act->sa.sa_handler == SIG_IGN ||
		    (act->sa.sa_handler == SIG_DFL &&
		     (sigmask(sig) & SIG_KERNEL_IGNORE_MASK)))
			discard_pending(p, sig);
	}
	spin_unlock_irq(&p->sighand->siglock);
	return 0;
}

SYSCALL_DEFINE4(rt_sigaction, int, sig, const struct sigaction __user *, act,
		struct sigaction __user *, oact, size_t, sigsetsize)
{
	struct k_sigaction new_sa, old_sa;
	int ret;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (act && copy_from_user(&new_sa.sa, act, sizeof(new_sa.sa)))
		return -EFAULT;
	ret = do_sigaction(sig, act ? &new_sa : NULL, oact ? &old_sa : NULL);
	if (ret)
		return ret;
	if (oact && copy_to_user(oact, &old_sa.sa, sizeof(old_sa.sa)))
		return -EFAULT;
	return 0;
}

/* ---- restarting --------------------------------------------------------- */

/* A handler that returns calls this to have the interrupted call go on. */
SYSCALL_DEFINE0(restart_syscall)
{
	struct restart_block *restart = &current->restart_block;

	return restart->fn ? restart->fn(restart) : -EINTR;
}
