/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_unmap.c - unmap_mapping_range() on raw frames: what a
 * driver calls when its object moves.
 *
 * For pages of a file truncation looks again, page by page, and would hide a
 * mistake; for raw frames nobody does.
 */

#include <asm/uaccess.h>
#include "fs/file.h"
#include "kernel/lib/err.h"
#include "mm/memory.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: no struct page */

/* An area of raw frames that is tied to an object, at offset 0. */
static struct file *map_object(struct world *w, vm_flags_t flags)
{
	struct file *file = shmem_file_setup("test", NR_PAGES * PAGE_SIZE, 0);

	if (IS_ERR(file) || !world_create(w, flags))
		return NULL;
	mmap_write_lock(w->mm);
	w->vma->vm_file = file;
	EXPECT(!remap_pfn_range(w->vma, AREA, BIOS_PFN, NR_PAGES * PAGE_SIZE,
				w->vma->vm_page_prot));
	if (!is_cow_mapping(flags)) /* else it is the first frame's number */
		w->vma->vm_pgoff = 0;
	vma_link_file(w->vma);
	mmap_write_unlock(w->mm);
	return file;
}

/* Which pages have an entry: bit i for page i. */
static unsigned int mapped(struct world *w)
{
	unsigned int set = 0;

	for (unsigned long i = 0; i < NR_PAGES; i++)
		if (!pte_none(entry_of(w->vma, i)))
			set |= 1U << i;
	return set;
}

SELFTEST(unmap_mapping_range_takes_what_it_is_told)
{
	struct world w;
	struct file *file = map_object(&w, SHARED_RW);

	REQUIRE(file);
	EXPECT_EQ(mapped(&w), 0xf);
	unmap_mapping_range(file->f_mapping, PAGE_SIZE, 2 * PAGE_SIZE, 0);
	EXPECT_EQ(mapped(&w), 0x9); /* the last page of the range too */
	unmap_mapping_range(file->f_mapping, PAGE_SIZE, 0, 0);
	EXPECT_EQ(mapped(&w), 0x1); /* 0: to the end */
	unmap_mapping_range(file->f_mapping, 0, 1, 0);
	EXPECT_EQ(mapped(&w), 0); /* a byte is a page */
	world_destroy(&w);
}

SELFTEST(unmap_mapping_range_spares_copies)
{
	struct world w;
	struct file *file = map_object(&w, PRIVATE_RW);
	loff_t start = (loff_t)BIOS_PFN << PAGE_SHIFT;

	REQUIRE(file);
	EXPECT(!put_user(1, (char __user *)(AREA + PAGE_SIZE)));
	EXPECT(page_of(w.vma, 1) != NULL);
	unmap_mapping_range(file->f_mapping, start, 3 * PAGE_SIZE, 0);
	EXPECT_EQ(mapped(&w), 0xa); /* the copy, and what is outside */
	unmap_mapping_range(file->f_mapping, start, 3 * PAGE_SIZE, 1);
	EXPECT_EQ(mapped(&w), 0x8); /* even_cows */
	EXPECT_EQ(get_mm_rss(w.mm), 0);
	world_destroy(&w);
}
