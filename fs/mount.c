/* SPDX-License-Identifier: MIT */
/*
 * fs/mount.c - file systems, and where they are mounted.
 *
 * A mount joins two dentries: the mountpoint's d_mounted leads down to the
 * super block, whose s_mountpoint leads back up.  It holds a reference on
 * both.  mount_mutex serialises all changes; a walk sees a mount through the
 * d_lock of the dentry it stands on.
 *
 * A file system that is detached while in use lives on, unseen, and is freed
 * at a later mount or unmount once nobody uses it.
 *
 * In Linux: fs/namespace.c, super.c, filesystems.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "fs/seq_file.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/slab.h"

static DEFINE_MUTEX(mount_mutex);
static LIST_HEAD(file_systems);    /* mount_mutex, after boot */
static LIST_HEAD(mounts);          /* super blocks, in mount order */
static LIST_HEAD(detached_mounts); /* in use when they were detached */

/* Flags that any file system takes; the time flags change nothing here. */
#define MS_VALID                                                               \
	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_SYNCHRONOUS |       \
	 MS_DIRSYNC | MS_NOATIME | MS_NODIRATIME | MS_SILENT | MS_RELATIME |   \
	 MS_STRICTATIME | MS_LAZYTIME)

/* ---- super blocks ------------------------------------------------------- */

struct super_block *alloc_super(struct file_system_type *type)
{
	static atomic_t last_dev;
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	sb->s_type = type;
	sb->s_dev = MKDEV(0, atomic_inc_return(&last_dev));
	sb->s_maxbytes = MAX_NON_LFS;
	INIT_LIST_HEAD(&sb->s_mounts);
	return sb;
}

void free_super(struct super_block *sb)
{
	VM_BUG_ON(sb->s_mountpoint);
	kfree(sb->s_devname);
	kfree(sb);
}

void register_filesystem(struct file_system_type *type)
{
	list_add_tail(&type->fs_list, &file_systems);
}

static struct file_system_type *get_fs_type(const char *name)
{
	struct file_system_type *type;

	list_for_each_entry (type, &file_systems, fs_list) {
		if (!strcmp(type->name, name))
			return type;
	}
	return NULL;
}

/* A super block for the kernel's own use; boot only. */
struct super_block *kern_mount(struct file_system_type *type)
{
	struct super_block *sb = type->get_tree(type, 0, NULL);

	if (IS_ERR(sb))
		panic("%s: no memory for the file system", type->name);
	return sb;
}

/* ---- joining and parting; mount_mutex held ------------------------------ */

static void attach_mount(struct super_block *sb, struct dentry *mountpoint)
{
	spin_lock(&rename_lock);
	spin_lock(&sb->s_root->d_lock);
	sb->s_mountpoint = dget(mountpoint);
	spin_unlock(&sb->s_root->d_lock);
	spin_lock(&mountpoint->d_lock);
	mountpoint->d_mounted = sb;
	spin_unlock(&mountpoint->d_lock);
	spin_unlock(&rename_lock);
	list_add_tail(&sb->s_mounts, &mounts);
}

/* The reference on the mountpoint goes to the caller. */
static struct dentry *detach_mount(struct super_block *sb)
{
	struct dentry *mountpoint = sb->s_mountpoint;

	spin_lock(&rename_lock);
	spin_lock(&mountpoint->d_lock);
	mountpoint->d_mounted = NULL;
	spin_unlock(&mountpoint->d_lock);
	spin_lock(&sb->s_root->d_lock);
	sb->s_mountpoint = NULL;
	spin_unlock(&sb->s_root->d_lock);
	spin_unlock(&rename_lock);
	list_del_init(&sb->s_mounts);
	return mountpoint;
}

/* Free a file system that is mounted nowhere and used by nobody. */
static void kill_super(struct super_block *sb)
{
	if (sb->s_type->fs_flags & FS_SINGLE)
		return;
	d_genocide(sb->s_root);
	dput(sb->s_root); /* and with it the super block */
}

