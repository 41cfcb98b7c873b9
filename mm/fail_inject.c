/* SPDX-License-Identifier: MIT */
/*
 * mm/fail_inject.c - making the Nth allocation fail.
 *
 * Theory
 *
 * Code that handles "no memory" never runs in a test, unless the test decides
 * which allocation fails.  With N = 1, 2, 3, ... until the operation succeeds,
 * each of its allocations has failed once, and after each failure everything
 * must be as it was before.  The count of a task is its own, so what other
 * tasks and interrupt handlers allocate in between changes nothing.
 *
 * Locking: current->fail_nth belongs to the task.  fail_boot_nth is counted
 * down, and alloc_hooks changed, atomically.
 *
 * In Linux: lib/fault-inject.c.
 */
#include <asm/atomic.h>
#include <asm/preempt.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"
#include "mm/fail_inject.h"
#include "mm/gfp.h"

unsigned int alloc_hooks;

/* Counts down to the failure that fail_alloc= asked for; 0 is disarmed. */
static unsigned int fail_boot_nth;
static enum fail_kind fail_boot_kind;

static const char *const fail_kind_names[NR_FAIL_KINDS] = {
	[FAIL_PAGE] = "page",
	[FAIL_SLAB] = "slab",
	[FAIL_VMALLOC] = "vmalloc",
	[FAIL_PGTABLE] = "pgtable",
};

void alloc_hooks_change(unsigned int set, unsigned int clear)
{
	__atomic_fetch_and(&alloc_hooks, ~clear, __ATOMIC_RELAXED);
	__atomic_fetch_or(&alloc_hooks, set, __ATOMIC_RELAXED);
}

/* Count one down; true for the one call that reaches 0. */
static bool count_down(unsigned int *nth)
{
	unsigned int old = READ_ONCE(*nth);

	while (old) {
		if (__atomic_compare_exchange_n(nth, &old, old - 1, false,
						__ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return old == 1;
	}
	return false;
}

bool should_fail_alloc_armed(enum fail_kind kind, gfp_t gfp)
{
	if (gfp & __GFP_NOFAIL)
		return false;
	if (in_task() && count_down(&current->fail_nth))
		return true;
	if (kind != fail_boot_kind || !count_down(&fail_boot_nth))
		return false;
	alloc_hooks_change(0, ALLOC_HOOK_FAIL);
	return true;
}

int fail_alloc_setup(const char *arg)
{
	for (unsigned int kind = 0; kind < NR_FAIL_KINDS; kind++) {
		size_t len = strlen(fail_kind_names[kind]);
		unsigned int nth;

		if (strncmp(arg, fail_kind_names[kind], len) ||
		    arg[len] != ',' || kstrtouint(arg + len + 1, 0, &nth))
			continue;
		fail_boot_kind = kind;
		fail_boot_nth = nth;
		if (nth)
			alloc_hooks_change(ALLOC_HOOK_FAIL, 0);
		return 0;
	}
	return -EINVAL;
}
