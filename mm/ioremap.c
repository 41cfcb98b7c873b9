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
 * the CPU does with one frame under two cache attributes is undefined.  For the
 * same reason a mapping reserves its type (memtype.c) and may get another one
 * that is in use for these frames.
 *
 * Locking: none of its own.
 *
 * Reading order: ioremap_prot().
 * In Linux: mm/ioremap.c, arch/x86/mm/ioremap.c.
 */
#include <asm/pgtable.h>
#include "kernel/bug.h"
#include "mm/memblock.h"
#include "mm/memtype.h"
#include "mm/page.h"
#include "mm/vmalloc.h"

/* Does [@phys, @phys + @size) touch RAM? */
static bool range_is_ram(phys_addr_t phys, unsigned long size)
{
	struct memblock_region *region;

	for_each_mem_region(region)
	{
		if (phys < memblock_region_end(region) &&
		    phys + size > region->base)
			return true;
	}
	return false;
}

/* Map whole pages whose cache type is reserved. */
static struct vm_struct *map_reserved(phys_addr_t phys, unsigned long len,
				      enum page_cache_mode mode)
{
	struct vm_struct *area = get_vm_area(len, VM_IOREMAP);

	if (!area)
		return NULL;
	if (ioremap_page_range(area->addr, area->addr + len, phys,
			       pgprot_set_cachemode(PAGE_KERNEL, mode))) {
		free_vm_area(area);
		return NULL;
	}
	area->phys_addr = phys;
	return area;
}

void __iomem *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot)
{
	unsigned long offset = offset_in_page(phys);
	unsigned long len = PAGE_ALIGN(offset + size);
	enum page_cache_mode mode;
	struct vm_struct *area;

	if (!size || phys + size - 1 < phys || len < size)
		return NULL;
	if (WARN_ON(range_is_ram(phys, size)))
		return NULL;
	phys -= offset;
	if (memtype_reserve(phys, phys + len, pgprot2cachemode(prot), &mode))
		return NULL;
	area = map_reserved(phys, len, mode);
	if (!area) {
		memtype_free(phys, phys + len);
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
	if (!addr)
		return;
	unmap_vm_area((unsigned long)addr, VM_IOREMAP);
	/* Rare, and the next who maps these frames may want another type. */
	vm_unmap_aliases();
}
