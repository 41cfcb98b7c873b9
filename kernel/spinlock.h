/* SPDX-License-Identifier: MIT */
/*
 * kernel/spinlock.h - the lock for short sections that do not sleep.
 *
 * Holding one disables preemption.  A lock that an interrupt handler takes too
 * is taken with interrupts off everywhere else (_irq when they are known to be
 * on, _irqsave when not).
 *
 * The lock is one byte that is exchanged for 1 until it was 0.  It is not fair,
 * on purpose: under an emulator the CPU whose turn it were may not be running
 * at all, and a queue would stand still behind it.
 *
 * In Linux: include/linux/spinlock.h.
 */
#ifndef KILBURN_KERNEL_SPINLOCK_H
#define KILBURN_KERNEL_SPINLOCK_H

#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <asm/irqflags.h>
#include <asm/preempt.h>
#include "kernel/compiler.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"
#include "kernel/lockdep.h"

typedef struct __capability("spinlock") spinlock
{
	u32 locked; /* 1: somebody has it */
	LOCKDEP_FIELD
}
spinlock_t;

#if CONFIG_LOCKDEP
#define __SPIN_LOCK_UNLOCKED(name)                                             \
	{                                                                      \
		.locked = 0, .dep_map = LOCKDEP_MAP_INIT(#name)                \
	}
#else
#define __SPIN_LOCK_UNLOCKED(name)                                             \
	{                                                                      \
		.locked = 0                                                    \
	}
#endif

#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

/* A lock in memory; every use of the macro is a class of its own. */
#define spin_lock_init(lock)                                                   \
	do {                                                                   \
		(lock)->locked = 0;                                            \
		LOCKDEP_INIT_CLASS(&(lock)->dep_map, #lock);                   \
	} while (0)

/* Wait for a lock that is taken; debug builds panic after very long. */
void spin_lock_wait(spinlock_t *lock);

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return READ_ONCE(lock->locked);
}

static __always_inline void spin_acquire(spinlock_t *lock,
					 unsigned int subclass)
{
	lockdep_acquire(&lock->dep_map, subclass, LOCKDEP_SPIN,
			(unsigned long)__builtin_return_address(0));
	if (unlikely(xchg(&lock->locked, 1)))
		spin_lock_wait(lock);
}

static __always_inline void spin_release(spinlock_t *lock)
{
	lockdep_release(&lock->dep_map);
	smp_store_release(&lock->locked, 0);
}

/**
 * spin_lock() - take a spinlock.
 * @lock: not held by this CPU
 *
 * Context: any; for a lock that interrupt handlers take, interrupts are off.
 */
static inline void spin_lock(spinlock_t *lock)
	__acquires(lock) __no_lock_analysis
{
	preempt_disable();
	spin_acquire(lock, 0);
}

static inline void spin_lock_nested(spinlock_t *lock, unsigned int subclass)
	__acquires(lock) __no_lock_analysis
{
	preempt_disable();
	spin_acquire(lock, subclass);
}

/**
 * spin_trylock() - take a spinlock if it is free.
 * @lock: the lock
 *
 * Return: whether it was taken.
 */
static inline bool spin_trylock(spinlock_t *lock) __cond_acquires(true, lock)
{
	preempt_disable();
	if (READ_ONCE(lock->locked) || xchg(&lock->locked, 1)) {
		preempt_enable();
		return false;
	}
	lockdep_acquire(&lock->dep_map, 0, LOCKDEP_SPIN | LOCKDEP_TRY,
			(unsigned long)__builtin_return_address(0));
	return true;
}

/**
 * spin_unlock() - release a spinlock.
 * @lock: held by this CPU
 */
static inline void spin_unlock(spinlock_t *lock)
	__releases(lock) __no_lock_analysis
{
	spin_release(lock);
	preempt_enable();
}

static inline void spin_lock_irq(spinlock_t *lock)
	__acquires(lock) __no_lock_analysis
{
	local_irq_disable();
	preempt_disable();
	spin_acquire(lock, 0);
}

static inline void spin_unlock_irq(spinlock_t *lock)
	__releases(lock) __no_lock_analysis
{
	spin_release(lock);
	local_irq_enable();
	preempt_enable();
}

static inline unsigned long spin_lock_save(spinlock_t *lock,
					   unsigned int subclass)
	__acquires(lock) __no_lock_analysis
{
	unsigned long flags = arch_local_irq_save();

	preempt_disable();
	spin_acquire(lock, subclass);
	return flags;
}

#define spin_lock_irqsave(lock, flags) ((flags) = spin_lock_save(lock, 0))
#define spin_lock_irqsave_nested(lock, flags, subclass)                        \
	((flags) = spin_lock_save(lock, subclass))

static inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
	__releases(lock) __no_lock_analysis
{
	spin_release(lock);
	local_irq_restore(flags);
	preempt_enable();
}

static inline void assert_spin_locked(const spinlock_t *lock) __asserts(lock)
{
	lockdep_assert_held(lock);
}

#endif /* KILBURN_KERNEL_SPINLOCK_H */
