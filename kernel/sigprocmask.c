/* SPDX-License-Identifier: MIT */
/*
 * kernel/sigprocmask.c - masks of threads, and waiting for signals.
 *
 * A thread's mask is changed only by the thread itself, so it reads it without
 * the lock; others read it under siglock.
 *
 * In Linux: kernel/signal.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/time.h"

SYSCALL_DEFINE4(rt_sigprocmask, int, how, const sigset_t __user *, nset,
		sigset_t __user *, oset, size_t, sigsetsize)
{
	sigset_t old_set = current->blocked, new_set;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (nset) {
		if (copy_from_user(&new_set, nset, sizeof(new_set)))
			return -EFAULT;
		sigdelsetmask(&new_set, sigmask(SIGKILL) | sigmask(SIGSTOP));
		switch (how) {
		case SIG_BLOCK:
			new_set.sig[0] |= old_set.sig[0];
			break;
		case SIG_UNBLOCK:
			new_set.sig[0] = old_set.sig[0] & ~new_set.sig[0];
			break;
		case SIG_SETMASK:
			break;
		default:
			return -EINVAL;
		}
		set_current_blocked(&new_set);
	}
	if (oset && copy_to_user(oset, &old_set, sizeof(old_set)))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE2(rt_sigpending, sigset_t __user *, uset, size_t, sigsetsize)
{
	struct task_struct *p = current;
	sigset_t set;

	if (sigsetsize > sizeof(sigset_t))
		return -EINVAL;
	spin_lock_irq(&p->sighand->siglock);
	set.sig[0] = p->pending.signal.sig[0] |
		     p->signal->shared_pending.signal.sig[0];
	spin_unlock_irq(&p->sighand->siglock);
	set.sig[0] &= p->blocked.sig[0];
	return copy_to_user(uset, &set, sigsetsize) ? -EFAULT : 0;
}

/* ---- a mask for the length of one call ---------------------------------- */

int set_user_sigmask(const sigset_t __user *umask, size_t sigsetsize)
{
	sigset_t kmask;

	if (!umask)
		return 0;
	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (copy_from_user(&kmask, umask, sizeof(kmask)))
		return -EFAULT;
	current->restore_sigmask = true;
	current->saved_sigmask = current->blocked;
	set_current_blocked(&kmask);
	return 0;
}

void restore_saved_sigmask(void)
{
	if (current->restore_sigmask) {
		current->restore_sigmask = false;
		set_current_blocked(&current->saved_sigmask);
	}
}

void restore_saved_sigmask_unless(bool interrupted)
{
	if (!interrupted)
		restore_saved_sigmask();
}

sigset_t *sigmask_to_save(void)
{
	return current->restore_sigmask ? &current->saved_sigmask
					: &current->blocked;
}

/* ---- waiting ------------------------------------------------------------ */

static void sleep_until_signal(void)
{
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!signal_pending(current))
			schedule();
		__set_current_state(TASK_RUNNING);
	}
}

SYSCALL_DEFINE2(rt_sigsuspend, sigset_t __user *, unewset, size_t, sigsetsize)
{
	sigset_t newset;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (copy_from_user(&newset, unewset, sizeof(newset)))
		return -EFAULT;
	current->saved_sigmask = current->blocked;
	set_current_blocked(&newset);
	sleep_until_signal();
	current->restore_sigmask = true;
	return -ERESTARTNOHAND;
}

SYSCALL_DEFINE0(pause)
{
	sleep_until_signal();
	return -ERESTARTNOHAND;
}

/*
 * Take one of the signals that are not in @others, waiting at most @ns for it.
 * Return: its number; -EAGAIN: none came in time; -EINTR: another came.
 */
static int do_sigtimedwait(const sigset_t *others, kernel_siginfo_t *info,
			   u64 ns)
{
	struct task_struct *p = current;
	u64 left = 0;
	int sig;

	spin_lock_irq(&p->sighand->siglock);
	sig = dequeue_signal(p, others, info);
	if (!sig && ns) {
		/*
		 * Unblock them, so that they wake us; real_blocked tells
		 * senders that they are waited for, not acted on.
		 */
		p->real_blocked = p->blocked;
		p->blocked.sig[0] &= others->sig[0];
		recalc_sigpending();
		set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock_irq(&p->sighand->siglock);

		left = schedule_timeout_ns(ns);

		spin_lock_irq(&p->sighand->siglock);
		p->blocked = p->real_blocked;
		sigemptyset(&p->real_blocked);
		sig = dequeue_signal(p, others, info);
	}
	spin_unlock_irq(&p->sighand->siglock);

	if (sig)
		return sig;
	return left ? -EINTR : -EAGAIN;
}

SYSCALL_DEFINE4(rt_sigtimedwait, const sigset_t __user *, uthese,
		siginfo_t __user *, uinfo, const struct timespec64 __user *,
		uts, size_t, sigsetsize)
{
	kernel_siginfo_t info;
	struct timespec64 ts;
	u64 ns = KTIME_MAX; /* for ever */
	sigset_t these;
	int ret;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (copy_from_user(&these, uthese, sizeof(these)))
		return -EFAULT;
	if (uts) {
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		ns = timespec64_to_ns_capped(&ts);
	}

	sigdelsetmask(&these, sigmask(SIGKILL) | sigmask(SIGSTOP));
	these.sig[0] = ~these.sig[0];
	ret = do_sigtimedwait(&these, &info, ns);
	if (ret > 0 && uinfo && copy_siginfo_to_user(uinfo, &info))
		ret = -EFAULT;
	return ret;
}
