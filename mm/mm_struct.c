/* SPDX-License-Identifier: MIT */
/*
 * mm/mm_struct.c - an address space comes, is copied, and goes.
 *
 * Theory
 *
 * Two counts, because two things end at different times:
 *
 *	mm_users	tasks that live in it, and others that look into it.
 *			At 0 exit_mmap() unmaps everything.
 *	mm_count	holders of the structure and its pgd: all users together
 *			count as one, and so does each CPU that still has the
 *			pgd loaded while it runs a kernel thread (active_mm).
 *			At 0 the memory goes.
 *
 * fork() copies the areas in order, entries of each as memory_fork.c says, and
 * flushes the parent's TLBs once at the end: until then the parent, if it has
 * other threads, may store through stale writable translations, but only into
 * pages that the child has not been able to look at yet.
 *
 * Invariants
 *
 *  L1. An mm with mm_users > 0 is on mmlist.
 *  L2. After exit_mmap() all counters are zero and no table but the pgd is left.
 *
 * Locking: fork holds both mmap_locks for write, the parent's first.
 *
 * Reading order: mm_alloc(), dup_mmap(), exit_mmap().
 * In Linux: kernel/fork.c; mm/mmap.c:exit_mmap().
 */

#include <asm/mmu_context.h>
#include <asm/tlbflush.h>
#include "fs/fs.h"
#include "fs/exec.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/mmu_gather.h"
#include "mm/rmap.h"
#include "mm/slab.h"
#include "mm/vma.h"
#include "mm/vmacache.h"

LIST_HEAD(mmlist);
DEFINE_SPINLOCK(mmlist_lock);

struct mm_struct init_mm = {
	.mm_rb = RB_ROOT,
	.pgd = swapper_pg_dir,
	.mm_users = ATOMIC_INIT(2),
	.mm_count = ATOMIC_INIT(1),
	.mmap_lock = __RWSEM_INITIALIZER(init_mm.mmap_lock),
	.page_table_lock = __SPIN_LOCK_UNLOCKED(init_mm.page_table_lock),
	.mmlist = LIST_HEAD_INIT(init_mm.mmlist),
};

static struct kmem_cache *mm_cache;

void mm_lifecycle_init(void)
{
	mm_cache = KMEM_CACHE(mm_struct, 0);
	rmap_init();
	vma_init();
	empty_zero_page = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL);
	SetPageReserved(empty_zero_page);
	zero_pfn = page_to_pfn(empty_zero_page);
}

/* ---- counts ------------------------------------------------------------- */

void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

bool mmget_not_zero(struct mm_struct *mm)
{
	return atomic_inc_not_zero(&mm->mm_users);
}

void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

void mmdrop(struct mm_struct *mm)
{
	if (!atomic_dec_and_test(&mm->mm_count))
		return;
	VM_BUG_ON(mm == &init_mm);
	pgd_free(mm, mm->pgd);
	kmem_cache_free(mm_cache, mm);
}

/* L2: what is not zero now was counted wrong, or leaked. */
static void check_mm(struct mm_struct *mm)
{
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		BUG_ON(atomic_long_read(&mm->rss_stat[i]));
	BUG_ON(atomic_long_read(&mm->pgtables_bytes));
	BUG_ON(mm->map_count);
}

void mmput(struct mm_struct *mm)
{
	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	exit_mmap(mm);
	spin_lock(&mmlist_lock);
	list_del(&mm->mmlist);
	spin_unlock(&mmlist_lock);
	if (mm->exe_file)
		exe_file_put(mm->exe_file);
	if (CONFIG_DEBUG_VM)
		check_mm(mm);
	mmdrop(mm);
	mm_audit_exit();
}

/* ---- an mm comes -------------------------------------------------------- */

/* Bring everything that is not copied by fork into its initial state. */
static bool mm_setup(struct mm_struct *mm)
{
	init_rwsem(&mm->mmap_lock);
	spin_lock_init(&mm->page_table_lock);
	mm->mm_rb = RB_ROOT;
	mm->mmap_highest = NULL;
	mm->vmacache_seqnum = 0;
	mm->map_count = 0;
	mm->locked_vm = 0;
	mm->def_flags = 0;
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	atomic_long_set(&mm->pgtables_bytes, 0);
	memset(mm->rss_stat, 0, sizeof(mm->rss_stat));
	cpumask_clear(&mm->cpu_bitmap);
	atomic64_set(&mm->tlb_gen, 1);
	atomic_set(&mm->tlb_flush_pending, 0);
	mm->pgd = pgd_alloc(mm);
	if (!mm->pgd)
		return false;

	spin_lock(&mmlist_lock);
	list_add_tail(&mm->mmlist, &mmlist);
	spin_unlock(&mmlist_lock);
	return true;
}

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kmem_cache_zalloc(mm_cache, GFP_USER);

	if (!mm)
		return NULL;
	mm->task_size = TASK_SIZE;
	if (!mm_setup(mm)) {
		kmem_cache_free(mm_cache, mm);
		return NULL;
	}
	return mm;
}

