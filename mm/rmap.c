/* SPDX-License-Identifier: MIT */
/*
 * mm/rmap.c - from a page to every entry that maps it.
 *
 * Theory
 *
 * A page says where it belongs, and the place knows which areas look at it:
 *
 *   file page	 page->mapping -> address_space -> i_mmap, a tree of areas
 *   anonymous	 page->mapping -> anon_vma -> rb_root, a tree of areas
 *
 * Both trees are keyed by page offset, so the areas that can map the page at
 * index i are one lookup away, and the address in each is arithmetic.
 *
 * An anon_vma begins as the private property of one area.  fork() makes it
 * subtle: the child's area inherits pages of the parent's anon_vma and will
 * make pages of its own, which must not be looked for in the parent.  So each
 * child gets an anon_vma of its own and stays attached to all its ancestors':
 *
 *	parent's area ---- anon_vma P		pages made before fork: P
 *		       /			made by the parent after: P
 *	child's area  +---- anon_vma C		made by the child: C
 *
 * An anon_vma_chain is one line of that picture.  A chain of forks would grow
 * without end where each parent exits; so a fork reuses an ancestor's anon_vma
 * that no area calls its own and that has at most one child.
 *
 * Invariants
 *
 *  R1. An area with anonymous pages has vma->anon_vma, and every page in it
 *      belongs to one of the anon_vmas of its chain.
 *  R2. An area with a mapping is in its i_mmap, once, at [vm_pgoff, + pages).
 *  R3. An anon_vma is freed when no chain refers to it and it has no children;
 *      its root outlives it.
 *  R4. An anon_vma that a mapped page names is not freed: the area that maps the
 *      page has a chain to it.  Whoever comes from the page, with nothing but a
 *      reference on it, holds anon_vma_lookup_lock while it sees the page mapped
 *      and takes a reference on the anon_vma; whoever frees an anon_vma has
 *      unmapped its pages before, and waits for the holder of the lock.
 *
 * Locking
 *
 *  root->rwsem protects the trees and counts of the whole family.  The chain
 *  of an area is protected by its mm's mmap_lock (write), or by mmap_lock for
 *  read with page_table_lock when the first anon_vma is attached.
 *  i_mmap_rwsem protects i_mmap.  anon_vma_lookup_lock (R4) is innermost:
 *  nothing is taken under it.
 *
 * Reading order: anon_vma_prepare_slow(), anon_vma_fork(), unlink_anon_vmas();
 * then rmap_walk.c, which goes the way.
 * In Linux: mm/rmap.c.
 */

#include "mm/rmap.h"
#include "fs/fs.h"
#include "kernel/lib/errno.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/trace.h"
#include "mm/vma.h"

static struct kmem_cache *anon_vma_cache;
static struct kmem_cache *anon_vma_chain_cache;

void rmap_init(void)
{
	anon_vma_cache = KMEM_CACHE(anon_vma, 0);
	anon_vma_chain_cache = KMEM_CACHE(anon_vma_chain, 0);
}

/* ---- an anon_vma's life ------------------------------------------------- */

static struct anon_vma *anon_vma_alloc(void)
{
	struct anon_vma *anon_vma =
		kmem_cache_alloc(anon_vma_cache, GFP_KERNEL);

	if (!anon_vma)
		return NULL;
	init_rwsem(&anon_vma->rwsem);
	atomic_set(&anon_vma->refcount, 1);
	anon_vma->root = anon_vma; /* until anon_vma_fork() says otherwise */
	anon_vma->parent = anon_vma;
	anon_vma->num_children = 0;
	anon_vma->num_active_vmas = 0;
	anon_vma->rb_root = RB_ROOT;
	return anon_vma;
}

static void get_anon_vma(struct anon_vma *anon_vma)
{
	atomic_inc(&anon_vma->refcount);
}

