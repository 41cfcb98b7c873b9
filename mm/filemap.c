/* SPDX-License-Identifier: MIT */
/*
 * mm/filemap.c - the page cache: an object's pages, found by offset.
 *
 * Theory
 *
 * read(2), write(2) and mmap(2) of a file all work on the same pages, so they
 * agree at every moment.  A page is in mapping->i_pages at its offset, and
 * page->mapping and page->index say the way back.
 *
 *	index	  0	  1	  2	  3
 *	i_pages	[page]	  -	[page]	[page]		1 is a hole: zeros
 *					 |--- i_size ends here; the rest is zeros
 *
 * For a file system in memory a hole is read as zeros, and gets a page at the
 * first write or mmap fault.  Where there is a medium ->read_folio() fills it.
 *
 * Invariants
 *
 *  C1. A page is in i_pages at index iff page->mapping and page->index say so;
 *      both change under i_pages_lock, and go only under the page lock.
 *  C2. The cache owns one reference of each of its pages.
 *  C3. The bytes of the last page beyond i_size are zero, unless a program that
 *      mapped it has stored there.
 *
 * Locking
 *
 *  i_rwsem (writers, truncation) > page lock > i_mmap_rwsem > pte lock >
 *  i_pages_lock.  A page's lock is held while it is filled, mapped or removed.
 *
 * Reading order: read_mapping_page(), filemap_fault(), truncate_setsize().
 * In Linux: mm/filemap.c, mm/truncate.c.
 */

#include "mm/pagemap.h"
#include "fs/fcntl.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/wait.h"
#include "mm/memory.h"
#include "mm/rmap.h"
#include "mm/trace.h"

/* ---- the page lock ------------------------------------------------------ */

#define PAGE_WAIT_TABLE_SIZE 32 /* a power of two */

static struct wait_queue_head page_wait_table[PAGE_WAIT_TABLE_SIZE];

static struct wait_queue_head *page_waitqueue(const struct page *page)
{
	return &page_wait_table[page_to_pfn(page) & (PAGE_WAIT_TABLE_SIZE - 1)];
}

void filemap_init(void)
{
	for (int i = 0; i < PAGE_WAIT_TABLE_SIZE; i++)
		init_waitqueue_head(&page_wait_table[i]);
}

/*
 * Announce oneself, then look: unlock_page() clears the lock, then looks for
 * announcements.  Whichever comes second sees the other.
 */
static bool announce_and_trylock(struct page *page)
{
	set_bit(PG_waiters, &page->flags);
	return trylock_page(page);
}

void lock_page_slow(struct page *page)
{
	wait_event(*page_waitqueue(page), announce_and_trylock(page));
}

void unlock_page(struct page *page)
{
	VM_BUG_ON(!PageLocked(page));
	clear_bit_unlock(PG_locked, &page->flags);
	smp_mb__after_atomic();
	if (unlikely(READ_ONCE(page->flags) & (1UL << PG_waiters))) {
		clear_bit(PG_waiters, &page->flags);
		wake_up_all(page_waitqueue(page));
	}
}

/* ---- looking up and adding ---------------------------------------------- */

void address_space_init_once(struct address_space *mapping)
{
	xa_init(&mapping->i_pages);
	spin_lock_init(&mapping->i_pages_lock);
	mapping->nrpages = 0;
	mapping->i_mmap = RB_ROOT;
	init_rwsem(&mapping->i_mmap_rwsem);
	atomic_set(&mapping->i_mmap_writable, 0);
}

struct page *find_get_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page;

	spin_lock(&mapping->i_pages_lock);
	page = xa_load(&mapping->i_pages, index);
	if (page)
		get_page(page);
	spin_unlock(&mapping->i_pages_lock);
	return page;
}

int add_to_page_cache(struct page *page, struct address_space *mapping,
		      pgoff_t index, gfp_t gfp)
{
	int err;

	get_page(page);
	page->index = index;
	page->mapping = mapping;
	spin_lock(&mapping->i_pages_lock);
	err = xa_insert(&mapping->i_pages, index, page, GFP_NOWAIT);
	if (!err)
		mapping->nrpages++;
	spin_unlock(&mapping->i_pages_lock);
	if (err) {
		page->mapping = NULL;
		put_page(page);
	}
	return err == -EBUSY ? -EEXIST : err;
}

static int charge(struct address_space *mapping, long nr_pages)
{
	const struct address_space_operations *ops = mapping->a_ops;

	return ops && ops->charge ? ops->charge(mapping->host, nr_pages) : 0;
}

/* Fill a new page that is in the cache and locked; unlocks it. */
static int fill_new_page(struct address_space *mapping, struct file *file,
			 struct page *page)
{
	const struct address_space_operations *ops = mapping->a_ops;

