/* SPDX-License-Identifier: MIT */
/*
 * kernel/futex_requeue.c - operations on two futexes at once.
 *
 * A condition variable that is broadcast moves its waiters to the mutex that
 * they would all run into (REQUEUE); unlocking and signalling can be one call
 * (WAKE_OP).  Both hold the two buckets' locks, taken in order of address.
 *
 * In Linux: kernel/futex/requeue.c, waitwake.c.
 */
#include <asm/futex.h>
#include <asm/uaccess.h>
#include "kernel/futex_internal.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/mm.h"

/* Two futexes: their keys and their buckets. */
struct futex_pair {
	union futex_key key1, key2;
	struct futex_bucket *b1, *b2;
};

static int get_pair(struct futex_pair *pair, u32 __user *uaddr1,
		    u32 __user *uaddr2, unsigned int flags,
		    enum futex_access rw2)
{
	int err;

	err = get_futex_key(uaddr1, flags, FUTEX_READ, &pair->key1);
	if (!err)
		err = get_futex_key(uaddr2, flags, rw2, &pair->key2);
	if (err)
		return err;
	pair->b1 = futex_bucket(&pair->key1);
	pair->b2 = futex_bucket(&pair->key2);
	return 0;
}

/* ---- REQUEUE ------------------------------------------------------------ */

/*
 * Wake @nr_wake waiters of the first, move @nr_requeue more to the second.  In
 * one bucket they stay where they are, or the walk would meet them again.
 */
static int requeue_locked(struct futex_pair *pair, int nr_wake, int nr_requeue)
{
	struct futex_q *q, *next;
	int count = 0;

	list_for_each_entry_safe (q, next, &pair->b1->list, list) {
		if (count - nr_wake >= nr_requeue)
			break;
		if (!futex_match(&q->key, &pair->key1))
			continue;
		if (++count <= nr_wake) {
			futex_wake_one(q);
			continue;
		}
		q->key = pair->key2;
		if (pair->b1 == pair->b2)
			continue;
		list_move_tail(&q->list, &pair->b2->list);
		q->bucket = pair->b2;
	}
	return count;
}

long futex_requeue(u32 __user *uaddr1, unsigned int flags, u32 __user *uaddr2,
		   int nr_wake, int nr_requeue, const u32 *cmpval)
{
	struct futex_pair pair;
	u32 word;
	long ret;

	if (nr_wake < 0 || nr_requeue < 0)
		return -EINVAL;
	for (;;) {
		ret = get_pair(&pair, uaddr1, uaddr2, flags, FUTEX_READ);
		if (ret)
			return ret;
		futex_lock_two(pair.b1, pair.b2);
		if (!cmpval || !futex_get_value_locked(&word, uaddr1))
			break;
		futex_unlock_two(pair.b1, pair.b2);
		ret = get_user(word, uaddr1);
		if (ret)
			return ret;
	}
	if (cmpval && word != *cmpval)
		ret = -EAGAIN;
	else
		ret = requeue_locked(&pair, nr_wake, nr_requeue);
	futex_unlock_two(pair.b1, pair.b2);
	return ret;
}

/* ---- WAKE_OP ------------------------------------------------------------ */

/* The operation is packed into one word: op, cmp, oparg, cmparg. */
#define FUTEX_OP_SET         0
#define FUTEX_OP_ADD         1
#define FUTEX_OP_OR          2
#define FUTEX_OP_ANDN        3
#define FUTEX_OP_XOR         4
#define FUTEX_OP_OPARG_SHIFT 8 /* oparg is 1 << oparg */
#define FUTEX_OP_CMP_EQ      0
#define FUTEX_OP_CMP_NE      1
#define FUTEX_OP_CMP_LT      2
#define FUTEX_OP_CMP_LE      3
#define FUTEX_OP_CMP_GT      4
#define FUTEX_OP_CMP_GE      5