/* Held from page->mapping to the reference on what it names: R4. */
static DEFINE_SPINLOCK(anon_vma_lookup_lock);

/*
 * Somebody who has seen the page mapped before we unmapped it may be about to
 * look at the refcount.  Whoever takes the lock after this sees it unmapped.
 */
static void wait_for_lookups(void)
{
	smp_mb__after_atomic(); /* unmapped, counted down; then look */
	if (unlikely(spin_is_locked(&anon_vma_lookup_lock))) {
		spin_lock(&anon_vma_lookup_lock);
		spin_unlock(&anon_vma_lookup_lock);
	}
}

static void put_anon_vma(struct anon_vma *anon_vma)
{
	struct anon_vma *root = anon_vma->root;

	if (!atomic_dec_and_test(&anon_vma->refcount))
		return;
	wait_for_lookups();
	kmem_cache_free(anon_vma_cache, anon_vma);
	if (root != anon_vma)
		put_anon_vma(root);
}

/* The anon_vma of a mapped page, with a reference; NULL: it has none (left). */
static struct anon_vma *page_get_anon_vma(const struct page *page)
{
	struct anon_vma *anon_vma = NULL;

	spin_lock(&anon_vma_lookup_lock);
	if (page_mapped(page)) {
		anon_vma = page_anon_vma(page);
		if (anon_vma && !atomic_inc_not_zero(&anon_vma->refcount))
			anon_vma = NULL;
	}
	spin_unlock(&anon_vma_lookup_lock);
	return anon_vma;
}

/* The pair is left out of the analysis: the lock is known by the answer only. */
struct anon_vma *
page_lock_anon_vma_read(const struct page *page) __no_lock_analysis
{
	struct anon_vma *anon_vma = page_get_anon_vma(page);

	if (anon_vma)
		down_read(&anon_vma->root->rwsem);
	return anon_vma;
}

void page_unlock_anon_vma_read(struct anon_vma *anon_vma) __no_lock_analysis
{
	up_read(&anon_vma->root->rwsem);
	put_anon_vma(anon_vma);
}

void anon_vma_lock_write(struct anon_vma *anon_vma)
{
	down_write(&anon_vma->root->rwsem);
}

void anon_vma_unlock_write(struct anon_vma *anon_vma)
{
	up_write(&anon_vma->root->rwsem);
}

/* ---- chains ------------------------------------------------------------- */

static struct anon_vma_chain *avc_alloc(void)
{
	return kmem_cache_alloc(anon_vma_chain_cache, GFP_KERNEL);
}

static void avc_free(struct anon_vma_chain *avc)
{
	kmem_cache_free(anon_vma_chain_cache, avc);
}

static void avc_tree_insert(struct anon_vma_chain *avc)
{
	avc->node.start = avc->vma->vm_pgoff;
	avc->node.last = avc->vma->vm_pgoff + vma_pages(avc->vma) - 1;
	interval_tree_insert(&avc->node, &avc->anon_vma->rb_root);
}

/* Attach @vma to @anon_vma through @avc.  root->rwsem held for write. */
static void avc_link(struct vm_area_struct *vma, struct anon_vma_chain *avc,
		     struct anon_vma *anon_vma)
{
	avc->vma = vma;
	avc->anon_vma = anon_vma;
	list_add(&avc->same_vma, &vma->anon_vma_chain);
	avc_tree_insert(avc);
}

void anon_vma_interval_tree_pre_update_vma(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry (avc, &vma->anon_vma_chain, same_vma)
		interval_tree_remove(&avc->node, &avc->anon_vma->rb_root);
}

void anon_vma_interval_tree_post_update_vma(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry (avc, &vma->anon_vma_chain, same_vma)
		avc_tree_insert(avc);
}

/* ---- areas come --------------------------------------------------------- */

/*
 * Attach unless another thread was first: faults hold mmap_lock for read.  The
 * family of @anon_vma is locked, or nobody else knows it yet.  Return: true if
 * attached.
 */
