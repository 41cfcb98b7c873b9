/* SPDX-License-Identifier: MIT */
/*
 * mm/page_alloc.c - the buddy allocator: physical pages, in powers of two.
 *
 * Theory
 *
 * A block of order n is 2^n contiguous pages whose first pfn is a multiple of
 * 2^n.  Its buddy is the block whose pfn differs in bit n only; the two
 * together are exactly one block of order n+1.  Allocation splits the smallest
 * free block that is large enough; freeing merges a block with its buddy for
 * as long as the buddy is free too.
 *
 *	pfn	 0   1   2   3   4   5   6   7
 *	order 2	[--------------][--------------]	buddies: 0 ^ 4
 *	order 1	[------][------][------][------]	buddies: 0 ^ 2, 4 ^ 6
 *
 * In front of it each CPU keeps a short stack of single pages.  Most requests
 * are for one page, and they take and return it there without a lock; only
 * when the stack runs empty or full does a batch move to or from the zone.
 *
 *	alloc_page() <- [CPU 0: p p p p p] <- batch <- zone->free_area[0..10]
 *	put_page()   -> [CPU 0: p p p p p p] -> batch ->
 *
 * The last pages are not for everybody.  A request on behalf of user space
 * stops at the zone's low watermark, so that the kernel can still tidy up; the
 * kernel's own stop at half of it, so that interrupt handlers find something.
 *
 * Invariants (checked by zone_verify() when CONFIG_DEBUG_VM)
 *
 *  B1. A free block is on exactly one list: free_area[order] of its zone.
 *  B2. PageBuddy(page) if and only if page starts a free block; then, and only
 *      then, page->order is its order.
 *  B3. Below MAX_ORDER, no two buddies are both free (they would have merged).
 *  B4. The sum of nr_free << order over a zone is zone->nr_free_pages.
 *  B5. Every page of a free block has _refcount 0 and _mapcount -1.
 *
 * Locking
 *
 *  zone->lock protects the free lists, PageBuddy and page->order of free
 *  pages.  It is innermost: nothing is acquired under it.  Interrupts are off
 *  while it is held, because interrupt handlers allocate (GFP_ATOMIC).  A
 *  per-CPU list needs no lock, only its own CPU with interrupts off.
 *
 * Reading order: rmqueue_smallest(), free_one_page(), rmqueue_pcp(),
 * alloc_pages(), free_unref_page().
 * In Linux: mm/page_alloc.c, without migrate types, NUMA and compaction.
 */
#include <asm/irqflags.h>
#include <asm/preempt.h>
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/fail_inject.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/slab.h"
#include "mm/trace.h"
#include "mm/vmalloc.h"

struct zone zones[NR_ZONES];
DEFINE_PER_CPU(struct per_cpu_pages, zone_pcp[NR_ZONES]);

/* Where a request without __GFP_DMA32 looks first: the highest with RAM. */
static unsigned int default_zone = ZONE_DMA32;

/* ---- free blocks of a zone ---------------------------------------------- */

static void zone_push_free(struct zone *zone, struct page *page,
			   unsigned int order) __must_hold(&zone->lock)
{
	struct free_area *area = &zone->free_area[order];

	lockdep_assert_held(&zone->lock);
	page->order = order;
	page->flags |= BIT(PG_buddy);
	list_add(&page->lru, &area->free_list);
	area->nr_free++;
	zone->nr_free_pages += 1UL << order;
}

static void zone_remove_free(struct zone *zone, struct page *page,
			     unsigned int order) __must_hold(&zone->lock)
{
	lockdep_assert_held(&zone->lock);
	VM_BUG_ON(!PageBuddy(page) || page->order != order);
	page->flags &= ~BIT(PG_buddy);
	list_del(&page->lru);
	zone->free_area[order].nr_free--;
	zone->nr_free_pages -= 1UL << order;
}

static struct page *zone_pop_free(struct zone *zone, unsigned int order)
	__must_hold(&zone->lock)
{
	struct page *page = list_first_entry_or_null(
		&zone->free_area[order].free_list, struct page, lru);

	lockdep_assert_held(&zone->lock);
	if (page)
		zone_remove_free(zone, page, order);
	return page;
}

/* Take a block of 2^@order pages off the free lists, splitting if needed. */
static struct page *rmqueue_smallest(struct zone *zone, unsigned int order)
	__must_hold(&zone->lock)
{
	unsigned int found;

	lockdep_assert_held(&zone->lock);

	for (found = order; found <= MAX_ORDER; found++) {
		struct page *page = zone_pop_free(zone, found);

		if (!page)
			continue;
		while (found > order) { /* give back the upper half */
			found--;
			zone_push_free(zone, page + (1UL << found), found);
		}
		return page;
	}
	return NULL;
}

