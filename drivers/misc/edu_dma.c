/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/edu_dma.c - a device that reads and writes user pages.
 *
 * Theory
 *
 * The device knows physical addresses only, and takes its time: from the
 * command to the end of the transfer the page behind a user address must stay
 * the same page, whatever the program does meanwhile.  That is what a pin
 * promises (mm/gup.c); fork() copies a pinned page for the child at once, and
 * munmap() leaves it to the pin.  Memory that has no pages, or may change them
 * (VM_PFNMAP), cannot be pinned: -EFAULT.
 *
 * The device has 28 address lines.  A page above is reached through a page
 * below, which the CPU copies: the bounce buffer, Linux's swiotlb.
 *
 *	to the device		user page -> bounce page -> device
 *	from the device		device -> bounce page -> user page
 *
 * The bounce page is a part of the kernel's image, which is loaded low.
 *
 * Locking: edu->lock, which also protects the bounce page.
 *
 * Reading order: edu_dma(), transfer_page(), run().
 * In Linux: kernel/dma/swiotlb.c; Documentation/core-api/pin_user_pages.rst.
 */

#include "drivers/misc/edu.h"
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/gup.h"
#include "mm/mm.h"

#define MAX_PAGES 2 /* that EDU_BUFFER_SIZE bytes can touch */

static u8 bounce[PAGE_SIZE] __aligned(PAGE_SIZE);

static void write_address(const struct edu *edu, unsigned int reg, u64 value)
{
	writeq(value, edu->regs + reg);
}

static int wait_idle(struct edu *edu)
{
	return edu_wait_idle(edu, EDU_REG_DMA_CMD, EDU_DMA_RUN,
			     TASK_UNINTERRUPTIBLE);
}

/* One transfer at addresses that the device can reach.  0 or -EIO. */
static int run(struct edu *edu, phys_addr_t phys, u32 offset, u32 len,
	       u32 direction)
{
	u64 buffer = EDU_BUFFER_BUS + offset;
	u32 command = EDU_DMA_RUN | EDU_DMA_IRQ;
	int err;

	BUG_ON(phys + len - 1 > EDU_DMA_MASK || !len);
	BUG_ON(offset > EDU_BUFFER_SIZE || len > EDU_BUFFER_SIZE - offset);
	/* While one runs, started through a map, the registers are deaf. */
	err = wait_idle(edu);
	if (err)
		return err;
	if (direction == EDU_FROM_DEVICE) {
		command |= EDU_DMA_FROM_DEVICE;
		write_address(edu, EDU_REG_DMA_SRC, buffer);
		write_address(edu, EDU_REG_DMA_DST, phys);
	} else {
		write_address(edu, EDU_REG_DMA_SRC, phys);
		write_address(edu, EDU_REG_DMA_DST, buffer);
	}
	write_address(edu, EDU_REG_DMA_COUNT, len);
	edu_write(edu, EDU_REG_DMA_CMD, command);
	return wait_idle(edu);
}

/* @len bytes at @at of a pinned page. */
static int transfer_page(struct edu *edu, struct page *page, unsigned long at,
			 u32 offset, u32 len, u32 direction)
{
	phys_addr_t phys = page_to_phys(page) + at;
	u8 *user = (u8 *)page_address(page) + at;
	int err;

	if (phys + len - 1 <= EDU_DMA_MASK)
		return run(edu, phys, offset, len, direction);
	if (direction == EDU_TO_DEVICE)
		memcpy(bounce, user, len);
	err = run(edu, __pa_symbol(bounce), offset, len, direction);
	if (!err && direction == EDU_FROM_DEVICE)
		memcpy(user, bounce, len);
	return err;
}

/* Pin all of the pages or none.  Return: 0 or -errno. */
static int pin_all(unsigned long start, unsigned long nr, u32 direction,
		   struct page **pages)
{
	unsigned int flags = direction == EDU_FROM_DEVICE ? FOLL_WRITE : 0;
	long pinned = pin_user_pages_unlocked(start, nr, flags, pages);

	if (pinned == (long)nr)
		return 0;
	if (pinned < 0)
		return pinned;
	unpin_user_pages(pages, pinned, false);
	return -EFAULT;
}

int edu_dma(struct edu *edu, const struct edu_dma *dma)
{
	unsigned long start = dma->addr & PAGE_MASK, nr, done = 0;
	struct page *pages[MAX_PAGES];
	int err;

	lockdep_assert_held(&edu->lock);
	/* Subtract: sums of user values wrap. */
	if (dma->direction > EDU_FROM_DEVICE || dma->offset > EDU_BUFFER_SIZE ||
	    dma->len > EDU_BUFFER_SIZE - dma->offset)
		return -EINVAL;
	if (dma->addr > TASK_SIZE_MAX - dma->len)
		return -EFAULT;
	if (!dma->len)
		return 0;
	nr = DIV_ROUND_UP(dma->addr - start + dma->len, PAGE_SIZE);
	err = pin_all(start, nr, dma->direction, pages);
	if (err)
		return err;
	for (unsigned long i = 0; i < nr && !err; i++) {
		unsigned long at = offset_in_page(dma->addr + done);
		u32 len = min_t(u64, dma->len - done, PAGE_SIZE - at);

		err = transfer_page(edu, pages[i], at, dma->offset + done, len,
				    dma->direction);
		done += len;
	}
	unpin_user_pages(pages, nr, dma->direction == EDU_FROM_DEVICE);
	return err;
}
