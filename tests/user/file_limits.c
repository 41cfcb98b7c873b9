/* SPDX-License-Identifier: MIT */
/*
 * tests/user/file_limits.c - how far the offsets of a file go.  Each file
 * system says it (s_maxbytes): tmpfs to 2^63-1; /proc and /sys, which say
 * nothing, to 2^31-1.  And what such files answer to mmap().
 */
#include "maps.h"
#include "vram.h"

#define NAME    "/tmp/file_limits"
#define SMALL   0x7fffffffL
#define LARGE   0x7fffffffffffffffL
#define PUNCH   (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)
#define TOO_BIG (1UL << 46) /* bytes; no memory for copies of them */

static char path[600];

static int open_sys(const char *name, int flags)
{
	int fd;

	snprintf(path, sizeof(path), "%s/%s", vram_dir, name);
	fd = open(path, flags);
	need(fd >= 0);
	return fd;
}

static void test_tmpfs(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && write(fd, "x", 1) == 1);
	is_num(lseek(fd, LARGE, SEEK_SET), LARGE, "tmpfs: up to 2^63-1", "");
	fails_with(lseek(fd, 1, SEEK_CUR), EINVAL, "not one further",
		   "A sum that wraps is like one below 0, not EOVERFLOW.");
	is_errno(lseek(fd, LARGE, SEEK_END), EINVAL, "nor past the end");
	is_num(lseek(fd, 0, SEEK_CUR), LARGE, "the offset stays", "");
	close(fd);
	unlink(NAME);
}

static void test_sysfs(void)
{
	int fd = open_sys("vendor", O_RDONLY);

	is_num(lseek(fd, SMALL, SEEK_SET), SMALL, "/sys: up to 2^31-1", "");
	fails_with(lseek(fd, SMALL + 1, SEEK_SET), EINVAL, "no further",
		   "The super block's s_maxbytes is MAX_NON_LFS.");
	is_num(lseek(fd, -1, SEEK_END), PAGE - 1, "its size is a page", "");
	close(fd);
	fd = open_sys("config", O_RDWR);
	is_num(lseek(fd, 0, SEEK_END), 256, "config has its own size", "");
	is_errno(lseek(fd, SMALL + 1, SEEK_SET), EINVAL, "and no more room");
	is_errno(fallocate(fd, PUNCH, SMALL - 1, 1), EOPNOTSUPP,
		 "fallocate() below the limit is EOPNOTSUPP");
	fails_with(fallocate(fd, PUNCH, SMALL, 1), EFBIG, "across it EFBIG",
		   "The size is checked before the file is asked.");
	is_num(ftruncate(fd, SMALL), 0, "ftruncate() to the limit", "");
	is_errno(ftruncate(fd, SMALL + 1), EFBIG, "beyond it is EFBIG");
	close(fd);
}

/* The mapping's offset is a frame's, which for a device is above 2^31. */
static void test_resource(void)
{
	int fd = open_sys("resource0", O_RDWR);
	void *p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);

	need(p != MAP_FAILED);
	is_errno(madvise(p, PAGE, MADV_REMOVE), EFBIG,
		 "MADV_REMOVE on a device's memory is EFBIG");
	munmap(p, PAGE);
	is_num(lseek(fd, 0, SEEK_END), 0, "resource0 ends at 0 for lseek()",
	       "What can be mapped has the size of another inode's mapping.");
	is_errno(lseek(fd, 0, SEEK_DATA), ENXIO, "it has no data");
	is_num(lseek(fd, LARGE, SEEK_SET), LARGE, "and no limit", "");
	close(fd);
}

static void test_proc(void)
{
	int fd = open("/proc/self/mem", O_RDWR), dir;

	need(fd >= 0);
	is_errno(fallocate(fd, PUNCH, SMALL, 1), EFBIG, "/proc: the same");
	is_errno(ftruncate(fd, SMALL + 1), EFBIG, "for ftruncate() too");
	close(fd);
	dir = open("/proc", O_RDONLY);
	need(dir >= 0);
	is_errno(lseek(dir, SMALL + 1, SEEK_SET), EINVAL, "and for /proc");
	is_errno(lseek(dir, 0, SEEK_DATA), ENXIO, "which has no data");
	close(dir);
}

static void map_file(const char *name, int fd, int err)
{
	char what[100];

	snprintf(what, sizeof(what), "%s: mapped", name);
	fails_with(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0), err, what,
		   "");
	snprintf(what, sizeof(what), "%s: too much to copy", name);
	fails_with(mmap(NULL, TOO_BIG, RW, MAP_PRIVATE, fd, 0), ENOMEM, what,
		   "The file is asked after all else.");
	close(fd);
}

int main(void)
{
	vram_find();
	plan(25);
	test_tmpfs();
	test_sysfs();
	test_resource();
	test_proc();
	map_file("/proc/meminfo", open("/proc/meminfo", O_RDONLY), EIO);
	map_file("/sys/.../vendor", open_sys("vendor", O_RDONLY), ENODEV);
	return done();
}
