/* SPDX-License-Identifier: MIT */
/*
 * kernel/rwsem.c - a lock that may sleep: many readers or one writer.
 *
 * Theory
 *
 * One word says everything that the fast paths need:
 *
 *	 63                     8   7..2     1        0
 *	|   number of readers    |   -   | waiters | writer |
 *
 * A reader comes in if neither low bit is set, a writer if the whole word is
 * 0; so once somebody waits, all that come later queue up behind it, readers
 * too, and a writer does not starve.  The fast paths are one compare and
 * exchange, or one subtraction on the way out.
 *
 * Who cannot come in sets the waiters bit and sleeps in wait_list.  Whoever
 * then releases the lock hands it to the head of the list (rwsem_grant()): one
 * writer, or all readers up to the next writer.  A waiter that is woken has
 * the lock already.
 *
 * Invariants
 *
 *  W1. The waiters bit is set if wait_list is not empty; it changes under
 *      wait_lock.
 *  W2. While the bit is set, only rwsem_grant() lets anybody in.
 *  W3. Readers and writer bit are never both there.
 *
 * In Linux: kernel/locking/rwsem.c, without optimistic spinning.
 */
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/rwsem.h"
#include "kernel/sched.h"

#define CALLER ((unsigned long)__builtin_return_address(0))

enum rwsem_type {
	FOR_READ,
	FOR_WRITE,
};

struct rwsem_waiter {
	struct list_head list; /* in sem->wait_list; wait_lock */
	struct task_struct *task;
	enum rwsem_type type;
	bool granted; /* it has the lock; wait_lock */
};

void init_rwsem_fields(struct rw_semaphore *sem)
{
	atomic_long_set(&sem->count, 0);
	spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
}

static inline bool read_fast(struct rw_semaphore *sem)
{
	long count = atomic_long_read(&sem->count);

	do {
		if (unlikely(count & (RWSEM_WRITER | RWSEM_WAITERS)))
			return false;
	} while (!atomic_long_try_cmpxchg_acquire(&sem->count, &count,
						  count + RWSEM_READER));
	return true;
}

static inline bool write_fast(struct rw_semaphore *sem)
{
	long count = 0;

	return atomic_long_try_cmpxchg_acquire(&sem->count, &count,
					       RWSEM_WRITER);
}

/*
 * Let one waiter in if the lock's state allows it.  Releases may lower the
 * count meanwhile, so this is a compare and exchange too.
 */
static bool rwsem_admit(struct rw_semaphore *sem, enum rwsem_type type)
	__must_hold(&sem->wait_lock)
{
	long busy = type == FOR_READ ? RWSEM_WRITER
				     : RWSEM_WRITER | RWSEM_READER_MASK;
	long add = type == FOR_READ ? RWSEM_READER : RWSEM_WRITER;
	long count = atomic_long_read(&sem->count);

	do {
		if (count & busy)
			return false;
	} while (!atomic_long_try_cmpxchg_acquire(&sem->count, &count,
						  count + add));
	return true;
}

/* Give the lock to those at the head of the queue that can have it now. */
static void rwsem_grant(struct rw_semaphore *sem) __must_hold(&sem->wait_lock)
{
	struct rwsem_waiter *waiter, *next;

	list_for_each_entry_safe (waiter, next, &sem->wait_list, list) {
		if (!rwsem_admit(sem, waiter->type))
			break;
		list_del(&waiter->list);
		/* It looks at this under wait_lock, so it cannot go away. */
		waiter->granted = true;
		if (waiter->task != current)
			wake_up_process(waiter->task);
	}
	if (list_empty(&sem->wait_list))
		atomic_long_andnot(RWSEM_WAITERS, &sem->count);
}

