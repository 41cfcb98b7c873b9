/* SPDX-License-Identifier: MIT */
/*
 * kernel/task.h - making, finding and ending tasks.
 *
 * In Linux: include/linux/sched/task.h, sched/mm.h, pid.h, uapi/linux/sched.h.
 */
#ifndef KILBURN_KERNEL_TASK_H
#define KILBURN_KERNEL_TASK_H

#include "kernel/lib/types.h"
#include "kernel/resource.h"
#include "kernel/sched.h"

/* clone() flags: what child and parent share, and what to set up. */
/* clang-format off */
#define CSIGNAL			0x000000ffUL /* signal to the parent at exit */
#define CLONE_VM		0x00000100UL
#define CLONE_FS		0x00000200UL
#define CLONE_FILES		0x00000400UL
#define CLONE_SIGHAND		0x00000800UL
#define CLONE_PIDFD		0x00001000UL
#define CLONE_PTRACE		0x00002000UL
#define CLONE_VFORK		0x00004000UL
#define CLONE_PARENT		0x00008000UL
#define CLONE_THREAD		0x00010000UL
#define CLONE_NEWNS		0x00020000UL
#define CLONE_SYSVSEM		0x00040000UL
#define CLONE_SETTLS		0x00080000UL
#define CLONE_PARENT_SETTID	0x00100000UL
#define CLONE_CHILD_CLEARTID	0x00200000UL
#define CLONE_DETACHED		0x00400000UL /* ignored, as on Linux */
#define CLONE_UNTRACED		0x00800000UL
#define CLONE_CHILD_SETTID	0x01000000UL
#define CLONE_NEWCGROUP		0x02000000UL
#define CLONE_NEWUTS		0x04000000UL
#define CLONE_NEWIPC		0x08000000UL
#define CLONE_NEWUSER		0x10000000UL
#define CLONE_NEWPID		0x20000000UL
#define CLONE_NEWNET		0x40000000UL
#define CLONE_IO		0x80000000UL
#define CLONE_CLEAR_SIGHAND	0x100000000ULL /* clone3() only */
#define CLONE_INTO_CGROUP	0x200000000ULL
/* clang-format on */

/* What a new task is to be; from clone(), clone3() or kernel_thread(). */
struct kernel_clone_args {
	u64 flags; /* CLONE_*, without CSIGNAL */
	int __user *parent_tid;
	int __user *child_tid;
	int exit_signal;
	unsigned long stack;      /* user: the new rsp, or 0 to keep it */
	unsigned long stack_size; /* bytes; clone3() only */
	unsigned long tls;        /* CLONE_SETTLS: the new FS base */
	int (*fn)(void *);        /* a kernel thread's function, or NULL */
	void *fn_arg;
};

/* ---- fork.c ------------------------------------------------------------- */

/**
 * kernel_clone() - make a new task and start it.
 * @args: what it shares with the caller and where it begins
 *
 * Context: process context; may sleep.  With CLONE_VFORK returns when the
 *          child has left the shared address space.
 * Return: the new thread's id; -EAGAIN at a limit, -ENOMEM, -EINVAL.
 */
pid_t kernel_clone(struct kernel_clone_args *args);

/**
 * fork_init() - make the slab caches and limits that fork needs.
 *
 * Context: boot, after the slab allocator, before the first kernel thread.
 */
void fork_init(void);

/**
 * get_task_mm() - take a reference to the address space of a task.
 * @p: any task that cannot go away
 *
 * Return: the mm, to be given to mmput(); NULL for a kernel thread and for a
 * task that has exited.
 */
struct mm_struct *get_task_mm(struct task_struct *p);

/**
 * mm_release() - the current task stops using its address space.
 * @p: current
 * @mm: its mm, still usable
 *
 * Clears and wakes the clear_child_tid word and lets a vfork() parent go on.
 */
void mm_release(struct task_struct *p, struct mm_struct *mm);

/* task.c: each is NULL if there is no memory. */
struct task_struct *alloc_task_struct(void); /* only p->stack is set */
struct signal_struct *alloc_signal(void);    /* all zero */
struct sighand_struct *alloc_sighand(void);  /* one reference, no actions */
void free_task(struct task_struct *p); /* in no list, or never was in one */
void put_signal_struct(struct signal_struct *sig);
void put_sighand(struct sighand_struct *sighand);

