/* SPDX-License-Identifier: MIT */
/*
 * tests/user/mprotect.c - changing the protection of mapped pages: what then
 * faults, how areas split and merge, and what is refused.
 */
#include "fault.h"
#include "maps.h"

#define RW   (PROT_READ | PROT_WRITE)
#define NAME "/tmp/mprotect.tmp"

static void call_it(void *p)
{
	((void (*)(void))p)();
}

static void test_faults(void)
{
	char *p = map_at(free_range(4), 4, RW);

	memset(p, 3, 4 * PAGE);
	p[PAGE] = (char)0xc3; /* ret */
	need(!sys_mprotect(p + PAGE, PAGE, PROT_READ));
	ok(p[PAGE + 1] == 3, "a page made read-only can be read", "");
	is_fault(catch_fault(store_byte, p + PAGE + 17), SIGSEGV, SEGV_ACCERR,
		 p + PAGE + 17, "a store to it is SEGV_ACCERR",
		 "The area exists but forbids it: ACCERR, not MAPERR.  If the "
		 "store works, a stale TLB entry allowed it.");
	ok(p[PAGE + 17] == 3, "which changed nothing", "");
	is_fault(catch_fault(call_it, p + PAGE), SIGSEGV, SEGV_ACCERR, p + PAGE,
		 "executing it is SEGV_ACCERR at that address",
		 "Pages without PROT_EXEC need the NX bit.");
	need(!sys_mprotect(p + PAGE, PAGE, PROT_READ | PROT_EXEC));
	is_num(catch_fault(call_it, p + PAGE).sig, 0,
	       "with PROT_EXEC it can be executed",
	       "The NX bit must be cleared in entries that exist.");
	need(!sys_mprotect(p + 2 * PAGE, PAGE, PROT_NONE));
	is_fault(catch_fault(touch_read, p + 2 * PAGE), SIGSEGV, SEGV_ACCERR,
		 p + 2 * PAGE, "PROT_NONE forbids even reading",
		 "A PROT_NONE entry must not be present to the processor.");
	is_fault(catch_fault(store_byte, p + 2 * PAGE), SIGSEGV, SEGV_ACCERR,
		 p + 2 * PAGE, "and writing", "See above.");
	need(!sys_mprotect(p + 2 * PAGE, PAGE, RW));
	ok(all_bytes(p + 2 * PAGE, 3, PAGE), "the data survives PROT_NONE",
	   "The frame stays with the page-table entry while it is hidden.");
	ok(!write_fault(p + 2 * PAGE), "and can be written again", "");
	need(!munmap(p, 4 * PAGE));
}

