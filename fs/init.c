/* SPDX-License-Identifier: MIT */
/*
 * fs/init.c - how the file systems come up.
 */
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/init.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"

void vfs_init(void)
{
	struct super_block *root;

	dcache_init();
	inode_init();
	file_table_init();
	files_init();
	namei_init();
	root = init_ramfs_fs();
	mount_root(root);
	init_devtmpfs();
	init_pipe_fs();
	init_proc_fs();
	init_sysfs();
	init_debugfs();
}
