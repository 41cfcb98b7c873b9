/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/array.c - /proc/PID/stat, status, statm and limits.
 *
 * In Linux: fs/proc/array.c, and the limits of base.c.
 */
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/string.h"
#include "kernel/resource.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/mm.h"

/* ---- state -------------------------------------------------------------- */

static const char *task_state_name(const struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	if (task->exit_state & EXIT_DEAD)
		return "X (dead)";
	if (task->exit_state & EXIT_ZOMBIE)
		return "Z (zombie)";
	if (state & __TASK_STOPPED)
		return "T (stopped)";
	if (state & TASK_UNINTERRUPTIBLE)
		return "D (disk sleep)";
	if (state & TASK_INTERRUPTIBLE)
		return "S (sleeping)";
	return "R (running)";
}

/* /proc/PID speaks for the process, /proc/PID/task/TID for the thread. */
static bool whole_process(const struct seq_file *m)
{
	const struct inode *inode = m->private;

	return !(inode->i_ino >> 23 & 1);
}

/* What is behind locks, copied out. */
struct task_snapshot {
	pid_t ppid, pgrp, session;
	int nr_threads;
	u64 utime, stime;
	unsigned long min_flt, maj_flt, nvcsw, nivcsw;
	sigset_t pending, shared_pending, ignored, caught;
	unsigned int queued;
};

static void collect_actions(const struct sighand_struct *sighand,
			    struct task_snapshot *s)
{
	for (int sig = 1; sig <= _NSIG; sig++) {
		sighandler_t h = sighand->action[sig - 1].sa.sa_handler;

		if (h == SIG_IGN)
			sigaddset(&s->ignored, sig);
		else if (h != SIG_DFL)
			sigaddset(&s->caught, sig);
	}
}

static void add_thread(struct task_struct *t, struct task_snapshot *s)
{
	u64 utime, stime;

	sched_task_runtime(t, &utime, &stime);
	s->utime += utime;
	s->stime += stime;
	s->min_flt += t->min_flt;
	s->maj_flt += t->maj_flt;
}

static void task_snapshot(struct task_struct *task, bool whole,
			  struct task_snapshot *s)
{
	struct signal_struct *sig = task->signal;
	struct task_struct *t;

	memset(s, 0, sizeof(*s));
	spin_lock(&tasklist_lock);
	s->pgrp = sig->pgrp;
	s->session = sig->session;
	s->nr_threads = sig->nr_threads;
	if (task->sighand) { /* it has not been reaped meanwhile */
		s->ppid = task->real_parent->tgid;
		spin_lock_irq(&task->sighand->siglock);
		s->pending = task->pending.signal;
		s->shared_pending = sig->shared_pending.signal;
		collect_actions(task->sighand, s);
		spin_unlock_irq(&task->sighand->siglock);
	}
	if (whole && task->sighand) {
		s->utime = sig->utime;
		s->stime = sig->stime;
		s->min_flt = sig->min_flt;
		s->maj_flt = sig->maj_flt;
		for_each_thread (task, t)
			add_thread(t, s);
	} else {
		add_thread(task, s);
	}
	spin_unlock(&tasklist_lock);
}

/* ---- stat --------------------------------------------------------------- */

static void stat_memory(struct seq_file *m, struct mm_struct *mm,
			const struct task_struct *task)
{
	seq_printf(m, " %lu %lu %llu", mm ? mm->total_vm << PAGE_SHIFT : 0,
		   mm ? get_mm_rss(mm) : 0,
		   task->signal->rlim[RLIMIT_RSS].rlim_cur);
	if (mm && proc_may_access(task))
		seq_printf(m, " %lu %lu %lu", mm->start_code, mm->end_code,
			   mm->start_stack);
	else
		seq_puts(m, " 0 0 0");
}

