/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/map_steps.c - calls that change the address space.
 */
#include "walk.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define HUGE_LEN (1UL << 36)

static bool locks_future; /* by mlockall() */

/* What lies in /dev/mem: video memory, or the firmware's area below 1 MiB. */
static unsigned long pick_raw_offset(void)
{
	if (one_in(6))
		return 0xf0000 + pick(8) * PAGE;
	if (one_in(20))
		return PICK(0, 1L << 45, -4096L, -8192L, 1L << 62, 0x100000);
	return vram + pick(12) * PAGE;
}

static long pick_map_flags(void)
{
	long flags = PICK(MAP_PRIVATE, MAP_PRIVATE, MAP_PRIVATE, MAP_SHARED,
			  MAP_SHARED, MAP_SHARED_VALIDATE);

	if (one_in(2))
		flags |= PICK(MAP_FIXED, MAP_FIXED, MAP_FIXED,
			      MAP_FIXED_NOREPLACE);
	if (one_in(10))
		flags |= MAP_NORESERVE;
	if (one_in(8))
		flags |= MAP_POPULATE;
	if (one_in(12))
		flags |= MAP_LOCKED;
	if (one_in(10))
		flags |= MAP_GROWSDOWN;
	if (one_in(25))
		flags |= PICK(MAP_DENYWRITE, MAP_EXECUTABLE, MAP_STACK,
			      MAP_NONBLOCK, 0x80000 /* SYNC */, 0x200,
			      0x10000000, MAP_SHARED_VALIDATE,
			      0x4000000 /* UNINITIALIZED */);
	if (one_in(60))
		flags &= ~0xfL;
	return flags;
}

static void step_mmap(void)
{
	unsigned long addr = one_in(3) ? 0 : pick_addr(), len = pick_len();
	long flags = pick_map_flags(), offset = 0;
	int prot = pick_prot();
	enum walk_file file = NO_FILE;

	if (one_in(2)) {
		file = PICK(FILE_A, FILE_A, FILE_B, FILE_B, FILE_MEM, FILE_MEM,
			    FILE_A_RO, FILE_A_WO, FILE_ZERO, FILE_RAW, FILE_RAW,
			    FILE_RAW, FILE_RAW_RO, FILE_PIPE, NO_FILE);
		offset = one_in(2) ? 0 : pick(9) * PAGE;
	}
	if (file == FILE_RAW || file == FILE_RAW_RO)
		offset = pick_raw_offset();
	else if (one_in(60))
		offset = PICK(1, 0x800, -4096L, -8192L, 1L << 62, 1L << 44);
	if (file == NO_FILE && !one_in(40))
		flags |= MAP_ANONYMOUS;
	if (one_in(50) && file != FILE_RAW && file != FILE_RAW_RO &&
	    !locks_future && !(flags & (MAP_LOCKED | MAP_POPULATE))) {
		len = HUGE_LEN;
		addr = 0;
		flags &= ~(MAP_FIXED | MAP_FIXED_NOREPLACE);
		prot = PICK(PROT_NONE, PROT_NONE, PROT_READ | PROT_WRITE);
	}
	say("mmap(%s, %lx, prot %x, flags %lx, %s, %lx)", place(addr), len,
	    prot, flags, walk_file_names[file], offset);
	if (file == FILE_MEM && flags & MAP_SHARED &&
	    known_difference(KNOWN_SEALED_MAP, addr, len))
		return;
	make(SYS_mmap, addr, len, prot, flags, walk_fds[file], offset);
}

static void step_munmap(void)
{
	unsigned long addr, len;

	pick_range(&addr, &len);
	say("munmap(%s, %lx)", place(addr), len);
	make(SYS_munmap, addr, len, 0, 0, 0, 0);
}

static void step_mprotect(void)
{
	unsigned long addr, len;
	int prot = pick_prot();

	pick_range(&addr, &len);
	if (one_in(12))
		prot |= PICK(PROT_GROWSDOWN, PROT_GROWSUP,
			     PROT_GROWSDOWN | PROT_GROWSUP);
	say("mprotect(%s, %lx, %x)", place(addr), len, prot);
	make(SYS_mprotect, addr, len, prot, 0, 0, 0);
}

