/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/drm_oom.c - each allocation of a call to the card fails in turn.
 *
 * A call that fails has changed nothing: every buffer is where it was, with the
 * bytes that it had; the screen shows what it did; there are as many
 * framebuffers, unread events and open files.  Making room is the exception:
 * buffers that left before one could not stay outside.
 */
#include "../user/drm.h"
#include "../user/fault.h"
#include "fail_nth.h"
#include "ledger.h"
#include <poll.h>
#include <sys/sysinfo.h>

#define MAX_NTH 100
/*
 * Sweeps between two looks at the free memory: so many that the smallest object
 * (an event of 64 bytes) fills a page, or few of those that lose pages.
 */
#define MANY 64
#define FEW  2
#define LEAK 1 /* page */

#define MODE_WIDTH  640
#define MODE_HEIGHT 480
/*
 * A pixel more than a screen has: then a buffer has 301 pages, the last of which
 * is a block of its own.  When that is refused there is no smaller one to try,
 * and all the others have to be given back.
 */
#define WIDTH (MODE_WIDTH + 1)

enum { A, B, BIG, NR_BUFFERS };

struct step {
	const char *name;
	void (*prepare)(void); /* NULL: nothing */
	long (*call)(void);    /* -1 and errno, or a result */
	void (*undo)(long);    /* what success has done; NULL: nothing */
	int may_leave;         /* how many of the buffers may have made room */
	int rounds;
};

/* What can be seen of the card and of this process. */
struct view {
	int in_vram[NR_BUFFERS];
	uint32_t shown;
	int nr_fbs, nr_events, nr_files;
};

static struct kms_buffer buffers[NR_BUFFERS], fresh;
static struct kms_mode *mode;
static char *place; /* for a map in an empty page table */

/* ---- looking ------------------------------------------------------------ */

static int is_in_vram(const struct kms_buffer *b)
{
	static char list[8192];
	char name[32], *at, *end;

	need(drm_debug("framebuffer", list, sizeof(list)));
	snprintf(name, sizeof(name), "framebuffer[%u]:", b->fb);
	at = strstr(list, name);
	need(at && (at = strstr(at, "placement=")));
	end = strchr(at, '\n');
	need(end);
	*end = '\0';
	return !strcmp(at, "placement=vram");
}

static void look(struct view *view)
{
	struct kms_crtc crtc = { .crtc_id = kms.crtc };
	struct pollfd pfd = { .fd = card, .events = POLLIN };
	struct kms_res res = { 0 };

	*view = (struct view){ 0 };
	for (int i = 0; i < NR_BUFFERS; i++)
		view->in_vram[i] = is_in_vram(&buffers[i]);
	need(!ioctl(card, KMS_GETCRTC, &crtc));
	need(!ioctl(card, KMS_GETRESOURCES, &res));
	view->shown = crtc.fb_id;
	view->nr_fbs = res.count_fbs;
	view->nr_events = poll(&pfd, 1, 0);
	for (int fd = 0; fd < 64; fd++)
		view->nr_files += fcntl(fd, F_GETFD) >= 0;
}

/* Has nothing changed, but that @may_leave buffers are in RAM now? */
static bool same_view(const struct view *old, const struct view *new,
		      int may_leave)
{
	int left = 0, came = 0;

	for (int i = 0; i < NR_BUFFERS; i++) {
		left += old->in_vram[i] && !new->in_vram[i];
		came += !old->in_vram[i] && new->in_vram[i];
	}
	return left <= may_leave && !came && old->shown == new->shown &&
	       old->nr_fbs == new->nr_fbs && old->nr_events == new->nr_events &&
	       old->nr_files == new->nr_files;
}

static bool all_contents(void)
{
	long wrong = 0;

	for (int i = 0; i < NR_BUFFERS; i++)
		wrong += mismatches(buffers[i].map, buffers[i].size, i + 1);
	return !wrong;
}

static long free_pages_now(void)
{
	struct sysinfo info;

	need(!sysinfo(&info));
	return info.freeram * info.mem_unit / PAGE;
}

