/* SPDX-License-Identifier: MIT */
/*
 * tests/user/madvise.c - MADV_DONTNEED, MADV_DONTFORK and MADV_DOFORK.
 */
#include "fault.h"
#include "maps.h"

#define RW   (PROT_READ | PROT_WRITE)
#define NAME "/tmp/madvise.tmp"

static void test_dontneed(void)
{
	char *p = map_at(free_range(8), 8, RW);
	long before;
	int i;

	memset(p, 5, 8 * PAGE);
	need(!madvise(p + 2 * PAGE, 4 * PAGE, MADV_DONTNEED));
	ok(all_bytes(p + 2 * PAGE, 0, 4 * PAGE),
	   "DONTNEED of private memory: zeros afterwards",
	   "The pages must be dropped at once, and their TLB entries flushed.");
	ok(all_bytes(p, 5, 2 * PAGE) && all_bytes(p + 6 * PAGE, 5, 2 * PAGE),
	   "the pages around keep their bytes", "");
	layout_is(p, 8, "8rw", "the area is not split",
		  "DONTNEED changes pages, not areas.");
	need(!madvise(p, 8 * PAGE, MADV_DONTNEED));
	before = minor_faults();
	for (i = 0; i < 8; i++)
		p[i * PAGE] = 1;
	is_num(minor_faults() - before, 8, "each page faults again once", "");
	need(!madvise(p, 8 * PAGE, MADV_DONTNEED));
	ok(!madvise(p, 8 * PAGE, MADV_DONTNEED), "twice does no harm", "");
	need(!mprotect(p, PAGE, PROT_NONE));
	ok(!madvise(p, 8 * PAGE, MADV_DONTNEED),
	   "PROT_NONE memory can be dropped too", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_dontneed_file(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p, *s;

	need(fd >= 0 && !ftruncate(fd, 2 * PAGE) && pwrite(fd, "f", 1, 0) == 1);
	p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	s = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED && s != MAP_FAILED);
	p[0] = 'P';
	s[1] = 'S';
	ok(p[1] == 0, "the private copy does not follow the file", "");
	need(!madvise(p, 2 * PAGE, MADV_DONTNEED));
	ok(p[0] == 'f' && p[1] == 'S',
	   "DONTNEED of a private file page: the file shows again",
	   "The copy is dropped; the next fault reads the page cache.");
	need(!madvise(s, 2 * PAGE, MADV_DONTNEED));
	ok(s[0] == 'f' && s[1] == 'S', "a shared page loses nothing",
	   "Only the entry goes; the page stays in the page cache.");
	unlink(NAME);
	need(!munmap(p, 2 * PAGE) && !munmap(s, 2 * PAGE) && !close(fd));
	s = shared_pages(1);
	s[0] = 'k';
	need(!madvise(s, PAGE, MADV_DONTNEED));
	ok(s[0] == 'k', "nor does shared anonymous memory", "");
	need(!munmap(s, PAGE));
}

static int child_reads(void *p)
{
	return *(volatile char *)p;
}

static int child_maps(void *p)
{
	return strcmp(layout(p, 6), "2rw 2. 2rw") != 0;
}

static void test_dontfork(void)
{
	char *p = map_at(free_range(6), 6, RW);

	memset(p, 6, 6 * PAGE);
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_DONTFORK));
	exits_with(run_child(child_reads, p), 6,
		   "pages beside a DONTFORK range reach the child", "");
	dies_by(run_child(child_reads, p + 2 * PAGE), SIGSEGV,
		"a DONTFORK page does not",
		"fork must leave out areas with VM_DONTCOPY.");
	exits_with(run_child(child_maps, p), 0,
		   "the child's maps have a hole there", "");
	ok(all_bytes(p, 6, 6 * PAGE), "the parent keeps everything", "");
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_DOFORK));
	exits_with(run_child(child_reads, p + 2 * PAGE), 6,
		   "after DOFORK the child has it", "");
	need(!munmap(p, 6 * PAGE));
}

static void test_errors(void)
{
	char *p = map_at(free_range(8), 8, RW);

	memset(p, 8, 8 * PAGE);
	is_errno(madvise(p, PAGE, 9999), EINVAL, "unknown advice is EINVAL");
	is_errno(madvise(p, PAGE, -1), EINVAL, "negative advice too");
	is_errno(madvise(p + 1, PAGE, MADV_DONTNEED), EINVAL,
		 "an unaligned address is EINVAL");
	is_errno(madvise(p, -1UL, MADV_DONTNEED), EINVAL,
		 "a length that rounds to 0 is EINVAL");
	is_errno(madvise(p, -PAGE, MADV_DONTNEED), EINVAL,
		 "a range that wraps is EINVAL");
	ok(!madvise(p, 0, MADV_DONTNEED), "length 0 succeeds", "");
	ok(all_bytes(p, 8, 8 * PAGE), "none of these dropped a page", "");
	need(!munmap(p + 3 * PAGE, PAGE));
	is_errno(madvise(p, 8 * PAGE, MADV_DONTNEED), ENOMEM,
		 "a hole in the range is ENOMEM");
	ok(all_bytes(p, 0, 3 * PAGE) && all_bytes(p + 4 * PAGE, 0, 4 * PAGE),
	   "but the advice is applied before and after it",
	   "madvise goes on past holes, and reports them at the end.");
	is_errno(madvise(p + 3 * PAGE, PAGE, MADV_DONTNEED), ENOMEM,
		 "a hole alone is ENOMEM");
	p[0] = 3;
	ok(!madvise(p, 100, MADV_DONTNEED) && p[0] == 0,
	   "the length is rounded up", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_hints(void)
{
	char *p = map_at(free_range(6), 6, RW);

	memset(p, 2, 6 * PAGE);
	ok(!madvise(p, 6 * PAGE, MADV_NORMAL), "MADV_NORMAL is accepted", "");
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_SEQUENTIAL));
	layout_is(p, 6, "2rw 2rw 2rw", "MADV_SEQUENTIAL marks a part",
		  "VM_SEQ_READ differs, so the area is split.");
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_RANDOM));
	layout_is(p, 6, "2rw 2rw 2rw", "MADV_RANDOM too", "");
	need(!madvise(p, 6 * PAGE, MADV_NORMAL));
	layout_is(p, 6, "6rw", "MADV_NORMAL undoes it", "");
	ok(all_bytes(p, 2, 6 * PAGE), "and no byte has changed", "");
	need(!munmap(p, 6 * PAGE));
}

int main(void)
{
	plan(31);
	test_dontneed();
	test_dontneed_file();
	test_dontfork();
	test_errors();
	test_hints();
	return done();
}
