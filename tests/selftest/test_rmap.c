/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_rmap.c - rmap_walk() through everything that moves areas.
 *
 * After each step the ledger, too, compares the walk from each page with a scan
 * of all page tables (U13).
 */

#include <asm/ptrace.h>
#include "fs/file.h"
#include "kernel/lib/err.h"
#include "mm/mman.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

long sys_mremap(const struct pt_regs *regs);

/* What a walk has seen, and when it is to stop. */
struct walk {
	int seen;
	int stop_in_rmap_one, stop_in_done; /* after so many; 0: never */
	const struct mm_struct *last_mm;
	unsigned long last_address;
};

static bool note_entry(struct page *page, struct vm_area_struct *vma,
		       unsigned long address, pte_t *pte, void *arg)
{
	struct walk *walk = arg;

	EXPECT_EQ(pte_pfn(*pte), page_to_pfn(page));
	EXPECT(address >= vma->vm_start && address < vma->vm_end);
	walk->last_mm = vma->vm_mm;
	walk->last_address = address;
	return ++walk->seen != walk->stop_in_rmap_one;
}

static bool seen_enough(struct page *page, void *arg)
{
	struct walk *walk = arg;

	return walk->seen == walk->stop_in_done;
}

static void walk_from(struct page *page, struct walk *walk)
{
	struct rmap_walk_control rwc = {
		.rmap_one = note_entry,
		.done = seen_enough,
		.arg = walk,
	};

	get_page(page);
	if (PageAnon(page)) {
		rmap_walk(page, &rwc);
	} else {
		lock_page(page);
		rmap_walk(page, &rwc);
		unlock_page(page);
	}
	put_page(page);
}

/* How many entries the walk finds; it must be as many as are counted. */
static int entries_of(struct page *page)
{
	struct walk walk = { 0 };

	walk_from(page, &walk);
	EXPECT_EQ(walk.seen, page_mapcount(page));
	return walk.seen;
}

/* Is the one entry of @page the one at @address in @mm? */
static bool is_mapped_only_at(struct page *page, const struct mm_struct *mm,
			      unsigned long address)
{
	struct walk walk = { 0 };

	walk_from(page, &walk);
	return walk.seen == 1 && walk.last_mm == mm &&
	       walk.last_address == address;
}

