/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_debugfs.c - /sys/kernel/debug/dri/0: where everything is.
 *
 *	name		driver, device and bus
 *	clients		who has the device open
 *	framebuffer	each framebuffer, and where its buffer lives
 *	vram-mm		the pages of video memory, used and free
 *	evict_vram	reading it moves all that can be moved into RAM; 0 or
 *			-errno (bochs on Linux lacks it; amdgpu has it)
 *
 * In Linux: drivers/gpu/drm/drm_debugfs.c, drm_framebuffer.c,
 * drm_gem_vram_helper.c, amd/amdgpu/amdgpu_debugfs.c.
 */

#include "drivers/gpu/drm_device.h"
#include "fs/debugfs.h"
#include "fs/seq_file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"

static int name_show(struct seq_file *m, void *v)
{
	const struct drm_device *dev = m->private;

	seq_printf(m, "%s dev=%s unique=%s\n", dev->driver->name, dev->bus_id,
		   dev->bus_id);
	return 0;
}

static int clients_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;
	const struct drm_file *file;

	seq_printf(m, "%20s %5s %3s master a %5s %10s\n", "command", "tgid",
		   "dev", "uid", "magic");
	mutex_lock(&dev->master_mutex);
	list_for_each_entry (file, &dev->files, node)
		seq_printf(m, "%20s %5d %3d   %c    %c %5u %10llu\n", "",
			   file->tgid, 0,
			   file->is_master && file->master == dev->master ? 'y'
									  : 'n',
			   file->authenticated ? 'y' : 'n', file->uid,
			   file->magic.size ? file->magic.start : 0ull);
	mutex_unlock(&dev->master_mutex);
	return 0;
}

/* Where a buffer lives; bus.offset: only while that is the device's memory. */
static void show_place(struct seq_file *m, struct ttm_buffer_object *bo)
{
	mutex_lock(&bo->resv);
	seq_printf(m, "\t\t\tstart=%08llx\n", bo->base.vma_node.start);
	seq_printf(m, "\t\t\tsize=%zu\n", bo->base.size);
	if (bo->mem_type == TTM_PL_VRAM) {
		seq_printf(m, "\t\t\tplacement=vram\n");
		seq_printf(m, "\t\t\tbus.offset=%llx\n",
			   bo->bdev->vram_phys +
				   (bo->vram.start << PAGE_SHIFT));
	} else {
		seq_printf(m, "\t\t\tplacement=system\n");
	}
	mutex_unlock(&bo->resv);
}

static int framebuffer_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;
	const struct drm_framebuffer *fb;

	mutex_lock(&dev->mode_mutex);
	list_for_each_entry (fb, &dev->mode_config.fbs, node) {
		seq_printf(m, "framebuffer[%u]:\n", drm_object_id(&fb->base));
		seq_printf(m, "\tallocated by = %s\n", fb->comm);
		seq_printf(m, "\tsize=%ux%u\n", fb->width, fb->height);
		seq_printf(m, "\tlayers:\n\t\tpitch[0]=%u\n", fb->pitch);
		seq_printf(m, "\t\toffset[0]=%u\n\t\tobj[0]:\n", fb->offset);
		show_place(m, fb->bo);
	}
	mutex_unlock(&dev->mode_mutex);
	return 0;
}

static int vram_mm_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;

	ttm_device_show(m, &dev->ttm);
	return 0;
}

static int evict_vram_show(struct seq_file *m, void *v)
{
	struct drm_device *dev = m->private;

	seq_printf(m, "%d\n", ttm_evict_all(&dev->ttm));
	return 0;
}

static const struct {
	const char *name;
	umode_t mode;
	int (*show)(struct seq_file *m, void *v);
} files[] = {
	{ "name", 0444, name_show },
	{ "clients", 0444, clients_show },
	{ "framebuffer", 0444, framebuffer_show },
	{ "vram-mm", 0444, vram_mm_show },
	{ "evict_vram", 0400, evict_vram_show },
};

int drm_debugfs_init(struct drm_device *dev)
{
	struct proc_dir_entry *dir = proc_mkdir("dri", &debugfs_root);

	if (dir)
		dir = proc_mkdir("0", dir);
	for (unsigned int i = 0; dir && i < ARRAY_SIZE(files); i++)
		if (!proc_create_single_data(files[i].name, files[i].mode, dir,
					     files[i].show, dev))
			dir = NULL;
	return dir ? 0 : -ENOMEM;
}