extern int nr_threads;  /* tasks besides the idle ones; tasklist_lock */
extern int max_threads; /* limit on it */
extern unsigned long total_forks;

/* The name of a task, under task_lock(); at most 15 bytes and a NUL. */
void set_task_comm(struct task_struct *p, const char *name);
void get_task_comm(char buf[TASK_COMM_LEN], struct task_struct *p);

/* ---- exit.c ------------------------------------------------------------- */

/**
 * release_task() - take a dead task out of every list and drop it.
 * @p: a task in EXIT_DEAD, that nobody else reaps
 *
 * Context: process context; takes tasklist_lock.
 */
void release_task(struct task_struct *p);

/**
 * is_current_pgrp_orphaned() - whether nobody outside can continue our group.
 *
 * Stop signals of a terminal are ignored by such a group.
 */
bool is_current_pgrp_orphaned(void);

/* The thread after @p in its process; siglock or tasklist_lock held. */
struct task_struct *next_thread(const struct task_struct *p);

/* Whether @p is the only thread left of its process. */
static inline bool thread_group_empty(const struct task_struct *p)
{
	return list_is_singular(&p->signal->thread_head);
}

static inline bool same_thread_group(const struct task_struct *a,
				     const struct task_struct *b)
{
	return a->signal == b->signal;
}

/* A leader that has ended, but whose process has not. */
static inline bool delay_group_leader(const struct task_struct *p)
{
	return thread_group_leader(p) && !thread_group_empty(p);
}

/* ---- pid.c -------------------------------------------------------------- */

#define PID_MAX_DEFAULT 32768
#define RESERVED_PIDS   300 /* not given out again after the first round */

/**
 * alloc_pid() - reserve an unused number.
 *
 * Return: a pid, to be given back to free_pid(); -EAGAIN if none is free.
 */
pid_t alloc_pid(void);

/**
 * free_pid() - give a number back.
 * @pid: from alloc_pid()
 * @may_be_group: a process group or session may still have this number
 */
void free_pid(pid_t pid, bool may_be_group);

/* Have @pid not given out in this round: it is a group's number. */
void hold_pid(pid_t pid);

void attach_pid(struct task_struct *p) __must_hold(&tasklist_lock);
void detach_pid(struct task_struct *p) __must_hold(&tasklist_lock);
struct task_struct *find_task_locked(pid_t pid) __must_hold(&tasklist_lock);

/* Every process, by its leader; tasklist_lock held. */
#define for_each_process(p) list_for_each_entry (p, &init_task.tasks, tasks)

/* Every thread of a process; tasklist_lock or siglock held. */
#define for_each_thread(p, t)                                                  \
	list_for_each_entry (t, &(p)->signal->thread_head, thread_node)

/* ---- cred.c ------------------------------------------------------------- */

/* What is counted for all processes of one user. */
struct user_struct {
	struct hlist_node node;
	uid_t uid;
	atomic_t refs;
	atomic_t processes;  /* RLIMIT_NPROC */
	atomic_t sigpending; /* RLIMIT_SIGPENDING */
};

extern struct user_struct root_user;

struct user_struct *alloc_uid(uid_t uid); /* with a reference; NULL */
void get_uid(struct user_struct *user);
void free_uid(struct user_struct *user);

/* The supplementary groups of a task; shared over fork, never changed. */
struct group_info {
	atomic_t usage;
	int ngroups;
	gid_t gid[];
};

#define NGROUPS_MAX 65536

struct group_info *get_group_info(struct group_info *info);
void put_group_info(struct group_info *info);

/**
 * in_group_p() - whether current is in a group, for file permissions.
 * @gid: the group
 */
bool in_group_p(gid_t gid);

/**
 * capable_root() - whether current has a privilege.
 *
 * Unlike Linux, privilege is not divided: effective uid 0 has all of it.
 */
static inline bool capable_root(void)
{
	return current->euid == 0;
}

/* ---- locks -------------------------------------------------------------- */

static inline void task_lock(struct task_struct *p) __acquires(&p->alloc_lock)
{
	spin_lock(&p->alloc_lock);
}

static inline void task_unlock(struct task_struct *p) __releases(&p->alloc_lock)
{
	spin_unlock(&p->alloc_lock);
}

#endif /* KILBURN_KERNEL_TASK_H */
