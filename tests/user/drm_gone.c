/* SPDX-License-Identifier: MIT */
/* CFLAGS: -pthread */
/*
 * tests/user/drm_gone.c - clients that go in the middle of something, or that
 * take all video memory: what the others have stays theirs.
 */
#include "drm.h"
#include <pthread.h>
#include <signal.h>

#define NR_GOING 20 /* clients that go in the middle of a flip */

static struct kms_mode *mode;
static struct kms_buffer a, b;

/* Flip; on Linux the last one may still be under way. */
static int flip_to(const struct kms *k, uint32_t fb, uint64_t data)
{
	struct kms_flip flip = { .crtc_id = k->crtc,
				 .fb_id = fb,
				 .flags = KMS_FLIP_EVENT,
				 .user_data = data };
	int ret;

	while ((ret = ioctl(k->fd, KMS_PAGE_FLIP, &flip)) && errno == EBUSY)
		usleep(1000);
	return ret;
}

/* ---- a reader ----------------------------------------------------------- */

static void test_killed_reader(void)
{
	struct kms_event event = { 0 };
	int status;
	pid_t pid;

	need(!kms_show(&kms, &a, mode));
	pid = fork();
	need(pid >= 0);
	if (!pid) /* of the same client: it waits for an event */
		_exit(read(card, &event, sizeof(event)) > 0);
	usleep(100000);
	need(!kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid);
	dies_by(status, SIGKILL, "who waits for an event can be killed", "");
	need(!flip_to(&kms, b.fb, 5));
	is_num(read(card, &event, sizeof(event)), 32, "the next event is there",
	       "The lock for readers must not stay with the one that is gone.");
	is_num(event.user_data, 5, "and whole", "");
}

/* ---- a client ----------------------------------------------------------- */

/* A client with a screen of its own: two buffers, the first one is shown. */
static void begin(struct kms *k, struct kms_buffer *mine)
{
	int fd = open(KMS_CARD, O_RDWR | O_CLOEXEC);

	need(fd >= 0 && !kms_init(k, fd));
	for (int i = 0; i < 2; i++) {
		need(!kms_create(fd, &mine[i], 1024, 768));
		need(!kms_add_fb(fd, &mine[i]));
	}
	need(!kms_show(k, &mine[0], mode));
}

/* Flip and flip; to be killed.  Nobody reads more events than fit. */
static void flip_for_ever(int ready)
{
	static struct kms k;
	struct kms_buffer mine[2];
	char events[4096];

	begin(&k, mine);
	need(write(ready, "r", 1) == 1);
	for (int i = 0;; i++) {
		need(!flip_to(&k, mine[i % 2].fb, i));
		if (i % 100 == 99)
			need(read(k.fd, events, sizeof(events)) > 0);
	}
}

static void test_killed_client(void)
{
	long used;
	int deaths = 0, masters = 0;

	need(!kms_show(&kms, &a, mode));
	fill(&a, 1);
	need(!kms_off(&kms));
	evict_all(mode);
	used = vram_used(NULL);
	for (int i = 0; i < NR_GOING; i++) {
		int ready[2], status;
		char c;
		pid_t pid;

		need(!ioctl(card, KMS_DROP_MASTER) && !pipe(ready));
		pid = fork();
		need(pid >= 0);
		if (!pid)
			flip_for_ever(ready[1]);
		need(read(ready[0], &c, 1) == 1);
		usleep(1000 + 777 * i);
		need(!kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid);
		deaths += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		masters += !ioctl(card, KMS_SET_MASTER);
		close(ready[0]);
		close(ready[1]);
	}
	is_num(deaths, NR_GOING, "clients are killed while they flip", "");
	is_num(masters, NR_GOING, "and another one may set modes", "");
	if (on_kilburn())
		is_num(vram_used(NULL), used, "their video memory is free", "");
	else
		skip("their video memory is free", "nothing was evicted");
	keeps(a.map, a.size, 1, "and a buffer of ours is as it was", "");
}

