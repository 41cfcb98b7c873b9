/* SPDX-License-Identifier: MIT */
/*
 * kernel/clock.c - the system calls that tell the time, and sleep.
 *
 * Every sleep ends at an absolute time by ktime_get_ns().  So a sleep that a
 * signal interrupted is continued, not begun again: see nanosleep_restart().
 *
 * In Linux: kernel/time/posix-timers.c, time.c, hrtimer.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/time.h"

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define CLOCK_TAI                11

#define TIMER_ABSTIME 1

/* The coarse clocks advance with the tick. */
#define LOW_RES_NSEC (NSEC_PER_SEC / 250)

/* CPU time of the whole process, ns. */
static u64 process_cputime(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	struct task_struct *t;
	unsigned long flags;
	u64 ns, utime, stime;

	spin_lock_irqsave(&p->sighand->siglock, flags);
	ns = sig->utime + sig->stime;
	for_each_thread (p, t) {
		sched_task_runtime(t, &utime, &stime);
		ns += utime + stime;
	}
	spin_unlock_irqrestore(&p->sighand->siglock, flags);
	return ns;
}

/* Whole ticks of @ns. */
static u64 coarse(u64 ns)
{
	return ns - ns % LOW_RES_NSEC;
}

static int clock_read(clockid_t clock, u64 *ns)
{
	u64 utime, stime;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_TAI: /* nobody has told us the offset */
		*ns = ktime_get_real_ns();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME: /* the machine is never suspended */
		*ns = ktime_get_ns();
		return 0;
	case CLOCK_REALTIME_COARSE:
		*ns = coarse(ktime_get_real_ns());
		return 0;
	case CLOCK_MONOTONIC_COARSE:
		*ns = coarse(ktime_get_ns());
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		*ns = process_cputime(current);
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		sched_task_runtime(current, &utime, &stime);
		*ns = utime + stime;
		return 0;
	default:
		return -EINVAL;
	}
}

