/* SPDX-License-Identifier: MIT */
/*
 * user/fbfork.c - the screen, mapped shared and privately, and a child.
 *
 * usage: fbfork [--hold]
 *
 * fork copies the page-table entries of both mappings.  Through the shared one
 * parent and child draw on the same screen; through the private one each has
 * what was copied before, and copies its own pages from then on.  Neither sees
 * the other's copies, and the screen shows none of them.
 *
 * No store goes to the first page of the private mapping before the fork: on
 * Linux 6.1, where the cache attributes are looked up through the first
 * entry, fork would then fail.
 */
#include <canvas.h>
#include <sys/wait.h>

static int failures;

static void prove(int good, const char *what)
{
	printf("# %s: %s\n", good ? "yes" : "NO", what);
	failures += !good;
}

/* One of the three bands that are drawn in private copies. */
struct band {
	int y, height;
	uint32_t rgb;
};

static void draw_band(const struct canvas *c, unsigned char *private,
		      uint32_t *model, const struct band *b)
{
	struct canvas copy = *c;

	copy.mem = private;
	copy.model = model;
	copy.say = 0;
	canvas_rect(&copy, 0, b->y, c->width, b->height, b->rgb);
	canvas_text(&copy, 16, b->y + 4, 2, "NOBODY SEES THIS", 0);
}

static int shows(const struct canvas *c, const unsigned char *mem,
		 const uint32_t *model, const struct band *b)
{
	return !canvas_differs(c, mem, model, 0, b->y, c->width, b->height);
}

/* The common picture, and the half of each process. */
static void draw_screen(struct canvas *c)
{
	canvas_gradient(c, 0, 0, c->width, c->height, 0x052e16, 0x1e3a8a, 48);
	canvas_text(c, c->width / 16, c->height / 16, c->width / 160, "FORK",
		    0xffffff);
}

static void draw_half(struct canvas *c, int x, const char *name, uint32_t rgb)
{
	int w = c->width * 3 / 8, h = c->height / 4, y = c->height / 4;

	for (int i = 0; i < 12; i++)
		canvas_rect(c, x + i * 4, y + i * 4, w - i * 8, h - i * 8,
			    canvas_mix(rgb, 0xffffff, i, 16));
	canvas_text(c, x + 60, y + h / 3, c->width / 200, name, 0x101018);
	fflush(stdout);
}

/* The child's part.  Its answers are printed before the parent goes on. */
static int child(struct canvas *c, unsigned char *private,
		 const uint32_t *before, const struct band *bands)
{
	uint32_t *mine = canvas_new_model(c);

	draw_half(c, c->width * 9 / 16, "CHILD", 0xf97316);
	memcpy(mine, before, (size_t)c->width * c->height * 4);
	prove(shows(c, private, before, &bands[0]),
	      "the child sees what its parent had copied before fork");
	draw_band(c, private, mine, &bands[2]);
	prove(shows(c, private, mine, &bands[2]), "and copies its own pages");
	prove(shows(c, c->mem, c->model, &bands[2]),
	      "which the screen does not show");
	prove(shows(c, private, c->model, &bands[1]),
	      "it does not see what its parent copied after fork");
	fflush(stdout);
	return failures;
}

static void check_screen(struct canvas *c)
{
	prove(!canvas_differs(c, c->mem, c->model, 0, 0, c->width, c->height),
	      "the screen has what both drew through the shared mapping");
	prove(!canvas_read_differs(c, c->model), "read(2) says the same");
}

int main(int argc, char **argv)
{
	struct canvas c;
	unsigned char *private;
	uint32_t *mine;
	int gate[2], status;
	char byte = 0;
	pid_t pid;

	canvas_open(&c);
	const struct band bands[3] = {
		{ c.height * 10 / 16, c.height / 16, 0xfde047 },
		{ c.height * 12 / 16, c.height / 16, 0x86efac },
		{ c.height * 14 / 16, c.height / 16, 0xfca5a5 },
	};

	draw_screen(&c);
	private = canvas_map(&c, MAP_PRIVATE);
	mine = canvas_new_model(&c);
	memcpy(mine, c.model, (size_t)c.width * c.height * 4);
	draw_band(&c, private, mine, &bands[0]);
	fflush(stdout);
	if (pipe(gate))
		canvas_die("pipe");
	pid = fork();
	if (pid < 0)
		canvas_die("fork");
	if (!pid)
		_exit(read(gate[0], &byte, 1) == 1
			      ? child(&c, private, mine, bands)
			      : 1);
	draw_half(&c, c.width / 16, "PARENT", 0x38bdf8);
	/* A model of its own from here on: the child's stays as it was. */
	uint32_t *later = canvas_new_model(&c);

	memcpy(later, mine, (size_t)c.width * c.height * 4);
	draw_band(&c, private, later, &bands[1]);
	if (write(gate[1], &byte, 1) != 1 || waitpid(pid, &status, 0) != pid)
		canvas_die("child");
	prove(status == 0, "the child found all as it should be");
	prove(shows(&c, private, later, &bands[0]) &&
		      shows(&c, private, later, &bands[1]),
	      "the parent still has its copies");
	prove(shows(&c, private, c.model, &bands[2]),
	      "and does not see the child's");
	check_screen(&c);
	if (failures)
		return 1;
	canvas_done(&c, argc, argv);
	return 0;
}
