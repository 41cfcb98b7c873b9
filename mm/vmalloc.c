/* SPDX-License-Identifier: MIT */
/*
 * mm/vmalloc.c - kernel memory that is contiguous only virtually.
 *
 * Theory
 *
 * Between VMALLOC_START and VMALLOC_END the kernel maps what has no place in
 * the direct map, or needs another one: large allocations made of scattered
 * pages, device registers, and kernel stacks.  Each mapping is an area: a
 * range of addresses whose last page stays unmapped.
 *
 *	|<------- area ------>|<---------- area --------->|<- free
 *	[page][page][page][ - ][stack  .  .  .  ][   -    ]
 *	                    ^ guard: who runs off either end of a neighbour,
 *	                      a stack that grows down above all, faults here
 *
 * The areas are in a tree by address.  A new one takes the first gap that is
 * large enough, searched from vmap_hint: below that there is none at all.
 *
 * Undoing a mapping is the hard part: every CPU may have the translation in
 * its TLB, and asking them all costs more than everything else here together.
 * So it is put off.  vfree() clears the entries and puts the area on the lazy
 * list.  Its addresses stay taken and its pages are not freed, so that a CPU
 * with a stale translation can do no harm.  When enough pages have gathered,
 * one flush serves for all, and then areas and pages are freed:
 *
 *	vfree() -> entries cleared -> lazy list ... purge: flush -> free
 *
 * Stacks come and go with every task.  Each CPU keeps a few that stay mapped,
 * so that fork and exit touch neither the tree nor a page table.
 *
 * The tables of the lower levels are never freed.  The top-level entry is made
 * at boot, before the first address space copies it.
 *
 * Invariants (checked by vmalloc_verify())
 *
 *  V1. Areas lie in [VMALLOC_START, VMALLOC_END), sorted and disjoint.
 *  V2. The last page of an area is not mapped.
 *  V3. Of an area on the lazy list, no page is mapped.
 *
 * Locking
 *
 *  vmap_lock protects the tree, the hint and the lazy list, and entries of
 *  upper tables while they are filled in.  Interrupts are off, because the
 *  scheduler frees stacks.  The entries of an area belong to who made it.
 *
 * Reading order: get_vm_area(), vmalloc(), free_vm_area(),
 * purge_vmap_areas(); then alloc_thread_stack().
 * In Linux: mm/vmalloc.c, kernel/fork.c (the stacks).
 */
#include <asm/irqflags.h>
#include <asm/pgtable.h>
#include <asm/smp.h>
#include <asm/tlbflush.h>
#include "kernel/bug.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/fail_inject.h"
#include "mm/memtype.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* So many unmapped pages wait for a flush before it is worth one. */
#define VMAP_LAZY_MAX 64

/* Stacks that a CPU keeps: enough for a shell pipeline to come and go. */
#define STACKS_PER_CPU 4

struct stack_cache {
	void *stacks[STACKS_PER_CPU];
	unsigned int count;
};

static struct kmem_cache *vm_struct_cache;
static DEFINE_PER_CPU(struct stack_cache, stack_cache);
static unsigned long vmap_nr_pages; /* owned by areas; atomic */

static DEFINE_SPINLOCK(vmap_lock);
/* vmap_lock protects: */
static struct rb_root vmap_root = RB_ROOT;
static unsigned long vmap_hint = VMALLOC_START;
static LIST_HEAD(vmap_lazy_list);
static unsigned long vmap_lazy_pages;

/* The bytes of an area that are mapped. */
static unsigned long area_mapped_end(const struct vm_struct *area)
{
	return area->addr + area->size - PAGE_SIZE;
}

/* ---- page tables of the kernel ------------------------------------------ */

static void *alloc_table(void)
{
	if (should_fail_alloc(FAIL_PGTABLE, GFP_KERNEL))
		return NULL;
	return (void *)get_zeroed_page(GFP_KERNEL);
}