static void reap_detached_mounts(void)
{
	struct super_block *sb, *next;

	list_for_each_entry_safe (sb, next, &detached_mounts, s_mounts) {
		if (d_tree_busy(sb->s_root, 0))
			continue;
		list_del_init(&sb->s_mounts);
		kill_super(sb);
	}
}

/* ---- mount -------------------------------------------------------------- */

static int do_remount(struct dentry *root, unsigned long flags)
{
	struct super_block *sb = root->d_sb;

	if (root != sb->s_root)
		return -EINVAL;
	sb->s_flags = flags & MS_VALID & ~MS_SILENT;
	return 0;
}

static int do_new_mount(const char *dev_name, struct dentry *mountpoint,
			const char *type_name, unsigned long flags,
			const char *data)
{
	struct file_system_type *type = get_fs_type(type_name);
	struct super_block *sb;
	char *name;

	if (!type)
		return -ENODEV;
	if (!type->get_tree) /* the kernel's own */
		return -EINVAL;
	if (!IS_ROOT(mountpoint) && hlist_unhashed(&mountpoint->d_hash) &&
	    !(mountpoint->d_flags & DCACHE_STATIC))
		return -ENOENT; /* removed meanwhile, or never a lasting name */
	name = kstrdup(dev_name, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	sb = type->get_tree(type, flags, data);
	if (IS_ERR(sb)) {
		kfree(name);
		return PTR_ERR(sb);
	}
	kfree(sb->s_devname);
	sb->s_devname = name;
	sb->s_flags = flags & ~MS_SILENT;
	if (mountpoint->d_flags & DCACHE_STATIC)
		d_make_lasting(mountpoint);
	attach_mount(sb, mountpoint);
	return 0;
}

int path_mount(const char *dev_name, struct path *path, const char *type,
	       unsigned long flags, const char *data)
{
	int err;

	if (!capable_root())
		return -EPERM;
	if (flags & ~(MS_VALID | MS_REMOUNT))
		return -EINVAL;
	if (!S_ISDIR(path->dentry->d_inode->i_mode))
		return -ENOTDIR;
	mutex_lock(&mount_mutex);
	reap_detached_mounts();
	if (flags & MS_REMOUNT)
		err = do_remount(path->dentry, flags);
	else
		err = do_new_mount(dev_name, path->dentry, type, flags, data);
	mutex_unlock(&mount_mutex);
	return err;
}

/* The root of everything: no mountpoint. */
void mount_root(struct super_block *sb)
{
	struct path root = { sb->s_root };

	list_add_tail(&sb->s_mounts, &mounts);
	atomic_set(&init_fs.users, 1);
	spin_lock_init(&init_fs.lock);
	init_fs.umask = 0022;
	set_fs_root(&init_fs, &root);
	set_fs_pwd(&init_fs, &root);
	current->fs = &init_fs;
}

/* Strings and data of mount(2) are at most a page; NULL is "". */
static char *copy_mount_string(const char __user *ustr)
{
	char *copy = kmalloc(PAGE_SIZE, GFP_KERNEL);
	long len = 0;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	if (ustr)
		len = strncpy_from_user(copy, ustr, PAGE_SIZE);
	if (len == (long)PAGE_SIZE)
		len = -EINVAL;
	if (len < 0) {
		kfree(copy);
		return ERR_PTR(len);
	}
	copy[len] = '\0';
	return copy;
}

#define MS_MGC_VAL 0xc0ed0000UL
#define MS_MGC_MSK 0xffff0000UL

SYSCALL_DEFINE5(mount, const char __user *, udev, const char __user *, udir,
		const char __user *, utype, unsigned long, flags,
		const char __user *, udata)
{
	char *dev = copy_mount_string(udev);
	char *type = copy_mount_string(utype);
	char *data = copy_mount_string(udata);
	struct path path;
	int err;

	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MSK;
	err = IS_ERR(dev)    ? PTR_ERR(dev)
	      : IS_ERR(type) ? PTR_ERR(type)
			     : PTR_ERR_OR_ZERO(data);
	if (!err)
		err = user_path_at(AT_FDCWD, udir, LOOKUP_FOLLOW, &path);
	if (!err) {
		err = path_mount(*dev ? dev : "none", &path, type, flags, data);
		path_put(&path);
	}
	if (!IS_ERR(data))
		kfree(data);
	if (!IS_ERR(type))
		kfree(type);
	if (!IS_ERR(dev))
		kfree(dev);
	return err;
}

/* ---- unmount ------------------------------------------------------------ */

/* The caller has one reference on @root. */
static int do_umount(struct dentry *root, int flags)
{
	struct super_block *sb = root->d_sb;
	struct dentry *mountpoint;

	if (root != sb->s_root || !sb->s_mountpoint)
		return -EINVAL;
	if (d_tree_busy(root, 1) && !(flags & MNT_DETACH))
		return -EBUSY;
	mountpoint = detach_mount(sb);
	if (d_tree_busy(root, 1) && !(sb->s_type->fs_flags & FS_SINGLE))
		list_add_tail(&sb->s_mounts, &detached_mounts);
	else
		kill_super(sb);
	dput(mountpoint);
	return 0;
}

SYSCALL_DEFINE2(umount2, const char __user *, name, int, flags)
{
	unsigned int lookup = flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
	struct path path;
	int err;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	if (flags & MNT_EXPIRE)
		return flags & (MNT_FORCE | MNT_DETACH) ? -EINVAL : -EOPNOTSUPP;
	if (!capable_root())
		return -EPERM;
	err = user_path_at(AT_FDCWD, name, lookup, &path);
	if (err)
		return err;
	mutex_lock(&mount_mutex);
	reap_detached_mounts();
	err = do_umount(path.dentry, flags);
	mutex_unlock(&mount_mutex);
	path_put(&path);
	return err;
}

/* ---- /proc/mounts, /proc/filesystems ------------------------------------ */

static void show_flags(struct seq_file *m, unsigned long flags)
{
	static const struct {
		unsigned long flag;
		const char *name;
	} names[] = {
		{ MS_SYNCHRONOUS, ",sync" },  { MS_DIRSYNC, ",dirsync" },
		{ MS_LAZYTIME, ",lazytime" }, { MS_NOSUID, ",nosuid" },
		{ MS_NODEV, ",nodev" },       { MS_NOEXEC, ",noexec" },
		{ MS_NOATIME, ",noatime" },   { MS_NODIRATIME, ",nodiratime" },
	};

	seq_puts(m, flags & MS_RDONLY ? "ro" : "rw");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & names[i].flag)
			seq_puts(m, names[i].name);
	}
	if (!(flags & (MS_NOATIME | MS_STRICTATIME)))
		seq_puts(m, ",relatime");
}

void show_mounts(struct seq_file *m)
{
	struct super_block *sb;

	mutex_lock(&mount_mutex);
	list_for_each_entry (sb, &mounts, s_mounts) {
		seq_escape(m, sb->s_devname ? sb->s_devname : sb->s_type->name,
			   " \t\n\\#");
		seq_putc(m, ' ');
		seq_path(m, sb->s_root, " \t\n\\");
		seq_printf(m, " %s ", sb->s_type->name);
		show_flags(m, sb->s_flags);
		if (sb->s_type->show_options)
			sb->s_type->show_options(m, sb);
		seq_puts(m, " 0 0\n");
	}
	mutex_unlock(&mount_mutex);
}

void show_filesystems(struct seq_file *m)
{
	struct file_system_type *type;

	list_for_each_entry (type, &file_systems, fs_list) {
		bool dev = type->fs_flags & FS_REQUIRES_DEV;

		seq_printf(m, "%s\t%s\n", dev ? "" : "nodev", type->name);
	}
}
