/* SPDX-License-Identifier: MIT */
/*
 * mm/vma.c - the areas of an address space: an ordered tree.
 *
 * Theory
 *
 * An address space is a set of areas (struct vm_area_struct).  Two questions
 * must be answered fast, however many areas there are:
 *
 *   Which area is at, or next above, this address?	  each fault, each call
 *   Where are this many bytes free, as high as possible? each mmap()
 *
 * A red-black tree ordered by address answers the first in O(log n), and often
 * the area is the last one that was asked for (vmacache.h).  For the
 * second each area also knows the hole below it (vm_gap), and the largest hole
 * below any area of its subtree (rb_subtree_gap), so that the search can pass
 * over whole subtrees that cannot help:
 *
 *	addresses (pages)    10  12      20  21      30  34
 *	areas		     [ A ]	 [B ]	     [ C ]
 *	vm_gap		10 ->|	 8 --->|     9 --->|
 *
 *			   B: vm_gap 8, rb_subtree_gap 10
 *			 /   \
 *	   A: 10, 10		C: 9, 9
 *
 * And each knows its neighbours (vm_prev, vm_next): whoever changes an area looks
 * at them, and whoever walks a range goes from one to the next.
 *
 * Nobody is placed less than STACK_GUARD_GAP below a stack (VM_GROWSDOWN), which
 * would soon run into him.  The tree does not know of that: a search that comes
 * to such a hole goes on beyond the guard gap, whatever else lies within it.
 *
 * An area is split where a call wants to treat a part of it differently.  A
 * split is prepared, which may fail, and then committed, which may not; a range
 * that needs two splits prepares both first, so that it is all or nothing.
 *
 * Invariants (vma_verify.c checks them)
 *
 *  V1. Areas are page aligned, not empty, below the end of user space,
 *      disjoint, and in order in the tree, whose colours are right; each knows
 *      its neighbours.
 *  V2. vm_gap and rb_subtree_gap are what the neighbours say.
 *  V3. map_count is the number of areas; mmap_highest is the last of them.
 *  V4. vm_pgoff + pages does not wrap; an area has anon_vma_chains if and only
 *      if it has an anon_vma.
 *
 * Locking
 *
 *  mmap_lock for write protects the tree and the bounds of areas.
 *
 * Reading order: find_vma(), vma_tree_insert(), vma_split_ends(), next_gap(),
 * unmapped_area_topdown(); then vma_merge.c.
 * In Linux: mm/mmap.c and mm/vma.c; the tree of gaps is Linux's up to 6.0, the
 * maple tree that took its place serves readers without a lock.
 */

#include "mm/vma.h"
#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "mm/memtype.h"
#include "mm/rmap.h"
#include "mm/slab.h"
#include "mm/trace.h"
#include "mm/vmacache.h"

static struct kmem_cache *vm_area_cachep;

void vma_init(void)
{
	vm_area_cachep = KMEM_CACHE(vm_area_struct, 0);
}

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	vma = kmem_cache_zalloc(vm_area_cachep, GFP_KERNEL_ACCOUNT);
	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	return vma;
}

struct vm_area_struct *vm_area_dup(const struct vm_area_struct *orig)
{
	struct vm_area_struct *new;

	new = kmem_cache_alloc(vm_area_cachep, GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	*new = *orig;
	INIT_LIST_HEAD(&new->anon_vma_chain);
	pfnmap_track_ctx_get(new->pfnmap_track_ctx);
	return new;
}

void vm_area_free(struct vm_area_struct *vma)
{
	pfnmap_track_ctx_put(vma->pfnmap_track_ctx);
	kmem_cache_free(vm_area_cachep, vma);
}

/* ---- finding ------------------------------------------------------------ */

static struct vm_area_struct *rb_to_vma(const struct rb_node *node)
{
	return rb_entry_safe((struct rb_node *)node, struct vm_area_struct,
			     vm_rb);
}

struct vm_area_struct *mm_first_vma(struct mm_struct *mm)
{
	return rb_to_vma(rb_first(&mm->mm_rb));
}

static struct vm_area_struct *find_in_tree(const struct mm_struct *mm,
					   unsigned long addr)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *best = NULL;

	while (node) {
		struct vm_area_struct *vma =
			rb_entry(node, struct vm_area_struct, vm_rb);

		if (vma->vm_end <= addr) {
			node = node->rb_right;
			continue;
		}
		best = vma;
		if (vma->vm_start <= addr)
			break;
		node = node->rb_left;
	}
	return best;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vmacache_find(mm, addr);

