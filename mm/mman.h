/* SPDX-License-Identifier: MIT */
/*
 * mm/mman.h - the flags of the memory system calls, as programs pass them.
 *
 * In Linux: include/uapi/asm-generic/mman-common.h, mman.h, linux/mman.h,
 * arch/x86/include/uapi/asm/mman.h.
 */
#ifndef KILBURN_MM_MMAN_H
#define KILBURN_MM_MMAN_H

/* clang-format off */
#define PROT_NONE	0x0UL
#define PROT_READ	0x1UL
#define PROT_WRITE	0x2UL
#define PROT_EXEC	0x4UL
#define PROT_SEM	0x8UL		/* allowed and without effect */
#define PROT_GROWSDOWN	0x01000000UL	/* mprotect: from the stack's start */
#define PROT_GROWSUP	0x02000000UL	/* mprotect: no area here grows up */

#define MAP_SHARED		0x000001UL
#define MAP_PRIVATE		0x000002UL
#define MAP_SHARED_VALIDATE	0x000003UL	/* unknown flags are errors */
#define MAP_TYPE		0x00000fUL
#define MAP_FIXED		0x000010UL
#define MAP_ANONYMOUS		0x000020UL
#define MAP_32BIT		0x000040UL
#define MAP_GROWSDOWN		0x000100UL
#define MAP_DENYWRITE		0x000800UL	/* ignored */
#define MAP_EXECUTABLE		0x001000UL	/* ignored */
#define MAP_LOCKED		0x002000UL
#define MAP_NORESERVE		0x004000UL
#define MAP_POPULATE		0x008000UL
#define MAP_NONBLOCK		0x010000UL	/* undoes MAP_POPULATE */
#define MAP_STACK		0x020000UL	/* ignored */
#define MAP_HUGETLB		0x040000UL
#define MAP_SYNC		0x080000UL
#define MAP_FIXED_NOREPLACE	0x100000UL
#define MAP_UNINITIALIZED	0x4000000UL	/* ignored */
#define MAP_HUGE_SHIFT		26		/* log2 of the page size */
#define MAP_HUGE_MASK		0x3fUL

#define MREMAP_MAYMOVE		1UL
#define MREMAP_FIXED		2UL
#define MREMAP_DONTUNMAP	4UL

#define MS_ASYNC	1
#define MS_INVALIDATE	2
#define MS_SYNC		4

#define MLOCK_ONFAULT	1
#define MCL_CURRENT	1
#define MCL_FUTURE	2
#define MCL_ONFAULT	4

#define MADV_NORMAL		0
#define MADV_RANDOM		1
#define MADV_SEQUENTIAL		2
#define MADV_WILLNEED		3
#define MADV_DONTNEED		4
#define MADV_FREE		8
#define MADV_REMOVE		9
#define MADV_DONTFORK		10
#define MADV_DOFORK		11
#define MADV_MERGEABLE		12
#define MADV_UNMERGEABLE	13
#define MADV_HUGEPAGE		14
#define MADV_NOHUGEPAGE		15
#define MADV_DONTDUMP		16
#define MADV_DODUMP		17
#define MADV_WIPEONFORK		18
#define MADV_KEEPONFORK		19
#define MADV_COLD		20
#define MADV_PAGEOUT		21
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#define MADV_DONTNEED_LOCKED	24
/* clang-format on */

/* sysctl_overcommit_memory */
enum {
	OVERCOMMIT_GUESS,  /* refuse only what could never fit */
	OVERCOMMIT_ALWAYS, /* refuse nothing */
	OVERCOMMIT_NEVER,  /* count every promise against a limit */
};

#endif /* KILBURN_MM_MMAN_H */
