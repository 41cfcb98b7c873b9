/* SPDX-License-Identifier: MIT */
/*
 * tests/user/pipes.c - pipes, and the descriptor calls that go with them.
 */
#include "tap.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define CAPACITY 65536

static char buf[2 * CAPACITY];

static void new_pipe(int *fds, int flags)
{
	need(!pipe2(fds, flags));
}

static void close_pipe(int *fds)
{
	close(fds[0]);
	close(fds[1]);
}

static void test_basic(void)
{
	struct iovec iov[3] = { { (char *)"ab", 2 },
				{ (char *)"", 0 },
				{ (char *)"cde", 3 } };
	struct stat st;
	int fds[2];

	new_pipe(fds, 0);
	ok(fds[0] >= 0 && fds[1] == fds[0] + 1, "pipe takes the lowest numbers",
	   "Descriptors are given out from the lowest free number up.");
	is_num(write(fds[1], "hello", 5), 5, "five bytes in", "");
	is_num(read(fds[0], buf, 3), 3, "three bytes out", "");
	is_num(read(fds[0], buf + 3, 100), 2,
	       "a read returns what is there, not what was asked for", "");
	ok(!memcmp(buf, "hello", 5), "in order", "");
	is_num(writev(fds[1], iov, 3), 5, "writev gathers", "");
	iov[0].iov_base = buf;
	iov[0].iov_len = 1;
	iov[2].iov_base = buf + 1;
	iov[2].iov_len = 10;
	is_num(readv(fds[0], iov, 3), 5, "readv scatters", "");
	ok(!memcmp(buf, "abcde", 5), "in order", "");
	is_num(read(fds[0], buf, 0), 0, "reading 0 bytes does not block", "");
	need(!fstat(fds[0], &st));
	ok(S_ISFIFO(st.st_mode), "fstat says it is a FIFO", "");
	is_errno(lseek(fds[0], 0, SEEK_SET), ESPIPE, "a pipe cannot seek");
	is_errno(pread(fds[0], buf, 1, 0), ESPIPE, "pread is ESPIPE");
	is_errno(pwrite(fds[1], buf, 1, 0), ESPIPE, "pwrite is ESPIPE");
	is_errno(read(fds[1], buf, 1), EBADF, "the write end cannot be read");
	is_errno(write(fds[0], buf, 1), EBADF,
		 "the read end cannot be written");
	is_errno(pipe2(fds, 0x10000000), EINVAL, "unknown flags are EINVAL");
	close_pipe(fds);
}

static void test_nonblock(void)
{
	long total = 0, n;
	int fds[2];

	new_pipe(fds, O_NONBLOCK);
	is_errno(read(fds[0], buf, 1), EAGAIN, "an empty pipe is EAGAIN");
	while ((n = write(fds[1], buf, PAGE)) > 0)
		total += n;
	ok(n == -1 && errno == EAGAIN, "a full pipe is EAGAIN", "");
	is_num(total, CAPACITY, "a pipe holds 65536 bytes",
	       "Sixteen buffers of a page.");
	is_num(read(fds[0], buf, 100), 100, "100 bytes taken out", "");
	is_errno(write(fds[1], buf, 1), EAGAIN,
		 "make no room: buffers are freed whole");
	need(read(fds[0], buf, PAGE - 100) == (long)PAGE - 100);
	is_num(write(fds[1], buf, PIPE_BUF), PIPE_BUF,
	       "one buffer free takes PIPE_BUF bytes", "");
	need(read(fds[0], buf, 2 * PAGE) == 2 * PAGE);
	is_num(write(fds[1], buf, 3 * PAGE), 2 * PAGE,
	       "a larger write is partial", "Only up to PIPE_BUF is atomic.");
	while (read(fds[0], buf, sizeof(buf)) > 0)
		;
	for (total = 0; write(fds[1], "x", 1) == 1;)
		total++;
	is_num(total, CAPACITY, "single bytes share buffers",
	       "A small write goes into the last buffer if it fits there.");
	close_pipe(fds);
}