	mmap_assert_locked(mm);

	if (likely(vma)) {
		VM_BUG_ON(vma != find_in_tree(mm, addr)); /* N1 */
		return vma;
	}
	vma = find_in_tree(mm, addr);
	if (vma && vma->vm_start <= addr)
		vmacache_update(mm, vma);
	return vma;
}

struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **pprev)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	*pprev = vma ? vma_prev(vma) : mm->mmap_highest;
	return vma;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm,
					     unsigned long start,
					     unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	return find_vma_intersection(mm, addr, addr + 1);
}

/* ---- the tree and its gaps ---------------------------------------------- */

static unsigned long subtree_gap(const struct rb_node *node)
{
	return node ? rb_to_vma(node)->rb_subtree_gap : 0;
}

static bool compute_subtree_gap(struct vm_area_struct *vma, bool stop_if_same)
{
	unsigned long gap = max3(vma->vm_gap, subtree_gap(vma->vm_rb.rb_left),
				 subtree_gap(vma->vm_rb.rb_right));

	if (stop_if_same && vma->rb_subtree_gap == gap)
		return true;
	vma->rb_subtree_gap = gap;
	return false;
}

RB_DECLARE_CALLBACKS(static, vma_gap_callbacks, struct vm_area_struct, vm_rb,
		     rb_subtree_gap, compute_subtree_gap);

static unsigned long gap_below(const struct vm_area_struct *prev,
			       const struct vm_area_struct *vma)
{
	return vma->vm_start - (prev ? prev->vm_end : 0);
}

/* The hole between @prev and @vma has changed. */
static void vma_gap_update(const struct vm_area_struct *prev,
			   struct vm_area_struct *vma)
{
	vma->vm_gap = gap_below(prev, vma);
	vma_gap_callbacks_propagate(&vma->vm_rb, NULL);
}

/* @prev and @next, of which one may be NULL, are neighbours now. */
static void vma_join(struct mm_struct *mm, struct vm_area_struct *prev,
		     struct vm_area_struct *next)
{
	if (prev)
		prev->vm_next = next;
	if (next)
		next->vm_prev = prev;
	else
		mm->mmap_highest = prev;
}

void vma_tree_insert(struct mm_struct *mm, struct vm_area_struct *prev,
		     struct vm_area_struct *vma, struct vm_area_struct *next)
{
	struct rb_node **link = &mm->mm_rb.rb_node, *parent = NULL;

	mmap_assert_write_locked(mm);
	VM_BUG_ON(prev && prev->vm_end > vma->vm_start);
	VM_BUG_ON(next && next->vm_start < vma->vm_end);

	vma_join(mm, prev, vma);
	vma_join(mm, vma, next);
	if (next)
		vma_gap_update(vma, next);

	/* Of two neighbours one has no child on the side of the other. */
	if (prev && !prev->vm_rb.rb_right) {
		parent = &prev->vm_rb;
		link = &parent->rb_right;
	} else if (next) {
		parent = &next->vm_rb;
		link = &parent->rb_left;
	}
	rb_link_node(&vma->vm_rb, parent, link);
	vma->rb_subtree_gap = 0;
	vma_gap_update(prev, vma);
	rb_insert_augmented(&vma->vm_rb, &mm->mm_rb, &vma_gap_callbacks);
	mm->map_count++;
}

void vma_tree_append(struct mm_struct *mm, struct vm_area_struct *vma)
{
	vma_tree_insert(mm, mm->mmap_highest, vma, NULL);
}

void vma_tree_remove(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma_prev(vma), *next = vma_next(vma);

	mmap_assert_write_locked(mm);

	vmacache_invalidate(mm);
	rb_erase_augmented(&vma->vm_rb, &mm->mm_rb, &vma_gap_callbacks);
	vma_join(mm, prev, next);
	if (next)
		vma_gap_update(prev, next);
	mm->map_count--;
}

void vma_link(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev, *next;

	next = find_vma_prev(mm, vma->vm_start, &prev);
	vma_tree_insert(mm, prev, vma, next);
	vma_link_file(vma);
}

void vma_set_range(struct vm_area_struct *vma, unsigned long start,
		   unsigned long end, pgoff_t pgoff)
{
	struct vm_area_struct *next = vma_next(vma);
	bool start_moved = vma->vm_start != start;
	bool end_moved = vma->vm_end != end;

	WRITE_ONCE(vma->vm_start, start);
	vma->vm_end = end;
	vma->vm_pgoff = pgoff;
	if (start_moved)
		vma_gap_update(vma_prev(vma), vma);
	if (end_moved && next)
		vma_gap_update(vma, next);
}

