/* SPDX-License-Identifier: MIT */
/*
 * tests/user/devmem.c - /dev/mem: who may do what with which addresses, and
 * what a mapping of frames without a struct page is at a store, at fork and
 * under every call that changes address space.
 *
 * The frames are video memory (vram.h).  "The device" below is a shared mapping
 * of the same frames that stays: what it shows is what the frames hold.
 */
#include "maps.h"
#include "vram.h"
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#ifndef MADV_POPULATE_READ /* musl 1.2.3 */
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

#define NR 8UL /* pages that the tests use */

static int mem;               /* /dev/mem, O_RDWR */
static volatile char *device; /* NR pages of it, shared */

static char *map(unsigned long first, unsigned long nr, int prot, int flags)
{
	char *p = mmap(NULL, nr * PAGE, prot, flags, mem,
		       vram_phys + first * PAGE);

	need(p != MAP_FAILED);
	return p;
}

static void unmap(void *p, unsigned long nr)
{
	need(!munmap(p, nr * PAGE));
}

/* Every page of the device: byte i is i * 5 + 1. */
static void fill(void)
{
	for (size_t i = 0; i < NR * PAGE; i++)
		device[i] = (char)(i % PAGE * 5 + 1);
}

static int is_filled(const char *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p[i] != (char)(i * 5 + 1))
			return 0;
	return 1;
}

/* ---- rows 1 to 6, 34: stores -------------------------------------------- */

static void test_shared(void)
{
	char *a = map(0, 4, RW, MAP_SHARED), *b = map(1, 2, RW, MAP_SHARED);

	a[PAGE + 7] = 0x11;
	ok(b[7] == 0x11 && device[PAGE + 7] == 0x11,
	   "a store in a shared mapping shows in all others",
	   "They map the same frames.");
	b[PAGE + 9] = 0x22;
	is_num(a[2 * PAGE + 9], 0x22, "in both directions", "");
	unmap(a, 4);
	unmap(b, 2);
}

static void test_private(void)
{
	long before;
	char *p;

	fill();
	p = map(0, 4, RW, MAP_PRIVATE);
	ok(is_filled(p, 0, PAGE), "a private mapping reads the device", "");
	device[PAGE + 3] = 0x33;
	is_num(p[PAGE + 3], 0x33, "live, until its first store", "");
	before = minor_faults();
	p[PAGE + 5] = 0x55;
	is_num(minor_faults() - before, 1, "which is one fault",
	       "The entry must be read-only although the area is writable.");
	is_num(device[PAGE + 5], 5 * 5 + 1, "and does not reach the device",
	       "A writable private entry stores straight into the device.");
	ok(p[PAGE + 3] == 0x33 && is_filled(p + PAGE, 0, 3) &&
		   is_filled(p + PAGE, 6, PAGE),
	   "the copy has the rest of the page", "");
	device[PAGE + 100] = device[2 * PAGE + 100] = 0x44;
	ok(p[PAGE + 100] == (char)(100 * 5 + 1) && p[2 * PAGE + 100] == 0x44,
	   "it is a snapshot from then on, and other pages stay live",
	   "Copy-on-write is per page.");
	unmap(p, 4);
}

static void test_kernel_store(void)
{
	int fds[2];
	char *p;

	fill();
	p = map(0, 2, RW, MAP_PRIVATE);
	need(!pipe(fds) && write(fds[1], "kernel", 6) == 6);
	is_num(read(fds[0], p + PAGE + 10, 6), 6,
	       "read(2) into a private mapping", "");
	ok(!memcmp(p + PAGE + 10, "kernel", 6) &&
		   device[PAGE + 10] == 10 * 5 + 1,
	   "copies the page first",
	   "The kernel's store must fault like the program's: CR0.WP.");
	is_num(write(fds[1], p, 100), 100, "write(2) from it needs no page",
	       "");
	close(fds[0]);
	close(fds[1]);
	unmap(p, 2);
}

/* ---- rows 7, 8: counts -------------------------------------------------- */

static long free_pages(void)
{
	struct sysinfo si;

	need(!sysinfo(&si));
	return si.freeram * si.mem_unit / PAGE;
}

static int do_nothing(void *arg)
{
	return 0;
}

