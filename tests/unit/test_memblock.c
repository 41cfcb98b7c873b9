/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memblock.c */
/*
 * tests/unit/test_memblock.c - the tables of ranges against a map of bytes.
 *
 * The slow model has one byte for each KiB of a small address space: is it RAM,
 * is it reserved?
 */
#include "support/host.h"
#include "kernel/lib/errno.h"
#include "mm/memblock.h"

#define SPACE_KIB 4096

static bool model_memory[SPACE_KIB], model_reserved[SPACE_KIB];

static int start_empty(void **state)
{
	memblock.memory.cnt = 0;
	memblock.reserved.cnt = 0;
	memblock.current_limit = ~(phys_addr_t)0;
	memset(model_memory, 0, sizeof(model_memory));
	memset(model_reserved, 0, sizeof(model_reserved));
	return 0;
}

static void compare_with_model(void)
{
	phys_addr_t size = 0, end = 0;

	assert_int_equal(memblock_verify(), 0);
	for (unsigned long i = 0; i < SPACE_KIB; i++) {
		assert_int_equal(memblock_is_memory(i << 10), model_memory[i]);
		assert_int_equal(memblock_is_reserved((i << 10) + 1023),
				 model_reserved[i]);
		if (model_memory[i]) {
			size += 1024;
			end = (i + 1) << 10;
		}
	}
	assert_int_equal(memblock_phys_mem_size(), size);
	assert_int_equal(memblock_end_of_DRAM(), end);
}

/* Overlapping, touching, inside, around, twice: in any order. */
static void random_ranges_match_the_model(void **state)
{
	for (int i = 0; i < 3000; i++) {
		unsigned long start = host_random(SPACE_KIB);
		unsigned long len = host_random(SPACE_KIB - start + 1);
		int what = host_random(4);
		phys_addr_t base = start << 10, size = len << 10;

		if (len > 200 && host_random(4))
			len = host_random(200), size = len << 10;
		if (what == 0)
			assert_int_equal(memblock_add(base, size), 0);
		else if (what == 1)
			assert_int_equal(memblock_remove(base, size), 0);
		else if (what == 2)
			assert_int_equal(memblock_reserve(base, size), 0);
		else
			assert_int_equal(memblock_phys_free(base, size), 0);
		memset((what < 2 ? model_memory : model_reserved) + start,
		       what % 2 == 0, len);
		if (i % 10 == 0)
			compare_with_model();
	}
	compare_with_model();
}

static void neighbours_become_one(void **state)
{
	memblock_add(0x1000, 0x1000);
	memblock_add(0x3000, 0x1000);
	assert_int_equal(memblock.memory.cnt, 2);
	memblock_add(0x2000, 0x1000);
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock.memory.regions[0].base, 0x1000);
	assert_int_equal(memblock.memory.regions[0].size, 0x3000);
}

static void a_hole_splits_a_region(void **state)
{
	memblock_add(0, 0x10000);
	memblock_remove(0x4000, 0x1000);
	assert_int_equal(memblock.memory.cnt, 2);
	assert_int_equal(memblock.memory.regions[1].base, 0x5000);
	assert_int_equal(memblock.memory.regions[1].size, 0xb000);
}

/* What it gives out is RAM, was free, is aligned, below the limit, highest. */
static void allocations_are_free_aligned_and_high(void **state)
{
	phys_addr_t last = ~(phys_addr_t)0;

	memblock_add(0, 8UL << 20);
	memblock_add(16UL << 20, 1UL << 20);
	memblock_reserve(5UL << 20, 1UL << 20);
	memblock_set_current_limit(7UL << 20);
	for (;;) {
		phys_addr_t got = memblock_phys_alloc(0x18000, 0x10000);

		if (!got)
			break;
		assert_int_equal(got % 0x10000, 0);
		assert_true(got + 0x18000 <= last);
		assert_true(got >= 1UL << 20);
		assert_true(got + 0x18000 <= 7UL << 20);
		assert_true(got + 0x18000 <= 5UL << 20 || got >= 6UL << 20);
		last = got;
	}
	/* 96 KiB every 128 KiB; nothing is left that would have fitted. */
	assert_true(last < (1UL << 20) + 0x20000);
	assert_int_equal(memblock_verify(), 0);
}

static void alloc_is_zeroed(void **state)
{
	unsigned char *p;

	memblock_add(1UL << 20, 1UL << 20);
	memset(host_ram + (1UL << 20), 0xff, 1UL << 20);
	p = memblock_alloc(5000, 64);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(p[i], 0);
}

static void alloc_says_why_it_cannot_boot(void **state)
{
	memblock_add(1UL << 20, 1UL << 20);
	assert_true(host_panics(memblock_alloc(2UL << 20, 1)));
	assert_true(host_logged("Not enough memory to boot"));
}

static void a_full_table_is_reported(void **state)
{
	unsigned long i;

	for (i = 0; i < MEMBLOCK_MAX_REGIONS; i++)
		assert_int_equal(memblock_add(i * 0x2000, 0x1000), 0);
	assert_int_equal(memblock_add(i * 0x2000, 0x1000), -ENOSPC);
	assert_int_equal(memblock_remove(0x400, 0x100), -ENOSPC);
	assert_int_equal(memblock_verify(), 0);
}

static void the_end_of_the_address_space_does_not_wrap(void **state)
{
	assert_int_equal(memblock_add(~0ULL - 0xfff, 0x5000), 0);
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock_verify(), 0);
	assert_false(memblock_is_memory(0x100));
}

static void verify_notices_corruption(void **state)
{
	memblock_add(0x1000, 0x1000);
	memblock_add(0x5000, 0x1000);
	memblock.memory.regions[1].base = 0x2000; /* touches the first */
	assert_int_equal(memblock_verify(), 1);
	memblock.memory.regions[1].base = 0x5000;
	memblock.memory.regions[0].size = 0;
	assert_int_equal(memblock_verify(), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, start_empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours_become_one),
		TEST(a_hole_splits_a_region),
		TEST(random_ranges_match_the_model),
		TEST(allocations_are_free_aligned_and_high),
		TEST(alloc_is_zeroed),
		TEST(alloc_says_why_it_cannot_boot),
		TEST(a_full_table_is_reported),
		TEST(the_end_of_the_address_space_does_not_wrap),
		TEST(verify_notices_corruption),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