static bool page_is_buddy(const struct page *page, unsigned int order)
{
	return PageBuddy(page) && page->order == order;
}

/*
 * Return a block to @zone, merging upward while its buddy is free too.  The
 * array has whole MAX_ORDER blocks of pages, so a buddy always has one.
 */
static void free_one_page(struct zone *zone, unsigned long pfn,
			  unsigned int order) __must_hold(&zone->lock)
{
	lockdep_assert_held(&zone->lock);
	VM_BUG_ON(pfn & ((1UL << order) - 1));

	while (order < MAX_ORDER) {
		struct page *buddy = vmemmap + buddy_pfn(pfn, order);

		if (!page_is_buddy(buddy, order))
			break;
		zone_remove_free(zone, buddy, order);
		pfn &= ~(1UL << order); /* start of the merged block */
		order++;
	}
	zone_push_free(zone, vmemmap + pfn, order);
}

/* May a request with @gfp take 2^@order pages, or are they the reserve? */
static bool zone_watermark_ok(const struct zone *zone, gfp_t gfp,
			      unsigned int order)
{
	unsigned long keep = zone->watermark_min;

	if (gfp & __GFP_HIGH)
		keep /= 4;
	else if (!(gfp & __GFP_ACCOUNT))
		keep /= 2;
	return READ_ONCE(zone->nr_free_pages) >= keep + (1UL << order);
}

/* ---- per-CPU lists ------------------------------------------------------ */

static void pcp_push(struct per_cpu_pages *pcp, struct page *page)
{
	page->pcp_next = pcp->head;
	pcp->head = page;
	pcp->count++;
}

static struct page *pcp_pop(struct per_cpu_pages *pcp)
{
	struct page *page = pcp->head;

	if (likely(page)) {
		pcp->head = page->pcp_next;
		pcp->count--;
	}
	return page;
}

/* Cut a block into single pages; the lowest is the first to be used. */
static void pcp_push_block(struct per_cpu_pages *pcp, struct page *block,
			   unsigned int order)
{
	for (unsigned long i = 1UL << order; i-- > 0;) {
		block[i].flags |= BIT(PG_pcp);
		pcp_push(pcp, block + i);
	}
}

/*
 * Move a batch of pages from the zone to this CPU, as one block if there is
 * one: that is cheaper than splitting it page by page.  Interrupts are off.
 */
static noinline void pcp_refill(struct per_cpu_pages *pcp, struct zone *zone,
				gfp_t gfp)
{
	unsigned int order = ilog2(zone->pcp_batch);
	struct page *block = NULL;

	spin_lock(&zone->lock);
	for (;; order--) {
		if (zone_watermark_ok(zone, gfp, order))
			block = rmqueue_smallest(zone, order);
		if (block || !order)
			break;
	}
	spin_unlock(&zone->lock);
	if (block)
		pcp_push_block(pcp, block, order);
}

/* Move up to @count pages from this CPU to the zone.  Interrupts are off. */
static noinline void pcp_drain(struct per_cpu_pages *pcp, struct zone *zone,
			       unsigned int count)
{
	spin_lock(&zone->lock);
	while (count-- && pcp->head) {
		struct page *page = pcp_pop(pcp);

		page->flags &= ~BIT(PG_pcp);
		free_one_page(zone, page_to_pfn(page), 0);
	}
	spin_unlock(&zone->lock);
}

static __always_inline struct page *rmqueue_pcp(unsigned int zonenum, gfp_t gfp)
{
	struct per_cpu_pages *pcp;
	struct page *page;
	unsigned long flags;

	local_irq_save(flags);
	pcp = this_cpu_ptr(&zone_pcp[zonenum]);
	if (unlikely(!pcp->head))
		pcp_refill(pcp, &zones[zonenum], gfp);
	page = pcp_pop(pcp);
	local_irq_restore(flags);
	return page;
}

void drain_local_pages(void *unused)
{
	unsigned long flags;

	local_irq_save(flags);
	for (unsigned int i = 0; i < NR_ZONES; i++) {
		struct per_cpu_pages *pcp = this_cpu_ptr(&zone_pcp[i]);

		pcp_drain(pcp, &zones[i], pcp->count);
	}
	local_irq_restore(flags);
}

void drain_all_pages(void)
{
	on_each_cpu(drain_local_pages, NULL, true);
}

