/* SPDX-License-Identifier: MIT */
/*
 * kernel/config.h - every build option, always defined to 0 or 1.
 *
 * Force-included before everything else, so that code can say `if
 * (CONFIG_DEBUG_VM)` and -Wundef catches a misspelling.  `make
 * CONFIG_DEBUG_VM=0` overrides a default; BUILD=release defines
 * KILBURN_RELEASE, which turns the checks off.
 */
#ifndef KILBURN_KERNEL_CONFIG_H
#define KILBURN_KERNEL_CONFIG_H

#ifdef KILBURN_RELEASE
#define CONFIG_DEBUG_DEFAULT 0
#else
#define CONFIG_DEBUG_DEFAULT 1
#endif

/* Check the mm/ invariants at every step.  Costs about 2x in fork. */
#ifndef CONFIG_DEBUG_VM
#define CONFIG_DEBUG_VM CONFIG_DEBUG_DEFAULT
#endif

/* Check the lock-order tree and lock ownership at run time. */
#ifndef CONFIG_LOCKDEP
#define CONFIG_LOCKDEP CONFIG_DEBUG_DEFAULT
#endif

/* Poison freed memory, and put red zones around slab objects. */
#ifndef CONFIG_DEBUG_POISON
#define CONFIG_DEBUG_POISON CONFIG_DEBUG_DEFAULT
#endif

/*
 * How vm_normal_page() recognises a frame without a struct page: 1, by a
 * software bit in the page-table entry; 0, by the rule of 2006,
 * pfn == vm_pgoff + ((addr - vm_start) >> PAGE_SHIFT).
 */
#ifndef CONFIG_PTE_SPECIAL
#define CONFIG_PTE_SPECIAL 1
#endif

/* Build the self tests in tests/selftest/ into the kernel. */
#ifndef CONFIG_SELFTEST
#define CONFIG_SELFTEST CONFIG_DEBUG_DEFAULT
#endif

#endif /* KILBURN_KERNEL_CONFIG_H */
