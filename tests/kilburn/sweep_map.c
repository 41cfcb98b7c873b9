/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/sweep_map.c - each memory call, with each allocation failing.
 */

#include "sweep.h"
#include <sys/uio.h>

#define RW      (PROT_READ | PROT_WRITE)
#define ANON    (MAP_PRIVATE | MAP_ANONYMOUS)
#define MIDDLE  (SCENE + 4 * PAGE)
#define PART    (4 * PAGE)
#define FILE_AT "/tmp/sweep"

static int file;

static long address(void *p)
{
	return p == MAP_FAILED ? -1 : (long)p;
}

/* ---- mmap, munmap ------------------------------------------------------- */

static long map_anon(void)
{
	return address(mmap(ELSEWHERE, PART, RW, ANON, -1, 0));
}

static long map_populated(void)
{
	return address(mmap(ELSEWHERE, PART, RW, ANON | MAP_POPULATE, -1, 0));
}

static long map_shared_anon(void)
{
	return address(
		mmap(ELSEWHERE, PART, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static long map_file_private(void)
{
	return address(mmap(ELSEWHERE, PART, RW, MAP_PRIVATE, file, 0));
}

static long map_file_shared(void)
{
	return address(mmap(ELSEWHERE, PART, RW, MAP_SHARED, file, 0));
}

static long map_zero_device(void)
{
	int fd = open("/dev/zero", O_RDWR);
	int err;
	long ret;

	if (fd < 0)
		return -1;
	ret = address(mmap(ELSEWHERE, PART, RW, MAP_SHARED, fd, 0));
	err = errno;
	close(fd);
	errno = err;
	return ret;
}

static long map_fixed_over(void)
{
	return address(mmap(MIDDLE, PART, PROT_READ, ANON | MAP_FIXED, -1, 0));
}

static long map_file_fixed_over(void)
{
	return address(mmap(MIDDLE, PART, PROT_READ, MAP_PRIVATE | MAP_FIXED,
			    file, 0));
}

static long map_between(void)
{
	/* Two neighbours become one with it. */
	if (mprotect(MIDDLE, PAGE, PROT_READ) || mprotect(MIDDLE, PAGE, RW))
		return -1;
	return address(mmap(SCENE + SCENE_LEN, PART, RW, ANON, -1, 0));
}

static long unmap_middle(void)
{
	return munmap(MIDDLE, PART);
}

static long unmap_all(void)
{
	return munmap(SCENE, SCENE_LEN);
}

/* ---- mprotect, madvise, mlock, brk -------------------------------------- */

static long protect_middle(void)
{
	return mprotect(MIDDLE, PART, PROT_READ);
}

static long protect_end(void)
{
	return mprotect(SCENE + SCENE_LEN - PART, PART, PROT_NONE);
}

static long advise_dontfork(void)
{
	return madvise(MIDDLE, PART, MADV_DONTFORK);
}

static long advise_dontneed(void)
{
	return madvise(MIDDLE, PART, MADV_DONTNEED);
}

static long lock_middle(void)
{
	return mlock(MIDDLE, PART);
}

static long lock_fresh(void)
{
	char *p = mmap(ELSEWHERE, PART, RW, ANON, -1, 0);
	int err;

	if (p == MAP_FAILED)
		return -1;
	if (!mlock(p, PART))
		return 0;
	err = errno;
	munmap(p, PART); /* the area stays locked, as on Linux */
	errno = err;
	return -1;
}

static long lock_all(void)
{
	return mlockall(MCL_CURRENT);
}

static void undo_lock_all(long unused)
{
	munlockall();
}

static unsigned long old_brk;

static long grow_brk(void)
{
	old_brk = sys_brk(0);
	if (sys_brk(old_brk + 3 * PAGE) == old_brk + 3 * PAGE)
		return 0;
	errno = ENOMEM;
	return -1;
}

static void undo_brk(long unused)
{
	sys_brk(old_brk);
}

/* ---- mremap ------------------------------------------------------------- */

static long grow_in_place(void)
{
	return address(sys_mremap(SCENE, SCENE_LEN, SCENE_LEN + PART, 0, NULL));
}

static long shrink(void)
{
	return address(sys_mremap(SCENE, SCENE_LEN, PART, 0, NULL));
}

static long move_middle(void)
{
	return address(
		sys_mremap(MIDDLE, PART, 2 * PART, MREMAP_MAYMOVE, NULL));
}

static void undo_move(long p)
{
	munmap((void *)p, 2 * PART);
}

static long move_fixed(void)
{
	return address(sys_mremap(SCENE, SCENE_LEN, SCENE_LEN,
				  MREMAP_MAYMOVE | MREMAP_FIXED, ELSEWHERE));
}

static long move_fixed_over(void)
{
	return address(sys_mremap(MIDDLE, PAGE, PAGE,
				  MREMAP_MAYMOVE | MREMAP_FIXED,
				  MIDDLE + 4 * PAGE));
}

static long move_and_leave(void)
{
	return address(sys_mremap(
		MIDDLE, PART, PART,
		MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, ELSEWHERE));
}

/* ---- faults ------------------------------------------------------------- */

/* The program's own accesses are simply tried again. */
static long touch_fresh(void)
{
	volatile char *p = mmap(ELSEWHERE, 3 * PAGE, RW, ANON, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	(void)p[0];
	p[0] = 1;
	p[2 * PAGE] = 1;
	return p[0] + p[PAGE] + p[2 * PAGE] == 2 ? 0 : -1;
}

static long touch_file(void)
{
	volatile char *p = mmap(ELSEWHERE, PART, RW, MAP_PRIVATE, file, 0);

	if (p == MAP_FAILED)
		return -1;
	(void)p[0];
	p[0] = 7;
	p[PAGE] = 8;
	return p[0] == 7 && p[PAGE] == 8 ? 0 : -1;
}

static long touch_hole_shared(void)
{
	volatile char *p;
	char name[] = "/tmp/sweep.hole";
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), err;
	long ret = -1;

	if (fd < 0)
		return -1;
	p = ftruncate(fd, PART) ? MAP_FAILED
				: mmap(ELSEWHERE, PART, RW, MAP_SHARED, fd, 0);
	err = errno;
	if (p != MAP_FAILED) {
		p[PAGE] = 1;
		ret = 0;
	}
	close(fd);
	unlink(name);
	errno = err;
	return ret;
}

/* The kernel's accesses to a buffer cannot: EFAULT, or what was done. */
static long read_into_fresh(void)
{
	char *p = mmap(ELSEWHERE, PART, RW, ANON, -1, 0);
	ssize_t n;
	int err;

	if (p == MAP_FAILED)
		return -1;
	n = pread(file, p, PART, 0);
	if (n < 0) {
		err = errno;
		munmap(p, PART);
		errno = err;
	}
	return n;
}

static long read_into_copy(void)
{
	char *p = mmap(ELSEWHERE, PART, RW, MAP_PRIVATE, file, 0);
	ssize_t n;
	int err;

	if (p == MAP_FAILED)
		return -1;
	n = pread(file, p + 100, PART - 200, 0);
	if (n < 0) {
		err = errno;
		munmap(p, PART);
		errno = err;
	}
	return n;
}

static long write_to_file(void)
{
	char name[] = "/tmp/sweep.new";
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), err;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, SCENE, 3 * PAGE);
	err = errno;
	close(fd);
	unlink(name);
	errno = err;
	return n;
}

static long copy_from_own_memory(void)
{
	static char to[2 * PAGE];
	struct iovec local = { to, sizeof(to) };
	struct iovec remote = { SCENE, sizeof(to) };

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

static const struct sweep_op ops[] = {
	{ "mmap of anonymous memory", map_anon, NULL, 0 },
	{ "mmap with MAP_POPULATE", map_populated, NULL, 0 },
	{ "mmap of shared anonymous memory", map_shared_anon, NULL,
	  MAY_ENOSPC },
	{ "mmap of a file, private", map_file_private, NULL, 0 },
	{ "mmap of a file, shared", map_file_shared, NULL, 0 },
	{ "mmap of /dev/zero, shared", map_zero_device, NULL, MAY_ENOSPC },
	{ "mmap with MAP_FIXED over the middle", map_fixed_over, NULL, 0 },
	{ "the same with a file", map_file_fixed_over, NULL, 0 },
	{ "mmap next to an area", map_between, NULL, 0 },
	{ "munmap of the middle", unmap_middle, NULL, 0 },
	{ "munmap of all", unmap_all, NULL, 0 },
	{ "mprotect of the middle", protect_middle, NULL, 0 },
	{ "mprotect of the end", protect_end, NULL, 0 },
	{ "madvise(MADV_DONTFORK)", advise_dontfork, NULL, MAY_EAGAIN },
	{ "madvise(MADV_DONTNEED)", advise_dontneed, NULL, 0 },
	{ "mlock of the middle", lock_middle, NULL, 0 },
	{ "mlock of fresh memory", lock_fresh, NULL, MAY_EAGAIN },
	{ "mlockall", lock_all, undo_lock_all, 0 },
	{ "brk, growing", grow_brk, undo_brk, 0 },
	{ "mremap, growing in place", grow_in_place, NULL, 0 },
	{ "mremap, shrinking", shrink, NULL, 0 },
	{ "mremap, moving the middle", move_middle, undo_move, 0 },
	{ "mremap to a fixed place", move_fixed, NULL, 0 },
	{ "mremap over something", move_fixed_over, NULL, MAY_LOSE_TARGET },
	{ "mremap with MREMAP_DONTUNMAP", move_and_leave, NULL, 0 },
	{ "faults on anonymous memory", touch_fresh, NULL, 0 },
	{ "faults on a private file", touch_file, NULL, 0 },
	{ "a fault on a hole of a shared file", touch_hole_shared, NULL,
	  MAY_ENOSPC },
	{ "read into fresh memory", read_into_fresh, NULL, MAY_EFAULT },
	{ "read into a private file map", read_into_copy, NULL, MAY_EFAULT },
	{ "write of new pages of a file", write_to_file, NULL, MAY_ENOSPC },
	{ "process_vm_readv", copy_from_own_memory, NULL, MAY_EFAULT },
};

int main(void)
{
	const int nr = sizeof(ops) / sizeof(ops[0]);
	char page[PAGE];

	plan(nr);
	file = open(FILE_AT, O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(file >= 0);
	memset(page, 'f', sizeof(page));
	for (int i = 0; i < 16; i++)
		need(write(file, page, sizeof(page)) == sizeof(page));
	fail_nth_init();
	for (int i = 0; i < nr; i++)
		sweep(&ops[i]);
	unlink(FILE_AT);
	return done();
}
