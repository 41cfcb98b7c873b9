/* SPDX-License-Identifier: MIT */
/*
 * mm/memory.c - which page, if any, is behind an entry, and what a fault means.
 *
 * Theory
 *
 * A present entry of a user page table is one of two kinds.  A normal entry
 * maps a page that has a struct page: the entry owns one reference and one
 * count of _mapcount.  A special entry maps a frame and owns nothing: a
 * device's memory, which has no struct page, or the shared zero page, which is
 * never freed.  Everybody who finds a present entry asks vm_normal_page()
 * before touching a counter.
 *
 * Two rules can tell the kinds apart.  Both are here, because the second is why
 * the first exists:
 *
 *   by bit	CONFIG_PTE_SPECIAL=1: whoever makes a special entry sets
 *		_PAGE_SPECIAL, a bit that the CPU ignores.
 *   by rule	CONFIG_PTE_SPECIAL=0, the rule of 2006: in a VM_PFNMAP area that
 *		cannot copy on write everything is special.  In one that can, an
 *		entry is special exactly if it still maps the frame that
 *		remap_pfn_range() put there, and it put them in a row:
 *
 *		  pfn == vm_pgoff + ((addr - vm_start) >> PAGE_SHIFT)
 *
 *		  vm_pgoff 0xf0:  addr   +0     +1     +2     +3
 *				  pfn   0xf0  0x1a37  0xf2   0xf3
 *					 raw   copy    raw    raw
 *
 * The rule has a hole that the bit closes: if the raw frames are RAM, a copy
 * may land on the very frame that the rule expects.  Debug builds compute both
 * and stop if they differ for any other reason.
 *
 * A fault is judged by its entry alone, in handle_pte_fault():
 *
 *   none, anonymous area	  -> do_anonymous_page	 memory_anon.c
 *   none, area with an owner	  -> do_fault		 memory_file.c
 *   present, store, not writable -> do_wp_page		 memory_wp.c
 *   otherwise			  -> spurious: another CPU was first
 *
 * Invariants
 *
 *  M1. A special entry exists only in a VM_PFNMAP or VM_MIXEDMAP area, or maps
 *      the zero page.
 *  M2. Each normal entry owns one reference and one mapcount of its page.
 *  M3. A private area's entry is writable only if it maps an anonymous page
 *      that no other entry maps.
 *  M4. An entry that was present is changed by clear, flush, set; and a frame
 *      is freed only after every CPU has flushed.
 *
 * Locking
 *
 *  mmap_lock, read or write, keeps areas and tables in place.  The pte lock of
 *  the table protects its entries.  A fault looks at the entry without the
 *  lock, prepares (may sleep, may fail), then locks and rechecks
 *  (vmf_lock_pte()), then commits, which cannot fail.
 *
 *  An owner that must wait for a lock of its own (a buffer that is being moved)
 *  does not wait under mmap_lock, if it can help it: it drops mmap_lock, waits,
 *  lets go again and answers VM_FAULT_RETRY.  Then the area may be gone, and the
 *  fault begins anew, with FAULT_FLAG_TRIED.
 *
 * Reading order: vm_normal_page(), handle_mm_fault(), handle_pte_fault(); then
 * memory_anon.c, memory_wp.c, memory_file.c, memory_pfn.c.
 * In Linux: mm/memory.c.
 */

#include "kernel/printk.h"
#include "mm/memory.h"
#include "mm/trace.h"

struct page *empty_zero_page;
unsigned long zero_pfn;

/* How often the two forms differed because a copy landed on a raw frame. */
static atomic_long_t pfn_rule_collisions;

/* An entry that no code of ours makes: say so, and treat it as special. */
static void print_bad_pte(const struct vm_area_struct *vma, unsigned long addr,
			  pte_t pte)
{
	pr_alert("BUG: Bad page map: pte:%016llx addr:%016lx vm_flags:%08lx "
		 "vm_pgoff:%lx\n",
		 (unsigned long long)pte_val(pte), addr, vma->vm_flags,
		 vma->vm_pgoff);
	if (CONFIG_DEBUG_VM)
		BUG();
}

