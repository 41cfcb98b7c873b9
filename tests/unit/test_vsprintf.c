/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_vsprintf.c - formatted text, compared with libc's.
 */
/* SOURCES: kernel/lib/vsprintf.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* What libc says; before the header below gives the name to our function. */
static int libc_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	return vsnprintf(buf, size, fmt, args);
}

#include "kernel/lib/kernel.h"
#include "kernel/lib/vsprintf.h"

const char *symbol_name(unsigned long addr, unsigned long *offset)
{
	if (addr != 0x1234)
		return NULL;
	*offset = 0x34;
	return "do_wp_page";
}

/* Both must agree, whatever the size of the buffer. */
static void same(const char *fmt, ...)
{
	char ours[200], libcs[200];
	static const size_t sizes[] = { 0, 1, 2, 5, 13, 200 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		va_list args;
		int want, got;

		memset(ours, '#', sizeof(ours));
		memset(libcs, '#', sizeof(libcs));
		va_start(args, fmt);
		want = libc_vsnprintf(libcs, sizes[i], fmt, args);
		va_end(args);
		va_start(args, fmt);
		got = vsnprintf(ours, sizes[i], fmt, args);
		va_end(args);
		assert_int_equal(got, want);
		assert_memory_equal(ours, libcs, sizeof(ours));
	}
}

static void integers(void **state)
{
	static const long values[] = { 0,       1,       -1,       9,
				       10,      255,     -255,     65535,
				       INT_MAX, INT_MIN, LONG_MAX, LONG_MIN };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		long v = values[i];

		same("%d|%i|%u|%x|%X|%o", (int)v, (int)v, (int)v, (int)v,
		     (int)v, (int)v);
		same("%ld %lu %lx %lld %llu %llx", v, v, v, (long long)v,
		     (long long)v, (long long)v);
		same("%zu %zx %td", (size_t)v, (size_t)v, (ptrdiff_t)v);
		same("%hd %hu %hhd %hhu", (short)v, (short)v, (char)v, (char)v);
	}
}

static void width_and_flags(void **state)
{
	same("[%5d][%-5d][%05d][%+d][% d]", 42, 42, 42, 42, 42);
	same("[%5d][%-5d][%05d][%+d][% d]", -42, -42, -42, -42, -42);
	same("[%08lx][%016llx][%#x][%#o][%#x]", 0xbeefUL, 0xdeadbeefULL, 255, 8,
	     0);
	same("[%*d][%-*d][%*d]", 6, 7, 6, 7, -6, 7);
	same("[%.3d][%8.3d][%-8.3d][%.0d][%08.3d]", 7, 7, 7, 0, 7);
	same("[%#8x][%#08x][%-#8x]", 255, 255, 255);
	same("[%3d][%1x]", 123456, 0xabcdef);
}

static void strings(void **state)
{
	same("%s|%10s|%-10s|", "page", "page", "page");
	same("%.2s|%10.2s|%-10.2s|%.*s|", "page", "page", "page", 3, "page");
	same("%.10s|%s", "page", "");
	same("%c%c|%3c|%-3c|", 'a', 'b', 'c', 'd');
	same("100%% of %s", "it");
	same("no conversion at all");
}

static void kernel_pointers(void **state)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%p", (void *)0xffff888000001000UL);
	assert_string_equal(buf, "ffff888000001000");
	snprintf(buf, sizeof(buf), "%p", NULL);
	assert_string_equal(buf, "0000000000000000");
	/* The compiler's check of formats knows no suffixes. */
	sprintf(buf, "%pS.", (void *)0x1234);
	assert_string_equal(buf, "do_wp_page+0x34.");
	sprintf(buf, "%pS.", (void *)0x4321);
	assert_string_equal(buf, "0x4321.");
	sprintf(buf, "%pB.", (void *)0x1235); /* a call's return address */
	assert_string_equal(buf, "do_wp_page+0x35.");
	sprintf(buf, "%px.", (void *)0x4321);
	assert_string_equal(buf, "0000000000004321.");
}

static void what_was_written(void **state)
{
	char buf[8];

	assert_int_equal(scnprintf(buf, sizeof(buf), "%s", "1234567890"), 7);
	assert_string_equal(buf, "1234567");
	assert_int_equal(scnprintf(buf, sizeof(buf), "%d", 42), 2);
	assert_int_equal(scnprintf(buf, 0, "%d", 42), 0);
	assert_int_equal(snprintf(NULL, 0, "%s", "1234567890"), 10);
}

static void null_and_unknown(void **state)
{
	const char *volatile none = NULL;
	char buf[32];

	snprintf(buf, sizeof(buf), "%s", none);
	assert_string_equal(buf, "(null)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(width_and_flags),
		cmocka_unit_test(strings),
		cmocka_unit_test(kernel_pointers),
		cmocka_unit_test(what_was_written),
		cmocka_unit_test(null_and_unknown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
