/* SPDX-License-Identifier: MIT */
/*
 * fs/stat.c - what is known about a file: stat, statx, readlink, statfs.
 *
 * In Linux: fs/stat.c, statfs.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/syscalls.h"
#include "mm/slab.h"

/* ---- stat --------------------------------------------------------------- */

/* struct stat of the x86-64 ABI. */
struct user_stat {
	u64 st_dev;
	u64 st_ino;
	u64 st_nlink;
	u32 st_mode;
	u32 st_uid;
	u32 st_gid;
	u32 pad0;
	u64 st_rdev;
	s64 st_size;
	s64 st_blksize;
	s64 st_blocks;
	u64 st_atime, st_atime_nsec;
	u64 st_mtime, st_mtime_nsec;
	u64 st_ctime, st_ctime_nsec;
	s64 unused[3];
};

_Static_assert(sizeof(struct user_stat) == 144, "struct stat is ABI");

void vfs_getattr(struct inode *inode, struct kstat *stat)
{
	*stat = (struct kstat){
		.ino = inode->i_ino,
		.dev = inode->i_sb->s_dev,
		.mode = inode->i_mode,
		.nlink = inode->i_nlink,
		.uid = inode->i_uid,
		.gid = inode->i_gid,
		.rdev = inode->i_rdev,
		.size = inode->i_size,
		.blocks = inode->i_data.nrpages * (PAGE_SIZE / 512),
		.blksize = PAGE_SIZE,
		.atime = inode->i_atime,
		.mtime = inode->i_mtime,
		.ctime = inode->i_ctime,
	};
}

static int cp_new_stat(const struct kstat *stat, void __user *ubuf)
{
	struct user_stat st = {
		.st_dev = new_encode_dev(stat->dev),
		.st_ino = stat->ino,
		.st_nlink = stat->nlink,
		.st_mode = stat->mode,
		.st_uid = stat->uid,
		.st_gid = stat->gid,
		.st_rdev = new_encode_dev(stat->rdev),
		.st_size = stat->size,
		.st_blksize = stat->blksize,
		.st_blocks = stat->blocks,
		.st_atime = stat->atime.tv_sec,
		.st_atime_nsec = stat->atime.tv_nsec,
		.st_mtime = stat->mtime.tv_sec,
		.st_mtime_nsec = stat->mtime.tv_nsec,
		.st_ctime = stat->ctime.tv_sec,
		.st_ctime_nsec = stat->ctime.tv_nsec,
	};

	return copy_to_user(ubuf, &st, sizeof(st)) ? -EFAULT : 0;
}

static int vfs_fstat(int fd, struct kstat *stat)
{
	struct fd f = fdget_raw(fd);

	if (!f.file)
		return -EBADF;
	vfs_getattr(f.file->f_inode, stat);
	fdput(f);
	return 0;
}

static int vfs_fstatat(int dfd, const char __user *name, int flags,
		       struct kstat *stat)
{
	struct path path;
	char first;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT |
		      AT_STATX_SYNC_TYPE))
		return -EINVAL;
	/* fstat() of libc: no path to look up. */
	if (flags & AT_EMPTY_PATH && dfd >= 0 && !get_user(first, name) &&
	    !first)
		return vfs_fstat(dfd, stat);
	err = user_path_at(dfd, name, at_lookup_flags(flags), &path);
	if (err)
		return err;
	vfs_getattr(path.dentry->d_inode, stat);
	path_put(&path);
	return 0;
}

static int do_stat(int dfd, const char __user *name, void __user *ubuf,
		   int flags)
{
	struct kstat stat;
	int err = vfs_fstatat(dfd, name, flags, &stat);

	return err ? err : cp_new_stat(&stat, ubuf);
}

SYSCALL_DEFINE2(stat, const char __user *, name, void __user *, ubuf)
{
	return do_stat(AT_FDCWD, name, ubuf, 0);
}

SYSCALL_DEFINE2(lstat, const char __user *, name, void __user *, ubuf)
{
	return do_stat(AT_FDCWD, name, ubuf, AT_SYMLINK_NOFOLLOW);
}

SYSCALL_DEFINE4(newfstatat, int, dfd, const char __user *, name, void __user *,
		ubuf, int, flags)
{
	return do_stat(dfd, name, ubuf, flags);
}

SYSCALL_DEFINE2(fstat, unsigned int, fd, void __user *, ubuf)
{
	struct kstat stat;
	int err = vfs_fstat(fd, &stat);

	return err ? err : cp_new_stat(&stat, ubuf);
}

/* ---- statx -------------------------------------------------------------- */

struct user_statx_timestamp {
	s64 tv_sec;
	u32 tv_nsec;
	s32 reserved;
};

struct user_statx {
	u32 stx_mask;
	u32 stx_blksize;
	u64 stx_attributes;
	u32 stx_nlink;
	u32 stx_uid;
	u32 stx_gid;
	u16 stx_mode;
	u16 spare0;
	u64 stx_ino;
	u64 stx_size;
	u64 stx_blocks;
	u64 stx_attributes_mask;
	struct user_statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
	u32 stx_rdev_major, stx_rdev_minor;
	u32 stx_dev_major, stx_dev_minor;
	u64 spare1[14];
};

