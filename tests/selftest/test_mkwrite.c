/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_mkwrite.c - the first store to a page of a shared area: the
 * owner is asked, and nothing is copied.
 *
 * No driver here asks to be asked, so a program cannot see this.
 */

#include "fs/file.h"
#include "kernel/lib/err.h"
#include "mm/page_alloc.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: no struct page */

static int asked;
static vm_fault_t answer;

static vm_fault_t ask(struct vm_fault *vmf)
{
	asked += vmf->flags & FAULT_FLAG_MKWRITE ? 1 : 100;
	return answer;
}

static const struct vm_operations_struct asking_ops = {
	.page_mkwrite = ask,
	.pfn_mkwrite = ask,
};

SELFTEST(a_shared_frame_turns_writable_where_it_is)
{
	pgprot_t readonly = vm_get_page_prot(VM_READ);
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	w.vma->vm_ops = &asking_ops;
	for (unsigned long i = 0; i < 2; i++)
		EXPECT_EQ(vmf_insert_pfn_prot(w.vma, AREA + i * PAGE_SIZE,
					      BIOS_PFN + i, readonly),
			  VM_FAULT_NOPAGE);
	EXPECT(!pte_write(entry_of(w.vma, 0)));

	asked = 0;
	answer = 0;
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(asked, 1);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT(pte_special(entry_of(w.vma, 0)));
	EXPECT_EQ(pte_pfn(entry_of(w.vma, 0)), BIOS_PFN);
	EXPECT_EQ(get_mm_rss(w.mm), 0);

	answer = VM_FAULT_SIGBUS; /* the owner may refuse */
	EXPECT_EQ(touch(w.vma, 1, FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	EXPECT(!pte_write(entry_of(w.vma, 1)));
	world_destroy(&w);
}

SELFTEST(a_shared_page_turns_writable_where_it_is)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct world w;

	REQUIRE(page);
	REQUIRE(world_create(&w, SHARED_RW));
	w.vma->vm_ops = &asking_ops;
	mmap_write_lock(w.mm);
	w.vma->vm_page_prot = vm_get_page_prot(VM_READ);
	EXPECT_EQ(vm_insert_page(w.vma, AREA, page), 0);
	mmap_write_unlock(w.mm);

	asked = 0;
	answer = VM_FAULT_SIGBUS;
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	EXPECT_EQ(page_count(page), 2); /* ours, and the entry's */

	answer = 0;
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(asked, 2);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	EXPECT_EQ(page_of(w.vma, 0), page);
	EXPECT(PageDirty(page));
	world_destroy(&w);
	EXPECT_EQ(page_count(page), 1);
	put_page(page);
}

/* ---- both ways to ->page_mkwrite() keep the same promise ---------------- */

/* What the owner of a file does when it is asked. */
enum reaction {
	AGREE,
	AGREE_LOCKED,
	REFUSE,
	WAIT,     /* without mmap_lock, as ->fault() may */
	TRUNCATE, /* as another task may, while the page is not locked */
};

static enum reaction reaction;
static int found_locked; /* how often it was asked with the page locked */

static vm_fault_t react(struct vm_fault *vmf) __no_lock_analysis
{
	asked += vmf->flags & FAULT_FLAG_MKWRITE ? 1 : 100;
	if (PageLocked(vmf->page)) {
		found_locked++;
		return VM_FAULT_LOCKED; /* rather than wait for ever */
	}
	switch (reaction) {
	case AGREE_LOCKED:
		lock_page(vmf->page);
		return VM_FAULT_LOCKED;
	case REFUSE:
		return VM_FAULT_SIGBUS;
	case WAIT:
		mmap_read_unlock(vmf->vma->vm_mm);
		return VM_FAULT_RETRY;
	case TRUNCATE:
		truncate_setsize(vmf->vma->vm_file->f_inode, 0);
		return 0;
	default:
		return 0;
	}
}

static const struct vm_operations_struct reacting_ops = {
	.fault = filemap_fault,
	.page_mkwrite = react,
};

/* Is a page touched for the first time, or mapped read-only already? */
enum way { FIRST_TOUCH, READ_ONLY_ENTRY };

/* A shared area of a file that is owned by reacting_ops. */
static bool map_file(struct world *w, enum way way, enum reaction then)
{
	struct file *file = shmem_file_setup("test", NR_PAGES * PAGE_SIZE, 0);

	if (IS_ERR(file) || !world_create(w, SHARED_RW))
		return false;
	mmap_write_lock(w->mm);
	w->vma->vm_file = file;
	w->vma->vm_ops = &reacting_ops;
	w->vma->vm_pgoff = 0;
	vma_set_page_prot(w->vma); /* read-only, for the owner is to be asked */
	vma_link_file(w->vma);
	mmap_write_unlock(w->mm);
	if (way == READ_ONLY_ENTRY)
		EXPECT_EQ(touch(w->vma, 0, 0), 0);
	EXPECT(!pte_write(entry_of(w->vma, 0)));
	asked = 0;
	found_locked = 0;
	reaction = then;
	return true;
}

/* The owner agrees: it was asked once, and the page is not left locked. */
static void check_agreement(enum way way, enum reaction agree)
{
	struct world w;

	REQUIRE(map_file(&w, way, agree));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(asked, 1);
	EXPECT_EQ(found_locked, 0);
	EXPECT(pte_write(entry_of(w.vma, 0)));
	REQUIRE(page_of(w.vma, 0));
	EXPECT(!PageLocked(page_of(w.vma, 0)));
	EXPECT(PageDirty(page_of(w.vma, 0)));
	EXPECT_EQ(page_count(page_of(w.vma, 0)), 2); /* the cache, the entry */
	world_destroy(&w);
}

SELFTEST(page_mkwrite_is_asked_unlocked)
{
	check_agreement(FIRST_TOUCH, AGREE);
	check_agreement(READ_ONLY_ENTRY, AGREE);
}

SELFTEST(page_mkwrite_may_return_the_page_locked)
{
	check_agreement(FIRST_TOUCH, AGREE_LOCKED);
	check_agreement(READ_ONLY_ENTRY, AGREE_LOCKED);
}

static void check_refusal(enum way way)
{
	struct page *page;
	struct world w;

	REQUIRE(map_file(&w, way, REFUSE));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	EXPECT_EQ(found_locked, 0);
	EXPECT(!pte_write(entry_of(w.vma, 0)));
	page = find_get_page(w.vma->vm_file->f_mapping, 0);
	REQUIRE(page);
	EXPECT(!PageLocked(page));
	EXPECT(!PageDirty(page));
	put_page(page);
	world_destroy(&w);
}

SELFTEST(page_mkwrite_may_refuse)
{
	check_refusal(FIRST_TOUCH);
	check_refusal(READ_ONLY_ENTRY);
}

/* A fault that may be tried again; the answer must be that it is. */
static void expect_retry(struct world *w) __no_lock_analysis
{
	mmap_read_lock(w->mm);
	EXPECT_EQ(handle_mm_fault(w->vma, AREA,
				  FAULT_FLAG_DEFAULT | FAULT_FLAG_WRITE),
		  VM_FAULT_RETRY);
	/* Dropped: else taking it for write would never end. */
	mmap_write_lock(w->mm);
	mmap_write_unlock(w->mm);
	EXPECT(!pte_write(entry_of(w->vma, 0)));
}

/* A wait changes nothing, and the page is given back. */
static void check_wait(enum way way)
{
	struct page *page;
	struct world w;

	REQUIRE(map_file(&w, way, WAIT));
	expect_retry(&w);
	page = find_get_page(w.vma->vm_file->f_mapping, 0);
	REQUIRE(page);
	EXPECT(!PageLocked(page));
	EXPECT(!PageDirty(page));
	EXPECT_EQ(page_count(page), way == FIRST_TOUCH ? 2 : 3);
	put_page(page);
	world_destroy(&w);
}

SELFTEST(page_mkwrite_may_wait_without_mmap_lock)
{
	check_wait(FIRST_TOUCH);
	check_wait(READ_ONLY_ENTRY);
}

static vm_fault_t wait_for_frame(struct vm_fault *vmf) __no_lock_analysis
{
	mmap_read_unlock(vmf->vma->vm_mm);
	return VM_FAULT_RETRY;
}

SELFTEST(pfn_mkwrite_may_wait_without_mmap_lock)
{
	static const struct vm_operations_struct ops = {
		.pfn_mkwrite = wait_for_frame,
	};
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	w.vma->vm_ops = &ops;
	EXPECT_EQ(vmf_insert_pfn_prot(w.vma, AREA, BIOS_PFN,
				      vm_get_page_prot(VM_READ)),
		  VM_FAULT_NOPAGE);
	expect_retry(&w);
	world_destroy(&w);
}

/* Nothing maps a page that has left its file: the access is tried again. */
static void check_truncation(enum way way)
{
	struct world w;

	REQUIRE(map_file(&w, way, TRUNCATE));
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(asked, 1);
	EXPECT_EQ(found_locked, 0);
	EXPECT(pte_none(entry_of(w.vma, 0)));
	EXPECT_EQ(get_mm_rss(w.mm), 0);
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	EXPECT_EQ(asked, 1);
	world_destroy(&w);
}

SELFTEST(page_mkwrite_sees_truncation)
{
	check_truncation(FIRST_TOUCH);
	check_truncation(READ_ONLY_ENTRY);
}
