/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_gup.c - what a pin promises about pages that are not the
 * program's own yet: the table at the top of mm/gup.c.
 *
 * The only call that pins here is process_vm_readv(), which is over too soon
 * for a program to see any of it.
 */

#include <asm/uaccess.h>
#include "fs/file.h"
#include "kernel/lib/err.h"
#include "mm/gup.h"
#include "mm/memory.h"
#include "mm/page_alloc.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

static struct page *pin(struct world *w, unsigned int flags)
{
	struct page *page = NULL;

	mmap_read_lock(w->mm);
	EXPECT_EQ(pin_user_pages_remote(w->mm, AREA, 1, flags, &page), 1);
	mmap_read_unlock(w->mm);
	return page;
}

static void store(u32 value)
{
	EXPECT(!put_user(value, (u32 __user *)AREA));
}

static u32 first_word(const struct page *page)
{
	return *(const u32 *)page_address(page);
}

/* An area of a file whose first page begins with @word. */
static bool map_file(struct world *w, vm_flags_t flags, u32 word)
{
	struct file *file = shmem_file_setup("test", NR_PAGES * PAGE_SIZE, 0);
	struct page *page;

	if (IS_ERR(file) || !world_create(w, flags))
		return false;
	mmap_write_lock(w->mm);
	w->vma->vm_file = file;
	w->vma->vm_pgoff = 0;
	EXPECT(!generic_file_mmap(file, w->vma));
	vma_link_file(w->vma);
	mmap_write_unlock(w->mm);
	page = read_mapping_page(file->f_mapping, 0, file);
	if (IS_ERR(page))
		return false;
	*(u32 *)page_address(page) = word;
	put_page(page);
	return true;
}

/* @pinned is the program's alone, and a store reaches it. */
static void check_belongs_together(struct world *w, struct page *pinned)
{
	EXPECT(PageAnon(pinned));
	EXPECT(PageAnonExclusive(pinned));
	EXPECT(!pte_write(
		entry_of(w->vma, 0))); /* who reads changes no right */
	EXPECT_EQ(page_of(w->vma, 0), pinned);
	store(7);
	EXPECT_EQ(page_of(w->vma, 0), pinned);
	EXPECT_EQ(first_word(pinned), 7);
}

SELFTEST(a_short_pin_takes_the_zero_page_as_it_is)
{
	unsigned long before;
	struct page *pinned;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, 0), 0);
	before = nr_free_pages();
	pinned = pin(&w, 0);
	EXPECT_EQ(pinned, empty_zero_page);
	EXPECT_EQ(nr_free_pages(), before); /* a copy would cost one */
	store(7);
	EXPECT_EQ(first_word(pinned), 0); /* stale, as documented */
	unpin_user_pages(&pinned, 1, false);
	EXPECT_EQ(page_count(empty_zero_page), 1);
	world_destroy(&w);
}

SELFTEST(a_long_pin_of_the_zero_page_is_of_a_page_of_zeros)
{
	struct page *pinned;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(touch(w.vma, 0, 0), 0);
	pinned = pin(&w, FOLL_LONGTERM);
	EXPECT(pinned != empty_zero_page);
	EXPECT_EQ(first_word(pinned), 0);
	EXPECT_EQ(get_mm_counter(w.mm, MM_ANONPAGES), 1);
	check_belongs_together(&w, pinned);
	unpin_user_pages(&pinned, 1, false);
	EXPECT_EQ(page_count(empty_zero_page), 1);
	world_destroy(&w);
}

SELFTEST(a_short_pin_takes_a_files_page_as_it_is)
{
	struct page *pinned;
	struct world w;

	REQUIRE(map_file(&w, PRIVATE_RW, 5));
	pinned = pin(&w, 0);
	EXPECT(!PageAnon(pinned));
	EXPECT_EQ(first_word(pinned), 5);
	store(7);
	EXPECT(page_of(w.vma, 0) != pinned);
	EXPECT_EQ(first_word(pinned), 5); /* stale, as documented */
	unpin_user_pages(&pinned, 1, false);
	world_destroy(&w);
}

SELFTEST(a_long_pin_of_a_files_page_is_of_a_copy)
{
	struct page *pinned;
	struct world w;

	REQUIRE(map_file(&w, PRIVATE_RW, 5));
	pinned = pin(&w, FOLL_LONGTERM);
	EXPECT_EQ(first_word(pinned), 5);
	EXPECT_EQ(get_mm_counter(w.mm, MM_SHMEMPAGES), 0);
	check_belongs_together(&w, pinned);
	unpin_user_pages(&pinned, 1, false);
	world_destroy(&w);
}

SELFTEST(a_long_pin_of_a_shared_page_copies_nothing)
{
	struct page *pinned;
	struct world w;

	REQUIRE(map_file(&w, SHARED_RW, 5));
	pinned = pin(&w, FOLL_LONGTERM);
	EXPECT(!PageAnon(pinned));
	store(7);
	EXPECT_EQ(page_of(w.vma, 0), pinned);
	EXPECT_EQ(first_word(pinned), 7);
	unpin_user_pages(&pinned, 1, false);
	world_destroy(&w);
}

SELFTEST(a_long_pin_survives_fork)
{
	struct mm_struct *child;
	struct page *pinned;
	struct world w;

	REQUIRE(map_file(&w, PRIVATE_RW, 5));
	pinned = pin(&w, FOLL_LONGTERM);
	child = dup_mm(w.mm);
	REQUIRE(child);
	EXPECT(page_of(area_of(child), 0) != pinned);
	check_belongs_together(&w, pinned);
	EXPECT_EQ(first_word(page_of(area_of(child), 0)), 5);
	mmput(child);
	unpin_user_pages(&pinned, 1, false);
	world_destroy(&w);
}