int proc_pid_stat(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	bool permitted = proc_may_access(task);
	const struct signal_struct *sig = task->signal;
	struct task_snapshot s;
	char comm[TASK_COMM_LEN];

	task_snapshot(task, whole_process(m), &s);
	task_lock(task);
	strscpy(comm, task->comm, sizeof(comm));
	task_unlock(task);

	seq_printf(m, "%d (%s) %c %d %d %d 0 -1 %u", task->pid, comm,
		   *task_state_name(task), s.ppid, s.pgrp, s.session,
		   task->flags);
	seq_printf(m, " %lu %lu %lu %lu", s.min_flt, sig->cmin_flt, s.maj_flt,
		   sig->cmaj_flt);
	seq_printf(m, " %llu %llu %llu %llu", s.utime / NSEC_PER_TICK,
		   s.stime / NSEC_PER_TICK, sig->cutime / NSEC_PER_TICK,
		   sig->cstime / NSEC_PER_TICK);
	seq_printf(m, " %d %d %d 0 %llu", 20 + task->nice, task->nice,
		   s.nr_threads, task->start_time / NSEC_PER_TICK);
	stat_memory(m, mm, task);
	/* kstkesp, kstkeip: only of a task that is exiting, so 0 */
	seq_printf(m, " 0 0 %lu %lu %lu %lu", s.pending.sig[0] & 0x7fffffffUL,
		   task->blocked.sig[0] & 0x7fffffffUL,
		   s.ignored.sig[0] & 0x7fffffffUL,
		   s.caught.sig[0] & 0x7fffffffUL);
	seq_printf(m, " 0 0 0 %d %u 0 %d 0 0 0", task->exit_signal, task->cpu,
		   task->policy);
	if (mm && permitted)
		seq_printf(m, " %lu %lu %lu %lu %lu %lu %lu", mm->start_data,
			   mm->end_data, mm->start_brk, mm->arg_start,
			   mm->arg_end, mm->env_start, mm->env_end);
	else
		seq_puts(m, " 0 0 0 0 0 0 0");
	seq_printf(m, " %d\n", permitted ? task->exit_code : 0);
	if (mm)
		mmput(mm);
	return 0;
}

int proc_pid_statm(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned long shared, text;

	if (!mm) {
		seq_puts(m, "0 0 0 0 0 0 0\n");
		return 0;
	}
	shared = get_mm_counter(mm, MM_FILEPAGES) +
		 get_mm_counter(mm, MM_SHMEMPAGES);
	text = (PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK)) >>
	       PAGE_SHIFT;
	seq_printf(m, "%lu %lu %lu %lu 0 %lu 0\n", mm->total_vm, get_mm_rss(mm),
		   shared, text, mm->data_vm + mm->stack_vm);
	mmput(mm);
	return 0;
}

/* ---- status ------------------------------------------------------------- */

static void status_identity(struct seq_file *m, struct task_struct *task,
			    const struct task_snapshot *s)
{
	const struct group_info *groups = task->group_info;
	struct files_struct *files = get_files_struct(task);
	char comm[TASK_COMM_LEN];
	int umask = -1;

	task_lock(task);
	strscpy(comm, task->comm, sizeof(comm));
	if (task->fs)
		umask = task->fs->umask;
	task_unlock(task);

	seq_puts(m, "Name:\t");
	for (const char *s = comm; *s; s++)
		seq_printf(m,
			   *s == '\n'   ? "\\n"
			   : *s == '\\' ? "\\\\"
					: "%c",
			   *s);
	if (umask >= 0)
		seq_printf(m, "\nUmask:\t%#04o", umask);
	seq_printf(m, "\nState:\t%s\nTgid:\t%d\nNgid:\t0\nPid:\t%d",
		   task_state_name(task), task->tgid, task->pid);
	seq_printf(m, "\nPPid:\t%d\nTracerPid:\t0", s->ppid);
	seq_printf(m, "\nUid:\t%u\t%u\t%u\t%u", task->uid, task->euid,
		   task->suid, task->fsuid);
	seq_printf(m, "\nGid:\t%u\t%u\t%u\t%u", task->gid, task->egid,
		   task->sgid, task->fsgid);
	seq_printf(m, "\nFDSize:\t%u\nGroups:\t", files ? files->max_fds : 0);
	for (int i = 0; groups && i < groups->ngroups; i++)
		seq_printf(m, i ? " %u" : "%u", groups->gid[i]);
	seq_puts(m, " \n");
	if (files)
		put_files_struct(files);
}

static void status_sigset(struct seq_file *m, const char *name,
			  const sigset_t *set)
{
	seq_printf(m, "%s:\t%016lx\n", name, set->sig[0]);
}

