/* SPDX-License-Identifier: MIT */
/*
 * kernel/itimer.c - setitimer(ITIMER_REAL) and alarm().
 *
 * Each process has one timer that counts real time and sends it SIGALRM.  The
 * timer's function runs in the timer interrupt; it reaches the process through
 * signal->sighand, which is there as long as a thread is alive, and the last
 * one cancels the timer before it gives sighand up.
 *
 * ITIMER_VIRTUAL and ITIMER_PROF, which count CPU time, are not there.
 *
 * In Linux: kernel/time/itimer.c.
 */
#include "kernel/itimer.h"
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/time.h"

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

struct itimerval {
	struct old_timeval it_interval;
	struct old_timeval it_value;
};

/* The timer interrupt: SIGALRM to the process. */
static void it_real_fn(struct ktimer *timer)
{
	struct signal_struct *sig =
		container_of(timer, struct signal_struct, real_timer);
	struct sighand_struct *sighand = sig->sighand;
	struct task_struct *p;
	unsigned long flags;

	spin_lock_irqsave(&sighand->siglock, flags);
	p = list_first_entry_or_null(&sig->thread_head, struct task_struct,
				     thread_node);
	if (p)
		send_signal_locked(SIGALRM, SEND_SIG_PRIV, p, PIDTYPE_TGID);
	spin_unlock_irqrestore(&sighand->siglock, flags);
}

void itimer_init(struct signal_struct *sig)
{
	ktimer_init(&sig->real_timer, it_real_fn);
	sig->it_real_incr = 0;
}

void itimer_exit(struct signal_struct *sig)
{
	sig->it_real_incr = 0;
	ktimer_cancel(&sig->real_timer);
}

void itimer_rearm(struct signal_struct *sig)
{
	u64 incr = sig->it_real_incr, now, next;

	if (!incr || sig->real_timer.pending)
		return;
	/* The first multiple of the interval that is still to come. */
	now = ktime_get_ns();
	next = sig->real_timer.expires + incr;
	if (next <= now)
		next += ((now - next) / incr + 1) * incr;
	ktimer_start(&sig->real_timer, next);
}

static u64 timeval_to_ns(const struct old_timeval *tv)
{
	if (tv->tv_sec >= KTIME_MAX / NSEC_PER_SEC)
		return KTIME_MAX;
	return (u64)tv->tv_sec * NSEC_PER_SEC + tv->tv_usec * NSEC_PER_USEC;
}

static struct old_timeval ns_to_timeval(u64 ns)
{
	return (struct old_timeval){
		.tv_sec = ns / NSEC_PER_SEC,
		.tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC,
	};
}

static bool timeval_valid(const struct old_timeval *tv)
{
	return tv->tv_sec >= 0 && (unsigned long)tv->tv_usec < USEC_PER_SEC;
}

/* A timer that runs never reads as 0: that would mean that it does not. */
static u64 real_timer_left(struct signal_struct *sig)
{
	u64 left = ktimer_remaining(&sig->real_timer);

	if (sig->real_timer.pending && left < NSEC_PER_USEC)
		return NSEC_PER_USEC;
	return left;
}

static void get_real_timer(u64 *value, u64 *interval)
{
	struct signal_struct *sig = current->signal;

	spin_lock_irq(&current->sighand->siglock);
	*value = real_timer_left(sig);
	*interval = sig->it_real_incr;
	spin_unlock_irq(&current->sighand->siglock);
}

/* @value: ns from now; 0 stops it.  The old setting is stored. */
static void set_real_timer(u64 value, u64 interval, u64 *old_value,
			   u64 *old_interval)
{
	struct signal_struct *sig = current->signal;

	for (;;) {
		spin_lock_irq(&current->sighand->siglock);
		*old_value = real_timer_left(sig);
		*old_interval = sig->it_real_incr;
		/* Its function waits for siglock: let it finish. */
		if (ktimer_try_to_cancel(&sig->real_timer) >= 0)
			break;
		spin_unlock_irq(&current->sighand->siglock);
		cpu_relax();
	}
	sig->it_real_incr = value ? interval : 0;
	if (value)
		ktimer_start(&sig->real_timer,
			     min_t(u64, ktime_get_ns() + value, KTIME_MAX));
	spin_unlock_irq(&current->sighand->siglock);
}

static int check_which(int which)
{
	switch (which) {
	case ITIMER_REAL:
		return 0;
	default: /* ITIMER_VIRTUAL and ITIMER_PROF too */
		return -EINVAL;
	}
}

SYSCALL_DEFINE2(getitimer, int, which, struct itimerval __user *, value)
{
	struct itimerval it;
	u64 left, interval;

	if (check_which(which))
		return -EINVAL;
	get_real_timer(&left, &interval);
	it.it_value = ns_to_timeval(left);
	it.it_interval = ns_to_timeval(interval);
	return copy_to_user(value, &it, sizeof(it)) ? -EFAULT : 0;
}

SYSCALL_DEFINE3(setitimer, int, which, struct itimerval __user *, value,
		struct itimerval __user *, ovalue)
{
	struct itimerval it = { { 0, 0 }, { 0, 0 } };
	u64 left, interval;

	/* NULL stops the timer, as it always has on Linux. */
	if (value && copy_from_user(&it, value, sizeof(it)))
		return -EFAULT;
	if (!timeval_valid(&it.it_value) || !timeval_valid(&it.it_interval))
		return -EINVAL;
	if (check_which(which))
		return -EINVAL;
	set_real_timer(timeval_to_ns(&it.it_value),
		       timeval_to_ns(&it.it_interval), &left, &interval);
	if (!ovalue)
		return 0;
	it.it_value = ns_to_timeval(left);
	it.it_interval = ns_to_timeval(interval);
	return copy_to_user(ovalue, &it, sizeof(it)) ? -EFAULT : 0;
}

SYSCALL_DEFINE1(alarm, unsigned int, seconds)
{
	u64 left, interval;

	if (seconds > INT_MAX)
		seconds = INT_MAX;
	set_real_timer((u64)seconds * NSEC_PER_SEC, 0, &left, &interval);
	/* Rounded, but never to "there was none". */
	seconds = (left + NSEC_PER_SEC / 2) / NSEC_PER_SEC;
	return left && !seconds ? 1 : seconds;
}
