/* SPDX-License-Identifier: MIT */
/*
 * drivers/char/mem.c - the memory devices: null, zero, full, random, kmsg.
 *
 * In Linux: drivers/char/mem.c, random.c, kernel/printk/printk.c.
 */
#include <asm/uaccess.h>
#include "drivers/char/mem.h"
#include "fs/devtmpfs.h"
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/random.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "mm/mm.h"
#include "mm/shmem.h"
#include "mm/slab.h"

#define MEM_MAJOR 1

/* ---- null, zero, full --------------------------------------------------- */

static ssize_t read_null(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	return 0;
}

static ssize_t write_null(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	return count;
}

static ssize_t writev_null(struct file *file, const struct iovec *iov,
			   unsigned long nr_segs, loff_t *pos)
{
	size_t total = 0;

	for (unsigned long i = 0; i < nr_segs; i++)
		total += iov[i].iov_len;
	return total;
}

static ssize_t read_zero(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	size_t done = 0;

	while (done < count) {
		size_t chunk = min_t(size_t, count - done, PAGE_SIZE);
		size_t left = clear_user(buf + done, chunk);

		done += chunk - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		if (signal_pending(current))
			return done;
		cond_resched();
	}
	return done;
}

static ssize_t write_full(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	return -ENOSPC;
}

static loff_t null_lseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos = 0;
}

/* A private map of zeros is anonymous memory; a shared one is shmem. */
static int mmap_zero(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return shmem_zero_setup(vma);
	vma->vm_ops = NULL;
	return 0;
}

static const struct file_operations null_fops = {
	.llseek = null_lseek,
	.read = read_null,
	.write = write_null,
	.writev = writev_null,
};

static const struct file_operations zero_fops = {
	.llseek = null_lseek,
	.read = read_zero,
	.write = write_null,
	.writev = writev_null,
	.mmap = mmap_zero,
};

static const struct file_operations full_fops = {
	.llseek = null_lseek,
	.read = read_zero,
	.write = write_full,
};

/* ---- random, urandom ---------------------------------------------------- */

static ssize_t random_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	return get_random_bytes_user(buf, count);
}

static ssize_t random_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	char block[64];
	size_t done = 0;

	while (done < count) {
		size_t chunk = min(count - done, sizeof(block));

		if (copy_from_user(block, buf + done, chunk))
			return done ? (ssize_t)done : -EFAULT;
		add_device_randomness(block, chunk);
		done += chunk;
		if (signal_pending(current))
			break;
	}
	return done;
}

static const struct file_operations random_fops = {
	.llseek = noop_llseek,
	.read = random_read,
	.write = random_write,
};

/* ---- kmsg --------------------------------------------------------------- */

#define KMSG_LINE_MAX 976 /* Linux's limit on one message, bytes */

/* The kernel's log as text, from the beginning on; does not wait for more. */
static ssize_t kmsg_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);
	u64 at = *pos;
	ssize_t n;

	if (!page)
		return -ENOMEM;
	n = log_read(&at, page, min_t(size_t, count, PAGE_SIZE));
	if (copy_to_user(buf, page, n))
		n = -EFAULT;
	else
		*pos = at;
	free_page((unsigned long)page);
	return n;
}

static ssize_t kmsg_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	char *line;
	size_t len = count;

	if (count > KMSG_LINE_MAX)
		return -EINVAL;
	line = kmalloc(count + 1, GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	if (copy_from_user(line, buf, count)) {
		kfree(line);
		return -EFAULT;
	}
	while (len && line[len - 1] == '\n')
		len--;
	line[len] = '\0';
	printk("%s\n", line);
	kfree(line);
	return count;
}

static const struct file_operations kmsg_fops = {
	.read = kmsg_read,
	.write = kmsg_write,
};

/* ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned int minor;
	umode_t mode;
	const struct file_operations *fops;
} devlist[] = {
	/* clang-format off */
	{ "null",     3, 0666, &null_fops },
	{ "zero",     5, 0666, &zero_fops },
	{ "full",     7, 0666, &full_fops },
	{ "random",   8, 0666, &random_fops },
	{ "urandom",  9, 0666, &random_fops },
	{ "kmsg",    11, 0644, &kmsg_fops },
	/* clang-format on */
};

void chr_dev_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(devlist); i++) {
		int err = register_chrdev_node(
			devlist[i].name, MKDEV(MEM_MAJOR, devlist[i].minor),
			devlist[i].mode, devlist[i].fops);

		if (err)
			panic("/dev/%s: error %d", devlist[i].name, err);
	}
}
