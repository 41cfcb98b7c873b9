/* SPDX-License-Identifier: MIT */
/* CFLAGS: -pthread */
/*
 * tests/user/drm_clients.c - several clients: who may set modes, whose handles
 * are whose; page flips and their events.
 */
#include "drm.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static struct kms_mode *mode;
static struct kms_buffer a, b;
static int second;

static int set_on(int fd)
{
	struct kms other = kms;

	other.fd = fd;
	return kms_show(&other, &a, mode);
}

static void test_master(void)
{
	second = open(KMS_CARD, O_RDWR | O_CLOEXEC);
	need(second >= 0);
	is_num(set_on(card), 0, "the first client is master", "");
	is_errno(set_on(second), EACCES, "the second one is not");
	is_errno(ioctl(second, KMS_DROP_MASTER), EINVAL,
		 "who is not cannot cease to be");
	is_errno(ioctl(second, KMS_SET_MASTER), EBUSY,
		 "nor become it while there is one");
	is_num(ioctl(card, KMS_SET_MASTER), 0, "who is may ask again", "");
	is_num(ioctl(card, KMS_DROP_MASTER), 0, "the master gives it up", "");
	is_errno(set_on(card), EACCES, "and cannot set modes any more");
	is_num(ioctl(second, KMS_SET_MASTER), 0, "another one takes it", "");
	is_num(set_on(second), 0, "and shows what somebody else made", "");
	is_num(ioctl(second, KMS_DROP_MASTER), 0, "and gives it up", "");
	is_num(ioctl(card, KMS_SET_MASTER), 0, "the first one has it back", "");
}

static void test_magic(void)
{
	uint32_t magic = 0, again = 0, other = 0, none = 54321;
	int fourth = open(KMS_CARD, O_RDWR | O_CLOEXEC);
	int third = open(KMS_CARD, O_RDWR | O_CLOEXEC); /* of our session */

	need(third >= 0);
	need(!ioctl(third, KMS_GET_MAGIC, &magic));
	need(!ioctl(third, KMS_GET_MAGIC, &again));
	ok(magic && magic == again, "a client has one magic number", "");
	is_errno(ioctl(third, KMS_AUTH_MAGIC, &magic), EACCES,
		 "it cannot vouch for itself");
	is_errno(ioctl(card, KMS_AUTH_MAGIC, &none), EINVAL,
		 "the master vouches for no unknown number");
	is_num(ioctl(card, KMS_AUTH_MAGIC, &magic), 0, "but for this one", "");
	is_errno(ioctl(card, KMS_AUTH_MAGIC, &magic), EINVAL, "once");
	need(fourth >= 0 && !ioctl(fourth, KMS_GET_MAGIC, &other));
	need(!ioctl(third, KMS_GET_MAGIC, &again));
	ok(again == magic && other != magic, "it stays that client's number",
	   "");
	is_errno(ioctl(card, KMS_AUTH_MAGIC, &again), EINVAL, "still once");
	close(third);
	close(fourth);
}

/* Without privilege, with descriptors that root opened. */
static int unprivileged(void *arg)
{
	struct kms_fb fb = { .fb_id = a.fb };
	int wrong = 0;

	if (setgid(1000) || setuid(1000))
		return 99;
	wrong |= ioctl(second, KMS_SET_MASTER) != -1 || errno != EACCES;
	wrong |= (ioctl(second, KMS_GETFB, &fb) || fb.handle) << 1;
	wrong |= (open(KMS_CARD, O_RDWR) != -1) << 2;
	return wrong;
}

static void test_handles(void)
{
	struct kms_map_dumb map = { .handle = a.handle };
	struct kms_fb fb = { .fb_id = a.fb };
	struct kms_gem_close close_it;
	void *p;

	is_errno(ioctl(second, KMS_MAP_DUMB, &map), ENOENT,
		 "a client's handle means nothing to another");
	is_errno(({
			 p = mmap(NULL, PAGE, RW, MAP_SHARED, second, a.offset);
			 p == MAP_FAILED ? -1 : 0;
		 }),
		 EACCES, "nor may that map its offset");
	is_errno(ioctl(second, KMS_RMFB, &a.fb), ENOENT,
		 "nor remove its framebuffer");
	need(!ioctl(second, KMS_GETFB, &fb));
	ok(fb.handle, "root may look at any framebuffer", "");
	p = mmap(NULL, PAGE, RW, MAP_SHARED, second, a.offset);
	ok(p != MAP_FAILED, "and map it then", "");
	*(vu32 *)p = 0x1234;
	is_num(((vu32 *)a.map)[0], 0x1234, "it is the same buffer", "");
	munmap(p, PAGE);
	close_it = (struct kms_gem_close){ .handle = fb.handle };
	need(!ioctl(second, KMS_GEM_CLOSE, &close_it));
	exits_with(run_child(unprivileged, NULL), 0,
		   "without privilege: no master, no handle, no open",
		   "Status: a bit for each, in this order, from the lowest.");
}

