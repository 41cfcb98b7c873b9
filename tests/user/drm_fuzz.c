/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm_fuzz.c - ioctls of /dev/dri/card0 with arguments by chance.
 *
 * usage: drm_fuzz [CALLS [SEED]]
 *
 * Several clients call, and what is a number to one is one to another.  Nothing
 * is expected of a single call but that it returns.  Meanwhile the buffers of a
 * client that does not take part stay as they are, and in the end nothing is
 * left behind.
 */
#include "drm.h"
#include "fault.h"

static const unsigned long calls[] = {
	KMS_VERSION,      KMS_GET_UNIQUE,  KMS_GET_MAGIC,      KMS_SET_VERSION,
	KMS_GEM_CLOSE,    KMS_GET_CAP,     KMS_SET_CLIENT_CAP, KMS_AUTH_MAGIC,
	KMS_SET_MASTER,   KMS_DROP_MASTER, KMS_WAIT_VBLANK,    KMS_GETRESOURCES,
	KMS_GETCRTC,      KMS_SETCRTC,     KMS_CURSOR,         KMS_GETENCODER,
	KMS_GETCONNECTOR, KMS_GETPROPERTY, KMS_GETPROPBLOB,    KMS_GETFB,
	KMS_ADDFB,        KMS_RMFB,        KMS_PAGE_FLIP,      KMS_DIRTYFB,
	KMS_CREATE_DUMB,  KMS_MAP_DUMB,    KMS_DESTROY_DUMB,   KMS_GETPLANERES,
	KMS_GETPLANE,     KMS_ADDFB2,      KMS_OBJ_PROPERTIES, KMS_CREATE_DUMB,
	KMS_ADDFB,        KMS_ADDFB2,
};

#define NR_CLIENTS 4
#define NR_CALLS   (sizeof(calls) / sizeof(calls[0]))

static uint64_t state;
static int clients[NR_CLIENTS];
static uint32_t scratch[4096];
static char *edge; /* where a page ends and the next one cannot be read */
static struct kms_buffer other, shown, spot;

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
	switch (chance() % 8) {
	case 0:
		return 8;
	case 1:
		return ~0ul - chance() % 64;
	case 2:
		return (uintptr_t)edge - chance() % 64;
	case 3:
		return 0xffff888000000000 + chance() % 8;
	case 4:
		return (uintptr_t)spot.map; /* the card's own memory */
	default:
		return (uintptr_t)scratch;
	}
}

static uint64_t some_size(void)
{
	switch (chance() % 6) {
	case 0:
		return 0;
	case 1:
		return ~0ul - chance() % 2 * (PAGE - 1);
	case 2:
		return 1ul << chance() % 64;
	case 3:
		return chance() % 64;
	default:
		return PAGE << chance() % 4;
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
		uint64_t p = chance() % 3 ? some_pointer() : some_size();

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

/* A map of what client @fd or another one may map; it is touched and goes. */
static void map_somehow(int fd, uint64_t offset)
{
	uint64_t len = some_size();
	char *p;

	if (chance() % 4 == 0)
		fd = clients[chance() % NR_CLIENTS];
	if (chance() % 8 == 0)
		offset += some_size();
	p = mmap(NULL, len, RW, MAP_SHARED, fd, offset);
	if (p == MAP_FAILED)
		return;
	catch_fault(touch_write, p); /* SIGBUS where memory is short */
	munmap(p, PAGE);
	munmap(p, len);
}

#define LARGE (2 << 20) /* bytes; more must not be touched in small memory */

/* Touch what there is; but for what is too large, which goes at once. */
static void after(int fd, unsigned long cmd, const void *arg)
{
	struct kms_map_dumb map = { .handle = 1 + chance() % 16 };
	const struct kms_create_dumb *made = arg;
	char events[256];

	if (cmd == KMS_CREATE_DUMB && made->size > LARGE) {
		uint32_t handle = made->handle;

		ioctl(fd, KMS_DESTROY_DUMB, &handle);
		return;
	}
	if (chance() % 8 || ioctl(fd, KMS_MAP_DUMB, &map))
		return;
	map_somehow(fd, map.offset);
	if (read(fd, chance() % 4 ? events : (void *)some_pointer(),
		 chance() % sizeof(events)) < 0)
		return;
}

static int reopen(void)
{
	int new = open(KMS_CARD, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	need(new >= 0);
	return new;
}

/* One call of some client.  Return: whether it succeeded. */
static int call(void)
{
	static uint32_t arg[4096]; /* as large as a number can say */
	int *fd = &clients[chance() % NR_CLIENTS];
	unsigned long cmd = calls[chance() % NR_CALLS];
	void *p = chance() % 50 ? arg : (void *)some_pointer();
	int ret;

	prepare(cmd, arg);
	if (chance() % 64 == 0) /* a size that another kernel may have */
		ret = ioctl(*fd,
			    (cmd & ~(0x3ffful << 16)) | (chance() & 0x3fff)
								<< 16,
			    arg);
	else
		ret = ioctl(*fd, cmd, p);
	if (!ret && p == arg)
		after(*fd, cmd, arg);
	if (chance() % 2000 == 0) { /* a new life, nothing closed */
		close(*fd);
		*fd = reopen();
	}
	return !ret;
}

/* What takes no part: two buffers that nobody may change, one for rubbish. */
static int make_others(void)
{
	int fd = reopen(); /* master for now */

	need(!kms_create(fd, &other, 256, 256));
	need(!kms_create(fd, &shown, 1024, 768) && !kms_add_fb(fd, &shown));
	need(!kms_create(fd, &spot, 64, 64));
	fill(&other, 5);
	fill(&shown, 6);
	need(!ioctl(fd, KMS_DROP_MASTER));
	edge = anon_pages(2) + PAGE;
	need(!mprotect(edge, PAGE, PROT_NONE));
	return fd;
}

int main(int argc, char **argv)
{
	/* On Linux it is only to be seen that the test is right. */
	long nr = on_kilburn() && !brief() ? 1000000 : 100000;
	long used, fine = 0;
	int other_fd, fd;

	if (argc > 1)
		nr = atol(argv[1]);
	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 20061009;
	drm_open();
	close(card);
	plan(5);
	used = vram_used(NULL);
	other_fd = make_others();
	for (int i = 0; i < NR_CLIENTS; i++)
		clients[i] = reopen();
	for (long i = 0; i < nr; i++)
		fine += call();
	for (int i = 0; i < NR_CLIENTS; i++)
		close(clients[i]);
	ok(fine > nr / 20, "some calls succeed", "They would test little.");
	diag("%ld of %ld calls succeeded", fine, nr);
	keeps(other.map, other.size, 5, "another client's buffer is as it was",
	      "");
	keeps(shown.map, shown.size, 6, "and one that others could show", "");
	fd = reopen();
	need(!kms_init(&kms, fd));
	ok(kms.nr_modes > 0, "the card still works", "");
	kms_destroy(other_fd, &other);
	kms_destroy(other_fd, &shown);
	kms_destroy(other_fd, &spot);
	close(other_fd);
	ok(!on_kilburn() || vram_used(NULL) == used,
	   "no video memory is left behind", "");
	diag("video memory: %ld pages before, %ld after", used,
	     vram_used(NULL));
	return done();
}