static void test_no_leak(void)
{
	long before = free_pages(), after;
	int failed = 0;

	for (int i = 0; i < 1000; i++) {
		char *p = map(0, NR, RW, MAP_PRIVATE);

		for (unsigned long j = 1; j < NR; j++)
			p[j * PAGE] = (char)i;
		if (i % 20 == 0)
			failed += run_child(do_nothing, NULL);
		unmap(p, NR);
	}
	after = free_pages();
	ok(!failed && after + 1024 >= before,
	   "7000 copies are freed, with forks in between",
	   "A copied page is ordinary memory, and counted.");
	diag("free pages: %ld, then %ld", before, after);
	before = after;
	for (int i = 0; i < 3000; i++) {
		char *p = map(0, NR, RW, MAP_SHARED);

		p[0] = (char)i;
		unmap(p, NR);
	}
	after = free_pages();
	ok(after + 1024 >= before && after <= before + 1024,
	   "24000 frames of the device are neither lost nor freed",
	   "Unmapping must not drop a reference that was never taken.");
}

/* ---- rows 13 to 17: fork ------------------------------------------------ */

struct forked {
	char *private, *shared;
	int go[2], back[2];
};

static int forked_child(struct forked *f)
{
	char *p = f->private, c;
	long before = minor_faults();

	if (f->shared[9] != 9 * 5 + 1)
		return 1;
	if (minor_faults() != before)
		return 2; /* there was no entry */
	if (p[PAGE] != 0x21 || p[2 * PAGE] != 1)
		return 3;
	if (write(f->back[1], "", 1) != 1 || read(f->go[0], &c, 1) != 1)
		return 4; /* the parent stores meanwhile */
	if (p[PAGE] != 0x21 || p[2 * PAGE] != 1)
		return 5;
	p[PAGE] = 0x41;
	p[3 * PAGE] = 0x42;
	f->shared[10] = 0x43;
	return p[PAGE + 1] == 6 ? 0 : 6;
}

static void test_fork(void)
{
	struct forked f;
	int status;
	pid_t pid;
	char c;

	fill();
	f.private = map(0, 4, RW, MAP_PRIVATE);
	f.shared = map(0, 4, RW, MAP_SHARED);
	f.private[PAGE] = 0x21; /* a copy before the fork; never of page 0 */
	need(f.shared[9] == 9 * 5 + 1);
	need(!pipe(f.go) && !pipe(f.back));
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(forked_child(&f));
	need(read(f.back[0], &c, 1) == 1);
	f.private[PAGE] = 0x31;
	f.private[2 * PAGE] = 0x32;
	need(write(f.go[1], "", 1) == 1 && waitpid(pid, &status, 0) == pid);
	exits_with(
		status, 0,
		"a child sees the parent's copy, and its stores no more",
		"1, 2: entries of a shared one are copied by fork; "
		"3: copies before it are shared; 5: stores after it are not.");
	ok(f.private[PAGE] == 0x31 && f.private[3 * PAGE] == 1,
	   "nor the parent the child's", "");
	ok(device[PAGE] == 1 && device[2 * PAGE] == 1 && device[3 * PAGE] == 1,
	   "none of it reaches the device",
	   "fork must not make raw entries of a private mapping writable.");
	is_num(device[10], 0x43, "but the child's store through the shared one",
	       "");
	unmap(f.private, 4);
	unmap(f.shared, 4);
}

static int touch_child(void *p)
{
	return read_fault(p) == SEGV_MAPERR ? 0 : 1;
}

/* Linux 6.1 cannot fork then: it looks for the frames in the first entry. */
static void test_fork_first_page(void)
{
	int here = on_kilburn(), status = 0;
	char *p = map(0, 2, RW, MAP_PRIVATE);
	pid_t pid;

	p[0] = 0x12;
	pid = fork();
	if (!pid)
		_exit(p[0] != 0x12);
	if (pid > 0)
		need(waitpid(pid, &status, 0) == pid);
	ok(pid > 0 ? !status : !here,
	   "fork after a copy of the first page (Linux 6.1: ENOMEM)",
	   "What is known of the range must be kept in the area (M10).");
	unmap(p, 2);
}

static void test_dontfork(void)
{
	char *p = map(0, 2, RW, MAP_PRIVATE);

	need(!madvise(p, 2 * PAGE, MADV_DONTFORK));
	exits_with(run_child(touch_child, p), 0,
		   "MADV_DONTFORK: the child has a hole", "");
	is_num(p[0], device[0], "the parent has not", "");
	is_errno(madvise(p, 2 * PAGE, MADV_DOFORK), EINVAL,
		 "MADV_DOFORK is refused for VM_IO");
	unmap(p, 2);
}

