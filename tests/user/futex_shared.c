/* SPDX-License-Identifier: MIT */
/*
 * tests/user/futex_shared.c - which two addresses are the same futex.
 *
 * A waiter and a waker in two processes, or at two addresses: does the wake-up
 * arrive?
 */
#include "fault.h"
#include <fcntl.h>
#include <signal.h>
#include <time.h>

#define RW         (PROT_READ | PROT_WRITE)
#define PRIVATE    128
#define FUTEX_WAIT 0
#define FUTEX_WAKE 1

static long futex(void *uaddr, int op, unsigned int val, void *timeout)
{
	return syscall(SYS_futex, uaddr, (long)op, (long)val, timeout, NULL,
		       0L);
}

/*
 * A child waits on @waiter; wake @waker until somebody was there.  Return: how
 * many were woken: 0 if nobody ever came, then the child is killed.
 */
static long wakes(void *waiter, int wait_op, void *waker, int wake_op)
{
	struct timespec ms = { 0, 2000000 };
	long woken = 0;
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid)
		_exit(futex(waiter, wait_op, *(unsigned int *)waiter, NULL)
			      ? 1
			      : 0);
	for (int i = 0; i < 100 && !woken; i++) {
		nanosleep(&ms, NULL);
		woken = futex(waker, wake_op, 5, NULL);
	}
	kill(pid, SIGKILL);
	need(waitpid(pid, NULL, 0) == pid);
	return woken;
}

static char *map_file(int fd, int prot, int flags)
{
	char *p = mmap(NULL, 2 * PAGE, prot, flags, fd, 0);

	need(p != MAP_FAILED);
	return p;
}

static void test_objects(void)
{
	int fd = syscall(SYS_memfd_create, "f", 0), fd2;
	char *a, *b, *ro, *priv, *other, *anon = shared_pages(1), *mine;

	need(fd >= 0 && !ftruncate(fd, 2 * PAGE));
	fd2 = syscall(SYS_memfd_create, "g", 0);
	need(fd2 >= 0 && !ftruncate(fd2, 2 * PAGE));
	a = map_file(fd, RW, MAP_SHARED);
	b = map_file(fd, RW, MAP_SHARED);
	ro = map_file(fd, PROT_READ, MAP_SHARED);
	priv = map_file(fd, PROT_READ, MAP_PRIVATE);
	other = map_file(fd2, RW, MAP_SHARED);
	mine = anon_pages(1);
	mine[0] = 0;

	is_num(wakes(a, FUTEX_WAIT, b, FUTEX_WAKE), 1,
	       "one file at two addresses", "The name is (inode, offset).");
	is_num(wakes(a + 8, FUTEX_WAIT, ro + 8, FUTEX_WAKE), 1,
	       "one of them read-only", "");
	is_num(wakes(a, FUTEX_WAIT, priv, FUTEX_WAKE), 1,
	       "a private map that cannot be written is the file's page", "");
	is_num(wakes(a, FUTEX_WAIT, b + 4, FUTEX_WAKE), 0, "another word", "");
	is_num(wakes(a, FUTEX_WAIT, b + PAGE, FUTEX_WAKE), 0, "another page",
	       "");
	is_num(wakes(a, FUTEX_WAIT, other, FUTEX_WAKE), 0, "another file", "");
	is_num(wakes(anon, FUTEX_WAIT, anon, FUTEX_WAKE), 1,
	       "shared anonymous memory, parent and child", "");
	is_num(wakes(mine, FUTEX_WAIT, mine, FUTEX_WAKE), 0,
	       "private memory: each process has its own", "");
	is_num(wakes(anon, FUTEX_WAIT | PRIVATE, anon, FUTEX_WAKE | PRIVATE), 0,
	       "who says private does not meet other processes", "");
	need(!mprotect(priv, 2 * PAGE, RW));
	is_num(wakes(a, FUTEX_WAIT, priv, FUTEX_WAKE), 0,
	       "a private map that can be written has pages of its own", "");
	need(!munmap(a, 2 * PAGE) && !munmap(b, 2 * PAGE));
	need(!munmap(ro, 2 * PAGE) && !munmap(priv, 2 * PAGE));
	need(!munmap(other, 2 * PAGE) && !munmap(anon, PAGE));
	need(!munmap(mine, PAGE));
	close(fd), close(fd2);
}

static void test_remapped(void)
{
	int fd = syscall(SYS_memfd_create, "f", 0);
	char *a, *b;

	need(fd >= 0 && !ftruncate(fd, 2 * PAGE));
	a = map_file(fd, RW, MAP_SHARED);
	b = mmap(NULL, PAGE, RW, MAP_SHARED, fd, PAGE);
	need(b != MAP_FAILED);
	is_num(wakes(a + PAGE + 12, FUTEX_WAIT, b + 12, FUTEX_WAKE), 1,
	       "maps that begin at different offsets", "");
	need(!munmap(a, 2 * PAGE) && !munmap(b, PAGE));
	close(fd);
}

static void test_errors(void)
{
	char *p = anon_pages(3), *raw = MAP_FAILED;
	int fd = open("/dev/fb0", O_RDWR);

	need(!munmap(p + 2 * PAGE, PAGE));
	is_errno(futex(p + 2 * PAGE, FUTEX_WAKE, 1, NULL), EFAULT,
		 "shared: nothing mapped");
	is_num(futex(p + 2 * PAGE, FUTEX_WAKE | PRIVATE, 1, NULL), 0,
	       "private: nobody looks", "");
	is_errno(futex(p + 2 * PAGE, FUTEX_WAIT | PRIVATE, 0, NULL), EFAULT,
		 "but to wait the word is read");
	is_errno(futex(p + 2, FUTEX_WAKE, 1, NULL), EINVAL, "not aligned");
	is_num(futex(p, FUTEX_WAKE, 1, NULL), 0, "nobody waits", "");
	need(!mprotect(p, 2 * PAGE, PROT_READ));
	is_errno(futex(p, FUTEX_WAKE, 1, NULL), EFAULT,
		 "read-only private memory: nobody will change it");
	is_errno(futex(p + PAGE, FUTEX_WAKE, 1, NULL), EFAULT,
		 "nor the zero page");
	is_errno(futex(p, FUTEX_WAIT, 1, NULL), EFAULT, "the same to wait");
	is_errno(futex(p, FUTEX_WAIT | PRIVATE, 1, NULL), EAGAIN,
		 "private: only the word is compared");
	need(!mprotect(p, PAGE, PROT_NONE));
	is_errno(futex(p, FUTEX_WAKE, 1, NULL), EFAULT, "no access");
	if (fd >= 0)
		raw = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	if (raw == MAP_FAILED) {
		skip("shared: raw frames have no name", "no framebuffer");
		skip("private: it is only an address", "no framebuffer");
	} else {
		is_errno(futex(raw, FUTEX_WAKE, 1, NULL), EFAULT,
			 "shared: raw frames have no name");
		is_num(futex(raw, FUTEX_WAKE | PRIVATE, 1, NULL), 0,
		       "private: it is only an address", "");
		need(!munmap(raw, PAGE));
	}
	need(!munmap(p, 2 * PAGE));
}

int main(void)
{
	plan(10 + 1 + 12);
	test_objects();
	test_remapped();
	test_errors();
	return done();
}
