/* SPDX-License-Identifier: MIT */
/*
 * fs/exec.c - a task becomes another program.
 *
 * Theory
 *
 * exec has a point of no return.  Before it everything new is prepared beside
 * the old: the file is opened and its first bytes read, the address space is
 * made and the arguments are in it.  Any error leaves the old program as it
 * was.  begin_new_exec() then gives the old program up, step by step: other
 * threads, memory, handlers, files marked close-on-exec.  If loading the new
 * one fails after that there is nothing to return to, and the process is
 * killed by SIGSEGV.
 *
 * A thread that is not the leader takes the leader's place, because the process
 * keeps its number: see become_leader().
 *
 * In Linux: fs/exec.c.
 */
#include "fs/exec.h"
#include <asm/irqflags.h>
#include <asm/mmu_context.h>
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/fs.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "fs/stat.h"
#include "kernel/itimer.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/vmacache.h"

/* A script may name a script, and so on, this often. */
#define MAX_INTERPRETERS 5

#define MMAP_GAP_MIN (128UL << 20)
#define MMAP_GAP_MAX (TASK_SIZE / 6 * 5)
#define STACK_GUARD  (256UL << PAGE_SHIFT)

/* ---- files -------------------------------------------------------------- */

/* Open an executable: a regular file, that nobody writes to from now on. */
static struct file *do_open_execat(int fd, struct filename *name, int flags)
{
	struct open_flags op = {
		.open_flag = O_LARGEFILE | O_RDONLY | __FMODE_EXEC,
		.acc_mode = MAY_EXEC,
		.lookup_flags = at_lookup_flags(flags),
	};
	struct file *file;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return ERR_PTR(-EINVAL);
	file = do_filp_open(fd, name, &op);
	if (IS_ERR(file))
		return file;
	err = S_ISREG(file_inode(file)->i_mode) ? deny_write_access(file)
						: -EACCES;
	if (err) {
		fput(file);
		return ERR_PTR(err);
	}
	return file;
}

struct file *open_exec(const char *name)
{
	struct filename *filename;
	struct file *file;

	/* To the kernel it is the working directory: no program. */
	if (!*name)
		return ERR_PTR(-EACCES);
	filename = getname_kernel(name);
	if (IS_ERR(filename))
		return ERR_CAST(filename);
	file = do_open_execat(AT_FDCWD, filename, 0);
	putname(filename);
	return file;
}

void close_exec(struct file *file)
{
	allow_write_access(file);
	fput(file);
}

void exe_file_get(struct file *file)
{
	get_file(file);
	(void)deny_write_access(file); /* it is denied already: cannot fail */
}

void exe_file_put(struct file *file)
{
	close_exec(file);
}

/* ---- the other threads -------------------------------------------------- */

/* Kill them and wait until all but the leader are gone, the leader a zombie. */
static int wait_for_threads(struct task_struct *me)
{
	struct signal_struct *sig = me->signal;
	struct sighand_struct *sighand = me->sighand;

	spin_lock_irq(&sighand->siglock);
	if ((sig->flags & SIGNAL_GROUP_EXIT) || sig->group_exec_task) {
		spin_unlock_irq(&sighand->siglock);
		return -EAGAIN; /* another thread ends us, or was first */
	}
	sig->group_exec_task = me;
	zap_other_threads(me);
	/* Those that will be released; a leader stays as a zombie. */
	sig->notify_count = sig->nr_threads - 1 - !thread_group_leader(me);
	while (sig->notify_count) {
		set_current_state(TASK_KILLABLE);
		spin_unlock_irq(&sighand->siglock);
		schedule();
		if (fatal_signal_pending(me))
			return -EAGAIN;
		spin_lock_irq(&sighand->siglock);
	}
	spin_unlock_irq(&sighand->siglock);
	return 0;
}

/* Everything by which others know the leader is ours from now on. */
static void take_over(struct task_struct *me, struct task_struct *leader)
	__must_hold(&tasklist_lock)
{
	lockdep_assert_held(&tasklist_lock);
	me->start_time = leader->start_time;
	detach_pid(me);
	detach_pid(leader);
	swap(me->pid, leader->pid);
	attach_pid(me);
	attach_pid(leader);

	list_replace(&leader->tasks, &me->tasks);
	list_replace(&leader->sibling, &me->sibling);
	INIT_LIST_HEAD(&leader->tasks);
	INIT_LIST_HEAD(&leader->sibling);
	me->group_leader = me;
	leader->group_leader = me;
	me->exit_signal = SIGCHLD;
	leader->exit_signal = -1;
	leader->exit_state = EXIT_DEAD;
}

