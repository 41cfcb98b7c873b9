/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_jump_label.c - no-ops that become jumps, and back.
 */

#include "kernel/jump_label.h"
#include <asm/pgtable.h>
#include "kernel/kthread.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/vmalloc.h"
#include "tests/selftest/selftest.h"

static DEFINE_STATIC_KEY_FALSE(test_key);
static DEFINE_STATIC_KEY_FALSE(other_key);

static noinline bool ask(void)
{
	return static_branch_unlikely(&test_key);
}

static noinline bool ask_other(void)
{
	return static_branch_unlikely(&other_key);
}

SELFTEST(a_static_branch_follows_its_key)
{
	EXPECT(!ask());
	REQUIRE(!static_branch_enable(&test_key));
	EXPECT(ask());
	EXPECT(static_key_enabled(&test_key));
	EXPECT(!ask_other());
	REQUIRE(!static_branch_enable(&test_key)); /* once more is harmless */
	EXPECT(ask());
	REQUIRE(!static_branch_disable(&test_key));
	EXPECT(!ask());
	EXPECT(!static_key_enabled(&test_key));
}

extern const struct jump_entry __start___jump_table[], __stop___jump_table[];

SELFTEST(a_static_branch_that_is_off_is_a_no_op)
{
	static const u8 nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	const struct jump_entry *entry = __start___jump_table;

	while (entry < __stop___jump_table && entry->key != &test_key)
		entry++;
	REQUIRE(entry < __stop___jump_table);
	EXPECT(!memcmp((void *)entry->code, nop, sizeof(nop)));
	REQUIRE(!static_branch_enable(&test_key));
	EXPECT(*(u8 *)entry->code == 0xe9);
	REQUIRE(!static_branch_disable(&test_key));
	EXPECT(!memcmp((void *)entry->code, nop, sizeof(nop)));
}

/* Asks without a pause, so that it is asking while the code is written. */
static atomic_t askers, answers;
static bool stop_asking;

static int asker(void *unused)
{
	atomic_inc(&askers);
	while (!READ_ONCE(stop_asking)) {
		for (int i = 0; i < 1000; i++)
			if (ask())
				atomic_inc(&answers);
		cond_resched();
	}
	atomic_dec(&askers);
	return 0;
}

SELFTEST(a_static_branch_is_switched_under_running_cpus)
{
	const int nr = 3;

	atomic_set(&answers, 0);
	WRITE_ONCE(stop_asking, false);
	for (int i = 0; i < nr; i++)
		REQUIRE(!IS_ERR(kthread_run(asker, NULL, "asker")));
	while (atomic_read(&askers) != nr)
		schedule_timeout_ns(1000000);
	for (int i = 0; i < 50; i++) {
		REQUIRE(!static_branch_enable(&test_key));
		schedule_timeout_ns(1000000);
		REQUIRE(!static_branch_disable(&test_key));
	}
	WRITE_ONCE(stop_asking, true);
	while (atomic_read(&askers))
		schedule_timeout_ns(1000000);
	EXPECT(atomic_read(&answers) > 0);
	EXPECT(!ask());
}