struct futex_op {
	unsigned int op, cmp;
	int oparg, cmparg;
};

static int sign_extend12(u32 value)
{
	return (int)(value << 20) >> 20;
}

static int decode_op(u32 encoded, struct futex_op *op)
{
	op->op = (encoded >> 28) & 7;
	op->cmp = (encoded >> 24) & 15;
	op->oparg = sign_extend12(encoded >> 12);
	op->cmparg = sign_extend12(encoded);
	if ((encoded >> 28) & FUTEX_OP_OPARG_SHIFT)
		op->oparg = (int)(1u << (op->oparg & 31));
	return op->op > FUTEX_OP_XOR ? -ENOSYS : 0;
}

static u32 apply_op(const struct futex_op *op, u32 old)
{
	switch (op->op) {
	case FUTEX_OP_SET:
		return op->oparg;
	case FUTEX_OP_ADD:
		return old + op->oparg;
	case FUTEX_OP_OR:
		return old | op->oparg;
	case FUTEX_OP_ANDN:
		return old & ~op->oparg;
	default:
		return old ^ op->oparg;
	}
}

/* Return: whether the old value compares as asked; -ENOSYS: unknown. */
static int compare_op(const struct futex_op *op, int old)
{
	switch (op->cmp) {
	case FUTEX_OP_CMP_EQ:
		return old == op->cmparg;
	case FUTEX_OP_CMP_NE:
		return old != op->cmparg;
	case FUTEX_OP_CMP_LT:
		return old < op->cmparg;
	case FUTEX_OP_CMP_LE:
		return old <= op->cmparg;
	case FUTEX_OP_CMP_GT:
		return old > op->cmparg;
	case FUTEX_OP_CMP_GE:
		return old >= op->cmparg;
	default:
		return -ENOSYS;
	}
}

/* Change the word, atomically.  Return: 0, or -EFAULT: not there. */
static int atomic_op_inuser(const struct futex_op *op, u32 __user *uaddr,
			    u32 *old)
{
	u32 seen;

	if (futex_get_value_locked(&seen, uaddr))
		return -EFAULT;
	do {
		*old = seen;
		if (futex_atomic_cmpxchg_inatomic(&seen, uaddr, *old,
						  apply_op(op, *old)))
			return -EFAULT;
	} while (seen != *old);
	return 0;
}

static int wake_matching(struct futex_bucket *b, const union futex_key *key,
			 int nr_wake)
{
	struct futex_q *q, *next;
	int count = 0;

	list_for_each_entry_safe (q, next, &b->list, list) {
		if (!futex_match(&q->key, key))
			continue;
		futex_wake_one(q);
		if (++count >= nr_wake)
			break;
	}
	return count;
}

long futex_wake_op(u32 __user *uaddr1, unsigned int flags, u32 __user *uaddr2,
		   int nr_wake, int nr_wake2, int encoded)
{
	struct futex_pair pair;
	struct futex_op op;
	int holds;
	u32 old;
	long ret;

	for (;;) {
		ret = get_pair(&pair, uaddr1, uaddr2, flags, FUTEX_WRITE);
		if (!ret)
			ret = decode_op(encoded, &op);
		if (ret)
			return ret;
		futex_lock_two(pair.b1, pair.b2);
		if (!atomic_op_inuser(&op, uaddr2, &old))
			break;
		futex_unlock_two(pair.b1, pair.b2);
		if (fault_in_writeable((char __user *)uaddr2, sizeof(u32)))
			return -EFAULT;
	}
	/* As on Linux, the word has changed even if the comparison is unknown. */
	holds = compare_op(&op, (int)old);
	ret = holds < 0 ? holds : wake_matching(pair.b1, &pair.key1, nr_wake);
	if (holds > 0)
		ret += wake_matching(pair.b2, &pair.key2, nr_wake2);
	futex_unlock_two(pair.b1, pair.b2);
	return ret;
}
