/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/drm_leak.c - clients that come, use the card in every way, and
 * go: all that they took is there again, to the page.
 *
 * MemFree is exact on Kilburn: nothing is freed in the background.  But each
 * CPU has slabs of its own, so all happens on one.  An object that is lost in
 * each life, small as it may be, adds up to pages of slabs.
 */
#include "../user/drm.h"
#include "ledger.h"
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>

#define LIVES   64 /* an object of 64 bytes lost in each is a page */
#define WINDOWS 3
#define WIDTH   641 /* not a whole number of large blocks */
#define HEIGHT  480

enum way { TIDY, EXIT, KILLED, NR_WAYS };

static const char *const way_names[NR_WAYS] = {
	[TIDY] = "a client that undoes everything",
	[EXIT] = "one that only exits",
	[KILLED] = "one that is killed, and its child",
};

/* What the machine has, and what the card knows of. */
struct books {
	long free, slab; /* KiB */
	long vram;       /* pages */
	long fbs, clients;
};

static char text[16384];

static long meminfo(const char *name)
{
	int fd = open("/proc/meminfo", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	const char *line;

	need(n > 0);
	text[n] = '\0';
	close(fd);
	line = strstr(text, name);
	need(line);
	return atol(line + strlen(name));
}

/* How many lines of a file of the card have @word. */
static long lines(const char *file, const char *word)
{
	long nr = 0;

	need(drm_debug(file, text, sizeof(text)));
	for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
		nr++;
	return nr;
}

static void look(struct books *books)
{
	books->vram = vram_used(NULL);
	books->fbs = lines("framebuffer", "framebuffer[");
	books->clients = lines("clients", "\n");
	books->slab = meminfo("\nSlab:");
	books->free = meminfo("\nMemFree:");
}

/* ---- a life ------------------------------------------------------------- */

/* A child has maps of both, and touches them where they are. */
static void fork_child(struct kms_buffer *b, enum way way)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid) {
		if (mismatches(b[0].map, b[0].size, 1) ||
		    mismatches(b[1].map, b[1].size, 2))
			_exit(1);
		if (way == KILLED)
			raise(SIGKILL);
		_exit(0);
	}
	if (way == TIDY)
		need(waitpid(pid, NULL, 0) == pid);
}

static void flip(const struct kms *k, const struct kms_buffer *b)
{
	struct kms_flip args = { .crtc_id = k->crtc,
				 .fb_id = b->fb,
				 .flags = KMS_FLIP_EVENT };

	need(!ioctl(k->fd, KMS_PAGE_FLIP, &args));
}

/* Undo; one event stays unread. */
static void tidy(struct kms *k, struct kms_buffer *b)
{
	char event[32];

	need(read(k->fd, event, sizeof(event)) == sizeof(event));
	need(!kms_off(k));
	kms_destroy(k->fd, &b[0]);
	kms_destroy(k->fd, &b[1]);
	need(!close(k->fd));
}

static int live(void *arg)
{
	static struct kms k;
	enum way way = *(enum way *)arg;
	int fd = open(KMS_CARD, O_RDWR);
	struct kms_buffer b[2];
	char buf[32];

	need(fd >= 0 && !kms_init(&k, fd));
	for (uint32_t i = 0; i < 2; i++) {
		need(!kms_create(fd, &b[i], WIDTH, HEIGHT));
		need(!kms_add_fb(fd, &b[i]));
		fill(&b[i], i + 1);
	}
	need(!kms_show(&k, &b[0], kms_find_mode(&k, WIDTH - 1, HEIGHT)));
	flip(&k, &b[1]);
	need(drm_debug("evict_vram", buf, sizeof(buf))); /* b[0] leaves */
	need(!mismatches(b[0].map, b[0].size, 1));
	fork_child(b, way);
	flip(&k, &b[0]);
	if (way == TIDY)
		tidy(&k, b);
	if (way == KILLED)
		raise(SIGKILL);
	return 0;
}

static void reap_all(void)
{
	while (wait(NULL) > 0)
		;
	need(errno == ECHILD);
}

/* Return: whether all @nr of them lived as they should. */
static bool lives(enum way way, int nr)
{
	bool right = true;

	for (int i = 0; i < nr; i++) {
		int status = run_child(live, &way);

		right &= (status & ~0x80) == (way == KILLED ? SIGKILL : 0);
		reap_all();
	}
	return right;
}

/* ------------------------------------------------------------------------- */

/*
 * Caches take what they keep once, a leak takes as much each time: so one of
 * WINDOWS comparisons without any loss is enough.
 */
static void check(enum way way)
{
	struct books before, after = { 0 };
	bool kept = false, right = lives(way, 4);

	diag("%s", way_names[way]);
	for (int i = 0; i < WINDOWS && !kept; i++) {
		look(&before);
		right &= lives(way, LIVES);
		look(&after);
		kept = after.free >= before.free && after.slab <= before.slab;
	}
	ok(right, "lives as it should", "");
	ok(kept, "leaves the memory and the slabs as they were",
	   "A page, a table, a buffer, a handle or an event was not freed.");
	diag("MemFree %ld, then %ld KiB; Slab %ld, then %ld KiB", before.free,
	     after.free, before.slab, after.slab);
	is_num(after.vram, before.vram, "leaves the video memory", "");
	ok(after.fbs == before.fbs && after.clients == before.clients,
	   "and nothing that the card knows of", "");
	ok(ledger_agrees(), "the ledger agrees", "");
}

int main(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	need(!sched_setaffinity(0, sizeof(first), &first));
	drm_open();
	need(!prctl(PR_SET_CHILD_SUBREAPER, 1));
	need(!close(card)); /* who lives is master */
	plan(5 * NR_WAYS);
	for (enum way way = 0; way < NR_WAYS; way++)
		check(way);
	return done();
}