_Static_assert(sizeof(struct user_statx) == 256, "struct statx is ABI");

#define STATX_BASIC_STATS 0x7ffu
#define STATX_RESERVED    0x80000000u

static struct user_statx_timestamp statx_time(const struct timespec64 *t)
{
	return (struct user_statx_timestamp){ .tv_sec = t->tv_sec,
					      .tv_nsec = t->tv_nsec };
}

static int cp_statx(const struct kstat *stat, void __user *ubuf)
{
	struct user_statx stx = {
		.stx_mask = STATX_BASIC_STATS,
		.stx_blksize = stat->blksize,
		.stx_nlink = stat->nlink,
		.stx_uid = stat->uid,
		.stx_gid = stat->gid,
		.stx_mode = stat->mode,
		.stx_ino = stat->ino,
		.stx_size = stat->size,
		.stx_blocks = stat->blocks,
		.stx_atime = statx_time(&stat->atime),
		.stx_ctime = statx_time(&stat->ctime),
		.stx_mtime = statx_time(&stat->mtime),
		.stx_rdev_major = MAJOR(stat->rdev),
		.stx_rdev_minor = MINOR(stat->rdev),
		.stx_dev_major = MAJOR(stat->dev),
		.stx_dev_minor = MINOR(stat->dev),
	};

	return copy_to_user(ubuf, &stx, sizeof(stx)) ? -EFAULT : 0;
}

SYSCALL_DEFINE5(statx, int, dfd, const char __user *, name, int, flags,
		unsigned int, mask, void __user *, ubuf)
{
	struct kstat stat;
	int err;

	if (mask & STATX_RESERVED ||
	    (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	err = vfs_fstatat(dfd, name, flags, &stat);
	return err ? err : cp_statx(&stat, ubuf);
}

/* ---- readlink ----------------------------------------------------------- */

static long readlink_copy(struct dentry *dentry, char __user *ubuf, int bufsiz)
{
	struct inode *inode = dentry->d_inode;
	char *target = inode->i_op->get_link(dentry, inode);
	long len;

	if (IS_ERR(target))
		return PTR_ERR(target);
	len = min_t(size_t, strlen(target), bufsiz);
	if (copy_to_user(ubuf, target, len))
		len = -EFAULT;
	kfree(target);
	return len;
}

static long do_readlinkat(int dfd, const char __user *uname, char __user *ubuf,
			  int bufsiz)
{
	struct filename *name;
	struct path path;
	long ret;

	if (bufsiz <= 0)
		return -EINVAL;
	name = getname_flags(uname, LOOKUP_EMPTY);
	ret = filename_lookup(dfd, name, LOOKUP_EMPTY, &path);
	if (!ret) {
		if (S_ISLNK(path.dentry->d_inode->i_mode))
			ret = readlink_copy(path.dentry, ubuf, bufsiz);
		else
			ret = *name->name ? -EINVAL : -ENOENT;
		path_put(&path);
	}
	putname(name);
	return ret;
}

SYSCALL_DEFINE3(readlink, const char __user *, name, char __user *, buf, int,
		bufsiz)
{
	return do_readlinkat(AT_FDCWD, name, buf, bufsiz);
}

SYSCALL_DEFINE4(readlinkat, int, dfd, const char __user *, name, char __user *,
		buf, int, bufsiz)
{
	return do_readlinkat(dfd, name, buf, bufsiz);
}

/* ---- statfs ------------------------------------------------------------- */

struct user_statfs {
	s64 f_type;
	s64 f_bsize;
	u64 f_blocks;
	u64 f_bfree;
	u64 f_bavail;
	u64 f_files;
	u64 f_ffree;
	s32 f_fsid[2];
	s64 f_namelen;
	s64 f_frsize;
	s64 f_flags;
	s64 spare[4];
};

_Static_assert(sizeof(struct user_statfs) == 120, "struct statfs is ABI");

#define ST_VALID    0x0020
#define ST_RELATIME 0x1000

static int vfs_statfs(struct super_block *sb, void __user *ubuf)
{
	struct user_statfs st = {
		.f_type = sb->s_magic,
		.f_bsize = PAGE_SIZE,
		.f_frsize = PAGE_SIZE,
		.f_namelen = NAME_MAX,
		.f_flags = ST_VALID | ST_RELATIME | (sb->s_flags & 15),
	};

	if (sb->s_max_blocks) {
		st.f_blocks = sb->s_max_blocks;
		st.f_bfree = st.f_blocks - atomic_long_read(&sb->s_blocks);
		st.f_bavail = st.f_bfree;
	}
	if (sb->s_max_inodes) {
		st.f_files = sb->s_max_inodes;
		st.f_ffree = st.f_files - atomic_long_read(&sb->s_inodes);
	}
	return copy_to_user(ubuf, &st, sizeof(st)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(statfs, const char __user *, name, void __user *, ubuf)
{
	struct path path;
	int err = user_path_at(AT_FDCWD, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = vfs_statfs(path.dentry->d_sb, ubuf);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE2(fstatfs, unsigned int, fd, void __user *, ubuf)
{
	struct fd f = fdget_raw(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = vfs_statfs(f.file->f_inode->i_sb, ubuf);
	fdput(f);
	return err;
}
