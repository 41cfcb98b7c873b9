/* SPDX-License-Identifier: MIT */
/*
 * mm/gup.h - get_user_pages(): the pages behind user addresses, held.
 *
 * mm/gup.c has the theory.  In Linux: mm/gup.c, include/linux/mm.h;
 * Documentation/core-api/pin_user_pages.rst.
 */
#ifndef KILBURN_MM_GUP_H
#define KILBURN_MM_GUP_H

#include "mm/mm.h"

/*
 * Get or pin?  Get, to look at struct page, or to keep a frame that need not stay
 * where it is mapped.  Pin, to touch the data: what is stored into the page is
 * what the program sees, and the other way round.  With FOLL_LONGTERM also after
 * the call has returned.
 */
#define FOLL_WRITE    0x01u    /* the caller will store into the pages */
#define FOLL_FORCE    0x10u    /* also without the area's permission: ptrace */
#define FOLL_LONGTERM 0x10000u /* pins only: they outlive the system call */
#define FOLL_PIN      0x40000u /* set by pin_user_pages*() only */

/**
 * get_user_pages_remote() - find pages of any address space, and hold them.
 * @mm: the address space
 * @start: user address, bytes; rounded down to a page
 * @nr_pages: how many pages
 * @gup_flags: FOLL_WRITE, FOLL_FORCE
 * @pages: receives a page for each address, with a reference
 *
 * The reference keeps the frame from being freed.  It does not keep the
 * address mapped to it: fork and munmap go on as if nobody looked.
 *
 * Context: may sleep; mmap_lock held, read is enough.
 * Return: how many pages, fewer than asked from the first that failed; or, if
 * that was the first of all, -EFAULT (no area, no permission, VM_IO or
 * VM_PFNMAP), -ENOMEM, -EINTR.
 * Source: Linux mm/gup.c:get_user_pages_remote(), check_vma_flags().
 */
long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages)
	__must_hold_shared(&mm->mmap_lock);

/**
 * pin_user_pages_remote() - the same for a caller that reads or writes the data.
 * @mm: the address space
 * @start: user address, bytes; rounded down to a page
 * @nr_pages: how many pages
 * @gup_flags: FOLL_WRITE, FOLL_FORCE, FOLL_LONGTERM
 * @pages: receives a page for each address, pinned
 *
 * A pinned anonymous page is exclusive and stays so: fork copies it for the
 * child instead of sharing it, so what a device writes reaches the program.
 *
 * With neither FOLL_WRITE nor FOLL_LONGTERM the zero page, and a file's page in
 * a private area, are pinned as they are: good for reading now, stale after the
 * program's next store.  With FOLL_LONGTERM a private area gives an exclusive
 * anonymous page, which costs a copy.
 *
 * Undo with unpin_user_pages().
 *
 * Context: as get_user_pages_remote().
 * Return: as get_user_pages_remote(); -ENOMEM also if the copy cannot be made.
 * Source: Linux mm/gup.c:pin_user_pages_remote(), and gup_must_unshare() as it
 * is since 6.2.  Unlike Linux 6.1, whose looks at anonymous pages only.
 */
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages)
	__must_hold_shared(&mm->mmap_lock);

/* Of current; these take mmap_lock themselves. */
long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages);
long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages);

/* Give pinned pages back; @dirty: the caller has stored into them. */
void unpin_user_pages(struct page **pages, unsigned long nr_pages, bool dirty);

static inline bool page_maybe_dma_pinned(const struct page *page)
{
	return atomic_read(&page->_pincount) > 0;
}

/**
 * access_remote_vm() - read or write another address space like a debugger.
 * @mm: the address space, which the caller keeps alive
 * @addr: user address, bytes
 * @buf: kernel buffer
 * @len: bytes
 * @gup_flags: FOLL_WRITE to write; FOLL_FORCE to override permissions
 *
 * Where pages cannot be got, the area's ->access() is asked: device memory.
 *
 * Context: may sleep; takes mmap_lock.
 * Return: bytes done; fewer than @len from the first address that failed.
 * Source: Linux mm/memory.c:__access_remote_vm().
 */
int access_remote_vm(struct mm_struct *mm, unsigned long addr, void *buf,
		     int len, unsigned int gup_flags);

/**
 * generic_access_phys() - ->access() for areas of raw frames.
 * @vma: a VM_IO or VM_PFNMAP area
 * @addr: user address, bytes
 * @buf: kernel buffer
 * @len: bytes
 * @write: store instead of load
 *
 * Context: may sleep; mmap_lock held.
 * Return: bytes done, at most to the end of the page; -EINVAL (nothing mapped,
 * or a store through a read-only entry), -ENOMEM (RAM: a copied page).
 * Source: Linux mm/memory.c:generic_access_phys().
 */
int generic_access_phys(struct vm_area_struct *vma, unsigned long addr,
			void *buf, int len, int write);

#endif /* KILBURN_MM_GUP_H */
