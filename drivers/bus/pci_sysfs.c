/* SPDX-License-Identifier: MIT */
/*
 * drivers/bus/pci_sysfs.c - PCI devices in /sys and /proc/iomem.
 *
 *	/sys/devices/pci0000:00/0000:00:02.0/	a device
 *		vendor device class enable ...	numbers
 *		subsystem			a link to the bus
 *		config				configuration space, 256 bytes
 *		resource			where its registers and memory are
 *		resource0 resource0_wc ...	them: memory to be mapped, ports
 *						to be read and written
 *	/sys/bus/pci/devices/0000:00:02.0	a link to the directory
 *
 * A mapping of resourceN is what /dev/mem gives for the same frames, but with
 * bounds that the device knows.
 *
 * In Linux: drivers/pci/pci-sysfs.c, mmap.c.
 */

#include "drivers/bus/pci.h"
#include <asm/io.h>
#include "fs/seq_file.h"
#include "fs/sysfs.h"
#include "kernel/ioport.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/printk.h"
#include "kernel/task.h"
#include "mm/gup.h"
#include "mm/mm.h"
#include "mm/slab.h"

#define PCI_CFG_SPACE_SIZE  256
#define PCI_STD_HEADER_SIZE 64 /* what everybody may read */

/* Linux shows 6 registers, the ROM, and 6 for virtual functions. */
#define PCI_NR_RESOURCE_LINES 13

/* One register of a device as files. */
struct pci_resource_files {
	struct pci_dev *dev;
	unsigned int bar;
	char name[12], wc_name[16];
	struct bin_attribute attr, wc_attr;
};

/* All that is made for a device; stays. */
struct pci_sysfs_dev {
	char name[16], target[48];
	struct resource iomem[PCI_NUM_BARS];
	struct bin_attribute config;
	struct pci_resource_files resource[PCI_NUM_BARS];
};

/* ---- numbers ------------------------------------------------------------ */

static int vendor_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%04x\n", dev->vendor);
	return 0;
}

static int device_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%04x\n", dev->device);
	return 0;
}

static int class_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%06x\n", dev->class);
	return 0;
}

static int revision_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%02x\n",
		   pci_read_config_dword(dev, PCI_CLASS_REVISION) & 0xff);
	return 0;
}

static int subsystem_vendor_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%04x\n",
		   pci_read_config_dword(dev, PCI_SUBSYSTEM_VENDOR_ID) &
			   0xffff);
	return 0;
}

static int subsystem_device_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "0x%04x\n",
		   pci_read_config_dword(dev, PCI_SUBSYSTEM_VENDOR_ID) >> 16);
	return 0;
}

static int uevent_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;
	u32 subsystem = pci_read_config_dword(dev, PCI_SUBSYSTEM_VENDOR_ID);

	seq_printf(m, "PCI_CLASS=%X\nPCI_ID=%04X:%04X\n", dev->class,
		   dev->vendor, dev->device);
	seq_printf(m, "PCI_SUBSYS_ID=%04X:%04X\n", subsystem & 0xffff,
		   subsystem >> 16);
	seq_printf(m, "PCI_SLOT_NAME=0000:%02x:%02x.%u\n", dev->bus,
		   dev->devfn >> 3, dev->devfn & 7);
	return 0;
}

static int resource_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	for (unsigned int i = 0; i < PCI_NR_RESOURCE_LINES; i++) {
		struct pci_bar none = { 0 };
		const struct pci_bar *bar =
			i < PCI_NUM_BARS ? &dev->bar[i] : &none;

		seq_printf(m, "0x%016llx 0x%016llx 0x%016lx\n", bar->start,
			   bar->len ? bar->start + bar->len - 1 : 0,
			   bar->flags);
	}
	return 0;
}

static int enable_show(struct seq_file *m, void *v)
{
	const struct pci_dev *dev = m->private;

	seq_printf(m, "%d\n", atomic_read(&dev->enable_cnt));
	return 0;
}

static ssize_t enable_store(void *data, const char *buf, size_t count)
{
	struct pci_dev *dev = data;
	char text[16];
	long value;

	if (!capable_root())
		return -EPERM;
	strscpy(text, buf, sizeof(text));
	if (kstrtol(strim(text), 0, &value) || value < 0)
		return -EINVAL;
	if (value)
		pci_enable_device(dev);
	else if (atomic_read(&dev->enable_cnt) > 0)
		pci_disable_device(dev);
	else
		return -EIO;
	return count;
}

