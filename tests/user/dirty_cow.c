/* SPDX-License-Identifier: MIT */
/*
 * tests/user/dirty_cow.c - a forced store never reaches the file (CVE-2016-5195).
 *
 * One thread stores through /proc/self/mem into a private read-only mapping,
 * which makes a copy; another drops that copy with MADV_DONTNEED all the time.
 * Between the fault that copies and the look that follows, the copy may be gone:
 * then the look must ask for a writable page again, not take what is there.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

#define ROUNDS 100000

static char *map;
static volatile int stop;

static void *drop(void *unused)
{
	while (!stop)
		madvise(map, PAGE, MADV_DONTNEED);
	return NULL;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Store as often as time allows.  Return: how many stores were accepted. */
static long store(int mem)
{
	long long end = now_ms() + (brief() ? 500 : 2000);
	long accepted = 0;

	for (long i = 0; i < ROUNDS; i++) {
		accepted += pwrite(mem, "BAD", 3, (long)map) == 3;
		if (i % 64 == 0 && now_ms() > end)
			break;
	}
	return accepted;
}

static void attack(int file, const char *name)
{
	static const char good[] = "good";
	int mem = open("/proc/self/mem", O_RDWR);
	char bytes[4];
	pthread_t thread;
	long accepted;

	need(mem >= 0);
	need(!ftruncate(file, PAGE) && pwrite(file, good, 4, 0) == 4);
	map = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0);
	need(map != MAP_FAILED);
	stop = 0;
	need(!pthread_create(&thread, NULL, drop, NULL));
	accepted = store(mem);
	stop = 1;
	pthread_join(thread, NULL);
	need(pread(file, bytes, 4, 0) == 4);
	ok(accepted > 0 && !memcmp(bytes, good, 4), name,
	   "A retry after the fault must still ask for write access.");
	diag("%ld stores", accepted);
	munmap(map, PAGE);
	close(mem);
}

/* Nobody has a copy of a shared mapping, so no store can be forced into it. */
static void attack_shared(int file)
{
	int mem = open("/proc/self/mem", O_RDWR);
	char bytes[4];

	need(mem >= 0);
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
	need(map != MAP_FAILED);
	is_errno(pwrite(mem, "BAD", 3, (long)map), EIO,
		 "a shared read-only mapping refuses");
	need(pread(file, bytes, 4, 0) == 4);
	ok(!memcmp(bytes, "good", 4), "and keeps its bytes", "");
	munmap(map, PAGE);
	close(mem);
}

int main(void)
{
	int file = open("/tmp/dirty_cow", O_RDWR | O_CREAT | O_TRUNC, 0600);
	int memory = syscall(SYS_memfd_create, "dirty_cow", 0);

	plan(4);
	need(file >= 0 && memory >= 0);
	attack(file, "a file of tmpfs keeps its bytes");
	attack(memory, "a memfd keeps its bytes");
	attack_shared(memory);
	unlink("/tmp/dirty_cow");
	return done();
}
