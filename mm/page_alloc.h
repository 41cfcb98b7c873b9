/* SPDX-License-Identifier: MIT */
/*
 * mm/page_alloc.h - zones, and what the rest of mm/ asks of the page allocator.
 *
 * Callers who only want pages need mm/gfp.h.
 * In Linux: include/linux/mmzone.h, mm/internal.h.
 */
#ifndef KILBURN_MM_PAGE_ALLOC_H
#define KILBURN_MM_PAGE_ALLOC_H

#include <asm/percpu.h>
#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/spinlock.h"
#include "mm/gfp.h"
#include "mm/page.h"

enum zone_type {
	ZONE_DMA32,  /* below 4 GiB: reached by 32-bit devices */
	ZONE_NORMAL, /* the rest */
	NR_ZONES,
};

#define DMA32_END_PFN (1UL << (32 - PAGE_SHIFT))

#define PAGE_ZONE_MASK ((unsigned long)(NR_ZONES - 1) << PAGE_ZONE_SHIFT)

/* What CONFIG_DEBUG_POISON fills a free page with. */
#define PAGE_POISON 0xaa

/* The free blocks of one order. */
struct free_area {
	struct list_head free_list; /* first pages, through page->lru */
	unsigned long nr_free;      /* blocks */
};

struct zone {
	/* Constant after boot. */
	const char *name;
	unsigned long start_pfn, end_pfn; /* [start, end), with holes */
	unsigned long watermark_min;      /* pages kept for GFP_ATOMIC */
	unsigned int pcp_batch, pcp_high; /* pages; see struct per_cpu_pages */

	spinlock_t lock;
	/* zone->lock protects: */
	struct free_area free_area[MAX_ORDER + 1];
	unsigned long nr_free_pages;
	unsigned long managed_pages; /* ever given to the allocator */
};

/*
 * Free single pages of one CPU.  Only that CPU touches them, with interrupts
 * off, so they need no lock.
 */
struct per_cpu_pages {
	struct page *head; /* a stack: the page freed last is still cached */
	unsigned int count;
};

extern struct zone zones[NR_ZONES];
DECLARE_PER_CPU(struct per_cpu_pages, zone_pcp[NR_ZONES]);

#define for_each_zone(zone)                                                    \
	for ((zone) = zones; (zone) < zones + NR_ZONES; (zone)++)

static inline unsigned int page_zonenum(const struct page *page)
{
	return page->flags >> PAGE_ZONE_SHIFT & (NR_ZONES - 1);
}

static inline struct zone *page_zone(const struct page *page)
{
	return &zones[page_zonenum(page)];
}

static inline unsigned int pfn_zonenum(unsigned long pfn)
{
	return pfn < DMA32_END_PFN ? ZONE_DMA32 : ZONE_NORMAL;
}

/* The pfn of the block that a block merges with. */
static inline unsigned long buddy_pfn(unsigned long pfn, unsigned int order)
{
	return pfn ^ (1UL << order);
}

/* The smallest order whose block holds @size bytes. */
static inline unsigned int get_order(unsigned long size)
{
	unsigned long nr_pages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;

	return nr_pages <= 1 ? 0 : ilog2(nr_pages - 1) + 1;
}

/* As in struct sysinfo of <sys/sysinfo.h>; sizes in units of mem_unit. */
struct sysinfo {
	long uptime; /* seconds */
	unsigned long loads[3];
	unsigned long totalram, freeram, sharedram, bufferram;
	unsigned long totalswap, freeswap;
	unsigned short procs, pad;
	unsigned long totalhigh, freehigh;
	unsigned int mem_unit; /* bytes */
};

/**
 * mm_init() - bring up the allocators.
 *
 * Makes the array of struct page, gives all RAM that memblock has not reserved
 * to the buddy allocator, then starts slab and vmalloc.
 *
 * Context: boot, one CPU, once; memblock is filled, the direct map covers all
 * RAM, `current` is valid.  No memblock_alloc() afterwards.
 */
void mm_init(void);

/**
 * free_reserved_area() - give RAM that boot had reserved to the allocator.
 * @start: direct-map or image address; rounded up to a page
 * @end: the first byte after it; rounded down
 *
 * For the initrd, and for code and data that only boot needs.
 *
 * Context: process context, once for each page.
 * Return: the number of pages freed.
 */
unsigned long free_reserved_area(void *start, void *end);

/**
 * si_meminfo() - fill in the memory figures of sysinfo(2).
 * @val: the other fields are left alone
 */
void si_meminfo(struct sysinfo *val);

/**
 * drain_all_pages() - empty every CPU's list of free pages.
 *
 * Context: process context, interrupts on.
 */
void drain_all_pages(void);

/* The same for the calling CPU; @unused makes it a cross-CPU call. */
void drain_local_pages(void *unused);

/* Give a block that never was in the allocator to it; at boot. */
void add_free_block(unsigned long pfn, unsigned int order);

/* Set up the locks, lists and bounds of the zones; at boot. */
void zones_init(void);

/* Derive watermarks and per-CPU list sizes from the zones' sizes; at boot. */
void zones_set_watermarks(void);

/* ---- page_verify.c ------------------------------------------------------ */

/**
 * zone_verify() - check B1 to B5 of mm/page_alloc.c.
 * @zone: the zone to check
 *
 * Context: any.  Takes zone->lock for a walk over all of the zone's pages.
 * Return: the number of violations; the first few are logged.
 */
int zone_verify(struct zone *zone);

/* zone_verify() for all zones, and this CPU's lists. */
int page_alloc_verify(void);

/* Fill free pages with PAGE_POISON, and look whether they still are. */
void poison_pages(struct page *page, unsigned int order);
void check_poison(struct page *page, unsigned int order);

/* ---- sparse.c ----------------------------------------------------------- */

/* Build the array of struct page and section_map from memblock; at boot. */
void vmemmap_init(void);

#endif /* KILBURN_MM_PAGE_ALLOC_H */
