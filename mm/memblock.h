/* SPDX-License-Identifier: MIT */
/*
 * mm/memblock.h - the allocator that works before struct page exists.
 *
 * The boot code says with memblock_add() where RAM is and with
 * memblock_reserve() which parts of it are taken (the kernel image, the
 * initrd, firmware tables).  mm_init() then hands the rest to the buddy
 * allocator, and no memblock_alloc() may follow.
 *
 * In Linux: include/linux/memblock.h.
 */
#ifndef KILBURN_MM_MEMBLOCK_H
#define KILBURN_MM_MEMBLOCK_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/* A firmware map of more ranges than this is cut, and the log says so. */
#define MEMBLOCK_MAX_REGIONS 128

/* Bytes [base, base + size) of physical memory. */
struct memblock_region {
	phys_addr_t base;
	phys_addr_t size;
};

/* Sorted by base; regions neither overlap nor touch. */
struct memblock_type {
	const char *name;
	unsigned int cnt;
	struct memblock_region regions[MEMBLOCK_MAX_REGIONS];
};

struct memblock {
	phys_addr_t current_limit; /* allocations end at or below it */
	struct memblock_type memory;
	struct memblock_type reserved;
};

extern struct memblock memblock;

/* The first byte after a region. */
static inline phys_addr_t
memblock_region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

/* @region walks over every range of RAM, in ascending order. */
#define for_each_mem_region(region)                                            \
	for ((region) = memblock.memory.regions;                               \
	     (region) < memblock.memory.regions + memblock.memory.cnt;         \
	     (region)++)

#define for_each_reserved_mem_region(region)                                   \
	for ((region) = memblock.reserved.regions;                             \
	     (region) < memblock.reserved.regions + memblock.reserved.cnt;     \
	     (region)++)

/**
 * memblock_add() - say that [@base, @base + @size) is RAM.
 * @base: physical address in bytes; need not be page aligned
 * @size: bytes; may overlap what was added before
 *
 * Context: boot, one CPU.
 * Return: 0; -ENOSPC if the table is full (the range is then not used).
 */
int memblock_add(phys_addr_t base, phys_addr_t size);

/**
 * memblock_remove() - say that [@base, @base + @size) is not RAM after all.
 * @base: physical address in bytes
 * @size: bytes
 *
 * Context: boot, one CPU.
 * Return: 0; -ENOSPC if the table is full.
 */
int memblock_remove(phys_addr_t base, phys_addr_t size);

/**
 * memblock_reserve() - say that [@base, @base + @size) is in use.
 * @base: physical address in bytes
 * @size: bytes; need not lie in RAM; may overlap
 *
 * Context: boot, one CPU.
 * Return: 0; -ENOSPC if the table is full, which the caller must not ignore.
 */
int memblock_reserve(phys_addr_t base, phys_addr_t size);

/**
 * memblock_phys_free() - take back a memblock_reserve() or an allocation.
 * @base: physical address in bytes
 * @size: bytes
 *
 * Context: boot, before mm_init(); later, free_reserved_area().
 * Return: 0; -ENOSPC if the table is full.
 */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/**
 * memblock_set_current_limit() - keep allocations below an address.
 * @limit: physical address in bytes; the direct map reaches up to here
 */
void memblock_set_current_limit(phys_addr_t limit);

/**
 * memblock_phys_alloc_range() - allocate within given bounds.
 * @size: bytes
 * @align: power of two, in bytes
 * @start: lowest acceptable address
 * @end: the result ends at or below it, and below the current limit
 *
 * The highest fitting place is taken.  The memory is NOT zeroed.
 *
 * Context: boot, before mm_init() is done.
 * Return: physical address; 0 if there is no room.
 */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end);

/**
 * memblock_phys_alloc() - allocate anywhere from 1 MiB to the current limit.
 * @size: bytes
 * @align: power of two, in bytes
 *
 * The memory is NOT zeroed.
 *
 * Context: boot, before mm_init() is done.
 * Return: physical address; 0 if there is no room.
 */
phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align);

/**
 * memblock_alloc() - allocate zeroed memory, as a direct-map pointer.
 * @size: bytes
 * @align: power of two, in bytes
 *
 * Context: boot, before mm_init() is done; the direct map covers everything
 * below the current limit.  There is no way to go on without what boot asks
 * for, so this panics with one sentence instead of failing.
 * Return: kernel virtual address, never NULL.
 */
void *memblock_alloc(phys_addr_t size, phys_addr_t align);

/* Bytes of RAM, and the first physical address after the last of it. */
phys_addr_t memblock_phys_mem_size(void);
phys_addr_t memblock_end_of_DRAM(void);

/* Does the table of RAM contain, or the reserved table touch, an address? */
bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);

/**
 * memblock_verify() - check M1 and M2.
 *
 * Return: the number of violations; each is logged.
 */
int memblock_verify(void);

#endif /* KILBURN_MM_MEMBLOCK_H */
