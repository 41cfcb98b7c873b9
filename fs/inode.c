/* SPDX-License-Identifier: MIT */
/*
 * fs/inode.c - the life of an inode.
 *
 * Nobody looks an inode up by number: a dentry or an open pipe holds it, and
 * it goes with the last of them, its cached pages before it.
 *
 * In Linux: fs/inode.c.
 */
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "fs/inode.h"
#include "fs/mount.h"
#include "fs/pipe.h"
#include "fs/ramfs.h"
#include "kernel/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/pagemap.h"
#include "mm/slab.h"

static struct kmem_cache *inode_cachep;

/* So that nobody need ask whether an inode has operations at all. */
static const struct inode_operations empty_iops;

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = kmem_cache_zalloc(inode_cachep, GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->i_nlink = 1;
	inode->i_ino = atomic64_inc_return(&sb->s_last_ino);
	inode->i_sb = sb;
	inode->i_op = &empty_iops;
	inode->i_atime = inode->i_mtime = inode->i_ctime = current_time();
	init_rwsem(&inode->i_rwsem);
	atomic_set(&inode->i_count, 1);
	address_space_init_once(&inode->i_data);
	inode->i_data.host = inode;
	inode->i_mapping = &inode->i_data;
	return inode;
}

void iput(struct inode *inode)
{
	if (!inode || !atomic_dec_and_test(&inode->i_count))
		return;

	VM_BUG_ON(inode->i_mapping != &inode->i_data);
	if (S_ISREG(inode->i_mode) || S_ISLNK(inode->i_mode))
		truncate_inode_pages_range(&inode->i_data, 0, -1);
	if (inode->i_sb->s_type->evict_inode)
		inode->i_sb->s_type->evict_inode(inode);
	kmem_cache_free(inode_cachep, inode);
}

void inode_init_owner(struct inode *inode, const struct inode *dir,
		      umode_t mode)
{
	inode->i_uid = current->fsuid;
	if (dir && dir->i_mode & S_ISGID) {
		inode->i_gid = dir->i_gid;
		if (S_ISDIR(mode))
			mode |= S_ISGID;
	} else {
		inode->i_gid = current->fsgid;
	}
	inode->i_mode = mode;
}

/*
 * As Linux's relatime: the time of reading is kept only as well as "was it
 * read since it was written", which costs nothing in a loop of reads.
 */
void file_accessed(struct file *file)
{
	struct inode *inode = file_inode(file);
	const struct timespec64 *a = &inode->i_atime, *m = &inode->i_mtime;

	if (likely(a->tv_sec > m->tv_sec ||
		   (a->tv_sec == m->tv_sec && a->tv_nsec > m->tv_nsec)))
		return;
	if (file->f_flags & O_NOATIME ||
	    inode->i_sb->s_flags & (MS_NOATIME | MS_RDONLY))
		return;
	inode->i_atime = current_time();
}

int get_write_access(struct inode *inode)
{
	int old = atomic_read(&inode->i_writecount);

	do {
		if (old < 0)
			return -ETXTBSY;
	} while (!atomic_try_cmpxchg(&inode->i_writecount, &old, old + 1));
	return 0;
}

void put_write_access(struct inode *inode)
{
	atomic_dec(&inode->i_writecount);
}

int deny_write_access(struct file *file)
{
	struct inode *inode = file_inode(file);
	int old = atomic_read(&inode->i_writecount);

	do {
		if (old > 0)
			return -ETXTBSY;
	} while (!atomic_try_cmpxchg(&inode->i_writecount, &old, old - 1));
	return 0;
}

void allow_write_access(struct file *file)
{
	atomic_inc(&file_inode(file)->i_writecount);
}

void inode_init(void)
{
	inode_cachep = KMEM_CACHE(inode, SLAB_PANIC);
}