/* ---- allocation --------------------------------------------------------- */

static struct page *rmqueue_order(struct zone *zone, gfp_t gfp,
				  unsigned int order)
{
	struct page *page = NULL;
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	if (zone_watermark_ok(zone, gfp, order))
		page = rmqueue_smallest(zone, order);
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* Try each zone that @gfp allows, the one with the scarcest memory last. */
static struct page *get_page_from_freelist(gfp_t gfp, unsigned int order)
{
	unsigned int zonenum = gfp & __GFP_DMA32 ? ZONE_DMA32 : default_zone;

	for (;; zonenum--) {
		struct page *page =
			order ? rmqueue_order(&zones[zonenum], gfp, order)
			      : rmqueue_pcp(zonenum, gfp);

		if (page || zonenum == 0)
			return page;
	}
}

/*
 * The lists were empty.  What the allocators hold back, here and on other
 * CPUs, is the only memory that can be reclaimed: nothing is swapped out yet.
 */
static noinline struct page *alloc_pages_slowpath(gfp_t gfp, unsigned int order)
{
	struct page *page = get_page_from_freelist(gfp, order);

	if (page)
		return page;
	if ((gfp & __GFP_DIRECT_RECLAIM) && preemptible()) {
		pgtable_cache_drain();
		vm_unmap_aliases();
		slab_shrink();
		drain_all_pages();
		page = get_page_from_freelist(gfp, order);
	}
	if (!page && (gfp & __GFP_NOFAIL))
		panic("Not enough memory to boot: no block of %lu KiB",
		      (PAGE_SIZE << order) >> 10);
	return page;
}

/* The page leaves the allocator: first reference, and no history. */
static __always_inline void prep_new_page(struct page *page, unsigned int order,
					  gfp_t gfp)
{
	VM_BUG_ON(page_count(page) != 0 || page_mapped(page));
	if (CONFIG_DEBUG_POISON)
		check_poison(page, order);

	page->flags &= PAGE_ZONE_MASK;
	page->mapping = NULL;
	page->private = 0;
	if (unlikely(order)) {
		page->flags |= BIT(PG_head);
		page->order = order;
	}
	atomic_set(&page->_refcount, 1);

	if (gfp & __GFP_ZERO)
		for (unsigned long i = 0; i < 1UL << order; i++)
			clear_page(page_address(page + i));
}

static __always_inline struct page *alloc_pages_unhooked(gfp_t gfp,
							 unsigned int order)
{
	struct page *page = NULL;

	if (likely(!order && !(gfp & __GFP_DMA32)))
		page = rmqueue_pcp(default_zone, gfp);
	if (unlikely(!page))
		page = alloc_pages_slowpath(gfp, order);
	if (likely(page))
		prep_new_page(page, order, gfp);
	return page;
}

static noinline __cold struct page *alloc_pages_hooked(gfp_t gfp,
						       unsigned int order)
{
	struct page *page = NULL;

	if (!should_fail_alloc(FAIL_PAGE, gfp))
		page = alloc_pages_unhooked(gfp, order);
	if (page)
		trace_page(MM_TRACE_ALLOC, page, order);
	return page;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	if (unlikely(order > MAX_ORDER))
		return NULL;
	if (alloc_is_hooked())
		return alloc_pages_hooked(gfp, order);
	return alloc_pages_unhooked(gfp, order);
}

/* ---- freeing ------------------------------------------------------------ */

/*
 * Somebody dropped the last reference of a page that cannot be free, such as
 * one that is free already.  It is not used again.
 */
static noinline __cold void bad_page(struct page *page)
{
	pr_err("BUG: Bad page state: pfn %#lx\n", page_to_pfn(page));
	dump_page(page, "freed in a state in which it cannot be free");
	if (CONFIG_DEBUG_VM)
		BUG();
}

/* Is this page fit to be freed? */
static inline bool free_page_is_bad(const struct page *page)
{
	return (page->flags & PAGE_FLAGS_CHECK_AT_FREE) || page_mapped(page) ||
	       page_count(page) != 0;
}

/* Free a block of 2^@order pages, PG_head if @order > 0. */
static noinline void free_block(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	for (unsigned long i = 0; i < 1UL << order; i++) {
		if (unlikely(free_page_is_bad(page + i))) {
			bad_page(page + i);
			return;
		}
		page[i].flags &= PAGE_ZONE_MASK;
	}
	if (CONFIG_DEBUG_POISON)
		poison_pages(page, order);
	spin_lock_irqsave(&zone->lock, flags);
	free_one_page(zone, page_to_pfn(page), order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

static __always_inline void free_page_untraced(struct page *page)
{
	struct per_cpu_pages *pcp;
	unsigned int zonenum = page_zonenum(page);
	unsigned long flags;

	if (unlikely(page->flags & BIT(PG_head))) {
		free_block(page, page->order);
		return;
	}
	if (unlikely(free_page_is_bad(page))) {
		bad_page(page);
		return;
	}
	if (CONFIG_DEBUG_POISON)
		poison_pages(page, 0);
	page->flags = (page->flags & (PAGE_ZONE_MASK | BIT(PG_poisoned))) |
		      BIT(PG_pcp);

	local_irq_save(flags);
	pcp = this_cpu_ptr(&zone_pcp[zonenum]);
	pcp_push(pcp, page);
	if (unlikely(pcp->count > zones[zonenum].pcp_high))
		pcp_drain(pcp, &zones[zonenum], zones[zonenum].pcp_batch);
	local_irq_restore(flags);
}

static noinline __cold void free_page_traced(struct page *page)
{
	bool block = page->flags & BIT(PG_head);

	trace_page(MM_TRACE_FREE, page, block ? page->order : 0);
	free_page_untraced(page);
}

void free_unref_page(struct page *page)
{
	if (mm_trace_on())
		free_page_traced(page);
	else
		free_page_untraced(page);
}

void __free_pages(struct page *page, unsigned int order)
{
	VM_BUG_ON(order != (page->flags & BIT(PG_head) ? page->order : 0));
	put_page(page);
}

void split_page(struct page *page, unsigned int order)
{
	VM_BUG_ON(page_count(page) != 1);
	page->flags &= ~BIT(PG_head);
	page->private = 0;
	for (unsigned long i = 1; i < 1UL << order; i++) {
		page[i].flags &= PAGE_ZONE_MASK;
		page[i].mapping = NULL;
		page[i].private = 0;
		atomic_set(&page[i]._refcount, 1);
	}
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

/* ---- boot, and figures -------------------------------------------------- */

void add_free_block(unsigned long pfn, unsigned int order)
{
	struct zone *zone = &zones[pfn_zonenum(pfn)];
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	zone->managed_pages += 1UL << order;
	free_one_page(zone, pfn, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

__init void zones_init(void)
{
	struct zone *zone;

	for_each_zone (zone) {
		spin_lock_init(&zone->lock);
		for (unsigned int i = 0; i <= MAX_ORDER; i++)
			INIT_LIST_HEAD(&zone->free_area[i].free_list);
		zone->pcp_batch = 1;
	}
	zones[ZONE_DMA32].name = "DMA32";
	zones[ZONE_DMA32].end_pfn = min(max_pfn, DMA32_END_PFN);
	zones[ZONE_NORMAL].name = "Normal";
	zones[ZONE_NORMAL].start_pfn = DMA32_END_PFN;
	zones[ZONE_NORMAL].end_pfn = max(max_pfn, DMA32_END_PFN);
}

__init void zones_set_watermarks(void)
{
	struct zone *zone;

	for_each_zone (zone) {
		unsigned long nr_pages = zone->managed_pages;

		/* 16 MiB: about 24, 6 and 24; lists grow up to 64 MiB. */
		zone->watermark_min = min(nr_pages / 128, 1024UL);
		zone->pcp_batch = clamp(nr_pages / 512, 4UL, 32UL);
		zone->pcp_high = 4 * zone->pcp_batch;
	}
	default_zone =
		zones[ZONE_NORMAL].managed_pages ? ZONE_NORMAL : ZONE_DMA32;
}

unsigned long totalram_pages(void)
{
	struct zone *zone;
	unsigned long nr_pages = 0;

	for_each_zone (zone)
		nr_pages += READ_ONCE(zone->managed_pages);
	return nr_pages;
}

unsigned long nr_free_pages(void)
{
	unsigned long nr_pages = 0;
	unsigned int cpu;

	for (unsigned int i = 0; i < NR_ZONES; i++) {
		nr_pages += READ_ONCE(zones[i].nr_free_pages);
		for_each_online_cpu (cpu)
			nr_pages += READ_ONCE(per_cpu(zone_pcp[i], cpu).count);
	}
	return nr_pages;
}

void si_meminfo(struct sysinfo *val)
{
	val->totalram = totalram_pages();
	val->freeram = nr_free_pages();
	val->sharedram = 0;
	val->bufferram = 0;
	val->totalhigh = 0;
	val->freehigh = 0;
	val->mem_unit = PAGE_SIZE;
}
