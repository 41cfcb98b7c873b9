/* SPDX-License-Identifier: MIT */
/*
 * tests/user/oom_exhaust.c - limits, overcommit, and the end of memory.
 */
#include "fault.h"
#include "maps.h"
#include <sys/sysinfo.h>

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define MIB  (1UL << 20)

static unsigned long total_ram(void)
{
	struct sysinfo si;

	need(!sysinfo(&si));
	return (unsigned long)si.totalram * si.mem_unit;
}

static unsigned long free_ram(void)
{
	struct sysinfo si;

	need(!sysinfo(&si));
	return (unsigned long)si.freeram * si.mem_unit;
}

/* RLIMIT_AS is checked in a child, since it cannot be undone by everybody. */
static int child_limit(void *unused)
{
	struct rlimit rl = { 64 * MIB, 64 * MIB };
	char *p = anon_pages(16), *q;
	unsigned long brk = sys_brk(0);

	if (setrlimit(RLIMIT_AS, &rl))
		return 1;
	q = mmap(NULL, 100 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
	if (q != MAP_FAILED || errno != ENOMEM)
		return 2;
	q = mmap(NULL, 32 * MIB, RW, ANON, -1, 0);
	if (q == MAP_FAILED)
		return 3;
	if (mmap(NULL, 40 * MIB, RW, ANON, -1, 0) != MAP_FAILED)
		return 4;
	if (mremap(q, 32 * MIB, 80 * MIB, MREMAP_MAYMOVE) != MAP_FAILED ||
	    errno != ENOMEM)
		return 5;
	if (sys_brk(brk + 80 * MIB) != brk)
		return 6;
	if (munmap(q, 32 * MIB))
		return 7;
	q = mmap(NULL, 40 * MIB, RW, ANON, -1, 0);
	if (q == MAP_FAILED)
		return 8;
	p[0] = q[0] = 1;
	/* Replacing a mapping in place needs no more address space. */
	return mmap(q, 40 * MIB, RW, ANON | MAP_FIXED, -1, 0) == q ? 0 : 9;
}

static void test_limit(void)
{
	struct rlimit rl, same;

	need(!getrlimit(RLIMIT_AS, &rl));
	ok(rl.rlim_cur == RLIM_INFINITY, "RLIMIT_AS is unlimited at first", "");
	exits_with(run_child(child_limit, NULL), 0,
		   "RLIMIT_AS bounds mmap, mremap and brk",
		   "total_vm and the new pages together may not exceed it; the "
		   "status is the number of the step in child_limit().");
	need(!getrlimit(RLIMIT_AS, &same));
	ok(same.rlim_cur == rl.rlim_cur, "a child's limit is its own", "");
	is_errno(getrlimit(99, &rl), EINVAL, "an unknown limit is EINVAL");
	rl.rlim_cur = 2;
	rl.rlim_max = 1;
	is_errno(setrlimit(RLIMIT_AS, &rl), EINVAL,
		 "a soft limit above the hard one is EINVAL");
}

/* Heuristic overcommit: one request larger than all memory is refused. */
static void test_overcommit(void)
{
	size_t total = total_ram() & -PAGE;
	char *p;

	ok(total >= 8 * MIB && free_ram() <= total,
	   "sysinfo knows total and free memory", "");
	is_errno(mmap(NULL, total + PAGE, RW, ANON, -1, 0), ENOMEM,
		 "a page more than all memory is ENOMEM");
	p = mmap(NULL, total, RW, ANON, -1, 0);
	ok(p != MAP_FAILED, "all memory in one mapping is granted",
	   "Only obvious excess is refused; pages come with faults.");
	if (p != MAP_FAILED)
		munmap(p, total);
	p = mmap(NULL, 4 * total, RW, ANON | MAP_NORESERVE, -1, 0);
	ok(p != MAP_FAILED, "MAP_NORESERVE is not asked", "");
	p[2 * total] = 1;
	need(!munmap(p, 4 * total));
	p = mmap(NULL, 4 * total, PROT_READ, ANON, -1, 0);
	ok(p != MAP_FAILED, "nor is memory that cannot be written", "");
	is_errno(sys_mprotect(p, 4 * total, RW), ENOMEM,
		 "until it is made writable");
	ok(!sys_mprotect(p, PAGE, RW), "a small part of it may be", "");
	need(!munmap(p, 4 * total));
	is_errno(mmap(NULL, 4 * total, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
		 ENOMEM, "shared memory is asked as well");
}

/* Touch memory without end. */
static int child_eats(void *fd)
{
	for (;;) {
		char *p = mmap(NULL, MIB, RW, ANON | MAP_NORESERVE, -1, 0);

		if (p == MAP_FAILED)
			return 7;
		for (size_t i = 0; i < MIB; i += PAGE)
			p[i] = 1;
	}
}

static void test_out_of_memory(void)
{
	static const char *const names[] = {
		"a process that uses up all memory is killed",
		"its parent goes on",
		"all its memory is free again",
	};
	unsigned long before = free_ram(), after;
	char *p = anon_pages(100);
	int status;

	if (total_ram() > 1024 * MIB) {
		for (int i = 0; i < 3; i++)
			skip(names[i], "only with 1 GiB of memory or less");
		return;
	}
	for (int i = 0; i < 100; i++)
		memset(p + i * PAGE, i, PAGE);
	status = run_child(child_eats, NULL);
	dies_by(status, SIGKILL, names[0],
		"When no page can be found the process that asked is killed; "
		"mmap has long succeeded, so there is no errno to return.");
	status = 0;
	for (int i = 0; i < 100; i++)
		status += !all_bytes(p + i * PAGE, i, PAGE);
	is_num(status, 0, names[1], "Its memory is as it was.");
	after = free_ram();
	ok(after + 4 * MIB >= before, names[2],
	   "More than 4 MiB are missing since before.");
	if (after + 4 * MIB < before)
		diag("%lu KiB free before, %lu after", before >> 10,
		     after >> 10);
	need(!munmap(p, 100 * PAGE));
}

/* Descriptors are limited as well. */
static int child_files(void *unused)
{
	struct rlimit rl = { 64, 64 };
	int fd = 0, last = -1;

	if (setrlimit(RLIMIT_NOFILE, &rl))
		return 1;
	while ((fd = dup(1)) >= 0)
		last = fd;
	if (errno != EMFILE || last != 63)
		return 2;
	if (open("/dev/null", O_RDONLY) != -1 || errno != EMFILE)
		return 3;
	if (pipe((int[2]){ 0 }) != -1 || errno != EMFILE)
		return 4;
	if (close(40) || dup(1) != 40)
		return 5;
	return dup2(1, 64) == -1 && errno == EBADF ? 0 : 6;
}

static int child_many_files(void *unused)
{
	struct rlimit rl;
	long n = 0;
	int fd;

	if (getrlimit(RLIMIT_NOFILE, &rl))
		return 1;
	while ((fd = dup(1)) >= 0)
		n = fd;
	return errno == EMFILE && n == (long)rl.rlim_cur - 1 ? 0 : 2;
}

static void test_files(void)
{
	exits_with(run_child(child_files, NULL), 0, "RLIMIT_NOFILE",
		   "The status is the number of the step in child_files().");
	exits_with(run_child(child_many_files, NULL), 0,
		   "as many descriptors as the limit allows", "");
}

int main(void)
{
	plan(18);
	test_limit();
	test_overcommit();
	test_files();
	test_out_of_memory();
	return done();
}
