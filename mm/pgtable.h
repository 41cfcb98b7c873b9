/* SPDX-License-Identifier: MIT */
/*
 * mm/pgtable.h - walking, growing and locking the page tables of an mm.
 *
 * The formats are <asm/pgtable.h>; here are the tables as a structure.
 */
#ifndef KILBURN_MM_PGTABLE_H
#define KILBURN_MM_PGTABLE_H

#include <asm/pgtable.h>
#include "mm/mm_types.h"
#include "mm/page.h"

/**
 * mm_find_pmd() - find the entry that points to the pte table of @addr.
 * @mm: the address space
 * @addr: user virtual address, bytes
 *
 * Context: mmap_lock or an rmap lock of the area keeps the tables in place.
 * Return: a populated pmd entry, or NULL.
 */
pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long addr);

/**
 * mm_next_pmd() - find the next populated pmd entry.
 * @mm: the address space
 * @addr: in: where to begin; out: the first address the entry covers that is
 *	not below it
 * @end: one after the last address of interest
 *
 * It steps over holes a table at a time, so a walk is one loop:
 *
 *	for (; (pmd = mm_next_pmd(mm, &addr, end)); addr = next) {
 *		next = pmd_addr_end(addr, end);
 *		...
 *	}
 *
 * Context: as mm_find_pmd().
 * Return: the entry, or NULL when there is none below @end.
 */
pmd_t *mm_next_pmd(struct mm_struct *mm, unsigned long *addr,
		   unsigned long end);

/**
 * mm_alloc_pmd() - like mm_find_pmd(), but makes what is missing.
 * @mm: the address space
 * @addr: user virtual address, bytes
 *
 * The entry that is returned may itself still be empty: pte_alloc().
 *
 * Context: may sleep; mmap_lock held.
 * Return: the pmd entry, or NULL when there is no memory.
 */
pmd_t *mm_alloc_pmd(struct mm_struct *mm, unsigned long addr);

/* Make sure that @pmd points to a pte table.  Return: 0 or -ENOMEM. */
int pte_alloc(struct mm_struct *mm, pmd_t *pmd);

static inline struct page *pmd_table_page(pmd_t pmd)
{
	return pfn_to_page(pmd_pfn(pmd));
}

/* The lock of the pte table that @pmd points to: one per table. */
static inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	return &pmd_table_page(*pmd)->ptl;
}

/* Find the entry for @addr and take its table's lock. */
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
			   spinlock_t **ptl) __acquires(*ptl);

/* The same for a caller that creates the table if need be; NULL: no memory. */
pte_t *pte_alloc_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
			  spinlock_t **ptl) __cond_acquires(true, *ptl);

/*
 * Free the page tables of [addr, end), and those around it up to @floor and
 * @ceiling.  Nothing may be mapped there.
 */
struct mmu_gather;
void free_pgd_range(struct mmu_gather *tlb, unsigned long addr,
		    unsigned long end, unsigned long floor,
		    unsigned long ceiling);

/* The last reference to an empty table, which no CPU can reach any more. */
void pgtable_free(struct page *page);

/* Memory is short: give back the tables that this CPU keeps for reuse. */
void pgtable_cache_drain(void);

/* A new top-level table with the kernel's half filled in; NULL: no memory. */
pgd_t *pgd_alloc(struct mm_struct *mm);
void pgd_free(struct mm_struct *mm, pgd_t *pgd);

#endif /* KILBURN_MM_PGTABLE_H */
