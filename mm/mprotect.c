/* SPDX-License-Identifier: MIT */
/*
 * mm/mprotect.c - changing what may be done with a mapping.
 *
 * Theory
 *
 * Two things say what is allowed: vm_flags, which a fault asks, and the entry,
 * which the CPU asks.  mprotect() changes both; the entry may allow less than
 * the flags (the next access faults and is put right), never more.
 *
 *	vm_flags of the area	entry made from vm_page_prot
 *	none			not accessible, but the frame stays in it
 *	READ			read-only
 *	READ WRITE, shared	writable, unless the owner wants to know of it
 *	READ WRITE, private	read-only: a store must copy
 *
 * The last line would cost a fault for each page that has been copied already.
 * So an entry that maps an anonymous page which nobody shares, and which has
 * been stored to before, is made writable at once (can_change_pte_writable()).
 *
 * Of an entry only the rights change.  Its frame, its cache attribute, its
 * special mark, A and D stay (pte_modify()).
 *
 * A range over several areas is done area by area.  When one cannot be changed,
 * those before it have been: POSIX allows it, Linux does it, so do we.
 *
 * Invariants
 *
 *  W1. A private entry becomes writable only if it maps an exclusive anonymous
 *      page: never a raw frame, never a page of a file, never a shared page.
 *  W2. When the call returns, no CPU has a translation that allows more than
 *      the flags.  One flush does it for the whole range.
 *
 * Locking: mmap_lock for write; the pte lock for the entries.
 *
 * Reading order: change_pte_range(), mprotect_fixup(), do_mprotect().
 * In Linux 6.1: mm/mprotect.c.
 */

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mman.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

/* ---- what entries may be ------------------------------------------------ */

/* Must the first store to each page fault, so that the owner hears of it? */
static bool vma_wants_writenotify(const struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) != (VM_WRITE | VM_SHARED))
		return false;
	return vma->vm_ops &&
	       (vma->vm_ops->page_mkwrite || vma->vm_ops->pfn_mkwrite);
}

void vma_set_page_prot(struct vm_area_struct *vma)
{
	vm_flags_t vm_flags = vma->vm_flags;

	if (vma_wants_writenotify(vma))
		vm_flags &= ~VM_SHARED; /* read-only, as if it were private */
	vma->vm_page_prot =
		pgprot_modify(vma->vm_page_prot, vm_get_page_prot(vm_flags));
}

/*
 * Would a store through @pte only fault to be allowed?  D says that there has
 * been one before, so the owner has been told, and the page is in use.
 */
static bool can_change_pte_writable(const struct vm_area_struct *vma,
				    unsigned long addr, pte_t pte)
{
	struct page *page;

	if (pte_protnone(pte) || !pte_dirty(pte))
		return false;
	if (vma->vm_flags & VM_SHARED)
		return true;
	page = vm_normal_page(vma, addr, pte);
	return page && PageAnon(page) && PageAnonExclusive(page); /* W1 */
}

/* ---- changing entries --------------------------------------------------- */

static noinline void change_pte_range(struct mmu_gather *tlb,
				      struct vm_area_struct *vma, pmd_t *pmd,
				      unsigned long addr, unsigned long end)
{
	pgprot_t prot = vma->vm_page_prot;
	/* Where it withholds the right to write that vm_flags give. */
	bool upgrade = vma->vm_flags & VM_WRITE && !pte_write(pfn_pte(0, prot));
	unsigned long first = end, last = addr; /* what must be flushed */
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pte_t *start_pte, *pte;

	start_pte = pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
	for (; addr != end; addr += PAGE_SIZE, pte++) {
		pte_t old, new;

		if (!pte_present(ptep_get(pte)))
			continue;
		/* The CPU must not set D in it while we look. */
		old = ptep_get_and_clear(mm, addr, pte);
		new = pte_modify(old, prot);
		if (upgrade && can_change_pte_writable(vma, addr, new))
			new = pte_mkwrite(new);
		set_pte_at(mm, addr, pte, new);
		if (pte_needs_flush(old, new)) {
			first = min(first, addr);
			last = addr + PAGE_SIZE;
		}
	}
	if (first < last)
		tlb_flush_range(tlb, first, last - first);
	pte_unmap_unlock(start_pte, ptl);
}

static void change_protection(struct mmu_gather *tlb,
			      struct vm_area_struct *vma, unsigned long addr,
			      unsigned long end)
{
	unsigned long next;
	pmd_t *pmd;

	for (; (pmd = mm_next_pmd(vma->vm_mm, &addr, end)); addr = next) {
		next = pmd_addr_end(addr, end);
		change_pte_range(tlb, vma, pmd, addr, next);
	}
}

/* ---- changing areas ----------------------------------------------------- */

