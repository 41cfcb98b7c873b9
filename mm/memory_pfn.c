/* SPDX-License-Identifier: MIT */
/*
 * mm/memory_pfn.c - entries that a driver puts in, page by page or in a row.
 *
 * Theory
 *
 *   remap_pfn_range()	at mmap time: a run of frames, all at once
 *   vmf_insert_pfn()	at fault time: one frame, never copied on write
 *   vm_insert_page()	either: one page that has a struct page and is counted
 *
 * The first two make special entries and are, with the zero page, their only
 * source.  A private (COW) mapping of raw frames is lawful in one form only:
 * remap_pfn_range() over the whole area, which then notes the first frame in
 * vm_pgoff.  So whatever happens to the area later (a split moves vm_pgoff
 * along with vm_start) it is known which frame an entry mapped originally, and
 * a copy can be told from it even without the special bit:
 *
 *	vm_start			   vm_end
 *	|  pfn   | pfn + 1 | pfn + 2 |...|	vm_pgoff = pfn
 *
 * Invariants (each is asserted, for only a driver can break it; the machine
 * stops with a sentence that begins with the number)
 *
 *  I1. Frames are put only into empty entries.
 *  I2. A private mapping gets read-only entries: through a writable one the
 *      program would store straight into the device, or into everybody's page.
 *  I3. vmf_insert_pfn() never serves a COW mapping.
 *  I4. vm_insert_page() never serves a VM_PFNMAP area.
 *  I5. A special entry has the cache type that memtype.c knows for its frame.
 *  I6. remap_pfn_range() stays inside the area.
 *  I7. vmf_insert_pfn() serves VM_PFNMAP or VM_MIXEDMAP areas, vmf_insert_mixed()
 *      the latter.
 *  I8. In a VM_MIXEDMAP area a frame that has a page is counted: without the bit
 *      vm_normal_page() could not know that it is not.
 *
 * Locking: mmap_lock for write where vm_flags change, else for read; pte lock.
 *
 * Reading order: remap_pfn_range(), vmf_insert_pfn_prot(), vm_insert_page().
 * In Linux: mm/memory.c.
 */

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/rmap.h"
#include "mm/trace.h"

/* I2. */
static void check_private_prot(const struct vm_area_struct *vma, pgprot_t prot)
{
	BUG_ON_RULE(is_cow_mapping(vma->vm_flags) &&
			    pgprot_val(prot) & _PAGE_RW,
		    "I2: a writable entry in a private mapping; take prot from "
		    "vm_page_prot");
}

/* Fill one pte table's share of the range.  Return: 0 or -ENOMEM. */
static int remap_pte_range(struct mm_struct *mm, unsigned long addr,
			   unsigned long end, unsigned long pfn, pgprot_t prot)
{
	pmd_t *pmd = mm_alloc_pmd(mm, addr);
	spinlock_t *ptl;
	pte_t *first, *pte;

	if (!pmd)
		return -ENOMEM;
	first = pte = pte_alloc_map_lock(mm, pmd, addr, &ptl);
	if (!pte)
		return -ENOMEM;
	for (; addr != end; addr += PAGE_SIZE, pte++, pfn++) {
		BUG_ON_RULE(!pte_none(*pte),
			    "I1: remap_pfn_range() where something is mapped");
		set_pte_at(mm, addr, pte, pte_mkspecial(pfn_pte(pfn, prot)));
	}
	pte_unmap_unlock(first, ptl);
	return 0;
}

/* A COW mapping must be covered whole, and remembers its first frame. */
static int remap_check_cow(struct vm_area_struct *vma, unsigned long addr,
			   unsigned long end, unsigned long pfn)
{
	if (!is_cow_mapping(vma->vm_flags))
		return 0;
	if (addr != vma->vm_start || end != vma->vm_end)
		return -EINVAL;
	vma->vm_pgoff = pfn;
	return 0;
}

/*
 * I5: reserve the cache type for a whole area; a part takes what is in use.
 * *@ctx: the reservation, or NULL.
 */
static int remap_reserve(const struct vm_area_struct *vma, unsigned long addr,
			 unsigned long end, unsigned long pfn, pgprot_t *prot,
			 struct pfnmap_track_ctx **ctx)
{
	unsigned long nr_pages = (end - addr) >> PAGE_SHIFT;

	*ctx = NULL;
	if (addr != vma->vm_start || end != vma->vm_end)
		return pfnmap_setup_cachemode(pfn, nr_pages, prot);
	if (vma->pfnmap_track_ctx)
		return -EINVAL;
	*ctx = pfnmap_track(pfn, nr_pages, prot);
	return PTR_ERR_OR_ZERO(*ctx);
}

