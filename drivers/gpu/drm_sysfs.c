/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_sysfs.c - the card in /sys, where libdrm looks for it.
 *
 *	/sys/devices/pci0000:00/0000:00:01.0/
 *		driver			a link to the driver
 *		drm/card0/
 *			dev uevent
 *			device		a link back
 *			card0-Virtual-1/	the connector
 *	/sys/class/drm/			links to both
 *	/sys/dev/char/226:0		a link to the card
 *
 * In Linux: drivers/gpu/drm/drm_sysfs.c.
 */

#include "drivers/gpu/drm_device.h"
#include "fs/seq_file.h"
#include "fs/sysfs.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"

/* Paths, which must stay. */
static struct {
	char card[64], connector[80], device[32];
} links;

/* ---- files -------------------------------------------------------------- */

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "drm 1.1.0 20060810\n");
	return 0;
}

static int dev_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d:0\n", DRM_MAJOR);
	return 0;
}

static int card_uevent_show(struct seq_file *m, void *v)
{
	seq_printf(m,
		   "MAJOR=%d\nMINOR=0\nDEVNAME=dri/card0\n"
		   "DEVTYPE=drm_minor\n",
		   DRM_MAJOR);
	return 0;
}

static int status_show(struct seq_file *m, void *v)
{
	seq_printf(m, "connected\n");
	return 0;
}

static int enabled_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;

	mutex_lock(&dev->mode_mutex);
	seq_printf(m, "%s\n",
		   dev->mode_config.state.enable ? "enabled" : "disabled");
	mutex_unlock(&dev->mode_mutex);
	return 0;
}

static int dpms_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;

	mutex_lock(&dev->mode_mutex);
	seq_printf(m, "%s\n",
		   *dev->mode_config.dpms == DRM_MODE_DPMS_ON ? "On" : "Off");
	mutex_unlock(&dev->mode_mutex);
	return 0;
}

static int modes_show(struct seq_file *m, void *v)
{
	const struct drm_device *dev = m->private;

	for (u32 i = 0; i < dev->mode_config.nr_modes; i++)
		seq_printf(m, "%s\n", dev->mode_config.modes[i].name);
	return 0;
}

static const struct attribute card_attributes[] = {
	{ "dev", 0444, dev_show, NULL },
	{ "uevent", 0444, card_uevent_show, NULL },
};

static const struct attribute connector_attributes[] = {
	{ "status", 0444, status_show, NULL },
	{ "enabled", 0444, enabled_show, NULL },
	{ "dpms", 0444, dpms_show, NULL },
	{ "modes", 0444, modes_show, NULL },
};

static const struct attribute version_attribute = { "version", 0444,
						    version_show, NULL };

static ssize_t edid_read(const struct bin_attribute *attr, char *buf,
			 loff_t off, size_t count)
{
	const struct drm_device *dev = attr->private;

	if (off >= dev->mode_config.edid_length)
		return 0;
	count = min_t(size_t, count, dev->mode_config.edid_length - off);
	memcpy(buf, dev->mode_config.edid + off, count);
	return count;
}

static struct bin_attribute edid_attribute = {
	.name = "edid",
	.mode = 0444,
	.read = edid_read,
};

/* ---- directories -------------------------------------------------------- */

/* Directories one below the other, found or made. */
static struct proc_dir_entry *make_path(struct proc_dir_entry *dir,
					const char *const *names)
{
	for (; *names && dir; names++)
		dir = proc_mkdir(*names, dir);
	return dir;
}

static int add_files(struct proc_dir_entry *dir, const struct attribute *attrs,
		     unsigned int nr, struct drm_device *dev)
{
	int err = 0;

	for (unsigned int i = 0; i < nr && !err; i++)
		err = sysfs_create_file(dir, &attrs[i], dev);
	return err;
}

static int add_connector(struct proc_dir_entry *card, struct drm_device *dev)
{
	struct proc_dir_entry *dir = proc_mkdir("card0-Virtual-1", card);

	if (!dir || !proc_symlink("device", dir, "../../card0"))
		return -ENOMEM;
	edid_attribute.private = dev;
	if (sysfs_create_bin_file(dir, &edid_attribute))
		return -ENOMEM;
	return add_files(dir, connector_attributes,
			 ARRAY_SIZE(connector_attributes), dev);
}

/* What leads to the card from elsewhere. */
static int add_links(struct drm_device *dev)
{
	static const char *const class_path[] = { "class", "drm", NULL };
	static const char *const char_path[] = { "dev", "char", NULL };
	struct proc_dir_entry *class = make_path(&sysfs_root, class_path);
	struct proc_dir_entry *chars = make_path(&sysfs_root, char_path);
	const char *card = links.card;

	snprintf(links.card, sizeof(links.card),
		 "../../devices/pci0000:00/%s/drm/card0", dev->bus_id);
	snprintf(links.connector, sizeof(links.connector), "%s/card0-Virtual-1",
		 card);
	if (!class || !chars || !proc_symlink("card0", class, card) ||
	    !proc_symlink("card0-Virtual-1", class, links.connector) ||
	    !proc_symlink("226:0", chars, card))
		return -ENOMEM;
	return sysfs_create_file(class, &version_attribute, dev);
}

static int add_driver(struct proc_dir_entry *device)
{
	static const char *const driver_path[] = { "bus", "pci", "drivers",
						   "bochs-drm", NULL };

	if (!make_path(&sysfs_root, driver_path) ||
	    !proc_symlink("driver", device,
			  "../../../bus/pci/drivers/bochs-drm"))
		return -ENOMEM;
	return 0;
}

int drm_sysfs_init(struct drm_device *dev)
{
	const char *const device_path[] = { "devices", "pci0000:00",
					    dev->bus_id, NULL };
	static const char *const card_path[] = { "drm", "card0", NULL };
	struct proc_dir_entry *device = make_path(&sysfs_root, device_path);
	struct proc_dir_entry *card = make_path(device, card_path);
	int err;

	snprintf(links.device, sizeof(links.device), "../../../%s",
		 dev->bus_id);
	if (!card || !proc_symlink("device", card, links.device) ||
	    !proc_symlink("subsystem", card, "../../../../../class/drm"))
		return -ENOMEM;
	err = add_files(card, card_attributes, ARRAY_SIZE(card_attributes),
			dev);
	if (!err)
		err = add_connector(card, dev);
	if (!err)
		err = add_links(dev);
	return err ? err : add_driver(device);
}
