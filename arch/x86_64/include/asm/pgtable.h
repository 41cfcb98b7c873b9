/* SPDX-License-Identifier: MIT */
/*
 * asm/pgtable.h - reading, making and storing page-table entries.
 *
 *	 47      39 38      30 29      21 20      12 11         0
 *	|  pgd     |  pud     |  pmd     |  pte     |  offset    |
 *	    |          |          |          |
 *	   512 GiB    1 GiB      2 MiB      4 KiB	each entry covers
 *
 * Four levels; Linux's p4d is folded away everywhere, so it has no name here.
 *
 * The CPU sets A and D in an entry at any time, also while a CPU's kernel code
 * looks at it.  So whoever takes a present entry away exchanges it atomically
 * and looks at what came out (ptep_get_and_clear()).
 *
 * In Linux: arch/x86/include/asm/pgtable.h, pgtable_64.h.
 */
#ifndef KILBURN_ASM_PGTABLE_H
#define KILBURN_ASM_PGTABLE_H

#include <asm/pgtable_types.h>

#define PGDIR_SHIFT 39
#define PUD_SHIFT   30
#define PMD_SHIFT   21

#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PUD_SIZE   (1UL << PUD_SHIFT)
#define PUD_MASK   (~(PUD_SIZE - 1))
#define PMD_SIZE   (1UL << PMD_SHIFT)
#define PMD_MASK   (~(PMD_SIZE - 1))

#define PTRS_PER_PGD 512
#define PTRS_PER_PUD 512
#define PTRS_PER_PMD 512
#define PTRS_PER_PTE 512

/* The first top-level entry of the kernel's half. */
#define KERNEL_PGD_BOUNDARY 256

struct mm_struct;
struct vm_area_struct;

/* ---- what an entry says ------------------------------------------------- */

static inline bool pte_none(pte_t pte)
{
	return !pte_val(pte);
}

static inline bool pte_present(pte_t pte)
{
	return pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/* Present, but the CPU may not use it: PROT_NONE. */
static inline bool pte_protnone(pte_t pte)
{
	return (pte_val(pte) & (_PAGE_PROTNONE | _PAGE_PRESENT)) ==
	       _PAGE_PROTNONE;
}

static inline bool pte_write(pte_t pte)
{
	return pte_val(pte) & _PAGE_RW;
}

static inline bool pte_exec(pte_t pte)
{
	return !(pte_val(pte) & _PAGE_NX);
}

static inline bool pte_dirty(pte_t pte)
{
	return pte_val(pte) & _PAGE_DIRTY;
}

static inline bool pte_young(pte_t pte)
{
	return pte_val(pte) & _PAGE_ACCESSED;
}

static inline bool pte_special(pte_t pte)
{
	return pte_val(pte) & _PAGE_SPECIAL;
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return pte_val(a) == pte_val(b);
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return (pte_val(pte) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* Could the CPU hold a translation made from this entry? */
static inline bool pte_accessible(struct mm_struct *mm, pte_t pte)
{
	return pte_val(pte) & _PAGE_PRESENT;
}

/* May a CPU go on with rights that @old gave and @new does not? */
static inline bool pte_needs_flush(pte_t old, pte_t new)
{
	u64 rights = (pte_val(old) & (_PAGE_PRESENT | _PAGE_RW)) |
		     (pte_val(new) & _PAGE_NX); /* where a change is a loss */

	return pte_val(old) & _PAGE_PRESENT &&
	       (pte_val(old) ^ pte_val(new)) & rights;
}

static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot(pte_flags(pte));
}

/* ---- making one from another -------------------------------------------- */

static inline pte_t pte_set_flags(pte_t pte, u64 set)
{
	return __pte(pte_val(pte) | set);
}

static inline pte_t pte_clear_flags(pte_t pte, u64 clear)
{
	return __pte(pte_val(pte) & ~clear);
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_RW);
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_RW);
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_DIRTY);
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_DIRTY);
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_ACCESSED);
}

static inline pte_t pte_mkold(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_ACCESSED);
}

static inline pte_t pte_mkspecial(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_SPECIAL);
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte(PFN_PHYS(pfn) | pgprot_val(prot));
}

/* A macro, because struct page is not known here. */
#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), (prot))

/* What pte_modify() keeps: the frame, its attributes, and its history. */
#define _PAGE_CHG_MASK                                                         \
	(PTE_PFN_MASK | _PAGE_CACHE_MASK | _PAGE_SPECIAL | _PAGE_ACCESSED |    \
	 _PAGE_DIRTY)

/**
 * pte_modify() - give an entry another protection.
 * @pte: a present entry
 * @newprot: the new protection, as vm_get_page_prot() makes it
 *
 * The frame, the cache attribute, A, D and the special mark stay.
 *
 * Context: any.
 * Return: the new value.
 */
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	return __pte((pte_val(pte) & _PAGE_CHG_MASK) |
		     (pgprot_val(newprot) & ~_PAGE_CHG_MASK));
}

