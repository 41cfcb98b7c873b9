/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memblock.c mm/sparse.c mm/page_init.c mm/page_alloc.c mm/page_verify.c */
/* SOURCES: mm/slab.c mm/slab_debug.c mm/kmalloc.c mm/xa_node.c mm/vmalloc.c mm/ioremap.c */
/* SOURCES: mm/fail_inject.c kernel/lib/rbtree.c kernel/lib/kstrto.c */
/* CFLAGS: -DKILBURN_RELEASE */
/*
 * tests/unit/test_slab_release.c - the same tests without red zones: objects
 * lie side by side, and links of free lists in the objects themselves.
 */
#include "test_slab.c"