static const struct attribute pci_attributes[] = {
	{ "vendor", 0444, vendor_show, NULL },
	{ "device", 0444, device_show, NULL },
	{ "class", 0444, class_show, NULL },
	{ "revision", 0444, revision_show, NULL },
	{ "subsystem_vendor", 0444, subsystem_vendor_show, NULL },
	{ "subsystem_device", 0444, subsystem_device_show, NULL },
	{ "uevent", 0444, uevent_show, NULL },
	{ "resource", 0444, resource_show, NULL },
	{ "enable", 0644, enable_show, enable_store },
};

/* ---- configuration space ------------------------------------------------ */

static ssize_t config_read(const struct bin_attribute *attr, char *buf,
			   loff_t off, size_t count)
{
	const struct pci_dev *dev = attr->private;
	size_t size = capable_root() ? PCI_CFG_SPACE_SIZE : PCI_STD_HEADER_SIZE;

	if ((size_t)off >= size)
		return 0;
	count = min_t(size_t, count, size - off);
	for (size_t i = 0; i < count; i++)
		buf[i] = pci_read_config_dword(dev, off + i) >>
			 (8 * ((off + i) & 3));
	return count;
}

/* Whole registers; a part of one is read, changed and written back. */
static ssize_t config_write(const struct bin_attribute *attr, const char *buf,
			    loff_t off, size_t count)
{
	const struct pci_dev *dev = attr->private;
	size_t i = 0;

	while (i < count) {
		unsigned int where = (off + i) & ~3u;
		u32 value = pci_read_config_dword(dev, where);

		do {
			unsigned int shift = 8 * ((off + i) & 3);

			value &= ~(0xffu << shift);
			value |= (u32)(u8)buf[i++] << shift;
		} while (i < count && (off + i) & 3);
		pci_write_config_dword(dev, where, value);
	}
	return count;
}

/* ---- resourceN ---------------------------------------------------------- */

static const struct vm_operations_struct pci_phys_vm_ops = {
	.access = generic_access_phys,
};

/* Compare in pages, and subtract: sums of user values wrap. */
static bool pci_mmap_fits(const struct pci_bar *bar,
			  const struct vm_area_struct *vma)
{
	unsigned long pages = (bar->len + PAGE_SIZE - 1) >> PAGE_SHIFT;

	return vma->vm_pgoff < pages && vma_pages(vma) <= pages - vma->vm_pgoff;
}

static int pci_mmap_resource(const struct bin_attribute *attr,
			     struct vm_area_struct *vma, pgprot_t prot)
{
	const struct pci_resource_files *files = attr->private;
	const struct pci_bar *bar = &files->dev->bar[files->bar];

	if (!pci_mmap_fits(bar, vma))
		return -EINVAL;
	vma->vm_page_prot = prot;
	vma->vm_pgoff += PHYS_PFN(bar->start);
	vma->vm_ops = &pci_phys_vm_ops;
	return io_remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff,
				  vma->vm_end - vma->vm_start, prot);
}

static int pci_mmap_resource_uc(const struct bin_attribute *attr,
				struct vm_area_struct *vma)
{
	return pci_mmap_resource(attr, vma,
				 pgprot_noncached(vma->vm_page_prot));
}

static int pci_mmap_resource_wc(const struct bin_attribute *attr,
				struct vm_area_struct *vma)
{
	return pci_mmap_resource(attr, vma,
				 pgprot_writecombine(vma->vm_page_prot));
}

/*
 * Ports are read and written, one register of 1, 2 or 4 bytes at a time.
 * Return: the port, or -EINVAL.
 */
static int resource_port(const struct bin_attribute *attr, loff_t off,
			 size_t count)
{
	const struct pci_resource_files *files = attr->private;

	if (count != 1 && count != 2 && count != 4)
		return -EINVAL;
	return files->dev->bar[files->bar].start + off;
}

static ssize_t pci_read_resource_io(const struct bin_attribute *attr, char *buf,
				    loff_t off, size_t count)
{
	int port = resource_port(attr, off, count);
	u32 value;

	if (port < 0)
		return port;
	value = count == 1 ? inb(port) : count == 2 ? inw(port) : inl(port);
	memcpy(buf, &value, count);
	return count;
}

