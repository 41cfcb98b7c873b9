/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fb_cow.c - mappings of frames that have no struct page: what a
 * shared and a private mapping of the frame buffer do at stores, at fork, and
 * under every call that changes address space.
 *
 * A private one is the case for which Linux wrote the rule pfn == vm_pgoff +
 * distance: its pages are the device's until the first store, and ordinary
 * memory afterwards.
 */
#include "fb.h"
#include <sys/sysinfo.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static void fill(size_t off, int nr)
{
	unsigned char row[PAGE];

	for (size_t i = 0; i < PAGE; i++)
		row[i] = (unsigned char)(i * 5 + 1);
	for (int i = 0; i < nr; i++)
		need(pwrite(fb, row, PAGE, fb_mid + off + i * PAGE) ==
		     (ssize_t)PAGE);
}

static int is_filled(const char *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p[i] != (char)(i * 5 + 1))
			return 0;
	return 1;
}

static void test_shared(void)
{
	char *a = fb_map(0, 4, RW, MAP_SHARED);
	char *b = fb_map(1, 2, RW, MAP_SHARED);

	a[PAGE + 7] = 0x11;
	is_num(b[7], 0x11, "a store in one shared mapping shows in another",
	       "Both map the same frames.");
	is_num(fb_peek(PAGE + 7), 0x11, "and on the device", "");
	b[PAGE + 9] = 0x22;
	is_num(a[2 * PAGE + 9], 0x22, "in both directions", "");
	need(!munmap(a, 4 * PAGE) && !munmap(b, 2 * PAGE));
}

static void test_private(void)
{
	char *p;
	long before;

	fill(0, 4);
	p = fb_map(0, 4, RW, MAP_PRIVATE);
	ok(is_filled(p, 0, PAGE), "a private mapping reads the device", "");
	fb_poke(PAGE + 3, 0x33);
	is_num(p[PAGE + 3], 0x33, "live", "Until its first store.");
	before = minor_faults();
	p[PAGE + 5] = 0x55;
	is_num(minor_faults() - before, 1, "the first store is one fault",
	       "The entry must be read-only although the area is writable.");
	p[PAGE + 6] = 0x66;
	is_num(minor_faults() - before, 1, "the second is none", "");
	is_num(fb_peek(PAGE + 5), (unsigned char)(5 * 5 + 1),
	       "neither reaches the device",
	       "A private entry with the write bit lets the program write "
	       "straight to the device.");
	ok(p[PAGE + 3] == 0x33 && is_filled(p + PAGE, 7, PAGE) &&
		   is_filled(p + PAGE, 0, 3),
	   "the copy has the rest of the page",
	   "All 4096 bytes are copied from the device.");
	fb_poke(PAGE + 100, 0x44);
	ok(p[PAGE + 100] == (char)(100 * 5 + 1),
	   "it is a snapshot from then on", "");
	fb_poke(2 * PAGE + 100, 0x44);
	is_num(p[2 * PAGE + 100], 0x44, "the other pages stay live",
	       "Copy-on-write is per page.");
	need(pread(fb, p + 3 * PAGE, 10, fb_mid) == 10);
	ok(p[3 * PAGE] == 1 && is_filled(p + 3 * PAGE, 10, PAGE),
	   "read(2) into it copies the page as well",
	   "The kernel's store must fault like the program's: CR0.WP.");
	fb_poke(3 * PAGE + 50, 0x77);
	ok(p[3 * PAGE + 50] == (char)(50 * 5 + 1), "which then is a snapshot",
	   "");
	need(!munmap(p, 4 * PAGE));
}

