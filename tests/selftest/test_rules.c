/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_rules.c - what a driver must not do: the machine stops and
 * names the rule (mm/memory_pfn.c).
 *
 * Each of these ends the boot; selftest.t knows the sentences.
 */

#include "mm/gfp.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: no struct page */

/* Map @nr_pages of the BIOS at @addr, with @prot. */
static void map_bios(struct world *w, unsigned long addr,
		     unsigned long nr_pages, pgprot_t prot)
{
	mmap_write_lock(w->mm);
	remap_pfn_range(w->vma, addr, BIOS_PFN, nr_pages * PAGE_SIZE, prot);
	mmap_write_unlock(w->mm);
}

static void insert_page(struct world *w, pgprot_t prot)
{
	struct page *page = alloc_page(GFP_KERNEL);

	REQUIRE(page);
	mmap_write_lock(w->mm);
	w->vma->vm_page_prot = prot;
	vm_insert_page(w->vma, AREA, page);
	mmap_write_unlock(w->mm);
}

static pgprot_t writable(void)
{
	return vm_get_page_prot(SHARED_RW);
}

SELFTEST_PANICS(frames_over_frames)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	map_bios(&w, AREA, 1, w.vma->vm_page_prot);
	map_bios(&w, AREA, 1, w.vma->vm_page_prot);
}

SELFTEST_PANICS(writable_frames_in_a_private_area)
{
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	map_bios(&w, AREA, NR_PAGES, writable());
}

SELFTEST_PANICS(a_writable_page_in_a_private_area)
{
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	insert_page(&w, writable());
}

SELFTEST_PANICS(a_frame_at_fault_time_in_a_private_area)
{
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW | VM_PFNMAP));
	vmf_insert_pfn(w.vma, AREA, BIOS_PFN);
}

SELFTEST_PANICS(a_counted_page_in_a_pfnmap_area)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP));
	insert_page(&w, w.vma->vm_page_prot);
}

SELFTEST_PANICS(frames_outside_of_the_area)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	map_bios(&w, AREA, NR_PAGES + 1, w.vma->vm_page_prot);
}

SELFTEST_PANICS(a_frame_in_an_area_of_neither_kind)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	vmf_insert_pfn(w.vma, AREA, BIOS_PFN);
}

SELFTEST_PANICS(a_frame_of_ram_in_a_mixed_area)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_MIXEDMAP));
	vmf_insert_pfn(w.vma, AREA, zero_pfn);
}
