/* SPDX-License-Identifier: MIT */
/*
 * mm/mm.h - the calls of the memory subsystem that the rest of the kernel uses.
 *
 * Lock order, outermost first (kernel/lockdep.c checks it):
 *
 *	mm->mmap_lock
 *	  a driver's locks around a fault (lstore0.lock, context->lock;
 *	  bdev->move_lock, bo->resv)
 *	  page lock (PG_locked)
 *	    mapping->i_mmap_rwsem
 *	      anon_vma->rwsem
 *	        mm->page_table_lock, pte lock (page->ptl)
 *	          mapping->i_pages lock
 *	            zone->lock			innermost
 *
 * In Linux: include/linux/mm.h.
 */
#ifndef KILBURN_MM_MM_H
#define KILBURN_MM_MM_H

#include <asm/page.h>
#include <asm/pgtable.h>
#include "kernel/compiler.h"
#include "mm/gfp.h"
#include "mm/mm_types.h"
#include "mm/page.h"

struct task_struct;
struct seq_file;

extern struct mm_struct init_mm;
extern struct list_head mmlist; /* every mm_struct, through mm->mmlist */
extern spinlock_t mmlist_lock;
extern struct page *empty_zero_page; /* the shared page of zeros: ZERO_PAGE */
extern unsigned long zero_pfn;

/* ---- predicates on areas ------------------------------------------------ */

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static inline bool vma_is_anonymous(const struct vm_area_struct *vma)
{
	return !vma->vm_ops;
}

/*
 * Private, and may become writable: a store would have to copy.  It asks for
 * MAYWRITE, so a private read-only mapping is a COW mapping too.
 */
static inline bool is_cow_mapping(vm_flags_t flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

/* May stores through the area reach an object that others see, now or later? */
static inline bool vma_is_shared_maywrite(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) ==
	       (VM_SHARED | VM_MAYWRITE);
}

static inline pgoff_t linear_page_index(const struct vm_area_struct *vma,
					unsigned long address)
{
	return ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

static inline bool is_zero_pfn(unsigned long pfn)
{
	return pfn == zero_pfn;
}

/* ---- mmap_lock (mm/mmap_lock.h in Linux) -------------------------------- */

static inline void mmap_read_lock(struct mm_struct *mm)
	__acquires_shared(&mm->mmap_lock)
{
	down_read(&mm->mmap_lock);
}

static inline int mmap_read_lock_killable(struct mm_struct *mm)
	__cond_acquires_shared(0, &mm->mmap_lock)
{
	return down_read_killable(&mm->mmap_lock);
}

static inline bool mmap_read_trylock(struct mm_struct *mm)
	__cond_acquires_shared(true, &mm->mmap_lock)
{
	return down_read_trylock(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
	__releases_shared(&mm->mmap_lock)
{
	up_read(&mm->mmap_lock);
}

static inline void mmap_write_lock(struct mm_struct *mm)
	__acquires(&mm->mmap_lock)
{
	down_write(&mm->mmap_lock);
}

static inline int mmap_write_lock_killable(struct mm_struct *mm)
	__cond_acquires(0, &mm->mmap_lock)
{
	return down_write_killable(&mm->mmap_lock);
}

static inline void mmap_write_unlock(struct mm_struct *mm)
	__releases(&mm->mmap_lock)
{
	up_write(&mm->mmap_lock);
}

static inline void mmap_assert_locked(const struct mm_struct *mm)
	__asserts_shared(&mm->mmap_lock)
{
	lockdep_assert_held(&mm->mmap_lock);
}

static inline void mmap_assert_write_locked(const struct mm_struct *mm)
	__asserts(&mm->mmap_lock)
{
	lockdep_assert_held_write(&mm->mmap_lock);
}

/* ---- life of an mm (mm/mm_init.c; Linux: kernel/fork.c) ----------------- */

struct mm_struct *mm_alloc(void); /* empty; mm_users = mm_count = 1 */
void mmget(struct mm_struct *mm);
bool mmget_not_zero(struct mm_struct *mm);
void mmput(struct mm_struct *mm); /* may sleep: exit_mmap() */
void mmgrab(struct mm_struct *mm);
void mmdrop(struct mm_struct *mm);
struct mm_struct *dup_mm(struct mm_struct *oldmm); /* fork; NULL: no memory */
int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm);
void exit_mmap(struct mm_struct *mm);
void mm_lifecycle_init(void);

/* ---- areas: vma.c, vma_merge.c, mmap.c ---------------------------------- */

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
	__must_hold_shared(&mm->mmap_lock);
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **pprev)
	__must_hold_shared(&mm->mmap_lock);
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm,
					     unsigned long start,
					     unsigned long end)
	__must_hold_shared(&mm->mmap_lock);

/* The areas around one that is in the tree, or NULL. */
static inline struct vm_area_struct *vma_next(const struct vm_area_struct *vma)
{
	return vma->vm_next;
}

static inline struct vm_area_struct *vma_prev(const struct vm_area_struct *vma)
{
	return vma->vm_prev;
}

struct vm_area_struct *mm_first_vma(struct mm_struct *mm);