/* Fill the range.  Return: 0; -ENOMEM, with nothing left mapped. */
static int remap_range(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long end, unsigned long pfn, pgprot_t prot)
{
	unsigned long start = addr, next;

	for (; addr != end; addr = next) {
		int err;

		next = pmd_addr_end(addr, end);
		err = remap_pte_range(vma->vm_mm, addr, next, pfn, prot);
		if (err) {
			/* The caller may free the frames: leave none behind. */
			if (addr != start)
				zap_page_range_single(vma, start, addr - start,
						      NULL);
			return err;
		}
		pfn += (next - addr) >> PAGE_SHIFT;
	}
	return 0;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot)
{
	unsigned long end = addr + PAGE_ALIGN(size);
	struct pfnmap_track_ctx *ctx;
	int err;

	mmap_assert_write_locked(vma->vm_mm);
	if (!PAGE_ALIGNED(addr))
		return -EINVAL;
	BUG_ON_RULE(addr >= end || addr < vma->vm_start || end > vma->vm_end,
		    "I6: remap_pfn_range() outside of the area");

	err = remap_check_cow(vma, addr, end, pfn);
	if (err)
		return err;
	check_private_prot(vma, prot);
	err = remap_reserve(vma, addr, end, pfn, &prot, &ctx);
	if (err)
		return err;
	vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	err = remap_range(vma, addr, end, pfn, prot);
	if (err)
		pfnmap_track_ctx_put(ctx);
	else if (ctx)
		vma->pfnmap_track_ctx = ctx;
	return err;
}

int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long pfn, unsigned long size, pgprot_t prot)
{
	/* Linux clears the memory-encryption bit here; we have none. */
	return remap_pfn_range(vma, addr, pfn, size, prot);
}

int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
		    unsigned long len)
{
	unsigned long vm_len = vma->vm_end - vma->vm_start;
	unsigned long pfn, pages;

	/* Compare in pages, and subtract: sums of user values wrap. */
	if (start + len < start)
		return -EINVAL;
	len += start & ~PAGE_MASK;
	pfn = PHYS_PFN(start);
	pages = (len + ~PAGE_MASK) >> PAGE_SHIFT;
	if (pfn + pages < pfn)
		return -EINVAL;
	if (vma->vm_pgoff > pages)
		return -EINVAL;
	pages -= vma->vm_pgoff;
	if (vm_len >> PAGE_SHIFT > pages)
		return -EINVAL;
	return io_remap_pfn_range(vma, vma->vm_start, pfn + vma->vm_pgoff,
				  vm_len, vma->vm_page_prot);
}

/* Is this a page whose references may be counted by an entry? */
static bool page_insertable(const struct page *page)
{
	return page_count(page) > 0 && !PageAnon(page) && !PageSlab(page) &&
	       !PageTable(page) && !PageReserved(page);
}

/* Insert one page whose area and preconditions have been checked. */
static int insert_page(struct vm_area_struct *vma, unsigned long addr,
		       struct page *page, pgprot_t prot)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pte_t *pte;
	int err = -EBUSY;

	check_private_prot(vma, prot);
	pte = get_locked_pte(mm, addr, &ptl);
	if (!pte)
		return -ENOMEM;
	if (pte_none(*pte)) {
		get_page(page);
		page_add_file_rmap(page);
		inc_mm_counter(mm, mm_counter_file(page));
		set_pte_at(mm, addr, pte, mk_pte(page, prot));
		trace_map(page, vma, addr);
		err = 0;
	}
	pte_unmap_unlock(pte, ptl);
	return err;
}

/* I4, and the mark that the area holds pages which a driver counted. */
static void mark_mixed(struct vm_area_struct *vma)
{
	BUG_ON_RULE(vma->vm_flags & VM_PFNMAP,
		    "I4: a counted page inserted into a VM_PFNMAP area");
	if (vma->vm_flags & VM_MIXEDMAP)
		return;
	mmap_assert_write_locked(vma->vm_mm);
	vma->vm_flags |= VM_MIXEDMAP;
}

int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
		    struct page **pages, unsigned long *num)
{
	unsigned long end = addr + *num * PAGE_SIZE;
	int err = 0;

	if (addr < vma->vm_start || end > vma->vm_end || end < addr)
		return -EFAULT;
	mark_mixed(vma);
	for (; *num && !err; addr += PAGE_SIZE, pages++) {
		err = page_insertable(*pages) ? insert_page(vma, addr, *pages,
							    vma->vm_page_prot)
					      : -EINVAL;
		if (!err)
			--*num;
	}
	return err;
}

int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page)
{
	if (addr < vma->vm_start || addr >= vma->vm_end)
		return -EFAULT;
	if (!page_insertable(page))
		return -EINVAL;
	mark_mixed(vma);
	return insert_page(vma, addr, page, vma->vm_page_prot);
}

