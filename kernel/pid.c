/* SPDX-License-Identifier: MIT */
/*
 * kernel/pid.c - numbers for tasks, and finding a task by its number.
 *
 * Numbers are given out upwards and start over at RESERVED_PIDS, so that a
 * number is not seen again soon.  A number can outlive its task: the processes
 * that a group leader leaves behind still have it as their group or session.
 * Counting those would cost every fork and exit; instead
 *
 *	used: bit n is set while a task has number n.
 *	held: bit n is set if n may be the number of a group or session
 *	      without being the number of a task.
 *
 * In one round each number is given out at most once.  So it is enough to
 * rebuild `held` when a new round begins, from the groups that exist then, and
 * to add to it the leaders that die during the round.
 *
 * In Linux: kernel/pid.c, where a reference-counted struct pid does this.
 */
#include "kernel/lib/bitmap.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/task.h"

#define PIDHASH_BITS 10

/* pidmap_lock protects used, held and last_pid. */
static DEFINE_SPINLOCK(pidmap_lock);
static unsigned long used[PID_MAX_DEFAULT / 64];
static unsigned long held[PID_MAX_DEFAULT / 64];
static pid_t last_pid; /* 0 is the idle tasks' */

/* tasklist_lock protects the hash. */
static struct hlist_head pid_hash[1 << PIDHASH_BITS];

static struct hlist_head *pid_bucket(pid_t pid)
{
	return &pid_hash[pid & ((1 << PIDHASH_BITS) - 1)];
}

/* A free number in [@from, @to), or @to. */
static pid_t find_free_pid(pid_t from, pid_t to) __must_hold(&pidmap_lock)
{
	pid_t pid = from;

	lockdep_assert_held(&pidmap_lock);
	while (pid < to) {
		unsigned long busy = used[pid / 64] | held[pid / 64];
		unsigned long avail = ~busy >> (pid % 64);

		if (avail) {
			pid += __ffs(avail);
			return pid < to ? pid : to;
		}
		pid = ALIGN_DOWN(pid, 64) + 64;
	}
	return to;
}

/* Begin a new round: note which numbers groups and sessions have now. */
static void rebuild_held(void) __must_hold(&pidmap_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&pidmap_lock);
	bitmap_zero(held, PID_MAX_DEFAULT);
	for_each_process (p) {
		held[p->signal->pgrp / 64] |= 1UL << (p->signal->pgrp % 64);
		held[p->signal->session / 64] |= 1UL
						 << (p->signal->session % 64);
	}
}

/* The round is over: start another at RESERVED_PIDS. */
static pid_t alloc_pid_new_round(void)
{
	pid_t pid;

	spin_lock(&tasklist_lock);
	spin_lock(&pidmap_lock);
	rebuild_held();
	pid = find_free_pid(RESERVED_PIDS, PID_MAX_DEFAULT);
	if (pid < PID_MAX_DEFAULT) {
		used[pid / 64] |= 1UL << (pid % 64);
		last_pid = pid;
	} else {
		pid = -EAGAIN;
	}
	spin_unlock(&pidmap_lock);
	spin_unlock(&tasklist_lock);
	return pid;
}

pid_t alloc_pid(void)
{
	pid_t pid;

	spin_lock(&pidmap_lock);
	pid = find_free_pid(last_pid + 1, PID_MAX_DEFAULT);
	if (pid < PID_MAX_DEFAULT) {
		used[pid / 64] |= 1UL << (pid % 64);
		last_pid = pid;
	}
	spin_unlock(&pidmap_lock);

	return pid < PID_MAX_DEFAULT ? pid : alloc_pid_new_round();
}

void free_pid(pid_t pid, bool may_be_group)
{
	spin_lock(&pidmap_lock);
	if (may_be_group)
		held[pid / 64] |= 1UL << (pid % 64);
	used[pid / 64] &= ~(1UL << (pid % 64));
	spin_unlock(&pidmap_lock);
}

void hold_pid(pid_t pid)
{
	spin_lock(&pidmap_lock);
	held[pid / 64] |= 1UL << (pid % 64);
	spin_unlock(&pidmap_lock);
}

void attach_pid(struct task_struct *p)
{
	lockdep_assert_held(&tasklist_lock);
	hlist_add_head(&p->pid_node, pid_bucket(p->pid));
}

void detach_pid(struct task_struct *p)
{
	lockdep_assert_held(&tasklist_lock);
	hlist_del_init(&p->pid_node);
}

struct task_struct *find_task_locked(pid_t pid)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	if (pid <= 0)
		return NULL;
	hlist_for_each_entry (p, pid_bucket(pid), pid_node)
		if (p->pid == pid)
			return p;
	return NULL;
}

struct task_struct *find_task_by_vpid(pid_t pid)
{
	struct task_struct *p;

	spin_lock(&tasklist_lock);
	p = find_task_locked(pid);
	if (p)
		get_task_struct(p);
	spin_unlock(&tasklist_lock);
	return p;
}
