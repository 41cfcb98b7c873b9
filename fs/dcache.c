/* SPDX-License-Identifier: MIT */
/*
 * fs/dcache.c - the tree of names.
 *
 * Theory
 *
 * A walk goes from a directory to an entry through the hash: it takes the
 * bucket's lock, compares parent and name, and takes a reference unless the
 * count is already zero.  No other lock is on its way, and walks of different
 * names meet only by chance.
 *
 * Rename changes a dentry's parent and name with both buckets locked, and puts
 * the target away in the same step: a walk finds the old or the new object of
 * a name, never neither.
 *
 * Invariants
 *
 *  D1. A dentry holds one reference on its parent and one on its inode.
 *  D2. A dentry is in d_parent->d_children if and only if it is pinned, and
 *      then it is hashed.  Both change under the parent inode's i_rwsem.
 *  D3. The root of a super block is the last dentry of it to go, and takes the
 *      super block with it.
 *
 * Locking
 *
 *  inode->i_rwsem (parent directory, then child)
 *    rename_lock
 *      dentry->d_lock
 *        bucket lock
 *
 * Reading order: d_lookup(), dput(), d_move().
 * In Linux: fs/dcache.c, which walks without locks (RCU) and keeps dentries of
 * disk file systems for later.
 */
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/mount.h"
#include "kernel/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "mm/slab.h"

#define D_HASH_BITS 9

struct dentry_bucket {
	spinlock_t lock; /* protects chain, and d_count against revival */
	struct hlist_head chain;
};

static struct dentry_bucket dentry_hashtable[1 << D_HASH_BITS];
static struct kmem_cache *dentry_cachep;

DEFINE_SPINLOCK(rename_lock);

u32 full_name_hash(const char *name, unsigned int len)
{
	u64 hash = len;

	for (unsigned int i = 0; i < len; i++)
		hash = (hash ^ (u8)name[i]) * 0x100000001b3ULL;
	return hash ^ (hash >> 32);
}

struct qstr qstr_of(const char *name)
{
	unsigned int len = strlen(name);

	return (struct qstr){ name, len, full_name_hash(name, len) };
}

static struct dentry_bucket *d_bucket(const struct dentry *parent, u32 hash)
{
	u64 key = ((unsigned long)parent >> 6) + hash;

	return &dentry_hashtable[(key * 0x9e3779b97f4a7c15ULL) >>
				 (64 - D_HASH_BITS)];
}

/* ---- making ------------------------------------------------------------- */