/* ---- rows 18 to 23: calls ----------------------------------------------- */

static void test_madvise_mlock(void)
{
	static const int refused[] = { MADV_DONTNEED,      MADV_FREE,
				       MADV_COLD,          MADV_PAGEOUT,
				       MADV_POPULATE_READ, MADV_POPULATE_WRITE,
				       MADV_WIPEONFORK,    MADV_DODUMP };
	char *p = map(0, 2, RW, MAP_PRIVATE);
	unsigned char vec[2] = { 9, 9 };
	int right = 0;

	p[PAGE] = 0x61;
	for (int i = 0; i < 8; i++)
		right += madvise(p, 2 * PAGE, refused[i]) == -1 &&
			 errno == EINVAL;
	is_num(right, 8, "DONTNEED and its kin are EINVAL", "");
	is_num(p[PAGE], 0x61, "and have dropped nothing", "");
	ok(!mlock(p, 2 * PAGE) && !munlock(p, 2 * PAGE), "mlock returns 0", "");
	ok(!mincore(p, 2 * PAGE, vec) && all_bytes(vec, 0, 2),
	   "mincore says 0, copied or not", "");
	unmap(p, 2);
}

static void test_msync(void)
{
	char *s = map(0, 1, RW, MAP_SHARED), *p = map(0, 1, RW, MAP_PRIVATE);

	is_errno(msync(s, PAGE, MS_SYNC), EINVAL,
		 "MS_SYNC of a shared one: no fsync");
	ok(!msync(p, PAGE, MS_SYNC) && !msync(s, PAGE, MS_ASYNC),
	   "a private one, and MS_ASYNC, are 0", "");
	unmap(s, 1);
	unmap(p, 1);
}

static void test_mremap(void)
{
	char *p, *q;

	fill();
	p = map(0, 4, RW, MAP_PRIVATE);
	p[PAGE] = 0x51;
	is_errno(sys_mremap(p, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, NULL),
		 EFAULT, "mremap may not grow it");
	is_errno(sys_mremap(p, 4 * PAGE, 4 * PAGE, 4 | MREMAP_MAYMOVE, NULL),
		 EINVAL, "nor leave it behind (DONTUNMAP)");
	need(sys_mremap(p, 4 * PAGE, 3 * PAGE, 0, NULL) == p);
	q = free_range(3);
	need(sys_mremap(p, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			q) == q);
	device[2 * PAGE] = 0x52;
	ok(q[PAGE] == 0x51 && q[PAGE + 1] == 6 && q[2 * PAGE] == 0x52,
	   "moved and shrunk: the copy is a copy, the rest is live",
	   "The frame of an entry and vm_pgoff must still agree.");
	unmap(q, 3);
}

static void test_mprotect(void)
{
	int ro = open("/dev/mem", O_RDONLY);
	char *p, *s;

	fill();
	need(ro >= 0);
	fails_with(mmap(NULL, PAGE, RW, MAP_SHARED, ro, vram_phys), EACCES,
		   "O_RDONLY: no shared writable mapping", "");
	s = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, vram_phys);
	p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, ro, vram_phys);
	need(s != MAP_FAILED && p != MAP_FAILED);
	is_errno(mprotect(s, PAGE, RW), EACCES, "nor by mprotect");
	need(!mprotect(p, 4 * PAGE, RW));
	p[PAGE] = 0x61;
	ok(p[PAGE] == 0x61 && device[PAGE] == 1,
	   "a private one becomes writable, and copies",
	   "mprotect must not set the write bit on a frame of the device.");
	need(!mprotect(p, 4 * PAGE, PROT_READ) && !mprotect(p, 4 * PAGE, RW));
	p[2 * PAGE] = 0x62;
	ok(p[PAGE] == 0x61 && device[2 * PAGE] == 1, "there and back again",
	   "");
	unmap(s, 1);
	s = map(0, 1, PROT_READ, MAP_SHARED);
	need(s[0] == 1 && !mprotect(s, PAGE, RW));
	s[0] = 0x64;
	is_num(device[0], 0x64, "a shared one made writable stores through",
	       "A shared frame is never copied (the bug of 2.6.20).");
	unmap(s, 1);
	unmap(p, 4);
	close(ro);
}