static int rwsem_wait(struct rw_semaphore *sem, enum rwsem_type type,
		      unsigned int state)
{
	struct rwsem_waiter waiter = { .task = current, .type = type };
	int err = 0;

	spin_lock(&sem->wait_lock);
	list_add_tail(&waiter.list, &sem->wait_list);
	atomic_long_or(RWSEM_WAITERS, &sem->count);
	/* It may have been released before the bit was set. */
	rwsem_grant(sem);
	for (;;) {
		set_current_state(state);
		if (waiter.granted)
			break;
		if (signal_pending_state(state, current)) {
			list_del(&waiter.list);
			/* Those behind us may not have to wait any more. */
			rwsem_grant(sem);
			err = -EINTR;
			break;
		}
		spin_unlock(&sem->wait_lock);
		schedule();
		spin_lock(&sem->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	spin_unlock(&sem->wait_lock);
	return err;
}

static noinline void rwsem_wake(struct rw_semaphore *sem)
{
	spin_lock(&sem->wait_lock);
	rwsem_grant(sem);
	spin_unlock(&sem->wait_lock);
}

void down_read(struct rw_semaphore *sem) __no_lock_analysis
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ, CALLER);
	if (unlikely(!read_fast(sem)))
		rwsem_wait(sem, FOR_READ, TASK_UNINTERRUPTIBLE);
}

void down_read_nested(struct rw_semaphore *sem,
		      unsigned int subclass) __no_lock_analysis
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, subclass, LOCKDEP_READ, CALLER);
	if (unlikely(!read_fast(sem)))
		rwsem_wait(sem, FOR_READ, TASK_UNINTERRUPTIBLE);
}

int down_read_killable(struct rw_semaphore *sem)
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ, CALLER);
	if (likely(read_fast(sem)) || !rwsem_wait(sem, FOR_READ, TASK_KILLABLE))
		return 0;
	lockdep_release(&sem->dep_map);
	return -EINTR;
}

bool down_read_trylock(struct rw_semaphore *sem) __no_lock_analysis
{
	if (!read_fast(sem))
		return false;
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ | LOCKDEP_TRY, CALLER);
	return true;
}

void up_read(struct rw_semaphore *sem) __no_lock_analysis
{
	long count;

	lockdep_release(&sem->dep_map);
	count = atomic_long_sub_return_release(RWSEM_READER, &sem->count);
	if (unlikely((count & RWSEM_WAITERS) && !(count & RWSEM_READER_MASK)))
		rwsem_wake(sem);
}

void down_write(struct rw_semaphore *sem) __no_lock_analysis
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_WRITE, CALLER);
	if (unlikely(!write_fast(sem)))
		rwsem_wait(sem, FOR_WRITE, TASK_UNINTERRUPTIBLE);
}

void down_write_nested(struct rw_semaphore *sem,
		       unsigned int subclass) __no_lock_analysis
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, subclass, LOCKDEP_WRITE, CALLER);
	if (unlikely(!write_fast(sem)))
		rwsem_wait(sem, FOR_WRITE, TASK_UNINTERRUPTIBLE);
}

int down_write_killable(struct rw_semaphore *sem)
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_WRITE, CALLER);
	if (likely(write_fast(sem)) ||
	    !rwsem_wait(sem, FOR_WRITE, TASK_KILLABLE))
		return 0;
	lockdep_release(&sem->dep_map);
	return -EINTR;
}

bool down_write_trylock(struct rw_semaphore *sem) __no_lock_analysis
{
	if (!write_fast(sem))
		return false;
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_WRITE | LOCKDEP_TRY, CALLER);
	return true;
}

void up_write(struct rw_semaphore *sem) __no_lock_analysis
{
	lockdep_release(&sem->dep_map);
	if (unlikely(atomic_long_sub_return_release(RWSEM_WRITER, &sem->count) &
		     RWSEM_WAITERS))
		rwsem_wake(sem);
}

void downgrade_write(struct rw_semaphore *sem)
{
	long old;

	lockdep_assert_held_write(sem);
	lockdep_release(&sem->dep_map);
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ | LOCKDEP_TRY, CALLER);
	old = atomic_long_fetch_add_release(RWSEM_READER - RWSEM_WRITER,
					    &sem->count);
	if (old & RWSEM_WAITERS)
		rwsem_wake(sem);
}