#define for_each_vma(mm, vma)                                                  \
	for ((vma) = mm_first_vma(mm); (vma); (vma) = vma_next(vma))

int expand_stack(struct vm_area_struct *vma, unsigned long address);

/**
 * lock_mm_and_find_vma() - find the area of a fault, growing a stack if need be.
 * @mm: the address space of current
 * @address: user virtual address, bytes
 *
 * Context: may sleep; mmap_lock not held.
 * Return: the area that contains @address, with mmap_lock held for read; NULL,
 * without it, if there is none.
 * Source: Linux mm/memory.c:lock_mm_and_find_vma().
 */
struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm,
					    unsigned long address)
	__cond_acquires_shared(true, &mm->mmap_lock);
unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flags,
		      unsigned long pgoff, unsigned long *populate);
unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flags,
		      unsigned long offset);
int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long len)
	__must_hold(&mm->mmap_lock);
int vm_munmap(unsigned long start, unsigned long len);
int vm_brk_flags(unsigned long addr, unsigned long len, vm_flags_t flags);
/* mprotect() of [start, end); mmap_lock held for write.  0 or -errno. */
int do_mprotect(struct mm_struct *mm, unsigned long start, unsigned long end,
		unsigned long prot, unsigned long grows)
	__must_hold(&mm->mmap_lock);
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
	__must_hold(&mm->mmap_lock);
struct vm_area_struct *vm_area_alloc(struct mm_struct *mm);
struct vm_area_struct *vm_area_dup(const struct vm_area_struct *orig);
void vm_area_free(struct vm_area_struct *vma);

/* BUG on the first lie; debug builds. */
void validate_mm(struct mm_struct *mm) __must_hold_shared(&mm->mmap_lock);
void vma_set_page_prot(struct vm_area_struct *vma);

/* ---- faults: memory*.c -------------------------------------------------- */

/**
 * handle_mm_fault() - resolve one page fault.
 * @vma: the area that contains @address
 * @address: user virtual address in bytes, need not be aligned
 * @flags: FAULT_FLAG_*
 *
 * The caller has checked the area's permissions.  A write to a private area
 * that is not writable is lawful all the same: it makes the copy that
 * FOLL_FORCE stores into, and leaves the entry read-only.
 *
 * Context: may sleep.  mmap_lock held for read or write; only for read with
 * FAULT_FLAG_ALLOW_RETRY.  Held on return, with one exception: if the answer
 * has VM_FAULT_RETRY and @flags has no FAULT_FLAG_RETRY_NOWAIT it has been
 * dropped, and @vma may be gone.  Without FAULT_FLAG_ALLOW_RETRY that answer
 * never comes.
 * Return: VM_FAULT_* bits; 0 is success.
 * Source: Linux mm/memory.c:handle_mm_fault().
 */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags);

/*
 * May a handler still answer VM_FAULT_RETRY to save a wait under mmap_lock?
 * Once: on the second attempt it waits, or the fault might never end.
 */
static inline bool fault_flag_allow_retry_first(unsigned int flags)
{
	return flags & FAULT_FLAG_ALLOW_RETRY && !(flags & FAULT_FLAG_TRIED);
}

struct page *vm_normal_page(const struct vm_area_struct *vma,
			    unsigned long addr, pte_t pte);

int copy_page_range(struct vm_area_struct *dst_vma,
		    struct vm_area_struct *src_vma);
void zap_page_range(struct vm_area_struct *vma, unsigned long start,
		    unsigned long size);
void zap_vma_ptes(struct vm_area_struct *vma, unsigned long start,
		  unsigned long size);
void unmap_mapping_range(struct address_space *mapping, loff_t holebegin,
			 loff_t holelen, int even_cows);

/* ---- frames and pages put in by drivers: memory_pfn.c ------------------- */

/**
 * remap_pfn_range() - map a run of frames, which nobody counts.
 * @vma: the area, usually in ->mmap()
 * @addr: user address in @vma, bytes, page aligned
 * @pfn: the first frame
 * @size: bytes; rounded up to pages
 * @prot: for the entries, verbatim; without the write bit if the area is
 *	private, so take it from vm_page_prot
 *
 * A private area must be covered whole, and its vm_pgoff becomes @pfn.  The
 * area gets VM_IO, VM_PFNMAP, VM_DONTEXPAND and VM_DONTDUMP.
 *
 * Context: may sleep; mmap_lock held for write.
 * Return: 0; -EINVAL: @addr is not aligned, a part of a private area, or the
 * frames are in use with another cache attribute; -ENOMEM, with nothing left
 * mapped.
 * Source: Linux mm/memory.c:remap_pfn_range().
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot);
int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long pfn, unsigned long size, pgprot_t prot);

/**
 * vm_iomap_memory() - map what an area asks for of a device's memory.
 * @vma: the area; vm_pgoff counts from @start
 * @start: physical address, bytes
 * @len: bytes of the device's memory
 *
 * Context: as remap_pfn_range().
 * Return: 0; -EINVAL if the area reaches beyond @len, in arithmetic that cannot
 * be fooled by wrapping; or what remap_pfn_range() says.
 * Source: Linux mm/memory.c:vm_iomap_memory().
 */
