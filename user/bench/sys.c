/* SPDX-License-Identifier: MIT */
/*
 * user/bench/sys.c - boot, and system calls that do next to nothing.
 */
#include "bench.h"
#include <sched.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>

/*
 * What only the first process can measure, init has left in a file: @what is
 * the line.  Return: the number, or NO_RESULT where init is another one.
 */
static double from_init(const char *what)
{
	FILE *f = fopen("/kb/start", "r");
	double value = NO_RESULT, v;
	char name[64];

	while (f && fscanf(f, "%63s %lf", name, &v) == 2)
		if (!strcmp(name, what))
			value = v;
	if (f)
		fclose(f);
	return value;
}

/* The clock when init started, or else now. */
static double boot_to_init(long unused)
{
	double us = from_init("boot_to_init_us");

	return us == NO_RESULT ? now() / 1000.0 : us;
}

static double mem_used(long unused)
{
	double kib = from_init("mem_used_at_init_kib");
	struct sysinfo si;

	if (kib != NO_RESULT)
		return kib;
	if (sysinfo(&si))
		return NO_RESULT;
	return (double)(si.totalram - si.freeram) * si.mem_unit / 1024;
}

static double clock_call(long unused)
{
	return MIN_TIME(10, 1000, for (int i = 0; i < 1000; i++) now());
}

static double syscall_cost(long nr)
{
	return MIN_TIME(
		10, 1000, for (int i = 0; i < 1000; i++) {
			long ret;

			__asm__ volatile("syscall"
					 : "=a"(ret)
					 : "a"(nr)
					 : "rcx", "r11", "memory");
		});
}

const struct row rows_sys[] = {
	{ "boot_to_init", "us(monotonic)", boot_to_init, 0, 0 },
	{ "mem_used_at_init", "KiB", mem_used, 0, 0 },
	{ "clock_gettime", "per call", clock_call, 0, 0 },
	{ "null_syscall", "per call", syscall_cost, SYS_getppid, 0 },
	{ "bad_syscall", "per call", syscall_cost, 999, 0 },
	{ "sched_yield", "per call", syscall_cost, SYS_sched_yield, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
