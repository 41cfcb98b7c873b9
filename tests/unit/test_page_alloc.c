/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memblock.c mm/sparse.c mm/page_init.c mm/page_alloc.c mm/page_verify.c */
/* SOURCES: mm/slab.c mm/slab_debug.c mm/kmalloc.c mm/xa_node.c mm/vmalloc.c mm/ioremap.c */
/* SOURCES: mm/fail_inject.c kernel/lib/rbtree.c kernel/lib/kstrto.c */
/*
 * tests/unit/test_page_alloc.c - the buddy allocator against a slow model.
 *
 * The machine has RAM as firmware likes to describe it: a hole below 1 MiB, a
 * region that begins and ends inside a page, and a bank above 4 GiB.
 */
#include "support/host.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/fail_inject.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define MIB 1048576UL
#define GIB (1024 * MIB)

static int init_machine(void **state)
{
	memblock_add(0, 0x9fc00);
	memblock_add(1 * MIB, 15 * MIB);
	memblock_add(20 * MIB + 0x800, 1 * MIB);
	memblock_add(4 * GIB, 8 * MIB);
	memblock_reserve(1 * MIB, 1 * MIB + 1);
	memblock_reserve(4 * GIB + 5 * MIB, 0x3000);
	mm_init();
	return 0;
}

static bool in_ram(unsigned long pfn)
{
	return pfn < 0x9f || (pfn >= 0x100 && pfn < 0x1000) ||
	       (pfn >= 0x1401 && pfn < 0x1500) ||
	       (pfn >= 0x100000 && pfn < 0x100800);
}

/* Every operation leaves B1 to B5 intact, and no lock held. */
static void assert_consistent(void)
{
	assert_int_equal(page_alloc_verify(), 0);
	assert_true(host_context_clean());
}

static void pfn_valid_is_true_for_ram_only(void **state)
{
	for (unsigned long pfn = 0; pfn < 0x102000; pfn++)
		if (pfn_valid(pfn) != in_ram(pfn))
			fail_msg("pfn %#lx", pfn);
	assert_false(pfn_valid(~0UL));
	assert_false(pfn_valid(1UL << 40));
}

/* 4 sections of 4 MiB, one for the odd region, two above 4 GiB: 64 KiB each. */
static void the_array_is_backed_only_where_ram_is(void **state)
{
	assert_int_equal(host_vmemmap_bytes, 7 * 65536);
}

static void boot_accounts_for_every_page(void **state)
{
	unsigned long nr_free = 0, nr_managed = 0;

	for (unsigned long pfn = 0; pfn < max_pfn; pfn++) {
		if (!pfn_valid(pfn))
			continue;
		nr_managed += !PageReserved(vmemmap + pfn);
		nr_free += page_count(vmemmap + pfn) == 0;
		assert_int_equal(page_zonenum(vmemmap + pfn),
				 pfn >= 0x100000 ? ZONE_NORMAL : ZONE_DMA32);
	}
	assert_true(PageReserved(vmemmap));         /* page 0 */
	assert_true(PageReserved(vmemmap + 0x200)); /* only its first byte is */
	assert_int_equal(totalram_pages(), nr_managed);
	assert_int_equal(nr_free_pages(), nr_free);
	assert_consistent();
}

/* ---- random operations -------------------------------------------------- */

#define MAX_BLOCKS 400

struct block {
	struct page *page;
	unsigned int order;
	gfp_t gfp;
};

static bool model_used[0x100800]; /* by pfn */

static void model_alloc(struct block *b)
{
	unsigned long pfn = page_to_pfn(b->page);
	unsigned char *mem = page_address(b->page);

	assert_int_equal(pfn & ((1UL << b->order) - 1), 0);
	assert_int_equal(page_count(b->page), 1);
	assert_int_equal(page_mapcount(b->page), 0);
	for (unsigned long i = 0; i < 1UL << b->order; i++) {
		assert_true(in_ram(pfn + i));
		assert_false(model_used[pfn + i]);
		model_used[pfn + i] = true;
	}
	if (b->gfp & __GFP_DMA32)
		assert_true(pfn < DMA32_END_PFN);
	if (b->gfp & __GFP_ZERO)
		for (unsigned long i = 0; i < PAGE_SIZE << b->order; i += 61)
			assert_int_equal(mem[i], 0);
	memset(mem, 0x77, PAGE_SIZE << b->order);
}

