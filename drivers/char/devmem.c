/* SPDX-License-Identifier: MIT */
/*
 * drivers/char/devmem.c - /dev/mem: physical memory as a file.
 *
 * The offset in the file is the physical address.  It is how a program without
 * a driver reaches a device or looks at firmware's tables, and it is the one
 * lawful private mapping of raw frames with a user: programs that map the BIOS
 * area and edit their copy of it (user/biosedit.c).
 *
 *	address			read(2)		write(2)	mmap(2)
 *	RAM below 1 MiB		zeros		discarded	allowed
 *	other RAM		EPERM		EPERM		EPERM
 *	the kernel's registers	EPERM		EPERM		EPERM
 *	not RAM			as it is	stores		allowed
 *	beyond the end of RAM	EFAULT		EFAULT		allowed
 *
 * The kernel's registers are those of the interrupt controllers and of PCI's
 * configuration space (IORESOURCE_BUSY in /proc/iomem): one store there, and no
 * timer interrupt ever comes again.
 *
 * The boot option iomem=relaxed gives all of it to root, for labs.  (On Linux it
 * opens devices that a driver has claimed, and RAM stays closed if the kernel
 * was built with CONFIG_STRICT_DEVMEM.)
 *
 * In Linux: drivers/char/mem.c; arch/x86/mm/init.c:devmem_is_allowed().
 */

#include <asm/boot_info.h>
#include <asm/memtype.h>
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "drivers/char/mem.h"
#include "fs/devtmpfs.h"
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "fs/inode.h"
#include "kernel/ioport.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "mm/gup.h"
#include "mm/memblock.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define MEM_MAJOR 1
#define MEM_MINOR 1

#define LOW_END 0x100000ull /* firmware's 1 MiB */

static bool relaxed; /* iomem=relaxed */

/* ---- read, write -------------------------------------------------------- */

enum page_access { PAGE_DENIED, PAGE_ALLOWED, PAGE_AS_ZEROS };

static enum page_access devmem_is_allowed(phys_addr_t phys)
{
	phys &= PAGE_MASK;
	if (relaxed || !iomem_is_exclusive(phys, PAGE_SIZE))
		return PAGE_ALLOWED;
	return phys < LOW_END ? PAGE_AS_ZEROS : PAGE_DENIED;
}

/* Can these bytes be read and written, rather than only mapped? */
static bool valid_phys_addr_range(phys_addr_t phys, size_t count)
{
	return phys + count <= memblock_end_of_DRAM();
}

enum direction { FROM_DEVICE, TO_DEVICE };

/* Copy between @buf and physical memory, within one page.  0 or -EFAULT. */
static int copy_phys(phys_addr_t phys, void *buf, size_t len,
		     enum direction direction)
{
	unsigned long offset = offset_in_page(phys);
	void __iomem *device = NULL;
	u8 *at;

	if (pfn_valid(PHYS_PFN(phys))) {
		at = phys_to_virt(phys);
	} else {
		device = ioremap_cache(phys & PAGE_MASK, PAGE_SIZE);
		if (!device)
			return -EFAULT;
		at = (u8 *)device + offset;
	}
	if (direction == TO_DEVICE)
		memcpy(at, buf, len);
	else
		memcpy(buf, at, len);
	iounmap(device);
	return 0;
}

static int read_chunk(phys_addr_t phys, char __user *buf, void *bounce,
		      size_t len)
{
	switch (devmem_is_allowed(phys)) {
	case PAGE_DENIED:
		return -EPERM;
	case PAGE_AS_ZEROS:
		return clear_user(buf, len) ? -EFAULT : 0;
	default:
		if (copy_phys(phys, bounce, len, FROM_DEVICE))
			return -EFAULT;
		return copy_to_user(buf, bounce, len) ? -EFAULT : 0;
	}
}

static int write_chunk(phys_addr_t phys, const char __user *buf, void *bounce,
		       size_t len)
{
	switch (devmem_is_allowed(phys)) {
	case PAGE_DENIED:
		return -EPERM;
	case PAGE_AS_ZEROS:
		return 0; /* nothing is stored */
	default:
		if (copy_from_user(bounce, buf, len))
			return -EFAULT;
		return copy_phys(phys, bounce, len, TO_DEVICE);
	}
}

