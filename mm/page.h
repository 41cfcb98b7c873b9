/* SPDX-License-Identifier: MIT */
/*
 * mm/page.h - struct page: what the kernel knows about each frame of RAM.
 *
 * Theory
 *
 * There is one struct page for each 4 KiB frame of RAM, and for nothing else:
 * a device's frames have none, which is what VM_PFNMAP is about.  The array is
 * virtually contiguous at VMEMMAP_START and backed only where there is RAM, so
 *
 *	page_to_pfn(page) = page - vmemmap
 *
 * Two counters say who uses a frame:
 *
 *	_refcount	how many owners; 0 means free.  Each page-table entry
 *			that maps the page normally, the page cache, a pin and
 *			a kernel holder count one each.
 *	_mapcount	how many page-table entries map it normally, minus one:
 *			-1 is unmapped.  So it starts at -1, as in Linux.
 *
 * Invariants (checked by mm_audit())
 *
 *  P1. pfn_valid(pfn) if and only if the frame is RAM known to memblock.
 *  P2. A free page has _refcount 0 and _mapcount -1.
 *  P3. _refcount >= _mapcount + 1.
 *  P4. mapping has PAGE_MAPPING_ANON set iff the page is anonymous; then the
 *      rest of the word is its anon_vma and index is its linear page index.
 *
 * In Linux: include/linux/mm_types.h, page-flags.h, page_ref.h.
 */
#ifndef KILBURN_MM_PAGE_H
#define KILBURN_MM_PAGE_H

#include <asm/atomic.h>
#include <asm/bitops.h>
#include <asm/page.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/spinlock.h"

struct address_space;
struct kmem_cache;

enum pageflags {
	PG_locked,         /* the page lock: contents are being filled */
	PG_uptodate,       /* contents are valid */
	PG_dirty,          /* differs from its file */
	PG_buddy,          /* starts a free block; page->order is valid */
	PG_slab,           /* belongs to the slab allocator */
	PG_table,          /* is a page-table page; page->ptl is valid */
	PG_reserved,       /* never allocated: kernel image, zero page */
	PG_swapbacked,     /* anonymous or tmpfs: has no home on a disk */
	PG_anon_exclusive, /* anonymous, and this mapping is its only owner */
	PG_waiters,        /* somebody sleeps for PG_locked */
	PG_pcp,            /* free, on a per-CPU list */
	PG_head,           /* first page of an allocation of order > 0 */
	PG_poisoned,       /* free, and filled with PAGE_POISON */
	PG_hole,           /* no RAM: only rounds the array up (mm/sparse.c) */
	PG_shown,          /* a pipe holds it, or has: no ledger counts that */
	NR_PAGEFLAGS,
};

/* Flags that a page may not have when its last reference is dropped. */
#define PAGE_FLAGS_CHECK_AT_FREE                                               \
	(BIT(PG_locked) | BIT(PG_buddy) | BIT(PG_slab) | BIT(PG_table) |       \
	 BIT(PG_reserved) | BIT(PG_pcp) | BIT(PG_poisoned) | BIT(PG_hole))

/* page->flags: bits 0..31 PG_*, bits 32..33 the zone. */
#define PAGE_ZONE_SHIFT 32

struct page {
	unsigned long flags; /* PG_* and the zone; atomic bit operations */
	union {
		struct { /* anonymous and page-cache pages; free pages: lru */
			struct list_head lru;
			struct address_space *mapping; /* or anon_vma, see P4 */
			pgoff_t index;                 /* in pages */
		};
		struct { /* slab pages (PG_slab) */
			struct list_head slab_list;
			struct kmem_cache *slab_cache;
			void *freelist;
		};
		spinlock_t ptl;        /* page-table pages (PG_table) */
		struct page *pcp_next; /* on a per-CPU list (PG_pcp) */
	};
	union {
		unsigned long private; /* not of a PG_head page: see order */
		unsigned int order;    /* PG_buddy, PG_head: log2 pages */
		struct {               /* PG_slab */
			unsigned int inuse;
			unsigned int objects;
		};
	};
	atomic_t _mapcount;
	atomic_t _refcount;
	atomic_t _pincount; /* of them, how many are pins: mm/gup.c */
} __aligned(64);

_Static_assert(sizeof(struct page) == 64, "vmemmap arithmetic needs 64 bytes");

#define PAGE_MAPPING_ANON 0x1UL

#define PAGE_FLAG(name, flag)                                                  \
	static inline bool Page##name(const struct page *page)                 \
	{                                                                      \
		return READ_ONCE(page->flags) & (1UL << (flag));               \
	}                                                                      \
	static inline void SetPage##name(struct page *page)                    \
	{                                                                      \
		set_bit(flag, &page->flags);                                   \
	}                                                                      \
	static inline void ClearPage##name(struct page *page)                  \
	{                                                                      \
		clear_bit(flag, &page->flags);                                 \
	}

PAGE_FLAG(Locked, PG_locked)
PAGE_FLAG(Uptodate, PG_uptodate)
PAGE_FLAG(Dirty, PG_dirty)
PAGE_FLAG(Buddy, PG_buddy)
PAGE_FLAG(Slab, PG_slab)
PAGE_FLAG(Table, PG_table)
PAGE_FLAG(Reserved, PG_reserved)
PAGE_FLAG(SwapBacked, PG_swapbacked)
PAGE_FLAG(AnonExclusive, PG_anon_exclusive)
PAGE_FLAG(Shown, PG_shown)

#ifndef vmemmap
#define vmemmap ((struct page *)VMEMMAP_START)
#endif

/* The array has whole sections of this many pages; see mm/sparse.c. */
#define PFN_SECTION_SHIFT 10
#define PAGES_PER_SECTION (1UL << PFN_SECTION_SHIFT)

extern unsigned long max_pfn;      /* the first pfn after all RAM */
extern unsigned long *section_map; /* a bit for each section with RAM */

/**
 * pfn_valid() - does this frame have a struct page?
 * @pfn: page frame number, any value
 *
 * Context: any.
 * Return: true exactly for frames of RAM (P1).
 */
static inline bool pfn_valid(unsigned long pfn)
{
	if (pfn >= max_pfn || !test_bit(pfn >> PFN_SECTION_SHIFT, section_map))
		return false;
	return !(READ_ONCE(vmemmap[pfn].flags) & BIT(PG_hole));
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
	VM_BUG_ON(!pfn_valid(pfn));
	return vmemmap + pfn;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return page - vmemmap;
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return PFN_PHYS(page_to_pfn(page));
}

static inline void *page_address(const struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

static inline struct page *virt_to_page(const void *addr)
{
	return pfn_to_page(PHYS_PFN(virt_to_phys((void *)addr)));
}

static inline int page_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

static inline int page_mapcount(const struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

static inline bool page_mapped(const struct page *page)
{
	return atomic_read(&page->_mapcount) >= 0;
}

static inline bool PageAnon(const struct page *page)
{
	return (unsigned long)READ_ONCE(page->mapping) & PAGE_MAPPING_ANON;
}

static inline void get_page(struct page *page)
{
	VM_BUG_ON_PAGE(page_count(page) <= 0, page);
	atomic_inc(&page->_refcount);
}

/* Take a reference unless the page is already free. */
static inline bool try_get_page(struct page *page)
{
	return atomic_inc_not_zero(&page->_refcount);
}

void free_unref_page(struct page *page);

static inline void put_page(struct page *page)
{
	VM_BUG_ON_PAGE(page_count(page) <= 0, page);
	if (atomic_dec_and_test(&page->_refcount))
		free_unref_page(page);
}

#endif /* KILBURN_MM_PAGE_H */
