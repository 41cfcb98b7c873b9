/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_fork.c - fork: one set of pages, two sets of entries.
 *
 * Theory
 *
 * fork() copies entries, not pages.  A page that a store must not share is
 * made read-only in both address spaces; the first store on either side
 * copies it (memory_wp.c).
 *
 *   before	parent  RW --> page (exclusive, 1 reference)
 *   after	parent  RO --> page <-- RO  child	(shared, 2 references)
 *
 * An area that a fault can fill again is not copied at all: its entries are
 * only a cache of what the object has.  Areas of raw frames are always copied,
 * because they may have no fault handler, and so are areas with anonymous
 * pages, which exist nowhere else.
 *
 * Invariants
 *
 *  K1. After fork no writable entry maps a page of a COW mapping, in either mm,
 *      once the parent's TLBs are flushed: dup_mmap() does it, once for all.
 *  K2. A special entry is copied as it is: no counter is touched.
 *
 * Locking: both mmap_locks for write; the child's pte lock, then the parent's.
 *
 * Reading order: copy_page_range(), copy_pte_range(), copy_present_pte().
 * In Linux: mm/memory.c:copy_page_range() and below.
 */

#include "kernel/lib/errno.h"
#include "mm/memory.h"
#include "mm/rmap.h"

/* Can faults in the child find everything again? */
static bool vma_needs_copy(const struct vm_area_struct *src_vma)
{
	if (src_vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))
		return true;
	return src_vma->anon_vma;
}

/*
 * Copy one present entry.  Return: the counter that it adds one to, or
 * NR_MM_COUNTERS for an entry that is not counted.
 */
static inline int copy_present_pte(struct vm_area_struct *dst_vma,
				   struct vm_area_struct *src_vma,
				   pte_t *dst_pte, pte_t *src_pte,
				   unsigned long addr)
{
	vm_flags_t vm_flags = src_vma->vm_flags;
	pte_t pte = *src_pte;
	struct page *page = vm_normal_page(src_vma, addr, pte);
	int counter = NR_MM_COUNTERS;

	if (page) {
		get_page(page);
		page_dup_rmap(page);
		counter = mm_counter(page);
		if (PageAnonExclusive(page))
			ClearPageAnonExclusive(page);
	}
	if (is_cow_mapping(vm_flags) && pte_write(pte)) {
		ptep_set_wrprotect(src_vma->vm_mm, addr, src_pte);
		pte = pte_wrprotect(pte);
	}
	if (vm_flags & VM_SHARED)
		pte = pte_mkclean(pte);
	set_pte_at(dst_vma->vm_mm, addr, dst_pte, pte_mkold(pte));
	return counter;
}

/* Copy the entries of one pte table.  Return: 0 or -ENOMEM. */
static int copy_pte_range(struct vm_area_struct *dst_vma,
			  struct vm_area_struct *src_vma, pmd_t *src_pmd,
			  unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = dst_vma->vm_mm;
	long rss[NR_MM_COUNTERS + 1] = { 0 };
	spinlock_t *src_ptl, *dst_ptl;
	pte_t *src_pte, *dst_pte, *dst_first;
	pmd_t *dst_pmd = mm_alloc_pmd(mm, addr);

	if (!dst_pmd)
		return -ENOMEM;
	dst_first = dst_pte = pte_alloc_map_lock(mm, dst_pmd, addr, &dst_ptl);
	if (!dst_pte)
		return -ENOMEM;
	src_pte = pte_offset_kernel(src_pmd, addr);
	src_ptl = pte_lockptr(src_vma->vm_mm, src_pmd);
	spin_lock_nested(src_ptl, SINGLE_DEPTH_NESTING);

	for (; addr != end; addr += PAGE_SIZE, src_pte++, dst_pte++) {
		if (pte_none(*src_pte))
			continue;
		rss[copy_present_pte(dst_vma, src_vma, dst_pte, src_pte,
				     addr)]++;
	}

	spin_unlock(src_ptl);
	pte_unmap_unlock(dst_first, dst_ptl);
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		if (rss[i])
			add_mm_counter(mm, i, rss[i]);
	return 0;
}

/**
 * copy_page_range() - give the child the parent's entries of one area.
 * @dst_vma: the child's area, still without entries
 * @src_vma: the parent's
 *
 * The caller flushes the parent's TLBs when it has copied all areas.
 *
 * Context: may sleep; both mmap_locks held for write.
 * Return: 0, or -ENOMEM with some entries copied, which exit_mmap() removes.
 */
int copy_page_range(struct vm_area_struct *dst_vma,
		    struct vm_area_struct *src_vma)
{
	unsigned long addr = src_vma->vm_start;
	unsigned long end = src_vma->vm_end;
	unsigned long next;
	pmd_t *src_pmd;

	if (!vma_needs_copy(src_vma))
		return 0;
	for (; (src_pmd = mm_next_pmd(src_vma->vm_mm, &addr, end));
	     addr = next) {
		next = pmd_addr_end(addr, end);
		if (copy_pte_range(dst_vma, src_vma, src_pmd, addr, next))
			return -ENOMEM;
	}
	return 0;
}
