/* SPDX-License-Identifier: MIT */
/*
 * mm/vma_merge.c - when neighbouring areas become one.
 *
 * Theory
 *
 * Two areas that differ in nothing but their place, and whose places follow
 * each other in memory and in the object, can be one.  Merging keeps the tree
 * small, and programs can see it: in /proc/self/maps, in mremap(), which moves
 * one area only, and at the limit on their number.  So the rules are exactly
 * those of Linux 6.1.  Areas are alike if
 *
 *   - flags and file are equal, and no flag of VM_SPECIAL is set;
 *   - nobody wants to be told when one of them goes (vm_ops->close);
 *   - the offsets continue: vm_pgoff of the upper = vm_pgoff of the lower
 *     + pages of the lower.  Anonymous memory counts as an object whose offset
 *     is its address, until mremap() moves it;
 *   - their anonymous pages can live under one anon_vma: see below.
 *
 * A range N = [start, end) that is new, or whose flags change, meets its
 * neighbours P and X in one of eight ways.  C is the area that N is part of.
 *
 *	    before			after
 *	1   PPPP NNNN XXXX  new		PPPPPPPPPPPPPP	X removed
 *	2   PPPP NNNN	    new		PPPPPPPPP
 *	3	 NNNN XXXX  new		     XXXXXXXXX
 *	4   CCCCCNNNN XXXX		CCCCCXXXXXXXXX	C gives its end
 *	5   PPPP NNNNCCCCC		PPPPPPPPPCCCCC	C gives its beginning
 *	6   PPPP NNNN XXXX  N is all C	PPPPPPPPPPPPPP	C and X removed
 *	7   PPPP NNNN	    N is all C	PPPPPPPPP	C removed
 *	8	 NNNN XXXX  N is all C	     XXXXXXXXX	C removed
 *
 * (The blanks only separate; the areas touch.)
 *
 * The anon_vma rule.  Each anonymous page names the anon_vma of the area that
 * made it, and an area has one.  Two areas with different ones therefore stay
 * apart for ever; an area without one can take the other's.  It may do so only
 * from an area that has a single chain: more means that the process was forked,
 * and then the family's lock is contended enough.  Note that this makes the
 * rule lopsided: a changed range with pages does not join a neighbour without.
 *
 * Invariants
 *
 *  E1. A plan is made from areas that are not changed until its commit.
 *  E2. Every page of the merged range is found through plan->keep: it has the
 *      anon_vma of each area that it takes over.
 *
 * Locking: mmap_lock for write.
 *
 * Reading order: can_vma_merge_after(), vma_merge_plan(), vma_merge_commit(),
 * vma_modify_flags().
 * In Linux 6.1: mm/mmap.c:vma_merge(), __vma_adjust(), mmap_region().
 */

#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "mm/rmap.h"
#include "mm/trace.h"
#include "mm/vma.h"

/* ---- the rules ---------------------------------------------------------- */

static bool is_mergeable_vma(const struct vm_area_struct *vma,
			     const struct vma_merge_struct *vmg)
{
	return vma->vm_flags == vmg->vm_flags && vma->vm_file == vmg->file &&
	       !(vma->vm_ops && vma->vm_ops->close);
}

/*
 * Can pages of both anon_vmas live in one area?  If one is missing it depends
 * on the area @vma that has the other, or NULL if that has been asked before.
 */
static bool is_mergeable_anon_vma(const struct anon_vma *a,
				  const struct anon_vma *b,
				  const struct vm_area_struct *vma)
{
	if ((!a || !b) && (!vma || list_is_singular(&vma->anon_vma_chain)))
		return true;
	return a == b;
}

static pgoff_t end_pgoff(const struct vma_merge_struct *vmg)
{
	return vmg->pgoff + ((vmg->end - vmg->start) >> PAGE_SHIFT);
}

/* Can the range, with pages of @anon_vma, be appended to @prev? */
static bool can_vma_merge_after(const struct vm_area_struct *prev,
				const struct vma_merge_struct *vmg,
				const struct anon_vma *anon_vma)
{
	return prev && prev->vm_end == vmg->start &&
	       is_mergeable_vma(prev, vmg) &&
	       is_mergeable_anon_vma(anon_vma, prev->anon_vma, prev) &&
	       prev->vm_pgoff + vma_pages(prev) == vmg->pgoff;
}

/* Can it be put before @next? */
static bool can_vma_merge_before(const struct vm_area_struct *next,
				 const struct vma_merge_struct *vmg,
				 const struct anon_vma *anon_vma)
{
	return next && next->vm_start == vmg->end &&
	       is_mergeable_vma(next, vmg) &&
	       is_mergeable_anon_vma(anon_vma, next->anon_vma, next) &&
	       next->vm_pgoff == end_pgoff(vmg);
}

