/* SPDX-License-Identifier: MIT */
/*
 * fs/dcache.h - the tree of names.
 *
 * A dentry is one name in one directory.  It holds a reference on its parent
 * and on its inode.  Dentries with a name that can be looked up are in one
 * global hash, keyed by parent and name.
 *
 * In ramfs, tmpfs and devtmpfs the dentries are the directory: each entry has
 * one reference more ("pinned") until it is unlinked, and is in its parent's
 * d_children.  In procfs dentries are made at each lookup, are not hashed
 * and go with their last user; but one that is mounted on is hashed, for walks
 * must find it.
 *
 * Locks: a hash bucket's lock protects its chain and the names in it;
 * dentry->d_lock protects d_parent and d_mounted against a walk; the parent
 * inode's i_rwsem protects d_children.  rename_lock keeps the whole tree still
 * for d_path().
 *
 * In Linux: include/linux/dcache.h.
 */
#ifndef KILBURN_FS_DCACHE_H
#define KILBURN_FS_DCACHE_H

#include <asm/atomic.h>
#include "fs/fs.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/spinlock.h"

struct super_block;

struct qstr {
	const char *name;
	u32 len; /* bytes, without a NUL */
	u32 hash;
};

#define DNAME_INLINE_LEN 40 /* with its NUL; longer names are allocated */

struct dentry {
	atomic_t d_count;
	unsigned int d_flags;    /* DCACHE_* */
	struct dentry *d_parent; /* a root is its own parent */
	struct qstr d_name;
	struct inode *d_inode; /* NULL only until d_instantiate() */
	struct super_block *d_sb;
	struct super_block *d_mounted; /* what covers this directory, or NULL */
	spinlock_t d_lock;
	struct hlist_node d_hash;
	struct list_head d_child;    /* in d_parent->d_children */
	struct list_head d_children; /* pinned entries, by rising d_cookie */
	u64 d_cookie;                /* position in a listing of the parent */
	u64 d_next_cookie;           /* for the next child */
	char d_iname[DNAME_INLINE_LEN];
};

#define DCACHE_DELETED 0x1u /* unlinked: d_path() says "(deleted)" */
#define DCACHE_PSEUDO  0x2u /* an object without a directory: memfd, shm */
#define DCACHE_STATIC  0x4u /* of a proc_dir_entry, which is there for good */

extern spinlock_t rename_lock;

struct qstr qstr_of(const char *name);
u32 full_name_hash(const char *name, unsigned int len);

struct dentry *d_alloc(struct dentry *parent, const struct qstr *name);
struct dentry *d_alloc_pseudo(struct super_block *sb, const char *name);
struct dentry *d_make_root(struct super_block *sb, struct inode *inode);
struct dentry *d_lookup(struct dentry *parent, const struct qstr *name);
void d_instantiate(struct dentry *dentry, struct inode *inode);
/* Hash a DCACHE_STATIC dentry and those above it, so that walks find it. */
void d_make_lasting(struct dentry *dentry);
void d_add_pinned(struct dentry *dentry, struct inode *inode);
void d_delete_pinned(struct dentry *dentry);
void d_move(struct dentry *dentry, struct dentry *target,
	    struct dentry *new_parent, struct qstr *new_name);
void d_exchange(struct dentry *a, struct dentry *b);
bool is_subdir(struct dentry *dentry, struct dentry *ancestor);
bool d_tree_busy(struct dentry *root, int held);
void d_genocide(struct dentry *root);
void dput(struct dentry *dentry);
void dcache_init(void);

static inline struct dentry *dget(struct dentry *dentry)
{
	atomic_inc(&dentry->d_count);
	return dentry;
}

static inline bool IS_ROOT(const struct dentry *dentry)
{
	return dentry->d_parent == dentry;
}

#endif /* KILBURN_FS_DCACHE_H */
