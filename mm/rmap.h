/* SPDX-License-Identifier: MIT */
/*
 * mm/rmap.h - from a page to every page-table entry that maps it.
 *
 * mm/rmap.c has the theory.  In Linux: include/linux/rmap.h.
 */
#ifndef KILBURN_MM_RMAP_H
#define KILBURN_MM_RMAP_H

#include "fs/fs.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/lib/list.h"
#include "kernel/rwsem.h"
#include "mm/mm_types.h"
#include "mm/page.h"

/* The areas in which the anonymous pages that point here may be mapped. */
struct anon_vma {
	struct anon_vma *root; /* the oldest ancestor: its rwsem is the lock */
	struct rw_semaphore rwsem; /* of the root: protects the whole family */
	atomic_t refcount;
	/* root->rwsem protects: */
	unsigned long num_children; /* child anon_vmas, and the root itself */
	unsigned long num_active_vmas; /* areas whose vma->anon_vma is this */
	struct anon_vma *parent;
	struct rb_root rb_root; /* anon_vma_chain, by page index */
};

/* Ties one area to one anon_vma: the relation is many to many. */
struct anon_vma_chain {
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	struct list_head same_vma;      /* in vma->anon_vma_chain; mmap_lock */
	struct interval_tree_node node; /* in anon_vma->rb_root; rwsem */
};

void rmap_init(void);

/**
 * anon_vma_prepare() - make sure that @vma has an anon_vma.
 * @vma: a private area
 *
 * Context: may sleep; mmap_lock held, read is enough.
 * Return: 0 or -ENOMEM.
 * Source: Linux mm/rmap.c:__anon_vma_prepare().
 */
int anon_vma_prepare_slow(struct vm_area_struct *vma);

static inline int anon_vma_prepare(struct vm_area_struct *vma)
{
	if (likely(READ_ONCE(vma->anon_vma)))
		return 0;
	return anon_vma_prepare_slow(vma);
}

/**
 * anon_vma_clone() - attach @dst to every anon_vma that @src is attached to.
 * @dst: a new area, with an empty chain
 * @src: the area it was split from or copied from
 *
 * Context: may sleep; mmap_lock of @src's mm held for write.
 * Return: 0, or -ENOMEM with @dst's chain empty again.
 * Source: Linux mm/rmap.c:anon_vma_clone().
 */
int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src);

/**
 * anon_vma_fork() - give a child's area its place in the family.
 * @vma: the child's copy, with an empty chain
 * @pvma: the parent's area
 *
 * Context: may sleep; mmap_lock of both held for write.
 * Return: 0, or -ENOMEM with nothing attached.
 * Source: Linux mm/rmap.c:anon_vma_fork().
 */
int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma);

/**
 * unlink_anon_vmas() - detach @vma from all its anon_vmas.
 * @vma: an area that maps no anonymous page any more
 *
 * Context: may sleep; mmap_lock held for write.
 */
void unlink_anon_vmas(struct vm_area_struct *vma);

/* Lock the family of @anon_vma: its trees may change while it is held. */
void anon_vma_lock_write(struct anon_vma *anon_vma)
	__acquires(&anon_vma->root->rwsem);
void anon_vma_unlock_write(struct anon_vma *anon_vma)
	__releases(&anon_vma->root->rwsem);

static inline void anon_vma_assert_write_locked(struct anon_vma *anon_vma)
	__asserts(&anon_vma->root->rwsem)
{
	lockdep_assert_held_write(&anon_vma->root->rwsem);
}

/*
 * Around a change of vm_start, vm_end or vm_pgoff: the interval trees are
 * keyed by them.  The caller holds anon_vma_lock_write() from before the first
 * call to after the second; both do nothing for an area without an anon_vma.
 */
void anon_vma_interval_tree_pre_update_vma(struct vm_area_struct *vma);
void anon_vma_interval_tree_post_update_vma(struct vm_area_struct *vma);

