/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/xarray.c - a sparse array as a tree of 64-way nodes.
 *
 * Theory
 *
 * The index is read six bits at a time, the highest first: each level of nodes
 * takes one step.  The tree is only as high as its greatest index needs, and
 * an array that holds index 0 alone has no node at all.
 *
 *	height 2:	index 0x85 = 2 << 6 | 5
 *
 *	xa_head -> node (shift 6)
 *		     slots[2] -> node (shift 0)
 *				   slots[5] -> entry
 *
 * Invariants (checked by tests/unit/test_xarray.c)
 *
 *  X1. A node's count is the number of its slots that are not NULL, and it is
 *      not 0: an empty node is freed at once.
 *  X2. The top node has something above slot 0; otherwise the tree is one
 *      level too high.
 *  X3. A reserved slot holds XA_ZERO_ENTRY, which is counted like an entry.
 *
 * A store allocates all the nodes it needs before it changes anything.
 *
 * In Linux: lib/xarray.c, without marks, multi-index entries and RCU.
 */
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/xarray.h"

/* Stands in a reserved slot. No pointer to an object has this value. */
#define XA_ZERO_ENTRY ((void *)2UL)

static inline void *xa_unreserved(void *entry)
{
	return entry == XA_ZERO_ENTRY ? NULL : entry;
}

/* The greatest index that a tree of @height levels can hold. */
static inline unsigned long xa_max_index(unsigned int height)
{
	unsigned int bits = height * XA_CHUNK_SHIFT;

	return bits >= 64 ? ULONG_MAX : (1UL << bits) - 1;
}

static inline unsigned int xa_height_for(unsigned long index)
{
	unsigned int height = 0;

	while (index > xa_max_index(height))
		height++;
	return height;
}

static inline unsigned int xa_offset(unsigned long index, unsigned int shift)
{
	return (index >> shift) & XA_CHUNK_MASK;
}

/*
 * The slot of @index, if there are nodes all the way down to it.  *@nodep is
 * the node that has it, NULL if that is xa_head.
 */
static void **xa_slot(const struct xarray *xa, unsigned long index,
		      struct xa_node **nodep)
{
	unsigned int shift = xa->xa_height * XA_CHUNK_SHIFT;
	void **slot = (void **)&xa->xa_head;

	*nodep = NULL;
	if (index > xa_max_index(xa->xa_height))
		return NULL;
	while (shift) {
		struct xa_node *node = *slot;

		if (!node)
			return NULL;
		shift -= XA_CHUNK_SHIFT;
		slot = &node->slots[xa_offset(index, shift)];
		*nodep = node;
	}
	return slot;
}

void *xa_load(const struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void **slot = xa_slot(xa, index, &node);

	return slot ? xa_unreserved(*slot) : NULL;
}

/* How many nodes must be made before @index has a slot. */
static unsigned int xa_nodes_missing(const struct xarray *xa,
				     unsigned long index)
{
	unsigned int height = max(xa_height_for(index), xa->xa_height);
	unsigned int level = xa->xa_height;
	void *const *slot = &xa->xa_head;

	if (!xa->xa_head)
		return height;
	if (height > xa->xa_height) {
		/* New tops, and the whole way down from the highest one. */
		return (height - xa->xa_height) + (height - 1);
	}
	for (; level; level--) {
		const struct xa_node *node = *slot;

		if (!node)
			return level;
		slot = &node->slots[xa_offset(index, node->shift)];
	}
	return 0;
}

/* Chained through parent. */
static void xa_free_chain(struct xa_node *chain)
{
	while (chain) {
		struct xa_node *next = chain->parent;

		xa_node_free(chain);
		chain = next;
	}
}

static int xa_alloc_chain(struct xa_node **chain, unsigned int nr, gfp_t gfp)
{
	*chain = NULL;
	while (nr--) {
		struct xa_node *node = xa_node_alloc(gfp);

		if (!node) {
			xa_free_chain(*chain);
			return -ENOMEM;
		}
		node->parent = *chain;
		*chain = node;
	}
	return 0;
}

static struct xa_node *xa_take(struct xa_node **chain)
{
	struct xa_node *node = *chain;

	*chain = node->parent;
	node->parent = NULL;
	return node;
}

/* Put a new top over the tree. */
static void xa_grow(struct xarray *xa, struct xa_node *top)
{
	top->shift = xa->xa_height * XA_CHUNK_SHIFT;
	top->slots[0] = xa->xa_head;
	top->count = 1;
	if (xa->xa_height) {
		struct xa_node *below = xa->xa_head;

		below->parent = top;
		below->offset = 0;
	}
	xa->xa_head = top;
	xa->xa_height++;
}

/* The slot of @index, made if need be; or NULL if memory is short. */
static void **xa_make_slot(struct xarray *xa, unsigned long index,
			   struct xa_node **nodep, gfp_t gfp)
{
	unsigned int height = max(xa_height_for(index), xa->xa_height);
	unsigned int shift = height * XA_CHUNK_SHIFT;
	struct xa_node *parent = NULL;
	void **slot = &xa->xa_head;
	struct xa_node *spare;

