/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm.h - open the card for a test, and see where its buffers are.
 */
#ifndef KILBURN_TESTS_USER_DRM_H
#define KILBURN_TESTS_USER_DRM_H

#include "tap.h"
#include <fcntl.h>
#include <kms.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define RW        (PROT_READ | PROT_WRITE)
#define DEBUG_DRI "/sys/kernel/debug/dri/0/"

static int card;
static struct kms kms;

/* Not the only one who looks at a pointer: the compiler must not guess. */
typedef volatile uint32_t vu32;

/* Open the card and find its screen, or say why not and leave. */
static inline void drm_open(void)
{
	card = open(KMS_CARD, O_RDWR | O_CLOEXEC);
	if (card < 0 && errno == ENOENT && !on_kilburn()) {
		tap_say("1..0 # SKIP no " KMS_CARD "; on Linux: kb exec "
			"--linux --drm");
		exit(0);
	}
	need(card >= 0);
	need(!kms_init(&kms, card));
	if (mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL))
		need(errno == EBUSY);
}

/* The mode that the tests show buffers in. */
static inline struct kms_mode *drm_mode(void)
{
	struct kms_mode *mode = kms_find_mode(&kms, 1024, 768);

	need(mode);
	return mode;
}

/* A buffer that can be shown in that mode. */
static inline void drm_make(struct kms_buffer *b)
{
	need(!kms_create(card, b, 1024, 768));
	need(!kms_add_fb(card, b));
}

/* A file below dri/0 as a string; false if there is none. */
static inline int drm_debug(const char *name, char *buf, size_t size)
{
	char path[200];
	ssize_t n = 0, got = 0;
	int fd;

	snprintf(path, sizeof(path), DEBUG_DRI "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	while (got < (ssize_t)size - 1 &&
	       (n = read(fd, buf + got, size - 1 - got)) > 0)
		got += n;
	close(fd);
	buf[got] = '\0';
	return n >= 0;
}

/* Pages of video memory that are in use, and *@total. */
static inline long vram_used(long *total)
{
	static char buf[65536];
	long t = 0, used = -1;
	const char *sums;

	need(drm_debug("vram-mm", buf, sizeof(buf)));
	sums = strstr(buf, "total: ");
	need(sums && sscanf(sums, "total: %ld, used %ld", &t, &used) == 2);
	if (total)
		*total = t;
	return used;
}

#define NR_PRESSING 8

/*
 * Move all buffers that are not shown out of video memory.  Kilburn has a file
 * for it.  On Linux others that are shown in turn take their place.
 */
static inline void evict_all(const struct kms_mode *mode)
{
	struct kms_buffer pressing[NR_PRESSING];
	char buf[32];

	if (drm_debug("evict_vram", buf, sizeof(buf))) {
		need(!strcmp(buf, "0\n"));
		return;
	}
	for (int i = 0; i < NR_PRESSING; i++) {
		need(!kms_create(card, &pressing[i], 1024, 768));
		need(!kms_add_fb(card, &pressing[i]));
		need(!kms_show(&kms, &pressing[i], mode));
	}
	for (int i = 0; i < NR_PRESSING; i++)
		kms_destroy(card, &pressing[i]);
}

/* A few words of the buffer: all pages, by a rule that names them. */
static inline uint32_t pattern(uint32_t seed, size_t page)
{
	return seed * 2654435761u + page * 40503u + 1;
}

static inline void fill(const struct kms_buffer *b, uint32_t seed)
{
	for (size_t page = 0; page < b->size / PAGE; page++)
		((vu32 *)b->map)[page * 1024 + page % 1024] =
			pattern(seed, page);
}

/* How many pages do not say what fill() wrote. */
static inline long mismatches(const uint32_t *map, size_t size, uint32_t seed)
{
	long wrong = 0;

	for (size_t page = 0; page < size / PAGE; page++)
		wrong += ((const vu32 *)map)[page * 1024 + page % 1024] !=
			 pattern(seed, page);
	return wrong;
}

/*
 * keeps() - a buffer that has moved holds what it held.  On Linux 6.1 the device
 * clears the beginning of video memory at each mode set, whosever buffer is
 * there: the driver does not ask it not to.
 */
#define keeps(map, size, seed, name, hint)                                     \
	do {                                                                   \
		long wrong_ = mismatches(map, size, seed);                     \
                                                                               \
		if (wrong_ && !on_kilburn())                                   \
			skip(name, "6.1 lets the device clear the buffer");    \
		else                                                           \
			is_num(wrong_, 0, name, hint);                         \
	} while (0)

#endif
