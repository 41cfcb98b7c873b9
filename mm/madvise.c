/* SPDX-License-Identifier: MIT */
/*
 * mm/madvise.c - what a program says about its memory.
 *
 * Theory
 *
 * Under one name live three kinds of call:
 *
 *   hints	what use to expect.  They set a flag or nothing; ignoring them
 *		is always right.
 *   orders	MADV_DONTNEED: forget these pages now, so that the next touch
 *		finds zeros, or the file again.  MADV_REMOVE: make a hole in the
 *		object itself.  MADV_POPULATE_*: fault in now.
 *   rules	what fork and a core dump do with the area: flags.
 *
 * MADV_FREE lets the kernel drop pages when memory is short, and until then
 * they keep their contents.  Nothing is reclaimed here yet, so they always do;
 * the same goes for MADV_COLD and MADV_PAGEOUT.
 *
 * A range may have holes: they are passed over, and the call answers -ENOMEM
 * when it has done the rest.
 *
 * Locking: mmap_lock, for write where flags change.  MADV_REMOVE drops it, for
 * the file's locks come before it in the lock order.
 *
 * Reading order: advice_flags(), madvise_vma(), do_madvise().
 * In Linux 6.1: mm/madvise.c.
 */

#include "fs/fcntl.h"
#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mman.h"
#include "mm/vma.h"

/* ---- advice that is a flag ---------------------------------------------- */

/* Is the advice one that changes flags, and only that? */
static bool is_flag_advice(int advice)
{
	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_DONTFORK:
	case MADV_DOFORK:
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
	case MADV_DONTDUMP:
	case MADV_DODUMP:
	case MADV_MERGEABLE:
	case MADV_UNMERGEABLE:
	case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE:
		return true;
	default:
		return false;
	}
}

/* Sharing equal pages is only thought of for private, ordinary memory. */
static bool ksm_ignores(vm_flags_t vm_flags)
{
	return vm_flags & (VM_MERGEABLE | VM_SHARED | VM_MAYSHARE | VM_SPECIAL);
}

