/* SPDX-License-Identifier: MIT */
/*
 * mm/vma.h - what the files that change an address space share.
 *
 *	vma.c		the ordered tree; splitting; the search for free space
 *	vma_merge.c	when neighbouring areas become one
 *	mmap.c, munmap.c, stack.c, brk.c, mprotect.c, mremap.c, madvise.c,
 *	mlock.c		the system calls, built from these
 *	populate.c	faulting in beforehand
 *	util.c		promises of memory, limits
 *
 * Everything here needs mmap_lock held for write, unless it says otherwise.
 * In Linux: mm/vma.h, mm/internal.h, include/linux/mm.h.
 */
#ifndef KILBURN_MM_VMA_H
#define KILBURN_MM_VMA_H

#include "mm/mm.h"

/* VM_LOCKED and its companion always go together. */
#define VM_LOCKED_MASK (VM_LOCKED | VM_LOCKONFAULT)

/* What an area that holds a program's data starts with. */
#define VM_DATA_DEFAULT_FLAGS                                                  \
	(VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)

/* Free space that a stack keeps below itself: 256 pages. */
#define STACK_GUARD_GAP (256UL << PAGE_SHIFT)

extern unsigned int sysctl_max_map_count;
extern unsigned long mmap_min_addr; /* bytes; below it only root may map */

void vma_init(void);

/* ---- vma.c: the tree ---------------------------------------------------- */

/* Where @vma begins for those who look for space: above its guard gap. */
static inline unsigned long vm_start_gap(const struct vm_area_struct *vma)
{
	unsigned long start = vma->vm_start;

	if (!(vma->vm_flags & VM_GROWSDOWN))
		return start;
	return start > STACK_GUARD_GAP ? start - STACK_GUARD_GAP : 0;
}

static inline bool vma_is_accessible(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_ACCESS_FLAGS;
}

/**
 * vma_lookup() - find the area that contains an address.
 * @mm: the address space
 * @addr: user address, bytes
 *
 * Context: mmap_lock held, read is enough.
 * Return: the area, or NULL.
 */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
	__must_hold_shared(&mm->mmap_lock);

/**
 * vma_tree_insert() - put an area into the tree between its neighbours.
 * @mm: the address space
 * @prev: the area before it, or NULL
 * @vma: the new area; disjoint from all others
 * @next: the area after it, or NULL
 *
 * Knowing the neighbours makes it O(1) but for the balancing.
 */
void vma_tree_insert(struct mm_struct *mm, struct vm_area_struct *prev,
		     struct vm_area_struct *vma, struct vm_area_struct *next)
	__must_hold(&mm->mmap_lock);

/* Put an area behind all others: fork copies a tree in order. */
void vma_tree_append(struct mm_struct *mm, struct vm_area_struct *vma)
	__must_hold(&mm->mmap_lock);

/* Take an area out. */
void vma_tree_remove(struct mm_struct *mm, struct vm_area_struct *vma)
	__must_hold(&mm->mmap_lock);

/**
 * vma_link() - enter a finished area into the tree and into its file's.
 * @mm: the address space
 * @vma: the area; vm_start, vm_end, vm_pgoff and vm_file are final
 */
void vma_link(struct mm_struct *mm, struct vm_area_struct *vma)
	__must_hold(&mm->mmap_lock);

/**
 * vma_set_range() - move the bounds of an area that is in the tree.
 * @vma: the area
 * @start: new first byte
 * @end: new end, bytes
 * @pgoff: new vm_pgoff, pages
 *
 * The order of areas must not change.  The interval trees of the rmap are
 * keyed by these values: see vma_prepare().
 *
 * Context: mmap_lock held for write.
 */
void vma_set_range(struct vm_area_struct *vma, unsigned long start,
		   unsigned long end, pgoff_t pgoff);

/**
 * struct vma_prepare - areas whose bounds are about to change, and their locks.
 * @vma: an area of the change
 * @adj: another one, of the same file and anon_vma family; or NULL
 * @mapping: their file's, or NULL
 * @anon_vma: either one's, or NULL
 *
 * Between vma_prepare() and vma_complete() the rmap locks are held and both
 * areas are out of the interval trees: nobody who looks for the areas of a
 * page can miss one because it was just being moved.
 */
struct vma_prepare {
	struct vm_area_struct *vma, *adj;
	struct address_space *mapping;
	struct anon_vma *anon_vma;
};

void vma_prepare(struct vma_prepare *vp);
void vma_complete(struct vma_prepare *vp);

/*
 * After each change, in debug builds, while it is cheap; mm_audit() looks at
 * the large ones.
 */
static inline void validate_mm_debug(struct mm_struct *mm)
	__must_hold_shared(&mm->mmap_lock)
{
	if (CONFIG_DEBUG_VM && mm->map_count <= 64)
		validate_mm(mm);
}

