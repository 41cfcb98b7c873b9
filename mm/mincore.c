/* SPDX-License-Identifier: MIT */
/*
 * mm/mincore.c - which pages would not cause a disk access?
 *
 * One byte a page: 1 if an entry maps it, or if it is in its file's page cache.
 * For a file that the caller may not write the answer is always 1: who else has
 * read which page of a library is nobody's business.  Raw frames are not looked
 * at; the answer for them is that of a file with nothing cached.
 *
 * Locking: mmap_lock for read; entries are only read, so no pte lock.
 *
 * In Linux 6.1: mm/mincore.c.
 */

#include <asm/uaccess.h>
#include "fs/fs.h"
#include "fs/namei.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/pagemap.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

static bool can_do_mincore(const struct vm_area_struct *vma)
{
	if (vma_is_anonymous(vma))
		return true;
	if (!vma->vm_file)
		return false;
	return inode_owner_or_capable(file_inode(vma->vm_file)) ||
	       inode_permission(file_inode(vma->vm_file), MAY_WRITE) == 0;
}

static bool mincore_cached(const struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page;
	bool uptodate;

	if (!vma->vm_file)
		return false;
	page = find_get_page(vma->vm_file->f_mapping,
			     linear_page_index(vma, addr));
	if (!page)
		return false;
	uptodate = PageUptodate(page);
	put_page(page);
	return uptodate;
}

static bool mincore_mapped(const struct vm_area_struct *vma, unsigned long addr)
{
	pmd_t *pmd;

	if (vma->vm_flags & VM_PFNMAP)
		return false;
	pmd = mm_find_pmd(vma->vm_mm, addr);
	return pmd && pte_present(ptep_get(pte_offset_kernel(pmd, addr)));
}

/* Fill @vec from @addr on.  Return: how many pages, or -ENOMEM at a hole. */
static long do_mincore(struct mm_struct *mm, unsigned long addr,
		       unsigned long nr_pages, unsigned char *vec)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);
	unsigned long i;

	if (!vma)
		return -ENOMEM;
	nr_pages = min(nr_pages, (vma->vm_end - addr) >> PAGE_SHIFT);
	if (!can_do_mincore(vma)) {
		memset(vec, 1, nr_pages);
		return nr_pages;
	}
	for (i = 0; i < nr_pages; i++, addr += PAGE_SIZE)
		vec[i] = mincore_mapped(vma, addr) || mincore_cached(vma, addr);
	return nr_pages;
}

SYSCALL_DEFINE3(mincore, unsigned long, start, size_t, len,
		unsigned char __user *, vec)
{
	struct mm_struct *mm = current->mm;
	unsigned long nr_pages = PFN_DOWN(len) + (offset_in_page(len) != 0);
	unsigned char *buf;
	long done = 0;

	if (offset_in_page(start))
		return -EINVAL;
	if (!access_ok(start, len))
		return -ENOMEM;
	if (!access_ok(vec, nr_pages))
		return -EFAULT;
	buf = (unsigned char *)__get_free_page(GFP_USER);
	if (!buf)
		return -EAGAIN;

	while (nr_pages) {
		mmap_read_lock(mm);
		done = do_mincore(mm, start, min(nr_pages, PAGE_SIZE), buf);
		mmap_read_unlock(mm);
		if (done < 0)
			break;
		if (copy_to_user(vec, buf, done)) {
			done = -EFAULT;
			break;
		}
		nr_pages -= done;
		vec += done;
		start += done << PAGE_SHIFT;
	}
	free_page((unsigned long)buf);
	return done < 0 ? done : 0;
}
