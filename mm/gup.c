/* SPDX-License-Identifier: MIT */
/*
 * mm/gup.c - get_user_pages(): the pages behind user addresses, held.
 *
 * Theory
 *
 * Whoever works on another task's memory, or on its own without going through
 * user addresses, asks for the pages: a look into the page table, a fault if
 * the entry does not allow the access yet, and another look.
 *
 * Two kinds of hold, because they promise different things, and for the second
 * a word about how long:
 *
 *	get	one reference.  The frame is not freed.  But after fork() a
 *		store through the address may go to another frame.
 *	pin	a reference and a pin.  An anonymous page is made exclusive
 *		first, and fork() copies it for the child at once: the page and
 *		the address belong together as long as the pin lasts.
 *	pin, FOLL_LONGTERM
 *		the same whatever is at the address, for it lasts longer than
 *		the call.
 *
 * The difference is in pages that are not the program's own yet: the zero page,
 * and a file's page in a private area.  The next store through the address
 * copies them, and the pin is left with a page that the program no longer sees:
 *
 *	private area	      short pin to read	       FOLL_LONGTERM pin to read
 *	own page	      it, made exclusive       it, made exclusive
 *	zero page	      the zero page	       a new page of zeros
 *	file's page	      the file's page	       a private copy of it
 *
 * Who only reads, and before the call returns, gets what was there when it
 * looked, and saves the copy.  Who stays gets the copy first, read-only but
 * exclusive.  A pin to write has had its copy in any case; and what is shared on
 * purpose never parts from its address, short of truncation.  Linux does all
 * this since 6.2; up to 6.1 a FOLL_LONGTERM pin to read was no better than a
 * short one, and its users asked to write in order to be safe.
 *
 * Only pages that are counted can be held.  So an area of raw frames is refused
 * as a whole, even where a page of it has been copied: what is behind an
 * address there may change kind at any moment.  Unlike Linux in two places:
 * vmsplice() and a futex without FUTEX_PRIVATE_FLAG take a shortcut there, which
 * looks at entries and not at areas, and so gets the copy.
 *
 * A debugger may store where the program may not (FOLL_FORCE), but only into a
 * private area, and only into a page that is this mm's alone.  The right to do
 * so is judged by ownership each time: the write request is never weakened, so
 * a MADV_DONTNEED that comes in between costs another copy and nothing else.
 * (Linux, before 4.8.3, dropped the request after the copy: CVE-2016-5195.)
 *
 * Invariants
 *
 *  Q1. No page of a VM_IO or VM_PFNMAP area is ever returned.
 *  Q2. A page returned for FOLL_WRITE is mapped writable, or is an exclusive
 *      anonymous page of a COW mapping.
 *  Q3. A pinned anonymous page is exclusive.
 *  Q4. _refcount >= _mapcount + 1 + _pincount.
 *  Q5. What FOLL_LONGTERM pins in a COW mapping is an anonymous page.
 *
 * Locking: mmap_lock for read; the pte lock around look and hold.
 *
 * Reading order: follow_page_pte(), get_one_page(), get_pages().
 * In Linux: mm/gup.c.
 */

#include "mm/gup.h"
#include <asm/io.h>
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/trace.h"
#include "mm/vma.h"
#include "mm/vmalloc.h"

/* ---- one page ----------------------------------------------------------- */

/* Q2.  pte lock held. */
static bool can_follow_write(pte_t pte, const struct page *page,
			     const struct vm_area_struct *vma,
			     unsigned int flags)
{
	if (pte_write(pte))
		return true;
	return flags & FOLL_FORCE && is_cow_mapping(vma->vm_flags) && page &&
	       PageAnon(page) && PageAnonExclusive(page);
}

/*
 * Q3, Q5: would a store make the page part from its address while it is pinned?
 * A pin to write has seen to that (Q2).  pte lock held.
 */
static bool must_unshare(const struct vm_area_struct *vma,
			 const struct page *page, unsigned int flags)
{
	if ((flags & (FOLL_PIN | FOLL_WRITE)) != FOLL_PIN)
		return false;
	if (PageAnon(page))
		return !PageAnonExclusive(page);
	return flags & FOLL_LONGTERM && is_cow_mapping(vma->vm_flags);
}

static void hold_page(struct page *page, unsigned int flags)
{
	get_page(page);
	if (!(flags & FOLL_PIN))
		return;
	atomic_inc(&page->_pincount);
	trace_page(MM_TRACE_PIN, page, 0);
}

/*
 * Look once.  Return: the page, held; NULL if a fault must come first;
 * ERR_PTR(-EFAULT) for a frame that cannot be held; ERR_PTR(-EMLINK) if the
 * page must be made exclusive first.
 */
