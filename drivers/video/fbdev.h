/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/fbdev.h - one screen: a mode, and memory that shows.
 *
 * In Linux: include/linux/fb.h.
 */
#ifndef KILBURN_DRIVERS_FBDEV_H
#define KILBURN_DRIVERS_FBDEV_H

#include <asm/atomic.h>
#include "drivers/video/fb.h"
#include "mm/vmalloc.h"

struct fb_info {
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	u8 __iomem *screen_base; /* fix.smem_start, mapped write-combining */
	atomic_t open_count;
	/** @show_in_panic: make it visible, without locks; NULL: it always is. */
	void (*show_in_panic)(struct fb_info *info);
};

/* Find a screen, set a mode, start /dev/fb0 and the text console on it. */
void video_init(void);

/* Use what the boot loader set up.  Return: 0; -ENODEV if it set up nothing. */
int simplefb_probe(struct fb_info *info);

/* Describe a packed true-colour mode; fix.smem_* are the caller's. */
void fb_set_mode(struct fb_info *info, u32 xres, u32 yres, u32 bpp, u32 pitch);

/**
 * register_framebuffer() - make a screen known as /dev/fb0.
 * @info: complete; stays for ever
 *
 * Return: 0 or -errno; -ENOMEM if the memory cannot be mapped.
 */
int register_framebuffer(struct fb_info *info);

/* Show the kernel's log on @info while no program has it open. */
void fbcon_init(struct fb_info *info);

#endif /* KILBURN_DRIVERS_FBDEV_H */
