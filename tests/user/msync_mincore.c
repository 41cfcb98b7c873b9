/* SPDX-License-Identifier: MIT */
/*
 * tests/user/msync_mincore.c - the two calls that ask after a range without
 * changing it: their arguments, holes, and what mincore() can see.
 */
#include "tap.h"
#include <fcntl.h>

static long sys_msync(void *p, unsigned long len, int flags)
{
	return syscall(SYS_msync, p, len, flags);
}

static long sys_mincore(void *p, unsigned long len, void *vec)
{
	return syscall(SYS_mincore, p, len, vec);
}

/* What mincore() says of @nr pages, as a string of 0 and 1. */
static char *pages(void *p, unsigned long nr)
{
	static char text[65];
	unsigned char vec[64];

	need(nr < sizeof(text));
	need(!sys_mincore(p, nr * PAGE, vec));
	for (unsigned long i = 0; i < nr; i++)
		text[i] = vec[i] == 0 ? '0' : vec[i] == 1 ? '1' : '?';
	text[nr] = '\0';
	return text;
}

static void test_msync(void)
{
	char *p = anon_pages(6);

	need(!munmap(p + 2 * PAGE, PAGE) && !munmap(p + 5 * PAGE, PAGE));
	is_num(sys_msync(p, 2 * PAGE, MS_SYNC), 0, "msync of private memory",
	       "");
	is_num(sys_msync(p, 2 * PAGE, 0), 0, "without a flag", "");
	is_errno(sys_msync(p + 1, PAGE, MS_SYNC), EINVAL, "a crooked address");
	is_errno(sys_msync(p, PAGE, 8), EINVAL, "an unknown flag");
	is_errno(sys_msync(p, PAGE, MS_SYNC | MS_ASYNC), EINVAL,
		 "MS_SYNC and MS_ASYNC exclude each other");
	is_errno(sys_msync(p, -PAGE, MS_SYNC), ENOMEM, "a range that wraps");
	is_num(sys_msync(p + 2 * PAGE, 0, MS_SYNC), 0, "nothing, in a hole",
	       "");
	is_errno(sys_msync(p, 4 * PAGE, MS_SYNC), ENOMEM, "across a hole");
	is_errno(sys_msync(p, 4 * PAGE, MS_ASYNC), ENOMEM,
		 "across a hole, MS_ASYNC");
	is_errno(sys_msync(p + 2 * PAGE, PAGE, MS_SYNC), ENOMEM, "in a hole");
	is_errno(sys_msync(p + 4 * PAGE, 2 * PAGE, MS_SYNC), ENOMEM,
		 "beyond the last area");
	need(!mlock(p + 3 * PAGE, PAGE));
	is_errno(sys_msync(p + 3 * PAGE, PAGE, MS_INVALIDATE), EBUSY,
		 "MS_INVALIDATE of locked memory");
	is_errno(sys_msync(p, 4 * PAGE, MS_INVALIDATE), EBUSY,
		 "also behind a hole");
	munmap(p, 6 * PAGE);
}

static void test_mincore_arguments(void)
{
	char *p = anon_pages(4);
	unsigned char vec[8];

	need(!munmap(p + 2 * PAGE, PAGE));
	is_errno(sys_mincore(p + 1, PAGE, vec), EINVAL, "a crooked address");
	is_errno(sys_mincore(p, 2 * PAGE, NULL), EFAULT, "nowhere to answer");
	is_errno(sys_mincore(p, 2 * PAGE, p + 2 * PAGE), EFAULT,
		 "an answer into a hole");
	is_errno(sys_mincore(p, -PAGE, vec), ENOMEM, "a range that wraps");
	is_errno(sys_mincore(p, 1UL << 60, vec), ENOMEM,
		 "a range beyond user space");
	is_num(sys_mincore(p, 0, NULL), 0, "nothing to ask", "");
	memset(vec, 7, sizeof(vec));
	is_num(sys_mincore(p, PAGE + 1, vec), 0, "a length is rounded up", "");
	ok(vec[1] == 0 && vec[2] == 7, "and not a byte more is written", "");
	is_errno(sys_mincore(p, 4 * PAGE, vec), ENOMEM, "a hole");
	munmap(p, 4 * PAGE);
}

static void test_anonymous(void)
{
	char *p = anon_pages(4);
	char *none = p + 3 * PAGE;

	p[0] = 1;
	(void)*(volatile char *)(p + 2 * PAGE);
	is_str(pages(p, 4), "1010", "what has been touched is in memory",
	       "The zero page counts: an entry is there.");
	need(!mprotect(p, 4 * PAGE, PROT_NONE));
	is_str(pages(none, 1), "0", "untouched memory without access", "");
	is_str(pages(p, 1), "1", "and touched", "");
	need(!mprotect(p, 4 * PAGE, PROT_READ));
	need(!madvise(p, PAGE, MADV_DONTNEED));
	is_str(pages(p, 4), "0010", "MADV_DONTNEED takes away", "");
	munmap(p, 4 * PAGE);
}

/* More than fits into one buffer of the kernel: 4096 pages. */
static void test_many(void)
{
	static unsigned char vec[5000];
	char *p = mmap(NULL, 5000 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int sum = 0;

	need(p != MAP_FAILED);
	p[4095 * PAGE] = p[4096 * PAGE] = p[4999 * PAGE] = 1;
	need(!sys_mincore(p, 5000 * PAGE, vec));
	for (int i = 0; i < 5000; i++)
		sum += vec[i];
	ok(sum == 3 && vec[4095] && vec[4096] && vec[4999],
	   "a long range is answered in pieces, each in its place", "");
	munmap(p, 5000 * PAGE);
}

/* For a file it is the page cache that answers. */
static void test_file(void)
{
	int fd = open("/tmp/mincore", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p, byte = 'x';

	need(fd >= 0 && !ftruncate(fd, 4 * PAGE));
	need(pwrite(fd, &byte, 1, 2 * PAGE) == 1);
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED);
	is_str(pages(p, 4), "0010", "a page that write() brought in",
	       "mincore() asks the cache where no entry is.");
	p[0] = 'y';
	is_str(pages(p, 4), "1010", "and one that a store did", "");
	is_num(sys_msync(p, 4 * PAGE, MS_SYNC), 0, "msync of a shared file",
	       "");
	need(!munmap(p, 4 * PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
	need(p != MAP_FAILED);
	is_str(pages(p, 2), "10", "through another window", "");
	munmap(p, 2 * PAGE);
	close(fd);
	unlink("/tmp/mincore");
}

/* Whoever could not write the file learns nothing of others' reading it. */
static int stranger(void *unused)
{
	int fd = open("/tmp/mincore2", O_RDONLY);
	char *p;

	need(fd >= 0 && !setuid(1000));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED);
	return strcmp(pages(p, 2), "11") != 0;
}

static void test_stranger(void)
{
	int fd = open("/tmp/mincore2", O_RDWR | O_CREAT | O_TRUNC, 0644);

	need(fd >= 0 && !ftruncate(fd, 2 * PAGE));
	exits_with(run_child(stranger, NULL), 0,
		   "a stranger is told that all is in memory",
		   "CVE-2019-5489: the cache would tell what others read.");
	close(fd);
	unlink("/tmp/mincore2");
}

int main(void)
{
	plan(32);
	test_msync();
	test_mincore_arguments();
	test_anonymous();
	test_many();
	test_file();
	test_stranger();
	return done();
}
