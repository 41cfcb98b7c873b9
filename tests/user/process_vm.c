/* SPDX-License-Identifier: MIT */
/*
 * tests/user/process_vm.c - process_vm_readv() and process_vm_writev().
 */
#include "fault.h"
#include <signal.h>
#include <sys/uio.h>

#define RW (PROT_READ | PROT_WRITE)

static long rd(pid_t pid, const struct iovec *l, unsigned long nl,
	       const struct iovec *r, unsigned long nr, unsigned long flags)
{
	return syscall(SYS_process_vm_readv, pid, l, nl, r, nr, flags);
}

static long wr(pid_t pid, const struct iovec *l, unsigned long nl,
	       const struct iovec *r, unsigned long nr, unsigned long flags)
{
	return syscall(SYS_process_vm_writev, pid, l, nl, r, nr, flags);
}

/* One piece on each side. */
static long rd1(pid_t pid, void *local, void *remote, size_t len)
{
	struct iovec l = { local, len }, r = { remote, len };

	return rd(pid, &l, 1, &r, 1, 0);
}

static long wr1(pid_t pid, void *local, void *remote, size_t len)
{
	struct iovec l = { local, len }, r = { remote, len };

	return wr(pid, &l, 1, &r, 1, 0);
}

/* A child that waits; kill_child() ends it. */
static pid_t sleeping_child(void)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void kill_child(pid_t pid)
{
	need(!kill(pid, SIGKILL));
	need(waitpid(pid, NULL, 0) == pid);
}

static void test_transfer(void)
{
	char *p = anon_pages(40), *buf = anon_pages(40);
	pid_t pid;

	for (int i = 0; i < 40; i++)
		memset(p + i * PAGE, i + 1, PAGE);
	pid = sleeping_child();
	is_num(rd1(pid, buf, p, 40 * PAGE), 40 * PAGE,
	       "40 pages of a child are read", "Batches must follow on.");
	ok(!memcmp(buf, p, 40 * PAGE), "byte for byte", "");
	memset(p, 0xee, 40 * PAGE);
	rd1(pid, buf, p + 100, 5 * PAGE);
	ok(buf[0] == 1 && buf[PAGE] == 2 && buf[5 * PAGE - 1] == 6,
	   "they are the child's pages, not the parent's", "");
	memset(buf, 0x77, 3 * PAGE);
	is_num(wr1(pid, buf, p + PAGE / 2, 2 * PAGE), 2 * PAGE,
	       "two pages are written at an odd place", "");
	ok(all_bytes(p, 0xee, 40 * PAGE),
	   "a write to a child does not reach its parent",
	   "The pages are shared after fork: the pin must make a copy.");
	rd1(pid, buf, p, 40 * PAGE);
	ok(buf[PAGE / 2 - 1] == 1 && buf[PAGE / 2] == 0x77 &&
		   buf[5 * PAGE / 2 - 1] == 0x77 && buf[5 * PAGE / 2] == 3,
	   "the child has what was written, and only there", "");
	kill_child(pid);
	need(!munmap(p, 40 * PAGE) && !munmap(buf, 40 * PAGE));
}

static void test_pieces(void)
{
	char *p = anon_pages(2), *q = anon_pages(2);
	struct iovec l[4] = {
		{ q, 3 }, { q + 10, 0 }, { q + 20, 5 }, { q + PAGE - 2, 100 }
	};
	struct iovec r[3] = { { p, 1 }, { p + PAGE - 3, 6 }, { p + 100, 4 } };

	for (int i = 0; i < 2 * (int)PAGE; i++)
		p[i] = i % 251;
	is_num(rd(getpid(), l, 4, r, 3, 0), 11,
	       "pieces of different lengths: as much as both have", "");
	ok(q[0] == p[0] && q[1] == p[PAGE - 3] && q[2] == p[PAGE - 2] &&
		   q[3] == 0 && q[20] == p[PAGE - 1] && q[22] == p[PAGE + 1] &&
		   q[24] == p[101 - 1 + 1 - 1] && q[PAGE - 2] == p[101],
	   "in the order of the lists", "");
	r[0].iov_len = 0;
	r[1].iov_len = 2;
	is_num(wr(getpid(), l, 4, r, 2, 0), 2, "an empty piece is passed over",
	       "");
	need(!munmap(p, 2 * PAGE) && !munmap(q, 2 * PAGE));
}

static void test_partial(void)
{
	char *p = anon_pages(4), *q = anon_pages(4);

	need(!munmap(p + 2 * PAGE, PAGE));
	memset(p, 5, 2 * PAGE);
	is_num(rd1(getpid(), q, p + 10, 4 * PAGE - 10), 2 * PAGE - 10,
	       "a hole on their side ends the call with what was done", "");
	is_errno(rd1(getpid(), q, p + 2 * PAGE, 10), EFAULT,
		 "nothing done: EFAULT");
	memset(q, 0, 4 * PAGE);
	need(!mprotect(p, PAGE, PROT_NONE));
	is_errno(rd1(getpid(), q, p, 10), EFAULT, "no read permission: EFAULT");
	need(!mprotect(p, PAGE, PROT_READ));
	is_errno(wr1(getpid(), q, p, 10), EFAULT,
		 "no write permission: EFAULT");
	is_num(rd1(getpid(), q, p, 10), 10, "but readable", "");
	need(!munmap(q + PAGE, PAGE));
	is_num(rd1(getpid(), q + PAGE - 100, p, 200), 100,
	       "a hole on our side: what was done", "");
	is_errno(rd1(getpid(), q + PAGE, p, 200), EFAULT,
		 "a hole at the start of our side");
	need(!mprotect(p, PAGE, RW));
	memset(p, 7, PAGE);
	is_num(wr1(getpid(), q + PAGE - 100, p, 200), 100,
	       "the same when it is written", "");
	ok(all_bytes(p + 100, 7, PAGE - 100),
	   "what could not be written stays as it was",
	   "copy_from_user() sets the rest to zero.");
	need(!munmap(p, 4 * PAGE) && !munmap(q, 4 * PAGE));
}