SYSCALL_DEFINE2(clock_gettime, clockid_t, clock, struct timespec64 __user *, tp)
{
	struct timespec64 ts;
	u64 ns;
	int err = clock_read(clock, &ns);

	if (err)
		return err;
	ts = ns_to_timespec64(ns);
	return copy_to_user(tp, &ts, sizeof(ts)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(clock_getres, clockid_t, clock, struct timespec64 __user *, tp)
{
	struct timespec64 ts = { .tv_sec = 0, .tv_nsec = 1 };
	u64 ns;
	int err = clock_read(clock, &ns);

	if (err)
		return err;
	if (clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE)
		ts.tv_nsec = LOW_RES_NSEC;
	if (tp && copy_to_user(tp, &ts, sizeof(ts)))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE2(clock_settime, clockid_t, clock,
		const struct timespec64 __user *, tp)
{
	struct timespec64 ts;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	if (copy_from_user(&ts, tp, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	if (!capable_root())
		return -EPERM;
	return do_settimeofday64(&ts);
}

struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};

SYSCALL_DEFINE2(gettimeofday, struct old_timeval __user *, tv,
		struct timezone __user *, tz)
{
	struct timezone none = { 0, 0 };

	if (tv) {
		u64 ns = ktime_get_real_ns();
		struct old_timeval now = {
			.tv_sec = ns / NSEC_PER_SEC,
			.tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC,
		};

		if (copy_to_user(tv, &now, sizeof(now)))
			return -EFAULT;
	}
	if (tz && copy_to_user(tz, &none, sizeof(none)))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE2(settimeofday, const struct old_timeval __user *, tv,
		const struct timezone __user *, tz)
{
	struct old_timeval now;
	struct timespec64 ts;

	if (tz) /* the kernel has no use for it */
		return -EINVAL;
	if (!tv)
		return 0;
	if (copy_from_user(&now, tv, sizeof(now)))
		return -EFAULT;
	if (now.tv_sec < 0 || (unsigned long)now.tv_usec >= USEC_PER_SEC)
		return -EINVAL;
	if (!capable_root())
		return -EPERM;
	ts.tv_sec = now.tv_sec;
	ts.tv_nsec = now.tv_usec * NSEC_PER_USEC;
	return do_settimeofday64(&ts);
}

SYSCALL_DEFINE1(time, time64_t __user *, tloc)
{
	time64_t now = ktime_get_real_ns() / NSEC_PER_SEC;

	if (tloc && put_user(now, tloc))
		return -EFAULT;
	return now;
}

/* times(): in ticks of 1/100 s. */
struct tms {
	long tms_utime, tms_stime, tms_cutime, tms_cstime;
};

SYSCALL_DEFINE1(times, struct tms __user *, tbuf)
{
	if (tbuf) {
		struct rusage self, children;
		struct tms tms;

		getrusage(current, RUSAGE_SELF, &self);
		getrusage(current, RUSAGE_CHILDREN, &children);
#define TICKS(tv)                                                              \
	((tv).tv_sec * USER_HZ + (tv).tv_usec / (USEC_PER_SEC / USER_HZ))
		tms.tms_utime = TICKS(self.ru_utime);
		tms.tms_stime = TICKS(self.ru_stime);
		tms.tms_cutime = TICKS(children.ru_utime);
		tms.tms_cstime = TICKS(children.ru_stime);
#undef TICKS
		if (copy_to_user(tbuf, &tms, sizeof(tms)))
			return -EFAULT;
	}
	return ktime_get_ns() / NSEC_PER_TICK;
}

/* ---- sleeping ----------------------------------------------------------- */

/* Until ktime_get_ns() is @expires.  Return: whether it came to that. */
static bool sleep_until(u64 expires)
{
	while (!signal_pending(current)) {
		u64 now = ktime_get_ns();

		if (now >= expires)
			return true;
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_timeout_ns(expires - now);
	}
	return ktime_get_ns() >= expires;
}

/* Tell the caller how much of the sleep is left. */
static long report_left(u64 expires, struct timespec64 __user *rmtp)
{
	u64 now = ktime_get_ns();
	struct timespec64 left =
		ns_to_timespec64(expires > now ? expires - now : 0);

	if (rmtp && copy_to_user(rmtp, &left, sizeof(left)))
		return -EFAULT;
	return -ERESTART_RESTARTBLOCK;
}

static long nanosleep_restart(struct restart_block *restart)
{
	if (sleep_until(restart->expires))
		return 0;
	return report_left(restart->expires, restart->rmtp);
}

static long relative_sleep(u64 ns, struct timespec64 __user *rmtp)
{
	struct restart_block *restart = &current->restart_block;
	u64 expires = min_t(u64, ktime_get_ns() + ns, KTIME_MAX);

	if (sleep_until(expires))
		return 0;
	restart->fn = nanosleep_restart;
	restart->expires = expires;
	restart->rmtp = rmtp;
	return report_left(expires, rmtp);
}

/* An absolute time needs no restart block: the call itself is repeated. */
static long absolute_sleep(clockid_t clock, u64 when)
{
	u64 expires = when;

	if (clock == CLOCK_REALTIME || clock == CLOCK_TAI) {
		u64 boot = ktime_get_real_ns() - ktime_get_ns();

		expires = when > boot ? when - boot : 0;
	}
	return sleep_until(expires) ? 0 : -ERESTARTNOHAND;
}

SYSCALL_DEFINE2(nanosleep, const struct timespec64 __user *, rqtp,
		struct timespec64 __user *, rmtp)
{
	struct timespec64 ts;

	if (copy_from_user(&ts, rqtp, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	return relative_sleep(timespec64_to_ns_capped(&ts), rmtp);
}

SYSCALL_DEFINE4(clock_nanosleep, clockid_t, clock, int, flags,
		const struct timespec64 __user *, rqtp,
		struct timespec64 __user *, rmtp)
{
	struct timespec64 ts;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		break;
	case CLOCK_THREAD_CPUTIME_ID: /* one would sleep for ever */
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
	if (copy_from_user(&ts, rqtp, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	if (flags & TIMER_ABSTIME)
		return absolute_sleep(clock, timespec64_to_ns_capped(&ts));
	return relative_sleep(timespec64_to_ns_capped(&ts), rmtp);
}
