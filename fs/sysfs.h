/* SPDX-License-Identifier: MIT */
/*
 * fs/sysfs.h - files of /sys that a driver offers.
 *
 * A directory is a struct proc_dir_entry below sysfs_root: make it with
 * proc_mkdir() and link to it with proc_symlink() (fs/proc/proc_fs.h).
 *
 * In Linux: include/linux/sysfs.h.
 */
#ifndef KILBURN_FS_SYSFS_H
#define KILBURN_FS_SYSFS_H

#include "fs/fs.h"
#include "fs/proc/proc_fs.h"

/* One value, as a line of text. */
struct attribute {
	const char *name;
	umode_t mode;
	/** @show: print it; m->private is what sysfs_create_file() was given. */
	int (*show)(struct seq_file *m, void *v);
	/** @store: take @count bytes, terminated; returns them or -errno. */
	ssize_t (*store)(void *data, const char *buf, size_t count);
};

/* Bytes, or frames that can be mapped. */
struct bin_attribute {
	const char *name;
	umode_t mode;
	size_t size; /* bytes; 0: not known */
	void *private;
	/** @read: at most a page; @off + @count is within @size. */
	ssize_t (*read)(const struct bin_attribute *attr, char *buf, loff_t off,
			size_t count);
	ssize_t (*write)(const struct bin_attribute *attr, const char *buf,
			 loff_t off, size_t count);
	int (*mmap)(const struct bin_attribute *attr,
		    struct vm_area_struct *vma);
};

/**
 * sysfs_create_file() - add a value to a directory.
 * @dir: the directory
 * @attr: must stay
 * @data: for @attr's functions
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int sysfs_create_file(struct proc_dir_entry *dir, const struct attribute *attr,
		      void *data);

/* The same for bytes. */
int sysfs_create_bin_file(struct proc_dir_entry *dir,
			  const struct bin_attribute *attr);

#endif /* KILBURN_FS_SYSFS_H */
