/* SPDX-License-Identifier: MIT */
/*
 * kernel/resource.h - resource limits and usage, as user space sees them.
 *
 * In Linux: include/uapi/linux/resource.h, asm-generic/resource.h.
 */
#ifndef KILBURN_KERNEL_RESOURCE_H
#define KILBURN_KERNEL_RESOURCE_H

#include "kernel/lib/types.h"

/* Indexes of signal_struct.rlim[]. */
/* clang-format off */
#define RLIMIT_CPU		0
#define RLIMIT_FSIZE		1
#define RLIMIT_DATA		2
#define RLIMIT_STACK		3
#define RLIMIT_CORE		4
#define RLIMIT_RSS		5
#define RLIMIT_NPROC		6
#define RLIMIT_NOFILE		7
#define RLIMIT_MEMLOCK		8
#define RLIMIT_AS		9
#define RLIMIT_LOCKS		10
#define RLIMIT_SIGPENDING	11
#define RLIMIT_MSGQUEUE		12
#define RLIMIT_NICE		13
#define RLIMIT_RTPRIO		14
#define RLIMIT_RTTIME		15
/* clang-format on */

#define _STK_LIM    (8UL << 20) /* default size of the stack, bytes */
#define MLOCK_LIMIT (8UL << 20)

/* getrusage()'s who */
#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN -1
#define RUSAGE_BOTH     -2 /* the kernel's own: both of the above */
#define RUSAGE_THREAD   1

struct old_timeval {
	long tv_sec;
	long tv_usec;
};

struct rusage {
	struct old_timeval ru_utime;
	struct old_timeval ru_stime;
	long ru_maxrss;                    /* KiB */
	long ru_ixrss, ru_idrss, ru_isrss; /* always 0 */
	long ru_minflt, ru_majflt;
	long ru_nswap; /* always 0 */
	long ru_inblock, ru_oublock;
	long ru_msgsnd, ru_msgrcv, ru_nsignals; /* always 0 */
	long ru_nvcsw, ru_nivcsw;
};

struct task_struct;

/**
 * getrusage() - what a process has used.
 * @p: one of its threads; the one asked about with RUSAGE_THREAD
 * @who: RUSAGE_*
 * @r: filled
 *
 * Context: process context; takes siglock.
 */
void getrusage(struct task_struct *p, int who, struct rusage *r);

#endif /* KILBURN_KERNEL_RESOURCE_H */
