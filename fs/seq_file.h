/* SPDX-License-Identifier: MIT */
/*
 * fs/seq_file.h - files whose text is made when it is read.
 *
 * An iterator yields records; show() prints one into a buffer that grows until
 * the record fits.  A read never returns a part of a record that the next read
 * would print differently.
 *
 * In Linux: include/linux/seq_file.h.
 */
#ifndef KILBURN_FS_SEQ_FILE_H
#define KILBURN_FS_SEQ_FILE_H

#include "fs/fs.h"
#include "kernel/compiler.h"
#include "kernel/lib/types.h"
#include "kernel/mutex.h"

struct seq_operations;

struct seq_file {
	char *buf;
	size_t size;  /* of buf, bytes */
	size_t from;  /* first byte of buf not yet read */
	size_t count; /* bytes in buf; == size means it overflowed */
	size_t pad_until;
	loff_t index; /* of the next record */
	loff_t read_pos;
	struct mutex lock;
	const struct seq_operations *op;
	struct file *file;
	void *private;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP        1
#define SEQ_START_TOKEN ((void *)1)

int seq_open(struct file *file, const struct seq_operations *op);
ssize_t seq_read(struct file *file, char __user *buf, size_t size,
		 loff_t *ppos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);

int single_open(struct file *file, int (*show)(struct seq_file *, void *),
		void *data);
int single_release(struct inode *inode, struct file *file);

void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
int seq_write(struct seq_file *m, const void *data, size_t len);

/* seq_setwidth(m, n) ... seq_pad(m, c): fill what was printed up to n. */
static inline void seq_setwidth(struct seq_file *m, size_t size)
{
	m->pad_until = m->count + size;
}
void seq_pad(struct seq_file *m, char c);

/* A path with the characters of @esc as octal escapes. */
int seq_path(struct seq_file *m, const struct dentry *dentry, const char *esc);
int seq_file_path(struct seq_file *m, struct file *file, const char *esc);
void seq_escape(struct seq_file *m, const char *s, const char *esc);

static inline bool seq_has_overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

#endif /* KILBURN_FS_SEQ_FILE_H */
