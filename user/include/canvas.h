/* SPDX-License-Identifier: MIT */
/*
 * user/include/canvas.h - a screen to draw on, shared by the fb programs.
 *
 * A canvas has the frame buffer mapped and, beside it, a model: the colour
 * that each pixel should have, as 0xrrggbb.  Drawing changes both.  The model
 * is what a picture of the screen, or another mapping, is compared with.
 *
 * With say set, drawing also prints what it does, as
 *
 *	rect X Y WIDTH HEIGHT RRGGBB
 *
 * where later lines cover earlier ones.  Colours are first rounded to what
 * the mode can show, so that the lines are exact with 16 bits a pixel as well.
 */
#ifndef CANVAS_H
#define CANVAS_H

#include <fbdev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

struct canvas {
	int fd;
	int tty; /* Linux's text console, or -1 */
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	unsigned char *mem; /* the mapping that is drawn on */
	size_t len;         /* of the mapping, in bytes */
	int width, height;  /* in pixels */
	uint32_t *model;    /* width * height colours */
	int say;
};

static inline void canvas_die(const char *what)
{
	perror(what);
	exit(1);
}

/* Linux's <linux/kd.h>: who draws on the screen, text console or program. */
#define CANVAS_KDSETMODE   0x4b3a
#define CANVAS_KD_TEXT     0
#define CANVAS_KD_GRAPHICS 1

/* Map the visible frame buffer, MAP_SHARED or MAP_PRIVATE. */
static inline unsigned char *canvas_map(const struct canvas *c, int flags)
{
	unsigned char *p =
		mmap(NULL, c->len, PROT_READ | PROT_WRITE, flags, c->fd, 0);

	if (p == MAP_FAILED)
		canvas_die("mmap /dev/fb0");
	return p;
}

/* A model of the right size, which a child shares with its parent. */
static inline uint32_t *canvas_new_model(const struct canvas *c)
{
	uint32_t *model =
		mmap(NULL, (size_t)c->width * c->height * 4,
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (model == MAP_FAILED)
		canvas_die("memory for the model");
	return model;
}

/*
 * Where there is a text console on the same screen, as on Linux, its blinking
 * cursor must hold still.
 */
static inline void canvas_take_screen(struct canvas *c)
{
	c->tty = open("/dev/tty0", O_RDWR | O_CLOEXEC);
	if (c->tty >= 0)
		ioctl(c->tty, CANVAS_KDSETMODE, CANVAS_KD_GRAPHICS);
}

/* Open the screen, map it shared, and begin with an empty model. */
static inline void canvas_open(struct canvas *c)
{
	memset(c, 0, sizeof(*c));
	c->fd = open("/dev/fb0", O_RDWR);
	if (c->fd < 0)
		canvas_die("/dev/fb0");
	if (ioctl(c->fd, FBIOGET_VSCREENINFO, &c->var) ||
	    ioctl(c->fd, FBIOGET_FSCREENINFO, &c->fix))
		canvas_die("ioctl /dev/fb0");
	c->width = c->var.xres;
	c->height = c->var.yres;
	if (c->width < 640 || c->height < 480 || c->var.bits_per_pixel < 16 ||
	    c->fix.visual != FB_VISUAL_TRUECOLOR) {
		fprintf(stderr, "cannot draw on %dx%d with %u bits\n", c->width,
			c->height, c->var.bits_per_pixel);
		exit(1);
	}
	c->len = ((size_t)c->fix.line_length * c->height + 4095) & -4096L;
	if (c->len > c->fix.smem_len)
		c->len = c->fix.smem_len & -4096L;
	canvas_take_screen(c);
	c->mem = canvas_map(c, MAP_SHARED);
	c->model = canvas_new_model(c);
	c->say = !isatty(STDOUT_FILENO); /* a person sees the picture itself */
}

static inline uint32_t canvas_pack_one(const struct fb_bitfield *f,
				       unsigned int v8)
{
	return v8 >> (8 - f->length) << f->offset;
}

/* The pixel value for a colour. */
static inline uint32_t canvas_pack(const struct canvas *c, uint32_t rgb)
{
	return canvas_pack_one(&c->var.red, rgb >> 16 & 255) |
	       canvas_pack_one(&c->var.green, rgb >> 8 & 255) |
	       canvas_pack_one(&c->var.blue, rgb & 255);
}

/* Bits that the mode lacks repeat the highest ones, as the screen shows it. */
static inline unsigned int canvas_round_one(const struct fb_bitfield *f,
					    unsigned int v8)
{
	unsigned int v = v8 >> (8 - f->length) << (8 - f->length);

	return v | v >> f->length;
}

/* The nearest colour that the mode can show. */
static inline uint32_t canvas_round(const struct canvas *c, uint32_t rgb)
{
	return canvas_round_one(&c->var.red, rgb >> 16 & 255) << 16 |
	       canvas_round_one(&c->var.green, rgb >> 8 & 255) << 8 |
	       canvas_round_one(&c->var.blue, rgb & 255);
}

static inline size_t canvas_offset(const struct canvas *c, int x, int y)
{
	return (size_t)(y + c->var.yoffset) * c->fix.line_length +
	       (size_t)(x + c->var.xoffset) * (c->var.bits_per_pixel / 8);
}

static inline void canvas_store(const struct canvas *c, unsigned char *at,
				uint32_t pixel)
{
	switch (c->var.bits_per_pixel) {
	case 32:
		*(volatile uint32_t *)at = pixel;
		break;
	case 24:
		at[0] = pixel;
		at[1] = pixel >> 8;
		at[2] = pixel >> 16;
		break;
	default:
		*(volatile uint16_t *)at = pixel;
	}
}

static inline uint32_t canvas_load(const struct canvas *c,
				   const unsigned char *at)
{
	switch (c->var.bits_per_pixel) {
	case 32:
		return *(const volatile uint32_t *)at & 0xffffff;
	case 24:
		return at[0] | at[1] << 8 | at[2] << 16;
	default:
		return *(const volatile uint16_t *)at;
	}
}

/* Fill a rectangle, which must lie on the screen. */
static inline void canvas_rect(struct canvas *c, int x, int y, int w, int h,
			       uint32_t rgb)
{
	uint32_t pixel;

	rgb = canvas_round(c, rgb);
	pixel = canvas_pack(c, rgb);
	for (int j = y; j < y + h; j++) {
		unsigned char *at = c->mem + canvas_offset(c, x, j);

		for (int i = x; i < x + w; i++) {
			canvas_store(c, at, pixel);
			c->model[j * c->width + i] = rgb;
			at += c->var.bits_per_pixel / 8;
		}
	}
	if (c->say)
		printf("rect %d %d %d %d %06x\n", x, y, w, h, rgb);
}

/*
 * Compare a rectangle of a mapping with a model.
 * Return: the number of pixels that differ.
 */
static inline int canvas_differs(const struct canvas *c,
				 const unsigned char *mem,
				 const uint32_t *model, int x, int y, int w,
				 int h)
{
	uint32_t mask = canvas_pack(c, 0xffffff);
	int bad = 0;

	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++)
			bad += (canvas_load(c, mem + canvas_offset(c, i, j)) &
				mask) !=
			       canvas_pack(c, model[j * c->width + i]);
	return bad;
}

