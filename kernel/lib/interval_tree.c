/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/interval_tree.c - a red-black tree that answers overlap queries.
 *
 * Theory
 *
 * The tree is ordered by start, and each node knows the greatest last of its
 * subtree.  [a, b] overlaps [start, last] if a <= last and b >= start.  A
 * subtree whose greatest last is below start has nothing for us, and right of
 * a node that starts above last there is nothing either; every other step down
 * leads to an answer, so a query costs O(log n) for each answer.
 *
 * In Linux: lib/interval_tree.c, include/linux/interval_tree_generic.h.
 */
#include "kernel/lib/interval_tree.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/rbtree.h"

static inline struct interval_tree_node *it_entry(struct rb_node *rb)
{
	return rb_entry(rb, struct interval_tree_node, rb);
}

static inline bool it_compute_last(struct interval_tree_node *node,
				   bool stop_if_same)
{
	unsigned long last = node->last;

	if (node->rb.rb_left)
		last = max(last, it_entry(node->rb.rb_left)->__subtree_last);
	if (node->rb.rb_right)
		last = max(last, it_entry(node->rb.rb_right)->__subtree_last);
	if (stop_if_same && node->__subtree_last == last)
		return true;
	node->__subtree_last = last;
	return false;
}

RB_DECLARE_CALLBACKS(static, it_augment, struct interval_tree_node, rb,
		     __subtree_last, it_compute_last);

void interval_tree_insert(struct interval_tree_node *node, struct rb_root *root)
{
	struct rb_node **link = &root->rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		struct interval_tree_node *at = it_entry(*link);

		parent = *link;
		if (at->__subtree_last < node->last)
			at->__subtree_last = node->last;
		link = node->start < at->start ? &parent->rb_left
					       : &parent->rb_right;
	}
	node->__subtree_last = node->last;
	rb_link_node(&node->rb, parent, link);
	rb_insert_augmented(&node->rb, root, &it_augment);
}

void interval_tree_remove(struct interval_tree_node *node, struct rb_root *root)
{
	rb_erase_augmented(&node->rb, root, &it_augment);
}

/*
 * The leftmost overlap below @node, whose __subtree_last is at least @start.
 * If some interval in the left subtree ends at or above @start, then either it
 * is the answer or it begins above @last, and then so does all that follows.
 */
static struct interval_tree_node *
it_subtree_search(struct interval_tree_node *node, unsigned long start,
		  unsigned long last)
{
	for (;;) {
		struct rb_node *left = node->rb.rb_left;
		struct rb_node *right = node->rb.rb_right;

		if (left && it_entry(left)->__subtree_last >= start) {
			node = it_entry(left);
			continue;
		}
		if (node->start > last)
			return NULL;
		if (node->last >= start)
			return node;
		if (!right || it_entry(right)->__subtree_last < start)
			return NULL;
		node = it_entry(right);
	}
}

struct interval_tree_node *interval_tree_iter_first(struct rb_root *root,
						    unsigned long start,
						    unsigned long last)
{
	struct rb_node *top = root->rb_node;

	if (!top || it_entry(top)->__subtree_last < start)
		return NULL;
	return it_subtree_search(it_entry(top), start, last);
}

struct interval_tree_node *
interval_tree_iter_next(struct interval_tree_node *node, unsigned long start,
			unsigned long last)
{
	struct rb_node *rb = &node->rb;

	for (;;) {
		struct rb_node *right = rb->rb_right;
		struct rb_node *from;

		if (right && it_entry(right)->__subtree_last >= start)
			return it_subtree_search(it_entry(right), start, last);
		/* Up to the first ancestor that comes after us. */
		do {
			from = rb;
			rb = rb_parent(rb);
			if (!rb)
				return NULL;
		} while (rb->rb_right == from);

		if (it_entry(rb)->start > last)
			return NULL;
		if (it_entry(rb)->last >= start)
			return it_entry(rb);
	}
}
