/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_bitmap.c - bitmaps against an array of bool.
 */
/* SOURCES: kernel/lib/bitmap.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel/lib/bitmap.h"
#include "kernel/lib/kernel.h"

#define BITS 300

static DECLARE_BITMAP(map, BITS);
static bool model[BITS];

static unsigned long model_next(unsigned long nbits, unsigned long start,
				bool value)
{
	while (start < nbits && model[start] != value)
		start++;
	return min(start, nbits);
}

static void check(void)
{
	unsigned long nbits = rand() % (BITS + 1);
	unsigned long weight = 0, bit, seen = 0;

	for (unsigned long i = 0; i < nbits; i++)
		weight += model[i];
	assert_int_equal(bitmap_weight(map, nbits), weight);
	for (unsigned long start = 0; start <= nbits; start++) {
		unsigned long set = model_next(nbits, start, true);
		unsigned long clear = model_next(nbits, start, false);

		if (start < nbits) {
			assert_int_equal(find_next_bit(map, nbits, start), set);
			assert_int_equal(find_next_zero_bit(map, nbits, start),
					 clear);
		}
	}
	for_each_set_bit (bit, map, nbits) {
		assert_true(model[bit]);
		seen++;
	}
	assert_int_equal(seen, weight);
	assert_int_equal(bitmap_empty(map, nbits), weight == 0);
	assert_int_equal(bitmap_full(map, nbits), weight == nbits);
}

static void random_ranges(void **state)
{
	srand(1);
	for (int step = 0; step < 3000; step++) {
		unsigned long start = rand() % BITS;
		unsigned long nr = rand() % (BITS - start + 1);
		bool set = rand() % 2;

		if (rand() % 2)
			nr = min(nr, (unsigned long)(rand() % 20));
		if (set)
			bitmap_set(map, start, nr);
		else
			bitmap_clear(map, start, nr);
		for (unsigned long i = start; i < start + nr; i++)
			model[i] = set;
		check();
	}
}

/* Bits beyond the end of the bitmap are nobody's business. */
static void last_word_is_masked(void **state)
{
	unsigned long words[2] = { ~0UL, ~0UL };

	assert_int_equal(bitmap_weight(words, 70), 70);
	assert_int_equal(find_first_zero_bit(words, 70), 70);
	bitmap_clear(words, 0, 70);
	assert_int_equal(words[0], 0);
	assert_int_equal(words[1], ~0UL << 6);
	assert_int_equal(find_first_bit(words, 70), 70);
	bitmap_fill(words, 65);
	assert_int_equal(words[1], (~0UL << 6) | 1);
}

static void zero_area(void **state)
{
	DECLARE_BITMAP(bits, 128);

	bitmap_zero(bits, 128);
	bitmap_set(bits, 0, 3);
	bitmap_set(bits, 10, 1);
	assert_int_equal(bitmap_find_next_zero_area(bits, 128, 0, 7, 0), 3);
	assert_int_equal(bitmap_find_next_zero_area(bits, 128, 0, 8, 0), 11);
	assert_int_equal(bitmap_find_next_zero_area(bits, 128, 0, 8, 7), 16);
	assert_int_equal(bitmap_find_next_zero_area(bits, 128, 0, 117, 0), 11);
	assert_true(bitmap_find_next_zero_area(bits, 128, 0, 118, 0) + 118 >
		    128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_ranges),
		cmocka_unit_test(last_word_is_masked),
		cmocka_unit_test(zero_area),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
