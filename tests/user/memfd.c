/* SPDX-License-Identifier: MIT */
/*
 * tests/user/memfd.c - memfd_create(), seals, fallocate(), and maps of a file
 * that shrinks.
 */
#include "fault.h"
#include "maps.h"
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define RW       (PROT_READ | PROT_WRITE)
#define SEALABLE 2u

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10
#endif
#define PUNCH 3 /* FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */
#define KEEP  1

static int memfd(const char *name, unsigned int flags)
{
	return syscall(SYS_memfd_create, name, flags);
}

static int sized(unsigned long pages)
{
	int fd = memfd("t", SEALABLE);

	need(fd >= 0 && !ftruncate(fd, pages * PAGE));
	return fd;
}

static char *map(int fd, unsigned long pages, int prot, int flags)
{
	char *p = mmap(NULL, pages * PAGE, prot, flags, fd, 0);

	need(p != MAP_FAILED);
	return p;
}

static long blocks(int fd)
{
	struct stat st;

	need(!fstat(fd, &st));
	return st.st_blocks / 8;
}

static long size_of(int fd)
{
	struct stat st;

	need(!fstat(fd, &st));
	return st.st_size;
}

static void test_create(void)
{
	char name[260], link[64];
	struct map m;
	struct stat st;
	int fd = memfd("na me", 1);
	char *p;

	ok(fd >= 0, "memfd_create", "");
	is_num(fcntl(fd, F_GETFD), FD_CLOEXEC, "MFD_CLOEXEC", "");
	is_num(fcntl(fd, F_GETFL), O_RDWR | 0100000, "read and write", "");
	need(!fstat(fd, &st));
	is_num(st.st_mode, S_IFREG | 0777, "a regular file, 0777", "");
	is_num(st.st_nlink, 0, "without a name", "");
	is_num(st.st_size, 0, "empty", "");
	need(!ftruncate(fd, PAGE));
	p = map(fd, 1, RW, MAP_SHARED);
	need(maps_find(p, &m));
	is_str(m.name, "/memfd:na me (deleted)", "its line in maps", "");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	memset(name, 0, sizeof(name));
	need(readlink(link, name, sizeof(name) - 1) > 0);
	is_str(name, "/memfd:na me (deleted)", "and its link in fd", "");
	need(!munmap(p, PAGE));
	close(fd);

	memset(name, 'n', 249);
	name[249] = 0;
	fd = memfd(name, 0);
	ok(fd >= 0, "a name of 249 bytes", "");
	close(fd);
	name[249] = 'n', name[250] = 0;
	is_errno(memfd(name, 0), EINVAL, "a name of 250 bytes");
	is_errno(memfd((char *)8, 0), EFAULT, "a bad name");
	is_errno(memfd("x", 8), EINVAL, "unknown flags");
}

static void test_seals_basic(void)
{
	int fd = memfd("s", 0), ro;
	char link[64];

	is_num(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL, "sealed against seals", "");
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM, "no more seals");
	close(fd);
	fd = sized(1);
	is_num(fcntl(fd, F_GET_SEALS), 0, "MFD_ALLOW_SEALING: no seals", "");
	is_errno(fcntl(fd, F_ADD_SEALS, 0x100), EINVAL, "unknown seal");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ro = open(link, O_RDONLY);
	ok(ro >= 0, "it can be opened once more, read-only", "");
	is_errno(fcntl(ro, F_ADD_SEALS, F_SEAL_GROW), EPERM,
		 "no seals through a descriptor that cannot write");
	is_num(fcntl(ro, F_GET_SEALS), 0, "but looking is allowed", "");
	close(ro), close(fd);
	fd = open("/dev/null", O_RDWR);
	is_errno(fcntl(fd, F_GET_SEALS), EINVAL, "a device has no seals");
	is_errno(fcntl(fd, F_ADD_SEALS, 0), EINVAL, "and gets none");
	close(fd);
}

