/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/trace.c - /proc/kilburn/trace: the memory events, oldest first.
 *
 * Reading prints what the rings have; 1 written begins to record, 0 ends.
 *
 * In Linux: kernel/trace/trace.c, /sys/kernel/tracing/trace.
 */

#include <asm/uaccess.h>
#include "fs/internal.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/errno.h"
#include "mm/slab.h"
#include "mm/trace.h"

/* Where one reader is. */
struct trace_reader {
	struct mm_trace_cursor cursor;
	struct mm_trace_record record; /* number pos */
	loff_t pos;
	bool valid;
};

static void *trace_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct trace_reader *reader = m->private;

	reader->pos = ++*pos;
	reader->valid = mm_trace_next(&reader->cursor, &reader->record);
	return reader->valid ? reader : NULL;
}

static void *trace_start(struct seq_file *m, loff_t *pos)
{
	struct trace_reader *reader = m->private;
	loff_t at = 0;

	if (*pos && *pos == reader->pos)
		return reader->valid ? reader : NULL;
	mm_trace_rewind(&reader->cursor);
	reader->pos = 0;
	reader->valid = mm_trace_next(&reader->cursor, &reader->record);
	while (reader->valid && at < *pos)
		trace_next(m, reader, &at);
	return reader->valid ? reader : NULL;
}

static void trace_stop(struct seq_file *m, void *v)
{
}

static int trace_show(struct seq_file *m, void *v)
{
	struct trace_reader *reader = v;
	char line[MM_TRACE_LINE];

	mm_trace_format(line, &reader->record);
	seq_printf(m, "%s\n", line);
	return 0;
}

static const struct seq_operations trace_seq_operations = {
	.start = trace_start,
	.next = trace_next,
	.stop = trace_stop,
	.show = trace_show,
};

static int trace_open(struct inode *inode, struct file *file)
{
	struct trace_reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	int err;

	if (!reader)
		return -ENOMEM;
	err = seq_open(file, &trace_seq_operations);
	if (err) {
		kfree(reader);
		return err;
	}
	((struct seq_file *)file->private_data)->private = reader;
	return 0;
}

static int trace_release(struct inode *inode, struct file *file)
{
	kfree(((struct seq_file *)file->private_data)->private);
	return seq_release(inode, file);
}

static ssize_t trace_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *pos)
{
	char digit;
	int err;

	if (!count || count > 2)
		return -EINVAL;
	if (copy_from_user(&digit, ubuf, 1))
		return -EFAULT;
	if (digit != '0' && digit != '1')
		return -EINVAL;
	err = mm_trace_set(digit == '1');
	return err ? err : (ssize_t)count;
}

static const struct file_operations trace_operations = {
	.open = trace_open,
	.read = seq_read,
	.write = trace_write,
	.llseek = seq_lseek,
	.release = trace_release,
};

void proc_trace_init(struct proc_dir_entry *dir)
{
	proc_create_data("trace", 0600, dir, &trace_operations, NULL);
}