static size_t size_inside_page(phys_addr_t phys, size_t count)
{
	return min_t(size_t, PAGE_SIZE - offset_in_page(phys), count);
}

/* An error in the middle is the answer, however much has been read. */
static ssize_t read_mem(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	phys_addr_t phys = *pos;
	size_t done = 0;
	void *bounce;
	int err = 0;

	if (!valid_phys_addr_range(phys, count) || phys + count < phys)
		return -EFAULT;
	bounce = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!bounce)
		return -ENOMEM;
	while (done < count && !err) {
		size_t len = size_inside_page(phys + done, count - done);

		err = read_chunk(phys + done, buf + done, bounce, len);
		done += len;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	kfree(bounce);
	if (err)
		return err;
	*pos += done;
	return done;
}

/* A fault in the middle ends a write; a page that is denied refuses it. */
static ssize_t write_mem(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	phys_addr_t phys = *pos;
	size_t done = 0;
	void *bounce;
	int err = 0;

	if (!valid_phys_addr_range(phys, count) || phys + count < phys)
		return -EFAULT;
	bounce = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!bounce)
		return -ENOMEM;
	while (done < count) {
		size_t len = size_inside_page(phys + done, count - done);

		err = write_chunk(phys + done, buf + done, bounce, len);
		if (err)
			break;
		done += len;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	kfree(bounce);
	if (err == -EPERM || (err && !done))
		return err;
	*pos += done;
	return done;
}

/* Positions are addresses: all but the last 4095, which would read as errors. */
static loff_t memory_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	if ((u64)offset >= (u64)-MAX_ERRNO)
		return -EOVERFLOW;
	file->f_pos = offset;
	return offset;
}

/* ---- mmap --------------------------------------------------------------- */

static const struct vm_operations_struct mmap_mem_ops = {
	.access = generic_access_phys,
};

/* Does the CPU have the address lines for all of these frames? */
static bool valid_mmap_phys_addr_range(unsigned long pfn, size_t size)
{
	phys_addr_t last = PFN_PHYS(pfn) + size - 1;

	return !(last >> boot_cpu.phys_bits);
}

/* Nothing claimed above 1 MiB; RAM below may be mapped, although it reads 0. */
static bool range_is_allowed(unsigned long pfn, size_t size)
{
	phys_addr_t start = max(PFN_PHYS(pfn), (phys_addr_t)LOW_END);
	phys_addr_t end = PFN_PHYS(pfn) + size;

	return relaxed || start >= end ||
	       !iomem_is_exclusive(start, end - start);
}

/* The order of the checks is Linux's: a program can see it. */
static int mmap_mem(struct file *file, struct vm_area_struct *vma)
{
	size_t size = vma->vm_end - vma->vm_start;
	phys_addr_t start = PFN_PHYS(vma->vm_pgoff);

	if (PHYS_PFN(start) != vma->vm_pgoff)
		return -EINVAL;
	if (start + size - 1 < start)
		return -EINVAL;
	if (!valid_mmap_phys_addr_range(vma->vm_pgoff, size))
		return -EINVAL;
	if (!range_is_allowed(vma->vm_pgoff, size))
		return -EPERM;
	if (file->f_flags & O_DSYNC) /* a part of O_SYNC */
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_ops = &mmap_mem_ops;
	if (remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, size,
			    vma->vm_page_prot))
		return -EAGAIN;
	return 0;
}

/* ------------------------------------------------------------------------- */

static int open_mem(struct inode *inode, struct file *file)
{
	if (!capable_root())
		return -EPERM;
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
	return 0;
}

static const struct file_operations mem_fops = {
	.llseek = memory_lseek,
	.read = read_mem,
	.write = write_mem,
	.mmap = mmap_mem,
	.open = open_mem,
};

void devmem_init(void)
{
	char value[16];

	relaxed = cmdline_find("iomem", value, sizeof(value)) > 0 &&
		  !strcmp(value, "relaxed");
	if (register_chrdev_node("mem", MKDEV(MEM_MAJOR, MEM_MINOR), 0600,
				 &mem_fops))
		pr_err("/dev/mem: cannot be registered\n");
}
