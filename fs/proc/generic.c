/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/generic.c - the entries of /proc and /sys that are there for good.
 *
 * The tree of proc_dir_entry is the truth; dentries and inodes are made at
 * each look-up and go with their last user (fs/dcache.h).  An entry's inode
 * number is its own, so it stays the same.
 *
 * In Linux: fs/proc/generic.c, inode.c.
 */
#include "fs/dcache.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/slab.h"

#define PROC_DYNAMIC_FIRST 0xf0000000UL /* inode numbers of static entries */

static DEFINE_SPINLOCK(proc_tree_lock);
static ino_t last_ino = PROC_DYNAMIC_FIRST; /* proc_tree_lock */

/* ---- the tree ----------------------------------------------------------- */

static struct proc_dir_entry *find_child(struct proc_dir_entry *dir,
					 const struct qstr *name)
{
	struct proc_dir_entry *pde;

	list_for_each_entry (pde, &dir->children, sibling) {
		if (strlen(pde->name) == name->len &&
		    !memcmp(pde->name, name->name, name->len))
			return pde;
	}
	return NULL;
}

static struct proc_dir_entry *proc_add(const char *name, umode_t mode,
				       struct proc_dir_entry *parent)
{
	struct proc_dir_entry *pde = kzalloc(sizeof(*pde), GFP_KERNEL);

	if (!pde)
		return NULL;
	pde->name = name;
	pde->mode = mode;
	pde->parent = parent ? parent : &proc_root;
	INIT_LIST_HEAD(&pde->children);
	spin_lock(&proc_tree_lock);
	pde->ino = ++last_ino;
	spin_unlock(&proc_tree_lock);
	return pde;
}

/* Only a complete entry may be seen. */
static struct proc_dir_entry *proc_publish(struct proc_dir_entry *pde)
{
	spin_lock(&proc_tree_lock);
	list_add_tail(&pde->sibling, &pde->parent->children);
	spin_unlock(&proc_tree_lock);
	return pde;
}

struct proc_dir_entry *proc_mkdir(const char *name,
				  struct proc_dir_entry *parent)
{
	struct qstr qname = qstr_of(name);
	struct proc_dir_entry *pde;

	spin_lock(&proc_tree_lock);
	pde = find_child(parent ? parent : &proc_root, &qname);
	spin_unlock(&proc_tree_lock);
	if (pde)
		return pde;
	pde = proc_add(name, S_IFDIR | 0555, parent);
	return pde ? proc_publish(pde) : NULL;
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fop,
					void *data)
{
	struct proc_dir_entry *pde = proc_add(name, S_IFREG | mode, parent);

	if (!pde)
		return NULL;
	pde->fop = fop;
	pde->data = data;
	return proc_publish(pde);
}

static int proc_single_open(struct inode *inode, struct file *file)
{
	const struct proc_dir_entry *pde = PROC_I(inode)->pde;

	return single_open(file, pde->show, pde->data);
}

int proc_reg_mmap(struct file *file, struct vm_area_struct *vma)
{
	return -EIO;
}

static const struct file_operations proc_single_operations = {
	.open = proc_single_open,
	.read = seq_read,
	.mmap = proc_reg_mmap,
	.llseek = seq_lseek,
	.release = single_release,
};

struct proc_dir_entry *
proc_create_single_data(const char *name, umode_t mode,
			struct proc_dir_entry *parent,
			int (*show)(struct seq_file *m, void *v), void *data)
{
	struct proc_dir_entry *pde = proc_add(name, S_IFREG | mode, parent);

	if (!pde)
		return NULL;
	pde->fop = &proc_single_operations;
	pde->show = show;
	pde->data = data;
	return proc_publish(pde);
}

static char *proc_get_link(struct dentry *dentry, struct inode *inode)
{
	char *target = kstrdup(PROC_I(inode)->pde->link, GFP_KERNEL);

	return target ? target : ERR_PTR(-ENOMEM);
}

static const struct inode_operations proc_link_inode_operations = {
	.get_link = proc_get_link,
};

struct proc_dir_entry *proc_symlink(const char *name,
				    struct proc_dir_entry *parent,
				    const char *target)
{
	struct proc_dir_entry *pde = proc_add(name, S_IFLNK | 0777, parent);

	if (!pde)
		return NULL;
	pde->link = target;
	pde->size = strlen(target);
	pde->iop = &proc_link_inode_operations;
	return proc_publish(pde);
}

void *pde_data(const struct inode *inode)
{
	return PROC_I(inode)->pde->data;
}

