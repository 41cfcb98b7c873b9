/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_order.c - clear, flush, free: in which order things
 * happen to an entry.
 *
 * On one CPU a flush that comes too late does no harm, and on several it does
 * harm once in a thousand times.  The event ring (mm/trace.c) shows the order
 * every time.
 */

#include <asm/uaccess.h>
#include "fs/file.h"
#include "kernel/completion.h"
#include "kernel/kthread.h"
#include "kernel/lib/err.h"
#include "mm/memory.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "mm/trace.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define BIOS_PFN 0xf0UL /* firmware: no struct page */

static bool trace_was_on;
static u64 trace_from; /* events up to here are not ours */

static bool begin_trace(void)
{
	struct mm_trace_cursor cursor;

	trace_was_on = static_key_enabled(&mm_trace_key);
	if (mm_trace_set(true))
		return false;
	mm_trace_rewind(&cursor);
	trace_from = cursor.last;
	return true;
}

static void end_trace(void)
{
	mm_trace_set(trace_was_on);
}

/*
 * The number of the first event after number @after that is of this kind and
 * about this mm (or any, NULL) and frame (or any, MM_TRACE_NO_PFN); 0: none.
 */
static u64 event_after(u64 after, enum mm_trace_event event,
		       const struct mm_struct *mm, unsigned long pfn)
{
	struct mm_trace_cursor cursor;
	struct mm_trace_record record;

	for (mm_trace_rewind(&cursor); mm_trace_next(&cursor, &record);)
		if (record.seq > max(after, trace_from) &&
		    record.event == event && (!mm || record.mm == mm) &&
		    (pfn == MM_TRACE_NO_PFN || record.pfn == pfn))
			return record.seq;
	return 0;
}

static u64 flush_after(u64 after, const struct mm_struct *mm)
{
	return event_after(after, MM_TRACE_FLUSH, mm, MM_TRACE_NO_PFN);
}

/* Store through the entry, so that this CPU has the translation. */
static bool store(unsigned long page)
{
	return !put_user(1, (char __user *)(AREA + page * PAGE_SIZE));
}

SELFTEST(zap_flushes_before_it_frees)
{
	unsigned long pfn[NR_PAGES];
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	for (unsigned long i = 0; i < NR_PAGES; i++) {
		EXPECT(store(i));
		pfn[i] = page_to_pfn(page_of(w.vma, i));
	}
	REQUIRE(begin_trace());
	mmap_read_lock(w.mm);
	zap_page_range(w.vma, AREA, NR_PAGES * PAGE_SIZE);
	mmap_read_unlock(w.mm);
	end_trace();

	for (unsigned long i = 0; i < NR_PAGES; i++) {
		u64 unmap = event_after(0, MM_TRACE_UNMAP, w.mm, pfn[i]);
		u64 flush = flush_after(unmap, w.mm);
		u64 freed = event_after(0, MM_TRACE_FREE, NULL, pfn[i]);

		EXPECT(unmap && flush && freed);
		EXPECT(unmap < flush && flush < freed); /* Z1 */
	}
	world_destroy(&w);
}

SELFTEST(fork_flushes_the_parent)
{
	struct mm_struct *child;
	struct world w;
	u64 share;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT(store(0));
	REQUIRE(begin_trace());
	child = dup_mm(w.mm);
	end_trace();
	REQUIRE(child);
	share = event_after(0, MM_TRACE_SHARE, child,
			    page_to_pfn(page_of(w.vma, 0)));
	EXPECT(share);
	EXPECT(flush_after(share, w.mm)); /* K1 */
	mmput(child);
	world_destroy(&w);
}

SELFTEST(a_copy_is_installed_after_a_flush)
{
	struct mm_struct *child;
	struct world w;
	u64 flush, cow;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT(store(0));
	child = dup_mm(w.mm);
	REQUIRE(child);
	REQUIRE(begin_trace());
	EXPECT(store(0));
	end_trace();
	flush = flush_after(0, w.mm);
	cow = event_after(0, MM_TRACE_COW, w.mm, MM_TRACE_NO_PFN);
	EXPECT(flush && cow && flush < cow); /* W3 of memory_wp.c */
	mmput(child);
	world_destroy(&w);
}

/* ---- raw frames leave their object's tree ------------------------------- */

static DECLARE_COMPLETION(unmapped);

static int unmap_area(void *mm)
{
	mmap_write_lock(mm);
	do_munmap(mm, AREA, NR_PAGES * PAGE_SIZE);
	mmap_write_unlock(mm);
	complete(&unmapped);
	return 0;
}

/* Wait, for a while, until @mm has been flushed once more. */
static bool flushed_soon(struct mm_struct *mm, u64 gen)
{
	for (int i = 0; i < 100; i++) {
		if (atomic64_read(&mm->tlb_gen) != gen)
			return true;
		__set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout_ns(2000000);
	}
	return false;
}

/*
 * Z2: whoever holds i_mmap_rwsem and does not find the area may believe that no
 * CPU can reach its frames.  So munmap, which waits here for that lock, must
 * have flushed before.
 */
SELFTEST(raw_areas_are_flushed_before_they_leave_i_mmap)
{
	struct file *file = shmem_file_setup("test", NR_PAGES * PAGE_SIZE, 0);
	struct task_struct *unmapper;
	struct world w;
	u64 gen;
	char byte;

	REQUIRE(!IS_ERR(file));
	REQUIRE(world_create(&w, SHARED_RW));
	mmap_write_lock(w.mm);
	w.vma->vm_file = file;
	w.vma->vm_pgoff = 0;
	vma_link_file(w.vma);
	EXPECT(!remap_pfn_range(w.vma, AREA, BIOS_PFN, NR_PAGES * PAGE_SIZE,
				w.vma->vm_page_prot));
	mmap_write_unlock(w.mm);
	EXPECT(!get_user(byte,
			 (volatile char __user *)AREA)); /* into the TLB */
	(void)byte;

	gen = atomic64_read(&w.mm->tlb_gen);
	i_mmap_lock_write(file->f_mapping);
	unmapper = kthread_run(unmap_area, w.mm, "test/unmap");
	EXPECT(flushed_soon(w.mm, gen));
	i_mmap_unlock_write(file->f_mapping);
	REQUIRE(!IS_ERR(unmapper));
	wait_for_completion(&unmapped);
	world_destroy(&w);
}
