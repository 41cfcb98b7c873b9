/* SPDX-License-Identifier: MIT */
/*
 * fs/splice.c - vmsplice(2): user pages in a pipe, without a copy.
 *
 * Into a pipe the pages themselves go, each with a reference (get, not pin).
 * What the pipe shows is what they contain when they are read: a store of their
 * owner before that is seen.  But only of their owner.  When two processes
 * share the page after fork() and one of them shows it, a store of the other
 * must make a copy, although after munmap() in the first the other's entry is
 * the only one left: the reference counts, not the entries (mm/memory_wp.c;
 * CVE-2020-29374).
 *
 * Unlike Linux, a page that was copied from a raw frame is refused like the
 * frames around it (Q1 of mm/gup.c).  There the shortcut that vmsplice(2) takes
 * through the page table does not look at the area, and gets it.
 *
 * Out of a pipe the bytes are copied, as read(2) does.  SPLICE_F_GIFT promises
 * not to touch the pages again, which nobody needs here, and SPLICE_F_MOVE asks
 * for what is always done.
 *
 * In Linux: fs/splice.c:vmsplice_to_pipe(), vmsplice_to_user().
 */
#include "fs/file.h"
#include "fs/pipe.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/syscalls.h"
#include "mm/gup.h"
#include "mm/slab.h"

#define SPLICE_F_MOVE     0x01u
#define SPLICE_F_NONBLOCK 0x02u
#define SPLICE_F_MORE     0x04u
#define SPLICE_F_GIFT     0x08u
#define SPLICE_F_ALL                                                           \
	(SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT)

#define SPLICE_BATCH 16 /* pages */

/*
 * Get the pages of a piece and push as many as there is room for; the rest is
 * let go.  pipe->mutex held.  Return: bytes pushed; -EFAULT, -ENOMEM, -EINTR.
 */
static ssize_t push_batch(struct pipe_inode_info *pipe, unsigned long addr,
			  size_t len)
{
	size_t offset = offset_in_page(addr), done = 0;
	unsigned long wanted = DIV_ROUND_UP(offset + len, PAGE_SIZE);
	struct page *pages[SPLICE_BATCH];
	long got;

	wanted = min_t(unsigned long, wanted, SPLICE_BATCH);
	got = get_user_pages_unlocked(addr, wanted, 0, pages);
	for (long i = 0; i < got; i++) {
		size_t chunk = min(len - done, PAGE_SIZE - offset);

		if (pipe_full(pipe)) {
			put_page(pages[i]);
			continue;
		}
		pipe_push_page(pipe, pages[i], offset, chunk);
		done += chunk;
		offset = 0;
	}
	return got < 0 ? got : (ssize_t)done;
}

/* pipe->mutex held. */
static ssize_t push_pieces(struct pipe_inode_info *pipe,
			   const struct iovec *iov, unsigned long nr)
{
	ssize_t total = 0;

	for (unsigned long i = 0; i < nr; i++) {
		unsigned long addr = (unsigned long)iov[i].iov_base;
		size_t left = iov[i].iov_len;

		while (left) {
			ssize_t done = pipe_full(pipe)
					       ? -EAGAIN
					       : push_batch(pipe, addr, left);

			if (done < 0)
				return total ? total : done;
			total += done;
			addr += done;
			left -= done;
		}
	}
	return total;
}

static ssize_t vmsplice_to_pipe(struct pipe_inode_info *pipe,
				const struct iovec *iov, unsigned long nr,
				unsigned int flags)
{
	ssize_t ret;

	mutex_lock(&pipe->mutex);
	ret = pipe_wait_for_space(pipe, flags & SPLICE_F_NONBLOCK);
	if (!ret)
		ret = push_pieces(pipe, iov, nr);
	mutex_unlock(&pipe->mutex);
	return ret;
}

/* Waits for the first byte only. */
static ssize_t vmsplice_to_user(struct pipe_inode_info *pipe,
				const struct iovec *iov, unsigned long nr,
				unsigned int flags)
{
	ssize_t total = 0;

	for (unsigned long i = 0; i < nr; i++) {
		bool nonblock = total || flags & SPLICE_F_NONBLOCK;
		ssize_t done = pipe_read_from(pipe, iov[i].iov_base,
					      iov[i].iov_len, nonblock);

		if (done < 0)
			return total ? total : done;
		total += done;
		if ((size_t)done < iov[i].iov_len)
			break;
	}
	return total;
}

static ssize_t do_vmsplice(struct file *file, const struct iovec __user *uiov,
			   unsigned long nr_segs, unsigned int flags)
{
	struct pipe_inode_info *pipe = get_pipe_info(file);
	struct iovec fast[UIO_FASTIOV], *iov;
	ssize_t ret;

	if (!(file->f_mode & (FMODE_READ | FMODE_WRITE)))
		return -EBADF;
	ret = import_iovec(uiov, nr_segs, fast, &iov);
	if (ret > 0 && !pipe)
		ret = -EBADF;
	else if (ret > 0 && file->f_mode & FMODE_WRITE)
		ret = vmsplice_to_pipe(pipe, iov, nr_segs, flags);
	else if (ret > 0)
		ret = vmsplice_to_user(pipe, iov, nr_segs, flags);
	if (iov != fast)
		kfree(iov);
	return ret;
}

SYSCALL_DEFINE4(vmsplice, int, fd, const struct iovec __user *, uiov,
		unsigned long, nr_segs, unsigned int, flags)
{
	struct fd f;
	ssize_t ret;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	ret = do_vmsplice(f.file, uiov, nr_segs, flags);
	fdput(f);
	return ret;
}
