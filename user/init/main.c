/* SPDX-License-Identifier: MIT */
/* user/init/main.c - start of process 1. */

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

void report(const char *format, ...)
{
	char line[512];
	va_list args;
	int len = snprintf(line, sizeof(line), "init: ");

	va_start(args, format);
	len += vsnprintf(line + len, sizeof(line) - len - 1, format, args);
	va_end(args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	write_all(STDERR_FILENO, line, len);
}

/* The kernel opens the console for us where its root file system has one. */
static void open_console(void)
{
	int fd;

	if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
		return;
	fd = open("/dev/console", O_RDWR);
	if (fd < 0)
		return;
	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(fd, i);
	if (fd > STDERR_FILENO)
		close(fd);
}

struct start {
	struct timespec time;
	struct sysinfo memory;
};

/* Leave behind for benchmarks what only the first process can measure. */
static void record_start(const struct start *start)
{
	unsigned long unit = start->memory.mem_unit;
	FILE *file;

	if (!have_orders())
		return;
	file = fopen("/kb/start", "w");
	if (!file)
		return;
	fprintf(file, "boot_to_init_us %ld\nmem_used_at_init_kib %lu\n",
		start->time.tv_sec * 1000000L + start->time.tv_nsec / 1000,
		(start->memory.totalram - start->memory.freeram) * unit / 1024);
	fclose(file);
}

int main(void)
{
	struct start start = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &start.time);
	sysinfo(&start.memory);

	umask(022);
	mount_all();
	open_console();
	load_modules();
	record_start(&start);

	if (have_orders())
		run_orders();
	else
		run_menu();

	sync();
	reboot(RB_POWER_OFF);
	report("cannot power off: %m");
	for (;;)
		pause();
}
