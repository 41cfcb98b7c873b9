/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_trace.c - the event ring, and a page's biography.
 */

#include "kernel/lib/string.h"
#include "mm/gfp.h"
#include "mm/mm.h"
#include "mm/page.h"
#include "mm/trace.h"
#include "tests/selftest/selftest.h"

/* What the last lines of a biography said. */
struct biography {
	int allocs, frees, lines;
	bool last_is_free;
};

static void take_line(void *arg, const char *line)
{
	struct biography *bio = arg;

	bio->lines++;
	bio->allocs += !!strstr(line, ": alloc pfn ");
	bio->last_is_free = strstr(line, ": free pfn ");
	bio->frees += bio->last_is_free;
}

SELFTEST(a_page_has_a_biography)
{
	struct biography bio = { 0 };
	struct page *page;
	bool was_on = static_key_enabled(&mm_trace_key);
	unsigned long pfn;

	REQUIRE(!mm_trace_set(true));
	page = alloc_page(GFP_KERNEL);
	REQUIRE(page);
	pfn = page_to_pfn(page);
	put_page(page);
	mm_trace_set(was_on);

	trace_page_history(pfn, take_line, &bio);
	EXPECT(bio.allocs >= 1);
	EXPECT(bio.frees >= 1);
	EXPECT(bio.last_is_free);
}

SELFTEST(events_come_in_order)
{
	struct mm_trace_cursor cursor;
	struct mm_trace_record record;
	bool was_on = static_key_enabled(&mm_trace_key);
	u64 last = 0;
	int nr = 0;

	REQUIRE(!mm_trace_set(true));
	for (int i = 0; i < 100; i++)
		put_page(alloc_page(GFP_KERNEL | __GFP_NOFAIL));
	mm_trace_set(was_on);

	for (mm_trace_rewind(&cursor); mm_trace_next(&cursor, &record); nr++) {
		EXPECT(record.seq > last);
		last = record.seq;
	}
	EXPECT(nr >= 200);
}

/* Off, it records nothing. */
SELFTEST(a_ring_that_is_off_stays_as_it_is)
{
	struct mm_trace_cursor before, after;
	bool was_on = static_key_enabled(&mm_trace_key);

	mm_trace_set(false);
	mm_trace_rewind(&before);
	put_page(alloc_page(GFP_KERNEL | __GFP_NOFAIL));
	mm_trace_rewind(&after);
	EXPECT_EQ(before.last, after.last);
	mm_trace_set(was_on);
}
