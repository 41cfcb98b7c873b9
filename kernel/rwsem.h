/* SPDX-License-Identifier: MIT */
/*
 * kernel/rwsem.h - a lock that may sleep: many readers or one writer.
 *
 * kernel/rwsem.c has the theory.  In Linux: include/linux/rwsem.h.
 */
#ifndef KILBURN_KERNEL_RWSEM_H
#define KILBURN_KERNEL_RWSEM_H

#include <asm/atomic.h>
#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lockdep.h"
#include "kernel/spinlock.h"

struct __capability("rwsem") rw_semaphore
{
	atomic_long_t count;        /* RWSEM_*; readers from bit 8 */
	struct task_struct *owner;  /* the writer, or NULL */
	spinlock_t wait_lock;       /* protects wait_list */
	struct list_head wait_list; /* struct rwsem_waiter, first come first */
	LOCKDEP_FIELD
};

#define RWSEM_WRITER      0x1L   /* a writer has it */
#define RWSEM_WAITERS     0x2L   /* wait_list is not empty */
#define RWSEM_HANDOFF     0x4L   /* reserved for the first of wait_list */
#define RWSEM_READER      0x100L /* one reader */
#define RWSEM_READER_MASK (~0xffL)

#if CONFIG_LOCKDEP
#define RWSEM_DEP_INIT(name) .dep_map = LOCKDEP_MAP_INIT(#name),
#else
#define RWSEM_DEP_INIT(name)
#endif

#define __RWSEM_INITIALIZER(name)                                              \
	{                                                                      \
		.count = ATOMIC_LONG_INIT(0),                                  \
		.wait_lock = __SPIN_LOCK_UNLOCKED(name.wait_lock),             \
		.wait_list = LIST_HEAD_INIT(name.wait_list),                   \
		RWSEM_DEP_INIT(name)                                           \
	}
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

#define init_rwsem(sem)                                                        \
	do {                                                                   \
		init_rwsem_fields(sem);                                        \
		LOCKDEP_INIT_CLASS(&(sem)->dep_map, #sem);                     \
	} while (0)
void init_rwsem_fields(struct rw_semaphore *sem);

/**
 * down_read() - take it for reading.
 * @sem: not held by this task in any way
 *
 * Waits while a writer waits, even if other readers have it: a writer does not
 * starve.
 *
 * Context: may sleep.
 */
void down_read(struct rw_semaphore *sem) __acquires_shared(sem);

/* Return: 0 with the lock; -EINTR without it after a fatal signal. */
int __must_check down_read_killable(struct rw_semaphore *sem)
	__cond_acquires_shared(0, sem);

/* Return: whether it was taken at once. */
bool down_read_trylock(struct rw_semaphore *sem)
	__cond_acquires_shared(true, sem);

void up_read(struct rw_semaphore *sem) __releases_shared(sem);

/**
 * down_write() - take it for writing.
 * @sem: not held by this task in any way
 *
 * Context: may sleep.
 */
void down_write(struct rw_semaphore *sem) __acquires(sem);
void down_write_nested(struct rw_semaphore *sem, unsigned int subclass)
	__acquires(sem);
int __must_check down_write_killable(struct rw_semaphore *sem)
	__cond_acquires(0, sem);
bool down_write_trylock(struct rw_semaphore *sem) __cond_acquires(true, sem);
void up_write(struct rw_semaphore *sem) __releases(sem);

/**
 * downgrade_write() - from writing to reading, without a gap.
 * @sem: held for writing
 */
void downgrade_write(struct rw_semaphore *sem) __releases(sem)
	__acquires_shared(sem);

static inline bool rwsem_is_locked(struct rw_semaphore *sem)
{
	return atomic_long_read(&sem->count) &
	       (RWSEM_READER_MASK | RWSEM_WRITER);
}

static inline bool rwsem_is_contended(struct rw_semaphore *sem)
{
	return atomic_long_read(&sem->count) & RWSEM_WAITERS;
}

#endif /* KILBURN_KERNEL_RWSEM_H */
