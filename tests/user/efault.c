/* SPDX-License-Identifier: MIT */
/*
 * tests/user/efault.c - bad pointers given to system calls: EFAULT, never a
 * signal, never a panic; and what a buffer that is only partly bad gets.
 */
#include "maps.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

#define NAME "/tmp/efault.tmp"

static int pipes[2], file, zero, null;
static char good[64];

/* Each call gets the bad pointer and returns what the system call returned. */
/* Calls whose first argument is the pointer, and whose second may be 0. */
#define FIRST_ARGUMENT(name, nr)                                               \
	static long name(void *p)                                              \
	{                                                                      \
		return syscall(nr, p, 0L);                                     \
	}

FIRST_ARGUMENT(do_open, SYS_open)
FIRST_ARGUMENT(do_chdir, SYS_chdir)
FIRST_ARGUMENT(do_mkdir, SYS_mkdir)
FIRST_ARGUMENT(do_unlink, SYS_unlink)
FIRST_ARGUMENT(do_uname, SYS_uname)
FIRST_ARGUMENT(do_pipe, SYS_pipe2)
FIRST_ARGUMENT(do_nanosleep, SYS_nanosleep)

static long do_read(void *p)
{
	return syscall(SYS_read, pipes[0], p, 4L);
}

static long do_read_file(void *p)
{
	return syscall(SYS_pread64, file, p, 4L, 0L);
}

static long do_read_zero(void *p)
{
	return syscall(SYS_read, zero, p, 4L);
}

static long do_write_pipe(void *p)
{
	return syscall(SYS_write, pipes[1], p, 4L);
}

static long do_write_file(void *p)
{
	return syscall(SYS_pwrite64, file, p, 4L, 0L);
}

static long do_readv(void *p)
{
	struct iovec iov = { p, 4 };

	return syscall(SYS_readv, zero, &iov, 1L);
}

static long do_writev(void *p)
{
	struct iovec iov = { p, 4 };

	return syscall(SYS_writev, pipes[1], &iov, 1L);
}

static long do_readv_array(void *p)
{
	return syscall(SYS_readv, zero, p, 1L);
}

static long do_stat(void *p)
{
	return syscall(SYS_stat, p, good);
}

static long do_stat_buf(void *p)
{
	return syscall(SYS_stat, "/tmp", p);
}

static long do_fstat(void *p)
{
	return syscall(SYS_fstat, file, p);
}

static long do_getcwd(void *p)
{
	return syscall(SYS_getcwd, p, 100L);
}

static long do_rename(void *p)
{
	return syscall(SYS_rename, NAME, p);
}

static long do_readlink(void *p)
{
	return syscall(SYS_readlink, "/tmp/efault.link", p, 10L);
}

static long do_getdents(void *p)
{
	int fd = open("/tmp", O_RDONLY | O_DIRECTORY);
	long ret = syscall(SYS_getdents64, fd, p, 1024L);
	int err = errno;

	close(fd);
	errno = err;
	return ret;
}

static long do_clock_gettime(void *p)
{
	return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, p);
}

static long do_sigaction(void *p)
{
	return syscall(SYS_rt_sigaction, SIGUSR1, p, NULL, 8L);
}

static long do_sigaction_old(void *p)
{
	return syscall(SYS_rt_sigaction, SIGUSR1, NULL, p, 8L);
}

static long do_sigprocmask(void *p)
{
	return syscall(SYS_rt_sigprocmask, SIG_BLOCK, p, NULL, 8L);
}

static long do_sigaltstack(void *p)
{
	return syscall(SYS_sigaltstack, NULL, p);
}

static long do_execve(void *p)
{
	return syscall(SYS_execve, p, NULL, NULL);
}

static long do_execve_argv(void *p)
{
	return syscall(SYS_execve, self_path(), p, NULL);
}

static long do_execve_arg(void *p)
{
	char *argv[] = { p, NULL };

	return syscall(SYS_execve, self_path(), argv, NULL);
}

static long do_getrandom(void *p)
{
	return syscall(SYS_getrandom, p, 8L, 0L);
}

static long do_getrusage(void *p)
{
	return syscall(SYS_getrusage, RUSAGE_SELF, p);
}

