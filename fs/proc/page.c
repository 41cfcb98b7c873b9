/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/page.c - /proc/kpagecount and kpageflags: struct page, for user space.
 *
 * One number of 64 bits for each frame, at offset pfn * 8: how many entries map
 * it, and what kind of page it is.  /proc/PID/pagemap has the numbers of frames.
 *
 * In Linux: fs/proc/page.c; include/uapi/linux/kernel-page-flags.h.
 */
#include <asm/uaccess.h>
#include "fs/proc/internal.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/mm.h"

/* Bits of kpageflags that anything here can have. */
enum kpf {
	KPF_LOCKED = 0,
	KPF_UPTODATE = 3,
	KPF_DIRTY = 4,
	KPF_SLAB = 7,
	KPF_BUDDY = 10,
	KPF_MMAP = 11,
	KPF_ANON = 12,
	KPF_SWAPBACKED = 14,
	KPF_NOPAGE = 20,
	KPF_ZERO_PAGE = 24,
	KPF_PGTABLE = 26,
	KPF_RESERVED = 32,
	KPF_MAPPEDTODISK = 34, /* with KPF_ANON: the only owner */
};

static u64 kpf_if(bool condition, enum kpf bit)
{
	return (u64)condition << bit;
}

static bool on_cpu_list(const struct page *page)
{
	return READ_ONCE(page->flags) & BIT(PG_pcp);
}

static u64 stable_page_flags(unsigned long pfn)
{
	const struct page *page;
	bool own, anon;

	if (!pfn_valid(pfn))
		return 1ULL << KPF_NOPAGE;
	page = pfn_to_page(pfn);
	/* Slab and table pages keep other things in these fields. */
	own = PageSlab(page) || PageTable(page) || !page_count(page);
	anon = !own && PageAnon(page);
	return kpf_if(PageLocked(page), KPF_LOCKED) |
	       kpf_if(PageUptodate(page), KPF_UPTODATE) |
	       kpf_if(PageDirty(page), KPF_DIRTY) |
	       kpf_if(PageSlab(page), KPF_SLAB) |
	       kpf_if(!page_count(page) && !PageReserved(page) &&
			      !on_cpu_list(page),
		      KPF_BUDDY) |
	       kpf_if(!own && page_mapped(page), KPF_MMAP) |
	       kpf_if(anon, KPF_ANON) |
	       kpf_if(PageSwapBacked(page), KPF_SWAPBACKED) |
	       kpf_if(is_zero_pfn(pfn), KPF_ZERO_PAGE) |
	       kpf_if(PageTable(page), KPF_PGTABLE) |
	       kpf_if(PageReserved(page), KPF_RESERVED) |
	       kpf_if(anon && PageAnonExclusive(page), KPF_MAPPEDTODISK);
}

static u64 page_entries(unsigned long pfn)
{
	const struct page *page;

	if (!pfn_valid(pfn))
		return 0;
	page = pfn_to_page(pfn);
	if (PageSlab(page) || PageTable(page) || !page_count(page))
		return 0;
	return page_mapcount(page);
}

static ssize_t read_frames(char __user *buf, size_t count, loff_t *pos,
			   u64 (*value)(unsigned long pfn))
{
	unsigned long pfn = (u64)*pos / sizeof(u64);
	ssize_t done = 0;

	if (*pos % sizeof(u64) || count % sizeof(u64))
		return -EINVAL;
	for (; (size_t)done < count && pfn < max_pfn; pfn++) {
		if (put_user(value(pfn), (u64 __user *)(buf + done))) {
			done = done ? done : -EFAULT;
			break;
		}
		done += sizeof(u64);
		cond_resched();
	}
	if (done > 0)
		*pos += done;
	return done;
}

static ssize_t kpagecount_read(struct file *file, char __user *buf,
			       size_t count, loff_t *pos)
{
	return read_frames(buf, count, pos, page_entries);
}

static ssize_t kpageflags_read(struct file *file, char __user *buf,
			       size_t count, loff_t *pos)
{
	return read_frames(buf, count, pos, stable_page_flags);
}

static const struct file_operations kpagecount_operations = {
	.read = kpagecount_read,
	.llseek = mem_lseek,
	.mmap = proc_reg_mmap,
};

static const struct file_operations kpageflags_operations = {
	.read = kpageflags_read,
	.llseek = mem_lseek,
	.mmap = proc_reg_mmap,
};

void proc_page_init(void)
{
	proc_create_data("kpagecount", 0400, &proc_root, &kpagecount_operations,
			 NULL);
	proc_create_data("kpageflags", 0400, &proc_root, &kpageflags_operations,
			 NULL);
}
