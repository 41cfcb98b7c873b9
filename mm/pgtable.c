/* SPDX-License-Identifier: MIT */
/*
 * mm/pgtable.c - the page tables of an address space as a tree.
 *
 * Theory
 *
 * Four levels, each table one page of 512 entries:
 *
 *	mm->pgd -> pud table -> pmd table -> pte table -> frame
 *
 * Tables are made when a fault needs them and taken down when the areas above
 * them go.  Each table below the pgd is a page with PG_table; that of a pte
 * table carries the spinlock for its 512 entries, so faults in different 2 MiB
 * of one process do not meet.
 *
 * Which tables can munmap() of an area take away?  Those that no neighbour
 * needs, and the neighbours' ends say which these are:
 *
 *	   floor      addr          end      ceiling
 *	-----|..........|============|..........|-----
 *	        [   table   ][   table   ]
 *
 * A table goes if all that it covers lies between floor and ceiling.
 *
 * Invariants
 *
 *  T1. An upper entry that is not empty points to a table with PG_table.
 *  T2. While anybody holds mmap_lock, or the rmap lock of an area, no table
 *      under that area goes away: free_pgtables() has the first for write and
 *      takes the areas out of the rmap trees beforehand.
 *  T3. A table is freed through the mmu_gather: a CPU may be walking it until
 *      it has flushed.
 *  T4. A table that goes is empty: all its entries are zero.
 *
 * Locking
 *
 *  mm->page_table_lock protects the entries above the pte tables while they
 *  are filled; once filled they change only under T2.
 *
 * Reading order: mm_alloc_pmd(), mm_next_pmd(), free_pgd_range().
 * In Linux: mm/memory.c:__pte_alloc(), free_pgd_range(); mm/pagewalk.c.
 */

#include "mm/pgtable.h"
#include <asm/barrier.h>
#include <asm/percpu.h>
#include <asm/preempt.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "mm/fail_inject.h"
#include "mm/mm.h"
#include "mm/mmu_gather.h"

/* ---- tables kept for reuse ---------------------------------------------- */

/*
 * A table that goes is empty, so it is a page of zeros already (T4).  Each CPU
 * keeps a few: a process that is born where another has just died needs not
 * zero its five tables again.
 */
struct pgtable_cache {
	struct page *head; /* through page->private */
	unsigned int nr;
};

#define PGTABLE_CACHE_MAX 32 /* pages a CPU */

static DEFINE_PER_CPU(struct pgtable_cache, pgtable_cache);

static struct page *pgtable_cache_get(void)
{
	struct pgtable_cache *cache;
	struct page *page;

	preempt_disable();
	cache = this_cpu_ptr(&pgtable_cache);
	page = cache->head;
	if (page) {
		cache->head = (struct page *)page->private;
		cache->nr--;
		page->private = 0;
	}
	preempt_enable();
	return page;
}

/* Return: false if the cache is full. */
static bool pgtable_cache_put(struct page *page)
{
	struct pgtable_cache *cache;
	bool kept = false;

	preempt_disable();
	cache = this_cpu_ptr(&pgtable_cache);
	if (cache->nr < PGTABLE_CACHE_MAX) {
		page->private = (unsigned long)cache->head;
		cache->head = page;
		cache->nr++;
		kept = true;
	}
	preempt_enable();
	return kept;
}

static bool table_is_empty(const struct page *page)
{
	const u64 *entries = page_address(page);

	for (int i = 0; i < PTRS_PER_PTE; i++)
		if (entries[i])
			return false;
	return true;
}

/* Back to an ordinary page.  The lock's memory is a pointer to others. */
static void table_dtor(struct page *page)
{
	INIT_LIST_HEAD(&page->lru);
	page->mapping = NULL;
	page->index = 0;
	smp_wmb(); /* see has_object() */
	ClearPageTable(page);
}

