/* SPDX-License-Identifier: MIT */
/*
 * fs/bounce.c - user memory and device memory meet in a buffer on the stack.
 *
 * See fs/bounce.h.
 */

#include "fs/bounce.h"
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"

#define BOUNCE 512 /* bytes */

ssize_t read_bounced(bounce_fn *load, void *device, char __user *buf,
		     size_t count, loff_t *pos)
{
	u8 bounce[BOUNCE];
	size_t done = 0;

	while (done < count) {
		size_t n = min_t(size_t, count - done, sizeof(bounce)), left;

		load(device, *pos, bounce, n);
		left = copy_to_user(buf + done, bounce, n);
		done += n - left;
		*pos += n - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
	}
	return done;
}

ssize_t write_bounced(bounce_fn *store, void *device, const char __user *buf,
		      size_t count, loff_t *pos)
{
	u8 bounce[BOUNCE];
	size_t done = 0;

	while (done < count) {
		size_t n = min_t(size_t, count - done, sizeof(bounce));
		size_t left = copy_from_user(bounce, buf + done, n);

		n -= left;
		if (n)
			store(device, *pos, bounce, n);
		done += n;
		*pos += n;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
	}
	return done;
}
