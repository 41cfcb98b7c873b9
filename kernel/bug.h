/* SPDX-License-Identifier: MIT */
/*
 * kernel/bug.h - assertions.
 *
 * BUG_ON() is for what only a mistake in the kernel can cause: it stops the
 * machine.  Whatever user space can cause is answered by an error number.
 * VM_BUG_ON() is the same for checks that cost too much outside debug builds;
 * there its condition is compiled but not evaluated.
 *
 * A host test provides bug_at() and warn_at() itself.
 *
 * In Linux: include/linux/bug.h, mmdebug.h, asm-generic/bug.h.
 */
#ifndef KILBURN_KERNEL_BUG_H
#define KILBURN_KERNEL_BUG_H

#include "kernel/compiler.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

/**
 * bug_at() - stop the machine: a rule of the kernel was broken.
 * @file: source file
 * @line: line in it
 * @what: the condition, as text
 *
 * Context: any.
 */
void bug_at(const char *file, int line, const char *what) __noreturn __cold;

/**
 * warn_at() - report a broken rule with a backtrace, and go on.
 * @file: source file
 * @line: line in it
 * @what: the condition, as text
 *
 * Context: any.
 */
void warn_at(const char *file, int line, const char *what) __cold;

#define BUG() bug_at(__FILE__, __LINE__, "BUG")

#define BUG_ON(cond)                                                           \
	do {                                                                   \
		if (unlikely(cond))                                            \
			bug_at(__FILE__, __LINE__, #cond);                     \
	} while (0)

/*
 * The same where a driver may be the culprit: @rule says in a sentence what it
 * did, for its author cannot be expected to read the condition.
 */
#define BUG_ON_RULE(cond, rule)                                                \
	do {                                                                   \
		if (unlikely(cond))                                            \
			bug_at(__FILE__, __LINE__, rule);                      \
	} while (0)

/* The value is the condition's, so that the caller can back out. */
#define WARN_ON(cond)                                                          \
	({                                                                     \
		bool _warn_cond = !!(cond);                                    \
		if (unlikely(_warn_cond))                                      \
			warn_at(__FILE__, __LINE__, #cond);                    \
		unlikely(_warn_cond);                                          \
	})

#define WARN_ON_ONCE(cond)                                                     \
	({                                                                     \
		static bool _warn_done;                                        \
		bool _warn_cond = !!(cond);                                    \
		if (unlikely(_warn_cond && !_warn_done)) {                     \
			_warn_done = true;                                     \
			warn_at(__FILE__, __LINE__, #cond);                    \
		}                                                              \
		unlikely(_warn_cond);                                          \
	})

/**
 * dump_page() - say all that is known about a page, its history too.
 * @page: the page
 * @reason: why, as text
 *
 * Context: any.
 */
struct page;
void dump_page(const struct page *page, const char *reason) __cold;

#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

#if CONFIG_DEBUG_VM
#define VM_BUG_ON(cond) BUG_ON(cond)
#define VM_BUG_ON_PAGE(cond, page)                                             \
	do {                                                                   \
		if (unlikely(cond)) {                                          \
			dump_page(page, #cond);                                \
			bug_at(__FILE__, __LINE__, #cond);                     \
		}                                                              \
	} while (0)
#define VM_WARN_ON(cond)      WARN_ON(cond)
#define VM_WARN_ON_ONCE(cond) WARN_ON_ONCE(cond)
#else
#define VM_BUG_ON(cond)            ((void)sizeof((cond) ? 1 : 0))
#define VM_BUG_ON_PAGE(cond, page) VM_BUG_ON(cond)
#define VM_WARN_ON(cond)           ((void)sizeof((cond) ? 1 : 0))
#define VM_WARN_ON_ONCE(cond)      ((void)sizeof((cond) ? 1 : 0))
#endif

#define VM_BUG_ON_VMA(cond, vma) VM_BUG_ON(cond)
#define VM_BUG_ON_MM(cond, mm)   VM_BUG_ON(cond)

#endif /* KILBURN_KERNEL_BUG_H */
