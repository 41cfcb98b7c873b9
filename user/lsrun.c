/* SPDX-License-Identifier: MIT */
/*
 * user/lsrun.c - four contexts take turns in one local store.
 *
 * usage: lsrun [--hold]
 *
 * Each context is an open(2) of /dev/lstore, and one pointer.  The program goes
 * on using all four pointers while each context in turn is loaded into the
 * device's memory and the others lie in RAM; it proves that every pointer shows
 * its own bytes, whichever place they are in.
 *
 * On the screen a context is a bar: dark while it is saved, bright while it is
 * loaded, and its squares are bytes that the program has just read through the
 * pointer.  Below is what the device's memory holds, read through /dev/ivshmem0:
 * always the colours of the bright bar.
 */
#include <canvas.h>
#include <lstore.h>

#define CONTEXTS 4
#define ROUNDS   3
#define SQUARES  32 /* in a row; a square is a part of the store */
#define PART     (LSTORE_SIZE / SQUARES)

static const uint32_t colours[CONTEXTS] = { 0xf43f5e, 0xf59e0b, 0x10b981,
					    0x3b82f6 };

static int fds[CONTEXTS], device, failures;
static volatile unsigned char *stores[CONTEXTS];

static void prove(int good, const char *what)
{
	if (good)
		return;
	printf("# NO: %s\n", what);
	failures++;
}

static int is_loaded(int context)
{
	return ioctl(fds[context], LSTORE_GET_STATE) == LSTORE_LOADED;
}

/* The byte that @context has in part @part since round @round. */
static unsigned char byte_of(int context, int part, int round)
{
	return context << 6 | ((part + round) & 0x1f) << 1 | (round & 1);
}

static void store_all(int context, int round)
{
	for (int part = 0; part < SQUARES; part++)
		for (long i = 0; i < PART; i += 512)
			stores[context][part * PART + i] =
				byte_of(context, part, round);
}

static int shows(int context, int round)
{
	for (int part = 0; part < SQUARES; part++)
		for (long i = 0; i < PART; i += 512)
			if (stores[context][part * PART + i] !=
			    byte_of(context, part, round))
				return 0;
	return 1;
}

static void open_all(void)
{
	device = open("/dev/ivshmem0", O_RDONLY);
	if (device < 0)
		canvas_die("/dev/ivshmem0");
	for (int i = 0; i < CONTEXTS; i++) {
		fds[i] = open(LSTORE_DEVICE, O_RDWR);
		if (fds[i] < 0)
			canvas_die(LSTORE_DEVICE);
		stores[i] = mmap(NULL, LSTORE_SIZE, PROT_READ | PROT_WRITE,
				 MAP_SHARED, fds[i], 0);
		if (stores[i] == MAP_FAILED)
			canvas_die("mmap " LSTORE_DEVICE);
		store_all(i, 0);
	}
}

/* ---- the picture -------------------------------------------------------- */

/* What a byte looks like: the colour of its context, brighter for more. */
static uint32_t colour_of(unsigned char byte, int bright)
{
	uint32_t base =
		canvas_mix(0x101018, colours[byte >> 6], bright ? 4 : 1, 4);

	return canvas_mix(base, bright ? 0xffffff : 0x404048, byte >> 1 & 0x1f,
			  62);
}

static void draw_bytes(struct canvas *c, int y, int h,
		       const unsigned char *bytes, int bright)
{
	int left = c->width / 5, w = (c->width - left) / (SQUARES + 1);

	for (int i = 0; i < SQUARES; i++)
		canvas_rect(c, left + i * w, y, w - 2, h,
			    colour_of(bytes[i], bright));
}

static void draw_context(struct canvas *c, int context)
{
	static const char *const names[] = { "A", "B", "C", "D" };
	int h = c->height / 6, y = h / 2 + context * h, s = h / 14;
	int loaded = is_loaded(context);
	unsigned char bytes[SQUARES];

	for (int i = 0; i < SQUARES; i++)
		bytes[i] = stores[context][i * PART];
	canvas_rect(c, 0, y, c->width, h - 4, 0x101018);
	canvas_text(c, s * 2, y + s * 2, s, names[context], colours[context]);
	canvas_text(c, s * 9, y + s * 5, s / 3, loaded ? "LOADED" : "SAVED",
		    loaded ? 0xffffff : 0x606068);
	draw_bytes(c, y, h - 8, bytes, loaded);
}

static void draw_device(struct canvas *c)
{
	int h = c->height / 6, y = h / 2 + CONTEXTS * h + h / 4;
	unsigned char bytes[SQUARES];

	for (int i = 0; i < SQUARES; i++)
		if (pread(device, &bytes[i], 1, i * PART) != 1)
			canvas_die("read /dev/ivshmem0");
	canvas_text(c, h / 7, y + h / 4, h / 24, "DEVICE", 0xffffff);
	draw_bytes(c, y, h - 8, bytes, 1);
	for (int i = 0; i < CONTEXTS; i++)
		if (is_loaded(i))
			prove(bytes[0] >> 6 == i,
			      "the device holds the loaded context");
}

/* ---- the turns ---------------------------------------------------------- */

static void take_turn(int context, int round)
{
	if (ioctl(fds[context], LSTORE_LOAD))
		canvas_die("LSTORE_LOAD");
	prove(shows(context, round - 1), "it kept its bytes while saved");
	store_all(context, round);
	for (int i = 0; i < CONTEXTS; i++) {
		prove(is_loaded(i) == (i == context),
		      "one is loaded, the others are saved");
		prove(shows(i, i <= context ? round : round - 1),
		      "each pointer shows its own bytes");
	}
	printf("# round %d: %c is loaded\n", round, 'A' + context);
}

int main(int argc, char **argv)
{
	struct canvas c;

	canvas_open(&c);
	open_all();
	canvas_rect(&c, 0, 0, c.width, c.height, 0x101018);
	for (int round = 1; round <= ROUNDS; round++)
		for (int i = 0; i < CONTEXTS; i++) {
			take_turn(i, round);
			if (round == ROUNDS && i == CONTEXTS - 2)
				break; /* C stays loaded in the picture */
		}
	for (int i = 0; i < CONTEXTS; i++)
		draw_context(&c, i);
	draw_device(&c);
	printf("# %s\n", failures ? "NO" : "yes: four pointers, one store");
	if (failures)
		return 1;
	canvas_done(&c, argc, argv);
	return 0;
}
