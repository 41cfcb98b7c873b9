/* SPDX-License-Identifier: MIT */
/*
 * kernel/rwsem.c - a lock that may sleep: many readers or one writer.
 *
 * Theory
 *
 * One word says everything that the fast paths need:
 *
 *	 63                8   7..3     2         1        0
 *	| number of readers |   -   | handoff | waiters | writer |
 *
 * A reader comes in if no bit of the lower three is set, a writer if the whole
 * word is 0: one compare and exchange.  Going out is one subtraction.
 *
 * Who cannot come in spins for a while, as long as a writer that has the lock
 * is running, and then sleeps in wait_list and sets the waiters bit.  From then
 * on readers do not join other readers any more, so a writer does not starve.
 *
 * Whoever releases the lock looks at the head of the list.  Readers there are
 * let in, all up to the next writer.  A writer is only woken, and tries again
 * when it runs: until then the lock is free for all, as with a mutex (see
 * mutex.c).  If the head has waited for long, the handoff bit reserves the lock
 * for it.
 *
 * Invariants
 *
 *  W1. The waiters bit is set if and only if wait_list is not empty; both
 *      change under wait_lock.
 *  W2. Readers and the writer bit are never both there.
 *  W3. With the waiters bit set, a release that leaves the lock free calls
 *      rwsem_wake(): a waiter that cannot come in will be looked at again.
 *
 * In Linux: kernel/locking/rwsem.c.
 */
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/rwsem.h"
#include "kernel/sched.h"
#include "kernel/time.h"

#define CALLER ((unsigned long)__builtin_return_address(0))

enum rwsem_type {
	FOR_READ,
	FOR_WRITE,
};

/* How long the first waiter lets others overtake it. */
#define PATIENCE_NS (4 * NSEC_PER_MSEC)

struct rwsem_waiter {
	struct list_head list; /* in sem->wait_list; wait_lock */
	struct task_struct *task;
	enum rwsem_type type;
	u64 since;    /* ns */
	bool granted; /* a reader was let in; wait_lock */
};

void init_rwsem_fields(struct rw_semaphore *sem)
{
	atomic_long_set(&sem->count, 0);
	sem->owner = NULL;
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

	if (!atomic_long_try_cmpxchg_acquire(&sem->count, &count, RWSEM_WRITER))
		return false;
	WRITE_ONCE(sem->owner, current);
	return true;
}

/*
 * Come in unless one of the bits in @busy is set, and clear @clear.  Releases
 * and other tasks change the count meanwhile.
 */
static bool rwsem_enter(struct rw_semaphore *sem, enum rwsem_type type,
			long busy, long clear)
{
	long add = type == FOR_READ ? RWSEM_READER : RWSEM_WRITER;
	long count = atomic_long_read(&sem->count);

	do {
		if (count & busy)
			return false;
	} while (!atomic_long_try_cmpxchg_acquire(&sem->count, &count,
						  (count & ~clear) + add));
	return true;
}

/*
 * Wait for an owner that is running; of readers we do not know, and hope.
 * Return: true with the lock.
 */
static bool rwsem_spin(struct rw_semaphore *sem, enum rwsem_type type)
{
	bool taken = false;

	if (num_online_cpus() == 1)
		return false; /* whoever has it cannot be running */
	preempt_disable();
	for (int i = 0; i < LOCK_SPINS && !need_resched(); i++) {
		struct task_struct *owner = READ_ONCE(sem->owner);

		taken = rwsem_enter(
			sem, type,
			RWSEM_WRITER | RWSEM_HANDOFF | RWSEM_READER_MASK, 0);
		if (taken || !task_is_running_on_cpu(owner))
			break;
		cpu_relax();
	}
	if (taken && type == FOR_WRITE)
		WRITE_ONCE(sem->owner, current);
	preempt_enable();
	return taken;
}

static inline struct rwsem_waiter *first_waiter(struct rw_semaphore *sem)
{
	return list_first_entry_or_null(&sem->wait_list, struct rwsem_waiter,
					list);
}

static void rwsem_dequeue(struct rw_semaphore *sem, struct rwsem_waiter *waiter)
	__must_hold(&sem->wait_lock)
{
	list_del(&waiter->list);
	if (list_empty(&sem->wait_list))
		atomic_long_andnot(RWSEM_WAITERS, &sem->count);
}

