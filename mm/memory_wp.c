/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_wp.c - a store through an entry that is present but not writable.
 *
 * Theory
 *
 *   area     entry maps		    what happens
 *   shared   a raw frame	    pfn_mkwrite(), then the entry turns writable
 *   shared   a page		    page_mkwrite(), then the same
 *   private  my own anonymous page reuse: the entry turns writable
 *   private  anything else	    copy: a new page takes the entry's place
 *
 * A shared mapping is never copied: the store must reach what all others see.
 *
 * "My own" is decided by ownership, never by the dirty bit.  PG_anon_exclusive
 * says that this entry is the only owner; fork clears it on both sides.  If it
 * is clear the page is ours again when the entry holds the only reference:
 * anybody else, another entry or a pin, would hold one too, and could only get
 * a new one through this entry, whose lock we hold.
 *
 * A raw frame is copied through the user address, with faults disabled.  The
 * old entry is still live, so the load uses the right cache attribute and no
 * second alias of device memory is made.  If the load faults, the entry has
 * changed or the device does not answer: see copy_raw_frame().
 *
 * Invariants
 *
 *  W1. Nothing is copied in a shared area.
 *  W2. The new page is complete before any entry maps it.
 *  W3. Clear, flush every CPU, set: at no moment do two CPUs see old and new
 *      contents at the same address and one of them can still store (M4).
 *  W4. A copy is RAM and cached as RAM, whatever cache type the area has for
 *      its device (T1 of memtype.c).  Unlike Linux 6.1, which uses the area's.
 *
 * Locking: see memory.c.  The copy is made without the pte lock, so the source
 * is pinned by a reference (a page) or by its area (a raw frame).
 *
 * Reading order: do_wp_page(), wp_page_reuse(), wp_page_copy().
 * In Linux: mm/memory.c:do_wp_page() and below.
 */

#include <asm/tlbflush.h>
#include <asm/uaccess.h>
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"
#include "mm/trace.h"

/*
 * Somebody who only reads wants to pin the page (FAULT_FLAG_UNSHARE): it must
 * become exclusive, as for a store, but the entry stays as it is.
 */
static bool only_unshare(const struct vm_fault *vmf)
{
	return vmf->flags & FAULT_FLAG_UNSHARE;
}

/* The entry turns writable where it is.  pte lock held. */
static void wp_page_reuse(struct vm_fault *vmf)
{
	pte_t entry = pte_mkyoung(vmf->orig_pte);

	entry = maybe_mkwrite(pte_mkdirty(entry), vmf->vma);
	set_pte_at(vmf->vma->vm_mm, vmf->address, vmf->pte, entry);
	trace_reuse(vmf);
	/*
	 * Rights only grow, so no CPU needs to be told: one with the old
	 * translation faults once more and finds the entry writable.
	 */
	flush_tlb_fix_spurious_fault(vmf->vma, vmf->address);
}

static vm_fault_t wp_pfn_shared(struct vm_fault *vmf)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	vm_fault_t ret;

	if (ops && ops->pfn_mkwrite) {
		vmf->flags |= FAULT_FLAG_MKWRITE;
		ret = ops->pfn_mkwrite(vmf);
		if (ret & VM_FAULT_DONE)
			return ret;
	}
	if (!vmf_lock_pte(vmf))
		return 0;
	wp_page_reuse(vmf);
	vmf_unlock_pte(vmf);
	return 0;
}

/* @page carries a reference of ours, which is given up. */
static vm_fault_t wp_page_shared(struct vm_fault *vmf, struct page *page)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	bool ask = ops && ops->page_mkwrite;
	vm_fault_t answer;

	if (ask) {
		vmf->page = page;
		/* If it has left its object already, the entry has gone too. */
		answer = do_page_mkwrite(vmf, page->mapping);
		if (answer != VM_FAULT_LOCKED) {
			put_page(page);
			return answer;
		}
	}
	if (vmf_lock_pte(vmf)) {
		wp_page_reuse(vmf);
		SetPageDirty(page);
		vmf_unlock_pte(vmf);
	}
	if (ask)
		unlock_page(page);
	put_page(page);
	return 0;
}

static bool copy_user_frame(void *to, unsigned long address)
{
	unsigned long left;

	pagefault_disable();
	left = __copy_from_user_inatomic(to, (const void __user *)address,
					 PAGE_SIZE);
	pagefault_enable();
	return left == 0;
}

/*
 * Copy a frame that has no struct page into @to.  Return: false if the entry
 * has changed meanwhile, so that the copy is worthless.
 */