	if (ops && ops->read_folio)
		return ops->read_folio(file, page);
	SetPageUptodate(page); /* it was born zeroed */
	unlock_page(page);
	return 0;
}

/*
 * Put a page of zeros into a hole: locked, and without contents until it is
 * filled.  Return: with a reference; ERR_PTR(-EEXIST, -ENOMEM, -ENOSPC).
 */
static struct page *add_new_page(struct address_space *mapping, pgoff_t index)
{
	const struct address_space_operations *ops = mapping->a_ops;
	struct page *page;
	int err = charge(mapping, 1);

	if (err)
		return ERR_PTR(err);
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (!page) {
		err = -ENOMEM;
		goto err_uncharge;
	}
	page->flags |= 1UL << PG_locked;
	if (ops && ops->swapbacked)
		page->flags |= 1UL << PG_swapbacked;
	err = add_to_page_cache(page, mapping, index, GFP_KERNEL);
	if (!err)
		return page;

	ClearPageLocked(page);
	put_page(page);
err_uncharge:
	charge(mapping, -1);
	return ERR_PTR(err);
}

/* Make the page of a hole.  Return: as add_new_page(), but filled. */
static struct page *create_page(struct address_space *mapping, pgoff_t index,
				struct file *file)
{
	struct page *page = add_new_page(mapping, index);
	int err;

	if (IS_ERR(page))
		return page;
	err = fill_new_page(mapping, file, page);
	if (!err)
		return page;
	put_page(page); /* stays in the cache, not uptodate: tried again */
	return ERR_PTR(err);
}

struct page *read_mapping_page(struct address_space *mapping, pgoff_t index,
			       struct file *file)
{
	struct page *page;
	int err;

	do {
		page = find_get_page(mapping, index);
		if (!page)
			page = create_page(mapping, index, file);
	} while (page == ERR_PTR(-EEXIST)); /* somebody else made it: find it */

	if (IS_ERR(page) || PageUptodate(page))
		return page;

	/* Another task fills it, or failed to: wait for it, then try. */
	lock_page(page);
	if (PageUptodate(page)) {
		unlock_page(page);
		return page;
	}
	err = fill_new_page(mapping, file, page);
	if (!err)
		return page;
	put_page(page);
	return ERR_PTR(err);
}

/* ---- truncation --------------------------------------------------------- */

int filemap_reserve_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page = find_get_page(mapping, index);

	if (!page) {
		page = add_new_page(mapping, index);
		if (page == ERR_PTR(-EEXIST))
			return 0; /* a fault was first */
		if (IS_ERR(page))
			return PTR_ERR(page);
	} else {
		lock_page(page); /* reserved before: see the header */
		SetPageUptodate(page);
	}
	SetPageDirty(page); /* what somebody asked for is not to be dropped */
	unlock_page(page);
	put_page(page);
	return 0;
}

/* Take a locked page out of the cache.  The caller has its own reference. */
static void delete_from_page_cache(struct page *page)
{
	struct address_space *mapping = page->mapping;

	VM_BUG_ON(!PageLocked(page));
	spin_lock(&mapping->i_pages_lock);
	xa_erase(&mapping->i_pages, page->index);
	mapping->nrpages--;
	page->mapping = NULL;
	spin_unlock(&mapping->i_pages_lock);
	charge(mapping, -1);
	put_page(page);
}

/* Zero the part of a page that is in [lstart, lend], or drop it if that is all. */
static void truncate_page(struct address_space *mapping, struct page *page,
			  loff_t lstart, loff_t lend)
{
	loff_t pos = (loff_t)page->index << PAGE_SHIFT;
	size_t from = lstart > pos ? lstart - pos : 0;
	size_t to = PAGE_SIZE;

	if (lend >= 0 && lend - pos < (loff_t)PAGE_SIZE - 1)
		to = lend - pos + 1;
	if (to - from < PAGE_SIZE) {
		memset((char *)page_address(page) + from, 0, to - from);
		SetPageDirty(page);
		return;
	}
	if (page_mapped(page))
		unmap_mapping_range(mapping, pos, PAGE_SIZE, 0);
	delete_from_page_cache(page);
}

/* The first page at or after *index, with a reference; NULL: none to @last. */
static struct page *find_next_page(struct address_space *mapping,
				   unsigned long *index, unsigned long last)
{
	struct page *page;

	spin_lock(&mapping->i_pages_lock);
	page = xa_find(&mapping->i_pages, index, last);
	if (page)
		get_page(page);
	spin_unlock(&mapping->i_pages_lock);
	return page;
}

void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart,
				loff_t lend)
{
	unsigned long index = lstart >> PAGE_SHIFT;
	unsigned long last = lend < 0 ? ULONG_MAX : (u64)lend >> PAGE_SHIFT;
	struct page *page;

	while (index <= last) {
		page = find_next_page(mapping, &index, last);
		if (!page)
			return;
		lock_page(page);
		if (page->mapping == mapping)
			truncate_page(mapping, page, lstart, lend);
		unlock_page(page);
		put_page(page);
		if (index++ == ULONG_MAX)
			return;
	}
}

