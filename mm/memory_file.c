/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_file.c - the first touch of a page that belongs to an object.
 *
 * Theory
 *
 * The area's owner (vm_ops) knows where the page comes from; this file knows
 * what to do with it:
 *
 *   load			do_read_fault	map the object's page
 *   store, private area	do_cow_fault	map a copy of it
 *   store, shared area		do_shared_fault	map it, once the owner agrees
 *
 * ->fault() either hands over the page, with a reference, or has installed a
 * frame itself with vmf_insert_pfn() and answers VM_FAULT_NOPAGE.  An area with
 * an owner but without ->fault() has all it will ever have: a hole is SIGBUS.
 *
 * A load also maps what is ready around it (->map_pages()), 16 pages aligned to
 * 64 KiB: most programs touch the neighbours next, and a fault costs far more
 * than an entry.
 *
 * Invariants
 *
 *  F1. The page is locked from ->fault() until the entry is set, so that
 *      truncation, which locks each page, either sees the entry or was seen.
 *  F2. A private area never gets a writable entry to an object's page.
 *  F3. ->page_mkwrite() is asked with the page unlocked, for it may wait for
 *      whoever truncates.  So truncation may pass meanwhile; the page is locked
 *      again and looked at before it is mapped.
 *
 * Locking: see memory.c; page lock before pte lock.
 *
 * Reading order: do_fault(), do_read_fault(), do_cow_fault(), do_shared_fault().
 * In Linux: mm/memory.c:do_fault() and below.
 */

#include "mm/memory.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"
#include "mm/trace.h"

#define FAULT_AROUND_PAGES 16UL

/* Get the object's page into vmf->page, locked.  Return: 0 or VM_FAULT_*. */
static vm_fault_t call_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = vmf->vma->vm_ops->fault(vmf);

	if (ret & VM_FAULT_DONE)
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf->page);
	return ret & ~VM_FAULT_LOCKED;
}

static void release_page(struct page *page)
{
	unlock_page(page);
	put_page(page);
}

/* Map @page, whose reference the entry takes.  pte lock held. */
static void set_file_pte(struct vm_fault *vmf, struct page *page, bool writable)
{
	struct vm_area_struct *vma = vmf->vma;
	pte_t entry = mk_pte(page, vma->vm_page_prot);

	if (writable)
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	page_add_file_rmap(page);
	inc_mm_counter(vma->vm_mm, mm_counter_file(page));
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, entry);
	trace_map(page, vma, vmf->address);
}

/* Lock, recheck, map the object's own page.  Consumes lock and reference. */
static void finish_file_fault(struct vm_fault *vmf, bool writable)
{
	struct page *page = vmf->page;

	if (!vmf_lock_pte(vmf)) {
		release_page(page);
		return;
	}
	set_file_pte(vmf, page, writable);
	vmf_unlock_pte(vmf);
	unlock_page(page);
}

/*
 * Map what is ready around the address, within its area and its pte table.  Where
 * the area begins inside the aligned window, the window begins there, and is as
 * long: so does Linux.
 */
static vm_fault_t do_fault_around(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long window = FAULT_AROUND_PAGES << PAGE_SHIFT;
	unsigned long start = max(vmf->address & ~(window - 1), vma->vm_start);
	unsigned long end =
		min(start + window, pmd_addr_end(start, vma->vm_end));

	return vma->vm_ops->map_pages(vmf, linear_page_index(vma, start),
				      linear_page_index(vma, end) - 1);
}

static vm_fault_t do_read_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (vmf->vma->vm_ops->map_pages) {
		ret = do_fault_around(vmf);
		if (ret)
			return ret & ~VM_FAULT_NOPAGE;
	}
	ret = call_fault(vmf);
	if (ret & VM_FAULT_DONE)
		return ret;
	finish_file_fault(vmf, false);
	return ret;
}

static vm_fault_t do_cow_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *copy;
	vm_fault_t ret;
	pte_t entry;

	if (anon_vma_prepare(vma))
		return VM_FAULT_OOM;
	copy = alloc_page(GFP_HIGHUSER);
	if (!copy)
		return VM_FAULT_OOM;
	ret = call_fault(vmf);
	if (ret & VM_FAULT_DONE)
		goto out_put_copy;
	copy_page(page_address(copy), page_address(vmf->page));

	if (!vmf_lock_pte(vmf)) {
		release_page(vmf->page);
		goto out_put_copy;
	}
	entry = pte_mkdirty(mk_pte(copy, vma_ram_prot(vma)));
	page_add_new_anon_rmap(copy, vma, vmf->address);
	inc_mm_counter(vma->vm_mm, MM_ANONPAGES);
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte,
		   maybe_mkwrite(entry, vma));
	vmf_unlock_pte(vmf);
	release_page(vmf->page); /* F1: only now may truncation pass */
	return ret;

out_put_copy:
	put_page(copy);
	return ret;
}

vm_fault_t do_page_mkwrite(struct vm_fault *vmf,
			   const struct address_space *mapping)
{
	struct page *page = vmf->page;
	unsigned int flags = vmf->flags;
	vm_fault_t ret;

	vmf->flags |= FAULT_FLAG_MKWRITE;
	ret = vmf->vma->vm_ops->page_mkwrite(vmf);
	vmf->flags = flags;
	if (ret & VM_FAULT_DONE)
		return ret & ~VM_FAULT_LOCKED;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(page);
	VM_BUG_ON_PAGE(!PageLocked(page), page);
	/* Unlike Linux, a page that never had an object cannot lose one. */
	if (page->mapping == mapping)
		return VM_FAULT_LOCKED;
	unlock_page(page);
	return 0; /* F3 */
}

static vm_fault_t do_shared_fault(struct vm_fault *vmf)
{
	const struct address_space *mapping;
	vm_fault_t ret = call_fault(vmf);
	vm_fault_t answer;

	if (ret & VM_FAULT_DONE)
		return ret;
	if (vmf->vma->vm_ops->page_mkwrite) {
		mapping = vmf->page->mapping;
		unlock_page(vmf->page);
		answer = do_page_mkwrite(vmf, mapping);
		if (answer != VM_FAULT_LOCKED) {
			put_page(vmf->page);
			return answer;
		}
	}
	SetPageDirty(vmf->page);
	finish_file_fault(vmf, true);
	return ret;
}

/*
 * There is nothing to fill a hole with.  But "none" was read without the lock,
 * and may have been the moment between clear and set of a copy (W3 of
 * memory_wp.c): look again.
 */
static vm_fault_t fault_without_owner(struct vm_fault *vmf)
{
	if (!vmf_lock_pte(vmf))
		return 0;
	vmf_unlock_pte(vmf);
	return VM_FAULT_SIGBUS;
}

vm_fault_t do_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_fault_t ret;

	if (!vma->vm_ops || !vma->vm_ops->fault)
		return fault_without_owner(vmf);
	if (!(vmf->flags & FAULT_FLAG_WRITE))
		ret = do_read_fault(vmf);
	else if (!(vma->vm_flags & VM_SHARED))
		ret = do_cow_fault(vmf);
	else
		ret = do_shared_fault(vmf);
	/* The owner has installed the entry: that is success to the caller. */
	return ret & ~VM_FAULT_NOPAGE;
}
