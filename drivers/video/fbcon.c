/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/fbcon.c - the kernel's log, as text on the screen.
 *
 * The font is a PSF2 or PSF1 file of a Debian package that the build embeds.
 * While a program has /dev/fb0 open the screen is the program's, and the
 * console keeps quiet; a panic is shown all the same.
 *
 * In Linux: drivers/video/fbdev/core/fbcon.c.
 */

#include "drivers/video/fbdev.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define PSF1_MAGIC 0x0436u
#define PSF2_MAGIC 0x864ab572u

struct psf1_header {
	u16 magic;
	u8 mode;
	u8 charsize; /* bytes of a glyph = lines; it is 8 pixels wide */
};

struct psf2_header {
	u32 magic, version, headersize, flags;
	u32 length;   /* glyphs */
	u32 charsize; /* bytes of a glyph */
	u32 height, width;
};

/* The build puts the file between these. */
extern const u8 console_font_psf[], console_font_psf_end[];

static struct {
	const u8 *glyphs;
	u32 nr_glyphs, charsize, width, height;
} font;

static struct {
	struct fb_info *info;
	u32 cols, rows; /* characters */
	u32 x, y;       /* where the next one goes */
	u32 fg, bg;     /* pixel values */
} con;

static bool font_init(void)
{
	const struct psf1_header *psf1 = (const void *)console_font_psf;
	const struct psf2_header *psf2 = (const void *)console_font_psf;

	if (psf2->magic == PSF2_MAGIC) {
		font.glyphs = console_font_psf + psf2->headersize;
		font.nr_glyphs = psf2->length;
		font.charsize = psf2->charsize;
		font.width = psf2->width;
		font.height = psf2->height;
	} else if (psf1->magic == PSF1_MAGIC) {
		font.glyphs = console_font_psf + sizeof(*psf1);
		font.nr_glyphs = psf1->mode & 1 ? 512 : 256;
		font.charsize = psf1->charsize;
		font.width = 8;
		font.height = psf1->charsize;
	} else {
		return false;
	}
	return font.glyphs + font.nr_glyphs * font.charsize <=
	       console_font_psf_end;
}

static u32 make_pixel(const struct fb_var_screeninfo *var, u32 r, u32 g, u32 b)
{
	return r >> (8 - var->red.length) << var->red.offset |
	       g >> (8 - var->green.length) << var->green.offset |
	       b >> (8 - var->blue.length) << var->blue.offset;
}

static void put_pixel(u8 *at, u32 bytes, u32 pixel)
{
	if (bytes == 4)
		*(volatile u32 *)at = pixel;
	else
		for (u32 i = 0; i < bytes; i++)
			((volatile u8 *)at)[i] = pixel >> (8 * i);
}

static void draw_glyph(u32 col, u32 row, u8 c)
{
	struct fb_info *info = con.info;
	u32 bytes = (info->var.bits_per_pixel + 7) / 8;
	const u8 *bits =
		font.glyphs + (c < font.nr_glyphs ? c : '?') * font.charsize;

	for (u32 y = 0; y < font.height; y++) {
		u8 *at = (u8 *)info->screen_base +
			 (row * font.height + y) * info->fix.line_length +
			 col * font.width * bytes;

		for (u32 x = 0; x < font.width; x++, at += bytes)
			put_pixel(at, bytes,
				  bits[x / 8] & 0x80 >> x % 8 ? con.fg
							      : con.bg);
		bits += (font.width + 7) / 8;
	}
}

static void scroll(void)
{
	u8 *base = (u8 *)con.info->screen_base;
	size_t line = font.height * con.info->fix.line_length;

	memmove(base, base + line, (con.rows - 1) * line);
	memset(base + (con.rows - 1) * line, 0, line);
}

static void new_line(void)
{
	con.x = 0;
	if (con.y + 1 < con.rows)
		con.y++;
	else
		scroll();
}

static void fbcon_putc(char c)
{
	if (c == '\n') {
		new_line();
		return;
	}
	if (con.x == con.cols)
		new_line();
	draw_glyph(con.x++, con.y, c);
}

/* Once: whatever the screen showed, what is written now must be seen. */
static void show_in_panic(void)
{
	static bool shown;

	if (shown || !con.info->show_in_panic)
		return;
	shown = true;
	con.info->show_in_panic(con.info);
}

static void fbcon_write(struct console *console, const char *text, size_t len)
{
	if (panic_in_progress)
		show_in_panic();
	else if (atomic_read(&con.info->open_count))
		return;
	for (size_t i = 0; i < len; i++)
		fbcon_putc(text[i]);
}

static struct console fbcon = {
	.name = "fbcon",
	.write = fbcon_write,
};

void fbcon_init(struct fb_info *info)
{
	if (!font_init()) {
		pr_err("fbcon: the font is not a PSF file\n");
		return;
	}
	con.info = info;
	con.cols = info->var.xres / font.width;
	con.rows = info->var.yres / font.height;
	con.fg = make_pixel(&info->var, 0xd0, 0xd0, 0xd0);
	con.bg = make_pixel(&info->var, 0, 0, 0);
	memset((void *)info->screen_base, 0,
	       info->var.yres * info->fix.line_length);
	register_console(&fbcon);
}
