/* SPDX-License-Identifier: MIT */
/*
 * fs/ramfs.c - file systems that live in memory: ramfs, tmpfs, and the root.
 *
 * A file's contents are its pages in the page cache; a directory's are its
 * pinned dentries (fs/dcache.h).  tmpfs adds limits on pages and inodes.
 *
 * In Linux: fs/ramfs/inode.c, mm/shmem.c.
 */
#include "fs/dcache.h"
#include "fs/devtmpfs.h"
#include "fs/fcntl.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/pipe.h"
#include "fs/ramfs.h"
#include "fs/readdir.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "mm/page_alloc.h"
#include "mm/pagemap.h"
#include "mm/shmem.h"
#include "mm/slab.h"

/* What an entry adds to the size of its directory, as Linux's tmpfs says. */
#define BOGO_DIRENT_SIZE 20

#define RENAME_TARGET_NESTING 2 /* inside two parents in lock_rename() */

struct super_block *shm_sb;

static const struct inode_operations ramfs_dir_inode_operations;

/* ---- inodes ------------------------------------------------------------- */

/* Count @nr_pages more, or fewer, against the limit. */
static int shmem_charge(struct inode *inode, long nr_pages)
{
	struct super_block *sb = inode->i_sb;
	long used = atomic_long_add_return(nr_pages, &sb->s_blocks);

	if (nr_pages > 0 && sb->s_max_blocks &&
	    (unsigned long)used > sb->s_max_blocks) {
		atomic_long_sub(nr_pages, &sb->s_blocks);
		return -ENOSPC;
	}
	return 0;
}

static const struct address_space_operations ramfs_aops = {
	.charge = shmem_charge,
	.swapbacked = true,
};

static char *ramfs_get_link(struct dentry *dentry, struct inode *inode)
{
	char *target = kstrdup(inode->i_private, GFP_KERNEL);

	return target ? target : ERR_PTR(-ENOMEM);
}

static int ramfs_setattr_size(struct inode *inode, loff_t size)
{
	if ((size < inode->i_size && inode->i_seals & F_SEAL_SHRINK) ||
	    (size > inode->i_size && inode->i_seals & F_SEAL_GROW))
		return -EPERM;
	truncate_setsize(inode, size);
	return 0;
}

const struct inode_operations ramfs_file_inode_operations = {
	.setattr_size = ramfs_setattr_size,
};

static const struct inode_operations ramfs_symlink_inode_operations = {
	.get_link = ramfs_get_link,
};

static ssize_t ramfs_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos)
{
	ssize_t done = generic_file_read(file, buf, count, pos);

	file_accessed(file);
	return done;
}

const struct file_operations ramfs_file_operations = {
	.llseek = shmem_file_llseek,
	.read = ramfs_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
	.fsync = noop_fsync,
	.fallocate = shmem_fallocate,
};

static const struct file_operations ramfs_dir_operations = {
	.llseek = dcache_dir_lseek,
	.read = generic_read_dir,
	.iterate = dcache_readdir,
	.fsync = noop_fsync,
};

static void ramfs_init_by_type(struct inode *inode)
{
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		inode->i_op = &ramfs_file_inode_operations;
		inode->i_fop = &ramfs_file_operations;
		inode->i_mapping->a_ops = &ramfs_aops;
		inode->i_seals = F_SEAL_SEAL; /* only a memfd can have any */
		break;
	case S_IFDIR:
		inode->i_op = &ramfs_dir_inode_operations;
		inode->i_fop = &ramfs_dir_operations;
		inode->i_nlink = 2;
		inode->i_size = 2 * BOGO_DIRENT_SIZE;
		break;
	case S_IFLNK:
		inode->i_op = &ramfs_symlink_inode_operations;
		break;
	case S_IFCHR:
		inode->i_fop = &def_chr_fops;
		break;
	case S_IFIFO:
		inode->i_fop = &fifo_fops;
		break;
	}
}

struct inode *ramfs_get_inode(struct super_block *sb, const struct inode *dir,
			      umode_t mode, dev_t dev)
{
	struct inode *inode;
	long used = atomic_long_inc_return(&sb->s_inodes);

	if (sb->s_max_inodes && (unsigned long)used > sb->s_max_inodes)
		goto err_uncount;
	inode = new_inode(sb);
	if (!inode)
		goto err_uncount;
	inode_init_owner(inode, dir, mode);
	inode->i_rdev = dev;
	ramfs_init_by_type(inode);
	return inode;

err_uncount:
	atomic_long_dec(&sb->s_inodes);
	return NULL;
}

void ramfs_evict_inode(struct inode *inode)
{
	if (S_ISLNK(inode->i_mode))
		kfree(inode->i_private);
	else if (inode->i_sb == shm_sb)
		shmem_evict_inode(inode);
	atomic_long_dec(&inode->i_sb->s_inodes);
}

/* ---- entries; the directory's i_rwsem is held for write ----------------- */