static void test_split_merge(void)
{
	char *p = map_at(free_range(8), 8, RW);

	memset(p, 1, 8 * PAGE);
	need(!sys_mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ));
	layout_is(p, 8, "2rw 2r 4rw",
		  "a change in the middle makes three areas",
		  "The area is split at both ends of the range.");
	need(!sys_mprotect(p + 4 * PAGE, PAGE, PROT_READ));
	layout_is(p, 8, "2rw 3r 3rw", "the next page joins the middle one",
		  "Adjacent areas that have become equal merge.");
	need(!sys_mprotect(p + 1 * PAGE, PAGE, PROT_READ));
	layout_is(p, 8, "1rw 4r 3rw", "the page before it too", "");
	need(!sys_mprotect(p + PAGE, 4 * PAGE, RW));
	layout_is(p, 8, "8rw", "changed back, all is one area again",
		  "Split areas share one anon_vma, so nothing hinders the "
		  "merge.");
	need(!sys_mprotect(p, PAGE, PROT_NONE));
	layout_is(p, 8, "1- 7rw", "a change at the head", "");
	need(!sys_mprotect(p, PAGE, RW));
	need(!sys_mprotect(p + 7 * PAGE, PAGE, RW | PROT_EXEC));
	layout_is(p, 8, "7rw 1rwx", "a change at the tail", "");
	need(!sys_mprotect(p, 8 * PAGE, PROT_READ));
	layout_is(p, 8, "8r", "one call over several areas merges them",
		  "Each area is changed and merged with the one before.");
	need(!sys_mprotect(p, 8 * PAGE, PROT_READ));
	layout_is(p, 8, "8r", "the same protection again changes nothing", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_gaps(void)
{
	char *p = map_at(free_range(8), 8, RW);

	need(!munmap(p + 3 * PAGE, PAGE));
	is_errno(sys_mprotect(p, 8 * PAGE, PROT_READ), ENOMEM,
		 "a hole in the range is ENOMEM");
	layout_is(p, 8, "3r 1. 4rw", "what comes before the hole has changed",
		  "As on Linux, areas are changed one by one until the hole.");
	is_errno(sys_mprotect(p + 3 * PAGE, 2 * PAGE, PROT_READ), ENOMEM,
		 "a range that begins in a hole is ENOMEM");
	layout_is(p, 8, "3r 1. 4rw", "and changes nothing", "");
	is_errno(sys_mprotect(p + 7 * PAGE, 2 * PAGE, PROT_READ), ENOMEM,
		 "a range that ends past the area is ENOMEM");
	layout_is(p, 8, "3r 1. 3rw 1r", "the part inside has changed", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_errors(void)
{
	char *p = map_at(free_range(4), 4, RW);

	is_errno(sys_mprotect(p + 1, PAGE, PROT_READ), EINVAL,
		 "an unaligned address is EINVAL");
	is_errno(sys_mprotect(p, -PAGE, PROT_READ), ENOMEM,
		 "a length that wraps is ENOMEM");
	is_errno(sys_mprotect(p, -1UL, PROT_READ), ENOMEM,
		 "length 2^64-1 is ENOMEM");
	ok(!sys_mprotect(p, 0, PROT_NONE), "length 0 succeeds",
	   "Linux returns 0 before it looks at the areas.");
	is_errno(sys_mprotect(p, PAGE, 0x40), EINVAL,
		 "an unknown protection bit is EINVAL");
	is_errno(sys_mprotect(p, PAGE, PROT_READ | PROT_GROWSDOWN), EINVAL,
		 "PROT_GROWSDOWN on an ordinary area is EINVAL");
	is_errno(sys_mprotect(p, PAGE,
			      PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP),
		 EINVAL, "both growth flags together are EINVAL");
	is_errno(sys_mprotect((void *)0xffff888000000000, PAGE, PROT_READ),
		 ENOMEM, "a kernel address is ENOMEM");
	layout_is(p, 4, "4rw", "no refused call has changed anything", "");
	ok(!sys_mprotect(p, 1, PROT_READ), "the length is rounded up", "");
	layout_is(p, 4, "1r 3rw", "to one page here", "");
	need(!munmap(p, 4 * PAGE));
}

/* A read-only shared file mapping in the middle of the range. */
static void test_access_error(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT, 0600), ro;
	char *p = map_at(free_range(6), 6, PROT_READ);

	need(fd >= 0 && !ftruncate(fd, PAGE));
	ro = open(NAME, O_RDONLY);
	need(mmap(p + 2 * PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, ro,
		  0) == p + 2 * PAGE);
	is_errno(sys_mprotect(p, 6 * PAGE, RW), EACCES,
		 "a file that may not be written is EACCES");
	layout_is(p, 6, "2rw 1rs 3r", "the areas before it have changed",
		  "Linux changes area by area and stops at the first that "
		  "refuses.");
	unlink(NAME);
	need(!close(fd) && !close(ro) && !munmap(p, 6 * PAGE));
}

/* Entries that show the zero page must not become writable. */
static void test_zero_page(void)
{
	char *p = map_at(free_range(2), 2, PROT_READ), *q = anon_pages(2);

	touch_read(p);
	touch_read(q);
	need(!sys_mprotect(p, 2 * PAGE, RW));
	p[5] = 77;
	ok(p[5] == 77 && q[5] == 0 && anon_pages(1)[5] == 0,
	   "mprotect does not open the shared zero page for writing",
	   "The write bit may be set only on a page that this process owns "
	   "alone; all zero-filled memory would change otherwise.");
	need(!munmap(p, 2 * PAGE) && !munmap(q, 2 * PAGE));
}

static int child_of_protect(void *p)
{
	char *c = p;

	if (sys_mprotect(c, PAGE, PROT_READ) || sys_mprotect(c, PAGE, RW))
		return 1;
	c[0] = 'c';
	return 0;
}

/* A page shared with a child after fork must not become writable either. */
static void test_cow(void)
{
	char *p = anon_pages(1);

	p[0] = 'p';
	exits_with(run_child(child_of_protect, p), 0,
		   "a child may protect and unprotect an inherited page", "");
	ok(p[0] == 'p', "and its store stays its own",
	   "mprotect to PROT_WRITE must leave a page shared after fork "
	   "read-only, so that the store copies it.");
	need(!munmap(p, PAGE));
}

static void test_file(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p, c;

	need(fd >= 0 && !ftruncate(fd, PAGE) && pwrite(fd, "f", 1, 0) == 1);
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED && *p == 'f' && !sys_mprotect(p, PAGE, RW));
	*p = 'x';
	need(pread(fd, &c, 1, 0) == 1);
	ok(c == 'f', "a private file page made writable is still copied",
	   "mprotect must not set the write bit on a page-cache page.");
	need(!munmap(p, PAGE));
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED && *p == 'f' && !sys_mprotect(p, PAGE, RW));
	*p = 'y';
	need(pread(fd, &c, 1, 0) == 1);
	ok(c == 'y', "a shared one made writable reaches the file",
	   "A shared page is never copied.");
	unlink(NAME);
	need(!munmap(p, PAGE) && !close(fd));
}

int main(void)
{
	plan(41);
	test_faults();
	test_split_merge();
	test_gaps();
	test_errors();
	test_access_error();
	test_zero_page();
	test_cow();
	test_file();
	return done();
}
