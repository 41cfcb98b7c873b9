/* SPDX-License-Identifier: MIT */
/*
 * kernel/fork.c - making a task out of another.
 *
 * Theory
 *
 * A new task begins as a copy of its parent's task_struct.  Then each thing
 * that the struct points to is either shared, by one more reference, or
 * copied, as the clone() flags say:
 *
 *	CLONE_VM	mm	    mmget()	or dup_mm()
 *	CLONE_FILES	files	    copy_files()
 *	CLONE_FS	fs	    copy_fs()
 *	CLONE_SIGHAND	sighand	    count + 1	or the actions copied
 *	CLONE_THREAD	signal	    refs + 1	or a new process
 *
 * copy_process() does what can fail first, each step undone by a label of its
 * own; then it takes tasklist_lock, checks once more whether a signal came in
 * between, and makes the task visible.  Nothing after that can fail.
 *
 * In Linux: kernel/fork.c.
 */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "fs/file.h"
#include "kernel/completion.h"
#include "kernel/itimer.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/mm.h"
#include "mm/vmacache.h"

int nr_threads;
unsigned long total_forks;

/* ---- copying the parts -------------------------------------------------- */

static struct task_struct *dup_task_struct(const struct task_struct *orig)
{
	struct task_struct *p = alloc_task_struct();
	void *stack;

	if (!p)
		return NULL;
	stack = p->stack;
	*p = *orig;
	p->stack = stack;
	p->thread.fpu = NULL; /* the parent's; copy_thread() makes another */
	return p;
}

