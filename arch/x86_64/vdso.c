/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/vdso.c - map the vDSO into programs.
 *
 * Its two pages belong to the kernel image.  They have no life of their own
 * that a program's mapping could prolong, so they are mapped as raw frames
 * (VM_PFNMAP), at the first touch, and nobody counts them.
 *
 * Unlike Linux, code and data are one area, [vdso]: one less to copy at each
 * fork.
 *
 * In Linux: arch/x86/entry/vdso/vma.c.
 */
#include <asm/page.h>
#include <asm/tsc.h>
#include <asm/vdso.h>
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "mm/mm.h"
#include "mm/vma.h"

extern const char vdso_image[];

static union {
	struct vdso_data data;
	char page[PAGE_SIZE]; /* programs see all of it */
} vdso_page __aligned(4096) __section(".bss.page_aligned");

_Static_assert(offsetof(struct vdso_data, realtime_offset) ==
		       VDSO_REALTIME_OFFSET,
	       "vdso_image.S");

void update_vsyscall(u64 realtime_offset)
{
	vdso_page.data.tsc_boot = tsc_boot;
	vdso_page.data.tsc_mult = tsc_mult;
	WRITE_ONCE(vdso_page.data.realtime_offset, realtime_offset);
}

static vm_fault_t vdso_fault(struct vm_fault *vmf)
{
	static const void *const pages[VDSO_PAGES] = { vdso_image, &vdso_page };
	pgoff_t page = (vmf->address - vmf->vma->vm_start) >> PAGE_SHIFT;

	page += vmf->vma->vm_pgoff; /* not 0 after a split */
	if (page >= VDSO_PAGES)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address,
			      PHYS_PFN(__pa_symbol(pages[page])));
}

static const char *vdso_name(struct vm_area_struct *vma)
{
	return "[vdso]";
}

static const struct vm_operations_struct vdso_vm_ops = {
	.fault = vdso_fault,
	.name = vdso_name,
};

int arch_setup_additional_pages(void)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = vm_area_alloc(mm);
	unsigned long addr;
	int err;

	if (!vma)
		return -ENOMEM;
	mmap_write_lock(mm);
	addr = get_unmapped_area(0, VDSO_PAGES * PAGE_SIZE, 0);
	if (IS_ERR_VALUE(addr)) {
		err = (int)(long)addr;
		goto out;
	}
	vma->vm_start = addr;
	vma->vm_end = addr + VDSO_PAGES * PAGE_SIZE;
	/* Without VM_MAYWRITE: never a copy-on-write mapping. */
	vma->vm_flags = VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYEXEC |
			VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP;
	vma->vm_ops = &vdso_vm_ops;
	vma_set_page_prot(vma);
	err = insert_vm_struct(mm, vma);
	if (!err) {
		mm->total_vm += VDSO_PAGES;
		mm->vdso = (void *)addr;
	}
out:
	mmap_write_unlock(mm);
	if (err)
		vm_area_free(vma);
	return err;
}