static bool special_by_bit(const struct vm_area_struct *vma, unsigned long addr,
			   pte_t pte)
{
	if (likely(!pte_special(pte)))
		return false;
	if (unlikely(!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) &&
		     !is_zero_pfn(pte_pfn(pte))))
		print_bad_pte(vma, addr, pte);
	return true;
}

static bool special_by_rule(const struct vm_area_struct *vma,
			    unsigned long addr, pte_t pte)
{
	unsigned long pfn = pte_pfn(pte);

	if (vma->vm_flags & VM_PFNMAP)
		return pfn == linear_page_index(vma, addr) ||
		       !is_cow_mapping(vma->vm_flags);
	if (is_zero_pfn(pfn))
		return true;
	return vma->vm_flags & VM_MIXEDMAP && !pfn_valid(pfn);
}

/*
 * The two forms must agree in a VM_PFNMAP area.  The one lawful difference: the
 * bit says copy, the rule says raw, and the frame is a counted anonymous page.
 */
static void check_special_forms(const struct vm_area_struct *vma,
				unsigned long addr, pte_t pte)
{
	bool bit = special_by_bit(vma, addr, pte);

	if (!(vma->vm_flags & VM_PFNMAP) ||
	    bit == special_by_rule(vma, addr, pte))
		return;
	if (!bit && pfn_valid(pte_pfn(pte)) &&
	    PageAnon(pfn_to_page(pte_pfn(pte)))) {
		if (atomic_long_inc_return(&pfn_rule_collisions) == 1)
			pr_warn("mm: a copy landed on raw frame %#lx: the "
				"linear rule would leak it\n",
				pte_pfn(pte));
		return;
	}
	print_bad_pte(vma, addr, pte);
}

struct page *vm_normal_page(const struct vm_area_struct *vma,
			    unsigned long addr, pte_t pte)
{
	bool special;

	if (CONFIG_DEBUG_VM)
		check_special_forms(vma, addr, pte);

	if (CONFIG_PTE_SPECIAL)
		special = special_by_bit(vma, addr, pte);
	else
		special = special_by_rule(vma, addr, pte);
	if (special)
		return NULL;

	if (CONFIG_DEBUG_VM && unlikely(!pfn_valid(pte_pfn(pte)))) {
		print_bad_pte(vma, addr, pte);
		return NULL;
	}
	return pfn_to_page(pte_pfn(pte));
}

/* Make the tables that lead to the entry.  Return: 0 or -ENOMEM. */
static int vmf_alloc_tables(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;

	vmf->pmd = mm_alloc_pmd(mm, vmf->address);
	if (!vmf->pmd)
		return -ENOMEM;
	return pte_alloc(mm, vmf->pmd);
}

/* The whole policy of demand paging, one line per case. */
static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	vmf->orig_pte = ptep_get(pte_offset_kernel(vmf->pmd, vmf->address));

	if (pte_none(vmf->orig_pte)) {
		/* Unlike Linux, a hole among raw frames is never filled. */
		if (vma_is_anonymous(vmf->vma) &&
		    !(vmf->vma->vm_flags & VM_PFNMAP))
			return do_anonymous_page(vmf);
		return do_fault(vmf);
	}
	if (vmf->flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE) &&
	    !pte_write(vmf->orig_pte))
		return do_wp_page(vmf);
	return 0; /* spurious: the entry allows it now; the CPU tries again */
}

vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PAGE_MASK,
		.real_address = address,
		.pgoff = linear_page_index(vma, address),
		.flags = flags,
	};
	struct mm_struct *mm = vma->vm_mm; /* outlives @vma: see RETRY */
	vm_fault_t ret;

	mmap_assert_locked(mm);
	/* A debugger may store where the program may not: into its copy. */
	VM_BUG_ON(flags & FAULT_FLAG_WRITE && !(vma->vm_flags & VM_WRITE) &&
		  !is_cow_mapping(vma->vm_flags));

	ret = vmf_alloc_tables(&vmf) ? VM_FAULT_OOM : handle_pte_fault(&vmf);
	/* Only who was allowed to may have dropped the lock. */
	VM_BUG_ON(ret & VM_FAULT_RETRY && !(flags & FAULT_FLAG_ALLOW_RETRY));
	return trace_fault(mm, &vmf, ret);
}
