/* SPDX-License-Identifier: MIT */
/*
 * fs/seq_file.c - files whose text is made when it is read.
 *
 * A read first hands out what is left of the last record, then prints records
 * until the buffer is full or the caller has enough.  A record that does not
 * fit in an empty buffer makes the buffer grow.
 *
 * In Linux: fs/seq_file.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

static char *seq_buf_alloc(size_t size)
{
	return size > 2 * PAGE_SIZE ? vmalloc(size) : kmalloc(size, GFP_KERNEL);
}

static void seq_buf_free(char *buf)
{
	if (is_vmalloc_addr(buf))
		vfree(buf);
	else
		kfree(buf);
}

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->op = op;
	m->file = file;
	file->private_data = m;
	return 0;
}

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	seq_buf_free(m->buf);
	kfree(m);
	return 0;
}

/* ---- reading ------------------------------------------------------------ */

/* Replace an overflowed buffer by one twice as large. */
static int seq_grow(struct seq_file *m)
{
	seq_buf_free(m->buf);
	m->count = 0;
	m->size *= 2;
	m->buf = seq_buf_alloc(m->size);
	if (!m->buf) {
		m->size = 0;
		return -ENOMEM;
	}
	return 0;
}

/* Print records from *@v on, at least @want bytes.  m->count > 0 if any. */
static void *seq_fill(struct seq_file *m, void *v, size_t want, int *err)
{
	while (v && !IS_ERR(v) && m->count < want) {
		size_t before = m->count;

		*err = m->op->show(m, v);
		if (*err < 0 || (seq_has_overflowed(m) && before)) {
			m->count = before; /* the next read prints it */
			break;
		}
		if (*err == SEQ_SKIP)
			m->count = before;
		*err = 0;
		if (seq_has_overflowed(m))
			break;
		v = m->op->next(m, v, &m->index);
	}
	return v;
}

/* Fill the empty buffer with the next records. */
static int seq_produce(struct seq_file *m, size_t want)
{
	int err = 0;
	void *v;

	m->from = m->count = 0;
	if (!m->buf) {
		m->size = PAGE_SIZE;
		m->buf = seq_buf_alloc(m->size);
		if (!m->buf)
			return -ENOMEM;
	}
	for (;;) {
		v = m->op->start(m, &m->index);
		if (IS_ERR(v))
			err = PTR_ERR(v);
		else
			v = seq_fill(m, v, min(want, m->size), &err);
		m->op->stop(m, v);
		if (!seq_has_overflowed(m))
			break;
		err = seq_grow(m);
		if (err)
			return err;
	}
	return m->count ? 0 : err;
}

/* Go to position @pos by printing everything before it. */
static int seq_traverse(struct seq_file *m, loff_t pos)
{
	loff_t at = 0;
	int err;

	m->index = 0;
	m->from = m->count = 0;
	while (at < pos) {
		err = seq_produce(m, 1);
		if (err)
			return err;
		if (!m->count)
			break;
		if (at + (loff_t)m->count > pos) {
			m->from = pos - at;
			break;
		}
		at += m->count;
		m->from = m->count;
	}
	m->read_pos = pos;
	return 0;
}

static ssize_t seq_read_locked(struct seq_file *m, char __user *buf,
			       size_t size, loff_t *ppos)
{
	size_t done = 0, n;
	int err = 0;

	if (*ppos == 0) { /* from the start again: print it anew */
		m->index = 0;
		m->from = m->count = 0;
		m->read_pos = 0;
	} else if (*ppos != m->read_pos) {
		err = seq_traverse(m, *ppos);
	}
	while (!err && done < size) {
		if (m->from == m->count) {
			err = seq_produce(m, size - done);
			if (err || !m->count)
				break;
		}
		n = min(m->count - m->from, size - done);
		n -= copy_to_user(buf + done, m->buf + m->from, n);
		if (!n) {
			err = -EFAULT;
			break;
		}
		m->from += n;
		done += n;
		if (m->from == m->count && done)
			break; /* whole records: enough for one read */
	}
	*ppos += done;
	m->read_pos = *ppos;
	return done ? (ssize_t)done : err;
}

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	ssize_t ret;

	if (!size)
		return 0;
	mutex_lock(&m->lock);
	ret = seq_read_locked(m, buf, size, ppos);
	mutex_unlock(&m->lock);
	return ret;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

/* ---- one record --------------------------------------------------------- */

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

int single_open(struct file *file, int (*show)(struct seq_file *, void *),
		void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL);
	int err;

	if (!op)
		return -ENOMEM;
	*op = (struct seq_operations){ single_start, single_stop, single_next,
				       show };
	err = seq_open(file, op);
	if (err)
		kfree(op);
	else
		((struct seq_file *)file->private_data)->private = data;
	return err;
}

int single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op =
		((struct seq_file *)file->private_data)->op;

	seq_release(inode, file);
	kfree(op);
	return 0;
}

/* ---- printing ----------------------------------------------------------- */

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (m->count + len >= m->size) {
		m->count = m->size; /* overflowed */
		return -1;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
	return 0;
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	size_t room = m->size - m->count;
	va_list args;
	int len;

	if (!room)
		return;
	va_start(args, fmt);
	len = vsnprintf(m->buf + m->count, room, fmt, args);
	va_end(args);
	m->count = (size_t)len < room ? m->count + len : m->size;
}

void seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !seq_has_overflowed(m))
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}

void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++) {
		if (strchr(esc, *s))
			seq_printf(m, "\\%03o", (u8)*s);
		else
			seq_putc(m, *s);
	}
}

/*
 * d_path() builds the path at the end of what is free of the buffer; from there
 * it moves to the front, with escapes, as long as they do not meet.
 */
int seq_path(struct seq_file *m, const struct dentry *dentry, const char *esc)
{
	char *out = m->buf + m->count;
	char *p = d_path(dentry, out, m->size - m->count);

	m->count = m->size; /* overflowed, if it ends early */
	if (IS_ERR(p))
		return PTR_ERR(p);
	while (*p) {
		char c = *p++;

		if (!strchr(esc, c)) {
			*out++ = c;
			continue;
		}
		if (p - out < 4)
			return -ENAMETOOLONG;
		*out++ = '\\';
		*out++ = '0' + ((u8)c >> 6);
		*out++ = '0' + ((u8)c >> 3 & 7);
		*out++ = '0' + ((u8)c & 7);
	}
	m->count = out - m->buf;
	return 0;
}

int seq_file_path(struct seq_file *m, struct file *file, const char *esc)
{
	return file->f_dentry ? seq_path(m, file->f_dentry, esc) : -ENOENT;
}
