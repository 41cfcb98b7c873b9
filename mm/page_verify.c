/* SPDX-License-Identifier: MIT */
/*
 * mm/page_verify.c - does the buddy allocator's state make sense?
 *
 * Theory
 *
 * Two walks that must agree.  One goes along the free lists and believes them;
 * the other goes over the zone's pages in order and believes PageBuddy.  A
 * block that is on two lists, on none, or inside another block makes the two
 * differ, or breaks the ring of a list.
 *
 * And the contents of free pages: debug builds fill them with PAGE_POISON when
 * they are freed and look again when they are allocated, so that who wrote
 * through a stale pointer is noticed.  Pages that were never used since boot
 * are not filled (PG_poisoned is clear): a large machine would take minutes.
 *
 * Invariants: B1 to B5 of mm/page_alloc.c, whose locking holds here too.
 *
 * Reading order: verify_free_list(), verify_blocks(), zone_verify().
 * In Linux: mm/page_poison.c; the walks have no counterpart.
 */
#include <asm/irqflags.h>
#include "kernel/bug.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/page_alloc.h"

/* Logging them all would drown the first, which matters. */
#define VERIFY_MAX_REPORTS 10

struct verify_state {
	const struct zone *zone;
	int errors;
	unsigned long nr_blocks[MAX_ORDER + 1]; /* found by the walk of pages */
};

static void report(struct verify_state *vs, const char *what,
		   const struct page *page, unsigned long have,
		   unsigned long want)
{
	if (++vs->errors > VERIFY_MAX_REPORTS)
		return;
	pr_err("zone %s: %s: pfn %#lx has %lu, not %lu\n", vs->zone->name, what,
	       page ? page_to_pfn(page) : 0, have, want);
}

/* B1, B2: what is on the list of an order is a free block of that order. */
static void verify_free_list(struct verify_state *vs, const struct zone *zone,
			     unsigned int order) __must_hold(&zone->lock)
{
	const struct free_area *area = &zone->free_area[order];
	const struct list_head *pos = area->free_list.next;
	unsigned long count = 0;

	lockdep_assert_held(&zone->lock);
	while (pos != &area->free_list) {
		const struct page *page = list_entry(pos, struct page, lru);

		if (pos->next->prev != pos || count++ > area->nr_free) {
			report(vs, "B1 broken list", page, count, order);
			return;
		}
		if (!PageBuddy(page) || page->order != order)
			report(vs, "B2 not a free block", page, page->order,
			       order);
		if (page_zone(page) != zone)
			report(vs, "B1 wrong zone", page, page_zonenum(page),
			       zone - zones);
		pos = pos->next;
	}
	if (count != area->nr_free)
		report(vs, "B4 nr_free", NULL, area->nr_free, count);
}

/* B2, B3, B5 for one free block. */
static void verify_block(struct verify_state *vs, const struct page *page)
{
	unsigned int order = page->order;
	unsigned long pfn = page_to_pfn(page);
	const struct page *buddy;

	if (order > MAX_ORDER || pfn & ((1UL << order) - 1)) {
		report(vs, "B2 misplaced block", page, order, MAX_ORDER);
		return;
	}
	vs->nr_blocks[order]++;

	buddy = vmemmap + buddy_pfn(pfn, order);
	if (order < MAX_ORDER && PageBuddy(buddy) && buddy->order == order)
		report(vs, "B3 unmerged buddy", page, order, order + 1);

	for (unsigned long i = 0; i < 1UL << order; i++) {
		if (i && PageBuddy(page + i))
			report(vs, "B2 block in a block", page + i,
			       page[i].order, order);
		if (page_count(page + i) != 0)
			report(vs, "B5 _refcount", page + i,
			       page_count(page + i), 0);
		if (page_mapcount(page + i) != 0)
			report(vs, "B5 mapcount", page + i,
			       page_mapcount(page + i), 0);
	}
}

