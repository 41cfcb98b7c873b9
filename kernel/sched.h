/* SPDX-License-Identifier: MIT */
/*
 * kernel/sched.h - tasks: what the kernel knows about each thread.
 *
 * In Linux: include/linux/sched.h, sched/signal.h.
 */
#ifndef KILBURN_KERNEL_SCHED_H
#define KILBURN_KERNEL_SCHED_H

#include <asm/atomic.h>
#include <asm/current.h>
#include <asm/preempt.h>
#include <asm/processor.h>
#include "kernel/cpumask.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"
#include "kernel/lockdep.h"
#include "kernel/resource.h"
#include "kernel/signal_types.h"
#include "kernel/spinlock.h"
#include "kernel/timer.h"
#include "kernel/wait.h"

struct file;
struct files_struct;
struct fs_struct;
struct mm_struct;
struct nsproxy;
struct completion;
struct kthread;

/* task->__state; Linux's values. */
#define TASK_RUNNING         0x0000u
#define TASK_INTERRUPTIBLE   0x0001u
#define TASK_UNINTERRUPTIBLE 0x0002u
#define __TASK_STOPPED       0x0004u
#define TASK_WAKEKILL        0x0100u
#define TASK_DEAD            0x0080u
#define TASK_NEW             0x0800u /* before wake_up_new_task() */
#define TASK_KILLABLE        (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_STOPPED         (TASK_WAKEKILL | __TASK_STOPPED)
#define TASK_NORMAL          (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

/* task->exit_state */
#define EXIT_DEAD   0x10
#define EXIT_ZOMBIE 0x20

/* task->flags */
#define PF_KTHREAD    0x00200000u
#define PF_EXITING    0x00000004u
#define PF_FORKNOEXEC 0x00000040u
#define PF_SIGNALED   0x00000400u

/* task->thread_flags: work to do before returning to user mode; atomic. */
#define TIF_SIGPENDING    2
#define TIF_NEED_RESCHED  3
#define TIF_NOTIFY_SIGNAL 17
#define _TIF_SIGPENDING   (1UL << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED (1UL << TIF_NEED_RESCHED)
#define _TIF_WORK_MASK    (_TIF_SIGPENDING | _TIF_NEED_RESCHED)

#define TASK_COMM_LEN 16

struct rlimit {
	u64 rlim_cur, rlim_max;
};
#define RLIM_NLIMITS  16
#define RLIM_INFINITY (~0ULL)

/* What the threads of a process share besides memory and files. */
struct signal_struct {
	atomic_t refs;
	struct list_head thread_head; /* tasks, through task->thread_node */
	atomic_t live;                /* threads that have not exited */
	int nr_threads;
	struct sighand_struct *sighand; /* that of every thread of it */
	/* sighand->siglock: */
	struct sigpending shared_pending;
	struct task_struct *curr_target; /* who gets the next signal */
	int group_exit_code;
	int group_stop_count;       /* threads that have yet to stop */
	unsigned int group_signals; /* counts those sent to a whole group */
	unsigned int flags; /* SIGNAL_GROUP_EXIT, SIGNAL_STOP_STOPPED, ... */
	struct task_struct *group_exec_task;
	int notify_count;
	struct wait_queue_head wait_chldexit; /* wait4() sleeps here */
	pid_t pgrp, session;
	struct rlimit rlim[RLIM_NLIMITS];
	/* Totals of the threads that are gone, and of children waited for. */
	u64 utime, stime, cutime, cstime; /* ns */
	unsigned long min_flt, maj_flt, cmin_flt, cmaj_flt;
	unsigned long nvcsw, nivcsw, cnvcsw, cnivcsw;
	unsigned long maxrss, cmaxrss;
	struct ktimer real_timer; /* setitimer(ITIMER_REAL), alarm */
	u64 it_real_incr;         /* ns */
	struct file *tty;
	int oom_score_adj;
	bool is_child_subreaper;  /* orphans below it become its children */
	bool has_child_subreaper; /* some ancestor is one */
};

struct task_struct {
	/*
	 * First, at offsets that arch/x86_64/ knows (asm-offsets.h): keep the
	 * order.
	 */
	unsigned long thread_flags; /* TIF_* */
	void *stack;                /* lowest byte of the kernel stack */
	struct thread_struct thread;

