/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/rbtree.h - balanced binary search trees, by Linux's interface.
 *
 * The tree knows no keys: the user walks down, finds the NULL link where the
 * new node belongs, calls rb_link_node() and then rb_insert_color():
 *
 *	struct rb_node **link = &root->rb_node, *parent = NULL;
 *
 *	while (*link) {
 *		parent = *link;
 *		link = less(new, parent) ? &parent->rb_left : &parent->rb_right;
 *	}
 *	rb_link_node(&new->rb, parent, link);
 *	rb_insert_color(&new->rb, root);
 *
 * In an augmented tree each node also holds a summary of its whole subtree
 * (the greatest end, the largest gap).  The callbacks keep it right while the
 * tree turns; whoever changes what the summary is made of calls propagate().
 *
 * In Linux: include/linux/rbtree.h, rbtree_augmented.h.
 */
#ifndef KILBURN_LIB_RBTREE_H
#define KILBURN_LIB_RBTREE_H

#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

struct rb_node {
	unsigned long __rb_parent_color; /* parent's address | colour */
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __aligned(sizeof(long));

struct rb_root {
	struct rb_node *rb_node;
};

/* A root that also remembers its first node, for queues by time. */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

/**
 * struct rb_augment_callbacks - how to keep the summaries right.
 * @propagate: recompute the summary of @node and of its ancestors up to, not
 *             including, @stop (NULL: all); may end early where none changes
 * @copy:      @new takes @old's place in the tree: copy the summary
 * @rotate:    @new has become the parent of @old and has its old subtree: @new
 *             takes @old's summary, and @old's is recomputed
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new);
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

#define RB_ROOT                                                                \
	(struct rb_root)                                                       \
	{                                                                      \
		NULL                                                           \
	}
#define RB_ROOT_CACHED                                                         \
	(struct rb_root_cached)                                                \
	{                                                                      \
		{ NULL }, NULL                                                 \
	}

#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                                       \
	({                                                                     \
		__typeof__(ptr) _rb_ptr = (ptr);                               \
		_rb_ptr ? rb_entry(_rb_ptr, type, member) : NULL;              \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)

/* A node that is its own parent is in no tree. */
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))

static inline struct rb_node *rb_parent(const struct rb_node *node)
{
	return (struct rb_node *)(node->__rb_parent_color & ~3UL);
}

/**
 * rb_link_node() - put a new node where a NULL link is, not yet balanced.
 * @node:   node to insert
 * @parent: node that has the link; NULL for an empty tree
 * @link:   &parent->rb_left, &parent->rb_right or &root->rb_node
 */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent; /* and red */
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

/**
 * rb_insert_color() - balance the tree after rb_link_node().
 * @node: the node just linked
 * @root: its tree
 */
void rb_insert_color(struct rb_node *node, struct rb_root *root);

/**
 * rb_erase() - take a node out of its tree.
 * @node: node of the tree; its own links are left stale
 * @root: its tree
 */
void rb_erase(struct rb_node *node, struct rb_root *root);

/**
 * rb_insert_augmented() - rb_insert_color() for an augmented tree.
 * @node:    the node just linked, with its own summary
 * @root:    its tree, whose summaries already count @node (call
 *           augment->propagate() on the parent first)
 * @augment: how to keep the summaries right
 */
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment);

/**
 * rb_erase_augmented() - rb_erase() for an augmented tree.
 * @node:    node of the tree
 * @root:    its tree
 * @augment: how to keep the summaries right
 */
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

/**
 * rb_replace_node() - put a node in the place of another of the same order.
 * @victim: node of the tree, taken out
 * @new:    node that takes its links and colour
 * @root:   the tree
 */
void rb_replace_node(struct rb_node *victim, struct rb_node *new,
		     struct rb_root *root);

/*
 * In-order walks.  Return: the node, or NULL at the end.
 */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

#define rb_first_cached(root) ((root)->rb_leftmost)

static inline void rb_insert_color_cached(struct rb_node *node,
					  struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

static inline void rb_erase_cached(struct rb_node *node,
				   struct rb_root_cached *root)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
}

/**
 * rb_validate() - check every rule of a red-black tree.
 * @root: the tree
 *
 * For tests and debug builds: costs a walk of the whole tree.
 *
 * Return: true if parents, colours and black heights are right.
 */
bool rb_validate(const struct rb_root *root);

/*
 * Define the three callbacks from one function
 *
 *	bool compute(type *entry, bool stop_if_same)
 *
 * that recomputes entry->summary from the entry and its two children, and
 * answers true if @stop_if_same and the summary was right already.
 */
#define RB_DECLARE_CALLBACKS(storage, name, type, member, summary, compute)    \
	static void name##_propagate(struct rb_node *rb, struct rb_node *stop) \
	{                                                                      \
		while (rb != stop) {                                           \
			type *entry = rb_entry(rb, type, member);              \
                                                                               \
			if (compute(entry, true))                              \
				break;                                         \
			rb = rb_parent(&entry->member);                        \
		}                                                              \
	}                                                                      \
	static void name##_copy(struct rb_node *old, struct rb_node *new)      \
	{                                                                      \
		rb_entry(new, type, member)->summary =                         \
			rb_entry(old, type, member)->summary;                  \
	}                                                                      \
	static void name##_rotate(struct rb_node *old, struct rb_node *new)    \
	{                                                                      \
		name##_copy(old, new);                                         \
		compute(rb_entry(old, type, member), false);                   \
	}                                                                      \
	storage const struct rb_augment_callbacks name = {                     \
		.propagate = name##_propagate,                                 \
		.copy = name##_copy,                                           \
		.rotate = name##_rotate,                                       \
	}

#endif /* KILBURN_LIB_RBTREE_H */
