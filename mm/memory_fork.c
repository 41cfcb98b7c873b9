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
 * One page is not shared: an anonymous page that is pinned.  Whoever pinned it
 * (a device, process_vm_writev) stores into the frame, not through an entry; if
 * the parent's next store were the one that copies, the two would part.  So the
 * child gets its copy at once, and parent and pin stay together.
 *
 * Invariants
 *
 *  K1. After fork no writable entry maps a page of a COW mapping, in either mm,
 *      once the parent's TLBs are flushed: dup_mmap() does it, once for all.
 *  K2. A special entry is copied as it is: no counter is touched.
 *  K3. A pinned anonymous page is still exclusive after fork (Q3 of gup.c).
 *
 * Locking: both mmap_locks for write; the child's pte lock, then the parent's.
 *
 * Reading order: copy_page_range(), copy_entries(), share_present_pte().
 * In Linux: mm/memory.c:copy_page_range() and below.
 */

#include "kernel/lib/errno.h"
#include "mm/gup.h"
#include "mm/memory.h"
#include "mm/rmap.h"
#include "mm/trace.h"

/* Can faults in the child find everything again? */
static bool vma_needs_copy(const struct vm_area_struct *src_vma)
{
	if (src_vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))
		return true;
	return src_vma->anon_vma;
}

/* Must the child have a copy of its own right now? */
static bool needs_copy_now(const struct page *page, vm_flags_t vm_flags)
{
	return page && PageAnon(page) &&
	       unlikely(page_maybe_dma_pinned(page)) &&
	       is_cow_mapping(vm_flags);
}

/* Give the child @copy of what the parent has pinned.  Both pte locks held. */
static void copy_pinned_page(struct vm_area_struct *dst_vma, pte_t *dst_pte,
			     unsigned long addr, struct page *copy,
			     struct page *page)
{
	pte_t pte = mk_pte(copy, dst_vma->vm_page_prot);

	copy_page(page_address(copy), page_address(page));
	page_add_new_anon_rmap(copy, dst_vma, addr);
	set_pte_at(dst_vma->vm_mm, addr, dst_pte,
		   maybe_mkwrite(pte_mkdirty(pte), dst_vma));
}

/* Share what one present entry maps.  @page: its page, NULL: special. */
static __always_inline void share_present_pte(struct vm_area_struct *dst_vma,
					      struct vm_area_struct *src_vma,
					      pte_t *dst_pte, pte_t *src_pte,
					      unsigned long addr,
					      struct page *page)
{
	vm_flags_t vm_flags = src_vma->vm_flags;
	pte_t pte = *src_pte;

	if (page) {
		get_page(page);
		page_dup_rmap(page);
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
}

/* The walk of two pte tables side by side. */
struct copy_walk {
	struct vm_area_struct *dst_vma, *src_vma;
	unsigned long addr, end; /* what is left, bytes */
	struct page *spare;      /* for the next pinned page, or NULL */
	long rss[NR_MM_COUNTERS];
};

/*
 * Copy entries until the end, or until a spare page is needed.  Both pte locks
 * held.  @traced is a constant: the loop that does not trace has no test.
 */
static __always_inline void copy_entries(struct copy_walk *walk, pte_t *dst_pte,
					 pte_t *src_pte, const bool traced)
{
	for (; walk->addr != walk->end;
	     walk->addr += PAGE_SIZE, src_pte++, dst_pte++) {
		struct page *page;

		if (pte_none(*src_pte))
			continue;
		page = vm_normal_page_fast(walk->src_vma, walk->addr, *src_pte);
		if (needs_copy_now(page, walk->src_vma->vm_flags)) {
			if (!walk->spare)
				return;
			copy_pinned_page(walk->dst_vma, dst_pte, walk->addr,
					 walk->spare, page);
			walk->spare = NULL;
		} else {
			share_present_pte(walk->dst_vma, walk->src_vma, dst_pte,
					  src_pte, walk->addr, page);
		}
		if (page)
			walk->rss[mm_counter(page)]++;
		if (traced)
			trace_entry(MM_TRACE_SHARE, walk->dst_vma->vm_mm,
				    walk->addr, pte_pfn(*dst_pte), 0);
	}
}

/* By value: the walk of those who do not trace stays in registers. */
static noinline __cold struct copy_walk
copy_entries_traced(struct copy_walk walk, pte_t *dst_pte, pte_t *src_pte)
{
	copy_entries(&walk, dst_pte, src_pte, true);
	return walk;
}

/* Copy the entries of one pte table.  Return: 0 or -ENOMEM. */
static int copy_pte_range(struct copy_walk *walk, pmd_t *src_pmd)
{
	struct mm_struct *mm = walk->dst_vma->vm_mm;
	pmd_t *dst_pmd = mm_alloc_pmd(mm, walk->addr);
	spinlock_t *src_ptl, *dst_ptl;
	pte_t *dst_pte, *src_pte;

	if (!dst_pmd)
		return -ENOMEM;
	for (;;) {
		dst_pte = pte_alloc_map_lock(mm, dst_pmd, walk->addr, &dst_ptl);
		if (!dst_pte)
			return -ENOMEM;
		src_ptl = pte_lockptr(walk->src_vma->vm_mm, src_pmd);
		spin_lock_nested(src_ptl, SINGLE_DEPTH_NESTING);
		src_pte = pte_offset_kernel(src_pmd, walk->addr);
		if (mm_trace_on())
			*walk = copy_entries_traced(*walk, dst_pte, src_pte);
		else
			copy_entries(walk, dst_pte, src_pte, false);
		spin_unlock(src_ptl);
		pte_unmap_unlock(dst_pte, dst_ptl);
		if (walk->addr == walk->end)
			return 0;
		walk->spare = alloc_page(GFP_HIGHUSER);
		if (!walk->spare)
			return -ENOMEM;
	}
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
	struct copy_walk walk = { .dst_vma = dst_vma, .src_vma = src_vma };
	unsigned long addr = src_vma->vm_start;
	unsigned long end = src_vma->vm_end;
	pmd_t *src_pmd;
	int err = 0;

	if (!vma_needs_copy(src_vma))
		return 0;
	for (; !err && (src_pmd = mm_next_pmd(src_vma->vm_mm, &addr, end));
	     addr = walk.end) {
		walk.addr = addr;
		walk.end = pmd_addr_end(addr, end);
		err = copy_pte_range(&walk, src_pmd);
	}
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		if (walk.rss[i])
			add_mm_counter(dst_vma->vm_mm, i, walk.rss[i]);
	if (walk.spare)
		put_page(walk.spare);
	return err;
}