static void dir_grew(struct inode *dir, int entries)
{
	dir->i_size += entries * BOGO_DIRENT_SIZE;
	inode_update_mtime(dir);
}

static int ramfs_mknod(struct inode *dir, struct dentry *dentry, umode_t mode,
		       dev_t dev)
{
	struct inode *inode = ramfs_get_inode(dir->i_sb, dir, mode, dev);

	if (!inode)
		return -ENOSPC;
	d_add_pinned(dentry, inode);
	if (S_ISDIR(mode))
		dir->i_nlink++;
	dir_grew(dir, 1);
	return 0;
}

static int ramfs_create(struct inode *dir, struct dentry *dentry, umode_t mode)
{
	return ramfs_mknod(dir, dentry, mode, 0);
}

static int ramfs_symlink(struct inode *dir, struct dentry *dentry,
			 const char *target)
{
	struct inode *inode;
	char *copy = kstrdup(target, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	inode = ramfs_get_inode(dir->i_sb, dir, S_IFLNK | S_IRWXUGO, 0);
	if (!inode) {
		kfree(copy);
		return -ENOSPC;
	}
	inode->i_private = copy;
	inode->i_size = strlen(copy);
	d_add_pinned(dentry, inode);
	dir_grew(dir, 1);
	return 0;
}

static int ramfs_link(struct dentry *old, struct inode *dir,
		      struct dentry *dentry)
{
	struct inode *inode = old->d_inode;

	inode_update_ctime(inode);
	inode->i_nlink++;
	ihold(inode);
	d_add_pinned(dentry, inode);
	dir_grew(dir, 1);
	return 0;
}

static int ramfs_unlink(struct inode *dir, struct dentry *dentry)
{
	inode_update_ctime(dentry->d_inode);
	dentry->d_inode->i_nlink--;
	dir_grew(dir, -1);
	d_delete_pinned(dentry);
	return 0;
}

/* Empty a directory's last right to be filled; -ENOTEMPTY. */
static int kill_dir(struct dentry *dentry, unsigned int nesting)
{
	struct inode *inode = dentry->d_inode;
	int err = -ENOTEMPTY;

	down_write_nested(&inode->i_rwsem, nesting);
	if (list_empty(&dentry->d_children)) {
		inode->i_nlink = 0;
		err = 0;
	}
	up_write(&inode->i_rwsem);
	return err;
}

static int ramfs_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = kill_dir(dentry, SINGLE_DEPTH_NESTING);

	if (err)
		return err;
	inode_update_ctime(dentry->d_inode);
	dir->i_nlink--;
	dir_grew(dir, -1);
	d_delete_pinned(dentry);
	return 0;
}

static void move_links(struct inode *from, struct inode *to)
{
	if (from == to)
		return;
	from->i_nlink--;
	to->i_nlink++;
}

static int ramfs_exchange(struct inode *old_dir, struct dentry *old,
			  struct inode *new_dir, struct dentry *new)
{
	if (S_ISDIR(old->d_inode->i_mode))
		move_links(old_dir, new_dir);
	if (S_ISDIR(new->d_inode->i_mode))
		move_links(new_dir, old_dir);
	inode_update_ctime(old->d_inode);
	inode_update_ctime(new->d_inode);
	inode_update_mtime(old_dir);
	inode_update_mtime(new_dir);
	d_exchange(old, new);
	return 0;
}

/* The target loses its name; a directory must be empty. */
static int drop_target(struct inode *new_dir, struct dentry *target)
{
	struct inode *inode = target->d_inode;
	int err;

	if (S_ISDIR(inode->i_mode)) {
		err = kill_dir(target, RENAME_TARGET_NESTING);
		if (err)
			return err;
		new_dir->i_nlink--;
	} else {
		inode->i_nlink--;
	}
	inode_update_ctime(inode);
	dir_grew(new_dir, -1);
	return 0;
}

static int ramfs_rename(struct inode *old_dir, struct dentry *old,
			struct inode *new_dir, struct dentry *new,
			unsigned int flags)
{
	struct qstr name = new->d_name;
	int err;

	if (flags & RENAME_EXCHANGE)
		return ramfs_exchange(old_dir, old, new_dir, new);

	name.name = kmemdup(name.name, name.len + 1, GFP_KERNEL);
	if (!name.name)
		return -ENOMEM;
	if (new->d_inode) {
		err = drop_target(new_dir, new);
		if (err) {
			kfree(name.name);
			return err;
		}
	}

	/* Nothing below can fail. */
	if (S_ISDIR(old->d_inode->i_mode))
		move_links(old_dir, new_dir);
	dir_grew(old_dir, -1);
	dir_grew(new_dir, 1);
	inode_update_ctime(old->d_inode);
	d_move(old, new->d_inode ? new : NULL, new->d_parent, &name);
	return 0;
}

static const struct inode_operations ramfs_dir_inode_operations = {
	.create = ramfs_create,
	.link = ramfs_link,
	.unlink = ramfs_unlink,
	.symlink = ramfs_symlink,
	.mkdir = ramfs_create,
	.rmdir = ramfs_rmdir,
	.mknod = ramfs_mknod,
	.rename = ramfs_rename,
};

