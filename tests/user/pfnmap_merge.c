/* SPDX-License-Identifier: MIT */
/*
 * tests/user/pfnmap_merge.c - areas of raw frames are split where they must be,
 * and never merged again: the offset of each says which frames are its own.
 *
 * The frames are the PC's firmware, which everybody may look at.
 */
#include "maps.h"
#include <fcntl.h>

#define FIRMWARE 0xf0000UL
#define NR       4UL

static int mem;
static char truth[NR * PAGE]; /* what read(2) says */

static char *map_at_page(char *at, unsigned long page, unsigned long nr,
			 int prot, int flags)
{
	char *p = mmap(at, nr * PAGE, prot, flags | (at ? MAP_FIXED : 0), mem,
		       FIRMWARE + page * PAGE);

	need(p != MAP_FAILED);
	return p;
}

/* Do @nr pages at @p show the firmware from page @first on? */
static int shows(const char *p, unsigned long first, unsigned long nr)
{
	return !memcmp(p, truth + first * PAGE, nr * PAGE);
}

static void test_neighbours(int flags, const char *name)
{
	char *p = free_range(NR);

	map_at_page(p, 0, 2, PROT_READ, flags);
	map_at_page(p + 2 * PAGE, 2, 2, PROT_READ, flags);
	is_num(maps_lines(p, NR * PAGE), 2, name,
	       "VM_SPECIAL areas do not merge, though their frames follow "
	       "each other.");
	ok(shows(p, 0, NR), "and show the right frames", "");
	munmap(p, NR * PAGE);
}

static void test_protect(int flags, const char *name)
{
	char *p = map_at_page(NULL, 0, NR, PROT_READ, flags);

	need(!mprotect(p + PAGE, PAGE, PROT_NONE));
	is_num(maps_lines(p, NR * PAGE), 3, "mprotect splits", "");
	need(!mprotect(p + PAGE, PAGE, PROT_READ));
	is_num(maps_lines(p, NR * PAGE), 3, name,
	       "Given back its rights, the middle stays an area of its own.");
	ok(shows(p, 0, NR), "and each part shows its own frames",
	   "A split must advance vm_pgoff of the upper part.");
	need(!munmap(p + PAGE, PAGE));
	ok(shows(p, 0, 1) && shows(p + 2 * PAGE, 2, 2),
	   "so they do when the middle is gone", "");
	munmap(p, NR * PAGE);
}

static void test_move(int flags)
{
	char *p = map_at_page(NULL, 0, NR, PROT_READ, flags);
	char *to = free_range(2);

	is_errno(
		sys_mremap(p, NR * PAGE, (NR + 1) * PAGE, MREMAP_MAYMOVE, NULL),
		EFAULT, "it does not grow");
	ok(sys_mremap(p + PAGE, 2 * PAGE, 2 * PAGE,
		      MREMAP_MAYMOVE | MREMAP_FIXED, to) == to &&
		   shows(to, 1, 2),
	   "a part that moves takes its frames along", "");
	ok(shows(p, 0, 1) && shows(p + 3 * PAGE, 3, 1),
	   "and leaves the others theirs", "");
	munmap(p, NR * PAGE);
	munmap(to, 2 * PAGE);
}

int main(void)
{
	plan(18);
	mem = open("/dev/mem", O_RDONLY);
	need(mem >= 0);
	need(pread(mem, truth, sizeof(truth), FIRMWARE) == sizeof(truth));
	test_neighbours(MAP_SHARED, "shared neighbours stay two");
	test_neighbours(MAP_PRIVATE, "private neighbours stay two");
	test_protect(MAP_SHARED, "a shared area is not merged back");
	test_protect(MAP_PRIVATE, "nor is a private one");
	test_move(MAP_SHARED);
	test_move(MAP_PRIVATE);
	return done();
}
