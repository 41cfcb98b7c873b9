/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/proc_fs.h - adding entries to /proc and /sys.
 *
 * In Linux: include/linux/proc_fs.h.
 */
#ifndef KILBURN_FS_PROC_PROC_FS_H
#define KILBURN_FS_PROC_PROC_FS_H

#include "fs/fs.h"
#include "kernel/lib/types.h"

struct proc_dir_entry;
struct seq_file;

extern struct proc_dir_entry proc_root, sysfs_root;

/**
 * proc_mkdir() - add a directory.
 * @name: its name; must stay
 * @parent: &proc_root, &sysfs_root or another directory
 *
 * Entries are added for good.
 *
 * Context: may sleep; after vfs_init().
 * Return: the entry, an existing one if there is one of that name; NULL: no
 * memory.
 */
struct proc_dir_entry *proc_mkdir(const char *name,
				  struct proc_dir_entry *parent);

/* Add a file with operations of its own. */
struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fop,
					void *data);

/* Add a file whose text @show prints; its m->private is @data. */
struct proc_dir_entry *
proc_create_single_data(const char *name, umode_t mode,
			struct proc_dir_entry *parent,
			int (*show)(struct seq_file *m, void *v), void *data);

static inline struct proc_dir_entry *
proc_create_single(const char *name, umode_t mode,
		   struct proc_dir_entry *parent,
		   int (*show)(struct seq_file *m, void *v))
{
	return proc_create_single_data(name, mode, parent, show, NULL);
}

/* Add a symbolic link; @target must stay. */
struct proc_dir_entry *proc_symlink(const char *name,
				    struct proc_dir_entry *parent,
				    const char *target);

/* The @data that an entry was made with. */
void *pde_data(const struct inode *inode);
struct proc_dir_entry *proc_pde(const struct inode *inode);
void proc_set_size(struct proc_dir_entry *pde, loff_t size);

#endif /* KILBURN_FS_PROC_PROC_FS_H */
