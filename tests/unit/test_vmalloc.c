/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memblock.c mm/sparse.c mm/page_init.c mm/page_alloc.c mm/page_verify.c */
/* SOURCES: mm/slab.c mm/slab_debug.c mm/kmalloc.c mm/xa_node.c mm/vmalloc.c mm/ioremap.c */
/* SOURCES: mm/fail_inject.c kernel/lib/rbtree.c kernel/lib/kstrto.c */
/*
 * tests/unit/test_vmalloc.c - areas, their page tables, and lazy unmapping.
 *
 * No CPU follows these page tables, so the tests read the entries themselves.
 */
#include "support/host.h"
#include <asm/pgtable.h>
#include "kernel/sched.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

static int init_machine(void **state)
{
	host_mm_init(32, 0);
	return 0;
}

static void assert_consistent(void)
{
	assert_int_equal(vmalloc_verify(), 0);
	assert_int_equal(slab_verify(), 0);
	assert_int_equal(page_alloc_verify(), 0);
	assert_true(host_context_clean());
}

/* The kernel's entry for an address; none if there is no table. */
static pte_t entry(const void *addr)
{
	unsigned long a = (unsigned long)addr;
	pud_t *pudp = pud_offset(pgd_offset_k(a), a);
	pmd_t *pmdp;

	if (pud_none(*pudp))
		return __pte(0);
	pmdp = pmd_offset(pudp, a);
	return pmd_none(*pmdp) ? __pte(0) : *pte_offset_kernel(pmdp, a);
}

/* Byte @i of a vmalloc() result, through the entry. */
static unsigned char *byte(const void *addr, unsigned long i)
{
	struct page *page = vmalloc_to_page((const char *)addr + i);

	assert_non_null(page);
	return (unsigned char *)page_address(page) +
	       offset_in_page((unsigned long)addr + i);
}

/* Let what was freed lazily become free, and count. */
static unsigned long settled_free_pages(void)
{
	vm_unmap_aliases();
	slab_shrink();
	return nr_free_pages();
}

static void an_allocation_is_mapped_and_guarded(void **state)
{
	char *p = vmalloc(3 * PAGE_SIZE - 7);

	assert_true(is_vmalloc_addr(p));
	assert_int_equal((unsigned long)p % PAGE_SIZE, 0);
	for (unsigned long i = 0; i < 3; i++) {
		pte_t pte = entry(p + i * PAGE_SIZE);

		assert_true(pte_present(pte) && pte_write(pte));
		assert_false(pte_exec(pte));
		*byte(p, i * PAGE_SIZE) = i;
	}
	assert_true(pte_none(entry(p + 3 * PAGE_SIZE)));
	assert_true(pte_none(entry(p - PAGE_SIZE)));
	assert_int_equal(*byte(p, PAGE_SIZE), 1);
	assert_consistent();
	vfree(p);
	assert_true(pte_none(entry(p)));
	assert_consistent();
}

static void vzalloc_is_zeroed(void **state)
{
	char *p = vmalloc(2 * PAGE_SIZE);

	for (unsigned long i = 0; i < 2 * PAGE_SIZE; i++)
		*byte(p, i) = 0xff;
	vfree(p);
	vm_unmap_aliases();
	p = vzalloc(2 * PAGE_SIZE);
	for (unsigned long i = 0; i < 2 * PAGE_SIZE; i++)
		assert_int_equal(*byte(p, i), 0);
	vfree(p);
}

static void impossible_sizes_are_refused(void **state)
{
	assert_null(vmalloc(0));
	assert_null(vmalloc(1UL << 40));
	assert_null(vmalloc(~0UL));
	assert_null(vmalloc(64UL << 20)); /* more than there is */
	vfree(NULL);
	assert_consistent();
}

/* Frames stay away from the allocator until every CPU has flushed. */
static void pages_are_freed_only_after_a_flush(void **state)
{
	unsigned long nr_free, flushes;
	char *p;

	vm_unmap_aliases();
	p = vmalloc(4 * PAGE_SIZE);
	nr_free = nr_free_pages();
	flushes = host_tlb_flushes;
	vfree(p);
	assert_true(pte_none(entry(p)));
	assert_int_equal(host_tlb_flushes, flushes);
	assert_int_equal(nr_free_pages(), nr_free);
	vm_unmap_aliases();
	assert_int_equal(host_tlb_flushes, flushes + 1);
	assert_int_equal(nr_free_pages(), nr_free + 4);
}

