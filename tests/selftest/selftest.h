/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/selftest.h - tests that run inside the kernel.
 *
 * For what needs real paging and cannot be seen from a program.  A test is a
 * function; SELFTEST() puts it on the list that the boot option selftest runs:
 *
 *	SELFTEST(zero_page_is_special)
 *	{
 *		...
 *		EXPECT(page == NULL);
 *	}
 *
 * After each one the ledger must agree.  Results are TAP on the serial line.
 */
#ifndef KILBURN_TESTS_SELFTEST_H
#define KILBURN_TESTS_SELFTEST_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

enum selftest_kind {
	SELFTEST_ORDINARY,
	SELFTEST_LONG, /* runs only if it is named in full */
	SELFTEST_PANIC /* the same, and it must not return */
};

struct selftest {
	const char *name;
	void (*run)(void);
	enum selftest_kind kind;
};

/* The alignment is said, so that the entries of all files form one array. */
#define SELFTEST_ENTRY(test, kind)                                             \
	static void selftest_##test(void);                                     \
	static const struct selftest selftest_entry_##test __used __section(   \
		"selftests") __aligned(__alignof__(struct selftest)) = {       \
		#test, selftest_##test, kind                                   \
	};                                                                     \
	static void selftest_##test(void)

#define SELFTEST(test) SELFTEST_ENTRY(test, SELFTEST_ORDINARY)

/* A test that takes too long to run among the others. */
#define SELFTEST_ALONE(test) SELFTEST_ENTRY(test, SELFTEST_LONG)

/*
 * A test that must stop the machine, with a sentence that selftest.t knows: it
 * boots once for each of them.
 */
#define SELFTEST_PANICS(test) SELFTEST_ENTRY(test, SELFTEST_PANIC)

/* Record a failure; the test goes on. */
void selftest_fail(const char *file, int line, const char *what);

#define EXPECT(cond)                                                           \
	do {                                                                   \
		if (!(cond))                                                   \
			selftest_fail(__FILE__, __LINE__, #cond);              \
	} while (0)

#define EXPECT_EQ(a, b) EXPECT((a) == (b))

/* For what the rest of the test stands on: record, and leave the function. */
#define REQUIRE(cond)                                                          \
	do {                                                                   \
		if (!(cond)) {                                                 \
			selftest_fail(__FILE__, __LINE__, #cond);              \
			return;                                                \
		}                                                              \
	} while (0)

#endif /* KILBURN_TESTS_SELFTEST_H */
