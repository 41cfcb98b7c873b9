/* SPDX-License-Identifier: MIT */
/*
 * kernel/signal_types.h - signals: numbers, sets, siginfo, actions.
 *
 * Everything that user space sees here (values, siginfo_t, struct sigaction)
 * is Linux's x86-64 ABI.
 *
 * In Linux: include/linux/signal_types.h, include/uapi/asm-generic/siginfo.h,
 * signal-defs.h.
 */
#ifndef KILBURN_KERNEL_SIGNAL_TYPES_H
#define KILBURN_KERNEL_SIGNAL_TYPES_H

#include <asm/atomic.h>
#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/spinlock.h"

/* Signal n is bit n-1 of the one word of a set. */
#define _NSIG       64
#define _NSIG_BPW   64
#define _NSIG_WORDS 1

#if __STDC_HOSTED__
#define sigset_t kernel_sigset_t /* libc has a larger one of that name */
#endif

typedef struct {
	unsigned long sig[_NSIG_WORDS];
} sigset_t;

/* clang-format off */
#define SIGHUP		 1
#define SIGINT		 2
#define SIGQUIT		 3
#define SIGILL		 4
#define SIGTRAP		 5
#define SIGABRT		 6
#define SIGBUS		 7
#define SIGFPE		 8
#define SIGKILL		 9
#define SIGUSR1		10
#define SIGSEGV		11
#define SIGUSR2		12
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGSTKFLT	16
#define SIGCHLD		17
#define SIGCONT		18
#define SIGSTOP		19
#define SIGTSTP		20
#define SIGTTIN		21
#define SIGTTOU		22
#define SIGURG		23
#define SIGXCPU		24
#define SIGXFSZ		25
#define SIGVTALRM	26
#define SIGPROF		27
#define SIGWINCH	28
#define SIGIO		29
#define SIGPWR		30
#define SIGSYS		31
#define SIGRTMIN	32

/* struct sigaction's sa_flags */
#define SA_NOCLDSTOP	0x00000001UL /* no SIGCHLD when a child stops */
#define SA_NOCLDWAIT	0x00000002UL /* children leave no zombies */
#define SA_SIGINFO	0x00000004UL /* the handler takes three arguments */
#define SA_UNSUPPORTED	0x00000400UL /* never set: lets a program probe */
#define SA_EXPOSE_TAGBITS 0x00000800UL
#define SA_RESTORER	0x04000000UL /* sa_restorer is valid */
#define SA_ONSTACK	0x08000000UL
#define SA_RESTART	0x10000000UL
#define SA_NODEFER	0x40000000UL
#define SA_RESETHAND	0x80000000UL
#define SA_IMMUTABLE	0x00800000UL /* kernel's: no handler may catch it */
#define UAPI_SA_FLAGS \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | \
	 SA_NODEFER | SA_RESETHAND | SA_EXPOSE_TAGBITS | SA_RESTORER)

/* sigprocmask(how) */
#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2

/* stack_t.ss_flags */
#define SS_ONSTACK	1
#define SS_DISABLE	2
#define SS_AUTODISARM	(1U << 31)
#define MINSIGSTKSZ	2048

/* si_code: who sent it, or why */
#define SI_USER		0
#define SI_KERNEL	0x80
#define SI_QUEUE	-1
#define SI_TIMER	-2
#define SI_TKILL	-6
#define ILL_ILLOPN	2
#define ILL_ILLOPC	1
#define FPE_INTDIV	1
#define FPE_INTOVF	2
#define FPE_FLTDIV	3
#define FPE_FLTOVF	4
#define FPE_FLTUND	5
#define FPE_FLTRES	6
#define FPE_FLTINV	7
#define FPE_FLTUNK	14
#define SEGV_MAPERR	1
#define SEGV_ACCERR	2
#define SEGV_BNDERR	3
#define SEGV_PKUERR	4
#define BUS_ADRALN	1
#define BUS_ADRERR	2
#define BUS_OBJERR	3
#define TRAP_BRKPT	1
#define TRAP_TRACE	2
#define TRAP_BRANCH	3
#define TRAP_HWBKPT	4
#define CLD_EXITED	1
#define CLD_KILLED	2
#define CLD_DUMPED	3
#define CLD_TRAPPED	4
#define CLD_STOPPED	5
#define CLD_CONTINUED	6
/* clang-format on */

typedef void (*sighandler_t)(int);
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)
#define SIG_ERR ((sighandler_t)-1)

typedef union sigval {
	int sival_int;
	void __user *sival_ptr;
} sigval_t;