static ssize_t pci_write_resource_io(const struct bin_attribute *attr,
				     const char *buf, loff_t off, size_t count)
{
	int port = resource_port(attr, off, count);
	u32 value = 0;

	if (port < 0)
		return port;
	memcpy(&value, buf, count);
	if (count == 1)
		outb(value, port);
	else if (count == 2)
		outw(value, port);
	else
		outl(value, port);
	return count;
}

static int create_resource_files(struct proc_dir_entry *dir,
				 struct pci_dev *dev, unsigned int i,
				 struct pci_resource_files *files)
{
	struct bin_attribute attr = {
		.name = files->name,
		.mode = 0600,
		.size = dev->bar[i].len,
		.private = files,
		.mmap = pci_mmap_resource_uc,
	};
	int err;

	if (dev->bar[i].is_io) {
		attr.mmap = NULL;
		attr.read = pci_read_resource_io;
		attr.write = pci_write_resource_io;
	}
	files->dev = dev;
	files->bar = i;
	snprintf(files->name, sizeof(files->name), "resource%u", i);
	snprintf(files->wc_name, sizeof(files->wc_name), "resource%u_wc", i);
	files->attr = attr;
	err = sysfs_create_bin_file(dir, &files->attr);
	if (err || !(dev->bar[i].flags & IORESOURCE_PREFETCH))
		return err;
	attr.name = files->wc_name;
	attr.mmap = pci_mmap_resource_wc;
	files->wc_attr = attr;
	return sysfs_create_bin_file(dir, &files->wc_attr);
}

/* ---- a device ----------------------------------------------------------- */

static void add_iomem(const struct pci_bar *bar, struct resource *res,
		      const char *name)
{
	res->start = bar->start;
	res->end = bar->start + bar->len - 1;
	res->name = name;
	res->flags = bar->flags;
	if (insert_resource(res))
		pr_warn("pci: %s: %#llx overlaps another range\n", name,
			bar->start);
}

static int create_device_files(struct proc_dir_entry *dir, struct pci_dev *dev,
			       struct pci_sysfs_dev *sd)
{
	int err = 0;

	sd->config = (struct bin_attribute){
		.name = "config",
		.mode = 0644,
		.size = PCI_CFG_SPACE_SIZE,
		.private = dev,
		.read = config_read,
		.write = config_write,
	};
	err = sysfs_create_bin_file(dir, &sd->config);
	for (unsigned int i = 0; i < ARRAY_SIZE(pci_attributes) && !err; i++)
		err = sysfs_create_file(dir, &pci_attributes[i], dev);
	for (unsigned int i = 0; i < PCI_NUM_BARS && !err; i++) {
		const struct pci_bar *bar = &dev->bar[i];

		if (!bar->len)
			continue;
		if (!bar->is_io)
			add_iomem(bar, &sd->iomem[i], sd->name);
		err = create_resource_files(dir, dev, i, &sd->resource[i]);
	}
	return err;
}

static int add_device(struct proc_dir_entry *devices,
		      struct proc_dir_entry *links, struct pci_dev *dev)
{
	struct pci_sysfs_dev *sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	struct proc_dir_entry *dir;

	if (!sd)
		return -ENOMEM;
	snprintf(sd->name, sizeof(sd->name), "0000:%02x:%02x.%u", dev->bus,
		 dev->devfn >> 3, dev->devfn & 7);
	snprintf(sd->target, sizeof(sd->target),
		 "../../../devices/pci0000:00/%s", sd->name);
	dir = proc_mkdir(sd->name, devices);
	if (!dir || !proc_symlink(sd->name, links, sd->target) ||
	    !proc_symlink("subsystem", dir, "../../../bus/pci"))
		return -ENOMEM; /* what has been made stays: there is no undo */
	return create_device_files(dir, dev, sd);
}

/* Directories one below the other. */
static struct proc_dir_entry *make_path(const char *const *names)
{
	struct proc_dir_entry *dir = &sysfs_root;

	for (; *names && dir; names++)
		dir = proc_mkdir(*names, dir);
	return dir;
}

void pci_sysfs_init(void)
{
	static const char *const devices_path[] = { "devices", "pci0000:00",
						    NULL };
	static const char *const links_path[] = { "bus", "pci", "devices",
						  NULL };
	struct proc_dir_entry *devices = make_path(devices_path);
	struct proc_dir_entry *links = make_path(links_path);
	struct pci_dev *dev;

	if (!devices || !links)
		return;
	list_for_each_entry (dev, &pci_devices, node) {
		if (add_device(devices, links, dev))
			pr_err("pci: no memory for a device's files\n");
	}
}
