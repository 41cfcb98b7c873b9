/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_anon.c - the first touch of an anonymous page.
 *
 * Theory
 *
 * A load maps the shared page of zeros, read-only: a program that only looks
 * costs no memory.  A store gets a page of its own at once.  A store after a
 * load finds the zero page present and goes through do_wp_page().
 *
 * Invariants
 *
 *  A1. The zero page is mapped special and read-only: nobody counts it (M1).
 *  A2. A page that is mapped here for the first time is exclusive: one entry,
 *      one reference.
 *
 * Locking: see memory.c.
 * Reading order: do_anonymous_page().
 * In Linux: mm/memory.c:do_anonymous_page().
 */

#include "mm/memory.h"
#include "mm/rmap.h"

static vm_fault_t do_zero_page(struct vm_fault *vmf)
{
	pgprot_t prot = vmf->vma->vm_page_prot;

	if (!vmf_lock_pte(vmf))
		return 0;
	set_pte_at(vmf->vma->vm_mm, vmf->address, vmf->pte,
		   pte_mkspecial(pfn_pte(zero_pfn, prot)));
	vmf_unlock_pte(vmf);
	return 0;
}

vm_fault_t do_anonymous_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page;
	pte_t entry;

	if (!(vmf->flags & FAULT_FLAG_WRITE))
		return do_zero_page(vmf);

	if (anon_vma_prepare(vma))
		return VM_FAULT_OOM;
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (!page)
		return VM_FAULT_OOM;
	entry = pte_mkdirty(mk_pte(page, vma->vm_page_prot));
	entry = maybe_mkwrite(entry, vma);

	if (!vmf_lock_pte(vmf)) { /* another CPU was first */
		put_page(page);
		return 0;
	}

	page_add_new_anon_rmap(page, vma, vmf->address);
	inc_mm_counter(vma->vm_mm, MM_ANONPAGES);
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, entry);

	vmf_unlock_pte(vmf);
	return 0;
}
