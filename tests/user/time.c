/* SPDX-License-Identifier: MIT */
/*
 * tests/user/time.c - clocks and sleeping.  Nothing here says how long
 * anything may take, only what order and what least duration must hold.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <pthread.h>
#include <sched.h>
#include <sys/time.h>
#include <time.h>

#define NS 1000000000LL

static long long now(clockid_t clock)
{
	struct timespec ts;

	need(!clock_gettime(clock, &ts));
	need(ts.tv_nsec >= 0 && ts.tv_nsec < NS);
	return ts.tv_sec * NS + ts.tv_nsec;
}

/* The same by system call, should the library use a vDSO. */
static long long sys_now(clockid_t clock)
{
	struct timespec ts;

	need(!syscall(SYS_clock_gettime, (long)clock, &ts));
	return ts.tv_sec * NS + ts.tv_nsec;
}

static void test_monotonic(void)
{
	long long last = now(CLOCK_MONOTONIC), first = last;
	int back = 0;

	for (int i = 0; i < 20000; i++) {
		long long t =
			i % 2 ? now(CLOCK_MONOTONIC) : sys_now(CLOCK_MONOTONIC);

		back += t < last;
		last = t;
		if (i % 1000 == 0)
			sched_yield();
	}
	is_num(back, 0, "CLOCK_MONOTONIC never goes back",
	       "Not on one CPU, nor when the process moves to another.");
	ok(last > first, "but forward", "");
}

/* Four threads hand a time stamp on; no later one may be smaller. */
static long long latest;
static int went_back;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *stamper(void *unused)
{
	for (int i = 0; i < 3000; i++) {
		pthread_mutex_lock(&lock);
		long long t = sys_now(CLOCK_MONOTONIC);

		went_back += t < latest;
		latest = t;
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void test_across_cpus(void)
{
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		need(!pthread_create(&t[i], NULL, stamper, NULL));
	for (int i = 0; i < 4; i++)
		need(!pthread_join(t[i], NULL));
	is_num(went_back, 0, "nor between threads on several CPUs",
	       "All CPUs must read one clock, or synchronized ones.");
}

static void test_realtime(void)
{
	struct timeval tv;
	long long a = now(CLOCK_REALTIME), b;
	time_t t = time(NULL);

	ok(a > 1577836800 * NS, "CLOCK_REALTIME is after 2020",
	   "The machine's CMOS clock must be read at boot.");
	ok(a < 4102444800 * NS, "and before 2100", "");
	need(!gettimeofday(&tv, NULL));
	b = now(CLOCK_REALTIME);
	ok(t >= a / NS && t <= b / NS, "time() agrees", "");
	ok(tv.tv_sec * 1000000LL + tv.tv_usec >= a / 1000 &&
		   tv.tv_sec * 1000000LL + tv.tv_usec <= b / 1000,
	   "gettimeofday() agrees", "");
}

static void test_sleep(void)
{
	static const long ns[] = { 1, 1000, 100000, 3000000, 20000000 };
	int early = 0;

	for (int i = 0; i < 5; i++) {
		struct timespec ts = { 0, ns[i] };
		long long before = now(CLOCK_MONOTONIC);

		need(!nanosleep(&ts, NULL));
		early += now(CLOCK_MONOTONIC) - before < ns[i];
	}
	is_num(early, 0, "nanosleep sleeps at least as long as asked",
	       "Rounding to timer ticks must be upward.");
}

static void test_absolute(void)
{
	long long end = now(CLOCK_MONOTONIC) + 5000000;
	struct timespec ts = { end / NS, end % NS };

	need(!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL));
	ok(now(CLOCK_MONOTONIC) >= end, "clock_nanosleep until a time", "");
	is_num(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL), 0,
	       "until a time that has passed returns at once", "");
}

/* Three sleepers wake in order of their times, whatever their start order. */
static void test_order(void)
{
	static const long ms[] = { 60, 20, 40 };
	int fds[2];
	char got[3];

	need(!pipe(fds));
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();

		need(pid >= 0);
		if (!pid) {
			struct timespec ts = { 0, ms[i] * 1000000 };
			char c = '0' + i;

			nanosleep(&ts, NULL);
			_exit(write(fds[1], &c, 1) != 1);
		}
	}
	while (wait(NULL) > 0)
		;
	need(read(fds[0], got, 3) == 3);
	ok(memchr(got, '0', 3) && memchr(got, '1', 3) && memchr(got, '2', 3),
	   "three sleepers all wake", "");
	close(fds[0]);
	close(fds[1]);
}

static void test_cpu_time(void)
{
	long long a = now(CLOCK_PROCESS_CPUTIME_ID), b,
		  wall = now(CLOCK_MONOTONIC);
	struct timespec ts = { 0, 20000000 };

	while ((b = now(CLOCK_PROCESS_CPUTIME_ID)) == a)
		;
	ok(b > a, "the process's CPU clock runs while it works", "");
	a = now(CLOCK_PROCESS_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC);
	need(!nanosleep(&ts, NULL));
	b = now(CLOCK_PROCESS_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC) - wall;
	ok(b >= a && b - a < wall, "and does not count sleep", "");
}

static void test_errors(void)
{
	struct timespec bad = { 0, NS }, neg = { -1, 0 }, minus = { 0, -1 };
	struct timespec ts;

	is_errno(syscall(SYS_nanosleep, &bad, NULL), EINVAL,
		 "a billion nanoseconds are EINVAL");
	is_errno(syscall(SYS_nanosleep, &minus, NULL), EINVAL,
		 "negative nanoseconds are EINVAL");
	is_errno(syscall(SYS_nanosleep, &neg, NULL), EINVAL,
		 "negative seconds are EINVAL");
	is_errno(syscall(SYS_clock_gettime, 9999L, &ts), EINVAL,
		 "an unknown clock is EINVAL");
	is_errno(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0L, &bad, NULL),
		 EINVAL, "clock_nanosleep checks too");
	need(!clock_getres(CLOCK_MONOTONIC, &ts));
	ok(ts.tv_sec == 0 && ts.tv_nsec > 0 && ts.tv_nsec <= 10000000,
	   "clock_getres is between 1 ns and 10 ms", "");
	ok(!syscall(SYS_clock_getres, CLOCK_MONOTONIC, NULL),
	   "clock_getres may be asked without a buffer", "");
	is_errno(syscall(SYS_clock_getres, 9999L, &ts), EINVAL,
		 "an unknown clock is EINVAL there as well");
}

static void test_boottime(void)
{
	long long a = now(CLOCK_MONOTONIC), b = now(CLOCK_BOOTTIME);
	long long c = now(CLOCK_MONOTONIC_COARSE);

	ok(b >= a, "CLOCK_BOOTTIME is not behind CLOCK_MONOTONIC", "");
	ok(c <= now(CLOCK_MONOTONIC), "the coarse clock is not ahead", "");
}

int main(void)
{
	plan(23);
	test_monotonic();
	test_across_cpus();
	test_realtime();
	test_sleep();
	test_absolute();
	test_order();
	test_cpu_time();
	test_errors();
	test_boottime();
	return done();
}
