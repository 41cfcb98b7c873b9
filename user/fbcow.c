/* SPDX-License-Identifier: MIT */
/*
 * user/fbcow.c - map the screen privately and draw where nobody sees it.
 *
 * usage: fbcow [--hold]
 *
 * A private mapping of the frame buffer first shows the live picture: its
 * pages are the device's own frames, without struct page, read-only.  The
 * first store to a page copies that page into ordinary memory; the screen does
 * not change.  The program proves each step and says so in lines that begin
 * with '#'.  At the end it copies what only it can see to the right half of the
 * screen, through the shared mapping, so that both can be looked at.
 *
 * In /proc/self/maps the private mapping has the frame buffer's physical
 * address as its offset, the shared one 0.  That is the rule of 2006 by which
 * Linux tells a page that was copied (a frame other than vm_pgoff plus the
 * distance into the area) from one that was not.
 */
#include <canvas.h>

static int failures;

static void prove(int good, const char *what)
{
	printf("# %s: %s\n", good ? "yes" : "NO", what);
	failures += !good;
}

/* The offset field of the maps line of @p; the line is printed. */
static unsigned long maps_offset(const void *p)
{
	unsigned long start, end, offset = -1;
	FILE *f = fopen("/proc/self/maps", "r");
	char line[300];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) ==
			    3 &&
		    (unsigned long)p >= start && (unsigned long)p < end) {
			printf("# %s", line);
			break;
		}
	if (f)
		fclose(f);
	return offset;
}

/* The picture that everybody sees, on the left half. */
static void draw_screen(struct canvas *c)
{
	int w = c->width / 2, h = c->height, s = w / 64;

	canvas_rect(c, w, 0, w, h, 0x101018);
	canvas_gradient(c, 0, 0, w, h, 0x3b0764, 0xea580c, 48);
	for (int i = 0; i < 8; i++)
		canvas_rect(c, w * i / 8, h * 3 / 4 - i * h / 32, w / 8, h / 4,
			    canvas_mix(0x22d3ee, 0xfacc15, i, 7));
	canvas_text(c, s * 4, h / 16, s, "SCREEN", 0xffffff);
}

/* Mix @rgb half and half into a rectangle of the private mapping. */
static void blend(const struct canvas *c, unsigned char *private,
		  uint32_t *model, int x, int y, int w, int h, uint32_t rgb)
{
	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++) {
			uint32_t *m = &model[j * c->width + i];

			*m = canvas_round(c, canvas_mix(*m, rgb, 1, 2));
			canvas_store(c, private + canvas_offset(c, i, j),
				     canvas_pack(c, *m));
		}
}

/* A transparent window, drawn into the private copy only. */
static void draw_window(struct canvas *c, unsigned char *private,
			uint32_t *model)
{
	struct canvas copy = *c;
	int w = c->width / 2, h = c->height, s = w / 80;

	blend(c, private, model, w / 8, h / 3, w * 3 / 4, h / 2, 0xe0f2fe);
	blend(c, private, model, w / 8, h / 3, w * 3 / 4, h / 16, 0x0c4a6e);
	copy.mem = private;
	copy.model = model;
	copy.say = 0;
	canvas_text(&copy, w / 8 + s * 2, h / 3 + s, s, "PRIVATE", 0xffffff);
}

/* Show on the right what the private mapping has on the left. */
static void show_copy(struct canvas *c, const unsigned char *private,
		      const uint32_t *model)
{
	int w = c->width / 2, from, bad;

	bad = canvas_differs(c, private, model, 0, 0, w, c->height);
	prove(!bad, "the private mapping shows the window");
	for (int y = 0; y < c->height; y++) {
		const uint32_t *row = &model[y * c->width];

		for (int x = from = 0; x < w; x = from) {
			while (from < w && row[from] == row[x])
				from++;
			canvas_rect(c, w + x, y, from - x, 1, row[x]);
		}
	}
}

static void prove_live(struct canvas *c, const unsigned char *private)
{
	int all =
		canvas_differs(c, private, c->model, 0, 0, c->width, c->height);

	prove(!all, "a private mapping shows the picture on the screen");
	canvas_rect(c, 8, 8, 16, 16, 0x00ff80);
	prove(!canvas_differs(c, private, c->model, 0, 0, 64, 64),
	      "and follows it, until it is written");
}

static void prove_unseen(struct canvas *c, const unsigned char *private,
			 const uint32_t *model)
{
	prove(!canvas_differs(c, c->mem, c->model, 0, 0, c->width, c->height),
	      "the shared mapping does not show the window");
	prove(!canvas_read_differs(c, c->model), "nor does read(2)");
	canvas_rect(c, c->width / 4, c->height * 2 / 3, 16, 16, 0xff0000);
	prove(!canvas_differs(c, private, model, c->width / 4,
			      c->height * 2 / 3, 16, 16),
	      "a page that was copied no longer follows the screen");
	canvas_rect(c, 32, 8, 16, 16, 0xff0080);
	prove(!canvas_differs(c, private, c->model, 0, 0, 64, 64),
	      "a page that was not copied still does");
}

int main(int argc, char **argv)
{
	struct canvas c;
	unsigned char *private;
	uint32_t *model;

	canvas_open(&c);
	draw_screen(&c);
	private = canvas_map(&c, MAP_PRIVATE);
	prove(maps_offset(c.mem) == 0, "a shared mapping has offset 0");
	prove(maps_offset(private) == c.fix.smem_start,
	      "a private one has the frames' physical address");
	prove_live(&c, private);
	model = canvas_new_model(&c);
	memcpy(model, c.model, (size_t)c.width * c.height * 4);
	draw_window(&c, private, model);
	prove_unseen(&c, private, model);
	/* The square that the screen got meanwhile, in a page not copied. */
	for (int y = 8; y < 24; y++)
		memcpy(&model[y * c.width], &c.model[y * c.width],
		       c.width / 2 * 4);
	show_copy(&c, private, model);
	prove(!canvas_read_differs(&c, c.model),
	      "the screen shows both, side by side");
	if (failures)
		return 1;
	canvas_done(&c, argc, argv);
	return 0;
}
