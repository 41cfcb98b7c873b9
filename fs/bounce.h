/* SPDX-License-Identifier: MIT */
/*
 * fs/bounce.h - user memory and device memory meet in a buffer on the stack.
 *
 * A user copy may fault half way, and is then begun again; a device must see each
 * access once.  So each piece goes through a buffer that is neither's.
 *
 * In Linux: drivers/video/fbdev/core/fbmem.c, fb_read() and fb_write(), whose
 * buffer is a page from kmalloc().
 */
#ifndef KILBURN_FS_BOUNCE_H
#define KILBURN_FS_BOUNCE_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/**
 * bounce_fn - move bytes between a device and kernel memory.
 * @device: whatever the caller of read_bounced() or write_bounced() gave
 * @pos: where in the device, bytes
 * @buf: kernel memory, read or filled
 * @len: bytes, at most 512
 */
typedef void bounce_fn(void *device, u64 pos, void *buf, size_t len);

/**
 * read_bounced() - copy from a device to the user.
 * @load: brings a piece from the device; it may sleep
 * @device: for @load
 * @buf: user memory
 * @count: bytes; from @pos on the device has so many
 * @pos: where to begin, bytes; goes on by what was copied
 *
 * Context: may sleep.
 * Return: bytes copied, @count unless user memory ended; -EFAULT if it did at
 * once.
 */
ssize_t read_bounced(bounce_fn *load, void *device, char __user *buf,
		     size_t count, loff_t *pos);

/* The same from the user to the device; @store puts a piece there. */
ssize_t write_bounced(bounce_fn *store, void *device, const char __user *buf,
		      size_t count, loff_t *pos);

#endif /* KILBURN_FS_BOUNCE_H */
