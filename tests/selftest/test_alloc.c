/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_alloc.c - the allocators with real paging and all CPUs.
 *
 * What one CPU can do wrong is tested on the host (tests/unit/); here is what
 * needs page tables that a CPU walks, and other CPUs in the way.
 */

#include <asm/pgtable.h>
#include <asm/smp.h>
#include "kernel/completion.h"
#include "kernel/kthread.h"
#include "kernel/lib/string.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tests/selftest/selftest.h"

/* Free pages once everything that is put off has been done. */
static unsigned long settled_free_pages(void)
{
	vm_unmap_aliases();
	slab_shrink();
	drain_all_pages();
	return nr_free_pages();
}

static pte_t kernel_entry(unsigned long addr)
{
	pud_t *pudp = pud_offset(pgd_offset_k(addr), addr);

	return *pte_offset_kernel(pmd_offset(pudp, addr), addr);
}

SELFTEST(allocators_are_consistent_after_boot)
{
	EXPECT_EQ(page_alloc_verify(), 0);
	EXPECT_EQ(slab_verify(), 0);
	EXPECT_EQ(vmalloc_verify(), 0);
}

SELFTEST(pfn_valid_agrees_with_the_direct_map)
{
	EXPECT(!pfn_valid(0xb8));    /* the VGA text screen */
	EXPECT(!pfn_valid(0xfee00)); /* the local APIC */
	EXPECT(!pfn_valid(max_pfn));
	EXPECT(!pfn_valid(~0UL));
	EXPECT(pfn_valid(0x200)); /* the kernel image */
	EXPECT(PageReserved(pfn_to_page(0x200)));
	EXPECT(page_address(pfn_to_page(0x200)) == phys_to_virt(2UL << 20));
}

/* Each page is its own, and an address keeps meaning it after a free. */
SELFTEST(vmalloc_memory_is_usable)
{
	const unsigned long size = 1UL << 20;
	u64 *first = vmalloc(size), *second;

	REQUIRE(first);
	for (unsigned long i = 0; i < size / sizeof(*first); i++)
		first[i] = i;
	second = vzalloc(size);
	REQUIRE(second);
	for (unsigned long i = 0; i < size / sizeof(*first); i++)
		if (first[i] != i || second[i] != 0) {
			EXPECT(!"a word has changed");
			break;
		}
	EXPECT(*(u64 *)page_address(vmalloc_to_page(first + 512)) == 512);
	vfree(first);
	vm_unmap_aliases();

	/* The same addresses, other pages: no stale translation. */
	first = vzalloc(size);
	REQUIRE(first);
	for (unsigned long i = 0; i < size / sizeof(*first); i++)
		if (first[i] != 0) {
			EXPECT(!"memory is not zeroed, or the TLB is stale");
			break;
		}
	vfree(first);
	vfree(second);
}

SELFTEST(ioremap_of_firmware_is_cached)
{
	/* Below 1 MiB: no RAM, and harmless to read; test_memtype.c has more */
	char __iomem *p = ioremap_cache(0xf0000, 0x1000);

	REQUIRE(p);
	EXPECT_EQ(pte_val(kernel_entry((unsigned long)p)) & _PAGE_CACHE_MASK,
		  _PAGE_CACHE_MODE_WB);
	iounmap(p);
}

SELFTEST(a_stack_is_guarded_below)
{
	char *stack = alloc_thread_stack();

	REQUIRE(stack);
	memset(stack, 0x11, THREAD_SIZE);
	EXPECT(pte_none(kernel_entry((unsigned long)stack - 1)));
	EXPECT(thread_stack_of_guard((unsigned long)stack - 1) == stack);
	free_thread_stack(stack);
}

/* ---- all CPUs at once --------------------------------------------------- */

#define STRESS_THREADS 8
#define STRESS_ROUNDS  400
#define STRESS_SLOTS   24

static DECLARE_COMPLETION(stress_done);
static atomic_t stress_running, stress_errors;

/* One thing that a thread holds, filled with a value of its own. */
struct slot {
	enum { NOTHING, OBJECT, PAGE, AREA } what;
	u64 *mem;
	unsigned long words;
	u64 value;
};

static unsigned long next_random(unsigned long *state)
{
	*state = *state * 6364136223846793005UL + 1442695040888963407UL;
	return *state >> 33;
}

static void slot_free(struct slot *slot)
{
	for (unsigned long i = 0; i < slot->words; i += 7)
		if (slot->mem[i] != slot->value)
			atomic_inc(&stress_errors);
	if (slot->what == OBJECT)
		kfree(slot->mem);
	else if (slot->what == PAGE)
		free_page((unsigned long)slot->mem);
	else
		vfree(slot->mem);
	slot->what = NOTHING;
}

static void slot_alloc(struct slot *slot, unsigned long *state)
{
	unsigned long kind = next_random(state) % 16;
	unsigned long size = PAGE_SIZE;

	if (kind == 0) {
		size = (next_random(state) % 6 + 1) * PAGE_SIZE;
		slot->mem = vmalloc(size);
		slot->what = AREA;
	} else if (kind < 6) {
		slot->mem = (u64 *)__get_free_page(GFP_KERNEL);
		slot->what = PAGE;
	} else {
		size = next_random(state) % 3000 + 8;
		slot->mem = kmalloc(size, GFP_KERNEL);
		slot->what = OBJECT;
	}
	if (!slot->mem) {
		slot->what = NOTHING;
		return;
	}
	slot->words = size / sizeof(u64);
	slot->value = next_random(state);
	for (unsigned long i = 0; i < slot->words; i++)
		slot->mem[i] = slot->value;
}

static int stress_thread(void *seed)
{
	struct slot slots[STRESS_SLOTS] = {};
	unsigned long state = (unsigned long)seed;

	for (int round = 0; round < STRESS_ROUNDS; round++) {
		struct slot *slot = &slots[next_random(&state) % STRESS_SLOTS];

		if (slot->what == NOTHING)
			slot_alloc(slot, &state);
		else
			slot_free(slot);
		cond_resched();
	}
	for (int i = 0; i < STRESS_SLOTS; i++)
		if (slots[i].what != NOTHING)
			slot_free(&slots[i]);
	if (atomic_dec_and_test(&stress_running))
		complete(&stress_done);
	return 0;
}

static void run_stress(void)
{
	atomic_set(&stress_running, STRESS_THREADS);
	atomic_set(&stress_errors, 0);
	for (unsigned long i = 0; i < STRESS_THREADS; i++)
		if (IS_ERR(kthread_run(stress_thread, (void *)(i + 1),
				       "stress/%lu", i)) &&
		    atomic_dec_and_test(&stress_running))
			complete(&stress_done);
	wait_for_completion(&stress_done);
	EXPECT_EQ(atomic_read(&stress_errors), 0);
}

/* Whatever the CPUs do to each other, no object is shared and none is lost. */
SELFTEST(allocators_survive_all_cpus)
{
	unsigned long before, after;

	run_stress(); /* page tables, and what is made only once */
	before = settled_free_pages();
	run_stress();
	after = settled_free_pages();
	EXPECT_EQ(page_alloc_verify(), 0);
	EXPECT_EQ(slab_verify(), 0);
	EXPECT_EQ(vmalloc_verify(), 0);
	/* Threads that are still ending hold their stack and their task. */
	EXPECT(after + STRESS_THREADS * 16 >= before);
}
