/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/ttm_bo_vm.c - one pointer to a buffer, wherever that is.
 *
 * Theory
 *
 * The area holds a reference to the buffer and no pages.  A fault locks the
 * buffer (bo->resv), sees where it is now, and inserts frames of that place
 * with the cache type of that place: write-combining for the device's memory,
 * cached for RAM.  It maps up to 15 neighbours too.  A move takes all of them
 * out again (ttm_bo.c).
 *
 * A buffer that is being moved is locked for as long as the copy takes.  The
 * first attempt does not wait for that with mmap_lock held, which would stop
 * every other mmap() of the program: it lets go of mmap_lock, waits until the
 * buffer is free, and has the fault begin anew (VM_FAULT_RETRY).  The second
 * attempt waits.
 *
 * A debugger's ->access() locks the buffer in the same way and copies through
 * the kernel's own view of the place.
 *
 * Locking: mmap_lock for read, then bo->resv.
 *
 * Reading order: ttm_bo_vm_fault(), ttm_bo_vm_reserve(), ttm_bo_vm_access().
 * In Linux: drivers/gpu/drm/ttm/ttm_bo_vm.c.
 */

#include "drivers/gpu/ttm.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "mm/gfp.h"
#include "mm/mm.h"

/* Which page of the buffer is at @addr. */
static unsigned long page_offset(const struct vm_area_struct *vma,
				 const struct ttm_buffer_object *bo,
				 unsigned long addr)
{
	return linear_page_index(vma, addr) - bo->base.vma_node.start;
}

/*
 * Lock the buffer for a fault.  Return: 0; VM_FAULT_RETRY, with mmap_lock
 * dropped as the flags say; VM_FAULT_NOPAGE if a signal came first.
 */
static vm_fault_t ttm_bo_vm_reserve(struct ttm_buffer_object *bo,
				    struct vm_fault *vmf)
	__cond_acquires(0, bo->resv)
{
	if (likely(mutex_trylock(&bo->resv)))
		return 0;
	if (!fault_flag_allow_retry_first(vmf->flags))
		return mutex_lock_interruptible(&bo->resv) ? VM_FAULT_NOPAGE
							   : 0;
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	drm_gem_object_get(&bo->base); /* the area's may go with mmap_lock */
	mmap_read_unlock(vmf->vma->vm_mm);
	if (!mutex_lock_interruptible(&bo->resv))
		mutex_unlock(&bo->resv);
	drm_gem_object_put(&bo->base);
	return VM_FAULT_RETRY;
}

/* The frame of a page, where the buffer is now.  resv or the pte lock held. */
static unsigned long page_pfn(const struct ttm_buffer_object *bo,
			      unsigned long page)
{
	if (bo->mem_type == TTM_PL_VRAM)
		return PHYS_PFN(bo->bdev->vram_phys) + bo->vram.start + page;
	return page_to_pfn(bo->tt.pages[page]);
}

/* The protection that goes with the place; the area's says nothing of it. */
static pgprot_t place_prot(const struct ttm_buffer_object *bo,
			   const struct vm_area_struct *vma)
{
	pgprot_t prot = vm_get_page_prot(vma->vm_flags);

	return bo->mem_type == TTM_PL_VRAM ? pgprot_writecombine(prot) : prot;
}

/* Insert the page and its neighbours.  Only the first error counts. */
static vm_fault_t insert_pages(struct ttm_buffer_object *bo,
			       struct vm_fault *vmf, unsigned long page)
{
	struct vm_area_struct *vma = vmf->vma;
	pgprot_t prot = place_prot(bo, vma);
	unsigned long addr = vmf->address;
	unsigned long nr = min_t(unsigned long, TTM_BO_VM_NUM_PREFAULT,
				 min_t(unsigned long, ttm_bo_pages(bo) - page,
				       (vma->vm_end - addr) >> PAGE_SHIFT));

	for (unsigned long i = 0; i < nr; i++, addr += PAGE_SIZE) {
		vm_fault_t ret = vmf_insert_pfn_prot(
			vma, addr, page_pfn(bo, page + i), prot);

		if (unlikely(ret & VM_FAULT_ERROR))
			return i ? VM_FAULT_NOPAGE : ret;
	}
	return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_reserved(struct ttm_buffer_object *bo,
				 struct vm_fault *vmf)
{
	unsigned long page = page_offset(vmf->vma, bo, vmf->address);

