/* SPDX-License-Identifier: MIT */
/*
 * kernel/spinlock.c - waiting for a spinlock.
 *
 * Only reads while the lock is taken, so that the waiters share its cache line
 * and the owner can release it undisturbed.
 *
 * In Linux: kernel/locking/spinlock.c, spinlock_debug.c.
 */
#include <asm/cmpxchg.h>
#include <asm/processor.h>
#include "kernel/lockdep.h"
#include "kernel/panic.h"
#include "kernel/spinlock.h"

/* Far longer than any section takes, even under an emulator. */
#define LOCKUP_SPINS (1UL << 32)

void spin_lock_wait(spinlock_t *lock)
{
	unsigned long spins = 0;

	do {
		while (READ_ONCE(lock->locked)) {
			cpu_relax();
			if (CONFIG_LOCKDEP && ++spins == LOCKUP_SPINS)
				panic("spinlock %px is never released", lock);
		}
	} while (xchg(&lock->locked, 1));
}