	if (xa_alloc_chain(&spare, xa_nodes_missing(xa, index), gfp))
		return NULL;

	/* Nothing below can fail. */
	while (xa->xa_head && xa->xa_height < height)
		xa_grow(xa, xa_take(&spare));
	xa->xa_height = height;

	while (shift) {
		struct xa_node *node = *slot;

		shift -= XA_CHUNK_SHIFT;
		if (!node) {
			node = xa_take(&spare);
			node->shift = shift;
			node->parent = parent;
			if (parent) {
				node->offset = xa_offset(index, parent->shift);
				parent->count++;
			}
			*slot = node;
		}
		slot = &node->slots[xa_offset(index, shift)];
		parent = node;
	}
	*nodep = parent;
	return slot;
}

/* Keep X1 and X2 after @node lost an entry. */
static void xa_trim(struct xarray *xa, struct xa_node *node)
{
	while (node && !node->count) {
		struct xa_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
		} else {
			xa->xa_head = NULL;
			xa->xa_height = 0;
		}
		xa_node_free(node);
		node = parent;
	}
	while (xa->xa_height) {
		struct xa_node *top = xa->xa_head;

		if (top->count != 1 || !top->slots[0])
			break;
		xa->xa_head = top->slots[0];
		xa->xa_height--;
		if (xa->xa_height)
			((struct xa_node *)xa->xa_head)->parent = NULL;
		xa_node_free(top);
	}
}

/* Empty the slot of @index.  Return: what was in it, reserved or not. */
static void *xa_clear(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void **slot = xa_slot(xa, index, &node);
	void *old;

	if (!slot || !*slot)
		return NULL;
	old = *slot;
	*slot = NULL;
	if (node) {
		node->count--;
		xa_trim(xa, node);
	}
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	return xa_unreserved(xa_clear(xa, index));
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_node *node;
	void **slot;
	void *old;

	if (!entry)
		return xa_erase(xa, index);

	slot = xa_slot(xa, index, &node);
	if (!slot)
		slot = xa_make_slot(xa, index, &node, gfp);
	if (!slot)
		return ERR_PTR(-ENOMEM);

	old = *slot;
	*slot = entry;
	if (node && !old)
		node->count++;
	return xa_unreserved(old);
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_node *node;
	void **slot = xa_slot(xa, index, &node);

	if (slot && *slot)
		return -EBUSY;
	return xa_err(xa_store(xa, index, entry, gfp));
}

int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	int err = xa_insert(xa, index, XA_ZERO_ENTRY, gfp);

	return err == -EBUSY ? 0 : err;
}

void xa_release(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void **slot = xa_slot(xa, index, &node);

	if (slot && *slot == XA_ZERO_ENTRY)
		xa_clear(xa, index);
}

/*
 * The next index to try after @index, when the slot that covers it at @shift
 * is empty; 0 when there is none.
 */
static inline unsigned long xa_skip(unsigned long index, unsigned int shift)
{
	return ((index >> shift) + 1) << shift;
}

void *xa_find(const struct xarray *xa, unsigned long *indexp, unsigned long max)
{
	unsigned long index = *indexp;
	const struct xa_node *node;

	if (!xa->xa_height) {
		if (index || !xa_unreserved(xa->xa_head))
			return NULL;
		return xa->xa_head;
	}
	max = min(max, xa_max_index(xa->xa_height));
	node = xa->xa_head;

	while (index <= max) {
		unsigned int shift = node->shift;
		unsigned int offset = xa_offset(index, shift);
		void *entry = node->slots[offset];

		if (!shift && xa_unreserved(entry)) {
			*indexp = index;
			return entry;
		}
		if (shift && entry) {
			node = entry;
			continue;
		}
		index = xa_skip(index, shift);
		if (!index)
			return NULL;
		/* Up, for each node that this leaves behind. */
		while (offset == XA_CHUNK_MASK && node->parent) {
			offset = node->offset;
			node = node->parent;
		}
	}
	return NULL;
}

void *xa_find_after(const struct xarray *xa, unsigned long *indexp,
		    unsigned long max)
{
	unsigned long index = *indexp + 1;
	void *entry;

	if (!index)
		return NULL;
	entry = xa_find(xa, &index, max);
	if (entry)
		*indexp = index;
	return entry;
}

void xa_destroy(struct xarray *xa)
{
	struct xa_node *node = xa->xa_height ? xa->xa_head : NULL;

	/* From the bottom up: the deepest node first, then back to its parent. */
	while (node) {
		struct xa_node *parent = node->parent;
		unsigned int i = 0;

		while (node->shift && i < XA_CHUNK_SIZE && !node->slots[i])
			i++;
		if (node->shift && i < XA_CHUNK_SIZE) {
			node = node->slots[i];
			continue;
		}
		if (parent)
			parent->slots[node->offset] = NULL;
		xa_node_free(node);
		node = parent;
	}
	xa_init(xa);
}