static void step_mremap(void)
{
	unsigned long addr, len, new_len, to = pick_addr();
	long flags = PICK(0, MREMAP_MAYMOVE, MREMAP_MAYMOVE, MREMAP_MAYMOVE,
			  MREMAP_MAYMOVE | MREMAP_FIXED,
			  MREMAP_MAYMOVE | MREMAP_FIXED,
			  MREMAP_MAYMOVE | MREMAP_FIXED,
			  MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
			  MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
			  MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
			  MREMAP_FIXED, MREMAP_DONTUNMAP, 8);

	pick_range(&addr, &len);
	new_len = one_in(3) ? len : pick_len();
	if (one_in(25))
		len = 0;
	say("mremap(%s, %lx, %lx, %lx, %s)", place(addr), len, new_len, flags,
	    place(to));
	make(SYS_mremap, addr, len, new_len, flags, to, 0);
}

static void step_madvise(void)
{
	unsigned long addr, len;
	long advice = PICK(0, 1, 2, 3, 4, 4, 4, 4, 4, 8, 8, 9, 9, 10, 10, 11,
			   12, 13, 15, 16, 17, 18, 18, 18, 19, 20, 21, 22, 22,
			   22, 23, 23, 23, 24, 24, 100, 101, 7, 26);

	pick_range(&addr, &len);
	say("madvise(%s, %lx, %ld)", place(addr), len, advice);
	if (advice == MADV_FREE && known_difference(KNOWN_LAZY_FREE, addr, len))
		return;
	make(SYS_madvise, addr, len, advice, 0, 0, 0);
}

static void step_mlock(void)
{
	unsigned long addr, len;

	pick_range(&addr, &len);
	if (one_in(3)) {
		say("munlock(%s, %lx)", place(addr), len);
		make(SYS_munlock, addr, len, 0, 0, 0, 0);
	} else if (one_in(2)) {
		long flags = PICK(0, 1, 1, 2);

		say("mlock2(%s, %lx, %ld)", place(addr), len, flags);
		make(SYS_mlock2, addr, len, flags, 0, 0, 0);
	} else {
		say("mlock(%s, %lx)", place(addr), len);
		make(SYS_mlock, addr, len, 0, 0, 0, 0);
	}
}

static bool has_huge_area(void)
{
	for (int i = 0; i < nr_areas; i++)
		if (areas[i].end - areas[i].start > 4096 * PAGE)
			return true;
	return false;
}

static void step_mlockall(void)
{
	long flags = PICK(MCL_CURRENT, MCL_CURRENT, MCL_FUTURE,
			  MCL_CURRENT | MCL_FUTURE, MCL_CURRENT | MCL_ONFAULT,
			  MCL_FUTURE | MCL_ONFAULT, MCL_ONFAULT, 0, 8);

	if (one_in(2) || has_huge_area()) {
		say("munlockall()");
		make(SYS_munlockall, 0, 0, 0, 0, 0, 0);
		locks_future = false;
		return;
	}
	say("mlockall(%ld)", flags);
	if (!make(SYS_mlockall, flags, 0, 0, 0, 0, 0))
		locks_future = flags & MCL_FUTURE;
}

static void step_msync(void)
{
	unsigned long addr, len;
	long flags = PICK(0, MS_ASYNC, MS_SYNC, MS_INVALIDATE,
			  MS_SYNC | MS_INVALIDATE, MS_SYNC | MS_ASYNC, 8);

	pick_range(&addr, &len);
	say("msync(%s, %lx, %ld)", place(addr), len, flags);
	make(SYS_msync, addr, len, flags, 0, 0, 0);
}

static void step_mincore(void)
{
	static unsigned char vec[PAGE] __attribute__((aligned(PAGE)));
	unsigned long addr, len, sum = 0;

	pick_range(&addr, &len);
	if (len > 64 * PAGE && len < 1UL << 40)
		len = 64 * PAGE;
	for (size_t i = 0; i < PAGE; i++)
		vec[i] = 0;
	say("mincore(%s, %lx)", place(addr), len);
	make(SYS_mincore, addr, len, one_in(20) ? 1 : (long)vec, 0, 0, 0);
	for (size_t i = 0; i < PAGE; i++)
		sum += (i + 1) * vec[i];
	say(" [%lu]", sum);
}

static void step_brk(void)
{
	unsigned long to = heap + pick(12) * PAGE;

	if (one_in(4))
		to += pick(PAGE);
	if (one_in(15))
		to = PICK(0, arena, top, heap - PAGE, -1L);
	say("brk(%s)", place(to));
	make(SYS_brk, to, 0, 0, 0, 0, 0);
}

const struct step map_steps[] = {
	{ step_mmap, 34 },    { step_munmap, 5 },   { step_mprotect, 12 },
	{ step_mremap, 14 },  { step_madvise, 14 }, { step_mlock, 5 },
	{ step_mlockall, 1 }, { step_msync, 3 },    { step_mincore, 2 },
	{ step_brk, 4 },      { NULL, 0 },
};
