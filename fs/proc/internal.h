/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/internal.h - what the files of fs/proc/ share.
 *
 * In Linux: fs/proc/internal.h.
 */
#ifndef KILBURN_FS_PROC_INTERNAL_H
#define KILBURN_FS_PROC_INTERNAL_H

#include "fs/dcache.h"
#include "fs/fs.h"
#include "fs/proc/proc_fs.h"
#include "fs/readdir.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct seq_file;
struct task_struct;

/* An entry that is there for good. */
struct proc_dir_entry {
	const char *name;
	umode_t mode;
	ino_t ino;
	loff_t size;
	struct proc_dir_entry *parent;
	struct list_head children, sibling; /* proc_tree_lock */
	int (*show)(struct seq_file *m, void *v);
	const struct file_operations *fop;
	const struct inode_operations *iop;
	const char *link;
	void *data;
};

/* An entry of /proc/PID, the same for every process. */
struct pid_entry {
	const char *name;
	umode_t mode;
	const struct inode_operations *iop;
	const struct file_operations *fop;
	int (*show)(struct seq_file *m, struct task_struct *task);
	int (*jump_link)(struct task_struct *task, struct path *path);
};

/* inode->i_private of every inode of /proc and /sys. */
struct proc_inode {
	struct proc_dir_entry *pde; /* static entries */
	struct task_struct *task;   /* /proc/PID: with a reference */
	const struct pid_entry *entry;
	unsigned int fd; /* /proc/PID/fd/N */
};

static inline struct proc_inode *PROC_I(const struct inode *inode)
{
	return inode->i_private;
}

/* generic.c */
struct inode *proc_get_inode(struct super_block *sb, umode_t mode, ino_t ino);
int proc_lookup_de(struct proc_dir_entry *dir, struct inode *inode,
		   struct dentry *dentry);
bool proc_readdir_de(struct proc_dir_entry *dir, struct file *file,
		     struct dir_context *ctx);
void proc_evict_inode(struct inode *inode);
int proc_fill_super(struct super_block *sb, struct proc_dir_entry *root);
int name_to_int(const struct qstr *name); /* -1: not a decimal number */

/* ->mmap() of the files that are there for good: -EIO.  In proc/generic.c. */
int proc_reg_mmap(struct file *file, struct vm_area_struct *vma);

/* base.c */
struct task_struct *get_proc_task(const struct inode *inode); /* NULL: gone */
int proc_pid_lookup(struct inode *dir, struct dentry *dentry);
int proc_pid_readdir(struct file *file, struct dir_context *ctx);
bool proc_may_access(const struct task_struct *task);
/*
 * The address space behind a file that is opened, for mmdrop(): the structure
 * only, so that the file keeps no memory alive.  NULL: a kernel thread's;
 * ERR_PTR(-ESRCH, -EACCES).
 */
struct mm_struct *proc_mem_open(struct inode *inode);
struct inode *proc_pid_make_inode(struct super_block *sb,
				  struct task_struct *task, umode_t mode,
				  ino_t ino);
int proc_pid_add(struct dentry *dentry, struct inode *dir,
		 struct task_struct *task, const struct pid_entry *entry,
		 ino_t ino);
int proc_pid_single_open(struct inode *inode, struct file *file);

/* pid_files.c */
int proc_pid_auxv(struct seq_file *m, struct task_struct *task);
int proc_pid_comm(struct seq_file *m, struct task_struct *task);
int proc_pid_oom_score_adj(struct seq_file *m, struct task_struct *task);
int proc_pid_fail_nth(struct seq_file *m, struct task_struct *task);
extern const struct file_operations proc_cmdline_operations;
extern const struct file_operations proc_environ_operations;
extern const struct file_operations proc_comm_operations;
extern const struct file_operations proc_oom_score_adj_operations;
extern const struct file_operations proc_fail_nth_operations;

/* fd.c */
extern const struct inode_operations proc_fd_inode_operations;
extern const struct file_operations proc_fd_operations;

/* array.c */
int proc_pid_stat(struct seq_file *m, struct task_struct *task);
int proc_pid_status(struct seq_file *m, struct task_struct *task);
int proc_pid_statm(struct seq_file *m, struct task_struct *task);
int proc_pid_limits(struct seq_file *m, struct task_struct *task);

/* task_mmu.c */
extern const struct file_operations proc_pid_maps_operations;
extern const struct file_operations proc_pid_smaps_operations;
extern const struct file_operations proc_pid_smaps_rollup_operations;
void task_mem(struct seq_file *m, struct mm_struct *mm);

/* mem.c */
extern const struct file_operations proc_pid_mem_operations;
loff_t mem_lseek(struct file *file, loff_t offset, int whence);

/* pagemap.c, page.c */
extern const struct file_operations proc_pagemap_operations;
void proc_page_init(void);

/* misc.c */
void proc_misc_init(void);

/* trace.c */
void proc_trace_init(struct proc_dir_entry *dir);

#endif /* KILBURN_FS_PROC_INTERNAL_H */