/* ---- failing ------------------------------------------------------------ */

/* Return: whether there was an @nth allocation; *@clean: it left nothing. */
static bool fail_once(const struct step *step, int nth, bool *clean)
{
	struct view before, after;
	bool fired;
	long ret;
	int err;

	if (step->prepare)
		step->prepare();
	need(all_contents()); /* and so all of them have entries */
	look(&before);
	arm(nth);
	ret = step->call();
	err = errno;
	fired = disarm();
	if (ret < 0) {
		look(&after);
		*clean = fired && err == ENOMEM &&
			 same_view(&before, &after, step->may_leave);
	}
	*clean = *clean && all_contents();
	if (!*clean)
		diag("%s, allocation %d: %s", step->name, nth,
		     ret < 0 ? strerror(err) : "bytes changed");
	if (ret >= 0 && step->undo)
		step->undo(ret);
	return fired;
}

static int fail_each(const struct step *step, bool *clean)
{
	int nth = 1;

	while (fail_once(step, nth, clean) && *clean)
		need(++nth < MAX_NTH);
	return nth - 1;
}

/* What caches keep is lost once: a leak is lost three times in a row. */
static bool leaks(const struct step *step, bool *clean)
{
	for (int window = 0; window < 3; window++) {
		long before = free_pages_now(), lost;

		for (int round = 0; round < step->rounds && *clean; round++)
			fail_each(step, clean);
		lost = before - free_pages_now();
		if (lost < LEAK || !*clean)
			return false;
		diag("%s: %d sweeps lost %ld pages", step->name, step->rounds,
		     lost);
	}
	return true;
}

static void sweep(const struct step *step)
{
	long used = vram_used(NULL);
	bool clean = true;
	int allocations = fail_each(step, &clean);

	ok(clean, step->name,
	   "All that can fail comes before the first step that shows.");
	diag("%d allocations", allocations);
	ok(clean && !leaks(step, &clean) && clean, "and loses no page",
	   "What was taken before the failure must be given back.");
	if (step->prepare)
		kms_off(&kms);
	evict_all(mode);
	is_num(vram_used(NULL), used, "nor video memory", "");
	ok(ledger_agrees(), "the ledger agrees", "");
}

/* ---- the steps ---------------------------------------------------------- */

static long open_card(void)
{
	return open(KMS_CARD, O_RDWR | O_CLOEXEC);
}

static void close_card(long fd)
{
	close(fd);
}

static long create(void)
{
	struct kms_create_dumb args = { .width = 64, .height = 64, .bpp = 32 };

	return ioctl(card, KMS_CREATE_DUMB, &args) ? -1 : (long)args.handle;
}

static void destroy(long handle)
{
	uint32_t arg = handle;

	need(!ioctl(card, KMS_DESTROY_DUMB, &arg));
}

static long map_a(void)
{
	void *p = mmap(place, buffers[A].size, RW, MAP_SHARED | MAP_FIXED, card,
		       buffers[A].offset);

	return p == MAP_FAILED ? -1 : 0;
}

static void unmap_a(long unused)
{
	need(!munmap(place, buffers[A].size));
}

/* A buffer without pages, mapped where there are no page tables either. */
static void untouched(void)
{
	kms_destroy(card, &fresh);
	need(!kms_create(card, &fresh, WIDTH, MODE_HEIGHT));
	need(!munmap(fresh.map, fresh.size));
	fresh.map = mmap(place, fresh.size, RW, MAP_SHARED | MAP_FIXED, card,
			 fresh.offset);
	need(fresh.map != MAP_FAILED);
}

/* Pages that cannot be had are SIGBUS; tables, and the access comes again. */
static long first_fault(void)
{
	struct caught c = catch_fault(touch_read, fresh.map);

	errno = c.sig == SIGBUS ? ENOMEM : EIO;
	return c.sig ? -1 : 0;
}

static void zeros(long unused)
{
	need(all_bytes(fresh.map, 0, fresh.size));
}

