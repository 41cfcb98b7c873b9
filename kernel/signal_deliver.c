/* SPDX-License-Identifier: MIT */
/*
 * kernel/signal_deliver.c - a task takes the signals that wait for it.
 *
 * On the way back to user mode, with TIF_SIGPENDING set, the architecture
 * calls get_signal() until it says false.  Default actions are carried out in
 * there; only a signal with a handler comes out.
 *
 *	SIG_IGN		nothing
 *	SIG_DFL		nothing (SIGCHLD, SIGCONT, ...), stop, or end
 *	handler		returned to the caller, who builds the frame
 *
 * Stopping is a matter of the whole process: the thread that takes the stop
 * signal sets JOBCTL_STOP_PENDING in all the others, each stops as it comes
 * by here, and the last one tells the parent.
 *
 * In Linux: kernel/signal.c.
 */
#include "kernel/itimer.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"

/* ---- taking one off a queue --------------------------------------------- */

/* Faults first: their siginfo is about the state the task is in now. */
static int next_signal(const struct sigpending *pending, const sigset_t *mask)
{
	unsigned long set = pending->signal.sig[0] & ~mask->sig[0];

	if (!set)
		return 0;
	if (set & SIG_SYNCHRONOUS_MASK)
		set &= SIG_SYNCHRONOUS_MASK;
	return __ffs(set) + 1;
}

/* Move the oldest entry of @sig from the queue to @info. */
static void collect_signal(int sig, struct sigpending *list,
			   kernel_siginfo_t *info)
{
	struct sigqueue *q, *first = NULL;
	bool more = false;

	list_for_each_entry (q, &list->list, list) {
		if (q->info.si_signo != sig)
			continue;
		if (first) {
			more = true;
			break;
		}
		first = q;
	}
	if (!more)
		sigdelset(&list->signal, sig);
	if (first) {
		*info = first->info;
		list_del_init(&first->list);
		sigqueue_free(first);
		return;
	}
	/* There was no memory for it: the number is all we know. */
	clear_siginfo(info);
	info->si_signo = sig;
	info->si_code = SI_USER;
}

int dequeue_signal(struct task_struct *p, const sigset_t *mask,
		   kernel_siginfo_t *info)
{
	int sig;

	lockdep_assert_held(&p->sighand->siglock);
	sig = next_signal(&p->pending, mask);
	if (sig) {
		collect_signal(sig, &p->pending, info);
	} else {
		sig = next_signal(&p->signal->shared_pending, mask);
		if (sig)
			collect_signal(sig, &p->signal->shared_pending, info);
		if (sig == SIGALRM)
			itimer_rearm(p->signal);
	}
	recalc_sigpending();
	if (sig && (sigmask(sig) & SIG_KERNEL_STOP_MASK))
		current->jobctl |= JOBCTL_STOP_DEQUEUED;
	return sig;
}

/* ---- stopping ----------------------------------------------------------- */

/* Ask @t to stop; false if it is ending. */
static bool set_stop_pending(struct task_struct *t, int sig)
{
	if ((t->flags & PF_EXITING) || fatal_signal_pending(t))
		return false;
	t->jobctl &= ~JOBCTL_STOP_SIGMASK;
	t->jobctl |= sig | JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME;
	return true;
}

/* @t stops (or ends): whether it was the last one. */
static bool participate_group_stop(struct task_struct *t)
{
	struct signal_struct *sig = t->signal;
	bool consume = t->jobctl & JOBCTL_STOP_CONSUME;

	t->jobctl &= ~(JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME |
		       JOBCTL_STOP_SIGMASK | JOBCTL_STOP_DEQUEUED);
	if (!consume)
		return false;
	if (sig->group_stop_count > 0)
		sig->group_stop_count--;
	if (sig->group_stop_count || (sig->flags & SIGNAL_STOP_STOPPED))
		return false;
	sig->flags &= ~(SIGNAL_STOP_CONTINUED | SIGNAL_CLD_STOPPED |
			SIGNAL_CLD_CONTINUED);
	sig->flags |= SIGNAL_STOP_STOPPED;
	return true;
}

/* Begin the stop of all threads; false if that is not possible any more. */
static bool start_group_stop(int signr)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *t;

	if (!(current->jobctl & JOBCTL_STOP_DEQUEUED) ||
	    (sig->flags & SIGNAL_GROUP_EXIT) || sig->group_exec_task)
		return false; /* SIGCONT or SIGKILL came in between */

	if (!(sig->flags & SIGNAL_STOP_STOPPED))
		sig->group_exit_code = signr;
	sig->group_stop_count = 0;
	for_each_thread (current, t) {
		if (t != current && (READ_ONCE(t->__state) & __TASK_STOPPED))
			continue;
		if (!set_stop_pending(t, signr))
			continue;
		sig->group_stop_count++;
		if (t != current)
			signal_wake_up(t, false);
	}
	return true;
}