/* ---- close() ------------------------------------------------------------ */

struct flipper {
	struct kms kms;
	struct kms_buffer mine[2];
	int flips, err; /* the last errno */
};

static void *flip_until_closed(void *arg)
{
	struct flipper *f = arg;

	while (!flip_to(&f->kms, f->mine[f->flips % 2].fb, f->flips))
		f->flips++;
	f->err = errno;
	return NULL;
}

/* A call that is under way holds the client, whoever closes it. */
static void test_close_in_flip(void)
{
	static struct flipper f;
	int ended = 0, masters = 0;

	for (int i = 0; i < NR_GOING; i++) {
		pthread_t thread;

		need(!ioctl(card, KMS_DROP_MASTER));
		f.flips = f.err = 0;
		begin(&f.kms, f.mine);
		fill(&f.mine[1], i);
		need(!pthread_create(&thread, NULL, flip_until_closed, &f));
		usleep(500 + 333 * i);
		need(!close(f.kms.fd));
		need(!pthread_join(thread, NULL));
		/* ENOMEM: as many events as may wait came before. */
		ended += f.err == EBADF || f.err == ENOMEM;
		need(!mismatches(f.mine[1].map, f.mine[1].size, i) ||
		     !on_kilburn());
		munmap(f.mine[0].map, f.mine[0].size);
		munmap(f.mine[1].map, f.mine[1].size);
		/* The maps held the client too. */
		masters += !ioctl(card, KMS_SET_MASTER);
	}
	is_num(ended, NR_GOING, "a client is closed while it flips", "");
	is_num(masters, NR_GOING, "and is gone when the flip is over", "");
}

/* ---- all of it ---------------------------------------------------------- */

#define NR_GREEDY 8

/* One client shows more than there is room for; a and b are another's. */
static void test_exhaustion(void)
{
	static struct kms greedy;
	struct kms_buffer many[NR_GREEDY], huge;
	struct kms_crtc crtc;
	int wrong = 0, fd;
	long total;

	vram_used(&total);
	need(!kms_show(&kms, &a, mode));
	fill(&a, 11);
	need(!kms_show(&kms, &b, mode));
	fill(&b, 12);
	need(!kms_off(&kms) && !ioctl(card, KMS_DROP_MASTER));
	fd = open(KMS_CARD, O_RDWR | O_CLOEXEC);
	need(fd >= 0 && !kms_init(&greedy, fd));
	need(!kms_create(fd, &huge, 1024, total + 1)); /* a page a line */
	need(!kms_add_fb(fd, &huge));
	for (int i = 0; i < NR_GREEDY; i++) {
		need(!kms_create(fd, &many[i], 1024, 768));
		need(!kms_add_fb(fd, &many[i]));
		wrong += kms_show(&greedy, &many[i], mode) != 0;
	}
	is_num(wrong, 0, "more is shown in turn than there is room for", "");
	is_errno(kms_show(&greedy, &huge, mode), ENOMEM,
		 "what is larger than all video memory is not");
	crtc = (struct kms_crtc){ .crtc_id = kms.crtc };
	need(!ioctl(fd, KMS_GETCRTC, &crtc));
	is_num(crtc.fb_id, many[NR_GREEDY - 1].fb,
	       "and the screen shows what it did", "");
	keeps(a.map, a.size, 11, "the buffers of another client", "");
	keeps(b.map, b.size, 12, "have moved, and are as they were", "");
	kms_destroy(fd, &huge);
	for (int i = 0; i < NR_GREEDY; i++)
		kms_destroy(fd, &many[i]);
	close(fd);
	need(!ioctl(card, KMS_SET_MASTER));
	is_num(kms_show(&kms, &a, mode), 0, "who can then show them again", "");
}

int main(void)
{
	drm_open();
	mode = drm_mode();
	drm_make(&a);
	drm_make(&b);
	plan(15);
	test_killed_reader();
	test_killed_client();
	test_close_in_flip();
	test_exhaustion();
	return done();
}
