/* SPDX-License-Identifier: MIT */
/*
 * tests/user/smp_threads.c - threads that use one address space at the same
 * time: faults, maps and unmaps, and the TLB shootdown that must follow.
 *
 * With one CPU these are tests of preemption; with several, of locking.
 *
 * CFLAGS: -pthread
 */
#include "fault.h"
#include "maps.h"
#include <pthread.h>
#include <sched.h>

#define RW      (PROT_READ | PROT_WRITE)
#define THREADS 4

static pthread_barrier_t barrier;
static long counter, bad;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *region;

static void run_threads(void *(*fn)(void *), int nr)
{
	pthread_t t[16];

	need(!pthread_barrier_init(&barrier, NULL, nr));
	bad = 0;
	for (long i = 0; i < nr; i++)
		need(!pthread_create(&t[i], NULL, fn, (void *)i));
	for (long i = 0; i < nr; i++)
		need(!pthread_join(t[i], NULL));
	pthread_barrier_destroy(&barrier);
}

static void failed(void)
{
	__atomic_fetch_add(&bad, 1, __ATOMIC_SEQ_CST);
}

static void *add_atomic(void *unused)
{
	for (int i = 0; i < 50000; i++)
		__atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void *add_locked(void *unused)
{
	for (int i = 0; i < 5000; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		if (i % 50 == 0)
			sched_yield(); /* with the lock held: others must wait */
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void test_counters(void)
{
	run_threads(add_atomic, THREADS);
	is_num(counter, THREADS * 50000, "an atomic counter", "");
	counter = 0;
	run_threads(add_locked, 2 * THREADS);
	is_num(counter, 2 * THREADS * 5000, "a counter under a contended futex",
	       "A wake-up is lost, or two threads hold the lock.");
}

/* All threads touch the same fresh pages in the same order. */
static void *fault_same(void *arg)
{
	for (int round = 0; round < 8; round++) {
		if (pthread_barrier_wait(&barrier) ==
		    PTHREAD_BARRIER_SERIAL_THREAD)
			need(!madvise(region, 64 * PAGE, MADV_DONTNEED));
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < 64; i++)
			__atomic_fetch_add((long *)(region + i * PAGE), 1,
					   __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < 64; i++)
			if (*(volatile long *)(region + i * PAGE) != THREADS)
				failed();
	}
	return NULL;
}

/* Each thread writes its own bytes of every page: none may be lost. */
static void *fault_own_bytes(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < 256; i++)
		region[i * PAGE + me] = (char)(me + 1);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 256; i++)
		for (int t = 0; t < THREADS; t++)
			if (region[i * PAGE + t] != t + 1)
				failed();
	return NULL;
}

/* Half of the threads read first, so that the zero page is upgraded. */
static void *read_then_write(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < 256; i++) {
		volatile char *p = region + i * PAGE + me;

		if (me % 2 && *p != 0)
			failed();
		*p = 9;
	}
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 256; i++)
		for (int t = 0; t < THREADS; t++)
			if (region[i * PAGE + t] != 9)
				failed();
	return NULL;
}

static void test_faults(void)
{
	region = anon_pages(64);
	run_threads(fault_same, THREADS);
	is_num(bad, 0, "several threads fault on the same page: one page",
	       "Of two first touches one must win, and the loser see its page: "
	       "a store that went into the loser's copy is lost.");
	need(!munmap(region, 64 * PAGE));
	region = anon_pages(256);
	run_threads(fault_own_bytes, THREADS);
	is_num(bad, 0, "stores of all threads to one page are kept", "");
	need(!munmap(region, 256 * PAGE));
	region = anon_pages(256);
	run_threads(read_then_write, THREADS);
	is_num(bad, 0, "also when some read the zero page first",
	       "Replacing a present entry is clear, flush, set: a CPU that "
	       "still reads the zero page does not see the others' stores.");
	need(!munmap(region, 256 * PAGE));
}

