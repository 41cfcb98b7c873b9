/* SPDX-License-Identifier: MIT */
/*
 * kernel/signal.h - sending signals, and taking them.
 *
 * Locks: tasklist_lock keeps tasks and their ->sighand pointers in place;
 * inside it, sighand->siglock (interrupts off) protects what is pending, the
 * masks of the threads, the actions and the state of a stopping or dying
 * process.  current's own sighand needs no tasklist_lock.
 *
 * In Linux: include/linux/sched/signal.h, signal.h.
 */
#ifndef KILBURN_KERNEL_SIGNAL_H
#define KILBURN_KERNEL_SIGNAL_H

#include "kernel/lib/types.h"
#include "kernel/sched.h"
#include "kernel/signal_types.h"

/* Which set of a task a signal goes to. */
enum pid_type {
	PIDTYPE_PID,  /* the thread's own */
	PIDTYPE_TGID, /* the process's: any thread may take it */
	PIDTYPE_PGID, /* as the process's; it goes to others as well */
};

/* task->jobctl */
#define JOBCTL_STOP_SIGMASK  0xffffUL
#define JOBCTL_STOP_DEQUEUED (1UL << 16) /* a stop signal is being acted on */
#define JOBCTL_STOP_PENDING  (1UL << 17) /* this thread has yet to stop */
#define JOBCTL_STOP_CONSUME  (1UL << 18) /* and counts in group_stop_count */
#define JOBCTL_PENDING_MASK  JOBCTL_STOP_PENDING

/* Instead of a siginfo: from the user (current), or from the kernel. */
#define SEND_SIG_NOINFO ((struct kernel_siginfo *)0)
#define SEND_SIG_PRIV   ((struct kernel_siginfo *)1)

/* ---- sending: signal_send.c --------------------------------------------- */

/**
 * force_sig_fault() - tell current that an instruction of its faulted.
 * @sig:  SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGTRAP
 * @code: si_code
 * @addr: si_addr
 *
 * A blocked or ignored signal is unblocked and set to its default action, so
 * that the instruction cannot be repeated for ever.
 */
void force_sig_fault(int sig, int code, void __user *addr);
void force_sig(int sig);       /* si_code SI_KERNEL */
void force_fatal_sig(int sig); /* no handler can catch it */
void force_sigsegv(int sig);   /* no frame could be set up for @sig */

/**
 * send_sig() - send a signal from the kernel to one thread.
 * @sig:  1 .. 64
 * @p:	  the thread, which cannot go away
 * @priv: as if by the kernel itself (1), or by current (0)
 *
 * Context: process context; takes tasklist_lock.
 * Return: 0; -ESRCH if the task has exited.
 */
int send_sig(int sig, struct task_struct *p, int priv);

/* As send_sig(), but to the process of @p, and @info says the rest. */
int group_send_sig_info(int sig, struct kernel_siginfo *info,
			struct task_struct *p);

/* To one thread or process, tasklist_lock held by the caller. */
int send_signal_to(int sig, struct kernel_siginfo *info, struct task_struct *p,
		   enum pid_type type);

int kill_pgrp(pid_t pgrp, int sig, int priv); /* every process of the group */
int kill_pid(pid_t pid, int sig, int priv);

int send_signal_locked(int sig, struct kernel_siginfo *info,
		       struct task_struct *t, enum pid_type type);
void do_notify_parent_cldstop(struct task_struct *p, int why);
bool do_notify_parent(struct task_struct *p, int sig);
void zap_other_threads(struct task_struct *p);
void signal_wake_up(struct task_struct *t, bool fatal);
bool sig_ignored(struct task_struct *t, int sig);

/* ---- taking: signal_deliver.c ------------------------------------------- */

/**
 * get_signal() - take the next signal that has a handler.
 * @ksig: filled with the signal, its siginfo and the handler's action
 *
 * Carries out default actions on the way: may stop current for long, and does
 * not return if the process is to die.
 *
 * Context: on the way to user mode, no locks held.
 * Return: whether there is a handler to call.
 */
bool get_signal(struct ksignal *ksig);

/**
 * signal_setup_done() - the handler's frame is set up, or could not be.
 * @failed:   non-zero: the frame could not be written; SIGSEGV follows
 * @ksig:     from get_signal()
 * @stepping: the thread is being single-stepped (unused)
 */
void signal_setup_done(int failed, struct ksignal *ksig, int stepping);

int dequeue_signal(struct task_struct *p, const sigset_t *mask,
		   kernel_siginfo_t *info);
void exit_signals(struct task_struct *p);

/* ---- masks, actions, stacks: signal.c, sigprocmask.c -------------------- */

void recalc_sigpending(void); /* current; siglock held */
void set_current_blocked(sigset_t *newset);
void restore_saved_sigmask(void); /* if one was saved and no handler ran */

/**
 * set_user_sigmask() - change the mask for the length of one system call.
 * @umask:      new mask in user space; NULL: leave it
 * @sigsetsize: its size in bytes, which must be 8
 *
 * For ppoll(), pselect() and the like.  When the call ends by a signal the old
 * mask comes back after the handler; otherwise the caller calls
 * restore_saved_sigmask_unless().
 *
 * Return: 0, -EINVAL or -EFAULT.
 */
int set_user_sigmask(const sigset_t __user *umask, size_t sigsetsize);
void restore_saved_sigmask_unless(bool interrupted);

/* The mask that a signal frame saves: the one before sigsuspend(). */
sigset_t *sigmask_to_save(void);

void flush_sigqueue(struct sigpending *queue);
void flush_sigqueue_mask(unsigned long mask, struct sigpending *pending);
void flush_signal_handlers(struct task_struct *p, bool force_default);
int do_sigaction(int sig, struct k_sigaction *act, struct k_sigaction *oact);
int copy_siginfo_to_user(siginfo_t __user *to, const kernel_siginfo_t *from);
int copy_siginfo_from_user(kernel_siginfo_t *to, const siginfo_t __user *from);
void clear_siginfo(kernel_siginfo_t *info);
void signals_init(void); /* boot: the slab cache */
struct sigqueue *sigqueue_alloc(int sig, struct task_struct *t,
				bool override_rlimit);
void sigqueue_free(struct sigqueue *q);

/* ---- the alternate stack: sigaltstack.c --------------------------------- */

bool on_sig_stack(unsigned long sp);
int sas_ss_flags(unsigned long sp);
void sas_ss_reset(struct task_struct *p);
unsigned long sigsp(unsigned long sp, struct ksignal *ksig);
int restore_altstack(const stack_t __user *uss);
int save_altstack(stack_t __user *uss, unsigned long sp);

static inline bool sig_kernel_only(int sig)
{
	return sig == SIGKILL || sig == SIGSTOP;
}

#define SIG_KERNEL_IGNORE_MASK                                                 \
	(sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) |             \
	 sigmask(SIGURG))
#define SIG_KERNEL_STOP_MASK                                                   \
	(sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) |              \
	 sigmask(SIGTTOU))
#define SIG_KERNEL_COREDUMP_MASK                                               \
	(sigmask(SIGQUIT) | sigmask(SIGILL) | sigmask(SIGTRAP) |               \
	 sigmask(SIGABRT) | sigmask(SIGFPE) | sigmask(SIGSEGV) |               \
	 sigmask(SIGBUS) | sigmask(SIGSYS) | sigmask(SIGXCPU) |                \
	 sigmask(SIGXFSZ))
#define SIG_SYNCHRONOUS_MASK                                                   \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) |                \
	 sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

#endif /* KILBURN_KERNEL_SIGNAL_H */
