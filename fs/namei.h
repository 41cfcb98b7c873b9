/* SPDX-License-Identifier: MIT */
/*
 * fs/namei.h - from a path to the object it names.
 *
 * In Linux: include/linux/namei.h, fs/internal.h.
 */
#ifndef KILBURN_FS_NAMEI_H
#define KILBURN_FS_NAMEI_H

#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "kernel/lib/types.h"

#define LOOKUP_FOLLOW    0x0001u /* follow a link at the end */
#define LOOKUP_DIRECTORY 0x0002u /* must be a directory */
#define LOOKUP_EMPTY     0x4000u /* "" is the starting point itself */

#define MAY_EXEC   0x1
#define MAY_WRITE  0x2
#define MAY_READ   0x4
#define MAY_APPEND 0x8

#define MAXSYMLINKS 40

/* A path copied from user space or from a kernel string. */
struct filename {
	char *name;
};

struct open_flags {
	int open_flag;
	umode_t mode;
	int acc_mode;              /* MAY_* */
	unsigned int lookup_flags; /* LOOKUP_* */
};

/**
 * getname() - copy a path from user space.
 * @name: user address
 *
 * Context: may sleep.  Free the answer with putname().
 * Return: the copy, or ERR_PTR: -EFAULT, -ENAMETOOLONG, -ENOENT if empty.
 */
struct filename *getname(const char __user *name);
struct filename *getname_flags(const char __user *name, unsigned int lookup);
struct filename *getname_kernel(const char *name);
void putname(struct filename *name);

/**
 * user_path_at() - look up the path of a system call.
 * @dfd: directory it is relative to, or AT_FDCWD
 * @name: user address of the path
 * @flags: LOOKUP_*
 * @path: receives the object, with a reference; release with path_put()
 *
 * Context: may sleep.
 * Return: 0 or -errno as path_resolution(7) has them.
 */
int user_path_at(int dfd, const char __user *name, unsigned int flags,
		 struct path *path);

/* LOOKUP_*, for the AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH of a system call. */
static inline unsigned int at_lookup_flags(int flags)
{
	return (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
	       (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
}

int filename_lookup(int dfd, struct filename *name, unsigned int flags,
		    struct path *path);
int kern_path(const char *name, unsigned int flags, struct path *path);

/**
 * filename_create() - find where a new name would go.
 * @dfd: directory @name is relative to, or AT_FDCWD
 * @name: the path
 * @is_dir: whether a trailing slash is all right
 * @parent: receives the directory, with a reference and its i_rwsem held for
 *          write; done_path_create() undoes both
 *
 * Return: a dentry that is not hashed yet, or ERR_PTR.
 */
struct dentry *filename_create(int dfd, struct filename *name, bool is_dir,
			       struct path *parent);
void done_path_create(struct path *parent, struct dentry *dentry);

struct file *do_filp_open(int dfd, struct filename *name,
			  const struct open_flags *op);

int inode_permission(struct inode *inode, int mask);
int generic_permission(struct inode *inode, int mask, uid_t uid, gid_t gid);
bool inode_owner_or_capable(const struct inode *inode);

/* Kernel callers that make names: initramfs, devtmpfs. */
int vfs_create(struct dentry *parent, struct dentry *dentry, umode_t mode);
int vfs_mkdir(struct dentry *parent, struct dentry *dentry, umode_t mode);
int vfs_mknod(struct dentry *parent, struct dentry *dentry, umode_t mode,
	      dev_t dev);
int vfs_symlink(struct dentry *parent, struct dentry *dentry,
		const char *target);
int vfs_link(struct dentry *old, struct dentry *parent, struct dentry *dentry);

static inline void path_get(const struct path *path)
{
	dget(path->dentry);
}

static inline void path_put(const struct path *path)
{
	dput(path->dentry);
}

#endif /* KILBURN_FS_NAMEI_H */
