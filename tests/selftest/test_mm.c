/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_mm.c - entries, pages and counters, seen from inside.
 *
 * Each test builds an address space of its own and faults in it, so that it
 * can look at the entries and counters that a program cannot see.
 */

#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/gup.h"
#include "mm/memory.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: readable, no struct page */

SELFTEST(zero_page_is_special_and_not_counted)
{
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, 0), 0);
	EXPECT(is_zero_pfn(pte_pfn(entry_of(w.vma, 0))));
	EXPECT(pte_special(entry_of(w.vma, 0)));
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	EXPECT_EQ(page_of(w.vma, 0), NULL);
	EXPECT_EQ(page_count(empty_zero_page), 1);
	EXPECT_EQ(get_mm_counter(w.mm, MM_ANONPAGES), 0);

	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT(page_of(w.vma, 0) != NULL);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT_EQ(get_mm_counter(w.mm, MM_ANONPAGES), 1);
	world_destroy(&w);
}

SELFTEST(fork_shares_then_copies_then_reuses)
{
	struct world w;
	struct mm_struct *child;
	struct vm_area_struct *child_vma;
	struct page *page, *copy;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	page = page_of(w.vma, 0);
	REQUIRE(page);
	EXPECT(PageAnonExclusive(page));

	child = dup_mm(w.mm);
	REQUIRE(child);
	child_vma = area_of(child);
	EXPECT_EQ(page_of(child_vma, 0), page);
	EXPECT_EQ(page_count(page), 2);
	EXPECT_EQ(page_mapcount(page), 2);
	EXPECT(!PageAnonExclusive(page));
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	EXPECT(!pte_write(entry_of(child_vma, 0)));

	/* The child stores: it gets a copy, the parent keeps the page. */
	EXPECT_EQ(touch(child_vma, 0, FAULT_FLAG_WRITE), 0);
	copy = page_of(child_vma, 0);
	EXPECT(copy != page);
	EXPECT_EQ(page_count(page), 1);

	/* The parent is the last owner: it takes the page as it is. */
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(page_of(w.vma, 0), page);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT(PageAnonExclusive(page));
	mmput(child);
	world_destroy(&w);
}

/* Map the BIOS into the area.  Return: what remap_pfn_range() said. */
static int map_bios(struct world *w, unsigned long nr_pages)
{
	int err;

	mmap_write_lock(w->mm);
	err = remap_pfn_range(w->vma, AREA, BIOS_PFN, nr_pages * PAGE_SIZE,
			      w->vma->vm_page_prot);
	mmap_write_unlock(w->mm);
	return err;
}

SELFTEST(shared_frames_are_raw_and_never_copied)
{
	struct world w;

	EXPECT(!pfn_valid(BIOS_PFN));
	REQUIRE(world_create(&w, SHARED_RW));
	EXPECT_EQ(map_bios(&w, NR_PAGES - 1), 0); /* a part is allowed */
	EXPECT(w.vma->vm_flags & VM_PFNMAP);
	EXPECT_EQ(w.vma->vm_pgoff, AREA >> PAGE_SHIFT); /* untouched */
	EXPECT(pte_special(entry_of(w.vma, 0)));
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT_EQ(page_of(w.vma, 0), NULL);
	EXPECT_EQ(get_mm_rss(w.mm), 0);
	/* The hole at the end is not filled with anything. */
	EXPECT_EQ(touch(w.vma, NR_PAGES - 1, 0), VM_FAULT_SIGBUS);
	world_destroy(&w);
}

SELFTEST(private_frames_are_copied_one_by_one)
{
	struct world w;
	u64 bios, seen;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(map_bios(&w, NR_PAGES - 1), -EINVAL); /* all or nothing */
	EXPECT_EQ(map_bios(&w, NR_PAGES), 0);
	EXPECT_EQ(w.vma->vm_pgoff, BIOS_PFN); /* the rule of 2006 */
	EXPECT(!pte_write(entry_of(w.vma, 1)));
	REQUIRE(!get_user(bios, (u64 __user *)(AREA + PAGE_SIZE)));

	EXPECT_EQ(touch(w.vma, 1, FAULT_FLAG_WRITE), 0);
	EXPECT(page_of(w.vma, 1) != NULL);
	EXPECT(!pte_special(entry_of(w.vma, 1)));
	EXPECT_EQ(page_of(w.vma, 0), NULL);
	EXPECT_EQ(page_of(w.vma, 2), NULL);
	EXPECT_EQ(get_mm_counter(w.mm, MM_ANONPAGES), 1);
	EXPECT(!get_user(seen, (u64 __user *)(AREA + PAGE_SIZE)));
	EXPECT_EQ(seen, bios); /* the copy has the old bytes */
	world_destroy(&w);
}

