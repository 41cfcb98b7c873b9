/* SPDX-License-Identifier: MIT */
/*
 * fs/fs_struct.c - a task's root, working directory and umask.
 *
 * In Linux: fs/fs_struct.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/slab.h"

struct fs_struct init_fs;

static void copy_path(struct fs_struct *fs, struct path *to,
		      const struct path *from)
{
	spin_lock(&fs->lock);
	*to = *from;
	path_get(to);
	spin_unlock(&fs->lock);
}

void get_fs_root(struct fs_struct *fs, struct path *root)
{
	copy_path(fs, root, &fs->root);
}

void get_fs_pwd(struct fs_struct *fs, struct path *pwd)
{
	copy_path(fs, pwd, &fs->pwd);
}

/* Let @where, in @fs, be @path from now on. */
static void replace_path(struct fs_struct *fs, struct path *where,
			 const struct path *path)
{
	struct path old;

	path_get(path);
	spin_lock(&fs->lock);
	old = *where;
	*where = *path;
	spin_unlock(&fs->lock);
	if (old.dentry)
		path_put(&old);
}

void set_fs_root(struct fs_struct *fs, const struct path *path)
{
	replace_path(fs, &fs->root, path);
}

void set_fs_pwd(struct fs_struct *fs, const struct path *path)
{
	replace_path(fs, &fs->pwd, path);
}

int copy_fs(unsigned long clone_flags, struct task_struct *tsk)
{
	struct fs_struct *old = current->fs, *new;

	if (clone_flags & CLONE_FS) {
		atomic_inc(&old->users);
		tsk->fs = old;
		return 0;
	}
	new = kmalloc(sizeof(*new), GFP_KERNEL);
	tsk->fs = new;
	if (!new)
		return -ENOMEM;
	atomic_set(&new->users, 1);
	spin_lock_init(&new->lock);
	spin_lock(&old->lock);
	new->umask = old->umask;
	new->root = old->root;
	new->pwd = old->pwd;
	path_get(&new->root);
	path_get(&new->pwd);
	spin_unlock(&old->lock);
	return 0;
}

void exit_fs(struct task_struct *tsk)
{
	struct fs_struct *fs = tsk->fs;

	if (!fs)
		return;
	task_lock(tsk);
	tsk->fs = NULL;
	task_unlock(tsk);
	if (!atomic_dec_and_test(&fs->users))
		return;
	path_put(&fs->root);
	path_put(&fs->pwd);
	if (fs != &init_fs)
		kfree(fs);
}

/* ---- the calls ---------------------------------------------------------- */

static int may_enter(struct inode *inode)
{
	if (!S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	return inode_permission(inode, MAY_EXEC);
}

SYSCALL_DEFINE1(chdir, const char __user *, name)
{
	struct path path;
	int err = user_path_at(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY,
			       &path);

	if (err)
		return err;
	err = may_enter(path.dentry->d_inode);
	if (!err)
		set_fs_pwd(current->fs, &path);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE1(fchdir, unsigned int, fd)
{
	struct fd f = fdget_raw(fd);
	struct path path;
	int err;

	if (!f.file)
		return -EBADF;
	err = may_enter(f.file->f_inode);
	if (!err) {
		path.dentry = f.file->f_dentry;
		set_fs_pwd(current->fs, &path);
	}
	fdput(f);
	return err;
}

SYSCALL_DEFINE1(chroot, const char __user *, name)
{
	struct path path;
	int err = user_path_at(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY,
			       &path);

	if (err)
		return err;
	err = may_enter(path.dentry->d_inode);
	if (!err && !capable_root())
		err = -EPERM;
	if (!err)
		set_fs_root(current->fs, &path);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE2(getcwd, char __user *, buf, unsigned long, size)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);
	struct path pwd;
	char *name;
	long ret;

	if (!page)
		return -ENOMEM;
	get_fs_pwd(current->fs, &pwd);
	ret = -ENOENT;
	if (pwd.dentry->d_flags & DCACHE_DELETED)
		goto out;
	name = d_path(pwd.dentry, page, PAGE_SIZE);
	ret = PTR_ERR_OR_ZERO(name);
	if (ret)
		goto out;
	ret = strlen(name) + 1;
	if ((unsigned long)ret > size)
		ret = -ERANGE;
	else if (copy_to_user(buf, name, ret))
		ret = -EFAULT;
out:
	path_put(&pwd);
	free_page((unsigned long)page);
	return ret;
}

SYSCALL_DEFINE1(umask, int, mask)
{
	int old = xchg(&current->fs->umask, mask & 0777);

	return old;
}
