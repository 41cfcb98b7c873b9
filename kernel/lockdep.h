/* SPDX-License-Identifier: MIT */
/*
 * kernel/lockdep.h - is every lock taken in the right order?
 *
 * kernel/lockdep.c has the theory.  Every lock belongs to a class: all locks
 * that one line of the source initialises.  With CONFIG_LOCKDEP=0 all of this
 * is empty.
 *
 * In Linux: include/linux/lockdep.h.
 */
#ifndef KILBURN_KERNEL_LOCKDEP_H
#define KILBURN_KERNEL_LOCKDEP_H

#include "kernel/bug.h"
#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/*
 * The second argument of the _nested() calls: a lock taken while another of
 * the same class is held, by a rule that the caller knows.
 */
#define SINGLE_DEPTH_NESTING 1
#define LOCKDEP_SUBCLASSES   2

#if CONFIG_LOCKDEP

#define LOCKDEP_MAX_HELD 24

/* One for each initialisation in the source. */
struct lock_class {
	const char *name;
	u16 id; /* of subclass 0; 0: not seen yet */
};

/* In each lock. */
struct lockdep_map {
	struct lock_class *class; /* NULL: a static lock, not seen yet */
	const char *name;         /* of a static lock */
};

struct held_lock {
	const struct lockdep_map *map;
	unsigned long ip; /* who took it */
	u16 id;           /* class and subclass */
	bool read;
};

/* The locks that a task, or a CPU in interrupt context, holds. */
struct lockdep_task {
	unsigned int depth;
	struct held_lock held[LOCKDEP_MAX_HELD];
};

enum lockdep_how {
	LOCKDEP_WRITE = 0,
	LOCKDEP_READ = 1,
	LOCKDEP_TRY = 2,  /* cannot wait, so the order does not matter */
	LOCKDEP_SPIN = 4, /* spinlock: its use in interrupts is checked */
};

#define LOCKDEP_MAP_INIT(lockname)                                             \
	{                                                                      \
		.class = NULL, .name = lockname                                \
	}

/* A class for the place in the source where this stands. */
#define LOCKDEP_INIT_CLASS(map, lockname)                                      \
	do {                                                                   \
		static struct lock_class _lock_class = { .name = lockname };   \
		(map)->class = &_lock_class;                                   \
		(map)->name = lockname;                                        \
	} while (0)

/**
 * lockdep_acquire() - a lock is about to be taken.
 * @map:      the lock
 * @subclass: 0, or SINGLE_DEPTH_NESTING
 * @how:      enum lockdep_how, a bit set
 * @ip:       who takes it
 */
void lockdep_acquire(struct lockdep_map *map, unsigned int subclass,
		     unsigned int how, unsigned long ip);

/**
 * lockdep_release() - a lock is about to be released.
 * @map: the lock, held by the current context
 */
void lockdep_release(struct lockdep_map *map);

/* Whether the current context holds it; @write: not merely for reading. */
bool lockdep_is_held(const struct lockdep_map *map);
bool lockdep_is_held_write(const struct lockdep_map *map);

/* A new task holds nothing. */
void lockdep_init_task(struct lockdep_task *lt);

/* The end of checking, so that a panic can print. */
void lockdep_off(void);

/* BUG if the current task holds any lock: at exit, and back to user mode. */
void lockdep_assert_none_held(void);

/* Print what the current context holds. */
void lockdep_show_held(void);

#define lockdep_assert_held(lock) BUG_ON(!lockdep_is_held(&(lock)->dep_map))
#define lockdep_assert_held_write(lock)                                        \
	BUG_ON(!lockdep_is_held_write(&(lock)->dep_map))
#define lockdep_assert_not_held(lock) BUG_ON(lockdep_is_held(&(lock)->dep_map))

#define LOCKDEP_FIELD struct lockdep_map dep_map;

#else /* !CONFIG_LOCKDEP */

struct lockdep_task {
};

#define LOCKDEP_WRITE 0
#define LOCKDEP_READ  1
#define LOCKDEP_TRY   2
#define LOCKDEP_SPIN  4

#define LOCKDEP_FIELD
#define LOCKDEP_INIT_CLASS(map, name)                                          \
	do {                                                                   \
	} while (0)
#define lockdep_acquire(map, subclass, how, ip)                                \
	do {                                                                   \
	} while (0)
#define lockdep_release(map)                                                   \
	do {                                                                   \
	} while (0)
#define lockdep_init_task(lt)                                                  \
	do {                                                                   \
	} while (0)
#define lockdep_off()                                                          \
	do {                                                                   \
	} while (0)
#define lockdep_assert_none_held()                                             \
	do {                                                                   \
	} while (0)
#define lockdep_show_held()                                                    \
	do {                                                                   \
	} while (0)
#define lockdep_assert_held(lock)       ((void)sizeof(lock))
#define lockdep_assert_held_write(lock) ((void)sizeof(lock))
#define lockdep_assert_not_held(lock)   ((void)sizeof(lock))

#endif /* CONFIG_LOCKDEP */

/* BUG if this context must not sleep. Debug builds only. */
#if CONFIG_LOCKDEP
void might_sleep_at(const char *file, int line);
#define might_sleep() might_sleep_at(__FILE__, __LINE__)
#else
#define might_sleep()                                                          \
	do {                                                                   \
	} while (0)
#endif

#endif /* KILBURN_KERNEL_LOCKDEP_H */
