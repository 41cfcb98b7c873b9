/* SPDX-License-Identifier: MIT */
/*
 * kernel/signal_send.c - signals on their way to a task.
 *
 * Theory
 *
 * A signal waits in one of two places: in task->pending if it was sent to a
 * thread (a fault, tkill()), or in signal->shared_pending if it was sent to a
 * process (kill()), from where any thread takes it that does not block it.
 * The bit in the set says that it waits; a sigqueue in the list holds its
 * siginfo.  The numbers below SIGRTMIN wait at most once each.
 *
 * Sending is: prepare_signal() carries out what stop and continue signals do
 * at once, and says whether the signal is ignored; the signal is queued;
 * complete_signal() chooses a thread and wakes it.  A signal that will end the
 * process is turned into SIGKILL for every thread right here, so that none
 * has to find out first.
 *
 * In Linux: kernel/signal.c.
 */
#include <asm/smp.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/slab.h"

static struct kmem_cache *sigqueue_cachep;

void __init signals_init(void)
{
	sigqueue_cachep = KMEM_CACHE(sigqueue, SLAB_PANIC);
}

/* ---- queue entries ------------------------------------------------------ */

struct sigqueue *sigqueue_alloc(int sig, struct task_struct *t,
				bool override_rlimit)
{
	struct user_struct *user = t->user;
	struct sigqueue *q = NULL;
	u64 limit = READ_ONCE(t->signal->rlim[RLIMIT_SIGPENDING].rlim_cur);

	if (atomic_inc_return(&user->sigpending) <= limit || override_rlimit)
		q = kmem_cache_alloc(sigqueue_cachep, GFP_ATOMIC);
	if (!q) {
		atomic_dec(&user->sigpending);
		return NULL;
	}
	INIT_LIST_HEAD(&q->list);
	q->flags = 0;
	q->user = user;
	get_uid(user);
	return q;
}

void sigqueue_free(struct sigqueue *q)
{
	atomic_dec(&q->user->sigpending);
	free_uid(q->user);
	kmem_cache_free(sigqueue_cachep, q);
}

void flush_sigqueue(struct sigpending *queue)
{
	sigemptyset(&queue->signal);
	while (!list_empty(&queue->list)) {
		struct sigqueue *q =
			list_first_entry(&queue->list, struct sigqueue, list);

		list_del_init(&q->list);
		sigqueue_free(q);
	}
}

/* Take the signals of @mask off a queue. */
void flush_sigqueue_mask(unsigned long mask, struct sigpending *pending)
{
	struct sigqueue *q, *next;

	if (!(pending->signal.sig[0] & mask))
		return;
	sigdelsetmask(&pending->signal, mask);
	list_for_each_entry_safe (q, next, &pending->list, list) {
		if (sigmask(q->info.si_signo) & mask) {
			list_del_init(&q->list);
			sigqueue_free(q);
		}
	}
}

/* ---- waking ------------------------------------------------------------- */

bool fatal_signal_pending(const struct task_struct *p)
{
	return signal_pending(p) && sigismember(&p->pending.signal, SIGKILL);
}

/* A task in user mode on another CPU looks at its flags only in the kernel. */
static void kick_process(struct task_struct *p)
{
	preempt_disable();
	if (READ_ONCE(p->on_cpu) && p->cpu != smp_processor_id())
		smp_send_reschedule(p->cpu);
	preempt_enable();
}

void signal_wake_up(struct task_struct *t, bool fatal)
{
	unsigned int state = TASK_INTERRUPTIBLE | (fatal ? TASK_WAKEKILL : 0);

	lockdep_assert_held(&t->sighand->siglock);
	set_tsk_thread_flag(t, TIF_SIGPENDING);
	if (!wake_up_state(t, state))
		kick_process(t);
}

