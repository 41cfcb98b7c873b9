/* SPDX-License-Identifier: MIT */
/*
 * mm/munmap.c - taking a mapping away.
 *
 * Theory
 *
 *	before		AAAAAAAAAA	BBBB	 CCCCCCCC
 *	munmap		      [----------------------)
 *	1. split	AAAAAAaaaa	BBBB	 ccccCCCC
 *	2. detach	AAAAAA				 CCCC	aaaa BBBB cccc
 *	3. unmap the entries of the detached areas, flush, free their pages
 *	4. free the page tables between the end of A and the start of C
 *	5. close and free the areas
 *
 * Only step 1 can fail, and it is all or nothing (vma_split_ends()).  From step
 * 2 on no fault can find the areas, so no entry can come back.
 *
 * The limit on the number of areas is looked at only if the call makes a hole
 * in one area: everything else leaves as many areas or fewer, and a program
 * that has too many must be able to get rid of some.
 *
 * Locking: mmap_lock for write throughout.
 *
 * Reading order: do_munmap(), unmap_region().
 * In Linux 6.1: mm/mmap.c:do_mas_munmap(), unmap_region().
 */

#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mmu_gather.h"
#include "mm/vma.h"

void unmap_region(struct mm_struct *mm, struct list_head *detached,
		  const struct vm_area_struct *prev,
		  const struct vm_area_struct *next)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm);
	unmap_vmas(&tlb, detached);
	free_pgtables(&tlb, detached, prev ? prev->vm_end : 0,
		      next ? next->vm_start : 0);
	tlb_finish_mmu(&tlb);
}

void remove_vma_list(struct mm_struct *mm, struct list_head *detached)
{
	struct vm_area_struct *vma, *next;
	unsigned long nr_accounted = 0;

	mm->hiwater_vm = max(mm->hiwater_vm, mm->total_vm);
	list_for_each_entry_safe (vma, next, detached, vm_detached) {
		if (vma->vm_flags & VM_ACCOUNT)
			nr_accounted += vma_pages(vma);
		if (vma->vm_flags & VM_LOCKED)
			mm->locked_vm -= vma_pages(vma);
		vm_stat_account(mm, vma->vm_flags, -vma_pages(vma));
		if (vma->vm_ops && vma->vm_ops->close)
			vma->vm_ops->close(vma);
		if (vma->vm_file)
			fput(vma->vm_file);
		vm_area_free(vma);
	}
	if (nr_accounted)
		vm_unacct_memory(nr_accounted);
}

/* Split what sticks out of [start, end).  Return: the first area; ERR_PTR. */
static struct vm_area_struct *
split_for_munmap(struct mm_struct *mm, struct vm_area_struct *first,
		 unsigned long start, unsigned long end)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *last = first;

	if (first->vm_end < end)
		last = find_vma(mm, end - 1);
	if (!last || last->vm_start >= end) /* the range ends in a hole */
		return vma_split_ends(first, start, first, first->vm_end);

	if (first == last && start > first->vm_start && end < first->vm_end &&
	    mm->map_count >= sysctl_max_map_count)
		return ERR_PTR(-ENOMEM);
	return vma_split_ends(first, start, last, end);
}

int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	unsigned long end = start + PAGE_ALIGN(len);
	struct vm_area_struct *vma, *prev, *next;
	LIST_HEAD(detached);

	mmap_assert_write_locked(mm);

	if (offset_in_page(start) || start > TASK_SIZE ||
	    len > TASK_SIZE - start || end == start)
		return -EINVAL;
	vma = find_vma_intersection(mm, start, end);
	if (!vma)
		return 0;
	vma = split_for_munmap(mm, vma, start, end);
	if (IS_ERR(vma))
		return PTR_ERR(vma);

	/* Nothing below can fail. */
	prev = vma_prev(vma);
	for (; vma && vma->vm_start < end; vma = next) {
		next = vma_next(vma);
		vma_tree_remove(mm, vma);
		list_add_tail(&vma->vm_detached, &detached);
	}
	unmap_region(mm, &detached, prev, vma);
	remove_vma_list(mm, &detached);
	validate_mm_debug(mm);
	return 0;
}

int vm_munmap(unsigned long start, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	int err;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	err = do_munmap(mm, start, len);
	mmap_write_unlock(mm);
	return err;
}

SYSCALL_DEFINE2(munmap, unsigned long, addr, size_t, len)
{
	return vm_munmap(addr, len);
}
