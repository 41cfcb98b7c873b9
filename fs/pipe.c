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
 * When the pipe stops being empty, or full, all who wait are woken, so nobody
 * need pass a wake-up on.
 *
 * Reading order: pipe_push(), pipe_write_source(), pipe_read(); pipe_open.c.
 * In Linux: fs/pipe.c.
 */
#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/internal.h"
#include "fs/pipe.h"
#include "fs/poll.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/slab.h"

#define FIONREAD 0x541b

/*
 * Most often nobody waits, and that is cheap to see.  The barrier pairs with
 * the one in prepare_to_wait(): we see the waiter, or it sees our change.
 */
static void wake_readers(struct pipe_inode_info *pipe)
{
	smp_mb();
	if (waitqueue_active(&pipe->rd_wait))
		wake_up_interruptible_poll(&pipe->rd_wait, POLLIN | POLLRDNORM);
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
static inline void pipe_release_slot(struct pipe_inode_info *pipe,
				     struct pipe_buffer *buf)
{
	if (!pipe->tmp_page && buf->can_merge && page_count(buf->page) == 1)
		pipe->tmp_page = buf->page;
	else
		put_page(buf->page);
	buf->page = NULL;
	pipe->tail++;
}

/* Take what is there, at most @count bytes.  The pipe is not empty. */
static inline ssize_t pipe_take(struct pipe_inode_info *pipe, char __user *ubuf,
				size_t count)
{
	ssize_t done = 0;

	do {
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
		if (!buf->len)
			pipe_release_slot(pipe, buf);
	} while (count && !pipe_empty(pipe));
	return done;
}

/*
 * The pipe is empty: sleep until it is not.  pipe->mutex is dropped meanwhile.
 * Return: 1 to look again, 0 at the end, or -EAGAIN, -ERESTARTSYS.
 */
static noinline int pipe_wait_readable(struct pipe_inode_info *pipe,
				       bool nonblock) __must_hold(&pipe->mutex)
{
	int err;

	lockdep_assert_held(&pipe->mutex);
	if (!pipe->writers)
		return 0;
	if (nonblock)
		return -EAGAIN;
	mutex_unlock(&pipe->mutex);
	err = wait_event_interruptible(
		pipe->rd_wait, !pipe_empty(pipe) || !READ_ONCE(pipe->writers));
	mutex_lock(&pipe->mutex);
	return err ? err : 1;
}

ssize_t pipe_read_from(struct pipe_inode_info *pipe, char __user *ubuf,
		       size_t count, bool nonblock)
{
	bool was_full;
	ssize_t ret;

	if (!count)
		return 0;
	mutex_lock(&pipe->mutex);
	while (unlikely(pipe_empty(pipe))) {
		ret = pipe_wait_readable(pipe, nonblock);
		if (ret <= 0)
			goto out;
	}
	was_full = pipe_full(pipe);
	ret = pipe_take(pipe, ubuf, count);
	if (unlikely(was_full) && !pipe_full(pipe))
		wake_writers(pipe);
out:
	mutex_unlock(&pipe->mutex);
	return ret;
}

static ssize_t pipe_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *pos)
{
	return pipe_read_from(file->private_data, ubuf, count,
			      file->f_flags & O_NONBLOCK);
}

/* ---- writing ------------------------------------------------------------ */

/* What is to be written: the rest of one piece, and the pieces after it. */
struct pipe_source {
	const char __user *buf;
	size_t left;              /* bytes in this piece */
	const struct iovec *next; /* the piece after it */
	size_t count;             /* bytes in all */
};

/* Copy @len bytes, at most src->count.  Return: false: bad address. */
static inline bool pipe_copy_in(void *to, size_t len, struct pipe_source *src)
{
	size_t rest = len;

	while (unlikely(rest > src->left)) {
		if (copy_from_user(to, src->buf, src->left))
			return false;
		to += src->left;
		rest -= src->left;
		src->buf = src->next->iov_base;
		src->left = src->next->iov_len;
		src->next++;
	}
	if (copy_from_user(to, src->buf, rest))
		return false;
	src->buf += rest;
	src->left -= rest;
	src->count -= len;
	return true;
}

/*
 * Put what does not fill a whole page into the newest page, if there is room
 * for all of it there.  Return: 0 or -EFAULT.
 */
static int pipe_merge(struct pipe_inode_info *pipe, struct pipe_source *src)
{
	size_t len = src->count & (PAGE_SIZE - 1);
	struct pipe_buffer *buf = pipe_slot(pipe, pipe->head - 1);
	size_t end = buf->offset + buf->len;

	if (!len || !buf->can_merge || end + len > PAGE_SIZE)
		return 0;
	if (!pipe_copy_in(page_address(buf->page) + end, len, src))
		return -EFAULT;
	buf->len += len;
	return 0;
}

/* Fill one new slot.  Return: 0, or -ENOMEM, -EFAULT. */
static inline int pipe_push(struct pipe_inode_info *pipe,
			    struct pipe_source *src)
{
	size_t chunk = min_t(size_t, src->count, PAGE_SIZE);
	struct page *page = pipe->tmp_page;
	struct pipe_buffer *buf;