/* ---- super blocks ------------------------------------------------------- */

int ramfs_fill_super(struct super_block *sb)
{
	struct inode *root = ramfs_get_inode(sb, NULL, S_IFDIR | sb->s_mode, 0);

	sb->s_root = d_make_root(sb, root);
	return sb->s_root ? 0 : -ENOMEM;
}

/* "64k", "50%": a number of pages. */
static int parse_size(const char *value, unsigned long *pages)
{
	char *end;
	unsigned long size = memparse(value, &end);

	if (end == value)
		return -EINVAL;
	if (*end == '%') {
		*pages = totalram_pages() * size / 100;
		end++;
	} else {
		*pages = DIV_ROUND_UP(size, PAGE_SIZE);
	}
	return *end ? -EINVAL : 0;
}

static int tmpfs_parse_one(struct super_block *sb, const char *key,
			   const char *value)
{
	unsigned long number;
	char *end;

	if (!value)
		return -EINVAL;
	if (!strcmp(key, "size"))
		return parse_size(value, &sb->s_max_blocks);
	number = memparse(value, &end);
	if (end == value || *end)
		return -EINVAL;
	if (!strcmp(key, "nr_blocks"))
		sb->s_max_blocks = number;
	else if (!strcmp(key, "nr_inodes"))
		sb->s_max_inodes = number;
	else if (!strcmp(key, "mode"))
		sb->s_mode = simple_strtoul(value, &end, 8) & S_IALLUGO;
	else
		return -EINVAL;
	return 0;
}

int tmpfs_parse_options(struct super_block *sb, const char *data)
{
	char *copy, *rest, *key;
	int err = 0;

	sb->s_max_blocks = sb->s_max_inodes = totalram_pages() / 2;
	if (!data || !*data)
		return 0;
	rest = copy = kstrdup(data, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	while (!err && (key = strsep(&rest, ","))) {
		char *value = strchr(key, '=');

		if (!*key)
			continue;
		if (value)
			*value++ = '\0';
		err = tmpfs_parse_one(sb, key, value);
	}
	kfree(copy);
	return err;
}

void tmpfs_show_options(struct seq_file *m, const struct super_block *sb)
{
	unsigned long standard = totalram_pages() / 2;

	if (sb->s_max_blocks != standard)
		seq_printf(m, ",size=%luk",
			   sb->s_max_blocks * (PAGE_SIZE / 1024));
	if (sb->s_max_inodes != standard)
		seq_printf(m, ",nr_inodes=%lu", sb->s_max_inodes);
	if (sb->s_mode != (S_IRWXUGO | S_ISVTX))
		seq_printf(m, ",mode=%03o", sb->s_mode);
}

static struct super_block *finish_super(struct super_block *sb, int err)
{
	if (!err)
		err = ramfs_fill_super(sb);
	if (err) {
		free_super(sb);
		return ERR_PTR(err);
	}
	return sb;
}

static struct super_block *tmpfs_get_tree(struct file_system_type *type,
					  unsigned long flags, const char *data)
{
	struct super_block *sb = alloc_super(type);

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = TMPFS_MAGIC;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_mode = S_IRWXUGO | S_ISVTX;
	return finish_super(sb, tmpfs_parse_options(sb, data));
}

static struct file_system_type rootfs_fs_type;

/* ramfs knows one option and ignores the others, as on Linux. */
static struct super_block *ramfs_get_tree(struct file_system_type *type,
					  unsigned long flags, const char *data)
{
	struct super_block *sb = alloc_super(type);

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = RAMFS_MAGIC;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_mode = type == &rootfs_fs_type ? S_IRWXUGO | S_ISVTX : 0755;
	if (data && str_has_prefix(data, "mode="))
		sb->s_mode = simple_strtoul(data + 5, NULL, 8) & S_IALLUGO;
	return finish_super(sb, 0);
}

static struct file_system_type tmpfs_fs_type = {
	.name = "tmpfs",
	.get_tree = tmpfs_get_tree,
	.show_options = tmpfs_show_options,
	.evict_inode = ramfs_evict_inode,
};

static struct file_system_type ramfs_fs_type = {
	.name = "ramfs",
	.get_tree = ramfs_get_tree,
	.evict_inode = ramfs_evict_inode,
};

static struct file_system_type rootfs_fs_type = {
	.name = "rootfs",
	.get_tree = ramfs_get_tree,
	.evict_inode = ramfs_evict_inode,
};

/* The memory of memfd first: it is device 00:01, as on Linux; / is 00:02. */
struct super_block *init_ramfs_fs(void)
{
	shm_sb = kern_mount(&tmpfs_fs_type);
	shm_sb->s_max_blocks = shm_sb->s_max_inodes = 0;
	register_filesystem(&ramfs_fs_type);
	register_filesystem(&tmpfs_fs_type);
	return kern_mount(&rootfs_fs_type);
}
