/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/task_mmu.c - /proc/PID/maps and smaps, and the Vm lines of status.
 *
 * A listing keeps the mm that the process had when the file was opened.  It
 * holds mmap_lock while it prints, and between two reads remembers only the
 * address where it stopped, so areas may come and go.
 *
 * In Linux: fs/proc/task_mmu.c.
 */
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/pgtable.h"
#include "mm/slab.h"

/* ---- status ------------------------------------------------------------- */

static void put_kb(struct seq_file *m, const char *name, unsigned long pages)
{
	seq_printf(m, "%s:\t%8lu kB\n", name, pages << (PAGE_SHIFT - 10));
}

void task_mem(struct seq_file *m, struct mm_struct *mm)
{
	unsigned long rss = get_mm_rss(mm);
	unsigned long text =
		(PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK)) >>
		PAGE_SHIFT;

	text = min(text, mm->exec_vm);
	put_kb(m, "VmPeak", max(mm->hiwater_vm, mm->total_vm));
	put_kb(m, "VmSize", mm->total_vm);
	put_kb(m, "VmLck", mm->locked_vm);
	put_kb(m, "VmPin", 0); /* nothing here pins for long */
	put_kb(m, "VmHWM", max(mm->hiwater_rss, rss));
	put_kb(m, "VmRSS", rss);
	put_kb(m, "RssAnon", get_mm_counter(mm, MM_ANONPAGES));
	put_kb(m, "RssFile", get_mm_counter(mm, MM_FILEPAGES));
	put_kb(m, "RssShmem", get_mm_counter(mm, MM_SHMEMPAGES));
	put_kb(m, "VmData", mm->data_vm);
	put_kb(m, "VmStk", mm->stack_vm);
	put_kb(m, "VmExe", text);
	put_kb(m, "VmLib", mm->exec_vm - text);
	put_kb(m, "VmPTE", atomic_long_read(&mm->pgtables_bytes) >> PAGE_SHIFT);
	put_kb(m, "VmSwap", get_mm_counter(mm, MM_SWAPENTS));
}

/* ---- the iterator: positions are addresses ------------------------------ */

#define POS_END (-1L)

/* A file of a process that is gone cannot even be read as empty. */
static bool process_is_gone(const struct seq_file *m)
{
	struct task_struct *task = get_proc_task(m->file->f_inode);

	if (task)
		put_task_struct(task);
	return !task;
}

/*
 * seq_file calls these through pointers, and mmap_lock is held from one call to
 * the next, so the analysis cannot follow it.
 */
static void *m_start(struct seq_file *m, loff_t *pos) __no_lock_analysis
{
	struct mm_struct *mm = m->private;
	struct vm_area_struct *vma;

	if (*pos == POS_END)
		return NULL;
	if (process_is_gone(m))
		return ERR_PTR(-ESRCH);
	if (!mm || !mmget_not_zero(mm))
		return NULL;
	mmap_read_lock(mm);
	vma = find_vma(mm, *pos);
	if (!vma) {
		mmap_read_unlock(mm);
		mmput(mm);
		*pos = POS_END;
	}
	return vma;
}

/* At the end the locks go here, so that m_stop() need not know them. */
static void *m_next(struct seq_file *m, void *v, loff_t *pos) __no_lock_analysis
{
	struct vm_area_struct *vma = vma_next(v);

	*pos = vma ? (loff_t)vma->vm_start : POS_END;
	if (!vma) {
		struct mm_struct *mm = m->private;

		mmap_read_unlock(mm);
		mmput(mm);
	}
	return vma;
}

static void m_stop(struct seq_file *m, void *v) __no_lock_analysis
{
	struct mm_struct *mm = m->private;

	if (IS_ERR_OR_NULL(v))
		return;
	mmap_read_unlock(mm);
	mmput(mm);
}

static int maps_open(struct inode *inode, struct file *file,
		     const struct seq_operations *op)
{
	struct mm_struct *mm = proc_mem_open(inode);
	int err;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	err = seq_open(file, op);
	if (!err)
		((struct seq_file *)file->private_data)->private = mm;
	else if (mm)
		mmdrop(mm);
	return err;
}

