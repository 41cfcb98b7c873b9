/* SPDX-License-Identifier: MIT */
/*
 * mm/memtype.h - which cache type each physical address is mapped with.
 *
 * mm/memtype.c has the theory.  In Linux: arch/x86/include/asm/memtype.h,
 * include/linux/pgtable.h (pfnmap_*).
 */
#ifndef KILBURN_MM_MEMTYPE_H
#define KILBURN_MM_MEMTYPE_H

#include <asm/memtype.h>
#include "kernel/refcount.h"
#include "mm/mm_types.h"

/**
 * memtype_reserve() - ask for a range to be mapped with a cache type.
 * @start: physical address, bytes
 * @end: end, bytes
 * @want: the type asked for
 * @actual: receives the type to use: @want, or one that is in use there
 *
 * Undo with memtype_free() of the same range, when no mapping is left.
 *
 * Context: process context; may sleep.
 * Return: 0; -EINVAL: an empty range, one partly of RAM, or one where @want
 * may not be replaced by what is in use; -EBUSY: two types are in use there;
 * -ENOMEM.
 * Source: Linux arch/x86/mm/pat/memtype.c:memtype_reserve() and
 * is_new_memtype_allowed().
 */
int memtype_reserve(phys_addr_t start, phys_addr_t end,
		    enum page_cache_mode want, enum page_cache_mode *actual);
void memtype_free(phys_addr_t start, phys_addr_t end);

/* The type in use at @phys, or the one that a mapping of it would get. */
enum page_cache_mode memtype_lookup(phys_addr_t phys);

/* ---- mappings of frames ------------------------------------------------- */

/*
 * What remap_pfn_range() reserved for a whole area.  Each piece of the area,
 * after splits, moves and forks, points to it; with the last one it goes.
 */
struct pfnmap_track_ctx {
	refcount_t refs;
	unsigned long pfn;
	unsigned long nr_pages;
};

/**
 * pfnmap_track() - reserve the cache type for a mapping of frames.
 * @pfn: the first frame
 * @nr_pages: how many
 * @prot: its cache type is asked for; replaced by the one to use
 *
 * Context: may sleep.
 * Return: the reservation, with one reference; ERR_PTR as memtype_reserve().
 */
struct pfnmap_track_ctx *pfnmap_track(unsigned long pfn, unsigned long nr_pages,
				      pgprot_t *prot);

/* NULL is allowed. */
void pfnmap_track_ctx_get(struct pfnmap_track_ctx *ctx);
void pfnmap_track_ctx_put(struct pfnmap_track_ctx *ctx);

/**
 * pfnmap_setup_cachemode() - take over the type in use, reserving nothing.
 * @pfn: the first frame
 * @nr_pages: how many
 * @prot: gets the cache type
 *
 * For a part of an area, and for frames that a fault handler inserts.
 *
 * Return: 0; -EINVAL: there are several types in the range.
 * Source: Linux 6.16 arch/x86/mm/pat/memtype.c:pfnmap_setup_cachemode().
 */
int pfnmap_setup_cachemode(unsigned long pfn, unsigned long nr_pages,
			   pgprot_t *prot);

/* ---- checks ------------------------------------------------------------- */

void memtype_proc_init(void); /* make /proc/kilburn/memtype */
unsigned long memtype_nr_reservations(void);

/**
 * memtype_verify() - check T1 and T2.
 *
 * Return: the number of violations; each is logged.
 */
int memtype_verify(void);

#endif /* KILBURN_MM_MEMTYPE_H */
