/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/rbtree.c - red-black trees.
 *
 * Theory
 *
 * Each node is red or black, and
 *
 *  R1. a red node has no red child (and the root is black);
 *  R2. every way from the root down to a NULL link meets equally many black
 *      nodes, the black height.
 *
 * So the longest way is at most twice the shortest one.  Insertion adds a red
 * leaf: R2 holds, R1 may not.  Erasure of a black node leaves one way a black
 * node short: R1 holds, R2 does not.  The two fixups walk upward until the
 * rule holds again, with this one step to turn the tree:
 *
 *	      top                 pivot
 *	     /   \                /   \
 *	  pivot   C     =>       A    top
 *	  /   \                       /  \
 *	 A   inner                inner   C
 *
 * The colour is bit 0 of the parent's address: 0 red, 1 black.  A NULL link
 * counts as black.
 *
 * Reading order: rb_rotate(), rb_insert_fixup(), rb_unlink(), rb_erase_fixup().
 * In Linux: lib/rbtree.c.
 */
#include "kernel/lib/kernel.h"
#include "kernel/lib/rbtree.h"

#define RB_RED   0UL
#define RB_BLACK 1UL

static inline bool rb_is_black(const struct rb_node *node)
{
	return !node || (node->__rb_parent_color & RB_BLACK);
}

static inline bool rb_is_red(const struct rb_node *node)
{
	return !rb_is_black(node);
}

static inline void rb_set_black(struct rb_node *node)
{
	node->__rb_parent_color |= RB_BLACK;
}

static inline void rb_set_red(struct rb_node *node)
{
	node->__rb_parent_color &= ~RB_BLACK;
}

static inline void rb_set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color =
		(unsigned long)parent | (node->__rb_parent_color & RB_BLACK);
}

static inline void rb_copy_color(struct rb_node *to, const struct rb_node *from)
{
	to->__rb_parent_color = (to->__rb_parent_color & ~RB_BLACK) |
				(from->__rb_parent_color & RB_BLACK);
}

/* Make the link that leads from @parent (NULL: the root) to @old lead to @new. */
static inline void rb_change_child(struct rb_root *root, struct rb_node *parent,
				   struct rb_node *old, struct rb_node *new)
{
	if (!parent)
		root->rb_node = new;
	else if (parent->rb_left == old)
		parent->rb_left = new;
	else
		parent->rb_right = new;
}

/* Trees without summaries: these vanish when they are inlined. */
static inline void no_propagate(struct rb_node *node, struct rb_node *stop)
{
}

static inline void no_copy(struct rb_node *old, struct rb_node *new)
{
}

static inline void no_rotate(struct rb_node *old, struct rb_node *new)
{
}

static const struct rb_augment_callbacks no_augment = {
	.propagate = no_propagate,
	.copy = no_copy,
	.rotate = no_rotate,
};

/* Turn @pivot, a child of @top, into @top's parent.  Colours stay. */
static __always_inline void
rb_rotate(struct rb_root *root, struct rb_node *top, struct rb_node *pivot,
	  const struct rb_augment_callbacks *augment)
{
	struct rb_node *inner;

	if (top->rb_left == pivot) {
		inner = pivot->rb_right;
		top->rb_left = inner;
		pivot->rb_right = top;
	} else {
		inner = pivot->rb_left;
		top->rb_right = inner;
		pivot->rb_left = top;
	}
	if (inner)
		rb_set_parent(inner, top);
	rb_change_child(root, rb_parent(top), top, pivot);
	rb_set_parent(pivot, rb_parent(top));
	rb_set_parent(top, pivot);
	augment->rotate(top, pivot);
}

/* @node is red, and so may be its parent: restore R1. */
static __always_inline void
rb_insert_fixup(struct rb_node *node, struct rb_root *root,
		const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent;

	while ((parent = rb_parent(node)) && rb_is_red(parent)) {
		/* A red node is not the root: there is a grandparent. */
		struct rb_node *top = rb_parent(parent);
		bool left = top->rb_left == parent;
		struct rb_node *uncle = left ? top->rb_right : top->rb_left;

		if (rb_is_red(uncle)) {
			/* Move the red up by one generation. */
			rb_set_black(parent);
			rb_set_black(uncle);
			rb_set_red(top);
			node = top;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			/* The inner child: turn it outward first. */
			rb_rotate(root, parent, node, augment);
			parent = node;
		}
		rb_rotate(root, top, parent, augment);
		rb_set_black(parent);
		rb_set_red(top);
		break;
	}
	rb_set_black(root->rb_node);
}

/*
 * The subtree @node (perhaps NULL) below @parent is one black node short:
 * restore R2.
 */
