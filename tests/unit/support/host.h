/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/support/host.h - what a unit test can ask of the host program.
 *
 * Include it first; it brings cmocka.  tests/unit/README.md tells how to write
 * a test.
 */
#ifndef KILBURN_HOST_H
#define KILBURN_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <asm/page.h>
#include "kernel/lib/types.h"

/* All that was printed by printk() and panic() since host_log_clear(). */
extern char host_log[];
void host_log_clear(void);

/* Does the log contain @text? */
bool host_logged(const char *text);

/*
 * Run a statement that must end in panic() or BUG().  The value is true if it
 * did; what it said is in host_log.  Locks it held stay held, so use it where
 * none is, or end the program soon.
 */
extern jmp_buf host_panic_env;
extern bool host_panic_expected;
void host_context_reset(void);

#define host_panics(statement)                                                 \
	({                                                                     \
		volatile bool host_panicked_ = true;                           \
                                                                               \
		host_log_clear();                                              \
		host_panic_expected = true;                                    \
		if (!setjmp(host_panic_env)) {                                 \
			statement;                                             \
			host_panicked_ = false;                                \
		}                                                              \
		host_panic_expected = false;                                   \
		host_context_reset();                                          \
		host_panicked_;                                                \
	})

/* The kernel's context, as left by the code under test. */
extern bool host_irqs_off;
extern int host_preempt_count;
extern unsigned long host_tlb_flushes;

/* Nothing locked, interrupts on: to be true after every operation. */
bool host_context_clean(void);

/* A lock that counts as held throughout, as if by the caller of the test. */
struct lockdep_map;
extern const struct lockdep_map *host_assumed_held;

/* A repeatable pseudo-random number, 0..@below - 1. */
unsigned long host_random(unsigned long below);
void host_random_seed(unsigned long seed);

/* The boundary of what early_map_range() backed: pages of vmemmap, in bytes. */
extern unsigned long host_vmemmap_bytes;

/*
 * For tests that do not link the real allocators: how many objects and pages
 * of the stand-ins (host_alloc.c) are in use.
 */
extern unsigned long host_live_objects, host_live_pages;

/*
 * For tests that link the real allocators: bring them up on a machine with
 * @low_mib MiB from 0 (with the usual hole below 1 MiB) and @high_mib MiB from
 * 4 GiB.  Once in a program.
 */
#define host_mm_init(low_mib, high_mib)                                        \
	do {                                                                   \
		memblock_add(0, 0x9f000);                                      \
		memblock_add(1UL << 20, ((low_mib)-1UL) << 20);                \
		if (high_mib)                                                  \
			memblock_add(4UL << 30, (high_mib)*1UL << 20);         \
		memblock_reserve(1UL << 20, 1UL << 20);                        \
		mm_init();                                                     \
	} while (0)

#endif /* KILBURN_HOST_H */
