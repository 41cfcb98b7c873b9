/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_mkwrite.c - the first store through a read-only entry of a
 * shared area: the owner is asked, and nothing is copied.
 *
 * No driver here hands out such entries, so a program cannot see this.
 */

#include "mm/page_alloc.h"
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