SELFTEST(fork_copies_frames_without_a_fault)
{
	struct world w;
	struct mm_struct *child;
	struct vm_area_struct *vma;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(map_bios(&w, NR_PAGES), 0);
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	child = dup_mm(w.mm);
	REQUIRE(child);
	vma = area_of(child);
	EXPECT_EQ(page_of(vma, 0), page_of(w.vma, 0)); /* the copy is shared */
	EXPECT_EQ(page_count(page_of(vma, 0)), 2);
	EXPECT_EQ(pte_pfn(entry_of(vma, 1)), BIOS_PFN + 1);
	EXPECT(pte_special(entry_of(vma, 1)));
	mmput(child);
	world_destroy(&w);
}

SELFTEST(zap_gives_every_page_back)
{
	unsigned long before, after;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0); /* tables exist now */
	before = nr_free_pages();
	for (unsigned long i = 1; i < NR_PAGES; i++)
		EXPECT_EQ(touch(w.vma, i, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(nr_free_pages(), before - (NR_PAGES - 1));
	mmap_read_lock(w.mm);
	zap_page_range(w.vma, AREA + PAGE_SIZE, (NR_PAGES - 1) * PAGE_SIZE);
	mmap_read_unlock(w.mm);
	after = nr_free_pages();
	EXPECT_EQ(after, before);
	EXPECT_EQ(get_mm_counter(w.mm, MM_ANONPAGES), 1);
	world_destroy(&w);
}

SELFTEST(insert_page_is_counted)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct world w;

	REQUIRE(page);
	REQUIRE(world_create(&w, SHARED_RW));
	mmap_write_lock(w.mm);
	EXPECT_EQ(vm_insert_page(w.vma, AREA, page), 0);
	EXPECT_EQ(vm_insert_page(w.vma, AREA, page), -EBUSY);
	EXPECT_EQ(vm_insert_page(w.vma, AREA - PAGE_SIZE, page), -EFAULT);
	EXPECT_EQ(vm_insert_page(w.vma, AREA, empty_zero_page), -EINVAL);
	mmap_write_unlock(w.mm);
	EXPECT_EQ(page_count(page), 2);
	EXPECT_EQ(page_mapcount(page), 1);
	EXPECT_EQ(page_of(w.vma, 0), page);
	world_destroy(&w);
	EXPECT_EQ(page_count(page), 1);
	put_page(page);
}

SELFTEST(insert_pfn_keeps_what_is_there)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	EXPECT_EQ(vmf_insert_pfn(w.vma, AREA, BIOS_PFN), VM_FAULT_NOPAGE);
	EXPECT_EQ(vmf_insert_pfn(w.vma, AREA, BIOS_PFN + 1), VM_FAULT_NOPAGE);
	EXPECT_EQ(pte_pfn(entry_of(w.vma, 0)), BIOS_PFN);
	EXPECT_EQ(vmf_insert_pfn(w.vma, AREA - PAGE_SIZE, BIOS_PFN),
		  VM_FAULT_SIGBUS);
	mmap_read_lock(w.mm);
	zap_vma_ptes(w.vma, AREA, PAGE_SIZE);
	mmap_read_unlock(w.mm);
	EXPECT(pte_none(entry_of(w.vma, 0)));
	world_destroy(&w);
}

SELFTEST(a_pinned_page_stays_with_its_owner)
{
	struct mm_struct *child;
	struct page *pinned;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	mmap_read_lock(w.mm);
	EXPECT_EQ(pin_user_pages_remote(w.mm, AREA, 1, FOLL_WRITE, &pinned), 1);
	mmap_read_unlock(w.mm);
	EXPECT_EQ(page_count(pinned), 2);

	child = dup_mm(w.mm);
	REQUIRE(child);
	EXPECT(page_of(area_of(child), 0) != pinned);
	EXPECT_EQ(page_of(w.vma, 0), pinned);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT(PageAnonExclusive(pinned));
	mmput(child);
	unpin_user_pages(&pinned, 1, true);
	world_destroy(&w);
}

SELFTEST(a_reader_who_pins_gets_an_exclusive_page)
{
	struct mm_struct *child;
	struct page *shared, *pinned;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	shared = page_of(w.vma, 0);
	child = dup_mm(w.mm);
	REQUIRE(child);
	mmap_read_lock(w.mm);
	EXPECT_EQ(pin_user_pages_remote(w.mm, AREA, 1, 0, &pinned), 1);
	mmap_read_unlock(w.mm);
	EXPECT(pinned != shared);
	EXPECT_EQ(page_of(w.vma, 0), pinned);
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	unpin_user_pages(&pinned, 1, false);
	mmput(child);
	world_destroy(&w);
}

