/* SPDX-License-Identifier: MIT */
/*
 * fs/readdir.h - listing a directory.
 *
 * In Linux: include/linux/fs.h, libfs.c.
 */
#ifndef KILBURN_FS_READDIR_H
#define KILBURN_FS_READDIR_H

#include "fs/fs.h"
#include "kernel/lib/types.h"

/* Where a listing goes; ->iterate() calls dir_emit() for each entry. */
struct dir_context {
	/** @actor: false means that there is no room for more. */
	bool (*actor)(struct dir_context *ctx, const char *name, int len,
		      loff_t pos, ino_t ino, unsigned int type);
	loff_t pos; /* of the entry that is emitted next */
};

static inline bool dir_emit(struct dir_context *ctx, const char *name, int len,
			    ino_t ino, unsigned int type)
{
	return ctx->actor(ctx, name, len, ctx->pos, ino, type);
}

/* The d_type of a directory entry: DT_DIR is 4, and so on. */
static inline unsigned int fs_umode_to_dtype(umode_t mode)
{
	return mode >> 12 & 15;
}

bool dir_emit_dots(struct file *file, struct dir_context *ctx);

/* For directories that are their pinned dentries (see fs/dcache.h). */
int dcache_readdir(struct file *file, struct dir_context *ctx);
loff_t dcache_dir_lseek(struct file *file, loff_t offset, int whence);
ssize_t generic_read_dir(struct file *file, char __user *buf, size_t count,
			 loff_t *pos);

#endif /* KILBURN_FS_READDIR_H */
