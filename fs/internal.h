/* SPDX-License-Identifier: MIT */
/*
 * fs/internal.h - what the files of fs/ share among themselves.
 */
#ifndef KILBURN_FS_INTERNAL_H
#define KILBURN_FS_INTERNAL_H

#include "fs/dcache.h"
#include "fs/fs.h"
#include "fs/namei.h"
#include "kernel/lib/types.h"

/* ---- file_table.c, file.c ----------------------------------------------- */

struct file *alloc_empty_file(int flags);
void file_free(struct file *file);
void file_set_fops(struct file *file, const struct file_operations *fop);

int alloc_fd(unsigned int start, unsigned int end, unsigned int flags);
bool get_close_on_exec(unsigned int fd);
void set_close_on_exec(unsigned int fd, unsigned int flags);
int next_task_fd(struct task_struct *task, unsigned int fd);

/* ---- namei.c, namei_modify.c -------------------------------------------- */

/* How the last component of a path looks. */
enum last_type { LAST_NORM, LAST_ROOT, LAST_DOT, LAST_DOTDOT };

/* A walk along a path. */
struct nameidata {
	struct dentry *dentry; /* where it is, with a reference */
	const char *name;      /* what is left of the path */
	char *buf;             /* owns @name after a link was followed */
	unsigned int links;    /* followed so far */
	struct qstr last;      /* walks to the parent: the name in it */
	enum last_type last_type;
	bool last_slash; /* @last is followed by a slash */
};

int path_start(struct nameidata *nd, int dfd, struct filename *name,
	       unsigned int flags);
int path_walk_parent(struct nameidata *nd);
int path_follow_link(struct nameidata *nd, struct dentry *link,
		     const char *rest);
void path_end(struct nameidata *nd);
struct dentry *lookup_locked(struct dentry *dir, const struct qstr *name);
struct dentry *cross_mounts(struct dentry *dentry);
int filename_parentat(int dfd, struct filename *name, struct nameidata *nd);
int may_create(struct inode *dir);

/* ---- open.c ------------------------------------------------------------- */

int do_truncate(struct inode *inode, loff_t length);
int do_dentry_open(struct file *file, struct dentry *dentry);

/* ---- read_write.c ------------------------------------------------------- */

#define MAX_RW_COUNT (INT_MAX & PAGE_MASK)

/* ---- stat.c ------------------------------------------------------------- */

struct kstat;
void vfs_getattr(struct inode *inode, struct kstat *stat);

/* ---- starting up: vfs_init() calls them in this order ------------------- */

void file_table_init(void);
void namei_init(void);
struct super_block *init_ramfs_fs(void); /* the root */
void mount_root(struct super_block *sb);
void init_devtmpfs(void);
void init_pipe_fs(void);
void init_proc_fs(void);
void init_sysfs(void);
void init_debugfs(void);

#endif /* KILBURN_FS_INTERNAL_H */