/* What a siginfo says beyond number and code; which one, the code decides. */
union sifields {
	struct {
		pid_t pid;
		uid_t uid;
	} kill;
	struct {
		int tid;
		int overrun;
		sigval_t sigval;
		int sys_private;
	} timer;
	struct {
		pid_t pid;
		uid_t uid;
		sigval_t sigval;
	} rt;
	struct {
		pid_t pid;
		uid_t uid;
		int status;
		long utime; /* in USER_HZ */
		long stime;
	} sigchld;
	struct {
		void __user *addr;
		short addr_lsb;
		void __user *lower;
		void __user *upper;
	} sigfault;
	struct {
		long band;
		int fd;
	} sigpoll;
	struct {
		void __user *call_addr;
		int syscall;
		unsigned int arch;
	} sigsys;
};

#define SIGINFO_FIELDS                                                         \
	int si_signo;                                                          \
	int si_errno;                                                          \
	int si_code;                                                           \
	union sifields sifields

/* As the kernel keeps it: without the padding. */
typedef struct kernel_siginfo {
	SIGINFO_FIELDS;
} kernel_siginfo_t;

#define SI_MAX_SIZE 128

/* As user space sees it. */
typedef struct siginfo {
	union {
		struct {
			SIGINFO_FIELDS;
		};
		int si_pad[SI_MAX_SIZE / sizeof(int)];
	};
} siginfo_t;

_Static_assert(sizeof(siginfo_t) == SI_MAX_SIZE, "siginfo_t is ABI");
_Static_assert(sizeof(kernel_siginfo_t) == 48, "its used part is 48 bytes");

#define si_pid      sifields.kill.pid
#define si_uid      sifields.kill.uid
#define si_tid      sifields.timer.tid
#define si_overrun  sifields.timer.overrun
#define si_status   sifields.sigchld.status
#define si_utime    sifields.sigchld.utime
#define si_stime    sifields.sigchld.stime
#define si_value    sifields.rt.sigval
#define si_int      sifields.rt.sigval.sival_int
#define si_ptr      sifields.rt.sigval.sival_ptr
#define si_addr     sifields.sigfault.addr
#define si_addr_lsb sifields.sigfault.addr_lsb

/* Signals that wait for delivery, to one thread or to a whole process. */
struct sigpending {
	struct list_head list; /* struct sigqueue: those that have a siginfo */
	sigset_t signal;
};

struct user_struct;

/* One queued signal with its siginfo. */
struct sigqueue {
	struct list_head list;
	unsigned int flags; /* SIGQUEUE_PREALLOC */
	kernel_siginfo_t info;
	struct user_struct *user; /* whose RLIMIT_SIGPENDING it counts in */
};

/* rt_sigaction()'s structure. */
struct sigaction {
	sighandler_t sa_handler;
	unsigned long sa_flags;
	void __user *sa_restorer;
	sigset_t sa_mask;
};

struct k_sigaction {
	struct sigaction sa;
};

/* The actions of a process; CLONE_SIGHAND shares them. */
struct sighand_struct {
	spinlock_t siglock;
	atomic_t count;
	struct k_sigaction action[_NSIG]; /* siglock */
};

/* A signal on its way to a handler: what get_signal() fills. */
struct ksignal {
	struct k_sigaction ka;
	kernel_siginfo_t info;
	int sig;
};

/* sigaltstack()'s structure. */
typedef struct sigaltstack {
	void __user *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

/* signal_struct.flags */
#define SIGNAL_STOP_STOPPED   0x00000001 /* all threads are stopped */
#define SIGNAL_STOP_CONTINUED 0x00000002 /* SIGCONT since: for WCONTINUED */
#define SIGNAL_GROUP_EXIT     0x00000004 /* the process is dying */
#define SIGNAL_CLD_STOPPED    0x00000010 /* tell the parent: it stopped */
#define SIGNAL_CLD_CONTINUED  0x00000020
#define SIGNAL_UNKILLABLE     0x00000040 /* pid 1: ignores what it may */

#define sigmask(sig) (1UL << ((sig)-1))

static inline void sigaddset(sigset_t *set, int sig)
{
	set->sig[0] |= sigmask(sig);
}

static inline void sigdelset(sigset_t *set, int sig)
{
	set->sig[0] &= ~sigmask(sig);
}

static inline bool sigismember(const sigset_t *set, int sig)
{
	return set->sig[0] & sigmask(sig);
}

static inline bool sigisemptyset(const sigset_t *set)
{
	return !set->sig[0];
}

static inline void sigemptyset(sigset_t *set)
{
	set->sig[0] = 0;
}

static inline void sigfillset(sigset_t *set)
{
	set->sig[0] = ~0UL;
}

static inline void sigdelsetmask(sigset_t *set, unsigned long mask)
{
	set->sig[0] &= ~mask;
}

static inline bool valid_signal(unsigned long sig)
{
	return sig <= _NSIG;
}

static inline void init_sigpending(struct sigpending *pending)
{
	sigemptyset(&pending->signal);
	INIT_LIST_HEAD(&pending->list);
}

#endif /* KILBURN_KERNEL_SIGNAL_TYPES_H */
