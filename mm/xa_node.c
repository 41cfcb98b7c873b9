/* SPDX-License-Identifier: MIT */
/*
 * mm/xa_node.c - memory for the nodes of kernel/lib/xarray.c.
 *
 * kernel/lib/ knows no allocator; this is the one it is given.
 */
#include "kernel/lib/xarray.h"
#include "mm/slab_def.h"

static struct kmem_cache *xa_node_cache;

struct xa_node *xa_node_alloc(gfp_t gfp)
{
	return kmem_cache_zalloc(xa_node_cache, gfp);
}

void xa_node_free(struct xa_node *node)
{
	kmem_cache_free(xa_node_cache, node);
}

void xa_node_init(void)
{
	xa_node_cache = KMEM_CACHE(xa_node, SLAB_PANIC);
}
