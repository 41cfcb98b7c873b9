/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/lstore_vm.c - a context in an address space: one pointer, two
 * places.
 *
 * Theory
 *
 * An area that maps a context is VM_PFNMAP and shared, and filled by faults:
 *
 *	page		context saved			context loaded
 *	0..63		its frame, write-back		device, uncached
 *	64 (control)	waits until it is loaded	device, uncached
 *	beyond		SIGBUS				SIGBUS
 *
 * Private areas are refused, read-only ones too: a copy of a page would stay
 * behind when the context moves, and a COW area of raw frames has only one
 * lawful form, which has all its entries from the beginning.
 *
 * A fault must not sleep for long with mmap_lock held: whoever wants to map
 * something waits behind it, and then everybody.  So where it has to wait, for
 * the lock during a switch or for the context to be loaded, it drops mmap_lock,
 * waits, and answers VM_FAULT_RETRY: the area may be gone by then.  While it
 * waits, a reference to the file keeps the context.  A signal ends the wait:
 * the program runs its handler, and the same instruction comes again.
 *
 * Locking: see lstore_switch.c.
 *
 * Reading order: lstore_fault(), context_lock_for_fault(), wait_until_loaded().
 * In Linux: arch/powerpc/platforms/cell/spufs/file.c:spufs_mem_mmap_fault(),
 * spufs_ps_fault(); drivers/gpu/drm/ttm/ttm_bo_vm.c:ttm_bo_vm_reserve().
 */

#include "drivers/misc/lstore.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"

static struct lstore_context *vma_context(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* Where page @pgoff of the object is now.  context->lock held, or see L1. */
static unsigned long context_pfn(const struct lstore_context *context,
				 pgoff_t pgoff)
{
	if (context->state == LSTORE_LOADED)
		return PHYS_PFN(lstore0.start) + pgoff;
	return page_to_pfn(context->frames->pages[pgoff]);
}

/* ---- the fault ---------------------------------------------------------- */

/*
 * Take context->lock, dropping mmap_lock rather than sleeping under it.
 * Return: true with both; false for VM_FAULT_RETRY.
 */
static bool
context_lock_for_fault(const struct vm_fault *vmf,
		       struct lstore_context *context) __no_lock_analysis
{
	struct file *file = vmf->vma->vm_file;

	if (mutex_trylock(&context->lock))
		return true;
	if (!fault_flag_allow_retry_first(vmf->flags)) {
		mutex_lock(&context->lock);
		return true;
	}
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return false;
	get_file(file);
	mmap_read_unlock(vmf->vma->vm_mm);
	if (!mutex_lock_killable(&context->lock))
		mutex_unlock(&context->lock);
	fput(file);
	return false;
}

/*
 * The control window of a context that is not loaded.  Only a program's own
 * access is given up for any signal: a copy by the kernel could not be resumed.
 * Return: VM_FAULT_RETRY, without mmap_lock; VM_FAULT_SIGBUS for who must not
 * wait.
 */
static vm_fault_t
wait_until_loaded(const struct vm_fault *vmf,
		  struct lstore_context *context) __no_lock_analysis
{
	struct file *file = vmf->vma->vm_file;
	int signalled;

	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return VM_FAULT_SIGBUS;
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	get_file(file);
	mmap_read_unlock(vmf->vma->vm_mm);
	if (vmf->flags & FAULT_FLAG_USER)
		signalled = wait_event_interruptible(
			context->wait,
			READ_ONCE(context->state) == LSTORE_LOADED);
	else
		signalled = wait_event_killable(context->wait,
						READ_ONCE(context->state) ==
							LSTORE_LOADED);
	(void)signalled; /* who retries looks for the signal itself */
	fput(file);
	return VM_FAULT_RETRY;
}

static vm_fault_t lstore_fault(struct vm_fault *vmf) __no_lock_analysis
{
	struct vm_area_struct *vma = vmf->vma;
	struct lstore_context *context = vma_context(vma);
	pgprot_t prot = vma->vm_page_prot;
	vm_fault_t ret;

	if (vmf->pgoff >= LSTORE_OBJECT_PAGES)
		return VM_FAULT_SIGBUS;
	if (!context_lock_for_fault(vmf, context))
		return VM_FAULT_RETRY;
	if (context->state == LSTORE_SAVED &&
	    vmf->pgoff == LSTORE_CONTROL_PAGE) {
		mutex_unlock(&context->lock);
		return wait_until_loaded(vmf, context);
	}
	if (context->state == LSTORE_LOADED)
		prot = pgprot_noncached(prot);
	ret = vmf_insert_pfn_prot(vma, vmf->address,
				  context_pfn(context, vmf->pgoff), prot);
	mutex_unlock(&context->lock);
	return ret;
}

/* ---- other ways to the bytes -------------------------------------------- */

/* The part of one page.  context->lock held. */
static void copy_in_page(const struct lstore_context *context,
			 unsigned long pos, void *buf, size_t len,
			 enum lstore_direction direction)
{
	u8 *at = context->state == LSTORE_LOADED
			 ? (u8 *)lstore0.memory + pos
			 : (u8 *)page_address(
				   context->frames->pages[pos >> PAGE_SHIFT]) +
				   offset_in_page(pos);

	if (direction == LSTORE_WRITE)
		memcpy(at, buf, len);
	else
		memcpy(buf, at, len);
}

void lstore_copy(struct lstore_context *context, unsigned long pos, void *buf,
		 size_t len, enum lstore_direction direction)
{
	size_t done = 0;

	mutex_lock(&context->lock);
	while (done < len) {
		size_t n = min_t(size_t, len - done,
				 PAGE_SIZE - offset_in_page(pos + done));

		copy_in_page(context, pos + done, buf + done, n, direction);
		done += n;
	}
	mutex_unlock(&context->lock);
}

/* A debugger's access.  It does not wait for the control window: -EIO. */
static int lstore_access(struct vm_area_struct *vma, unsigned long addr,
			 void *buf, int len, int write)
{
	unsigned long pos =
		addr - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT);

	if (write && !(vma->vm_flags & VM_WRITE))
		return -EACCES;
	if (vma->vm_pgoff >= LSTORE_PAGES || pos >= LSTORE_SIZE)
		return -EIO;
	len = min_t(unsigned long, len, LSTORE_SIZE - pos);
	lstore_copy(vma_context(vma), pos, buf, len,
		    write ? LSTORE_WRITE : LSTORE_READ);
	return len;
}

/* L1: what the entry was made of cannot have changed under the pte lock. */
static bool lstore_owns_pfn(const struct vm_area_struct *vma,
			    unsigned long addr, unsigned long pfn)
{
	const struct lstore_context *context = vma_context(vma);
	pgoff_t pgoff = linear_page_index(vma, addr);

	if (pgoff >= LSTORE_OBJECT_PAGES)
		return false;
	if (context->state == LSTORE_SAVED &&
	    (!context->frames || pgoff == LSTORE_CONTROL_PAGE))
		return false;
	return pfn == context_pfn(context, pgoff);
}

static const struct vm_operations_struct lstore_vm_ops = {
	.fault = lstore_fault,
	.access = lstore_access,
	.owns_pfn = lstore_owns_pfn,
};

int lstore_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	vma->vm_ops = &lstore_vm_ops;
	return 0;
}
