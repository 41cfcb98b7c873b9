/* SPDX-License-Identifier: MIT */
/*
 * fs/open.c - open(2) and close(2).
 *
 * In Linux: fs/open.c, and the last third of fs/namei.c.
 */
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/syscalls.h"

/* Flags that open(2) knows; it ignores the others, as Linux does. */
#define VALID_OPEN_FLAGS                                                       \
	(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND |        \
	 O_NONBLOCK | O_SYNC | FASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | \
	 O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE)

#define O_PATH_FLAGS (O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC)

bool path_noexec(const struct file *file)
{
	return sb_noexec(file->f_inode->i_sb);
}

/* ---- the object is found ------------------------------------------------ */

/* May it be opened in this way? */
static int may_open(struct inode *inode, const struct open_flags *op)
{
	int acc_mode = op->acc_mode;
	int err;

	switch (inode->i_mode & S_IFMT) {
	case S_IFLNK:
		return -ELOOP;
	case S_IFDIR:
		if (acc_mode & MAY_WRITE)
			return -EISDIR;
		if (acc_mode & MAY_EXEC)
			return -EACCES;
		break;
	case S_IFCHR:
	case S_IFBLK:
		if (inode->i_sb->s_flags & MS_NODEV)
			return -EACCES;
		/* fallthrough */
	case S_IFIFO:
	case S_IFSOCK:
		if (acc_mode & MAY_EXEC)
			return -EACCES;
		break;
	case S_IFREG:
		if (acc_mode & MAY_EXEC && sb_noexec(inode->i_sb))
			return -EACCES;
		break;
	}
	err = inode_permission(inode, acc_mode);
	if (err)
		return err;
	if (op->open_flag & O_NOATIME && !inode_owner_or_capable(inode))
		return -EPERM;
	return 0;
}

/*
 * Make @file an opening of @dentry; takes its own reference.  On failure
 * file_free() is all that remains to do.
 */
int do_dentry_open(struct file *file, struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;
	int err;

	file->f_dentry = dget(dentry);
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	if (file->f_flags & O_PATH) {
		static const struct file_operations empty_fops;

		file->f_mode = FMODE_PATH;
		file->f_op = &empty_fops;
		return 0;
	}
	if (S_ISREG(inode->i_mode) && file->f_mode & FMODE_WRITE) {
		err = get_write_access(inode);
		if (err)
			return err;
		file->f_mode |= FMODE_WRITER;
	}
	if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode))
		file->f_mode |= FMODE_ATOMIC_POS;
	err = -ENXIO; /* a socket, a block device */
	if (!inode->i_fop)
		goto err_put_write;
	file_set_fops(file, inode->i_fop);
	if (file->f_op->open) {
		err = file->f_op->open(inode, file);
		if (err)
			goto err_put_write;
	}
	err = -EINVAL; /* nothing here can bypass the page cache */
	if (file->f_flags & O_DIRECT && !S_ISFIFO(inode->i_mode))
		goto err_release;
	file->f_flags &= ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	return 0;

err_release:
	if (file->f_op->release)
		file->f_op->release(inode, file);
err_put_write:
	if (file->f_mode & FMODE_WRITER)
		put_write_access(inode);
	file->f_mode &= ~FMODE_WRITER;
	return err;
}

