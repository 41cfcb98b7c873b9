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

struct task_struct;

/*
 * What makes two user addresses the same futex: a place in an object.  The
 * object is an mm for private memory, an inode for shared.
 */
union futex_key {
	struct {
		u64 object;           /* the mm, or the inode's number */
		unsigned long offset; /* bytes, and FUT_OFF_* */
	};
	u64 word[2];
};

#define FUT_OFF_INODE    1 /* of an inode */
#define FUT_OFF_MMSHARED 2 /* of an mm, by one who asked for a shared futex */

/* What the caller is going to do with the word. */
enum futex_access { FUTEX_READ, FUTEX_WRITE };

struct futex_bucket {
	spinlock_t lock;       /* protects list and what is in it */
	struct list_head list; /* struct futex_q, oldest first */
};

/* One waiter, on its own stack. */
struct futex_q {
	struct list_head list;
	struct task_struct *task;
	struct futex_bucket *bucket; /* NULL: woken */
	union futex_key key;
	u32 bitset;
};

enum futex_flags {
	FLAGS_SHARED = 1,
	FLAGS_CLOCKRT = 2,
};

/*
 * get_futex_key() - find the place behind a user address.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL: not aligned; -EFAULT: nothing there that can be waited
 * for; -ENOMEM, -EINTR.
 */
int get_futex_key(u32 __user *uaddr, unsigned int flags, enum futex_access rw,
		  union futex_key *key);

struct futex_bucket *futex_bucket(const union futex_key *key);
void futex_lock_two(struct futex_bucket *a, struct futex_bucket *b)
	__acquires(&a->lock, &b->lock);
void futex_unlock_two(struct futex_bucket *a, struct futex_bucket *b)
	__releases(&a->lock, &b->lock);
void futex_wake_one(struct futex_q *q);

static inline bool futex_match(const union futex_key *a,
			       const union futex_key *b)
{
	return a->word[0] == b->word[0] && a->word[1] == b->word[1];
}

long futex_wake(u32 __user *uaddr, unsigned int flags, int nr_wake, u32 bitset);
long futex_wait(u32 __user *uaddr, unsigned int flags, u32 val, u64 expires,
		u32 bitset);
long futex_wake_op(u32 __user *uaddr1, unsigned int flags, u32 __user *uaddr2,
		   int nr_wake, int nr_wake2, int op);
long futex_requeue(u32 __user *uaddr1, unsigned int flags, u32 __user *uaddr2,
		   int nr_wake, int nr_requeue, const u32 *cmpval);

#endif /* KILBURN_KERNEL_FUTEX_INTERNAL_H */