/* n bytes written and read in pieces of other sizes come out as they went. */
static int writer(void *arg)
{
	int fd = *(int *)arg;
	unsigned int at = 0;

	for (int i = 0; i < 300; i++) {
		int len = i * 37 % 9000 + 1;

		for (int j = 0; j < len; j++)
			buf[j] = (char)(at++ % 251);
		for (int done = 0; done < len;) {
			ssize_t n = write(fd, buf + done, len - done);

			if (n <= 0)
				return 1;
			done += n;
		}
	}
	return 0;
}

static void test_stream(void)
{
	unsigned int at = 0, bad = 0, want = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	for (int i = 0; i < 300; i++)
		want += i * 37 % 9000 + 1;
	new_pipe(fds, 0);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		close(fds[0]);
		_exit(writer(&fds[1]));
	}
	close(fds[1]);
	while ((n = read(fds[0], buf, at % 7000 + 1)) > 0)
		for (int i = 0; i < n; i++)
			bad += buf[i] != (char)(at++ % 251);
	is_num(n, 0, "end of file when the last writer has closed", "");
	is_num(at, want, "a megabyte arrives through a blocking pipe",
	       "A writer must sleep when the pipe is full, and wake when "
	       "there is room.");
	is_num(bad, 0, "every byte in its place", "");
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "the writer is content", "");
	close(fds[0]);
}

/* Eight processes write blocks of PIPE_BUF bytes, each its own letter. */
static void test_atomic(void)
{
	int fds[2], bad = 0, blocks = 0;
	size_t have = 0;
	ssize_t n;

	new_pipe(fds, 0);
	for (int w = 0; w < 8; w++) {
		pid_t pid = fork();

		need(pid >= 0);
		if (pid)
			continue;
		memset(buf, 'a' + w, PIPE_BUF);
		for (int i = 0; i < 30; i++)
			if (write(fds[1], buf, PIPE_BUF) != PIPE_BUF)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], buf + have, PIPE_BUF - have)) > 0) {
		have += n;
		if (have < PIPE_BUF)
			continue;
		bad += !all_bytes(buf, buf[0], PIPE_BUF);
		blocks++;
		have = 0;
	}
	is_num(blocks, 240, "eight writers' 240 blocks arrive", "");
	is_num(bad, 0, "writes of PIPE_BUF bytes are never mixed",
	       "POSIX promises that they are atomic.");
	while (wait(NULL) > 0)
		;
	close(fds[0]);
}

static volatile int got_sigpipe;

static void on_sigpipe(int sig)
{
	got_sigpipe++;
}

static int dies_writing(void *arg)
{
	signal(SIGPIPE, SIG_DFL);
	return write(*(int *)arg, "x", 1) == -1;
}

static void test_broken(void)
{
	int fds[2];

	new_pipe(fds, 0);
	close(fds[0]);
	signal(SIGPIPE, on_sigpipe);
	is_errno(write(fds[1], "x", 1), EPIPE, "no reader is EPIPE");
	is_num(got_sigpipe, 1, "and one SIGPIPE", "");
	signal(SIGPIPE, SIG_IGN);
	is_errno(write(fds[1], "x", 1), EPIPE,
		 "EPIPE without the signal when that is ignored");
	dies_by(run_child(dies_writing, &fds[1]), SIGPIPE,
		"SIGPIPE kills by default", "");
	signal(SIGPIPE, SIG_DFL);
	close(fds[1]);
}

/* A writer blocked on a full pipe is woken when the reader goes away. */
static int blocked_writer(void *arg)
{
	int *fds = arg;

	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	for (;;)
		if (write(fds[1], buf, CAPACITY) < 0)
			return errno == EPIPE ? 0 : 1;
}