/* Have every other thread of the process die. */
void zap_other_threads(struct task_struct *p)
{
	struct task_struct *t;

	lockdep_assert_held(&p->sighand->siglock);
	p->signal->group_stop_count = 0;
	for_each_thread (p, t) {
		if (t == p)
			continue;
		t->jobctl &= ~(JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME |
			       JOBCTL_STOP_SIGMASK | JOBCTL_STOP_DEQUEUED);
		if (t->exit_state)
			continue;
		sigaddset(&t->pending.signal, SIGKILL);
		signal_wake_up(t, true);
	}
}

/* ---- is it wanted? ------------------------------------------------------ */

/* Whether nothing at all would happen if @t took it. */
static bool sig_task_ignored(struct task_struct *t, int sig, bool force)
{
	sighandler_t handler = t->sighand->action[sig - 1].sa.sa_handler;

	if ((t->signal->flags & SIGNAL_UNKILLABLE) && handler == SIG_DFL &&
	    !(force && sig_kernel_only(sig)))
		return true;
	if ((t->flags & PF_KTHREAD) && !force)
		return true;
	return handler == SIG_IGN ||
	       (handler == SIG_DFL && (sigmask(sig) & SIG_KERNEL_IGNORE_MASK));
}

bool sig_ignored(struct task_struct *t, int sig)
{
	/* A blocked signal may get a handler before it is unblocked. */
	if (sigismember(&t->blocked, sig) || sigismember(&t->real_blocked, sig))
		return false;
	return sig_task_ignored(t, sig, false);
}

/* SIGCONT continues a stopped process even if it is ignored or blocked. */
static void continue_process(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	struct task_struct *t;
	unsigned int why = 0;

	flush_sigqueue_mask(SIG_KERNEL_STOP_MASK, &sig->shared_pending);
	for_each_thread (p, t) {
		flush_sigqueue_mask(SIG_KERNEL_STOP_MASK, &t->pending);
		t->jobctl &= ~(JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME |
			       JOBCTL_STOP_SIGMASK | JOBCTL_STOP_DEQUEUED);
		wake_up_state(t, __TASK_STOPPED);
	}

	/* Whoever takes the next signal tells the parent. */
	if (sig->flags & SIGNAL_STOP_STOPPED)
		why = SIGNAL_CLD_CONTINUED;
	else if (sig->group_stop_count)
		why = SIGNAL_CLD_STOPPED;
	if (why) {
		sig->flags &= ~(SIGNAL_STOP_STOPPED | SIGNAL_STOP_CONTINUED |
				SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED);
		sig->flags |= why | SIGNAL_STOP_CONTINUED;
		sig->group_stop_count = 0;
		sig->group_exit_code = 0;
	}
}

/* What stop and continue do at once.  Whether to go on with the signal. */
static bool prepare_signal(int sig, struct task_struct *p, bool force)
{
	struct task_struct *t;

	if (p->signal->flags & SIGNAL_GROUP_EXIT)
		return false; /* it is dying */
	if (sigmask(sig) & SIG_KERNEL_STOP_MASK) {
		flush_sigqueue_mask(sigmask(SIGCONT),
				    &p->signal->shared_pending);
		for_each_thread (p, t)
			flush_sigqueue_mask(sigmask(SIGCONT), &t->pending);
	} else if (sig == SIGCONT) {
		continue_process(p);
	}
	if (sigismember(&p->blocked, sig) || sigismember(&p->real_blocked, sig))
		return true;
	return !sig_task_ignored(p, sig, force);
}

/* ---- whom to wake ------------------------------------------------------- */

static bool wants_signal(int sig, struct task_struct *p)
{
	if (sigismember(&p->blocked, sig) || (p->flags & PF_EXITING))
		return false;
	if (sig == SIGKILL)
		return true;
	if (READ_ONCE(p->__state) & __TASK_STOPPED)
		return false;
	return p->on_cpu || !signal_pending(p);
}

/* A thread to take it; NULL: whoever unblocks it will. */
static struct task_struct *find_target(int sig, struct task_struct *p,
				       enum pid_type type)
{
	struct signal_struct *signal = p->signal;
	struct task_struct *t;

