/* SPDX-License-Identifier: MIT */
/*
 * fs/namei.c - from a path to the object it names.
 *
 * Theory
 *
 * A walk holds one dentry, where it is, and a string, what is left.  Each step
 * takes a component off the string.  A symbolic link is followed by putting
 * its target in front of what is left,
 *
 *	at /a, left "link/c/d", link -> ../x	=>	at /a, left "../x/c/d"
 *
 * so that links in the middle, links to links and links at the end are one
 * case, and the depth costs no kernel stack.  After MAXSYMLINKS of them the
 * answer is ELOOP.
 *
 * A walk to the parent stops before the last component and leaves it in
 * nd->last: that is how names are made and removed.
 *
 * Reading order: walk_component(), path_walk(), filename_lookup().
 * In Linux: fs/namei.c; Documentation/filesystems/path-lookup.rst.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/task.h"
#include "mm/slab.h"

static struct kmem_cache *names_cachep;

/* ---- paths from user space ---------------------------------------------- */

static struct filename *alloc_filename(void)
{
	struct filename *name = kmem_cache_alloc(names_cachep, GFP_KERNEL);

	if (name)
		name->name = (char *)(name + 1);
	return name;
}

struct filename *getname_flags(const char __user *uname, unsigned int flags)
{
	struct filename *name = alloc_filename();
	long len;

	if (!name)
		return ERR_PTR(-ENOMEM);
	len = strncpy_from_user(name->name, uname, PATH_MAX);
	if (len == PATH_MAX)
		len = -ENAMETOOLONG;
	if (len == 0 && !(flags & LOOKUP_EMPTY))
		len = -ENOENT;
	if (len < 0) {
		putname(name);
		return ERR_PTR(len);
	}
	return name;
}

struct filename *getname(const char __user *uname)
{
	return getname_flags(uname, 0);
}

struct filename *getname_kernel(const char *s)
{
	size_t len = strlen(s);
	struct filename *name;

	if (len >= PATH_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	name = alloc_filename();
	if (!name)
		return ERR_PTR(-ENOMEM);
	memcpy(name->name, s, len + 1);
	return name;
}

void putname(struct filename *name)
{
	if (!IS_ERR_OR_NULL(name))
		kmem_cache_free(names_cachep, name);
}

/* ---- permissions -------------------------------------------------------- */

/**
 * generic_permission() - may somebody do this to an inode?
 * @mask: MAY_READ | MAY_WRITE | MAY_EXEC
 * @uid: who asks; 0 may do all but execute what nobody may
 * @gid: their group, besides the supplementary groups of current
 *
 * Return: 0 or -EACCES.
 */
int generic_permission(struct inode *inode, int mask, uid_t uid, gid_t gid)
{
	unsigned int mode = inode->i_mode;

	if (uid == 0) {
		if (!(mask & MAY_EXEC) || S_ISDIR(mode) || mode & S_IXUGO)
			return 0;
		return -EACCES;
	}
	if (uid == inode->i_uid)
		mode >>= 6;
	else if (gid == inode->i_gid || in_group_p(inode->i_gid))
		mode >>= 3;
	return (mask & ~mode & 7) ? -EACCES : 0;
}

int inode_permission(struct inode *inode, int mask)
{
	if (mask & MAY_WRITE && sb_rdonly(inode->i_sb) &&
	    (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode) ||
	     S_ISLNK(inode->i_mode)))
		return -EROFS;
	return generic_permission(inode, mask, current->fsuid, current->fsgid);
}

bool inode_owner_or_capable(const struct inode *inode)
{
	return current->fsuid == inode->i_uid || capable_root();
}

/* May a walk pass through this directory? */
static int may_lookup(struct inode *dir)
{
	if (!S_ISDIR(dir->i_mode))
		return -ENOTDIR;
	if ((dir->i_mode & S_IXUGO) == S_IXUGO)
		return 0;
	return inode_permission(dir, MAY_EXEC);
}

/* ---- steps -------------------------------------------------------------- */

/* Go from a directory to what is mounted on it; the reference goes along. */
struct dentry *cross_mounts(struct dentry *dentry)
{
	while (READ_ONCE(dentry->d_mounted)) {
		struct dentry *root = NULL;

		spin_lock(&dentry->d_lock);
		if (dentry->d_mounted)
			root = dget(dentry->d_mounted->s_root);
		spin_unlock(&dentry->d_lock);
		if (!root)
			break;
		dput(dentry);
		dentry = root;
	}
	return dentry;
}

/* The directory that this one is mounted on, with a reference, or NULL. */
static struct dentry *mountpoint_of(struct dentry *root)
{
	struct dentry *mountpoint;

