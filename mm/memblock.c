/* SPDX-License-Identifier: MIT */
/*
 * mm/memblock.c - the allocator that works before struct page exists.
 *
 * Theory
 *
 * Before there is an array of struct page, somebody has to find room for that
 * array.  Two sorted tables of ranges are enough: `memory` says where RAM is,
 * `reserved` which addresses are taken.  What is free is not written down
 * anywhere: it is the difference.
 *
 *	memory	  [=========]        [==================]
 *	reserved     [==]              [=]          [===]
 *	free	  [-]    [--]        [-]  [--------]
 *
 * Allocation walks the free gaps from the top, so that low memory, which
 * devices and the start-up code of other CPUs want, goes last.
 *
 * The tables have a fixed size: they are there before any allocator.  A
 * firmware map of more than MEMBLOCK_MAX_REGIONS ranges loses its last ones.
 *
 * Invariants (checked by memblock_verify())
 *
 *  M1. The regions of a table are sorted by base and none is empty.
 *  M2. Two regions of a table neither overlap nor touch (they would be one).
 *
 * Locking: none.  One CPU, no interrupts that allocate, until mm_init().
 *
 * Reading order: memblock_add_range(), memblock_isolate_out(), then
 * memblock_phys_alloc_range().
 * In Linux: mm/memblock.c, without NUMA nodes, flags and growing tables.
 */
#include <asm/page.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/memblock.h"

/* The first MiB belongs to firmware, and to CPUs that start in real mode. */
#define MEMBLOCK_LOW_LIMIT (1UL << 20)

struct memblock memblock = {
	.current_limit = ~(phys_addr_t)0,
	.memory.name = "memory",
	.reserved.name = "reserved",
};

static void remove_region(struct memblock_type *type, unsigned int i)
{
	struct memblock_region *regions = type->regions;

	type->cnt--;
	memmove(&regions[i], &regions[i + 1],
		(type->cnt - i) * sizeof(regions[0]));
}

static int insert_region(struct memblock_type *type, unsigned int i,
			 phys_addr_t base, phys_addr_t size)
{
	struct memblock_region *regions = type->regions;

	if (type->cnt == MEMBLOCK_MAX_REGIONS) {
		pr_warn("memblock: %s table is full, ignoring %#llx-%#llx\n",
			type->name, base, base + size);
		return -ENOSPC;
	}
	memmove(&regions[i + 1], &regions[i],
		(type->cnt - i) * sizeof(regions[0]));
	regions[i] = (struct memblock_region){ .base = base, .size = size };
	type->cnt++;
	return 0;
}

/* [base, end), cut where it would pass the end of the address space. */
static phys_addr_t range_end(phys_addr_t base, phys_addr_t size)
{
	phys_addr_t end = base + size;

	return end < base ? ~(phys_addr_t)0 : end;
}

/* Add a range: whatever it overlaps or touches becomes one region with it. */
static int memblock_add_range(struct memblock_type *type, phys_addr_t base,
			      phys_addr_t size)
{
	phys_addr_t end = range_end(base, size);
	unsigned int i = 0;

	if (base == end)
		return 0;
	while (i < type->cnt && memblock_region_end(&type->regions[i]) < base)
		i++;
	while (i < type->cnt && type->regions[i].base <= end) {
		base = min(base, type->regions[i].base);
		end = max(end, memblock_region_end(&type->regions[i]));
		remove_region(type, i);
	}
	return insert_region(type, i, base, end - base);
}