/* ---- vma.c: splitting --------------------------------------------------- */

/**
 * vma_split_ends() - make a range begin and end where areas do.
 * @first: the area that contains @start
 * @start: first byte of the range, page aligned
 * @last: the area that contains @end - 1; may be @first
 * @end: end of the range, page aligned; may be beyond @last
 *
 * All or nothing: both splits are prepared before either is done.  Does not
 * look at sysctl_max_map_count.
 *
 * Return: the area that begins at @start, or ERR_PTR(-ENOMEM), or what
 * vm_ops->may_split() said.
 */
struct vm_area_struct *vma_split_ends(struct vm_area_struct *first,
				      unsigned long start,
				      struct vm_area_struct *last,
				      unsigned long end);

/* ---- vma.c: free space -------------------------------------------------- */

/**
 * unmapped_area_topdown() - find the highest hole.
 * @mm: the address space
 * @length: bytes wanted, page aligned
 * @low: the hole must not begin below this address
 * @high: and must end at or below this one
 *
 * Return: the highest address at which @length bytes are free, guard gaps
 * respected; -ENOMEM.
 */
unsigned long unmapped_area_topdown(struct mm_struct *mm, unsigned long length,
				    unsigned long low, unsigned long high)
	__must_hold(&mm->mmap_lock);

/* The same for the lowest hole. */
unsigned long unmapped_area(struct mm_struct *mm, unsigned long length,
			    unsigned long low, unsigned long high)
	__must_hold(&mm->mmap_lock);

/* ---- vma_merge.c -------------------------------------------------------- */

/**
 * struct vma_merge_struct - what a merge needs to know.
 * @prev: the area before the range, or NULL
 * @middle: the area that contains [@start, @end), or NULL: nothing is there
 * @next: the area after the range, or NULL
 * @start: first byte of the range
 * @end: its end, bytes
 * @pgoff: offset of @start in the file, pages
 * @vm_flags: what the range has, or is going to have
 * @file: what it maps, or NULL
 * @anon_vma: whose pages it holds, or NULL
 *
 *	 prev	  [start, end)	 next		a new range: middle is NULL
 *	|-------|..............|------|
 *
 *	 prev	     middle	 next		a changed one; prev or next is
 *	|-------|--------------|------|		NULL where the range does not
 *		   [start, end)			reach that end of middle
 */
struct vma_merge_struct {
	struct vm_area_struct *prev, *middle, *next;
	unsigned long start, end;
	pgoff_t pgoff;
	vm_flags_t vm_flags;
	struct file *file;
	struct anon_vma *anon_vma;
};

/**
 * struct vma_merge_plan - what a merge would do.
 * @keep: the area that takes the range
 * @start: its new first byte
 * @end: its new end, bytes
 * @pgoff: its new vm_pgoff, pages
 * @trim: the area that gives up a part of itself, or NULL
 * @trim_start: its new first byte
 * @trim_end: its new end, bytes
 * @remove: areas that are swallowed whole, in address order; NULL: none
 * @anon_from: @keep takes over the anon_vma of this one; NULL: it need not
 */
struct vma_merge_plan {
	struct vm_area_struct *keep;
	unsigned long start, end;
	pgoff_t pgoff;
	struct vm_area_struct *trim;
	unsigned long trim_start, trim_end;
	struct vm_area_struct *remove[2];
	struct vm_area_struct *anon_from;
};

/**
 * vma_merge_plan() - can the range become part of a neighbour, and how?
 * @vmg: the range and its neighbours
 * @plan: filled if the answer is yes
 *
 * Pure: reads areas, changes nothing.
 *
 * Return: whether a merge is possible.
 * Source: Linux 6.1 mm/mmap.c:vma_merge().
 */
bool vma_merge_plan(const struct vma_merge_struct *vmg,
		    struct vma_merge_plan *plan);

/**
 * vma_merge_plan_new() - the same for mmap() of a new range.
 * @vmg: the range; middle and anon_vma are NULL
 * @plan: filled if the answer is yes; never needs an anon_vma
 *
 * Return: whether a merge is possible.
 * Source: Linux 6.1 mm/mmap.c:mmap_region().
 */
bool vma_merge_plan_new(const struct vma_merge_struct *vmg,
			struct vma_merge_plan *plan);

/**
 * vma_merge_commit() - carry out a plan.
 * @plan: made under the same hold of mmap_lock; needs no anon_vma any more
 *
 * Return: plan->keep.  Cannot fail.
 */
struct vm_area_struct *vma_merge_commit(const struct vma_merge_plan *plan);

/**
 * vma_merge() - plan, prepare, commit.
 * @vmg: the range and its neighbours
 *
 * Return: the area that now contains the range; NULL if there is no merge, or
 * no memory for one.
 */