	spin_lock(&root->d_lock);
	mountpoint = root->d_sb->s_mountpoint;
	if (mountpoint)
		dget(mountpoint);
	spin_unlock(&root->d_lock);
	return mountpoint;
}

static struct dentry *dget_parent(struct dentry *dentry)
{
	struct dentry *parent;

	spin_lock(&dentry->d_lock);
	parent = dget(dentry->d_parent);
	spin_unlock(&dentry->d_lock);
	return parent;
}

/* "..", which stops at the process's root. */
static void follow_dotdot(struct nameidata *nd)
{
	struct dentry *dentry = nd->dentry, *up;

	while (IS_ROOT(dentry)) {
		if (dentry == READ_ONCE(current->fs->root.dentry))
			break;
		up = mountpoint_of(dentry);
		if (!up)
			break;
		dput(dentry);
		dentry = up;
	}
	if (dentry != READ_ONCE(current->fs->root.dentry)) {
		up = dget_parent(dentry);
		dput(dentry);
		dentry = cross_mounts(up);
	}
	nd->dentry = dentry;
}

/*
 * Ask the file system for an entry; @dir's i_rwsem is held.  NULL: there is no
 * such entry.
 */
struct dentry *lookup_locked(struct dentry *dir, const struct qstr *name)
{
	struct inode *inode = dir->d_inode;
	struct dentry *dentry = d_lookup(dir, name);
	int err;

	if (dentry || !inode->i_op->lookup)
		return dentry;
	dentry = d_alloc(dir, name);
	if (!dentry)
		return ERR_PTR(-ENOMEM);
	err = inode->i_op->lookup(inode, dentry);
	if (!err)
		return dentry;
	dput(dentry);
	return err == -ENOENT ? NULL : ERR_PTR(err);
}

static struct dentry *lookup_entry(struct dentry *dir, const struct qstr *name)
{
	struct dentry *dentry = d_lookup(dir, name);

	if (dentry || !dir->d_inode->i_op->lookup)
		return dentry;
	inode_lock(dir->d_inode);
	dentry = lookup_locked(dir, name);
	inode_unlock(dir->d_inode);
	return dentry;
}

static void set_root(struct nameidata *nd)
{
	struct path root;

	get_fs_root(current->fs, &root);
	dput(nd->dentry);
	nd->dentry = cross_mounts(root.dentry);
}

/* Put the target of a link in front of @rest. */
static int splice_link(struct nameidata *nd, const char *target,
		       const char *rest)
{
	size_t len = strlen(target), rest_len = strlen(rest);
	char *buf;

	if (!len)
		return -ENOENT;
	buf = kmalloc(len + 1 + rest_len + 1, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	memcpy(buf, target, len);
	if (rest_len)
		buf[len++] = '/';
	memcpy(buf + len, rest, rest_len + 1);
	kfree(nd->buf);
	nd->buf = buf;
	nd->name = buf;
	if (*buf == '/')
		set_root(nd);
	return 0;
}

/*
 * Follow @link, an entry of the directory where the walk is.  @rest is what
 * comes after it in the path, from its slash on.
 */
int path_follow_link(struct nameidata *nd, struct dentry *link,
		     const char *rest)
{
	struct inode *inode = link->d_inode;
	struct path path;
	char *target;
	int err;

	if (nd->links++ >= MAXSYMLINKS)
		return -ELOOP;
	if (inode->i_op->jump_link) {
		err = inode->i_op->jump_link(inode, &path);
		if (err)
			return err;
		dput(nd->dentry);
		nd->dentry = path.dentry;
		nd->name = rest;
		return 0;
	}
	target = inode->i_op->get_link(link, inode);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = splice_link(nd, target, rest);
	kfree(target);
	return err;
}

/* ---- walks -------------------------------------------------------------- */

/* Take the next component off nd->name into nd->last. */
static int next_component(struct nameidata *nd)
{
	const char *s = nd->name;
	u64 hash;

	while (*s == '/')
		s++;
	nd->last.name = s;
	while (*s && *s != '/')
		s++;
	nd->last.len = s - nd->last.name;
	nd->name = s;
	if (nd->last.len > NAME_MAX)
		return -ENAMETOOLONG;
	hash = full_name_hash(nd->last.name, nd->last.len);
	nd->last.hash = hash;

	nd->last_type = LAST_NORM;
	if (nd->last.len == 0)
		nd->last_type = LAST_ROOT;
	else if (nd->last.name[0] == '.' && nd->last.len == 1)
		nd->last_type = LAST_DOT;
	else if (nd->last.name[0] == '.' && nd->last.name[1] == '.' &&
		 nd->last.len == 2)
		nd->last_type = LAST_DOTDOT;

	while (*s == '/')
		s++;
	nd->last_slash = s != nd->name;
	return 0;
}

/* Is nd->last the last component?  Then nd->name is empty or slashes. */
static bool at_last(const struct nameidata *nd)
{
	const char *s = nd->name;

	while (*s == '/')
		s++;
	return !*s;
}

/* Move from nd->dentry to its entry nd->last. */
static int walk_component(struct nameidata *nd, bool follow)
{
	struct dentry *dentry;
	int err;

	if (nd->last_type == LAST_DOT || nd->last_type == LAST_ROOT)
		return 0;
	if (nd->last_type == LAST_DOTDOT) {
		follow_dotdot(nd);
		return 0;
	}
	dentry = lookup_entry(nd->dentry, &nd->last);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!dentry)
		return -ENOENT;
	if (follow && S_ISLNK(dentry->d_inode->i_mode)) {
		err = path_follow_link(nd, dentry, nd->name);
		dput(dentry);
		return err;
	}
	dput(nd->dentry);
	nd->dentry = cross_mounts(dentry);
	return 0;
}

