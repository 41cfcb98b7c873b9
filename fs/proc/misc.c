/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/misc.c - the files of /proc that are about the whole system.
 *
 * A number that this kernel does not keep is left out, not invented.
 *
 * In Linux: fs/proc/{cpuinfo,meminfo,uptime,version,stat,cmdline}.c,
 * kernel/sysctl.c.
 */
#include <asm/boot_info.h>
#include <asm/irq.h>
#include <asm/processor.h>
#include <asm/uaccess.h>
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/cpumask.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "kernel/utsname.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vma.h"
#include "mm/vmalloc.h"

/* ---- the machine -------------------------------------------------------- */

static void show_cpu(struct seq_file *m, unsigned int cpu)
{
	u32 eax, ebx, ecx, edx;
	unsigned int family, model;

	cpuid(1, &eax, &ebx, &ecx, &edx);
	family = eax >> 8 & 0xf;
	model = eax >> 4 & 0xf;
	if (family == 0xf)
		family += eax >> 20 & 0xff;
	if (family >= 6)
		model |= eax >> 12 & 0xf0;
	seq_printf(m, "processor\t: %u\n", cpu);
	seq_printf(m, "vendor_id\t: %s\n", boot_cpu.vendor);
	seq_printf(m, "cpu family\t: %u\nmodel\t\t: %u\n", family, model);
	seq_printf(m, "model name\t: %s\n", boot_cpu.model);
	seq_printf(m, "stepping\t: %u\n", eax & 0xf);
	seq_printf(m, "address sizes\t: %u bits physical, 48 bits virtual\n\n",
		   boot_cpu.phys_bits);
}

static int show_cpuinfo(struct seq_file *m, void *v)
{
	unsigned int cpu;

	for_each_online_cpu (cpu)
		show_cpu(m, cpu);
	return 0;
}

static void meminfo_line(struct seq_file *m, const char *name,
			 unsigned long pages)
{
	seq_printf(m, "%-15s %8lu kB\n", name, pages << (PAGE_SHIFT - 10));
}

/*
 * What frames are used for, in pages.  No path of mm/ counts this: it is looked
 * up when somebody asks.
 */
struct page_census {
	unsigned long cached, shmem; /* of files; of those, in memory only */
	unsigned long mapped;        /* of files, and in page tables */
	unsigned long anon, tables;
};

static void take_census(struct page_census *census)
{
	*census = (struct page_census){ 0 };
	for (unsigned long pfn = 0; pfn < max_pfn; pfn++) {
		const struct page *page;

		if (!(pfn & 4095))
			cond_resched();
		if (!pfn_valid(pfn))
			continue;
		page = pfn_to_page(pfn);
		if (!page_count(page) || PageReserved(page) || PageSlab(page))
			continue;
		if (PageTable(page)) {
			census->tables++;
		} else if (PageAnon(page)) {
			census->anon += page_mapped(page);
		} else if (READ_ONCE(page->mapping)) {
			census->cached++;
			census->shmem += PageSwapBacked(page);
			census->mapped += page_mapped(page);
		}
	}
}

static void show_meminfo_free(struct seq_file *m,
			      const struct page_census *census)
{
	unsigned long free = nr_free_pages();

	meminfo_line(m, "MemTotal:", totalram_pages());
	meminfo_line(m, "MemFree:", free);
	/* Nothing can be reclaimed: what is free is what is available. */
	meminfo_line(m, "MemAvailable:", free);
	meminfo_line(m, "Buffers:", 0);
	meminfo_line(m, "Cached:", census->cached);
	meminfo_line(m, "SwapCached:", 0);
	meminfo_line(m, "SwapTotal:", 0);
	meminfo_line(m, "SwapFree:", 0);
	/* No file has a home but memory, so none waits to be written back. */
	meminfo_line(m, "Dirty:", 0);
	meminfo_line(m, "Writeback:", 0);
}