static int d_set_name(struct dentry *dentry, const struct qstr *name)
{
	char *copy = dentry->d_iname;

	if (name->len >= DNAME_INLINE_LEN) {
		copy = kmalloc(name->len + 1, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	memcpy(copy, name->name, name->len);
	copy[name->len] = '\0';
	dentry->d_name = (struct qstr){ copy, name->len, name->hash };
	return 0;
}

static void d_free_name(struct dentry *dentry)
{
	if (dentry->d_name.name != dentry->d_iname)
		kfree(dentry->d_name.name);
}

/* A dentry that is its own parent, with one reference. */
static struct dentry *d_alloc_root(struct super_block *sb,
				   const struct qstr *name)
{
	struct dentry *dentry = kmem_cache_zalloc(dentry_cachep, GFP_KERNEL);

	if (!dentry)
		return NULL;
	if (d_set_name(dentry, name)) {
		kmem_cache_free(dentry_cachep, dentry);
		return NULL;
	}
	atomic_set(&dentry->d_count, 1);
	dentry->d_parent = dentry;
	dentry->d_sb = sb;
	spin_lock_init(&dentry->d_lock);
	INIT_HLIST_NODE(&dentry->d_hash);
	INIT_LIST_HEAD(&dentry->d_child);
	INIT_LIST_HEAD(&dentry->d_children);
	dentry->d_next_cookie = 2; /* 0 and 1 are "." and ".." */
	return dentry;
}

/* An unhashed entry of @parent without an inode; NULL: no memory. */
struct dentry *d_alloc(struct dentry *parent, const struct qstr *name)
{
	struct dentry *dentry = d_alloc_root(parent->d_sb, name);

	if (dentry)
		dentry->d_parent = dget(parent);
	return dentry;
}

/* The name of an object that is in no directory. */
struct dentry *d_alloc_pseudo(struct super_block *sb, const char *name)
{
	struct qstr qname = qstr_of(name);
	struct dentry *dentry = d_alloc_root(sb, &qname);

	if (dentry)
		dentry->d_flags |= DCACHE_PSEUDO;
	return dentry;
}

/* Make @inode, whose reference goes over, the root of @sb. */
struct dentry *d_make_root(struct super_block *sb, struct inode *inode)
{
	struct qstr name = { "", 0, 0 };
	struct dentry *dentry;

	if (!inode)
		return NULL;
	dentry = d_alloc_root(sb, &name);
	if (!dentry) {
		iput(inode);
		return NULL;
	}
	dentry->d_inode = inode;
	return dentry;
}

/* Give a new dentry its object; the reference on @inode goes over. */
void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	VM_BUG_ON(dentry->d_inode);
	dentry->d_inode = inode;
}

/* ---- the hash ----------------------------------------------------------- */

/* Find an entry by name, with a reference; NULL if there is none. */
struct dentry *d_lookup(struct dentry *parent, const struct qstr *name)
{
	struct dentry_bucket *b = d_bucket(parent, name->hash);
	struct dentry *dentry, *found = NULL;

	spin_lock(&b->lock);
	hlist_for_each_entry (dentry, &b->chain, d_hash) {
		if (dentry->d_name.hash != name->hash ||
		    dentry->d_parent != parent ||
		    dentry->d_name.len != name->len ||
		    memcmp(dentry->d_name.name, name->name, name->len))
			continue;
		if (atomic_inc_not_zero(&dentry->d_count))
			found = dentry;
		break;
	}
	spin_unlock(&b->lock);
	return found;
}

static void d_rehash(struct dentry *dentry)
{
	struct dentry_bucket *b =
		d_bucket(dentry->d_parent, dentry->d_name.hash);

	spin_lock(&b->lock);
	hlist_add_head(&dentry->d_hash, &b->chain);
	spin_unlock(&b->lock);
}

static void d_drop(struct dentry *dentry)
{
	struct dentry_bucket *b =
		d_bucket(dentry->d_parent, dentry->d_name.hash);

	spin_lock(&b->lock);
	hlist_del_init(&dentry->d_hash);
	spin_unlock(&b->lock);
}

void d_make_lasting(struct dentry *dentry)
{
	for (; !IS_ROOT(dentry); dentry = dentry->d_parent) {
		VM_BUG_ON(!(dentry->d_flags & DCACHE_STATIC));
		if (hlist_unhashed(&dentry->d_hash))
			d_rehash(dentry);
	}
}

/* ---- directories that are their dentries -------------------------------- */

static void d_link_child(struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent;

	dentry->d_cookie = parent->d_next_cookie++;
	list_add_tail(&dentry->d_child, &parent->d_children);
}

/* Enter a new dentry into its directory, whose i_rwsem is held for write. */
void d_add_pinned(struct dentry *dentry, struct inode *inode)
{
	d_instantiate(dentry, inode);
	dget(dentry);
	d_link_child(dentry);
	d_rehash(dentry);
}

/* Take it out again.  The name stays, for those who have the file open. */
void d_delete_pinned(struct dentry *dentry)
{
	VM_BUG_ON(list_empty(&dentry->d_child));
	d_drop(dentry);
	dentry->d_flags |= DCACHE_DELETED;
	list_del_init(&dentry->d_child);
	dput(dentry);
}

/*
 * The two buckets of a rename, in the order of their addresses.  They may be
 * one and the same, which the analysis cannot follow.
 */
static void lock_two_buckets(struct dentry_bucket *a, struct dentry_bucket *b)
	__acquires(&a->lock, &b->lock) __no_lock_analysis
{
	if (a > b)
		swap(a, b);
	spin_lock(&a->lock);
	if (a != b)
		spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
}

static void unlock_two_buckets(struct dentry_bucket *a, struct dentry_bucket *b)
	__releases(&a->lock, &b->lock) __no_lock_analysis
{
	spin_unlock(&a->lock);
	if (a != b)
		spin_unlock(&b->lock);
}

/**
 * d_move() - rename a pinned dentry.
 * @dentry: what is renamed
 * @target: the entry that has the new name now and loses it, or NULL
 * @new_parent: its directory from now on
 * @new_name: its name, allocated with kmalloc(); d_move() uses it up
 *
 * Context: both directories' i_rwsem held for write.
 */
void d_move(struct dentry *dentry, struct dentry *target,
	    struct dentry *new_parent, struct qstr *new_name)
{
	struct dentry *old_parent = dentry->d_parent;
	struct dentry_bucket *from, *to;
	const char *old_name = NULL;

	from = d_bucket(old_parent, dentry->d_name.hash);
	to = d_bucket(new_parent, new_name->hash);

	spin_lock(&rename_lock);
	spin_lock(&dentry->d_lock);
	lock_two_buckets(from, to);
	if (target)
		hlist_del_init(&target->d_hash);
	hlist_del_init(&dentry->d_hash);
	if (dentry->d_name.name != dentry->d_iname)
		old_name = dentry->d_name.name;
	dentry->d_name = *new_name;
	dentry->d_parent = dget(new_parent);
	hlist_add_head(&dentry->d_hash, &to->chain);
	unlock_two_buckets(from, to);
	spin_unlock(&dentry->d_lock);
	spin_unlock(&rename_lock);

	list_del(&dentry->d_child);
	d_link_child(dentry);
	kfree(old_name);
	if (target) {
		target->d_flags |= DCACHE_DELETED;
		list_del_init(&target->d_child);
		dput(target);
	}
	dput(old_parent);
}

static void swap_names(struct dentry *a, struct dentry *b)
{
	bool a_inline = a->d_name.name == a->d_iname;
	bool b_inline = b->d_name.name == b->d_iname;
	char iname[DNAME_INLINE_LEN];

	memcpy(iname, a->d_iname, sizeof(iname));
	memcpy(a->d_iname, b->d_iname, sizeof(iname));
	memcpy(b->d_iname, iname, sizeof(iname));
	swap(a->d_name, b->d_name);
	if (b_inline)
		a->d_name.name = a->d_iname;
	if (a_inline)
		b->d_name.name = b->d_iname;
}

/* Two entries change places (RENAME_EXCHANGE); locks as for d_move(). */
void d_exchange(struct dentry *a, struct dentry *b)
{
	struct dentry_bucket *ba = d_bucket(a->d_parent, a->d_name.hash);
	struct dentry_bucket *bb = d_bucket(b->d_parent, b->d_name.hash);

	spin_lock(&rename_lock);
	spin_lock(&a->d_lock);
	spin_lock_nested(&b->d_lock, SINGLE_DEPTH_NESTING);
	lock_two_buckets(ba, bb);
	hlist_del_init(&a->d_hash);
	hlist_del_init(&b->d_hash);
	swap_names(a, b);
	swap(a->d_parent, b->d_parent); /* with the references */
	hlist_add_head(&a->d_hash, &bb->chain);
	hlist_add_head(&b->d_hash, &ba->chain);
	unlock_two_buckets(ba, bb);
	spin_unlock(&b->d_lock);
	spin_unlock(&a->d_lock);
	spin_unlock(&rename_lock);

	list_del(&a->d_child);
	list_del(&b->d_child);
	d_link_child(a);
	d_link_child(b);
}

/* Is @dentry at or below @ancestor?  rename_mutex keeps the answer true. */
bool is_subdir(struct dentry *dentry, struct dentry *ancestor)
{
	bool below = false;

	spin_lock(&rename_lock);
	for (;;) {
		if (dentry == ancestor) {
			below = true;
			break;
		}
		if (IS_ROOT(dentry))
			break;
		dentry = dentry->d_parent;
	}
	spin_unlock(&rename_lock);
	return below;
}

/* ---- going -------------------------------------------------------------- */

/* The last reference is gone.  Return the parent, if it must be put too. */
static struct dentry *dentry_kill(struct dentry *dentry)
{
	struct super_block *sb = dentry->d_sb;
	struct dentry *parent = IS_ROOT(dentry) ? NULL : dentry->d_parent;
	bool last = sb->s_root == dentry;

	VM_BUG_ON(!list_empty(&dentry->d_child));
	VM_BUG_ON(!list_empty(&dentry->d_children));
	if (!hlist_unhashed(&dentry->d_hash))
		d_drop(dentry);
	iput(dentry->d_inode);
	d_free_name(dentry);
	kmem_cache_free(dentry_cachep, dentry);
	if (last)
		free_super(sb);
	return parent;
}

void dput(struct dentry *dentry)
{
	while (dentry && atomic_dec_and_test(&dentry->d_count))
		dentry = dentry_kill(dentry);
}

/* The first leaf of the tree of pinned entries below @dir. */
static struct dentry *d_first_leaf(struct dentry *dir)
{
	while (!list_empty(&dir->d_children))
		dir = list_first_entry(&dir->d_children, struct dentry,
				       d_child);
	return dir;
}

/* The entry after @d of a walk in which children come before parents. */
static struct dentry *d_postorder_next(struct dentry *d)
{
	struct dentry *parent = d->d_parent;

	if (list_is_last(&d->d_child, &parent->d_children))
		return parent;
	return d_first_leaf(list_next_entry(d, d_child));
}

/* Does it have more users than its pin, its children and @held? */
static bool d_in_use(struct dentry *dentry, int held)
{
	struct dentry *child;
	int expected = 1 + held;

	list_for_each_entry (child, &dentry->d_children, d_child)
		expected++;
	return atomic_read(&dentry->d_count) > expected || dentry->d_mounted;
}

/*
 * Does anybody use a file system, apart from its own pins and @held references
 * of the caller's on @root?  A walk that passes by at this moment may be
 * missed; what it holds then stays until it lets go, as after a lazy unmount.
 */
bool d_tree_busy(struct dentry *root, int held)
{
	struct dentry *d = d_first_leaf(root);

	for (; d != root; d = d_postorder_next(d)) {
		if (d_in_use(d, 0))
			return true;
	}
	return d_in_use(root, held);
}

/* Unpin everything below @root; what nobody else holds is freed. */
void d_genocide(struct dentry *root)
{
	struct dentry *d, *parent;

	while ((d = d_first_leaf(root)) != root) {
		parent = dget(d->d_parent);
		inode_lock(parent->d_inode);
		parent->d_inode->i_nlink = 0; /* no new entries */
		if (list_empty(&d->d_children) && !list_empty(&d->d_child))
			d_delete_pinned(d);
		inode_unlock(parent->d_inode);
		dput(parent);
	}
	root->d_inode->i_nlink = 0;
}

/* ---- names of files ----------------------------------------------------- */

static int prepend(char **end, char *buf, const char *s, size_t len)
{
	if ((size_t)(*end - buf) < len)
		return -ENAMETOOLONG;
	*end -= len;
	memcpy(*end, s, len);
	return 0;
}

/* Objects in no directory: "pipe:[7]", "/memfd:name (deleted)". */
static char *pseudo_path(const struct dentry *dentry, char *buf, int buflen)
{
	const struct inode *inode = dentry->d_inode;
	int len;

	if (S_ISFIFO(inode->i_mode))
		len = snprintf(buf, buflen, "pipe:[%lu]", inode->i_ino);
	else
		len = snprintf(buf, buflen, "/%s (deleted)",
			       dentry->d_name.name);
	if (len >= buflen)
		return ERR_PTR(-ENAMETOOLONG);
	return memmove(buf + buflen - len - 1, buf, len + 1);
}

char *d_path(const struct dentry *dentry, char *buf, int buflen)
{
	static const char deleted[] = " (deleted)";
	struct fs_struct *fs = current->fs;
	struct dentry *root = fs ? READ_ONCE(fs->root.dentry) : NULL;
	char *end = buf + buflen;
	int err;

	if (dentry->d_flags & DCACHE_PSEUDO)
		return pseudo_path(dentry, buf, buflen);

	spin_lock(&rename_lock);
	err = prepend(&end, buf, "", 1);
	if (dentry->d_flags & DCACHE_DELETED && !err)
		err = prepend(&end, buf, deleted, sizeof(deleted) - 1);
	while (!err && dentry != root) {
		const struct qstr *name = &dentry->d_name;

		if (IS_ROOT(dentry)) {
			if (!dentry->d_sb->s_mountpoint)
				break;
			dentry = dentry->d_sb->s_mountpoint;
			continue;
		}
		err = prepend(&end, buf, name->name, name->len);
		if (!err)
			err = prepend(&end, buf, "/", 1);
		dentry = dentry->d_parent;
	}
	if (!err && (!*end || *end == ' '))
		err = prepend(&end, buf, "/", 1);
	spin_unlock(&rename_lock);
	return err ? ERR_PTR(err) : end;
}

char *file_path(struct file *file, char *buf, int buflen)
{
	if (!file->f_dentry)
		return ERR_PTR(-ENOENT);
	return d_path(file->f_dentry, buf, buflen);
}

void dcache_init(void)
{
	for (unsigned int i = 0; i < 1U << D_HASH_BITS; i++)
		spin_lock_init(&dentry_hashtable[i].lock);
	dentry_cachep = KMEM_CACHE(dentry, SLAB_PANIC);
}
