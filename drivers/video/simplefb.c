/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/simplefb.c - the framebuffer that the boot loader left behind.
 *
 * For machines without a device that we can program: the mode stays as GRUB or
 * the firmware set it.
 *
 * In Linux: drivers/video/fbdev/simplefb.c, vesafb.c, efifb.c.
 */

#include <asm/boot_info.h>
#include "drivers/video/fbdev.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "mm/mm.h"

int simplefb_probe(struct fb_info *info)
{
	const struct boot_framebuffer *fb = &boot_info.fb;

	if (!fb->phys || fb->bpp < 15)
		return -ENODEV;
	fb_set_mode(info, fb->width, fb->height, fb->bpp, fb->pitch);
	info->var.red = (struct fb_bitfield){ fb->red.pos, fb->red.size, 0 };
	info->var.green =
		(struct fb_bitfield){ fb->green.pos, fb->green.size, 0 };
	info->var.blue = (struct fb_bitfield){ fb->blue.pos, fb->blue.size, 0 };
	strscpy(info->fix.id, "simple", sizeof(info->fix.id));
	info->fix.smem_start = fb->phys;
	info->fix.smem_len = PAGE_ALIGN((u64)fb->pitch * fb->height);
	return 0;
}
