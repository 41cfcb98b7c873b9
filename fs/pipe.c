/* SPDX-License-Identifier: MIT */
/*
 * fs/pipe.c - pipes and FIFOs: a ring of pages between writers and readers.
 *
 * Theory
 *
 *	tail		      head
 *	 v			v
 *	[  ..##][######][###   ][      ]	# written, not yet read
 *
 * A write first fills the rest of the newest page if all of it fits there,
 * then takes new slots.  A write of at most PIPE_BUF bytes needs no more than
 * one new slot, so it goes in whole or waits: that is its atomicity.  Longer
 * writes go in page by page.
 *
 * Invariants
 *
 *  I1. 0 <= head - tail <= ring_size.
 *  I2. Every full slot has a page and len > 0, but while pipe->mutex is held.
 *  I3. users = open files; readers and writers count open ends, and a file
 *      opened for both counts in both.
 *
 * Locking: pipe->mutex for everything; a reader or writer drops it to sleep.
 *
 * Reading order: pipe_write_locked(), pipe_read(), fifo_open().
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
#include "fs/poll.h"
#include "fs/uio.h"
#include "kernel/bug.h"
#include "kernel/lib/err.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/slab.h"

#define FIONREAD 0x541b

static const struct file_operations pipefifo_fops;
static struct super_block *pipefs_sb;

struct pipe_inode_info *get_pipe_info(struct file *file)
{
	return file->f_op == &pipefifo_fops ? file->private_data : NULL;
}

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

/*
 * Most often nobody waits, and that is cheap to see.  The barrier pairs with
 * the one in prepare_to_wait(): we see the waiter, or it sees our change.
 */
static void wake_readers(struct pipe_inode_info *pipe)
{
	smp_mb();
	if (waitqueue_active(&pipe->rd_wait))
		wake_up_interruptible_poll(&pipe->rd_wait,
					   POLLIN | POLLRDNORM);
}

static void wake_writers(struct pipe_inode_info *pipe)
{
	smp_mb();
	if (waitqueue_active(&pipe->wr_wait))
		wake_up_interruptible_poll(&pipe->wr_wait,
					   POLLOUT | POLLWRNORM);
}

/* ---- reading ------------------------------------------------------------ */

/* The slot at the tail has been read empty. */
static void pipe_release_slot(struct pipe_inode_info *pipe,
			      struct pipe_buffer *buf)
{
	if (!pipe->tmp_page && buf->can_merge && page_count(buf->page) == 1)
		pipe->tmp_page = buf->page;
	else
		put_page(buf->page);
	buf->page = NULL;
	pipe->tail++;
}

/* Take what is there, at most @count bytes.  *@freed: a slot became free. */
static ssize_t pipe_take(struct pipe_inode_info *pipe, char __user *ubuf,
			 size_t count, bool *freed)
{
	ssize_t done = 0;

	while (count && !pipe_empty(pipe)) {
		struct pipe_buffer *buf = pipe_slot(pipe, pipe->tail);
		size_t chunk = min_t(size_t, count, buf->len);

		if (copy_to_user(ubuf, page_address(buf->page) + buf->offset,
				 chunk))
			return done ? done : -EFAULT;
		buf->offset += chunk;
		buf->len -= chunk;
		ubuf += chunk;
		count -= chunk;
		done += chunk;
		if (!buf->len) {
			*freed |= pipe_full(pipe);
			pipe_release_slot(pipe, buf);
		}
	}
	return done;
}

static ssize_t pipe_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	bool freed = false;
	ssize_t ret = 0;

	if (!count)
		return 0;
	mutex_lock(&pipe->mutex);
	for (;;) {
		ret = pipe_take(pipe, ubuf, count, &freed);
		if (ret || !pipe->writers)
			break;
		if (file->f_flags & O_NONBLOCK) {
			ret = -EAGAIN;
			break;
		}
		mutex_unlock(&pipe->mutex);
		ret = wait_event_interruptible(pipe->rd_wait,
					       !pipe_empty(pipe) ||
						       !READ_ONCE(pipe->writers));
		if (ret)
			return ret;
		mutex_lock(&pipe->mutex);
	}
	/* Another reader may go on with the rest. */
	if (ret > 0 && !pipe_empty(pipe))
		wake_readers(pipe);
	mutex_unlock(&pipe->mutex);
	if (freed)
		wake_writers(pipe);
	return ret;
}

/* ---- writing ------------------------------------------------------------ */

