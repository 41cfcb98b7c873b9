/* SPDX-License-Identifier: MIT */
/*
 * tests/user/mremap.c - growing, shrinking and moving mappings.
 */
#include "fault.h"
#include "maps.h"

#define RW   (PROT_READ | PROT_WRITE)
#define NAME "/tmp/mremap.tmp"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define MOVE  (MREMAP_MAYMOVE)
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)

/* @nr pages at @p, page i filled with i + 1. */
static char *filled(char *p, int nr)
{
	map_at(p, nr, RW);
	for (int i = 0; i < nr; i++)
		memset(p + i * PAGE, i + 1, PAGE);
	return p;
}

static int has_pages(char *p, int from, int to)
{
	for (int i = from; i < to; i++)
		if (!all_bytes(p + (i - from) * PAGE, i + 1, PAGE))
			return 0;
	return 1;
}

static void *remap(void *p, int old, int new, int flags, void *to)
{
	return sys_mremap(p, old * PAGE, new *PAGE, flags, to);
}

static void test_in_place(void)
{
	char *p = filled(free_range(8), 4);

	ok(remap(p, 4, 6, 0, NULL) == p, "grows in place into free space",
	   "The pages after the area are free, so nothing need move.");
	layout_is(p, 8, "6rw 2.", "by just that much", "");
	ok(has_pages(p, 0, 4) && all_bytes(p + 4 * PAGE, 0, 2 * PAGE),
	   "old pages keep their bytes, new ones are zeros", "");
	ok(remap(p, 6, 3, 0, NULL) == p, "shrinks in place", "");
	layout_is(p, 8, "3rw 5.", "and unmaps the tail", "");
	is_num(read_fault(p + 3 * PAGE), SEGV_MAPERR, "which then faults", "");
	ok(remap(p, 3, 3, 0, NULL) == p, "the same size changes nothing", "");
	need(remap(p, 3, 5, 0, NULL) == p);
	ok(has_pages(p, 0, 3) && all_bytes(p + 3 * PAGE, 0, 2 * PAGE),
	   "grown again, the tail is zeros",
	   "Pages cut off must be freed, not remembered.");
	map_at(p + 5 * PAGE, 1, PROT_READ);
	is_errno(remap(p, 5, 6, 0, NULL), ENOMEM,
		 "no room to grow, and not allowed to move: ENOMEM");
	layout_is(p, 8, "5rw 1r 2.", "nothing has changed", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_may_move(void)
{
	char *p = filled(free_range(5), 4), *q;
	long before;

	map_at(p + 4 * PAGE, 1, PROT_NONE);
	q = remap(p, 4, 16, MOVE, NULL);
	ok(q != MAP_FAILED && q != p, "MAYMOVE moves when there is no room",
	   "");
	need(q != MAP_FAILED);
	before = minor_faults();
	ok(has_pages(q, 0, 4), "the bytes move along",
	   "move_page_tables() moves the entries; the frames stay.");
	is_num(minor_faults() - before, 0, "without a fault at the new place",
	       "If there are faults, the pages were dropped and read again, or "
	       "copied.");
	ok(all_bytes(q + 4 * PAGE, 0, 12 * PAGE), "the rest is zeros", "");
	is_num(read_fault(p), SEGV_MAPERR, "the old place is unmapped",
	       "A stale TLB entry must not outlive the move.");
	layout_is(p, 5, "4. 1-", "and only it", "");
	need(!munmap(q, 16 * PAGE) && !munmap(p, 5 * PAGE));
}

static void test_fixed(void)
{
	char *p = free_range(20), *to = p + 10 * PAGE;

	filled(p, 6);
	map_at(to - PAGE, 6, PROT_READ);
	ok(remap(p + 2 * PAGE, 2, 3, FIXED, to) == to,
	   "FIXED moves a part of an area to a chosen place", "");
	layout_is(p, 20, "2rw 2. 2rw 3. 1r 3rw 2r 5.",
		  "the source is split, the target replaced",
		  "What was mapped at the target is unmapped first.");
	ok(has_pages(to, 2, 4) && all_bytes(to + 2 * PAGE, 0, PAGE),
	   "with its bytes, and zeros after them", "");
	ok(has_pages(p, 0, 2) && has_pages(p + 4 * PAGE, 4, 6),
	   "the other parts are as before", "");
	to = p + 16 * PAGE;
	ok(remap(p, 2, 1, FIXED, to) == to && has_pages(to, 0, 1),
	   "FIXED can shrink while it moves", "");
	is_num(read_fault(p + PAGE), SEGV_MAPERR, "the cut page is gone too",
	       "");
	need(!munmap(p - PAGE, 22 * PAGE));
}

static void test_dont_unmap(void)
{
	char *p = filled(free_range(4), 4), *q;

	q = remap(p, 4, 4, MOVE | MREMAP_DONTUNMAP, NULL);
	ok(q != MAP_FAILED && q != p, "DONTUNMAP maps the pages elsewhere", "");
	need(q != MAP_FAILED);
	ok(has_pages(q, 0, 4), "with their bytes", "");
	layout_is(p, 4, "4rw", "the old area stays mapped",
		  "Unlike a plain move.");
	ok(all_bytes(p, 0, 4 * PAGE), "and is empty: zeros",
	   "Its page-table entries have moved away, so it faults afresh.");
	p[0] = 99;
	ok(q[0] == 1, "the two share nothing", "");
	need(!munmap(q, 4 * PAGE));
	q = free_range(4);
	ok(remap(p, 4, 4, FIXED | MREMAP_DONTUNMAP, q) == q && q[0] == 99 &&
		   p[0] == 0,
	   "DONTUNMAP works with FIXED", "");
	need(!munmap(q, 4 * PAGE) && !munmap(p, 4 * PAGE));
}

static void test_errors(void)
{
	char *p = filled(free_range(12), 6);

	need(!munmap(p + 3 * PAGE, PAGE));
	is_errno(sys_mremap(p + 1, PAGE, PAGE, 0, NULL), EINVAL,
		 "an unaligned address is EINVAL");
	is_errno(remap(p, 1, 1, 8, NULL), EINVAL, "an unknown flag is EINVAL");
	is_errno(remap(p, 1, 1, MREMAP_FIXED, p + 8 * PAGE), EINVAL,
		 "FIXED without MAYMOVE is EINVAL");
	is_errno(remap(p, 1, 1, MREMAP_DONTUNMAP, NULL), EINVAL,
		 "DONTUNMAP without MAYMOVE is EINVAL");
	is_errno(remap(p, 1, 2, MOVE | MREMAP_DONTUNMAP, NULL), EINVAL,
		 "DONTUNMAP with a change of size is EINVAL");
	is_errno(remap(p, 1, 0, MOVE, NULL), EINVAL, "new length 0 is EINVAL");
	is_errno(remap(p, 1, 1, FIXED, p + 8 * PAGE + 1), EINVAL,
		 "an unaligned target is EINVAL");
	is_errno(remap(p, 2, 2, FIXED, p + PAGE), EINVAL,
		 "a target that overlaps the source is EINVAL");
	is_errno(remap(p + PAGE, 2, 2, FIXED, p), EINVAL, "from either side");
	is_errno(sys_mremap(p, PAGE, PAGE, FIXED, (void *)0x7ffffffff000),
		 EINVAL, "a target past the end of user space is EINVAL");
	is_errno(sys_mremap(p, PAGE, 1UL << 47, FIXED, p + 8 * PAGE), EINVAL,
		 "a new length of all user space at a fixed place is EINVAL");
	is_errno(sys_mremap(p, PAGE, 1UL << 47, MOVE, NULL), ENOMEM,
		 "elsewhere it is ENOMEM");
	is_errno(remap(p + 8 * PAGE, 1, 2, MOVE, NULL), EFAULT,
		 "nothing mapped at the address is EFAULT");
	is_errno(remap(p + 2 * PAGE, 2, 3, MOVE, NULL), EFAULT,
		 "an old range that runs into a hole is EFAULT");
	is_errno(remap(p, 0, 1, MOVE, NULL), EINVAL,
		 "old length 0 of private memory is EINVAL");
	layout_is(p, 12, "3rw 1. 2rw 6.", "no refused call changed anything",
		  "");
	ok(has_pages(p, 0, 3) && has_pages(p + 4 * PAGE, 4, 6), "nor any byte",
	   "");
	need(!munmap(p, 12 * PAGE));
}

/* Shrinking is unmapping the tail, and that may cross areas and holes. */
static void test_shrink_across(void)
{
	char *p = filled(free_range(8), 8);

	need(!mprotect(p + 4 * PAGE, PAGE, PROT_READ));
	need(!munmap(p + 6 * PAGE, PAGE));
	ok(remap(p, 8, 2, 0, NULL) == p, "shrinking may cross other areas", "");
	layout_is(p, 8, "2rw 6.", "all of the tail is unmapped", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_shared(void)
{
	char *p = shared_pages(4), *q;

	p[PAGE] = 's';
	q = sys_mremap(p, 0, 4 * PAGE, MOVE, NULL);
	ok(q != MAP_FAILED && q != p,
	   "old length 0 of shared memory maps it "
	   "a second time",
	   "A curious old rule, but programs use it.");
	need(q != MAP_FAILED);
	ok(q[PAGE] == 's', "both show the same page", "");
	q[0] = 't';
	ok(p[0] == 't', "in both directions", "");
	need(!munmap(p, 4 * PAGE));
	ok(q[0] == 't' && q[PAGE] == 's', "and one outlives the other", "");
	need(!munmap(q, 4 * PAGE));
}

static void test_file(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p = free_range(16), *q = p + 8 * PAGE, byte;
	struct map m;

	need(fd >= 0);
	for (int i = 0; i < 8; i++)
		need(pwrite(fd, &"abcdefgh"[i], 1, i * PAGE) == 1);
	need(mmap(p, 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, PAGE) == p);
	p[0] = 'X';
	ok(remap(p, 4, 6, FIXED, q) == q, "a private file mapping moves", "");
	ok(q[0] == 'X' && q[PAGE] == 'c' && q[5 * PAGE] == 'g',
	   "its copy, its clean pages and its new pages are right",
	   "The offset stays with the pages: vm_pgoff is not recomputed.");
	need(maps_find(q, &m));
	is_num(m.offset, PAGE, "its offset is unchanged", "");
	need(pread(fd, &byte, 1, PAGE) == 1);
	ok(byte == 'b', "the file was not written", "");
	ok(remap(q + 2 * PAGE, 1, 1, FIXED, p) == p && *p == 'd',
	   "a page from its middle keeps its offset",
	   "Splitting adds to vm_pgoff.");
	unlink(NAME);
	need(!munmap(p, 16 * PAGE) && !close(fd));
}

/* Pages still shared with a child must stay copy-on-write when moved. */
static int child_looks(void *arg)
{
	char *p = arg, *q = p + 4 * PAGE;

	if (remap(p, 2, 2, FIXED, q) != q)
		return 1;
	if (q[0] != 1 || q[PAGE] != 2)
		return 2;
	q[0] = 55;
	return 0;
}

static void test_cow(void)
{
	char *p = filled(free_range(8), 2);

	exits_with(run_child(child_looks, p), 0,
		   "a child can move memory it shares with its parent", "");
	ok(p[0] == 1 && p[PAGE] == 2, "a store after the move is its own",
	   "The moved entry must stay read-only, to be copied at the store.");
	need(!munmap(p, 8 * PAGE));
}

int main(void)
{
	plan(58);
	test_in_place();
	test_may_move();
	test_fixed();
	test_dont_unmap();
	test_errors();
	test_shrink_across();
	test_shared();
	test_file();
	test_cow();
	return done();
}
