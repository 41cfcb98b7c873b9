/* SPDX-License-Identifier: MIT */
/*
 * kernel/futex.c - sleep on a word of user memory, and wake who sleeps there.
 *
 * Theory
 *
 * A lock in user space is a word that its users change atomically; only who
 * finds it taken comes to the kernel, and says: put me to sleep, if the word
 * still is what I saw.  That check and the queueing are one step, because both
 * happen under the lock of the bucket that the address hashes to, and a waker
 * changes the word before it takes the same lock:
 *
 *	waiter				waker
 *	lock bucket			word = free
 *	word == seen? queue		lock bucket
 *	unlock, sleep			wake what is queued
 *
 * So either the waiter sees the new word, or the waker sees the waiter.
 *
 * Threads of one process name a futex by (mm, address).  Processes that share
 * memory may have it at different addresses.  They ask (FLAGS_SHARED) to look at
 * the page behind the address, and name an object's page by (inode, offset),
 * which is the same for all.  The inode is named by a number that is never used
 * again, so a waiter need not hold it.  The low bits of the offset say which
 * kind of name it is: names of different kinds are never the same futex.
 *
 * Priority inheritance is not there: those commands are -ENOSYS.
 *
 * In Linux: kernel/futex/.
 */
#include <asm/futex.h>
#include <asm/uaccess.h>
#include "fs/fs.h"
#include "kernel/futex_internal.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/time.h"
#include "mm/gup.h"
#include "mm/pagemap.h"

#define FUTEX_HASH_BITS 8

static struct futex_bucket buckets[1 << FUTEX_HASH_BITS];

void __init futex_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(buckets); i++) {
		spin_lock_init(&buckets[i].lock);
		INIT_LIST_HEAD(&buckets[i].list);
	}
}

struct futex_bucket *futex_bucket(const union futex_key *key)
{
	u64 hash = (key->word[0] ^ key->word[1]) * 0x9e3779b97f4a7c15ULL;

	return &buckets[hash >> (64 - FUTEX_HASH_BITS)];
}

/* Both may be one and the same, which the analysis cannot follow. */
void futex_lock_two(struct futex_bucket *a,
		    struct futex_bucket *b) __no_lock_analysis
{
	if (a > b)
		swap(a, b);
	spin_lock(&a->lock);
	if (a != b)
		spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
}

void futex_unlock_two(struct futex_bucket *a,
		      struct futex_bucket *b) __no_lock_analysis
{
	spin_unlock(&a->lock);
	if (a != b)
		spin_unlock(&b->lock);
}

/* ---- keys --------------------------------------------------------------- */

/* A number for the inode that no inode had before, or will have. */
static u64 inode_sequence_number(struct inode *inode)
{
	static atomic64_t last = { 0 };
	s64 seq = atomic64_read(&inode->i_sequence);
	s64 mine;

	if (seq)
		return seq;
	mine = atomic64_inc_return(&last);
	seq = atomic64_cmpxchg(&inode->i_sequence, 0, mine);
	return seq ? seq : mine;
}

/*
 * The page behind a shared futex, with a reference; ERR_PTR(-EFAULT, ...).  A
 * private page must be the caller's own before it can have a name: so it is
 * got for writing, as far as that is allowed.
 */
static struct page *get_futex_page(unsigned long address, enum futex_access rw,
				   bool *read_only)
{
	struct page *page;
	long ret;

	*read_only = false;
	ret = get_user_pages_unlocked(address, 1, FOLL_WRITE, &page);
	if (ret == -EFAULT && rw == FUTEX_READ) {
		*read_only = true;
		ret = get_user_pages_unlocked(address, 1, 0, &page);
	}
	return ret < 0 ? ERR_PTR(ret) : page;
}

/*
 * Name a page of an object by the object.  Under its lock a page that belongs
 * to an inode keeps the inode in memory.  Return: -EFAULT: it belongs to none:
 * the zero page, or one that has just been truncated.
 */
static int name_object_page(struct page *page, union futex_key *key)
{
	struct address_space *mapping;
	int err = -EFAULT;

	lock_page(page);
	mapping = page->mapping;
	if (mapping) {
		key->object = inode_sequence_number(mapping->host);
		key->offset = (page->index << PAGE_SHIFT) +
			      offset_in_page(key->offset) + FUT_OFF_INODE;
		err = 0;
	}
	unlock_page(page);
	return err;
}