static void model_free(const struct block *b)
{
	unsigned long pfn = page_to_pfn(b->page);

	memset(model_used + pfn, 0, 1UL << b->order);
	__free_pages(b->page, b->order);
}

static void random_operations_match_the_model(void **state)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_USER, GFP_ATOMIC,
				      GFP_KERNEL | __GFP_ZERO, GFP_DMA32 };
	static struct block blocks[MAX_BLOCKS];
	unsigned long used = 0, before = nr_free_pages();
	int nr_blocks = 0;

	for (int i = 0; i < 4000; i++) {
		if (nr_blocks < MAX_BLOCKS && host_random(2)) {
			struct block *b = &blocks[nr_blocks];

			b->order = host_random(3) ? 0 : host_random(7);
			b->gfp = gfps[host_random(ARRAY_SIZE(gfps))];
			b->page = alloc_pages(b->gfp, b->order);
			if (b->page) {
				model_alloc(b);
				used += 1UL << b->order;
				nr_blocks++;
			}
		} else if (nr_blocks) {
			int victim = host_random(nr_blocks);

			used -= 1UL << blocks[victim].order;
			model_free(&blocks[victim]);
			blocks[victim] = blocks[--nr_blocks];
		}
		assert_int_equal(nr_free_pages(), before - used);
		assert_consistent();
	}
	while (nr_blocks)
		model_free(&blocks[--nr_blocks]);
	assert_int_equal(nr_free_pages(), before);
	assert_consistent();
}

/* When all is free again it has merged into as few blocks as at first. */
static void freeing_merges_everything(void **state)
{
	static struct page *pages[8192];
	struct zone before[NR_ZONES];
	unsigned long n = 0;

	drain_all_pages();
	memcpy(before, zones, sizeof(zones));
	while ((pages[n] = alloc_pages(GFP_ATOMIC, 0)))
		n++;
	assert_true(n > 4000);
	for (unsigned long i = 0; i < n; i++) { /* in random order */
		unsigned long other = i + host_random(n - i);

		swap(pages[i], pages[other]);
		put_page(pages[i]);
	}
	drain_all_pages();
	for (unsigned int z = 0; z < NR_ZONES; z++)
		for (unsigned int order = 0; order <= MAX_ORDER; order++)
			assert_int_equal(zones[z].free_area[order].nr_free,
					 before[z].free_area[order].nr_free);
	assert_consistent();
}

/* ---- when memory is short ----------------------------------------------- */

static unsigned long exhaust(gfp_t gfp, struct list_head *list)
{
	struct page *page;
	unsigned long n = 0;

	while ((page = alloc_pages(gfp, 0))) {
		list_add(&page->lru, list);
		n++;
	}
	return n;
}

/* User space first, then the kernel, then interrupt handlers run dry. */
static void the_reserve_is_kept_in_order_of_importance(void **state)
{
	unsigned long before = nr_free_pages();
	LIST_HEAD(list);

	assert_true(exhaust(GFP_USER, &list) > 1000);
	assert_true(exhaust(GFP_KERNEL, &list) > 0);
	assert_true(exhaust(GFP_ATOMIC, &list) > 0);
	assert_null(alloc_pages(GFP_KERNEL, 0));
	assert_null(alloc_pages(GFP_KERNEL, 3));
	assert_consistent();
	while (!list_empty(&list)) {
		struct list_head *first = list.next;

		list_del(first);
		put_page(list_entry(first, struct page, lru));
	}
	assert_int_equal(nr_free_pages(), before);
	assert_consistent();
}