static void test_seals_size(void)
{
	int fd = sized(2);
	char buf[200] = "";

	need(!fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	is_errno(ftruncate(fd, 3 * PAGE), EPERM, "GROW: truncate to more");
	is_errno(fallocate(fd, 0, 2 * PAGE, 1), EPERM, "GROW: fallocate");
	is_errno(fallocate(fd, KEEP, 2 * PAGE, 1), EPERM,
		 "GROW: also with KEEP_SIZE");
	is_num(pwrite(fd, buf, 200, PAGE), 200, "GROW: a write inside", "");
	is_num(pwrite(fd, buf, 200, 2 * PAGE - 100), 100,
	       "GROW: a write across the end stops there", "");
	is_num(ftruncate(fd, PAGE + 100), 0, "GROW: shrink", "");
	is_errno(pwrite(fd, buf, 200, PAGE), EPERM,
		 "GROW: nothing, if the page with the end is the first");
	need(!fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	is_errno(ftruncate(fd, PAGE), EPERM, "SHRINK: truncate to less");
	is_num(ftruncate(fd, PAGE + 100), 0, "the same size is allowed", "");
	is_num(fallocate(fd, PUNCH, 0, PAGE), 0, "SHRINK: a hole", "");
	is_num(fcntl(fd, F_GET_SEALS), F_SEAL_GROW | F_SEAL_SHRINK, "both", "");
	is_num(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), 0, "SEAL", "");
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM, "no more seals");
	close(fd);
}

static void test_seal_write(void)
{
	int fd = sized(2), ro, fds[2];
	char link[64], *p = map(fd, 2, RW, MAP_SHARED), *q;
	struct iovec iov = { p, 10 };

	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "WRITE: EBUSY while it is mapped shared");
	need(!munmap(p, PAGE));
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "also half of it");
	need(!munmap(p + PAGE, PAGE));
	p = map(fd, 1, PROT_READ, MAP_SHARED);
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "also read-only, for mprotect could change that");
	need(!pipe(fds));
	iov.iov_base = p;
	need(syscall(SYS_vmsplice, fds[1], &iov, 1UL, 0) == 10);
	need(!munmap(p, PAGE));
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "also while a page is held elsewhere: in a pipe");
	close(fds[0]), close(fds[1]);
	p = map(fd, 1, RW, MAP_PRIVATE);
	p[0] = 1;
	is_num(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0,
	       "WRITE: a private map does not matter", "");
	is_errno(write(fd, "x", 1), EPERM, "no write");
	is_errno(write(fd, (void *)PAGE, 1), EFAULT,
		 "but what to write must be there first");
	is_errno(fallocate(fd, PUNCH, 0, PAGE), EPERM, "no hole");
	ok(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0) == MAP_FAILED &&
		   errno == EPERM,
	   "no shared map that can store", "");
	q = map(fd, 1, PROT_READ, MAP_SHARED);
	is_errno(mprotect(q, PAGE, RW), EACCES,
		 "and mprotect makes none of a read-only one");
	need(!munmap(q, PAGE));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ro = open(link, O_RDONLY);
	need(ro >= 0);
	q = map(ro, 1, PROT_READ, MAP_SHARED);
	is_errno(mprotect(q, PAGE, RW), EACCES,
		 "a shared map of a read-only descriptor is fine");
	p[1] = 2;
	is_num(q[1], 0, "private stores stay private", "");
	is_num(ftruncate(fd, 3 * PAGE), 0, "WRITE does not mean GROW", "");
	need(!munmap(p, PAGE) && !munmap(q, PAGE));
	close(fd), close(ro);
}

static void test_seal_future_write(void)
{
	int fd = sized(2);
	char *p = map(fd, 1, RW, MAP_SHARED), *q;

	is_num(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), 0,
	       "FUTURE_WRITE with a shared map", "");
	p[0] = 'a';
	is_errno(pwrite(fd, "x", 1, 0), EPERM, "no write");
	ok(mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0) == MAP_FAILED &&
		   errno == EPERM,
	   "no new shared writable map", "");
	ok(mmap(p, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED &&
		   errno == EPERM,
	   "nor in the place of the old one", "");
	q = map(fd, 1, PROT_READ, MAP_SHARED);
	is_num(q[0], 'a', "which is still there", "");
	is_errno(mprotect(q, PAGE, RW), EACCES, "the new one never can");
	need(!munmap(p, PAGE) && !munmap(q, PAGE));
	close(fd);
}

/* What fork, split and merge do to the count of maps. */
static int child_unmaps(void *p)
{
	return munmap(p, 3 * PAGE);
}

static void test_seal_count(void)
{
	int fd = sized(3);
	char *p = map(fd, 3, RW, MAP_SHARED);

	need(!run_child(child_unmaps, p));
	need(!mprotect(p + PAGE, PAGE, PROT_READ));
	need(!mprotect(p + PAGE, PAGE, RW));
	need(mremap(p + 2 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | 2,
		    p + 8 * PAGE) != MAP_FAILED);
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "mapped in pieces: EBUSY");
	need(!munmap(p, 2 * PAGE));
	is_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY,
		 "one piece left: EBUSY");
	need(!munmap(p + 8 * PAGE, PAGE));
	is_num(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0,
	       "after fork, split, merge, move and unmap nobody is left",
	       "i_mmap_writable must count areas exactly.");
	close(fd);
}