static long do_mincore(void *p)
{
	return syscall(SYS_mincore, (long)maps_buf & -PAGE, PAGE, p);
}

static long do_futex(void *p)
{
	return syscall(SYS_futex, (long)p & ~3L, 128L /* WAIT_PRIVATE */, 0L,
		       NULL);
}

static const struct {
	long (*call)(void *);
	const char *name;
} calls[] = {
	{ do_read, "read from a pipe" },
	{ do_read_file, "read from a file" },
	{ do_read_zero, "read from /dev/zero" },
	{ do_write_pipe, "write to a pipe" },
	{ do_write_file, "write to a file" },
	{ do_readv, "readv, in an iovec" },
	{ do_writev, "writev, in an iovec" },
	{ do_readv_array, "readv, the iovec itself" },
	{ do_pipe, "pipe2" },
	{ do_open, "open" },
	{ do_stat, "stat, the path" },
	{ do_stat_buf, "stat, the buffer" },
	{ do_fstat, "fstat" },
	{ do_getcwd, "getcwd" },
	{ do_chdir, "chdir" },
	{ do_mkdir, "mkdir" },
	{ do_unlink, "unlink" },
	{ do_rename, "rename, the new name" },
	{ do_readlink, "readlink" },
	{ do_getdents, "getdents64" },
	{ do_nanosleep, "nanosleep" },
	{ do_clock_gettime, "clock_gettime" },
	{ do_uname, "uname" },
	{ do_sigaction, "rt_sigaction, the new action" },
	{ do_sigaction_old, "rt_sigaction, the old action" },
	{ do_sigprocmask, "rt_sigprocmask" },
	{ do_sigaltstack, "sigaltstack, the old stack" },
	{ do_execve, "execve, the path" },
	{ do_execve_argv, "execve, the array" },
	{ do_execve_arg, "execve, an argument" },
	{ do_getrandom, "getrandom" },
	{ do_getrusage, "getrusage" },
	{ do_mincore, "mincore" },
	{ do_futex, "futex" },
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

/* Try one call with each kind of bad pointer. */
static void test_call(long (*call)(void *), const char *name, void *hole)
{
	void *const bad[] = {
		hole,
		(void *)0x10,
		(void *)0xffff888000000000,
		(void *)0xffffffff80000000,
		(void *)0x7ffffffff000,
		(void *)0x8000deadbeef0000,
		(void *)-1UL,
	};
	int wrong = 0;

	for (int i = 0; i < 7; i++) {
		long ret;

		/* NULL pointers of these two mean "not given". */
		errno = 0;
		ret = call(bad[i]);
		if (ret == -1 && errno == EFAULT)
			continue;
		diag("%p: returned %ld, errno %d", bad[i], ret, errno);
		wrong++;
	}
	ok(!wrong, name,
	   "Every pointer from a program must go through the user copy "
	   "functions: their range check and their exception table.");
}

/* The last @tail bytes before a hole. */
static char *edge(int tail)
{
	static char *base;

	if (!base) {
		base = map_at(free_range(8), 4, PROT_READ | PROT_WRITE);
		memset(base, 'e', 4 * PAGE);
	}
	return base + 4 * PAGE - tail;
}

static void test_partial_reads(void)
{
	struct iovec iov[2] = { { good, 3 }, { edge(2), 10 } };
	long n;

	is_num(syscall(SYS_read, zero, edge(100), 300L), 100,
	       "read of /dev/zero stops at the bad page", "");
	ok(all_bytes(edge(100), 0, 100), "having filled what is good", "");
	memset(edge(100), 'e', 100);
	is_num(syscall(SYS_pread64, file, edge(100), 300L, 0L), 100,
	       "read of a file stops at the bad page",
	       "What could be copied is counted; EFAULT is only for none.");
	is_num(syscall(SYS_pread64, file, edge(PAGE + 1), 3 * PAGE, 0L),
	       PAGE + 1, "also after a whole good page", "");
	n = syscall(SYS_readv, zero, iov, 2L);
	ok(n >= 3 && n <= 5, "readv counts what fits before the bad page",
	   "A whole good iovec counts in full.  Of the bad one, what "
	   "clear_user "
	   "managed, which depends on the width of its stores.");
	need(write(pipes[1], "0123456789", 10) == 10);
	is_errno(syscall(SYS_read, pipes[0], edge(4), 10L), EFAULT,
		 "read of a pipe is all or nothing for one pipe buffer");
	is_num(read(pipes[0], good, sizeof(good)), 10,
	       "and what it could not deliver is still in the pipe",
	       "The pipe's buffer is consumed only after the copy.");
	ok(!memcmp(good, "0123456789", 10), "unchanged", "");
}

static void test_partial_writes(void)
{
	struct iovec iov[2] = { { good, 3 }, { edge(2), 10 } };
	int fresh[2];
	struct stat st;

	is_num(syscall(SYS_write, null, edge(100), 300L), 300,
	       "/dev/null does not look at the buffer", "");
	is_num(syscall(SYS_write, null, (void *)0x10, 300L), 300,
	       "wherever it may be", "");
	need(!ftruncate(file, 0));
	is_num(syscall(SYS_pwrite64, file, edge(100), 300L, 0L), 100,
	       "write to a file stops at the bad page", "");
	need(!fstat(file, &st));
	is_num(st.st_size, 100, "the file has what was good", "");
	is_errno(syscall(SYS_write, pipes[1], edge(100), 300L), EFAULT,
		 "write to a pipe of one bad page is EFAULT");
	/* 6.1 leaves an empty buffer behind in that pipe; take a fresh one. */
	need(!pipe(fresh));
	is_num(syscall(SYS_write, fresh[1], edge(PAGE + 50), PAGE + 100), PAGE,
	       "a whole good pipe buffer before it counts", "");
	is_num(read(fresh[0], maps_buf, 2 * PAGE), PAGE,
	       "and only that is in the pipe", "");
	is_num(syscall(SYS_pwritev, file, iov, 2L, 0L, 0L), 5,
	       "pwritev counts what is good", "");
}

static void test_strings(void)
{
	char *path = edge(5);

	memcpy(path, "/tmp", 5);
	ok(!access(path, F_OK), "a path may end at the end of a page",
	   "The copy must not read past the terminating zero.");
	memcpy(path + 1, "/tmp", 4);
	is_errno(access(path + 1, F_OK), EFAULT,
		 "a path without its end is EFAULT");
	is_errno(syscall(SYS_getcwd, edge(1), 100L), EFAULT,
		 "getcwd into one good byte is EFAULT");
	is_errno(syscall(SYS_stat, "/tmp", edge(20)), EFAULT,
		 "stat into 20 good bytes is EFAULT");
}

static void test_read_only(void)
{
	is_errno(syscall(SYS_read, zero, "constant", 4L), EFAULT,
		 "the kernel does not write where the program may not");
	is_errno(syscall(SYS_pread64, file, "constant", 4L, 0L), EFAULT,
		 "nor into constants from a file");
	is_errno(syscall(SYS_fstat, file, (void *)test_read_only), EFAULT,
		 "nor into code");
}

static int dies_of_wait(void *unused)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (syscall(SYS_wait4, pid, (void *)0x10, 0L, NULL) != -1 ||
	    errno != EFAULT)
		return 1;
	return waitpid(pid, NULL, 0) == -1 && errno == ECHILD ? 0 : 2;
}

int main(void)
{
	char *hole = free_range(4);

	plan(NR_CALLS + 24);
	file = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	zero = open("/dev/zero", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	need(file >= 0 && zero >= 0 && null >= 0 && !pipe(pipes));
	need(!ftruncate(file, 4 * PAGE));
	unlink("/tmp/efault.link");
	need(!symlink("target", "/tmp/efault.link"));
	need(write(pipes[1], "abcd", 4) == 4);
	for (unsigned int i = 0; i < NR_CALLS; i++)
		test_call(calls[i].call, calls[i].name, hole);
	need(read(pipes[0], good, sizeof(good)) == 4);
	test_partial_reads();
	test_partial_writes();
	test_strings();
	test_read_only();
	exits_with(run_child(dies_of_wait, NULL), 0,
		   "wait4 with a bad status pointer is EFAULT, and reaps",
		   "On Linux the child is gone all the same (status 2).");
	unlink(NAME);
	unlink("/tmp/efault.link");
	return done();
}
