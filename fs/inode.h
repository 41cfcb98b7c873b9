/* SPDX-License-Identifier: MIT */
/*
 * fs/inode.h - the life of an inode.
 *
 * In Linux: include/linux/fs.h.
 */
#ifndef KILBURN_FS_INODE_H
#define KILBURN_FS_INODE_H

#include "fs/fs.h"
#include "fs/stat.h"
#include "kernel/lib/types.h"
#include "kernel/time.h"

/**
 * new_inode() - make an inode with the next number of its file system.
 * @sb: the file system
 *
 * Times are now, owner is root, i_nlink is 1; type, i_op and i_fop are the
 * caller's.
 *
 * Return: i_count 1; NULL if there is no memory.
 */
struct inode *new_inode(struct super_block *sb);
void iput(struct inode *inode);

static inline void ihold(struct inode *inode)
{
	atomic_inc(&inode->i_count);
}

/* Owner and mode of a new object in @dir (may be NULL), by current. */
void inode_init_owner(struct inode *inode, const struct inode *dir,
		      umode_t mode);

static inline void inode_lock(struct inode *inode) __acquires(&inode->i_rwsem)
{
	down_write(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode) __releases(&inode->i_rwsem)
{
	up_write(&inode->i_rwsem);
}

static inline void inode_lock_shared(struct inode *inode)
	__acquires_shared(&inode->i_rwsem)
{
	down_read(&inode->i_rwsem);
}

static inline void inode_unlock_shared(struct inode *inode)
	__releases_shared(&inode->i_rwsem)
{
	up_read(&inode->i_rwsem);
}

static inline struct timespec64 current_time(void)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	return now;
}

/* What a write, and what a change of anything else, does to the times. */
static inline void inode_update_mtime(struct inode *inode)
{
	inode->i_mtime = inode->i_ctime = current_time();
}

static inline void inode_update_ctime(struct inode *inode)
{
	inode->i_ctime = current_time();
}

void file_accessed(struct file *file);

/*
 * A file is written to, or runs as a program, never both: -ETXTBSY.  The
 * loader denies for as long as mm->exe_file is the file.
 */
int get_write_access(struct inode *inode);
void put_write_access(struct inode *inode);
int deny_write_access(struct file *file);
void allow_write_access(struct file *file);

void inode_init(void);

#endif /* KILBURN_FS_INODE_H */