/* Let in the readers at the head of the queue. */
static void rwsem_admit_readers(struct rw_semaphore *sem)
	__must_hold(&sem->wait_lock)
{
	struct rwsem_waiter *waiter;

	while ((waiter = first_waiter(sem)) && waiter->type == FOR_READ) {
		if (!rwsem_enter(sem, FOR_READ, RWSEM_WRITER, RWSEM_HANDOFF))
			return;
		rwsem_dequeue(sem, waiter);
		/* It looks at this under wait_lock, so it cannot go away. */
		waiter->granted = true;
		if (waiter->task != current)
			wake_up_process(waiter->task);
	}
}

/* The lock may be free: let those at the head of the queue know. */
static void rwsem_wake_locked(struct rw_semaphore *sem)
	__must_hold(&sem->wait_lock)
{
	struct rwsem_waiter *first;

	rwsem_admit_readers(sem);
	first = first_waiter(sem);
	if (!first)
		return;
	if (ktime_get_ns() - first->since > PATIENCE_NS)
		atomic_long_or(RWSEM_HANDOFF, &sem->count);
	if (first->type == FOR_WRITE)
		wake_up_process(first->task);
	else
		rwsem_admit_readers(sem); /* as it was before the bit */
}

static noinline void rwsem_wake(struct rw_semaphore *sem)
{
	spin_lock(&sem->wait_lock);
	rwsem_wake_locked(sem);
	spin_unlock(&sem->wait_lock);
}

/* Try to come in as a waiter.  Return: true with the lock, off the queue. */
static bool rwsem_retry(struct rw_semaphore *sem, struct rwsem_waiter *waiter)
	__must_hold(&sem->wait_lock)
{
	if (!waiter->granted && first_waiter(sem) == waiter) {
		if (waiter->type == FOR_READ) {
			rwsem_admit_readers(sem);
		} else if (rwsem_enter(sem, FOR_WRITE,
				       RWSEM_WRITER | RWSEM_READER_MASK,
				       RWSEM_HANDOFF)) {
			rwsem_dequeue(sem, waiter);
			WRITE_ONCE(sem->owner, current);
			waiter->granted = true;
		}
	}
	return waiter->granted;
}

static int rwsem_wait(struct rw_semaphore *sem, enum rwsem_type type,
		      unsigned int state)
{
	struct rwsem_waiter waiter = { .task = current, .type = type };
	int err = 0;

	if (rwsem_spin(sem, type))
		return 0;
	waiter.since = ktime_get_ns();
	spin_lock(&sem->wait_lock);
	list_add_tail(&waiter.list, &sem->wait_list);
	atomic_long_or(RWSEM_WAITERS, &sem->count);
	while (!rwsem_retry(sem, &waiter)) {
		if (signal_pending_state(state, current)) {
			if (first_waiter(sem) == &waiter)
				atomic_long_andnot(RWSEM_HANDOFF, &sem->count);
			rwsem_dequeue(sem, &waiter);
			/* Those behind us may not have to wait any more. */
			rwsem_wake_locked(sem);
			err = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock(&sem->wait_lock);
		schedule();
		spin_lock(&sem->wait_lock);
	}
	spin_unlock(&sem->wait_lock);
	return err;
}

void down_read(struct rw_semaphore *sem) __no_lock_analysis
{
	might_sleep();
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ, CALLER);
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

bool down_read_trylock(struct rw_semaphore *sem)
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

bool down_write_trylock(struct rw_semaphore *sem)
{
	if (!write_fast(sem))
		return false;
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_WRITE | LOCKDEP_TRY, CALLER);
	return true;
}

void up_write(struct rw_semaphore *sem) __no_lock_analysis
{
	lockdep_release(&sem->dep_map);
	WRITE_ONCE(sem->owner, NULL);
	if (unlikely(atomic_long_sub_return_release(RWSEM_WRITER, &sem->count) &
		     RWSEM_WAITERS))
		rwsem_wake(sem);
}

void downgrade_write(struct rw_semaphore *sem) __no_lock_analysis
{
	long old;

	lockdep_assert_held_write(sem);
	lockdep_release(&sem->dep_map);
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ | LOCKDEP_TRY, CALLER);
	WRITE_ONCE(sem->owner, NULL);
	old = atomic_long_fetch_add_release(RWSEM_READER - RWSEM_WRITER,
					    &sem->count);
	if (old & RWSEM_WAITERS)
		rwsem_wake(sem);
}
