/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/ivshmem.c - /dev/ivshmem0: QEMU's inter-VM shared memory.
 *
 * Base address 2 of the device (PCI 1af4:1110) is memory, and that memory is a
 * file of the host: what a program stores through a shared mapping is in the
 * file, and what somebody writes into the file is seen by the next load.  So it
 * is the one device here whose inside can be looked at without asking this
 * kernel, and a private copy that leaked to the device could not hide.
 *
 * The plain device has no interrupts; its registers (base address 0) are of no
 * use then.
 *
 * Source: QEMU docs/specs/ivshmem-spec.
 * In Linux: no driver; uio_ivshmem outside of the tree, or resource2 in /sys.
 */

#include "drivers/misc/ivshmem.h"
#include "drivers/bus/pci.h"
#include "drivers/misc/misc.h"
#include "fs/bounce.h"
#include "fs/devtmpfs.h"
#include "fs/fs.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/gup.h"
#include "mm/mm.h"

#define IVSHMEM_VENDOR     0x1af4
#define IVSHMEM_DEVICE     0x1110
#define IVSHMEM_MEMORY_BAR 2

static struct ivshmem ivshmem0;

const struct ivshmem *ivshmem_device(void)
{
	return ivshmem0.memory ? &ivshmem0 : NULL;
}

static loff_t ivshmem_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, ivshmem0.len);
}

static void ivshmem_load(void *device, u64 pos, void *buf, size_t len)
{
	memcpy(buf, (const void *)(ivshmem0.memory + pos), len);
}

static void ivshmem_store(void *device, u64 pos, void *buf, size_t len)
{
	memcpy((void *)(ivshmem0.memory + pos), buf, len);
}

static ssize_t ivshmem_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	if ((u64)*pos >= ivshmem0.len)
		return 0;
	count = min_t(u64, count, ivshmem0.len - *pos);
	return read_bounced(ivshmem_load, NULL, buf, count, pos);
}

/* As to a block device: what does not fit is not written. */
static ssize_t ivshmem_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	if (!count)
		return 0;
	if ((u64)*pos >= ivshmem0.len)
		return -ENOSPC;
	count = min_t(u64, count, ivshmem0.len - *pos);
	return write_bounced(ivshmem_store, NULL, buf, count, pos);
}

static const struct vm_operations_struct ivshmem_vm_ops = {
	.access = generic_access_phys,
};

/* A private map is lawful: remap_pfn_range() covers the whole area. */
static int ivshmem_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_ops = &ivshmem_vm_ops;
	return vm_iomap_memory(vma, ivshmem0.start, ivshmem0.len);
}

static const struct file_operations ivshmem_fops = {
	.llseek = ivshmem_llseek,
	.read = ivshmem_read,
	.write = ivshmem_write,
	.mmap = ivshmem_mmap,
};

void ivshmem_init(void)
{
	struct pci_dev *dev = pci_get_device(IVSHMEM_VENDOR, IVSHMEM_DEVICE);
	const struct pci_bar *bar;

	if (!dev)
		return;
	bar = &dev->bar[IVSHMEM_MEMORY_BAR];
	if (bar->is_io || !bar->len || !PAGE_ALIGNED(bar->start | bar->len)) {
		pr_err("ivshmem: no memory that could be mapped\n");
		return;
	}
	pci_enable_device(dev);
	ivshmem0.start = bar->start;
	ivshmem0.len = bar->len;
	ivshmem0.memory = ioremap(bar->start, bar->len);
	if (!ivshmem0.memory ||
	    register_chrdev_node("ivshmem0", MKDEV(MISC_MAJOR, IVSHMEM_MINOR),
				 0660, &ivshmem_fops)) {
		pr_err("ivshmem: no memory for the driver\n");
		return;
	}
	pr_info("ivshmem0: %llu KiB at %#llx\n", ivshmem0.len >> 10,
		ivshmem0.start);
}