int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num)
{
	unsigned long offset = vma->vm_pgoff;
	unsigned long count = vma_pages(vma);

	if (offset >= num || count > num - offset)
		return -ENXIO;
	return vm_insert_pages(vma, vma->vm_start, pages + offset, &count);
}

/* Map one frame that is not counted, with the cache type that it has. */
static vm_fault_t insert_special(struct mm_struct *mm, unsigned long addr,
				 unsigned long pfn, pgprot_t prot)
{
	spinlock_t *ptl;
	pte_t *pte;

	if (pfnmap_setup_cachemode(pfn, 1, &prot)) /* I5 */
		return VM_FAULT_SIGBUS;
	pte = get_locked_pte(mm, addr, &ptl);
	if (!pte)
		return VM_FAULT_OOM;
	/* An entry that is already there stays: losing the race is success. */
	if (pte_none(*pte))
		set_pte_at(mm, addr, pte, pte_mkspecial(pfn_pte(pfn, prot)));
	pte_unmap_unlock(pte, ptl);
	return VM_FAULT_NOPAGE;
}

vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr,
			       unsigned long pfn, pgprot_t pgprot)
{
	BUG_ON_RULE(!(vma->vm_flags & VM_PFNMAP) ==
			    !(vma->vm_flags & VM_MIXEDMAP),
		    "I7: vmf_insert_pfn() into an area that is not exactly one "
		    "of VM_PFNMAP and VM_MIXEDMAP");
	BUG_ON_RULE(vma->vm_flags & VM_PFNMAP && is_cow_mapping(vma->vm_flags),
		    "I3: vmf_insert_pfn() into a private VM_PFNMAP area");
	BUG_ON_RULE(vma->vm_flags & VM_MIXEDMAP && pfn_valid(pfn),
		    "I8: vmf_insert_pfn() of RAM into a VM_MIXEDMAP area");
	check_private_prot(vma, pgprot);

	if (addr < vma->vm_start || addr >= vma->vm_end)
		return VM_FAULT_SIGBUS;
	return insert_special(vma->vm_mm, addr, pfn, pgprot);
}

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
			  unsigned long pfn)
{
	return vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
}

vm_fault_t vmf_insert_mixed(struct vm_area_struct *vma, unsigned long addr,
			    unsigned long pfn)
{
	pgprot_t prot = vma->vm_page_prot;
	int err;

	BUG_ON_RULE(!(vma->vm_flags & VM_MIXEDMAP) && !is_zero_pfn(pfn),
		    "I7: vmf_insert_mixed() into an area that is not "
		    "VM_MIXEDMAP");
	check_private_prot(vma, prot);
	if (addr < vma->vm_start || addr >= vma->vm_end)
		return VM_FAULT_SIGBUS;
	/* Without the bit only a frame without a page can be told as special. */
	if (!CONFIG_PTE_SPECIAL && pfn_valid(pfn) && !is_zero_pfn(pfn)) {
		err = insert_page(vma, addr, pfn_to_page(pfn), prot);
		return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_NOPAGE;
	}
	return insert_special(vma->vm_mm, addr, pfn, prot);
}

/* ---- any entries -------------------------------------------------------- */

/* Call @fn on the entries of one pte table.  pte lock held around it. */
static int apply_to_pte_range(struct mm_struct *mm, pmd_t *pmd,
			      unsigned long addr, unsigned long end,
			      pte_fn_t fn, void *data, bool create)
{
	spinlock_t *ptl;
	pte_t *first, *pte;
	int err = 0;

	first = pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
	for (; addr != end && !err; addr += PAGE_SIZE, pte++)
		if (create || !pte_none(*pte))
			err = fn(pte, addr, data);
	pte_unmap_unlock(first, ptl);
	return err;
}

int apply_to_page_range(struct mm_struct *mm, unsigned long addr,
			unsigned long size, pte_fn_t fn, void *data)
{
	unsigned long end = addr + size, next;
	pmd_t *pmd;
	int err = 0;

	for (; addr < end && !err; addr = next) {
		next = pmd_addr_end(addr, end);
		pmd = mm_alloc_pmd(mm, addr);
		if (!pmd || pte_alloc(mm, pmd))
			return -ENOMEM;
		err = apply_to_pte_range(mm, pmd, addr, next, fn, data, true);
	}
	return err;
}

int apply_to_existing_page_range(struct mm_struct *mm, unsigned long addr,
				 unsigned long size, pte_fn_t fn, void *data)
{
	unsigned long end = addr + size, next;
	pmd_t *pmd;
	int err = 0;

	for (; !err && (pmd = mm_next_pmd(mm, &addr, end)); addr = next) {
		next = pmd_addr_end(addr, end);
		err = apply_to_pte_range(mm, pmd, addr, next, fn, data, false);
	}
	return err;
}