static void an_injected_failure_changes_nothing(void **state)
{
	for (unsigned int order = 0; order <= MAX_ORDER; order += 5) {
		unsigned long before = nr_free_pages();
		struct page *page;

		current->fail_nth = 2;
		page = alloc_pages(GFP_KERNEL, order);
		assert_non_null(page);
		assert_null(alloc_pages(GFP_KERNEL, order));
		assert_int_equal(current->fail_nth, 0);
		__free_pages(page, order);
		assert_int_equal(nr_free_pages(), before);
		assert_consistent();
	}
	current->fail_nth = 1;
	host_preempt_count = HARDIRQ_MASK; /* interrupts do not count */
	put_page(alloc_page(GFP_ATOMIC));
	host_preempt_count = 0;
	assert_int_equal(current->fail_nth, 1);
	current->fail_nth = 0;
}

static void the_boot_option_fails_one_allocation_of_a_kind(void **state)
{
	kfree(kmalloc(10, GFP_KERNEL)); /* this CPU has such objects now */
	assert_int_equal(fail_alloc_setup("page,2"), 0);
	kfree(kmalloc(10, GFP_KERNEL)); /* slab: another kind */
	put_page(alloc_page(GFP_KERNEL));
	assert_null(alloc_page(GFP_KERNEL));
	put_page(alloc_page(GFP_KERNEL));
	assert_int_equal(fail_alloc_setup("page"), -EINVAL);
	assert_int_equal(fail_alloc_setup("pages,1"), -EINVAL);
	assert_int_equal(fail_alloc_setup("slab,x"), -EINVAL);
}

/* ---- blocks ------------------------------------------------------------- */

static void orders_beyond_the_limit_are_refused(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL, MAX_ORDER);

	assert_non_null(page);
	__free_pages(page, MAX_ORDER);
	assert_null(alloc_pages(GFP_KERNEL, MAX_ORDER + 1));
	assert_null(alloc_pages(GFP_KERNEL, ~0U));
}

static void a_block_is_freed_whole_by_put_page(void **state)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	get_page(page);
	__free_pages(page, 4);
	assert_int_equal(nr_free_pages(), before - 16);
	put_page(page);
	assert_int_equal(nr_free_pages(), before);
}

static void a_split_block_is_freed_page_by_page(void **state)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	split_page(page, 3);
	for (int i = 7; i >= 0; i--) {
		assert_int_equal(page_count(page + i), 1);
		put_page(page + i);
	}
	assert_int_equal(nr_free_pages(), before);
	assert_consistent();
}

static void reserved_memory_can_be_given_later(void **state)
{
	unsigned long before = totalram_pages(), nr_free = nr_free_pages();
	void *start = phys_to_virt(4 * GIB + 5 * MIB + 1);

	/* The first page is only partly ours. */
	assert_int_equal(free_reserved_area(start, (char *)start + 0x2fff), 2);
	assert_int_equal(totalram_pages(), before + 2);
	assert_int_equal(nr_free_pages(), nr_free + 2);
	assert_consistent();
}

static void sysinfo_has_the_figures(void **state)
{
	struct sysinfo val = { .uptime = 7 };

	si_meminfo(&val);
	assert_int_equal(val.totalram, totalram_pages());
	assert_int_equal(val.freeram, nr_free_pages());
	assert_int_equal(val.mem_unit, PAGE_SIZE);
	assert_int_equal(val.uptime, 7);
	assert_int_equal(sizeof(val), 112);
}

/* ---- deliberate mistakes ------------------------------------------------ */

static void freeing_twice_is_noticed(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	put_page(page);
	assert_true(host_panics(put_page(page)));
	assert_true(host_panics(free_unref_page(page)));
	assert_true(host_logged("Bad page state"));
}

static void freeing_a_mapped_page_is_noticed(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	atomic_set(&page->_mapcount, 0);
	assert_true(host_panics(put_page(page)));
	assert_true(host_logged("mapcount 1"));
	atomic_set(&page->_mapcount, -1);
	atomic_set(&page->_refcount, 1);
	put_page(page);
}

static void writing_to_a_free_page_is_noticed(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *mem = page_address(page);

	put_page(page);
	mem[100] = 1;
	assert_true(host_panics((void)!alloc_page(GFP_KERNEL)));
	assert_true(host_logged("was written to: offset 96"));
	assert_consistent(); /* the page is lost, and nothing else */
}

/* A free block of some order below MAX_ORDER, to damage. */
static struct page *some_free_block(struct zone **zonep)
{
	struct zone *zone = &zones[ZONE_DMA32];

