/* SPDX-License-Identifier: MIT */
/*
 * fs/debugfs.h - files of /sys/kernel/debug that a driver offers.
 *
 * Add them with the calls of fs/proc/proc_fs.h below this root.
 *
 * In Linux: include/linux/debugfs.h.
 */
#ifndef KILBURN_FS_DEBUGFS_H
#define KILBURN_FS_DEBUGFS_H

#include "fs/proc/proc_fs.h"

extern struct proc_dir_entry debugfs_root;

#endif /* KILBURN_FS_DEBUGFS_H */
