/* SPDX-License-Identifier: MIT */
/*
 * fs/readdir.c - listing a directory.
 *
 * A position in a listing is the d_cookie of the next entry, not its number,
 * so that entries removed between two calls do not make others vanish from
 * the listing.
 *
 * In Linux: fs/readdir.c, libfs.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/readdir.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"

/* ---- directories that are their dentries -------------------------------- */

bool dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	struct dentry *dentry = file->f_dentry;

	if (ctx->pos == 0) {
		if (!dir_emit(ctx, ".", 1, dentry->d_inode->i_ino, 4))
			return false;
		ctx->pos = 1;
	}
	if (ctx->pos == 1) {
		if (!dir_emit(ctx, "..", 2, dentry->d_parent->d_inode->i_ino,
			      4))
			return false;
		ctx->pos = 2;
	}
	return true;
}

int dcache_readdir(struct file *file, struct dir_context *ctx)
{
	struct dentry *dir = file->f_dentry, *child;

	if (!dir_emit_dots(file, ctx))
		return 0;
	list_for_each_entry (child, &dir->d_children, d_child) {
		if (child->d_cookie < (u64)ctx->pos)
			continue;
		ctx->pos = child->d_cookie;
		if (!dir_emit(ctx, child->d_name.name, child->d_name.len,
			      child->d_inode->i_ino,
			      fs_umode_to_dtype(child->d_inode->i_mode)))
			return 0;
		ctx->pos = child->d_cookie + 1;
	}
	return 0;
}

loff_t dcache_dir_lseek(struct file *file, loff_t offset, int whence)
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

ssize_t generic_read_dir(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	return -EISDIR;
}

/* ---- getdents ----------------------------------------------------------- */

struct linux_dirent64 {
	u64 d_ino;
	s64 d_off;
	u16 d_reclen;
	u8 d_type;
	char d_name[];
};

struct linux_dirent {
	u64 d_ino;
	u64 d_off;
	u16 d_reclen;
	char d_name[]; /* the type follows the name, in the last byte */
};

struct getdents_callback {
	struct dir_context ctx;
	char __user *buf;
	size_t count;      /* bytes left in buf */
	char __user *prev; /* the entry before, whose d_off is not yet known */
	int error;
};

static struct getdents_callback *callback_of(struct dir_context *ctx)
{
	return container_of(ctx, struct getdents_callback, ctx);
}

/* Both formats have d_off at the same place. */
static int set_prev_offset(struct getdents_callback *cb, loff_t pos)
{
	struct linux_dirent64 __user *prev = (void __user *)cb->prev;

	return prev ? put_user(pos, &prev->d_off) : 0;
}

static bool reserve_entry(struct getdents_callback *cb, int reclen, loff_t pos)
{
	cb->error = -EINVAL; /* if it is the first that does not fit */
	if ((size_t)reclen > cb->count)
		return false;
	if (cb->prev && signal_pending(current)) {
		cb->error = -EINTR;
		return false;
	}
	cb->error = -EFAULT;
	return set_prev_offset(cb, pos) == 0;
}

static void commit_entry(struct getdents_callback *cb, int reclen)
{
	cb->prev = cb->buf;
	cb->buf += reclen;
	cb->count -= reclen;
	cb->error = 0;
}

static bool filldir64(struct dir_context *ctx, const char *name, int len,
		      loff_t pos, ino_t ino, unsigned int type)
{
	struct getdents_callback *cb = callback_of(ctx);
	int reclen =
		ALIGN(offsetof(struct linux_dirent64, d_name) + len + 1, 8);
	struct linux_dirent64 __user *d = (void __user *)cb->buf;

	if (!reserve_entry(cb, reclen, pos))
		return false;
	if (put_user((u64)ino, &d->d_ino) ||
	    put_user((u16)reclen, &d->d_reclen) ||
	    put_user((u8)type, &d->d_type) ||
	    copy_to_user(d->d_name, name, len) ||
	    put_user('\0', d->d_name + len))
		return false;
	commit_entry(cb, reclen);
	return true;
}

static bool filldir(struct dir_context *ctx, const char *name, int len,
		    loff_t pos, ino_t ino, unsigned int type)
{
	struct getdents_callback *cb = callback_of(ctx);
	int reclen = ALIGN(offsetof(struct linux_dirent, d_name) + len + 2, 8);
	struct linux_dirent __user *d = (void __user *)cb->buf;

	if (!reserve_entry(cb, reclen, pos))
		return false;
	if (put_user((u64)ino, &d->d_ino) ||
	    put_user((u16)reclen, &d->d_reclen) ||
	    copy_to_user(d->d_name, name, len) ||
	    put_user('\0', d->d_name + len) ||
	    put_user((char)type, (char __user *)d + reclen - 1))
		return false;
	commit_entry(cb, reclen);
	return true;
}

static int iterate_dir(struct file *file, struct getdents_callback *cb)
{
	struct inode *inode = file->f_inode;
	int err;

	if (!file->f_op->iterate)
		return -ENOTDIR;
	mutex_lock(&file->f_pos_lock);
	inode_lock_shared(inode);
	err = -ENOENT;
	if (inode->i_nlink) {
		cb->ctx.pos = file->f_pos;
		err = file->f_op->iterate(file, &cb->ctx);
		file->f_pos = cb->ctx.pos;
		file_accessed(file);
	}
	inode_unlock_shared(inode);
	mutex_unlock(&file->f_pos_lock);
	return err;
}

static long do_getdents(unsigned int fd, char __user *buf, unsigned int count,
			struct getdents_callback *cb)
{
	struct fd f = fdget(fd);
	long ret;

	if (!f.file)
		return -EBADF;
	cb->buf = buf;
	cb->count = count;
	ret = iterate_dir(f.file, cb);
	if (ret >= 0)
		ret = cb->error;
	if (cb->prev)
		ret = set_prev_offset(cb, cb->ctx.pos) ? -EFAULT
						       : cb->buf - buf;
	fdput(f);
	return ret;
}

SYSCALL_DEFINE3(getdents64, unsigned int, fd, char __user *, buf, unsigned int,
		count)
{
	struct getdents_callback cb = { .ctx.actor = filldir64 };

	return do_getdents(fd, buf, count, &cb);
}

SYSCALL_DEFINE3(getdents, unsigned int, fd, char __user *, buf, unsigned int,
		count)
{
	struct getdents_callback cb = { .ctx.actor = filldir };

	return do_getdents(fd, buf, count, &cb);
}
