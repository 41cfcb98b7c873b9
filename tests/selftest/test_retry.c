/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_retry.c - VM_FAULT_RETRY: who drops mmap_lock, and when.
 */

#include "mm/trace.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: no struct page */

static int calls, waits;

/* An owner in Linux's shape: the first attempt waits without mmap_lock. */
static vm_fault_t fault_that_waits(struct vm_fault *vmf) __no_lock_analysis
{
	calls++;
	if (!fault_flag_allow_retry_first(vmf->flags))
		return vmf_insert_pfn(vmf->vma, vmf->address, BIOS_PFN);
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	mmap_read_unlock(vmf->vma->vm_mm);
	waits++;
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct waiting_ops = {
	.fault = fault_that_waits,
};

/* mmap_lock is held on return, or not: the answer says which. */
static vm_fault_t attempt(struct world *w,
			  unsigned int flags) __no_lock_analysis
{
	mmap_read_lock(w->mm);
	return handle_mm_fault(w->vma, w->vma->vm_start, flags);
}

SELFTEST(a_retried_fault_drops_mmap_lock_once) __no_lock_analysis
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	w.vma->vm_ops = &waiting_ops;
	calls = waits = 0;

	/* Dropped: else taking it for write would never end. */
	EXPECT_EQ(attempt(&w, FAULT_FLAG_DEFAULT), VM_FAULT_RETRY);
	mmap_write_lock(w.mm);
	mmap_write_unlock(w.mm);
	EXPECT(pte_none(entry_of(w.vma, 0)));

	EXPECT_EQ(attempt(&w, FAULT_FLAG_DEFAULT | FAULT_FLAG_RETRY_NOWAIT),
		  VM_FAULT_RETRY);
	mmap_read_unlock(w.mm); /* not dropped */
	EXPECT_EQ(waits, 1);

	EXPECT_EQ(attempt(&w, FAULT_FLAG_DEFAULT | FAULT_FLAG_TRIED), 0);
	mmap_read_unlock(w.mm);
	EXPECT_EQ(pte_pfn(entry_of(w.vma, 0)), BIOS_PFN);
	EXPECT_EQ(calls, 3);
	world_destroy(&w);
}

SELFTEST(a_fault_that_may_not_retry_waits)
{
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	w.vma->vm_ops = &waiting_ops;
	calls = waits = 0;
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(calls, 1);
	EXPECT_EQ(waits, 0);
	world_destroy(&w);
}

/* While nobody holds mmap_lock the area goes: handle_mm_fault() must not look. */
static vm_fault_t
fault_that_loses_its_area(struct vm_fault *vmf) __no_lock_analysis
{
	struct mm_struct *mm = vmf->vma->vm_mm;

	mmap_read_unlock(mm);
	mmap_write_lock(mm);
	EXPECT_EQ(do_munmap(mm, AREA, NR_PAGES * PAGE_SIZE), 0);
	mmap_write_unlock(mm);
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct losing_ops = {
	.fault = fault_that_loses_its_area,
};

SELFTEST(a_retried_fault_may_lose_its_area)
{
	struct mm_trace_cursor cursor;
	struct mm_trace_record record;
	bool was_on = static_key_enabled(&mm_trace_key);
	int found = 0;
	struct world w;

	REQUIRE(!mm_trace_set(true));
	REQUIRE(world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	w.vma->vm_ops = &losing_ops;
	EXPECT_EQ(attempt(&w, FAULT_FLAG_DEFAULT), VM_FAULT_RETRY);
	mm_trace_set(was_on);

	/* The event says whose fault it was, without asking the area. */
	mm_trace_rewind(&cursor);
	while (mm_trace_next(&cursor, &record))
		found += record.event == MM_TRACE_FAULT && record.mm == w.mm &&
			 record.arg2 & VM_FAULT_RETRY;
	EXPECT_EQ(found, 1);
	world_destroy(&w);
}
