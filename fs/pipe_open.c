/* SPDX-License-Identifier: MIT */
/*
 * fs/pipe_open.c - making, opening and closing pipes and FIFOs.
 *
 * pipe(2) makes an inode of pipefs, which has no names; a FIFO's inode gets
 * its pipe with the first opener and loses it with the last.  From then on
 * both are the same; only a FIFO's openers wait for each other.
 *
 * Locking: inode->i_rwsem protects inode->i_private and pipe->users.
 *
 * In Linux: fs/pipe.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/pipe.h"
#include "kernel/bug.h"
#include "kernel/lib/err.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/page.h"
#include "mm/slab.h"

static struct super_block *pipefs_sb;

/* ---- life --------------------------------------------------------------- */

static struct pipe_inode_info *alloc_pipe_info(void)
{
	struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

	if (!pipe)
		return NULL;
	pipe->ring_size = PIPE_DEF_BUFFERS;
	pipe->bufs = kcalloc(pipe->ring_size, sizeof(*pipe->bufs), GFP_KERNEL);
	if (!pipe->bufs) {
		kfree(pipe);
		return NULL;
	}
	mutex_init(&pipe->mutex);
	init_waitqueue_head(&pipe->rd_wait);
	init_waitqueue_head(&pipe->wr_wait);
	return pipe;
}

static void free_pipe_info(struct pipe_inode_info *pipe)
{
	for (; !pipe_empty(pipe); pipe->tail++)
		put_page(pipe_slot(pipe, pipe->tail)->page);
	if (pipe->tmp_page)
		put_page(pipe->tmp_page);
	kfree(pipe->bufs);
	kfree(pipe);
}

/* ---- opening and closing ------------------------------------------------ */

int pipe_release(struct inode *inode, struct file *file)
{
	struct pipe_inode_info *pipe = file->private_data;
	bool last;

	mutex_lock(&pipe->mutex);
	if (file->f_mode & FMODE_READ)
		pipe->readers--;
	if (file->f_mode & FMODE_WRITE)
		pipe->writers--;
	/* The other side must see that this one is empty. */
	if (!pipe->readers != !pipe->writers) {
		wake_up_interruptible_all(&pipe->rd_wait);
		wake_up_interruptible_all(&pipe->wr_wait);
	}
	mutex_unlock(&pipe->mutex);

	inode_lock(inode);
	last = --pipe->users == 0;
	if (last)
		inode->i_private = NULL;
	inode_unlock(inode);
	if (last)
		free_pipe_info(pipe);
	return 0;
}

/* The pipe of a FIFO's inode, made by the first opener; counts a user. */
static struct pipe_inode_info *fifo_get_pipe(struct inode *inode)
{
	struct pipe_inode_info *pipe;

	inode_lock(inode);
	pipe = inode->i_private;
	if (!pipe)
		pipe = inode->i_private = alloc_pipe_info();
	if (pipe)
		pipe->users++;
	inode_unlock(inode);
	return pipe;
}

/* Sleep until the other end has been opened once more. */
static int wait_for_partner(struct pipe_inode_info *pipe,
			    struct wait_queue_head *wq, unsigned int *counter)
	__must_hold(&pipe->mutex)
{
	unsigned int seen = *counter;
	int err;

	lockdep_assert_held(&pipe->mutex);
	mutex_unlock(&pipe->mutex);
	err = wait_event_interruptible(*wq, READ_ONCE(*counter) != seen);
	mutex_lock(&pipe->mutex);
	return err;
}

/* Count the new end, and wait for the other.  On failure: pipe_release(). */
static int fifo_open_end(struct pipe_inode_info *pipe, struct file *file)
	__must_hold(&pipe->mutex)
{
	bool nonblock = file->f_flags & O_NONBLOCK;
	bool is_pipe = file->f_inode->i_sb == pipefs_sb;
	fmode_t mode = file->f_mode & (FMODE_READ | FMODE_WRITE);

	lockdep_assert_held(&pipe->mutex);
	if (mode & FMODE_READ)
		pipe->readers++;
	if (mode & FMODE_WRITE)
		pipe->writers++;
	if (mode == FMODE_WRITE && nonblock && !is_pipe && !pipe->readers)
		return -ENXIO;
	if (mode & FMODE_READ)
		pipe->r_counter++;
	if (mode & FMODE_WRITE)
		pipe->w_counter++;
	wake_up_interruptible_all(&pipe->rd_wait);
	wake_up_interruptible_all(&pipe->wr_wait);
	if (is_pipe)
		return 0;
	if (mode == FMODE_READ && !pipe->writers) {
		if (nonblock) /* no POLLHUP until a writer has been here */
			file->f_pos = pipe->w_counter;
		else
			return wait_for_partner(pipe, &pipe->rd_wait,
						&pipe->w_counter);
	}
	if (mode == FMODE_WRITE && !pipe->readers)
		return wait_for_partner(pipe, &pipe->wr_wait, &pipe->r_counter);
	return 0;
}

