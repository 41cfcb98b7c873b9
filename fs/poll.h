/* SPDX-License-Identifier: MIT */
/*
 * fs/poll.h - waiting for several files at once.
 *
 * A file's ->poll() hands each wait queue that matters to poll_wait() and
 * returns the events that are true now.
 *
 * In Linux: include/linux/poll.h.
 */
#ifndef KILBURN_FS_POLL_H
#define KILBURN_FS_POLL_H

#include "fs/fs.h"
#include "kernel/lib/types.h"
#include "kernel/wait.h"

#define POLLIN     0x0001
#define POLLPRI    0x0002
#define POLLOUT    0x0004
#define POLLERR    0x0008
#define POLLHUP    0x0010
#define POLLNVAL   0x0020
#define POLLRDNORM 0x0040
#define POLLRDBAND 0x0080
#define POLLWRNORM 0x0100
#define POLLWRBAND 0x0200
#define POLLMSG    0x0400
#define POLLRDHUP  0x2000

/* What a file without ->poll() always answers. */
#define DEFAULT_POLLMASK (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)

typedef struct poll_table_struct {
	/** @qproc: register on @wq; NULL once nothing more need wait. */
	void (*qproc)(struct file *file, struct wait_queue_head *wq,
		      struct poll_table_struct *pt);
} poll_table;

static inline void poll_wait(struct file *file, struct wait_queue_head *wq,
			     poll_table *pt)
{
	if (pt && pt->qproc)
		pt->qproc(file, wq, pt);
}

#endif /* KILBURN_FS_POLL_H */