SELFTEST(a_forced_store_goes_into_a_copy)
{
	struct page *page;
	struct world w;

	REQUIRE(world_create(&w, VM_READ | VM_MAYREAD | VM_MAYWRITE));
	EXPECT_EQ(touch(w.vma, 0, 0), 0);
	mmap_read_lock(w.mm);
	EXPECT_EQ(get_user_pages_remote(w.mm, AREA, 1, FOLL_WRITE, &page),
		  -EFAULT);
	EXPECT_EQ(get_user_pages_remote(w.mm, AREA, 1, FOLL_WRITE | FOLL_FORCE,
					&page),
		  1);
	mmap_read_unlock(w.mm);
	EXPECT(page != empty_zero_page);
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	put_page(page);
	world_destroy(&w);
}

SELFTEST(raw_frames_cannot_be_held)
{
	struct page *page;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(map_bios(&w, NR_PAGES), 0);
	EXPECT_EQ(touch(w.vma, 1, FAULT_FLAG_WRITE), 0);
	mmap_read_lock(w.mm);
	EXPECT_EQ(get_user_pages_remote(w.mm, AREA, 1, 0, &page), -EFAULT);
	/* Not even the page that has been copied. */
	EXPECT_EQ(get_user_pages_remote(w.mm, AREA + PAGE_SIZE, 1, 0, &page),
		  -EFAULT);
	mmap_read_unlock(w.mm);
	world_destroy(&w);
}

SELFTEST(pages_are_inserted_in_a_batch)
{
	struct page *pages[NR_PAGES];
	unsigned long num = NR_PAGES;
	struct world w;

	for (unsigned long i = 0; i < NR_PAGES; i++)
		REQUIRE((pages[i] = alloc_page(GFP_KERNEL)));
	REQUIRE(world_create(&w, SHARED_RW));
	mmap_write_lock(w.mm);
	EXPECT_EQ(vm_insert_page(w.vma, AREA + 2 * PAGE_SIZE, pages[2]), 0);
	EXPECT_EQ(vm_insert_pages(w.vma, AREA, pages, &num), -EBUSY);
	EXPECT_EQ(num, NR_PAGES - 2); /* the first two are in */
	num = NR_PAGES;
	EXPECT_EQ(vm_insert_pages(w.vma, AREA + PAGE_SIZE, pages, &num),
		  -EFAULT);
	w.vma->vm_pgoff = 1;
	EXPECT_EQ(vm_map_pages(w.vma, pages, NR_PAGES), -ENXIO);
	w.vma->vm_pgoff = NR_PAGES;
	EXPECT_EQ(vm_map_pages(w.vma, pages, NR_PAGES), -ENXIO);
	w.vma->vm_pgoff = AREA >> PAGE_SHIFT;
	mmap_write_unlock(w.mm);
	EXPECT_EQ(page_of(w.vma, 1), pages[1]);
	world_destroy(&w);
	for (unsigned long i = 0; i < NR_PAGES; i++) {
		EXPECT_EQ(page_count(pages[i]), 1);
		put_page(pages[i]);
	}
}

SELFTEST(mixed_areas_hold_both_kinds)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct world w;

	REQUIRE(page);
	REQUIRE(world_create(&w, SHARED_RW | VM_MIXEDMAP));
	EXPECT_EQ(vmf_insert_mixed(w.vma, AREA, BIOS_PFN), VM_FAULT_NOPAGE);
	EXPECT_EQ(page_of(w.vma, 0), NULL);
	mmap_write_lock(w.mm);
	EXPECT_EQ(vm_insert_page(w.vma, AREA + PAGE_SIZE, page), 0);
	mmap_write_unlock(w.mm);
	EXPECT_EQ(page_of(w.vma, 1), page);
	world_destroy(&w);
	EXPECT_EQ(page_count(page), 1);
	put_page(page);
}

static int count_entry(pte_t *pte, unsigned long addr, void *data)
{
	++*(int *)data;
	return pte_present(*pte) ? 0 : -ENOENT;
}

SELFTEST(a_function_is_applied_to_entries)
{
	struct world w;
	int seen = 0;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 1, FAULT_FLAG_WRITE), 0);
	mmap_read_lock(w.mm);
	EXPECT_EQ(apply_to_existing_page_range(w.mm, AREA, NR_PAGES * PAGE_SIZE,
					       count_entry, &seen),
		  0);
	EXPECT_EQ(seen, 1);
	seen = 0;
	EXPECT_EQ(apply_to_page_range(w.mm, AREA, NR_PAGES * PAGE_SIZE,
				      count_entry, &seen),
		  -ENOENT);
	EXPECT_EQ(seen, 1);
	mmap_read_unlock(w.mm);
	world_destroy(&w);
}
