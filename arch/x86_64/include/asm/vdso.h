/* SPDX-License-Identifier: MIT */
/*
 * asm/vdso.h - a shared object that the kernel puts into every program, so
 * that it can read the clock without a system call.
 *
 *	AT_SYSINFO_EHDR ──►	+------------------------+
 *				| ELF image and code     |  vdso_image.S
 *				+------------------------+
 *				| struct vdso_data       |  written by the kernel
 *				+------------------------+
 *
 * In Linux: arch/x86/entry/vdso/, include/vdso/datapage.h.
 */
#ifndef KILBURN_ASM_VDSO_H
#define KILBURN_ASM_VDSO_H

#define VDSO_PAGES 2

/* Byte offsets in struct vdso_data. */
#define VDSO_TSC_BOOT        0
#define VDSO_TSC_MULT        8
#define VDSO_REALTIME_OFFSET 16

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

struct mm_struct;

/*
 * What the code computes with; see asm/tsc.h.  The first two are constant when
 * the first program starts, the last is one word: no lock is needed.
 */
struct vdso_data {
	u64 tsc_boot, tsc_mult;
	u64 realtime_offset; /* CLOCK_REALTIME minus CLOCK_MONOTONIC, ns */
};

/**
 * update_vsyscall() - tell programs the time of day.
 * @realtime_offset: ns from boot's begin to 1970's
 *
 * Context: any, after tsc_init().
 */
void update_vsyscall(u64 realtime_offset);

/**
 * arch_setup_additional_pages() - map the vDSO into a new program.
 *
 * Sets current->mm->vdso.
 *
 * Context: exec, after the point of no return; takes mmap_lock.
 * Return: 0 or -errno.
 */
int arch_setup_additional_pages(void);

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_VDSO_H */