static bool copy_raw_frame(struct vm_fault *vmf, struct page *to)
{
	bool copied;

	if (likely(copy_user_frame(page_address(to), vmf->address)))
		return true;
	/* With the lock held the entry cannot change during the second try. */
	if (!vmf_lock_pte(vmf))
		return false;
	copied = copy_user_frame(page_address(to), vmf->address);
	vmf_unlock_pte(vmf);
	if (!copied) {
		pr_warn_once("mm: cannot read frame %#lx to copy it; it reads "
			     "as zeros\n",
			     pte_pfn(vmf->orig_pte));
		clear_page(page_address(to));
	}
	return true;
}

/* Make the private copy of what the entry maps.  NULL: no memory. */
static struct page *alloc_copy_target(struct vm_fault *vmf)
{
	bool zero = is_zero_pfn(pte_pfn(vmf->orig_pte));

	if (anon_vma_prepare(vmf->vma))
		return NULL;
	return alloc_page(GFP_HIGHUSER | (zero ? __GFP_ZERO : 0));
}

/* Return: false if the copy is worthless because the entry has changed. */
static bool fill_copy(struct vm_fault *vmf, struct page *new, struct page *old)
{
	if (old) {
		copy_page(page_address(new), page_address(old));
		return true;
	}
	if (is_zero_pfn(pte_pfn(vmf->orig_pte)))
		return true;
	return copy_raw_frame(vmf, new);
}

/* The new page takes the place of the old.  pte lock held; cannot fail. */
static void install_copy(struct vm_fault *vmf, struct page *new,
			 struct page *old)
{
	struct vm_area_struct *vma = vmf->vma;
	struct mm_struct *mm = vma->vm_mm;
	pte_t entry = pte_mkyoung(mk_pte(new, vma_ram_prot(vma)));

	if (!only_unshare(vmf))
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	ptep_get_and_clear(mm, vmf->address, vmf->pte); /* W3 */
	flush_tlb_page(vma, vmf->address);
	page_add_new_anon_rmap(new, vma, vmf->address);
	set_pte_at(mm, vmf->address, vmf->pte, entry);
	trace_cow(vmf, new);

	if (!old || !PageAnon(old)) {
		if (old)
			dec_mm_counter(mm, mm_counter_file(old));
		inc_mm_counter(mm, MM_ANONPAGES);
	}
	if (old)
		page_remove_rmap(old);
}

/*
 * @old is the page that the entry maps, with a reference of ours that is given
 * up; NULL for a raw frame or the zero page, which have no owner to thank.
 */
static vm_fault_t wp_page_copy(struct vm_fault *vmf, struct page *old)
{
	struct page *new = alloc_copy_target(vmf);
	vm_fault_t ret = 0;
	bool installed = false;

	if (!new) {
		ret = VM_FAULT_OOM;
		goto out_put_old;
	}
	if (fill_copy(vmf, new, old) && vmf_lock_pte(vmf)) {
		install_copy(vmf, new, old);
		vmf_unlock_pte(vmf);
		installed = true;
	}
	if (!installed)
		put_page(new);
out_put_old:
	if (old) {
		put_page(old);
		if (installed)
			put_page(old); /* the reference the entry had */
	}
	return ret;
}

/* Is this entry the only owner of an anonymous page?  pte lock held. */
static bool wp_can_reuse_anon(struct page *page)
{
	if (!PageAnon(page))
		return false;
	if (PageAnonExclusive(page))
		return true;
	if (page_count(page) != 1)
		return false;
	SetPageAnonExclusive(page);
	return true;
}

vm_fault_t do_wp_page(struct vm_fault *vmf)
{
	bool shared = vmf->vma->vm_flags & (VM_SHARED | VM_MAYSHARE);
	struct page *page;

	if (shared && only_unshare(vmf))
		return 0; /* what is shared by intention stays so */
	if (!vmf_lock_pte(vmf))
		return 0;

	page = vm_normal_page(vmf->vma, vmf->address, vmf->orig_pte);
	if (page && !shared && wp_can_reuse_anon(page)) {
		if (!only_unshare(vmf))
			wp_page_reuse(vmf);
		vmf_unlock_pte(vmf);
		return 0;
	}
	if (page)
		get_page(page); /* keeps it while the lock is dropped */
	vmf_unlock_pte(vmf);

	if (!shared)
		return wp_page_copy(vmf, page);
	return page ? wp_page_shared(vmf, page) : wp_pfn_shared(vmf);
}
