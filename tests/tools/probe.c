/* SPDX-License-Identifier: MIT */
/* tests/tools/probe.c - do what tools/kb is to report. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int do_bytes(char **argv)
{
	for (int i = 0; i < 256 * atoi(argv[0]); i++)
		putchar(i & 255);
	return 0;
}

static int do_both(char **argv)
{
	dprintf(1, "out 1\n");
	dprintf(2, "err 1\n");
	dprintf(1, "out 2\n");
	return 0;
}

static int do_around(char **argv)
{
	char buf[256];
	int fds = 0;

	for (char **word = environ; *word; word++)
		puts(*word);
	for (int i = 0; i < 64; i++)
		fds += fcntl(i, F_GETFD) >= 0;
	printf("cwd %s\n", getcwd(buf, sizeof(buf)));
	printf("tty %d\n", isatty(0) + isatty(1) + isatty(2));
	printf("stdin %zd\n", read(0, buf, sizeof(buf)));
	printf("fds %d\n", fds);
	return 0;
}

static void copy(int fd)
{
	char buf[4096];
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf))) > 0) {
		if (write(1, buf, got) != got)
			exit(1);
	}
}

static int do_copy(char **argv)
{
	copy(0);
	copy(open(argv[0], O_RDONLY));
	return 0;
}

static int do_size(char **argv)
{
	struct stat info;

	if (stat(argv[0], &info) < 0)
		return 1;
	printf("%lld\n", (long long)info.st_size);
	return 0;
}

static int do_hang(char **argv)
{
	dprintf(1, "before\n");
	while (pause() < 0)
		;
	return 0;
}

/* Leave a child behind that holds the output open. */
static int do_orphan(char **argv)
{
	if (fork() == 0) {
		for (;;)
			pause();
	}
	dprintf(1, "parent\n");
	return 7;
}

static int do_args(char **argv)
{
	for (argv -= 2; *argv; argv++)
		puts(*argv);
	return 0;
}

static int do_exit(char **argv)
{
	return atoi(argv[0]);
}

static int do_signal(char **argv)
{
	raise(atoi(argv[0]));
	return 1;
}

static const struct {
	const char *name;
	int (*run)(char **argv);
} commands[] = {
	{ "args", do_args },   { "around", do_around }, { "both", do_both },
	{ "bytes", do_bytes }, { "copy", do_copy },     { "exit", do_exit },
	{ "hang", do_hang },   { "orphan", do_orphan }, { "signal", do_signal },
	{ "size", do_size },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argv + 2);
	}
	return 2;
}
