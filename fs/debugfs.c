/* SPDX-License-Identifier: MIT */
/*
 * fs/debugfs.c - debugfs: what drivers show to those who look inside.
 *
 * As /sys it is the tree of fs/proc/generic.c with another root.  It is there
 * to be mounted on /sys/kernel/debug; nothing here does so by itself.
 *
 * In Linux: fs/debugfs/.
 */
#include "fs/debugfs.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"

struct proc_dir_entry debugfs_root = {
	.name = "/debug",
	.mode = S_IFDIR | 0700,
	.ino = 1,
	.parent = &debugfs_root,
	.children = LIST_HEAD_INIT(debugfs_root.children),
};

static struct super_block *debugfs_get_tree(struct file_system_type *type,
					    unsigned long flags,
					    const char *data)
{
	struct super_block *sb = alloc_super(type);

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = DEBUGFS_MAGIC;
	if (proc_fill_super(sb, &debugfs_root)) {
		free_super(sb);
		return ERR_PTR(-ENOMEM);
	}
	return sb;
}

static struct file_system_type debugfs_fs_type = {
	.name = "debugfs",
	.get_tree = debugfs_get_tree,
	.evict_inode = proc_evict_inode,
};

void init_debugfs(void)
{
	struct proc_dir_entry *dir = proc_mkdir("kernel", &sysfs_root);

	if (dir)
		proc_mkdir("debug", dir);
	register_filesystem(&debugfs_fs_type);
}
