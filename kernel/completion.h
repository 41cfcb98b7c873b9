/* SPDX-License-Identifier: MIT */
/*
 * kernel/completion.h - one task waits until another has done something.
 *
 * In Linux: include/linux/completion.h.
 */
#ifndef KILBURN_KERNEL_COMPLETION_H
#define KILBURN_KERNEL_COMPLETION_H

#include "kernel/wait.h"

struct completion {
	unsigned int done; /* wait.lock; UINT_MAX: for ever */
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(name)                                           \
	{                                                                      \
		.done = 0, .wait = __WAIT_QUEUE_HEAD_INITIALIZER(name.wait)    \
	}
#define DECLARE_COMPLETION(name)                                               \
	struct completion name = COMPLETION_INITIALIZER(name)

#define init_completion(x)                                                     \
	do {                                                                   \
		(x)->done = 0;                                                 \
		init_waitqueue_head(&(x)->wait);                               \
	} while (0)

static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/**
 * complete() - let one waiter go on.
 * @x: the completion; the waiter may free it at once
 *
 * Context: any.
 */
void complete(struct completion *x);

/* Let all go on, those that come later too. */
void complete_all(struct completion *x);

/**
 * wait_for_completion() - sleep until complete() was called.
 * @x: the completion
 *
 * Context: may sleep.
 */
void wait_for_completion(struct completion *x);

/* Return: 0, or -ERESTARTSYS if a (fatal) signal came first. */
int __must_check wait_for_completion_interruptible(struct completion *x);
int __must_check wait_for_completion_killable(struct completion *x);

bool completion_done(struct completion *x);

#endif /* KILBURN_KERNEL_COMPLETION_H */