	if (wants_signal(sig, p))
		return p;
	if (type == PIDTYPE_PID || thread_group_empty(p))
		return NULL;
	/* Go round, from where the last search ended. */
	t = signal->curr_target;
	do {
		if (wants_signal(sig, t)) {
			signal->curr_target = t;
			return t;
		}
		t = next_thread(t);
	} while (t != signal->curr_target);
	return NULL;
}

/* Whether taking it would end the process, without a core dump. */
static bool sig_fatal(struct task_struct *p, int sig)
{
	const unsigned long harmless =
		SIG_KERNEL_IGNORE_MASK | SIG_KERNEL_STOP_MASK;

	return !(sigmask(sig) & (harmless | SIG_KERNEL_COREDUMP_MASK)) &&
	       p->sighand->action[sig - 1].sa.sa_handler == SIG_DFL &&
	       !(p->signal->flags & SIGNAL_GROUP_EXIT);
}

static void complete_signal(int sig, struct task_struct *p, enum pid_type type)
{
	struct signal_struct *signal = p->signal;
	struct task_struct *target = find_target(sig, p, type), *t;

	if (!target)
		return;
	if (!sig_fatal(p, sig) || sigismember(&target->real_blocked, sig)) {
		signal_wake_up(target, sig == SIGKILL);
		return;
	}

	/* The end of the process begins here. */
	signal->flags = SIGNAL_GROUP_EXIT;
	signal->group_exit_code = sig;
	signal->group_stop_count = 0;
	for_each_thread (p, t) {
		t->jobctl &= ~(JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME |
			       JOBCTL_STOP_SIGMASK);
		sigaddset(&t->pending.signal, SIGKILL);
		signal_wake_up(t, true);
	}
}

/* ---- sending ------------------------------------------------------------ */

static bool is_si_special(const struct kernel_siginfo *info)
{
	return info <= SEND_SIG_PRIV;
}

static void fill_siginfo(kernel_siginfo_t *to, int sig,
			 const struct kernel_siginfo *info)
{
	if (!is_si_special(info)) {
		*to = *info;
		return;
	}
	clear_siginfo(to);
	to->si_signo = sig;
	to->si_code = SI_KERNEL;
	if (info == SEND_SIG_NOINFO) {
		to->si_code = SI_USER;
		to->si_pid = current->tgid;
		to->si_uid = current->uid;
	}
}

/* Put it into the queue; -EAGAIN if its siginfo matters and cannot be kept. */
static int queue_signal(int sig, struct kernel_siginfo *info,
			struct task_struct *t, struct sigpending *pending)
{
	struct sigqueue *q = NULL;
	bool override =
		sig < SIGRTMIN && (is_si_special(info) || info->si_code >= 0);

	/* SIGKILL needs no siginfo, and nothing may stop it. */
	if (sig != SIGKILL)
		q = sigqueue_alloc(sig, t, override);
	if (q) {
		fill_siginfo(&q->info, sig, info);
		list_add_tail(&q->list, &pending->list);
	} else if (!is_si_special(info) && sig >= SIGRTMIN &&
		   info->si_code != SI_USER) {
		return -EAGAIN;
	}
	sigaddset(&pending->signal, sig);
	return 0;
}

int send_signal_locked(int sig, struct kernel_siginfo *info,
		       struct task_struct *t, enum pid_type type)
{
	bool force = info == SEND_SIG_PRIV ||
		     (!is_si_special(info) && info->si_code > 0);
	struct sigpending *pending;
	int err;

	lockdep_assert_held(&t->sighand->siglock);
	if (type == PIDTYPE_PGID)
		t->signal->group_signals++; /* a fork must not miss it */
	if (!prepare_signal(sig, t, force))
		return 0;
	pending =
		type == PIDTYPE_PID ? &t->pending : &t->signal->shared_pending;
	if (sig < SIGRTMIN && sigismember(&pending->signal, sig))
		return 0; /* it waits already */
	err = queue_signal(sig, info, t, pending);
	if (!err)
		complete_signal(sig, t, type);
	return err;
}

