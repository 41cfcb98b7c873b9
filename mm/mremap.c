/* SPDX-License-Identifier: MIT */
/*
 * mm/mremap.c - resizing and moving a mapping.
 *
 * Theory
 *
 * mremap() is the call by which addresses change and pages stay.  Shrinking is
 * munmap() of the rest.  Growing extends the area if nothing is in the way.
 * Everything else is a move:
 *
 *	1. copy_vma(): a new area over the new place, for the same object at the
 *	   same offset, or a neighbour there that can take it
 *	2. move_page_tables(): each entry is taken out of the old place and put
 *	   into the new one, with frame, rights, cache attribute and special
 *	   mark; no counter changes, for there are as many entries as before
 *	3. do_munmap() of the old place, which has no entries any more
 *
 * Offsets do not change, so vm_pgoff of a moved area no longer matches its
 * address, which is why it seldom merges with its new neighbours, and why the
 * linear rule of raw frames (memory.c) survives a move.  Only an anonymous area
 * without pages gets the offset of its new address: nobody knows the old one.
 *
 * While entries move, others may look for a page through the rmap: truncation,
 * unmap_mapping_range().  They visit areas one after the other, and an entry
 * that moves behind their back, from an area not yet visited to one already
 * visited, would be missed.  So the rmap is locked while a table is moved.
 *
 * And until a CPU has flushed, its stores still go through the old place.  If
 * the lock of the new table were dropped before, another thread could free the
 * page that the old translation leads to.  (Linux had both mistakes:
 * CVE-2022-41222, CVE-2018-18281.)
 *
 * Invariants
 *
 *  X1. An entry is in exactly one of the two places for whoever has the rmap
 *      lock or the pte locks.
 *  X2. The old translations are flushed before either pte lock is dropped.
 *
 * Locking: mmap_lock for write; the rmap locks of the object and of the
 * anon_vma; the old table's pte lock, then the new one's.
 *
 * Reading order: move_ptes(), move_vma(), mremap_to(), sys_mremap().
 * In Linux 6.1: mm/mremap.c.
 */

#include <asm/tlbflush.h>
#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mman.h"
#include "mm/pgtable.h"
#include "mm/rmap.h"
#include "mm/vma.h"

/* What the caller asked for; lengths are page aligned, in bytes. */
struct mremap_args {
	unsigned long addr, old_len, new_len, new_addr;
	unsigned long flags; /* MREMAP_* */
	bool populate;       /* out: it is locked, so fault in what is new */
};

/* ---- moving entries ----------------------------------------------------- */

/* What is locked depends on the area, which the analysis cannot follow. */
static void take_rmap_locks(struct vm_area_struct *vma) __no_lock_analysis
{
	if (vma->vm_file)
		i_mmap_lock_write(vma->vm_file->f_mapping);
	if (vma->anon_vma)
		anon_vma_lock_write(vma->anon_vma);
}

static void drop_rmap_locks(struct vm_area_struct *vma)
{
	if (vma->anon_vma) {
		anon_vma_assert_write_locked(vma->anon_vma);
		anon_vma_unlock_write(vma->anon_vma);
	}
	if (vma->vm_file) {
		i_mmap_assert_write_locked(vma->vm_file->f_mapping);
		i_mmap_unlock_write(vma->vm_file->f_mapping);
	}
}

/* One side of a move: an address, and the entry above its pte table. */
struct move_side {
	pmd_t *pmd;
	unsigned long addr;
};

/*
 * Move the entries of @len bytes, which lie in one old and one new table.  They
 * may be one and the same, which the lock analysis cannot follow.
 */