static void touch_all(struct vm_area_struct *vma)
{
	for (unsigned long i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(touch(vma, i, FAULT_FLAG_WRITE), 0);
}

SELFTEST(rmap_walk_follows_fork_copy_and_exit)
{
	struct mm_struct *child, *grandchild;
	struct page *page, *copy;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	touch_all(w.vma);
	page = page_of(w.vma, 1);
	EXPECT(is_mapped_only_at(page, w.mm, AREA + PAGE_SIZE));

	REQUIRE((child = dup_mm(w.mm)));
	EXPECT_EQ(entries_of(page), 2);
	REQUIRE((grandchild = dup_mm(child)));
	EXPECT_EQ(entries_of(page), 3);
	EXPECT_EQ(mm_audit(NULL), 0);

	/* A copy is the child's own; the page is where it was. */
	EXPECT_EQ(touch(area_of(child), 1, FAULT_FLAG_WRITE), 0);
	copy = page_of(area_of(child), 1);
	EXPECT(is_mapped_only_at(copy, child, AREA + PAGE_SIZE));
	EXPECT_EQ(entries_of(page), 2);

	mmput(child);
	EXPECT_EQ(entries_of(page), 2);
	EXPECT_EQ(mm_audit(NULL), 0);
	mmput(grandchild);
	EXPECT(is_mapped_only_at(page, w.mm, AREA + PAGE_SIZE));
	world_destroy(&w);
}

/* Each page of the area at @start is found there, and nowhere else. */
static void check_all_at(struct page *const *pages, const struct mm_struct *mm,
			 unsigned long start)
{
	for (unsigned long i = 0; i < NR_PAGES; i++)
		EXPECT(is_mapped_only_at(pages[i], mm, start + i * PAGE_SIZE));
	EXPECT_EQ(mm_audit(NULL), 0);
}

static void protect(struct mm_struct *mm, unsigned long page,
		    unsigned long prot)
{
	unsigned long start = AREA + page * PAGE_SIZE;

	mmap_write_lock(mm);
	EXPECT_EQ(do_mprotect(mm, start, start + PAGE_SIZE, prot, 0), 0);
	mmap_write_unlock(mm);
}

SELFTEST(rmap_walk_follows_split_and_merge)
{
	struct page *pages[NR_PAGES];
	struct world w;

	/* Without accounts, which would make the parts differ. */
	REQUIRE(world_create(&w, PRIVATE_RW | VM_NORESERVE));
	touch_all(w.vma);
	for (unsigned long i = 0; i < NR_PAGES; i++)
		pages[i] = page_of(w.vma, i);
	check_all_at(pages, w.mm, AREA);
	protect(w.mm, 1, PROT_READ);
	EXPECT_EQ(w.mm->map_count, 3);
	check_all_at(pages, w.mm, AREA);
	protect(w.mm, 0, PROT_READ); /* moves the border */
	EXPECT_EQ(w.mm->map_count, 2);
	check_all_at(pages, w.mm, AREA);
	protect(w.mm, 0, PROT_READ | PROT_WRITE);
	protect(w.mm, 1, PROT_READ | PROT_WRITE);
	EXPECT_EQ(w.mm->map_count, 1);
	check_all_at(pages, w.mm, AREA);
	world_destroy(&w);
}

SELFTEST(rmap_walk_follows_mremap)
{
	struct pt_regs move = {
		.di = AREA,
		.si = NR_PAGES * PAGE_SIZE,
		.dx = NR_PAGES * PAGE_SIZE,
		.r10 = MREMAP_MAYMOVE | MREMAP_FIXED,
		.r8 = 2 * AREA,
	};
	struct page *pages[NR_PAGES];
	struct mm_struct *child;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	touch_all(w.vma);
	for (unsigned long i = 0; i < NR_PAGES; i++)
		pages[i] = page_of(w.vma, i);
	REQUIRE((child = dup_mm(w.mm)));
	EXPECT_EQ(sys_mremap(&move), 2 * AREA);
	for (unsigned long i = 0; i < NR_PAGES; i++)
		EXPECT_EQ(entries_of(pages[i]), 2);
	EXPECT_EQ(mm_audit(NULL), 0);
	mmput(child);
	check_all_at(pages, w.mm, 2 * AREA);
	world_destroy(&w);
}

/* An area that begins at the second page of @file. */
static bool map_file(struct world *w, struct file *file, vm_flags_t flags)
{
	if (!world_create(w, flags))
		return false;
	mmap_write_lock(w->mm);
	get_file(file);
	w->vma->vm_file = file;
	w->vma->vm_pgoff = 1;
	EXPECT(!generic_file_mmap(file, w->vma));
	vma_link_file(w->vma);
	mmap_write_unlock(w->mm);
	return true;
}

SELFTEST(rmap_walk_follows_a_files_page)
{
	struct file *file = shmem_file_setup("test", 8 * PAGE_SIZE, 0);
	struct world shared, private;
	struct page *page, *copy;

	REQUIRE(!IS_ERR(file));
	REQUIRE(map_file(&shared, file, SHARED_RW));
	EXPECT_EQ(touch(shared.vma, 2, FAULT_FLAG_WRITE), 0);
	page = page_of(shared.vma, 2);
	EXPECT_EQ(page->index, 3);
	EXPECT(is_mapped_only_at(page, shared.mm, AREA + 2 * PAGE_SIZE));

	REQUIRE(map_file(&private, file, PRIVATE_RW));
	EXPECT_EQ(touch(private.vma, 2, 0), 0);
	EXPECT_EQ(page_of(private.vma, 2), page);
	EXPECT_EQ(entries_of(page), 2);
	EXPECT_EQ(mm_audit(NULL), 0);

	/* The copy has the same index, and another object. */
	EXPECT_EQ(touch(private.vma, 2, FAULT_FLAG_WRITE), 0);
	copy = page_of(private.vma, 2);
	EXPECT(is_mapped_only_at(copy, private.mm, AREA + 2 * PAGE_SIZE));
	EXPECT(is_mapped_only_at(page, shared.mm, AREA + 2 * PAGE_SIZE));
	EXPECT_EQ(mm_audit(NULL), 0);
	world_destroy(&private);
	world_destroy(&shared);
	fput(file);
}

SELFTEST(rmap_walk_stops_when_it_is_told)
{
	struct walk by_one = { .stop_in_rmap_one = 1 };
	struct walk by_done = { .stop_in_done = 2 };
	struct mm_struct *children[2];
	struct page *page;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	touch_all(w.vma);
	page = page_of(w.vma, 0);
	REQUIRE((children[0] = dup_mm(w.mm)));
	REQUIRE((children[1] = dup_mm(w.mm)));
	walk_from(page, &by_one);
	EXPECT_EQ(by_one.seen, 1);
	walk_from(page, &by_done);
	EXPECT_EQ(by_done.seen, 2);
	mmput(children[0]);
	mmput(children[1]);
	world_destroy(&w);
}

SELFTEST(rmap_walk_of_a_page_that_nobody_maps)
{
	struct world w;
	struct page *page;
	struct walk walk = { 0 };

	REQUIRE(world_create(&w, PRIVATE_RW));
	touch_all(w.vma);
	page = page_of(w.vma, 0);
	get_page(page);
	world_destroy(&w); /* the anon_vma that page->mapping names is freed */
	EXPECT(PageAnon(page));
	walk_from(page, &walk);
	EXPECT_EQ(walk.seen, 0);
	put_page(page);
}
