/* SPDX-License-Identifier: MIT */
/*
 * mm/vmalloc.h - kernel memory that is contiguous only virtually.
 *
 * In Linux: include/linux/vmalloc.h, include/linux/io.h.
 */
#ifndef KILBURN_MM_VMALLOC_H
#define KILBURN_MM_VMALLOC_H

#include <asm/pgtable.h>
#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"

#ifndef __iomem
#define __iomem /* device memory: reached with readl() and writel() only */
#endif

struct page;

/* One area of [VMALLOC_START, VMALLOC_END); for mm/vmalloc.c, ioremap.c. */
struct vm_struct {
	struct rb_node rb_node;   /* in the tree of areas */
	struct list_head lazy;    /* in vmap_lazy_list, once unmapped */
	struct list_head pages;   /* VM_ALLOC, once unmapped: to be freed */
	unsigned long addr, size; /* bytes, with the guard page */
	unsigned int flags;       /* VM_IOREMAP, VM_ALLOC, VM_MAP */
	phys_addr_t phys_addr;    /* VM_IOREMAP: of frames with a type; or 0 */
};

/* vm_struct.flags: what an area maps. */
#define VM_IOREMAP 0x1u /* device frames */
#define VM_ALLOC   0x2u /* pages of its own, freed with it */
#define VM_MAP     0x4u /* somebody else's pages */

/**
 * vmalloc() - allocate pages and map them side by side.
 * @size: bytes; rounded up to whole pages
 *
 * Context: process context, interrupts on; may sleep.
 * Return: the memory, page aligned, with an unmapped page behind it; NULL.
 */
void *vmalloc(unsigned long size) __must_check;
void *vzalloc(unsigned long size) __must_check;

/**
 * vfree() - undo vmalloc().
 * @addr: what vmalloc() returned; NULL is allowed
 *
 * The pages go back to the allocator only when no CPU can reach them any
 * more, which may be later (see the theory in mm/vmalloc.c).
 *
 * Context: process context, interrupts on.
 */
void vfree(const void *addr);

/**
 * vmap() - map an array of pages side by side.
 * @pages: the pages; the caller keeps its references
 * @count: how many
 * @flags: VM_MAP
 * @prot: PAGE_KERNEL, or with other cache attributes
 *
 * Context: process context; may sleep.
 * Return: kernel virtual address; NULL.  Undo with vunmap().
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot) __must_check;
void vunmap(const void *addr);

/**
 * ioremap() - map device memory, uncached.
 * @phys: physical address in bytes; need not be page aligned
 * @size: bytes
 *
 * ioremap_wc() combines writes, ioremap_cache() caches (firmware tables), and
 * ioremap_prot() takes the cache attribute of @prot and nothing else.  Frames
 * that are in use with another attribute keep that one (mm/memtype.h).
 * RAM is refused: it has the direct map, and two cache attributes for one
 * frame are undefined on this CPU.
 *
 * Context: process context; may sleep.  Needs vmalloc_init().
 * Return: kernel virtual address of @phys; NULL.
 */
void __iomem *ioremap(phys_addr_t phys, unsigned long size);
void __iomem *ioremap_wc(phys_addr_t phys, unsigned long size);
void __iomem *ioremap_cache(phys_addr_t phys, unsigned long size);
void __iomem *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot);
void iounmap(const volatile void __iomem *addr);

/**
 * get_vm_area() - reserve addresses, with nothing mapped there.
 * @size: bytes; a guard page is added
 * @flags: VM_IOREMAP, VM_ALLOC or VM_MAP
 *
 * Context: process context; may sleep.
 * Return: the area; NULL.  Undo with free_vm_area().
 */
struct vm_struct *get_vm_area(unsigned long size, unsigned long flags);
void free_vm_area(struct vm_struct *area);

/**
 * ioremap_page_range() - map frames at addresses of an area.
 * @addr: first address, page aligned
 * @end: the first byte after the last
 * @phys: physical address for @addr, page aligned
 * @prot: protection and cache attribute
 *
 * Return: 0; -ENOMEM, with a part mapped: free_vm_area() undoes it.
 */
int ioremap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys,
		       pgprot_t prot);

/* vfree(), vunmap(), iounmap(): undo an area of the kind @flags. */
void unmap_vm_area(unsigned long addr, unsigned int flags);

/**
 * alloc_thread_stack() - a kernel stack with an unmapped page below it.
 *
 * Comes from a small per-CPU cache when it can; its contents are undefined.
 *
 * Context: process context; may sleep.
 * Return: its lowest address, THREAD_SIZE bytes, aligned to a page; NULL.
 */
void *alloc_thread_stack(void) __must_check;

/**
 * free_thread_stack() - undo alloc_thread_stack().
 * @stack: what it returned; no CPU runs on it
 *
 * Context: any but an interrupt handler; never sleeps and sends no IPI, so
 * the scheduler may call it right after switching away from a dead task.
 */
void free_thread_stack(void *stack);

/* The stack whose guard page contains @addr, or NULL: for the fault report. */
void *thread_stack_of_guard(unsigned long addr);

static inline bool is_vmalloc_addr(const void *addr)
{
	return (unsigned long)addr >= VMALLOC_START &&
	       (unsigned long)addr < VMALLOC_END;
}

/* The page mapped at a vmalloc() address, without a reference; NULL. */
struct page *vmalloc_to_page(const void *addr);

/**
 * vm_unmap_aliases() - flush all lazily unmapped areas and free them.
 *
 * Context: process context, interrupts on.
 */
void vm_unmap_aliases(void);

/**
 * vmalloc_verify() - check V1 to V3.
 *
 * Return: the number of violations; each is logged.
 */
int vmalloc_verify(void);

/* Pages that vmalloc areas and kernel stacks own: "VmallocUsed". */
unsigned long vmalloc_nr_pages(void);

/* Called once by mm_init(), after slab_init(). */
void vmalloc_init(void);

#endif /* KILBURN_MM_VMALLOC_H */