	for (unsigned int order = 0; order < MAX_ORDER; order++)
		if (!list_empty(&zone->free_area[order].free_list)) {
			*zonep = zone;
			return list_first_entry(
				&zone->free_area[order].free_list, struct page,
				lru);
		}
	fail();
	return NULL;
}

static void zone_verify_notices_each_corruption(void **state)
{
	struct zone *zone;
	struct page *page = some_free_block(&zone), *other;
	unsigned int order = page->order;
	struct list_head *list = &zone->free_area[order].free_list;

	assert_int_equal(zone_verify(zone), 0);

	list_del(&page->lru); /* B1: on no list */
	assert_true(zone_verify(zone) > 0);
	list_add(&page->lru, list);

	page->flags &= ~BIT(PG_buddy); /* B2 */
	assert_true(zone_verify(zone) > 0);
	page->flags |= BIT(PG_buddy);

	page->order = order + 1; /* B2 */
	assert_true(zone_verify(zone) > 0);
	page->order = order;

	other = alloc_pages(GFP_DMA32, 0); /* B2: in use, and says free */
	other->flags |= BIT(PG_buddy);
	assert_true(zone_verify(zone) > 0);
	other->flags &= ~BIT(PG_buddy);
	put_page(other);

	zone->nr_free_pages++; /* B4 */
	assert_true(zone_verify(zone) > 0);
	zone->nr_free_pages--;

	zone->free_area[order].nr_free--; /* B4 */
	assert_true(zone_verify(zone) > 0);
	zone->free_area[order].nr_free++;

	atomic_set(&page->_refcount, 1); /* B5 */
	assert_true(zone_verify(zone) > 0);
	atomic_set(&page->_refcount, 0);

	atomic_set(&page->_mapcount, 3); /* B5 */
	assert_true(zone_verify(zone) > 0);
	atomic_set(&page->_mapcount, -1);

	assert_consistent();
}

/* B3: two halves on their lists instead of the whole. */
static void zone_verify_notices_unmerged_buddies(void **state)
{
	struct zone *zone = &zones[ZONE_NORMAL];
	struct free_area *area = zone->free_area;
	struct page *page;

	drain_all_pages();
	page = list_first_entry(&area[MAX_ORDER].free_list, struct page, lru);
	list_del(&page->lru);
	area[MAX_ORDER].nr_free--;
	for (int half = 0; half < 2; half++) {
		struct page *p = page + half * (1UL << (MAX_ORDER - 1));

		p->order = MAX_ORDER - 1;
		p->flags |= BIT(PG_buddy);
		list_add(&p->lru, &area[MAX_ORDER - 1].free_list);
		area[MAX_ORDER - 1].nr_free++;
	}
	host_log_clear();
	assert_true(zone_verify(zone) > 0);
	assert_true(host_logged("B3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pfn_valid_is_true_for_ram_only),
		cmocka_unit_test(the_array_is_backed_only_where_ram_is),
		cmocka_unit_test(boot_accounts_for_every_page),
		cmocka_unit_test(random_operations_match_the_model),
		cmocka_unit_test(freeing_merges_everything),
		cmocka_unit_test(the_reserve_is_kept_in_order_of_importance),
		cmocka_unit_test(an_injected_failure_changes_nothing),
		cmocka_unit_test(
			the_boot_option_fails_one_allocation_of_a_kind),
		cmocka_unit_test(orders_beyond_the_limit_are_refused),
		cmocka_unit_test(a_block_is_freed_whole_by_put_page),
		cmocka_unit_test(a_split_block_is_freed_page_by_page),
		cmocka_unit_test(reserved_memory_can_be_given_later),
		cmocka_unit_test(sysinfo_has_the_figures),
		cmocka_unit_test(freeing_twice_is_noticed),
		cmocka_unit_test(freeing_a_mapped_page_is_noticed),
		cmocka_unit_test(writing_to_a_free_page_is_noticed),
		cmocka_unit_test(zone_verify_notices_each_corruption),
		cmocka_unit_test(zone_verify_notices_unmerged_buddies),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, init_machine, NULL);
}