static bool attach_first_anon_vma(struct vm_area_struct *vma,
				  struct anon_vma *anon_vma,
				  struct anon_vma_chain *avc)
{
	struct mm_struct *mm = vma->vm_mm;
	bool attached = false;

	spin_lock(&mm->page_table_lock);
	if (!vma->anon_vma) {
		avc_link(vma, avc, anon_vma);
		anon_vma->num_active_vmas++;
		/* Whoever sees the pointer sees the tree and the counts. */
		smp_store_release(&vma->anon_vma, anon_vma);
		attached = true;
	}
	spin_unlock(&mm->page_table_lock);
	return attached;
}

/* Make @vma an anon_vma of its own.  Return: 0 or -ENOMEM. */
static int attach_new_anon_vma(struct vm_area_struct *vma,
			       struct anon_vma_chain *avc)
{
	struct anon_vma *anon_vma = anon_vma_alloc();

	if (!anon_vma) {
		avc_free(avc);
		return -ENOMEM;
	}
	anon_vma->num_children++; /* a root is its own child */
	if (!attach_first_anon_vma(vma, anon_vma, avc)) {
		put_anon_vma(anon_vma);
		avc_free(avc);
	}
	return 0;
}

int anon_vma_prepare_slow(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc = avc_alloc();
	struct anon_vma *anon_vma;
	bool attached;

	if (!avc)
		return -ENOMEM;
	/* A neighbour's, if the areas may merge one day: then they can. */
	anon_vma = find_mergeable_anon_vma(vma);
	if (!anon_vma)
		return attach_new_anon_vma(vma, avc);

	anon_vma_lock_write(anon_vma);
	attached = attach_first_anon_vma(vma, anon_vma, avc);
	anon_vma_unlock_write(anon_vma);
	if (!attached)
		avc_free(avc);
	return 0;
}

/* May @dst take @anon_vma of an ancestor as its own? */
static bool anon_vma_is_reusable(const struct vm_area_struct *dst,
				 const struct vm_area_struct *src,
				 const struct anon_vma *anon_vma)
{
	return !dst->anon_vma && src->anon_vma && anon_vma->num_children < 2 &&
	       anon_vma->num_active_vmas == 0;
}

int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src)
{
	struct anon_vma_chain *avc, *pavc;
	struct anon_vma *root = NULL;

	if (src->anon_vma)
		root = src->anon_vma->root;
	list_for_each_entry_reverse (pavc, &src->anon_vma_chain, same_vma) {
		avc = avc_alloc();
		if (!avc)
			goto err_unlink;
		anon_vma_lock_write(root);
		avc_link(dst, avc, pavc->anon_vma);
		if (anon_vma_is_reusable(dst, src, pavc->anon_vma))
			dst->anon_vma = pavc->anon_vma;
		anon_vma_unlock_write(root);
	}
	if (dst->anon_vma)
		dst->anon_vma->num_active_vmas++;
	return 0;

err_unlink:
	/*
	 * dst->anon_vma is not counted yet, and unlink_anon_vmas() would take
	 * the count back.
	 */
	dst->anon_vma = NULL;
	unlink_anon_vmas(dst);
	return -ENOMEM;
}

int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma)
{
	struct anon_vma_chain *avc;
	struct anon_vma *anon_vma;

	if (!pvma->anon_vma)
		return 0;
	vma->anon_vma = NULL; /* the copy of the parent's: not the child's */
	if (anon_vma_clone(vma, pvma))
		return -ENOMEM;
	if (vma->anon_vma) /* an ancestor's was free to take */
		return 0;

	anon_vma = anon_vma_alloc();
	if (!anon_vma)
		goto err_unlink;
	avc = avc_alloc();
	if (!avc)
		goto err_free_anon_vma;

	anon_vma->num_active_vmas++;
	anon_vma->root = pvma->anon_vma->root;
	anon_vma->parent = pvma->anon_vma;
	get_anon_vma(anon_vma->root);
	vma->anon_vma = anon_vma;
	anon_vma_lock_write(anon_vma);
	avc_link(vma, avc, anon_vma);
	anon_vma->parent->num_children++;
	anon_vma_unlock_write(anon_vma);
	return 0;

err_free_anon_vma:
	put_anon_vma(anon_vma);
err_unlink:
	unlink_anon_vmas(vma);
	return -ENOMEM;
}