/* The cache attribute of @old with the protection of @new. */
static inline pgprot_t pgprot_modify(pgprot_t old, pgprot_t new)
{
	u64 keep = _PAGE_CACHE_MASK;

	return __pgprot((pgprot_val(old) & keep) | (pgprot_val(new) & ~keep));
}

/**
 * vm_get_page_prot() - the hardware protection for an area's flags.
 * @vm_flags: VM_READ, VM_WRITE, VM_EXEC and VM_SHARED are looked at
 *
 * A private area never gets the write bit here: the first store must fault.
 *
 * Context: any.
 * Return: the protection for a new entry.
 */
pgprot_t vm_get_page_prot(unsigned long vm_flags);

/* ---- loading and storing ------------------------------------------------ */

static inline pte_t ptep_get(const pte_t *ptep)
{
	return __pte(*(const volatile u64 *)&ptep->pte);
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile u64 *)&ptep->pte = pte_val(pte);
}

static inline void set_pte_at(struct mm_struct *mm, unsigned long addr,
			      pte_t *ptep, pte_t pte)
{
	set_pte(ptep, pte);
}

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	set_pte(ptep, __pte(0));
}

/**
 * ptep_get_and_clear() - take an entry away, with the A and D it had last.
 * @mm: the address space
 * @addr: user virtual address that the entry maps, in bytes
 * @ptep: the entry
 *
 * Context: caller holds the pte lock.
 * Return: the old value.
 */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr,
				       pte_t *ptep)
{
	return __pte(__atomic_exchange_n(&ptep->pte, 0, __ATOMIC_SEQ_CST));
}

/*
 * For the last user of an address space, where no other CPU can set bits
 * behind our back: no bus lock needed.
 */
static inline pte_t ptep_get_and_clear_full(struct mm_struct *mm,
					    unsigned long addr, pte_t *ptep,
					    bool full)
{
	pte_t pte;

	if (!full)
		return ptep_get_and_clear(mm, addr, ptep);
	pte = ptep_get(ptep);
	set_pte(ptep, __pte(0));
	return pte;
}

/* Atomic: D may be set by the CPU at the same moment and must not be lost. */
static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr,
				      pte_t *ptep)
{
	__atomic_and_fetch(&ptep->pte, ~_PAGE_RW, __ATOMIC_SEQ_CST);
}

static inline bool ptep_test_and_clear_young(struct vm_area_struct *vma,
					     unsigned long addr, pte_t *ptep)
{
	return __atomic_fetch_and(&ptep->pte, ~_PAGE_ACCESSED,
				  __ATOMIC_SEQ_CST) &
	       _PAGE_ACCESSED;
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	*(volatile u64 *)&pmdp->pmd = pmd_val(pmd);
}

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	*(volatile u64 *)&pudp->pud = pud_val(pud);
}

static inline void set_pgd(pgd_t *pgdp, pgd_t pgd)
{
	*(volatile u64 *)&pgdp->pgd = pgd_val(pgd);
}

static inline void pmd_clear(pmd_t *pmdp)
{
	set_pmd(pmdp, __pmd(0));
}

static inline void pud_clear(pud_t *pudp)
{
	set_pud(pudp, __pud(0));
}

static inline void pgd_clear(pgd_t *pgdp)
{
	set_pgd(pgdp, __pgd(0));
}

/* ---- upper levels ------------------------------------------------------- */

static inline pmd_t pmdp_get(const pmd_t *pmdp)
{
	return __pmd(*(const volatile u64 *)&pmdp->pmd);
}

static inline bool pmd_none(pmd_t pmd)
{
	return !pmd_val(pmd);
}

static inline bool pmd_present(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_PRESENT;
}

static inline bool pmd_leaf(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_PSE;
}

/* Neither none nor a table: an entry that no code here ever writes. */
static inline bool pmd_bad(pmd_t pmd)
{
	return (pmd_val(pmd) & ~PTE_PFN_MASK & ~_PAGE_USER) != _KERNPG_TABLE;
}

static inline bool pud_none(pud_t pud)
{
	return !pud_val(pud);
}

static inline bool pud_present(pud_t pud)
{
	return pud_val(pud) & _PAGE_PRESENT;
}

static inline bool pud_leaf(pud_t pud)
{
	return pud_val(pud) & _PAGE_PSE;
}

static inline bool pud_bad(pud_t pud)
{
	return (pud_val(pud) & ~PTE_PFN_MASK & ~_PAGE_USER) != _KERNPG_TABLE;
}

static inline bool pgd_none(pgd_t pgd)
{
	return !pgd_val(pgd);
}

static inline bool pgd_present(pgd_t pgd)
{
	return pgd_val(pgd) & _PAGE_PRESENT;
}

