/* SPDX-License-Identifier: MIT */
/*
 * kernel/time.c - what time is it?
 *
 * There is one clock, sched_clock() of the architecture: nanoseconds since
 * boot.  CLOCK_MONOTONIC is that; CLOCK_REALTIME adds an offset, which the boot
 * takes from the board's clock and settimeofday(2) changes.
 *
 * In Linux: kernel/time/timekeeping.c.
 */
#include <asm/tsc.h>
#include <asm/vdso.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/time.h"

/* ns from boot's begin to 1970's, one word: read and set in one access. */
static u64 realtime_offset;

u64 ktime_get_ns(void)
{
	return sched_clock();
}

u64 ktime_get_real_ns(void)
{
	return sched_clock() + READ_ONCE(realtime_offset);
}

void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_ns());
}

void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_real_ns());
}

int do_settimeofday64(const struct timespec64 *ts)
{
	u64 now = ktime_get_ns();

	if (!timespec64_valid(ts) || ts->tv_sec >= KTIME_MAX / NSEC_PER_SEC)
		return -EINVAL;
	if (timespec64_to_ns(ts) < now)
		return -EINVAL; /* boot would lie before 1970 */
	WRITE_ONCE(realtime_offset, timespec64_to_ns(ts) - now);
	update_vsyscall(realtime_offset);
	return 0;
}

void timekeeping_init(void)
{
	s64 now = rtc_read_time();

	if (now > 0)
		WRITE_ONCE(realtime_offset,
			   (u64)now * NSEC_PER_SEC - ktime_get_ns());
	update_vsyscall(realtime_offset);
}
