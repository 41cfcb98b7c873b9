/* SPDX-License-Identifier: MIT */
/*
 * fs/poll.c - poll(2) and select(2).
 *
 * Theory
 *
 * The first pass over the files asks each for its events and registers an
 * entry on each of its wait queues.  If nothing was ready, the task sleeps;
 * later passes only ask.  A wake-up between a pass and the sleep is not lost:
 * it sets pwq->triggered, which the sleeper checks after it has announced
 * that it will sleep.
 *
 * Reading order: pollwait(), do_poll(), do_select().
 * In Linux: fs/select.c.
 */
#include <asm/uaccess.h>
#include "fs/file.h"
#include "fs/poll.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/time.h"
#include "mm/slab.h"

#define NO_DEADLINE (~0ULL)

/* ---- waiting ------------------------------------------------------------ */

struct poll_table_entry {
	struct wait_queue_entry wait;
	struct wait_queue_head *wq;
	struct file *file; /* holds the wait queue in place */
	unsigned int key;  /* events that are waited for */
	struct poll_wqueues *pwq;
	struct poll_table_entry *next;
};

#define POLL_INLINE_ENTRIES 4

struct poll_wqueues {
	poll_table pt;
	struct task_struct *task;
	unsigned int key; /* for the file that is asked now */
	int triggered;
	int error;
	struct poll_table_entry *entries;
	unsigned int inline_used;
	struct poll_table_entry inline_entries[POLL_INLINE_ENTRIES];
};

static int pollwake(struct wait_queue_entry *wait, unsigned int mode, int flags,
		    void *key)
{
	struct poll_table_entry *entry =
		container_of(wait, struct poll_table_entry, wait);
	unsigned int events = (unsigned long)key;

	if (events && !(events & entry->key))
		return 0;
	WRITE_ONCE(entry->pwq->triggered, 1);
	smp_mb();
	return wake_up_state(entry->pwq->task, mode);
}

static struct poll_table_entry *poll_get_entry(struct poll_wqueues *pwq)
{
	struct poll_table_entry *entry;

	if (pwq->inline_used < POLL_INLINE_ENTRIES)
		entry = &pwq->inline_entries[pwq->inline_used++];
	else
		entry = kmalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return NULL;
	entry->next = pwq->entries;
	pwq->entries = entry;
	return entry;
}

/* poll_wait(): register on a wait queue of @file. */
static void pollwait(struct file *file, struct wait_queue_head *wq,
		     poll_table *pt)
{
	struct poll_wqueues *pwq = container_of(pt, struct poll_wqueues, pt);
	struct poll_table_entry *entry = poll_get_entry(pwq);

	if (!entry) {
		pwq->error = -ENOMEM;
		return;
	}
	entry->file = get_file(file);
	entry->wq = wq;
	entry->key = pwq->key;
	entry->pwq = pwq;
	init_waitqueue_func_entry(&entry->wait, pollwake);
	add_wait_queue(wq, &entry->wait);
}

static void poll_initwait(struct poll_wqueues *pwq)
{
	pwq->pt.qproc = pollwait;
	pwq->task = current;
	pwq->triggered = 0;
	pwq->error = 0;
	pwq->entries = NULL;
	pwq->inline_used = 0;
}

static bool entry_is_inline(const struct poll_wqueues *pwq,
			    const struct poll_table_entry *entry)
{
	return entry >= pwq->inline_entries &&
	       entry < pwq->inline_entries + POLL_INLINE_ENTRIES;
}

static void poll_freewait(struct poll_wqueues *pwq)
{
	struct poll_table_entry *entry, *next;

	for (entry = pwq->entries; entry; entry = next) {
		next = entry->next;
		remove_wait_queue(entry->wq, &entry->wait);
		fput(entry->file);
		if (!entry_is_inline(pwq, entry))
			kfree(entry);
	}
}