static struct page *follow_page_pte(struct vm_area_struct *vma,
				    unsigned long addr, unsigned int flags)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *pmd = mm_find_pmd(mm, addr);
	struct page *page = NULL;
	spinlock_t *ptl;
	pte_t *ptep, pte;

	if (!pmd)
		return NULL;
	ptep = pte_offset_map_lock(mm, pmd, addr, &ptl);
	pte = *ptep;
	if (!pte_present(pte))
		goto out;
	page = vm_normal_page(vma, addr, pte);
	if (!page && !is_zero_pfn(pte_pfn(pte))) {
		page = ERR_PTR(-EFAULT); /* Q1, in a VM_MIXEDMAP area */
		goto out;
	}
	if (flags & FOLL_WRITE && !can_follow_write(pte, page, vma, flags)) {
		page = NULL;
		goto out;
	}
	/* The store that follows does not go through the entry. */
	if (flags & FOLL_WRITE && !pte_dirty(pte))
		SetPageDirty(page);
	if (!page)
		page = empty_zero_page;
	if (must_unshare(vma, page, flags))
		page = ERR_PTR(-EMLINK);
	else
		hold_page(page, flags);
out:
	pte_unmap_unlock(ptep, ptl);
	return page;
}

/* Look, fault, look again, until there is a page or a reason. */
static struct page *get_one_page(struct vm_area_struct *vma, unsigned long addr,
				 unsigned int flags)
{
	unsigned int fault_flags = FAULT_FLAG_REMOTE;

	if (flags & FOLL_WRITE)
		fault_flags |= FAULT_FLAG_WRITE;
	for (;;) {
		struct page *page = follow_page_pte(vma, addr, flags);
		bool unshare = page == ERR_PTR(-EMLINK);
		int err;

		if (page && !unshare)
			return page;
		if (fatal_signal_pending(current))
			return ERR_PTR(-EINTR);
		err = faultin_page(vma, addr,
				   fault_flags |
					   (unshare ? FAULT_FLAG_UNSHARE : 0));
		if (err)
			return ERR_PTR(err);
		cond_resched();
	}
}

/* ---- many pages --------------------------------------------------------- */

/* May pages of this area be held for this purpose?  Return: 0 or -EFAULT. */
static int check_vma_flags(const struct vm_area_struct *vma, unsigned int flags)
{
	vm_flags_t vm_flags = vma->vm_flags;

	if (vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT; /* Q1 */
	if (flags & FOLL_WRITE) {
		if (vm_flags & VM_WRITE)
			return 0;
		return flags & FOLL_FORCE && is_cow_mapping(vm_flags) ? 0
								      : -EFAULT;
	}
	if (vm_flags & VM_READ)
		return 0;
	return flags & FOLL_FORCE && vm_flags & VM_MAYREAD ? 0 : -EFAULT;
}

static long get_pages(struct mm_struct *mm, unsigned long start,
		      unsigned long nr_pages, unsigned int flags,
		      struct page **pages)
{
	struct vm_area_struct *vma = NULL;
	unsigned long addr = start & PAGE_MASK;
	unsigned long done;
	int err = 0;

	mmap_assert_locked(mm);
	for (done = 0; done < nr_pages; done++, addr += PAGE_SIZE) {
		if (!vma || addr >= vma->vm_end) {
			/* A stack does not grow for others, as since 6.5. */
			vma = vma_lookup(mm, addr);
			err = vma ? check_vma_flags(vma, flags) : -EFAULT;
			if (err)
				break;
		}
		pages[done] = get_one_page(vma, addr, flags);
		if (IS_ERR(pages[done])) {
			err = PTR_ERR(pages[done]);
			break;
		}
	}
	return done ? (long)done : err;
}

long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages)
{
	VM_BUG_ON(gup_flags & (FOLL_PIN | FOLL_LONGTERM)); /* pin for these */
	return get_pages(mm, start, nr_pages, gup_flags, pages);
}

long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages)
{
	return get_pages(mm, start, nr_pages, gup_flags | FOLL_PIN, pages);
}

long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages)
{
	struct mm_struct *mm = current->mm;
	long nr;

	mmap_read_lock(mm);
	nr = get_user_pages_remote(mm, start, nr_pages, gup_flags, pages);
	mmap_read_unlock(mm);
	return nr;
}

long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages)
{
	struct mm_struct *mm = current->mm;
	long nr;

	mmap_read_lock(mm);
	nr = pin_user_pages_remote(mm, start, nr_pages, gup_flags, pages);
	mmap_read_unlock(mm);
	return nr;
}

