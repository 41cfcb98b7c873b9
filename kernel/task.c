/* SPDX-License-Identifier: MIT */
/*
 * kernel/task.c - the structures of a task, and who still holds them.
 *
 * Life of a task_struct: two references from the start, one for whoever reaps
 * it (release_task()) and one for the scheduler (dropped after the last switch
 * away from it).  Others take more with get_task_struct().  It holds the
 * signal_struct, which therefore stays as long as any thread's structure.
 *
 * In Linux: kernel/fork.c.
 */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "kernel/completion.h"
#include "kernel/futex.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

int max_threads;

static struct kmem_cache *task_struct_cachep;
static struct kmem_cache *signal_cachep;
static struct kmem_cache *sighand_cachep;

/* ---- the structures ----------------------------------------------------- */

struct task_struct *alloc_task_struct(void)
{
	struct task_struct *p;

	p = kmem_cache_alloc(task_struct_cachep, GFP_KERNEL);
	if (!p)
		return NULL;
	p->stack = alloc_thread_stack();
	if (!p->stack) {
		kmem_cache_free(task_struct_cachep, p);
		return NULL;
	}
	return p;
}

struct signal_struct *alloc_signal(void)
{
	return kmem_cache_zalloc(signal_cachep, GFP_KERNEL);
}

void put_signal_struct(struct signal_struct *sig)
{
	if (atomic_dec_and_test(&sig->refs))
		kmem_cache_free(signal_cachep, sig);
}

void put_sighand(struct sighand_struct *sighand)
{
	if (atomic_dec_and_test(&sighand->count))
		kmem_cache_free(sighand_cachep, sighand);
}

struct sighand_struct *alloc_sighand(void)
{
	struct sighand_struct *sighand;

	sighand = kmem_cache_alloc(sighand_cachep, GFP_KERNEL);
	if (sighand) {
		spin_lock_init(&sighand->siglock);
		atomic_set(&sighand->count, 1);
	}
	return sighand;
}

void get_task_struct(struct task_struct *p)
{
	atomic_inc(&p->usage);
}

void free_task(struct task_struct *p)
{
	exit_thread(p);
	free_thread_stack(p->stack);
	kmem_cache_free(task_struct_cachep, p);
}

void put_task_struct(struct task_struct *p)
{
	if (!atomic_dec_and_test(&p->usage))
		return;
	put_signal_struct(p->signal);
	put_group_info(p->group_info);
	free_uid(p->user);
	free_task(p);
}

struct mm_struct *get_task_mm(struct task_struct *p)
{
	struct mm_struct *mm;

	task_lock(p);
	mm = p->mm;
	if (mm && !(p->flags & PF_KTHREAD))
		mmget(mm);
	else
		mm = NULL;
	task_unlock(p);
	return mm;
}

void set_task_comm(struct task_struct *p, const char *name)
{
	task_lock(p);
	strscpy(p->comm, name, sizeof(p->comm));
	task_unlock(p);
}

void get_task_comm(char buf[TASK_COMM_LEN], struct task_struct *p)
{
	memset(buf, 0, TASK_COMM_LEN); /* it goes to user space whole */
	task_lock(p);
	strscpy(buf, p->comm, TASK_COMM_LEN);
	task_unlock(p);
}

/* ---- leaving memory ------------------------------------------------------ */

/* The child of a vfork() no longer uses its parent's memory. */
static void complete_vfork_done(struct task_struct *p)
{
	struct completion *vfork;

	task_lock(p);
	vfork = p->vfork_done;
	if (vfork) {
		p->vfork_done = NULL;
		complete(vfork);
	}
	task_unlock(p);
}

void mm_release(struct task_struct *p, struct mm_struct *mm)
{
	if (p->robust_list)
		exit_robust_list(p);
	if (p->clear_child_tid) {
		/* Nobody is left to look at the word of a lone task. */
		if (atomic_read(&mm->mm_users) > 1) {
			put_user(0, p->clear_child_tid);
			futex_wake_user(p->clear_child_tid, 1);
		}
		p->clear_child_tid = NULL;
	}
	if (p->vfork_done)
		complete_vfork_done(p);
}

/* ---- boot --------------------------------------------------------------- */

void __init fork_init(void)
{
	unsigned long threads;

	task_struct_cachep =
		KMEM_CACHE(task_struct, SLAB_HWCACHE_ALIGN | SLAB_PANIC);
	signal_cachep = KMEM_CACHE(signal_struct, SLAB_PANIC);
	sighand_cachep = KMEM_CACHE(sighand_struct, SLAB_PANIC);

	/* Kernel stacks may take an eighth of memory. */
	threads = totalram_pages() / (8 * (THREAD_SIZE / PAGE_SIZE));
	max_threads = clamp(threads, 64UL, PID_MAX_DEFAULT - 1024UL);
	init_task.signal->rlim[RLIMIT_NPROC].rlim_cur = max_threads / 2;
	init_task.signal->rlim[RLIMIT_NPROC].rlim_max = max_threads / 2;
	init_task.signal->rlim[RLIMIT_SIGPENDING] =
		init_task.signal->rlim[RLIMIT_NPROC];
}
