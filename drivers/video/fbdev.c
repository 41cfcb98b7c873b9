/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/fbdev.c - /dev/fb0: read, write, ioctl and, above all, mmap.
 *
 * The screen's memory belongs to a device, so its frames have no struct page:
 * mmap() makes a VM_PFNMAP area.  A shared one shows every store on the screen.
 * A private one reads the live picture until the program stores into a page,
 * and from then on has a copy of that page.
 *
 * In Linux: drivers/video/fbdev/core/fbmem.c (6.1).
 */

#include "drivers/video/fbdev.h"
#include <asm/uaccess.h>
#include "drivers/gpu/bochs.h"
#include "fs/bounce.h"
#include "fs/devtmpfs.h"
#include "fs/fs.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/mm.h"
#include "mm/vmalloc.h"

#define FB_MAJOR 29

static struct fb_info *fb0;

static int fb_open(struct inode *inode, struct file *file)
{
	atomic_inc(&fb0->open_count);
	return 0;
}

static int fb_release(struct inode *inode, struct file *file)
{
	atomic_dec(&fb0->open_count);
	return 0;
}

static void fb_load(void *device, u64 pos, void *buf, size_t len)
{
	struct fb_info *info = device;

	memcpy(buf, (const void *)(info->screen_base + pos), len);
}

static void fb_store(void *device, u64 pos, void *buf, size_t len)
{
	struct fb_info *info = device;

	memcpy((void *)(info->screen_base + pos), buf, len);
}

static ssize_t fb_read(struct file *file, char __user *buf, size_t count,
		       loff_t *pos)
{
	u64 total = fb0->fix.smem_len;

	if ((u64)*pos >= total)
		return 0;
	count = min_t(u64, count, total - *pos);
	return read_bounced(fb_load, fb0, buf, count, pos);
}

static ssize_t fb_write(struct file *file, const char __user *buf, size_t count,
			loff_t *pos)
{
	u64 total = fb0->fix.smem_len;
	int err = 0;

	if ((u64)*pos > total)
		return -EFBIG;
	if (count > total) {
		err = -EFBIG;
		count = total;
	}
	if (count > total - *pos) {
		err = err ? err : -ENOSPC;
		count = total - *pos;
	}
	if (!count)
		return err;
	return write_bounced(fb_store, fb0, buf, count, pos);
}

/* No ->access: a debugger does not reach the screen (EIO), as in Linux 6.1. */
static const struct vm_operations_struct fb_vm_ops = {};

static int fb_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_page_prot =
		pgprot_writecombine(vm_get_page_prot(vma->vm_flags));
	vma->vm_ops = &fb_vm_ops;
	return vm_iomap_memory(vma, fb0->fix.smem_start, fb0->fix.smem_len);
}

/* No mode can be set: every request is answered with the mode there is. */
static long fb_put_var(void __user *argp)
{
	struct fb_var_screeninfo var;

	if (copy_from_user(&var, argp, sizeof(var)))
		return -EFAULT;
	return copy_to_user(argp, &fb0->var, sizeof(var)) ? -EFAULT : 0;
}

static long fb_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct fb_info *info = fb0;

	switch (cmd) {
	case FBIOGET_VSCREENINFO:
		return copy_to_user(argp, &info->var, sizeof(info->var))
			       ? -EFAULT
			       : 0;
	case FBIOPUT_VSCREENINFO:
		return fb_put_var(argp);
	case FBIOGET_FSCREENINFO:
		return copy_to_user(argp, &info->fix, sizeof(info->fix))
			       ? -EFAULT
			       : 0;
	case FBIOPAN_DISPLAY:
	case FBIOBLANK:
		return -EINVAL; /* the hardware can, this driver cannot */
	default:
		return -ENOTTY;
	}
}

static const struct file_operations fb_fops = {
	.open = fb_open,
	.release = fb_release,
	.read = fb_read,
	.write = fb_write,
	.llseek = default_llseek,
	.mmap = fb_mmap,
	.fsync = noop_fsync,
	.unlocked_ioctl = fb_ioctl,
};

void fb_set_mode(struct fb_info *info, u32 xres, u32 yres, u32 bpp, u32 pitch)
{
	struct fb_var_screeninfo *var = &info->var;
	struct fb_fix_screeninfo *fix = &info->fix;

	var->xres = var->xres_virtual = xres;
	var->yres = var->yres_virtual = yres;
	var->bits_per_pixel = bpp;
	var->height = var->width = ~0u;
	var->vmode = FB_VMODE_NONINTERLACED;
	if (bpp == 16) {
		var->red = (struct fb_bitfield){ 11, 5, 0 };
		var->green = (struct fb_bitfield){ 5, 6, 0 };
		var->blue = (struct fb_bitfield){ 0, 5, 0 };
	} else {
		var->red = (struct fb_bitfield){ 16, 8, 0 };
		var->green = (struct fb_bitfield){ 8, 8, 0 };
		var->blue = (struct fb_bitfield){ 0, 8, 0 };
	}
	fix->type = FB_TYPE_PACKED_PIXELS;
	fix->visual = FB_VISUAL_TRUECOLOR;
	fix->accel = FB_ACCEL_NONE;
	fix->line_length = pitch;
}

int register_framebuffer(struct fb_info *info)
{
	info->screen_base =
		ioremap_wc(info->fix.smem_start, info->fix.smem_len);
	if (!info->screen_base)
		return -ENOMEM;
	fb0 = info;
	pr_info("fb0: %s, %ux%ux%u at %#lx, %u KiB\n", info->fix.id,
		info->var.xres, info->var.yres, info->var.bits_per_pixel,
		info->fix.smem_start, info->fix.smem_len >> 10);
	return register_chrdev_node("fb0", MKDEV(FB_MAJOR, 0), 0660, &fb_fops);
}

static struct fb_info primary;

void video_init(void)
{
	if (bochs_probe(&primary) && simplefb_probe(&primary)) {
		pr_info("fb0: no screen\n");
		return;
	}
	if (register_framebuffer(&primary)) {
		pr_err("fb0: cannot map the screen\n");
		return;
	}
	fbcon_init(&primary);
}