/*
 * Stop until SIGCONT or SIGKILL.  Return: false if there was nothing to do;
 * true after the stop, with siglock released on the way and not held.
 */
static bool do_signal_stop(int signr) __must_hold(&current->sighand->siglock)
{
	bool last;

	lockdep_assert_held(&current->sighand->siglock);
	if (!(current->jobctl & JOBCTL_STOP_PENDING) &&
	    !start_group_stop(signr))
		return false;

	last = participate_group_stop(current);
	set_special_state(TASK_STOPPED);
	spin_unlock_irq(&current->sighand->siglock);
	if (last) {
		spin_lock(&tasklist_lock);
		do_notify_parent_cldstop(current, CLD_STOPPED);
		spin_unlock(&tasklist_lock);
	}
	schedule();
	spin_lock_irq(&current->sighand->siglock);
	return true;
}

/* The parent hears of a stop or a continuation that others brought about. */
static void tell_parent(void) __must_hold(&current->sighand->siglock)
{
	struct signal_struct *sig = current->signal;
	int why =
		sig->flags & SIGNAL_CLD_CONTINUED ? CLD_CONTINUED : CLD_STOPPED;

	lockdep_assert_held(&current->sighand->siglock);
	sig->flags &= ~(SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED);
	spin_unlock_irq(&current->sighand->siglock);

	spin_lock(&tasklist_lock);
	do_notify_parent_cldstop(current, why);
	spin_unlock(&tasklist_lock);

	spin_lock_irq(&current->sighand->siglock);
}

/* A terminal's stop signals do not stop a group that nobody can continue. */
static bool stop_is_pointless(int signr) __must_hold(&current->sighand->siglock)
{
	bool orphaned;

	lockdep_assert_held(&current->sighand->siglock);
	if (signr == SIGSTOP)
		return false;
	spin_unlock_irq(&current->sighand->siglock);
	orphaned = is_current_pgrp_orphaned();
	spin_lock_irq(&current->sighand->siglock);
	return orphaned;
}

/* ---- get_signal --------------------------------------------------------- */

enum signal_fate {
	SIGNAL_NONE,    /* nothing waits */
	SIGNAL_AGAIN,   /* dealt with; look for the next */
	SIGNAL_HANDLER, /* ksig->ka is to be called */
	SIGNAL_FATAL,   /* the process ends */
};

/* Carry out the default action, unless that is to end the process. */
static enum signal_fate default_action(int signr)
	__must_hold(&current->sighand->siglock)
{
	lockdep_assert_held(&current->sighand->siglock);
	if (sigmask(signr) & SIG_KERNEL_IGNORE_MASK)
		return SIGNAL_AGAIN;
	if ((current->signal->flags & SIGNAL_UNKILLABLE) &&
	    !sig_kernel_only(signr))
		return SIGNAL_AGAIN;
	if (sigmask(signr) & SIG_KERNEL_STOP_MASK) {
		if (!stop_is_pointless(signr))
			do_signal_stop(signr);
		return SIGNAL_AGAIN;
	}
	return SIGNAL_FATAL;
}

/* Take one signal and say what is to become of it. */
static enum signal_fate take_signal(struct ksignal *ksig)
	__must_hold(&current->sighand->siglock)
{
	struct task_struct *p = current;
	struct signal_struct *sig = p->signal;
	struct k_sigaction *ka;

	lockdep_assert_held(&current->sighand->siglock);
	if (sig->flags & (SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED)) {
		tell_parent();
		return SIGNAL_AGAIN;
	}
	if ((sig->flags & SIGNAL_GROUP_EXIT) || sig->group_exec_task) {
		ksig->sig = SIGKILL;
		return SIGNAL_FATAL;
	}
	if (p->jobctl & JOBCTL_STOP_PENDING) {
		do_signal_stop(0);
		return SIGNAL_AGAIN;
	}

	ksig->sig = dequeue_signal(p, &p->blocked, &ksig->info);
	if (!ksig->sig)
		return SIGNAL_NONE;
	ka = &p->sighand->action[ksig->sig - 1];
	if (ka->sa.sa_handler == SIG_IGN)
		return SIGNAL_AGAIN;
	if (ka->sa.sa_handler == SIG_DFL)
		return default_action(ksig->sig);

	ksig->ka = *ka;
	if (ka->sa.sa_flags & SA_RESETHAND)
		ka->sa.sa_handler = SIG_DFL;
	return SIGNAL_HANDLER;
}

