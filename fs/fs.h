/* SPDX-License-Identifier: MIT */
/*
 * fs/fs.h - files as the rest of the kernel sees them.
 *
 *	fd ──► file ──► dentry ──► inode ──► address_space ──► struct page
 *
 * A file is one open(2): position and mode.  A dentry is a name in a
 * directory.  An inode is the object; its address_space is the object's cached
 * pages and the areas that map it.
 *
 * In Linux: include/linux/fs.h, dcache.h.
 */
#ifndef KILBURN_FS_FS_H
#define KILBURN_FS_FS_H

#include <asm/atomic.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/lib/xarray.h"
#include "kernel/mutex.h"
#include "kernel/rwsem.h"
#include "kernel/spinlock.h"
#include "kernel/time.h"
#include "mm/mm_types.h"

struct dentry;
struct file;
struct inode;
struct poll_table_struct;
struct super_block;
struct iovec;
struct kstat;
struct path;

/* The cached pages of an object, and the areas that map it. */
struct address_space {
	struct inode *host;
	struct xarray i_pages;   /* struct page by page offset */
	spinlock_t i_pages_lock; /* protects i_pages and nrpages */
	unsigned long nrpages;
	struct rb_root i_mmap; /* areas, an interval tree by vm_pgoff */
	struct rw_semaphore i_mmap_rwsem; /* protects i_mmap */
	/* Shared areas that are or may become writable; negative: none may. */
	atomic_t i_mmap_writable;
	const struct address_space_operations *a_ops;
};

/* One more area may write.  Return: 0; -EPERM: sealed. */
static inline int mapping_map_writable(struct address_space *mapping)
{
	int old = atomic_read(&mapping->i_mmap_writable);

	do {
		if (old < 0)
			return -EPERM;
	} while (!atomic_try_cmpxchg(&mapping->i_mmap_writable, &old, old + 1));
	return 0;
}

static inline void mapping_unmap_writable(struct address_space *mapping)
{
	atomic_dec(&mapping->i_mmap_writable);
}

/* No area may ever write.  Return: 0; -EBUSY: one may already. */
static inline int mapping_deny_writable(struct address_space *mapping)
{
	int old = atomic_read(&mapping->i_mmap_writable);

	do {
		if (old > 0)
			return -EBUSY;
	} while (!atomic_try_cmpxchg(&mapping->i_mmap_writable, &old, old - 1));
	return 0;
}

/* Undo mapping_deny_writable(), or count the copy of an area that may. */
static inline void mapping_allow_writable(struct address_space *mapping)
{
	atomic_inc(&mapping->i_mmap_writable);
}

struct address_space_operations {
	/** @read_folio: fill a locked page; unlocks it.  NULL: all zeros. */
	int (*read_folio)(struct file *file, struct page *page);
	/**
	 * @charge: @nr_pages more are about to be cached (or, if negative, were
	 * dropped): 0 or -ENOSPC.  NULL: no limit.
	 */
	int (*charge)(struct inode *inode, long nr_pages);
	/** @swapbacked: counted as shared memory, not as file pages. */
	bool swapbacked;
};

struct inode_operations {
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	int (*create)(struct inode *dir, struct dentry *dentry, umode_t mode);
	int (*link)(struct dentry *old, struct inode *dir, struct dentry *new);
	int (*unlink)(struct inode *dir, struct dentry *dentry);
	int (*symlink)(struct inode *dir, struct dentry *dentry,
		       const char *target);
	int (*mkdir)(struct inode *dir, struct dentry *dentry, umode_t mode);
	int (*rmdir)(struct inode *dir, struct dentry *dentry);
	int (*mknod)(struct inode *dir, struct dentry *dentry, umode_t mode,
		     dev_t rdev);
	int (*rename)(struct inode *old_dir, struct dentry *old,
		      struct inode *new_dir, struct dentry *new,
		      unsigned int flags);
	/** @get_link: the target of a symbolic link, kmalloc()ed, or ERR_PTR. */
	char *(*get_link)(struct dentry *dentry, struct inode *inode);
	/** @jump_link: a /proc link that is the object itself: fd, exe, cwd. */
	int (*jump_link)(struct inode *inode, struct path *path);
	int (*setattr_size)(struct inode *inode, loff_t size);
};