void unpin_user_pages(struct page **pages, unsigned long nr_pages, bool dirty)
{
	for (unsigned long i = 0; i < nr_pages; i++) {
		VM_BUG_ON_PAGE(!page_maybe_dma_pinned(pages[i]), pages[i]);
		trace_page(MM_TRACE_UNPIN, pages[i], 0);
		if (dirty)
			SetPageDirty(pages[i]);
		atomic_dec(&pages[i]->_pincount);
		put_page(pages[i]);
	}
}

/* ---- debuggers ---------------------------------------------------------- */

/* Ask the area's owner for memory that has no pages.  Return: bytes or <= 0. */
static int access_device(struct mm_struct *mm, unsigned long addr, void *buf,
			 int len, bool write) __must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	if (!vma || !vma->vm_ops || !vma->vm_ops->access)
		return -EIO;
	len = min_t(unsigned long, len, vma->vm_end - addr);
	return vma->vm_ops->access(vma, addr, buf, len, write);
}

static void access_page(struct page *page, unsigned long offset, void *buf,
			int len, bool write)
{
	char *at = (char *)page_address(page) + offset;

	if (!write) {
		memcpy(buf, at, len);
		return;
	}
	memcpy(at, buf, len);
	SetPageDirty(page); /* for all who map it */
}

int access_remote_vm(struct mm_struct *mm, unsigned long addr, void *buf,
		     int len, unsigned int gup_flags)
{
	bool write = gup_flags & FOLL_WRITE;
	int done = 0;

	if (mmap_read_lock_killable(mm))
		return 0;
	while (done < len) {
		unsigned long offset = offset_in_page(addr + done);
		int chunk =
			min_t(unsigned long, len - done, PAGE_SIZE - offset);
		struct page *page;

		if (get_user_pages_remote(mm, addr + done, 1, gup_flags,
					  &page) != 1) {
			chunk = access_device(mm, addr + done, buf + done,
					      len - done, write);
			if (chunk <= 0)
				break;
		} else {
			access_page(page, offset, buf + done, chunk, write);
			put_page(page);
		}
		done += chunk;
	}
	mmap_read_unlock(mm);
	return done;
}

/* The entry at @addr if there is one.  Return: false: nothing is mapped. */
static bool look_up_entry(struct vm_area_struct *vma, unsigned long addr,
			  pte_t *entry)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	spinlock_t *ptl;
	pte_t *pte;

	if (!pmd)
		return false;
	pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
	*entry = *pte;
	pte_unmap_unlock(pte, ptl);
	return pte_present(*entry);
}

/* Two values of an entry that the CPU may have marked in between. */
static bool same_mapping(pte_t a, pte_t b)
{
	return pte_same(pte_mkyoung(pte_mkdirty(a)),
			pte_mkyoung(pte_mkdirty(b)));
}

/*
 * Copy to or from @device, which maps what @entry said, if that still holds:
 * under the pte lock, for a driver that moves the object zaps the entry first.
 * Return: false if the entry has changed.
 */
static bool access_if_same(struct vm_area_struct *vma, unsigned long addr,
			   pte_t entry, u8 *device, void *buf, int len,
			   int write)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	spinlock_t *ptl;
	pte_t *pte;
	bool same;

	if (!pmd)
		return false;
	pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);
	same = same_mapping(*pte, entry);
	if (same && write)
		memcpy(device, buf, len);
	else if (same)
		memcpy(buf, device, len);
	pte_unmap_unlock(pte, ptl);
	return same;
}

int generic_access_phys(struct vm_area_struct *vma, unsigned long addr,
			void *buf, int len, int write)
{
	unsigned long offset = offset_in_page(addr);
	pte_t entry;
	u8 *device;
	bool done;

	if (!(vma->vm_flags & (VM_IO | VM_PFNMAP)))
		return -EINVAL;
	len = min_t(unsigned long, len, PAGE_SIZE - offset);
	do {
		if (!look_up_entry(vma, addr, &entry))
			return -EINVAL;
		if (write && !pte_write(entry))
			return -EINVAL;
		if (pfn_valid(pte_pfn(entry)))
			return -ENOMEM; /* a copy, in RAM: not ours to map */
		device = (u8 *)ioremap_prot(PFN_PHYS(pte_pfn(entry)), PAGE_SIZE,
					    pte_pgprot(entry));
		if (!device)
			return -ENOMEM;
		done = access_if_same(vma, addr, entry, device + offset, buf,
				      len, write);
		iounmap(device);
	} while (!done);
	return len;
}
