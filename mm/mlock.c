/* SPDX-License-Identifier: MIT */
/*
 * mm/mlock.c - memory that must stay resident.
 *
 * Theory
 *
 * VM_LOCKED on an area keeps its pages from being reclaimed; locked_vm counts
 * the pages of such areas against RLIMIT_MEMLOCK, resident or not.  mlock()
 * marks, and then faults everything in; MLOCK_ONFAULT leaves that to the
 * program.  mlockall(MCL_FUTURE) puts the mark into mm->def_flags, which every
 * new area starts with.
 *
 * An area of VM_SPECIAL has nothing that could be reclaimed: it is passed over
 * without the mark and without an error.
 *
 * Invariants
 *
 *  K1. locked_vm is the number of pages of all areas with VM_LOCKED.
 *
 * Locking: mmap_lock for write; populating takes it again for read.
 *
 * Reading order: mlock_fixup(), apply_vma_lock_flags(), do_mlock().
 * In Linux 6.1: mm/mlock.c.
 */

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/mman.h"
#include "mm/vma.h"

bool can_do_mlock(void)
{
	return rlimit(RLIMIT_MEMLOCK) != 0 || capable_root();
}

/* May @nr_pages be locked in all? */
static bool within_lock_limit(unsigned long nr_pages)
{
	return nr_pages <= rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT ||
	       capable_root();
}

int mlock_future_check(struct mm_struct *mm, vm_flags_t vm_flags,
		       unsigned long len)
{
	if (!(vm_flags & VM_LOCKED) ||
	    within_lock_limit(mm->locked_vm + (len >> PAGE_SHIFT)))
		return 0;
	return -EAGAIN;
}

/*
 * Give [start, end) of @vma the lock flags of @vm_flags.
 * Return: the area that contains it then, or ERR_PTR(-ENOMEM).
 */
static struct vm_area_struct *mlock_fixup(struct vm_area_struct *vma,
					  unsigned long start,
					  unsigned long end,
					  vm_flags_t vm_flags)
{
	vm_flags_t old_flags = vma->vm_flags;
	long nr_pages = (end - start) >> PAGE_SHIFT;

	if (vm_flags == old_flags || old_flags & VM_SPECIAL)
		return vma;
	vma = vma_modify_flags(vma, start, end, vm_flags);
	if (IS_ERR(vma))
		return vma;
	if (!(vm_flags & VM_LOCKED))
		vma->vm_mm->locked_vm -= nr_pages;
	else if (!(old_flags & VM_LOCKED))
		vma->vm_mm->locked_vm += nr_pages;
	return vma;
}

/* A hole ends it with -ENOMEM; what lies before stays done, as on Linux. */
static int apply_vma_lock_flags(struct mm_struct *mm, unsigned long start,
				unsigned long len, vm_flags_t lock_flags)
	__must_hold_shared(&mm->mmap_lock)
{
	unsigned long end = start + len, tmp;
	struct vm_area_struct *vma;

	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	vma = vma_lookup(mm, start);

	while (vma && vma->vm_start <= start) {
		tmp = min(vma->vm_end, end);
		vma = mlock_fixup(vma, start, tmp,
				  (vma->vm_flags & ~VM_LOCKED_MASK) |
					  lock_flags);
		if (IS_ERR(vma))
			return PTR_ERR(vma);
		start = max(tmp, vma->vm_end);
		if (start >= end)
			return 0;
		vma = vma_next(vma);
	}
	return -ENOMEM;
}

/* How many pages of the range are locked already? */
static unsigned long count_mlocked_pages(struct mm_struct *mm,
					 unsigned long start, unsigned long end)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	unsigned long nr_pages = 0;

	for (; vma && vma->vm_start < end; vma = vma_next(vma))
		if (vma->vm_flags & VM_LOCKED)
			nr_pages += (min(end, vma->vm_end) -
				     max(start, vma->vm_start)) >>
				    PAGE_SHIFT;
	return nr_pages;
}

static int do_mlock(unsigned long start, size_t len, vm_flags_t lock_flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long nr_pages;
	int err = -ENOMEM;

	if (!can_do_mlock())
		return -EPERM;
	len = PAGE_ALIGN(len + offset_in_page(start));
	start &= PAGE_MASK;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	nr_pages = mm->locked_vm + (len >> PAGE_SHIFT);
	if (!within_lock_limit(nr_pages))
		nr_pages -= count_mlocked_pages(mm, start, start + len);
	if (within_lock_limit(nr_pages))
		err = apply_vma_lock_flags(mm, start, len, lock_flags);
	validate_mm_debug(mm);
	mmap_write_unlock(mm);
	if (err)
		return err;

	err = populate_range(start, len, POPULATE_REPORT_ERRORS);
	/* POSIX's words for "a page cannot be read" and "not now". */
	if (err == -EFAULT)
		return -ENOMEM;
	return err == -ENOMEM ? -EAGAIN : err;
}

SYSCALL_DEFINE2(mlock, unsigned long, start, size_t, len)
{
	return do_mlock(start, len, VM_LOCKED);
}

SYSCALL_DEFINE3(mlock2, unsigned long, start, size_t, len, int, flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return do_mlock(start, len,
			flags & MLOCK_ONFAULT ? VM_LOCKED_MASK : VM_LOCKED);
}

SYSCALL_DEFINE2(munlock, unsigned long, start, size_t, len)
{
	struct mm_struct *mm = current->mm;
	int err;

	len = PAGE_ALIGN(len + offset_in_page(start));
	start &= PAGE_MASK;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	err = apply_vma_lock_flags(mm, start, len, 0);
	validate_mm_debug(mm);
	mmap_write_unlock(mm);
	return err;
}

/* Areas that cannot be changed, for lack of memory, stay as they are. */
static void apply_mlockall_flags(struct mm_struct *mm, int flags)
{
	vm_flags_t lock_flags = VM_LOCKED;
	struct vm_area_struct *vma;

	if (flags & MCL_ONFAULT)
		lock_flags |= VM_LOCKONFAULT;

	mm->def_flags &= ~VM_LOCKED_MASK;
	if (flags & MCL_FUTURE)
		mm->def_flags |= lock_flags;
	if (flags & MCL_FUTURE && !(flags & MCL_CURRENT))
		return;
	if (!(flags & MCL_CURRENT))
		lock_flags = 0; /* munlockall() */

	for_each_vma (mm, vma) {
		struct vm_area_struct *changed;

		changed = mlock_fixup(vma, vma->vm_start, vma->vm_end,
				      (vma->vm_flags & ~VM_LOCKED_MASK) |
					      lock_flags);
		if (!IS_ERR(changed))
			vma = changed; /* it may have been merged */
	}
}

SYSCALL_DEFINE1(mlockall, int, flags)
{
	struct mm_struct *mm = current->mm;
	int err = -ENOMEM;

	if (!flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ||
	    flags == MCL_ONFAULT)
		return -EINVAL;
	if (!can_do_mlock())
		return -EPERM;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	if (!(flags & MCL_CURRENT) || within_lock_limit(mm->total_vm)) {
		apply_mlockall_flags(mm, flags);
		err = 0;
	}
	mmap_write_unlock(mm);
	if (!err && flags & MCL_CURRENT)
		mm_populate(0, TASK_SIZE);
	return err;
}

SYSCALL_DEFINE0(munlockall)
{
	struct mm_struct *mm = current->mm;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	apply_mlockall_flags(mm, 0);
	mmap_write_unlock(mm);
	return 0;
}