static __always_inline void
rb_erase_fixup(struct rb_node *node, struct rb_node *parent,
	       struct rb_root *root, const struct rb_augment_callbacks *augment)
{
	while (parent && rb_is_black(node)) {
		bool left = parent->rb_left == node;
		struct rb_node *sibling, *inner, *outer;

		/* The short side's sibling has black nodes: it is not NULL. */
		sibling = left ? parent->rb_right : parent->rb_left;
		if (rb_is_red(sibling)) {
			rb_rotate(root, parent, sibling, augment);
			rb_set_black(sibling);
			rb_set_red(parent);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		inner = left ? sibling->rb_left : sibling->rb_right;
		outer = left ? sibling->rb_right : sibling->rb_left;

		if (rb_is_black(inner) && rb_is_black(outer)) {
			/* Make the sibling as short, and go up. */
			rb_set_red(sibling);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (rb_is_black(outer)) {
			rb_rotate(root, sibling, inner, augment);
			outer = sibling; /* gets its black below */
			sibling = inner;
		}
		rb_rotate(root, parent, sibling, augment);
		rb_copy_color(sibling, parent);
		rb_set_black(parent);
		rb_set_black(outer);
		return;
	}
	if (node)
		rb_set_black(node);
}

/*
 * Unlink @node, which has two children: its successor, the leftmost node of
 * its right subtree, takes its place and colour.  The subtree that is now
 * short hangs where the successor was: *@child below *@parent.
 */
static __always_inline struct rb_node *
rb_unlink_inner(struct rb_node *node, struct rb_root *root,
		struct rb_node **parent,
		const struct rb_augment_callbacks *augment)
{
	struct rb_node *next = node->rb_right;
	struct rb_node *child;

	while (next->rb_left)
		next = next->rb_left;
	child = next->rb_right;

	if (next == node->rb_right) {
		*parent = next;
	} else {
		*parent = rb_parent(next);
		(*parent)->rb_left = child;
		if (child)
			rb_set_parent(child, *parent);
		next->rb_right = node->rb_right;
		rb_set_parent(next->rb_right, next);
	}
	next->rb_left = node->rb_left;
	rb_set_parent(next->rb_left, next);
	rb_change_child(root, rb_parent(node), node, next);
	next->__rb_parent_color = node->__rb_parent_color;

	augment->copy(node, next);
	augment->propagate(*parent, next);
	augment->propagate(next, NULL);
	return child;
}

static __always_inline void
rb_erase_with(struct rb_node *node, struct rb_root *root,
	      const struct rb_augment_callbacks *augment)
{
	struct rb_node *child, *parent;
	bool lost_black;

	if (node->rb_left && node->rb_right) {
		struct rb_node *next = node->rb_right;

		while (next->rb_left)
			next = next->rb_left;
		lost_black = rb_is_black(next);
		child = rb_unlink_inner(node, root, &parent, augment);
	} else {
		child = node->rb_left ? node->rb_left : node->rb_right;
		parent = rb_parent(node);
		lost_black = rb_is_black(node);
		rb_change_child(root, parent, node, child);
		if (child)
			rb_set_parent(child, parent);
		augment->propagate(parent, NULL);
	}
	if (lost_black)
		rb_erase_fixup(child, parent, root, augment);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	rb_insert_fixup(node, root, &no_augment);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	rb_erase_with(node, root, &no_augment);
}

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment)
{
	rb_insert_fixup(node, root, augment);
}

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	rb_erase_with(node, root, augment);
}

void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root)
{
	*new = *victim;
	if (victim->rb_left)
		rb_set_parent(victim->rb_left, new);
	if (victim->rb_right)
		rb_set_parent(victim->rb_right, new);
	rb_change_child(root, rb_parent(victim), victim, new);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right) {
		node = node->rb_right;
		while (node->rb_left)
			node = node->rb_left;
		return (struct rb_node *)node;
	}
	/* The first ancestor that has us on its left. */
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_left) {
		node = node->rb_left;
		while (node->rb_right)
			node = node->rb_right;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}

/* The black nodes above @node's NULL links that @node's ancestors have. */
static unsigned int rb_blacks_from_root(const struct rb_node *node)
{
	unsigned int blacks = 0;

	for (; node; node = rb_parent(node))
		blacks += rb_is_black(node);
	return blacks;
}

bool rb_validate(const struct rb_root *root)
{
	const struct rb_node *node = rb_first(root);
	unsigned int height = rb_blacks_from_root(node);

	if (root->rb_node &&
	    (rb_is_red(root->rb_node) || rb_parent(root->rb_node)))
		return false;
	for (; node; node = rb_next(node)) {
		const struct rb_node *left = node->rb_left;
		const struct rb_node *right = node->rb_right;

		if (left && rb_parent(left) != node)
			return false;
		if (right && rb_parent(right) != node)
			return false;
		if (rb_is_red(node) && (rb_is_red(left) || rb_is_red(right)))
			return false;
		if ((!left || !right) && rb_blacks_from_root(node) != height)
			return false;
	}
	return true;
}
