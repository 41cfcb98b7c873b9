/* SPDX-License-Identifier: MIT */
/*
 * kernel/wait.h - wait queues: sleep until something is true.
 *
 * kernel/wait.c has the theory.  The macros that sleep need kernel/sched.h.
 *
 * In Linux: include/linux/wait.h.
 */
#ifndef KILBURN_KERNEL_WAIT_H
#define KILBURN_KERNEL_WAIT_H

#include <asm/current.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/spinlock.h"

struct task_struct;
struct wait_queue_entry;

/**
 * wait_queue_func_t - what a wake-up does with one entry.
 * @entry: the entry
 * @mode:  states in which a task is to be woken (TASK_*)
 * @flags: not used
 * @key:   from the waker; for poll, which events
 *
 * Context: the queue's lock held, interrupts off.
 * Return: 1 if it woke a task, 0 if not.
 */
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry,
				 unsigned int mode, int flags, void *key);

#define WQ_FLAG_EXCLUSIVE 0x01 /* a wake-up ends with this one */

struct wait_queue_entry {
	unsigned int flags;
	void *private; /* the task, for the functions of this file */
	wait_queue_func_t func;
	struct list_head entry;
};

struct wait_queue_head {
	spinlock_t lock; /* protects head */
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;
typedef struct wait_queue_entry wait_queue_entry_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)                                    \
	{                                                                      \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock),                       \
		.head = LIST_HEAD_INIT(name.head)                              \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name)                                          \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)

#define init_waitqueue_head(wq)                                                \
	do {                                                                   \
		spin_lock_init(&(wq)->lock);                                   \
		INIT_LIST_HEAD(&(wq)->head);                                   \
	} while (0)

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key);

/* An entry for the current task, on its stack. */
#define DEFINE_WAIT_FUNC(name, function)                                       \
	struct wait_queue_entry name = {                                       \
		.private = current,                                            \
		.func = function,                                              \
		.entry = LIST_HEAD_INIT((name).entry),                         \
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry,
					     wait_queue_func_t func)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = func;
	INIT_LIST_HEAD(&entry->entry);
}

static inline bool waitqueue_active(const struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq,
			      struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *wq,
		       struct wait_queue_entry *entry);

/**
 * prepare_to_wait() - get onto the queue and set the task's state.
 * @wq:    the queue
 * @entry: from DEFINE_WAIT()
 * @state: TASK_INTERRUPTIBLE, TASK_KILLABLE or TASK_UNINTERRUPTIBLE
 *
 * The condition is checked after this and before schedule(): so a wake-up in
 * between is not lost.
 */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		     unsigned int state);
void prepare_to_wait_exclusive(struct wait_queue_head *wq,
			       struct wait_queue_entry *entry,
			       unsigned int state);

/* Off the queue, and running again. */
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry);

/**
 * wake_up_key() - wake what waits on a queue.
 * @wq:   the queue
 * @mode: TASK_*: states to wake
 * @nr:   how many exclusive waiters; 0 is all
 * @key:  handed to the entries' functions
 *
 * Context: any.
 */
void wake_up_key(struct wait_queue_head *wq, unsigned int mode, int nr,
		 void *key);

/* The same with wq->lock held. */
void wake_up_locked_key(struct wait_queue_head *wq, unsigned int mode, int nr,
			void *key) __must_hold(&wq->lock);

#define wake_up(wq)               wake_up_key(wq, TASK_NORMAL, 1, NULL)
#define wake_up_nr(wq, nr)        wake_up_key(wq, TASK_NORMAL, nr, NULL)
#define wake_up_all(wq)           wake_up_key(wq, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(wq) wake_up_key(wq, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_all(wq)                                          \
	wake_up_key(wq, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_locked(wq) wake_up_locked_key(wq, TASK_NORMAL, 1, NULL)
#define wake_up_poll(wq, events)                                               \
	wake_up_key(wq, TASK_NORMAL, 1, (void *)(unsigned long)(events))
#define wake_up_interruptible_poll(wq, events)                                 \
	wake_up_key(wq, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(events))

/* The first check is outside: nothing is queued if @cond is true already. */
#define wait_event_state(wq, cond, state, interrupted)                         \
	({                                                                     \
		DEFINE_WAIT(_wait);                                            \
		int _wait_ret = 0;                                             \
                                                                               \
		might_sleep();                                                 \
		while (!(cond)) {                                              \
			prepare_to_wait(&(wq), &_wait, state);                 \
			if (cond)                                              \
				break;                                         \
			if (interrupted) {                                     \
				_wait_ret = -ERESTARTSYS;                      \
				break;                                         \
			}                                                      \
			schedule();                                            \
		}                                                              \
		finish_wait(&(wq), &_wait);                                    \
		_wait_ret;                                                     \
	})

/**
 * wait_event() - sleep until a condition is true.
 * @wq:   queue that is woken when the condition may have changed; not a pointer
 * @cond: expression; evaluated again after each wake-up
 */
#define wait_event(wq, cond)                                                   \
	((void)wait_event_state(wq, cond, TASK_UNINTERRUPTIBLE, false))

/* Result: 0, or -ERESTARTSYS if a signal came first. */
#define wait_event_interruptible(wq, cond)                                     \
	wait_event_state(wq, cond, TASK_INTERRUPTIBLE, signal_pending(current))

/* Result: 0, or -ERESTARTSYS if a fatal signal came first. */
#define wait_event_killable(wq, cond)                                          \
	wait_event_state(wq, cond, TASK_KILLABLE, fatal_signal_pending(current))

#endif /* KILBURN_KERNEL_WAIT_H */
