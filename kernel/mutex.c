/* SPDX-License-Identifier: MIT */
/*
 * kernel/mutex.c - a lock with one owner, and a queue of those that sleep.
 *
 * Theory
 *
 * The word owner is the task that has the mutex; bit 0 says that somebody
 * waits.  Without waiters locking is one exchange 0 -> task, and unlocking one
 * exchange task -> 0.  With the bit set both fail and go the slow way, under
 * wait_lock: the releaser makes the first waiter the owner and wakes it.  So
 * nobody overtakes the queue, and a woken waiter needs not try again.
 *
 * Invariants
 *
 *  M1. The bit is set if and only if wait_list is not empty; both change
 *      under wait_lock.
 *  M2. While the bit is set, owner is a task: the mutex is handed over, never
 *      free.
 *
 * In Linux: kernel/locking/mutex.c, without spinning on a running owner.
 */
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/mutex.h"
#include "kernel/sched.h"

#define MUTEX_FLAG_WAITERS 1L

struct mutex_waiter {
	struct list_head list; /* in mutex->wait_list; wait_lock */
	struct task_struct *task;
	bool granted; /* it is the owner; wait_lock */
};

void mutex_init_fields(struct mutex *lock)
{
	atomic_long_set(&lock->owner, 0);
	spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
}

static inline bool mutex_lock_fast(struct mutex *lock)
{
	long none = 0;

	return atomic_long_try_cmpxchg_acquire(&lock->owner, &none,
					       (long)current);
}

/* Leave the queue without the mutex. */
static void mutex_give_up(struct mutex *lock, struct mutex_waiter *waiter)
	__must_hold(&lock->wait_lock)
{
	list_del(&waiter->list);
	if (list_empty(&lock->wait_list))
		atomic_long_andnot(MUTEX_FLAG_WAITERS, &lock->owner);
}

/*
 * Get onto the queue.  Return: true if the mutex turned out to be free, and is
 * now ours.
 */
static bool mutex_enqueue(struct mutex *lock, struct mutex_waiter *waiter)
	__must_hold(&lock->wait_lock)
{
	list_add_tail(&waiter->list, &lock->wait_list);
	if (atomic_long_fetch_or(MUTEX_FLAG_WAITERS, &lock->owner))
		return false;
	/* Released just before the bit was set, so the queue was empty. */
	list_del(&waiter->list);
	atomic_long_set(&lock->owner, (long)current);
	return true;
}

static int mutex_lock_slow(struct mutex *lock, unsigned int state)
{
	struct mutex_waiter waiter = { .task = current };
	int err = 0;

	spin_lock(&lock->wait_lock);
	if (mutex_enqueue(lock, &waiter))
		goto out;
	for (;;) {
		set_current_state(state);
		if (waiter.granted)
			break;
		if (signal_pending_state(state, current)) {
			mutex_give_up(lock, &waiter);
			err = -EINTR;
			break;
		}
		spin_unlock(&lock->wait_lock);
		schedule();
		spin_lock(&lock->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
out:
	spin_unlock(&lock->wait_lock);
	return err;
}

static int mutex_lock_state(struct mutex *lock, unsigned int subclass,
			    unsigned int state, unsigned long ip)
{
	int err = 0;

	might_sleep();
	lockdep_acquire(&lock->dep_map, subclass, LOCKDEP_WRITE, ip);
	if (unlikely(!mutex_lock_fast(lock)))
		err = mutex_lock_slow(lock, state);
	if (err)
		lockdep_release(&lock->dep_map);
	return err;
}

#define CALLER ((unsigned long)__builtin_return_address(0))

void mutex_lock(struct mutex *lock) __no_lock_analysis
{
	mutex_lock_state(lock, 0, TASK_UNINTERRUPTIBLE, CALLER);
}

void mutex_lock_nested(struct mutex *lock,
		       unsigned int subclass) __no_lock_analysis
{
	mutex_lock_state(lock, subclass, TASK_UNINTERRUPTIBLE, CALLER);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	return mutex_lock_state(lock, 0, TASK_INTERRUPTIBLE, CALLER);
}

int mutex_lock_killable(struct mutex *lock)
{
	return mutex_lock_state(lock, 0, TASK_KILLABLE, CALLER);
}

bool mutex_trylock(struct mutex *lock) __no_lock_analysis
{
	if (!mutex_lock_fast(lock))
		return false;
	lockdep_acquire(&lock->dep_map, 0, LOCKDEP_TRY, CALLER);
	return true;
}

/* Hand the mutex to the first waiter; the last one may have given up. */
static void mutex_unlock_slow(struct mutex *lock)
{
	struct mutex_waiter *waiter;
	long owner = 0;

	spin_lock(&lock->wait_lock);
	waiter = list_first_entry_or_null(&lock->wait_list, struct mutex_waiter,
					  list);
	if (waiter) {
		list_del(&waiter->list);
		owner = (long)waiter->task;
		if (!list_empty(&lock->wait_list))
			owner |= MUTEX_FLAG_WAITERS;
	}
	atomic_long_set_release(&lock->owner, owner);
	if (waiter) {
		/* It looks at this under wait_lock, so it cannot go away. */
		waiter->granted = true;
		wake_up_process(waiter->task);
	}
	spin_unlock(&lock->wait_lock);
}

void mutex_unlock(struct mutex *lock) __no_lock_analysis
{
	long me = (long)current;

	lockdep_release(&lock->dep_map);
	if (unlikely(!atomic_long_try_cmpxchg_release(&lock->owner, &me, 0)))
		mutex_unlock_slow(lock);
}