static int maps_release(struct inode *inode, struct file *file)
{
	struct mm_struct *mm = ((struct seq_file *)file->private_data)->private;

	if (mm)
		mmdrop(mm);
	return seq_release(inode, file);
}

/* ---- maps --------------------------------------------------------------- */

static void show_vma_prefix(struct seq_file *m,
			    const struct vm_area_struct *vma)
{
	vm_flags_t flags = vma->vm_flags;
	unsigned long long pgoff = 0;
	dev_t dev = 0;
	ino_t ino = 0;

	if (vma->vm_file) {
		const struct inode *inode = file_inode(vma->vm_file);

		dev = inode->i_sb->s_dev;
		ino = inode->i_ino;
		pgoff = (unsigned long long)vma->vm_pgoff << PAGE_SHIFT;
	}
	/* Names begin in column 73 whatever the width of the fields. */
	seq_setwidth(m, 25 + sizeof(void *) * 6 - 1);
	seq_printf(m, "%08lx-%08lx %c%c%c%c %08llx %02x:%02x %lu ",
		   vma->vm_start, vma->vm_end, flags & VM_READ ? 'r' : '-',
		   flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
		   flags & VM_MAYSHARE ? 's' : 'p', pgoff, MAJOR(dev),
		   MINOR(dev), ino);
}

/* What an area without a file is called; NULL: nothing. */
static const char *vma_name(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	const char *name = NULL;

	if (vma->vm_ops && vma->vm_ops->name)
		name = vma->vm_ops->name(vma);
	if (name)
		return name;
	if (mm->vdso && vma->vm_start == (unsigned long)mm->vdso)
		return "[vdso]";
	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		return "[stack]";
	return NULL;
}

static void show_map_vma(struct seq_file *m, struct vm_area_struct *vma)
{
	const char *name;

	show_vma_prefix(m, vma);
	if (vma->vm_file) {
		seq_pad(m, ' ');
		seq_file_path(m, vma->vm_file, "\n");
	} else {
		name = vma_name(vma);
		if (name) {
			seq_pad(m, ' ');
			seq_puts(m, name);
		}
	}
	seq_putc(m, '\n');
}

static int show_map(struct seq_file *m, void *v)
{
	show_map_vma(m, v);
	return 0;
}

static const struct seq_operations maps_seq_operations = {
	.start = m_start,
	.next = m_next,
	.stop = m_stop,
	.show = show_map,
};

static int pid_maps_open(struct inode *inode, struct file *file)
{
	return maps_open(inode, file, &maps_seq_operations);
}

const struct file_operations proc_pid_maps_operations = {
	.open = pid_maps_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = maps_release,
};

/* ---- smaps -------------------------------------------------------------- */

#define PSS_SHIFT 12 /* fractions of a byte, so that shares add up */

/* Bytes of one area, by kind. */
struct mem_size_stats {
	unsigned long resident;
	unsigned long shared_clean, shared_dirty;
	unsigned long private_clean, private_dirty;
	unsigned long referenced, anonymous, swap;
	u64 pss, pss_dirty, pss_locked;
	u64 pss_anon, pss_file, pss_shmem;
};

/* The share of one page, in fractions of a byte, by kind. */
static void smaps_account_pss(struct mem_size_stats *mss,
			      const struct page *page, u64 pss, bool locked)
{
	mss->pss += pss;
	if (locked)
		mss->pss_locked += pss;
	if (PageAnon(page))
		mss->pss_anon += pss;
	else if (PageSwapBacked(page))
		mss->pss_shmem += pss;
	else
		mss->pss_file += pss;
}

static void smaps_account(struct mem_size_stats *mss, struct page *page,
			  pte_t pte, bool locked)
{
	bool dirty = pte_dirty(pte) || PageDirty(page);
	int mapcount = max(page_mapcount(page), 1);
	u64 pss = ((u64)PAGE_SIZE << PSS_SHIFT) / mapcount;

	mss->resident += PAGE_SIZE;
	if (PageAnon(page))
		mss->anonymous += PAGE_SIZE;
	if (pte_young(pte))
		mss->referenced += PAGE_SIZE;
	smaps_account_pss(mss, page, pss, locked);
	if (dirty)
		mss->pss_dirty += pss;
	if (mapcount >= 2 && dirty)
		mss->shared_dirty += PAGE_SIZE;
	else if (mapcount >= 2)
		mss->shared_clean += PAGE_SIZE;
	else if (dirty)
		mss->private_dirty += PAGE_SIZE;
	else
		mss->private_clean += PAGE_SIZE;
}

