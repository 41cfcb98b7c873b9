/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_zap.c - taking entries out: munmap, exit, truncation, invalidation.
 *
 * Theory
 *
 * Zapping clears entries and collects the pages they owned in an mmu_gather.
 * The pages are freed only after every CPU that may have the translations has
 * flushed them.  A special entry owned nothing: it is cleared and flushed.
 *
 * unmap_mapping_range() comes from the other side: from an object to all areas
 * that map it.  With even_cows it also drops private copies (the object has
 * become shorter, the copies must go too); without, it keeps them (only what
 * the object has now is stale).  Raw frames always go.  It removes entries,
 * never areas: the next touch faults.
 *
 * Invariants
 *
 *  Z1. Clear, flush every CPU, free: in this order (M4).
 *  Z2. An area of raw frames is flushed before it leaves its object's interval
 *      tree.  Otherwise unmap_mapping_range() on another CPU would find no area
 *      and believe that nobody can reach the frames any more.
 *
 * Locking: mmap_lock, or i_mmap_rwsem of the object; then the pte lock.
 *
 * Reading order: zap_pte_range(), unmap_vmas(), unmap_mapping_range().
 * In Linux: mm/memory.c:zap_pte_range(), unmap_vmas(), unmap_mapping_range().
 */

#include "fs/fs.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/mmu_gather.h"
#include "mm/rmap.h"
#include "mm/trace.h"

/* NULL stands for "everything". */
struct zap_details {
	bool even_cows; /* private copies too */
};

static __always_inline bool should_zap_page(const struct zap_details *details,
					    const struct page *page)
{
	return !details || details->even_cows || !PageAnon(page);
}

/* The entry is gone: settle what it owned.  Return: as tlb_remove_page(). */
static __always_inline bool zap_present_page(struct mmu_gather *tlb,
					     struct page *page, pte_t pte,
					     long *rss)
{
	if (!PageAnon(page) && pte_dirty(pte) && !PageDirty(page))
		SetPageDirty(page);
	rss[mm_counter(page)]--;
	page_remove_rmap(page);
	return tlb_remove_page(tlb, page);
}

static void add_rss(struct mm_struct *mm, const long *rss)
{
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		if (rss[i])
			add_mm_counter(mm, i, rss[i]);
}

/*
 * Areas that hold nothing but raw frames, and never copy them: no entry owns
 * anything, so there is nothing to look at.
 */
static bool vma_is_all_raw(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_PFNMAP && !is_cow_mapping(vma->vm_flags);
}

/* Zap the entries of one pte table of such an area. */
static void zap_raw_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			  pmd_t *pmd, unsigned long addr, unsigned long end)
{
	unsigned long nr = (end - addr) >> PAGE_SHIFT;
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(tlb->mm, pmd, addr, &ptl);

	for (unsigned long i = 0; CONFIG_DEBUG_VM && i < nr; i++)
		BUG_ON(!pte_none(pte[i]) &&
		       vm_normal_page(vma, addr + i * PAGE_SIZE, pte[i]));
	memset(pte, 0, nr * sizeof(*pte)); /* A and D mean nothing here */
	tlb_flush_range(tlb, addr, end - addr);
	pte_unmap_unlock(pte, ptl);
}

/*
 * Zap entries of one pte table.  Return: where it stopped, which is before @end
 * only if the gather is full.  @traced is a constant: the loop that does not
 * trace has no test for it.
 */
static __always_inline unsigned long
zap_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
	      unsigned long addr, unsigned long end,
	      const struct zap_details *details, const bool traced)
{
	struct mm_struct *mm = tlb->mm;
	unsigned long first = end, last = addr;
	long rss[NR_MM_COUNTERS] = { 0 };
	spinlock_t *ptl;
	pte_t *start_pte, *pte;
	bool full = false;

	start_pte = pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
	for (; addr != end && !full; addr += PAGE_SIZE, pte++) {
		pte_t entry = *pte;
		struct page *page;

		if (pte_none(entry))
			continue;
		page = vm_normal_page_fast(vma, addr, entry);
		if (page && !should_zap_page(details, page))
			continue;
		entry = ptep_get_and_clear_full(mm, addr, pte, tlb->fullmm);
		first = min(first, addr);
		last = addr + PAGE_SIZE;
		if (page && traced)
			trace_entry(MM_TRACE_UNMAP, mm, addr, pte_pfn(entry),
				    0);
		if (page)
			full = zap_present_page(tlb, page, entry, rss);
	}
	if (first < last)
		tlb_flush_range(tlb, first, last - first);
	pte_unmap_unlock(start_pte, ptl);
	add_rss(mm, rss);
	return addr;
}