static void test_maps_offset(void)
{
	char *p = fb_map(2, 2, RW, MAP_PRIVATE);
	char *s = fb_map(2, 2, RW, MAP_SHARED);
	struct map m;

	need(maps_find(p, &m));
	is_num(m.offset, fb_fix.smem_start + fb_mid + 2 * PAGE,
	       "maps: a private one's offset is the frame's address",
	       "remap_pfn_range sets vm_pgoff to the pfn in a COW mapping, "
	       "which is what its copied pages are told by.");
	is_str(m.name, "/dev/fb0", "and its name the device's", "");
	need(maps_find(s, &m));
	is_num(m.offset, fb_mid + 2 * PAGE,
	       "a shared one's offset is the file's", "");
	need(!munmap(p, PAGE) && maps_find(p + PAGE, &m));
	is_num(m.offset, fb_fix.smem_start + fb_mid + 3 * PAGE,
	       "unmapping its first page moves the offset on", "");
	need(!munmap(p + PAGE, PAGE) && !munmap(s, 2 * PAGE));
}

struct forked {
	char *private, *shared;
	int go[2], back[2];
};

static int child(struct forked *f)
{
	char *p = f->private, c;
	long before = minor_faults();

	if (f->shared[9] != 0x19)
		return 1;
	if (minor_faults() != before)
		return 2;
	if (p[PAGE] != 0x21 || p[2 * PAGE + 9] != 0x29)
		return 3;
	if (read(f->go[0], &c, 1) != 1) /* the parent stores meanwhile */
		return 4;
	if (p[PAGE] != 0x21 || p[3 * PAGE + 1] != (char)(1 * 5 + 1))
		return 5;
	p[PAGE] = 0x41;
	p[2 * PAGE] = 0x42;
	f->shared[10] = 0x43;
	return p[PAGE] == 0x41 && p[2 * PAGE] == 0x42 ? 0 : 6;
}

static void test_fork(void)
{
	struct forked f;
	int status;
	pid_t pid;

	fill(0, 4);
	f.shared = fb_map(0, 1, RW, MAP_SHARED);
	f.private = fb_map(0, 4, RW, MAP_PRIVATE);
	need(!pipe(f.go));
	f.shared[9] = 0x19;
	f.private[PAGE] = 0x21; /* copied before the fork, not the first page */
	fb_poke(2 * PAGE + 9, 0x29);
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(child(&f));
	f.private[PAGE] = 0x31;
	f.private[3 * PAGE + 1] = 0x32;
	need(write(f.go[1], "", 1) == 1);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(
		status, 0, "fork copies both kinds of mapping",
		"1: shared bytes not seen; 2: a fault although the entry "
		"should have been copied; 3: a copy made before fork, or the "
		"live picture, not seen; 5: the parent's store after fork is "
		"seen; 6: the child's own stores are lost.");
	ok(f.private[PAGE] == 0x31 && f.private[3 * PAGE + 1] == 0x32,
	   "the parent keeps its own copies", "");
	ok(f.private[2 * PAGE] == 1, "and does not see the child's", "");
	is_num(f.shared[10], 0x43, "shared stores of the child are seen", "");
	ok(fb_peek(PAGE) == 1 && fb_peek(2 * PAGE) == 1 &&
		   fb_peek(3 * PAGE + 1) == 6,
	   "no private store has reached the device", "");
	close(f.go[0]);
	close(f.go[1]);
	need(!munmap(f.private, 4 * PAGE) && !munmap(f.shared, PAGE));
}

static int child_reads(void *p)
{
	return *(volatile char *)p != 0;
}

static void test_madvise(void)
{
	char *p = fb_map(0, 4, RW, MAP_PRIVATE);

	p[PAGE] = 0x12;
	is_errno(madvise(p, 4 * PAGE, MADV_DONTNEED), EINVAL,
		 "MADV_DONTNEED is EINVAL");
	is_num(p[PAGE], 0x12, "and a copied page is still there", "");
	is_errno(madvise(p, 4 * PAGE, MADV_DOFORK), EINVAL,
		 "MADV_DOFORK is EINVAL: the area is VM_IO");
	ok(!madvise(p, 4 * PAGE, MADV_DONTFORK), "MADV_DONTFORK is allowed",
	   "");
	dies_by(run_child(child_reads, p), SIGSEGV,
		"and keeps the area out of the child", "");
	ok(!mlock(p, 4 * PAGE) && !munlock(p, 4 * PAGE),
	   "mlock succeeds and does nothing", "");
	need(!munmap(p, 4 * PAGE));
}

