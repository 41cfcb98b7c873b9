/* SPDX-License-Identifier: MIT */
/*
 * kernel/exit.c - how a task ends.
 *
 * Theory
 *
 * A task ends in three steps, each by somebody else:
 *
 *	do_exit()	by itself: gives up memory, files, signals; tells its
 *			parent; switches away for the last time.
 *	release_task()	by the parent in wait4(), or by itself when nobody
 *			wants to know: out of every list, number given back.
 *	last reference	by the next task on its CPU: stack and struct freed.
 *
 * Between the first two the task is a zombie: it holds nothing but its number
 * and its exit code.
 *
 *	running --do_exit()--> EXIT_ZOMBIE --wait4()--> EXIT_DEAD --> freed
 *	              `-------- parent does not care --------^
 *
 * Only a process, in the person of its group leader, becomes a zombie that a
 * parent sees; other threads release themselves.  A leader that ends first
 * stays, silent, until the last thread is gone.
 *
 * tasklist_lock protects exit_state and the family tree.
 *
 * In Linux: kernel/exit.c.
 */
#include <asm/mmu_context.h>
#include "fs/file.h"
#include "kernel/itimer.h"
#include "kernel/lib/kernel.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/vmacache.h"

/* The thread after @p in the ring of its process; @p itself if it is alone. */
struct task_struct *next_thread(const struct task_struct *p)
{
	struct list_head *next = p->thread_node.next;

	if (next == &p->signal->thread_head)
		next = next->next;
	return list_entry(next, struct task_struct, thread_node);
}

/* ---- releasing ---------------------------------------------------------- */

/* A thread leaves its process: what it used is the process's from now on. */
static void exit_signal_struct(struct task_struct *p)
	__must_hold(&tasklist_lock)
{
	struct signal_struct *sig = p->signal;
	struct sighand_struct *sighand = p->sighand;
	bool last = thread_group_empty(p);

	lockdep_assert_held(&tasklist_lock);
	spin_lock_irq(&sighand->siglock);
	sig->utime += p->utime;
	sig->stime += p->stime;
	sig->min_flt += p->min_flt;
	sig->maj_flt += p->maj_flt;
	sig->nvcsw += p->nvcsw;
	sig->nivcsw += p->nivcsw;
	sig->nr_threads--;
	if (sig->curr_target == p)
		sig->curr_target = last ? NULL : next_thread(p);
	/* A thread that waits in exec for the others to go. */
	if (!last && sig->notify_count > 0 && !--sig->notify_count)
		wake_up_process(sig->group_exec_task);
	list_del_init(&p->thread_node);
	flush_sigqueue(&p->pending);
	if (last)
		flush_sigqueue(&sig->shared_pending);
	p->sighand = NULL;
	spin_unlock_irq(&sighand->siglock);

	put_sighand(sighand);
}

/*
 * Whether the leader of @p, a zombie already, waited only for @p to be
 * announced; true if it is to be released too, because nobody waits for it.
 */
static bool announce_leader(struct task_struct *p) __must_hold(&tasklist_lock)
{
	struct task_struct *leader = p->group_leader;

	lockdep_assert_held(&tasklist_lock);
	if (leader == p || !thread_group_empty(leader) ||
	    leader->exit_state != EXIT_ZOMBIE)
		return false;
	if (!do_notify_parent(leader, leader->exit_signal))
		return false;
	leader->exit_state = EXIT_DEAD;
	return true;
}

void release_task(struct task_struct *p)
{
	while (p) {
		struct task_struct *leader = p->group_leader;
		bool group_leader = thread_group_leader(p);
		bool release_leader;

		spin_lock(&tasklist_lock);
		detach_pid(p);
		if (group_leader) {
			list_del_init(&p->tasks);
			list_del_init(&p->sibling);
		}
		exit_signal_struct(p);
		nr_threads--;
		release_leader = !group_leader && announce_leader(p);
		spin_unlock(&tasklist_lock);

		atomic_dec(&p->user->processes);
		free_pid(p->pid,
			 group_leader && (p->signal->pgrp == p->pid ||
					  p->signal->session == p->pid));
		put_task_struct(p);
		p = release_leader ? leader : NULL;
	}
}

/* ---- orphaned process groups -------------------------------------------- */