/* A write whose buffer ends too early. */
static void test_short_write(void)
{
	int fd = sized(1);
	char *s = map(fd, 1, RW, MAP_SHARED), *p = anon_pages(2);

	memset(s, 'a', PAGE);
	memset(p, 'b', PAGE);
	need(!munmap(p + PAGE, PAGE));
	is_num(pwrite(fd, p + PAGE - 100, 200, 50), 100,
	       "a write from memory that ends", "");
	ok(s[49] == 'a' && all_bytes(s + 50, 'b', 100) &&
		   all_bytes(s + 150, 'a', PAGE - 150),
	   "changes only as many bytes as it says", "");
	need(!munmap(s, PAGE) && !munmap(p, PAGE));
	close(fd);
}

static void test_truncate(void)
{
	int fd = sized(4);
	char *s = map(fd, 4, RW, MAP_SHARED), *p = map(fd, 4, RW, MAP_PRIVATE);

	memset(s, 'a', 4 * PAGE);
	p[PAGE] = 'p';
	p[3 * PAGE] = 'p';
	need(!ftruncate(fd, 2 * PAGE + 100));
	is_num(s[2 * PAGE + 99], 'a', "the last byte stays", "");
	ok(all_bytes(s + 2 * PAGE + 100, 0, PAGE - 100),
	   "the rest of its page is zeroed", "");
	is_fault(catch_fault(touch_read, s + 3 * PAGE), SIGBUS, BUS_ADRERR,
		 s + 3 * PAGE, "a load beyond the end is SIGBUS", "");
	is_fault(catch_fault(store_byte, s + 3 * PAGE), SIGBUS, BUS_ADRERR,
		 s + 3 * PAGE, "a store too", "");
	is_fault(catch_fault(touch_read, p + 3 * PAGE), SIGBUS, BUS_ADRERR,
		 p + 3 * PAGE, "a private copy beyond the end is dropped", "");
	is_num(p[PAGE], 'p', "one before it stays", "");
	is_fault(catch_fault(store_byte, p + 3 * PAGE), SIGBUS, BUS_ADRERR,
		 p + 3 * PAGE, "and none is made", "");
	need(!ftruncate(fd, 4 * PAGE));
	ok(all_bytes(s + 2 * PAGE + 100, 0, 2 * PAGE - 100),
	   "growing again brings zeros", "");
	ok(all_bytes(p + 3 * PAGE, 0, PAGE), "in the private map too", "");
	is_num(blocks(fd), 4, "touched pages are blocks",
	       "s was read in page 3.");
	need(!ftruncate(fd, 0));
	is_num(blocks(fd), 0, "truncated to nothing: no blocks", "");
	need(!munmap(s, 4 * PAGE) && !munmap(p, 4 * PAGE));
	close(fd);
}