static void test_mremap(void)
{
	char *p, *q;

	fill(0, 4);
	p = fb_map(0, 4, RW, MAP_PRIVATE);
	p[PAGE] = 0x51;
	is_errno(sys_mremap(p, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, NULL),
		 EFAULT, "growing is EFAULT");
	is_errno(sys_mremap(p, 4 * PAGE, 4 * PAGE,
			    MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL),
		 EINVAL, "MREMAP_DONTUNMAP is EINVAL");
	q = sys_mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       free_range(4));
	ok(q != MAP_FAILED && q[PAGE] == 0x51, "moving keeps a copied page",
	   "");
	need(q != MAP_FAILED);
	fb_poke(2 * PAGE + 4, 0x52);
	is_num(q[2 * PAGE + 4], 0x52, "and an uncopied one live", "");
	q[2 * PAGE] = 0x53;
	ok(fb_peek(2 * PAGE) == 1 && q[2 * PAGE] == 0x53 &&
		   q[2 * PAGE + 4] == 0x52,
	   "which is copied at its next store",
	   "A moved entry must keep its special bit and stay read-only.");
	ok(sys_mremap(q, 4 * PAGE, 2 * PAGE, 0, NULL) == q && q[PAGE] == 0x51,
	   "shrinking works", "");
	is_num(read_fault(p), SEGV_MAPERR, "the old place is gone", "");
	need(!munmap(q, 2 * PAGE));
}

static void test_mprotect(void)
{
	int ro = open("/dev/fb0", O_RDONLY);
	char *p, *s;

	fill(0, 4);
	p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, ro, fb_mid);
	need(ro >= 0 && p != MAP_FAILED && p[PAGE] == 1);
	need(!mprotect(p, 4 * PAGE, RW));
	p[PAGE] = 0x61;
	ok(p[PAGE] == 0x61 && fb_peek(PAGE) == 1,
	   "read-only, made writable, stored to: a copy",
	   "mprotect must not set the write bit on a frame of the device.");
	need(!mprotect(p, 4 * PAGE, PROT_READ) && !mprotect(p, 4 * PAGE, RW));
	p[PAGE + 1] = 0x62;
	p[2 * PAGE] = 0x63;
	ok(p[PAGE] == 0x61 && p[PAGE + 1] == 0x62 && fb_peek(PAGE + 1) == 6 &&
		   fb_peek(2 * PAGE) == 1,
	   "there and back again: the copy stays a copy", "");
	need(!mprotect(p, 4 * PAGE, PROT_NONE));
	is_num(read_fault(p + 3 * PAGE), SEGV_ACCERR, "PROT_NONE", "");
	need(!mprotect(p, 4 * PAGE, PROT_READ));
	ok(p[PAGE] == 0x61 && p[3 * PAGE] == 1, "gives all back afterwards",
	   "");
	s = fb_map(0, 2, PROT_READ, MAP_SHARED);
	need(s[0] == 1 && !mprotect(s, 2 * PAGE, RW));
	s[0] = 0x64;
	is_num(fb_peek(0), 0x64,
	       "a shared one made writable reaches the device",
	       "A shared frame is never copied (the bug of 2.6.20).");
	need(!munmap(p, 4 * PAGE) && !munmap(s, 2 * PAGE) && !close(ro));
}

