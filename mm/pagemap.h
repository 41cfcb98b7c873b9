/* SPDX-License-Identifier: MIT */
/*
 * mm/pagemap.h - the page cache: an object's pages, by offset.
 *
 * mm/filemap.c has the theory.  In Linux: include/linux/pagemap.h.
 */
#ifndef KILBURN_MM_PAGEMAP_H
#define KILBURN_MM_PAGEMAP_H

#include "fs/fs.h"
#include "fs/uio.h"
#include "mm/mm.h"

void filemap_init(void);

/* ---- the page lock ------------------------------------------------------ */

void lock_page_slow(struct page *page);
void unlock_page(struct page *page);

static inline bool trylock_page(struct page *page)
{
	return !test_and_set_bit(PG_locked, &page->flags);
}

/**
 * lock_page() - take PG_locked.
 * @page: a page on which the caller has a reference
 *
 * Context: may sleep.  Outside mapping->i_mmap_rwsem and all pte locks.
 */
static inline void lock_page(struct page *page)
{
	if (!trylock_page(page))
		lock_page_slow(page);
}

/* ---- looking up --------------------------------------------------------- */

/**
 * find_get_page() - find a cached page.
 * @mapping: the object
 * @index: offset in pages
 *
 * Context: any but interrupts.
 * Return: the page with a reference, not locked; NULL if it is not cached.
 */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);

/**
 * read_mapping_page() - find a page, or make it and fill it.
 * @mapping: the object
 * @index: offset in pages; the caller has checked it against the size
 * @file: passed to ->read_folio(); may be NULL
 *
 * Context: may sleep.
 * Return: an uptodate page with a reference, not locked; ERR_PTR(-ENOMEM),
 * ERR_PTR(-ENOSPC), or what ->read_folio() said.
 */
struct page *read_mapping_page(struct address_space *mapping, pgoff_t index,
			       struct file *file);

/**
 * mapping_seek_hole_data() - find data, or a hole.
 * @mapping: the object
 * @start: where to begin, bytes
 * @end: where to stop, bytes
 * @whence: SEEK_DATA or SEEK_HOLE
 *
 * A page that is only reserved counts as a hole.
 *
 * Return: the offset, from @start on; @end if there is a hole only there;
 * -ENXIO if there is no data, or @start is not before @end.
 * Source: Linux mm/filemap.c:mapping_seek_hole_data().
 */
loff_t mapping_seek_hole_data(struct address_space *mapping, loff_t start,
			      loff_t end, int whence);

/* ---- coming and going --------------------------------------------------- */

/**
 * add_to_page_cache() - enter a page that nobody else knows.
 * @page: takes a reference of its own on it
 * @mapping: the object
 * @index: offset in pages
 * @gfp: for the nodes of the tree
 *
 * Return: 0, -EEXIST if there is one already, -ENOMEM.
 */
int add_to_page_cache(struct page *page, struct address_space *mapping,
		      pgoff_t index, gfp_t gfp);

/**
 * truncate_inode_pages_range() - forget cached pages, and zero partial ones.
 * @mapping: the object
 * @lstart: first byte
 * @lend: last byte, included; -1: to the end
 *
 * Pages that are still mapped are unmapped first, private copies with them.
 *
 * Context: may sleep; the caller holds the inode's i_rwsem for write, or is
 * the last user of the inode.
 */
void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart,
				loff_t lend);

/**
 * filemap_reserve_page() - make sure that there is a page, without contents.
 * @mapping: the object, which has no medium
 * @index: offset in pages
 *
 * It reads as zeros, and still counts as a hole.  A page that was there without
 * contents has contents from now on: so a caller that has to undo its work finds
 * only pages of its own without.
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, -ENOSPC.
 */
int filemap_reserve_page(struct address_space *mapping, pgoff_t index);

/* Forget those of pages [first, last] that are still without contents. */
void filemap_unreserve_range(struct address_space *mapping, pgoff_t first,
			     pgoff_t last);

/* The object becomes @newsize bytes long: size first, then entries, then pages. */
void truncate_setsize(struct inode *inode, loff_t newsize);

/* ---- file operations on top --------------------------------------------- */

/*
 * Read and write through the page cache.  The iter says whose memory the bytes
 * are in.  A write takes i_rwsem; O_APPEND moves *pos to the end first.
 * Return: bytes done, or -EFAULT, -EINVAL, -EFBIG, -ENOSPC, -ENOMEM if none.
 */
ssize_t generic_file_read_iter(struct file *file, struct iov_iter *to,
			       loff_t *pos);
ssize_t generic_file_write_iter(struct file *file, struct iov_iter *from,
				loff_t *pos);

/* ->read() and ->write() for files in the page cache. */
ssize_t generic_file_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos);
ssize_t generic_file_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos);
vm_fault_t filemap_fault(struct vm_fault *vmf);
vm_fault_t filemap_map_pages(struct vm_fault *vmf, pgoff_t start_pgoff,
			     pgoff_t end_pgoff);

#endif /* KILBURN_MM_PAGEMAP_H */