static void move_ptes(struct vm_area_struct *vma, const struct move_side *from,
		      const struct move_side *to,
		      unsigned long len) __no_lock_analysis
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long old_addr = from->addr, new_addr = to->addr;
	unsigned long old_end = old_addr + len;
	spinlock_t *old_ptl, *new_ptl = pte_lockptr(mm, to->pmd);
	pte_t *old_pte, *new_pte;
	bool flush = false;

	take_rmap_locks(vma);
	old_pte = pte_offset_map_lock(mm, from->pmd, old_addr, &old_ptl);
	if (new_ptl != old_ptl)
		spin_lock_nested(new_ptl, SINGLE_DEPTH_NESTING);
	new_pte = pte_offset_kernel(to->pmd, new_addr);

	for (; old_addr < old_end; old_addr += PAGE_SIZE, new_addr += PAGE_SIZE,
				   old_pte++, new_pte++) {
		pte_t pte;

		if (pte_none(*old_pte))
			continue;
		VM_BUG_ON(!pte_none(*new_pte));
		pte = ptep_get_and_clear(mm, old_addr, old_pte);
		flush |= pte_accessible(mm, pte);
		set_pte_at(mm, new_addr, new_pte, pte);
	}
	if (flush)
		flush_tlb_range(vma, old_end - len, old_end); /* X2 */
	if (new_ptl != old_ptl)
		spin_unlock(new_ptl);
	pte_unmap_unlock(old_pte - 1, old_ptl);
	drop_rmap_locks(vma);
}

/* Return: how many bytes were moved; fewer than @len if memory is short. */
static unsigned long move_page_tables(struct vm_area_struct *vma,
				      unsigned long old_addr,
				      unsigned long new_addr, unsigned long len)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long old_end = old_addr + len, new_end = new_addr + len;
	struct move_side from = { .addr = old_addr }, to;

	while ((from.pmd = mm_next_pmd(mm, &from.addr, old_end))) {
		unsigned long extent;

		to.addr = from.addr - old_addr + new_addr;
		extent = min(pmd_addr_end(from.addr, old_end) - from.addr,
			     pmd_addr_end(to.addr, new_end) - to.addr);
		to.pmd = mm_alloc_pmd(mm, to.addr);
		if (!to.pmd || pte_alloc(mm, to.pmd))
			return from.addr - old_addr;
		move_ptes(vma, &from, &to, extent);
		from.addr += extent;
		cond_resched();
	}
	return len;
}

/* ---- moving areas ------------------------------------------------------- */

/* Are the two ranges next to each other? */
static bool touches(const struct vm_area_struct *vma, unsigned long start,
		    unsigned long end)
{
	return vma->vm_end == start || vma->vm_start == end;
}

/*
 * Make an area for what moves out of *@vmap.  It may merge, even with *@vmap,
 * which then stands for the merged area.  NULL: no memory.
 */
static struct vm_area_struct *copy_vma(struct vm_area_struct **vmap,
				       const struct mremap_args *args)
{
	struct vm_area_struct *vma = *vmap, *copy = NULL;
	struct mm_struct *mm = vma->vm_mm;
	unsigned long old_start = vma->vm_start;
	bool new_offset = vma_is_anonymous(vma) && !vma->anon_vma;
	struct vma_merge_struct vmg = {
		.start = args->new_addr,
		.end = args->new_addr + args->new_len,
		.pgoff = linear_page_index(vma, args->addr),
		.vm_flags = vma->vm_flags,
		.file = vma->vm_file,
		.anon_vma = vma->anon_vma,
	};

	mmap_assert_write_locked(mm);

	if (vma->vm_flags & VM_PFNMAP)
		new_offset = false; /* the linear rule rests on the old one */
	if (new_offset)
		vmg.pgoff = args->new_addr >> PAGE_SHIFT;

	vmg.next = find_vma_prev(mm, vmg.start, &vmg.prev);
	/* What is left behind and what went stay two, as on Linux 6.1. */
	if (!(args->flags & MREMAP_DONTUNMAP && new_offset &&
	      touches(vma, vmg.start, vmg.end)))
		copy = vma_merge(&vmg);
	if (copy) {
		if (old_start >= copy->vm_start && old_start < copy->vm_end)
			*vmap = copy;
		return copy;
	}

	copy = vm_area_dup(vma);
	if (!copy)
		return NULL;
	copy->vm_start = vmg.start;
	copy->vm_end = vmg.end;
	copy->vm_pgoff = vmg.pgoff;
	if (anon_vma_clone(copy, vma)) {
		vm_area_free(copy);
		return NULL;
	}
	if (copy->vm_file)
		get_file(copy->vm_file);
	if (copy->vm_ops && copy->vm_ops->open)
		copy->vm_ops->open(copy);
	vma_tree_insert(mm, vmg.prev, copy, vmg.next);
	vma_link_file(copy);
	return copy;
}

