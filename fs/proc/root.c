/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/root.c - /proc itself: static entries, processes, "self".
 *
 * In Linux: fs/proc/root.c, self.c, thread_self.c.
 */
#include "fs/dcache.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/sched.h"
#include "mm/slab.h"

#define FIRST_PROCESS_ENTRY 256 /* positions of processes: this plus the pid */

static int proc_root_lookup(struct inode *dir, struct dentry *dentry)
{
	int err = proc_lookup_de(&proc_root, dir, dentry);

	return err == -ENOENT ? proc_pid_lookup(dir, dentry) : err;
}

static int proc_root_readdir(struct file *file, struct dir_context *ctx)
{
	if (ctx->pos < FIRST_PROCESS_ENTRY) {
		if (!dir_emit_dots(file, ctx) ||
		    !proc_readdir_de(&proc_root, file, ctx))
			return 0;
		ctx->pos = FIRST_PROCESS_ENTRY;
	}
	ctx->pos -= FIRST_PROCESS_ENTRY;
	proc_pid_readdir(file, ctx);
	ctx->pos += FIRST_PROCESS_ENTRY;
	return 0;
}

static const struct inode_operations proc_root_inode_operations = {
	.lookup = proc_root_lookup,
};

static const struct file_operations proc_root_operations = {
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate = proc_root_readdir,
};

struct proc_dir_entry proc_root = {
	.name = "/proc",
	.mode = S_IFDIR | 0555,
	.ino = 1,
	.parent = &proc_root,
	.children = LIST_HEAD_INIT(proc_root.children),
	.iop = &proc_root_inode_operations,
	.fop = &proc_root_operations,
};

/* ---- self --------------------------------------------------------------- */

static char *self_get_link(struct dentry *dentry, struct inode *inode)
{
	char *name = kmalloc(12, GFP_KERNEL);

	if (!name)
		return ERR_PTR(-ENOMEM);
	snprintf(name, 12, "%d", current->tgid);
	return name;
}

static char *thread_self_get_link(struct dentry *dentry, struct inode *inode)
{
	char *name = kmalloc(32, GFP_KERNEL);

	if (!name)
		return ERR_PTR(-ENOMEM);
	snprintf(name, 32, "%d/task/%d", current->tgid, current->pid);
	return name;
}

static const struct inode_operations self_inode_operations = {
	.get_link = self_get_link,
};

static const struct inode_operations thread_self_inode_operations = {
	.get_link = thread_self_get_link,
};

static void make_self_link(const char *name, const struct inode_operations *iop)
{
	struct proc_dir_entry *pde = proc_symlink(name, &proc_root, "");

	if (pde)
		pde->iop = iop;
}

/* ---- mounting ----------------------------------------------------------- */

static struct super_block *proc_get_tree(struct file_system_type *type,
					 unsigned long flags, const char *data)
{
	struct super_block *sb = alloc_super(type);

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = PROC_SUPER_MAGIC;
	if (proc_fill_super(sb, &proc_root)) {
		free_super(sb);
		return ERR_PTR(-ENOMEM);
	}
	return sb;
}

static struct file_system_type proc_fs_type = {
	.name = "proc",
	.get_tree = proc_get_tree,
	.evict_inode = proc_evict_inode,
};

void init_proc_fs(void)
{
	make_self_link("self", &self_inode_operations);
	make_self_link("thread-self", &thread_self_inode_operations);
	proc_misc_init();
	register_filesystem(&proc_fs_type);
}