int fifo_open(struct inode *inode, struct file *file)
{
	struct pipe_inode_info *pipe = fifo_get_pipe(inode);
	int err;

	if (!pipe)
		return -ENOMEM;
	stream_open(inode, file);
	file_set_fops(file, &pipefifo_fops);
	file->private_data = pipe;
	mutex_lock(&pipe->mutex);
	err = fifo_open_end(pipe, file);
	mutex_unlock(&pipe->mutex);
	if (err)
		pipe_release(inode, file);
	return err;
}

const struct file_operations fifo_fops = {
	.open = fifo_open,
};

/* ---- pipe(2) ------------------------------------------------------------ */

static struct inode *pipe_get_inode(void)
{
	struct inode *inode = new_inode(pipefs_sb);

	if (!inode)
		return NULL;
	inode_init_owner(inode, NULL, S_IFIFO | 0600);
	inode->i_fop = &fifo_fops;
	return inode;
}

static struct file *pipe_end(struct dentry *dentry, int flags)
{
	struct file *file = alloc_empty_file(flags);
	int err;

	if (!file)
		return ERR_PTR(-ENOMEM);
	err = do_dentry_open(file, dentry);
	if (err) {
		file_free(file);
		return ERR_PTR(err);
	}
	return file;
}

static int create_pipe_files(struct file **res, int flags)
{
	struct inode *inode = pipe_get_inode();
	struct dentry *dentry;
	int err = 0;

	if (!inode)
		return -ENFILE;
	dentry = d_alloc_pseudo(pipefs_sb, "");
	if (!dentry) {
		iput(inode);
		return -ENFILE;
	}
	d_instantiate(dentry, inode);
	flags &= O_NONBLOCK | O_DIRECT;
	res[0] = pipe_end(dentry, O_RDONLY | flags);
	res[1] = IS_ERR(res[0]) ? ERR_PTR(-ENFILE)
				: pipe_end(dentry, O_WRONLY | flags);
	if (IS_ERR(res[1])) {
		err = PTR_ERR(res[1]);
		if (!IS_ERR(res[0]))
			fput(res[0]);
	}
	dput(dentry);
	return err;
}

static int do_pipe2(int __user *ufds, int flags)
{
	struct file *files[2];
	int fds[2];
	int err;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	err = create_pipe_files(files, flags);
	if (err)
		return err;
	err = fds[0] = get_unused_fd_flags(flags);
	if (err < 0)
		goto err_files;
	err = fds[1] = get_unused_fd_flags(flags);
	if (err < 0)
		goto err_fd0;
	err = -EFAULT;
	if (copy_to_user(ufds, fds, sizeof(fds)))
		goto err_fd1;
	fd_install(fds[0], files[0]);
	fd_install(fds[1], files[1]);
	return 0;

err_fd1:
	put_unused_fd(fds[1]);
err_fd0:
	put_unused_fd(fds[0]);
err_files:
	fput(files[0]);
	fput(files[1]);
	return err;
}

SYSCALL_DEFINE1(pipe, int __user *, fds)
{
	return do_pipe2(fds, 0);
}

SYSCALL_DEFINE2(pipe2, int __user *, fds, int, flags)
{
	return do_pipe2(fds, flags);
}

static struct file_system_type pipe_fs_type = {
	.name = "pipefs",
};

void init_pipe_fs(void)
{
	register_filesystem(&pipe_fs_type);
	pipefs_sb = alloc_super(&pipe_fs_type);
	BUG_ON(!pipefs_sb);
	pipefs_sb->s_magic = PIPEFS_MAGIC;
}