/* Does the owner let us cut [start, end) out of @vma? */
static int may_cut_out(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end)
{
	int err = 0;

	if (!vma->vm_ops || !vma->vm_ops->may_split)
		return 0;
	if (vma->vm_start != start)
		err = vma->vm_ops->may_split(vma, start);
	if (!err && vma->vm_end != end)
		err = vma->vm_ops->may_split(vma, end);
	return err;
}

/*
 * MREMAP_DONTUNMAP: what has been moved out of @vma stays mapped, but empty,
 * and is no longer locked.
 */
static void leave_empty(struct vm_area_struct *vma,
			const struct mremap_args *args)
{
	if (vma->vm_flags & VM_LOCKED) {
		vma->vm_flags &= ~VM_LOCKED_MASK;
		vma->vm_mm->locked_vm -= vma_pages(vma);
	}
	/* Nothing it ever had is left: its next page may start a new family. */
	if (vma->vm_start == args->addr &&
	    vma->vm_end == args->addr + args->old_len)
		unlink_anon_vmas(vma);
}

/*
 * Unmap @len bytes at @addr, which the move has left empty.  The memory was
 * promised once, and is again after this: do_munmap() takes back what the place
 * counted for, and only the growth was charged before.
 */
static void unmap_moved(struct mm_struct *mm, unsigned long addr,
			unsigned long len, const struct mremap_args *args,
			vm_flags_t vm_flags) __must_hold(&mm->mmap_lock)
{
	unsigned long hiwater_vm = mm->hiwater_vm;

	/* For lack of memory to split, the place may stay mapped: harmless. */
	do_munmap(mm, addr, len);
	mm->hiwater_vm = hiwater_vm;
	if (vm_flags & VM_ACCOUNT && !(args->flags & MREMAP_DONTUNMAP))
		vm_acct_memory(args->old_len >> PAGE_SHIFT);
}

/* Move @vma's part at args->addr to args->new_addr.  Return: that; -errno. */
static unsigned long move_vma(struct vm_area_struct *vma,
			      struct mremap_args *args)
{
	struct mm_struct *mm = vma->vm_mm;
	vm_flags_t vm_flags = vma->vm_flags;
	unsigned long new_pages = args->new_len >> PAGE_SHIFT;
	long to_account = new_pages;
	struct vm_area_struct *new;
	unsigned long moved;
	int err;

	mmap_assert_write_locked(mm);
	if (mm->map_count >= sysctl_max_map_count - 3)
		return -ENOMEM; /* the end must not fail for that */
	err = may_cut_out(vma, args->addr, args->addr + args->old_len);
	if (err)
		return err;
	if (!(args->flags & MREMAP_DONTUNMAP)) {
		to_account -= args->old_len >> PAGE_SHIFT;
	} else if (vm_flags & VM_LOCKED) {
		/* It will be unlocked, and so an area of its own. */
		vma = vma_split_ends(vma, args->addr, vma,
				     args->addr + args->old_len);
		if (IS_ERR(vma))
			return PTR_ERR(vma);
	}
	if (vm_flags & VM_ACCOUNT &&
	    security_vm_enough_memory_mm(mm, to_account))
		return -ENOMEM;

	new = copy_vma(&vma, args);
	if (!new) {
		if (vm_flags & VM_ACCOUNT)
			vm_unacct_memory(to_account);
		return -ENOMEM;
	}

	moved = move_page_tables(vma, args->addr, args->new_addr,
				 args->old_len);
	if (moved < args->old_len)
		err = -ENOMEM;
	else if (vma->vm_ops && vma->vm_ops->mremap)
		err = vma->vm_ops->mremap(new);

