/* SPDX-License-Identifier: MIT */
/*
 * fs/namei_modify.c - making, removing and renaming names.
 *
 * Every change of a directory is made with its inode's i_rwsem held for write.
 * A rename between two directories holds rename_mutex as well, so that the
 * tree cannot turn into a ring, and locks the ancestor first.
 *
 * In Linux: fs/namei.c, its second half.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/slab.h"

static DEFINE_MUTEX(rename_mutex);

/* ---- checks ------------------------------------------------------------- */

/* May a name be added?  The directory's i_rwsem is held. */
int may_create(struct inode *dir)
{
	if (dir->i_nlink == 0) /* removed, and somebody is still in it */
		return -ENOENT;
	return inode_permission(dir, MAY_WRITE | MAY_EXEC);
}

static int may_delete(struct inode *dir, struct dentry *victim, bool isdir)
{
	struct inode *inode = victim->d_inode;
	int err;

	err = inode_permission(dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (dir->i_mode & S_ISVTX && current->fsuid != inode->i_uid &&
	    current->fsuid != dir->i_uid && !capable_root())
		return -EPERM;
	if (isdir && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (!isdir && S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (isdir && (IS_ROOT(victim) || victim->d_mounted))
		return -EBUSY;
	return 0;
}

/* ---- one change each; parent's i_rwsem held ----------------------------- */

int vfs_create(struct dentry *parent, struct dentry *dentry, umode_t mode)
{
	struct inode *dir = parent->d_inode;
	int err = may_create(dir);

	if (err)
		return err;
	if (!dir->i_op->create)
		return -EACCES;
	mode &= S_IALLUGO & ~current_umask();
	return dir->i_op->create(dir, dentry, mode | S_IFREG);
}

int vfs_mkdir(struct dentry *parent, struct dentry *dentry, umode_t mode)
{
	struct inode *dir = parent->d_inode;
	int err = may_create(dir);

	if (err)
		return err;
	if (!dir->i_op->mkdir)
		return -EPERM;
	mode &= (S_IRWXUGO | S_ISVTX) & ~current_umask();
	return dir->i_op->mkdir(dir, dentry, mode | S_IFDIR);
}

int vfs_mknod(struct dentry *parent, struct dentry *dentry, umode_t mode,
	      dev_t dev)
{
	struct inode *dir = parent->d_inode;
	int err = may_create(dir);

	if (err)
		return err;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !capable_root())
		return -EPERM;
	if (!dir->i_op->mknod)
		return -EPERM;
	return dir->i_op->mknod(dir, dentry, mode & ~current_umask(), dev);
}

int vfs_symlink(struct dentry *parent, struct dentry *dentry,
		const char *target)
{
	struct inode *dir = parent->d_inode;
	int err = may_create(dir);

	if (err)
		return err;
	if (!dir->i_op->symlink)
		return -EPERM;
	return dir->i_op->symlink(dir, dentry, target);
}

/* Others may link only to plain files that they could write themselves. */
static bool may_linkat(struct inode *inode)
{
	if (inode_owner_or_capable(inode))
		return true;
	return S_ISREG(inode->i_mode) && !(inode->i_mode & S_ISUID) &&
	       (inode->i_mode & (S_ISGID | 0010)) != (S_ISGID | 0010) &&
	       !inode_permission(inode, MAY_READ | MAY_WRITE);
}

int vfs_link(struct dentry *old, struct dentry *parent, struct dentry *dentry)
{
	struct inode *dir = parent->d_inode;
	int err = may_create(dir);

	if (err)
		return err;
	if (old->d_sb != parent->d_sb)
		return -EXDEV;
	if (!dir->i_op->link || S_ISDIR(old->d_inode->i_mode))
		return -EPERM;
	if (!may_linkat(old->d_inode))
		return -EPERM;
	if (old->d_inode->i_nlink == 0)
		return -ENOENT;
	return dir->i_op->link(old, dir, dentry);
}

/* ---- making names ------------------------------------------------------- */

/* The parent is locked unless an error comes back, which clang cannot follow. */
struct dentry *filename_create(int dfd, struct filename *name, bool is_dir,
			       struct path *parent) __no_lock_analysis
{
	struct dentry *dentry;
	struct nameidata nd;
	int err;

	err = filename_parentat(dfd, name, &nd);
	if (err)
		return ERR_PTR(err);
	parent->dentry = dget(nd.dentry);
	inode_lock(parent->dentry->d_inode);
	err = -EEXIST;
	if (nd.last_type != LAST_NORM)
		goto fail;
	dentry = lookup_locked(parent->dentry, &nd.last);
	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		goto fail;
	}
	if (dentry) {
		dput(dentry);
		goto fail;
	}
	err = sb_rdonly(parent->dentry->d_sb) ? -EROFS : -ENOENT;
	if (err == -EROFS || (nd.last_slash && !is_dir))
		goto fail;
	err = -ENOMEM;
	dentry = d_alloc(parent->dentry, &nd.last);
	if (!dentry)
		goto fail;
	path_end(&nd);
	return dentry;

fail:
	inode_unlock(parent->dentry->d_inode);
	path_put(parent);
	path_end(&nd);
	return ERR_PTR(err);
}

void done_path_create(struct path *parent,
		      struct dentry *dentry) __no_lock_analysis
{
	dput(dentry);
	inode_unlock(parent->dentry->d_inode);
	path_put(parent);
}

static int do_mkdirat(int dfd, const char __user *uname, umode_t mode)
{
	struct filename *name = getname(uname);
	struct dentry *dentry;
	struct path parent;
	int err;

	dentry = filename_create(dfd, name, true, &parent);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_mkdir(parent.dentry, dentry, mode);
		done_path_create(&parent, dentry);
	}
	putname(name);
	return err;
}

