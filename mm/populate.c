/* SPDX-License-Identifier: MIT */
/*
 * mm/populate.c - faulting pages in before they are touched.
 *
 * MAP_POPULATE, mlock() and MADV_POPULATE_* want every page of a range present
 * now.  It is done by the very faults that touching would cause, so there is
 * nothing to keep in step with memory.c.
 *
 * A page that a store would have to copy is faulted for writing, so that the
 * copy is made now; a shared page is only read, so as not to make it dirty for
 * nothing.
 *
 * Locking: mmap_lock, for read.
 *
 * In Linux: mm/gup.c:__mm_populate(), populate_vma_page_range().
 */

#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

/*
 * Would the access that @flags speaks of find what it needs at @addr?  A page
 * that is ready to be stored to becomes dirty, as a write fault makes it.
 */
static bool page_is_ready(struct vm_area_struct *vma, unsigned long addr,
			  unsigned int flags)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	bool write = flags & FAULT_FLAG_WRITE, ready;
	struct page *page;
	spinlock_t *ptl;
	pte_t *pte;

	if (!pmd)
		return false;
	pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
	ready = pte_present(*pte) && (!write || pte_write(*pte));
	page = ready ? vm_normal_page(vma, addr, *pte) : NULL;
	if (page && write && !pte_dirty(*pte))
		SetPageDirty(page);
	pte_unmap_unlock(pte, ptl);
	return ready;
}

int faultin_page(struct vm_area_struct *vma, unsigned long addr,
		 unsigned int flags)
{
	vm_fault_t fault = handle_mm_fault(vma, addr, flags);

	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	if (fault & VM_FAULT_ERROR)
		return -EFAULT;
	if (fault & VM_FAULT_MAJOR)
		current->maj_flt++;
	else
		current->min_flt++;
	return 0;
}

int faultin_page_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, unsigned int flags)
{
	while (start < end) {
		int err;

		/* A fault may have lost a race: look again after each one. */
		if (page_is_ready(vma, start, flags)) {
			start += PAGE_SIZE;
			continue;
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		err = faultin_page(vma, start, flags);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end)
{
	bool copies = (vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;

	mmap_assert_locked(vma->vm_mm);
	VM_BUG_ON(start < vma->vm_start || end > vma->vm_end);

	if (vma->vm_flags & VM_LOCKONFAULT)
		return 0;
	if (!vma_is_accessible(vma))
		return -EFAULT;
	return faultin_page_range(vma, start, end,
				  copies ? FAULT_FLAG_WRITE : 0);
}

int populate_range(unsigned long start, unsigned long len,
		   enum populate_errors errors)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int err = 0;

	mmap_read_lock(mm);
	vma = find_vma(mm, start);
	for (; vma && vma->vm_start < end; vma = vma_next(vma)) {
		if (vma->vm_flags & (VM_IO | VM_PFNMAP))
			continue;
		err = populate_vma_page_range(vma, max(start, vma->vm_start),
					      min(end, vma->vm_end));
		if (err && errors == POPULATE_REPORT_ERRORS)
			break;
		if (err == -EINTR)
			break; /* killed: no use in going on */
		err = 0;
	}
	mmap_read_unlock(mm);
	return err;
}
