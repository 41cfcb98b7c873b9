/* SPDX-License-Identifier: MIT */
/*
 * fs/ramfs.h - files that live in the page cache and nowhere else.
 *
 * In Linux: include/linux/ramfs.h, shmem_fs.h.
 */
#ifndef KILBURN_FS_RAMFS_H
#define KILBURN_FS_RAMFS_H

#include "fs/fs.h"
#include "fs/mount.h"
#include "kernel/lib/types.h"

/* The tmpfs of memfd and shared anonymous memory: device 00:01, no names. */
extern struct super_block *shm_sb;

/**
 * ramfs_get_inode() - make an inode of any type.
 * @sb: a ramfs, tmpfs or devtmpfs, or shm_sb
 * @dir: directory it will be in (owner and set-group-ID rule), or NULL
 * @mode: type and permission bits
 * @dev: for device nodes
 *
 * Return: an inode with i_count 1 and i_nlink 1 (2 for a directory); NULL: no
 * memory, or the file system has no inode left.
 */
struct inode *ramfs_get_inode(struct super_block *sb, const struct inode *dir,
			      umode_t mode, dev_t dev);

extern const struct file_operations ramfs_file_operations;
extern const struct inode_operations ramfs_file_inode_operations;

/* Give a super block an empty root directory; -ENOMEM. */
int ramfs_fill_super(struct super_block *sb);

/* Options of tmpfs and devtmpfs: size=, nr_blocks=, nr_inodes=, mode=, ... */
int tmpfs_parse_options(struct super_block *sb, const char *data);
void tmpfs_show_options(struct seq_file *m, const struct super_block *sb);
void ramfs_evict_inode(struct inode *inode);

#endif /* KILBURN_FS_RAMFS_H */