static int do_mknodat(int dfd, const char __user *uname, umode_t mode,
		      unsigned int dev)
{
	struct filename *name;
	struct dentry *dentry;
	struct path parent;
	int err;

	switch (mode & S_IFMT) {
	case 0:
		mode |= S_IFREG;
		break;
	case S_IFREG:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		break;
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
	name = getname(uname);
	dentry = filename_create(dfd, name, false, &parent);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		if (S_ISREG(mode))
			err = vfs_create(parent.dentry, dentry, mode);
		else
			err = vfs_mknod(parent.dentry, dentry, mode,
					new_decode_dev(dev));
		done_path_create(&parent, dentry);
	}
	putname(name);
	return err;
}

static int do_symlinkat(const char __user *utarget, int dfd,
			const char __user *uname)
{
	struct filename *target = getname(utarget);
	struct filename *name;
	struct dentry *dentry;
	struct path parent;
	int err;

	if (IS_ERR(target))
		return PTR_ERR(target);
	name = getname(uname);
	dentry = filename_create(dfd, name, false, &parent);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_symlink(parent.dentry, dentry, target->name);
		done_path_create(&parent, dentry);
	}
	putname(name);
	putname(target);
	return err;
}

static int do_linkat(int olddfd, const char __user *uold, int newdfd,
		     const char __user *unew, int flags)
{
	unsigned int lookup = 0;
	struct filename *name;
	struct dentry *dentry;
	struct path old, parent;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (flags & AT_EMPTY_PATH) {
		if (!capable_root())
			return -ENOENT;
		lookup |= LOOKUP_EMPTY;
	}
	if (flags & AT_SYMLINK_FOLLOW)
		lookup |= LOOKUP_FOLLOW;
	err = user_path_at(olddfd, uold, lookup, &old);
	if (err)
		return err;
	name = getname(unew);
	dentry = filename_create(newdfd, name, false, &parent);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_link(old.dentry, parent.dentry, dentry);
		done_path_create(&parent, dentry);
	}
	putname(name);
	path_put(&old);
	return err;
}

/* ---- removing names ----------------------------------------------------- */

static int remove_entry(struct dentry *parent, struct nameidata *nd, bool isdir)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry = lookup_locked(parent, &nd->last);
	int err;

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!dentry)
		return -ENOENT;
	err = -EROFS;
	if (sb_rdonly(parent->d_sb))
		goto out;
	if (nd->last_slash && !isdir) {
		err = S_ISDIR(dentry->d_inode->i_mode) ? -EISDIR : -ENOTDIR;
		goto out;
	}
	err = may_delete(dir, dentry, isdir);
	if (err)
		goto out;
	err = -EPERM;
	if (isdir && dir->i_op->rmdir)
		err = dir->i_op->rmdir(dir, dentry);
	else if (!isdir && dir->i_op->unlink)
		err = dir->i_op->unlink(dir, dentry);
