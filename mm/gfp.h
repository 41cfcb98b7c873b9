/* SPDX-License-Identifier: MIT */
/*
 * mm/gfp.h - how a caller asks for memory, and the page allocator's calls.
 *
 * In Linux: include/linux/gfp.h, gfp_types.h.
 */
#ifndef KILBURN_MM_GFP_H
#define KILBURN_MM_GFP_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

struct page;

#define __GFP_DMA32          0x01u /* below 4 GiB */
#define __GFP_ZERO           0x02u /* return zeroed memory */
#define __GFP_DIRECT_RECLAIM 0x04u /* the caller may sleep */
#define __GFP_NOWARN         0x08u /* failure is expected: say nothing */
#define __GFP_NOFAIL         0x10u /* boot only: panic instead of NULL */
#define __GFP_ACCOUNT        0x20u /* on behalf of user space */
#define __GFP_HIGH           0x40u /* may use the reserve */

#define GFP_KERNEL         (__GFP_DIRECT_RECLAIM)
#define GFP_ATOMIC         (__GFP_HIGH | __GFP_NOWARN)
#define GFP_NOWAIT         (__GFP_NOWARN)
#define GFP_USER           (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_HIGHUSER       GFP_USER
#define GFP_DMA32          __GFP_DMA32
#define GFP_KERNEL_ACCOUNT GFP_USER

/* The largest block the buddy allocator hands out is 2^MAX_ORDER pages. */
#define MAX_ORDER 10

/**
 * alloc_pages() - allocate 2^order contiguous page frames.
 * @gfp: how to allocate; without __GFP_DIRECT_RECLAIM it never sleeps
 * @order: log2 of the number of pages, 0..MAX_ORDER
 *
 * Context: any; with GFP_ATOMIC also from interrupt handlers.
 * Return: the first page, with _refcount 1 and _mapcount -1; NULL if there is
 * no memory or an injected failure struck.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);

static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/**
 * __free_pages() - drop a reference and free the block when it was the last.
 * @page: first page of the block
 * @order: the order it was allocated with
 *
 * Context: any.
 */
void __free_pages(struct page *page, unsigned int order);

/**
 * free_unref_page() - free a single page whose last reference is gone.
 * @page: a page with _refcount 0
 *
 * Context: any.  Called by put_page().
 */
void free_unref_page(struct page *page);

/**
 * split_page() - make 2^order single pages of a block.
 * @page: first page of the block, as alloc_pages() returned it
 * @order: the order it was allocated with
 *
 * Afterwards each page has its own reference and is freed on its own.
 *
 * Context: any; nobody else has a reference to the block yet.
 */
void split_page(struct page *page, unsigned int order);

/**
 * get_zeroed_page() - allocate a zeroed page and return its direct-map address.
 * @gfp: how to allocate
 *
 * Return: kernel virtual address, or 0.
 */
unsigned long get_zeroed_page(gfp_t gfp);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);

static inline unsigned long __get_free_page(gfp_t gfp)
{
	return __get_free_pages(gfp, 0);
}

static inline void free_page(unsigned long addr)
{
	free_pages(addr, 0);
}

/* Pages: in the allocator's care, and free now (per-CPU lists included). */
unsigned long totalram_pages(void);
unsigned long nr_free_pages(void);

#endif /* KILBURN_MM_GFP_H */
