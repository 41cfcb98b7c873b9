/* SPDX-License-Identifier: MIT */
/*
 * mm/vmacache.h - each thread remembers the area it found last.
 *
 * Theory
 *
 * A thread that has touched an area is likely to touch it again: it walks an
 * array, it writes to a heap, it asks for memory and uses it.  So find_vma()
 * first looks at the area that it found last for this thread; only another
 * address costs a walk down the tree, which is 16 levels deep for 60,000 areas.
 *
 * It is kept by thread, not by mm, so that threads in different areas do not
 * take a cache line from each other with every fault.
 *
 * Invariants
 *
 *  N1. While current->vmacache_seqnum == current->mm->vmacache_seqnum, the
 *      remembered area is in the tree of current->mm.  Whoever takes an area out
 *      of a tree increments the one; whoever changes current->mm calls
 *      vmacache_flush().
 *
 * An area's bounds may change while it is remembered; they are looked at each
 * time.
 *
 * Locking: mmap_lock, for read to look and for write to take an area out.
 * In Linux: mm/vmacache.c, up to 6.0, with four slots.
 */
#ifndef KILBURN_MM_VMACACHE_H
#define KILBURN_MM_VMACACHE_H

#include <asm/current.h>
#include "kernel/sched.h"
#include "mm/mm_types.h"

/* @task gets another mm, or none. */
static inline void vmacache_flush(struct task_struct *task)
{
	task->vmacache = NULL;
}

/* An area leaves the tree of @mm: N1. */
static inline void vmacache_invalidate(struct mm_struct *mm)
{
	mm->vmacache_seqnum++; /* 64 bits do not wrap: CVE-2018-17182 was 32 */
}

/* The area of @mm that contains @addr, if it is the remembered one; or NULL. */
static inline struct vm_area_struct *vmacache_find(const struct mm_struct *mm,
						   unsigned long addr)
{
	struct vm_area_struct *vma = current->vmacache;

	if (!vma || current->mm != mm ||
	    current->vmacache_seqnum != mm->vmacache_seqnum)
		return NULL;
	return vma->vm_start <= addr && addr < vma->vm_end ? vma : NULL;
}

/* Remember @vma, which is in the tree of @mm. */
static inline void vmacache_update(const struct mm_struct *mm,
				   struct vm_area_struct *vma)
{
	if (current->mm != mm)
		return;
	current->vmacache = vma;
	current->vmacache_seqnum = mm->vmacache_seqnum;
}

#endif /* KILBURN_MM_VMACACHE_H */