static int show_meminfo(struct seq_file *m, void *v)
{
	struct page_census census;

	take_census(&census);
	show_meminfo_free(m, &census);
	meminfo_line(m, "AnonPages:", census.anon);
	meminfo_line(m, "Mapped:", census.mapped);
	meminfo_line(m, "Shmem:", census.shmem);
	meminfo_line(m, "Slab:", slab_nr_pages());
	meminfo_line(m, "SReclaimable:", 0);
	meminfo_line(m, "SUnreclaim:", slab_nr_pages());
	meminfo_line(m, "KernelStack:",
		     READ_ONCE(nr_threads) * (THREAD_SIZE >> PAGE_SHIFT));
	meminfo_line(m, "PageTables:", census.tables);
	meminfo_line(m, "CommitLimit:", vm_commit_limit());
	meminfo_line(m, "Committed_AS:", vm_memory_committed());
	meminfo_line(m, "VmallocTotal:",
		     (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT);
	meminfo_line(m, "VmallocUsed:", vmalloc_nr_pages());
	return 0;
}

/* ---- the system --------------------------------------------------------- */

/* Since boot, and what all CPUs together have idled of it. */
static int show_uptime(struct seq_file *m, void *v)
{
	u64 up = ktime_get_ns() / NSEC_PER_TICK, idle = 0;
	struct cpu_usage usage;
	unsigned int cpu;

	for_each_online_cpu (cpu) {
		get_cpu_usage(cpu, &usage);
		idle += usage.idle;
	}
	idle /= NSEC_PER_TICK;
	seq_printf(m, "%llu.%02llu %llu.%02llu\n", up / 100, up % 100,
		   idle / 100, idle % 100);
	return 0;
}

static int show_version(struct seq_file *m, void *v)
{
	seq_printf(m, "%s version %s (kilburn) (%s) %s\n", UTS_SYSNAME,
		   UTS_RELEASE, __VERSION__, UTS_VERSION);
	return 0;
}

/* Waiting for disks, interrupts and other machines are not told apart: 0. */
static void show_cpu_usage(struct seq_file *m, const struct cpu_usage *u)
{
	seq_printf(m, " %llu %llu %llu %llu 0 0 0 0 0 0\n",
		   u->user / NSEC_PER_TICK, u->nice / NSEC_PER_TICK,
		   u->system / NSEC_PER_TICK, u->idle / NSEC_PER_TICK);
}

static int show_stat(struct seq_file *m, void *v)
{
	u64 boot = ktime_get_real_ns() - ktime_get_ns();
	struct cpu_usage sum = { 0 }, usage;
	unsigned int cpu;

	for_each_online_cpu (cpu) {
		get_cpu_usage(cpu, &usage);
		sum.user += usage.user;
		sum.nice += usage.nice;
		sum.system += usage.system;
		sum.idle += usage.idle;
		sum.nr_switches += usage.nr_switches;
	}
	seq_puts(m, "cpu ");
	show_cpu_usage(m, &sum);
	for_each_online_cpu (cpu) {
		get_cpu_usage(cpu, &usage);
		seq_printf(m, "cpu%u", cpu);
		show_cpu_usage(m, &usage);
	}
	seq_printf(m, "ctxt %llu\n", sum.nr_switches);
	seq_printf(m, "btime %llu\n", boot / NSEC_PER_SEC);
	seq_printf(m, "processes %lu\n", READ_ONCE(total_forks));
	seq_printf(m, "procs_running %u\n", nr_running());
	return 0;
}

static int show_cmdline(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", boot_command_line);
	return 0;
}

static int show_filesystems_entry(struct seq_file *m, void *v)
{
	show_filesystems(m);
	return 0;
}

/* ---- sys ---------------------------------------------------------------- */

static int show_string(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (const char *)m->private);
	return 0;
}

static int show_int(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", READ_ONCE(*(int *)m->private));
	return 0;
}

static int show_ulong(struct seq_file *m, void *v)
{
	seq_printf(m, "%lu\n", READ_ONCE(*(unsigned long *)m->private));
	return 0;
}

static int sysctl_open_int(struct inode *inode, struct file *file)
{
	return single_open(file, show_int, pde_data(inode));
}

static int sysctl_open_ulong(struct inode *inode, struct file *file)
{
	return single_open(file, show_ulong, pde_data(inode));
}

static int sysctl_number(const char __user *ubuf, size_t count, long *value)
{
	char buf[24], *text;

	count = min(count, sizeof(buf) - 1);
	if (copy_from_user(buf, ubuf, count))
		return -EFAULT;
	buf[count] = '\0';
	text = strim(buf);
	return kstrtol(text, 0, value);
}

static ssize_t sysctl_write_int(struct file *file, const char __user *ubuf,
				size_t count, loff_t *pos)
{
	long value;
	int err = sysctl_number(ubuf, count, &value);

	if (err)
		return err;
	if (value < 0 || value > INT_MAX)
		return -EINVAL;
	WRITE_ONCE(*(int *)pde_data(file->f_inode), value);
	return count;
}