/* ---- planning ----------------------------------------------------------- */

/* @keep grows to [start, end); an area that has pages brings its anon_vma. */
static void plan_keep(struct vma_merge_plan *plan, struct vm_area_struct *keep,
		      unsigned long start, unsigned long end)
{
	*plan = (struct vma_merge_plan){
		.keep = keep,
		.start = start,
		.end = end,
		.pgoff = keep->vm_pgoff,
	};
	/* For a start further down than before; else this adds 0. */
	plan->pgoff -= (keep->vm_start - start) >> PAGE_SHIFT;
}

static void plan_take_anon(struct vma_merge_plan *plan,
			   struct vm_area_struct *from)
{
	if (!plan->anon_from && from->anon_vma && !plan->keep->anon_vma)
		plan->anon_from = from;
}

static void plan_remove(struct vma_merge_plan *plan, struct vm_area_struct *vma)
{
	plan->remove[plan->remove[0] ? 1 : 0] = vma;
	plan_take_anon(plan, vma);
}

static void plan_trim(struct vma_merge_plan *plan, struct vm_area_struct *vma,
		      unsigned long start, unsigned long end)
{
	plan->trim = vma;
	plan->trim_start = start;
	plan->trim_end = end;
	plan_take_anon(plan, vma);
}

/* What happens to C: it goes, or it loses the part that N is. */
static void plan_middle(struct vma_merge_plan *plan,
			const struct vma_merge_struct *vmg)
{
	struct vm_area_struct *middle = vmg->middle;

	if (!middle)
		return; /* cases 1, 2, 3 */
	if (vmg->start > middle->vm_start)
		plan_trim(plan, middle, middle->vm_start, vmg->start); /* 4 */
	else if (vmg->end < middle->vm_end)
		plan_trim(plan, middle, vmg->end, middle->vm_end); /* 5 */
	else
		plan_remove(plan, middle); /* 6, 7, 8 */
}

bool vma_merge_plan(const struct vma_merge_struct *vmg,
		    struct vma_merge_plan *plan)
{
	struct vm_area_struct *prev = vmg->prev, *next = vmg->next;
	bool merge_prev, merge_next;

	if (vmg->vm_flags & VM_SPECIAL)
		return false;
	merge_prev = can_vma_merge_after(prev, vmg, vmg->anon_vma);
	merge_next = can_vma_merge_before(next, vmg, vmg->anon_vma);

	if (merge_prev && merge_next &&
	    is_mergeable_anon_vma(prev->anon_vma, next->anon_vma, NULL)) {
		plan_keep(plan, prev, prev->vm_start, next->vm_end);
		plan_middle(plan, vmg);
		plan_remove(plan, next);
	} else if (merge_prev) {
		plan_keep(plan, prev, prev->vm_start, vmg->end);
		plan_middle(plan, vmg);
	} else if (merge_next) {
		plan_keep(plan, next, vmg->start, next->vm_end);
		plan_middle(plan, vmg);
	}
	return merge_prev || merge_next;
}

bool vma_merge_plan_new(const struct vma_merge_struct *vmg,
			struct vma_merge_plan *plan)
{
	struct vm_area_struct *prev = vmg->prev, *next = vmg->next;

	if (vmg->vm_flags & VM_SPECIAL)
		return false;
	/*
	 * Linux 6.1 asks the next area first, and the previous one on the
	 * next's terms: a hole between areas with different anon_vmas goes to
	 * the next, and one between an area without and an area with too.
	 */
	if (!can_vma_merge_before(next, vmg, NULL))
		next = NULL;
	if (!can_vma_merge_after(prev, vmg, next ? next->anon_vma : NULL))
		prev = NULL;

	if (prev && next) {
		plan_keep(plan, prev, prev->vm_start, next->vm_end);
		plan_remove(plan, next);
	} else if (prev) {
		plan_keep(plan, prev, prev->vm_start, vmg->end);
	} else if (next) {
		plan_keep(plan, next, vmg->start, next->vm_end);
	}
	return prev || next;
}

/* ---- committing --------------------------------------------------------- */

/* Take @vma out of everything but the anon_vma trees. */
static void detach_merged(struct vm_area_struct *vma,
			  struct address_space *mapping)
{
	if (mapping) {
		i_mmap_assert_write_locked(mapping);
		if (vma_is_shared_maywrite(vma))
			mapping_unmap_writable(mapping);
		vma_interval_tree_remove(vma, mapping);
	}
	mmap_assert_write_locked(vma->vm_mm);
	vma_tree_remove(vma->vm_mm, vma);
}

