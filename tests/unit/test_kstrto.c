/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_kstrto.c - text to numbers, and sorting.
 */
/* SOURCES: kernel/lib/kstrto.c kernel/lib/sort.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/sort.h"

static void whole_numbers(void **state)
{
	unsigned long u = 77;
	long s;

	assert_int_equal(kstrtoul("0", 0, &u), 0);
	assert_int_equal(u, 0);
	assert_int_equal(kstrtoul("+12\n", 10, &u), 0);
	assert_int_equal(u, 12);
	assert_int_equal(kstrtoul("0x1F", 0, &u), 0);
	assert_int_equal(u, 31);
	assert_int_equal(kstrtoul("ff", 16, &u), 0);
	assert_int_equal(u, 255);
	assert_int_equal(kstrtoul("0x10", 16, &u), 0);
	assert_int_equal(u, 16);
	assert_int_equal(kstrtoul("017", 0, &u), 0);
	assert_int_equal(u, 15);
	assert_int_equal(kstrtoul("18446744073709551615", 10, &u), 0);
	assert_int_equal(u, ULONG_MAX);
	assert_int_equal(kstrtol("-9223372036854775808", 10, &s), 0);
	assert_int_equal(s, LONG_MIN);
}

static void bad_numbers(void **state)
{
	static const char *const bad[] = { "",    "+",     "-",  "0x",
					   "12a", " 12",   "1 ", "08",
					   "--1", "1\n\n", "g",  "-1" };
	unsigned long u = 77;
	unsigned int ui;
	long s;
	int i;

	for (size_t n = 0; n < ARRAY_SIZE(bad); n++)
		assert_int_equal(kstrtoul(bad[n], 0, &u), -EINVAL);
	assert_int_equal(kstrtoul("18446744073709551616", 10, &u), -ERANGE);
	assert_int_equal(kstrtol("9223372036854775808", 10, &s), -ERANGE);
	assert_int_equal(kstrtol("-9223372036854775809", 10, &s), -ERANGE);
	assert_int_equal(kstrtouint("4294967296", 10, &ui), -ERANGE);
	assert_int_equal(kstrtoint("-2147483649", 10, &i), -ERANGE);
	assert_int_equal(u, 77); /* untouched by errors */
}

static void sizes(void **state)
{
	char *end;

	assert_int_equal(memparse("64K", &end), 65536);
	assert_int_equal(*end, '\0');
	assert_int_equal(memparse("16m@", &end), 16 << 20);
	assert_int_equal(*end, '@');
	assert_int_equal(memparse("2G", NULL), 2UL << 30);
	assert_int_equal(memparse("0x10", &end), 16);
	assert_int_equal(simple_strtoul("123abc", &end, 10), 123);
	assert_string_equal(end, "abc");
}

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static void sorting(void **state)
{
	srand(1);
	for (int num = 0; num < 200; num++) {
		int ours[200], libcs[200], key = rand() % 100;
		size_t at;

		for (int i = 0; i < num; i++)
			ours[i] = libcs[i] = rand() % 100;
		sort(ours, num, sizeof(int), compare);
		qsort(libcs, num, sizeof(int), compare);
		assert_memory_equal(ours, libcs, num * sizeof(int));

		at = bsearch_range(&key, ours, num, sizeof(int), compare);
		assert_true(at == 0 || ours[at - 1] < key);
		assert_true(at == (size_t)num || ours[at] >= key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(bad_numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(sorting),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
