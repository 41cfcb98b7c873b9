/* SPDX-License-Identifier: MIT */
/* CFLAGS: -pthread */
/*
 * tests/user/drm_modes.c - the mode changes while every CPU uses its timer.
 *
 * A driver that disables the card at each change makes QEMU 7.2 lose, now and
 * then, what another CPU writes to its timer (see bochs_set_mode()): then a
 * sleeper of that CPU sleeps for ever.
 */
#include "drm.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#define SLEEPERS 3
#define CHANGES  10000

static struct kms_buffer a;
static atomic_long wakeups[SLEEPERS];
static atomic_int stop;

/* 64 or 56 pixels by 128. */
static struct kms_mode mode = { .clock = 25175,
				.htotal = 100,
				.vdisplay = 128,
				.vsync_start = 128,
				.vsync_end = 128,
				.vtotal = 200 };

static void *sleeper(void *arg)
{
	struct timespec ts = { 0, 50000 };

	while (!stop) {
		nanosleep(&ts, NULL);
		wakeups[(long)arg]++;
	}
	return NULL;
}

static void change_mode(int wide)
{
	mode.hdisplay = mode.hsync_start = mode.hsync_end = wide ? 64 : 56;
	need(!kms_show(&kms, &a, &mode));
	need(!kms_off(&kms));
}

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Without a sleep of our own, which might not end.  Return: does it wake up? */
static int still_wakes(int i)
{
	long before = wakeups[i], end = now() + 10;

	while (wakeups[i] == before && now() < end)
		sched_yield();
	return wakeups[i] != before;
}

int main(void)
{
	pthread_t thread[SLEEPERS];
	int awake = 0;

	drm_open();
	plan(1);
	need(!kms_create(card, &a, 64, 128));
	need(!kms_add_fb(card, &a));
	for (long i = 0; i < SLEEPERS; i++)
		need(!pthread_create(&thread[i], NULL, sleeper, (void *)i));
	for (int i = 0; i < CHANGES; i++)
		change_mode(i % 2);
	for (int i = 0; i < SLEEPERS; i++)
		awake += still_wakes(i);
	is_num(awake, SLEEPERS, "whoever sleeps wakes up, on every CPU",
	       "A CPU whose timer does not fire has lost the register's "
	       "store.");
	stop = 1;
	for (int i = 0; awake == SLEEPERS && i < SLEEPERS; i++)
		pthread_join(thread[i], NULL);
	return done();
}