/* We are the last thread but for the leader, which ends: take its place. */
static int become_leader(struct task_struct *me)
{
	struct task_struct *leader = me->group_leader;
	struct signal_struct *sig = me->signal;

	for (;;) {
		spin_lock(&tasklist_lock);
		sig->notify_count = -1; /* exit_notify() wakes us */
		if (leader->exit_state)
			break;
		set_current_state(TASK_KILLABLE);
		spin_unlock(&tasklist_lock);
		schedule();
		if (fatal_signal_pending(me))
			return -EAGAIN;
	}
	take_over(me, leader);
	spin_unlock(&tasklist_lock);
	release_task(leader);
	return 0;
}

/* Make current the only thread of its process, and its leader. */
static int de_thread(struct task_struct *me)
{
	struct signal_struct *sig = me->signal;
	int err = 0;

	if (!thread_group_empty(me)) {
		err = wait_for_threads(me);
		if (!err && !thread_group_leader(me))
			err = become_leader(me);
		spin_lock(&tasklist_lock);
		if (sig->group_exec_task == me) {
			sig->group_exec_task = NULL;
			sig->notify_count = 0;
		}
		spin_unlock(&tasklist_lock);
	}
	if (!err)
		me->exit_signal = SIGCHLD;
	return err;
}

/* Handlers that another process shares stay with it. */
static int unshare_sighand(struct task_struct *me)
{
	struct sighand_struct *old = me->sighand, *new;
	u64 timer_left;

	if (atomic_read(&old->count) == 1)
		return 0;
	new = alloc_sighand();
	if (!new)
		return -ENOMEM;

	/* The timer's function uses signal->sighand without a reference. */
	timer_left = ktimer_remaining(&me->signal->real_timer);
	if (!ktimer_cancel(&me->signal->real_timer))
		timer_left = 0;
	spin_lock(&tasklist_lock);
	spin_lock_irq(&old->siglock);
	memcpy(new->action, old->action, sizeof(new->action));
	me->sighand = new;
	me->signal->sighand = new;
	spin_unlock_irq(&old->siglock);
	spin_unlock(&tasklist_lock);
	if (timer_left)
		ktimer_start(&me->signal->real_timer,
			     ktime_get_ns() + timer_left);
	put_sighand(old);
	return 0;
}

/* ---- the point of no return --------------------------------------------- */

/* Leave the old address space for the new one. */
static void exec_mmap(struct linux_binprm *bprm)
{
	struct task_struct *me = current;
	struct mm_struct *old_mm = me->mm, *active_mm;
	struct mm_struct *mm = bprm->mm;

	if (old_mm) {
		mm_release(me, old_mm);
		me->signal->maxrss =
			max3(me->signal->maxrss, old_mm->hiwater_rss,
			     get_mm_rss(old_mm));
	}
	task_lock(me);
	local_irq_disable();
	active_mm = me->active_mm;
	me->active_mm = mm;
	me->mm = mm;
	vmacache_flush(me);
	activate_mm(active_mm, mm);
	local_irq_enable();
	task_unlock(me);

	bprm->mm = NULL;
	if (old_mm)
		mmput(old_mm);
	else
		mmdrop(active_mm); /* what a kernel thread had borrowed */
}

/*
 * Could another process move the root or the working directory under a
 * set-user-id program?  Source: Linux fs/exec.c:check_unsafe_exec().
 */
static bool fs_is_shared(const struct task_struct *p)
{
	return atomic_read(&p->fs->users) > p->signal->nr_threads;
}