static long add_fb(void)
{
	struct kms_buffer copy = buffers[A];

	return kms_add_fb(card, &copy) ? -1 : (long)copy.fb;
}

static void remove_fb(long fb)
{
	uint32_t arg = fb;

	need(!ioctl(card, KMS_RMFB, &arg));
}

static void all_in_ram(void)
{
	need(!kms_off(&kms));
	evict_all(mode);
}

static void shown_before(int which)
{
	need(!kms_show(&kms, &buffers[which], mode));
	need(!kms_off(&kms));
}

static void a_in_vram(void)
{
	all_in_ram();
	shown_before(A);
}

static void a_and_b_in_vram(void)
{
	a_in_vram();
	shown_before(B);
}

static void a_shown(void)
{
	need(!kms_show(&kms, &buffers[A], mode));
}

static long show_a(void)
{
	return kms_show(&kms, &buffers[A], mode);
}

static void is_shown(int which)
{
	need(is_in_vram(&buffers[which]));
}

static void a_is_shown(long unused)
{
	is_shown(A);
}

static long show_big(void)
{
	return kms_show(&kms, &buffers[BIG], mode);
}

static void big_is_shown(long unused)
{
	is_shown(BIG);
	need(!is_in_vram(&buffers[A]) && !is_in_vram(&buffers[B]));
}

static long evict(void)
{
	char text[16] = "";
	int fd = open(DEBUG_DRI "evict_vram", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = n < 0 ? err : -atoi(text);
	return errno ? -1 : 0;
}

static void a_is_out(long unused)
{
	need(!is_in_vram(&buffers[A]));
}

static long flip_to_b(void)
{
	struct kms_flip flip = { .crtc_id = kms.crtc,
				 .fb_id = buffers[B].fb,
				 .flags = KMS_FLIP_EVENT,
				 .user_data = 77 };

	return ioctl(card, KMS_PAGE_FLIP, &flip);
}

static void read_event(long unused)
{
	struct kms_event event;

	need(read(card, &event, sizeof(event)) == sizeof(event));
	need(event.user_data == 77);
	is_shown(B);
}

static const struct step steps[] = {
	{ "opening", NULL, open_card, close_card, 0, MANY },
	{ "CREATE_DUMB", NULL, create, destroy, 0, MANY },
	{ "mmap", NULL, map_a, unmap_a, 0, MANY },
	{ "ADDFB", NULL, add_fb, remove_fb, 0, MANY },
	{ "the first fault", untouched, first_fault, zeros, 0, FEW },
	{ "SETCRTC, into video memory", all_in_ram, show_a, a_is_shown, 0,
	  FEW },
	{ "out of video memory", a_in_vram, evict, a_is_out, 0, FEW },
	{ "SETCRTC in place of two", a_and_b_in_vram, show_big, big_is_shown, 2,
	  FEW },
	{ "PAGE_FLIP with an event", a_shown, flip_to_b, read_event, 0, MANY },
};

#define NR_STEPS (int)(sizeof(steps) / sizeof(steps[0]))

int main(void)
{
	long total, used;

	drm_open();
	fail_nth_init();
	mode = kms_find_mode(&kms, MODE_WIDTH, MODE_HEIGHT);
	need(mode);
	place = (char *)0x500000000000;
	used = vram_used(&total);
	plan(4 * NR_STEPS);
	/* A line of 1024 pixels is a page: all that is free. */
	need(!kms_create(card, &buffers[A], WIDTH, MODE_HEIGHT) &&
	     !kms_create(card, &buffers[B], WIDTH, MODE_HEIGHT) &&
	     !kms_create(card, &buffers[BIG], 1024, total - used));
	need(buffers[A].size == 301 * PAGE);
	for (int i = 0; i < NR_BUFFERS; i++) {
		fill(&buffers[i], i + 1);
		need(!kms_add_fb(card, &buffers[i]));
	}
	for (int i = 0; i < NR_STEPS; i++)
		sweep(&steps[i]);
	return done();
}
