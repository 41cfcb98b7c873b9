/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/lstore.c - /dev/lstore: a context for each open(2).
 *
 *	open		a context of 256 KiB of zeros, saved
 *	read, write	its bytes, in both states
 *	mmap		offset 0: the bytes; offset 256 KiB: the control window
 *	LSTORE_LOAD	put it into the hardware, in place of the one there
 *	LSTORE_SAVE	take it out
 *
 * A context lives as long as its file, and so as long as any area that maps it:
 * close(2) does not end it while there is one.
 *
 * In Linux: arch/powerpc/platforms/cell/spufs/file.c.
 */

#include "drivers/misc/lstore.h"
#include "drivers/misc/ivshmem.h"
#include "drivers/misc/misc.h"
#include "fs/bounce.h"
#include "fs/devtmpfs.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "mm/pagemap.h"
#include "mm/slab.h"

struct lstore lstore0;

/* All opens have one inode, but each context has areas of its own. */
static int lstore_open(struct inode *inode, struct file *file)
{
	struct lstore_context *context = kzalloc(sizeof(*context), GFP_USER);

	if (!context)
		return -ENOMEM;
	context->frames = lstore_alloc_frames();
	if (!context->frames) {
		kfree(context);
		return -ENOMEM;
	}
	context->state = LSTORE_SAVED;
	mutex_init(&context->lock);
	init_waitqueue_head(&context->wait);
	address_space_init_once(&context->mapping);
	context->mapping.host = inode;
	file->f_mapping = &context->mapping;
	file->private_data = context;
	return 0;
}

static int lstore_release(struct inode *inode, struct file *file)
{
	struct lstore_context *context = file->private_data;

	lstore_forget(context);
	lstore_free_frames(context->frames);
	kfree(context);
	return 0;
}

static loff_t lstore_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, LSTORE_SIZE);
}

static void lstore_copy_out(void *context, u64 pos, void *buf, size_t len)
{
	lstore_copy(context, pos, buf, len, LSTORE_READ);
}

static void lstore_copy_in(void *context, u64 pos, void *buf, size_t len)
{
	lstore_copy(context, pos, buf, len, LSTORE_WRITE);
}

static ssize_t lstore_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	if (*pos >= LSTORE_SIZE)
		return 0;
	count = min_t(u64, count, LSTORE_SIZE - *pos);
	return read_bounced(lstore_copy_out, file->private_data, buf, count,
			    pos);
}

static ssize_t lstore_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	if (!count)
		return 0;
	if (*pos >= LSTORE_SIZE)
		return -ENOSPC;
	count = min_t(u64, count, LSTORE_SIZE - *pos);
	return write_bounced(lstore_copy_in, file->private_data, buf, count,
			     pos);
}

static long lstore_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct lstore_context *context = file->private_data;

	switch (cmd) {
	case LSTORE_LOAD:
		return lstore_load(context);
	case LSTORE_SAVE:
		return lstore_save(context);
	case LSTORE_GET_STATE:
		return READ_ONCE(context->state);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations lstore_fops = {
	.open = lstore_open,
	.release = lstore_release,
	.llseek = lstore_llseek,
	.read = lstore_read,
	.write = lstore_write,
	.mmap = lstore_mmap,
	.unlocked_ioctl = lstore_ioctl,
};

void lstore_init(void)
{
	const struct ivshmem *device = ivshmem_device();

	if (!device || device->len < LSTORE_OBJECT_SIZE)
		return;
	mutex_init(&lstore0.lock);
	lstore0.start = device->start;
	lstore0.memory = device->memory;
	if (register_chrdev_node("lstore", MKDEV(MISC_MAJOR, LSTORE_MINOR),
				 0660, &lstore_fops))
		pr_err("lstore: no memory for the driver\n");
}