struct proc_dir_entry *proc_pde(const struct inode *inode)
{
	return PROC_I(inode)->pde;
}

void proc_set_size(struct proc_dir_entry *pde, loff_t size)
{
	pde->size = size;
}

/* ---- inodes ------------------------------------------------------------- */

struct inode *proc_get_inode(struct super_block *sb, umode_t mode, ino_t ino)
{
	struct proc_inode *pi = kzalloc(sizeof(*pi), GFP_KERNEL);
	struct inode *inode;

	if (!pi)
		return NULL;
	inode = new_inode(sb);
	if (!inode) {
		kfree(pi);
		return NULL;
	}
	inode->i_private = pi;
	inode->i_mode = mode;
	inode->i_ino = ino;
	if (S_ISDIR(mode))
		inode->i_nlink = 2;
	return inode;
}

static int proc_dir_lookup(struct inode *dir, struct dentry *dentry)
{
	return proc_lookup_de(PROC_I(dir)->pde, dir, dentry);
}

static int proc_dir_readdir(struct file *file, struct dir_context *ctx)
{
	if (dir_emit_dots(file, ctx))
		proc_readdir_de(PROC_I(file->f_inode)->pde, file, ctx);
	return 0;
}

static const struct inode_operations proc_dir_inode_operations = {
	.lookup = proc_dir_lookup,
};

static const struct file_operations proc_dir_operations = {
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate = proc_dir_readdir,
};

static struct inode *pde_inode(struct super_block *sb,
			       struct proc_dir_entry *pde)
{
	struct inode *inode = proc_get_inode(sb, pde->mode, pde->ino);

	if (!inode)
		return NULL;
	PROC_I(inode)->pde = pde;
	inode->i_size = pde->size;
	inode->i_fop = pde->fop;
	if (pde->iop)
		inode->i_op = pde->iop;
	if (S_ISDIR(pde->mode)) {
		if (!pde->iop)
			inode->i_op = &proc_dir_inode_operations;
		if (!pde->fop)
			inode->i_fop = &proc_dir_operations;
	}
	return inode;
}

int proc_lookup_de(struct proc_dir_entry *dir, struct inode *inode,
		   struct dentry *dentry)
{
	struct proc_dir_entry *pde;
	struct inode *found;

	spin_lock(&proc_tree_lock);
	pde = find_child(dir, &dentry->d_name);
	spin_unlock(&proc_tree_lock);
	if (!pde)
		return -ENOENT;
	found = pde_inode(inode->i_sb, pde);
	if (!found)
		return -ENOMEM;
	dentry->d_flags |= DCACHE_STATIC;
	d_instantiate(dentry, found);
	return 0;
}

static struct proc_dir_entry *nth_child(struct proc_dir_entry *dir, loff_t n)
{
	struct proc_dir_entry *pde, *found = NULL;

	spin_lock(&proc_tree_lock);
	list_for_each_entry (pde, &dir->children, sibling) {
		if (n-- == 0) {
			found = pde;
			break;
		}
	}
	spin_unlock(&proc_tree_lock);
	return found;
}

/* List the static entries; positions from 2 up.  Return: all were listed. */
bool proc_readdir_de(struct proc_dir_entry *dir, struct file *file,
		     struct dir_context *ctx)
{
	struct proc_dir_entry *pde;

	while ((pde = nth_child(dir, ctx->pos - 2))) {
		if (!dir_emit(ctx, pde->name, strlen(pde->name), pde->ino,
			      fs_umode_to_dtype(pde->mode)))
			return false;
		ctx->pos++;
	}
	return true;
}

void proc_evict_inode(struct inode *inode)
{
	struct proc_inode *pi = PROC_I(inode);

	if (pi->task)
		put_task_struct(pi->task);
	kfree(pi);
}

int proc_fill_super(struct super_block *sb, struct proc_dir_entry *root)
{
	sb->s_iflags |= SB_I_NOEXEC;
	sb->s_root = d_make_root(sb, pde_inode(sb, root));
	return sb->s_root ? 0 : -ENOMEM;
}

int name_to_int(const struct qstr *name)
{
	int n = 0;

	if (!name->len || (name->len > 1 && name->name[0] == '0'))
		return -1;
	for (u32 i = 0; i < name->len; i++) {
		if (!isdigit_ascii(name->name[i]) || n > (INT_MAX - 9) / 10)
			return -1;
		n = n * 10 + (name->name[i] - '0');
	}
	return n;
}
