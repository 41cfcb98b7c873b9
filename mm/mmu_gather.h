/* SPDX-License-Identifier: MIT */
/*
 * mm/mmu_gather.h - unmap much, flush once, and only then free.
 *
 * A frame may be freed only after no CPU can reach it: entries are cleared
 * first, pages collected here, every CPU's TLB flushed once, and the pages
 * freed last.
 *
 * In Linux: include/asm-generic/tlb.h, mm/mmu_gather.c.
 */
#ifndef KILBURN_MM_MMU_GATHER_H
#define KILBURN_MM_MMU_GATHER_H

#include "mm/mm_types.h"
#include "mm/page.h"

#define MMU_GATHER_BUNDLE 24

struct mmu_gather_batch {
	struct mmu_gather_batch *next;
	unsigned int nr, max;
	struct page **pages;
};

struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start,
		end;       /* what must be flushed; empty if start >= end */
	bool fullmm;       /* the whole address space is going away */
	bool freed_tables; /* page-table pages are among the pages */
	bool vma_pfn; /* saw an area of raw frames: flush before it is unlinked */
	unsigned int nr_batches; /* beyond the local one */
	struct mmu_gather_batch *active;
	struct mmu_gather_batch local;
	struct page *local_pages[MMU_GATHER_BUNDLE];
};

/**
 * tlb_gather_mmu() - begin to unmap.
 * @tlb: on the caller's stack
 * @mm: the address space
 *
 * Context: mmap_lock held, or the last user of @mm.
 */
void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm);

/* Flush what has been cleared so far and free what has been collected. */
void tlb_flush_mmu(struct mmu_gather *tlb);

/* The end: flush and free everything. */
void tlb_finish_mmu(struct mmu_gather *tlb);

/**
 * tlb_remove_page() - hand over a page whose entry has just been cleared.
 * @tlb: the gather
 * @page: the reference that the entry had goes with it
 *
 * Context: pte lock held; does not sleep.
 * Return: true if the caller must drop its lock and call tlb_flush_mmu() soon,
 * for there is no room for another page.
 */
bool tlb_remove_page(struct mmu_gather *tlb, struct page *page);

/* Must tlb_flush_mmu() make room before another page is handed over? */
static inline bool tlb_is_full(const struct mmu_gather *tlb)
{
	return tlb->active->nr == tlb->active->max;
}

/* An entry of @size bytes at @addr was cleared. */
static inline void tlb_flush_range(struct mmu_gather *tlb, unsigned long addr,
				   unsigned long size)
{
	if (addr < tlb->start)
		tlb->start = addr;
	if (addr + size > tlb->end)
		tlb->end = addr + size;
}

/* Flush now if an area of raw frames was seen: see free_pgtables(). */
void tlb_free_vmas(struct mmu_gather *tlb);

/*
 * Take the areas on @detached (through vm_detached, in address order, no
 * longer in the tree) out of the page tables, then out of the rmap trees, and
 * free the page tables that nobody else can need: those between @floor and
 * @ceiling, the ends of the neighbouring areas (0: none).
 */
void unmap_vmas(struct mmu_gather *tlb, struct list_head *detached);
void free_pgtables(struct mmu_gather *tlb, struct list_head *detached,
		   unsigned long floor, unsigned long ceiling);

#endif /* KILBURN_MM_MMU_GATHER_H */
