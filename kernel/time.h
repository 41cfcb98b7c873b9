/* SPDX-License-Identifier: MIT */
/*
 * kernel/time.h - what time is it?
 *
 * In Linux: include/linux/timekeeping.h, time64.h.
 */
#ifndef KILBURN_KERNEL_TIME_H
#define KILBURN_KERNEL_TIME_H

#include "kernel/lib/types.h"

#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define USEC_PER_SEC  1000000L
#define USEC_PER_MSEC 1000L
#define MSEC_PER_SEC  1000L
#define NSEC_PER_SEC  1000000000L

/* What times(2) and /proc count in: ticks of 10 ms, as on Linux. */
#define USER_HZ       100
#define NSEC_PER_TICK (NSEC_PER_SEC / USER_HZ)

/* Struct timespec of the ABI. */
struct timespec64 {
	time64_t tv_sec;
	long tv_nsec; /* 0 .. 999999999 */
};

/**
 * ktime_get_ns() - nanoseconds since boot.
 *
 * Never goes back, on any CPU: CLOCK_MONOTONIC.
 *
 * Context: any.
 */
u64 ktime_get_ns(void);

/* Nanoseconds since 1970: CLOCK_REALTIME. */
u64 ktime_get_real_ns(void);

static inline u64 timespec64_to_ns(const struct timespec64 *ts)
{
	return (u64)ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

static inline struct timespec64 ns_to_timespec64(u64 ns)
{
	return (struct timespec64){
		.tv_sec = ns / NSEC_PER_SEC,
		.tv_nsec = ns % NSEC_PER_SEC,
	};
}

/* A time that user space may give: not negative, less than a second of ns. */
static inline bool timespec64_valid(const struct timespec64 *ts)
{
	return ts->tv_sec >= 0 && (unsigned long)ts->tv_nsec < NSEC_PER_SEC;
}

/* To nanoseconds; a time beyond what 63 bits can count is cut to that. */
static inline u64 timespec64_to_ns_capped(const struct timespec64 *ts)
{
	if (ts->tv_sec >= KTIME_MAX / NSEC_PER_SEC)
		return KTIME_MAX;
	return timespec64_to_ns(ts);
}

void ktime_get_ts64(struct timespec64 *ts);
void ktime_get_real_ts64(struct timespec64 *ts);

/**
 * do_settimeofday64() - set CLOCK_REALTIME.
 * @ts: the time that it is now
 *
 * Return: 0, or -EINVAL.
 */
int do_settimeofday64(const struct timespec64 *ts);

/* Boot: take the time of day from the board's clock. */
void timekeeping_init(void);

#endif /* KILBURN_KERNEL_TIME_H */