out:
	dput(dentry);
	return err;
}

static int do_unlinkat(int dfd, const char __user *uname, bool isdir)
{
	static const int not_a_name[][2] = {
		/* unlink, rmdir */
		[LAST_ROOT] = { -EISDIR, -EBUSY },
		[LAST_DOT] = { -EISDIR, -EINVAL },
		[LAST_DOTDOT] = { -EISDIR, -ENOTEMPTY },
	};
	struct filename *name = getname(uname);
	struct nameidata nd;
	int err;

	err = filename_parentat(dfd, name, &nd);
	if (!err) {
		if (nd.last_type != LAST_NORM) {
			err = not_a_name[nd.last_type][isdir];
		} else {
			inode_lock(nd.dentry->d_inode);
			err = remove_entry(nd.dentry, &nd, isdir);
			inode_unlock(nd.dentry->d_inode);
		}
		path_end(&nd);
	}
	putname(name);
	return err;
}

/* ---- rename ------------------------------------------------------------- */

/*
 * Lock two directories; rename_mutex keeps their relation as it is.  They may
 * be one and the same, which the analysis cannot follow.
 */
static void lock_rename(struct dentry *a, struct dentry *b)
	__acquires(&a->d_inode->i_rwsem,
		   &b->d_inode->i_rwsem) __no_lock_analysis
{
	if (a == b) {
		inode_lock(a->d_inode);
		return;
	}
	mutex_lock(&rename_mutex);
	if (is_subdir(a, b))
		swap(a, b);
	inode_lock(a->d_inode);
	down_write_nested(&b->d_inode->i_rwsem, SINGLE_DEPTH_NESTING);
}

static void unlock_rename(struct dentry *a, struct dentry *b)
	__releases(&a->d_inode->i_rwsem,
		   &b->d_inode->i_rwsem) __no_lock_analysis
{
	inode_unlock(a->d_inode);
	if (a == b)
		return;
	inode_unlock(b->d_inode);
	mutex_unlock(&rename_mutex);
}

/* The checks of rename(2); @target may be NULL. */
static int may_rename(struct nameidata *from, struct dentry *old,
		      struct nameidata *to, struct dentry *target,
		      unsigned int flags)
{
	struct inode *old_dir = from->dentry->d_inode;
	struct inode *new_dir = to->dentry->d_inode;
	bool isdir = S_ISDIR(old->d_inode->i_mode);
	int err;

	if (!isdir) {
		if (from->last_slash)
			return -ENOTDIR;
		if (to->last_slash && !(flags & RENAME_EXCHANGE))
			return -ENOTDIR;
	}
	if (isdir && is_subdir(to->dentry, old))
		return -EINVAL; /* into itself */
	if (target && is_subdir(from->dentry, target))
		return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	if (sb_rdonly(old->d_sb))
		return -EROFS;
	err = may_delete(old_dir, old, isdir);
	if (err)
		return err;
	if (!target)
		return may_create(new_dir);
	if (flags & RENAME_EXCHANGE)
		isdir = S_ISDIR(target->d_inode->i_mode);
	err = may_delete(new_dir, target, isdir);
	if (err)
		return err;
	return target->d_mounted ? -EBUSY : 0;
}

static int rename_locked(struct nameidata *from, struct nameidata *to,
			 unsigned int flags)
{
	struct inode *old_dir = from->dentry->d_inode;
	struct dentry *old, *target = NULL, *new = NULL;
	int err;

	old = lookup_locked(from->dentry, &from->last);
	if (IS_ERR_OR_NULL(old))
		return old ? PTR_ERR(old) : -ENOENT;
	target = lookup_locked(to->dentry, &to->last);
	if (IS_ERR(target)) {
		err = PTR_ERR(target);
		target = NULL;
		goto out;
	}
	err = -EEXIST;
	if (flags & RENAME_NOREPLACE && target)
		goto out;
	err = -ENOENT;
	if (flags & RENAME_EXCHANGE && !target)
		goto out;
	err = may_rename(from, old, to, target, flags);
	if (err)
		goto out;
	if (target && target->d_inode == old->d_inode)
		goto out; /* two names of one file: nothing to do */
	err = -EPERM;
	if (!old_dir->i_op->rename)
		goto out;
	err = -ENOMEM;
	new = target ? dget(target) : d_alloc(to->dentry, &to->last);
	if (new)
		err = old_dir->i_op->rename(old_dir, old, to->dentry->d_inode,
					    new, flags);
out:
	dput(new);
	dput(target);
	dput(old);
	return err;
}