/* What the copy must not have from its parent. */
static void init_new_task(struct task_struct *p,
			  const struct kernel_clone_args *args)
{
	p->thread_flags = 0;
	p->flags &= ~(PF_KTHREAD | PF_EXITING | PF_SIGNALED);
	p->flags |= PF_FORKNOEXEC;
	if (args->fn)
		p->flags |= PF_KTHREAD;

	p->utime = p->stime = 0;
	p->nvcsw = p->nivcsw = 0;
	p->min_flt = p->maj_flt = 0;
	p->pagefault_disabled = 0;
	p->fail_nth = 0;
	p->in_oom = 0;
	p->kthread = NULL;
	if (!current->pid) /* an idle task cannot move; its children can */
		p->cpus_allowed.bits = ~0UL;
	spin_lock_init(&p->alloc_lock);
	spin_lock_init(&p->pi_lock);
	lockdep_init_task(&p->lockdep);

	INIT_LIST_HEAD(&p->children);
	INIT_LIST_HEAD(&p->sibling);
	INIT_LIST_HEAD(&p->tasks);
	INIT_HLIST_NODE(&p->pid_node);
	atomic_set(&p->usage, 2);
	p->exit_state = 0;
	p->exit_code = 0;
	p->pdeath_signal = 0;
	p->vfork_done = NULL;
	p->robust_list = NULL;
	p->set_child_tid =
		args->flags & CLONE_CHILD_SETTID ? args->child_tid : NULL;
	p->clear_child_tid =
		args->flags & CLONE_CHILD_CLEARTID ? args->child_tid : NULL;
	p->start_time = ktime_get_ns();

	init_sigpending(&p->pending);
	p->restart_block.fn = NULL;
	p->restore_sigmask = false;
	p->jobctl = 0;
	/* A thread of its own stack cannot run on its parent's other one. */
	if ((args->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM)
		sas_ss_reset(p);
}

static int copy_sighand(u64 flags, struct task_struct *p)
{
	struct sighand_struct *sighand = current->sighand, *new;

	if (flags & CLONE_SIGHAND) {
		atomic_inc(&sighand->count);
		return 0;
	}
	new = alloc_sighand();
	if (!new)
		return -ENOMEM;
	spin_lock_irq(&sighand->siglock);
	memcpy(new->action, sighand->action, sizeof(new->action));
	spin_unlock_irq(&sighand->siglock);
	p->sighand = new;
	if (flags & CLONE_CLEAR_SIGHAND)
		flush_signal_handlers(p, false);
	return 0;
}

static int copy_signal(u64 flags, struct task_struct *p)
{
	const struct signal_struct *old = current->signal;
	struct signal_struct *sig;

	if (flags & CLONE_THREAD)
		return 0; /* its references are taken when nothing can fail */

	sig = alloc_signal();
	if (!sig)
		return -ENOMEM;
	p->signal = sig;
	sig->sighand = p->sighand;
	sig->nr_threads = 1;
	atomic_set(&sig->live, 1);
	atomic_set(&sig->refs, 1);
	INIT_LIST_HEAD(&sig->thread_head);
	init_sigpending(&sig->shared_pending);
	init_waitqueue_head(&sig->wait_chldexit);
	itimer_init(sig);
	sig->curr_target = p;
	memcpy(sig->rlim, old->rlim, sizeof(sig->rlim));
	sig->tty = old->tty;
	sig->oom_score_adj = old->oom_score_adj;
	sig->has_child_subreaper =
		old->has_child_subreaper || old->is_child_subreaper;
	return 0;
}

static int copy_mm(u64 flags, struct task_struct *p)
{
	struct mm_struct *oldmm = current->mm, *mm;

	p->mm = NULL;
	p->active_mm = NULL;
	vmacache_flush(p);
	if (!oldmm || (p->flags & PF_KTHREAD))
		return 0; /* a kernel thread has none, and borrows */

	if (flags & CLONE_VM) {
		mmget(oldmm);
		mm = oldmm;
	} else {
		mm = dup_mm(oldmm);
		if (!mm)
			return -ENOMEM;
	}
	p->mm = mm;
	p->active_mm = mm;
	return 0;
}

/* The first registers: user mode as in current, or a kernel function. */
static int copy_registers(struct task_struct *p,
			  const struct kernel_clone_args *args)
{
	if (args->fn)
		return copy_kernel_thread(p, args->fn, args->fn_arg);
	return copy_thread(p, args->flags, args->stack, args->tls);
}

/* ---- limits and visibility ---------------------------------------------- */

/* Whether one more task is allowed; counts it with its user. */
static int account_task(struct task_struct *p)
{
	struct user_struct *user = p->user;

	atomic_inc(&user->processes);
	if (atomic_read(&user->processes) > rlimit(RLIMIT_NPROC) &&
	    user != &root_user && !capable_root())
		goto err_over;
	if (READ_ONCE(nr_threads) >= max_threads)
		goto err_over;
	get_uid(user);
	get_group_info(p->group_info);
	return 0;

err_over:
	atomic_dec(&user->processes);
	return -EAGAIN;
}

static void unaccount_task(struct task_struct *p)
{
	atomic_dec(&p->user->processes);
	put_group_info(p->group_info);
	free_uid(p->user);
}

/* Whose child it is, and what the parent hears when it ends. */
static void set_parent(struct task_struct *p,
		       const struct kernel_clone_args *args)
	__must_hold(&tasklist_lock)
{
	struct task_struct *me = current;

	lockdep_assert_held(&tasklist_lock);
	if (args->fn) {
		p->real_parent = &init_task;
		p->parent_exec_id = 0;
		p->exit_signal = args->exit_signal;
	} else if (args->flags & (CLONE_PARENT | CLONE_THREAD)) {
		p->real_parent = me->real_parent;
		p->parent_exec_id = me->parent_exec_id;
		p->exit_signal = args->flags & CLONE_THREAD
					 ? -1
					 : me->group_leader->exit_signal;
	} else {
		p->real_parent = me;
		p->parent_exec_id = me->self_exec_id;
		p->exit_signal = args->exit_signal;
	}
}

static void link_thread(struct task_struct *p) __must_hold(&tasklist_lock)
{
	struct signal_struct *sig = current->signal;

	lockdep_assert_held(&tasklist_lock);
	atomic_inc(&sig->refs);
	atomic_inc(&sig->live);
	sig->nr_threads++;
	p->tgid = current->tgid;
	p->group_leader = current->group_leader;
	list_add_tail(&p->thread_node, &sig->thread_head);
}

static void link_process(struct task_struct *p) __must_hold(&tasklist_lock)
{
	struct signal_struct *sig = p->signal;

	lockdep_assert_held(&tasklist_lock);
	p->tgid = p->pid;
	p->group_leader = p;
	if (p->pid == 1)
		sig->flags |= SIGNAL_UNKILLABLE;
	sig->pgrp = current->signal->pgrp;
	sig->session = current->signal->session;
	sig->tty = current->signal->tty;
	list_add_tail(&p->thread_node, &sig->thread_head);
	list_add_tail(&p->sibling, &p->real_parent->children);
	list_add_tail(&p->tasks, &init_task.tasks);
}

/*
 * Whether a signal that came in meanwhile must be dealt with first: one that
 * ends us; one sent to a whole group, which must not miss the new process; a
 * stop, which must not miss the new thread.  @group_signals was read first.
 *
 * Any other is the parent's own business, after the fork: a fork that every
 * SIGALRM began anew might never end.
 */
static int check_new_signals(const struct kernel_clone_args *args,
			     unsigned int group_signals)
{
	struct task_struct *me = current;

	lockdep_assert_held(&me->sighand->siglock);
	recalc_sigpending();
	if (!signal_pending(me))
		return 0;
	if (fatal_signal_pending(me))
		return -EINTR;
	if (args->flags & CLONE_THREAD)
		return me->jobctl & JOBCTL_STOP_PENDING ? -ERESTARTNOINTR : 0;
	return me->signal->group_signals != group_signals ? -ERESTARTNOINTR : 0;
}

/* Make the finished task visible. */
static int publish_task(struct task_struct *p,
			const struct kernel_clone_args *args,
			unsigned int group_signals)
{
	int err;

	spin_lock(&tasklist_lock);
	set_parent(p, args);
	spin_lock_irq(&current->sighand->siglock);
	err = check_new_signals(args, group_signals);
	if (err) {
		spin_unlock_irq(&current->sighand->siglock);
		spin_unlock(&tasklist_lock);
		return err;
	}

	/* Nothing below can fail. */
	if (args->flags & CLONE_THREAD)
		link_thread(p);
	else
		link_process(p);
	attach_pid(p);
	nr_threads++;
	total_forks++;
	spin_unlock_irq(&current->sighand->siglock);
	spin_unlock(&tasklist_lock);
	return 0;
}

/* ---- fork --------------------------------------------------------------- */

/* Combinations that make no sense, and what is not there. */
static int check_clone_flags(const struct kernel_clone_args *args)
{
	const u64 missing = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
			    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
			    CLONE_NEWNET | CLONE_PIDFD | CLONE_INTO_CGROUP;
	u64 flags = args->flags;

	if (flags & missing)
		return -EINVAL;
	if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	/* A sibling of init would be nobody's child. */
	if ((flags & CLONE_PARENT) &&
	    (current->signal->flags & SIGNAL_UNKILLABLE))
		return -EINVAL;
	return 0;
}

/* Give back what copy_resources() took, but for the kernel stack and FPU. */
static void put_resources(struct task_struct *p,
			  const struct kernel_clone_args *args)
{
	if (p->mm)
		mmput(p->mm);
	if (!(args->flags & CLONE_THREAD))
		put_signal_struct(p->signal);
	put_sighand(p->sighand);
	exit_fs(p);
	exit_files(p);
}

/* Share or copy each thing that a task has.  Return: 0 or -errno, all or none. */
static int copy_resources(struct task_struct *p,
			  const struct kernel_clone_args *args)
{
	int err;

	err = copy_files(args->flags, p);
	if (err)
		return err;
	err = copy_fs(args->flags, p);
	if (err)
		goto err_files;
	err = copy_sighand(args->flags, p);
	if (err)
		goto err_fs;
	err = copy_signal(args->flags, p);
	if (err)
		goto err_sighand;
	err = copy_mm(args->flags, p);
	if (!err)
		err = copy_registers(p, args);
	if (err)
		put_resources(p, args); /* p->mm says whether there is one */
	return err;

err_sighand:
	put_sighand(p->sighand);
err_fs:
	exit_fs(p);
err_files:
	exit_files(p);
	return err;
}

/* Return: a task that is visible but does not run yet; ERR_PTR. */
static struct task_struct *copy_process(struct kernel_clone_args *args)
{
	unsigned int group_signals;
	struct task_struct *p;
	int err;

	err = check_clone_flags(args);
	if (err)
		return ERR_PTR(err);
	/* A signal that is here already is handled before the fork. */
	group_signals = READ_ONCE(current->signal->group_signals);
	if (signal_pending(current))
		return ERR_PTR(-ERESTARTNOINTR);

	p = dup_task_struct(current);
	if (!p)
		return ERR_PTR(-ENOMEM);
	init_new_task(p, args);
	err = account_task(p);
	if (err)
		goto err_free_task;
	sched_fork(p);
	err = copy_resources(p, args);
	if (err)
		goto err_unaccount;
	err = p->pid = alloc_pid();
	if (err < 0)
		goto err_resources;
	err = publish_task(p, args, group_signals);
	if (err)
		goto err_pid;
	return p;

err_pid:
	free_pid(p->pid, false);
err_resources:
	put_resources(p, args);
err_unaccount:
	unaccount_task(p);
err_free_task:
	free_task(p);
	return ERR_PTR(err);
}

/* Sleep until the child has left our memory, or we are killed. */
static void wait_for_vfork_done(struct task_struct *child,
				struct completion *vfork)
{
	if (wait_for_completion_killable(vfork)) {
		task_lock(child);
		child->vfork_done = NULL;
		task_unlock(child);
	}
	put_task_struct(child);
}

pid_t kernel_clone(struct kernel_clone_args *args)
{
	struct completion vfork;
	struct task_struct *p;
	pid_t pid;

	p = copy_process(args);
	if (IS_ERR(p))
		return PTR_ERR(p);

	pid = p->pid; /* p may be gone as soon as it runs */
	if (args->flags & CLONE_PARENT_SETTID)
		put_user(pid, args->parent_tid);
	if (args->flags & CLONE_VFORK) {
		init_completion(&vfork);
		p->vfork_done = &vfork;
		get_task_struct(p);
	}
	wake_up_new_task(p);
	if (args->flags & CLONE_VFORK)
		wait_for_vfork_done(p, &vfork);
	return pid;
}

pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags)
{
	struct kernel_clone_args args = {
		.flags = (flags | CLONE_VM | CLONE_UNTRACED) & ~CSIGNAL,
		.exit_signal = flags & CSIGNAL,
		.fn = fn,
		.fn_arg = arg,
	};

	return kernel_clone(&args);
}

/* CPU @cpu's idle task: pid 0, in no list, never exits. */
struct task_struct *idle_task_alloc(unsigned int cpu)
{
	struct kernel_clone_args args = { .fn = NULL };
	struct task_struct *p = dup_task_struct(&init_task);

	if (!p)
		return NULL;
	init_new_task(p, &args);
	p->flags |= PF_KTHREAD;
	p->pid = p->tgid = 0;
	p->group_leader = p;
	p->mm = NULL;
	p->active_mm = NULL;
	vmacache_flush(p);
	p->cpu = cpu;
	INIT_LIST_HEAD(&p->thread_node);
	INIT_LIST_HEAD(&p->run_list);
	return p;
}
