/* SPDX-License-Identifier: MIT */
/*
 * tests/user/limits.c - the largest offset of a file, sources that cannot be
 * read, and mounts without programs.
 */
#include "fault.h"
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define RW       (PROT_READ | PROT_WRITE)
#define LAST_OFF 0x7fffffffffffffffL

static int memfd(void)
{
	int fd = syscall(SYS_memfd_create, "t", 0);

	need(fd >= 0);
	return fd;
}

static void test_largest_offset(void)
{
	char buf[100] = "";
	int fd = memfd();

	fails_with(pwrite(fd, buf, 100, LAST_OFF - 10), EINVAL,
		   "a write may not end beyond the largest offset",
		   "pos + count overflows: rw_verify_area().");
	fails_with(pread(fd, buf, 100, LAST_OFF - 10), EINVAL, "nor may a read",
		   "pos + count overflows: rw_verify_area().");
	is_num(pread(fd, buf, 10, LAST_OFF - 10), 0,
	       "up to it there is nothing", "Beyond the end a read gives 0.");
	close(fd);
}

static void test_bad_source(void)
{
	struct stat st;
	int fd = memfd();

	for (long i = 0; i < 64; i++)
		if (pwrite(fd, (void *)8, 1, i * PAGE) != -1 || errno != EFAULT)
			break;
	need(!fstat(fd, &st));
	is_num(st.st_size, 0,
	       "a write whose source cannot be read makes nothing",
	       "The size must not move.");
	is_num(st.st_blocks, 0, "not even pages",
	       "The source is faulted in before a page is made for it.");
	close(fd);
}

static void test_noexec(void)
{
	char *p;
	int fd;

	mkdir("/tmp/noexec", 0755);
	need(!mount("none", "/tmp/noexec", "tmpfs", MS_NOEXEC, NULL));
	fd = open("/tmp/noexec/f", O_RDWR | O_CREAT, 0755);
	need(fd >= 0 && !ftruncate(fd, PAGE));
	fails_with((long)sys_mmap(NULL, PAGE, PROT_READ | PROT_EXEC,
				  MAP_PRIVATE, fd, 0),
		   EPERM,
		   "a file of a noexec mount cannot be mapped to execute",
		   "do_mmap() asks path_noexec().");
	p = sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED);
	fails_with(sys_mprotect(p, PAGE, PROT_READ | PROT_EXEC), EACCES,
		   "nor be made executable later",
		   "VM_MAYEXEC is cleared when it is mapped.");
	munmap(p, PAGE);
	close(fd);
	umount("/tmp/noexec");
}

int main(void)
{
	plan(7);
	test_largest_offset();
	test_bad_source();
	test_noexec();
	return done();
}
