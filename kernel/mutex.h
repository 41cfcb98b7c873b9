/* SPDX-License-Identifier: MIT */
/*
 * kernel/mutex.h - the lock for sections that may sleep: one owner.
 *
 * kernel/mutex.c has the theory.  In Linux: include/linux/mutex.h.
 */
#ifndef KILBURN_KERNEL_MUTEX_H
#define KILBURN_KERNEL_MUTEX_H

#include <asm/atomic.h>
#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lockdep.h"
#include "kernel/spinlock.h"

struct __capability("mutex") mutex
{
	atomic_long_t owner;        /* task_struct | MUTEX_FLAG_WAITERS */
	spinlock_t wait_lock;       /* protects wait_list */
	struct list_head wait_list; /* struct mutex_waiter, first come first */
	LOCKDEP_FIELD
};

#if CONFIG_LOCKDEP
#define MUTEX_DEP_INIT(name) .dep_map = LOCKDEP_MAP_INIT(#name),
#else
#define MUTEX_DEP_INIT(name)
#endif

#define MUTEX_INIT(name)                                                       \
	{                                                                      \
		.owner = ATOMIC_LONG_INIT(0),                                  \
		.wait_lock = __SPIN_LOCK_UNLOCKED(name.wait_lock),             \
		.wait_list = LIST_HEAD_INIT(name.wait_list),                   \
		MUTEX_DEP_INIT(name)                                           \
	}
#define DEFINE_MUTEX(name) struct mutex name = MUTEX_INIT(name)

#define mutex_init(lock)                                                       \
	do {                                                                   \
		mutex_init_fields(lock);                                       \
		LOCKDEP_INIT_CLASS(&(lock)->dep_map, #lock);                   \
	} while (0)
void mutex_init_fields(struct mutex *lock);

/**
 * mutex_lock() - take a mutex; waits as long as it takes.
 * @lock: not held by this task
 *
 * Context: may sleep.
 */
void mutex_lock(struct mutex *lock) __acquires(lock);
void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
	__acquires(lock);

/**
 * mutex_lock_interruptible() - take a mutex unless a signal comes.
 * @lock: not held by this task
 *
 * Return: 0 with the mutex, -EINTR without it.
 */
int __must_check mutex_lock_interruptible(struct mutex *lock)
	__cond_acquires(0, lock);

/* As mutex_lock_interruptible(), but only a fatal signal ends the wait. */
int __must_check mutex_lock_killable(struct mutex *lock)
	__cond_acquires(0, lock);

/* Return: whether it was taken at once. */
bool mutex_trylock(struct mutex *lock) __cond_acquires(true, lock);

/**
 * mutex_unlock() - release a mutex; the first waiter becomes its owner.
 * @lock: held by this task
 *
 * Context: may be called with preemption disabled, not in an interrupt.
 */
void mutex_unlock(struct mutex *lock) __releases(lock);

static inline bool mutex_is_locked(struct mutex *lock)
{
	return atomic_long_read(&lock->owner) != 0;
}

#endif /* KILBURN_KERNEL_MUTEX_H */
