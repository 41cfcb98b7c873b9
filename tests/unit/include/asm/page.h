/* SPDX-License-Identifier: MIT */
/*
 * asm/page.h for host programs: the constants are the kernel's own, but
 * physical memory is a reserved range of the host program's address space.
 *
 *	physical	0 ............................... HOST_RAM_SIZE
 *	host		host_ram ........................ (pages on demand)
 *
 * So a test may say that RAM is at 1 MiB and again at 4 GiB, and pays only for
 * what it writes.  A struct page that no early_map_range() has backed faults,
 * as in the kernel.
 */
#ifndef KILBURN_HOST_ASM_PAGE_H
#define KILBURN_HOST_ASM_PAGE_H

#include <string.h>

#define virt_to_phys kernel_virt_to_phys
#define phys_to_virt kernel_phys_to_virt
#define clear_page   kernel_clear_page
#define copy_page    kernel_copy_page
#include "arch/x86_64/include/asm/page.h"
#undef virt_to_phys
#undef phys_to_virt
#undef clear_page
#undef copy_page
#undef __pa
#undef __va

/* Enough for both zones. */
#define HOST_RAM_SIZE (8UL << 30)

extern char *host_ram;
extern struct page *host_vmemmap;

#define vmemmap host_vmemmap

static inline phys_addr_t virt_to_phys(const volatile void *addr)
{
	return (const volatile char *)addr - host_ram;
}

static inline void *phys_to_virt(phys_addr_t phys)
{
	return host_ram + phys;
}

#define __pa(x) virt_to_phys((void *)(x))
#define __va(x) phys_to_virt(x)

static inline void clear_page(void *page)
{
	memset(page, 0, PAGE_SIZE);
}

static inline void copy_page(void *to, const void *from)
{
	memcpy(to, from, PAGE_SIZE);
}

#endif /* KILBURN_HOST_ASM_PAGE_H */
