/* SPDX-License-Identifier: MIT */
/*
 * user/bench/drm.c - a buffer of 4 MiB that moves: the moves themselves, beside
 * a plain copy of as much, and the faults on what has moved.
 */
#include "bench.h"
#include <kms.h>
#include <sys/mount.h>

#define LEN   (4 * MIB)
#define EVICT "/sys/kernel/debug/dri/0/evict_vram"

static struct kms kms;
static struct kms_mode *mode;
static struct kms_buffer buffer;

/* Is there a card, with all that the rows need?  Made anew for each row. */
static int set_up(void)
{
	int fd = open(KMS_CARD, O_RDWR | O_CLOEXEC);

	if (fd < 0 || kms_init(&kms, fd))
		return 0;
	mode = kms_find_mode(&kms, 1024, 768);
	if (!mode || kms_create(fd, &buffer, 1024, 1024) ||
	    kms_add_fb(fd, &buffer))
		return 0;
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	return !access(EVICT, R_OK);
}

static void evict(void)
{
	char answer[16];
	int fd = open(EVICT, O_RDONLY);

	if (fd < 0 || read(fd, answer, sizeof(answer)) <= 0)
		die(EVICT);
	close(fd);
}

static void show(void)
{
	if (kms_show(&kms, &buffer, mode))
		die("showing a buffer");
}

static void copy_words(void *to, const void *from, size_t len)
{
	size_t words = len / 8;

	__asm__ volatile("rep movsq"
			 : "+D"(to), "+S"(from), "+c"(words)
			 :
			 : "memory");
}

enum { MOVE_IN, MOVE_OUT, FAULT_VRAM, FAULT_RAM, COPY };

static double moved(long which)
{
	double best = 1e30;
	char *ram;

	if (!set_up())
		return NO_RESULT;
	ram = map_anon(LEN, MAP_POPULATE);
	touch((char *)buffer.map, LEN);
	for (int i = 0; i < 5; i++) {
		uint64_t t[6];

		t[0] = now();
		show();
		t[1] = now();
		touch((char *)buffer.map, LEN);
		t[2] = now();
		copy_words(buffer.map, ram, LEN);
		t[3] = now();
		if (kms_off(&kms))
			die("turning the screen off");
		t[4] = now();
		evict();
		t[5] = now();
		keep_smallest(&best, which == MOVE_IN    ? t[1] - t[0]
				     : which == MOVE_OUT ? t[5] - t[4]
				     : which == COPY     ? t[3] - t[2]
							 : 1e30);
		if (which == FAULT_VRAM)
			keep_smallest(&best,
				      (double)(t[2] - t[1]) / (LEN / PAGE));
		t[0] = now();
		touch((char *)buffer.map, LEN);
		t[1] = now();
		if (which == FAULT_RAM)
			keep_smallest(&best,
				      (double)(t[1] - t[0]) / (LEN / PAGE));
	}
	return best;
}

const struct row rows_drm[] = {
	{ "bo_copy_4m", "per 4MiB", moved, COPY, 0 },
	{ "bo_move_in_4m", "per move", moved, MOVE_IN, 0 },
	{ "bo_move_out_4m", "per move", moved, MOVE_OUT, 0 },
	{ "bo_fault_vram", "per page", moved, FAULT_VRAM, 0 },
	{ "bo_fault_ram", "per page", moved, FAULT_RAM, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
