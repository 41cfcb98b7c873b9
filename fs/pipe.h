/* SPDX-License-Identifier: MIT */
/*
 * fs/pipe.h - pipes: a ring of pages between writers and readers.
 *
 * In Linux: include/linux/pipe_fs_i.h.
 */
#ifndef KILBURN_FS_PIPE_H
#define KILBURN_FS_PIPE_H

#include "fs/fs.h"
#include "kernel/lib/types.h"
#include "kernel/mutex.h"
#include "kernel/wait.h"

#define PIPE_DEF_BUFFERS 16
#define PIPE_BUF         4096 /* writes up to this are not interleaved, bytes */
#define PIPE_MAX_SIZE    (1U << 20) /* fs.pipe-max-size, bytes */

struct pipe_buffer {
	struct page *page;
	u16 offset, len; /* bytes not yet read */
	bool can_merge;  /* the page is the pipe's own */
};

/* Slots tail .. head - 1 are full; both only grow, and are taken mod size. */
struct pipe_inode_info {
	struct mutex mutex; /* protects all below but the wait queues */
	unsigned int head, tail;
	unsigned int ring_size;            /* slots, a power of two */
	unsigned int readers, writers;     /* open ends */
	unsigned int r_counter, w_counter; /* how often each was opened */
	unsigned int users;                /* open files; at 0 it is freed */
	struct page *tmp_page; /* the last page read empty, kept for reuse */
	struct pipe_buffer *bufs;
	struct wait_queue_head rd_wait, wr_wait;
};

static inline unsigned int pipe_occupancy(const struct pipe_inode_info *pipe)
{
	return pipe->head - pipe->tail;
}

/* Exact with pipe->mutex held, and else a hint. */
static inline bool pipe_empty(const struct pipe_inode_info *pipe)
{
	return pipe->head == pipe->tail;
}

static inline bool pipe_full(const struct pipe_inode_info *pipe)
{
	return pipe_occupancy(pipe) >= pipe->ring_size;
}

static inline struct pipe_buffer *pipe_slot(struct pipe_inode_info *pipe,
					    unsigned int index)
{
	return &pipe->bufs[index & (pipe->ring_size - 1)];
}

extern const struct file_operations fifo_fops; /* until it is opened */
extern const struct file_operations pipefifo_fops;
int fifo_open(struct inode *inode, struct file *file);
int pipe_release(struct inode *inode, struct file *file);

/* What read(2) does; only a caller of vmsplice(2) has a @nonblock of its own. */
ssize_t pipe_read_from(struct pipe_inode_info *pipe, char __user *ubuf,
		       size_t count, bool nonblock);

/**
 * pipe_wait_for_space() - wait until there is a free slot.
 * @pipe: its mutex is held, and dropped to sleep
 * @nonblock: do not wait
 *
 * Return: 0; -EPIPE, with a SIGPIPE: nobody reads; -EAGAIN, -ERESTARTSYS.
 */
int pipe_wait_for_space(struct pipe_inode_info *pipe, bool nonblock)
	__must_hold(&pipe->mutex);

/**
 * pipe_push_page() - put a part of a page that is not the pipe's into it.
 * @pipe: not full, its mutex is held
 * @page: the pipe takes over a reference
 * @offset: of the part, bytes
 * @len: of the part, bytes; not 0
 *
 * The bytes are those that the page has when they are read.
 */
void pipe_push_page(struct pipe_inode_info *pipe, struct page *page,
		    size_t offset, size_t len);

struct pipe_inode_info *get_pipe_info(struct file *file); /* NULL: no pipe */
long pipe_fcntl(struct file *file, unsigned int cmd, unsigned int arg);

#endif /* KILBURN_FS_PIPE_H */