/* Sleep until a file calls or @deadline (ns).  Return: true: time is up. */
static bool poll_sleep(struct poll_wqueues *pwq, u64 deadline)
{
	bool timed_out = false;
	u64 now;

	set_current_state(TASK_INTERRUPTIBLE);
	if (!READ_ONCE(pwq->triggered)) {
		if (deadline == NO_DEADLINE) {
			schedule();
		} else {
			now = ktime_get_ns();
			timed_out = now >= deadline ||
				    !schedule_timeout_ns(deadline - now);
		}
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(pwq->triggered, 0);
	smp_mb(); /* before the next pass asks the files */
	return timed_out;
}

static unsigned int vfs_poll(struct file *file, struct poll_wqueues *pwq,
			     unsigned int key)
{
	if (!file->f_op->poll)
		return DEFAULT_POLLMASK;
	pwq->key = key;
	return file->f_op->poll(file, &pwq->pt);
}

/* ---- deadlines ---------------------------------------------------------- */

static u64 deadline_after_ns(u64 ns)
{
	u64 now = ktime_get_ns();

	return now + ns < now ? NO_DEADLINE - 1 : now + ns;
}

/* From a struct timespec of user space; NULL: for ever. */
static int deadline_from_user(const struct timespec64 __user *uts,
			      u64 *deadline)
{
	struct timespec64 ts;

	*deadline = NO_DEADLINE;
	if (!uts)
		return 0;
	if (copy_from_user(&ts, uts, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	*deadline = deadline_after_ns(timespec64_to_ns_capped(&ts));
	return 0;
}

static u64 time_left(u64 deadline)
{
	u64 now = ktime_get_ns();

	return deadline > now ? deadline - now : 0;
}

/*
 * ppoll(2) and pselect(2) say how much time was left; a bad pointer there is
 * not an error any more.
 */
static long put_time_left(struct timespec64 __user *uts, u64 deadline, long ret)
{
	struct timespec64 ts;

	if (!uts)
		return ret;
	ts = ns_to_timespec64(time_left(deadline));
	if (copy_to_user(uts, &ts, sizeof(ts)) && ret == -ERESTARTNOHAND)
		return -EINTR;
	return ret;
}

/* ---- poll --------------------------------------------------------------- */

struct pollfd {
	int fd;
	short events;
	short revents;
};

static unsigned int poll_one(struct pollfd *pfd, struct poll_wqueues *pwq)
{
	unsigned int filter = (u16)pfd->events | POLLERR | POLLHUP;
	unsigned int mask = 0;
	struct fd f;

	if (pfd->fd >= 0) {
		f = fdget(pfd->fd);
		mask = POLLNVAL;
		if (f.file) {
			mask = vfs_poll(f.file, pwq, filter) & filter;
			fdput(f);
		}
	}
	pfd->revents = mask;
	return mask;
}

static int do_poll(struct pollfd *fds, unsigned int nfds, u64 deadline)
{
	struct poll_wqueues pwq;
	bool timed_out = deadline == 0;
	int count;

	poll_initwait(&pwq);
	if (timed_out)
		pwq.pt.qproc = NULL;
	for (;;) {
		count = 0;
		for (unsigned int i = 0; i < nfds; i++) {
			if (poll_one(&fds[i], &pwq)) {
				count++;
				pwq.pt.qproc = NULL; /* will not sleep */
			}
		}
		pwq.pt.qproc = NULL; /* all are registered */
		if (!count) {
			count = pwq.error;
			if (!count && signal_pending(current))
				count = -ERESTARTNOHAND;
		}
		if (count || timed_out)
			break;
		timed_out = poll_sleep(&pwq, deadline);
	}
	poll_freewait(&pwq);
	return count;
}

static int put_revents(struct pollfd __user *ufds, const struct pollfd *fds,
		       unsigned int nfds)
{
	for (unsigned int i = 0; i < nfds; i++) {
		if (put_user(fds[i].revents, &ufds[i].revents))
			return -EFAULT;
	}
	return 0;
}

#define POLL_STACK_FDS 16

static long do_sys_poll(struct pollfd __user *ufds, unsigned int nfds,
			u64 deadline)
{
	struct pollfd on_stack[POLL_STACK_FDS], *fds = on_stack;
	long ret = -EFAULT;

	if (nfds > rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	if (nfds > POLL_STACK_FDS) {
		fds = kmalloc_array(nfds, sizeof(*fds), GFP_KERNEL);
		if (!fds)
			return -ENOMEM;
	}
	if (copy_from_user(fds, ufds, nfds * sizeof(*fds)))
		goto out;
	ret = do_poll(fds, nfds, deadline);
	if (ret >= 0 && put_revents(ufds, fds, nfds))
		ret = -EFAULT;
out:
	if (fds != on_stack)
		kfree(fds);
	return ret;
}

static long do_restart_poll(struct restart_block *rb);

static long poll_or_restart(struct pollfd __user *ufds, unsigned int nfds,
			    u64 deadline)
{
	struct restart_block *rb = &current->restart_block;
	long ret = do_sys_poll(ufds, nfds, deadline);

	if (ret != -ERESTARTNOHAND)
		return ret;
	rb->fn = do_restart_poll;
	rb->data[0] = (unsigned long)ufds;
	rb->data[1] = nfds;
	rb->expires = deadline;
	return -ERESTART_RESTARTBLOCK;
}

static long do_restart_poll(struct restart_block *rb)
{
	return poll_or_restart((struct pollfd __user *)rb->data[0], rb->data[1],
			       rb->expires);
}

SYSCALL_DEFINE3(poll, struct pollfd __user *, ufds, unsigned int, nfds, int,
		timeout_ms)
{
	u64 deadline = NO_DEADLINE;

	if (timeout_ms == 0)
		deadline = 0;
	else if (timeout_ms > 0)
		deadline = deadline_after_ns(timeout_ms * NSEC_PER_MSEC);
	return poll_or_restart(ufds, nfds, deadline);
}

SYSCALL_DEFINE5(ppoll, struct pollfd __user *, ufds, unsigned int, nfds,
		struct timespec64 __user *, uts, const sigset_t __user *, mask,
		size_t, sigsetsize)
{
	u64 deadline;
	long ret = deadline_from_user(uts, &deadline);

	if (ret)
		return ret;
	ret = set_user_sigmask(mask, sigsetsize);
	if (ret)
		return ret;
	ret = do_sys_poll(ufds, nfds, deadline);
	restore_saved_sigmask_unless(ret == -ERESTARTNOHAND);
	return put_time_left(uts, deadline, ret);
}

/* ---- select ------------------------------------------------------------- */

#define POLLIN_SET  (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define POLLOUT_SET (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define POLLEX_SET  (POLLPRI)

enum { SEL_IN, SEL_OUT, SEL_EX, SEL_NR };

static const unsigned int select_events[SEL_NR] = { POLLIN_SET, POLLOUT_SET,
						    POLLEX_SET };

/* The sets of one select(2): asked for, and true. */
struct select_sets {
	unsigned int n; /* descriptors 0 .. n - 1 */
	unsigned long *want[SEL_NR], *have[SEL_NR];
};

/* Ask about descriptor @fd.  Return: how many bits came true; -EBADF. */
static int select_one(struct select_sets *s, unsigned int fd,
		      struct poll_wqueues *pwq)
{
	unsigned int key = 0, mask;
	int count = 0;
	struct fd f;

	for (int i = 0; i < SEL_NR; i++) {
		if (test_bit(fd, s->want[i]))
			key |= select_events[i];
	}
	if (!key)
		return 0;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	mask = vfs_poll(f.file, pwq, key | POLLERR | POLLHUP);
	fdput(f);
	for (int i = 0; i < SEL_NR; i++) {
		if (test_bit(fd, s->want[i]) && mask & select_events[i]) {
			__set_bit(fd, s->have[i]);
			count++;
		}
	}
	return count;
}

static int select_pass(struct select_sets *s, struct poll_wqueues *pwq)
{
	int count = 0, ret;

	for (unsigned int fd = 0; fd < s->n; fd++) {
		ret = select_one(s, fd, pwq);
		if (ret < 0)
			return ret;
		count += ret;
		if (count)
			pwq->pt.qproc = NULL; /* will not sleep */
	}
	return count;
}

static int do_select(struct select_sets *s, u64 deadline)
{
	struct poll_wqueues pwq;
	bool timed_out = deadline == 0;
	int ret;

	poll_initwait(&pwq);
	if (timed_out)
		pwq.pt.qproc = NULL;
	for (;;) {
		ret = select_pass(s, &pwq);
		pwq.pt.qproc = NULL;
		if (ret || timed_out)
			break;
		ret = pwq.error;
		if (!ret && signal_pending(current))
			ret = -ERESTARTNOHAND;
		if (ret)
			break;
		timed_out = poll_sleep(&pwq, deadline);
	}
	poll_freewait(&pwq);
	return ret;
}

static int copy_sets_in(struct select_sets *s, void __user *const *usets,
			size_t bytes)
{
	for (int i = 0; i < SEL_NR; i++) {
		if (usets[i] && copy_from_user(s->want[i], usets[i], bytes))
			return -EFAULT;
	}
	return 0;
}

static int copy_sets_out(struct select_sets *s, void __user *const *usets,
			 size_t bytes)
{
	for (int i = 0; i < SEL_NR; i++) {
		if (usets[i] && copy_to_user(usets[i], s->have[i], bytes))
			return -EFAULT;
	}
	return 0;
}

static long core_sys_select(int n, void __user *const *usets, u64 deadline)
{
	struct select_sets s;
	size_t longs, bytes;
	unsigned long *bits;
	long ret;

	if (n < 0)
		return -EINVAL;
	s.n = min_t(unsigned int, n, READ_ONCE(current->files->max_fds));
	longs = BITS_TO_LONGS(s.n);
	bytes = longs * sizeof(long);
	bits = kcalloc(2 * SEL_NR, bytes, GFP_KERNEL);
	if (!bits)
		return -ENOMEM;
	for (int i = 0; i < SEL_NR; i++) {
		s.want[i] = bits + i * longs;
		s.have[i] = bits + (SEL_NR + i) * longs;
	}
	ret = copy_sets_in(&s, usets, bytes);
	if (!ret)
		ret = do_select(&s, deadline);
	if (ret >= 0 && copy_sets_out(&s, usets, bytes))
		ret = -EFAULT;
	kfree(bits);
	return ret;
}

struct user_timeval {
	s64 tv_sec, tv_usec;
};

SYSCALL_DEFINE5(select, int, n, void __user *, in, void __user *, out,
		void __user *, ex, struct user_timeval __user *, utv)
{
	void __user *const usets[SEL_NR] = { in, out, ex };
	u64 deadline = NO_DEADLINE, left;
	struct user_timeval tv;
	struct timespec64 ts;
	long ret;

	if (utv) {
		if (copy_from_user(&tv, utv, sizeof(tv)))
			return -EFAULT;
		ts.tv_sec = tv.tv_sec + tv.tv_usec / USEC_PER_SEC;
		ts.tv_nsec = tv.tv_usec % USEC_PER_SEC * NSEC_PER_USEC;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		deadline = deadline_after_ns(timespec64_to_ns_capped(&ts));
	}
	ret = core_sys_select(n, usets, deadline);
	if (utv) {
		left = time_left(deadline);
		tv.tv_sec = left / NSEC_PER_SEC;
		tv.tv_usec = left % NSEC_PER_SEC / NSEC_PER_USEC;
		if (copy_to_user(utv, &tv, sizeof(tv)) &&
		    ret == -ERESTARTNOHAND)
			ret = -EINTR;
	}
	return ret;
}

/* The sixth argument of pselect6(2): the mask and its size. */
struct sigset_argpack {
	const sigset_t __user *mask;
	size_t size;
};

SYSCALL_DEFINE6(pselect6, int, n, void __user *, in, void __user *, out,
		void __user *, ex, struct timespec64 __user *, uts,
		const struct sigset_argpack __user *, usig)
{
	void __user *const usets[SEL_NR] = { in, out, ex };
	struct sigset_argpack sig = { NULL, 0 };
	u64 deadline;
	long ret;

	if (usig && copy_from_user(&sig, usig, sizeof(sig)))
		return -EFAULT;
	ret = deadline_from_user(uts, &deadline);
	if (ret)
		return ret;
	ret = set_user_sigmask(sig.mask, sig.size);
	if (ret)
		return ret;
	ret = core_sys_select(n, usets, deadline);
	restore_saved_sigmask_unless(ret == -ERESTARTNOHAND);
	return put_time_left(uts, deadline, ret);
}