static int flip_to(const struct kms_buffer *buffer, uint64_t data)
{
	struct kms_flip flip = { .crtc_id = kms.crtc,
				 .fb_id = buffer->fb,
				 .flags = KMS_FLIP_EVENT,
				 .user_data = data };
	int ret;

	/* On Linux the last one may still be under way. */
	while ((ret = ioctl(card, KMS_PAGE_FLIP, &flip)) && errno == EBUSY)
		usleep(1000);
	return ret;
}

static void test_events(void)
{
	struct pollfd pfd = { .fd = card, .events = POLLIN };
	struct kms_event events[4];
	struct kms_crtc crtc = { .crtc_id = kms.crtc };

	need(!kms_show(&kms, &a, mode));
	fcntl(card, F_SETFL, O_NONBLOCK);
	is_num(poll(&pfd, 1, 0), 0, "no event waits", "");
	is_errno(read(card, events, sizeof(events)), EAGAIN,
		 "and a read does not");
	is_num(flip_to(&b, 0x123456789abcdef0), 0, "a flip", "");
	is_num(poll(&pfd, 1, 5000), 1, "its event can be waited for", "");
	is_num(read(card, events, 31), 0, "a short read takes no part of it",
	       "");
	is_errno(read(card, (void *)8, 32), EFAULT,
		 "a read to nowhere loses nothing");
	is_num(read(card, events, sizeof(events)), 32, "it is read", "");
	is_num(events[0].type, 2, "FLIP_COMPLETE", "");
	is_num(events[0].length, 32, "of 32 bytes", "");
	is_num(events[0].user_data, 0x123456789abcdef0, "with our number", "");
	is_num(events[0].crtc_id, kms.crtc, "and the CRTC", "");
	need(!ioctl(card, KMS_GETCRTC, &crtc));
	is_num(crtc.fb_id, b.fb, "the other buffer is shown", "");
	is_num(flip_to(&a, 1) || flip_to(&b, 2), 0, "two flips", "");
	usleep(100000);
	is_num(read(card, events, sizeof(events)), 64, "two events", "");
	ok(events[0].user_data == 1 && events[1].user_data == 2, "in order",
	   "");
}

/* What nobody reads is limited. */
static void test_unread(void)
{
	char buf[8192];
	int n = 0;

	while (n < 1000 && !flip_to(n % 2 ? &a : &b, n))
		n++;
	is_num(n, 128, "128 events may wait to be read", "");
	is_num(errno, ENOMEM, "then a flip is ENOMEM", "");
	usleep(100000);
	is_num(read(card, buf, sizeof(buf)), 4096, "they are all there", "");
	is_num(flip_to(&a, 0), 0, "and there is room again", "");
}

static atomic_int stop;

static void *read_to_nowhere(void *unused)
{
	while (!atomic_load(&stop))
		read(card, (void *)8, 32);
	return NULL;
}

/* A read that fails puts its event back: nobody may take its room meanwhile. */
static void test_put_back(void)
{
	const char *name = "nor may more while reads fail";
	struct kms_flip flip = { .crtc_id = kms.crtc,
				 .fb_id = a.fb,
				 .flags = KMS_FLIP_EVENT };
	char buf[8192];
	pthread_t thread;
	int n = 0;

	if (!on_kilburn()) {
		skip(name, "6.1 gives the room away");
		return;
	}
	while (read(card, buf, sizeof(buf)) > 0)
		;
	need(!pthread_create(&thread, NULL, read_to_nowhere, NULL));
	for (int i = 0; i < 20000; i++)
		n += !ioctl(card, KMS_PAGE_FLIP, &flip);
	atomic_store(&stop, 1);
	need(!pthread_join(thread, NULL));
	is_num(n, 128, name, "");
	while (read(card, buf, sizeof(buf)) > 0)
		;
}

/* A framebuffer that goes takes the picture with it. */
static void test_removal(void)
{
	struct kms_crtc crtc = { .crtc_id = kms.crtc };

	need(!kms_show(&kms, &b, mode));
	need(!ioctl(card, KMS_RMFB, &b.fb));
	b.fb = 0;
	need(!ioctl(card, KMS_GETCRTC, &crtc));
	ok(!crtc.fb_id && !crtc.mode_valid,
	   "removing what is shown turns the screen off", "");
	fill(&b, 3);
	is_num(mismatches(b.map, b.size, 3), 0, "the buffer is still there",
	       "");
}

/* A client that goes in the middle of everything. */
static void test_close(void)
{
	struct kms_crtc crtc = { .crtc_id = kms.crtc };
	int status;
	pid_t pid;

	need(!kms_show(&kms, &a, mode));
	need(!flip_to(&a, 9));
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		raise(SIGKILL);
		_exit(0);
	}
	need(waitpid(pid, &status, 0) == pid);
	kms_destroy(card, &b);
	munmap(a.map, a.size);
	close(card);
	need(!ioctl(second, KMS_GETCRTC, &crtc));
	ok(crtc.fb_id != a.fb, "with its client goes what is shown", "");
	is_num(ioctl(second, KMS_SET_MASTER), 0, "and the right to set modes",
	       "");
	close(second);
}

int main(void)
{
	drm_open();
	mode = drm_mode();
	drm_make(&a);
	drm_make(&b);
	plan(49);
	test_master();
	test_magic();
	test_handles();
	test_events();
	test_unread();
	test_put_back();
	test_removal();
	test_close();
	return done();
}
