/* SPDX-License-Identifier: MIT */
/*
 * user/include/fbdev.h - the ABI of /dev/fb0, for programs compiled with musl,
 * which has no <linux/fb.h>.
 *
 * All numbers and layouts are Linux's.
 */
#ifndef FBDEV_H
#define FBDEV_H

#include <stdint.h>

#define FBIOGET_VSCREENINFO 0x4600
#define FBIOGET_FSCREENINFO 0x4602

#define FB_TYPE_PACKED_PIXELS 0
#define FB_VISUAL_TRUECOLOR   2

/* Where the bits of one colour are in a pixel. */
struct fb_bitfield {
	uint32_t offset; /* of its lowest bit */
	uint32_t length; /* in bits */
	uint32_t msb_right;
};

/* What can be changed: the mode. */
struct fb_var_screeninfo {
	uint32_t xres, yres; /* what is visible, in pixels */
	uint32_t xres_virtual, yres_virtual;
	uint32_t xoffset, yoffset;
	uint32_t bits_per_pixel;
	uint32_t grayscale;
	struct fb_bitfield red, green, blue, transp;
	uint32_t nonstd;
	uint32_t activate;
	uint32_t height, width; /* in mm */
	uint32_t accel_flags;
	uint32_t pixclock;
	uint32_t left_margin, right_margin, upper_margin, lower_margin;
	uint32_t hsync_len, vsync_len;
	uint32_t sync, vmode, rotate, colorspace;
	uint32_t reserved[4];
};

/* What cannot: the memory. */
struct fb_fix_screeninfo {
	char id[16];
	unsigned long smem_start; /* physical address of the frame buffer */
	uint32_t smem_len;        /* its length in bytes */
	uint32_t type, type_aux;
	uint32_t visual;
	uint16_t xpanstep, ypanstep, ywrapstep;
	uint32_t line_length; /* bytes from one row to the next */
	unsigned long mmio_start;
	uint32_t mmio_len;
	uint32_t accel;
	uint16_t capabilities;
	uint16_t reserved[2];
};

_Static_assert(sizeof(struct fb_var_screeninfo) == 160, "Linux's size");
_Static_assert(sizeof(struct fb_fix_screeninfo) == 80, "Linux's size");

#endif
