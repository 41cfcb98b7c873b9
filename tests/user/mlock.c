/* SPDX-License-Identifier: MIT */
/*
 * tests/user/mlock.c - mlock(), munlock() and their relatives: holes, limits,
 * and which pages they bring in.
 */
#include "maps.h"
#include "proc_status.h"
#include "tap.h"

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif
#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

/* How many of @nr pages are in memory. */
static int resident(void *p, unsigned long nr)
{
	unsigned char vec[64];
	int count = 0;

	need(nr <= sizeof(vec) && !mincore(p, nr * PAGE, vec));
	for (unsigned long i = 0; i < nr; i++)
		count += vec[i] & 1;
	return count;
}

static long sys_mlock(void *p, unsigned long len)
{
	return syscall(SYS_mlock, p, len);
}

static void test_ranges(void)
{
	char *p = anon_pages(8);

	is_num(sys_mlock(p + 100, PAGE), 0, "mlock rounds both ends", "");
	is_num(locked_pages(), 2, "to two pages",
	       "The start is rounded down and the end up.");
	is_num(resident(p, 8), 2, "which are there now",
	       "mlock() faults its pages in.");
	is_num(syscall(SYS_munlock, p + 2 * PAGE - 1, 1UL), 0,
	       "munlock rounds too", "");
	is_num(locked_pages(), 1, "to the page of its byte", "");
	is_num(sys_mlock(p, 0UL), 0, "a length of 0 is nothing to do", "");
	is_errno(sys_mlock(p, -PAGE), EINVAL, "a range that wraps");
	is_num(sys_mlock(p, ~0UL), 0, "nor is one that rounds to 0", "");
	need(!munmap(p, 8 * PAGE));
	is_errno(sys_mlock(p, PAGE), ENOMEM, "mlock where nothing is mapped");
	is_errno(syscall(SYS_munlock, p, PAGE), ENOMEM,
		 "munlock where nothing is mapped");
	is_errno(syscall(SYS_mlock2, p, PAGE, 2), EINVAL,
		 "an unknown flag comes first");
}

/* A hole ends the call, but what lies before it is done. */
static void test_holes(void)
{
	char *p = anon_pages(9);

	need(!munmap(p + 3 * PAGE, PAGE) && !munmap(p + 8 * PAGE, PAGE));
	is_errno(sys_mlock(p, 8 * PAGE), ENOMEM, "mlock across a hole");
	is_num(locked_pages(), 3, "locks what lies before the hole",
	       "Each area is done in turn; the hole ends the walk.");
	is_num(resident(p, 3), 0, "and brings nothing in",
	       "The pages are faulted in only when all areas are locked.");
	is_errno(sys_mlock(p + 3 * PAGE, 2 * PAGE), ENOMEM,
		 "mlock that begins in a hole");
	is_num(locked_pages(), 3, "locks nothing", "");
	is_errno(syscall(SYS_munlock, p, 8 * PAGE), ENOMEM,
		 "munlock across a hole");
	is_num(locked_pages(), 0, "unlocks what lies before it", "");
	is_errno(sys_mlock(p + 4 * PAGE, 5 * PAGE), ENOMEM,
		 "mlock beyond the last area");
	is_num(locked_pages(), 4, "locks that area", "");
	munmap(p, 8 * PAGE);
}

static void test_no_access(void)
{
	char *p = anon_pages(4);
	char *none = p + PAGE;

	need(!mprotect(none, PAGE, PROT_NONE));
	is_errno(sys_mlock(p, 4 * PAGE), ENOMEM, "mlock of PROT_NONE");
	is_num(locked_pages(), 4, "counts it all the same",
	       "The areas are locked; only the page cannot be brought in.");
	is_num(resident(p, 1), 1, "and brings in what lies before", "");
	munmap(p, 4 * PAGE);
}

static void test_onfault(void)
{
	char *p = anon_pages(4);

	is_num(syscall(SYS_mlock2, p, 4 * PAGE, MLOCK_ONFAULT), 0,
	       "MLOCK_ONFAULT", "");
	is_num(locked_pages(), 4, "counts its pages", "");
	is_num(resident(p, 4), 0, "and waits for the first touch", "");
	need(!sys_mlock(p, 2 * PAGE));
	is_num(resident(p, 4), 2, "mlock without the flag does not wait", "");
	munmap(p, 4 * PAGE);
}

