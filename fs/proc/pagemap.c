/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/pagemap.c - /proc/PID/pagemap: where each page of a process is.
 *
 * One number of 64 bits for each page of the address space, at offset
 * address / 4096 * 8:
 *
 *	63 present	61 of an object, or shared memory
 *	56 mapped once	55 soft-dirty	54..0 the frame's number
 *
 * Of an area of raw frames only soft-dirty is told, even where a page of it has
 * been copied: Linux's walk leaves such areas out.
 *
 * Frame numbers are for root only: who knows them can aim at the hardware.
 * Soft-dirty means "changed since somebody last asked to be told" (clear_refs);
 * nobody can ask here, so it is true of every page of every area, as it is on
 * Linux until somebody asks.
 *
 * In Linux: fs/proc/task_mmu.c:pagemap_read();
 * Documentation/admin-guide/mm/pagemap.rst.
 */
#include <asm/uaccess.h>
#include "fs/proc/internal.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/pgtable.h"
#include "mm/slab.h"

#define PM_SOFT_DIRTY     (1ULL << 55)
#define PM_MMAP_EXCLUSIVE (1ULL << 56)
#define PM_FILE           (1ULL << 61)
#define PM_PRESENT        (1ULL << 63)

#define PM_BATCH (PAGE_SIZE / sizeof(u64)) /* entries */

struct pagemap_file {
	struct mm_struct *mm; /* NULL: a kernel thread's */
	bool show_pfn;        /* it was opened by root */
};

static u64 pte_to_pagemap_entry(const struct vm_area_struct *vma,
				unsigned long addr, pte_t pte, bool show_pfn)
{
	u64 entry = PM_PRESENT | PM_SOFT_DIRTY;
	struct page *page = vm_normal_page(vma, addr, pte);

	if (show_pfn)
		entry |= pte_pfn(pte);
	if (page && !PageAnon(page))
		entry |= PM_FILE;
	if (page && page_mapcount(page) == 1)
		entry |= PM_MMAP_EXCLUSIVE;
	return entry;
}

/* The entries of [addr, end), which lies in @vma. */
static void fill_area(struct vm_area_struct *vma, unsigned long addr,
		      unsigned long end, bool show_pfn, u64 *entries)
{
	unsigned long start = addr, next;
	spinlock_t *ptl;
	pte_t *first, *pte;
	pmd_t *pmd;

	for (unsigned long i = 0; i < (end - start) >> PAGE_SHIFT; i++)
		entries[i] = PM_SOFT_DIRTY;
	if (vma->vm_flags & VM_PFNMAP)
		return;
	for (; (pmd = mm_next_pmd(vma->vm_mm, &addr, end)); addr = next) {
		next = pmd_addr_end(addr, end);
		first = pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
		for (; addr < next; addr += PAGE_SIZE, pte++)
			if (pte_present(*pte))
				entries[(addr - start) >> PAGE_SHIFT] =
					pte_to_pagemap_entry(vma, addr, *pte,
							     show_pfn);
		pte_unmap_unlock(first, ptl);
	}
}

static void fill_range(struct mm_struct *mm, unsigned long addr,
		       unsigned long end, bool show_pfn, u64 *entries)
{
	struct vm_area_struct *vma;

	memset(entries, 0, (end - addr) >> PAGE_SHIFT << 3);
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	for (; vma && vma->vm_start < end; vma = vma_next(vma)) {
		unsigned long from = max(addr, vma->vm_start);

		fill_area(vma, from, min(end, vma->vm_end), show_pfn,
			  entries + ((from - addr) >> PAGE_SHIFT));
	}
	mmap_read_unlock(mm);
}

/* @count is a multiple of an entry.  Return: bytes, or -EFAULT. */
static ssize_t read_entries(struct pagemap_file *pm, u64 *entries,
			    char __user *buf, size_t count, loff_t pos)
{
	unsigned long end = pm->mm->task_size;
	unsigned long index = (u64)pos / sizeof(u64), addr = end;
	ssize_t done = 0;

	if (index < end >> PAGE_SHIFT)
		addr = index << PAGE_SHIFT;
	while (count && addr < end) {
		size_t nr = min3(count / sizeof(u64), (size_t)PM_BATCH,
				 (size_t)((end - addr) >> PAGE_SHIFT));

		fill_range(pm->mm, addr, addr + (nr << PAGE_SHIFT),
			   pm->show_pfn, entries);
		if (copy_to_user(buf + done, entries, nr * sizeof(u64)))
			return -EFAULT;
		addr += nr << PAGE_SHIFT;
		done += nr * sizeof(u64);
		count -= nr * sizeof(u64);
		cond_resched();
	}
	return done;
}

static ssize_t pagemap_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	struct pagemap_file *pm = file->private_data;
	ssize_t ret = 0;
	u64 *entries;

	if (!pm->mm || !mmget_not_zero(pm->mm))
		return 0;
	if (*pos % sizeof(u64) || count % sizeof(u64)) {
		ret = -EINVAL;
	} else if (count) {
		entries = kmalloc(PM_BATCH * sizeof(u64), GFP_KERNEL);
		ret = entries ? read_entries(pm, entries, buf, count, *pos)
			      : -ENOMEM;
		kfree(entries);
	}
	mmput(pm->mm);
	if (ret > 0)
		*pos += ret;
	return ret;
}

static int pagemap_open(struct inode *inode, struct file *file)
{
	struct mm_struct *mm = proc_mem_open(inode);
	struct pagemap_file *pm;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	pm = kmalloc(sizeof(*pm), GFP_KERNEL);
	if (!pm) {
		if (mm)
			mmdrop(mm);
		return -ENOMEM;
	}
	pm->mm = mm;
	pm->show_pfn = capable_root();
	file->private_data = pm;
	return 0;
}

static int pagemap_release(struct inode *inode, struct file *file)
{
	struct pagemap_file *pm = file->private_data;

	if (pm->mm)
		mmdrop(pm->mm);
	kfree(pm);
	return 0;
}

const struct file_operations proc_pagemap_operations = {
	.open = pagemap_open,
	.read = pagemap_read,
	.llseek = mem_lseek,
	.release = pagemap_release,
};