int send_signal_to(int sig, struct kernel_siginfo *info, struct task_struct *p,
		   enum pid_type type)
{
	unsigned long flags;
	int err;

	lockdep_assert_held(&tasklist_lock);
	if (!p->sighand)
		return -ESRCH;
	spin_lock_irqsave(&p->sighand->siglock, flags);
	err = send_signal_locked(sig, info, p, type);
	spin_unlock_irqrestore(&p->sighand->siglock, flags);
	return err;
}

int send_sig(int sig, struct task_struct *p, int priv)
{
	struct kernel_siginfo *info = priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO;
	int err;

	spin_lock(&tasklist_lock);
	err = send_signal_to(sig, info, p, PIDTYPE_PID);
	spin_unlock(&tasklist_lock);
	return err;
}

int group_send_sig_info(int sig, struct kernel_siginfo *info,
			struct task_struct *p)
{
	int err;

	spin_lock(&tasklist_lock);
	err = send_signal_to(sig, info, p, PIDTYPE_TGID);
	spin_unlock(&tasklist_lock);
	return err;
}

int kill_pgrp(pid_t pgrp, int sig, int priv)
{
	struct kernel_siginfo *info = priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO;
	struct task_struct *p;
	int err = -ESRCH;

	spin_lock(&tasklist_lock);
	for_each_process (p)
		if (p->signal->pgrp == pgrp)
			err = send_signal_to(sig, info, p, PIDTYPE_PGID);
	spin_unlock(&tasklist_lock);
	return err;
}

int kill_pid(pid_t pid, int sig, int priv)
{
	struct kernel_siginfo *info = priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO;
	struct task_struct *p;
	int err = -ESRCH;

	spin_lock(&tasklist_lock);
	p = find_task_locked(pid);
	if (p)
		err = send_signal_to(sig, info, p, PIDTYPE_TGID);
	spin_unlock(&tasklist_lock);
	return err;
}

/* ---- signals that cannot be put off ------------------------------------- */

enum force_mode {
	FORCE_CURRENT_HANDLER, /* a handler may take it */
	FORCE_DEFAULT,         /* as if there were none */
	FORCE_EXIT,            /* and none can be set in time */
};

/* To current, whatever it blocks or ignores. */
static void force_sig_info(struct kernel_siginfo *info, enum force_mode mode)
{
	struct task_struct *t = current;
	int sig = info->si_signo;
	struct k_sigaction *action = &t->sighand->action[sig - 1];
	bool blocked;
	unsigned long flags;

	spin_lock_irqsave(&t->sighand->siglock, flags);
	blocked = sigismember(&t->blocked, sig);
	if (blocked || action->sa.sa_handler == SIG_IGN ||
	    mode != FORCE_CURRENT_HANDLER) {
		action->sa.sa_handler = SIG_DFL;
		if (mode == FORCE_EXIT)
			action->sa.sa_flags |= SA_IMMUTABLE;
		if (blocked)
			sigdelset(&t->blocked, sig);
	}
	if (action->sa.sa_handler == SIG_DFL)
		t->signal->flags &= ~SIGNAL_UNKILLABLE;
	send_signal_locked(sig, info, t, PIDTYPE_PID);
	/* It may have waited already, while it was blocked. */
	if (!signal_pending(t))
		signal_wake_up(t, false);
	spin_unlock_irqrestore(&t->sighand->siglock, flags);
}

void force_sig_fault(int sig, int code, void __user *addr)
{
	struct kernel_siginfo info;

	clear_siginfo(&info);
	info.si_signo = sig;
	info.si_code = code;
	info.si_addr = addr;
	force_sig_info(&info, FORCE_CURRENT_HANDLER);
}

static void force_sig_kernel(int sig, enum force_mode mode)
{
	struct kernel_siginfo info;

	clear_siginfo(&info);
	info.si_signo = sig;
	info.si_code = SI_KERNEL;
	force_sig_info(&info, mode);
}