void pgtable_free(struct page *page)
{
	if (CONFIG_DEBUG_VM)
		BUG_ON(!table_is_empty(page)); /* T4 */
	if (pgtable_cache_put(page))
		return;
	table_dtor(page);
	put_page(page);
}

void pgtable_cache_drain(void)
{
	struct page *page;

	while ((page = pgtable_cache_get())) {
		table_dtor(page);
		put_page(page);
	}
}

/* ---- tables come -------------------------------------------------------- */

static struct page *alloc_table(struct mm_struct *mm)
{
	struct page *page;

	if (should_fail_alloc(FAIL_PGTABLE, GFP_USER))
		return NULL;
	page = pgtable_cache_get();
	if (page)
		return page;
	page = alloc_page(GFP_USER | __GFP_ZERO);
	if (!page)
		return NULL;
	SetPageTable(page);
	spin_lock_init(&page->ptl);
	return page;
}

/*
 * Make the table below an empty upper entry.  Entries of all upper levels have
 * one format, so one function serves them.  Another thread may be faster:
 * then its table is as good.  Return: 0 or -ENOMEM.
 */
static noinline int alloc_table_below(struct mm_struct *mm, u64 *entry)
{
	struct page *page = alloc_table(mm);

	if (!page)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	if (!*entry) {
		/* The table must be seen as zeroed before it is seen. */
		smp_store_release(entry, page_to_phys(page) | _PAGE_TABLE);
		page = NULL;
	}
	spin_unlock(&mm->page_table_lock);
	if (page)
		pgtable_free(page);
	else
		atomic_long_add(PAGE_SIZE, &mm->pgtables_bytes);
	return 0;
}

pmd_t *mm_alloc_pmd(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	pud_t *pud;

	if (unlikely(pgd_none(*pgd)) && alloc_table_below(mm, &pgd->pgd))
		return NULL;
	pud = pud_offset(pgd, addr);
	if (unlikely(pud_none(*pud)) && alloc_table_below(mm, &pud->pud))
		return NULL;
	return pmd_offset(pud, addr);
}

int pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	if (likely(!pmd_none(*pmd)))
		return 0;
	return alloc_table_below(mm, &pmd->pmd);
}

/* ---- finding entries ---------------------------------------------------- */

pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return NULL;
	pud = pud_offset(pgd, addr);
	if (pud_none(*pud))
		return NULL;
	pmd = pmd_offset(pud, addr);
	return pmd_none(*pmd) ? NULL : pmd;
}

/* The first populated entry of one pmd table in [*addr, end). */
static pmd_t *next_pmd_in_table(pud_t *pud, unsigned long *addr,
				unsigned long end)
{
	pmd_t *pmd = pmd_offset(pud, *addr);

	for (; *addr != end; pmd++, *addr = pmd_addr_end(*addr, end))
		if (!pmd_none(*pmd))
			return pmd;
	return NULL;
}

pmd_t *mm_next_pmd(struct mm_struct *mm, unsigned long *addr, unsigned long end)
{
	while (*addr < end) {
		pgd_t *pgd = pgd_offset(mm, *addr);
		pud_t *pud;
		pmd_t *pmd;

		if (pgd_none(*pgd)) {
			*addr = pgd_addr_end(*addr, end);
			continue;
		}
		pud = pud_offset(pgd, *addr);
		if (pud_none(*pud)) {
			*addr = pud_addr_end(*addr, end);
			continue;
		}
		pmd = next_pmd_in_table(pud, addr, pud_addr_end(*addr, end));
		if (pmd)
			return pmd;
	}
	return NULL;
}

pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
			   spinlock_t **ptl)
{
	*ptl = pte_lockptr(mm, pmd);
	spin_lock(*ptl);
	return pte_offset_kernel(pmd, addr);
}

pte_t *pte_alloc_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
			  spinlock_t **ptl)
{
	if (pte_alloc(mm, pmd))
		return NULL;
	return pte_offset_map_lock(mm, pmd, addr, ptl);
}

pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr,
		      spinlock_t **ptl)
{
	pmd_t *pmd = mm_alloc_pmd(mm, addr);

	return pmd ? pte_alloc_map_lock(mm, pmd, addr, ptl) : NULL;
}

void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl)
{
	spin_unlock(ptl);
}

/* ---- tables go ---------------------------------------------------------- */

/* Its entry has been cleared; @addr is any address that it served. */
static void gather_table(struct mmu_gather *tlb, struct page *table,
			 unsigned long addr)
{
	atomic_long_sub(PAGE_SIZE, &tlb->mm->pgtables_bytes);
	tlb->freed_tables = true;
	tlb_flush_range(tlb, addr & PAGE_MASK, PAGE_SIZE);
	if (tlb_remove_page(tlb, table))
		tlb_flush_mmu(tlb);
}

/*
 * May the table that covers the aligned @size bytes around [addr, end) go?
 * @ceiling 0 is the end of the address space, so it is compared less one.
 */
static bool table_is_free(unsigned long addr, unsigned long end,
			  unsigned long floor, unsigned long ceiling,
			  unsigned long size)
{
	unsigned long start = addr & ~(size - 1);
	unsigned long last = (end - 1) | (size - 1);

	return start >= floor && last <= ceiling - 1;
}

static void free_pmd_range(struct mmu_gather *tlb, pud_t *pud,
			   unsigned long addr, unsigned long end,
			   unsigned long floor, unsigned long ceiling)
{
	unsigned long start = addr;
	pmd_t *pmd = pmd_offset(pud, addr);
	unsigned long next;
	struct page *table;

	for (; addr != end; pmd++, addr = next) {
		next = pmd_addr_end(addr, end);
		if (pmd_none(*pmd) ||
		    !table_is_free(addr, next, floor, ceiling, PMD_SIZE))
			continue;
		table = pmd_table_page(*pmd);
		pmd_clear(pmd);
		gather_table(tlb, table, addr);
	}
	if (!table_is_free(start, end, floor, ceiling, PUD_SIZE))
		return;
	table = pud_page(*pud);
	pud_clear(pud);
	gather_table(tlb, table, start);
}

static void free_pud_range(struct mmu_gather *tlb, pgd_t *pgd,
			   unsigned long addr, unsigned long end,
			   unsigned long floor, unsigned long ceiling)
{
	unsigned long start = addr;
	pud_t *pud = pud_offset(pgd, addr);
	unsigned long next;
	struct page *table;

	for (; addr != end; pud++, addr = next) {
		next = pud_addr_end(addr, end);
		if (!pud_none(*pud))
			free_pmd_range(tlb, pud, addr, next, floor, ceiling);
	}
	if (!table_is_free(start, end, floor, ceiling, PGDIR_SIZE))
		return;
	table = pfn_to_page(PHYS_PFN(pgd_val(*pgd) & PTE_PFN_MASK));
	pgd_clear(pgd);
	gather_table(tlb, table, start);
}

void free_pgd_range(struct mmu_gather *tlb, unsigned long addr,
		    unsigned long end, unsigned long floor,
		    unsigned long ceiling)
{
	pgd_t *pgd = pgd_offset(tlb->mm, addr);
	unsigned long next;

	for (; addr != end; pgd++, addr = next) {
		next = pgd_addr_end(addr, end);
		if (!pgd_none(*pgd))
			free_pud_range(tlb, pgd, addr, next, floor, ceiling);
	}
}

/* ---- the top level ------------------------------------------------------ */

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	struct page *page = alloc_table(mm);

	if (!page)
		return NULL;
	pgd_ctor(page_address(page));
	return page_address(page);
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	/* The kernel's half was copied in, and what a program had is gone. */
	memset(pgd + KERNEL_PGD_BOUNDARY, 0,
	       (PTRS_PER_PGD - KERNEL_PGD_BOUNDARY) * sizeof(*pgd));
	pgtable_free(virt_to_page(pgd));
}