static noinline __cold unsigned long
zap_pte_range_traced(struct mmu_gather *tlb, struct vm_area_struct *vma,
		     pmd_t *pmd, unsigned long addr, unsigned long end,
		     const struct zap_details *details)
{
	return zap_pte_range(tlb, vma, pmd, addr, end, details, true);
}

static void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			     unsigned long addr, unsigned long end,
			     const struct zap_details *details)
{
	pmd_t *pmd;

	while ((pmd = mm_next_pmd(tlb->mm, &addr, end))) {
		unsigned long next = pmd_addr_end(addr, end);

		if (vma_is_all_raw(vma)) {
			zap_raw_range(tlb, vma, pmd, addr, next);
			addr = next;
			continue;
		}
		if (mm_trace_on())
			addr = zap_pte_range_traced(tlb, vma, pmd, addr, next,
						    details);
		else
			addr = zap_pte_range(tlb, vma, pmd, addr, next, details,
					     false);
		if (tlb_is_full(tlb)) /* with the last entry, perhaps */
			tlb_flush_mmu(tlb);
	}
}

void unmap_vmas(struct mmu_gather *tlb, struct list_head *detached)
{
	struct vm_area_struct *vma;

	list_for_each_entry (vma, detached, vm_detached) {
		if (vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))
			tlb->vma_pfn = true;
		unmap_page_range(tlb, vma, vma->vm_start, vma->vm_end, NULL);
	}
}

void free_pgtables(struct mmu_gather *tlb, struct list_head *detached,
		   unsigned long floor, unsigned long ceiling)
{
	struct vm_area_struct *vma, *next;

	tlb_free_vmas(tlb); /* Z2 */
	list_for_each_entry (vma, detached, vm_detached) {
		unsigned long limit = ceiling;

		unlink_anon_vmas(vma);
		vma_unlink_file(vma);
		if (!list_is_last(&vma->vm_detached, detached)) {
			next = list_next_entry(vma, vm_detached);
			limit = next->vm_start;
		}
		free_pgd_range(tlb, vma->vm_start, vma->vm_end, floor, limit);
	}
}

void zap_page_range_single(struct vm_area_struct *vma, unsigned long start,
			   unsigned long size,
			   const struct zap_details *details)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, vma->vm_mm);
	unmap_page_range(&tlb, vma, start, start + size, details);
	tlb_finish_mmu(&tlb);
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start,
		    unsigned long size)
{
	mmap_assert_locked(vma->vm_mm);
	zap_page_range_single(vma, start, size, NULL);
}

void zap_vma_ptes(struct vm_area_struct *vma, unsigned long start,
		  unsigned long size)
{
	if (start < vma->vm_start || start + size > vma->vm_end ||
	    start + size < start || !(vma->vm_flags & VM_PFNMAP))
		return;
	zap_page_range_single(vma, start, size, NULL);
}

/* Zap what of pages [first, last] of the object @vma maps. */
static void unmap_mapping_vma(struct vm_area_struct *vma, pgoff_t first,
			      pgoff_t last, const struct zap_details *details)
{
	pgoff_t vma_last = vma->vm_pgoff + vma_pages(vma) - 1;
	pgoff_t from = max(first, (pgoff_t)vma->vm_pgoff);
	pgoff_t to = min(last, vma_last);

	zap_page_range_single(
		vma, vma->vm_start + ((from - vma->vm_pgoff) << PAGE_SHIFT),
		(to - from + 1) << PAGE_SHIFT, details);
}

void unmap_mapping_range(struct address_space *mapping, loff_t holebegin,
			 loff_t holelen, int even_cows)
{
	struct zap_details details = { .even_cows = even_cows };
	pgoff_t first = (u64)holebegin >> PAGE_SHIFT;
	pgoff_t nr_pages = ((u64)holelen + PAGE_SIZE - 1) >> PAGE_SHIFT;
	pgoff_t last = first + nr_pages - 1;
	struct interval_tree_node *node;

	if (!holelen || last < first) /* to the end of the object */
		last = ULONG_MAX;

	down_read(&mapping->i_mmap_rwsem);
	interval_tree_for_each (node, &mapping->i_mmap, first, last)
		unmap_mapping_vma(
			container_of(node, struct vm_area_struct, i_mmap_node),
			first, last, &details);
	up_read(&mapping->i_mmap_rwsem);
}