/* ---- changing bounds ---------------------------------------------------- */

/* What is locked depends on the areas, which the analysis cannot follow. */
void vma_prepare(struct vma_prepare *vp) __no_lock_analysis
{
	struct vm_area_struct *vma = vp->vma, *adj = vp->adj;

	vp->mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;
	vp->anon_vma = vma->anon_vma;
	if (!vp->anon_vma && adj)
		vp->anon_vma = adj->anon_vma;

	if (vp->mapping) {
		i_mmap_lock_write(vp->mapping);
		vma_interval_tree_remove(vma, vp->mapping);
		if (adj)
			vma_interval_tree_remove(adj, vp->mapping);
	}
	if (vp->anon_vma) {
		anon_vma_lock_write(vp->anon_vma);
		anon_vma_interval_tree_pre_update_vma(vma);
		if (adj)
			anon_vma_interval_tree_pre_update_vma(adj);
	}
}

void vma_complete(struct vma_prepare *vp)
{
	struct vm_area_struct *vma = vp->vma, *adj = vp->adj;

	if (vp->anon_vma) {
		anon_vma_assert_write_locked(vp->anon_vma);
		anon_vma_interval_tree_post_update_vma(vma);
		if (adj)
			anon_vma_interval_tree_post_update_vma(adj);
		anon_vma_unlock_write(vp->anon_vma);
	}
	if (vp->mapping) {
		i_mmap_assert_write_locked(vp->mapping);
		vma_interval_tree_insert(vma, vp->mapping);
		if (adj)
			vma_interval_tree_insert(adj, vp->mapping);
		i_mmap_unlock_write(vp->mapping);
	}
}

/* ---- splitting ---------------------------------------------------------- */

/*
 * Make the area that will be the part of @vma from @addr on.  Its anonymous
 * pages can be found through it from now on, which does no harm: until the
 * commit they are merely found twice.
 */
static struct vm_area_struct *split_prepare(struct vm_area_struct *vma,
					    unsigned long addr)
{
	struct vm_area_struct *upper;

	VM_BUG_ON(addr <= vma->vm_start || addr >= vma->vm_end);

	if (vma->vm_ops && vma->vm_ops->may_split) {
		int err = vma->vm_ops->may_split(vma, addr);

		if (err)
			return ERR_PTR(err);
	}
	upper = vm_area_dup(vma);
	if (!upper)
		return ERR_PTR(-ENOMEM);
	upper->vm_start = addr;
	upper->vm_pgoff += (addr - vma->vm_start) >> PAGE_SHIFT;
	if (anon_vma_clone(upper, vma)) {
		vm_area_free(upper);
		return ERR_PTR(-ENOMEM);
	}
	return upper;
}

static void split_abort(struct vm_area_struct *upper)
{
	unlink_anon_vmas(upper);
	vm_area_free(upper);
}

/* @lower gives everything from upper->vm_start on to @upper. */
static void split_commit(struct vm_area_struct *lower,
			 struct vm_area_struct *upper)
{
	struct vma_prepare vp = { .vma = lower };
	struct vm_area_struct *next = vma_next(lower);

	mmap_assert_write_locked(lower->vm_mm);
	trace_range(MM_TRACE_SPLIT, lower->vm_mm, upper->vm_start,
		    lower->vm_start, lower->vm_end);
	if (upper->vm_file)
		get_file(upper->vm_file);
	vma_prepare(&vp);
	vma_set_range(lower, lower->vm_start, upper->vm_start, lower->vm_pgoff);
	vma_tree_insert(lower->vm_mm, lower, upper, next);
	if (vp.mapping) {
		i_mmap_assert_write_locked(vp.mapping);
		if (vma_is_shared_maywrite(upper))
			mapping_allow_writable(vp.mapping);
		vma_interval_tree_insert(upper, vp.mapping);
	}
	vma_complete(&vp);
	if (upper->vm_ops && upper->vm_ops->open)
		upper->vm_ops->open(upper);
}

struct vm_area_struct *vma_split_ends(struct vm_area_struct *first,
				      unsigned long start,
				      struct vm_area_struct *last,
				      unsigned long end)
{
	struct vm_area_struct *head = NULL, *tail = NULL;

	mmap_assert_write_locked(first->vm_mm);

	if (start > first->vm_start) {
		head = split_prepare(first, start);
		if (IS_ERR(head))
			return head;
	}
	if (end < last->vm_end) {
		tail = split_prepare(last, end);
		if (IS_ERR(tail)) {
			if (head)
				split_abort(head);
			return tail;
		}
	}

	/* Nothing below can fail. */
	if (head) {
		split_commit(first, head);
		if (last == first)
			last = head; /* the area that @end is in now */
		first = head;
	}
	if (tail)
		split_commit(last, tail);
	return first;
}

