/* SPDX-License-Identifier: MIT */
/*
 * fs/file_table.c - the life of an open file.
 *
 * A file counts its users: descriptors, areas that map it, system calls that
 * are busy with it.  The last fput() closes it, in the caller's context.
 *
 * In Linux: fs/file_table.c.
 */
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "kernel/bug.h"
#include "kernel/lib/err.h"
#include "mm/slab.h"

static struct kmem_cache *filp_cachep;

static fmode_t mode_of_flags(int flags)
{
	static const fmode_t modes[4] = {
		FMODE_READ,
		FMODE_WRITE,
		FMODE_READ | FMODE_WRITE,
		0,
	};

	return modes[flags & O_ACCMODE];
}

/* A file without an object; NULL: no memory. */
struct file *alloc_empty_file(int flags)
{
	struct file *file = kmem_cache_zalloc(filp_cachep, GFP_KERNEL);

	if (!file)
		return NULL;
	atomic_long_set(&file->f_count, 1);
	mutex_init(&file->f_pos_lock);
	file->f_flags = flags;
	file->f_mode = mode_of_flags(flags) | FMODE_PREAD | FMODE_PWRITE;
	return file;
}

void file_set_fops(struct file *file, const struct file_operations *fop)
{
	file->f_op = fop;
	if (fop->llseek)
		file->f_mode |= FMODE_LSEEK;
	else
		file->f_mode &= ~FMODE_LSEEK;
}

/* A file without a name: the reference on @inode goes over on success. */
struct file *alloc_file(struct inode *inode, int flags,
			const struct file_operations *fop)
{
	struct file *file = alloc_empty_file(flags);

	if (!file)
		return ERR_PTR(-ENOMEM);
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	file_set_fops(file, fop);
	if (S_ISREG(inode->i_mode))
		file->f_mode |= FMODE_ATOMIC_POS;
	return file;
}

/* The same with a name for /proc: "/@name (deleted)". */
struct file *alloc_file_pseudo(struct inode *inode, const char *name, int flags,
			       const struct file_operations *fop)
{
	struct dentry *dentry = d_alloc_pseudo(inode->i_sb, name);
	struct file *file;

	if (!dentry)
		return ERR_PTR(-ENOMEM);
	file = alloc_file(inode, flags, fop);
	if (IS_ERR(file)) {
		dput(dentry);
		return file;
	}
	d_instantiate(dentry, inode);
	file->f_dentry = dentry;
	return file;
}

/* Drop a file that was never opened: no ->release(). */
void file_free(struct file *file)
{
	if (file->f_dentry)
		dput(file->f_dentry);
	else
		iput(file->f_inode);
	kmem_cache_free(filp_cachep, file);
}

static void file_close(struct file *file)
{
	if (file->f_op && file->f_op->release)
		file->f_op->release(file->f_inode, file);
	if (file->f_mode & FMODE_WRITER)
		put_write_access(file->f_inode);
	file_free(file);
}

void fput(struct file *file)
{
	if (atomic_long_dec_and_test(&file->f_count))
		file_close(file);
}

void file_table_init(void)
{
	filp_cachep = KMEM_CACHE(file, SLAB_PANIC);
}