void force_sig(int sig)
{
	force_sig_kernel(sig, FORCE_CURRENT_HANDLER);
}

void force_fatal_sig(int sig)
{
	force_sig_kernel(sig, FORCE_DEFAULT);
}

void force_sigsegv(int sig)
{
	/* The handler of SIGSEGV cannot be called to hear of itself. */
	force_sig_kernel(SIGSEGV, sig == SIGSEGV ? FORCE_DEFAULT
						 : FORCE_CURRENT_HANDLER);
}

/* ---- telling the parent ------------------------------------------------- */

/*
 * @p has ended: send its parent @sig and wake it.  Return: whether the parent
 * has said that it does not want to wait for children.
 */
bool do_notify_parent(struct task_struct *p, int sig)
{
	struct task_struct *parent = p->real_parent;
	struct sighand_struct *psig = parent->sighand;
	struct kernel_siginfo info;
	bool autoreap = p->flags & PF_KTHREAD;
	const struct sigaction *sa;

	lockdep_assert_held(&tasklist_lock);
	/* A parent that has exec'd since knows of no other signal. */
	if (sig != SIGCHLD && p->parent_exec_id != parent->self_exec_id)
		sig = SIGCHLD;

	clear_siginfo(&info);
	info.si_signo = sig;
	info.si_pid = p->pid;
	info.si_uid = p->uid;
	info.si_utime = (p->utime + p->signal->utime) / NSEC_PER_TICK;
	info.si_stime = (p->stime + p->signal->stime) / NSEC_PER_TICK;
	info.si_status = p->exit_code & 0x7f;
	if (p->exit_code & 0x80) {
		info.si_code = CLD_DUMPED;
	} else if (p->exit_code & 0x7f) {
		info.si_code = CLD_KILLED;
	} else {
		info.si_code = CLD_EXITED;
		info.si_status = p->exit_code >> 8;
	}

	spin_lock_irq(&psig->siglock);
	sa = &psig->action[SIGCHLD - 1].sa;
	if (sig == SIGCHLD &&
	    (sa->sa_handler == SIG_IGN || (sa->sa_flags & SA_NOCLDWAIT))) {
		autoreap = true;
		if (sa->sa_handler == SIG_IGN)
			sig = 0;
	}
	if (sig && valid_signal(sig))
		send_signal_locked(sig, &info, parent, PIDTYPE_TGID);
	wake_up_interruptible_all(&parent->signal->wait_chldexit);
	spin_unlock_irq(&psig->siglock);
	return autoreap;
}

/* The process of @p has stopped or continued: @why is a CLD_* code. */
void do_notify_parent_cldstop(struct task_struct *p, int why)
{
	struct task_struct *leader = p->group_leader;
	struct task_struct *parent = leader->real_parent;
	struct sighand_struct *psig = parent->sighand;
	struct kernel_siginfo info;
	const struct sigaction *sa;

	lockdep_assert_held(&tasklist_lock);
	clear_siginfo(&info);
	info.si_signo = SIGCHLD;
	info.si_code = why;
	info.si_pid = leader->pid;
	info.si_uid = leader->uid;
	info.si_utime = (p->utime + p->signal->utime) / NSEC_PER_TICK;
	info.si_stime = (p->stime + p->signal->stime) / NSEC_PER_TICK;
	info.si_status = why == CLD_CONTINUED
				 ? SIGCONT
				 : p->signal->group_exit_code & 0x7f;

	spin_lock_irq(&psig->siglock);
	sa = &psig->action[SIGCHLD - 1].sa;
	if (sa->sa_handler != SIG_IGN && !(sa->sa_flags & SA_NOCLDSTOP))
		send_signal_locked(SIGCHLD, &info, parent, PIDTYPE_TGID);
	wake_up_interruptible_all(&parent->signal->wait_chldexit);
	spin_unlock_irq(&psig->siglock);
}
