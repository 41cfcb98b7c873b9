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
 *  The fault holds mmap_lock for read only, and other threads may fault on the
 *  same stack.  So growing happens under page_table_lock, after a second look,
 *  and with the rmap trees locked; mmap_lock for write excludes all of it.
 *
 * Reading order: expand_stack().
 * In Linux 6.1: mm/mmap.c:expand_downwards().
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
	return security_vm_enough_memory_mm(mm, grow);
}

/* The rmap of a stack is locked.  Return: 0 or -ENOMEM. */
static int expand_locked(struct vm_area_struct *vma, unsigned long address)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long grow;
	int err;

	if (address >= vma->vm_start)
		return 0; /* another thread was first */
	grow = (vma->vm_start - address) >> PAGE_SHIFT;
	if (grow > vma->vm_pgoff)
		return -ENOMEM;
	err = acct_stack_growth(vma, vma->vm_end - address, grow);
	if (err)
		return err;

	/* Nothing below can fail. */
	spin_lock(&mm->page_table_lock);
	if (vma->vm_flags & VM_LOCKED)
		mm->locked_vm += grow;
	vm_stat_account(mm, vma->vm_flags, grow);
	vma_set_range(vma, address, vma->vm_end, vma->vm_pgoff - grow);
	spin_unlock(&mm->page_table_lock);
	return 0;
}

int expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	struct vma_prepare vp = { .vma = vma };
	struct vm_area_struct *prev;
	int err;

	mmap_assert_locked(vma->vm_mm);

	address &= PAGE_MASK;
	if (address < mmap_min_addr)
		return -EPERM;
	prev = vma_prev(vma);
	if (prev && !(prev->vm_flags & VM_GROWSDOWN) &&
	    vma_is_accessible(prev) && address - prev->vm_end < STACK_GUARD_GAP)
		return -ENOMEM;
	/* So that there is a rmap lock, and the same one for all threads. */
	if (anon_vma_prepare(vma))
		return -ENOMEM;

	vma_prepare(&vp);
	err = expand_locked(vma, address);
	vma_complete(&vp);
	return err;
}