static void test_wake(void)
{
	int fds[2], back[2], status;
	pid_t pid;

	new_pipe(fds, 0);
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(blocked_writer(fds));
	close(fds[1]);
	need(read(fds[0], buf, 1) == 1);
	close(fds[0]);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "closing the reader wakes a blocked writer", "");
	new_pipe(fds, 0);
	new_pipe(back, 0);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		close(fds[1]);
		_exit(read(fds[0], buf, 10) == 0 ? 0 : 1);
	}
	close(fds[0]);
	close(fds[1]);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "closing the writer wakes a blocked reader", "");
	close_pipe(back);
}

static void test_dup(void)
{
	int fds[2], d;

	new_pipe(fds, 0);
	d = dup(fds[1]);
	ok(d > fds[1], "dup gives another number", "");
	close(fds[1]);
	is_num(write(d, "d", 1), 1, "the copy works when the first is closed",
	       "Both numbers refer to one open file.");
	is_num(dup2(d, 100), 100, "dup2 gives the number asked for", "");
	is_num(dup2(100, 100), 100, "dup2 onto itself does nothing", "");
	is_num(dup2(fds[0], d), d, "dup2 closes what was there", "");
	is_num(read(d, buf, 10), 1, "and now reads", "");
	is_errno(dup2(99, 98), EBADF, "dup2 of a closed number is EBADF");
	is_errno(dup2(99, 99), EBADF, "even onto itself");
	is_errno(dup2(100, -1), EBADF, "dup2 onto -1 is EBADF");
	is_errno(dup2(100, 1 << 30), EBADF, "or onto a huge number");
	is_errno(syscall(SYS_dup3, 100L, 100L, 0L), EINVAL,
		 "dup3 onto itself is EINVAL");
	is_errno(syscall(SYS_dup3, 100L, 101L, 1L), EINVAL,
		 "dup3 with a bad flag is EINVAL");
	is_num(dup3(100, 101, O_CLOEXEC), 101, "dup3 takes O_CLOEXEC", "");
	is_num(fcntl(101, F_GETFD), FD_CLOEXEC, "and sets it", "");
	is_num(fcntl(100, F_GETFD), 0, "dup2 did not", "");
	is_num(fcntl(100, F_DUPFD, 150), 150, "F_DUPFD counts from a number",
	       "");
	is_num(fcntl(100, F_DUPFD_CLOEXEC, 150), 151, "past those in use", "");
	is_num(fcntl(151, F_GETFD), FD_CLOEXEC, "F_DUPFD_CLOEXEC sets the flag",
	       "");
	is_errno(close(99), EBADF, "closing a closed number is EBADF");
	close(100), close(101), close(150), close(151), close(d);
	is_num(read(fds[0], buf, 1), 0, "with the last copy the pipe ends",
	       "An open file is released when its last descriptor goes.");
	close(fds[0]);
}

static void test_flags(void)
{
	int fds[2];

	new_pipe(fds, O_CLOEXEC | O_NONBLOCK);
	is_num(fcntl(fds[0], F_GETFD), FD_CLOEXEC, "pipe2 takes O_CLOEXEC", "");
	is_num(fcntl(fds[0], F_GETFL) & (O_ACCMODE | O_NONBLOCK),
	       O_RDONLY | O_NONBLOCK, "F_GETFL of the read end", "");
	is_num(fcntl(fds[1], F_GETFL) & O_ACCMODE, O_WRONLY,
	       "F_GETFL of the write end", "");
	need(!fcntl(fds[1], F_SETFL, 0) && !fcntl(fds[1], F_SETFD, 0));
	is_num(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0,
	       "F_SETFL can clear O_NONBLOCK", "");
	is_num(fcntl(fds[1], F_GETFD), 0, "F_SETFD can clear FD_CLOEXEC", "");
	is_errno(fcntl(fds[0], 9999), EINVAL, "an unknown command is EINVAL");
	close_pipe(fds);
}

int main(void)
{
	plan(62);
	test_basic();
	test_nonblock();
	test_stream();
	test_atomic();
	test_broken();
	test_wake();
	test_dup();
	test_flags();
	return done();
}
