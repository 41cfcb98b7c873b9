/* SPDX-License-Identifier: MIT */
/*
 * fs/uio.h - where the bytes of a read or write come from or go to.
 *
 * One piece of code copies for system calls (user memory, which may fault) and
 * for the kernel itself (exec, the initramfs).
 *
 * In Linux: include/linux/uio.h.
 */
#ifndef KILBURN_FS_UIO_H
#define KILBURN_FS_UIO_H

#include <asm/uaccess.h>
#include "kernel/lib/string.h"
#include "kernel/lib/types.h"

/* One piece of a readv(2) or writev(2), as user space gives it. */
struct iovec {
	void __user *iov_base;
	size_t iov_len; /* bytes */
};

#define UIO_MAXIOV  1024 /* pieces of one call */
#define UIO_FASTIOV 8    /* for so many there is room on the stack */

/**
 * iovec_from_user() - copy the list of pieces of a call.
 * @uvec: the list
 * @nr: its length
 * @fast: UIO_FASTIOV entries
 * @iov: becomes @fast, or memory that the caller gives to kfree(), also after
 *	an error
 *
 * Return: 0; -EINVAL for more than UIO_MAXIOV pieces or a length that is
 * negative as ssize_t; -EFAULT, -ENOMEM.
 */
int iovec_from_user(const struct iovec __user *uvec, unsigned long nr,
		    struct iovec *fast, struct iovec **iov);

/*
 * The same for pieces of current's memory: -EFAULT also for a piece beyond user
 * addresses.  Return: bytes in all, cut to MAX_RW_COUNT.
 */
ssize_t import_iovec(const struct iovec __user *uvec, unsigned long nr,
		     struct iovec *fast, struct iovec **iov);

struct iov_iter {
	char __user *ubuf; /* one of the two is NULL */
	char *kbuf;
	size_t count; /* bytes left */
};

static inline struct iov_iter iov_iter_ubuf(void __user *buf, size_t count)
{
	return (struct iov_iter){ .ubuf = buf, .count = count };
}

static inline struct iov_iter iov_iter_kvec(void *buf, size_t count)
{
	return (struct iov_iter){ .kbuf = buf, .count = count };
}

static inline void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	if (i->kbuf)
		i->kbuf += bytes;
	else
		i->ubuf += bytes;
	i->count -= bytes;
}

/**
 * copy_to_iter() - hand out @bytes bytes.
 * @addr: kernel address to copy from
 * @bytes: at most i->count
 * @i: advanced by what was copied
 *
 * Context: may sleep.
 * Return: bytes copied; fewer than asked where user memory faulted.
 */
static inline size_t copy_to_iter(const void *addr, size_t bytes,
				  struct iov_iter *i)
{
	size_t done = bytes;

	if (i->kbuf)
		memcpy(i->kbuf, addr, bytes);
	else
		done -= copy_to_user(i->ubuf, addr, bytes);
	iov_iter_advance(i, done);
	return done;
}

/* The other direction. */
static inline size_t copy_from_iter(void *addr, size_t bytes,
				    struct iov_iter *i)
{
	size_t done = bytes;

	if (i->kbuf)
		memcpy(addr, i->kbuf, bytes);
	else
		done -= raw_copy_from_user(addr, i->ubuf, bytes);
	iov_iter_advance(i, done);
	return done;
}

/* Whether the next byte can be read: brings in its page if need be. */
static inline bool fault_in_iter_readable(const struct iov_iter *i)
{
	char byte;

	return i->kbuf || !copy_from_user(&byte, i->ubuf, 1);
}

/* copy_to_iter() of zeros. */
static inline size_t iov_iter_zero(size_t bytes, struct iov_iter *i)
{
	size_t done = bytes;

	if (i->kbuf)
		memset(i->kbuf, 0, bytes);
	else
		done -= clear_user(i->ubuf, bytes);
	iov_iter_advance(i, done);
	return done;
}

#endif /* KILBURN_FS_UIO_H */
