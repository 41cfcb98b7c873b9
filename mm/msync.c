/* SPDX-License-Identifier: MIT */
/*
 * mm/msync.c - bring a file up to date with what was stored through a mapping.
 *
 * A shared mapping and read(2) look at the same pages, so there is nothing to
 * do between them.  MS_SYNC asks the file to write its pages to where it keeps
 * them.  MS_ASYNC asks for nothing.  MS_INVALIDATE only checks that no area is
 * locked.
 *
 * Locking: mmap_lock for read; dropped for the file, which may sleep long.
 *
 * In Linux 6.1: mm/msync.c.
 */

#include "fs/fs.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mman.h"
#include "mm/vma.h"

/* Write out what of [start, end) @vma maps.  Drops mmap_lock for it. */
static int sync_vma(struct mm_struct *mm, struct vm_area_struct *vma,
		    unsigned long start, unsigned long end)
	__must_hold_shared(&mm->mmap_lock)
{
	struct file *file = vma->vm_file;
	loff_t first = (loff_t)linear_page_index(vma, start) << PAGE_SHIFT;
	loff_t last = first + (min(end, vma->vm_end) - start) - 1;
	int err = -EINVAL;

	get_file(file);
	mmap_read_unlock(mm);
	if (file->f_op->fsync)
		err = file->f_op->fsync(file, first, last, 1);
	fput(file);
	mmap_read_lock(mm);
	return err;
}

static int msync_range(struct mm_struct *mm, unsigned long start,
		       unsigned long end, int flags)
	__must_hold_shared(&mm->mmap_lock)
{
	int unmapped_error = 0, err;

	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);
		unsigned long next;

		if (!vma)
			return -ENOMEM;
		if (start < vma->vm_start) {
			unmapped_error = -ENOMEM;
			start = vma->vm_start;
			if (flags == MS_ASYNC || start >= end)
				return -ENOMEM;
		}
		if (flags & MS_INVALIDATE && vma->vm_flags & VM_LOCKED)
			return -EBUSY;
		next = vma->vm_end;
		if (flags & MS_SYNC && vma->vm_file &&
		    vma->vm_flags & VM_SHARED) {
			err = sync_vma(mm, vma, start, end);
			if (err)
				return err;
		}
		start = next;
	}
	return unmapped_error;
}

SYSCALL_DEFINE3(msync, unsigned long, start, size_t, len, int, flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + PAGE_ALIGN(len);
	int err;

	if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    offset_in_page(start))
		return -EINVAL;
	if (flags & MS_ASYNC && flags & MS_SYNC)
		return -EINVAL;
	if (end < start)
		return -ENOMEM;

	mmap_read_lock(mm);
	err = msync_range(mm, start, end, flags);
	mmap_read_unlock(mm);
	return err;
}