static int open_found(struct file *file, struct dentry *dentry,
		      const struct open_flags *op)
{
	struct inode *inode = dentry->d_inode;
	int err;

	if (op->open_flag & O_DIRECTORY && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (!(op->open_flag & O_PATH)) {
		err = may_open(inode, op);
		if (err)
			return err;
	}
	err = do_dentry_open(file, dentry);
	if (err || !(op->open_flag & O_TRUNC) || !S_ISREG(inode->i_mode))
		return err;

	err = get_write_access(inode);
	if (!err) {
		err = do_truncate(inode, 0);
		put_write_access(inode);
	}
	if (err) { /* as far as a close would go, but for the file itself */
		if (file->f_op->release)
			file->f_op->release(inode, file);
		if (file->f_mode & FMODE_WRITER)
			put_write_access(inode);
	}
	return err;
}

/* ---- finding it, or making it ------------------------------------------- */

static int open_existing(struct file *file, int dfd, struct filename *name,
			 const struct open_flags *op)
{
	struct path path;
	int err;

	err = filename_lookup(dfd, name, op->lookup_flags, &path);
	if (err)
		return err;
	err = open_found(file, path.dentry, op);
	path_put(&path);
	return err;
}

/*
 * Look nd->last up in the directory where the walk is, and create it if it is
 * not there.  *@created: it was not.
 */
static struct dentry *lookup_create(struct nameidata *nd,
				    const struct open_flags *op, bool *created)
{
	struct dentry *dir = nd->dentry, *dentry;
	struct inode *inode = dir->d_inode;
	int err;

	inode_lock(inode);
	dentry = lookup_locked(dir, &nd->last);
	*created = !dentry;
	if (!dentry) {
		dentry = d_alloc(dir, &nd->last);
		err = dentry ? vfs_create(dir, dentry, op->mode) : -ENOMEM;
		if (err) {
			dput(dentry);
			dentry = ERR_PTR(err);
		}
	}
	inode_unlock(inode);
	return dentry;
}

/* The last component of open(O_CREAT); 1: it was a link, walk on. */
static int open_last(struct file *file, struct nameidata *nd,
		     const struct open_flags *op)
{
	struct dentry *dentry;
	bool created;
	int err;

	if (nd->last_slash)
		return -EISDIR;
	if (nd->last_type != LAST_NORM)
		return op->open_flag & O_EXCL ? -EEXIST : -EISDIR;
	dentry = lookup_create(nd, op, &created);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (created) {
		err = do_dentry_open(file, dentry);
		goto out;
	}
	err = -EEXIST;
	if (op->open_flag & O_EXCL)
		goto out;
	if (S_ISLNK(dentry->d_inode->i_mode) &&
	    op->lookup_flags & LOOKUP_FOLLOW) {
		const char *before = nd->name;

		err = path_follow_link(nd, dentry, nd->name);
		if (!err)
			err = nd->name != before
				      ? 1
				      : open_found(file, nd->dentry, op);
		goto out;
	}
	dentry = cross_mounts(dentry);
	err = -EISDIR;
	if (!S_ISDIR(dentry->d_inode->i_mode))
		err = open_found(file, dentry, op);
out:
	dput(dentry);
	return err;
}

static int open_or_create(struct file *file, int dfd, struct filename *name,
			  const struct open_flags *op)
{
	struct nameidata nd;
	int err;

	err = path_start(&nd, dfd, name, 0);
	while (!err) {
		err = path_walk_parent(&nd);
		if (err)
			break;
		err = open_last(file, &nd, op);
		if (err != 1)
			break;
		err = 0;
	}
	path_end(&nd);
	return err;
}

struct file *do_filp_open(int dfd, struct filename *name,
			  const struct open_flags *op)
{
	struct file *file = alloc_empty_file(op->open_flag & ~O_CLOEXEC);
	int err;

	if (!file)
		return ERR_PTR(-ENOMEM);
	if (op->open_flag & O_CREAT && !(op->open_flag & O_PATH))
		err = open_or_create(file, dfd, name, op);
	else
		err = open_existing(file, dfd, name, op);
	if (err) {
		file_free(file);
		return ERR_PTR(err);
	}
	return file;
}

/* ---- the calls ---------------------------------------------------------- */

static int build_open_flags(int flags, umode_t mode, struct open_flags *op)
{
	static const int acc_modes[4] = {
		MAY_READ,
		MAY_WRITE,
		MAY_READ | MAY_WRITE,
		MAY_READ | MAY_WRITE,
	};

	if ((flags & O_TMPFILE) == O_TMPFILE)
		return flags & (O_WRONLY | O_RDWR) ? -EOPNOTSUPP : -EINVAL;
	if (flags & (O_TMPFILE & ~O_DIRECTORY))
		return -EINVAL;
	if (flags & O_PATH)
		flags &= O_PATH_FLAGS;

	op->mode = flags & O_CREAT ? mode & S_IALLUGO : 0;
	op->acc_mode = acc_modes[flags & O_ACCMODE];
	if (flags & __FMODE_EXEC)
		op->acc_mode = MAY_EXEC;
	if (flags & O_TRUNC)
		op->acc_mode |= MAY_WRITE;
	op->lookup_flags = 0;
	if (!(flags & O_NOFOLLOW) &&
	    (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL))
		op->lookup_flags |= LOOKUP_FOLLOW;
	if (flags & O_DIRECTORY)
		op->lookup_flags |= LOOKUP_DIRECTORY;
	op->open_flag = flags;
	return 0;
}

struct file *filp_open(const char *s, int flags, umode_t mode)
{
	struct filename *name = getname_kernel(s);
	struct open_flags op;
	struct file *file;
	int err;

	if (IS_ERR(name))
		return ERR_CAST(name);
	err = build_open_flags(flags | O_LARGEFILE, mode, &op);
	file = err ? ERR_PTR(err) : do_filp_open(AT_FDCWD, name, &op);
	putname(name);
	return file;
}

static long do_sys_open(int dfd, const char __user *uname, int flags,
			umode_t mode)
{
	struct filename *name;
	struct open_flags op;
	struct file *file;
	int fd;

	flags = (flags & VALID_OPEN_FLAGS & ~__FMODE_EXEC) | O_LARGEFILE;
	fd = build_open_flags(flags, mode, &op);
	if (fd)
		return fd;
	name = getname(uname);
	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = get_unused_fd_flags(flags);
	if (fd >= 0) {
		file = do_filp_open(dfd, name, &op);
		if (IS_ERR(file)) {
			put_unused_fd(fd);
			fd = PTR_ERR(file);
		} else {
			fd_install(fd, file);
		}
	}
	putname(name);
	return fd;
}

SYSCALL_DEFINE3(open, const char __user *, name, int, flags, umode_t, mode)
{
	return do_sys_open(AT_FDCWD, name, flags, mode);
}

SYSCALL_DEFINE4(openat, int, dfd, const char __user *, name, int, flags,
		umode_t, mode)
{
	return do_sys_open(dfd, name, flags, mode);
}

SYSCALL_DEFINE2(creat, const char __user *, name, umode_t, mode)
{
	return do_sys_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

SYSCALL_DEFINE1(close, unsigned int, fd)
{
	return close_fd(fd);
}

#define CLOSE_RANGE_UNSHARE (1U << 1)
#define CLOSE_RANGE_CLOEXEC (1U << 2)

SYSCALL_DEFINE3(close_range, unsigned int, first, unsigned int, last,
		unsigned int, flags)
{
	int err;

	if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) ||
	    first > last)
		return -EINVAL;
	if (flags & CLOSE_RANGE_UNSHARE) {
		err = unshare_files();
		if (err)
			return err;
	}
	last = min(last, READ_ONCE(current->files->max_fds) - 1);
	for (unsigned int fd = first; fd <= last && fd >= first; fd++) {
		if (flags & CLOSE_RANGE_CLOEXEC)
			set_close_on_exec(fd, O_CLOEXEC);
		else
			close_fd(fd);
	}
	return 0;
}