static void status_signals(struct seq_file *m, struct task_struct *task,
			   const struct task_snapshot *s)
{
	seq_printf(m, "Threads:\t%d\nSigQ:\t%d/%llu\n", s->nr_threads,
		   atomic_read(&task->user->sigpending),
		   task->signal->rlim[RLIMIT_SIGPENDING].rlim_cur);
	status_sigset(m, "SigPnd", &s->pending);
	status_sigset(m, "ShdPnd", &s->shared_pending);
	status_sigset(m, "SigBlk", &task->blocked);
	status_sigset(m, "SigIgn", &s->ignored);
	status_sigset(m, "SigCgt", &s->caught);
}

static void status_cpus(struct seq_file *m, const struct task_struct *task)
{
	unsigned long bits = task->cpus_allowed.bits & cpu_online_mask.bits;
	const char *sep = "";

	seq_printf(m, "Cpus_allowed:\t%lx\nCpus_allowed_list:\t", bits);
	for (unsigned int cpu = 0; cpu < 64; cpu++) {
		unsigned int last = cpu;

		if (!(bits >> cpu & 1))
			continue;
		while (last < 63 && bits >> (last + 1) & 1)
			last++;
		seq_printf(m, last > cpu ? "%s%u-%u" : "%s%u", sep, cpu, last);
		sep = ",";
		cpu = last;
	}
	seq_putc(m, '\n');
}

int proc_pid_status(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct task_snapshot s;

	task_snapshot(task, whole_process(m), &s);
	status_identity(m, task, &s);
	if (mm) {
		task_mem(m, mm);
		mmput(mm);
	}
	status_signals(m, task, &s);
	seq_printf(m, "NoNewPrivs:\t%d\n", task->no_new_privs);
	status_cpus(m, task);
	seq_printf(m,
		   "voluntary_ctxt_switches:\t%lu\n"
		   "nonvoluntary_ctxt_switches:\t%lu\n",
		   task->nvcsw, task->nivcsw);
	return 0;
}

/* ---- limits ------------------------------------------------------------- */

int proc_pid_limits(struct seq_file *m, struct task_struct *task)
{
	static const struct {
		const char *name, *unit;
	} lnames[RLIM_NLIMITS] = {
		[RLIMIT_CPU] = { "Max cpu time", "seconds" },
		[RLIMIT_FSIZE] = { "Max file size", "bytes" },
		[RLIMIT_DATA] = { "Max data size", "bytes" },
		[RLIMIT_STACK] = { "Max stack size", "bytes" },
		[RLIMIT_CORE] = { "Max core file size", "bytes" },
		[RLIMIT_RSS] = { "Max resident set", "bytes" },
		[RLIMIT_NPROC] = { "Max processes", "processes" },
		[RLIMIT_NOFILE] = { "Max open files", "files" },
		[RLIMIT_MEMLOCK] = { "Max locked memory", "bytes" },
		[RLIMIT_AS] = { "Max address space", "bytes" },
		[RLIMIT_LOCKS] = { "Max file locks", "locks" },
		[RLIMIT_SIGPENDING] = { "Max pending signals", "signals" },
		[RLIMIT_MSGQUEUE] = { "Max msgqueue size", "bytes" },
		[RLIMIT_NICE] = { "Max nice priority", NULL },
		[RLIMIT_RTPRIO] = { "Max realtime priority", NULL },
		[RLIMIT_RTTIME] = { "Max realtime timeout", "us" },
	};

	seq_puts(m, "Limit                     Soft Limit           "
		    "Hard Limit           Units     \n");
	for (unsigned int i = 0; i < RLIM_NLIMITS; i++) {
		const struct rlimit *r = &task->signal->rlim[i];

		seq_printf(m, "%-25s ", lnames[i].name);
		if (r->rlim_cur == RLIM_INFINITY)
			seq_printf(m, "%-20s ", "unlimited");
		else
			seq_printf(m, "%-20llu ", r->rlim_cur);
		if (r->rlim_max == RLIM_INFINITY)
			seq_printf(m, "%-20s ", "unlimited");
		else
			seq_printf(m, "%-20llu ", r->rlim_max);
		if (lnames[i].unit)
			seq_printf(m, "%-10s", lnames[i].unit);
		seq_putc(m, '\n');
	}
	return 0;
}
