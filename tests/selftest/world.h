/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/world.h - an address space that a self test builds and lives
 * in.
 */
#ifndef KILBURN_TESTS_WORLD_H
#define KILBURN_TESTS_WORLD_H

#include <asm/irqflags.h>
#include <asm/mmu_context.h>
#include "kernel/sched.h"
#include "mm/memory.h"
#include "mm/vma.h"
#include "mm/vmacache.h"

#define AREA       0x400000UL /* where the tests put their area */
#define NR_PAGES   4UL
#define PRIVATE_RW (VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE)
#define SHARED_RW  (PRIVATE_RW | VM_SHARED | VM_MAYSHARE)

/* An mm with one area, which the current kernel thread lives in. */
struct world {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
};

static inline void live_in(struct mm_struct *mm)
{
	struct mm_struct *old = current->active_mm;
	unsigned long flags;

	local_irq_save(flags);
	current->mm = mm;
	vmacache_flush(current);
	current->active_mm = mm ? mm : &init_mm;
	switch_mm_irqs_off(old, current->active_mm, current);
	local_irq_restore(flags);
}

static inline bool world_create(struct world *world, vm_flags_t flags)
{
	world->mm = mm_alloc();
	if (!world->mm)
		return false;
	mmap_write_lock(world->mm);
	world->vma = vm_area_alloc(world->mm);
	world->vma->vm_start = AREA;
	world->vma->vm_end = AREA + NR_PAGES * PAGE_SIZE;
	world->vma->vm_flags = flags;
	world->vma->vm_pgoff = AREA >> PAGE_SHIFT;
	world->vma->vm_page_prot = vm_get_page_prot(flags);
	if (insert_vm_struct(world->mm, world->vma)) {
		mmap_write_unlock(world->mm);
		return false;
	}
	vm_stat_account(world->mm, flags, NR_PAGES);
	mmap_write_unlock(world->mm);
	live_in(world->mm);
	return true;
}

static inline void world_destroy(struct world *world)
{
	live_in(NULL);
	mmput(world->mm);
}

static inline vm_fault_t touch(struct vm_area_struct *vma, unsigned long page,
			       unsigned int flags)
{
	vm_fault_t ret;

	mmap_read_lock(vma->vm_mm);
	ret = handle_mm_fault(vma, vma->vm_start + page * PAGE_SIZE, flags);
	mmap_read_unlock(vma->vm_mm);
	return ret;
}

static inline pte_t entry_of(struct vm_area_struct *vma, unsigned long page)
{
	unsigned long addr = vma->vm_start + page * PAGE_SIZE;
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);

	return pmd ? *pte_offset_kernel(pmd, addr) : __pte(0);
}

static inline struct page *page_of(struct vm_area_struct *vma,
				   unsigned long page)
{
	return vm_normal_page(vma, vma->vm_start + page * PAGE_SIZE,
			      entry_of(vma, page));
}

static inline struct vm_area_struct *area_of(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, AREA);
	mmap_read_unlock(mm);
	return vma;
}

#endif /* KILBURN_TESTS_WORLD_H */
