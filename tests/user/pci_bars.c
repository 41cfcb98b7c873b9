/* SPDX-License-Identifier: MIT */
/*
 * tests/user/pci_bars.c - devices behind a mapping, without a driver: edu's
 * registers through resource0 and ivshmem's memory through resource2.
 */
#include "fault.h"
#include <dirent.h>
#include <edu.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define RW      (PROT_READ | PROT_WRITE)
#define PCI_DIR "/sys/bus/pci/devices"

#define EDU_LENGTH     0x100000UL
#define IVSHMEM_LENGTH 0x400000UL
#define MIDDLE         0x300000UL /* of ivshmem's memory: nobody else's */

static int read_file(const char *dir, const char *name, char *buf, size_t size)
{
	char path[600];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), PCI_DIR "/%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Open @resource of the first device with these numbers, or skip it all. */
static int open_resource(const char *vendor, const char *device,
			 const char *resource, int flags)
{
	DIR *dir = opendir(PCI_DIR);
	struct dirent *e;
	char path[600], text[20];
	int fd = -1;

	while (dir && fd < 0 && (e = readdir(dir))) {
		if (!read_file(e->d_name, "vendor", text, sizeof(text)) ||
		    strncmp(text, vendor, 6) ||
		    !read_file(e->d_name, "device", text, sizeof(text)) ||
		    strncmp(text, device, 6))
			continue;
		snprintf(path, sizeof(path), PCI_DIR "/%s/%s", e->d_name,
			 resource);
		fd = open(path, flags);
	}
	if (dir)
		closedir(dir);
	if (fd < 0) {
		tap_say("1..0 # SKIP no device %s:%s", vendor, device);
		exit(0);
	}
	return fd;
}

/* ---- registers ---------------------------------------------------------- */

static volatile uint32_t *regs;

static uint32_t factorial(uint32_t n)
{
	regs[EDU_REG_FACTORIAL / 4] = n;
	while (regs[EDU_REG_STATUS / 4] & 1)
		usleep(1000);
	return regs[EDU_REG_FACTORIAL / 4];
}

static int child_factorial(void *unused)
{
	long before = minor_faults();

	if (factorial(8) != 40320)
		return 1;
	return minor_faults() - before > 3 ? 2 : 0;
}

static void test_registers(void)
{
	int fd = open_resource("0x1234", "0x11e8", "resource0", O_RDWR);
	char buf[8];
	struct iovec local = { buf, 4 }, remote = { NULL, 4 };
	struct stat st;
	char *moved;

	need(!fstat(fd, &st));
	is_num(st.st_size, EDU_LENGTH, "edu has 1 MiB of registers", "");
	is_errno(sys_mmap(NULL, EDU_LENGTH + PAGE, RW, MAP_SHARED, fd, 0),
		 EINVAL, "no more can be mapped");
	regs = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	need(regs != MAP_FAILED);
	is_num(regs[EDU_REG_ID / 4] & 0xff, 0xed, "its identity", "");
	regs[EDU_REG_LIVENESS / 4] = 0x600df00d;
	is_num(regs[EDU_REG_LIVENESS / 4], ~0x600df00du,
	       "a register that answers with the complement",
	       "Every store and every load must reach the device.");
	is_num(factorial(10), 3628800, "10! computed by the device", "");
	exits_with(run_child(child_factorial, NULL), 0,
		   "a child computes without a fault on the registers",
		   "fork copies the entries of a shared area of raw frames.");
	remote.iov_base = (void *)regs;
	is_errno(process_vm_readv(getpid(), &local, 1, &remote, 1, 0), EFAULT,
		 "registers are not pages that could be held");
	moved = sys_mremap((void *)regs, PAGE, PAGE,
			   MREMAP_MAYMOVE | MREMAP_FIXED,
			   (void *)0x300000000000);
	need(moved != MAP_FAILED);
	regs = (volatile uint32_t *)moved;
	is_num(factorial(5), 120, "they can be moved", "");
	need(!mprotect(moved, PAGE, PROT_READ));
	is_num(write_fault(moved), SEGV_ACCERR, "and protected", "");
	need(!mprotect(moved, PAGE, RW));
	is_num(factorial(6), 720, "and used again",
	       "A shared raw entry becomes writable; it is never copied.");
	munmap(moved, PAGE);
	close(fd);
}

/* ---- memory ------------------------------------------------------------- */

static void test_memory(void)
{
	int fd = open_resource("0x1af4", "0x1110", "resource2", O_RDWR);
	int ro = open_resource("0x1af4", "0x1110", "resource2", O_RDONLY);
	char *s, *t, *p, *r;
	struct stat st;

	need(!fstat(fd, &st));
	is_num(st.st_size, IVSHMEM_LENGTH, "ivshmem has 4 MiB of memory", "");
	s = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, MIDDLE);
	t = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, MIDDLE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, MIDDLE);
	r = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, ro, MIDDLE);
	need(s != MAP_FAILED && t != MAP_FAILED && p != MAP_FAILED &&
	     r != MAP_FAILED);
	memset(s, 0x11, 4 * PAGE);
	ok(all_bytes(t, 0x11, 4 * PAGE) && all_bytes(p, 0x11, 4 * PAGE) &&
		   all_bytes(r, 0x11, 4 * PAGE),
	   "shared and private maps show it", "");
	p[PAGE] = 0x22;
	ok(all_bytes(s, 0x11, 4 * PAGE), "a private store does not reach it",
	   "");
	memset(t, 0x33, 4 * PAGE);
	ok(all_bytes(p, 0x33, PAGE) && p[PAGE] == 0x22 &&
		   all_bytes(p + PAGE + 1, 0x11, PAGE - 1) &&
		   all_bytes(p + 2 * PAGE, 0x33, 2 * PAGE),
	   "the copied page stays, the others follow", "");
	r[0] = 0x44;
	ok(r[0] == 0x44 && s[0] == 0x33,
	   "a private store through a read-only descriptor", "");
	fails_with(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0), EACCES,
		   "a shared writable map through it", "");
	is_errno(madvise(s, PAGE, MADV_DONTNEED), EINVAL,
		 "madvise(MADV_DONTNEED)");
	is_errno(sys_mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd,
			  IVSHMEM_LENGTH - PAGE),
		 EINVAL, "beyond its end");
	need(!munmap(p + 2 * PAGE, PAGE));
	p[3 * PAGE] = 0x55;
	ok(s[3 * PAGE] == 0x33 && p[3 * PAGE + 1] == 0x33,
	   "behind a hole, the right page is copied", "");
	munmap(s, 4 * PAGE);
	munmap(t, 4 * PAGE);
	munmap(p, 4 * PAGE);
	munmap(r, 4 * PAGE);
	close(fd);
	close(ro);
}

int main(void)
{
	close(open_resource("0x1234", "0x11e8", "resource0", O_RDWR));
	close(open_resource("0x1af4", "0x1110", "resource2", O_RDWR));
	plan(19);
	test_registers();
	test_memory();
	return done();
}