int get_futex_key(u32 __user *uaddr, unsigned int flags, enum futex_access rw,
		  union futex_key *key)
{
	unsigned long address = (unsigned long)uaddr;
	struct page *page;
	bool read_only;
	int err = 0;

	if (!IS_ALIGNED(address, sizeof(u32)))
		return -EINVAL;
	if (!access_ok(uaddr, sizeof(u32)) || !current->mm)
		return -EFAULT;

	key->object = (unsigned long)current->mm;
	key->offset = address;
	if (!(flags & FLAGS_SHARED))
		return 0;
	page = get_futex_page(address, rw, &read_only);
	if (IS_ERR(page))
		return PTR_ERR(page);
	if (!PageAnon(page))
		err = name_object_page(page, key);
	else if (read_only)
		err = -EFAULT; /* nobody will ever change it */
	else
		key->offset += FUT_OFF_MMSHARED;
	put_page(page);
	return err;
}

/* ---- waking ------------------------------------------------------------- */

/* Take @q off its bucket, whose lock is held, and wake its task. */
void futex_wake_one(struct futex_q *q)
{
	struct task_struct *p = q->task;

	lockdep_assert_held(&q->bucket->lock);
	get_task_struct(p); /* q and p may go once bucket is NULL */
	list_del_init(&q->list);
	smp_store_release(&q->bucket, NULL);
	wake_up_state(p, TASK_NORMAL);
	put_task_struct(p);
}

long futex_wake(u32 __user *uaddr, unsigned int flags, int nr_wake, u32 bitset)
{
	struct futex_bucket *b;
	struct futex_q *q, *next;
	union futex_key key;
	long ret;

	if (!bitset)
		return -EINVAL;
	ret = get_futex_key(uaddr, flags, FUTEX_READ, &key);
	if (ret)
		return ret;

	b = futex_bucket(&key);
	spin_lock(&b->lock);
	list_for_each_entry_safe (q, next, &b->list, list) {
		if (!futex_match(&q->key, &key) || !(q->bitset & bitset))
			continue;
		futex_wake_one(q);
		if (++ret >= nr_wake)
			break;
	}
	spin_unlock(&b->lock);
	return ret;
}

void futex_wake_user(int __user *uaddr, int nr)
{
	futex_wake((u32 __user *)uaddr, FLAGS_SHARED, nr,
		   FUTEX_BITSET_MATCH_ANY);
}

/* ---- waiting ------------------------------------------------------------ */

/* Off the queue.  Return: whether it was still on it: nobody woke us. */
static bool futex_unqueue(struct futex_q *q)
{
	struct futex_bucket *b;

	while ((b = smp_load_acquire(&q->bucket))) {
		spin_lock(&b->lock);
		if (q->bucket != b) { /* requeued, or woken */
			spin_unlock(&b->lock);
			continue;
		}
		list_del_init(&q->list);
		spin_unlock(&b->lock);
		return true;
	}
	return false;
}

/*
 * Queue @q if the word is @val, ready to sleep.  Return: 0; -EAGAIN: it is
 * not; -EFAULT.
 */
static int futex_wait_setup(struct futex_q *q, u32 __user *uaddr,
			    unsigned int flags, u32 val)
{
	struct futex_bucket *b;
	u32 word;
	int err;

	for (;;) {
		err = get_futex_key(uaddr, flags, FUTEX_READ, &q->key);
		if (err)
			return err;
		b = futex_bucket(&q->key);
		spin_lock(&b->lock);
		if (!futex_get_value_locked(&word, uaddr))
			break;
		/*
		 * The page is not there: bring it in, without the lock.  Then
		 * something else may be mapped, which has another key.
		 */
		spin_unlock(&b->lock);
		if (get_user(word, uaddr))
			return -EFAULT;
	}
	if (word != val) {
		spin_unlock(&b->lock);
		return -EAGAIN;
	}
	set_current_state(TASK_INTERRUPTIBLE);
	q->bucket = b;
	list_add_tail(&q->list, &b->list);
	spin_unlock(&b->lock);
	return 0;
}

