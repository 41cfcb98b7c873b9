/* SPDX-License-Identifier: MIT */
/*
 * user/init/exec.c - run one program for tools/kb.
 *
 * The orders are files that kb puts into the initramfs:
 *
 *   /kb/argv   the program's absolute path, which is also its argv[0], and its
 *   /kb/env    arguments; its environment; its working directory: each word
 *   /kb/cwd    ends with a NUL
 *   /kb/stdin  its standard input (else /dev/null)
 *   /kb/flags  one word a line; "split" keeps fd 2 apart
 *   /kb/sync   bytes to send first on each output port, so that kb can tell the
 *              program's output from what the firmware said there
 *
 * ttyS1 carries the program's output, ttyS2 its fd 2 when they are split, ttyS3
 * one line: "exit N", "signal N" or "error TEXT" for troubles of init's own.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND      127

struct orders {
	char **argv, **env;
	const char *cwd, *input;
	bool split;
};

static int status_port = -1;

bool have_orders(void)
{
	return access("/kb/argv", F_OK) == 0;
}

/* Print the one line that ends the run. */
static void send_status(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	strcat(line, "\n");
	if (status_port < 0 || !write_all(status_port, line, strlen(line)) ||
	    tcdrain(status_port) < 0)
		report("cannot send the status: %s", line);
}

static char **read_words(const char *path)
{
	size_t len;
	char *words = read_file(path, &len);

	return words ? split_words(words, len) : NULL;
}

static bool read_orders(struct orders *orders)
{
	size_t len;
	char *flags = read_file("/kb/flags", &len);
	char **cwd = read_words("/kb/cwd");

	orders->argv = read_words("/kb/argv");
	orders->env = read_words("/kb/env");
	if (!orders->argv || !orders->argv[0] || !orders->env || !cwd ||
	    !cwd[0] || !flags)
		return false;
	orders->cwd = cwd[0];
	orders->split = strstr(flags, "split\n") != NULL;
	orders->input =
		access("/kb/stdin", F_OK) == 0 ? "/kb/stdin" : "/dev/null";
	free(flags);
	return true;
}

/* Open an output port and send what kb waits for; -1 with errno set. */
static int open_output(const char *path)
{
	size_t len;
	char *sync = read_file("/kb/sync", &len);
	int fd = open_serial(path);

	if (fd >= 0 && sync && !write_all(fd, sync, len)) {
		close(fd);
		fd = -1;
	}
	free(sync);
	return fd;
}

static bool open_stream(struct stream *stream, const char *port, int *write_end)
{
	int ends[2];

	stream->to = open_output(port);
	if (stream->to < 0 || pipe2(ends, O_CLOEXEC) < 0) {
		send_status("error %s: %s", port, strerror(errno));
		return false;
	}
	stream->from = ends[0];
	*write_end = ends[1];
	return true;
}

/* In the child: become the program.  Statuses are the shell's. */
static _Noreturn void become(const struct orders *orders, int out, int err)
{
	int console = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	int in = open(orders->input, O_RDONLY);
	int error;

	if (in < 0 || dup2(in, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0 ||
	    chdir(orders->cwd) < 0) {
		error = errno;
	} else {
		if (in > STDERR_FILENO)
			close(in);
		execve(orders->argv[0], orders->argv, orders->env);
		error = errno;
	}
	dup2(console, STDERR_FILENO);
	report("cannot execute %s: %s", orders->argv[0], strerror(error));
	_exit(error == ENOENT || error == ENOTDIR || error == ELOOP ||
			      error == ENAMETOOLONG
		      ? EXIT_NOT_FOUND
		      : EXIT_NOT_EXECUTABLE);
}

/* Start the program, copy its output, and report how it ended. */
static void run_program(const struct orders *orders)
{
	struct stream streams[2];
	size_t nr = orders->split ? 2 : 1;
	int write_ends[2];
	int status;
	pid_t child;

	if (!open_stream(&streams[0], "/dev/ttyS1", &write_ends[0]))
		return;
	write_ends[1] = write_ends[0];
	if (orders->split &&
	    !open_stream(&streams[1], "/dev/ttyS2", &write_ends[1]))
		return;
	if (!relay_prepare()) {
		send_status("error cannot watch for the end: %s",
			    strerror(errno));
		return;
	}

	child = fork();
	if (child == 0)
		become(orders, write_ends[0], write_ends[1]);
	close(write_ends[0]);
	if (orders->split)
		close(write_ends[1]);
	if (child < 0) {
		send_status("error cannot fork: %s", strerror(errno));
		return;
	}

	status = relay_until_exit(child, streams, nr);
	for (size_t i = 0; i < nr; i++)
		tcdrain(streams[i].to);
	if (WIFSIGNALED(status))
		send_status("signal %d", WTERMSIG(status));
	else
		send_status("exit %d", WEXITSTATUS(status));
}

void run_orders(void)
{
	struct orders orders;

	status_port = open_serial("/dev/ttyS3");
	if (status_port < 0) {
		report("cannot open /dev/ttyS3: %m");
		return;
	}
	if (!read_orders(&orders)) {
		send_status("error cannot read the orders below /kb");
		return;
	}
	run_program(&orders);
}