static void test_arguments(void)
{
	char *p = anon_pages(1);
	struct iovec l = { p, 10 }, r = { p + 100, 10 };
	struct iovec neg = { p, -1UL }, high = { (void *)(1UL << 63), 10 };
	struct iovec none = { p, 0 }, *many = (void *)anon_pages(5);

	is_errno(rd(getpid(), &l, 1, &r, 1, 1), EINVAL, "flags");
	is_errno(rd(getpid(), &l, 1025, &r, 1, 0), EINVAL, "1025 of ours");
	is_errno(rd(getpid(), &l, 1, &r, 1025, 0), EINVAL, "1025 of theirs");
	for (int i = 0; i < 1024; i++)
		many[i] = (struct iovec){ p + i, 1 };
	is_num(rd(getpid(), many, 1024, &r, 1, 0), 10, "1024 are allowed", "");
	is_num(rd(getpid(), &l, 1, many, 1024, 0), 10, "on both sides", "");
	is_errno(rd(getpid(), &neg, 1, &r, 1, 0), EINVAL, "ours is negative");
	is_errno(rd(getpid(), &l, 1, &neg, 1, 0), EINVAL, "theirs is negative");
	is_errno(rd(getpid(), &high, 1, &r, 1, 0), EFAULT, "ours is kernel's");
	is_errno(rd(getpid(), &l, 1, &high, 1, 0), EFAULT,
		 "theirs is kernel's");
	is_errno(rd(getpid(), NULL, 1, &r, 1, 0), EFAULT, "no list of ours");
	is_errno(rd(getpid(), &l, 1, NULL, 1, 0), EFAULT, "no list of theirs");
	is_num(rd(-1, NULL, 0, NULL, 0, 0), 0,
	       "nothing asked: 0, whoever the process is", "");
	is_num(rd(-1, &none, 1, &r, 1, 0), 0, "ours is empty: 0", "");
	is_num(rd(-1, &l, 1, &none, 1, 0), 0, "theirs is empty: 0", "");
	is_errno(rd(-1, &l, 1, &r, 1, 0), ESRCH, "no such process");
	is_errno(rd(0, &l, 1, &r, 1, 0), ESRCH, "process 0");
	is_errno(rd(2, &l, 1, &r, 1, 0), ESRCH, "a kernel thread");
	need(!munmap(p, PAGE) && !munmap(many, 5 * PAGE));
}

static int try_as_other_user(void *arg)
{
	char *p = arg;

	if (setuid(1000))
		return 9;
	if (rd1(getpid(), p, p + 10, 5) != 5)
		return 2; /* of its own it may always */
	errno = 0;
	return rd1(getppid(), p, p + 10, 5) == -1 && errno == EPERM ? 0 : 1;
}

static void test_permission(void)
{
	char *p = anon_pages(1);
	pid_t zombie = fork();

	need(zombie >= 0);
	if (!zombie)
		_exit(0);
	exits_with(run_child(try_as_other_user, p), 0,
		   "another user's process: EPERM",
		   "1: it was allowed, 2: its own was refused.");
	need(!waitid(P_PID, zombie, NULL, WEXITED | WNOWAIT));
	is_errno(rd1(zombie, p, p + 10, 5), ESRCH, "a zombie has no memory");
	need(waitpid(zombie, NULL, 0) == zombie);
	need(!munmap(p, PAGE));
}

static int write_own_readonly(void *arg)
{
	return wr1(getppid(), arg, arg, 4) == -1 && errno == EFAULT ? 0 : 1;
}

static void test_special(void)
{
	char *p = anon_pages(2);
	char *zero =
		mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *shared = shared_pages(1);
	int status;

	need(zero != MAP_FAILED);
	memset(p, 1, PAGE);
	is_num(rd1(getpid(), p, zero, PAGE), PAGE,
	       "untouched memory reads as zeros", "");
	ok(all_bytes(p, 0, PAGE), "really", "");
	memset(p, 3, PAGE);
	is_num(wr1(getpid(), p, shared, PAGE), PAGE, "shared memory", "");
	ok(all_bytes(shared, 3, PAGE), "is stored to", "");
	need(!mprotect(p, PAGE, PROT_READ));
	status = run_child(write_own_readonly, p);
	exits_with(status, 0, "no write where the other may not itself", "");
	need(!munmap(zero, PAGE) && !munmap(shared, PAGE) &&
	     !munmap(p, 2 * PAGE));
}

int main(void)
{
	plan(42);
	test_transfer();
	test_pieces();
	test_partial();
	test_arguments();
	test_permission();
	test_special();
	return done();
}