	if (!page) {
		page = pipe->tmp_page = alloc_page(GFP_HIGHUSER);
		if (!page)
			return -ENOMEM;
	}
	if (!pipe_copy_in(page_address(page), chunk, src))
		return -EFAULT;
	pipe->tmp_page = NULL;
	buf = pipe_slot(pipe, pipe->head);
	buf->page = page;
	buf->offset = 0;
	buf->len = chunk;
	buf->can_merge = true;
	pipe->head++;
	return 0;
}

/*
 * The pipe is full: sleep until it is not, or nobody reads any more.
 * pipe->mutex is dropped meanwhile.
 */
static int pipe_wait_writable(struct pipe_inode_info *pipe, bool nonblock)
	__must_hold(&pipe->mutex)
{
	int err;

	lockdep_assert_held(&pipe->mutex);
	if (nonblock)
		return -EAGAIN;
	mutex_unlock(&pipe->mutex);
	err = wait_event_interruptible(
		pipe->wr_wait, !pipe_full(pipe) || !READ_ONCE(pipe->readers));
	mutex_lock(&pipe->mutex);
	return err;
}

/* Write what there is room for.  @merge: these are the first bytes. */
static inline int pipe_fill(struct pipe_inode_info *pipe,
			    struct pipe_source *src, bool merge)
{
	bool was_empty = pipe_empty(pipe);
	int err = 0;

	if (unlikely(!pipe->readers)) {
		send_sig(SIGPIPE, current, 0);
		return -EPIPE;
	}
	if (merge && !was_empty)
		err = pipe_merge(pipe, src);
	while (src->count && !err && !pipe_full(pipe))
		err = pipe_push(pipe, src);
	if (was_empty && !pipe_empty(pipe))
		wake_readers(pipe);
	return err;
}

/* The pipe was full before all was written. */
static noinline int pipe_write_rest(struct pipe_inode_info *pipe,
				    struct file *file, struct pipe_source *src,
				    size_t total) __must_hold(&pipe->mutex)
{
	int err = 0;

	lockdep_assert_held(&pipe->mutex);
	while (src->count && !err) {
		err = pipe_wait_writable(pipe, file->f_flags & O_NONBLOCK);
		if (!err)
			err = pipe_fill(pipe, src, src->count == total);
	}
	return err;
}

/* What has been written is what has gone from src->count. */
static __always_inline ssize_t pipe_write_source(struct file *file,
						 struct pipe_source *src)
{
	struct pipe_inode_info *pipe = file->private_data;
	size_t total = src->count;
	int err;

	mutex_lock(&pipe->mutex);
	err = pipe_fill(pipe, src, true);
	if (unlikely(src->count && !err))
		err = pipe_write_rest(pipe, file, src, total);
	mutex_unlock(&pipe->mutex);
	return src->count < total ? (ssize_t)(total - src->count) : err;
}

static ssize_t pipe_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *pos)
{
	struct pipe_source src = { ubuf, count, NULL, count };

	if (!count)
		return 0;
	return pipe_write_source(file, &src);
}

/* All pieces in one go: stdio relies on it for lines that must stay whole. */
static ssize_t pipe_writev(struct file *file, const struct iovec *iov,
			   unsigned long nr_segs, loff_t *pos)
{
	struct pipe_source src = { .next = iov };

	for (unsigned long i = 0; i < nr_segs; i++)
		src.count += iov[i].iov_len;
	return src.count ? pipe_write_source(file, &src) : 0;
}

/* ---- pages of others ---------------------------------------------------- */

int pipe_wait_for_space(struct pipe_inode_info *pipe, bool nonblock)
{
	int err;

	for (;;) {
		if (!pipe->readers) {
			send_sig(SIGPIPE, current, 0);
			return -EPIPE;
		}
		if (!pipe_full(pipe))
			return 0;
		err = pipe_wait_writable(pipe, nonblock);
		if (err)
			return err;
	}
}

void pipe_push_page(struct pipe_inode_info *pipe, struct page *page,
		    size_t offset, size_t len)
{
	struct pipe_buffer *buf = pipe_slot(pipe, pipe->head);
	bool was_empty = pipe_empty(pipe);

	buf->page = page;
	buf->offset = offset;
	buf->len = len;
	buf->can_merge = false; /* a write must not go into somebody's page */
	SetPageShown(page);
	pipe->head++;
	if (was_empty)
		wake_readers(pipe);
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
	unsigned long pages = DIV_ROUND_UP((unsigned long)size, PAGE_SIZE);
	unsigned int slots = roundup_pow_of_two(pages); /* at least one */
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

struct pipe_inode_info *get_pipe_info(struct file *file)
{
	return file->f_op == &pipefifo_fops ? file->private_data : NULL;
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
	else if (arg > 1U << 31)
		ret = -EINVAL;
	else if (arg > PIPE_MAX_SIZE && (arg > 1U << 24 || !capable_root()))
		ret = -EPERM;
	else
		ret = pipe_resize(pipe, arg);
	mutex_unlock(&pipe->mutex);
	return ret;
}

const struct file_operations pipefifo_fops = {
	.open = fifo_open,
	.read = pipe_read,
	.write = pipe_write,
	.writev = pipe_writev,
	.poll = pipe_poll,
	.unlocked_ioctl = pipe_ioctl,
	.release = pipe_release,
};
