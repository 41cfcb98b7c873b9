/* SPDX-License-Identifier: MIT */
/*
 * kernel/rlimit.c - what a process may use, and what it has used.
 *
 * The limits belong to the process; siglock protects a change against another
 * change, and readers read one word.
 *
 * In Linux: kernel/sys.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/mm.h"

#define NR_OPEN (1024 * 1024) /* no RLIMIT_NOFILE is above it */

/* ---- limits ------------------------------------------------------------- */

static int may_set_rlimit(unsigned int resource, const struct rlimit *new,
			  const struct rlimit *old)
{
	if (new->rlim_cur > new->rlim_max)
		return -EINVAL;
	if (resource == RLIMIT_NOFILE && new->rlim_max > NR_OPEN)
		return -EPERM;
	if (new->rlim_max > old->rlim_max && !capable_root())
		return -EPERM;
	return 0;
}

/* Both may be NULL.  @p has a sighand: tasklist_lock held, or current. */
static int do_prlimit(struct task_struct *p, unsigned int resource,
		      const struct rlimit *new, struct rlimit *old)
{
	struct rlimit *rlim = &p->signal->rlim[resource];
	int err = 0;

	spin_lock_irq(&p->sighand->siglock);
	if (old)
		*old = *rlim;
	if (new)
		err = may_set_rlimit(resource, new, rlim);
	if (new && !err)
		*rlim = *new;
	spin_unlock_irq(&p->sighand->siglock);
	return err;
}

SYSCALL_DEFINE2(getrlimit, unsigned int, resource, struct rlimit __user *, rlim)
{
	struct rlimit value;

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	do_prlimit(current, resource, NULL, &value);
	return copy_to_user(rlim, &value, sizeof(value)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(setrlimit, unsigned int, resource, struct rlimit __user *, rlim)
{
	struct rlimit value;

	if (copy_from_user(&value, rlim, sizeof(value)))
		return -EFAULT;
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	return do_prlimit(current, resource, &value, NULL);
}

/* Whether current may look at, or change, the limits of @p. */
static bool prlimit_permitted(const struct task_struct *p)
{
	const struct task_struct *me = current;

	if (same_thread_group(p, me) || capable_root())
		return true;
	return me->uid == p->euid && me->uid == p->suid && me->uid == p->uid &&
	       me->gid == p->egid && me->gid == p->sgid && me->gid == p->gid;
}

SYSCALL_DEFINE4(prlimit64, pid_t, pid, unsigned int, resource,
		const struct rlimit __user *, new_rlim, struct rlimit __user *,
		old_rlim)
{
	struct rlimit new, old;
	struct task_struct *p;
	int err = -ESRCH;

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	if (new_rlim && copy_from_user(&new, new_rlim, sizeof(new)))
		return -EFAULT;

	spin_lock(&tasklist_lock);
	p = pid ? find_task_locked(pid) : current;
	if (p && !prlimit_permitted(p))
		err = -EPERM;
	else if (p && p->sighand)
		err = do_prlimit(p, resource, new_rlim ? &new : NULL, &old);
	spin_unlock(&tasklist_lock);

	if (!err && old_rlim && copy_to_user(old_rlim, &old, sizeof(old)))
		return -EFAULT;
	return err;
}

/* ---- usage -------------------------------------------------------------- */

static struct old_timeval cputime_to_timeval(u64 ns)
{
	return (struct old_timeval){
		.tv_sec = ns / NSEC_PER_SEC,
		.tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC,
	};
}

/* Sums in the making: times in ns, memory in pages. */
struct usage {
	u64 utime, stime;
	unsigned long min_flt, maj_flt, nvcsw, nivcsw, maxrss;
};

static void add_thread(struct usage *u, struct task_struct *t)
{
	u64 utime, stime;

	sched_task_runtime(t, &utime, &stime);
	u->utime += utime;
	u->stime += stime;
	u->min_flt += t->min_flt;
	u->maj_flt += t->maj_flt;
	u->nvcsw += t->nvcsw;
	u->nivcsw += t->nivcsw;
}

/* The threads of a process, those that are gone included. */
static void add_self(struct usage *u, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	struct task_struct *t;

	u->utime += sig->utime;
	u->stime += sig->stime;
	u->min_flt += sig->min_flt;
	u->maj_flt += sig->maj_flt;
	u->nvcsw += sig->nvcsw;
	u->nivcsw += sig->nivcsw;
	u->maxrss = max(u->maxrss, sig->maxrss);
	for_each_thread (p, t)
		add_thread(u, t);
}

static void add_children(struct usage *u, const struct signal_struct *sig)
{
	u->utime += sig->cutime;
	u->stime += sig->cstime;
	u->min_flt += sig->cmin_flt;
	u->maj_flt += sig->cmaj_flt;
	u->nvcsw += sig->cnvcsw;
	u->nivcsw += sig->cnivcsw;
	u->maxrss = max(u->maxrss, sig->cmaxrss);
}

/* The most pages that the address space of @p has had resident. */
static unsigned long peak_rss(struct task_struct *p)
{
	unsigned long pages = 0;

	task_lock(p);
	if (p->mm)
		pages = max(p->mm->hiwater_rss, get_mm_rss(p->mm));
	task_unlock(p);
	return pages;
}

void getrusage(struct task_struct *p, int who, struct rusage *r)
{
	struct usage u = { 0 };

	spin_lock_irq(&p->sighand->siglock);
	if (who == RUSAGE_THREAD) {
		add_thread(&u, p);
		u.maxrss = p->signal->maxrss;
	}
	if (who == RUSAGE_SELF || who == RUSAGE_BOTH)
		add_self(&u, p);
	if (who == RUSAGE_CHILDREN || who == RUSAGE_BOTH)
		add_children(&u, p->signal);
	spin_unlock_irq(&p->sighand->siglock);
	if (who != RUSAGE_CHILDREN)
		u.maxrss = max(u.maxrss, peak_rss(p));

	memset(r, 0, sizeof(*r));
	r->ru_utime = cputime_to_timeval(u.utime);
	r->ru_stime = cputime_to_timeval(u.stime);
	r->ru_maxrss = u.maxrss * (PAGE_SIZE / 1024);
	r->ru_minflt = u.min_flt;
	r->ru_majflt = u.maj_flt;
	r->ru_nvcsw = u.nvcsw;
	r->ru_nivcsw = u.nivcsw;
}

SYSCALL_DEFINE2(getrusage, int, who, struct rusage __user *, ru)
{
	struct rusage r;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN &&
	    who != RUSAGE_THREAD)
		return -EINVAL;
	getrusage(current, who, &r);
	return copy_to_user(ru, &r, sizeof(r)) ? -EFAULT : 0;
}
