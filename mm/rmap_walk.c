/* SPDX-License-Identifier: MIT */
/*
 * mm/rmap_walk.c - the way back: visit every entry that maps a page.
 *
 * Theory
 *
 * mm/rmap.c keeps the trees; here they are used.  From a page to its entries it
 * is four steps:
 *
 *	page->mapping	the object: an anon_vma, or a file's address_space
 *	its tree	the areas that page->index may be mapped in
 *	arithmetic	the one address in each of them
 *	the page table	whether the entry there maps this page
 *
 * The last step is not a formality.  An area of a child looks at an ancestor's
 * anon_vma for the pages it shares, but may have copied this one; a private area
 * of a file may have a copy in its place; and most pages were never touched in
 * most areas.
 *
 * While the tree is locked, an area that is in it keeps its bounds (vma_prepare()
 * takes it out to change them), its page tables (free_pgtables() takes it out
 * before it frees them) and its entries stay where they are (mremap() takes the
 * locks to move them).  So no mmap_lock is needed, and the mm cannot go away.
 *
 * Invariants
 *
 *  RW1. An entry that maps the page from beginning to end of the walk is visited
 *	 exactly once; or twice, if its area is just being split or merged: the
 *	 upper part is in the trees before the border moves (split_prepare()), and
 *	 what was merged stays there until afterwards (free_merged()).
 *	 The ledger compares with a scan of all page tables: U13.
 *
 * Locking: a file's page is locked, so that it stays in its object; then
 * i_mmap_rwsem or the family's rwsem, for read; then the pte lock.
 *
 * Reading order: rmap_walk(), rmap_walk_anon(), visit_area().
 * In Linux: mm/rmap.c:rmap_walk(), mm/page_vma_mapped.c.
 */

#include "fs/fs.h"
#include "mm/memory.h"
#include "mm/rmap.h"

/*
 * Does an entry of @vma at @address map @page?  Return: the entry, with its
 * lock held; NULL.
 */
static pte_t *page_check_address(const struct page *page,
				 struct vm_area_struct *vma,
				 unsigned long address, spinlock_t **ptl)
	__cond_acquires(true, *ptl)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, address);
	pte_t *pte;

	if (!pmd)
		return NULL;
	pte = pte_offset_map_lock(vma->vm_mm, pmd, address, ptl);
	if (pte_present(*pte) && pte_pfn(*pte) == page_to_pfn(page) &&
	    vm_normal_page(vma, address, *pte) == page)
		return pte;
	pte_unmap_unlock(pte, *ptl);
	return NULL;
}

/* One area whose range has the page's index.  Return: false to end the walk. */
static bool visit_area(struct page *page, struct vm_area_struct *vma,
		       const struct rmap_walk_control *rwc)
{
	unsigned long address =
		vma->vm_start + ((page->index - vma->vm_pgoff) << PAGE_SHIFT);
	spinlock_t *ptl;
	pte_t *pte;
	bool go_on;

	VM_BUG_ON(address < vma->vm_start || address >= vma->vm_end);
	pte = page_check_address(page, vma, address, &ptl);
	if (!pte)
		return true;
	go_on = rwc->rmap_one(page, vma, address, pte, rwc->arg);
	pte_unmap_unlock(pte, ptl);
	return go_on && !(rwc->done && rwc->done(page, rwc->arg));
}

static void rmap_walk_anon(struct page *page,
			   const struct rmap_walk_control *rwc)
{
	struct anon_vma *anon_vma = page_lock_anon_vma_read(page);
	struct interval_tree_node *node;

	if (!anon_vma)
		return;
	interval_tree_for_each (node, &anon_vma->rb_root, page->index,
				page->index) {
		struct anon_vma_chain *avc =
			container_of(node, struct anon_vma_chain, node);

		if (!visit_area(page, avc->vma, rwc))
			break;
	}
	page_unlock_anon_vma_read(anon_vma);
}

static void rmap_walk_file(struct page *page,
			   const struct rmap_walk_control *rwc)
{
	struct address_space *mapping = page->mapping;
	struct interval_tree_node *node;

	VM_BUG_ON_PAGE(!PageLocked(page), page);
	if (!mapping)
		return; /* truncated, or a driver's own */
	down_read(&mapping->i_mmap_rwsem);
	interval_tree_for_each (node, &mapping->i_mmap, page->index,
				page->index) {
		struct vm_area_struct *vma =
			container_of(node, struct vm_area_struct, i_mmap_node);

		if (!visit_area(page, vma, rwc))
			break;
	}
	up_read(&mapping->i_mmap_rwsem);
}

void rmap_walk(struct page *page, const struct rmap_walk_control *rwc)
{
	if (PageAnon(page))
		rmap_walk_anon(page, rwc);
	else
		rmap_walk_file(page, rwc);
}
