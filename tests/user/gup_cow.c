/* SPDX-License-Identifier: MIT */
/*
 * tests/user/gup_cow.c - pages that the kernel holds, against copy-on-write.
 *
 * A page in a pipe (vmsplice) or one that a call works on has another owner
 * besides the page tables.  Every store must still reach those it should and
 * nobody else: CVE-2020-29374, CVE-2016-5195 and their relatives.
 *
 * CFLAGS: -pthread
 */
#include "fault.h"
#include "maps.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/uio.h>

#define RW (PROT_READ | PROT_WRITE)

static long splice_in(int fd, void *p, size_t len, unsigned int flags)
{
	struct iovec iov = { p, len };

	return syscall(SYS_vmsplice, fd, &iov, 1UL, flags);
}

static void pass(int fd)
{
	need(write(fd, "", 1) == 1);
}

static void await(int fd)
{
	char c;

	need(read(fd, &c, 1) == 1);
}

/* ---- vmsplice and fork -------------------------------------------------- */

enum mapping { PRIVATE_ANON, PRIVATE_FILE };

/*
 * One page, shared after fork.  @in_child: the child shows it to a pipe, and
 * the parent stores; else the other way round.  @unmap: who showed it unmaps it
 * before the store.
 */
struct cow_case {
	const char *name;
	int in_child, unmap;
	enum mapping mapping;
};

static char *make_page(enum mapping mapping)
{
	char *p;
	int fd;

	if (mapping == PRIVATE_ANON) {
		p = anon_pages(1);
	} else {
		fd = open("/tmp/gup_cow", O_RDWR | O_CREAT | O_TRUNC, 0600);
		if (fd < 0)
			fd = open("/gup_cow", O_RDWR | O_CREAT | O_TRUNC, 0600);
		need(fd >= 0 && !ftruncate(fd, PAGE));
		p = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
		need(p != MAP_FAILED);
		close(fd);
	}
	memset(p, 'a', PAGE);
	return p;
}

/* Show the page to a pipe, wait for the store, and read what the pipe has. */
static int shower(char *p, int unmap, int ready, int stored)
{
	static char got[PAGE];
	int fds[2];

	need(!pipe(fds));
	if (splice_in(fds[1], p, PAGE, 0) != (long)PAGE)
		return 2;
	if (unmap)
		need(!munmap(p, PAGE));
	pass(ready);
	await(stored);
	for (size_t n = 0; n < PAGE;) {
		ssize_t r = read(fds[0], got + n, PAGE - n);

		need(r > 0);
		n += r;
	}
	return all_bytes(got, 'a', PAGE) ? 0 : 1;
}

static void storer(char *p, int ready, int stored)
{
	await(ready);
	memset(p, 'X', PAGE);
	pass(stored);
}

static void test_cow_case(const struct cow_case *c)
{
	char *p = make_page(c->mapping);
	int ready[2], stored[2], status, result;
	pid_t pid;

	need(!pipe(ready) && !pipe(stored));
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		if (c->in_child)
			_exit(shower(p, c->unmap, ready[1], stored[0]));
		storer(p, ready[0], stored[1]);
		_exit(0);
	}
	if (c->in_child) {
		storer(p, ready[0], stored[1]);
		need(waitpid(pid, &status, 0) == pid);
		result = WEXITSTATUS(status);
		if (!WIFEXITED(status))
			result = 3;
	} else {
		result = shower(p, c->unmap, ready[1], stored[0]);
		need(waitpid(pid, &status, 0) == pid);
	}
	is_num(result, 0, c->name,
	       "Status 1: the store of the other process is in the pipe.  Who "
	       "may reuse a page is decided by references, not by entries.");
	if (!(c->unmap && !c->in_child))
		need(!munmap(p, PAGE));
	close(ready[0]), close(ready[1]), close(stored[0]), close(stored[1]);
}

