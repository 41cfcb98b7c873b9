/* SPDX-License-Identifier: MIT */
/*
 * tests/user/proc_stat.c - /proc/stat: what each CPU has done, and since when.
 * ps, top and vmstat start from it.
 */
#include "tap.h"
#include <time.h>

#define NR_COLUMNS 10 /* user nice system idle iowait irq softirq steal ... */

enum { USER, NICE, SYSTEM, IDLE };

static char text[65536];
static long cpu[NR_COLUMNS]; /* the sum, in ticks of 10 ms */

static void read_stat(void)
{
	FILE *f = fopen("/proc/stat", "r");
	size_t n;
	char *p = text + 3;

	need(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	for (int i = 0; i < NR_COLUMNS; i++)
		cpu[i] = strtol(p, &p, 10);
}

/* The number behind "\nname "; -1: there is none. */
static long value(const char *name)
{
	char start[32];
	const char *found;

	snprintf(start, sizeof(start), "\n%s ", name);
	found = strstr(text, start);
	return found ? atol(found + strlen(start)) : -1;
}

/* Of the line that starts with @name: how many numbers it has. */
static int columns(const char *name)
{
	const char *p = strstr(text, name);
	int nr = 0;

	if (!p)
		return -1;
	for (p += strlen(name); *p && *p != '\n'; p++)
		nr += *p == ' ' && p[1] != ' ';
	return nr;
}

static void spin_for(double seconds)
{
	double end = (double)clock() / CLOCKS_PER_SEC + seconds;

	while ((double)clock() / CLOCKS_PER_SEC < end)
		for (volatile int i = 0; i < 100000; i++)
			;
}

static void test_form(void)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);
	char name[32];

	read_stat();
	ok(!strncmp(text, "cpu  ", 5), "the first line is the sum", text);
	is_num(columns("cpu "), NR_COLUMNS, "of ten columns", "");
	snprintf(name, sizeof(name), "\ncpu%ld ", nr - 1);
	is_num(columns("\ncpu0"), NR_COLUMNS, "each CPU has as many", "");
	ok(strstr(text, name), "the last CPU has a line", text);
	snprintf(name, sizeof(name), "\ncpu%ld ", nr);
	ok(!strstr(text, name), "there is no line after it", text);
}

static void test_times(void)
{
	long user, nice_time, idle, switches;

	read_stat();
	user = cpu[USER];
	spin_for(0.4);
	read_stat();
	ok(cpu[USER] - user >= 20, "a busy loop is user time",
	   "0.4 s are 40 ticks; the tick charges who runs.");
	nice_time = cpu[NICE];
	need(nice(5) == 5);
	spin_for(0.4);
	read_stat();
	ok(cpu[NICE] - nice_time >= 20, "above nice 0 it is nice time", "");
	idle = cpu[IDLE];
	switches = value("ctxt");
	for (int i = 0; i < 40; i++)
		usleep(10000);
	read_stat();
	ok(cpu[IDLE] - idle >= 10, "while all sleep, idle time passes", "");
	ok(switches > 0 && value("ctxt") - switches >= 40,
	   "each sleep is a switch or more", "");
}

static void test_boot_time(void)
{
	struct timespec up;
	long since;

	need(!clock_gettime(CLOCK_BOOTTIME, &up));
	since = time(NULL) - value("btime");
	ok(labs(since - up.tv_sec) <= 2, "btime is when the machine started",
	   "");
}

int main(void)
{
	plan(5 + 4 + 1);
	test_form();
	test_times();
	test_boot_time();
	return done();
}