static void smaps_pte_range(struct mem_size_stats *mss,
			    struct vm_area_struct *vma, pmd_t *pmd,
			    unsigned long addr, unsigned long end)
{
	spinlock_t *ptl;
	pte_t *start = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);

	for (pte_t *pte = start; addr < end; pte++, addr += PAGE_SIZE) {
		struct page *page;

		if (!pte_present(*pte))
			continue;
		page = vm_normal_page(vma, addr, *pte);
		if (page)
			smaps_account(mss, page, *pte,
				      vma->vm_flags & VM_LOCKED);
	}
	pte_unmap_unlock(start, ptl);
}

/* Linux's walk leaves an area of raw frames out, and with it their copies. */
static void smap_gather_stats(struct vm_area_struct *vma,
			      struct mem_size_stats *mss)
{
	unsigned long addr = vma->vm_start, next;
	pmd_t *pmd;

	if (vma->vm_flags & VM_PFNMAP)
		return;
	for (; (pmd = mm_next_pmd(vma->vm_mm, &addr, vma->vm_end));
	     addr = next) {
		next = pmd_addr_end(addr, vma->vm_end);
		smaps_pte_range(mss, vma, pmd, addr, next);
	}
}

/*
 * Linux marks each area so when it is made, until somebody asks to be told what
 * has changed since then (clear_refs), which nobody can here.
 */
#define SOFTDIRTY 0x08000000UL

#define PAT 0x01000000UL /* a cache type is reserved for the area's frames */

static void show_smap_vma_flags(struct seq_file *m,
				const struct vm_area_struct *vma)
{
	vm_flags_t flags = vma->vm_flags | SOFTDIRTY;
	/* clang-format off */
	static const struct {
		vm_flags_t flag;
		char name[3];
	} names[] = {
		{ VM_READ, "rd" },       { VM_WRITE, "wr" },      { VM_EXEC, "ex" },
		{ VM_SHARED, "sh" },     { VM_MAYREAD, "mr" },    { VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },    { VM_MAYSHARE, "ms" },   { VM_GROWSDOWN, "gd" },
		{ VM_PFNMAP, "pf" },     { VM_LOCKED, "lo" },     { VM_IO, "io" },
		{ VM_SEQ_READ, "sr" },   { VM_RAND_READ, "rr" },  { VM_DONTCOPY, "dc" },
		{ VM_DONTEXPAND, "de" }, { VM_LOCKONFAULT, "??" }, { VM_ACCOUNT, "ac" },
		{ VM_NORESERVE, "nr" },  { VM_SYNC, "sf" },       { PAT, "ar" },
		{ VM_WIPEONFORK, "wf" }, { VM_DONTDUMP, "dd" },   { SOFTDIRTY, "sd" },
		{ VM_MIXEDMAP, "mm" },   { VM_HUGEPAGE, "hg" },   { VM_NOHUGEPAGE, "nh" },
		{ VM_MERGEABLE, "mg" },
	};
	/* clang-format on */

	if (vma->pfnmap_track_ctx)
		flags |= PAT;
	seq_puts(m, "VmFlags: ");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & names[i].flag)
			seq_printf(m, "%s ", names[i].name);
	}
	seq_putc(m, '\n');
}

static void smap_line(struct seq_file *m, const char *name, u64 bytes)
{
	seq_printf(m, "%-15s %8llu kB\n", name, bytes >> 10);
}

enum smap_lines { ONE_AREA, ALL_AREAS };