/* Until woken, interrupted, or the time comes. */
static void futex_sleep(struct futex_q *q, u64 expires)
{
	if (READ_ONCE(q->bucket)) {
		if (expires == U64_MAX) {
			schedule();
		} else {
			u64 now = ktime_get_ns();

			if (now < expires)
				schedule_timeout_ns(expires - now);
		}
	}
	__set_current_state(TASK_RUNNING);
}

static long futex_wait_restart(struct restart_block *restart)
{
	return futex_wait((u32 __user *)restart->data[0],
			  (unsigned int)restart->data[2], restart->data[1],
			  restart->expires, restart->data[2] >> 32);
}

/* @expires: ns by ktime_get_ns(); U64_MAX: never. */
long futex_wait(u32 __user *uaddr, unsigned int flags, u32 val, u64 expires,
		u32 bitset)
{
	struct futex_q q = { .task = current, .bitset = bitset };
	struct restart_block *restart = &current->restart_block;
	long ret;

	if (!bitset)
		return -EINVAL;
	for (;;) {
		ret = futex_wait_setup(&q, uaddr, flags, val);
		if (ret)
			return ret;
		futex_sleep(&q, expires);
		ret = futex_unqueue(&q);
		if (!ret)
			return 0;
		if (expires != U64_MAX && ktime_get_ns() >= expires)
			return -ETIMEDOUT;
		if (signal_pending(current))
			break;
		/* Woken for no reason that concerns us: again. */
	}

	if (expires == U64_MAX)
		return -ERESTARTSYS;
	restart->fn = futex_wait_restart;
	restart->expires = expires;
	restart->data[0] = (unsigned long)uaddr;
	restart->data[1] = val;
	restart->data[2] = flags | (u64)bitset << 32;
	return -ERESTART_RESTARTBLOCK;
}

/* ---- the call ----------------------------------------------------------- */

/* When the timeout is over, in ns by ktime_get_ns(); U64_MAX: never. */
static int futex_expires(const struct timespec64 __user *utime, int cmd,
			 unsigned int flags, u64 *expires)
{
	struct timespec64 ts;
	u64 t, now;

	*expires = U64_MAX;
	if (!utime || (cmd != FUTEX_WAIT && cmd != FUTEX_WAIT_BITSET))
		return 0;
	if (copy_from_user(&ts, utime, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;

	t = timespec64_to_ns_capped(&ts);
	now = ktime_get_ns();
	if (cmd == FUTEX_WAIT) { /* relative */
		t += now;
	} else if (flags & FLAGS_CLOCKRT) {
		u64 boot = ktime_get_real_ns() - now; /* when that was */

		t = t > boot ? t - boot : 0;
	}
	*expires = t;
	return 0;
}

SYSCALL_DEFINE6(futex, u32 __user *, uaddr, int, op, u32, val,
		const struct timespec64 __user *, utime, u32 __user *, uaddr2,
		u32, val3)
{
	int cmd = op & FUTEX_CMD_MASK;
	int val2 = (int)(unsigned long)utime; /* for those without a time */
	unsigned int flags = 0;
	u64 expires;
	int err;

	err = futex_expires(utime, cmd,
			    op & FUTEX_CLOCK_REALTIME ? FLAGS_CLOCKRT : 0,
			    &expires);
	if (err)
		return err;
	if (!(op & FUTEX_PRIVATE_FLAG))
		flags |= FLAGS_SHARED;
	if ((op & FUTEX_CLOCK_REALTIME) && cmd != FUTEX_WAIT_BITSET)
		return -ENOSYS;

	switch (cmd) {
	case FUTEX_WAIT:
		return futex_wait(uaddr, flags, val, expires,
				  FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAIT_BITSET:
		return futex_wait(uaddr, flags, val, expires, val3);
	case FUTEX_WAKE:
		return futex_wake(uaddr, flags, val, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(uaddr, flags, val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(uaddr, flags, uaddr2, val, val2, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(uaddr, flags, uaddr2, val, val2, &val3);
	case FUTEX_WAKE_OP:
		return futex_wake_op(uaddr, flags, uaddr2, val, val2, val3);
	default:
		return -ENOSYS;
	}
}