/* A set-user-id program runs as its owner. */
static void bprm_fill_creds(struct linux_binprm *bprm)
{
	const struct inode *inode = file_inode(bprm->file);
	struct task_struct *me = current;

	bprm->euid = me->euid;
	bprm->egid = me->egid;
	if (me->no_new_privs || (inode->i_sb->s_flags & MS_NOSUID) ||
	    fs_is_shared(me))
		return;
	if (inode->i_mode & S_ISUID)
		bprm->euid = inode->i_uid;
	if ((inode->i_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		bprm->egid = inode->i_gid;
}

static void commit_creds(struct linux_binprm *bprm)
{
	struct task_struct *me = current;

	bprm->secureexec = bprm->euid != me->uid || bprm->egid != me->gid;
	me->euid = me->suid = me->fsuid = bprm->euid;
	me->egid = me->sgid = me->fsgid = bprm->egid;
	if (bprm->secureexec)
		me->pdeath_signal = 0;
}

/* The last component of a path. */
static const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What ps shows: the last component of the path, or the file's own name. */
static void set_program_name(struct task_struct *me,
			     const struct linux_binprm *bprm)
{
	char comm[TASK_COMM_LEN];

	if (!bprm->comm_from_dentry) {
		set_task_comm(me, kbasename(bprm->filename));
		return;
	}
	spin_lock(&rename_lock);
	strscpy(comm, bprm->file->f_dentry->d_name.name, sizeof(comm));
	spin_unlock(&rename_lock);
	set_task_comm(me, comm);
}

int begin_new_exec(struct linux_binprm *bprm)
{
	struct task_struct *me = current;
	int err;

	bprm_fill_creds(bprm);
	bprm_drop_page(bprm);
	bprm->point_of_no_return = true;
	err = de_thread(me);
	if (err)
		return err;
	err = unshare_files();
	if (err)
		return err;
	err = unshare_sighand(me);
	if (err)
		return err;
	err = flush_thread();
	if (err)
		return err;

	exe_file_get(bprm->file);
	bprm->mm->exe_file = bprm->file;
	exec_mmap(bprm);

	me->flags &= ~(PF_FORKNOEXEC | PF_KTHREAD);
	do_close_on_exec(me->files);
	set_program_name(me, bprm);
	me->self_exec_id++;
	flush_signal_handlers(me, false);
	me->sas_ss_sp = 0;
	me->sas_ss_size = 0;
	me->robust_list = NULL;
	me->restart_block.fn = NULL;
	commit_creds(bprm);
	return 0;
}

void setup_new_exec(struct linux_binprm *bprm)
{
	struct mm_struct *mm = current->mm;
	unsigned long gap = bprm->rlim_stack.rlim_cur;

	/* The mmap area begins below the room that the stack may need. */
	if (gap + STACK_GUARD > gap)
		gap += STACK_GUARD;
	gap = clamp(gap, MMAP_GAP_MIN, MMAP_GAP_MAX);
	mm->task_size = TASK_SIZE;
	mm->mmap_base = PAGE_ALIGN(TASK_SIZE - gap);
}

/* ---- one program -------------------------------------------------------- */

/* Read the first bytes, and ask each format. */
static int search_binary_handler(struct linux_binprm *bprm)
{
	static int (*const formats[])(struct linux_binprm *) = {
		load_elf_binary,
		load_script,
	};
	loff_t pos = 0;
	ssize_t n;

	memset(bprm->buf, 0, sizeof(bprm->buf));
	n = kernel_read(bprm->file, bprm->buf, sizeof(bprm->buf), &pos);
	if (n < 0)
		return n;
	for (int i = 0; i < ARRAY_SIZE(formats); i++) {
		int err = formats[i](bprm);

		if (bprm->point_of_no_return || err != -ENOEXEC)
			return err;
	}
	return -ENOEXEC;
}

/* A script's interpreter takes the script's place, until it is a program. */
static int exec_binprm(struct linux_binprm *bprm)
{
	for (int depth = 0; depth <= MAX_INTERPRETERS; depth++) {
		int err = search_binary_handler(bprm);

		if (err || !bprm->interpreter)
			return err;
		close_exec(bprm->file);
		bprm->file = bprm->interpreter;
		bprm->interpreter = NULL;
	}
	return -ELOOP;
}

static int bprm_execve(struct linux_binprm *bprm, int fd,
		       struct filename *filename, int flags)
{
	struct file *file = do_open_execat(fd, filename, flags);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	bprm->file = file;
	/* A name that is gone after exec cannot be opened by an interpreter. */
	bprm->path_inaccessible =
		bprm->fdpath && fd >= 0 && get_close_on_exec(fd);
	err = exec_binprm(bprm);
	if (err && bprm->point_of_no_return && !fatal_signal_pending(current))
		force_fatal_sig(SIGSEGV);
	return err;
}

static void free_bprm(struct linux_binprm *bprm)
{
	bprm_drop_page(bprm);
	if (bprm->mm)
		mmput(bprm->mm);
	if (bprm->file)
		close_exec(bprm->file);
	if (bprm->interpreter)
		close_exec(bprm->interpreter);
	kfree(bprm->interp);
	kfree(bprm->fdpath);
	kfree(bprm);
}

/* What execveat() of a descriptor is called: /dev/fd/N, and a path in it. */
static char *fd_path(int fd, const char *name)
{
	size_t size = strlen(name) + sizeof("/dev/fd/") + 12;
	char *path = kmalloc(size, GFP_KERNEL);

	if (path)
		snprintf(path, size, *name ? "/dev/fd/%d/%s" : "/dev/fd/%d", fd,
			 name);
	return path;
}

static struct linux_binprm *alloc_bprm(int fd, const struct filename *filename)
{
	struct linux_binprm *bprm = kzalloc(sizeof(*bprm), GFP_KERNEL);
	int err = -ENOMEM;

	if (!bprm)
		return ERR_PTR(-ENOMEM);
	bprm->filename = filename->name;
	if (fd != AT_FDCWD && filename->name[0] != '/') {
		bprm->fdpath = fd_path(fd, filename->name);
		bprm->filename = bprm->fdpath;
		bprm->comm_from_dentry = !filename->name[0];
		if (!bprm->fdpath)
			goto err_free;
	}
	err = bprm_mm_init(bprm);
	if (err)
		goto err_free;
	return bprm;

err_free:
	free_bprm(bprm);
	return ERR_PTR(err);
}

/* Count the strings, then copy them. */
static int copy_arguments(struct linux_binprm *bprm, struct arg_vector argv,
			  struct arg_vector envp)
{
	int err;

	bprm->argc = count_strings(argv);
	if (bprm->argc < 0)
		return bprm->argc;
	bprm->envc = count_strings(envp);
	if (bprm->envc < 0)
		return bprm->envc;
	err = bprm_stack_limits(bprm);
	if (err)
		return err;

	err = copy_string_kernel(bprm->filename, bprm);
	if (err)
		return err;
	bprm->exec = bprm->p;
	err = copy_strings(bprm->envc, envp, bprm);
	if (err)
		return err;
	err = copy_strings(bprm->argc, argv, bprm);
	if (err)
		return err;
	if (bprm->argc)
		return 0;

	/* A program that walks argv[1...] must not run into its environment. */
	bprm->argc = 1;
	return copy_string_kernel("", bprm);
}

static int do_execveat_common(int fd, struct filename *filename,
			      struct arg_vector argv, struct arg_vector envp,
			      int flags)
{
	struct linux_binprm *bprm = alloc_bprm(fd, filename);
	int err;

	if (IS_ERR(bprm))
		return PTR_ERR(bprm);
	err = copy_arguments(bprm, argv, envp);
	if (!err)
		err = bprm_execve(bprm, fd, filename, flags);
	free_bprm(bprm);
	return err;
}

int kernel_execve(const char *kernel_filename, const char *const *argv,
		  const char *const *envp)
{
	struct arg_vector args = { .kernel = argv }, env = { .kernel = envp };
	struct filename *filename = getname_kernel(kernel_filename);
	int err;

	if (IS_ERR(filename))
		return PTR_ERR(filename);
	err = do_execveat_common(AT_FDCWD, filename, args, env, 0);
	putname(filename);
	return err;
}

static long do_execveat(int fd, const char __user *name,
			const char __user *const __user *argv,
			const char __user *const __user *envp, int flags)
{
	struct arg_vector args = { .user = argv }, env = { .user = envp };
	struct filename *filename =
		getname_flags(name, flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
	int err;

	if (IS_ERR(filename))
		return PTR_ERR(filename);
	err = do_execveat_common(fd, filename, args, env, flags);
	putname(filename);
	return err;
}

SYSCALL_DEFINE3(execve, const char __user *, filename,
		const char __user *const __user *, argv,
		const char __user *const __user *, envp)
{
	return do_execveat(AT_FDCWD, filename, argv, envp, 0);
}

SYSCALL_DEFINE5(execveat, int, fd, const char __user *, filename,
		const char __user *const __user *, argv,
		const char __user *const __user *, envp, int, flags)
{
	return do_execveat(fd, filename, argv, envp, flags);
}
