/* SPDX-License-Identifier: MIT */
/*
 * mm/fail_inject.h - the one hook that every allocation passes.
 *
 * A test arms it in one of two ways: current->fail_nth (written through
 * /proc/self/fail-nth, as on Linux) fails the Nth allocation of one task; the
 * boot option fail_alloc=KIND,NTH fails the NTH allocation of a kind, whoever
 * asks.  Each failure happens once and disarms the hook.
 *
 * In Linux: include/linux/fault-inject.h, lib/fault-inject.c.
 */
#ifndef KILBURN_MM_FAIL_INJECT_H
#define KILBURN_MM_FAIL_INJECT_H

#include <asm/current.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"
#include "kernel/sched.h"

enum fail_kind {
	FAIL_PAGE,    /* alloc_pages() */
	FAIL_SLAB,    /* kmem_cache_alloc(), kmalloc() */
	FAIL_VMALLOC, /* vmalloc(), vmap(), ioremap(), kernel stacks */
	FAIL_PGTABLE, /* a page for a page table */
	NR_FAIL_KINDS,
};

/*
 * What else an allocation has to do, as a bit set: the one word that all of them
 * test.  It is 0 unless somebody asked, so that neither failing nor recording
 * costs anything when it is off.
 */
#define ALLOC_HOOK_FAIL  0x1u /* fail_alloc= has not come true yet */
#define ALLOC_HOOK_TRACE 0x2u /* mm/trace.c records */
extern unsigned int alloc_hooks;

/* Set and clear bits of it. */
void alloc_hooks_change(unsigned int set, unsigned int clear);

bool should_fail_alloc_armed(enum fail_kind kind, gfp_t gfp);

/* Is there more to an allocation than allocating? */
static __always_inline bool alloc_is_hooked(void)
{
	return unlikely(current->fail_nth | alloc_hooks);
}

/**
 * should_fail_alloc() - is this the allocation that has to fail?
 * @kind: what is being allocated
 * @gfp: with __GFP_NOFAIL, never
 *
 * Context: any; interrupt handlers do not count towards current->fail_nth.
 * Return: true if the caller must fail as if memory were short.
 */
static inline bool should_fail_alloc(enum fail_kind kind, gfp_t gfp)
{
	if (!alloc_is_hooked())
		return false;
	return should_fail_alloc_armed(kind, gfp);
}

/**
 * fail_alloc_setup() - parse the boot option fail_alloc=KIND,NTH.
 * @arg: "page,NTH", "slab,NTH", "vmalloc,NTH" or "pgtable,NTH"; NTH counts
 *       from 1
 *
 * Return: 0; -EINVAL, and nothing is armed.
 */
int fail_alloc_setup(const char *arg);

#endif /* KILBURN_MM_FAIL_INJECT_H */