static void test_fallocate(void)
{
	int fd = sized(0), ro, fds[2];
	char link[64], got[PAGE];

	is_num(fallocate(fd, 0, PAGE + 5, 2 * PAGE), 0, "mode 0", "");
	is_num(size_of(fd), 3 * PAGE + 5, "makes the file longer", "");
	is_num(blocks(fd), 3, "and has its pages", "");
	is_num(fallocate(fd, KEEP, 4 * PAGE, 2 * PAGE), 0, "KEEP_SIZE", "");
	is_num(size_of(fd), 3 * PAGE + 5, "keeps the size", "");
	is_num(blocks(fd), 5, "but has the pages", "");
	need(pread(fd, got, PAGE, PAGE) == (ssize_t)PAGE);
	ok(all_bytes(got, 0, PAGE), "they read as zeros", "");
	need(!ftruncate(fd, 3 * PAGE + 5));
	is_num(blocks(fd), 3,
	       "truncate takes all behind the end, also when the "
	       "end stays where it is",
	       "");
	is_num(lseek(fd, 0, SEEK_DATA), -1, "none of it is data", "");
	is_num(fallocate(fd, 0, 2 * PAGE, PAGE), 0, "asked for twice", "");
	is_num(lseek(fd, 0, SEEK_DATA), 2 * PAGE, "it becomes data", "");
	is_errno(fallocate(fd, 0, 0, 0), EINVAL, "length 0");
	is_errno(fallocate(fd, 0, -1, 5), EINVAL, "negative offset");
	is_errno(fallocate(fd, 0, 5, -1), EINVAL, "negative length");
	is_errno(fallocate(fd, 0, 1, 0x7fffffffffffffffL), EFBIG, "too far");
	is_errno(fallocate(fd, 0x10, 0, 5), EOPNOTSUPP, "ZERO_RANGE");
	is_errno(fallocate(fd, 0x08, 0, PAGE), EOPNOTSUPP, "COLLAPSE_RANGE");
	is_errno(fallocate(fd, 0x09, 0, PAGE), EINVAL, "COLLAPSE with KEEP");
	is_errno(fallocate(fd, 0x20, 0, PAGE), EOPNOTSUPP, "INSERT_RANGE");
	is_errno(fallocate(fd, 0x21, 0, PAGE), EINVAL, "INSERT with KEEP");
	is_errno(fallocate(fd, 0x40, 0, PAGE), EOPNOTSUPP, "UNSHARE_RANGE");
	is_errno(fallocate(fd, 0x42, 0, PAGE), EOPNOTSUPP,
		 "UNSHARE with PUNCH");
	is_errno(fallocate(fd, 2, 0, PAGE), EOPNOTSUPP, "PUNCH without KEEP");
	is_errno(fallocate(fd, 0x13, 0, PAGE), EOPNOTSUPP, "PUNCH with ZERO");
	is_errno(fallocate(fd, 0x80, 0, PAGE), EOPNOTSUPP, "unknown mode");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ro = open(link, O_RDONLY);
	is_errno(fallocate(ro, 0, 0, PAGE), EBADF, "read-only descriptor");
	is_errno(fallocate(-1, 0, 0, PAGE), EBADF, "no descriptor");
	need(!pipe(fds));
	is_errno(fallocate(fds[1], 0, 0, PAGE), ESPIPE, "a pipe");
	close(fds[0]), close(fds[1]), close(ro), close(fd);
	fd = open("/dev/null", O_RDWR);
	is_errno(fallocate(fd, 0, 0, PAGE), ENODEV, "a device");
	close(fd);
}

/* A file system of 16 pages: what a call that fails leaves behind. */
static void test_nospace(void)
{
	int a, b;

	need(!mkdir("/small", 0700));
	need(!mount("tmpfs", "/small", "tmpfs", 0, "size=64k"));
	a = open("/small/a", O_RDWR | O_CREAT, 0600);
	b = open("/small/b", O_RDWR | O_CREAT, 0600);
	need(a >= 0 && b >= 0);
	is_num(fallocate(a, 0, 0, 8 * PAGE), 0, "8 pages of 16", "");
	need(pwrite(b, "x", 1, 2 * PAGE) == 1);
	is_errno(fallocate(b, 0, 0, 17 * PAGE), ENOSPC, "17 more at once");
	is_errno(fallocate(b, 0, 0, 10 * PAGE), ENOSPC, "10 more");
	is_num(blocks(b), 1, "those that it had got are given back",
	       "A reserved page that nobody touched is known by PG_uptodate.");
	is_num(size_of(b), 2 * PAGE + 1, "the size has not changed", "");
	is_num(fallocate(b, KEEP, 0, 8 * PAGE), 0, "8 are possible", "");
	is_errno(pwrite(b, "x", 1, 9 * PAGE), ENOSPC, "then it is full");
	close(a), close(b);
	need(!umount("/small") && !rmdir("/small"));
}

static void test_punch(void)
{
	int fd = sized(4);
	char *s = map(fd, 4, RW, MAP_SHARED), *p = map(fd, 4, RW, MAP_PRIVATE);

	memset(s, 'a', 4 * PAGE);
	p[PAGE] = 'p';
	is_num(fallocate(fd, PUNCH, PAGE - 10, PAGE + 20), 0, "a hole", "");
	ok(s[PAGE - 11] == 'a' && all_bytes(s + PAGE - 10, 0, PAGE + 20) &&
		   s[2 * PAGE + 10] == 'a',
	   "reads as zeros, and only it", "");
	is_num(blocks(fd), 4, "a load makes its page again", "");
	ok(p[PAGE] == 'p' && p[PAGE + 1] == 'a', "a private copy stays",
	   "A hole is not a truncation: even_cows 0.");
	is_num(size_of(fd), 4 * PAGE, "the size stays", "");
	is_num(fallocate(fd, PUNCH, 2 * PAGE, 100 * PAGE), 0,
	       "a hole beyond the end", "");
	is_num(blocks(fd), 2, "frees what there was", "");
	is_num(size_of(fd), 4 * PAGE, "and makes nothing longer", "");
	need(!munmap(s, 4 * PAGE) && !munmap(p, 4 * PAGE));
	close(fd);
}

