/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fb.h - open the frame buffer for a test.
 *
 * The tests use only pages in the lower half of the screen, where no text
 * console has its cursor, and never the first page of a private mapping.
 */
#ifndef KILBURN_TESTS_USER_FB_H
#define KILBURN_TESTS_USER_FB_H

#include "fault.h"
#include "maps.h"
#include <fbdev.h>
#include <sys/ioctl.h>

#define RW (PROT_READ | PROT_WRITE)

static int fb;
static struct fb_var_screeninfo fb_var;
static struct fb_fix_screeninfo fb_fix;
static size_t fb_mid; /* page aligned offset of the lower half */

/* Open /dev/fb0, or say why these tests cannot run and leave. */
static inline void fb_open(void)
{
	fb = open("/dev/fb0", O_RDWR);
	if (fb < 0 && (errno == ENOENT || errno == ENODEV)) {
		tap_say("1..0 # SKIP no /dev/fb0; on Linux: kb exec --linux "
			"--fb");
		exit(0);
	}
	need(fb >= 0);
	need(!ioctl(fb, FBIOGET_VSCREENINFO, &fb_var));
	need(!ioctl(fb, FBIOGET_FSCREENINFO, &fb_fix));
	fb_mid = (size_t)fb_fix.line_length * fb_var.yres / 2 & -PAGE;
}

/* Map @nr pages of the lower half, from its page @first on. */
static inline char *fb_map(unsigned long first, unsigned long nr, int prot,
			   int flags)
{
	char *p = mmap(NULL, nr * PAGE, prot, flags, fb, fb_mid + first * PAGE);

	need(p != MAP_FAILED);
	return p;
}

/* A byte of the lower half, by way of read(2). */
static inline int fb_peek(size_t off)
{
	unsigned char c;

	need(pread(fb, &c, 1, fb_mid + off) == 1);
	return c;
}

/* Change it, by way of write(2). */
static inline void fb_poke(size_t off, int value)
{
	unsigned char c = value;

	need(pwrite(fb, &c, 1, fb_mid + off) == 1);
}

#endif
