/* SPDX-License-Identifier: MIT */
/*
 * kernel/wait.c - wait queues.
 *
 * Theory
 *
 * A sleeper does, and a waker does:
 *
 *	1 get onto the queue, set state		A make the condition true
 *	2 look at the condition			B look at the queue
 *	3 schedule()				C set state to running
 *
 * Both take the queue's lock, in 1 and in B.  If B comes after 1, the waker
 * finds the sleeper, and C makes 3 return at once (or wakes it, if it sleeps
 * already).  If B comes before 1, then A came before 2, and the sleeper sees
 * the condition.  So no wake-up is lost, and the sleeper checks again in a
 * loop, since a wake-up promises nothing.
 *
 * Exclusive waiters stand behind the others, and a wake-up ends with the first
 * of them that it woke: one lock freed, one waiter woken.
 *
 * In Linux: kernel/sched/wait.c, completion.c.
 */
#include "kernel/completion.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/sched.h"
#include "kernel/wait.h"

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key)
{
	return wake_up_state(entry->private, mode);
}

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key)
{
	int woken = wake_up_state(entry->private, mode);

	if (woken)
		list_del_init(&entry->entry);
	return woken;
}

/* Non-exclusive waiters at the front, exclusive ones at the back. */
static void enqueue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
	__must_hold(&wq->lock)
{
	if (entry->flags & WQ_FLAG_EXCLUSIVE)
		list_add_tail(&entry->entry, &wq->head);
	else
		list_add(&entry->entry, &wq->head);
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq->lock, flags);
	enqueue(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void add_wait_queue_exclusive(struct wait_queue_head *wq,
			      struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq->lock, flags);
	enqueue(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void remove_wait_queue(struct wait_queue_head *wq,
		       struct wait_queue_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

static void prepare(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		    unsigned int state)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	if (list_empty(&entry->entry))
		enqueue(wq, entry);
	set_current_state(state);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		     unsigned int state)
{
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	prepare(wq, entry, state);
}

void prepare_to_wait_exclusive(struct wait_queue_head *wq,
			       struct wait_queue_entry *entry,
			       unsigned int state)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	prepare(wq, entry, state);
}

void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	__set_current_state(TASK_RUNNING);
	/* A waker that took us off has finished with the entry by then. */
	if (!list_empty_careful(&entry->entry))
		remove_wait_queue(wq, entry);
}

void wake_up_locked_key(struct wait_queue_head *wq, unsigned int mode, int nr,
			void *key)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe (entry, next, &wq->head, entry) {
		/* After func() the entry may be gone. */
		bool exclusive = entry->flags & WQ_FLAG_EXCLUSIVE;

		if (entry->func(entry, mode, 0, key) && exclusive && !--nr)
			break;
	}
}

void wake_up_key(struct wait_queue_head *wq, unsigned int mode, int nr,
		 void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	wake_up_locked_key(wq, mode, nr, key);
	spin_unlock_irqrestore(&wq->lock, flags);
}

/* ---- completions -------------------------------------------------------- */

void complete(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != UINT_MAX)
		x->done++;
	wake_up_locked(&x->wait);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

void complete_all(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	x->done = UINT_MAX;
	wake_up_locked_key(&x->wait, TASK_NORMAL, 0, NULL);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

/*
 * The lock is held whenever done is looked at: so complete() has let go of it
 * before a waiter returns and frees the completion.
 */
static int wait_for(struct completion *x, unsigned int state)
{
	DEFINE_WAIT_FUNC(wait, default_wake_function);
	int err = 0;

	might_sleep();
	wait.flags = WQ_FLAG_EXCLUSIVE;
	spin_lock_irq(&x->wait.lock);
	if (!x->done)
		enqueue(&x->wait, &wait);
	while (!x->done) {
		if (signal_pending_state(state, current)) {
			err = -ERESTARTSYS;
			break;
		}
		__set_current_state(state);
		spin_unlock_irq(&x->wait.lock);
		schedule();
		spin_lock_irq(&x->wait.lock);
	}
	__set_current_state(TASK_RUNNING);
	list_del_init(&wait.entry);
	if (!err && x->done != UINT_MAX)
		x->done--;
	spin_unlock_irq(&x->wait.lock);
	return err;
}

void wait_for_completion(struct completion *x)
{
	wait_for(x, TASK_UNINTERRUPTIBLE);
}

int wait_for_completion_interruptible(struct completion *x)
{
	return wait_for(x, TASK_INTERRUPTIBLE);
}

int wait_for_completion_killable(struct completion *x)
{
	return wait_for(x, TASK_KILLABLE);
}

bool completion_done(struct completion *x)
{
	return READ_ONCE(x->done) != 0;
}
