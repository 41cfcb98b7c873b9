/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/support/trace.c - host tests record no events.
 */

#include "kernel/printk.h"
#include "mm/trace.h"

DEFINE_STATIC_KEY_FALSE(mm_trace_key);

void mm_trace_record(enum mm_trace_event event, const struct mm_struct *mm,
		     unsigned long pfn, unsigned long address,
		     unsigned long arg, unsigned long arg2)
{
}

void mm_trace_map(const struct page *page, const struct vm_area_struct *vma,
		  unsigned long address)
{
}

void dump_page(const struct page *page, const char *reason)
{
	pr_err("page pfn %#lx mapcount %d: %s\n", page_to_pfn(page),
	       page_mapcount(page), reason);
}
