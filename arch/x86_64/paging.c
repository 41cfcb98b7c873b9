/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/paging.c - the kernel's own page tables.
 *
 * Theory
 *
 * header.S comes up on tables that map the first 4 GiB and allow everything.
 * paging_init() builds the final ones in swapper_pg_dir:
 *
 *	PAGE_OFFSET	RAM, as memblock knows it and nothing else: RW, NX;
 *			where the kernel's code and constants lie: R, NX
 *	VMALLOC_START	one empty table, for vmalloc to fill
 *	VMEMMAP_START	likewise, for the array of struct page
 *	KERNEL_BASE	text RX, constants R, data and bss RW
 *
 * No page is both writable and executable.  There is no identity map any more.
 *
 * Invariant: after boot the entries of swapper_pg_dir itself never change, only
 * the tables below.  So an address space copies them once (pgd_ctor()), and a
 * kernel fault never means "your copy is old".
 *
 * In Linux: arch/x86/mm/init.c, init_64.c.
 */
#include <asm/paging.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/tlbflush.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "mm/memblock.h"
#include "mm/mm_types.h"
#include "mm/page_alloc.h"

pgd_t swapper_pg_dir[PTRS_PER_PGD] __aligned(4096)
	__section(".bss.page_aligned");

/* ---- protection of user pages ------------------------------------------- */

pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	u64 prot = __PAGE_USER_BASE;

	if (!(vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return PAGE_NONE;
	if ((vm_flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED))
		prot |= _PAGE_RW;
	if (!(vm_flags & VM_EXEC))
		prot |= _PAGE_NX;
	return __pgprot(prot);
}

void pgd_ctor(pgd_t *pgd)
{
	memcpy(pgd + KERNEL_PGD_BOUNDARY, swapper_pg_dir + KERNEL_PGD_BOUNDARY,
	       (PTRS_PER_PGD - KERNEL_PGD_BOUNDARY) * sizeof(pgd_t));
}

/* ---- building ----------------------------------------------------------- */

static void *__init early_alloc_table(void)
{
	phys_addr_t table = memblock_phys_alloc(PAGE_SIZE, PAGE_SIZE);

	if (!table)
		boot_fail("not enough memory for the kernel's page tables");
	clear_page(__va(table));
	return __va(table);
}

static pud_t *__init early_pud_table(pgd_t *pgd)
{
	if (pgd_none(*pgd))
		set_pgd(pgd, __pgd(__pa(early_alloc_table()) | _KERNPG_TABLE));
	return pgd_pgtable(*pgd);
}

static pmd_t *__init early_pmd_table(pud_t *pud)
{
	if (pud_none(*pud))
		set_pud(pud, __pud(__pa(early_alloc_table()) | _KERNPG_TABLE));
	return pud_pgtable(*pud);
}

static pte_t *__init early_pte_table(pmd_t *pmd)
{
	if (pmd_none(*pmd))
		pmd_populate_kernel(NULL, pmd, early_alloc_table());
	return (pte_t *)pmd_page_vaddr(*pmd);
}

/* A range that a page of @size bytes can begin with. */
static bool __init fits(unsigned long virt, phys_addr_t phys, unsigned long len,
			unsigned long size)
{
	return len >= size && !((virt | phys) & (size - 1));
}

void __init early_map_range(unsigned long virt, phys_addr_t phys,
			    unsigned long len, pgprot_t prot)
{
	u64 flags = pgprot_val(prot);

	while (len) {
		pud_t *pud =
			early_pud_table(pgd_offset_k(virt)) + pud_index(virt);
		unsigned long step;

		if (boot_cpu.gbpages && pud_none(*pud) &&
		    fits(virt, phys, len, PUD_SIZE)) {
			set_pud(pud, __pud(phys | flags | _PAGE_PSE));
			step = PUD_SIZE;
		} else {
			pmd_t *pmd = early_pmd_table(pud) + pmd_index(virt);

			if (pmd_none(*pmd) && fits(virt, phys, len, PMD_SIZE)) {
				set_pmd(pmd, __pmd(phys | flags | _PAGE_PSE));
				step = PMD_SIZE;
			} else {
				set_pte(early_pte_table(pmd) + pte_index(virt),
					__pte(phys | flags));
				step = PAGE_SIZE;
			}
		}
		virt += step;
		phys += step;
		len -= step;
	}
}

/* Direct map of [start, end): physical, page aligned. */
static void __init map_ram(phys_addr_t start, phys_addr_t end, pgprot_t prot)
{
	if (start < end)
		early_map_range((unsigned long)__va(start), start, end - start,
				prot);
}

/* The alias of the kernel's code must not be a way to change it. */
static void __init map_direct(void)
{
	phys_addr_t ro_start = __pa_symbol(_text);
	phys_addr_t ro_end = __pa_symbol(__end_rodata);
	struct memblock_region *region;

	for_each_mem_region(region)
	{
		phys_addr_t start = region->base;
		phys_addr_t end = memblock_region_end(region);

		map_ram(start, min(end, ro_start), PAGE_KERNEL);
		map_ram(max(start, ro_start), min(end, ro_end), PAGE_KERNEL_RO);
		map_ram(max(start, ro_end), end, PAGE_KERNEL);
	}
}

static void __init map_image(const char *start, const char *end, pgprot_t prot)
{
	early_map_range((unsigned long)start, __pa_symbol(start),
			PAGE_ALIGN((unsigned long)end) - (unsigned long)start,
			prot);
}

void __init paging_init(void)
{
	/* Tables must be reachable: through header.S's map of 4 GiB. */
	memblock_set_current_limit(
		min_t(phys_addr_t, 1UL << 32, memblock_end_of_DRAM()));
	map_direct();
	map_image(_text, _etext, PAGE_KERNEL_ROX);
	map_image(__start_rodata, __end_rodata, PAGE_KERNEL_RO);
	map_image(_data, __init_begin, PAGE_KERNEL);
	map_image(__init_begin, _einittext, PAGE_KERNEL_ROX);
	map_image((char *)PAGE_ALIGN((unsigned long)_einittext), _end,
		  PAGE_KERNEL);
	early_pud_table(pgd_offset_k(VMALLOC_START));
	early_pud_table(pgd_offset_k(VMEMMAP_START));

	write_cr3(__pa_symbol(swapper_pg_dir));
	memblock_set_current_limit(memblock_end_of_DRAM());
}

/* ---- the end of boot ---------------------------------------------------- */

static pte_t *image_pte(unsigned long addr)
{
	pud_t *pud = pud_offset(pgd_offset_k(addr), addr);
	pmd_t *pmd = pmd_offset(pud, addr);

	return pte_offset_kernel(pmd, addr);
}

void free_initmem(void)
{
	unsigned long start = (unsigned long)__init_begin;
	unsigned long end = (unsigned long)__init_end;

	for (unsigned long addr = start; addr < end; addr += PAGE_SIZE)
		set_pte(image_pte(addr), __pte(0));
	flush_tlb_kernel_range(start, end);
	free_reserved_area(__va(__pa(start)), __va(__pa(end)));
}