/* ---- free space --------------------------------------------------------- */

/* A direction of search, and the side of a node where it begins. */
enum side { LEFT, RIGHT };

static struct rb_node *child(const struct rb_node *node, enum side side)
{
	return side == LEFT ? node->rb_left : node->rb_right;
}

/*
 * The area nearest to the @from edge of a subtree that has a gap of @length.
 * There is one: subtree_gap(node) says so.
 */
static struct vm_area_struct *edge_gap(struct rb_node *node,
				       unsigned long length, enum side from)
{
	for (;;) {
		if (subtree_gap(child(node, from)) >= length)
			node = child(node, from);
		else if (rb_to_vma(node)->vm_gap >= length)
			return rb_to_vma(node);
		else
			node = child(node, from == LEFT ? RIGHT : LEFT);
	}
}

/*
 * The next area after @vma, in direction @to, that has a gap of @length; NULL
 * if there is none.  Each subtree on the way is entered only if it has one.
 */
static struct vm_area_struct *next_gap(struct vm_area_struct *vma,
				       unsigned long length, enum side to)
{
	struct rb_node *node = &vma->vm_rb, *parent;

	for (;;) {
		if (subtree_gap(child(node, to)) >= length)
			return edge_gap(child(node, to), length,
					to == LEFT ? RIGHT : LEFT);
		/* Up to the first ancestor that lies in that direction. */
		while ((parent = rb_parent(node)) && child(parent, to) == node)
			node = parent;
		if (!parent)
			return NULL;
		if (rb_to_vma(parent)->vm_gap >= length)
			return rb_to_vma(parent);
		node = parent;
	}
}

struct hole {
	unsigned long start, end; /* bytes */
};

static struct hole hole_below(const struct vm_area_struct *vma)
{
	return (struct hole){ .start = vma->vm_start - vma->vm_gap,
			      .end = vma->vm_start };
}

static struct hole hole_above_all(const struct mm_struct *mm)
{
	const struct vm_area_struct *highest = mm->mmap_highest;

	return (struct hole){ .start = highest ? highest->vm_end : 0,
			      .end = ULONG_MAX };
}

/* Cut @hole down to [low, high).  Return: whether @length fits in the rest. */
static bool hole_fits(struct hole *hole, unsigned long length,
		      unsigned long low, unsigned long high)
{
	hole->start = max(hole->start, low);
	hole->end = min(hole->end, high);
	return hole->start < hole->end && hole->end - hole->start >= length;
}

unsigned long unmapped_area_topdown(struct mm_struct *mm, unsigned long length,
				    unsigned long low, unsigned long high)
{
	/* Of the holes that reach below @high, this area has the highest. */
	struct vm_area_struct *vma = find_vma(mm, high - 1);
	struct hole hole;

	mmap_assert_write_locked(mm);

	if (!vma) {
		hole = hole_above_all(mm);
		if (hole_fits(&hole, length, low, high))
			return hole.end - length;
		vma = mm->mmap_highest;
	}
	while (vma && vma->vm_start > low) {
		hole = hole_below(vma);
		if (!hole_fits(&hole, length, low, high)) {
			vma = next_gap(vma, length, LEFT);
			continue;
		}
		if (vm_start_gap(vma) >= hole.end)
			return hole.end - length;
		high = vm_start_gap(vma);
		vma = high > low ? find_vma(mm, high - 1) : NULL;
	}
	return -ENOMEM;
}

unsigned long unmapped_area(struct mm_struct *mm, unsigned long length,
			    unsigned long low, unsigned long high)
{
	struct vm_area_struct *vma = find_vma(mm, low);
	struct hole hole;

	mmap_assert_write_locked(mm);

	for (; vma; vma = next_gap(vma, length, RIGHT)) {
		hole = hole_below(vma);
		if (hole_fits(&hole, length, low, high) &&
		    hole.start + length <= vm_start_gap(vma))
			return hole.start;
		if (vma->vm_end >= high)
			return -ENOMEM;
	}
	hole = hole_above_all(mm);
	return hole_fits(&hole, length, low, high) ? hole.start : -ENOMEM;
}
