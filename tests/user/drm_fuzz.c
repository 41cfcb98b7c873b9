/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm_fuzz.c - ioctls of /dev/dri/card0 with arguments by chance.
 *
 * usage: drm_fuzz [CALLS [SEED]]
 *
 * Nothing is expected of a single call but that it returns.  Meanwhile another
 * client's buffer stays as it is, and in the end nothing is left behind.
 */
#include "drm.h"

static const unsigned long calls[] = {
	KMS_VERSION,        KMS_GET_UNIQUE,   KMS_GET_MAGIC,
	KMS_SET_VERSION,    KMS_GEM_CLOSE,    KMS_GET_CAP,
	KMS_SET_CLIENT_CAP, KMS_AUTH_MAGIC,   KMS_SET_MASTER,
	KMS_WAIT_VBLANK,    KMS_GETRESOURCES, KMS_GETCRTC,
	KMS_SETCRTC,        KMS_CURSOR,       KMS_GETENCODER,
	KMS_GETCONNECTOR,   KMS_GETPROPERTY,  KMS_GETPROPBLOB,
	KMS_GETFB,          KMS_ADDFB,        KMS_RMFB,
	KMS_PAGE_FLIP,      KMS_DIRTYFB,      KMS_CREATE_DUMB,
	KMS_MAP_DUMB,       KMS_DESTROY_DUMB, KMS_GETPLANERES,
	KMS_GETPLANE,       KMS_ADDFB2,       KMS_OBJ_PROPERTIES,
	KMS_CREATE_DUMB,    KMS_ADDFB,        KMS_ADDFB2,
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

static uint64_t state;
static int fd;
static uint32_t scratch[4096];

static uint32_t chance(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

/* A number that means something somewhere, rather often. */
static uint32_t interesting(void)
{
	switch (chance() % 12) {
	case 0:
		return 0;
	case 1:
		return ~0u;
	case 2:
		return chance();
	case 3:
		return kms.crtc;
	case 4:
		return kms.connector;
	case 5:
		return 1u << chance() % 32;
	case 6:
		return 32;
	case 7:
		return KMS_XRGB8888;
	case 8:
		return 4 << chance() % 12;
	default:
		return chance() % 48;
	}
}

static uint64_t some_pointer(void)
{
	switch (chance() % 4) {
	case 0:
		return 8;
	case 1:
		return ~0ul - chance() % 64;
	default:
		return (uintptr_t)scratch;
	}
}

/* Most calls begin as they should be, and are then spoilt in one place. */
static void prepare(unsigned long cmd, uint32_t *arg)
{
	size_t words = (cmd >> 16 & 0x3fff) / 4;

	for (size_t i = 0; i < words; i++)
		arg[i] = chance() % 3 ? 0 : interesting();
	if (chance() % 2 && words >= 2) {
		size_t at = chance() % (words / 2) * 2;
		uint64_t p = some_pointer();

		memcpy(arg + at, &p, 8);
	}
	if (cmd == KMS_SETCRTC && chance() % 2) {
		struct kms_crtc set = {
			.crtc_id = kms.crtc,
			.fb_id = chance() % 64,
			.count_connectors = 1,
			.connectors = (uintptr_t)&kms.connector,
			.mode_valid = 1,
			.mode = kms.modes[chance() % kms.nr_modes]
		};

		memcpy(arg, &set, sizeof(set));
	}
	if (cmd == KMS_PAGE_FLIP)
		arg[0] = kms.crtc;
}

#define LARGE (4 << 20) /* bytes; more must not be touched in small memory */

/* Touch what there is; but for what is too large, which goes at once. */
static void after(unsigned long cmd, const void *arg)
{
	struct kms_map_dumb map = { .handle = 1 + chance() % 16 };
	const struct kms_create_dumb *made = arg;
	size_t len = PAGE << chance() % 4;
	char events[256];
	void *p;

	if (cmd == KMS_CREATE_DUMB && made->size > LARGE) {
		uint32_t handle = made->handle;

		ioctl(fd, KMS_DESTROY_DUMB, &handle);
		return;
	}
	if (chance() % 8 || ioctl(fd, KMS_MAP_DUMB, &map))
		return;
	p = mmap(NULL, len, RW, MAP_SHARED, fd, map.offset);
	if (p != MAP_FAILED) {
		*(volatile char *)p = 1;
		munmap(p, PAGE);
		munmap(p, len);
	}
	if (read(fd, events, sizeof(events)) < 0)
		return;
}

static int reopen(void)
{
	int new = open(KMS_CARD, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	need(new >= 0);
	return new;
}

int main(int argc, char **argv)
{
	long nr = argc > 1 ? atol(argv[1]) : 100000, used, fine = 0;
	struct kms_buffer other;
	int other_fd, ret;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 20061009;
	drm_open();
	close(card);
	plan(4);
	other_fd = reopen(); /* master for now */
	used = vram_used(NULL);
	need(!kms_create(other_fd, &other, 256, 256));
	fill(&other, 5);
	need(!ioctl(other_fd, KMS_DROP_MASTER));
	fd = reopen();
	for (long i = 0; i < nr; i++) {
		uint32_t arg[64];
		unsigned long cmd = calls[chance() % NR_CALLS];

		prepare(cmd, arg);
		ret = ioctl(fd, cmd, chance() % 50 ? arg : (void *)8);
		if (!ret)
			after(cmd, arg);
		fine += !ret;
		if (chance() % 2000 == 0) { /* a new life, nothing closed */
			close(fd);
			fd = reopen();
		}
	}
	close(fd);
	ok(fine > nr / 20, "some calls succeed", "They would test little.");
	diag("%ld of %ld calls succeeded", fine, nr);
	keeps(other.map, other.size, 5, "another client's buffer is as it was",
	      "");
	fd = reopen();
	need(!kms_init(&kms, fd));
	ok(kms.nr_modes > 0, "the card still works", "");
	kms_destroy(other_fd, &other);
	close(other_fd);
	ok(!on_kilburn() || vram_used(NULL) == used,
	   "no video memory is left behind", "");
	diag("video memory: %ld pages before, %ld after", used,
	     vram_used(NULL));
	return done();
}