static void test_vmsplice_fork(void)
{
	static const struct cow_case cases[] = {
		{ "vmsplice in child", 1, 0, PRIVATE_ANON },
		{ "vmsplice and unmap in child", 1, 1, PRIVATE_ANON },
		{ "vmsplice before a store of the child", 0, 0, PRIVATE_ANON },
		{ "vmsplice and unmap in parent", 0, 1, PRIVATE_ANON },
		{ "the same with a private file", 1, 1, PRIVATE_FILE },
		{ "and in its parent", 0, 1, PRIVATE_FILE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_cow_case(&cases[i]);
}

/* ---- vmsplice itself ---------------------------------------------------- */

static void test_vmsplice_view(void)
{
	char *p = anon_pages(3), got[200];
	int fds[2];

	need(!pipe(fds));
	memset(p, 'a', 3 * PAGE);
	is_num(splice_in(fds[1], p + PAGE - 50, 100, 8), 100,
	       "vmsplice across a page border, as a gift", "");
	p[PAGE - 50] = 'b';
	is_num(read(fds[0], got, 200), 100, "100 bytes come out", "");
	is_num(got[0], 'b', "with a store that its owner made in between",
	       "A page that nobody shares is reused, not copied.");

	need(splice_in(fds[1], p, 10, 0) == 10);
	need(write(fds[1], "xyz", 3) == 3);
	ok(p[10] == 'a', "a write after it does not go into the page",
	   "Only a page of the pipe's own takes more bytes.");
	is_num(read(fds[0], got, 200), 13, "but follows it", "");
	ok(!memcmp(got + 10, "xyz", 3), "as written", "");

	need(splice_in(fds[1], p + PAGE, PAGE, 0) == (long)PAGE);
	need(!munmap(p, 3 * PAGE));
	is_num(read(fds[0], got, 200), 200, "the page outlives its area", "");
	ok(all_bytes(got, 'a', 200), "with its contents", "");
	close(fds[0]), close(fds[1]);
}

static void test_vmsplice_out(void)
{
	char *p = anon_pages(1);
	struct iovec iov[2] = { { p, 3 }, { p + 100, 10 } };
	int fds[2];

	need(!pipe(fds));
	need(write(fds[1], "abcdef", 6) == 6);
	is_num(syscall(SYS_vmsplice, fds[0], iov, 2UL, 0), 6,
	       "vmsplice out of a pipe copies", "");
	ok(!memcmp(p, "abc", 3) && !memcmp(p + 100, "def", 3), "in order", "");
	is_errno(syscall(SYS_vmsplice, fds[0], iov, 2UL, 2), EAGAIN,
		 "SPLICE_F_NONBLOCK on an empty pipe");
	close(fds[1]);
	is_num(syscall(SYS_vmsplice, fds[0], iov, 2UL, 0), 0, "0 at the end",
	       "");
	close(fds[0]);
	need(!munmap(p, PAGE));
}

static void test_vmsplice_errors(void)
{
	char *p = anon_pages(40);
	int fds[2], zero = open("/dev/null", O_RDWR);

	need(!pipe(fds) && zero >= 0);
	is_errno(splice_in(fds[1], p, 10, 16), EINVAL, "unknown flag");
	is_errno(splice_in(-1, p, 10, 0), EBADF, "no descriptor");
	is_errno(splice_in(zero, p, 10, 0), EBADF, "not a pipe");
	is_num(splice_in(fds[1], p, 0, 0), 0, "nothing", "");
	need(!mprotect(p, PAGE, PROT_NONE));
	is_errno(splice_in(fds[1], p, 10, 0), EFAULT, "not readable");
	need(write(fds[1], "x", 1) == 1);
	is_num(splice_in(fds[1], p + PAGE, 39 * PAGE, 0), 15 * PAGE,
	       "a pipe with 15 free slots takes 15 pages", "");
	is_errno(splice_in(fds[1], p + PAGE, 10, 2), EAGAIN,
		 "full: EAGAIN with SPLICE_F_NONBLOCK");
	signal(SIGPIPE, SIG_IGN);
	close(fds[0]);
	is_errno(splice_in(fds[1], p + PAGE, 10, 0), EPIPE, "nobody reads");
	signal(SIGPIPE, SIG_DFL);
	close(fds[1]), close(zero);
	need(!munmap(p, 40 * PAGE));
}

/* ---- pins --------------------------------------------------------------- */

/*
 * The child writes into the parent's memory again and again, while the parent
 * forks and looks: what has been written must be there, for the page that is
 * pinned and the address belong together.
 */
#define ROUNDS 300

static int pin_writer(void *arg)
{
	unsigned int *word = arg;
	int *stop = arg + PAGE;

	for (unsigned int i = 1; !*(volatile int *)stop; i++) {
		struct iovec l = { &i, 4 }, r = { word, 4 };
		unsigned int back = 0;
		struct iovec lb = { &back, 4 };

		if (syscall(SYS_process_vm_writev, getppid(), &l, 1UL, &r, 1UL,
			    0UL) != 4)
			return 1;
		if (syscall(SYS_process_vm_readv, getppid(), &lb, 1UL, &r, 1UL,
			    0UL) != 4)
			return 2;
		if (back != i)
			return 3;
	}
	return 0;
}

static int do_nothing(void *arg)
{
	return 0;
}

static void test_pin_and_fork(void)
{
	char *p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	need(p != MAP_FAILED);
	need(mmap(p + PAGE, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
		  -1, 0) == p + PAGE);
	p[0] = 0;
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(pin_writer(p));
	for (int i = 0; i < ROUNDS; i++) {
		run_child(do_nothing, NULL);
		((volatile char *)p)[8] = i;
	}
	*(volatile int *)(p + PAGE) = 1;
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "a write into a process that forks is not lost",
		   "Status 3: it went to a page that the parent had already "
		   "given up for a copy.  A pinned page is copied at fork.");
	need(!munmap(p, 2 * PAGE));
}

/* ---- Dirty COW ---------------------------------------------------------- */

struct dirty_cow {
	char *p;
	volatile int stop;
	long rounds;
};

static void *dontneed_loop(void *arg)
{
	struct dirty_cow *d = arg;

	while (!d->stop)
		madvise(d->p, PAGE, MADV_DONTNEED);
	return NULL;
}

static void *mem_writer(void *arg)
{
	struct dirty_cow *d = arg;
	int fd = open("/proc/self/mem", O_RDWR);

	need(fd >= 0);
	for (long i = 0; i < d->rounds; i++)
		need(pwrite(fd, "XXXX", 4, (off_t)(unsigned long)d->p) == 4);
	d->stop = 1;
	close(fd);
	return NULL;
}

static int tmp_file(void)
{
	int fd = open("/gup_cow.ro", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char page[PAGE];

	memset(page, 'o', PAGE);
	need(fd >= 0 && write(fd, page, PAGE) == (ssize_t)PAGE);
	close(fd);
	fd = open("/gup_cow.ro", O_RDONLY);
	need(fd >= 0);
	return fd;
}

static void test_dirty_cow(void)
{
	struct dirty_cow d = { .rounds = 3000 };
	pthread_t a, b;
	char got[4] = "";
	int fd = tmp_file();

	d.p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(d.p != MAP_FAILED);
	need(!pthread_create(&a, NULL, dontneed_loop, &d));
	need(!pthread_create(&b, NULL, mem_writer, &d));
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	need(pread(fd, got, 4, 0) == 4);
	ok(!memcmp(got, "oooo", 4), "Dirty COW: the file is unchanged",
	   "A forced write reached the page cache (CVE-2016-5195): the request "
	   "must not be weakened after the copy.");
	d.rounds = 1;
	mem_writer(&d);
	ok(!memcmp(d.p, "XXXX", 4) && d.p[4] == 'o',
	   "the private map shows the write", "");
	need(!munmap(d.p, PAGE));
	close(fd);
	unlink("/gup_cow.ro");
}

/* The same race on anonymous memory: a write is never seen by the child. */
static int reader_sees_old(void *arg)
{
	return all_bytes(arg, 'o', PAGE) ? 0 : 1;
}

static void test_forced_write_shared_page(void)
{
	char *p = anon_pages(1);
	int fd = open("/proc/self/mem", O_RDWR), ready[2], status;
	pid_t pid;

	need(fd >= 0 && !pipe(ready));
	memset(p, 'o', PAGE);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		await(ready[0]);
		_exit(reader_sees_old(p));
	}
	need(!mprotect(p, PAGE, PROT_READ));
	need(pwrite(fd, "XX", 2, (off_t)(unsigned long)p) == 2);
	pass(ready[1]);
	need(waitpid(pid, &status, 0) == pid);
	ok(status == 0 && !memcmp(p, "XXo", 3),
	   "a forced write to a page shared with a child copies it",
	   "FOLL_FORCE may store only into an exclusive page (CVE-2022-2590).");
	close(fd), close(ready[0]), close(ready[1]);
	need(!munmap(p, PAGE));
}

/* ---- frames without a page ---------------------------------------------- */

static void test_raw_frames(void)
{
	int fd = open("/dev/fb0", O_RDWR), fds[2];
	char *p = MAP_FAILED, buf[8];
	struct iovec l = { buf, 8 }, r;

	if (fd >= 0)
		p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		skip("vmsplice of raw frames", "no framebuffer");
		skip("process_vm_readv of raw frames", "no framebuffer");
		skip("the same of a page copied from one", "no framebuffer");
		return;
	}
	need(!pipe(fds));
	r = (struct iovec){ p, 8 };
	is_errno(splice_in(fds[1], p, 8, 0), EFAULT, "vmsplice of raw frames");
	is_errno(syscall(SYS_process_vm_readv, getpid(), &l, 1UL, &r, 1UL, 0UL),
		 EFAULT, "process_vm_readv of raw frames");
	touch_write(p);
	is_errno(syscall(SYS_process_vm_readv, getpid(), &l, 1UL, &r, 1UL, 0UL),
		 EFAULT, "the same of a page copied from one");
	close(fds[0]), close(fds[1]), close(fd);
	need(!munmap(p, 2 * PAGE));
}

int main(void)
{
	plan(6 + 8 + 4 + 8 + 1 + 2 + 1 + 3);
	test_vmsplice_fork();
	test_vmsplice_view();
	test_vmsplice_out();
	test_vmsplice_errors();
	test_pin_and_fork();
	test_dirty_cow();
	test_forced_write_shared_page();
	test_raw_frames();
	return done();
}