	vm_stat_account(mm, vm_flags, new_pages);
	if (vm_flags & VM_LOCKED)
		mm->locked_vm += new_pages;
	if (err) {
		/* The old tables are still there, so this cannot fail. */
		move_page_tables(new, args->new_addr, args->addr, moved);
		unmap_moved(mm, args->new_addr, args->new_len, args, vm_flags);
		return err;
	}
	if (args->flags & MREMAP_DONTUNMAP)
		leave_empty(vma, args);
	else
		unmap_moved(mm, args->addr, args->old_len, args, vm_flags);
	args->populate = vm_flags & VM_LOCKED;
	return args->new_addr;
}

/* ---- growing ------------------------------------------------------------ */

/* The area at args->addr, if it may have the new size; or ERR_PTR. */
static struct vm_area_struct *vma_to_resize(struct mm_struct *mm,
					    const struct mremap_args *args)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = vma_lookup(mm, args->addr);
	unsigned long grow = args->new_len - args->old_len;
	pgoff_t pgoff;

	if (!vma)
		return ERR_PTR(-EFAULT);
	/* old_len 0 asks for a second view of the object: it must be shared. */
	if (!args->old_len && !(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))
		return ERR_PTR(-EINVAL);
	if (args->flags & MREMAP_DONTUNMAP &&
	    vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return ERR_PTR(-EINVAL);
	if (args->old_len > vma->vm_end - args->addr)
		return ERR_PTR(-EFAULT);
	if (!grow)
		return vma;

	pgoff = linear_page_index(vma, args->addr);
	if (pgoff + (args->new_len >> PAGE_SHIFT) < pgoff)
		return ERR_PTR(-EINVAL);
	if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return ERR_PTR(-EFAULT);
	if (mlock_future_check(mm, vma->vm_flags, grow))
		return ERR_PTR(-EAGAIN);
	if (!may_expand_vm(mm, vma->vm_flags, grow >> PAGE_SHIFT))
		return ERR_PTR(-ENOMEM);
	return vma;
}

static bool vma_expandable(struct vm_area_struct *vma, unsigned long grow)
{
	unsigned long end = vma->vm_end + grow;

	mmap_assert_locked(vma->vm_mm);
	return end > vma->vm_end &&
	       !find_vma_intersection(vma->vm_mm, vma->vm_end, end) &&
	       !IS_ERR_VALUE(get_unmapped_area(vma->vm_start,
					       end - vma->vm_start, MAP_FIXED));
}

/* @vma, and perhaps the one after it, become one with what is added. */
static struct vm_area_struct *extend_vma(struct vm_area_struct *vma,
					 unsigned long grow)
{
	struct vma_merge_struct vmg = {
		.prev = vma,
		.next = vma_next(vma),
		.start = vma->vm_end,
		.end = vma->vm_end + grow,
		.pgoff = linear_page_index(vma, vma->vm_end),
		.vm_flags = vma->vm_flags,
		.file = vma->vm_file,
		.anon_vma = vma->anon_vma,
	};
	struct vma_merge_plan plan = {
		.keep = vma,
		.start = vma->vm_start,
		.end = vmg.end,
		.pgoff = vma->vm_pgoff,
	};

	/* Its owner wants to hear when an area goes: here none does. */
	if (vma->vm_ops && vma->vm_ops->close)
		return vma_merge_commit(&plan);
	return vma_merge(&vmg);
}

/* Grow @vma at its end, where it is.  Return: args->addr or -ENOMEM. */
static unsigned long expand_in_place(struct vm_area_struct *vma,
				     struct mremap_args *args)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long grow = args->new_len - args->old_len;
	long nr_pages = grow >> PAGE_SHIFT;

	if (vma->vm_flags & VM_ACCOUNT &&
	    security_vm_enough_memory_mm(mm, nr_pages))
		return -ENOMEM;
	if (!extend_vma(vma, grow)) {
		if (vma->vm_flags & VM_ACCOUNT)
			vm_unacct_memory(nr_pages);
		return -ENOMEM;
	}
	vm_stat_account(mm, vma->vm_flags, nr_pages);
	if (vma->vm_flags & VM_LOCKED) {
		mm->locked_vm += nr_pages;
		args->populate = true;
		args->new_addr = args->addr;
	}
	return args->addr;
}

