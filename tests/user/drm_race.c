/* SPDX-License-Identifier: MIT */
/* CFLAGS: -pthread */
/*
 * tests/user/drm_race.c - moves against everything else that a program does.
 *
 * usage: drm_race [MOVES]
 *
 * The mover writes a generation into every page of a buffer, announces it, and
 * moves the buffer.  Whoever reads a page after that may never see an older
 * generation: it would be the place that the buffer has left.
 */
#include "drm.h"
#include <pthread.h>
#include <stdatomic.h>

#define NR_PAGES 8

static struct kms_buffer a;

/* Seen by children as well. */
static struct {
	_Atomic uint32_t announced, written_next;
} * gen;

static atomic_int stop;
static atomic_long stale, looks, forks, maps;

/* A mode as small as the buffer: 64 x 128 pixels are 8 pages. */
static struct kms_mode small = { .clock = 25175,
				 .hdisplay = 64,
				 .hsync_start = 64,
				 .hsync_end = 64,
				 .htotal = 100,
				 .vdisplay = 128,
				 .vsync_start = 128,
				 .vsync_end = 128,
				 .vtotal = 200 };

/* Look at every page once.  Return: how many were stale. */
static int look(const uint32_t *map)
{
	int wrong = 0;

	for (int page = 0; page < NR_PAGES; page++) {
		uint32_t least = atomic_load(&gen->announced);
		uint32_t seen = ((vu32 *)map)[page * 1024 + page];
		uint32_t most = atomic_load(&gen->written_next);

		wrong += seen < least || seen > most;
	}
	return wrong;
}

static void *reader(void *unused)
{
	while (!atomic_load(&stop)) {
		stale += look(a.map);
		looks++;
	}
	return NULL;
}

/* A map of its own, which comes, changes its rights, and goes. */
static void *mapper(void *unused)
{
	while (!atomic_load(&stop)) {
		uint32_t *map =
			mmap(NULL, a.size, RW, MAP_SHARED, card, a.offset);

		if (map == MAP_FAILED)
			continue;
		stale += look(map);
		mprotect(map, a.size / 2, PROT_READ);
		stale += look(map);
		munmap(map + 1024 * (NR_PAGES / 2), PAGE * NR_PAGES / 2);
		munmap(map, a.size / 2);
		maps++;
	}
	return NULL;
}

/* Children, whose entries are copies, and which exit with the buffer mapped. */
static void *forker(void *unused)
{
	while (!atomic_load(&stop)) {
		int status = 0;
		pid_t pid = fork();

		if (!pid)
			_exit(look(a.map));
		if (pid > 0 && waitpid(pid, &status, 0) == pid)
			stale += status != 0;
		forks++;
	}
	return NULL;
}

static void *(*const others[])(void *) = { reader, mapper, forker };

static void new_generation(uint32_t new)
{
	atomic_store(&gen->written_next, new);
	for (int page = 0; page < NR_PAGES; page++)
		((vu32 *)a.map)[page * 1024 + page] = new;
	atomic_store(&gen->announced, new);
}

static void run(long moves)
{
	pthread_t thread[3];
	char buf[32];

	new_generation(1);
	for (int i = 0; i < 3; i++)
		need(!pthread_create(&thread[i], NULL, others[i], NULL));
	for (long i = 0; i < moves / 2; i++) {
		need(!kms_show(&kms, &a, &small)); /* into video memory */
		new_generation(2 * i + 2);
		need(!kms_off(&kms));
		need(drm_debug("evict_vram", buf, sizeof(buf))); /* out */
		new_generation(2 * i + 3);
	}
	atomic_store(&stop, 1);
	for (int i = 0; i < 3; i++)
		need(!pthread_join(thread[i], NULL));
}

int main(int argc, char **argv)
{
	long moves = argc > 1 ? atol(argv[1]) : 200, used;

	drm_open();
	if (!on_kilburn()) {
		tap_say("1..0 # SKIP 6.1 has no evict_vram, and lets the "
			"device clear buffers");
		return 0;
	}
	plan(3);
	gen = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(gen != MAP_FAILED);
	used = vram_used(NULL);
	need(!kms_create(card, &a, 64, 128));
	need(a.size == NR_PAGES * PAGE);
	need(!kms_add_fb(card, &a));
	run(moves);
	is_num(stale, 0, "nobody saw a place that the buffer had left",
	       "Lock, unmap, flush every CPU, copy, publish, unlock; and the "
	       "fault must hold the same lock.");
	ok(looks && forks && maps, "everybody had a turn", "");
	diag("%ld moves, %ld looks, %ld forks, %ld maps", moves, (long)looks,
	     (long)forks, (long)maps);
	kms_destroy(card, &a);
	is_num(vram_used(NULL), used, "the video memory is given back", "");
	return done();
}
