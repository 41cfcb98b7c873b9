/* SPDX-License-Identifier: MIT */
/*
 * tests/user/munmap_split.c - munmap of any part of any number of areas.
 */
#include "fault.h"
#include "maps.h"

#define RW (PROT_READ | PROT_WRITE)

/* Ten pages, each filled with its number. */
static char *ten_pages(void)
{
	char *p = map_at(free_range(10), 10, RW);

	for (int i = 0; i < 10; i++)
		memset(p + i * PAGE, i + 1, PAGE);
	return p;
}

static int intact(char *p, int from, int to)
{
	for (int i = from; i < to; i++)
		if (!all_bytes(p + i * PAGE, i + 1, PAGE))
			return 0;
	return 1;
}

static void test_parts(void)
{
	char *p = ten_pages();

	need(!munmap(p, 2 * PAGE));
	layout_is(p, 10, "2. 8rw", "unmapping the head shortens the area",
		  "vm_start moves up.");
	need(!munmap(p + 9 * PAGE, PAGE));
	layout_is(p, 10, "2. 7rw 1.", "unmapping the tail shortens it",
		  "vm_end moves down.");
	need(!munmap(p + 4 * PAGE, 2 * PAGE));
	layout_is(p, 10, "2. 2rw 2. 3rw 1.", "unmapping the middle splits it",
		  "One area becomes two.");
	ok(intact(p, 2, 4) && intact(p, 6, 9), "what is left keeps its bytes",
	   "Only the pages of the range may be zapped.");
	is_fault(catch_fault(touch_read, p + 5 * PAGE + 9), SIGSEGV,
		 SEGV_MAPERR, p + 5 * PAGE + 9, "the hole is SEGV_MAPERR",
		 "If the read works, the page-table entry or the TLB entry "
		 "outlived the area.");
	is_fault(catch_fault(store_byte, p + 9 * PAGE), SIGSEGV, SEGV_MAPERR,
		 p + 9 * PAGE, "for stores too", "See above.");
	need(!munmap(p - PAGE, 12 * PAGE));
	layout_is(p, 10, "10.", "one call unmaps areas and holes together",
		  "munmap walks all areas that overlap the range.");
}

static void test_across(void)
{
	char *p = ten_pages();

	need(!sys_mprotect(p + 3 * PAGE, 2 * PAGE, PROT_READ));
	need(!munmap(p + 7 * PAGE, PAGE));
	layout_is(p, 10, "3rw 2r 2rw 1. 2rw", "four areas and a hole", "");
	need(!munmap(p + PAGE, 8 * PAGE));
	layout_is(p, 10, "1rw 8. 1rw", "a range that begins and ends in areas",
		  "The first and the last are cut, those between vanish.");
	ok(intact(p, 0, 1) && intact(p, 9, 10), "the ends keep their bytes",
	   "See above.");
	map_at(p + PAGE, 8, RW);
	ok(all_bytes(p + PAGE, 0, 8 * PAGE), "mapped again, it is zeros",
	   "An old page shows through: entries were not cleared, or the TLB "
	   "was not flushed.");
	layout_is(p, 10, "10rw", "and has filled the hole", "");
	need(!munmap(p, 10 * PAGE));
}

static void test_errors(void)
{
	char *p = ten_pages();

	is_errno(sys_munmap(p + 1, PAGE), EINVAL,
		 "an unaligned address is EINVAL");
	is_errno(sys_munmap(p, 0), EINVAL, "length 0 is EINVAL");
	is_errno(sys_munmap(p, -PAGE), EINVAL, "a length that wraps is EINVAL");
	is_errno(sys_munmap(p, -1UL), EINVAL,
		 "a length that rounds to 0 is EINVAL");
	is_errno(sys_munmap((void *)0x7fffffffe000, 0x10000), EINVAL,
		 "a range across the end of user space is EINVAL");
	is_errno(sys_munmap((void *)0xffff888000000000, PAGE), EINVAL,
		 "a kernel address is EINVAL");
	layout_is(p, 10, "10rw", "a refused call changes nothing",
		  "All checks come before the first change.");
	ok(!sys_munmap(p + 3 * PAGE, 100), "the length is rounded up",
	   "munmap takes whole pages.");
	layout_is(p, 10, "3rw 1. 6rw", "to one page here", "");
	ok(!munmap(p + 3 * PAGE, PAGE), "unmapping a hole succeeds",
	   "There is nothing wrong with nothing to do.");
	need(!munmap(p, 10 * PAGE));
	ok(!munmap(p, 10 * PAGE), "also where nothing was ever mapped", "");
}

/* Every way to cut three of five pages, checked against a simple model. */
static void test_model(void)
{
	int wrong = 0;

	for (int mask = 0; mask < 32; mask++) {
		char *p = map_at(free_range(5), 5, RW);

		for (int i = 0; i < 5; i++)
			p[i * PAGE] = (char)(i + 1);
		for (int i = 0; i < 5; i++)
			if (mask & 1 << i)
				need(!munmap(p + i * PAGE, PAGE));
		for (int i = 0; i < 5; i++) {
			int fault = read_fault(p + i * PAGE);

			if (mask & 1 << i)
				wrong += fault != SEGV_MAPERR;
			else
				wrong += fault || p[i * PAGE] != i + 1;
		}
		need(!munmap(p, 5 * PAGE));
	}
	is_num(wrong, 0, "all 32 ways to punch holes in five pages",
	       "A page is there that should not be, or the reverse.");
}

/* A hole between areas is found again by the search for free space. */
static void test_reuse(void)
{
	size_t len = 1 << 20;
	char *p = mmap(NULL, 3 * len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	need(p != MAP_FAILED && !munmap(p + len, len));
	ok(mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		   p + len,
	   "a hole made by munmap is used again",
	   "The highest gap that is large enough must be found: the tree's "
	   "gap information is stale.");
	need(!munmap(p, 3 * len));
}

/*
 * More areas of one page each than the kernel can remember pages to free: it has
 * to free some in between, whenever its list is full, even if that is just at
 * the end of an area.
 */
static void test_many_small_areas(void)
{
	long n = 11000;
	char *p = map_at(free_range(2 * n), 2 * n, RW);

	for (long i = 0; i < n; i++) {
		need(!sys_mprotect(p + 2 * i * PAGE, PAGE, PROT_READ));
		p[(2 * i + 1) * PAGE] = 1;
	}
	ok(!munmap(p, 2 * n * PAGE), "one call unmaps 22,000 areas",
	   "If the machine stops, the list of pages to free ran over.");
}

/* KiB of memory that has been promised to all programs. */
static long promised(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	long kib = -1;
	char line[128];

	need(f);
	while (fgets(line, sizeof(line), f))
		sscanf(line, "Committed_AS: %ld kB", &kib);
	fclose(f);
	return kib;
}

/* Some KiB more or less are those of a stream's buffer. */
static int about(long kib, long wanted)
{
	return labs(kib - wanted) < 256;
}

static void test_promises(void)
{
	const size_t size = 16 << 20;
	long before = promised();
	char *p = anon_pages(size / PAGE);

	ok(about(promised() - before, 16384),
	   "a private map is a promise of memory",
	   "Committed_AS: whoever may store into it has a claim.");
	need(!munmap(p + size / 4, size / 4));
	ok(about(promised() - before, 12288),
	   "what is unmapped of it is promised no more", "");
	need(!munmap(p, size));
	ok(about(promised(), before), "and nothing is in the end", "");
}

int main(void)
{
	plan(29);
	test_parts();
	test_across();
	test_errors();
	test_model();
	test_reuse();
	test_many_small_areas();
	test_promises();
	return done();
}