static void free_merged(struct vm_area_struct *vma)
{
	unlink_anon_vmas(vma);
	if (vma->vm_file)
		fput(vma->vm_file); /* not the last: keep has it too */
	vm_area_free(vma);
}

struct vm_area_struct *vma_merge_commit(const struct vma_merge_plan *plan)
{
	struct vm_area_struct *keep = plan->keep, *trim = plan->trim;
	struct vma_prepare vp = { .vma = keep, .adj = trim };

	mmap_assert_write_locked(keep->vm_mm);
	VM_BUG_ON(plan->anon_from && !keep->anon_vma); /* E2 */
	trace_range(MM_TRACE_MERGE, keep->vm_mm, plan->start, plan->end, 0);

	vma_prepare(&vp);
	for (int i = 0; i < 2 && plan->remove[i]; i++)
		detach_merged(plan->remove[i], vp.mapping);
	if (trim)
		vma_set_range(trim, plan->trim_start, plan->trim_end,
			      trim->vm_pgoff +
				      ((plan->trim_start - trim->vm_start) >>
				       PAGE_SHIFT));
	vma_set_range(keep, plan->start, plan->end, plan->pgoff);
	vma_complete(&vp);
	for (int i = 0; i < 2 && plan->remove[i]; i++)
		free_merged(plan->remove[i]);
	return keep;
}

struct vm_area_struct *vma_merge(const struct vma_merge_struct *vmg)
{
	struct vma_merge_plan plan;

	if (!vma_merge_plan(vmg, &plan))
		return NULL;
	if (plan.anon_from) {
		plan.keep->anon_vma = plan.anon_from->anon_vma;
		if (anon_vma_clone(plan.keep, plan.anon_from))
			return NULL;
	}
	return vma_merge_commit(&plan);
}

/* ---- changing flags ----------------------------------------------------- */

struct vm_area_struct *vma_modify_flags(struct vm_area_struct *vma,
					unsigned long start, unsigned long end,
					vm_flags_t vm_flags)
{
	struct mm_struct *mm = vma->vm_mm;
	bool from_start = start == vma->vm_start, to_end = end == vma->vm_end;
	struct vma_merge_struct vmg = {
		.middle = vma,
		.start = start,
		.end = end,
		.pgoff = linear_page_index(vma, start),
		.vm_flags = vm_flags,
		.file = vma->vm_file,
		.anon_vma = vma->anon_vma,
	};
	struct vm_area_struct *merged;

	if (from_start)
		vmg.prev = vma_prev(vma);
	if (to_end)
		vmg.next = vma_next(vma);
	merged = vma_merge(&vmg);
	if (!merged) {
		if (mm->map_count + !from_start + !to_end >
		    sysctl_max_map_count)
			return ERR_PTR(-ENOMEM);
		merged = vma_split_ends(vma, start, vma, end);
	}
	if (!IS_ERR(merged))
		merged->vm_flags = vm_flags;
	return merged;
}

/* ---- anon_vma of a neighbour -------------------------------------------- */

/* May @lower and @upper merge one day, if their rights become the same? */
static bool anon_vma_compatible(const struct vm_area_struct *lower,
				const struct vm_area_struct *upper)
{
	return lower->vm_end == upper->vm_start &&
	       lower->vm_file == upper->vm_file &&
	       !((lower->vm_flags ^ upper->vm_flags) & ~VM_ACCESS_FLAGS) &&
	       upper->vm_pgoff == lower->vm_pgoff + vma_pages(lower);
}

/* The anon_vma of @vma, if it belongs to it alone. */
static struct anon_vma *reusable_anon_vma(const struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = READ_ONCE(vma->anon_vma);

	if (anon_vma && list_is_singular(&vma->anon_vma_chain))
		return anon_vma;
	return NULL;
}

struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma)
{
	const struct vm_area_struct *next = vma_next(vma), *prev;
	struct anon_vma *anon_vma;

	mmap_assert_locked(vma->vm_mm);

	/* Most neighbours have none: that is the cheap question. */
	anon_vma = next ? reusable_anon_vma(next) : NULL;
	if (anon_vma && anon_vma_compatible(vma, next))
		return anon_vma;
	prev = vma_prev(vma);
	anon_vma = prev ? reusable_anon_vma(prev) : NULL;
	if (anon_vma && anon_vma_compatible(prev, vma))
		return anon_vma;
	return NULL;
}
