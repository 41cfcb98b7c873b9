/* SPDX-License-Identifier: MIT */
/*
 * mm/sparse.c - the array of struct page, backed only where there is RAM.
 *
 * Theory
 *
 * `vmemmap` is indexed by pfn, and physical addresses have large holes: the
 * one below 4 GiB where devices are, for a start.  Memory for the array is
 * spent only on the parts that describe RAM.  The others are not even mapped,
 * so a struct page pointer that was made from a device's pfn faults.
 *
 * The unit is the section: as many frames as a MAX_ORDER block has, 4 MiB.  A
 * section with any RAM has all its 1024 pages, so that the buddy allocator can
 * look at a buddy without asking first.  Pages of a section that are no RAM
 * are marked PG_hole.
 *
 *	pfn	0	  0x9f	    0x100	 0x3ff	0x400
 *	RAM	[=========]	    [===================]
 *	section	[ 0: has RAM, has pages			][ 1: none
 *	flags	 -	  | PG_hole | -			|
 *
 * So pfn_valid() is one bit of a map and one bit of a page, without a search,
 * and exact to the frame.  The map has 2 KiB for 64 GiB.
 *
 * The array's own memory comes from memblock and is mapped with 2 MiB entries
 * where 2 MiB of the array (128 MiB of RAM) are needed whole, and with 4 KiB
 * ones at the edges.
 *
 * Invariants
 *
 *  N1. section_map has a bit for exactly the sections that contain RAM.
 *  N2. vmemmap is mapped for exactly these sections.
 *  N3. Without PG_hole means: a frame that lies in RAM as a whole.
 *
 * Locking: none; written once at boot, before other CPUs run.
 *
 * Reading order: pfn_valid() in mm/page.h, vmemmap_init().
 * In Linux: mm/sparse.c, mm/sparse-vmemmap.c (with sections of 128 MiB).
 */
#include <asm/pgtable.h>
#include "kernel/panic.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"

_Static_assert(PAGES_PER_SECTION == 1UL << MAX_ORDER,
	       "a buddy must be in its block's section");

unsigned long max_pfn;
unsigned long *section_map;

/* Map @len bytes of the array at @virt to fresh memory of one piece. */
static __init void vmemmap_populate(unsigned long virt, unsigned long len,
				    unsigned long align)
{
	phys_addr_t phys = memblock_phys_alloc(len, align);

	if (!phys)
		panic("Not enough memory to boot: no room for %lu KiB of "
		      "struct page",
		      len >> 10);
	early_map_range(virt, phys, len, PAGE_KERNEL);
}

/*
 * The array for sections [start, end), pfns.  Whole 2 MiB of it are allocated
 * one by one, since a large machine may not have all of it in one piece.
 */
static __init void vmemmap_populate_sections(unsigned long start,
					     unsigned long end)
{
	unsigned long virt = (unsigned long)(vmemmap + start);
	unsigned long virt_end = (unsigned long)(vmemmap + end);

	while (virt < virt_end) {
		unsigned long next = min(ALIGN(virt + 1, PMD_SIZE), virt_end);
		bool whole = next - virt == PMD_SIZE;

		vmemmap_populate(virt, next - virt,
				 whole ? PMD_SIZE : PAGE_SIZE);
		virt = next;
	}
}

static __init void section_map_init(void)
{
	unsigned long nr_sections;
	struct memblock_region *region;

	max_pfn = PHYS_PFN(memblock_end_of_DRAM());
	nr_sections = DIV_ROUND_UP(max_pfn, PAGES_PER_SECTION);
	section_map = memblock_alloc(DIV_ROUND_UP(nr_sections, 64) * 8, 8);

	for_each_mem_region(region)
	{
		unsigned long pfn = PFN_UP(region->base);
		unsigned long end = PFN_DOWN(memblock_region_end(region));

		for (; pfn < end; pfn = ALIGN(pfn + 1, PAGES_PER_SECTION))
			__set_bit(pfn >> PFN_SECTION_SHIFT, section_map);
	}
}

static __init bool section_present(unsigned long pfn)
{
	return pfn < max_pfn && test_bit(pfn >> PFN_SECTION_SHIFT, section_map);
}

__init void vmemmap_init(void)
{
	unsigned long pfn = 0;

	section_map_init();

	/* Runs of sections that are present, each populated as one. */
	while (pfn < max_pfn) {
		unsigned long start = pfn;

		while (section_present(pfn))
			pfn += PAGES_PER_SECTION;
		if (pfn > start)
			vmemmap_populate_sections(start, pfn);
		else
			pfn += PAGES_PER_SECTION;
	}
}
