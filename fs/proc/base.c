/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/base.c - /proc/PID: one directory for each process and thread.
 *
 * An inode holds its task_struct.  Every use asks get_proc_task() whether the
 * task still exists; when it has been reaped the answer is ESRCH, also if its
 * number is in use again.
 *
 * In Linux: fs/proc/base.c.
 */
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/ptrace.h"
#include "kernel/task.h"
#include "mm/mm.h"
#include "mm/slab.h"

static const struct inode_operations proc_pid_inode_operations;
static const struct file_operations proc_pid_operations;

/* ---- tasks behind inodes ------------------------------------------------ */

/* The task of an inode, with a reference; NULL if it has been reaped. */
struct task_struct *get_proc_task(const struct inode *inode)
{
	struct task_struct *task = PROC_I(inode)->task;
	struct task_struct *now = find_task_by_vpid(task->pid);

	if (now && now != task) {
		put_task_struct(now);
		return NULL;
	}
	return now;
}

bool proc_may_access(const struct task_struct *task)
{
	return ptrace_may_access(task, PTRACE_MODE_FSCREDS);
}

struct mm_struct *proc_mem_open(struct inode *inode)
{
	struct task_struct *task = get_proc_task(inode);
	struct mm_struct *mm;

	if (!task)
		return ERR_PTR(-ESRCH);
	mm = mm_access(task, PTRACE_MODE_FSCREDS);
	put_task_struct(task);
	if (!IS_ERR_OR_NULL(mm)) {
		mmgrab(mm);
		mmput(mm);
	}
	return mm;
}

struct inode *proc_pid_make_inode(struct super_block *sb,
				  struct task_struct *task, umode_t mode,
				  ino_t ino)
{
	struct inode *inode = proc_get_inode(sb, mode, ino);

	if (!inode)
		return NULL;
	get_task_struct(task);
	PROC_I(inode)->task = task;
	inode->i_uid = task->euid;
	inode->i_gid = task->egid;
	return inode;
}

/* ---- files that print with seq_file ------------------------------------- */

static int proc_single_show(struct seq_file *m, void *v)
{
	struct inode *inode = m->private;
	struct task_struct *task = get_proc_task(inode);
	int ret;

	if (!task)
		return -ESRCH;
	ret = PROC_I(inode)->entry->show(m, task);
	put_task_struct(task);
	return ret;
}

int proc_pid_single_open(struct inode *inode, struct file *file)
{
	return single_open(file, proc_single_show, inode);
}