/*
 * A group is orphaned when no member has a parent outside the group but inside
 * the session: then nobody is left to continue it if it stops.
 */
static bool will_become_orphaned_pgrp(pid_t pgrp,
				      const struct task_struct *ignored)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p) {
		const struct signal_struct *parent = p->real_parent->signal;

		if (p->signal->pgrp != pgrp || p == ignored ||
		    (p->exit_state && thread_group_empty(p)) ||
		    p->real_parent->pid == 1)
			continue;
		if (parent->pgrp != pgrp &&
		    parent->session == p->signal->session)
			return false;
	}
	return true;
}

bool is_current_pgrp_orphaned(void)
{
	bool orphaned;

	spin_lock(&tasklist_lock);
	orphaned = will_become_orphaned_pgrp(current->signal->pgrp, NULL);
	spin_unlock(&tasklist_lock);
	return orphaned;
}

static bool has_stopped_jobs(pid_t pgrp) __must_hold(&tasklist_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p)
		if (p->signal->pgrp == pgrp &&
		    (p->signal->flags & SIGNAL_STOP_STOPPED))
			return true;
	return false;
}

/* As kill_pgrp(), with tasklist_lock held. */
static void signal_pgrp(pid_t pgrp, int sig) __must_hold(&tasklist_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p)
		if (p->signal->pgrp == pgrp)
			send_signal_to(sig, SEND_SIG_PRIV, p, PIDTYPE_PGID);
}

/*
 * @p ends, or loses @parent: if that orphans its group, and the group has
 * stopped members, they are told and continued.
 */
static void kill_orphaned_pgrp(struct task_struct *p,
			       struct task_struct *parent)
	__must_hold(&tasklist_lock)
{
	const struct task_struct *ignored = p;
	pid_t pgrp = p->signal->pgrp;

	lockdep_assert_held(&tasklist_lock);
	if (parent)
		ignored = NULL; /* only the parent goes */
	else
		parent = p->real_parent;

	if (parent->signal->pgrp != pgrp &&
	    parent->signal->session == p->signal->session &&
	    will_become_orphaned_pgrp(pgrp, ignored) &&
	    has_stopped_jobs(pgrp)) {
		signal_pgrp(pgrp, SIGHUP);
		signal_pgrp(pgrp, SIGCONT);
	}
}

/* ---- children of a task that ends --------------------------------------- */

static struct task_struct *find_alive_thread(struct task_struct *p)
{
	struct task_struct *t;

	for_each_thread (p, t)
		if (!(t->flags & PF_EXITING))
			return t;
	return NULL;
}

/* Who adopts: another thread, the nearest subreaper, or init. */
static struct task_struct *find_new_reaper(struct task_struct *father)
	__must_hold(&tasklist_lock)
{
	struct task_struct *thread = find_alive_thread(father);
	struct task_struct *reaper;

	lockdep_assert_held(&tasklist_lock);
	if (thread)
		return thread;
	if (father->signal->has_child_subreaper) {
		for (reaper = father->real_parent; reaper->pid > 1;
		     reaper = reaper->real_parent) {
			if (!reaper->signal->is_child_subreaper)
				continue;
			thread = find_alive_thread(reaper);
			if (thread)
				return thread;
		}
	}
	reaper = find_task_locked(1);
	return reaper && reaper != father ? reaper : &init_task;
}

/* @p gets a new parent in another process; a zombie may have no use for it. */
static void reparent_leader(struct task_struct *father, struct task_struct *p,
			    struct list_head *dead) __must_hold(&tasklist_lock)
{
	lockdep_assert_held(&tasklist_lock);
	if (p->exit_state == EXIT_DEAD)
		return;
	p->exit_signal = SIGCHLD; /* init expects nothing else */
	if (p->exit_state == EXIT_ZOMBIE && thread_group_empty(p) &&
	    do_notify_parent(p, p->exit_signal)) {
		p->exit_state = EXIT_DEAD;
		list_move(&p->sibling, dead);
	}
	kill_orphaned_pgrp(p, father);
}

