/* SPDX-License-Identifier: MIT */
/*
 * mm/mmu_gather.c - unmap much, flush once, and only then free.
 *
 * Theory
 *
 * Between "no entry leads to this page" and "this page may be used for
 * something else" lies the TLB: a CPU may go on using an old translation until
 * it has flushed.  So pages wait here.  One flush serves all of them, which is
 * what makes munmap() of a megabyte cost one interrupt per CPU and not 256.
 *
 * The first pages go into an array in the structure itself; more go into
 * batches of a page each, got without sleeping.  When there is no page for a
 * batch, the gather says that it is full, and its user flushes early.
 *
 * Invariants
 *
 *  G1. No page leaves the gather before a flush that began after its entry was
 *      cleared has ended on every CPU of mm_cpumask(mm).
 *  G2. When tlb_finish_mmu() returns no CPU holds a translation of an entry
 *      that was found empty, whoever cleared it.
 *
 * Locking: the structure is its caller's own.
 *
 * Reading order: tlb_remove_page(), tlb_flush_mmu().
 * In Linux: mm/mmu_gather.c.
 */

#include "mm/mmu_gather.h"
#include <asm/tlbflush.h>
#include "mm/gfp.h"
#include "mm/mm.h"
#include "mm/pgtable.h"

#define BATCH_PAGES                                                            \
	((PAGE_SIZE - sizeof(struct mmu_gather_batch)) / sizeof(struct page *))

/* 10,000 pages: unmapping much must not need much. */
#define MAX_BATCHES 20

static void reset_range(struct mmu_gather *tlb)
{
	tlb->start = ULONG_MAX;
	tlb->end = 0;
	tlb->freed_tables = false;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	tlb->fullmm = false;
	tlb->vma_pfn = false; /* a fact of the areas: no flush takes it back */
	atomic_inc(&mm->tlb_flush_pending);
	tlb->nr_batches = 0;
	tlb->local.next = NULL;
	tlb->local.nr = 0;
	tlb->local.max = MMU_GATHER_BUNDLE;
	tlb->local.pages = tlb->local_pages;
	tlb->active = &tlb->local;
	reset_range(tlb);
}

void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb_gather_mmu(tlb, mm);
	tlb->fullmm = true;
}

static void flush_tlbs(struct mmu_gather *tlb)
{
	if (tlb->start >= tlb->end)
		return;
	if (tlb->fullmm)
		flush_tlb_mm(tlb->mm);
	else
		flush_tlb_mm_range(tlb->mm, tlb->start, tlb->end);
	reset_range(tlb);
}

static inline void free_one(struct page *page)
{
	if (unlikely(PageTable(page)))
		pgtable_free(page);
	else
		put_page(page);
}

static void free_collected(struct mmu_gather *tlb)
{
	struct mmu_gather_batch *batch;

	for (batch = &tlb->local; batch && batch->nr; batch = batch->next) {
		for (unsigned int i = 0; i < batch->nr; i++)
			free_one(batch->pages[i]);
		batch->nr = 0;
	}
	tlb->active = &tlb->local;
}

void tlb_flush_mmu(struct mmu_gather *tlb)
{
	flush_tlbs(tlb);
	free_collected(tlb);
}

void tlb_finish_mmu(struct mmu_gather *tlb)
{
	struct mmu_gather_batch *batch, *next;

	/*
	 * Another thread is unmapping too.  It may have cleared entries that we
	 * then found empty, and not have flushed yet; our caller must not
	 * return before no CPU can use them (G2).
	 */
	if (atomic_read(&tlb->mm->tlb_flush_pending) > 1)
		flush_tlb_mm(tlb->mm);
	tlb_flush_mmu(tlb);
	atomic_dec(&tlb->mm->tlb_flush_pending);
	for (batch = tlb->local.next; batch; batch = next) {
		next = batch->next;
		free_page((unsigned long)batch);
	}
}

void tlb_free_vmas(struct mmu_gather *tlb)
{
	if (tlb->vma_pfn)
		flush_tlbs(tlb);
}

/* Make another batch active.  Return: false if there is no memory for one. */
static bool next_batch(struct mmu_gather *tlb)
{
	struct mmu_gather_batch *batch = tlb->active->next;

	if (!batch) {
		if (tlb->nr_batches == MAX_BATCHES)
			return false;
		batch = (void *)__get_free_page(GFP_NOWAIT);
		if (!batch)
			return false;
		batch->next = NULL;
		batch->nr = 0;
		batch->max = BATCH_PAGES;
		batch->pages = (struct page **)(batch + 1);
		tlb->active->next = batch;
		tlb->nr_batches++;
	}
	tlb->active = batch;
	return true;
}

bool tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	struct mmu_gather_batch *batch = tlb->active;

	VM_BUG_ON(tlb_is_full(tlb));
	batch->pages[batch->nr++] = page;
	if (likely(batch->nr < batch->max))
		return false;
	return !next_batch(tlb);
}
