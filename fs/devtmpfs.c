/* SPDX-License-Identifier: MIT */
/*
 * fs/devtmpfs.c - character devices and their nodes in /dev.
 *
 * devtmpfs is one tmpfs that exists from boot on: drivers make their nodes in
 * it whether or not it is mounted.  A node is only a name for a number; what
 * open(2) calls is found by the number, so a node made with mknod(2) elsewhere
 * works as well.
 *
 * In Linux: drivers/base/devtmpfs.c, fs/char_dev.c.
 */
#include "fs/dcache.h"
#include "fs/devtmpfs.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/ramfs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"

struct chrdev {
	dev_t dev;
	const struct file_operations *fop;
	struct list_head list;
};

static LIST_HEAD(chrdevs);
static DEFINE_MUTEX(chrdevs_lock);
static struct super_block *devtmpfs_sb;

/* ---- devices by number -------------------------------------------------- */

static const struct file_operations *chrdev_find(dev_t dev)
{
	const struct file_operations *fop = NULL;
	struct chrdev *c;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry (c, &chrdevs, list) {
		if (c->dev == dev) {
			fop = c->fop;
			break;
		}
	}
	mutex_unlock(&chrdevs_lock);
	return fop;
}

static int chrdev_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fop = chrdev_find(inode->i_rdev);

	if (!fop)
		return -ENXIO;
	file_set_fops(file, fop);
	return fop->open ? fop->open(inode, file) : 0;
}

const struct file_operations def_chr_fops = {
	.open = chrdev_open,
};

static int chrdev_add(dev_t dev, const struct file_operations *fop)
{
	struct chrdev *c, *new = kmalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->dev = dev;
	new->fop = fop;
	mutex_lock(&chrdevs_lock);
	list_for_each_entry (c, &chrdevs, list) {
		if (c->dev == dev) {
			mutex_unlock(&chrdevs_lock);
			kfree(new);
			return -EBUSY;
		}
	}
	list_add_tail(&new->list, &chrdevs);
	mutex_unlock(&chrdevs_lock);
	return 0;
}

/* ---- nodes -------------------------------------------------------------- */

/* Find @name in @dir, or make it.  Return: with a reference. */
static struct dentry *devtmpfs_node(struct dentry *dir, const struct qstr *name,
				    umode_t mode, dev_t dev)
{
	struct inode *inode = dir->d_inode;
	struct dentry *dentry;
	int err = -EEXIST;

	inode_lock(inode);
	dentry = d_lookup(dir, name);
	if (dentry && S_ISDIR(mode))
		goto out;
	if (dentry)
		goto fail;
	err = -ENOMEM;
	dentry = d_alloc(dir, name);
	if (dentry)
		err = inode->i_op->mknod(inode, dentry, mode, dev);
	if (!err)
		goto out;
fail:
	dput(dentry);
	dentry = ERR_PTR(err);
out:
	inode_unlock(inode);
	return dentry;
}

int register_chrdev_node(const char *name, dev_t dev, umode_t mode,
			 const struct file_operations *fop)
{
	struct dentry *dir = dget(devtmpfs_sb->s_root), *dentry;
	struct qstr part;
	const char *slash;
	int err = chrdev_add(dev, fop);

	while (!err && (slash = strchr(name, '/'))) {
		part.name = name;
		part.len = slash - name;
		part.hash = full_name_hash(name, part.len);
		dentry = devtmpfs_node(dir, &part, S_IFDIR | 0755, 0);
		name = slash + 1;
		err = PTR_ERR_OR_ZERO(dentry);
		if (!err) {
			dput(dir);
			dir = dentry;
		}
	}
	if (!err) {
		part = qstr_of(name);
		dentry = devtmpfs_node(dir, &part, S_IFCHR | mode, dev);
		err = PTR_ERR_OR_ZERO(dentry);
		if (!err)
			dput(dentry);
	}
	dput(dir);
	return err;
}

/* ---- the file system ---------------------------------------------------- */

static struct super_block *devtmpfs_get_tree(struct file_system_type *type,
					     unsigned long flags,
					     const char *data)
{
	struct super_block *sb = devtmpfs_sb;
	int err;

	if (sb)
		return sb->s_mountpoint ? ERR_PTR(-EBUSY) : sb;
	sb = alloc_super(type);
	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = TMPFS_MAGIC;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	err = tmpfs_parse_options(sb, data);
	sb->s_mode = 0755;
	if (!err)
		err = ramfs_fill_super(sb);
	if (err) {
		free_super(sb);
		return ERR_PTR(err);
	}
	return sb;
}

static struct file_system_type devtmpfs_fs_type = {
	.name = "devtmpfs",
	.fs_flags = FS_SINGLE,
	.get_tree = devtmpfs_get_tree,
	.show_options = tmpfs_show_options,
	.evict_inode = ramfs_evict_inode,
};

void init_devtmpfs(void)
{
	register_filesystem(&devtmpfs_fs_type);
	devtmpfs_sb = kern_mount(&devtmpfs_fs_type);
}
