/* SPDX-License-Identifier: MIT */
/* user/init/relay.c - copy a child's output, and see its end. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

#define MAX_STREAMS 2
/* More than a pipe holds; an end for a grandchild that never stops writing. */
#define DRAIN_LIMIT (1 << 20)

/*
 * SIGCHLD writes a byte here: a death that comes just before poll() then still
 * ends the poll(), which a flag alone would not.
 */
static int wake[2] = { -1, -1 };

static void on_child(int signal)
{
	int saved = errno;

	(void)!write(wake[1], "", 1);
	errno = saved;
}

bool relay_prepare(void)
{
	struct sigaction action = { .sa_handler = on_child,
				    .sa_flags = SA_RESTART | SA_NOCLDSTOP };

	return pipe2(wake, O_CLOEXEC | O_NONBLOCK) == 0 &&
	       sigaction(SIGCHLD, &action, NULL) == 0;
}

/* Copy what there is, once.  Return how much; 0 when there is nothing now. */
static size_t copy_once(struct stream *stream)
{
	static char buf[65536];
	ssize_t got = read(stream->from, buf, sizeof(buf));

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (got <= 0) {
		close(stream->from);
		stream->from = -1;
		return 0;
	}
	if (!write_all(stream->to, buf, got))
		report("cannot write the program's output: %m");
	return got;
}

/* Wait for any process.  Return true, with *status, when it was @child. */
static bool reap(pid_t child, int options, int *status)
{
	for (;;) {
		int result;
		pid_t pid = waitpid(-1, &result, options);

		if (pid == child) {
			*status = result;
			return true;
		}
		if (pid == 0 || (pid < 0 && errno != EINTR))
			return false;
	}
}

/* Copy until the child ends or every pipe does; true when the child has. */
static bool relay(pid_t child, struct stream *streams, size_t nr, int *status)
{
	for (;;) {
		struct pollfd fds[MAX_STREAMS + 1] = { { .fd = wake[0],
							 .events = POLLIN } };
		bool any_open = false;
		char byte;

		for (size_t i = 0; i < nr; i++) {
			fds[i + 1].fd = streams[i].from;
			fds[i + 1].events = POLLIN;
			any_open |= streams[i].from >= 0;
		}
		if (!any_open)
			return false;
		if (poll(fds, nr + 1, -1) < 0)
			continue;
		for (size_t i = 0; i < nr; i++) {
			if (fds[i + 1].revents)
				copy_once(&streams[i]);
		}
		if (fds[0].revents) {
			while (read(wake[0], &byte, 1) == 1)
				;
			if (reap(child, WNOHANG, status))
				return true;
		}
	}
}

int relay_until_exit(pid_t child, struct stream *streams, size_t nr)
{
	int status = 0;

	if (!relay(child, streams, nr, &status))
		reap(child, 0, &status);

	for (size_t i = 0; i < nr; i++) {
		size_t copied = 0, more = 1;

		if (streams[i].from < 0)
			continue;
		fcntl(streams[i].from, F_SETFL, O_NONBLOCK);
		while (more && copied < DRAIN_LIMIT && streams[i].from >= 0) {
			more = copy_once(&streams[i]);
			copied += more;
		}
	}
	return status;
}
