/* SPDX-License-Identifier: MIT */
/*
 * fs/sysfs.c - /sys: the little of it that programs look for.
 *
 * In Linux: fs/sysfs/, drivers/base/cpu.c.
 */
#include "fs/dcache.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "fs/stat.h"
#include "kernel/cpumask.h"
#include "kernel/lib/err.h"

struct proc_dir_entry sysfs_root = {
	.name = "/sys",
	.mode = S_IFDIR | 0555,
	.ino = 1,
	.parent = &sysfs_root,
	.children = LIST_HEAD_INIT(sysfs_root.children),
};

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
