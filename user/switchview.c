/* SPDX-License-Identifier: MIT */
/*
 * user/switchview.c - draw through one pointer into a buffer that moves.
 *
 * usage: switchview [--hold]
 *
 * A dumb buffer of /dev/dri/card0 is drawn into, frame after frame, through the
 * pointer that mmap() returned once.  Meanwhile it is pushed out of video memory
 * and comes back:
 *
 *	shown		it is in video memory, and pinned there
 *	not shown	another buffer is, which is so large that this one has to
 *			leave; its picture is copied there by hand
 *
 * The bar at the top says where the buffer is: green in video memory, red in RAM.
 * The kernel says so in /sys/kernel/debug/dri/0/framebuffer.
 */
#include <canvas.h>
#include <kms.h>
#include <sys/mount.h>

#define WIDTH  1024
#define HEIGHT 768
#define FRAMES 24  /* of each phase */
#define BAR    64  /* pixels, at the top */
#define SIDE   96  /* of the square that moves */
#define BOXES  704 /* their uppermost line */
#define GROUND 0x16213e
#define PAGE   4096

#define DEBUG_DRI "/sys/kernel/debug/dri/0/"

static struct kms kms;
static struct kms_mode *mode;
static struct kms_buffer picture; /* what moves */
static struct kms_buffer other;   /* what pushes it out */
static struct canvas canvas;      /* on picture.map */

/* ---- where it is -------------------------------------------------------- */

static char *read_debug(const char *name)
{
	static char text[65536];
	char path[100];
	size_t len = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), DEBUG_DRI "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		canvas_die(path);
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
	return text;
}

/* A framebuffer whose buffer has a bus address is in video memory. */
static int in_video_memory(const struct kms_buffer *b)
{
	char head[40], *entry, *end;

	snprintf(head, sizeof(head), "framebuffer[%u]:", b->fb);
	entry = strstr(read_debug("framebuffer"), head);
	if (!entry)
		canvas_die(head);
	end = strstr(entry + 1, "framebuffer[");
	if (end)
		*end = '\0';
	return strstr(entry, "bus.offset=") != NULL;
}

/* ---- drawing ------------------------------------------------------------ */

static void draw_bar(void)
{
	int here = in_video_memory(&picture);

	canvas_rect(&canvas, 0, 0, WIDTH, BAR, here ? 0x1e8449 : 0xb03a2e);
	canvas_text(&canvas, 24, 16, 4, here ? "VRAM" : "RAM", 0xffffff);
}

/* The square of a frame, in two colours; it stays between bar and boxes. */
static void draw_square(int frame, uint32_t edge, uint32_t inside)
{
	int x = frame * 29 % (WIDTH - SIDE);
	int y = BAR + frame * 13 % (BOXES - BAR - SIDE);

	canvas_rect(&canvas, x, y, SIDE, SIDE, edge);
	canvas_rect(&canvas, x + 8, y + 8, SIDE - 16, SIDE - 16, inside);
}

static void draw(int frame)
{
	draw_bar();
	canvas_rect(&canvas, 0, BAR, WIDTH, HEIGHT - BAR, GROUND);
	for (int i = 0; i < 8; i++)
		canvas_rect(&canvas, i * 128 + 8, BOXES, 112, 48,
			    canvas_mix(0x0f766e, 0xffd75f, i, 7));
	draw_square(frame, 0xffd75f, 0xc0392b);
}

/* What differs from the frame before. */
static void draw_next(int frame)
{
	draw_bar();
	draw_square(frame - 1, GROUND, GROUND);
	draw_square(frame, 0xffd75f, 0xc0392b);
}

/* What the pointer finds, against what was drawn: nothing may be lost. */
static int lost_pixels(void)
{
	return canvas_differs(&canvas, canvas.mem, canvas.model, 0, 0, WIDTH,
			      HEIGHT);
}

/* The other buffer shows it too: its first lines have the same shape. */
static void copy_to_other(void)
{
	memcpy(other.map, picture.map, picture.size);
}

/* ---- switching ---------------------------------------------------------- */

/* Make the largest buffer that can be shown: then nothing fits beside it. */
static void make_other(void)
{
	long total = 0, lines;
	char *sums = strstr(read_debug("vram-mm"), "total: ");

	if (!sums || sscanf(sums, "total: %ld", &total) != 1)
		canvas_die("vram-mm");
	kms_off(&kms); /* what is shown now, the console's, must leave too */
	/* A line of 1024 pixels is a page. */
	for (lines = total - 128; lines >= HEIGHT; lines -= 128) {
		if (lines <= 8192 &&
		    !kms_create(kms.fd, &other, WIDTH, lines) &&
		    !kms_add_fb(kms.fd, &other) &&
		    !kms_show(&kms, &other, mode))
			return;
		kms_destroy(kms.fd, &other);
	}
	canvas_die("a buffer to push with");
}

static void animate(int *frame, int shown)
{
	for (int i = 0; i < FRAMES; i++, ++*frame) {
		draw_next(*frame);
		if (!shown)
			copy_to_other();
		usleep(20000);
	}
}

/*
 * Both do not fit at once, so the screen is off in between.
 * Return: the number of pixels that the switch lost; they are drawn again.
 */
static int show(const struct kms_buffer *b, int frame)
{
	int lost;

	if (kms_off(&kms) || kms_show(&kms, b, mode))
		canvas_die("showing a buffer");
	lost = lost_pixels();
	if (lost)
		draw(frame);
	return lost;
}

/* One switch each way, with an animation after each. */
static int there_and_back(int *frame)
{
	int lost;

	lost = show(&picture, *frame - 1);
	animate(frame, 1);
	lost += show(&other, *frame - 1);
	animate(frame, 0);
	return lost;
}

static void set_up(void)
{
	int fd = open(KMS_CARD, O_RDWR | O_CLOEXEC);

	if (fd < 0 || kms_init(&kms, fd))
		canvas_die(KMS_CARD);
	mode = kms_find_mode(&kms, WIDTH, HEIGHT);
	if (!mode)
		canvas_die("a mode of 1024x768");
	if (mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL) &&
	    errno != EBUSY)
		canvas_die("debugfs");
	if (kms_create(fd, &picture, WIDTH, HEIGHT) || kms_add_fb(fd, &picture))
		canvas_die("a buffer");
	canvas.fd = canvas.tty = -1;
	canvas.width = WIDTH;
	canvas.height = HEIGHT;
	canvas.mem = (unsigned char *)picture.map;
	canvas.len = picture.size;
	canvas.fix.line_length = picture.pitch;
	canvas.var.bits_per_pixel = 32;
	canvas.var.red = (struct fb_bitfield){ 16, 8, 0 };
	canvas.var.green = (struct fb_bitfield){ 8, 8, 0 };
	canvas.var.blue = (struct fb_bitfield){ 0, 8, 0 };
	canvas.model = canvas_new_model(&canvas);
}

int main(int argc, char **argv)
{
	int frame = 0, lost;

	set_up();
	draw(frame++);
	make_other();
	lost = there_and_back(&frame);
	lost += there_and_back(&frame);
	printf("# %d pixels were lost in 4 moves\n", lost);
	canvas.say = !isatty(STDOUT_FILENO);
	draw(frame);
	copy_to_other();
	canvas_done(&canvas, argc, argv);
	return 0;
}