/* ---- the calls ---------------------------------------------------------- */

static unsigned long map_flags(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_MAYSHARE ? MAP_SHARED : MAP_PRIVATE;
}

/* Move to a place of the caller's choice, or leave the old area behind. */
static unsigned long mremap_to(struct mm_struct *mm, struct mremap_args *args)
	__must_hold(&mm->mmap_lock)
{
	struct vm_area_struct *vma;
	unsigned long flags, ret;
	int err;

	if (offset_in_page(args->new_addr) || args->new_len > TASK_SIZE ||
	    args->new_addr > TASK_SIZE - args->new_len)
		return -EINVAL;
	if (args->addr + args->old_len > args->new_addr &&
	    args->new_addr + args->new_len > args->addr)
		return -EINVAL;
	/* What is unmapped below would be gone when move_vma() refuses. */
	if (mm->map_count + 2 >= sysctl_max_map_count - 3)
		return -ENOMEM;

	if (args->flags & MREMAP_FIXED) {
		err = do_munmap(mm, args->new_addr, args->new_len);
		if (err)
			return err;
	}
	if (args->old_len > args->new_len) {
		err = do_munmap(mm, args->addr + args->new_len,
				args->old_len - args->new_len);
		if (err)
			return err;
		args->old_len = args->new_len;
	}

	vma = vma_to_resize(mm, args);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	if (args->flags & MREMAP_DONTUNMAP &&
	    !may_expand_vm(mm, vma->vm_flags, args->old_len >> PAGE_SHIFT))
		return -ENOMEM;

	flags = map_flags(vma);
	if (args->flags & MREMAP_FIXED)
		flags |= MAP_FIXED;
	ret = get_unmapped_area(args->new_addr, args->new_len, flags);
	if (IS_ERR_VALUE(ret))
		return ret;
	args->new_addr = ret;
	return move_vma(vma, args);
}

static unsigned long do_mremap(struct mm_struct *mm, struct mremap_args *args)
	__must_hold(&mm->mmap_lock)
{
	struct vm_area_struct *vma;
	unsigned long ret;

	if (!vma_lookup(mm, args->addr))
		return -EFAULT;
	if (args->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return mremap_to(mm, args);

	if (args->old_len >= args->new_len) {
		ret = 0;
		if (args->old_len > args->new_len)
			ret = do_munmap(mm, args->addr + args->new_len,
					args->old_len - args->new_len);
		return ret ? ret : args->addr;
	}

	vma = vma_to_resize(mm, args);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	if (args->old_len == vma->vm_end - args->addr &&
	    vma_expandable(vma, args->new_len - args->old_len))
		return expand_in_place(vma, args);
	if (!(args->flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	args->new_addr = get_unmapped_area(0, args->new_len, map_flags(vma));
	if (IS_ERR_VALUE(args->new_addr))
		return args->new_addr;
	return move_vma(vma, args);
}

SYSCALL_DEFINE5(mremap, unsigned long, addr, unsigned long, old_len,
		unsigned long, new_len, unsigned long, flags, unsigned long,
		new_addr)
{
	struct mm_struct *mm = current->mm;
	struct mremap_args args = {
		.addr = addr,
		.old_len = PAGE_ALIGN(old_len),
		.new_len = PAGE_ALIGN(new_len),
		.new_addr = new_addr,
		.flags = flags,
	};
	unsigned long ret;

	if (flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP))
		return -EINVAL;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) &&
	    !(flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if (flags & MREMAP_DONTUNMAP && old_len != new_len)
		return -EINVAL;
	if (offset_in_page(addr) || !args.new_len)
		return -EINVAL;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = do_mremap(mm, &args);
	validate_mm_debug(mm);
	mmap_write_unlock(mm);
	if (!IS_ERR_VALUE(ret) && args.populate && args.new_len > args.old_len)
		mm_populate(args.new_addr + args.old_len,
			    args.new_len - args.old_len);
	return ret;
}
