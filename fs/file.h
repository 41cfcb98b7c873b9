/* SPDX-License-Identifier: MIT */
/*
 * fs/file.h - descriptors: the table of open files, and how it is read.
 *
 * A table that one task alone uses needs no lock and no reference to be read:
 * only that task could close the file, and it is busy with this call.  That is
 * what fdget() exploits; fdput() knows whether it did.
 *
 * In Linux: include/linux/file.h, fdtable.h, fs_struct.h.
 */
#ifndef KILBURN_FS_FILE_H
#define KILBURN_FS_FILE_H

#include <asm/atomic.h>
#include "fs/fs.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"

#define NR_OPEN_DEFAULT 64
#define NR_OPEN_MAX     (1U << 20) /* fs.nr_open */

struct files_struct {
	atomic_t count;       /* tasks that share it */
	spinlock_t file_lock; /* protects all below against other tasks */
	unsigned int max_fds; /* a multiple of 64 */
	unsigned int next_fd; /* no free descriptor is lower */
	struct file **fd;
	unsigned long *open_fds; /* bit sets, max_fds long */
	unsigned long *close_on_exec;
	struct file *fd_array[NR_OPEN_DEFAULT];
	unsigned long open_fds_init[1];
	unsigned long close_on_exec_init[1];
};

struct fs_struct {
	atomic_t users;
	spinlock_t lock; /* protects the rest */
	int umask;
	struct path root, pwd;
};

struct fd {
	struct file *file; /* NULL: not open */
	bool need_put;
	bool pos_locked; /* fdget_pos() took f_pos_lock */
};

struct file *fget_raw(unsigned int fd); /* O_PATH files as well */
struct file *fget_task(struct task_struct *task, unsigned int fd);

static inline struct file *files_lookup_unlocked(struct files_struct *files,
						 unsigned int fd)
{
	return fd < files->max_fds ? files->fd[fd] : NULL;
}

static inline struct fd fdget_raw(unsigned int fd)
{
	struct files_struct *files = current->files;

	if (likely(atomic_read(&files->count) == 1))
		return (struct fd){ .file = files_lookup_unlocked(files, fd) };
	return (struct fd){ .file = fget_raw(fd), .need_put = true };
}

static inline void fdput(struct fd f)
{
	if (unlikely(f.need_put) && f.file)
		fput(f.file);
}

/* As fdget_raw(), but a file opened with O_PATH counts as not open. */
static inline struct fd fdget(unsigned int fd)
{
	struct fd f = fdget_raw(fd);

	if (likely(f.file) && unlikely(f.file->f_mode & FMODE_PATH)) {
		fdput(f);
		f.file = NULL;
	}
	return f;
}

/* Reserve the lowest free descriptor; fill it with fd_install(). */
int get_unused_fd_flags(unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file); /* takes the reference */
int close_fd(unsigned int fd);
int replace_fd(unsigned int fd, struct file *file, unsigned int flags);

struct file *alloc_file(struct inode *inode, int flags,
			const struct file_operations *fop);
struct file *alloc_file_pseudo(struct inode *inode, const char *name, int flags,
			       const struct file_operations *fop);

/* ---- clone, exec and exit ----------------------------------------------- */

int copy_files(unsigned long clone_flags, struct task_struct *tsk);
void exit_files(struct task_struct *tsk);
int unshare_files(void); /* before exec: a table of current's own */
void do_close_on_exec(struct files_struct *files);
struct files_struct *get_files_struct(struct task_struct *task);
void put_files_struct(struct files_struct *files);

int copy_fs(unsigned long clone_flags, struct task_struct *tsk);
void exit_fs(struct task_struct *tsk);
void get_fs_root(struct fs_struct *fs, struct path *root);
void get_fs_pwd(struct fs_struct *fs, struct path *pwd);
void set_fs_root(struct fs_struct *fs, const struct path *path);
void set_fs_pwd(struct fs_struct *fs, const struct path *path);

extern struct files_struct init_files;
extern struct fs_struct init_fs;

static inline int current_umask(void)
{
	return READ_ONCE(current->fs->umask);
}

void files_init(void);

#endif /* KILBURN_FS_FILE_H */