static void test_munmap(void)
{
	char *p;

	fill();
	p = map(0, 4, RW, MAP_PRIVATE);
	p[3 * PAGE] = 0x71;
	unmap(p + PAGE, 2);
	device[8] = 0x72;
	ok(p[8] == 0x72 && p[3 * PAGE] == 0x71 && p[3 * PAGE + 1] == 6,
	   "a hole in the middle: live before it, a copy behind it",
	   "A split must add to vm_pgoff.");
	unmap(p, 4);
}

static void test_gup(void)
{
	char *s = map(0, 1, RW, MAP_SHARED), *p = map(0, 2, RW, MAP_PRIVATE);
	struct iovec local = { anon_pages(1), 16 }, remote = { s, 16 };
	int fds[2];

	p[PAGE] = 1;
	need(!pipe(fds));
	is_errno(process_vm_readv(getpid(), &local, 1, &remote, 1, 0), EFAULT,
		 "process_vm_readv from a raw frame");
	remote.iov_base = p + PAGE;
	is_errno(process_vm_readv(getpid(), &local, 1, &remote, 1, 0), EFAULT,
		 "and from a copied page of such an area");
	remote.iov_base = s;
	is_errno(vmsplice(fds[1], &remote, 1, 0), EFAULT,
		 "vmsplice of a raw frame");
	close(fds[0]);
	close(fds[1]);
	unmap(local.iov_base, 1);
	unmap(s, 1);
	unmap(p, 2);
}

/* ---- row 24: /proc/self/mem --------------------------------------------- */

static void test_proc_mem(void)
{
	char *p, *s, *r, buf[8] = { 0 };
	int fd = open("/proc/self/mem", O_RDWR);

	need(fd >= 0);
	fill();
	p = map(0, 2, RW, MAP_PRIVATE);
	s = map(0, 2, RW, MAP_SHARED);
	r = map(0, 2, PROT_READ, MAP_SHARED);
	p[PAGE] = 0x21;
	ok(pread(fd, buf, 8, (long)p) == 8 && is_filled(buf, 0, 8),
	   "/proc/self/mem reads a raw frame", "vm_ops->access.");
	is_errno(pwrite(fd, "x", 1, (long)p), EIO,
		 "cannot write one of a private mapping");
	is_errno(pwrite(fd, "x", 1, (long)r), EIO, "nor a read-only one");
	ok(pwrite(fd, "yes", 3, (long)s + 20) == 3 && device[20] == 'y',
	   "a shared writable one reaches the device", "");
	is_errno(pread(fd, buf, 1, (long)p + PAGE), EIO,
		 "a copied page cannot be read");
	is_errno(pwrite(fd, "x", 1, (long)p + PAGE), EIO, "nor written");
	need(p[PAGE] == 0x21 && device[0] == 1);
	close(fd);
	unmap(p, 2);
	unmap(s, 2);
	unmap(r, 2);
}

/* ---- row 27, and section 3: which addresses ----------------------------- */

/* mmap() of @len bytes at @off through the plain call; 0 or errno. */
static int map_errno(unsigned long off, unsigned long len)
{
	void *p = sys_mmap(NULL, len, PROT_READ, MAP_SHARED, mem, off);

	if (p == MAP_FAILED)
		return errno;
	need(!sys_munmap(p, len));
	return 0;
}

static void test_offsets(void)
{
	is_num(map_errno(-PAGE, 2 * PAGE), EOVERFLOW,
	       "an offset that wraps 2^64", "The check before the driver's.");
	is_num(map_errno(-PAGE, PAGE), EINVAL, "the last page of 2^64", "");
	is_num(map_errno(1UL << 52, PAGE), EINVAL, "beyond any CPU's width",
	       "");
	is_num(map_errno(1UL << 62, PAGE), EINVAL, "2^62", "");
	is_num(map_errno(1UL << 63, PAGE), EINVAL, "2^63", "");
	is_num(map_errno(vram_phys, -PAGE), ENOMEM, "a length of 2^64 - 4096",
	       "");
	is_num(map_errno(vram_phys + 1, PAGE), EINVAL, "not page aligned", "");
	is_num(map_errno(0xe0000, 0x20000), 0, "the firmware's area", "");
}

/* A page of System RAM at or above @from; 0: there is none. */
static unsigned long find_ram(unsigned long from, unsigned long below)
{
	unsigned long start, end, found = 0;
	FILE *f = fopen("/proc/iomem", "r");
	char line[200], name[64];

	need(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx : %63[^\n]", &start, &end, name) !=
			    3 ||
		    line[0] == ' ' || strcmp(name, "System RAM"))
			continue;
		start = start < from ? from : (start + PAGE - 1) & -PAGE;
		if (!found && start < end && start < below)
			found = start;
	}
	fclose(f);
	return found;
}

