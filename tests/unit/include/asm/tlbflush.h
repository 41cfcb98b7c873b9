/* SPDX-License-Identifier: MIT */
/*
 * asm/tlbflush.h for host programs: no TLB, but the flushes are counted, so a
 * test can ask for one before a frame is freed, or for not too many.
 */
#ifndef KILBURN_HOST_ASM_TLBFLUSH_H
#define KILBURN_HOST_ASM_TLBFLUSH_H

#include <asm/page.h>
#include "kernel/cpumask.h"

struct mm_struct;
struct vm_area_struct;

extern unsigned long host_tlb_flushes;

#define TLB_FLUSH_ALL (~0UL)

static inline void flush_tlb_all(void)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				      unsigned long end)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_range(struct vm_area_struct *vma,
				   unsigned long start, unsigned long end)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_page(struct vm_area_struct *vma,
				  unsigned long addr)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_kernel_range(unsigned long start,
					  unsigned long end)
{
	host_tlb_flushes++;
}

static inline void flush_tlb_fix_spurious_fault(struct vm_area_struct *vma,
						unsigned long address)
{
}

#endif /* KILBURN_HOST_ASM_TLBFLUSH_H */