void filemap_unreserve_range(struct address_space *mapping, pgoff_t first,
			     pgoff_t last)
{
	unsigned long index = first;
	struct page *page;

	while (index <= last) {
		page = find_next_page(mapping, &index, last);
		if (!page)
			return;
		lock_page(page);
		if (page->mapping == mapping && !PageUptodate(page))
			delete_from_page_cache(page);
		unlock_page(page);
		put_page(page);
		index++;
	}
}

void truncate_setsize(struct inode *inode, loff_t newsize)
{
	struct address_space *mapping = inode->i_mapping;
	loff_t oldsize = inode->i_size;

	WRITE_ONCE(inode->i_size, newsize);
	if (newsize > oldsize)
		return; /* but equal: there may be reserved pages behind it */
	/*
	 * Entries first, so that most pages are no longer mapped when they are
	 * dropped; and once more afterwards, for a private copy that a fault
	 * made of a page just before it was dropped.
	 */
	unmap_mapping_range(mapping, PAGE_ALIGN(newsize), 0, 1);
	truncate_inode_pages_range(mapping, newsize, -1);
	unmap_mapping_range(mapping, PAGE_ALIGN(newsize), 0, 1);
}

/* ---- mmap --------------------------------------------------------------- */

static bool beyond_end(const struct inode *inode, pgoff_t index)
{
	return index >= PFN_UP(READ_ONCE(inode->i_size));
}

static vm_fault_t vmf_error(int err)
{
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	struct file *file = vmf->vma->vm_file;
	struct address_space *mapping = file->f_mapping;
	struct page *page;

	for (;;) {
		if (beyond_end(mapping->host, vmf->pgoff))
			return VM_FAULT_SIGBUS;
		page = read_mapping_page(mapping, vmf->pgoff, file);
		if (IS_ERR(page))
			return vmf_error(PTR_ERR(page));
		lock_page(page);
		if (page->mapping == mapping &&
		    !beyond_end(mapping->host, vmf->pgoff))
			break;
		unlock_page(page); /* truncated meanwhile: look again */
		put_page(page);
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

#define MAP_PAGES_MAX 16

/* Collect pages that are ready, locked and referenced.  Return: how many. */
static unsigned int collect_ready_pages(struct address_space *mapping,
					pgoff_t first, pgoff_t last,
					struct page **pages)
{
	unsigned int nr = 0;
	unsigned long index;
	struct page *page;

	spin_lock(&mapping->i_pages_lock);
	xa_for_each_range (&mapping->i_pages, index, page, first, last) {
		if (!PageUptodate(page) || beyond_end(mapping->host, index) ||
		    !trylock_page(page))
			continue;
		get_page(page);
		pages[nr++] = page;
		if (nr == MAP_PAGES_MAX)
			break;
	}
	spin_unlock(&mapping->i_pages_lock);
	return nr;
}

/* Map one of them if its entry is empty.  pte lock and page lock held. */
static bool map_ready_page(struct vm_fault *vmf, struct page *page,
			   unsigned long addr)
{
	struct vm_area_struct *vma = vmf->vma;
	pte_t *pte = pte_offset_kernel(vmf->pmd, addr);

	if (!pte_none(*pte))
		return false;
	page_add_file_rmap(page);
	inc_mm_counter(vma->vm_mm, mm_counter_file(page));
	set_pte_at(vma->vm_mm, addr, pte, mk_pte(page, vma->vm_page_prot));
	trace_map(page, vma, addr);
	return true;
}

vm_fault_t filemap_map_pages(struct vm_fault *vmf, pgoff_t start_pgoff,
			     pgoff_t end_pgoff)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *pages[MAP_PAGES_MAX];
	unsigned int nr = collect_ready_pages(vma->vm_file->f_mapping,
					      start_pgoff, end_pgoff, pages);
	spinlock_t *ptl = pte_lockptr(vma->vm_mm, vmf->pmd);
	vm_fault_t ret = 0;

	if (!nr)
		return 0;
	spin_lock(ptl);
	for (unsigned int i = 0; i < nr; i++) {
		unsigned long pages_off = pages[i]->index - vmf->pgoff;
		unsigned long addr = vmf->address + (pages_off << PAGE_SHIFT);
		bool done = map_ready_page(vmf, pages[i], addr);

		unlock_page(pages[i]);
		if (!done)
			put_page(pages[i]);
		if (addr == vmf->address)
			ret = VM_FAULT_NOPAGE;
	}
	spin_unlock(ptl);
	return ret;
}

static const struct vm_operations_struct generic_file_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
};

int generic_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &generic_file_vm_ops;
	return 0;
}
