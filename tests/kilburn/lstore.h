/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/lstore.h - what the tests of /dev/lstore share.
 *
 * Every page of a context carries tags, so that a page that belongs to another
 * context, another place in it or another time is recognised at the first load.
 */
#ifndef KILBURN_TESTS_KILBURN_LSTORE_H
#define KILBURN_TESTS_KILBURN_LSTORE_H

#include "../user/fault.h"
#include "ledger.h"
#include <fcntl.h>
#include <lstore.h>
#include <sys/ioctl.h>

#define RW          (PROT_READ | PROT_WRITE)
#define STORE_PAGES (LSTORE_SIZE / (long)PAGE)
#define TAGS        8 /* in each page, evenly spaced */

static inline int open_context(void)
{
	int fd = open(LSTORE_DEVICE, O_RDWR);

	need(fd >= 0);
	return fd;
}

/* The store and, with @len above LSTORE_SIZE, the control window. */
static inline char *map_context(int fd, long len)
{
	char *p = mmap(NULL, len, RW, MAP_SHARED, fd, 0);

	need(p != MAP_FAILED);
	return p;
}

static inline uint64_t tag(int context, long page, uint64_t generation)
{
	return (uint64_t)context << 56 | (uint64_t)page << 40 | generation;
}

static inline volatile uint64_t *tag_at(char *page, int i)
{
	return (volatile uint64_t *)(page + i * (PAGE / TAGS));
}

static inline void tag_page(char *page, uint64_t value)
{
	for (int i = 0; i < TAGS; i++)
		*tag_at(page, i) = value;
}

static inline void tag_store(char *p, int context, uint64_t generation)
{
	for (long page = 0; page < STORE_PAGES; page++)
		tag_page(p + page * PAGE, tag(context, page, generation));
}

/* How many tags of [first, last) pages are wrong; the first one is told. */
static inline long bad_tags(char *p, int context, uint64_t generation,
			    long first, long last)
{
	long bad = 0;

	for (long page = first; page < last; page++)
		for (int i = 0; i < TAGS; i++) {
			uint64_t got = *tag_at(p + page * PAGE, i);

			if (got == tag(context, page, generation))
				continue;
			if (!bad++)
				diag("page %ld of context %d has tag %#lx, "
				     "expected %#lx",
				     page, context, got,
				     tag(context, page, generation));
		}
	return bad;
}

#define is_tagged(p, context, generation, name)                                \
	is_num(bad_tags(p, context, generation, 0, STORE_PAGES), 0, name,      \
	       "The pointer must show the context's own bytes, wherever it "   \
	       "is.")

#endif
