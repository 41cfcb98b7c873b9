/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/interval_tree.h - which intervals overlap this one?
 *
 * Both ends of an interval are included: [start, last].  Equal and overlapping
 * intervals may be in the tree at once.  Unlike Linux, the root is a plain
 * struct rb_root.
 *
 * In Linux: include/linux/interval_tree.h.
 */
#ifndef KILBURN_LIB_INTERVAL_TREE_H
#define KILBURN_LIB_INTERVAL_TREE_H

#include "kernel/lib/rbtree.h"

struct interval_tree_node {
	struct rb_node rb;
	unsigned long start;          /* first value */
	unsigned long last;           /* last value, included */
	unsigned long __subtree_last; /* greatest last in this subtree */
};

/**
 * interval_tree_insert() - add an interval.
 * @node: start and last are set, start <= last
 * @root: the tree
 */
void interval_tree_insert(struct interval_tree_node *node,
			  struct rb_root *root);

/**
 * interval_tree_remove() - take an interval out.
 * @node: interval in the tree
 * @root: the tree
 */
void interval_tree_remove(struct interval_tree_node *node,
			  struct rb_root *root);

/**
 * interval_tree_iter_first() - the first interval that overlaps [start, last].
 * @root:  the tree
 * @start: first value
 * @last:  last value, included
 *
 * Return: the overlapping interval with the least start, or NULL.
 */
struct interval_tree_node *interval_tree_iter_first(struct rb_root *root,
						    unsigned long start,
						    unsigned long last);

/**
 * interval_tree_iter_next() - the next interval that overlaps [start, last].
 * @node:  what the last call returned, still in the tree
 * @start: as in that call
 * @last:  as in that call
 *
 * Return: the next one by order of start, or NULL.
 */
struct interval_tree_node *
interval_tree_iter_next(struct interval_tree_node *node, unsigned long start,
			unsigned long last);

#define interval_tree_for_each(node, root, first, end)                         \
	for (node = interval_tree_iter_first(root, first, end); node;          \
	     node = interval_tree_iter_next(node, first, end))

#endif /* KILBURN_LIB_INTERVAL_TREE_H */
