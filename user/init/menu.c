/* SPDX-License-Identifier: MIT */
/* user/init/menu.c - the demos, chosen by number on the console. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

struct demo {
	const char *path, *title;
};

static const struct demo demos[] = {
	{ "/bin/fbpaint", "draw through a shared map of the screen" },
	{ "/bin/fbcow", "draw into a private copy; the screen stays as it is" },
	{ "/bin/fbfork", "do both, with a child" },
	{ "/bin/biosedit", "edit the firmware in a private copy" },
	{ "/bin/lsrun", "four contexts take turns in a device's memory" },
	{ "/bin/switchview", "draw into a buffer that moves" },
};

#define NR_DEMOS (sizeof(demos) / sizeof(demos[0]))

static char *environment[] = { "PATH=/bin:/sbin:/usr/bin:/usr/sbin",
			       "HOME=/root", "TERM=linux", NULL };

static void print_menu(void)
{
	struct utsname name = { .sysname = "this system" };

	uname(&name);
	printf("\nDemos of %s %s:\n", name.sysname, name.release);
	for (size_t i = 0; i < NR_DEMOS; i++) {
		if (access(demos[i].path, X_OK) == 0)
			printf("  %zu  %-10s %s\n", i + 1,
			       strrchr(demos[i].path, '/') + 1, demos[i].title);
	}
	printf("  q  power off\nWhich? ");
	fflush(stdout);
}

static void run_demo(const struct demo *demo)
{
	char *argv[] = { (char *)demo->path, NULL };
	pid_t child = fork(), pid;
	int status = 0;

	if (child == 0) {
		execve(demo->path, argv, environment);
		report("cannot execute %s: %m", demo->path);
		_exit(127);
	}
	if (child < 0) {
		report("cannot fork: %m");
		return;
	}
	do
		pid = waitpid(-1, &status, 0);
	while (pid != child && (pid >= 0 || errno == EINTR));
	if (WIFSIGNALED(status))
		printf("(ended by signal %d)\n", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		printf("(exit status %d)\n", WEXITSTATUS(status));
}

void run_menu(void)
{
	char line[64];

	for (;;) {
		unsigned long choice;

		print_menu();
		if (!fgets(line, sizeof(line), stdin)) {
			report("no input from the console; powering off");
			return;
		}
		if (line[0] == 'q' || line[0] == 'Q')
			return;
		choice = strtoul(line, NULL, 10);
		if (choice >= 1 && choice <= NR_DEMOS &&
		    access(demos[choice - 1].path, X_OK) == 0)
			run_demo(&demos[choice - 1]);
		else
			printf("One of the numbers above, or q.\n");
	}
}