struct vm_area_struct *vma_merge(const struct vma_merge_struct *vmg);

/**
 * vma_modify_flags() - give a part of an area other flags.
 * @vma: the area
 * @start: first byte, page aligned, inside @vma
 * @end: end, bytes, inside @vma
 * @vm_flags: the new flags
 *
 * The part becomes one with a neighbour that has these flags, or an area of
 * its own.  The caller settles what follows from the flags: vm_page_prot,
 * entries, accounts.
 *
 * Return: the area that now contains the part; ERR_PTR(-ENOMEM) or what
 * may_split() said, with nothing changed.
 * Source: Linux mm/vma.c:vma_modify_flags().
 */
struct vm_area_struct *vma_modify_flags(struct vm_area_struct *vma,
					unsigned long start, unsigned long end,
					vm_flags_t vm_flags);

/**
 * find_mergeable_anon_vma() - can @vma use a neighbour's anon_vma?
 * @vma: an area without one
 *
 * If only their rights differ now, sharing it keeps them mergeable later.
 *
 * Context: mmap_lock held, read is enough.
 * Return: the anon_vma, or NULL.
 */
struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma);

/* ---- mmap.c, munmap.c, populate.c, mlock.c ------------------------------ */

/**
 * get_unmapped_area() - choose or check the place of a mapping.
 * @addr: address asked for; a hint unless MAP_FIXED
 * @len: bytes, page aligned
 * @flags: MAP_*
 *
 * Return: the address; -ENOMEM, -EINVAL or -EPERM as a number.
 */
unsigned long get_unmapped_area(unsigned long addr, unsigned long len,
				unsigned long flags);

/* Account, close and free areas that are out of the tree and unmapped. */
void remove_vma_list(struct mm_struct *mm, struct list_head *detached);

/**
 * unmap_region() - take areas out of the page tables and out of the rmap.
 * @mm: the address space
 * @detached: areas through vm_detached, in order, not in the tree
 * @prev: the area before them, or NULL
 * @next: the area after them, or NULL
 *
 * Context: may sleep; mmap_lock held for write.
 */
void unmap_region(struct mm_struct *mm, struct list_head *detached,
		  const struct vm_area_struct *prev,
		  const struct vm_area_struct *next);

enum populate_errors { POPULATE_IGNORE_ERRORS, POPULATE_REPORT_ERRORS };

/**
 * populate_range() - fault in every page of a range.
 * @start: first byte, page aligned
 * @len: bytes
 * @errors: go on with the next area after an error, or stop and report it
 *
 * Holes, device memory and raw frames are passed over.
 *
 * Context: mmap_lock not held.
 * Return: 0, -ENOMEM, -EFAULT or -EINTR.
 */
int populate_range(unsigned long start, unsigned long len,
		   enum populate_errors errors);

static inline void mm_populate(unsigned long addr, unsigned long len)
{
	populate_range(addr, len, POPULATE_IGNORE_ERRORS);
}

/**
 * populate_vma_page_range() - fault in pages of one area.
 * @vma: the area
 * @start: first byte, page aligned
 * @end: end, bytes
 *
 * A private writable area is faulted for writing, so that copies are made now.
 *
 * Context: may sleep; mmap_lock held, read is enough.
 * Return: 0, -ENOMEM, -EFAULT or -EINTR.
 */
int populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end);

/* The same with FAULT_FLAG_* of the caller's choice. */
int faultin_page_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, unsigned int flags);

/* One fault, counted for getrusage(): 0, -ENOMEM or -EFAULT.  Look again. */
int faultin_page(struct vm_area_struct *vma, unsigned long addr,
		 unsigned int flags);

bool can_do_mlock(void);

/* 0, or -EAGAIN if @len more bytes with @vm_flags exceed RLIMIT_MEMLOCK. */
int mlock_future_check(struct mm_struct *mm, vm_flags_t vm_flags,
		       unsigned long len);

/* ---- util.c ------------------------------------------------------------- */

/* Whether @nr_pages more with @vm_flags stay within RLIMIT_AS, RLIMIT_DATA. */
bool may_expand_vm(struct mm_struct *mm, vm_flags_t vm_flags,
		   unsigned long nr_pages);

/* Count @nr_pages (negative: discount) in total_vm and its subdivisions. */
void vm_stat_account(struct mm_struct *mm, vm_flags_t vm_flags, long nr_pages);

/* Does a new area with @vm_flags promise memory that may never come back? */
static inline bool accountable_mapping(vm_flags_t vm_flags)
{
	return (vm_flags & (VM_NORESERVE | VM_SHARED | VM_WRITE)) == VM_WRITE;
}

void vm_acct_memory(long pages);

#endif /* KILBURN_MM_VMA_H */