/* The same for what read(2) says of the whole screen. */
static inline int canvas_read_differs(const struct canvas *c,
				      const uint32_t *model)
{
	unsigned char *rows = malloc(c->len);
	int bad;

	if (!rows || pread(c->fd, rows, c->len, 0) != (ssize_t)c->len)
		canvas_die("read /dev/fb0");
	bad = canvas_differs(c, rows, model, 0, 0, c->width, c->height);
	free(rows);
	return bad;
}

/* A colour between two others: a at t = 0, b at t = of. */
static inline uint32_t canvas_mix(uint32_t a, uint32_t b, int t, int of)
{
	uint32_t out = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		int va = a >> shift & 255, vb = b >> shift & 255;

		out |= (uint32_t)(va + (vb - va) * t / of) << shift;
	}
	return out;
}

/* Bands from one colour to another, top to bottom. */
static inline void canvas_gradient(struct canvas *c, int x, int y, int w, int h,
				   uint32_t from, uint32_t to, int bands)
{
	for (int i = 0; i < bands; i++) {
		int top = y + h * i / bands, end = y + h * (i + 1) / bands;

		canvas_rect(c, x, top, w, end - top,
			    canvas_mix(from, to, i, bands - 1));
	}
}

/* Letters A to Z, five columns by seven rows, a row in the low five bits. */
static const unsigned char canvas_font[26][7] = {
	{ 14, 17, 17, 31, 17, 17, 17 }, { 30, 17, 17, 30, 17, 17, 30 },
	{ 14, 17, 16, 16, 16, 17, 14 }, { 30, 17, 17, 17, 17, 17, 30 },
	{ 31, 16, 16, 30, 16, 16, 31 }, { 31, 16, 16, 30, 16, 16, 16 },
	{ 14, 17, 16, 23, 17, 17, 15 }, { 17, 17, 17, 31, 17, 17, 17 },
	{ 14, 4, 4, 4, 4, 4, 14 },      { 7, 2, 2, 2, 2, 18, 12 },
	{ 17, 18, 20, 24, 20, 18, 17 }, { 16, 16, 16, 16, 16, 16, 31 },
	{ 17, 27, 21, 21, 17, 17, 17 }, { 17, 25, 21, 19, 17, 17, 17 },
	{ 14, 17, 17, 17, 17, 17, 14 }, { 30, 17, 17, 30, 16, 16, 16 },
	{ 14, 17, 17, 17, 21, 18, 13 }, { 30, 17, 17, 30, 20, 18, 17 },
	{ 15, 16, 16, 14, 1, 1, 30 },   { 31, 4, 4, 4, 4, 4, 4 },
	{ 17, 17, 17, 17, 17, 17, 14 }, { 17, 17, 17, 17, 17, 10, 4 },
	{ 17, 17, 17, 21, 21, 27, 17 }, { 17, 17, 10, 4, 10, 17, 17 },
	{ 17, 17, 10, 4, 4, 4, 4 },     { 31, 1, 2, 4, 8, 16, 31 },
};

/* Capital letters and blanks; each dot of a letter is @size pixels wide. */
static inline void canvas_text(struct canvas *c, int x, int y, int size,
			       const char *text, uint32_t rgb)
{
	for (; *text; text++, x += 6 * size) {
		if (*text < 'A' || *text > 'Z')
			continue;
		for (int row = 0; row < 7; row++)
			for (int col = 0; col < 5; col++)
				if (canvas_font[*text - 'A'][row] >> (4 - col) &
				    1)
					canvas_rect(c, x + col * size,
						    y + row * size, size, size,
						    rgb);
	}
}

static inline int canvas_text_width(int size, const char *text)
{
	return (int)strlen(text) * 6 * size - size;
}

/* Say that the picture is complete; with --hold, stay until killed. */
static inline void canvas_done(struct canvas *c, int argc, char **argv)
{
	printf("ready\n");
	fflush(stdout);
	if (argc > 1 && !strcmp(argv[1], "--hold"))
		for (;;)
			pause();
	if (c->tty >= 0)
		ioctl(c->tty, CANVAS_KDSETMODE, CANVAS_KD_TEXT);
}

#endif