/* Walk until the last component is in nd->last and not yet looked up. */
int path_walk_parent(struct nameidata *nd)
{
	int err;

	for (;;) {
		err = next_component(nd);
		if (err)
			return err;
		if (nd->last_type != LAST_ROOT) {
			err = may_lookup(nd->dentry->d_inode);
			if (err)
				return err;
		}
		if (at_last(nd))
			return 0;
		err = walk_component(nd, true);
		if (err)
			return err;
	}
}

/* Walk to the end. */
static int path_walk(struct nameidata *nd, unsigned int flags)
{
	bool must_be_dir = flags & LOOKUP_DIRECTORY;
	const char *before;
	int err;

	do {
		err = path_walk_parent(nd);
		if (err)
			return err;
		must_be_dir |= nd->last_slash;
		before = nd->name;
		err = walk_component(nd,
				     flags & LOOKUP_FOLLOW || nd->last_slash);
		if (err)
			return err;
		/* A link that was followed has put its target in nd->name. */
	} while (nd->name != before && *nd->name);

	if (must_be_dir && !S_ISDIR(nd->dentry->d_inode->i_mode))
		return -ENOTDIR;
	return 0;
}

/* Begin at @dfd, the working directory, or the root. */
int path_start(struct nameidata *nd, int dfd, struct filename *name,
	       unsigned int flags)
{
	struct path path;
	struct fd f;

	*nd = (struct nameidata){ .name = name->name };
	if (*name->name == '/') {
		set_root(nd);
		return 0;
	}
	if (!*name->name && !(flags & LOOKUP_EMPTY))
		return -ENOENT;
	if (dfd == AT_FDCWD) {
		get_fs_pwd(current->fs, &path);
		nd->dentry = path.dentry;
		return 0;
	}
	f = fdget_raw(dfd);
	if (!f.file)
		return -EBADF;
	if (!f.file->f_dentry ||
	    (*name->name && !S_ISDIR(f.file->f_inode->i_mode))) {
		fdput(f);
		return -ENOTDIR;
	}
	nd->dentry = dget(f.file->f_dentry);
	fdput(f);
	return 0;
}

void path_end(struct nameidata *nd)
{
	dput(nd->dentry);
	kfree(nd->buf);
}

/* ---- whole look-ups ----------------------------------------------------- */

int filename_lookup(int dfd, struct filename *name, unsigned int flags,
		    struct path *path)
{
	struct nameidata nd;
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = path_start(&nd, dfd, name, flags);
	if (!err && *nd.name)
		err = path_walk(&nd, flags);
	if (!err)
		path->dentry = dget(nd.dentry);
	path_end(&nd);
	return err;
}

/* As filename_lookup(), up to the parent: undo with path_end(). */
int filename_parentat(int dfd, struct filename *name, struct nameidata *nd)
{
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = path_start(nd, dfd, name, 0);
	if (!err)
		err = path_walk_parent(nd);
	if (err)
		path_end(nd);
	return err;
}

int user_path_at(int dfd, const char __user *uname, unsigned int flags,
		 struct path *path)
{
	struct filename *name = getname_flags(uname, flags);
	int err = filename_lookup(dfd, name, flags, path);

	putname(name);
	return err;
}

int kern_path(const char *s, unsigned int flags, struct path *path)
{
	struct filename *name = getname_kernel(s);
	int err = filename_lookup(AT_FDCWD, name, flags, path);

	putname(name);
	return err;
}

void namei_init(void)
{
	names_cachep = kmem_cache_create("names_cache",
					 sizeof(struct filename) + PATH_MAX, 0,
					 SLAB_PANIC, NULL);
}