/* OVERCOMMIT_GUESS, _ALWAYS or _NEVER. */
static ssize_t overcommit_write(struct file *file, const char __user *ubuf,
				size_t count, loff_t *pos)
{
	long value;
	int err = sysctl_number(ubuf, count, &value);

	if (err)
		return err;
	if (value < 0 || value > 2)
		return -EINVAL;
	WRITE_ONCE(sysctl_overcommit_memory, value);
	return count;
}

static ssize_t sysctl_write_ulong(struct file *file, const char __user *ubuf,
				  size_t count, loff_t *pos)
{
	long value;
	int err = sysctl_number(ubuf, count, &value);

	if (err)
		return err;
	if (value < 0)
		return -EINVAL;
	WRITE_ONCE(*(unsigned long *)pde_data(file->f_inode), value);
	return count;
}

static const struct file_operations sysctl_int_operations = {
	.open = sysctl_open_int,
	.read = seq_read,
	.write = sysctl_write_int,
	.llseek = seq_lseek,
	.release = single_release,
};

static const struct file_operations overcommit_operations = {
	.open = sysctl_open_int,
	.read = seq_read,
	.write = overcommit_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static const struct file_operations sysctl_ulong_operations = {
	.open = sysctl_open_ulong,
	.read = seq_read,
	.write = sysctl_write_ulong,
	.llseek = seq_lseek,
	.release = single_release,
};

static int show_hostname(struct seq_file *m, void *v)
{
	char name[__NEW_UTS_LEN + 1];

	get_nodename(name);
	seq_printf(m, "%s\n", name);
	return 0;
}

static int show_interrupts_entry(struct seq_file *m, void *v)
{
	show_interrupts(m);
	return 0;
}

static int pid_max = PID_MAX_DEFAULT;

static void sys_init(void)
{
	struct proc_dir_entry *sys = proc_mkdir("sys", &proc_root);
	struct proc_dir_entry *kernel, *vm;

	if (!sys)
		return;
	kernel = proc_mkdir("kernel", sys);
	vm = proc_mkdir("vm", sys);
	if (!kernel || !vm)
		return;
	proc_create_single_data("ostype", 0444, kernel, show_string,
				UTS_SYSNAME);
	proc_create_single_data("osrelease", 0444, kernel, show_string,
				UTS_RELEASE);
	proc_create_single_data("version", 0444, kernel, show_string,
				UTS_VERSION);
	proc_create_single("hostname", 0444, kernel, show_hostname);
	proc_create_single_data("pid_max", 0444, kernel, show_int, &pid_max);
	proc_create_data("max_map_count", 0644, vm, &sysctl_int_operations,
			 &sysctl_max_map_count);
	proc_create_data("mmap_min_addr", 0644, vm, &sysctl_ulong_operations,
			 &mmap_min_addr);
	proc_create_data("overcommit_memory", 0644, vm, &overcommit_operations,
			 &sysctl_overcommit_memory);
	proc_create_data("overcommit_ratio", 0644, vm, &sysctl_int_operations,
			 &sysctl_overcommit_ratio);
}

/* ---- kilburn ------------------------------------------------------------ */

static int show_audit(struct seq_file *m, void *v)
{
	if (mm_audit(m) == 0)
		seq_puts(m, "ok\n");
	return 0;
}

void proc_misc_init(void)
{
	struct proc_dir_entry *dir;

	proc_symlink("mounts", &proc_root, "self/mounts");
	proc_create_single("cpuinfo", 0444, &proc_root, show_cpuinfo);
	proc_create_single("meminfo", 0444, &proc_root, show_meminfo);
	proc_create_single("uptime", 0444, &proc_root, show_uptime);
	proc_create_single("version", 0444, &proc_root, show_version);
	proc_create_single("stat", 0444, &proc_root, show_stat);
	proc_create_single("interrupts", 0444, &proc_root,
			   show_interrupts_entry);
	proc_create_single("cmdline", 0444, &proc_root, show_cmdline);
	proc_create_single("filesystems", 0444, &proc_root,
			   show_filesystems_entry);
	proc_page_init();
	sys_init();
	dir = proc_mkdir("kilburn", &proc_root);
	if (!dir)
		return;
	proc_create_single("audit", 0400, dir, show_audit);
	proc_trace_init(dir);
}
