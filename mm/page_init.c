/* SPDX-License-Identifier: MIT */
/*
 * mm/page_init.c - from memblock's tables to the running allocators.
 *
 * Theory
 *
 * Every page of the array gets one of three initial states.  A walk over the
 * two tables of memblock yields them in order of pfn:
 *
 *	memory	  [==================]        [=========]
 *	reserved     [===]      [==]
 *	state	--|f-|-r-|--f---|r-|f|---h----|----f----|--h--
 *
 *	h: hole		PG_hole, PG_reserved	1 reference, never dropped
 *	r: reserved	PG_reserved		1 reference, never dropped, but
 *						by free_reserved_area()
 *	f: free		in the buddy allocator	0 references
 *
 * A page that is only partly RAM is a hole; one that is partly reserved is
 * reserved.  Pages are written in runs, and free runs go to the buddy allocator
 * in the largest blocks that fit.
 *
 * Locking: none; one CPU.  Reading order: init_range(), mm_init().
 * In Linux: mm/mm_init.c, mm/page_alloc.c (memmap_init, memblock_free_all).
 */
#include <asm/bitops.h>
#include "kernel/bug.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/*
 * Write the pages of [start, end), which all have the same state.  Field by
 * field: a structure assignment becomes a string instruction here, at twice
 * the cost, and 64 GiB have 16 million pages.
 */
static __init void init_pages(unsigned long start, unsigned long end,
			      unsigned long flags, int refcount)
{
	struct page *page = vmemmap + start;

	flags |= (unsigned long)pfn_zonenum(start) << PAGE_ZONE_SHIFT;
	for (; page < vmemmap + end; page++) {
		page->flags = flags;
		page->lru.next = NULL;
		page->lru.prev = NULL;
		page->mapping = NULL;
		page->index = 0;
		page->private = 0;
		atomic_set(&page->_mapcount, -1);
		atomic_set(&page->_refcount, refcount);
		atomic_set(&page->_pincount, 0);
	}
}

/* init_pages() for holes, which may span sections that have no pages. */
static __init void init_holes(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned long next =
			min(ALIGN(start + 1, PAGES_PER_SECTION), end);

		if (test_bit(start >> PFN_SECTION_SHIFT, section_map))
			init_pages(start, next, BIT(PG_hole) | BIT(PG_reserved),
				   1);
		start = next;
	}
}

/* Hand [start, end) to the buddy allocator, in the largest aligned blocks. */
static __init void free_range(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order =
			min_t(unsigned int, ilog2(end - start), MAX_ORDER);

		if (start)
			order = min_t(unsigned int, order, __ffs(start));
		add_free_block(start, order);
		start += 1UL << order;
	}
}

/* One run of RAM, [start, end) within one zone: what is free of it? */
static __init void init_range(unsigned long start, unsigned long end)
{
	struct memblock_region *region;

	for_each_reserved_mem_region(region)
	{
		unsigned long first = max(PFN_DOWN(region->base), start);
		unsigned long last =
			min(PFN_UP(memblock_region_end(region)), end);

		if (first >= last)
			continue;
		init_pages(start, first, 0, 0);
		init_pages(first, last, BIT(PG_reserved), 1);
		start = last;
	}
	init_pages(start, end, 0, 0);
}

static __init void free_unreserved(unsigned long start, unsigned long end)
{
	struct memblock_region *region;

	for_each_reserved_mem_region(region)
	{
		unsigned long first = max(PFN_DOWN(region->base), start);
		unsigned long last =
			min(PFN_UP(memblock_region_end(region)), end);

		if (first >= last)
			continue;
		free_range(start, first);
		start = last;
	}
	free_range(start, end);
}

/* Call @fn for each run of RAM frames, cut where a zone ends. */
static __init void for_each_ram_run(void (*fn)(unsigned long start,
					       unsigned long end))
{
	struct memblock_region *region;

	for_each_mem_region(region)
	{
		unsigned long start = PFN_UP(region->base);
		unsigned long end = PFN_DOWN(memblock_region_end(region));

		if (start < DMA32_END_PFN && end > DMA32_END_PFN) {
			fn(start, DMA32_END_PFN);
			start = DMA32_END_PFN;
		}
		if (start < end)
			fn(start, end);
	}
}

static __init void init_all_holes(void)
{
	struct memblock_region *region;
	unsigned long pos = 0;

	for_each_mem_region(region)
	{
		init_holes(pos, PFN_UP(region->base));
		pos = PFN_DOWN(memblock_region_end(region));
	}
	init_holes(pos, ALIGN(max_pfn, PAGES_PER_SECTION));
}

unsigned long free_reserved_area(void *start, void *end)
{
	unsigned long pfn = PFN_UP(virt_to_phys(start));
	unsigned long end_pfn = PFN_DOWN(virt_to_phys(end));
	unsigned long nr_pages = 0;

	for (; pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_page(pfn);

		VM_BUG_ON(!PageReserved(page) || page_count(page) != 1);
		page->flags &= PAGE_ZONE_MASK;
		atomic_set(&page->_refcount, 0);
		if (CONFIG_DEBUG_POISON)
			poison_pages(page, 0);
		add_free_block(pfn, 0);
		nr_pages++;
	}
	return nr_pages;
}

__init void mm_init(void)
{
	/* Page 0 is nobody's: pfn 0 and physical address 0 mean "none". */
	memblock_reserve(0, PAGE_SIZE);

	vmemmap_init();
	zones_init();
	init_all_holes();
	for_each_ram_run(init_range);
	for_each_ram_run(free_unreserved);
	zones_set_watermarks();
	VM_BUG_ON(memblock_verify());

	slab_init();
	vmalloc_init();
	pr_info("Memory: %luK/%lluK available\n",
		nr_free_pages() << (PAGE_SHIFT - 10),
		memblock_phys_mem_size() >> 10);
}
