/* SPDX-License-Identifier: MIT */
/* CFLAGS: -pthread */
/*
 * tests/user/races.c - moments between two steps of the kernel, which another
 * thread must not see.
 *
 * Each race is run many times; a kernel that has the hole fails in some of
 * them on several CPUs, one without it never.
 */
#include "fault.h"
#include "vram.h"
#include <pthread.h>
#include <sys/syscall.h>

#define PAGES  128
#define ROUNDS 40

static char *volatile area;
static pthread_barrier_t barrier;
static volatile int stop;

/* ---- a copy of a raw frame is made while another thread reads ------------ */

static void *read_all(void *unused)
{
	unsigned long sum = 0;

	pthread_barrier_wait(&barrier);
	while (!stop)
		for (int i = 0; i < PAGES; i++)
			sum += *(volatile char *)(area + i * PAGE);
	return (void *)sum;
}

static int copy_while_reading(void *unused)
{
	pthread_t reader;
	int fd = open("/dev/mem", O_RDWR);

	need(fd >= 0);
	for (int round = 0; round < ROUNDS; round++) {
		area = mmap(NULL, PAGES * PAGE, RW, MAP_PRIVATE, fd, vram_phys);
		need(area != MAP_FAILED);
		stop = 0;
		pthread_barrier_init(&barrier, NULL, 2);
		need(!pthread_create(&reader, NULL, read_all, NULL));
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < PAGES; i++)
			*(volatile char *)(area + i * PAGE) = 1;
		stop = 1;
		need(!pthread_join(reader, NULL));
		munmap(area, PAGES * PAGE);
	}
	return 0;
}

/* ---- a file shrinks while a private copy of its page is made ------------- */

static volatile int file;

static void *shrink(void *unused)
{
	pthread_barrier_wait(&barrier);
	need(!ftruncate(file, 0));
	return NULL;
}

static int store_while_shrinking(void *unused)
{
	int left = 0;

	for (int round = 0; round < ROUNDS * 5; round++) {
		char *p;
		pthread_t thread;

		file = syscall(SYS_memfd_create, "t", 0);
		need(file >= 0 && !ftruncate(file, PAGE));
		p = mmap(NULL, PAGE, RW, MAP_PRIVATE, file, 0);
		need(p != MAP_FAILED);
		pthread_barrier_init(&barrier, NULL, 2);
		need(!pthread_create(&thread, NULL, shrink, NULL));
		pthread_barrier_wait(&barrier);
		write_fault(p); /* may be SIGBUS, may succeed */
		need(!pthread_join(thread, NULL));
		left += read_fault(p) == 0;
		munmap(p, PAGE);
		close(file);
	}
	return left != 0;
}

/* ---- two threads give the same pages back -------------------------------- */

static volatile int turn, stale;

static void *give_back(void *unused)
{
	for (int round = 0; round < ROUNDS * 8; round++) {
		pthread_barrier_wait(&barrier);
		madvise(area, PAGE, MADV_DONTNEED);
		if (*(volatile char *)area)
			stale++;
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static int dontneed_twice(void *unused)
{
	pthread_t thread[2];

	area = anon_pages(1);
	pthread_barrier_init(&barrier, NULL, 3);
	for (int i = 0; i < 2; i++)
		need(!pthread_create(&thread[i], NULL, give_back, NULL));
	for (int round = 0; round < ROUNDS * 8; round++) {
		*area = 1;
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return stale != 0;
}

int main(void)
{
	plan(3);
	vram_find();
	exits_with(run_child(copy_while_reading, NULL), 0,
		   "a first store to a raw page never disturbs a reader",
		   "The copy clears the entry before it sets it: a fault that "
		   "sees the moment must look again under the lock.");
	exits_with(run_child(store_while_shrinking, NULL), 0,
		   "after ftruncate() no private copy is left beyond the end",
		   "The page stays locked until the entry of the copy is set, "
		   "or truncation passes in between.");
	exits_with(run_child(dontneed_twice, NULL), 0,
		   "MADV_DONTNEED returns when the old page is out of reach",
		   "It must wait for the flush of another thread that has "
		   "cleared the same entries.");
	return done();
}
