/* SPDX-License-Identifier: MIT */
/*
 * tests/user/punch_hole.c - pages taken out of the middle of an object that is
 * mapped: every page of the hole goes from every mapping, and no other.
 */
#include "tap.h"
#include <fcntl.h>

#define NR 6UL

static int file;
static char *shared, *private;

static void punch(unsigned long first, unsigned long nr)
{
	need(!fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			first * PAGE, nr * PAGE));
}

/* Every page of the object has its number + 1 in every byte. */
static void fill(void)
{
	for (unsigned long i = 0; i < NR; i++)
		memset(shared + i * PAGE, i + 1, PAGE);
}

/* The page numbers + 1 that @p shows, 0 for zeros: "102056". */
static const char *seen(const char *p)
{
	static char out[2][NR + 1];
	static int which;
	char *text = out[which ^= 1];

	for (unsigned long i = 0; i < NR; i++)
		text[i] = all_bytes(p + i * PAGE, p[i * PAGE], PAGE)
				  ? '0' + p[i * PAGE]
				  : '?';
	text[NR] = '\0';
	return text;
}

static void test_hole(unsigned long first, unsigned long nr, const char *want,
		      const char *name)
{
	fill();
	is_str(seen(private), "123456", "before it, all is there", "");
	punch(first, nr);
	is_str(seen(shared), want, name,
	       "unmap_mapping_range() must reach the last page of the range, "
	       "and none behind it.");
	is_str(seen(private), want, "a private mapping shows the same", "");
}

static void test_copies(void)
{
	fill();
	private[2 * PAGE] = 3;
	memset(private + 3 * PAGE, 9, PAGE);
	punch(1, 4);
	is_str(seen(shared), "100006", "the object has a hole", "");
	is_str(seen(private), "103906", "private copies stay", "");
	punch(0, NR);
	is_str(seen(private), "003900", "whatever goes around them", "");
}

static void test_cache(void)
{
	punch(0, NR);
	shared[3 * PAGE] = 7;
	need(pwrite(file, "w", 1, 4 * PAGE) == 1);
	ok(shared[4 * PAGE] == 'w', "a write is seen through the mapping",
	   "After the hole, mapping and file must use the same new page.");
	need(pread(file, private, 1, 3 * PAGE) == 1);
	is_num(private[0], 7, "and a store by read", "");
}

int main(void)
{
	plan(14);
	file = syscall(SYS_memfd_create, "hole", 0);
	need(file >= 0 && !ftruncate(file, NR * PAGE));
	shared = mmap(NULL, NR * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file,
		      0);
	private = mmap(NULL, NR * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		       file, 0);
	need(shared != MAP_FAILED && private != MAP_FAILED);
	test_hole(2, 1, "120456", "a hole of one page");
	test_hole(1, 3, "100056", "a hole of three");
	test_hole(4, 2, "123400", "a hole at the end");
	test_copies();
	test_cache();
	return done();
}