static void test_seek(void)
{
	int fd = sized(6);

	need(pwrite(fd, "x", 1, PAGE + 5) == 1);
	need(!fallocate(fd, 0, 3 * PAGE, PAGE));
	need(pwrite(fd, "x", 1, 4 * PAGE) == 1);
	is_num(lseek(fd, 0, SEEK_DATA), PAGE, "SEEK_DATA from a hole", "");
	is_num(lseek(fd, PAGE + 7, SEEK_DATA), PAGE + 7, "in data", "");
	is_num(lseek(fd, PAGE + 7, SEEK_HOLE), 2 * PAGE, "SEEK_HOLE", "");
	is_num(lseek(fd, 5, SEEK_HOLE), 5, "in a hole", "");
	is_num(lseek(fd, 2 * PAGE, SEEK_DATA), 4 * PAGE,
	       "a page of fallocate that nobody has touched is no data", "");
	is_num(lseek(fd, 4 * PAGE, SEEK_HOLE), 5 * PAGE, "the last hole", "");
	is_errno(lseek(fd, 5 * PAGE, SEEK_DATA), ENXIO, "no more data");
	is_errno(lseek(fd, 6 * PAGE, SEEK_HOLE), ENXIO, "from the end on");
	is_errno(lseek(fd, -1, SEEK_DATA), ENXIO, "negative");
	need(pwrite(fd, "x", 1, 5 * PAGE) == 1);
	is_num(lseek(fd, 4 * PAGE, SEEK_HOLE), 6 * PAGE,
	       "there is always a hole at the end", "");
	is_num(lseek(fd, 0, SEEK_CUR), 6 * PAGE, "the position is there", "");
	close(fd);
}

static void test_remove(void)
{
	int fd = sized(3), ro;
	char link[64];
	char *s = map(fd, 3, RW, MAP_SHARED), *p = map(fd, 3, RW, MAP_PRIVATE);
	char *a = shared_pages(2), *n = anon_pages(1), *r;

	memset(s, 'a', 3 * PAGE);
	p[PAGE] = 'p';
	memset(a, 'b', 2 * PAGE);
	is_num(madvise(s + PAGE, PAGE, MADV_REMOVE), 0, "MADV_REMOVE", "");
	ok(s[0] == 'a' && all_bytes(s + PAGE, 0, PAGE) && s[2 * PAGE] == 'a',
	   "makes a hole in the file", "");
	is_num(p[PAGE], 'p', "and leaves private copies", "");
	is_num(madvise(a, PAGE, MADV_REMOVE), 0, "in shared anonymous memory",
	       "");
	ok(all_bytes(a, 0, PAGE) && a[PAGE] == 'b', "the same", "");
	is_errno(madvise(p, PAGE, MADV_REMOVE), EACCES, "a private map");
	is_errno(madvise(n, PAGE, MADV_REMOVE), EINVAL, "private anonymous");
	need(!mprotect(s, PAGE, PROT_READ));
	is_num(madvise(s, PAGE, MADV_REMOVE), 0,
	       "what could be made writable counts as writable", "");
	need(!mlock(s + 2 * PAGE, PAGE));
	is_errno(madvise(s + 2 * PAGE, PAGE, MADV_REMOVE), EINVAL, "locked");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ro = open(link, O_RDONLY);
	r = map(ro, 1, PROT_READ, MAP_SHARED);
	is_errno(madvise(r, PAGE, MADV_REMOVE), EACCES,
		 "a read-only descriptor");
	need(!munmap(s, 3 * PAGE) && !munmap(p, 3 * PAGE));
	need(!munmap(a, 2 * PAGE) && !munmap(n, PAGE) && !munmap(r, PAGE));
	close(ro), close(fd);
}

int main(void)
{
	plan(12 + 9 + 13 + 13 + 6 + 2 + 3 + 11 + 29 + 7 + 8 + 11 + 10);
	test_create();
	test_seals_basic();
	test_seals_size();
	test_seal_write();
	test_seal_future_write();
	test_seal_count();
	test_short_write();
	test_truncate();
	test_fallocate();
	test_nospace();
	test_punch();
	test_seek();
	test_remove();
	return done();
}
