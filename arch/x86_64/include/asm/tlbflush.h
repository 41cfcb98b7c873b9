/* SPDX-License-Identifier: MIT */
/*
 * asm/tlbflush.h - make the CPUs forget translations.
 *
 * A page-table entry that was present may be cached by any CPU in
 * mm_cpumask(mm).  After it has been cleared these functions make every such
 * CPU forget it, and return only then: the frame may be freed afterwards, not
 * before.
 *
 * In Linux: arch/x86/include/asm/tlbflush.h, arch/x86/mm/tlb.c.
 */
#ifndef KILBURN_ASM_TLBFLUSH_H
#define KILBURN_ASM_TLBFLUSH_H

#include <asm/page.h>
#include <asm/percpu.h>
#include <asm/processor.h>
#include "kernel/cpumask.h"

struct mm_struct;
struct seq_file;
struct vm_area_struct;

/* What each CPU has loaded.  Written by that CPU only, interrupts off. */
struct tlb_state {
	struct mm_struct *loaded_mm; /* whose tables CR3 points to */
	bool is_lazy;                /* a kernel thread runs on them */
};
DECLARE_PER_CPU(struct tlb_state, cpu_tlbstate);

/* How often, for benchmarks: what instruction counts do not show. */
struct tlb_stats {
	unsigned long full;  /* all user translations of this CPU */
	unsigned long pages; /* single pages */
	unsigned long ipis;  /* CPUs that were interrupted for a flush */
};
DECLARE_PER_CPU(struct tlb_stats, cpu_tlb_stats);

/* From here on @end pages one by one cost more than all at once. */
#define TLB_SINGLE_PAGE_FLUSH_CEILING 33
#define TLB_FLUSH_ALL                 (~0UL)

static inline void invlpg(unsigned long addr)
{
	__asm__ volatile("invlpg (%0)" ::"r"(addr) : "memory");
}

/* This CPU only. */
void flush_tlb_one(unsigned long addr);
void flush_tlb_local(void); /* all but global entries */

/**
 * flush_tlb_mm_range() - forget a range of an address space, on every CPU.
 * @mm: the address space
 * @start: first user address, in bytes
 * @end: the first one after the range; TLB_FLUSH_ALL for everything
 *
 * Context: interrupts enabled.  Returns when all CPUs have done it.
 */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end);

/* For one page; for a range of an area; for all of an mm. */
void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end);
void flush_tlb_mm(struct mm_struct *mm);

/**
 * flush_tlb_kernel_range() - forget kernel translations, on every CPU.
 * @start: first kernel address, in bytes
 * @end: the first one after the range
 *
 * Context: interrupts enabled, unless only one CPU is online.
 */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

/* Everything, global entries too, on every CPU. */
void flush_tlb_all(void);

/*
 * An entry became more permissive, or was wrong on this CPU only: x86 walks
 * the tables again before it faults, so there is nothing to do.
 */
static inline void flush_tlb_fix_spurious_fault(struct vm_area_struct *vma,
						unsigned long address)
{
}

/* One line a CPU: for /proc/kilburn/tlb. */
void tlb_stats_sum(struct tlb_stats *sum);

#endif /* KILBURN_ASM_TLBFLUSH_H */
