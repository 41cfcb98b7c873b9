/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/fb.h - the ABI of /dev/fb0: structures and ioctl numbers.
 *
 * In Linux: include/uapi/linux/fb.h.
 */
#ifndef KILBURN_DRIVERS_FB_H
#define KILBURN_DRIVERS_FB_H

#include "kernel/lib/types.h"

#define FBIOGET_VSCREENINFO 0x4600
#define FBIOPUT_VSCREENINFO 0x4601
#define FBIOGET_FSCREENINFO 0x4602
#define FBIOPAN_DISPLAY     0x4606
#define FBIOBLANK           0x4611

#define FB_TYPE_PACKED_PIXELS  0
#define FB_VISUAL_TRUECOLOR    2
#define FB_ACCEL_NONE          0
#define FB_VMODE_NONINTERLACED 0

/* What the hardware is and where its memory is. */
struct fb_fix_screeninfo {
	char id[16];
	unsigned long smem_start; /* physical address, bytes */
	u32 smem_len;             /* bytes */
	u32 type;
	u32 type_aux;
	u32 visual;
	u16 xpanstep, ypanstep, ywrapstep;
	u32 line_length; /* bytes from one line to the next */
	unsigned long mmio_start;
	u32 mmio_len;
	u32 accel;
	u16 capabilities;
	u16 reserved[2];
};

/* Where a colour is in a pixel. */
struct fb_bitfield {
	u32 offset; /* bits, from the least significant */
	u32 length; /* bits */
	u32 msb_right;
};

/* The mode. */
struct fb_var_screeninfo {
	u32 xres, yres; /* pixels that are visible */
	u32 xres_virtual, yres_virtual;
	u32 xoffset, yoffset;
	u32 bits_per_pixel;
	u32 grayscale;
	struct fb_bitfield red, green, blue, transp;
	u32 nonstd;
	u32 activate;
	u32 height, width; /* millimetres; ~0: unknown */
	u32 accel_flags;
	u32 pixclock;
	u32 left_margin, right_margin, upper_margin, lower_margin;
	u32 hsync_len, vsync_len;
	u32 sync, vmode, rotate, colorspace;
	u32 reserved[4];
};

_Static_assert(sizeof(struct fb_fix_screeninfo) == 80, "Linux's layout");
_Static_assert(sizeof(struct fb_var_screeninfo) == 160, "Linux's layout");

#endif /* KILBURN_DRIVERS_FB_H */
