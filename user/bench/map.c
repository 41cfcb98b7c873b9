/* SPDX-License-Identifier: MIT */
/*
 * user/bench/map.c - mmap, munmap, mprotect, mremap and brk.
 */
#include "bench.h"
#include <sys/syscall.h>

static double map_unmap(long len)
{
	return MIN_TIME(10, 100,
			for (int i = 0; i < 100; i++)
				munmap(map_anon(len, 0), len));
}

/* The same with every page touched. */
static double map_touch_unmap(long len)
{
	return MIN_TIME(
		10, 10, for (int i = 0; i < 10; i++) {
			char *p = map_anon(len, 0);

			touch(p, len);
			munmap(p, len);
		});
}

static double unmap_touched(long unused)
{
	double best = 1e30;

	for (int i = 0; i < 20; i++) {
		char *p = map_anon(MIB, 0);
		uint64_t t;

		touch(p, MIB);
		t = now();
		munmap(p, MIB);
		keep_smallest(&best, now() - t);
	}
	return best;
}

/* Memory with a hole on both sides, so that nothing merges with it. */
static char *lone_area(size_t len)
{
	char *p = map_anon(len + 2 * PAGE, 0);

	munmap(p, PAGE);
	munmap(p + len + PAGE, PAGE);
	touch(p + PAGE, len);
	return p + PAGE;
}

/* A whole area read-only and back: nothing is split. */
static double protect_whole(long pages)
{
	char *p = lone_area(pages * PAGE);
	double cost = MIN_TIME(
		10, 20, for (int i = 0; i < 20; i++) {
			mprotect(p, pages * PAGE, PROT_READ);
			mprotect(p, pages * PAGE, RW);
		});

	munmap(p, pages * PAGE);
	return cost;
}

/* One page in the middle: split in three, and merged again. */
static double protect_split(long unused)
{
	char *p = lone_area(8 * PAGE);
	double cost = MIN_TIME(
		10, 20, for (int i = 0; i < 20; i++) {
			mprotect(p + 4 * PAGE, PAGE, PROT_READ);
			mprotect(p + 4 * PAGE, PAGE, RW);
		});

	munmap(p, 8 * PAGE);
	return cost;
}

/* The pair on one page, and a store to it. */
static double protect_store(long unused)
{
	char *p = lone_area(PAGE);
	double cost = MIN_TIME(
		10, 20, for (int i = 0; i < 20; i++) {
			mprotect(p, PAGE, PROT_READ);
			mprotect(p, PAGE, RW);
			*(volatile char *)p = 1;
		});

	munmap(p, PAGE);
	return cost;
}

/* From 1 page to 16 in four steps, where it must move once at least. */
static double remap_grow(long unused)
{
	return MIN_TIME(20, 1, {
		char *p = map_anon(PAGE, 0);

		*(volatile char *)p = 1;
		for (size_t len = PAGE; len < 16 * PAGE; len *= 2) {
			p = mremap(p, len, 2 * len, MREMAP_MAYMOVE);
			if (p == MAP_FAILED)
				die("mremap");
		}
		munmap(p, 16 * PAGE);
	});
}

/* Grow the heap by @pages, touch them if there are several, and shrink it. */
static double brk_pair(long pages)
{
	long start = (syscall(SYS_brk, 0) + PAGE - 1) & -PAGE;
	long end = start + pages * PAGE;

	return MIN_TIME(
		10, 20, for (int i = 0; i < 20; i++) {
			if (syscall(SYS_brk, end) != end)
				die("brk");
			if (pages > 1)
				touch((char *)start, pages * PAGE);
			syscall(SYS_brk, start);
		});
}

const struct row rows_map[] = {
	{ "mmap_munmap_4k", "per pair", map_unmap, PAGE, 0 },
	{ "mmap_munmap_1m", "per pair", map_unmap, MIB, 0 },
	{ "mmap_touch1_munmap", "per cycle", map_touch_unmap, PAGE, 0 },
	{ "mmap_touch_munmap_1m", "per cycle", map_touch_unmap, MIB, 0 },
	{ "munmap_touched_1m", "per call", unmap_touched, 0, 0 },
	{ "mprotect_toggle_1p", "per pair(8pg,nosplit)", protect_whole, 8, 0 },
	{ "mprotect_split_merge", "per pair", protect_split, 0, 0 },
	{ "mprotect_1m", "per pair(256pg)", protect_whole, 256, 0 },
	{ "mprotect_fault", "per pair+wrfault", protect_store, 0, 0 },
	{ "mremap_grow", "per cycle", remap_grow, 0, 0 },
	{ "brk_grow_shrink", "per pair", brk_pair, 1, 0 },
	{ "brk_touch_shrink", "per cycle(16pg)", brk_pair, 16, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
