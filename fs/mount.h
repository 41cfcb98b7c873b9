/* SPDX-License-Identifier: MIT */
/*
 * fs/mount.h - file systems, and where they are mounted.
 *
 * Unlike Linux, there are no bind mounts and no mount namespaces: a super
 * block is mounted in one place at most, so a dentry alone names a place in
 * the tree and struct path needs no struct vfsmount.
 *
 * In Linux: include/linux/fs.h, mount.h.
 */
#ifndef KILBURN_FS_MOUNT_H
#define KILBURN_FS_MOUNT_H

#include <asm/atomic.h>
#include "fs/fs.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct seq_file;
struct super_block;

struct file_system_type {
	const char *name;
	unsigned int fs_flags;
	/**
	 * @get_tree: make or find the super block; its s_root is set.
	 * ERR_PTR(-errno) on failure.
	 */
	struct super_block *(*get_tree)(struct file_system_type *type,
					unsigned long flags, const char *data);
	/** @show_options: what /proc/mounts adds to the mount flags. */
	void (*show_options)(struct seq_file *m, const struct super_block *sb);
	/** @evict_inode: the inode goes; free what i_private holds. */
	void (*evict_inode)(struct inode *inode);
	/** @kill_sb: the super block goes; free what s_fs_info holds. */
	void (*kill_sb)(struct super_block *sb);
	struct list_head fs_list;
};

#define FS_REQUIRES_DEV 1u
#define FS_SINGLE       2u /* one super block that outlives its mount */

struct super_block {
	struct file_system_type *s_type;
	dev_t s_dev;
	unsigned long s_magic;
	loff_t s_maxbytes;      /* no file of it is larger */
	unsigned long s_flags;  /* MS_*: of the mount */
	unsigned long s_iflags; /* SB_I_*: of the file system itself */
	struct dentry *s_root;
	struct dentry *s_mountpoint; /* s_root->d_lock; NULL: not mounted */
	struct list_head s_mounts;   /* in mount order; mount_mutex */
	char *s_devname;             /* first field of /proc/mounts */
	atomic64_t s_last_ino;
	/* tmpfs: its limit and use, in pages and inodes; 0 means no limit. */
	unsigned long s_max_blocks, s_max_inodes;
	atomic_long_t s_blocks, s_inodes;
	umode_t s_mode;
	void *s_fs_info;
};

#define SB_I_NOEXEC 2 /* nothing in it is a program */

#define MS_RDONLY      1
#define MS_NOSUID      2
#define MS_NODEV       4
#define MS_NOEXEC      8
#define MS_SYNCHRONOUS 16
#define MS_REMOUNT     32
#define MS_MANDLOCK    64
#define MS_DIRSYNC     128
#define MS_NOSYMFOLLOW 256
#define MS_NOATIME     1024
#define MS_NODIRATIME  2048
#define MS_BIND        4096
#define MS_MOVE        8192
#define MS_REC         16384
#define MS_SILENT      32768
#define MS_RELATIME    (1 << 21)
#define MS_STRICTATIME (1 << 24)
#define MS_LAZYTIME    (1 << 25)

#define MNT_FORCE       1
#define MNT_DETACH      2
#define MNT_EXPIRE      4
#define UMOUNT_NOFOLLOW 8

#define RAMFS_MAGIC      0x858458f6
#define TMPFS_MAGIC      0x01021994
#define PROC_SUPER_MAGIC 0x9fa0
#define SYSFS_MAGIC      0x62656572
#define DEBUGFS_MAGIC    0x64626720
#define PIPEFS_MAGIC     0x50495045

static inline bool sb_rdonly(const struct super_block *sb)
{
	return sb->s_flags & MS_RDONLY;
}

static inline bool sb_noexec(const struct super_block *sb)
{
	return (sb->s_flags & MS_NOEXEC) || (sb->s_iflags & SB_I_NOEXEC);
}

struct super_block *alloc_super(struct file_system_type *type);
void free_super(struct super_block *sb);
void register_filesystem(struct file_system_type *type);
struct super_block *kern_mount(struct file_system_type *type);
int path_mount(const char *dev_name, struct path *path, const char *type,
	       unsigned long flags, const char *data);
void show_mounts(struct seq_file *m);
void show_filesystems(struct seq_file *m);
bool path_noexec(const struct file *file);

#endif /* KILBURN_FS_MOUNT_H */