/* The children of @father, which ends, get another parent. */
static void forget_original_parent(struct task_struct *father,
				   struct list_head *dead)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p, *next, *t, *reaper;

	lockdep_assert_held(&tasklist_lock);
	if (list_empty(&father->children))
		return;
	reaper = find_new_reaper(father);
	list_for_each_entry_safe (p, next, &father->children, sibling) {
		for_each_thread (p, t) {
			t->real_parent = reaper;
			if (t->pdeath_signal)
				send_signal_to(t->pdeath_signal,
					       SEND_SIG_NOINFO, t,
					       PIDTYPE_TGID);
		}
		if (reaper->signal != father->signal)
			reparent_leader(father, p, dead);
	}
	list_splice_tail_init(&father->children, &reaper->children);
}

/* ---- do_exit ------------------------------------------------------------ */

/* Leave the address space; run on a borrowed one until the last switch. */
static void exit_mm(void)
{
	struct task_struct *p = current;
	struct mm_struct *mm = p->mm;

	if (!mm)
		return;
	mm_release(p, mm);
	mmgrab(mm); /* for active_mm; the scheduler drops it */

	task_lock(p);
	local_irq_disable();
	p->mm = NULL;
	vmacache_flush(p);
	enter_lazy_tlb(mm, p);
	local_irq_enable();
	task_unlock(p);
	mmput(mm);
}

/*
 * Tell whoever wants to know, and make orphans somebody else's.  A task that
 * nobody waits for is released here; its last reference is the scheduler's.
 */
static void exit_notify(struct task_struct *p, bool group_dead)
{
	struct task_struct *child, *next;
	bool autoreap = true;
	LIST_HEAD(dead);

	spin_lock(&tasklist_lock);
	forget_original_parent(p, &dead);
	if (group_dead)
		kill_orphaned_pgrp(p->group_leader, NULL);

	p->exit_state = EXIT_ZOMBIE;
	if (thread_group_leader(p)) {
		autoreap = thread_group_empty(p) &&
			   do_notify_parent(p, p->exit_signal);
		/* exec by another thread waits for the leader to be here. */
		if (p->signal->notify_count < 0)
			wake_up_process(p->signal->group_exec_task);
	}
	if (autoreap)
		p->exit_state = EXIT_DEAD;
	spin_unlock(&tasklist_lock);

	list_for_each_entry_safe (child, next, &dead, sibling)
		release_task(child);
	if (autoreap)
		release_task(p);
}

/* The last thread of a process ends. */
static void exit_process(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	if (p->tgid == 1)
		panic("init has ended, exit code 0x%x",
		      sig->group_exit_code ? sig->group_exit_code
					   : p->exit_code);
	itimer_exit(sig);
	if (p->mm)
		sig->maxrss = max3(sig->maxrss, p->mm->hiwater_rss,
				   get_mm_rss(p->mm));
}

void do_exit(long code)
{
	struct task_struct *p = current;
	bool group_dead;

	if (in_interrupt())
		panic("do_exit() in an interrupt handler");
	if (!p->pid)
		panic("the idle task tried to exit");

	exit_signals(p); /* sets PF_EXITING */
	p->exit_code = code;
	group_dead = atomic_dec_and_test(&p->signal->live);
	if (group_dead)
		exit_process(p);

	exit_mm();
	exit_files(p);
	exit_fs(p);
	exit_notify(p, group_dead);
	do_task_dead();
}

void do_group_exit(int exit_code)
{
	struct signal_struct *sig = current->signal;

	if (sig->flags & SIGNAL_GROUP_EXIT) {
		exit_code = sig->group_exit_code;
	} else if (sig->group_exec_task) {
		exit_code = 0;
	} else {
		struct sighand_struct *sighand = current->sighand;

		spin_lock_irq(&sighand->siglock);
		if (sig->flags & SIGNAL_GROUP_EXIT) {
			exit_code = sig->group_exit_code; /* was faster */
		} else if (sig->group_exec_task) {
			exit_code = 0;
		} else {
			sig->group_exit_code = exit_code;
			sig->flags = SIGNAL_GROUP_EXIT;
			zap_other_threads(current);
		}
		spin_unlock_irq(&sighand->siglock);
	}
	do_exit(exit_code);
}

SYSCALL_DEFINE1(exit, int, error_code)
{
	do_exit((error_code & 0xff) << 8);
}

SYSCALL_DEFINE1(exit_group, int, error_code)
{
	do_group_exit((error_code & 0xff) << 8);
}
