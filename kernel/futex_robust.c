/* SPDX-License-Identifier: MIT */
/*
 * kernel/futex_robust.c - locks whose owner has died.
 *
 * A thread keeps a list, in its own memory, of the robust locks that it holds.
 * The kernel looks at it only when the thread ends: each lock that still bears
 * its number gets FUTEX_OWNER_DIED, and one who waits for it is woken to find
 * out.  The list is user memory: it may be wrong in every way, so the walk is
 * bounded and every access may fail.
 *
 * In Linux: kernel/futex/core.c.
 */
#include <asm/futex.h>
#include <asm/uaccess.h>
#include "kernel/futex_internal.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"

#define ROBUST_LIST_LIMIT 2048 /* entries looked at */

/* One lock of a thread that ends.  Return: whether memory is as it should be. */
static bool handle_futex_death(u32 __user *uaddr, bool pi, bool pending)
{
	u32 uval, now;

	if (!IS_ALIGNED((unsigned long)uaddr, sizeof(u32)))
		return false;
	for (;;) {
		if (get_user(uval, uaddr))
			return false;
		/* It may have unlocked and died before it woke the next. */
		if (pending && !pi && !uval) {
			futex_wake_user((int __user *)uaddr, 1);
			return true;
		}
		if ((uval & FUTEX_TID_MASK) != current->pid)
			return true;
		if (futex_atomic_cmpxchg_inatomic(&now, uaddr, uval,
						  (uval & FUTEX_WAITERS) |
							  FUTEX_OWNER_DIED)) {
			if (fault_in_writeable((char __user *)uaddr,
					       sizeof(u32)))
				return false;
			continue;
		}
		if (now == uval)
			break;
	}
	if (!pi && (uval & FUTEX_WAITERS))
		futex_wake_user((int __user *)uaddr, 1);
	return true;
}

/* Read a list pointer; bit 0 says that the lock inherits priority. */
static bool fetch_robust_entry(unsigned long *entry,
			       struct robust_list __user *const __user *head,
			       bool *pi)
{
	struct robust_list __user *value;

	if (get_user(value, head))
		return false;
	*pi = (unsigned long)value & 1;
	*entry = (unsigned long)value & ~1UL;
	return true;
}

void exit_robust_list(struct task_struct *p)
{
	struct robust_list_head __user *head = p->robust_list;
	unsigned long entry, next, pending;
	int limit = ROBUST_LIST_LIMIT;
	bool pi, next_pi, pending_pi;
	long offset;

	p->robust_list = NULL;
	if (!fetch_robust_entry(&entry, &head->list.next, &pi) ||
	    get_user(offset, &head->futex_offset) ||
	    !fetch_robust_entry(&pending, &head->list_op_pending, &pending_pi))
		return;

	while (entry != (unsigned long)&head->list) {
		struct robust_list __user *e = (void __user *)entry;
		/* Before the lock is given away, and its memory with it. */
		bool more = fetch_robust_entry(&next, &e->next, &next_pi);

		if (entry != pending &&
		    !handle_futex_death((u32 __user *)(entry + offset), pi,
					false))
			return;
		if (!more || !--limit)
			break;
		entry = next;
		pi = next_pi;
		cond_resched();
	}
	if (pending)
		handle_futex_death((u32 __user *)(pending + offset), pending_pi,
				   true);
}

SYSCALL_DEFINE2(set_robust_list, struct robust_list_head __user *, head, size_t,
		len)
{
	if (len != sizeof(*head))
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

SYSCALL_DEFINE3(get_robust_list, int, pid,
		struct robust_list_head __user *__user *, head_ptr,
		size_t __user *, len_ptr)
{
	struct robust_list_head __user *head = current->robust_list;

	if (pid) {
		struct task_struct *p = find_task_by_vpid(pid);
		bool allowed;

		if (!p)
			return -ESRCH;
		allowed = capable_root() || p->uid == current->uid;
		head = p->robust_list;
		put_task_struct(p);
		if (!allowed)
			return -EPERM;
	}
	if (put_user(sizeof(*head), len_ptr))
		return -EFAULT;
	return put_user(head, head_ptr);
}
