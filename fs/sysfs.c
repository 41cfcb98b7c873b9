/* SPDX-License-Identifier: MIT */
/*
 * fs/sysfs.c - /sys: the little of it that programs look for.
 *
 * It is the tree of fs/proc/generic.c with another root: a directory is a
 * proc_dir_entry, and the files of drivers are of two kinds (fs/sysfs.h).
 *
 * In Linux: fs/sysfs/, drivers/base/cpu.c.
 */
#include "fs/sysfs.h"
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "fs/stat.h"
#include "kernel/cpumask.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "mm/slab.h"

struct proc_dir_entry sysfs_root = {
	.name = "/sys",
	.mode = S_IFDIR | 0555,
	.ino = 1,
	.parent = &sysfs_root,
	.children = LIST_HEAD_INIT(sysfs_root.children),
};

/* ---- values ------------------------------------------------------------- */

/* What an attribute's file was made with. */
struct sysfs_file {
	const struct attribute *attr;
	void *data;
};

/*
 * Unlike other files, one that nobody may read or write is not even opened by
 * root for that.  Return: 0 or -EACCES.
 */
static int check_open(const struct inode *inode, const struct file *file,
		      bool readable, bool writable)
{
	if (file->f_mode & FMODE_READ && !(inode->i_mode & 0444 && readable))
		return -EACCES;
	if (file->f_mode & FMODE_WRITE && !(inode->i_mode & 0222 && writable))
		return -EACCES;
	return 0;
}

static int sysfs_open(struct inode *inode, struct file *file)
{
	const struct sysfs_file *sf = pde_data(inode);
	int err = check_open(inode, file, sf->attr->show, sf->attr->store);

	if (err)
		return err;
	return single_open(file, sf->attr->show, sf->data);
}