static const struct file_operations proc_single_file_operations = {
	.open = proc_pid_single_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static int proc_pid_mounts(struct seq_file *m, struct task_struct *task)
{
	show_mounts(m);
	return 0;
}

/* ---- links to what the process holds ------------------------------------ */

static int proc_cwd_link(struct task_struct *task, struct path *path)
{
	int err = -ENOENT;

	task_lock(task);
	if (task->fs) {
		get_fs_pwd(task->fs, path);
		err = 0;
	}
	task_unlock(task);
	return err;
}

static int proc_root_link(struct task_struct *task, struct path *path)
{
	int err = -ENOENT;

	task_lock(task);
	if (task->fs) {
		get_fs_root(task->fs, path);
		err = 0;
	}
	task_unlock(task);
	return err;
}

static int proc_exe_link(struct task_struct *task, struct path *path)
{
	struct mm_struct *mm = get_task_mm(task);
	int err = -ENOENT;

	if (!mm)
		return -ENOENT;
	mmap_read_lock(mm);
	if (mm->exe_file) {
		path->dentry = dget(mm->exe_file->f_dentry);
		err = 0;
	}
	mmap_read_unlock(mm);
	mmput(mm);
	return err;
}

static int proc_pid_jump_link(struct inode *inode, struct path *path)
{
	struct task_struct *task = get_proc_task(inode);
	int err = -EACCES;

	if (!task)
		return -ENOENT;
	if (proc_may_access(task))
		err = PROC_I(inode)->entry->jump_link(task, path);
	put_task_struct(task);
	return err;
}

static char *proc_pid_get_link(struct dentry *dentry, struct inode *inode)
{
	char *page, *name, *copy;
	struct path path;
	int err = inode->i_op->jump_link(inode, &path);

	if (err)
		return ERR_PTR(err);
	copy = ERR_PTR(-ENOMEM);
	page = kmalloc(PATH_MAX, GFP_KERNEL);
	if (page) {
		name = d_path(path.dentry, page, PATH_MAX);
		copy = IS_ERR(name) ? name : kstrdup(name, GFP_KERNEL);
		kfree(page);
	}
	path_put(&path);
	return copy ? copy : ERR_PTR(-ENOMEM);
}

static const struct inode_operations proc_pid_link_inode_operations = {
	.get_link = proc_pid_get_link,
	.jump_link = proc_pid_jump_link,
};

/* ---- the directory ------------------------------------------------------ */

static const struct inode_operations proc_task_inode_operations;
static const struct file_operations proc_task_operations;

#define DIR(NAME, MODE, IOP, FOP)                                              \
	{                                                                      \
		.name = NAME, .mode = S_IFDIR | (MODE), .iop = &(IOP),         \
		.fop = &(FOP)                                                  \
	}
#define ONE(NAME, MODE, SHOW)                                                  \
	{                                                                      \
		.name = NAME, .mode = S_IFREG | (MODE), .show = SHOW,          \
		.fop = &proc_single_file_operations                            \
	}
#define REG(NAME, MODE, FOP)                                                   \
	{                                                                      \
		.name = NAME, .mode = S_IFREG | (MODE), .fop = &(FOP)          \
	}
#define RW(NAME, MODE, SHOW, FOP)                                              \
	{                                                                      \
		.name = NAME, .mode = S_IFREG | (MODE), .show = SHOW,          \
		.fop = &(FOP)                                                  \
	}
#define LNK(NAME, JUMP)                                                        \
	{                                                                      \
		.name = NAME, .mode = S_IFLNK | 0777,                          \
		.iop = &proc_pid_link_inode_operations, .jump_link = JUMP      \
	}

/* The first entry is not there for single threads. */
static const struct pid_entry pid_entries[] = {
	DIR("task", 0555, proc_task_inode_operations, proc_task_operations),
	DIR("fd", 0500, proc_fd_inode_operations, proc_fd_operations),
	REG("environ", 0400, proc_environ_operations),
	ONE("auxv", 0400, proc_pid_auxv),
	ONE("status", 0444, proc_pid_status),
	ONE("limits", 0444, proc_pid_limits),
	RW("comm", 0644, proc_pid_comm, proc_comm_operations),
	REG("cmdline", 0444, proc_cmdline_operations),
	ONE("stat", 0444, proc_pid_stat),
	ONE("statm", 0444, proc_pid_statm),
	REG("maps", 0444, proc_pid_maps_operations),
	REG("mem", 0600, proc_pid_mem_operations),
	REG("smaps", 0444, proc_pid_smaps_operations),
	REG("smaps_rollup", 0444, proc_pid_smaps_rollup_operations),
	REG("pagemap", 0400, proc_pagemap_operations),
	LNK("cwd", proc_cwd_link),
	LNK("root", proc_root_link),
	LNK("exe", proc_exe_link),
	ONE("mounts", 0444, proc_pid_mounts),
	RW("oom_score_adj", 0644, proc_pid_oom_score_adj,
	   proc_oom_score_adj_operations),
	RW("fail-nth", 0644, proc_pid_fail_nth, proc_fail_nth_operations),
};

/* Inode numbers: the task's, what it is, which entry. */
static ino_t pid_ino(const struct task_struct *task, bool thread,
		     unsigned int n)
{
	return ((ino_t)task->pid << 24) | ((ino_t)thread << 23) | n;
}

/* Make @dentry the entry @entry of @task's directory. */
int proc_pid_add(struct dentry *dentry, struct inode *dir,
		 struct task_struct *task, const struct pid_entry *entry,
		 ino_t ino)
{
	struct inode *inode =
		proc_pid_make_inode(dir->i_sb, task, entry->mode, ino);

	if (!inode)
		return -ENOMEM;
	PROC_I(inode)->entry = entry;
	if (entry->iop)
		inode->i_op = entry->iop;
	inode->i_fop = entry->fop;
	d_instantiate(dentry, inode);
	return 0;
}

static const struct pid_entry pid_dir_entry =
	DIR("", 0555, proc_pid_inode_operations, proc_pid_operations);
static const struct pid_entry thread_dir_entry =
	DIR("", 0555, proc_pid_inode_operations, proc_pid_operations);

static bool is_thread_dir(const struct inode *dir)
{
	return PROC_I(dir)->entry == &thread_dir_entry;
}

static int proc_pid_dir_lookup(struct inode *dir, struct dentry *dentry)
{
	struct task_struct *task = get_proc_task(dir);
	bool thread = is_thread_dir(dir);
	int err = -ENOENT;

	if (!task)
		return -ENOENT;
	for (unsigned int i = thread; i < ARRAY_SIZE(pid_entries); i++) {
		const struct pid_entry *entry = &pid_entries[i];

		if (!strcmp(entry->name, dentry->d_name.name)) {
			err = proc_pid_add(dentry, dir, task, entry,
					   pid_ino(task, thread, i + 1));
			break;
		}
	}
	put_task_struct(task);
	return err;
}

static int proc_pid_dir_readdir(struct file *file, struct dir_context *ctx)
{
	struct task_struct *task = PROC_I(file->f_inode)->task;
	bool thread = is_thread_dir(file->f_inode);

	if (!dir_emit_dots(file, ctx))
		return 0;
	for (; ctx->pos - 2 + thread < (loff_t)ARRAY_SIZE(pid_entries);
	     ctx->pos++) {
		unsigned int i = ctx->pos - 2 + thread;
		const struct pid_entry *entry = &pid_entries[i];

		if (!dir_emit(ctx, entry->name, strlen(entry->name),
			      pid_ino(task, thread, i + 1),
			      fs_umode_to_dtype(entry->mode)))
			break;
	}
	return 0;
}

static const struct inode_operations proc_pid_inode_operations = {
	.lookup = proc_pid_dir_lookup,
};

static const struct file_operations proc_pid_operations = {
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate = proc_pid_dir_readdir,
};

/* ---- /proc/PID, /proc/PID/task/TID -------------------------------------- */

int proc_pid_lookup(struct inode *dir, struct dentry *dentry)
{
	int pid = name_to_int(&dentry->d_name);
	struct task_struct *task = pid > 0 ? find_task_by_vpid(pid) : NULL;
	int err;

	if (!task)
		return -ENOENT;
	err = proc_pid_add(dentry, dir, task, &pid_dir_entry,
			   pid_ino(task, false, 0));
	put_task_struct(task);
	return err;
}

/* The smallest pid of a process that is not below @pid; 0: none. */
static pid_t next_process(pid_t pid)
{
	struct task_struct *p;
	pid_t found = 0;

	spin_lock(&tasklist_lock);
	for_each_process (p) {
		if (p->pid >= pid && (!found || p->pid < found))
			found = p->pid;
	}
	spin_unlock(&tasklist_lock);
	return found;
}

/* The smallest thread id of @task's process that is not below @tid. */
static pid_t next_tid(struct task_struct *task, pid_t tid)
{
	struct task_struct *t;
	pid_t found = 0;

	spin_lock(&tasklist_lock);
	for_each_thread (task, t) {
		if (t->pid >= tid && (!found || t->pid < found))
			found = t->pid;
	}
	spin_unlock(&tasklist_lock);
	return found;
}

static bool emit_number(struct dir_context *ctx, unsigned int number, ino_t ino)
{
	char name[12];
	int len = snprintf(name, sizeof(name), "%u", number);

	return dir_emit(ctx, name, len, ino, fs_umode_to_dtype(S_IFDIR));
}

int proc_pid_readdir(struct file *file, struct dir_context *ctx)
{
	pid_t pid;

	while ((pid = next_process(ctx->pos))) {
		ctx->pos = pid;
		if (!emit_number(ctx, pid, (ino_t)pid << 24))
			break;
		ctx->pos++;
	}
	return 0;
}

static int proc_task_lookup(struct inode *dir, struct dentry *dentry)
{
	int tid = name_to_int(&dentry->d_name);
	struct task_struct *task = tid > 0 ? find_task_by_vpid(tid) : NULL;
	int err = -ENOENT;

	if (!task)
		return -ENOENT;
	if (task->tgid == PROC_I(dir)->task->tgid)
		err = proc_pid_add(dentry, dir, task, &thread_dir_entry,
				   pid_ino(task, true, 0));
	put_task_struct(task);
	return err;
}

static int proc_task_readdir(struct file *file, struct dir_context *ctx)
{
	struct task_struct *task = get_proc_task(file->f_inode);
	pid_t tid;

	if (!task)
		return -ENOENT;
	if (dir_emit_dots(file, ctx)) {
		while ((tid = next_tid(task, ctx->pos - 1))) {
			ctx->pos = tid + 1;
			if (!emit_number(ctx, tid, (ino_t)tid << 24 | 1 << 23))
				break;
			ctx->pos++;
		}
	}
	put_task_struct(task);
	return 0;
}

static const struct inode_operations proc_task_inode_operations = {
	.lookup = proc_task_lookup,
};

static const struct file_operations proc_task_operations = {
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate = proc_task_readdir,
};