/* Make @pudp point to a table.  Another CPU may be faster. */
static int fill_pud(pud_t *pudp)
{
	pmd_t *table = alloc_table();
	unsigned long flags;

	if (!table)
		return -ENOMEM;
	spin_lock_irqsave(&vmap_lock, flags);
	if (pud_none(*pudp)) {
		pud_populate(NULL, pudp, table);
		table = NULL;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	free_page((unsigned long)table);
	return 0;
}

static int fill_pmd(pmd_t *pmdp)
{
	pte_t *table = alloc_table();
	unsigned long flags;

	if (!table)
		return -ENOMEM;
	spin_lock_irqsave(&vmap_lock, flags);
	if (pmd_none(*pmdp)) {
		pmd_populate_kernel(NULL, pmdp, table);
		table = NULL;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	free_page((unsigned long)table);
	return 0;
}

/* The entry for @addr, with all tables above it; NULL if memory is short. */
static pte_t *vmap_pte_alloc(unsigned long addr)
{
	pud_t *pudp = pud_offset(pgd_offset_k(addr), addr);
	pmd_t *pmdp;

	if (pud_none(*pudp) && fill_pud(pudp))
		return NULL;
	pmdp = pmd_offset(pudp, addr);
	if (pmd_none(*pmdp) && fill_pmd(pmdp))
		return NULL;
	return pte_offset_kernel(pmdp, addr);
}

/* The entry for @addr; NULL if there is no table for it. */
static pte_t *vmap_pte(unsigned long addr)
{
	pud_t *pudp = pud_offset(pgd_offset_k(addr), addr);
	pmd_t *pmdp;

	if (pud_none(*pudp))
		return NULL;
	pmdp = pmd_offset(pudp, addr);
	return pmd_none(*pmdp) ? NULL : pte_offset_kernel(pmdp, addr);
}

static int vmap_page(unsigned long addr, unsigned long pfn, pgprot_t prot)
{
	pte_t *ptep = vmap_pte_alloc(addr);

	if (!ptep)
		return -ENOMEM;
	VM_BUG_ON(!pte_none(*ptep));
	set_pte(ptep, pfn_pte(pfn, prot));
	return 0;
}

int ioremap_page_range(unsigned long addr, unsigned long end, phys_addr_t phys,
		       pgprot_t prot)
{
	unsigned long pfn = PHYS_PFN(phys);

	for (; addr < end; addr += PAGE_SIZE, pfn++)
		if (vmap_page(addr, pfn, prot))
			return -ENOMEM;
	return 0;
}

struct page *vmalloc_to_page(const void *addr)
{
	pte_t *ptep = vmap_pte((unsigned long)addr);

	if (!ptep || !pte_present(*ptep) || !pfn_valid(pte_pfn(*ptep)))
		return NULL;
	return pfn_to_page(pte_pfn(*ptep));
}

/* ---- areas -------------------------------------------------------------- */

static struct vm_struct *area_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct vm_struct, rb_node);
}

/* The first area that ends above @addr; NULL. */
static struct vm_struct *area_from(unsigned long addr) __must_hold(&vmap_lock)
{
	struct rb_node *node = vmap_root.rb_node;
	struct vm_struct *found = NULL;

