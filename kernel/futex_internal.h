/* SPDX-License-Identifier: MIT */
/*
 * kernel/futex_internal.h - what the files of the futex share.
 */
#ifndef KILBURN_KERNEL_FUTEX_INTERNAL_H
#define KILBURN_KERNEL_FUTEX_INTERNAL_H

#include "kernel/futex.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/spinlock.h"

struct file;
struct task_struct;

/*
 * What makes two user addresses the same futex: a place in an object.  The
 * object is an mm for private memory, an inode for shared.
 */
union futex_key {
	struct {
		const void *object;
		unsigned long offset; /* bytes */
	};
	u64 word[2];
};

struct futex_bucket {
	spinlock_t lock; /* protects list and what is in it */
	struct list_head list; /* struct futex_q, oldest first */
};

/* One waiter, on its own stack. */
struct futex_q {
	struct list_head list;
	struct task_struct *task;
	struct futex_bucket *bucket; /* NULL: woken */
	union futex_key key;
	struct file *file; /* holds the inode of a shared key */
	u32 bitset;
};

enum futex_flags {
	FLAGS_SHARED = 1,
	FLAGS_CLOCKRT = 2,
};

/*
 * get_futex_key() - find the place behind a user address.
 * @file: receives a reference that keeps the object there, or NULL; the caller
 *	  gives it to put_futex_key()
 *
 * Return: 0; -EINVAL: not aligned; -EFAULT: nothing there.
 */
int get_futex_key(u32 __user *uaddr, unsigned int flags, union futex_key *key,
		  struct file **file);
void put_futex_key(struct file *file);

struct futex_bucket *futex_bucket(const union futex_key *key);
void futex_lock_two(struct futex_bucket *a, struct futex_bucket *b);
void futex_unlock_two(struct futex_bucket *a, struct futex_bucket *b);
void futex_wake_one(struct futex_q *q);

static inline bool futex_match(const union futex_key *a,
			       const union futex_key *b)
{
	return a->word[0] == b->word[0] && a->word[1] == b->word[1];
}

long futex_wake(u32 __user *uaddr, unsigned int flags, int nr_wake, u32 bitset);
long futex_wait(u32 __user *uaddr, unsigned int flags, u32 val, u64 expires,
		u32 bitset);
long futex_wake_op(u32 __user *uaddr1, unsigned int flags,
		   u32 __user *uaddr2, int nr_wake, int nr_wake2, int op);
long futex_requeue(u32 __user *uaddr1, unsigned int flags, u32 __user *uaddr2,
		   int nr_wake, int nr_requeue, const u32 *cmpval);

#endif /* KILBURN_KERNEL_FUTEX_INTERNAL_H */
