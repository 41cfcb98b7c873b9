/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/ttm_tt.c - the pages of a buffer that lives in RAM.
 *
 * They are taken in blocks, the largest first: a thousand single pages cost
 * more to allocate and free than to copy.  Nobody counts the entries that map
 * them (they are special), so each block stays one block, with one reference.
 *
 * In Linux: drivers/gpu/drm/ttm/ttm_tt.c, ttm_pool.c.
 */

#include "drivers/gpu/ttm.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* Larger arrays come from vmalloc(): contiguous pages may be hard to find. */
#define KMALLOC_ARRAY_MAX (4 * PAGE_SIZE)

unsigned long ttm_pages_limit(void)
{
	return totalram_pages() / 2;
}

static struct page **alloc_array(unsigned long nr_pages)
{
	size_t size = nr_pages * sizeof(struct page *);

	return size <= KMALLOC_ARRAY_MAX ? kmalloc(size, GFP_KERNEL)
					 : vmalloc(size);
}

static void free_array(struct page **pages, unsigned long nr_pages)
{
	if (nr_pages * sizeof(struct page *) <= KMALLOC_ARRAY_MAX)
		kfree(pages);
	else
		vfree(pages);
}

/* Count pages that are about to be taken.  Return: false: beyond the limit. */
static bool charge(struct ttm_device *bdev, unsigned long nr_pages)
{
	if (nr_pages <= ttm_pages_limit() &&
	    atomic_long_add_return(nr_pages, &bdev->nr_pages) <=
		    (long)ttm_pages_limit())
		return true;
	if (nr_pages <= ttm_pages_limit())
		atomic_long_add(-(long)nr_pages, &bdev->nr_pages);
	return false;
}

/* Free the blocks of the first @nr_pages. */
static void free_blocks(struct page **pages, unsigned long nr_pages)
{
	for (unsigned long i = 0; i < nr_pages;) {
		struct page *block = pages[i];

		i += block->flags & BIT(PG_head) ? 1UL << block->order : 1;
		put_page(block);
	}
}

/* A block of at most @nr_pages, the larger the better. */
static struct page *alloc_block(unsigned long nr_pages, gfp_t gfp,
				unsigned int *order)
{
	struct page *block = NULL;

	*order = min_t(unsigned int, *order, ilog2(nr_pages));
	while (!(block = alloc_pages(gfp | __GFP_NOWARN, *order)) && *order)
		--*order;
	return block;
}

int ttm_tt_populate(struct ttm_device *bdev, struct ttm_tt *tt,
		    unsigned long nr_pages, gfp_t gfp)
{
	unsigned int order = MAX_ORDER;
	unsigned long done = 0;
	struct page **pages;

	if (!charge(bdev, nr_pages))
		return -ENOMEM;
	pages = alloc_array(nr_pages);
	if (!pages)
		goto err_uncharge;
	while (done < nr_pages) {
		struct page *block =
			alloc_block(nr_pages - done, GFP_USER | gfp, &order);

		if (!block)
			goto err_free;
		for (unsigned long i = 0; i < 1UL << order; i++)
			pages[done++] = block + i;
	}
	tt->pages = pages;
	tt->nr_pages = nr_pages;
	return 0;

err_free:
	free_blocks(pages, done);
	free_array(pages, nr_pages);
err_uncharge:
	atomic_long_add(-(long)nr_pages, &bdev->nr_pages);
	return -ENOMEM;
}

void ttm_tt_unpopulate(struct ttm_device *bdev, struct ttm_tt *tt)
{
	if (!tt->pages)
		return;
	free_blocks(tt->pages, tt->nr_pages);
	free_array(tt->pages, tt->nr_pages);
	atomic_long_add(-(long)tt->nr_pages, &bdev->nr_pages);
	*tt = (struct ttm_tt){ 0 };
}