	lockdep_assert_held(&bo->resv);
	if (page >= ttm_bo_pages(bo))
		return VM_FAULT_SIGBUS;
	/*
	 * As Linux since 6.2: who has no memory for his buffer is told so.  The
	 * OOM killer would look for somebody else.
	 */
	if (bo->mem_type == TTM_PL_SYSTEM && !bo->tt.pages &&
	    ttm_tt_populate(bo->bdev, &bo->tt, ttm_bo_pages(bo), __GFP_ZERO))
		return VM_FAULT_SIGBUS;
	return insert_pages(bo, vmf, page);
}

static vm_fault_t ttm_bo_vm_fault(struct vm_fault *vmf) __no_lock_analysis
{
	struct ttm_buffer_object *bo = vmf->vma->vm_private_data;
	vm_fault_t ret = ttm_bo_vm_reserve(bo, vmf);

	if (unlikely(ret))
		return ret;
	ret = fault_reserved(bo, vmf);
	mutex_unlock(&bo->resv);
	return ret;
}

static void ttm_bo_vm_open(struct vm_area_struct *vma)
{
	struct ttm_buffer_object *bo = vma->vm_private_data;

	drm_gem_object_get(&bo->base);
}

static void ttm_bo_vm_close(struct vm_area_struct *vma)
{
	struct ttm_buffer_object *bo = vma->vm_private_data;

	drm_gem_object_put(&bo->base);
	vma->vm_private_data = NULL;
}

/* Copy within one page of the buffer.  Zeros if there are no pages yet. */
static void access_page(struct ttm_buffer_object *bo, unsigned long offset,
			void *buf, int len, int write)
{
	unsigned long page = offset >> PAGE_SHIFT;
	u8 *at;

	if (bo->mem_type == TTM_PL_VRAM)
		at = bo->bdev->vram + ((bo->vram.start + page) << PAGE_SHIFT);
	else
		at = page_address(bo->tt.pages[page]);
	at += offset_in_page(offset);
	if (write)
		memcpy(at, buf, len);
	else
		memcpy(buf, at, len);
}

static int ttm_bo_vm_access(struct vm_area_struct *vma, unsigned long addr,
			    void *buf, int len, int write) __no_lock_analysis
{
	struct ttm_buffer_object *bo = vma->vm_private_data;
	unsigned long offset = (page_offset(vma, bo, addr) << PAGE_SHIFT) +
			       offset_in_page(addr);
	int done = 0;

	if (len < 1 || offset >= bo->base.size || len > bo->base.size - offset)
		return -EIO;
	if (mutex_lock_interruptible(&bo->resv))
		return -EINTR;
	if (bo->mem_type == TTM_PL_SYSTEM && !bo->tt.pages &&
	    ttm_tt_populate(bo->bdev, &bo->tt, ttm_bo_pages(bo), __GFP_ZERO))
		done = -ENOMEM;
	while (done >= 0 && done < len) {
		int chunk = min_t(int, len - done,
				  PAGE_SIZE - offset_in_page(offset + done));

		access_page(bo, offset + done, buf + done, chunk, write);
		done += chunk;
	}
	mutex_unlock(&bo->resv);
	return done;
}

/*
 * T1, for the ledger: a move takes the entries away before the place changes,
 * so an entry that is there now, under its lock, leads to the place there is.
 */
static bool ttm_bo_vm_owns_pfn(const struct vm_area_struct *vma,
			       unsigned long addr, unsigned long pfn)
{
	const struct ttm_buffer_object *bo = vma->vm_private_data;
	unsigned long page = page_offset(vma, bo, addr);

	if (page >= ttm_bo_pages(bo))
		return false;
	if (bo->mem_type == TTM_PL_SYSTEM && !bo->tt.pages)
		return false;
	return pfn == page_pfn(bo, page);
}

static const struct vm_operations_struct ttm_bo_vm_ops = {
	.fault = ttm_bo_vm_fault,
	.open = ttm_bo_vm_open,
	.close = ttm_bo_vm_close,
	.access = ttm_bo_vm_access,
	.owns_pfn = ttm_bo_vm_owns_pfn,
};

int ttm_bo_mmap(struct vm_area_struct *vma, struct ttm_buffer_object *bo)
{
	/* A copy of a page would stay behind when the buffer moves. */
	if (is_cow_mapping(vma->vm_flags))
		return -EINVAL;
	vma->vm_ops = &ttm_bo_vm_ops;
	vma->vm_private_data = bo;
	vma->vm_flags |= VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP;
	return 0;
}