int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
		    unsigned long len);

/**
 * vm_insert_page() - map one page that is counted.
 * @vma: an area that is not VM_PFNMAP
 * @addr: user address in @vma, bytes
 * @page: has a reference of the caller's; the entry takes one of its own
 *
 * Context: may sleep; mmap_lock held for write, or VM_MIXEDMAP set before.
 * Return: 0; -EFAULT outside the area; -EINVAL for a page that may not be
 * counted (free, anonymous, slab, page table, the zero page); -EBUSY if
 * something is mapped there; -ENOMEM.
 * Source: the seed; Linux mm/memory.c:vm_insert_page().
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page);

/* Several; *@num becomes how many were not inserted.  Errors as above. */
int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
		    struct page **pages, unsigned long *num);

/* All of an object's @num pages that the area asks for; -ENXIO: not so many. */
int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num);

/**
 * vmf_insert_pfn() - map one frame, from a fault handler.
 * @vma: VM_PFNMAP and never COW; or VM_MIXEDMAP and @pfn has no struct page
 * @addr: user address in @vma, bytes, page aligned
 * @pfn: the frame
 *
 * An entry that is there already stays: who loses the race has won too.
 *
 * Context: may sleep; mmap_lock held, read is enough.
 * Return: VM_FAULT_NOPAGE; VM_FAULT_OOM; VM_FAULT_SIGBUS outside the area.
 * Source: Linux mm/memory.c:vmf_insert_pfn().
 */
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
			  unsigned long pfn);

/* The same with a protection of its own: where the object is now decides. */
vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr,
			       unsigned long pfn, pgprot_t pgprot);

/* The same in a VM_MIXEDMAP area, for frames with and without a page. */
vm_fault_t vmf_insert_mixed(struct vm_area_struct *vma, unsigned long addr,
			    unsigned long pfn);

/**
 * apply_to_page_range() - call a function on each entry of a range.
 * @mm: the address space
 * @addr: user address, bytes, page aligned
 * @size: bytes, a multiple of the page size
 * @fn: gets the entry, with its lock held; not 0 ends the walk
 * @data: handed to @fn
 *
 * Makes the page tables that are missing; the _existing_ variant makes none and
 * skips empty entries.
 *
 * Context: may sleep between tables; mmap_lock held.
 * Return: 0, -ENOMEM, or what @fn returned.
 * Source: Linux mm/memory.c:apply_to_page_range().
 */
typedef int (*pte_fn_t)(pte_t *pte, unsigned long addr, void *data);
int apply_to_page_range(struct mm_struct *mm, unsigned long addr,
			unsigned long size, pte_fn_t fn, void *data);
int apply_to_existing_page_range(struct mm_struct *mm, unsigned long addr,
				 unsigned long size, pte_fn_t fn, void *data);

/* ---- page tables: pgtable.c --------------------------------------------- */

pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr,
		      spinlock_t **ptl) __cond_acquires(true, *ptl);
void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl) __releases(ptl);

/* ---- counters ----------------------------------------------------------- */

static inline void add_mm_counter(struct mm_struct *mm, int member, long value)
{
	atomic_long_add(value, &mm->rss_stat[member]);
}

static inline void inc_mm_counter(struct mm_struct *mm, int member)
{
	atomic_long_inc(&mm->rss_stat[member]);
}

static inline void dec_mm_counter(struct mm_struct *mm, int member)
{
	atomic_long_dec(&mm->rss_stat[member]);
}

static inline unsigned long get_mm_counter(struct mm_struct *mm, int member)
{
	long value = atomic_long_read(&mm->rss_stat[member]);

	return value < 0 ? 0 : value;
}

static inline unsigned long get_mm_rss(struct mm_struct *mm)
{
	return get_mm_counter(mm, MM_FILEPAGES) +
	       get_mm_counter(mm, MM_ANONPAGES) +
	       get_mm_counter(mm, MM_SHMEMPAGES);
}

/* ---- accounting of promised memory: util.c ------------------------------ */

extern int sysctl_overcommit_memory; /* OVERCOMMIT_* */
extern int sysctl_overcommit_ratio;  /* percent of RAM, OVERCOMMIT_NEVER */

int security_vm_enough_memory_mm(struct mm_struct *mm, long pages);
void vm_unacct_memory(long pages);
unsigned long vm_commit_limit(void);     /* pages; /proc/meminfo */
unsigned long vm_memory_committed(void); /* pages; /proc/meminfo */

/* ---- the ledger: audit.c ------------------------------------------------ */

/**
 * mm_audit() - recompute every counter from the page tables and compare.
 * @report: receives one line per disagreement, or NULL for the log only
 *
 * Context: may sleep; the caller holds no mm lock.
 * Return: the number of disagreements.
 */
int mm_audit(struct seq_file *report);

/* The boot option audit=: "exit" runs the ledger whenever an mm goes. */
void audit_setup(const char *arg);

/* Called when an mm has gone; runs the ledger if audit=exit asked for it. */
void mm_audit_exit(void);

#endif /* KILBURN_MM_MM_H */