/* ---- an mm is copied ---------------------------------------------------- */

/*
 * The child's area is known to its object before it gets an entry, and comes
 * after the parent's in the object's tree (equal keys go to the right).  So
 * unmap_mapping_range() at the same moment cannot miss an entry on its way: it
 * has gone from the parent before it is copied, or the child is still to be
 * visited.  In Linux: mm/interval_tree.c:vma_interval_tree_insert_after().
 */
static void link_child_file(struct vm_area_struct *child)
{
	get_file(child->vm_file);
	vma_link_file(child);
}

/* Copy one area and its entries.  Return: 0 or -ENOMEM. */
static int dup_vma(struct mm_struct *mm, struct vm_area_struct *vma)
	__must_hold(&mm->mmap_lock)
{
	unsigned long pages = vma_pages(vma);
	struct vm_area_struct *child;

	if (vma->vm_flags & VM_ACCOUNT &&
	    security_vm_enough_memory_mm(mm, pages))
		return -ENOMEM;
	child = vm_area_dup(vma);
	if (!child)
		goto err_unaccount;
	child->vm_mm = mm;
	child->vm_flags &= ~(VM_LOCKED | VM_LOCKONFAULT);
	if (vma->vm_flags & VM_WIPEONFORK)
		child->anon_vma = NULL; /* it starts without pages */
	else if (anon_vma_fork(child, vma))
		goto err_free_vma;

	/* From here on exit_mmap() of the child undoes everything. */
	if (child->vm_file)
		link_child_file(child);
	vma_tree_append(mm, child);
	if (child->vm_ops && child->vm_ops->open)
		child->vm_ops->open(child);
	if (vma->vm_flags & VM_WIPEONFORK)
		return 0;
	return copy_page_range(child, vma);

err_free_vma:
	vm_area_free(child);
err_unaccount:
	if (vma->vm_flags & VM_ACCOUNT)
		vm_unacct_memory(pages);
	return -ENOMEM;
}

int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *vma;
	int err = 0;

	if (mmap_write_lock_killable(oldmm))
		return -EINTR;
	down_write_nested(&mm->mmap_lock, SINGLE_DEPTH_NESTING);

	mm->total_vm = oldmm->total_vm;
	mm->data_vm = oldmm->data_vm;
	mm->exec_vm = oldmm->exec_vm;
	mm->stack_vm = oldmm->stack_vm;
	mm->brk = oldmm->brk; /* may have moved since dup_mm() copied it */
	for_each_vma (oldmm, vma) {
		if (vma->vm_flags & VM_DONTCOPY)
			vm_stat_account(mm, vma->vm_flags, -vma_pages(vma));
		else if (!err)
			err = dup_vma(mm, vma);
	}

	up_write(&mm->mmap_lock);
	flush_tlb_mm(oldmm); /* K1: its entries have become read-only */
	mmap_write_unlock(oldmm);
	return err;
}

struct mm_struct *dup_mm(struct mm_struct *oldmm)
{
	struct mm_struct *mm = kmem_cache_alloc(mm_cache, GFP_USER);

	if (!mm)
		return NULL;
	memcpy(mm, oldmm, sizeof(*mm));
	if (mm->exe_file)
		exe_file_get(mm->exe_file);
	if (!mm_setup(mm)) {
		if (mm->exe_file)
			exe_file_put(mm->exe_file);
		kmem_cache_free(mm_cache, mm);
		return NULL;
	}
	if (dup_mmap(mm, oldmm)) {
		mmput(mm);
		return NULL;
	}
	mm->hiwater_rss = get_mm_rss(mm);
	mm->hiwater_vm = mm->total_vm;
	return mm;
}

/* ---- an mm goes --------------------------------------------------------- */

void exit_mmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	struct mmu_gather tlb;
	LIST_HEAD(detached);

	mmap_write_lock(mm); /* nobody contends; the checks below ask for it */
	for_each_vma (mm, vma)
		list_add_tail(&vma->vm_detached, &detached);
	vmacache_invalidate(mm);
	mm->mm_rb = RB_ROOT;
	mm->mmap_highest = NULL;
	mm->map_count = 0;

	tlb_gather_mmu_fullmm(&tlb, mm);
	unmap_vmas(&tlb, &detached);
	free_pgtables(&tlb, &detached, 0, 0);
	tlb_finish_mmu(&tlb);
	remove_vma_list(mm, &detached);
	mmap_write_unlock(mm);
}