static int do_renameat2(int olddfd, const char __user *uold, int newdfd,
			const char __user *unew, unsigned int flags)
{
	struct filename *old_name, *new_name;
	struct nameidata from, to;
	int err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	if (flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	old_name = getname(uold);
	new_name = getname(unew);
	err = filename_parentat(olddfd, old_name, &from);
	if (err)
		goto out_names;
	err = filename_parentat(newdfd, new_name, &to);
	if (err)
		goto out_from;
	err = -EXDEV;
	if (from.dentry->d_sb != to.dentry->d_sb)
		goto out_to;
	err = -EBUSY;
	if (from.last_type != LAST_NORM)
		goto out_to;
	if (to.last_type != LAST_NORM) {
		err = flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
		goto out_to;
	}
	lock_rename(from.dentry, to.dentry);
	err = rename_locked(&from, &to, flags);
	unlock_rename(from.dentry, to.dentry);
out_to:
	path_end(&to);
out_from:
	path_end(&from);
out_names:
	putname(new_name);
	putname(old_name);
	return err;
}

/* ---- the calls ---------------------------------------------------------- */

SYSCALL_DEFINE2(mkdir, const char __user *, name, umode_t, mode)
{
	return do_mkdirat(AT_FDCWD, name, mode);
}

SYSCALL_DEFINE3(mkdirat, int, dfd, const char __user *, name, umode_t, mode)
{
	return do_mkdirat(dfd, name, mode);
}

SYSCALL_DEFINE3(mknod, const char __user *, name, umode_t, mode, unsigned int,
		dev)
{
	return do_mknodat(AT_FDCWD, name, mode, dev);
}

SYSCALL_DEFINE4(mknodat, int, dfd, const char __user *, name, umode_t, mode,
		unsigned int, dev)
{
	return do_mknodat(dfd, name, mode, dev);
}

SYSCALL_DEFINE2(symlink, const char __user *, target, const char __user *, name)
{
	return do_symlinkat(target, AT_FDCWD, name);
}

SYSCALL_DEFINE3(symlinkat, const char __user *, target, int, dfd,
		const char __user *, name)
{
	return do_symlinkat(target, dfd, name);
}

SYSCALL_DEFINE2(link, const char __user *, old, const char __user *, new)
{
	return do_linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

SYSCALL_DEFINE5(linkat, int, olddfd, const char __user *, old, int, newdfd,
		const char __user *, new, int, flags)
{
	return do_linkat(olddfd, old, newdfd, new, flags);
}

SYSCALL_DEFINE1(rmdir, const char __user *, name)
{
	return do_unlinkat(AT_FDCWD, name, true);
}

SYSCALL_DEFINE1(unlink, const char __user *, name)
{
	return do_unlinkat(AT_FDCWD, name, false);
}

SYSCALL_DEFINE3(unlinkat, int, dfd, const char __user *, name, int, flag)
{
	if (flag & ~AT_REMOVEDIR)
		return -EINVAL;
	return do_unlinkat(dfd, name, flag & AT_REMOVEDIR);
}

SYSCALL_DEFINE2(rename, const char __user *, old, const char __user *, new)
{
	return do_renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

SYSCALL_DEFINE4(renameat, int, olddfd, const char __user *, old, int, newdfd,
		const char __user *, new)
{
	return do_renameat2(olddfd, old, newdfd, new, 0);
}

SYSCALL_DEFINE5(renameat2, int, olddfd, const char __user *, old, int, newdfd,
		const char __user *, new, unsigned int, flags)
{
	return do_renameat2(olddfd, old, newdfd, new, flags);
}