/* B1: each block that the pages show is on a list.  The counts tell. */
static void verify_blocks(struct verify_state *vs, const struct zone *zone)
	__must_hold(&zone->lock)
{
	unsigned long pfn = zone->start_pfn;

	lockdep_assert_held(&zone->lock);
	while (pfn < zone->end_pfn) {
		const struct page *page = vmemmap + pfn;

		if (!test_bit(pfn >> PFN_SECTION_SHIFT, section_map)) {
			pfn = (pfn | (PAGES_PER_SECTION - 1)) + 1;
			continue;
		}
		if (!PageBuddy(page)) {
			pfn++;
			continue;
		}
		verify_block(vs, page);
		pfn += 1UL << (page->order <= MAX_ORDER ? page->order : 0);
	}
	for (unsigned int order = 0; order <= MAX_ORDER; order++)
		if (vs->nr_blocks[order] != zone->free_area[order].nr_free)
			report(vs, "B1 block on no list, or twice", NULL,
			       zone->free_area[order].nr_free,
			       vs->nr_blocks[order]);
}

int zone_verify(struct zone *zone)
{
	struct verify_state vs = { .zone = zone };
	unsigned long sum = 0;
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	for (unsigned int order = 0; order <= MAX_ORDER; order++) {
		verify_free_list(&vs, zone, order);
		sum += zone->free_area[order].nr_free << order;
	}
	if (sum != zone->nr_free_pages)
		report(&vs, "B4 nr_free_pages", NULL, zone->nr_free_pages, sum);
	verify_blocks(&vs, zone);
	spin_unlock_irqrestore(&zone->lock, flags);
	return vs.errors;
}

/* The lists of this CPU: as many pages as counted, all free. */
static int verify_pcp(unsigned int zonenum)
{
	struct verify_state vs = { .zone = &zones[zonenum] };
	struct per_cpu_pages *pcp;
	unsigned long count = 0;
	unsigned long flags;

	local_irq_save(flags);
	pcp = this_cpu_ptr(&zone_pcp[zonenum]);
	for (struct page *page = pcp->head; page; page = page->pcp_next) {
		if (count++ > pcp->count)
			break;
		if (!(page->flags & BIT(PG_pcp)) || page_count(page) != 0)
			report(&vs, "page on a CPU's list in use", page,
			       page_count(page), 0);
	}
	if (count != pcp->count)
		report(&vs, "length of a CPU's list", NULL, pcp->count, count);
	local_irq_restore(flags);
	return vs.errors;
}

int page_alloc_verify(void)
{
	int errors = 0;

	for (unsigned int i = 0; i < NR_ZONES; i++)
		errors += zone_verify(&zones[i]) + verify_pcp(i);
	return errors;
}

/* ---- contents of free pages --------------------------------------------- */

void poison_pages(struct page *page, unsigned int order)
{
	for (unsigned long i = 0; i < 1UL << order; i++) {
		memset(page_address(page + i), PAGE_POISON, PAGE_SIZE);
		page[i].flags |= BIT(PG_poisoned);
	}
}

static void check_poisoned_page(struct page *page)
{
	const u64 *word = page_address(page);
	const u64 *end = word + PAGE_SIZE / sizeof(*word);

	for (; word < end; word++)
		if (unlikely(*word != PAGE_POISON * 0x0101010101010101ULL))
			break;
	if (likely(word == end))
		return;
	pr_err("BUG: free page pfn %#lx was written to: offset %lu has %#llx\n",
	       page_to_pfn(page), offset_in_page(word), *word);
	dump_page(page, "written to while it was free");
	BUG();
}

void check_poison(struct page *page, unsigned int order)
{
	for (unsigned long i = 0; i < 1UL << order; i++) {
		if (!(page[i].flags & BIT(PG_poisoned)))
			continue;
		check_poisoned_page(page + i);
		page[i].flags &= ~BIT(PG_poisoned);
	}
}