/* Until then nobody else gets the addresses, either. */
static void addresses_are_reused_only_after_a_flush(void **state)
{
	char *p, *q;

	vm_unmap_aliases();
	p = vmalloc(PAGE_SIZE);
	vfree(p);
	q = vmalloc(PAGE_SIZE);
	assert_ptr_not_equal(p, q);
	vfree(q);
	vm_unmap_aliases();
	q = vmalloc(PAGE_SIZE);
	assert_ptr_equal(p, q);
	vfree(q);
}

static void one_flush_serves_many_areas(void **state)
{
	unsigned long flushes;

	vm_unmap_aliases();
	flushes = host_tlb_flushes;
	for (int i = 0; i < 320; i++)
		vfree(vmalloc(PAGE_SIZE));
	/* Two pages each with the guard, so 64 / 2 areas for a flush. */
	assert_true(host_tlb_flushes - flushes <= 10);
	assert_consistent();
}

static void random_areas(void **state)
{
	static struct {
		char *p;
		unsigned long nr_pages;
	} areas[60];
	unsigned long before = settled_free_pages();
	unsigned long owned = vmalloc_nr_pages();

	for (int i = 0; i < 3000; i++) {
		int n = host_random(60);

		if (areas[n].p) {
			for (unsigned long j = 0; j < areas[n].nr_pages; j++)
				assert_int_equal(
					*byte(areas[n].p, j * PAGE_SIZE), n);
			vfree(areas[n].p);
			areas[n].p = NULL;
		} else {
			areas[n].nr_pages = host_random(30) + 1;
			areas[n].p = vmalloc(areas[n].nr_pages * PAGE_SIZE);
			assert_non_null(areas[n].p);
			for (unsigned long j = 0; j < areas[n].nr_pages; j++)
				*byte(areas[n].p, j * PAGE_SIZE) = n;
		}
		if (i % 20 == 0)
			assert_consistent();
	}
	for (int n = 0; n < 60; n++)
		vfree(areas[n].p);
	/* Tables of the lower levels are kept: at most a few pages. */
	assert_true(before - settled_free_pages() <= 4);
	assert_int_equal(vmalloc_nr_pages(), owned);
	assert_consistent();
}

static void each_allocation_failed_in_turn(void **state)
{
	unsigned long owned = vmalloc_nr_pages();
	unsigned int nth;
	void *p;

	for (nth = 1;; nth++) {
		unsigned long before = settled_free_pages();

		current->fail_nth = nth;
		p = vmalloc(5 * PAGE_SIZE);
		if (current->fail_nth)
			break;
		assert_null(p);
		assert_true(before - settled_free_pages() <= 2); /* tables */
		assert_int_equal(vmalloc_nr_pages(), owned);
		assert_consistent();
	}
	current->fail_nth = 0;
	assert_true(nth >= 7); /* the area and five pages, at least */
	assert_non_null(p);
	vfree(p);
}

static void vmap_leaves_the_pages_to_their_owner(void **state)
{
	struct page *pages[3];
	char *p;

	for (int i = 0; i < 3; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	p = vmap(pages, 3, VM_MAP, PAGE_KERNEL);
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(vmalloc_to_page(p + i * PAGE_SIZE), pages[i]);
	vunmap(p);
	vm_unmap_aliases();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(page_count(pages[i]), 1);
		put_page(pages[i]);
	}
	assert_consistent();
}

static void ioremap_has_the_cache_attribute(void **state)
{
	static const struct {
		void __iomem *(*map)(phys_addr_t phys, unsigned long size);
		u64 cache;
	} kinds[] = {
		{ ioremap, _PAGE_CACHE_MODE_UC_MINUS },
		{ ioremap_wc, _PAGE_CACHE_MODE_WC },
		{ ioremap_cache, _PAGE_CACHE_MODE_WB },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *p = kinds[i].map(0xfd000f10, 0x1100);
		pte_t pte = entry(p);

		assert_int_equal(offset_in_page(p), 0xf10);
		assert_int_equal(pte_pfn(pte), 0xfd000);
		assert_int_equal(pte_val(pte) & _PAGE_CACHE_MASK,
				 kinds[i].cache);
		assert_int_equal(pte_pfn(entry(p + 0x1000)), 0xfd001);
		assert_int_equal(pte_pfn(entry(p + 0x10ff)), 0xfd002);
		assert_null(vmalloc_to_page(p)); /* no struct page there */
		iounmap(p);
		assert_true(pte_none(entry(p)));
	}
	assert_consistent();
}

