/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/fd.c - /proc/PID/fd: a link for each open file.
 *
 * In Linux: fs/proc/fd.c.
 */
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/task.h"
#include "mm/slab.h"

static ino_t fd_ino(const struct task_struct *task, unsigned int fd)
{
	return ((ino_t)task->pid << 24) | (1UL << 22) | fd;
}

/* The file behind a link, with a reference; NULL: closed meanwhile. */
static struct file *fd_link_file(const struct inode *inode, int *err)
{
	struct task_struct *task = get_proc_task(inode);
	struct file *file = NULL;

	*err = -ENOENT;
	if (!task)
		return NULL;
	if (proc_may_access(task))
		file = fget_task(task, PROC_I(inode)->fd);
	else
		*err = -EACCES;
	put_task_struct(task);
	return file;
}

static int proc_fd_jump_link(struct inode *inode, struct path *path)
{
	int err;
	struct file *file = fd_link_file(inode, &err);

	if (!file)
		return err;
	err = -ENXIO;
	if (file->f_dentry) {
		path->dentry = dget(file->f_dentry);
		err = 0;
	}
	fput(file);
	return err;
}

static char *proc_fd_get_link(struct dentry *dentry, struct inode *inode)
{
	int err;
	struct file *file = fd_link_file(inode, &err);
	char *page, *name, *copy = NULL;

	if (!file)
		return ERR_PTR(err);
	page = kmalloc(PATH_MAX, GFP_KERNEL);
	if (page) {
		name = file_path(file, page, PATH_MAX);
		copy = IS_ERR(name) ? name : kstrdup(name, GFP_KERNEL);
		kfree(page);
	}
	fput(file);
	return copy ? copy : ERR_PTR(-ENOMEM);
}

static const struct inode_operations proc_fd_link_inode_operations = {
	.get_link = proc_fd_get_link,
	.jump_link = proc_fd_jump_link,
};

/* The mode of a link says for what the file is open. */
static umode_t fd_link_mode(const struct file *file)
{
	umode_t mode = S_IFLNK;

	if (file->f_mode & FMODE_READ)
		mode |= 0500;
	if (file->f_mode & FMODE_WRITE)
		mode |= 0300;
	return mode;
}

static int fd_instantiate(struct dentry *dentry, struct inode *dir,
			  struct task_struct *task, unsigned int fd)
{
	struct file *file = fget_task(task, fd);
	struct inode *inode;

	if (!file)
		return -ENOENT;
	inode = proc_pid_make_inode(dir->i_sb, task, fd_link_mode(file),
				    fd_ino(task, fd));
	fput(file);
	if (!inode)
		return -ENOMEM;
	PROC_I(inode)->fd = fd;
	inode->i_size = 64;
	inode->i_op = &proc_fd_link_inode_operations;
	d_instantiate(dentry, inode);
	return 0;
}

static int proc_fd_lookup(struct inode *dir, struct dentry *dentry)
{
	int fd = name_to_int(&dentry->d_name);
	struct task_struct *task = get_proc_task(dir);
	int err = -ENOENT;

	if (!task)
		return -ENOENT;
	if (fd >= 0)
		err = fd_instantiate(dentry, dir, task, fd);
	put_task_struct(task);
	return err;
}

static int proc_fd_readdir(struct file *file, struct dir_context *ctx)
{
	struct task_struct *task = get_proc_task(file->f_inode);
	int fd;

	if (!task)
		return -ENOENT;
	if (!proc_may_access(task)) {
		put_task_struct(task);
		return -EACCES;
	}
	if (dir_emit_dots(file, ctx)) {
		while ((fd = next_task_fd(task, ctx->pos - 2)) >= 0) {
			char name[12];
			int len = snprintf(name, sizeof(name), "%d", fd);

			ctx->pos = fd + 2;
			if (!dir_emit(ctx, name, len, fd_ino(task, fd),
				      fs_umode_to_dtype(S_IFLNK)))
				break;
			ctx->pos++;
		}
	}
	put_task_struct(task);
	return 0;
}

const struct inode_operations proc_fd_inode_operations = {
	.lookup = proc_fd_lookup,
};

const struct file_operations proc_fd_operations = {
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate = proc_fd_readdir,
};