/* ---- areas go ----------------------------------------------------------- */

void unlink_anon_vmas(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc, *next;
	struct anon_vma *root;

	if (list_empty(&vma->anon_vma_chain))
		return;
	avc = list_first_entry(&vma->anon_vma_chain, struct anon_vma_chain,
			       same_vma);
	root = avc->anon_vma->root;

	anon_vma_lock_write(root);
	list_for_each_entry_safe (avc, next, &vma->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = avc->anon_vma;

		interval_tree_remove(&avc->node, &anon_vma->rb_root);
		/* An empty one is freed below, when its lock is not held. */
		if (RB_EMPTY_ROOT(&anon_vma->rb_root)) {
			anon_vma->parent->num_children--;
			continue;
		}
		list_del(&avc->same_vma);
		avc_free(avc);
	}
	if (vma->anon_vma) {
		vma->anon_vma->num_active_vmas--;
		vma->anon_vma = NULL;
	}
	anon_vma_unlock_write(root);

	list_for_each_entry_safe (avc, next, &vma->anon_vma_chain, same_vma) {
		list_del(&avc->same_vma);
		put_anon_vma(avc->anon_vma);
		avc_free(avc);
	}
}

/* ---- files -------------------------------------------------------------- */

void i_mmap_lock_write(struct address_space *mapping)
{
	down_write(&mapping->i_mmap_rwsem);
}

void i_mmap_unlock_write(struct address_space *mapping)
{
	up_write(&mapping->i_mmap_rwsem);
}

void vma_interval_tree_insert(struct vm_area_struct *vma,
			      struct address_space *mapping)
{
	i_mmap_assert_write_locked(mapping);
	vma->i_mmap_node.start = vma->vm_pgoff;
	vma->i_mmap_node.last = vma->vm_pgoff + vma_pages(vma) - 1;
	interval_tree_insert(&vma->i_mmap_node, &mapping->i_mmap);
}

void vma_interval_tree_remove(struct vm_area_struct *vma,
			      struct address_space *mapping)
{
	i_mmap_assert_write_locked(mapping);
	interval_tree_remove(&vma->i_mmap_node, &mapping->i_mmap);
}

void vma_link_file(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	i_mmap_lock_write(mapping);
	if (vma_is_shared_maywrite(vma))
		mapping_allow_writable(mapping);
	vma_interval_tree_insert(vma, mapping);
	i_mmap_unlock_write(mapping);
}

void vma_unlink_file(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	i_mmap_lock_write(mapping);
	if (vma_is_shared_maywrite(vma))
		mapping_unmap_writable(mapping);
	vma_interval_tree_remove(vma, mapping);
	i_mmap_unlock_write(mapping);
}

/* ---- pages -------------------------------------------------------------- */

void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma,
			    unsigned long address)
{
	VM_BUG_ON(!vma->anon_vma); /* R1 */
	VM_BUG_ON_PAGE(page_mapped(page), page);
	page->flags |= (1UL << PG_swapbacked) | (1UL << PG_anon_exclusive) |
		       (1UL << PG_uptodate); /* nobody else knows the page */
	page->index = linear_page_index(vma, address);
	WRITE_ONCE(page->mapping,
		   (void *)((unsigned long)vma->anon_vma | PAGE_MAPPING_ANON));
	atomic_set(&page->_mapcount, 0);
	trace_map(page, vma, address);
}
