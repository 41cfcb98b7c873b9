/* SPDX-License-Identifier: MIT */
/*
 * mm/vma_verify.c - check the tree of areas: V1 to V4 of mm/vma.c.
 *
 * With CONFIG_DEBUG_VM each change of an address space ends with it
 * (validate_mm_debug()), and the ledger calls it as well.
 *
 * Locking: mmap_lock, for read.
 *
 * In Linux: mm/mmap.c, validate_mm().
 */

#include "kernel/bug.h"
#include "kernel/lib/rbtree.h"
#include "mm/mm.h"
#include "mm/vma.h"

static unsigned long subtree_gap(struct rb_node *node)
{
	return node ? rb_entry(node, struct vm_area_struct, vm_rb)
			       ->rb_subtree_gap
		    : 0;
}

/* V2: from scratch, not by the functions that keep it. */
static void validate_gaps(const struct vm_area_struct *prev,
			  const struct vm_area_struct *vma)
{
	unsigned long below = vma->vm_start - (prev ? prev->vm_end : 0);
	unsigned long largest = max3(below, subtree_gap(vma->vm_rb.rb_left),
				     subtree_gap(vma->vm_rb.rb_right));

	BUG_ON(vma->vm_gap != below);
	BUG_ON(vma->rb_subtree_gap != largest);
}

static void validate_vma(const struct vm_area_struct *prev,
			 const struct vm_area_struct *vma)
{
	BUG_ON(!PAGE_ALIGNED(vma->vm_start | vma->vm_end)); /* V1 */
	BUG_ON(vma->vm_start >= vma->vm_end);               /* V1 */
	BUG_ON(vma->vm_end > TASK_SIZE);                    /* V1 */
	BUG_ON(prev && prev->vm_end > vma->vm_start);       /* V1 */
	validate_gaps(prev, vma);
	BUG_ON(vma->vm_pgoff + vma_pages(vma) < vma->vm_pgoff);     /* V4 */
	BUG_ON(!vma->anon_vma != list_empty(&vma->anon_vma_chain)); /* V4 */
}

void validate_mm(struct mm_struct *mm)
{
	struct vm_area_struct *vma, *prev = NULL;
	unsigned int count = 0;

	mmap_assert_locked(mm);

	BUG_ON(!rb_validate(&mm->mm_rb)); /* V1 */
	for_each_vma (mm, vma) {
		BUG_ON(vma->vm_prev != prev);                         /* V1 */
		BUG_ON(prev && rb_next(&prev->vm_rb) != &vma->vm_rb); /* V1 */
		validate_vma(prev, vma);
		BUG_ON(vma->vm_mm != mm);
		prev = vma;
		count++;
	}
	BUG_ON(prev && rb_next(&prev->vm_rb)); /* V1 */
	BUG_ON(mm->map_count != count);        /* V3 */
	BUG_ON(mm->mmap_highest != prev);      /* V3 */
}