/* Append to the newest page, if there is room for all of @from there. */
static ssize_t pipe_merge(struct pipe_inode_info *pipe, struct iov_iter *from)
{
	size_t tail_len = from->count & (PAGE_SIZE - 1);
	struct pipe_buffer *buf;
	size_t end;

	if (!tail_len || pipe_empty(pipe))
		return 0;
	buf = pipe_slot(pipe, pipe->head - 1);
	end = buf->offset + buf->len;
	if (!buf->can_merge || end + tail_len > PAGE_SIZE)
		return 0;
	if (copy_from_iter(page_address(buf->page) + end, tail_len, from) <
	    tail_len)
		return -EFAULT;
	buf->len += tail_len;
	return tail_len;
}

static struct page *pipe_get_page(struct pipe_inode_info *pipe)
{
	struct page *page = pipe->tmp_page;

	pipe->tmp_page = NULL;
	return page ? page : alloc_page(GFP_HIGHUSER);
}

/* Fill one new slot.  Return: bytes, or -ENOMEM, -EFAULT. */
static ssize_t pipe_push(struct pipe_inode_info *pipe, struct iov_iter *from)
{
	size_t chunk = min_t(size_t, from->count, PAGE_SIZE);
	struct page *page = pipe_get_page(pipe);

	if (!page)
		return -ENOMEM;
	if (copy_from_iter(page_address(page), chunk, from) < chunk) {
		if (pipe->tmp_page)
			put_page(page);
		else
			pipe->tmp_page = page;
		return -EFAULT;
	}
	*pipe_slot(pipe, pipe->head) = (struct pipe_buffer){
		.page = page,
		.len = chunk,
		.can_merge = true,
	};
	pipe->head++;
	return chunk;
}

/* Write until it is done or the pipe is full; pipe->mutex held. */
static ssize_t pipe_write_locked(struct pipe_inode_info *pipe,
				 struct iov_iter *from, bool may_merge)
{
	ssize_t done = 0, n;

	if (may_merge) {
		n = pipe_merge(pipe, from);
		if (n < 0)
			return n;
		done = n;
	}
	while (from->count && !pipe_full(pipe)) {
		n = pipe_push(pipe, from);
		if (n < 0)
			return done ? done : n;
		done += n;
	}
	return done;
}

/* Wait for a free slot; the mutex is dropped meanwhile. */
static int pipe_wait_writable(struct pipe_inode_info *pipe)
	__no_lock_analysis
{
	int err;

	mutex_unlock(&pipe->mutex);
	err = wait_event_interruptible(
		pipe->wr_wait,
		!pipe_full(pipe) || !READ_ONCE(pipe->readers));
	mutex_lock(&pipe->mutex);
	return err;
}

static ssize_t pipe_write_iter(struct file *file, struct iov_iter *from)
{
	struct pipe_inode_info *pipe = file->private_data;
	ssize_t done = 0, ret = 0;
	bool was_empty;

	if (!from->count)
		return 0;
	mutex_lock(&pipe->mutex);
	for (;;) {
		if (!pipe->readers) {
			send_sig(SIGPIPE, current, 0);
			ret = -EPIPE;
			break;
		}
		was_empty = pipe_empty(pipe);
		ret = pipe_write_locked(pipe, from, done == 0);
		if (ret > 0) {
			done += ret;
			if (was_empty)
				wake_readers(pipe);
		}
		if (ret < 0 || !from->count)
			break;
		ret = -EAGAIN;
		if (file->f_flags & O_NONBLOCK)
			break;
		ret = pipe_wait_writable(pipe);
		if (ret)
			break;
	}
	/* Another writer may use what is left of the room. */
	if (!pipe_full(pipe))
		wake_writers(pipe);
	mutex_unlock(&pipe->mutex);
	return done ? done : ret;
}

static ssize_t pipe_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *pos)
{
	struct iov_iter from = iov_iter_ubuf((char __user *)ubuf, count);

	return pipe_write_iter(file, &from);
}

/*
 * The pieces of one writev(2) go in together if they are short, as stdio
 * relies on: they are gathered in one buffer.
 */
static ssize_t pipe_writev(struct file *file, const struct iovec *iov,
			   unsigned long nr_segs, loff_t *pos)
{
	struct iov_iter from;
	size_t total = 0;
	ssize_t ret = 0;
	char *buf;

	for (unsigned long i = 0; i < nr_segs; i++)
		total += iov[i].iov_len;
	if (!total)
		return 0;
	buf = total <= PIPE_BUF ? kmalloc(total, GFP_KERNEL) : NULL;
	if (buf) {
		total = 0;
		for (unsigned long i = 0; i < nr_segs && !ret; i++) {
			if (copy_from_user(buf + total, iov[i].iov_base,
					   iov[i].iov_len))
				ret = -EFAULT;
			total += iov[i].iov_len;
		}
		from = iov_iter_kvec(buf, total);
		if (!ret)
			ret = pipe_write_iter(file, &from);
		kfree(buf);
		return ret;
	}
	total = 0;
	for (unsigned long i = 0; i < nr_segs; i++) {
		ret = pipe_write(file, iov[i].iov_base, iov[i].iov_len, pos);
		if (ret < 0)
			return total ? (ssize_t)total : ret;
		total += ret;
		if ((size_t)ret < iov[i].iov_len)
			break;
	}
	return total;
}

