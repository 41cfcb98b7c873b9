/* SPDX-License-Identifier: MIT */
/*
 * mm/brk.c - the heap: the area behind a program's data, moved by its end.
 *
 * Theory
 *
 *	start_data  end_data   start_brk	brk
 *	   |-- data --|-- bss --|----- heap -----| ...
 *
 * brk() is an old mmap(): the same kind of area, grown and shrunk at its upper
 * end, to a byte that need not be at a page boundary.  It answers with the end
 * as it is after the call: a call that fails answers the old one, not an errno.
 *
 * Locking: mmap_lock for write protects mm->brk.
 *
 * Reading order: do_brk_flags(), sys_brk().
 * In Linux 6.1: mm/mmap.c:brk(), do_brk_flags(), vm_brk_flags().
 */

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mman.h"
#include "mm/vma.h"

/* A new area between @prev and @next.  Return: it, or NULL. */
static struct vm_area_struct *brk_new_area(struct mm_struct *mm,
					   const struct vma_merge_struct *vmg,
					   struct vm_area_struct *next)
	__must_hold(&mm->mmap_lock)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);

	if (!vma)
		return NULL;
	vma->vm_start = vmg->start;
	vma->vm_end = vmg->end;
	vma->vm_pgoff = vmg->pgoff;
	vma->vm_flags = vmg->vm_flags;
	vma->vm_page_prot = vm_get_page_prot(vmg->vm_flags);
	vma_tree_insert(mm, vmg->prev, vma, next);
	return vma;
}

/*
 * Map [addr, addr + len), where nothing is, as private memory.  It joins the
 * area before it if that ends above @heap_start.
 */
static int do_brk_flags(struct mm_struct *mm, unsigned long addr,
			unsigned long len, vm_flags_t vm_flags,
			unsigned long heap_start) __must_hold(&mm->mmap_lock)
{
	unsigned long nr_pages = len >> PAGE_SHIFT;
	struct vma_merge_struct vmg = {
		.start = addr,
		.end = addr + len,
		.pgoff = addr >> PAGE_SHIFT,
		.vm_flags = vm_flags | VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT |
			    mm->def_flags,
	};
	struct vm_area_struct *next;
	struct vma_merge_plan plan;

	if (!may_expand_vm(mm, vmg.vm_flags, nr_pages) ||
	    mm->map_count > sysctl_max_map_count ||
	    security_vm_enough_memory_mm(mm, nr_pages))
		return -ENOMEM;

	next = find_vma_prev(mm, addr, &vmg.prev);
	if (vmg.prev && vmg.prev->vm_end > heap_start &&
	    vma_merge_plan_new(&vmg, &plan)) {
		vma_merge_commit(&plan);
	} else if (!brk_new_area(mm, &vmg, next)) {
		vm_unacct_memory(nr_pages);
		return -ENOMEM;
	}
	vm_stat_account(mm, vmg.vm_flags, nr_pages);
	if (vmg.vm_flags & VM_LOCKED)
		mm->locked_vm += nr_pages;
	validate_mm_debug(mm);
	return 0;
}

/* Is this a place, and locked memory enough, for the heap to grow into? */
static int check_brk_limits(struct mm_struct *mm, unsigned long addr,
			    unsigned long len)
{
	addr = get_unmapped_area(addr, len, MAP_FIXED);
	if (IS_ERR_VALUE(addr))
		return addr;
	return mlock_future_check(mm, mm->def_flags, len);
}

static bool within_data_limit(const struct mm_struct *mm, unsigned long brk)
{
	unsigned long limit = rlimit(RLIMIT_DATA);

	return limit == RLIM_INFINITY ||
	       brk - mm->start_brk + (mm->end_data - mm->start_data) <= limit;
}

static bool shrink_heap(struct mm_struct *mm, unsigned long newbrk,
			unsigned long oldbrk) __must_hold(&mm->mmap_lock)
{
	/* If the program has unmapped its heap, there is nothing to shrink. */
	if (!find_vma_intersection(mm, newbrk, oldbrk))
		return false;
	return !do_munmap(mm, newbrk, oldbrk - newbrk);
}

static bool grow_heap(struct mm_struct *mm, unsigned long oldbrk,
		      unsigned long newbrk) __must_hold(&mm->mmap_lock)
{
	struct vm_area_struct *next;

	if (check_brk_limits(mm, oldbrk, newbrk - oldbrk))
		return false;
	/* At least one free page stays above it, and a stack's guard gap. */
	next = find_vma(mm, oldbrk);
	if (next && newbrk + PAGE_SIZE > vm_start_gap(next))
		return false;
	return !do_brk_flags(mm, oldbrk, newbrk - oldbrk, 0, mm->start_brk);
}

SYSCALL_DEFINE1(brk, unsigned long, brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long newbrk, oldbrk;
	bool ok, populate;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	newbrk = PAGE_ALIGN(brk);
	oldbrk = PAGE_ALIGN(mm->brk);

	if (brk < mm->start_brk || !within_data_limit(mm, brk))
		ok = false;
	else if (newbrk == oldbrk)
		ok = true;
	else if (brk <= mm->brk)
		ok = shrink_heap(mm, newbrk, oldbrk);
	else
		ok = grow_heap(mm, oldbrk, newbrk);

	if (ok)
		mm->brk = brk;
	brk = mm->brk;
	populate = ok && newbrk > oldbrk && mm->def_flags & VM_LOCKED;
	mmap_write_unlock(mm);
	if (populate)
		mm_populate(oldbrk, newbrk - oldbrk);
	return brk;
}

int vm_brk_flags(unsigned long addr, unsigned long len, vm_flags_t flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long aligned = PAGE_ALIGN(len);
	int err;

	if (aligned < len)
		return -ENOMEM;
	if (!aligned)
		return 0;
	if (flags & ~VM_EXEC)
		return -EINVAL;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	err = check_brk_limits(mm, addr, aligned);
	if (!err)
		err = do_munmap(mm, addr, aligned);
	if (!err)
		err = do_brk_flags(mm, addr, aligned, flags, 0);
	mmap_write_unlock(mm);
	if (!err && mm->def_flags & VM_LOCKED)
		mm_populate(addr, aligned);
	return err;
}
