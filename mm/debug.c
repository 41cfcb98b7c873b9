/* SPDX-License-Identifier: MIT */
/*
 * mm/debug.c - what a page says about itself, for reports.
 *
 * Locking: none: it is called when something is wrong already.
 * In Linux: mm/debug.c.
 */

#include "kernel/printk.h"
#include "mm/page.h"
#include "mm/trace.h"

static void print_event(void *unused, const char *line)
{
	pr_err("  %s\n", line);
}

void dump_page(const struct page *page, const char *reason)
{
	unsigned long pfn = page_to_pfn(page);

	pr_err("page pfn %#lx: %s\n", pfn, reason);
	pr_err("  flags %#lx count %d mapcount %d pins %d mapping %lx "
	       "index %#lx\n",
	       page->flags, page_count(page), page_mapcount(page),
	       atomic_read(&page->_pincount), (unsigned long)page->mapping,
	       page->index);
	trace_page_history(pfn, print_event, NULL);
}