/* ---- poll, ioctl, fcntl ------------------------------------------------- */

static unsigned int pipe_poll(struct file *file, poll_table *pt)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int mask = 0;

	if (file->f_mode & FMODE_READ)
		poll_wait(file, &pipe->rd_wait, pt);
	if (file->f_mode & FMODE_WRITE)
		poll_wait(file, &pipe->wr_wait, pt);
	if (file->f_mode & FMODE_READ) {
		if (!pipe_empty(pipe))
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers && file->f_pos != pipe->w_counter)
			mask |= POLLHUP;
	}
	if (file->f_mode & FMODE_WRITE) {
		if (!pipe_full(pipe))
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int bytes = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	mutex_lock(&pipe->mutex);
	for (unsigned int i = pipe->tail; i != pipe->head; i++)
		bytes += pipe_slot(pipe, i)->len;
	mutex_unlock(&pipe->mutex);
	return put_user((int)bytes, (int __user *)arg);
}

static long pipe_resize(struct pipe_inode_info *pipe, unsigned int size)
{
	unsigned int slots = roundup_pow_of_two(DIV_ROUND_UP(size, PAGE_SIZE));
	unsigned int used = pipe_occupancy(pipe);
	struct pipe_buffer *bufs;

	if (used > slots)
		return -EBUSY;
	bufs = kcalloc(slots, sizeof(*bufs), GFP_KERNEL);
	if (!bufs)
		return -ENOMEM;
	for (unsigned int i = 0; i < used; i++)
		bufs[i] = *pipe_slot(pipe, pipe->tail + i);
	kfree(pipe->bufs);
	pipe->bufs = bufs;
	WRITE_ONCE(pipe->ring_size, slots);
	pipe->tail = 0;
	pipe->head = used;
	wake_writers(pipe);
	return slots * PAGE_SIZE;
}

long pipe_fcntl(struct file *file, unsigned int cmd, unsigned int arg)
{
	struct pipe_inode_info *pipe = get_pipe_info(file);
	long ret;

	if (!pipe)
		return -EBADF;
	mutex_lock(&pipe->mutex);
	if (cmd == F_GETPIPE_SZ)
		ret = pipe->ring_size * PAGE_SIZE;
	else if (!arg || arg > 1U << 31)
		ret = -EINVAL;
	else if (arg > PIPE_MAX_SIZE && (arg > 1U << 24 || !capable_root()))
		ret = -EPERM;
	else
		ret = pipe_resize(pipe, arg);
	mutex_unlock(&pipe->mutex);
	return ret;
}

/* ---- opening and closing ------------------------------------------------ */

static int pipe_release(struct inode *inode, struct file *file)
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
	__no_lock_analysis
{
	unsigned int seen = *counter;
	int err;

	mutex_unlock(&pipe->mutex);
	err = wait_event_interruptible(*wq, READ_ONCE(*counter) != seen);
	mutex_lock(&pipe->mutex);
	return err;
}

/* Count the new end, and wait for the other.  On failure: pipe_release(). */
static int fifo_open_end(struct pipe_inode_info *pipe, struct file *file)
{
	bool nonblock = file->f_flags & O_NONBLOCK;
	bool is_pipe = file->f_inode->i_sb == pipefs_sb;
	fmode_t mode = file->f_mode & (FMODE_READ | FMODE_WRITE);

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
		return wait_for_partner(pipe, &pipe->wr_wait,
					&pipe->r_counter);
	return 0;
}

static int fifo_open(struct inode *inode, struct file *file)
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

static const struct file_operations pipefifo_fops = {
	.open = fifo_open,
	.read = pipe_read,
	.write = pipe_write,
	.writev = pipe_writev,
	.poll = pipe_poll,
	.unlocked_ioctl = pipe_ioctl,
	.release = pipe_release,
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
	res[1] = IS_ERR(res[0]) ? ERR_PTR(-ENFILE) :
				  pipe_end(dentry, O_WRONLY | flags);
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
