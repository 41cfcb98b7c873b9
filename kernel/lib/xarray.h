/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/xarray.h - an array with 2^64 slots, most of them empty.
 *
 * It maps an index to a pointer: a file's page offset to its page, a process
 * id to its task.  Only what is stored costs memory.
 *
 * Unlike Linux, the structure has no lock of its own: the caller holds one
 * (such as mapping->i_pages_lock) around every call, reading included.  A store
 * may have to allocate nodes under it, so either pass a @gfp that does not
 * sleep and expect -ENOMEM, or call xa_reserve() early: a store to a reserved
 * index cannot fail.
 *
 * In Linux: include/linux/xarray.h.
 */
#ifndef KILBURN_LIB_XARRAY_H
#define KILBURN_LIB_XARRAY_H

#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE  (1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK  (XA_CHUNK_SIZE - 1)

/**
 * struct xa_node - one level of the tree: 64 slots.
 * @parent: the node above; NULL for the top one
 * @shift:  each slot covers 2^shift indices; 0 in a node that holds entries
 * @offset: the slot of @parent that points here
 * @count:  how many slots are not NULL
 * @slots:  entries, or nodes of the next level
 */
struct xa_node {
	struct xa_node *parent;
	u8 shift;
	u8 offset;
	u8 count;
	void *slots[XA_CHUNK_SIZE];
};

/**
 * struct xarray - the array.
 * @xa_head:   the top node; with @xa_height 0 the entry of index 0 itself
 * @xa_height: number of levels of nodes
 */
struct xarray {
	void *xa_head;
	unsigned int xa_height;
};

#define XARRAY_INIT(name, flags)                                               \
	{                                                                      \
		NULL, 0                                                        \
	}
#define DEFINE_XARRAY(name) struct xarray name = XARRAY_INIT(name, 0)

static inline void xa_init(struct xarray *xa)
{
	xa->xa_head = NULL;
	xa->xa_height = 0;
}

/**
 * xa_node_alloc() - get a node; provided by mm/, or by a host test.
 * @gfp: how to allocate
 *
 * Return: a node filled with zeroes, or NULL.
 */
struct xa_node *xa_node_alloc(gfp_t gfp);

/**
 * xa_node_free() - give a node back; provided by mm/, or by a host test.
 * @node: from xa_node_alloc()
 */
void xa_node_free(struct xa_node *node);

/* A number up to LONG_MAX as an entry: odd, so that it is no pointer. */
static inline void *xa_mk_value(unsigned long v)
{
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

/* What xa_store() returned: 0, or a negative errno. */
static inline int xa_err(const void *entry)
{
	return PTR_ERR_OR_ZERO(entry);
}

static inline bool xa_is_err(const void *entry)
{
	return IS_ERR(entry);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->xa_head;
}

/**
 * xa_load() - the entry of an index.
 * @xa:    the array
 * @index: any
 *
 * Context: caller's lock.
 * Return: the entry; NULL if none, or only reserved.
 */
void *xa_load(const struct xarray *xa, unsigned long index);

/**
 * xa_store() - set the entry of an index.
 * @xa:    the array
 * @index: any
 * @entry: pointer, aligned to 4, or xa_mk_value(); NULL erases
 * @gfp:   how to allocate nodes
 *
 * Context: caller's lock.
 * Return: what was there before (NULL if nothing or only reserved); or an
 * error, for which see xa_err(): -ENOMEM, and nothing has changed.
 */
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);

/**
 * xa_insert() - set the entry of an index that has none.
 * @xa:    the array
 * @index: any
 * @entry: not NULL
 * @gfp:   how to allocate nodes
 *
 * Context: caller's lock.
 * Return: 0; -EBUSY if there is an entry or a reservation; -ENOMEM.
 */
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);

/**
 * xa_reserve() - make the next store to an index unable to fail.
 * @xa:    the array
 * @index: any
 * @gfp:   how to allocate nodes
 *
 * Does nothing if the index has an entry.  Undone by xa_release().
 *
 * Context: caller's lock.
 * Return: 0 or -ENOMEM.
 */
int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp);

/**
 * xa_release() - drop a reservation that was not used.
 * @xa:    the array
 * @index: any; an entry that was stored stays
 */
void xa_release(struct xarray *xa, unsigned long index);

/**
 * xa_erase() - remove the entry of an index.
 * @xa:    the array
 * @index: any
 *
 * Context: caller's lock.  Cannot fail.
 * Return: what was there before, or NULL.
 */
void *xa_erase(struct xarray *xa, unsigned long index);

/**
 * xa_find() - the first entry in a range.
 * @xa:     the array
 * @indexp: in: where to begin; out: the index of what was found
 * @max:    where to end, included
 *
 * Context: caller's lock.
 * Return: the entry, or NULL; then *@indexp is unchanged.
 */
void *xa_find(const struct xarray *xa, unsigned long *indexp,
	      unsigned long max);

/* As xa_find(), but begins one above *@indexp. */
void *xa_find_after(const struct xarray *xa, unsigned long *indexp,
		    unsigned long max);

/**
 * xa_destroy() - forget all entries and free all nodes.
 * @xa: the array, which is empty afterwards
 */
void xa_destroy(struct xarray *xa);

/**
 * xa_for_each_range() - visit the entries of a range in order.
 * @xa:    the array
 * @index: unsigned long variable: index of the entry
 * @entry: the entry
 * @first: where to begin
 * @last:  where to end, included
 *
 * The body may erase or replace the entry.
 */
#define xa_for_each_range(xa, index, entry, first, last)                       \
	for (index = (first), entry = xa_find(xa, &index, last); entry;        \
	     entry = xa_find_after(xa, &index, last))
#define xa_for_each_start(xa, index, entry, first)                             \
	xa_for_each_range (xa, index, entry, first, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start (xa, index, entry, 0)

#endif /* KILBURN_LIB_XARRAY_H */