	/* Scheduling: the run queue's lock protects these. */
	unsigned int __state;
	unsigned int flags; /* PF_* */
	int on_rq;
	int on_cpu; /* running now; cleared last by the CPU that left it */
	unsigned int cpu;
	struct list_head run_list;
	u64 slice;        /* ns that are left of its turn */
	u64 exec_start;   /* ns: up to when it has been charged */
	u64 utime, stime; /* ns */
	int nice;
	cpumask_t cpus_allowed;
	unsigned long nvcsw, nivcsw;
	spinlock_t pi_lock; /* serialises wake-ups of this task */

	/* Memory. */
	struct mm_struct *mm;            /* NULL: a kernel thread */
	struct mm_struct *active_mm;     /* whose page tables are loaded */
	struct vm_area_struct *vmacache; /* found last: mm/vmacache.h */
	u64 vmacache_seqnum;
	unsigned long min_flt, maj_flt;
	int pagefault_disabled;
	unsigned int fail_nth; /* /proc/self/fail-nth; 0: off */
	int in_oom;
	spinlock_t alloc_lock; /* task_lock(): mm, files, fs, comm */

	/* Identity and family: tasklist_lock. */
	pid_t pid;  /* of this thread: gettid() */
	pid_t tgid; /* of its process: getpid() */
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct list_head children; /* processes, through sibling */
	struct list_head sibling;
	struct list_head thread_node; /* in signal->thread_head */
	struct list_head tasks;       /* all processes (leaders) */
	struct hlist_node pid_node;   /* in the pid hash */
	atomic_t usage;
	int exit_state, exit_code, exit_signal;
	struct completion *vfork_done;
	struct kthread *kthread;     /* PF_KTHREAD: kernel/kthread.c's own */
	int __user *set_child_tid;   /* CLONE_CHILD_SETTID */
	int __user *clear_child_tid; /* CLONE_CHILD_CLEARTID, futex woken */
	void __user *robust_list;
	u64 start_time;    /* ns since boot */
	int pdeath_signal; /* sent when real_parent dies; prctl() */
	u32 parent_exec_id, self_exec_id; /* counts execve() */

	/* Signals: sighand->siglock. */
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	sigset_t blocked, real_blocked, saved_sigmask;
	bool restore_sigmask;
	struct sigpending pending;
	unsigned long sas_ss_sp;
	size_t sas_ss_size;
	unsigned int sas_ss_flags;
	unsigned long jobctl; /* JOBCTL_*: stopping */
	struct restart_block {
		long (*fn)(struct restart_block *);
		u64 expires; /* absolute, ns */
		int clockid;
		void __user *rmtp;
		u64 data[3];
	} restart_block;

	/* Files. */
	struct files_struct *files;
	struct fs_struct *fs;

	char comm[TASK_COMM_LEN];
	uid_t uid, euid, suid, fsuid;
	gid_t gid, egid, sgid, fsgid;
	struct user_struct *user; /* of uid: what is counted per user */
	struct group_info *group_info;
	bool no_new_privs;

	int policy; /* SCHED_*; only SCHED_NORMAL's kind is scheduled */
	u64 timer_slack_ns;

	struct lockdep_task lockdep; /* locks held, when CONFIG_LOCKDEP */
};

extern struct task_struct init_task; /* CPU 0's idle task, pid 0 */
extern spinlock_t tasklist_lock;

/* ---- sched.c ------------------------------------------------------------ */

/* What a CPU has done since it came up: times in ns, exact to the last tick. */
struct cpu_usage {
	u64 user; /* of tasks at nice 0 or below */
	u64 nice; /* user time of the others */
	u64 system;
	u64 idle;
	u64 nr_switches; /* context switches */
};

void get_cpu_usage(unsigned int cpu, struct cpu_usage *usage);