bool get_signal(struct ksignal *ksig)
{
	enum signal_fate fate;

	do {
		spin_lock_irq(&current->sighand->siglock);
		fate = take_signal(ksig);
		if (fate == SIGNAL_FATAL) {
			sigdelset(&current->pending.signal, SIGKILL);
			recalc_sigpending();
		}
		spin_unlock_irq(&current->sighand->siglock);
	} while (fate == SIGNAL_AGAIN);

	if (fate == SIGNAL_FATAL) {
		current->flags |= PF_SIGNALED;
		do_group_exit(ksig->sig);
	}
	if (fate == SIGNAL_NONE)
		ksig->sig = 0;
	return fate == SIGNAL_HANDLER;
}

/* The frame is there: block what the handler wants blocked. */
static void signal_delivered(const struct ksignal *ksig)
{
	sigset_t blocked;

	current->restore_sigmask = false;
	blocked.sig[0] = current->blocked.sig[0] | ksig->ka.sa.sa_mask.sig[0];
	if (!(ksig->ka.sa.sa_flags & SA_NODEFER))
		sigaddset(&blocked, ksig->sig);
	set_current_blocked(&blocked);
	if (current->sas_ss_flags & SS_AUTODISARM)
		sas_ss_reset(current);
}

void signal_setup_done(int failed, struct ksignal *ksig, int stepping)
{
	if (failed)
		force_sigsegv(ksig->sig);
	else
		signal_delivered(ksig);
}

/* ---- ending ------------------------------------------------------------- */

/* What @p will not take any more, other threads must. */
static void retarget_shared_pending(struct task_struct *p, sigset_t *which)
{
	struct task_struct *t;
	unsigned long left =
		p->signal->shared_pending.signal.sig[0] & which->sig[0];

	if (!left)
		return;
	for_each_thread (p, t) {
		if (t == p || (t->flags & PF_EXITING) ||
		    !(left & ~t->blocked.sig[0]))
			continue;
		left &= t->blocked.sig[0];
		if (!signal_pending(t))
			signal_wake_up(t, false);
		if (!left)
			break;
	}
}

void exit_signals(struct task_struct *p)
{
	bool stopped = false;
	sigset_t unblocked;

	if (thread_group_empty(p) || (p->signal->flags & SIGNAL_GROUP_EXIT)) {
		p->flags |= PF_EXITING;
		return;
	}
	spin_lock_irq(&p->sighand->siglock);
	p->flags |= PF_EXITING; /* from now on it is nobody's target */
	if (signal_pending(p)) {
		unblocked.sig[0] = ~p->blocked.sig[0];
		retarget_shared_pending(p, &unblocked);
		stopped = (p->jobctl & JOBCTL_STOP_PENDING) &&
			  participate_group_stop(p);
	}
	spin_unlock_irq(&p->sighand->siglock);

	if (stopped) {
		spin_lock(&tasklist_lock);
		do_notify_parent_cldstop(p, CLD_STOPPED);
		spin_unlock(&tasklist_lock);
	}
}

/* ---- the mask ----------------------------------------------------------- */

void recalc_sigpending(void)
{
	struct task_struct *t = current;
	unsigned long waiting = t->pending.signal.sig[0] |
				t->signal->shared_pending.signal.sig[0];

	lockdep_assert_held(&t->sighand->siglock);
	if ((t->jobctl & JOBCTL_PENDING_MASK) || (waiting & ~t->blocked.sig[0]))
		set_thread_flag(TIF_SIGPENDING);
	else if (signal_pending(t))
		clear_thread_flag(TIF_SIGPENDING);
}

void set_current_blocked(sigset_t *newset)
{
	struct task_struct *p = current;
	sigset_t newly;

	sigdelsetmask(newset, sigmask(SIGKILL) | sigmask(SIGSTOP));
	if (newset->sig[0] == p->blocked.sig[0])
		return; /* only current changes it */

	spin_lock_irq(&p->sighand->siglock);
	if (signal_pending(p) && !thread_group_empty(p)) {
		newly.sig[0] = newset->sig[0] & ~p->blocked.sig[0];
		retarget_shared_pending(p, &newly);
	}
	p->blocked = *newset;
	recalc_sigpending();
	spin_unlock_irq(&p->sighand->siglock);
}
