/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/mem.c - /proc/PID/mem: the memory of a process as a file.
 *
 * The offset is the address.  Who may open it is a debugger: it reads and
 * writes where the process itself may not (FOLL_FORCE), under the rules of
 * mm/gup.c.  The address space is the one that the process had at the open; an
 * exec() later does not hand over the new one.
 *
 * In Linux: fs/proc/base.c:mem_rw().
 */
#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/proc/internal.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "mm/gup.h"
#include "mm/page_alloc.h"

static int mem_open(struct inode *inode, struct file *file)
{
	struct mm_struct *mm = proc_mem_open(inode);

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	file->private_data = mm; /* NULL: a kernel thread's is empty */
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
	return 0;
}

static int mem_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		mmdrop(file->private_data);
	return 0;
}

loff_t mem_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	file->f_pos = offset;
	return offset;
}

/* Where the file is empty: @mm has no users any more. */
static bool mem_begin(struct mm_struct *mm, void **page, ssize_t *answer)
{
	*answer = 0;
	if (!mm)
		return false;
	*page = (void *)__get_free_page(GFP_KERNEL);
	if (!*page) {
		*answer = -ENOMEM;
		return false;
	}
	if (mmget_not_zero(mm))
		return true;
	free_page((unsigned long)*page);
	return false;
}

static void mem_end(struct mm_struct *mm, void *page)
{
	mmput(mm);
	free_page((unsigned long)page);
}

static ssize_t mem_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	struct mm_struct *mm = file->private_data;
	ssize_t done;
	void *page;

	if (!mem_begin(mm, &page, &done))
		return done;
	while (count) {
		int len = access_remote_vm(mm, *pos, page,
					   min_t(size_t, count, PAGE_SIZE),
					   FOLL_FORCE);

		if (!len) {
			done = done ? done : -EIO;
			break;
		}
		if (copy_to_user(buf + done, page, len)) {
			done = -EFAULT;
			break;
		}
		done += len;
		*pos += len;
		count -= len;
	}
	mem_end(mm, page);
	return done;
}

static ssize_t mem_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct mm_struct *mm = file->private_data;
	ssize_t done;
	void *page;

	if (!mem_begin(mm, &page, &done))
		return done;
	while (count) {
		int len = min_t(size_t, count, PAGE_SIZE);

		if (copy_from_user(page, buf + done, len)) {
			done = -EFAULT;
			break;
		}
		len = access_remote_vm(mm, *pos, page, len,
				       FOLL_FORCE | FOLL_WRITE);
		if (!len) {
			done = done ? done : -EIO;
			break;
		}
		done += len;
		*pos += len;
		count -= len;
	}
	mem_end(mm, page);
	return done;
}

const struct file_operations proc_pid_mem_operations = {
	.llseek = mem_lseek,
	.read = mem_read,
	.write = mem_write,
	.open = mem_open,
	.release = mem_release,
};
