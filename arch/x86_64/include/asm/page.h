/* SPDX-License-Identifier: MIT */
/*
 * asm/page.h - pages, and where physical memory appears in virtual memory.
 *
 *	0x0000000000000000  user			TASK_SIZE
 *	0xffff888000000000  PAGE_OFFSET		direct map of RAM
 *	0xffffc90000000000  VMALLOC_START	vmalloc, ioremap, stacks
 *	0xffffea0000000000  VMEMMAP_START	struct page array
 *	0xffffffff80000000  KERNEL_BASE		the kernel image
 *
 * In Linux: arch/x86/include/asm/page_types.h, page_64_types.h, page_64.h.
 */
#ifndef KILBURN_ASM_PAGE_H
#define KILBURN_ASM_PAGE_H

#ifdef __ASSEMBLER__
#define ASM_UL(x) x
#else
#define ASM_UL(x) x##UL
#endif

#define PAGE_SHIFT 12
#define PAGE_SIZE  (ASM_UL(1) << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

#define PAGE_OFFSET   ASM_UL(0xffff888000000000)
#define VMALLOC_START ASM_UL(0xffffc90000000000)
#define VMEMMAP_START ASM_UL(0xffffea0000000000)
#define KERNEL_BASE   ASM_UL(0xffffffff80000000)

/*
 * One top-level entry's worth, 512 GiB: so the table below it can exist
 * from boot on, and no mm ever lacks a kernel entry.
 */
#define VMALLOC_END (VMALLOC_START + (ASM_UL(1) << 39) - PAGE_SIZE)

/*
 * The last user page stays unmapped: a SYSCALL instruction at its end would
 * leave a non-canonical return address behind.
 */
#define TASK_SIZE     ASM_UL(0x7ffffffff000)
#define TASK_SIZE_MAX TASK_SIZE

/* Where the image is loaded; linker.ld agrees. */
#define KERNEL_LOAD_PHYS ASM_UL(0x200000)

/* Bytes of a kernel stack. */
#define THREAD_SIZE 16384UL

#define PAGE_ALIGN(addr)   (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define offset_in_page(p)  ((unsigned long)(p) & ~PAGE_MASK)
#define PAGE_ALIGNED(addr) (offset_in_page(addr) == 0)

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(pa)  ((unsigned long)((phys_addr_t)(pa) >> PAGE_SHIFT))
#define PFN_UP(x)     (((unsigned long)(x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)   ((unsigned long)(x) >> PAGE_SHIFT)

/**
 * __phys_addr() - the physical address behind a kernel address.
 * @vaddr: an address of the direct map or of the kernel image; nothing else
 *
 * Context: any.
 * Return: physical address in bytes.
 */
static inline phys_addr_t __phys_addr(unsigned long vaddr)
{
	if (vaddr >= KERNEL_BASE)
		return vaddr - KERNEL_BASE;
	return vaddr - PAGE_OFFSET;
}

#define __pa(x) __phys_addr((unsigned long)(x))
#define __va(x) ((void *)((unsigned long)(x) + PAGE_OFFSET))

/* For a symbol of the image, where the answer is a constant. */
#define __pa_symbol(x) ((phys_addr_t)((unsigned long)(x)-KERNEL_BASE))

static inline phys_addr_t virt_to_phys(const volatile void *addr)
{
	return __pa(addr);
}

static inline void *phys_to_virt(phys_addr_t phys)
{
	return __va(phys);
}

/* `rep stosq` is 512 iterations: the cheapest way without vector registers. */
static inline void clear_page(void *page)
{
	unsigned long count = PAGE_SIZE / 8;

	__asm__ volatile("rep stosq"
			 : "+D"(page), "+c"(count)
			 : "a"(0UL)
			 : "memory");
}

static inline void copy_page(void *to, const void *from)
{
	unsigned long count = PAGE_SIZE / 8;

	__asm__ volatile("rep movsq"
			 : "+D"(to), "+S"(from), "+c"(count)
			 :
			 : "memory");
}

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_PAGE_H */