/* Take a range out: regions are cut, or split where it lies inside one. */
static int memblock_isolate_out(struct memblock_type *type, phys_addr_t base,
				phys_addr_t size)
{
	phys_addr_t end = range_end(base, size);
	unsigned int i = 0;

	if (base == end)
		return 0;
	while (i < type->cnt) {
		struct memblock_region *region = &type->regions[i];
		phys_addr_t region_end = memblock_region_end(region);

		if (region_end <= base || region->base >= end) {
			i++;
		} else if (region->base < base && region_end > end) {
			region->size = base - region->base;
			return insert_region(type, i + 1, end,
					     region_end - end);
		} else if (region->base < base) {
			region->size = base - region->base;
			i++;
		} else if (region_end > end) {
			region->base = end;
			region->size = region_end - end;
			i++;
		} else {
			remove_region(type, i);
		}
	}
	return 0;
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	return memblock_add_range(&memblock.memory, base, size);
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	return memblock_isolate_out(&memblock.memory, base, size);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	return memblock_add_range(&memblock.reserved, base, size);
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	return memblock_isolate_out(&memblock.reserved, base, size);
}

void memblock_set_current_limit(phys_addr_t limit)
{
	memblock.current_limit = limit;
}

/*
 * The highest place for @size bytes in [start, end) that no reserved region
 * touches.  Each reserved region in the way moves the candidate down below it.
 */
static phys_addr_t find_in_range(phys_addr_t start, phys_addr_t end,
				 phys_addr_t size, phys_addr_t align)
{
	const struct memblock_type *reserved = &memblock.reserved;
	unsigned int i = reserved->cnt;

	for (;;) {
		phys_addr_t base;

		if (end < size || end - size < start)
			return 0;
		base = ALIGN_DOWN(end - size, align);
		if (base < start)
			return 0;
		while (i && reserved->regions[i - 1].base >= base + size)
			i--;
		if (!i ||
		    memblock_region_end(&reserved->regions[i - 1]) <= base)
			return base;
		end = reserved->regions[i - 1].base;
	}
}

phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end)
{
	unsigned int i = memblock.memory.cnt;

	end = min(end, memblock.current_limit);
	while (i--) {
		struct memblock_region *region = &memblock.memory.regions[i];
		phys_addr_t base;

		base = find_in_range(max(start, region->base),
				     min(end, memblock_region_end(region)),
				     size, align);
		if (base && !memblock_reserve(base, size))
			return base;
	}
	return 0;
}

phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_phys_alloc_range(size, align, MEMBLOCK_LOW_LIMIT,
					 memblock.current_limit);
}

void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
	phys_addr_t base = memblock_phys_alloc(size, align);
	void *addr;

	if (!base)
		panic("Not enough memory to boot: no room for %llu KiB of "
		      "kernel data",
		      size >> 10);
	addr = phys_to_virt(base);
	memset(addr, 0, size);
	return addr;
}

phys_addr_t memblock_phys_mem_size(void)
{
	struct memblock_region *region;
	phys_addr_t size = 0;

	for_each_mem_region(region) size += region->size;
	return size;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	unsigned int cnt = memblock.memory.cnt;

	return cnt ? memblock_region_end(&memblock.memory.regions[cnt - 1]) : 0;
}

static bool memblock_contains(const struct memblock_type *type,
			      phys_addr_t addr)
{
	for (unsigned int i = 0; i < type->cnt; i++)
		if (addr >= type->regions[i].base &&
		    addr < memblock_region_end(&type->regions[i]))
			return true;
	return false;
}

bool memblock_is_memory(phys_addr_t addr)
{
	return memblock_contains(&memblock.memory, addr);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return memblock_contains(&memblock.reserved, addr);
}

static int memblock_verify_type(const struct memblock_type *type)
{
	int errors = 0;

	for (unsigned int i = 0; i < type->cnt; i++) {
		const struct memblock_region *region = &type->regions[i];

		if (!region->size) {
			pr_err("M1: %s region %u is empty\n", type->name, i);
			errors++;
		}
		if (i && memblock_region_end(region - 1) >= region->base) {
			pr_err("M2: %s regions %u and %u should be one\n",
			       type->name, i - 1, i);
			errors++;
		}
	}
	return errors;
}

int memblock_verify(void)
{
	return memblock_verify_type(&memblock.memory) +
	       memblock_verify_type(&memblock.reserved);
}