static void test_ram(void)
{
	unsigned long low = find_ram(0x10000, 0xa0000);
	unsigned long high = find_ram(0x1000000, -1UL);
	char buf[64], *p;

	need(low && high);
	memset(buf, 1, sizeof(buf));
	is_errno(pread(mem, buf, 8, high), EPERM, "RAM is not read");
	is_errno(pwrite(mem, buf, 8, high), EPERM, "nor written");
	is_num(map_errno(high, PAGE), EPERM, "nor mapped", "");
	is_num(map_errno(vram_phys - PAGE, PAGE), 0, "devices are", "");
	ok(pread(mem, buf, 64, low) == 64 && all_bytes(buf, 0, 64),
	   "RAM below 1 MiB reads as zeros", "");
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, mem, low);
	need(p != MAP_FAILED);
	memcpy(buf, p, 64);
	ok(pwrite(mem, "changed", 7, low) == 7 && !memcmp(p, buf, 64),
	   "what is written there is discarded, and a mapping shows it", "");
	unmap(p, 1);
	is_errno(pread(mem, buf, 8, 1L << 39), EFAULT,
		 "read(2) ends with RAM: beyond it is EFAULT");
	is_errno(pwrite(mem, buf, 8, 1L << 39), EFAULT, "write(2) too");
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, mem, 0xf0000);
	need(p != MAP_FAILED);
	ok(pread(mem, buf, 64, 0xf0000 + 100) == 64 &&
		   !memcmp(buf, p + 100, 64),
	   "firmware reads as it is", "");
	unmap(p, 1);
}

/* An ordinary user with a node that everybody may open. */
static int open_as_user(void *path)
{
	if (setgid(1000) || setuid(1000))
		return 2;
	return open(path, O_RDONLY) == -1 && errno == EPERM ? 0 : 1;
}

static void test_open_lseek(void)
{
	struct stat st;

	need(!fstat(mem, &st));
	ok(S_ISCHR(st.st_mode) && (st.st_mode & 0777) == 0600 &&
		   st.st_rdev == makedev(1, 1),
	   "/dev/mem is 1:1, for root", "");
	need(!mknod("/tmp/mem", S_IFCHR | 0666, makedev(1, 1)) &&
	     !chmod("/tmp/mem", 0666));
	exits_with(run_child(open_as_user, "/tmp/mem"), 0,
		   "without privilege open is EPERM, whatever the mode", "");
	unlink("/tmp/mem");
	is_num(lseek(mem, 0x100000000, SEEK_SET), 0x100000000,
	       "a position is an address", "");
	is_num(lseek(mem, -16, SEEK_CUR), 0xfffffff0, "SEEK_CUR", "");
	is_errno(lseek(mem, 0, SEEK_END), EINVAL, "there is no end");
	fails_with(syscall(SYS_lseek, mem, -1L, SEEK_SET), EOVERFLOW,
		   "the last 4095 positions would read as errors", "");
}

static void test_maps_line(void)
{
	char *p = map(1, 2, RW, MAP_PRIVATE);
	struct map m;

	need(maps_find(p, &m));
	ok(m.offset == vram_phys + PAGE && !strcmp(m.name, "/dev/mem"),
	   "maps: offset and frame are the same address", "");
	unmap(p, 2);
}

static void test_sync(void)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	char *p;

	need(fd >= 0);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, vram_phys);
	need(p != MAP_FAILED);
	p[77] = 0x77;
	is_num(device[77], 0x77, "O_SYNC maps the same frame uncached",
	       "It gets the type in use, or asks for uncached-minus.");
	unmap(p, 1);
	close(fd);
}

int main(void)
{
	vram_find();
	mem = open("/dev/mem", O_RDWR);
	need(mem >= 0);
	device = map(0, NR, RW, MAP_SHARED);
	plan(70);
	test_shared();
	test_private();
	test_kernel_store();
	test_no_leak();
	test_fork();
	test_fork_first_page();
	test_dontfork();
	test_madvise_mlock();
	test_msync();
	test_mremap();
	test_mprotect();
	test_munmap();
	test_gup();
	test_proc_mem();
	test_offsets();
	test_ram();
	test_open_lseek();
	test_maps_line();
	test_sync();
	return done();
}
