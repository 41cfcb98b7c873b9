/* SPDX-License-Identifier: MIT */
/*
 * kernel/kthread.h - threads of the kernel itself.
 *
 * In Linux: include/linux/kthread.h.
 */
#ifndef KILBURN_KERNEL_KTHREAD_H
#define KILBURN_KERNEL_KTHREAD_H

#include "kernel/lib/err.h"
#include "kernel/sched.h"

/**
 * kthread_create() - make a kernel thread that does not run yet.
 * @fn:      its function; its result is what kthread_stop() returns
 * @data:    its argument
 * @namefmt: its name, a format
 *
 * Context: may sleep.
 * Return: the task, to be started with wake_up_process(); or ERR_PTR(-errno).
 */
struct task_struct *kthread_create(int (*fn)(void *data), void *data,
				   const char *namefmt, ...) __printf(3, 4);

/* Make a kernel thread and start it. */
#define kthread_run(fn, data, ...)                                             \
	({                                                                     \
		struct task_struct *_kthread =                                 \
			kthread_create(fn, data, __VA_ARGS__);                 \
		if (!IS_ERR(_kthread))                                         \
			wake_up_process(_kthread);                             \
		_kthread;                                                      \
	})

/**
 * kthread_stop() - ask a kernel thread to return, and wait until it has.
 * @task: from kthread_create(); wakes it, and kthread_should_stop() is true
 *
 * Context: may sleep.
 * Return: the result of its function; -EINTR if it never started.
 */
int kthread_stop(struct task_struct *task);

/* Boot: pid 2, which makes all kernel threads; kernel_thread(kthreadd, ...). */
int kthreadd(void *unused);

/* Whether somebody has asked the current kernel thread to return. */
bool kthread_should_stop(void);

#endif /* KILBURN_KERNEL_KTHREAD_H */
