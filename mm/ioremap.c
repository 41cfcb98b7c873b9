/* SPDX-License-Identifier: MIT */
/*
 * mm/ioremap.c - kernel addresses for the registers and memory of devices.
 *
 * Theory
 *
 * Device frames are not in the direct map, so reaching them takes a mapping of
 * their own, and that mapping says how the CPU may cache them:
 *
 *	ioremap()	UC-	each access goes to the device, in order
 *	ioremap_wc()	WC	stores are gathered: framebuffers
 *	ioremap_cache()	WB	like RAM: tables that firmware left
 *
 * RAM is refused.  It is mapped write-back in the direct map already, and what
 * the CPU does with one frame under two cache attributes is undefined.
 *
 * Locking: none of its own.
 *
 * Reading order: ioremap_prot().
 * In Linux: mm/ioremap.c, arch/x86/mm/ioremap.c.
 */
#include <asm/pgtable.h>
#include "kernel/bug.h"
#include "mm/page.h"
#include "mm/vmalloc.h"

/* Does [@phys, @phys + @size) touch a frame of RAM? */
static bool range_is_ram(phys_addr_t phys, unsigned long size)
{
	unsigned long pfn = PHYS_PFN(phys);
	unsigned long last = PHYS_PFN(phys + size - 1);

	for (; pfn <= last; pfn++)
		if (pfn_valid(pfn))
			return true;
	return false;
}

void __iomem *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot)
{
	unsigned long offset = offset_in_page(phys);
	unsigned long len = PAGE_ALIGN(offset + size);
	struct vm_struct *area;

	if (!size || phys + size - 1 < phys || len < size)
		return NULL;
	if (WARN_ON(range_is_ram(phys, size)))
		return NULL;
	area = get_vm_area(len, VM_IOREMAP);
	if (!area)
		return NULL;
	if (ioremap_page_range(area->addr, area->addr + len, phys - offset,
			       prot)) {
		free_vm_area(area);
		return NULL;
	}
	return (void __iomem *)(area->addr + offset);
}

void __iomem *ioremap(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL_NOCACHE);
}

void __iomem *ioremap_wc(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL_WC);
}

void __iomem *ioremap_cache(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL);
}

void iounmap(const volatile void __iomem *addr)
{
	if (addr)
		unmap_vm_area((unsigned long)addr, VM_IOREMAP);
}