static int mlockall_child(void *unused)
{
	char *before = anon_pages(2), *p;

	if (mlockall(MCL_FUTURE))
		return 1;
	if (resident(before, 2))
		return 2; /* what was there is not meant */
	p = anon_pages(3);
	if (resident(p, 3) != 3)
		return 3; /* mmap() brings in what will be locked */
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT))
		return 4;
	p = anon_pages(3);
	if (resident(p, 3) || locked_pages() < 8)
		return 5;
	if (mlockall(MCL_CURRENT) || resident(before, 2) != 2)
		return 6; /* and MCL_FUTURE is forgotten: */
	p = anon_pages(3);
	if (resident(p, 3))
		return 7;
	if (munlockall() || locked_pages())
		return 8;
	return 0;
}

static void test_mlockall(void)
{
	exits_with(run_child(mlockall_child, NULL), 0,
		   "mlockall: now, from now on, at the first touch, no more",
		   "The status says which step of mlockall_child() failed.");
	is_errno(mlockall(0), EINVAL, "mlockall(0)");
	is_errno(mlockall(MCL_ONFAULT), EINVAL, "MCL_ONFAULT alone");
	is_errno(mlockall(8), EINVAL, "an unknown flag of mlockall");
}

static void set_memlock(unsigned long nr)
{
	struct rlimit limit = { nr * PAGE, nr * PAGE };

	need(!setrlimit(RLIMIT_MEMLOCK, &limit));
}

/* Fails with @want? */
static int refused(long ret, int want)
{
	return ret == -1 && errno == want;
}

static int limit_child(void *unused)
{
	char *p = anon_pages(16), *q;

	set_memlock(8);
	need(!setuid(1000));
	if (sys_mlock(p, 8 * PAGE) || locked_pages() != 8)
		return 1;
	if (!refused(sys_mlock(p + 8 * PAGE, PAGE), ENOMEM))
		return 2;
	if (sys_mlock(p, 8 * PAGE))
		return 3; /* locked already: nothing is added */
	if (!refused(sys_mlock(p + 4 * PAGE, 8 * PAGE), ENOMEM))
		return 4;
	q = mmap(NULL, PAGE, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	if (q != MAP_FAILED || errno != EAGAIN)
		return 5;
	if (!refused(mlockall(MCL_CURRENT), ENOMEM))
		return 6;
	if (munlock(p, 4 * PAGE) || sys_mlock(p + 8 * PAGE, 4 * PAGE))
		return 7; /* what was given back may be had again */
	q = mremap(p + 8 * PAGE, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE);
	if (q != MAP_FAILED || errno != EAGAIN)
		return 8; /* it would grow beyond the limit */
	set_memlock(0);
	if (!refused(sys_mlock(p, PAGE), EPERM))
		return 9; /* a limit of nothing is a refusal */
	return refused(mlockall(MCL_FUTURE), EPERM) ? 0 : 10;
}

static void test_limit(void)
{
	exits_with(run_child(limit_child, NULL), 0, "RLIMIT_MEMLOCK",
		   "The status says which step of limit_child() failed.");
}

/* Two neighbours with the same flags are one area again. */
static void test_merging(void)
{
	char *p = anon_pages(6);
	char shape[64];

	need(!sys_mlock(p + 2 * PAGE, 2 * PAGE));
	is_num(maps_lines(p, 6 * PAGE), 3, "mlock splits", "");
	need(!sys_mlock(p, 2 * PAGE) && !sys_mlock(p + 4 * PAGE, 2 * PAGE));
	is_num(maps_lines(p, 6 * PAGE), 1, "and what is alike merges", "");
	need(!munlock(p, 6 * PAGE));
	snprintf(shape, sizeof(shape), "%d lines, %ld locked",
		 maps_lines(p, 6 * PAGE), locked_pages());
	is_str(shape, "1 lines, 0 locked", "munlock of all", "");
	munmap(p, 6 * PAGE);
}

int main(void)
{
	plan(35);
	test_ranges();
	test_holes();
	test_no_access();
	test_onfault();
	test_mlockall();
	test_limit();
	test_merging();
	return done();
}