static void ioremap_of_ram_is_refused(void **state)
{
	assert_null(ioremap(2UL << 20, PAGE_SIZE));
	assert_null(ioremap((2UL << 20) - 1, 2));
	assert_null(ioremap(~0UL - 10, 100));
	assert_null(ioremap(0xfd000000, 0));
}

/* The first test: its stack is the lowest area, with nothing below at all. */
static void the_lowest_stack_is_guarded_too(void **state)
{
	char *stack = alloc_thread_stack();

	assert_int_equal((unsigned long)stack, VMALLOC_START);
	assert_ptr_equal(thread_stack_of_guard(VMALLOC_START - 1), stack);
	free_thread_stack(stack);
}

static void stacks_have_a_guard_page_below(void **state)
{
	char *a = alloc_thread_stack(), *b = alloc_thread_stack();

	assert_true(pte_none(entry(a - 1)));
	assert_true(pte_none(entry(b - 1)));
	for (unsigned long i = 0; i < THREAD_SIZE; i += PAGE_SIZE)
		assert_true(pte_present(entry(b + i)));
	assert_ptr_equal(thread_stack_of_guard((unsigned long)b - 1), b);
	assert_ptr_equal(thread_stack_of_guard((unsigned long)b - PAGE_SIZE),
			 b);
	assert_null(thread_stack_of_guard((unsigned long)b));
	assert_null(thread_stack_of_guard(0x1000));
	free_thread_stack(a);
	free_thread_stack(b);
}

/* What fork and exit do must not cost a flush. */
static void stacks_are_cached(void **state)
{
	unsigned long flushes;
	void *stack = alloc_thread_stack(), *again;

	free_thread_stack(stack);
	flushes = host_tlb_flushes;
	for (int i = 0; i < 1000; i++) {
		again = alloc_thread_stack();
		assert_ptr_equal(again, stack);
		free_thread_stack(again);
	}
	assert_int_equal(host_tlb_flushes, flushes);
}

/* The scheduler frees them where nothing may sleep. */
static void stacks_are_freed_in_atomic_context(void **state)
{
	unsigned long before = settled_free_pages();
	void *stacks[20];

	for (int i = 0; i < 20; i++)
		stacks[i] = alloc_thread_stack();
	host_preempt_count = 1;
	host_irqs_off = true;
	for (int i = 0; i < 20; i++)
		free_thread_stack(stacks[i]);
	assert_true(host_irqs_off);
	host_irqs_off = false;
	host_preempt_count = 0;
	/* A few stay cached; the rest comes back. */
	assert_true(before - settled_free_pages() <= 4 * 4 + 2);
	assert_consistent();
}

static void freeing_what_is_no_area_is_noticed(void **state)
{
	char *p = vmalloc(2 * PAGE_SIZE);

	host_log_clear();
	vfree(p + PAGE_SIZE);
	assert_true(host_logged("WARNING"));
	vfree(p);
	host_log_clear();
	vfree(p); /* twice */
	assert_true(host_logged("WARNING"));
	host_log_clear();
	p = ioremap(0xfd000000, PAGE_SIZE);
	vfree(p); /* the wrong kind */
	assert_true(host_logged("WARNING"));
	iounmap(p);
	assert_consistent();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_stack_is_guarded_too),
		cmocka_unit_test(an_allocation_is_mapped_and_guarded),
		cmocka_unit_test(vzalloc_is_zeroed),
		cmocka_unit_test(impossible_sizes_are_refused),
		cmocka_unit_test(pages_are_freed_only_after_a_flush),
		cmocka_unit_test(addresses_are_reused_only_after_a_flush),
		cmocka_unit_test(one_flush_serves_many_areas),
		cmocka_unit_test(random_areas),
		cmocka_unit_test(each_allocation_failed_in_turn),
		cmocka_unit_test(vmap_leaves_the_pages_to_their_owner),
		cmocka_unit_test(ioremap_has_the_cache_attribute),
		cmocka_unit_test(ioremap_of_ram_is_refused),
		cmocka_unit_test(stacks_have_a_guard_page_below),
		cmocka_unit_test(stacks_are_cached),
		cmocka_unit_test(stacks_are_freed_in_atomic_context),
		cmocka_unit_test(freeing_what_is_no_area_is_noticed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, init_machine, NULL);
}
