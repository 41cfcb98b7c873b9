/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/selftest.c - runs the tests of this folder; prints TAP.
 */

#include "tests/selftest/selftest.h"
#include "kernel/init.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/mm.h"

/* linker.ld puts the section's entries between these. */
extern const struct selftest __start_selftests[], __stop_selftests[];

static int failures; /* of the test that is running */

void selftest_fail(const char *file, int line, const char *what)
{
	failures++;
	pr_notice("# %s:%d: expected %s\n", file, line, what);
}

static bool selected(const struct selftest *test, const char *pattern)
{
	if (test->kind != SELFTEST_ORDINARY)
		return !strcmp(test->name, pattern);
	return !pattern[0] || strstr(test->name, pattern);
}

int selftest_run(const char *pattern)
{
	const struct selftest *test;
	int nr = 0, failed = 0;

	for (test = __start_selftests; test < __stop_selftests; test++)
		nr += selected(test, pattern);
	pr_notice("1..%d\n", nr);
	nr = 0;
	for (test = __start_selftests; test < __stop_selftests; test++) {
		if (!selected(test, pattern))
			continue;
		failures = 0;
		test->run();
		if (test->kind == SELFTEST_PANIC)
			selftest_fail(__FILE__, __LINE__, "a panic");
		if (mm_audit(NULL))
			selftest_fail(__FILE__, __LINE__, "the ledger agrees");
		failed += !!failures;
		pr_notice("%sok %d - %s\n", failures ? "not " : "", ++nr,
			  test->name);
	}
	return failed;
}