static inline bool pgd_bad(pgd_t pgd)
{
	return (pgd_val(pgd) & ~PTE_PFN_MASK & ~_PAGE_USER) != _KERNPG_TABLE;
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline unsigned long pud_pfn(pud_t pud)
{
	return (pud_val(pud) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline unsigned long pmd_page_vaddr(pmd_t pmd)
{
	return (unsigned long)__va(pmd_val(pmd) & PTE_PFN_MASK);
}

static inline unsigned long pud_page_vaddr(pud_t pud)
{
	return (unsigned long)__va(pud_val(pud) & PTE_PFN_MASK);
}

static inline unsigned long pgd_page_vaddr(pgd_t pgd)
{
	return (unsigned long)__va(pgd_val(pgd) & PTE_PFN_MASK);
}

#define pmd_page(pmd) pfn_to_page(pmd_pfn(pmd))
#define pud_page(pud) pfn_to_page(pud_pfn(pud))

static inline pmd_t *pud_pgtable(pud_t pud)
{
	return (pmd_t *)pud_page_vaddr(pud);
}

static inline pud_t *pgd_pgtable(pgd_t pgd)
{
	return (pud_t *)pgd_page_vaddr(pgd);
}

/* Hook a table below an entry that is none.  The caller holds its lock. */
#define pmd_populate(mm, pmdp, page)                                           \
	set_pmd((pmdp), __pmd(page_to_phys(page) | _PAGE_TABLE))

static inline void pmd_populate_kernel(struct mm_struct *mm, pmd_t *pmdp,
				       pte_t *pte)
{
	set_pmd(pmdp, __pmd(__pa(pte) | _KERNPG_TABLE));
}

static inline void pud_populate(struct mm_struct *mm, pud_t *pudp, pmd_t *pmd)
{
	set_pud(pudp, __pud(__pa(pmd) | _PAGE_TABLE));
}

static inline void pgd_populate(struct mm_struct *mm, pgd_t *pgdp, pud_t *pud)
{
	set_pgd(pgdp, __pgd(__pa(pud) | _PAGE_TABLE));
}

/* ---- finding an entry --------------------------------------------------- */

static inline unsigned long pgd_index(unsigned long addr)
{
	return (addr >> PGDIR_SHIFT) & (PTRS_PER_PGD - 1);
}

static inline unsigned long pud_index(unsigned long addr)
{
	return (addr >> PUD_SHIFT) & (PTRS_PER_PUD - 1);
}

static inline unsigned long pmd_index(unsigned long addr)
{
	return (addr >> PMD_SHIFT) & (PTRS_PER_PMD - 1);
}

static inline unsigned long pte_index(unsigned long addr)
{
	return (addr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1);
}

static inline pgd_t *pgd_offset_pgd(pgd_t *pgd, unsigned long addr)
{
	return pgd + pgd_index(addr);
}

/* Macros, because mm_struct and init_mm are not known here. */
#define pgd_offset(mm, addr) pgd_offset_pgd((mm)->pgd, (addr))
#define pgd_offset_k(addr)   pgd_offset_pgd(swapper_pg_dir, (addr))

static inline pud_t *pud_offset(const pgd_t *pgdp, unsigned long addr)
{
	return pgd_pgtable(*pgdp) + pud_index(addr);
}

static inline pmd_t *pmd_offset(const pud_t *pudp, unsigned long addr)
{
	return pud_pgtable(*pudp) + pmd_index(addr);
}

static inline pte_t *pte_offset_kernel(const pmd_t *pmdp, unsigned long addr)
{
	return (pte_t *)pmd_page_vaddr(*pmdp) + pte_index(addr);
}

/* All tables are in the direct map: nothing to map, nothing to unmap. */
#define pte_offset_map(pmdp, addr) pte_offset_kernel((pmdp), (addr))
#define pte_unmap(pte)             ((void)(pte))

/*
 * The end of what one entry covers, or @end if that comes first.  The "- 1"
 * makes it right when the boundary is 2^64, which wraps to 0.
 */
static inline unsigned long
table_addr_end(unsigned long addr, unsigned long end, unsigned long size)
{
	unsigned long boundary = (addr + size) & ~(size - 1);

	return boundary - 1 < end - 1 ? boundary : end;
}

#define pgd_addr_end(addr, end) table_addr_end((addr), (end), PGDIR_SIZE)
#define pud_addr_end(addr, end) table_addr_end((addr), (end), PUD_SIZE)
#define pmd_addr_end(addr, end) table_addr_end((addr), (end), PMD_SIZE)

/* The kernel's own tables: init_mm.pgd. */
extern pgd_t swapper_pg_dir[PTRS_PER_PGD];

/**
 * early_map_range() - map physical memory while there is only memblock.
 * @virt: first kernel virtual address, page aligned
 * @phys: first physical address, page aligned
 * @len: bytes, a multiple of the page size
 * @prot: protection, without _PAGE_PSE
 *
 * Uses the largest pages that alignment and CPU allow.  Tables come from
 * memblock_phys_alloc(); a failure ends the boot with one sentence.
 *
 * Context: boot, one CPU.  Nothing may be mapped there yet.
 */
void early_map_range(unsigned long virt, phys_addr_t phys, unsigned long len,
		     pgprot_t prot);

/**
 * pgd_ctor() - copy the kernel's half into a new top-level table.
 * @pgd: a zeroed page
 *
 * The kernel's top-level entries never change after boot, so a copy made
 * once stays right.
 *
 * Context: any.
 */
void pgd_ctor(pgd_t *pgd);

#endif /* KILBURN_ASM_PGTABLE_H */
