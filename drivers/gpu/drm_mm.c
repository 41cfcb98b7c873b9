/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_mm.c - ranges of a space of numbers: who has which.
 *
 * Theory
 *
 * Three things here are numbers that somebody has: pages of video memory, pages
 * of the fake file offsets that objects are mapped at, and handles.  One tree
 * does for all.  Each taken range knows the hole behind it, and each subtree
 * its largest hole, so the lowest hole that fits is found in O(log n).  An
 * empty range at the very beginning has the hole in front of all others.
 *
 *	head  A        B           C
 *	|     |####|   |########|  |###|............|
 *	0     0    4   8        20 24  30           64
 *	hole 0    hole 4       hole 4     hole 34
 *
 * Invariants (checked by drm_mm_verify())
 *
 *  M1. Ranges are not empty (but head), in order, and disjoint.
 *  M2. A range's end + its hole is the start of the next, or the space's end.
 *  M3. subtree_hole is the largest hole of the subtree.
 *  M4. used is the sum of all sizes.
 *
 * Locking: the user's.
 *
 * Reading order: drm_mm_insert_node(), drm_mm_remove_node().
 * In Linux: drivers/gpu/drm/drm_mm.c.
 */

#include "drivers/gpu/drm_mm.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"

static struct drm_mm_node *to_node(struct rb_node *rb)
{
	return rb_entry(rb, struct drm_mm_node, rb);
}

static u64 subtree_hole(const struct rb_node *rb)
{
	return rb ? rb_entry(rb, struct drm_mm_node, rb)->subtree_hole : 0;
}

static u64 largest_hole(const struct drm_mm_node *node)
{
	return max(node->hole, max(subtree_hole(node->rb.rb_left),
				   subtree_hole(node->rb.rb_right)));
}

static inline bool compute_hole(struct drm_mm_node *node, bool stop_if_same)
{
	u64 hole = largest_hole(node);

	if (stop_if_same && node->subtree_hole == hole)
		return true;
	node->subtree_hole = hole;
	return false;
}

RB_DECLARE_CALLBACKS(static, hole_augment, struct drm_mm_node, rb, subtree_hole,
		     compute_hole);

static void set_hole(struct drm_mm_node *node, u64 hole)
{
	node->hole = hole;
	hole_augment.propagate(&node->rb, NULL);
}

void drm_mm_init(struct drm_mm *mm, u64 start, u64 size)
{
	*mm = (struct drm_mm){ .root = RB_ROOT, .end = start + size };
	mm->head.start = start;
	mm->head.hole = mm->head.subtree_hole = size;
	rb_link_node(&mm->head.rb, NULL, &mm->root.rb_node);
	rb_insert_augmented(&mm->head.rb, &mm->root, &hole_augment);
}

/* The first range with at least @size behind it; there is one below @rb. */
static struct drm_mm_node *first_fit(struct rb_node *rb, u64 size)
{
	for (;;) {
		struct drm_mm_node *node = to_node(rb);

		if (subtree_hole(rb->rb_left) >= size)
			rb = rb->rb_left;
		else if (node->hole >= size)
			return node;
		else
			rb = rb->rb_right;
	}
}

/* Put @node, which is complete, right behind @prev. */
static void link_behind(struct drm_mm *mm, struct drm_mm_node *prev,
			struct drm_mm_node *node)
{
	struct rb_node *parent = &prev->rb, **link = &parent->rb_right;

	while (*link) {
		parent = *link;
		link = &parent->rb_left;
	}
	rb_link_node(&node->rb, parent, link);
	hole_augment.propagate(parent, NULL);
	rb_insert_augmented(&node->rb, &mm->root, &hole_augment);
}

int drm_mm_insert_node(struct drm_mm *mm, struct drm_mm_node *node, u64 size)
{
	struct drm_mm_node *prev;

	if (!size || subtree_hole(mm->root.rb_node) < size)
		return -ENOSPC;
	prev = first_fit(mm->root.rb_node, size);
	node->start = prev->start + prev->size;
	node->size = size;
	node->hole = node->subtree_hole = prev->hole - size;
	set_hole(prev, 0);
	link_behind(mm, prev, node);
	mm->used += size;
	return 0;
}

void drm_mm_remove_node(struct drm_mm *mm, struct drm_mm_node *node)
{
	struct drm_mm_node *prev = to_node(rb_prev(&node->rb));

	rb_erase_augmented(&node->rb, &mm->root, &hole_augment);
	set_hole(prev, prev->hole + node->size + node->hole);
	mm->used -= node->size;
}

struct drm_mm_node *drm_mm_lookup(const struct drm_mm *mm, u64 number)
{
	struct rb_node *rb = mm->root.rb_node;

	while (rb) {
		struct drm_mm_node *node = to_node(rb);

		if (node->size && number >= node->start &&
		    number - node->start < node->size)
			return node;
		/* The head is empty and begins where the first one may. */
		rb = number < node->start ? rb->rb_left : rb->rb_right;
	}
	return NULL;
}

struct drm_mm_node *drm_mm_next(const struct drm_mm_node *node)
{
	return rb_entry_safe(rb_next(&node->rb), struct drm_mm_node, rb);
}

struct drm_mm_node *drm_mm_first(const struct drm_mm *mm)
{
	return drm_mm_next(&mm->head);
}

int drm_mm_verify(const struct drm_mm *mm)
{
	const struct drm_mm_node *node = &mm->head, *next;
	u64 used = 0;
	int wrong = 0;

	for (; node; node = next) {
		u64 end = node->start + node->size;

		next = drm_mm_next(node);
		wrong += !node->size != (node == &mm->head); /* M1 */
		wrong += end + node->hole != (next ? next->start : mm->end);
		wrong += node->subtree_hole != largest_hole(node); /* M3 */
		used += node->size;
	}
	return wrong + (used != mm->used); /* M4 */
}
