/* SPDX-License-Identifier: MIT */
/*
 * user/fbpaint.c - draw a picture through a shared mapping of the screen.
 *
 * usage: fbpaint [--hold]
 *
 * Every store goes through the page tables straight to the frame buffer's
 * frames, which have no struct page.  At the end the picture is compared with
 * what read(2) says is on the screen.
 */
#include <canvas.h>

static const uint32_t palette[16] = {
	0x000000, 0x1d2b53, 0x7e2553, 0x008751, 0xab5236, 0x5f574f,
	0xc2c3c7, 0xfff1e8, 0xff004d, 0xffa300, 0xffec27, 0x00e436,
	0x29adff, 0x83769c, 0xff77a8, 0xffccaa,
};

/* Ramps of the primary colours, as wide as the screen allows. */
static void draw_ramps(struct canvas *c, int y, int height)
{
	static const uint32_t primary[] = { 0xff0000, 0x00ff00, 0x0000ff,
					    0xffffff };
	int left = c->width / 16, width = c->width - 2 * left;

	for (int p = 0; p < 4; p++)
		for (int i = 0; i < 32; i++) {
			int x = left + width * i / 32;
			int end = left + width * (i + 1) / 32;

			canvas_rect(c, x, y + p * height, end - x, height,
				    canvas_mix(0, primary[p], i, 31));
		}
}

/* The palette, each colour a bar of its own height. */
static void draw_palette(struct canvas *c, int bottom, int height)
{
	int left = c->width / 16, step = (c->width - 2 * left) / 16;

	for (int i = 0; i < 16; i++) {
		int h = height * (8 + i) / 23;

		canvas_rect(c, left + i * step + 3, bottom - h, step - 2, h,
			    0x101018);
		canvas_rect(c, left + i * step, bottom - h - 3, step - 2, h,
			    palette[i]);
	}
}

/* The name in large letters with a shadow. */
static void draw_name(struct canvas *c, int y)
{
	int size = c->width / 64;
	int x = (c->width - canvas_text_width(size, "KILBURN")) / 2;

	canvas_text(c, x + size / 2, y + size / 2, size, "KILBURN", 0x05060f);
	canvas_text(c, x, y, size, "KILBURN", 0xffd75f);
}

/* A frame of squares that touches all four edges of the screen. */
static void draw_frame(struct canvas *c)
{
	int s = 8;

	for (int i = 0; i < c->width / s; i++) {
		uint32_t rgb = i % 2 ? 0xffffff : 0xc0392b;

		canvas_rect(c, i * s, 0, s, s, rgb);
		canvas_rect(c, i * s, c->height - s, s, s, rgb);
	}
	for (int i = 1; i < c->height / s - 1; i++) {
		uint32_t rgb = i % 2 ? 0xffffff : 0xc0392b;

		canvas_rect(c, 0, i * s, s, s, rgb);
		canvas_rect(c, c->width - s, i * s, s, s, rgb);
	}
}

int main(int argc, char **argv)
{
	struct canvas c;
	int bad;

	canvas_open(&c);
	canvas_gradient(&c, 0, 0, c.width, c.height, 0x16213e, 0x0f766e, 64);
	draw_ramps(&c, c.height * 5 / 12, c.height / 24);
	draw_palette(&c, c.height * 11 / 12, c.height / 4);
	draw_name(&c, c.height / 8);
	draw_frame(&c);
	bad = canvas_read_differs(&c, c.model);
	if (bad) {
		printf("# %d pixels are not what was stored\n", bad);
		return 1;
	}
	canvas_done(&c, argc, argv);
	return 0;
}
