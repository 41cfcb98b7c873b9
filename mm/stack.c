/* SPDX-License-Identifier: MIT */
/*
 * mm/stack.c - a stack grows when it is touched below its end.
 *
 * Theory
 *
 * A fault on an address that no area contains is an error, unless the next area
 * above is VM_GROWSDOWN: then that area is moved down to the address, and the
 * fault goes on as if it had always been there.
 *
 *	      address	    vm_start		     vm_end
 *	prev	  v	    |------- stack ----------|
 *	----|  gap   |<-grow->
 *
 * Whatever lies below must stay STACK_GUARD_GAP away.  Otherwise a program that
 * recurses too deeply would not fault but quietly write into its neighbour.
 * Another stack is no danger, for it has a gap of its own; nor is PROT_NONE,
 * which faults by itself.
 *
 * Locking
 *
 *  A fault holds mmap_lock for read.  Growing moves vm_start and vm_pgoff, from
 *  which other faults in the same area compute page->index, so it needs the
 *  lock for write: the fault drops it, takes it anew, and looks again.
 *
 * Reading order: lock_mm_and_find_vma(), expand_stack().
 * In Linux: mm/mmap.c:expand_downwards(); the locking is that of 6.5, not 6.1.
 */

#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "mm/rmap.h"
#include "mm/vma.h"

/* May the stack become @size bytes, which is @grow pages more? */
static int acct_stack_growth(struct vm_area_struct *vma, unsigned long size,
			     unsigned long grow)
{
	struct mm_struct *mm = vma->vm_mm;

	if (!may_expand_vm(mm, vma->vm_flags, grow))
		return -ENOMEM;
	if (size > rlimit(RLIMIT_STACK))
		return -ENOMEM;
	if (mlock_future_check(mm, vma->vm_flags, grow << PAGE_SHIFT))
		return -ENOMEM;
	/* munmap() gives back only what an area with the flag was charged. */
	if (!(vma->vm_flags & VM_ACCOUNT))
		return 0;
	return security_vm_enough_memory_mm(mm, grow);
}

int expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	struct vma_prepare vp = { .vma = vma };
	struct mm_struct *mm = vma->vm_mm;
	struct vm_area_struct *prev;
	unsigned long grow;
	int err;

	mmap_assert_write_locked(mm);

	address &= PAGE_MASK;
	if (address < mmap_min_addr)
		return -EPERM;
	prev = vma_prev(vma);
	if (prev && !(prev->vm_flags & VM_GROWSDOWN) &&
	    vma_is_accessible(prev) && address - prev->vm_end < STACK_GUARD_GAP)
		return -ENOMEM;
	/* Even if it stays as it is: fork() and merging can tell. */
	if (anon_vma_prepare(vma))
		return -ENOMEM;
	grow = (vma->vm_start - address) >> PAGE_SHIFT;
	if (grow > vma->vm_pgoff)
		return -ENOMEM;
	err = acct_stack_growth(vma, vma->vm_end - address, grow);
	if (err)
		return err;

	/* Nothing below can fail. */
	if (vma->vm_flags & VM_LOCKED)
		mm->locked_vm += grow;
	vm_stat_account(mm, vma->vm_flags, grow);
	vma_prepare(&vp);
	vma_set_range(vma, address, vma->vm_end, vma->vm_pgoff - grow);
	vma_complete(&vp);
	return 0;
}

/* The area that @address is in, or a stack that may grow to it; NULL. */
static struct vm_area_struct *find_or_growable(struct mm_struct *mm,
					       unsigned long address)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (!vma || vma->vm_start <= address || vma->vm_flags & VM_GROWSDOWN)
		return vma;
	return NULL;
}

struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm,
					    unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_or_growable(mm, address);
	if (likely(vma && vma->vm_start <= address))
		return vma;
	mmap_read_unlock(mm);
	if (!vma)
		return NULL;

	mmap_write_lock(mm);
	vma = find_or_growable(mm, address); /* it may all have changed */
	if (vma && vma->vm_start > address && expand_stack(vma, address))
		vma = NULL;
	if (vma)
		downgrade_write(&mm->mmap_lock);
	else
		mmap_write_unlock(mm);
	return vma;
}