static void test_munmap(void)
{
	char *p;

	fill(0, 4);
	p = fb_map(0, 4, RW, MAP_PRIVATE);
	p[3 * PAGE] = 0x71;
	need(!munmap(p + PAGE, 2 * PAGE));
	fb_poke(8, 0x72);
	is_num(p[8], 0x72, "a hole in the middle: the first page is live", "");
	ok(p[3 * PAGE] == 0x71 && p[3 * PAGE + 1] == 6,
	   "the last one keeps its copy",
	   "A split must add to vm_pgoff, or the copy is taken for a frame of "
	   "the device, or the reverse.");
	layout_is(p, 4, "1rw 2. 1rw", "as maps shows", "");
	need(!munmap(p, 4 * PAGE));
	p = fb_map(0, 2, RW, MAP_PRIVATE);
	need(mmap(p + 2 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED, fb,
		  fb_mid + 2 * PAGE) == p + 2 * PAGE);
	layout_is(p, 3, "2rw 1rw", "such areas never merge", "VM_SPECIAL.");
	need(!munmap(p, 3 * PAGE));
}

static void test_others(void)
{
	char *p = fb_map(0, 4, RW, MAP_PRIVATE), *s;
	unsigned char vec[4] = { 9, 9, 9, 9 };
	int fds[2];

	s = fb_map(0, 4, RW, MAP_SHARED);
	p[PAGE] = 1;
	ok(!mincore(p, 4 * PAGE, vec) && all_bytes(vec, 0, 4),
	   "mincore says 0 for every page, copied or not", "");
	ok(!msync(p, 4 * PAGE, MS_SYNC) && !msync(s, 4 * PAGE, MS_ASYNC),
	   "msync of a private one, and MS_ASYNC, do nothing", "");
	need(!pipe(fds));
	is_num(write(fds[1], s, 100), 100, "write(2) from the mapping works",
	       "copy_from_user needs no struct page.");
	is_num(read(fds[0], s + PAGE, 100), 100, "and read(2) into it", "");
	is_num(fb_peek(PAGE + 99), (unsigned char)s[99], "to the device", "");
	close(fds[0]);
	close(fds[1]);
	need(!munmap(p, 4 * PAGE) && !munmap(s, 4 * PAGE));
}

static void test_debugger_and_sync(void)
{
	int self = open("/proc/self/mem", O_RDWR),
	    fb = open("/dev/fb0", O_RDWR);
	char *s = fb_map(0, 1, RW, MAP_SHARED), byte;

	need(self >= 0 && fb >= 0);
	is_errno(pread(self, &byte, 1, (off_t)s), EIO,
		 "/proc/self/mem does not read the screen");
	is_errno(pwrite(self, &byte, 1, (off_t)s), EIO, "nor write it");
	ok(!fsync(fb) && !fdatasync(fb) && !msync(s, PAGE, MS_SYNC),
	   "fsync and msync succeed", "The stores are on the screen already.");
	need(!munmap(s, PAGE));
	close(self);
	close(fb);
}

static unsigned long free_kib(void)
{
	struct sysinfo si;

	need(!sysinfo(&si));
	return si.freeram * si.mem_unit >> 10;
}

/* 200 rounds of 32 copies are 25 MiB, should they not be freed. */
static void test_no_leak(void)
{
	unsigned long before = free_kib(), after;

	for (int i = 0; i < 200; i++) {
		char *p = fb_map(0, 33, RW, MAP_PRIVATE);

		for (int j = 1; j < 33; j++)
			p[j * PAGE] = (char)i;
		need(!munmap(p, 33 * PAGE));
	}
	after = free_kib();
	ok(after + 4096 >= before, "copies are freed with the mapping",
	   "A copied page is ordinary memory, and counted.");
	before = after;
	for (int i = 0; i < 2000; i++) {
		char *p = fb_map(0, 33, RW, MAP_SHARED);

		p[PAGE] = (char)i;
		need(!munmap(p, 33 * PAGE));
	}
	after = free_kib();
	ok(after + 4096 >= before && after <= before + 4096,
	   "frames of the device are neither lost nor freed",
	   "Unmapping must not drop a reference that was never taken.");
	diag("free: %lu KiB, then %lu KiB", before, after);
}

int main(void)
{
	fb_open();
	plan(54);
	test_shared();
	test_private();
	test_maps_offset();
	test_fork();
	test_madvise();
	test_mremap();
	test_mprotect();
	test_munmap();
	test_others();
	test_debugger_and_sync();
	test_no_leak();
	return done();
}
