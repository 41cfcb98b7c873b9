/* SPDX-License-Identifier: MIT */
/*
 * mm/process_vm.c - reading and writing the memory of another process.
 *
 * Theory
 *
 * Two lists of pieces describe the transfer: ours, plain user addresses of the
 * caller, and theirs, addresses of another process.  Theirs are turned into
 * pages and pinned, a batch at a time; ours are copied from and to like any
 * buffer of a system call, with nothing locked.
 *
 *	theirs	addr --- pin_user_pages_remote() ---> page --+
 *							     | copy
 *	ours	addr --- copy_to_user(), copy_from_user() ---+
 *
 * The pages are pinned, not only referenced, because a store goes through them:
 * a fork() of the other process in the middle must leave it with these pages,
 * and give the copies to its child.
 *
 * A call that has moved some bytes says how many, also if it then ran into an
 * address that is bad on either side.
 *
 * Locking: the other mm's mmap_lock for read, while a batch is pinned.
 *
 * Reading order: copy_pages(), rw_piece(), process_vm_rw().
 * In Linux: mm/process_vm_access.c.
 */

#include "fs/uio.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/ptrace.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/gup.h"
#include "mm/slab.h"

#define PIN_BATCH 16 /* pages; as many pointers are on the stack */

/* Which way the bytes go, seen from the caller. */
enum direction { READ_THEIRS, WRITE_THEIRS };

/* The rest of our pieces. */
struct local_pieces {
	const struct iovec *iov; /* the current one */
	size_t offset;           /* done of it, bytes */
	size_t count;            /* left in all, bytes */
};

/* Copy @len bytes, at most ours->count.  Return: bytes done. */
static size_t copy_piecewise(struct local_pieces *ours, char *page_bytes,
			     size_t len, enum direction direction)
{
	size_t done = 0;

	while (done < len) {
		size_t chunk =
			min(len - done, ours->iov->iov_len - ours->offset);
		char __user *user = ours->iov->iov_base + ours->offset;
		size_t left;

		if (direction == READ_THEIRS)
			left = copy_to_user(user, page_bytes + done, chunk);
		else
			left = raw_copy_from_user(page_bytes + done, user,
						  chunk);
		chunk -= left;
		done += chunk;
		ours->offset += chunk;
		ours->count -= chunk;
		if (left)
			break;
		if (ours->offset == ours->iov->iov_len) {
			ours->iov++;
			ours->offset = 0;
		}
	}
	return done;
}

/* The pages hold @len bytes of theirs, from @offset of the first.  0, -EFAULT */
static int copy_pages(struct page **pages, size_t offset, size_t len,
		      struct local_pieces *ours, enum direction direction)
{
	while (len && ours->count) {
		size_t chunk = min3(len, PAGE_SIZE - offset, ours->count);
		char *bytes = (char *)page_address(*pages++) + offset;

		if (copy_piecewise(ours, bytes, chunk, direction) < chunk)
			return -EFAULT;
		len -= chunk;
		offset = 0;
	}
	return 0;
}

/* One piece of theirs.  Return: 0 or -EFAULT; ours->count says how much. */
static int rw_piece(struct mm_struct *mm, const struct iovec *theirs,
		    struct local_pieces *ours, enum direction direction)
{
	unsigned long addr = (unsigned long)theirs->iov_base;
	unsigned int gup_flags = direction == WRITE_THEIRS ? FOLL_WRITE : 0;
	size_t len = theirs->iov_len;
	struct page *pages[PIN_BATCH];
	int err = 0;

	while (!err && len && ours->count) {
		size_t offset = offset_in_page(addr);
		unsigned long wanted = (offset + len - 1) / PAGE_SIZE + 1;
		size_t chunk;
		long pinned;

		mmap_read_lock(mm);
		pinned = pin_user_pages_remote(
			mm, addr, min_t(unsigned long, wanted, PIN_BATCH),
			gup_flags, pages);
		mmap_read_unlock(mm);
		if (pinned <= 0)
			return -EFAULT;
		chunk = min(len, pinned * PAGE_SIZE - offset);
		err = copy_pages(pages, offset, chunk, ours, direction);
		unpin_user_pages(pages, pinned, direction == WRITE_THEIRS);
		addr += chunk;
		len -= chunk;
	}
	return err;
}

/* All pieces.  Return: bytes done, or -errno if there are none. */
static ssize_t rw_pieces(struct mm_struct *mm, const struct iovec *theirs,
			 unsigned long nr_theirs, struct local_pieces *ours,
			 enum direction direction)
{
	size_t total = ours->count;
	int err = 0;

	for (unsigned long i = 0; i < nr_theirs && ours->count && !err; i++)
		err = rw_piece(mm, &theirs[i], ours, direction);
	return ours->count < total ? (ssize_t)(total - ours->count) : err;
}

static ssize_t rw_process(pid_t pid, const struct iovec *theirs,
			  unsigned long nr_theirs, struct local_pieces *ours,
			  enum direction direction)
{
	struct task_struct *task = find_task_by_vpid(pid);
	struct mm_struct *mm;
	ssize_t ret;

	if (!task)
		return -ESRCH;
	mm = mm_access(task, PTRACE_MODE_REALCREDS);
	put_task_struct(task);
	if (IS_ERR(mm))
		return -EPERM;
	if (!mm)
		return -ESRCH;
	ret = rw_pieces(mm, theirs, nr_theirs, ours, direction);
	mmput(mm);
	return ret;
}

static bool all_empty(const struct iovec *iov, unsigned long nr)
{
	for (unsigned long i = 0; i < nr; i++)
		if (iov[i].iov_len)
			return false;
	return true;
}

static ssize_t process_vm_rw(pid_t pid, const struct iovec __user *lvec,
			     unsigned long liovcnt,
			     const struct iovec __user *rvec,
			     unsigned long riovcnt, enum direction direction)
{
	struct iovec fast_l[UIO_FASTIOV], *iov_l = fast_l;
	struct iovec fast_r[UIO_FASTIOV], *iov_r = fast_r;
	struct local_pieces ours = { 0 };
	ssize_t ret;

	ret = import_iovec(lvec, liovcnt, fast_l, &iov_l);
	if (ret <= 0)
		goto out_free_l;
	ours.iov = iov_l;
	ours.count = ret;
	ret = iovec_from_user(rvec, riovcnt, fast_r, &iov_r);
	/* Who asks for nothing gets nothing, and no error for the process. */
	if (!ret && !all_empty(iov_r, riovcnt))
		ret = rw_process(pid, iov_r, riovcnt, &ours, direction);
	if (iov_r != fast_r)
		kfree(iov_r);
out_free_l:
	if (iov_l != fast_l)
		kfree(iov_l);
	return ret;
}

SYSCALL_DEFINE6(process_vm_readv, pid_t, pid, const struct iovec __user *, lvec,
		unsigned long, liovcnt, const struct iovec __user *, rvec,
		unsigned long, riovcnt, unsigned long, flags)
{
	if (flags)
		return -EINVAL;
	return process_vm_rw(pid, lvec, liovcnt, rvec, riovcnt, READ_THEIRS);
}

SYSCALL_DEFINE6(process_vm_writev, pid_t, pid, const struct iovec __user *,
		lvec, unsigned long, liovcnt, const struct iovec __user *, rvec,
		unsigned long, riovcnt, unsigned long, flags)
{
	if (flags)
		return -EINVAL;
	return process_vm_rw(pid, lvec, liovcnt, rvec, riovcnt, WRITE_THEIRS);
}