void schedule(void);
void preempt_schedule_irq(void);
void schedule_tail(struct task_struct *prev); /* first run of a new task */
long schedule_timeout_ns(u64 ns);             /* remaining ns, 0: timed out */
void yield(void);
int wake_up_process(struct task_struct *p);
int wake_up_state(struct task_struct *p, unsigned int state);
void wake_up_new_task(struct task_struct *p);
void sched_fork(struct task_struct *p);
void sched_init(void);
void sched_init_cpu(unsigned int cpu, struct task_struct *idle);
void scheduler_tick(bool user); /* from timer_interrupt() */
u64 sched_next_tick(void);      /* ns; KTIME_MAX: this CPU idles */
int set_cpus_allowed(struct task_struct *p, const cpumask_t *mask);
void sched_task_runtime(struct task_struct *p, u64 *utime, u64 *stime);
unsigned int nr_running(void);           /* tasks on all run queues */
void cpu_startup_entry(void) __noreturn; /* the idle loop */
void do_task_dead(void) __noreturn;

#define set_current_state(s)   smp_store_mb(current->__state, (s))
#define __set_current_state(s) WRITE_ONCE(current->__state, (s))

/*
 * For a state that is entered without checking a condition in a loop: under
 * pi_lock, so that an earlier wake-up cannot undo it.
 */
#define set_special_state(s)                                                   \
	do {                                                                   \
		unsigned long _state_flags;                                    \
		spin_lock_irqsave(&current->pi_lock, _state_flags);            \
		WRITE_ONCE(current->__state, (s));                             \
		spin_unlock_irqrestore(&current->pi_lock, _state_flags);       \
	} while (0)

/* ---- fork.c, exit.c, pid.c ---------------------------------------------- */

void get_task_struct(struct task_struct *p);
void put_task_struct(struct task_struct *p);
struct task_struct *find_task_by_vpid(pid_t pid); /* with a reference; NULL */
struct task_struct *idle_task_alloc(unsigned int cpu);
pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags);
void do_exit(long code) __noreturn;
void do_group_exit(int exit_code) __noreturn;

static inline bool thread_group_leader(const struct task_struct *p)
{
	return p->exit_signal >= 0;
}

static inline unsigned long rlimit(unsigned int limit)
{
	return READ_ONCE(current->signal->rlim[limit].rlim_cur);
}

/* ---- thread flags ------------------------------------------------------- */

static inline void set_tsk_thread_flag(struct task_struct *p, int flag)
{
	set_bit(flag, &p->thread_flags);
}

static inline void clear_tsk_thread_flag(struct task_struct *p, int flag)
{
	clear_bit(flag, &p->thread_flags);
}

static inline bool test_tsk_thread_flag(const struct task_struct *p, int flag)
{
	return READ_ONCE(p->thread_flags) >> flag & 1;
}

#define set_thread_flag(flag)   set_tsk_thread_flag(current, flag)
#define clear_thread_flag(flag) clear_tsk_thread_flag(current, flag)
#define test_thread_flag(flag)  test_tsk_thread_flag(current, flag)

static inline bool need_resched(void)
{
	return test_thread_flag(TIF_NEED_RESCHED);
}

static inline bool signal_pending(const struct task_struct *p)
{
	return test_tsk_thread_flag(p, TIF_SIGPENDING);
}

bool fatal_signal_pending(const struct task_struct *p); /* SIGKILL waits */

/* Whether a signal forbids a sleep in @state. */
static inline bool signal_pending_state(unsigned int state,
					struct task_struct *p)
{
	if (likely(!signal_pending(p)))
		return false;
	if (state & TASK_INTERRUPTIBLE)
		return true;
	return (state & TASK_WAKEKILL) && fatal_signal_pending(p);
}

/*
 * How often a task tries for a sleeping lock before it sleeps, while the owner
 * runs.  Some microseconds: less than it takes to sleep and be woken.
 */
#define LOCK_SPINS 1000

/*
 * Is the owner of a lock, as read from the lock, running?  It may have released
 * the lock and be gone by now; then this reads what was a task, and the caller
 * finds that the lock has another owner.
 */
static inline bool task_is_running_on_cpu(const struct task_struct *owner)
{
	return !owner || READ_ONCE(owner->on_cpu);
}

/* In a long loop: let others run.  Does nothing where that is not allowed. */
static inline void cond_resched(void)
{
	if (need_resched() && !preempt_count())
		schedule();
}

#endif /* KILBURN_KERNEL_SCHED_H */