struct inode {
	umode_t i_mode;
	unsigned int i_nlink;
	uid_t i_uid;
	gid_t i_gid;
	dev_t i_rdev;
	ino_t i_ino;
	loff_t i_size; /* bytes; i_rwsem for writers */
	struct timespec64 i_atime, i_mtime, i_ctime;
	struct super_block *i_sb;
	const struct inode_operations *i_op;
	const struct file_operations *i_fop;
	struct address_space *i_mapping; /* usually &i_data */
	struct address_space i_data;
	struct rw_semaphore i_rwsem; /* directory entries, size, writes */
	atomic_t i_count;
	atomic_t i_writecount; /* > 0: writers; < 0: runs as a program */
	unsigned int i_seals;  /* F_SEAL_*; i_rwsem */
	atomic64_t i_sequence; /* never given twice; 0: nobody asked yet */
	void *i_private;
};

struct dir_context;

struct file_operations {
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count,
			loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos);
	/** @writev: one write of several pieces; NULL: a @write for each. */
	ssize_t (*writev)(struct file *file, const struct iovec *iov,
			  unsigned long nr_segs, loff_t *pos);
	int (*iterate)(struct file *file, struct dir_context *ctx);
	unsigned int (*poll)(struct file *file, struct poll_table_struct *pt);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd,
			       unsigned long arg);
	/**
	 * @mmap: set vma->vm_ops and flags, or map frames now.  mmap_lock held
	 * for write; 0 or -errno.
	 */
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
	long (*fallocate)(struct file *file, int mode, loff_t offset,
			  loff_t len);
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct dentry *f_dentry; /* NULL for pipes and the like */
	struct inode *f_inode;
	struct address_space *f_mapping;
	const struct file_operations *f_op;
	unsigned int f_flags; /* O_* as given to open(2) */
	fmode_t f_mode;       /* FMODE_* */
	loff_t f_pos;
	struct mutex f_pos_lock;
	atomic_long_t f_count;
	void *private_data;
};

/* The largest offset of a file, and that of a file system with small ones. */
#define MAX_LFS_FILESIZE ((loff_t)0x7fffffffffffffffLL)
#define MAX_NON_LFS      ((loff_t)0x7fffffffLL)

#define FMODE_READ            0x1u
#define FMODE_WRITE           0x2u
#define FMODE_LSEEK           0x4u
#define FMODE_PREAD           0x8u
#define FMODE_PWRITE          0x10u
#define FMODE_EXEC            0x20u
#define FMODE_UNSIGNED_OFFSET 0x2000u /* offsets up to 2^64: /dev/mem */
#define FMODE_PATH            0x4000u
#define FMODE_ATOMIC_POS      0x8000u  /* f_pos_lock covers read and write */
#define FMODE_WRITER          0x10000u /* counted in i_writecount */

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline struct file *get_file(struct file *file)
{
	atomic_long_inc(&file->f_count);
	return file;
}

void fput(struct file *file);       /* may sleep */
struct file *fget(unsigned int fd); /* current's table; NULL */
struct file *filp_open(const char *name, int flags, umode_t mode);
long vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len);
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count,
		     loff_t *pos);

/* ---- read_write.c: ->llseek() and ->open() for most needs --------------- */

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);

/* The same for a file of @size bytes that may grow to @maxsize. */
loff_t generic_file_llseek_size(struct file *file, loff_t offset, int whence,
				loff_t maxsize, loff_t size);
loff_t default_llseek(struct file *file, loff_t offset, int whence);

/* An fsync that has nothing to do: what was stored is where it belongs. */
int noop_fsync(struct file *file, loff_t start, loff_t end, int datasync);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence,
			 loff_t size);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);

/* Fill @buf from its end with the absolute path; ERR_PTR(-ENAMETOOLONG). */
char *d_path(const struct dentry *dentry, char *buf, int buflen);
char *file_path(struct file *file, char *buf, int buflen);

/* mm/filemap.c serves these for any file whose pages are in the page cache. */
int generic_file_mmap(struct file *file, struct vm_area_struct *vma);
void address_space_init_once(struct address_space *mapping);

#endif /* KILBURN_FS_FS_H */