/**
 * page_lock_anon_vma_read() - find the family of an anonymous page, and lock it.
 * @page: a page on which the caller has a reference
 *
 * While it is locked the trees do not change, and areas in them keep their
 * bounds and page tables.  Undo with page_unlock_anon_vma_read().
 *
 * Context: may sleep; no rmap or pte lock held.
 * Return: the anon_vma that the page names, with a reference; NULL if the page
 * is not anonymous, or not mapped any more.
 * Source: Linux mm/rmap.c:folio_lock_anon_vma_read(), where RCU and a cache that
 * is SLAB_TYPESAFE_BY_RCU do what anon_vma_lookup_lock does here.
 */
struct anon_vma *page_lock_anon_vma_read(const struct page *page);
void page_unlock_anon_vma_read(struct anon_vma *anon_vma);

/* ---- rmap_walk.c -------------------------------------------------------- */

/**
 * struct rmap_walk_control - what to do at each entry that maps a page.
 * @rmap_one: called with the entry, its pte lock held, so it may not sleep;
 *	returns false to end the walk.  Unlike Linux's, which is called for each
 *	area and looks for the entry itself
 * @done: asked after each entry, without the pte lock: is that all?  May be NULL
 * @arg: for both
 */
struct rmap_walk_control {
	bool (*rmap_one)(struct page *page, struct vm_area_struct *vma,
			 unsigned long address, pte_t *pte, void *arg);
	bool (*done)(struct page *page, void *arg);
	void *arg;
};

/**
 * rmap_walk() - visit every entry that maps a page.
 * @page: a page of an object, on which the caller has a reference; locked, if it
 *	is a file's
 * @rwc: what to do there
 *
 * The page may be mapped and unmapped meanwhile; an entry that is there all the
 * time is visited: once, or twice if its area is just being split or merged.
 *
 * Context: may sleep; takes i_mmap_rwsem or the anon_vma's rwsem for read.
 * Source: Linux mm/rmap.c:rmap_walk().
 */
void rmap_walk(struct page *page, const struct rmap_walk_control *rwc);

/* Enter @vma into, or take it out of, its file's mapping->i_mmap. */
void vma_link_file(struct vm_area_struct *vma);
void vma_unlink_file(struct vm_area_struct *vma);

/*
 * The same for a caller that holds i_mmap_lock_write(): around a change of
 * vm_start, vm_end or vm_pgoff the area is taken out and put back under one
 * hold of the lock, or unmap_mapping_range() would miss it in between.
 */
void i_mmap_lock_write(struct address_space *mapping)
	__acquires(&mapping->i_mmap_rwsem);
void i_mmap_unlock_write(struct address_space *mapping)
	__releases(&mapping->i_mmap_rwsem);

static inline void i_mmap_assert_write_locked(struct address_space *mapping)
	__asserts(&mapping->i_mmap_rwsem)
{
	lockdep_assert_held_write(&mapping->i_mmap_rwsem);
}

void vma_interval_tree_insert(struct vm_area_struct *vma,
			      struct address_space *mapping)
	__must_hold(&mapping->i_mmap_rwsem);
void vma_interval_tree_remove(struct vm_area_struct *vma,
			      struct address_space *mapping)
	__must_hold(&mapping->i_mmap_rwsem);

/*
 * One more, or one less, entry maps @page.  The caller holds the pte lock, and
 * has or gives up a reference of its own.
 */
void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma,
			    unsigned long address);

static inline void page_dup_rmap(struct page *page)
{
	atomic_inc(&page->_mapcount);
}

static inline void page_add_file_rmap(struct page *page)
{
	atomic_inc(&page->_mapcount);
}

static inline void page_remove_rmap(struct page *page)
{
	VM_BUG_ON_PAGE(!page_mapped(page), page);
	atomic_dec(&page->_mapcount);
}

/* The anon_vma of an anonymous page, NULL for any other. */
static inline struct anon_vma *page_anon_vma(const struct page *page)
{
	unsigned long mapping = (unsigned long)READ_ONCE(page->mapping);

	if (!(mapping & PAGE_MAPPING_ANON))
		return NULL;
	return (struct anon_vma *)(mapping - PAGE_MAPPING_ANON);
}

#endif /* KILBURN_MM_RMAP_H */