/*
 * A private area that becomes writable is a promise of memory; made read-only
 * again it keeps what has been promised, for its pages may be copies by then.
 * Return: 0 with *@charged pages promised, or -ENOMEM.
 */
static int charge_writable(struct mm_struct *mm, vm_flags_t old_flags,
			   vm_flags_t *new_flags, long nr_pages, long *charged)
{
	*charged = 0;
	if (!(*new_flags & VM_WRITE))
		return 0;
	if (!may_expand_vm(mm, *new_flags, nr_pages) &&
	    may_expand_vm(mm, old_flags, nr_pages))
		return -ENOMEM; /* it turns into data, and there is a limit */
	if (old_flags & (VM_ACCOUNT | VM_WRITE | VM_SHARED | VM_NORESERVE))
		return 0;
	if (security_vm_enough_memory_mm(mm, nr_pages))
		return -ENOMEM;
	*charged = nr_pages;
	*new_flags |= VM_ACCOUNT;
	return 0;
}

/*
 * Change [start, end) of @vma.  Return: the area that contains it then, which
 * may extend beyond it; ERR_PTR(-ENOMEM) or what may_split() said.
 */
static struct vm_area_struct *
mprotect_fixup(struct mmu_gather *tlb, struct vm_area_struct *vma,
	       unsigned long start, unsigned long end, vm_flags_t new_flags)
{
	struct mm_struct *mm = vma->vm_mm;
	vm_flags_t old_flags = vma->vm_flags;
	long nr_pages = (end - start) >> PAGE_SHIFT;
	long charged;

	if (new_flags == old_flags)
		return vma;
	if (charge_writable(mm, old_flags, &new_flags, nr_pages, &charged))
		return ERR_PTR(-ENOMEM);
	vma = vma_modify_flags(vma, start, end, new_flags);
	if (IS_ERR(vma)) {
		if (charged)
			vm_unacct_memory(charged);
		return vma;
	}

	vma_set_page_prot(vma);
	change_protection(tlb, vma, start, end);
	/* Locked memory must not fault: make the copies now. */
	if ((old_flags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED &&
	    new_flags & VM_WRITE)
		populate_vma_page_range(vma, start, end);
	vm_stat_account(mm, old_flags, -nr_pages);
	vm_stat_account(mm, new_flags, nr_pages);
	return vma;
}

/*
 * Change the areas of [start, end), of which @vma is the first.  Return: 0;
 * -ENOMEM at a hole, -EACCES, or what mprotect_fixup() said, with the areas
 * before it changed.
 */
static int mprotect_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			  unsigned long start, unsigned long end,
			  vm_flags_t rights)
{
	for (;;) {
		unsigned long tmp = min(vma->vm_end, end);
		vm_flags_t new_flags;

		new_flags = (vma->vm_flags & ~VM_ACCESS_FLAGS) | rights;
		/* VM_MAYREAD is VM_READ << 4, and so on. */
		if (rights & ~(new_flags >> 4))
			return -EACCES;
		vma = mprotect_fixup(tlb, vma, start, tmp, new_flags);
		if (IS_ERR(vma))
			return PTR_ERR(vma);
		start = max(tmp, vma->vm_end);
		if (start >= end)
			return 0;
		vma = vma_next(vma);
		if (!vma || vma->vm_start != start)
			return -ENOMEM;
	}
}

int do_mprotect(struct mm_struct *mm, unsigned long start, unsigned long end,
		unsigned long prot, unsigned long grows)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	struct mmu_gather tlb;
	int err;

	mmap_assert_write_locked(mm);

	if (!vma)
		return -ENOMEM;
	if (grows & PROT_GROWSDOWN) {
		if (vma->vm_start >= end)
			return -ENOMEM;
		start = vma->vm_start;
		if (!(vma->vm_flags & VM_GROWSDOWN))
			return -EINVAL;
	} else if (vma->vm_start > start) {
		return -ENOMEM;
	} else if (grows & PROT_GROWSUP) {
		return -EINVAL; /* there are no such areas */
	}

	tlb_gather_mmu(&tlb, mm);
	err = mprotect_range(&tlb, vma, start, end, prot & VM_ACCESS_FLAGS);
	tlb_finish_mmu(&tlb); /* W2 */
	validate_mm_debug(mm);
	return err;
}

SYSCALL_DEFINE3(mprotect, unsigned long, start, size_t, len, unsigned long,
		prot)
{
	unsigned long grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	struct mm_struct *mm = current->mm;
	unsigned long end;
	int err;

	prot &= ~grows;
	if (grows == (PROT_GROWSDOWN | PROT_GROWSUP))
		return -EINVAL;
	if (offset_in_page(start))
		return -EINVAL;
	if (!len)
		return 0;
	end = start + PAGE_ALIGN(len);
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM))
		return -EINVAL;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	err = do_mprotect(mm, start, end, prot, grows);
	mmap_write_unlock(mm);
	return err;
}
