/* SPDX-License-Identifier: MIT */
/*
 * mm/memory.h - what the files memory*.c share; nobody else includes it.
 *
 * memory.c decides, memory_anon.c, memory_file.c and memory_wp.c resolve,
 * memory_pfn.c, memory_fork.c and memory_zap.c are the other three things that
 * happen to entries: drivers put them in, fork copies them, unmapping takes
 * them out.
 */
#ifndef KILBURN_MM_MEMORY_H
#define KILBURN_MM_MEMORY_H

#include <asm/memtype.h>
#include "mm/mm.h"
#include "mm/pgtable.h"

/* An answer of the owner that ends the fault: there is no page to map. */
#define VM_FAULT_DONE (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)

/* Resolve a fault on an empty entry of an anonymous area. */
vm_fault_t do_anonymous_page(struct vm_fault *vmf);

/* Resolve a fault on an empty entry of an area with an owner. */
vm_fault_t do_fault(struct vm_fault *vmf);

/**
 * do_page_mkwrite() - ask the owner whether vmf->page may become writable.
 * @vmf: the fault; the area has ->page_mkwrite(), the page is not locked and the
 *	caller has a reference
 * @mapping: the object that the page was in when the caller last had its lock,
 *	or saw its entry
 *
 * Return: VM_FAULT_LOCKED with the page locked and still in its object: it may.
 * Anything else is the answer to the fault, with the page not locked: 0, it was
 * truncated meanwhile and the access is simply tried again; VM_FAULT_NOPAGE; an
 * error.
 * Source: Linux mm/memory.c:do_page_mkwrite().
 */
vm_fault_t do_page_mkwrite(struct vm_fault *vmf,
			   const struct address_space *mapping);

/* Resolve a store through a present entry that is not writable. */
vm_fault_t do_wp_page(struct vm_fault *vmf);

/**
 * vmf_lock_pte() - take the pte lock and look whether anything has changed.
 * @vmf: the fault; orig_pte is what its decisions rest on
 *
 * Return: true with the lock held and vmf->pte valid; false, without the lock,
 * if the entry is no longer orig_pte: another CPU was first, and the access is
 * simply tried again.
 */
static inline bool vmf_lock_pte(struct vm_fault *vmf)
	__cond_acquires(true, vmf->ptl)
{
	vmf->ptl = pte_lockptr(vmf->vma->vm_mm, vmf->pmd);
	spin_lock(vmf->ptl);
	vmf->pte = pte_offset_kernel(vmf->pmd, vmf->address);
	if (likely(pte_same(ptep_get(vmf->pte), vmf->orig_pte)))
		return true;
	spin_unlock(vmf->ptl);
	return false;
}

static inline void vmf_unlock_pte(struct vm_fault *vmf) __releases(vmf->ptl)
{
	spin_unlock(vmf->ptl);
}

/* Writable, if the area is: what a store that has faulted leaves behind. */
static inline pte_t maybe_mkwrite(pte_t pte, const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}

/* For a page of RAM in an area that may have a device's cache type. */
static inline pgprot_t vma_ram_prot(const struct vm_area_struct *vma)
{
	return pgprot_set_cachemode(vma->vm_page_prot, PAGE_CACHE_MODE_WB);
}

/* Which of an mm's counters a mapped page is in. */
static inline int mm_counter_file(const struct page *page)
{
	return PageSwapBacked(page) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

static inline int mm_counter(const struct page *page)
{
	return PageAnon(page) ? MM_ANONPAGES : mm_counter_file(page);
}

/**
 * vm_normal_page_fast() - vm_normal_page() for loops over whole page tables.
 *
 * The common entry is settled here, by the bit alone; everything else, and
 * every entry in a build that checks, goes the long way.
 */
static inline struct page *vm_normal_page_fast(const struct vm_area_struct *vma,
					       unsigned long addr, pte_t pte)
{
	if (CONFIG_PTE_SPECIAL && !CONFIG_DEBUG_VM && likely(!pte_special(pte)))
		return pfn_to_page(pte_pfn(pte));
	return vm_normal_page(vma, addr, pte);
}

/* Zap [start, start + size) of one area, and flush. */
struct zap_details;
void zap_page_range_single(struct vm_area_struct *vma, unsigned long start,
			   unsigned long size,
			   const struct zap_details *details);

#endif /* KILBURN_MM_MEMORY_H */