/* What @advice makes of the flags of @vma.  Return: 0 or -EINVAL. */
static int advice_flags(const struct vm_area_struct *vma, int advice,
			vm_flags_t *vm_flags)
{
	switch (advice) {
	case MADV_NORMAL:
		*vm_flags &= ~(VM_RAND_READ | VM_SEQ_READ);
		return 0;
	case MADV_RANDOM:
		*vm_flags = (*vm_flags & ~VM_SEQ_READ) | VM_RAND_READ;
		return 0;
	case MADV_SEQUENTIAL:
		*vm_flags = (*vm_flags & ~VM_RAND_READ) | VM_SEQ_READ;
		return 0;
	case MADV_DONTFORK:
		*vm_flags |= VM_DONTCOPY;
		return 0;
	case MADV_DOFORK:
		if (*vm_flags & VM_IO)
			return -EINVAL; /* the driver has decided */
		*vm_flags &= ~VM_DONTCOPY;
		return 0;
	case MADV_WIPEONFORK:
		if (vma->vm_file || *vm_flags & VM_SHARED)
			return -EINVAL;
		*vm_flags |= VM_WIPEONFORK;
		return 0;
	case MADV_KEEPONFORK:
		*vm_flags &= ~VM_WIPEONFORK;
		return 0;
	case MADV_DONTDUMP:
		*vm_flags |= VM_DONTDUMP;
		return 0;
	case MADV_DODUMP:
		if (*vm_flags & VM_SPECIAL)
			return -EINVAL;
		*vm_flags &= ~VM_DONTDUMP;
		return 0;
	case MADV_MERGEABLE:
		if (!ksm_ignores(*vm_flags))
			*vm_flags |= VM_MERGEABLE;
		return 0;
	case MADV_UNMERGEABLE:
		*vm_flags &= ~VM_MERGEABLE;
		return 0;
	case MADV_HUGEPAGE:
		*vm_flags = (*vm_flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE;
		return 0;
	case MADV_NOHUGEPAGE:
		*vm_flags = (*vm_flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE;
		return 0;
	default:
		return -EINVAL;
	}
}

static int madvise_update_vma(struct vm_area_struct *vma, unsigned long start,
			      unsigned long end, int advice)
{
	vm_flags_t vm_flags = vma->vm_flags;
	int err = advice_flags(vma, advice, &vm_flags);

	if (err || vm_flags == vma->vm_flags)
		return err;
	vma = vma_modify_flags(vma, start, end, vm_flags);
	err = PTR_ERR_OR_ZERO(vma);
	return err == -ENOMEM ? -EAGAIN : err; /* -ENOMEM means a hole */
}

/* ---- advice that is an order -------------------------------------------- */

static int madvise_dontneed(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end, vm_flags_t forbidden)
{
	if (vma->vm_flags & forbidden)
		return -EINVAL;
	zap_page_range(vma, start, end - start);
	return 0;
}

/* Drops mmap_lock and takes it again: @vma may be gone afterwards. */
static int madvise_remove(struct mm_struct *mm, struct vm_area_struct *vma,
			  unsigned long start, unsigned long end)
	__must_hold_shared(&mm->mmap_lock)
{
	struct file *file = vma->vm_file;
	loff_t offset = (loff_t)linear_page_index(vma, start) << PAGE_SHIFT;
	int err;

	if (vma->vm_flags & VM_LOCKED || !file)
		return -EINVAL;
	if (!vma_is_shared_maywrite(vma))
		return -EACCES;

	get_file(file);
	mmap_read_unlock(mm);
	err = vfs_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			    offset, end - start);
	fput(file);
	mmap_read_lock(mm);
	return err;
}

static int madvise_populate(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end, int advice)
{
	bool write = advice == MADV_POPULATE_WRITE;

	if (vma->vm_flags & (VM_IO | VM_PFNMAP) ||
	    !(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return -EINVAL;
	return faultin_page_range(vma, start, end,
				  write ? FAULT_FLAG_WRITE : 0);
}

/* ---- dispatch ----------------------------------------------------------- */

/* Advise on [start, end), which lies in @vma. */
static int madvise_vma(struct mm_struct *mm, struct vm_area_struct *vma,
		       unsigned long start, unsigned long end, int advice)
	__must_hold_shared(&mm->mmap_lock)
{
	switch (advice) {
	case MADV_WILLNEED:
		return 0; /* what a file has is in memory already */
	case MADV_DONTNEED:
		return madvise_dontneed(vma, start, end, VM_PFNMAP | VM_LOCKED);
	case MADV_DONTNEED_LOCKED:
		return madvise_dontneed(vma, start, end, VM_PFNMAP);
	case MADV_FREE:
		if (!vma_is_anonymous(vma))
			return -EINVAL;
		return vma->vm_flags & (VM_PFNMAP | VM_LOCKED) ? -EINVAL : 0;
	case MADV_COLD:
	case MADV_PAGEOUT:
		return vma->vm_flags & (VM_PFNMAP | VM_LOCKED) ? -EINVAL : 0;
	case MADV_REMOVE:
		return madvise_remove(mm, vma, start, end);
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return madvise_populate(vma, start, end, advice);
	default:
		return madvise_update_vma(vma, start, end, advice);
	}
}

static bool madvise_behavior_valid(int advice)
{
	switch (advice) {
	case MADV_WILLNEED:
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_COLD:
	case MADV_PAGEOUT:
	case MADV_REMOVE:
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return true;
	default:
		return is_flag_advice(advice);
	}
}

static int madvise_walk_vmas(struct mm_struct *mm, unsigned long start,
			     unsigned long end, int advice)
	__must_hold_shared(&mm->mmap_lock)
{
	int unmapped_error = 0;

	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);
		unsigned long tmp;
		int err;

		if (!vma)
			return -ENOMEM;
		if (start < vma->vm_start) {
			unmapped_error = -ENOMEM;
			start = vma->vm_start;
			if (start >= end)
				break;
		}
		tmp = min(vma->vm_end, end);
		err = madvise_vma(mm, vma, start, tmp, advice);
		if (err)
			return err;
		start = tmp;
	}
	return unmapped_error;
}

SYSCALL_DEFINE3(madvise, unsigned long, start, size_t, len, int, advice)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + PAGE_ALIGN(len);
	int err;

	if (!madvise_behavior_valid(advice) || offset_in_page(start))
		return -EINVAL;
	if (len && !PAGE_ALIGN(len)) /* it was so large that it wrapped */
		return -EINVAL;
	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;

	if (!is_flag_advice(advice)) {
		mmap_read_lock(mm);
		err = madvise_walk_vmas(mm, start, end, advice);
		mmap_read_unlock(mm);
		return err;
	}
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	err = madvise_walk_vmas(mm, start, end, advice);
	validate_mm_debug(mm);
	mmap_write_unlock(mm);
	return err;
}