static void show_smap_stats(struct seq_file *m,
			    const struct mem_size_stats *mss,
			    enum smap_lines lines)
{
	smap_line(m, "Rss:", mss->resident);
	smap_line(m, "Pss:", mss->pss >> PSS_SHIFT);
	smap_line(m, "Pss_Dirty:", mss->pss_dirty >> PSS_SHIFT);
	if (lines == ALL_AREAS) {
		smap_line(m, "Pss_Anon:", mss->pss_anon >> PSS_SHIFT);
		smap_line(m, "Pss_File:", mss->pss_file >> PSS_SHIFT);
		smap_line(m, "Pss_Shmem:", mss->pss_shmem >> PSS_SHIFT);
	}
	smap_line(m, "Shared_Clean:", mss->shared_clean);
	smap_line(m, "Shared_Dirty:", mss->shared_dirty);
	smap_line(m, "Private_Clean:", mss->private_clean);
	smap_line(m, "Private_Dirty:", mss->private_dirty);
	smap_line(m, "Referenced:", mss->referenced);
	smap_line(m, "Anonymous:", mss->anonymous);
	/* There are no huge pages, and nothing is freed lazily: true zeros. */
	smap_line(m, "LazyFree:", 0);
	smap_line(m, "AnonHugePages:", 0);
	smap_line(m, "ShmemPmdMapped:", 0);
	smap_line(m, "FilePmdMapped:", 0);
	smap_line(m, "Shared_Hugetlb:", 0);
	seq_puts(m, "Private_Hugetlb:       0 kB\n");
	smap_line(m, "Swap:", mss->swap);
	smap_line(m, "SwapPss:", 0);
	smap_line(m, "Locked:", mss->pss_locked >> PSS_SHIFT);
}

static int show_smap(struct seq_file *m, void *v)
{
	struct vm_area_struct *vma = v;
	struct mem_size_stats mss = { 0 };

	smap_gather_stats(vma, &mss);
	show_map_vma(m, vma);
	smap_line(m, "Size:", vma->vm_end - vma->vm_start);
	smap_line(m, "KernelPageSize:", PAGE_SIZE);
	smap_line(m, "MMUPageSize:", PAGE_SIZE);
	show_smap_stats(m, &mss, ONE_AREA);
	seq_puts(m, "THPeligible:    0\n");
	show_smap_vma_flags(m, vma);
	return 0;
}

static const struct seq_operations smaps_seq_operations = {
	.start = m_start,
	.next = m_next,
	.stop = m_stop,
	.show = show_smap,
};

static int pid_smaps_open(struct inode *inode, struct file *file)
{
	return maps_open(inode, file, &smaps_seq_operations);
}

const struct file_operations proc_pid_smaps_operations = {
	.open = pid_smaps_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = maps_release,
};

/* ---- smaps_rollup: the sum ---------------------------------------------- */

static void show_rollup_header(struct seq_file *m, unsigned long start,
			       unsigned long end)
{
	seq_setwidth(m, 25 + sizeof(void *) * 6 - 1);
	seq_printf(m, "%08lx-%08lx ---p 00000000 00:00 0 ", start, end);
	seq_pad(m, ' ');
	seq_puts(m, "[rollup]\n");
}

static int show_smaps_rollup(struct seq_file *m, void *v)
{
	unsigned long first = 0, last_end = 0;
	struct mm_struct *mm = m->private;
	struct mem_size_stats mss = { 0 };
	struct vm_area_struct *vma;

	if (process_is_gone(m) || !mm || !mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	for_each_vma (mm, vma) {
		if (!last_end)
			first = vma->vm_start;
		last_end = vma->vm_end;
		smap_gather_stats(vma, &mss);
	}
	mmap_read_unlock(mm);
	mmput(mm);
	show_rollup_header(m, first, last_end);
	show_smap_stats(m, &mss, ALL_AREAS);
	return 0;
}

static int smaps_rollup_open(struct inode *inode, struct file *file)
{
	struct mm_struct *mm = proc_mem_open(inode);
	int err;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	err = single_open(file, show_smaps_rollup, mm);
	if (err && mm)
		mmdrop(mm);
	return err;
}

static int smaps_rollup_release(struct inode *inode, struct file *file)
{
	struct mm_struct *mm = ((struct seq_file *)file->private_data)->private;

	if (mm)
		mmdrop(mm);
	return single_release(inode, file);
}

const struct file_operations proc_pid_smaps_rollup_operations = {
	.open = smaps_rollup_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = smaps_rollup_release,
};
