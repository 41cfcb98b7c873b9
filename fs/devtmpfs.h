/* SPDX-License-Identifier: MIT */
/*
 * fs/devtmpfs.h - character devices and their nodes in /dev.
 *
 * In Linux: include/linux/cdev.h, drivers/base/devtmpfs.c.
 */
#ifndef KILBURN_FS_DEVTMPFS_H
#define KILBURN_FS_DEVTMPFS_H

#include "fs/fs.h"
#include "fs/stat.h"
#include "kernel/lib/types.h"

/**
 * register_chrdev_node() - make a character device known and visible.
 * @name: its name below /dev; may contain a directory ("input/event0")
 * @dev: MKDEV(major, minor)
 * @mode: permission bits of the node
 * @fop: what open(2) of the node, or of any node with @dev, gives
 *
 * @name and @fop must stay.  Call it before or after devtmpfs is mounted.
 *
 * Context: may sleep; after vfs_init().
 * Return: 0, -EBUSY if @dev is taken, -EEXIST if the name is, -ENOMEM.
 */
int register_chrdev_node(const char *name, dev_t dev, umode_t mode,
			 const struct file_operations *fop);

extern const struct file_operations def_chr_fops;

#endif /* KILBURN_FS_DEVTMPFS_H */