	lockdep_assert_held(&vmap_lock);
	while (node) {
		struct vm_struct *area = area_of(node);

		if (area->addr + area->size > addr) {
			found = area;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

static void insert_area(struct vm_struct *new) __must_hold(&vmap_lock)
{
	struct rb_node **link = &vmap_root.rb_node, *parent = NULL;

	lockdep_assert_held(&vmap_lock);
	while (*link) {
		parent = *link;
		link = new->addr < area_of(parent)->addr ? &parent->rb_left
							 : &parent->rb_right;
	}
	rb_link_node(&new->rb_node, parent, link);
	rb_insert_color(&new->rb_node, &vmap_root);
}

/* The lowest address with @size free bytes; 0 if there is none. */
static unsigned long find_vmap_gap(unsigned long size) __must_hold(&vmap_lock)
{
	unsigned long addr = vmap_hint;
	struct vm_struct *next = area_from(addr);

	lockdep_assert_held(&vmap_lock);
	while (next && next->addr - addr < size) {
		addr = next->addr + next->size;
		next = area_of(rb_next(&next->rb_node));
	}
	if (addr > VMALLOC_END || VMALLOC_END - addr < size)
		return 0;
	if (addr == vmap_hint)
		vmap_hint += size; /* still no gap below it */
	return addr;
}

/* Reserve addresses for @size bytes and a guard page; nothing is mapped. */
struct vm_struct *get_vm_area(unsigned long size, unsigned long vm_flags)
{
	struct vm_struct *area;
	unsigned long flags;

	if (!size || size >= VMALLOC_END - VMALLOC_START)
		return NULL;
	if (should_fail_alloc(FAIL_VMALLOC, GFP_KERNEL))
		return NULL;
	area = kmem_cache_zalloc(vm_struct_cache, GFP_KERNEL);
	if (!area)
		return NULL;
	INIT_LIST_HEAD(&area->pages);
	area->size = PAGE_ALIGN(size) + PAGE_SIZE;
	area->flags = vm_flags;

	spin_lock_irqsave(&vmap_lock, flags);
	area->addr = find_vmap_gap(area->size);
	if (area->addr)
		insert_area(area);
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (!area->addr) {
		kmem_cache_free(vm_struct_cache, area);
		return NULL;
	}
	return area;
}

static void free_area_pages(struct vm_struct *area)
{
	while (!list_empty(&area->pages)) {
		struct page *page =
			list_first_entry(&area->pages, struct page, lru);

		list_del(&page->lru);
		put_page(page);
	}
}

/* Device frames may be mapped with another cache type from now on. */
static void free_area_memtype(const struct vm_struct *area)
{
	if (area->phys_addr)
		memtype_free(area->phys_addr,
			     area->phys_addr + area->size - PAGE_SIZE);
}

/* Free unmapped areas that no CPU has translations of any more. */
static void free_areas(struct list_head *areas)
{
	struct vm_struct *area, *next;
	unsigned long flags;

	list_for_each_entry_safe (area, next, areas, lazy) {
		free_area_pages(area);
		free_area_memtype(area);
		spin_lock_irqsave(&vmap_lock, flags);
		rb_erase(&area->rb_node, &vmap_root);
		vmap_hint = min(vmap_hint, area->addr);
		spin_unlock_irqrestore(&vmap_lock, flags);
		kmem_cache_free(vm_struct_cache, area);
	}
}

/* One flush for everything on the lazy list, then free it. */
static void purge_vmap_areas(void)
{
	unsigned long start = ~0UL, end = 0;
	struct vm_struct *area;
	unsigned long flags;
	LIST_HEAD(areas);

	spin_lock_irqsave(&vmap_lock, flags);
	list_splice_init(&vmap_lazy_list, &areas);
	vmap_lazy_pages = 0;
	spin_unlock_irqrestore(&vmap_lock, flags);
	if (list_empty(&areas))
		return;

	list_for_each_entry (area, &areas, lazy) {
		start = min(start, area->addr);
		end = max(end, area_mapped_end(area));
	}
	flush_tlb_kernel_range(start, end);
	free_areas(&areas);
}

/* Clear the entries of an area; its own pages are gathered on area->pages. */
static void unmap_area(struct vm_struct *area)
{
	unsigned long addr = area->addr;
	unsigned long end = area_mapped_end(area);

	for (; addr < end; addr += PAGE_SIZE) {
		pte_t *ptep = vmap_pte(addr);
		pte_t pte;

		if (!ptep || pte_none(*ptep))
			continue; /* vmalloc() gave up half way */
		pte = ptep_get_and_clear(NULL, addr, ptep);
		if (!(area->flags & VM_ALLOC))
			continue;
		list_add(&pfn_to_page(pte_pfn(pte))->lru, &area->pages);
		__atomic_fetch_sub(&vmap_nr_pages, 1, __ATOMIC_RELAXED);
	}
}

/* Unmap an area and leave the rest to the next purge.  Never sleeps. */
void free_vm_area(struct vm_struct *area)
{
	unsigned long flags;

	unmap_area(area);
	spin_lock_irqsave(&vmap_lock, flags);
	list_add(&area->lazy, &vmap_lazy_list);
	vmap_lazy_pages += area->size >> PAGE_SHIFT;
	spin_unlock_irqrestore(&vmap_lock, flags);
}

static void purge_if_worth_it(void)
{
	if (READ_ONCE(vmap_lazy_pages) > VMAP_LAZY_MAX)
		purge_vmap_areas();
}

void vm_unmap_aliases(void)
{
	purge_vmap_areas();
}

/* The live area that begins at @addr. */
static struct vm_struct *find_vm_area(unsigned long addr)
{
	struct vm_struct *area;
	unsigned long flags;

	spin_lock_irqsave(&vmap_lock, flags);
	area = area_from(addr);
	spin_unlock_irqrestore(&vmap_lock, flags);
	return area && area->addr == addr && !area->lazy.next ? area : NULL;
}

/* The common end of vfree(), vunmap() and iounmap(). */
void unmap_vm_area(unsigned long addr, unsigned int vm_flags)
{
	struct vm_struct *area = find_vm_area(addr & PAGE_MASK);

	if (WARN_ON(!area || !(area->flags & vm_flags)))
		return;
	free_vm_area(area);
	purge_if_worth_it();
}

/* ---- vmalloc, vmap ------------------------------------------------------ */

static int map_new_page(unsigned long addr, gfp_t gfp)
{
	struct page *page = alloc_page(gfp);

	if (!page)
		return -ENOMEM;
	if (vmap_page(addr, page_to_pfn(page), PAGE_KERNEL)) {
		put_page(page);
		return -ENOMEM;
	}
	__atomic_fetch_add(&vmap_nr_pages, 1, __ATOMIC_RELAXED);
	return 0;
}

static void *vmalloc_gfp(unsigned long size, gfp_t gfp)
{
	struct vm_struct *area;
	unsigned long addr;

	if (PFN_UP(size) > totalram_pages())
		return NULL;
	purge_if_worth_it();
	area = get_vm_area(size, VM_ALLOC);
	if (!area)
		return NULL;
	for (addr = area->addr; addr < area_mapped_end(area); addr += PAGE_SIZE)
		if (map_new_page(addr, gfp)) {
			free_vm_area(area);
			return NULL;
		}
	return (void *)area->addr;
}

void *vmalloc(unsigned long size)
{
	return vmalloc_gfp(size, GFP_KERNEL);
}

void *vzalloc(unsigned long size)
{
	return vmalloc_gfp(size, GFP_KERNEL | __GFP_ZERO);
}

void vfree(const void *addr)
{
	if (addr)
		unmap_vm_area((unsigned long)addr, VM_ALLOC);
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot)
{
	struct vm_struct *area;

	area = get_vm_area((unsigned long)count << PAGE_SHIFT, VM_MAP);
	if (!area)
		return NULL;
	for (unsigned int i = 0; i < count; i++)
		if (vmap_page(area->addr + i * PAGE_SIZE, page_to_pfn(pages[i]),
			      prot)) {
			free_vm_area(area);
			return NULL;
		}
	return (void *)area->addr;
}

void vunmap(const void *addr)
{
	if (addr)
		unmap_vm_area((unsigned long)addr, VM_MAP);
}

/* ---- kernel stacks ------------------------------------------------------ */

void *alloc_thread_stack(void)
{
	struct stack_cache *cache;
	void *stack = NULL;
	unsigned long flags;

	if (should_fail_alloc(FAIL_VMALLOC, GFP_KERNEL))
		return NULL;
	local_irq_save(flags);
	cache = this_cpu_ptr(&stack_cache);
	if (cache->count)
		stack = cache->stacks[--cache->count];
	local_irq_restore(flags);
	return stack ? stack : vmalloc(THREAD_SIZE);
}

void free_thread_stack(void *stack)
{
	struct stack_cache *cache;
	unsigned long flags;

	local_irq_save(flags);
	cache = this_cpu_ptr(&stack_cache);
	if (cache->count < STACKS_PER_CPU) {
		cache->stacks[cache->count++] = stack;
		stack = NULL;
	}
	local_irq_restore(flags);
	if (stack)
		free_vm_area(find_vm_area((unsigned long)stack));
}

void *thread_stack_of_guard(unsigned long addr)
{
	unsigned long stack = (addr & PAGE_MASK) + PAGE_SIZE;
	struct vm_struct *area;

	/* The guard of the very first area is below VMALLOC_START. */
	if (!is_vmalloc_addr((void *)stack))
		return NULL;
	area = find_vm_area(stack);
	if (!area || area->size != THREAD_SIZE + PAGE_SIZE)
		return NULL;
	return (void *)area->addr;
}

/* ---- checks, figures, start --------------------------------------------- */

unsigned long vmalloc_nr_pages(void)
{
	return READ_ONCE(vmap_nr_pages);
}

static int verify_area(const struct vm_struct *area, unsigned long prev_end)
	__must_hold(&vmap_lock)
{
	unsigned long end = area->addr + area->size;
	bool lazy = area->lazy.next;
	int errors = 0;

	lockdep_assert_held(&vmap_lock);
	if (area->addr < prev_end || end > VMALLOC_END || end <= area->addr) {
		pr_err("V1: area %#lx-%#lx after %#lx\n", area->addr, end,
		       prev_end);
		errors++;
	}
	for (unsigned long addr = area->addr; addr < end; addr += PAGE_SIZE) {
		pte_t *ptep = vmap_pte(addr);
		bool mapped = ptep && !pte_none(*ptep);
		bool guard = addr == area_mapped_end(area);

		if (mapped && (guard || lazy)) {
			pr_err("V2: %#lx in area %#lx is mapped\n", addr,
			       area->addr);
			errors++;
		}
	}
	return errors;
}

int vmalloc_verify(void)
{
	unsigned long prev_end = VMALLOC_START;
	struct rb_node *node;
	unsigned long flags;
	int errors = 0;

	spin_lock_irqsave(&vmap_lock, flags);
	for (node = rb_first(&vmap_root); node; node = rb_next(node)) {
		errors += verify_area(area_of(node), prev_end);
		prev_end = area_of(node)->addr + area_of(node)->size;
	}
	spin_unlock_irqrestore(&vmap_lock, flags);
	return errors;
}

void vmalloc_init(void)
{
	pgd_t *pgdp = pgd_offset_k(VMALLOC_START);

	vm_struct_cache = KMEM_CACHE(vm_struct, SLAB_PANIC);
	if (pgd_none(*pgdp))
		pgd_populate(
			NULL, pgdp,
			(pud_t *)get_zeroed_page(GFP_KERNEL | __GFP_NOFAIL));
}