/* As Linux: one write is one value, of at most a page. */
static ssize_t sysfs_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *pos)
{
	const struct sysfs_file *sf = pde_data(file->f_inode);
	ssize_t ret = -EFAULT;
	char *buf;

	if (!count)
		return 0;
	count = min_t(size_t, count, PAGE_SIZE);
	buf = kmalloc(count + 1, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	if (!copy_from_user(buf, ubuf, count)) {
		buf[count] = '\0';
		ret = sf->attr->store(sf->data, buf, count);
	}
	kfree(buf);
	if (ret > 0)
		*pos += ret;
	return ret;
}

/* Values cannot be mapped; as on Linux, what any mmap() needs comes first. */
static int sysfs_mmap(struct file *file, struct vm_area_struct *vma)
{
	return -ENODEV;
}

static const struct file_operations sysfs_file_operations = {
	.open = sysfs_open,
	.read = seq_read,
	.write = sysfs_write,
	.mmap = sysfs_mmap,
	.llseek = generic_file_llseek,
	.release = single_release,
	.fsync = noop_fsync,
};

int sysfs_create_file(struct proc_dir_entry *dir, const struct attribute *attr,
		      void *data)
{
	struct sysfs_file *sf = kmalloc(sizeof(*sf), GFP_KERNEL);
	struct proc_dir_entry *pde = NULL;

	if (sf) {
		sf->attr = attr;
		sf->data = data;
		pde = proc_create_data(attr->name, attr->mode, dir,
				       &sysfs_file_operations, sf);
	}
	if (!pde) {
		kfree(sf);
		return -ENOMEM;
	}
	proc_set_size(pde, PAGE_SIZE);
	return 0;
}

/* ---- bytes -------------------------------------------------------------- */

/* How much of @count is there at @pos; at most a page at once. */
static size_t bin_available(const struct bin_attribute *attr, loff_t pos,
			    size_t count)
{
	count = min_t(size_t, count, PAGE_SIZE);
	if (!attr->size)
		return count;
	return (size_t)pos >= attr->size
		       ? 0
		       : min_t(size_t, count, attr->size - pos);
}

static int sysfs_bin_open(struct inode *inode, struct file *file)
{
	const struct bin_attribute *attr = pde_data(inode);

	return check_open(inode, file, attr->read || attr->mmap,
			  attr->write || attr->mmap);
}

static ssize_t sysfs_bin_read(struct file *file, char __user *ubuf,
			      size_t count, loff_t *pos)
{
	const struct bin_attribute *attr = pde_data(file->f_inode);
	ssize_t ret;
	char *buf;

	count = bin_available(attr, *pos, count);
	if (!count)
		return 0;
	if (!attr->read)
		return -EIO;
	buf = kmalloc(count, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	ret = attr->read(attr, buf, *pos, count);
	if (ret > 0 && copy_to_user(ubuf, buf, ret))
		ret = -EFAULT;
	kfree(buf);
	if (ret > 0)
		*pos += ret;
	return ret;
}

static ssize_t sysfs_bin_write(struct file *file, const char __user *ubuf,
			       size_t count, loff_t *pos)
{
	const struct bin_attribute *attr = pde_data(file->f_inode);
	ssize_t ret = -EFAULT;
	char *buf;

	if (attr->size && (size_t)*pos >= attr->size)
		return -EFBIG;
	count = bin_available(attr, *pos, count);
	if (!count)
		return 0;
	if (!attr->write)
		return -EIO;
	buf = kmalloc(count, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	if (!copy_from_user(buf, ubuf, count))
		ret = attr->write(attr, buf, *pos, count);
	kfree(buf);
	if (ret > 0)
		*pos += ret;
	return ret;
}

static int sysfs_bin_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct bin_attribute *attr = pde_data(file->f_inode);

	return attr->mmap ? attr->mmap(attr, vma) : -ENODEV;
}

/*
 * As on Linux, where a file that can be mapped has the address space of all
 * device memory for its own (sysfs_kf_bin_open()): that one's size is 0.
 */
static loff_t sysfs_bin_llseek(struct file *file, loff_t offset, int whence)
{
	const struct bin_attribute *attr = pde_data(file->f_inode);

	if (!attr->mmap)
		return generic_file_llseek(file, offset, whence);
	return generic_file_llseek_size(file, offset, whence, MAX_LFS_FILESIZE,
					0);
}

static const struct file_operations sysfs_bin_operations = {
	.open = sysfs_bin_open,
	.read = sysfs_bin_read,
	.write = sysfs_bin_write,
	.mmap = sysfs_bin_mmap,
	.fsync = noop_fsync,
	.llseek = sysfs_bin_llseek,
};

int sysfs_create_bin_file(struct proc_dir_entry *dir,
			  const struct bin_attribute *attr)
{
	struct proc_dir_entry *pde;

	pde = proc_create_data(attr->name, attr->mode, dir,
			       &sysfs_bin_operations, (void *)attr);
	if (!pde)
		return -ENOMEM;
	proc_set_size(pde, attr->size);
	return 0;
}

/* ---- CPUs --------------------------------------------------------------- */

/* "0-3", "0,2-3" */
static int show_online_cpus(struct seq_file *m, void *v)
{
	const char *sep = "";
	unsigned int cpu = 0, last;

	while (cpu < NR_CPUS) {
		if (!cpumask_test_cpu(cpu, &cpu_online_mask)) {
			cpu++;
			continue;
		}
		last = cpu;
		while (last + 1 < NR_CPUS &&
		       cpumask_test_cpu(last + 1, &cpu_online_mask))
			last++;
		seq_printf(m, last > cpu ? "%s%u-%u" : "%s%u", sep, cpu, last);
		sep = ",";
		cpu = last + 1;
	}
	seq_putc(m, '\n');
	return 0;
}

/* ---- the file system ---------------------------------------------------- */

static struct super_block *sysfs_get_tree(struct file_system_type *type,
					  unsigned long flags, const char *data)
{
	struct super_block *sb = alloc_super(type);

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_magic = SYSFS_MAGIC;
	if (proc_fill_super(sb, &sysfs_root)) {
		free_super(sb);
		return ERR_PTR(-ENOMEM);
	}
	return sb;
}

static struct file_system_type sysfs_fs_type = {
	.name = "sysfs",
	.get_tree = sysfs_get_tree,
	.evict_inode = proc_evict_inode,
};

void init_sysfs(void)
{
	struct proc_dir_entry *dir;

	dir = proc_mkdir("devices", &sysfs_root);
	if (dir)
		dir = proc_mkdir("system", dir);
	if (dir)
		dir = proc_mkdir("cpu", dir);
	if (dir) {
		proc_create_single("online", 0444, dir, show_online_cpus);
		proc_create_single("possible", 0444, dir, show_online_cpus);
		proc_create_single("present", 0444, dir, show_online_cpus);
	}
	register_filesystem(&sysfs_fs_type);
}