/* Each maps, fills, checks and unmaps its own memory, all at once. */
static void *map_unmap(void *arg)
{
	/* Each munmap() waits until the emulator has run all other CPUs. */
	int rounds = brief() ? 18 : 60;
	long me = (long)arg;

	for (int i = 0; i < rounds; i++) {
		int nr = i % 9 + 1;
		char *p = mmap(NULL, nr * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		if (p == MAP_FAILED) {
			failed();
			continue;
		}
		for (int j = 0; j < nr; j++) {
			if (p[j * PAGE] || p[j * PAGE + PAGE - 1])
				failed();
			memset(p + j * PAGE, (int)me + 1, PAGE);
		}
		for (int j = 0; j < nr; j++)
			if (!all_bytes(p + j * PAGE, (int)me + 1, PAGE))
				failed();
		if (i % 3 == 0 && mprotect(p, PAGE, PROT_READ))
			failed();
		if (munmap(p, nr * PAGE))
			failed();
	}
	return NULL;
}

static void test_maps(void)
{
	run_threads(map_unmap, 2 * THREADS);
	is_num(bad, 0, "eight threads map, use and unmap memory at once",
	       "Two maps overlapped, or memory came back with old bytes: a "
	       "frame was freed before every CPU had flushed its TLB.");
}

/*
 * Shootdown.  A reader counts up while it can read the page; the main thread
 * takes the page away and waits for the reader's fault.  A reader that goes
 * on has a stale TLB entry.
 */
static volatile long reads;
static volatile int faulted;
static sigjmp_buf reader_jump;

static void on_reader_fault(int sig, siginfo_t *info, void *ctx)
{
	faulted = info->si_code;
	siglongjmp(reader_jump, 1);
}

static void *reader(void *arg)
{
	volatile char *p = arg;

	if (!sigsetjmp(reader_jump, 1))
		for (;;) {
			(void)*p;
			reads++;
		}
	return NULL;
}

static void *writer(void *arg)
{
	volatile char *p = arg;

	if (!sigsetjmp(reader_jump, 1))
		for (;;) {
			*p = (char)reads;
			reads++;
		}
	return NULL;
}

static int shootdown(void *(*fn)(void *), int (*take)(char *))
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };
	char *p = map_at(free_range(1), 1, RW);
	pthread_t t;

	sa.sa_sigaction = on_reader_fault;
	need(!sigaction(SIGSEGV, &sa, NULL));
	p[0] = 1;
	reads = faulted = 0;
	need(!pthread_create(&t, NULL, fn, p));
	while (reads < 1000)
		sched_yield();
	need(!take(p));
	need(!pthread_join(t, NULL)); /* hangs if the fault never comes */
	signal(SIGSEGV, SIG_DFL);
	munmap(p, PAGE);
	return faulted;
}

static int take_unmap(char *p)
{
	return munmap(p, PAGE);
}

static int take_none(char *p)
{
	return mprotect(p, PAGE, PROT_NONE);
}

static int take_write(char *p)
{
	return mprotect(p, PAGE, PROT_READ);
}

static int take_move(char *p)
{
	char *q = mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			 free_range(1));

	return q == MAP_FAILED;
}

static void test_shootdown(void)
{
	int wrong[4] = { 0 };

	for (int i = 0; i < 8; i++) {
		wrong[0] += shootdown(reader, take_unmap) != SEGV_MAPERR;
		wrong[1] += shootdown(reader, take_none) != SEGV_ACCERR;
		wrong[2] += shootdown(writer, take_write) != SEGV_ACCERR;
		wrong[3] += shootdown(reader, take_move) != SEGV_MAPERR;
	}
	is_num(wrong[0], 0, "munmap reaches a thread that reads", "");
	is_num(wrong[1], 0, "mprotect to PROT_NONE reaches it", "");
	is_num(wrong[2], 0, "mprotect to PROT_READ reaches one that writes",
	       "");
	is_num(wrong[3], 0, "mremap reaches one that reads the old place", "");
}

/* fork write-protects pages under a thread that stores to them. */
static volatile int stop_storing;

static void *storer(void *arg)
{
	volatile long *p = arg;

	while (!stop_storing)
		for (int i = 0; i < 16; i++)
			p[i * 512]++;
	return NULL;
}

/* In the child the pages must hold still, since nobody stores there. */
static int child_still(void *arg)
{
	volatile long *p = arg;
	long first[16];

	for (int i = 0; i < 16; i++)
		first[i] = p[i * 512];
	for (int n = 0; n < 200; n++) {
		if (n % 10 == 0)
			sched_yield();
		for (int i = 0; i < 16; i++)
			if (p[i * 512] != first[i])
				return 1;
	}
	return 0;
}

static void test_fork(void)
{
	char *p = anon_pages(16);
	pthread_t t;
	int wrong = 0;

	stop_storing = 0;
	need(!pthread_create(&t, NULL, storer, p));
	while (!*(volatile long *)p)
		sched_yield();
	for (int i = 0; i < 25; i++)
		wrong += run_child(child_still, p) != 0;
	stop_storing = 1;
	need(!pthread_join(t, NULL));
	is_num(wrong, 0, "stores of a thread during fork stay out of the child",
	       "fork must flush the parent's TLB on every CPU after it has "
	       "write-protected the entries.");
	need(!munmap(p, 16 * PAGE));
}

/* Threads grow and shrink each other's neighbourhood. */
static void *protect_own(void *arg)
{
	long me = (long)arg;
	char *p = region + me * PAGE;

	for (int i = 0; i < 100; i++) {
		if (mprotect(p, PAGE, i % 2 ? RW : PROT_READ))
			failed();
		if (i % 2)
			p[7] = (char)i;
		else if (i && p[7] != (char)(i - 1))
			failed();
	}
	return NULL;
}

static void test_protect(void)
{
	region = map_at(free_range(THREADS), THREADS, RW);
	run_threads(protect_own, THREADS);
	is_num(bad, 0, "threads protect neighbouring pages at once",
	       "Areas split and merge under the other threads' feet.");
	layout_is(region, THREADS, "4rw", "and one area is left at the end",
		  "");
	need(!munmap(region, THREADS * PAGE));
}

int main(void)
{
	plan(13);
	test_counters();
	test_faults();
	test_maps();
	test_shootdown();
	test_fork();
	test_protect();
	return done();
}
