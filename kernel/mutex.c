/* SPDX-License-Identifier: MIT */
/*
 * kernel/mutex.c - a lock with one owner, and a queue of those that sleep.
 *
 * Theory
 *
 * The word owner is the task that has the mutex, and two bits below it.
 * Without waiters locking is one exchange 0 -> task, and unlocking one exchange
 * task -> 0.  WAITERS says that somebody sleeps in wait_list; then both take
 * the slow way.
 *
 * Unlocking frees the mutex and wakes the first waiter, but does not give it
 * the mutex: until that task runs again anybody else may take it.  If each
 * owner had to wait for the next one to be woken, a mutex that is in demand
 * would be idle most of the time.  For the same reason a task that wants the
 * mutex first spins for a while, as long as the owner is running: it is likely
 * to be done soon.  So that the first waiter does not starve, it sets HANDOFF
 * when it has waited for long, and then only it may take the mutex.
 *
 * Invariants
 *
 *  M1. WAITERS is set if and only if wait_list is not empty; both change under
 *      wait_lock.
 *  M2. With WAITERS set, the mutex is released under wait_lock: a waiter that
 *      finds it taken, under wait_lock, will be woken.
 *  M3. HANDOFF implies WAITERS; only the first waiter sets it.
 *
 * In Linux: kernel/locking/mutex.c.
 */
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/mutex.h"
#include "kernel/sched.h"
#include "kernel/time.h"

#define MUTEX_FLAG_WAITERS 1L
#define MUTEX_FLAG_HANDOFF 2L
#define MUTEX_FLAGS        3L

/* How long the first waiter lets others overtake it. */
#define PATIENCE_NS (4 * NSEC_PER_MSEC)

struct mutex_waiter {
	struct list_head list; /* in mutex->wait_list; wait_lock */
	struct task_struct *task;
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

/* Take it if it is free.  @first: as the first waiter. */
static bool mutex_take(struct mutex *lock, bool first)
{
	long owner = atomic_long_read(&lock->owner);

	do {
		if (owner & ~MUTEX_FLAGS)
			return false;
		if ((owner & MUTEX_FLAG_HANDOFF) && !first)
			return false;
	} while (!atomic_long_try_cmpxchg_acquire(&lock->owner, &owner,
						  (owner & MUTEX_FLAG_WAITERS) |
							  (long)current));
	return true;
}

/* Wait for an owner that is running.  Return: true with the mutex. */
static bool mutex_spin(struct mutex *lock)
{
	bool taken = false;

	if (num_online_cpus() == 1)
		return false; /* whoever has it cannot be running */
	preempt_disable();
	for (int i = 0; i < LOCK_SPINS && !need_resched(); i++) {
		long owner = atomic_long_read(&lock->owner) & ~MUTEX_FLAGS;

		taken = mutex_take(lock, false);
		if (taken || !task_is_running_on_cpu((void *)owner))
			break;
		cpu_relax();
	}
	preempt_enable();
	return taken;
}

static inline struct mutex_waiter *first_waiter(struct mutex *lock)
{
	return list_first_entry_or_null(&lock->wait_list, struct mutex_waiter,
					list);
}

/* Off the queue, with the mutex or without. */
static void mutex_dequeue(struct mutex *lock, struct mutex_waiter *waiter)
	__must_hold(&lock->wait_lock)
{
	list_del(&waiter->list);
	if (list_empty(&lock->wait_list))
		atomic_long_andnot(MUTEX_FLAG_WAITERS, &lock->owner);
}

/* A signal ends the wait: what was promised us goes to the next one. */
static void mutex_give_up(struct mutex *lock, struct mutex_waiter *waiter)
	__must_hold(&lock->wait_lock)
{
	bool first = first_waiter(lock) == waiter;

	mutex_dequeue(lock, waiter);
	if (!first)
		return;
	atomic_long_andnot(MUTEX_FLAG_HANDOFF, &lock->owner);
	if (first_waiter(lock))
		wake_up_process(first_waiter(lock)->task);
}

static int mutex_wait(struct mutex *lock, unsigned int state)
{
	struct mutex_waiter waiter = { .task = current };
	u64 since = ktime_get_ns();
	int err = 0;

	spin_lock(&lock->wait_lock);
	list_add_tail(&waiter.list, &lock->wait_list);
	atomic_long_or(MUTEX_FLAG_WAITERS, &lock->owner);
	for (;;) {
		bool first = first_waiter(lock) == &waiter;

		if (mutex_take(lock, first)) {
			mutex_dequeue(lock, &waiter);
			break;
		}
		if (signal_pending_state(state, current)) {
			mutex_give_up(lock, &waiter);
			err = -EINTR;
			break;
		}
		if (first && ktime_get_ns() - since > PATIENCE_NS)
			atomic_long_or(MUTEX_FLAG_HANDOFF, &lock->owner);
		set_current_state(state);
		spin_unlock(&lock->wait_lock);
		schedule();
		spin_lock(&lock->wait_lock);
	}
	spin_unlock(&lock->wait_lock);
	return err;
}

static int mutex_lock_state(struct mutex *lock, unsigned int subclass,
			    unsigned int state, unsigned long ip)
{
	int err = 0;

	might_sleep();
	lockdep_acquire(&lock->dep_map, subclass, LOCKDEP_WRITE, ip);
	if (unlikely(!mutex_lock_fast(lock) && !mutex_spin(lock)))
		err = mutex_wait(lock, state);
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

bool mutex_trylock(struct mutex *lock)
{
	if (!mutex_take(lock, false))
		return false;
	lockdep_acquire(&lock->dep_map, 0, LOCKDEP_TRY, CALLER);
	return true;
}

static noinline void mutex_unlock_slow(struct mutex *lock)
{
	spin_lock(&lock->wait_lock);
	atomic_long_and(MUTEX_FLAGS, &lock->owner);
	/* The last waiter may have given up. */
	if (first_waiter(lock))
		wake_up_process(first_waiter(lock)->task);
	spin_unlock(&lock->wait_lock);
}

void mutex_unlock(struct mutex *lock) __no_lock_analysis
{
	long me = (long)current;

	lockdep_release(&lock->dep_map);
	if (unlikely(!atomic_long_try_cmpxchg_release(&lock->owner, &me, 0)))
		mutex_unlock_slow(lock);
}
