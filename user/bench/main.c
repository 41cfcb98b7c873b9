/* SPDX-License-Identifier: MIT */
/*
 * user/bench/main.c - what the kernel's operations cost.
 *
 * usage: bench [-l] [NAME]...
 *
 * Prints a line for each row: its name, the cost of one operation and the
 * unit, with tabs between.  NAME is a row, or the beginning of the names of
 * several; without one, all rows but the slow ones are run.  -l lists them.
 *
 * The cost is the minimum over a fixed number of repetitions, by
 * CLOCK_MONOTONIC: instructions, when the emulator counts them
 * ("kb exec --icount -- /bin/bench").  The names are those that Linux was
 * measured by, so that both can stand side by side.
 *
 * CFLAGS: -pthread
 */
#include "bench.h"

#include <sys/auxv.h>

const char *self;
static int failures;

static const struct row *const tables[] = { rows_sys,  rows_fault, rows_map,
					    rows_fork, rows_vma,   rows_dev,
					    rows_drm,  rows_scale };

#define NR_TABLES (sizeof(tables) / sizeof(tables[0]))

void die(const char *what)
{
	fflush(stdout);
	perror(what);
	exit(1);
}

/* Is @row among what was asked for? */
static int wanted(const struct row *row, char **names)
{
	if (!*names)
		return !(row->flags & SLOW);
	for (; *names; names++)
		if (!strncmp(row->name, *names, strlen(*names)) &&
		    (!(row->flags & SLOW) || !strcmp(row->name, *names)))
			return 1;
	return 0;
}

/* Measure, in the process that was started for this row. */
static int run_row(const struct row *row)
{
	double value = row->run(row->arg);

	if (value == NO_RESULT)
		printf("# %s: not here\n", row->name);
	else
		printf("%s\t%.1f\t%s\n", row->name, value, row->unit);
	return 0;
}

/* Each row has a fresh process, so that none spoils the next one's memory. */
static void start_row(const struct row *row)
{
	char *argv[] = { (char *)"bench", (char *)"--row", (char *)row->name,
			 NULL };
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (!pid) {
		execv(self, argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status) {
		printf("# %s: failed, wait status %#x\n", row->name, status);
		failures++;
	}
}

static const struct row *find_row(const char *name)
{
	for (unsigned int t = 0; t < NR_TABLES; t++)
		for (const struct row *r = tables[t]; r->name; r++)
			if (!strcmp(r->name, name))
				return r;
	return NULL;
}

int main(int argc, char **argv)
{
	int list = argc > 1 && !strcmp(argv[1], "-l");
	char **names = argv + 1 + list;

	self = (const char *)getauxval(AT_EXECFN);
	if (argc > 1 && !strcmp(argv[1], "--exit"))
		return 0;
	if (argc > 2 && !strcmp(argv[1], "--row"))
		return run_row(find_row(argv[2]));
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned int t = 0; t < NR_TABLES; t++)
		for (const struct row *r = tables[t]; r->name; r++) {
			if (list)
				printf("%s\t%s\n", r->name, r->unit);
			else if (wanted(r, names))
				start_row(r);
		}
	return failures != 0;
}
