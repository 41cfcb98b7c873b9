/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/lstore_races.c - switches while other CPUs use the pointers.
 *
 * Each context has one owner, a thread that alone stores to it: it loads what
 * it stored last, stores the next generation, and goes on.  Readers of other
 * address spaces look as well; what they see may only grow.  A page of another
 * context, of the frames that a context left, or a store that went to a place
 * that was given up: each is a tag that cannot be there.
 * CFLAGS: -pthread
 */

#include "lstore.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#define CONTEXTS 3
#define ENOUGH   300 /* switches of one scene */
/* At most so long: the owners alone, and each of the others. */
#define MAIN_MS    (brief() ? 2000 : 8000)
#define PART_MS    (brief() ? 700 : 2000)
#define SAME_PAGES 4 /* of which an owner uses one after the other */

/* Shared with the children that look. */
struct shared {
	_Atomic long switches, checks, wrong;
	_Atomic int stop;
};

static struct shared *shared;
static int fds[CONTEXTS];
static char *stores[CONTEXTS];

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void report_wrong(int context, long page, uint64_t got, uint64_t want)
{
	if (!atomic_fetch_add(&shared->wrong, 1))
		diag("context %d, page %ld: tag %#lx, expected %#lx", context,
		     page, got, want);
	atomic_store(&shared->stop, 1);
}

/* ---- who does what ------------------------------------------------------ */

/* Pages of all parts of the store, a few at a time so that entries are used. */
static void *own(void *arg)
{
	int context = (long)arg;
	uint64_t last[STORE_PAGES] = { 0 };

	for (long i = 0; !shared->stop; i++) {
		long page = i / SAME_PAGES * 7 % STORE_PAGES;
		uint64_t want = tag(context, page, last[page]);

		for (int t = 0; t < TAGS; t++) {
			uint64_t got =
				*tag_at(stores[context] + page * PAGE, t);

			if (got != want)
				report_wrong(context, page, got, want);
		}
		tag_page(stores[context] + page * PAGE,
			 tag(context, page, ++last[page]));
		atomic_fetch_add(&shared->checks, 1);
	}
	return NULL;
}

/* What others see grows, and is never another context's. */
static void look(int context, long until)
{
	uint64_t seen[STORE_PAGES] = { 0 };

	for (long i = 0; !shared->stop && now_ms() < until; i++) {
		long page = i * 5 % STORE_PAGES;
		uint64_t got = *tag_at(stores[context] + page * PAGE, i % TAGS);

		if (got >> 40 != tag(context, page, 0) >> 40 ||
		    got < seen[page])
			report_wrong(context, page, got, seen[page]);
		seen[page] = got;
		atomic_fetch_add(&shared->checks, 1);
	}
}

static void *switch_contexts(void *unused)
{
	for (long i = 0; !shared->stop; i++) {
		if (i % 8 == 7)
			need(!ioctl(fds[i % CONTEXTS], LSTORE_SAVE));
		else
			need(!ioctl(fds[i % CONTEXTS], LSTORE_LOAD));
		atomic_fetch_add(&shared->switches, 1);
	}
	return NULL;
}

/* ---- scenes ------------------------------------------------------------- */

static void scene(void)
{
	*shared = (struct shared){ 0 };
	for (int i = 0; i < CONTEXTS; i++) {
		fds[i] = open_context();
		stores[i] = map_context(fds[i], LSTORE_SIZE);
		tag_store(stores[i], i, 0);
	}
}

static void end_scene(const char *name)
{
	ok(!shared->wrong && ledger_agrees(), name,
	   "The lock of a context must be held around unmap, copy and publish, "
	   "and around look-up and insertion in the fault.");
	diag("%ld switches, %ld checks", shared->switches, shared->checks);
	for (int i = 0; i < CONTEXTS; i++) {
		munmap(stores[i], LSTORE_SIZE);
		close(fds[i]);
	}
}

static pthread_t start(void *(*fn)(void *), long arg)
{
	pthread_t thread;

	need(!pthread_create(&thread, NULL, fn, (void *)arg));
	return thread;
}

/*
 * Run @disturb again and again beside a switcher and the owners, until there
 * were enough switches, or for @ms.
 */
static void run_beside(void (*disturb)(long round), int owners, long ms)
{
	pthread_t threads[CONTEXTS + 1];
	long end = now_ms() + ms;

	threads[CONTEXTS] = start(switch_contexts, 0);
	for (long i = 0; i < owners; i++)
		threads[i] = start(own, i);
	for (long round = 0;
	     now_ms() < end && !shared->stop && shared->switches < ENOUGH;
	     round++)
		disturb(round);
	shared->stop = 1;
	pthread_join(threads[CONTEXTS], NULL);
	for (int i = 0; i < owners; i++)
		pthread_join(threads[i], NULL);
}

static void do_nothing(long round)
{
	usleep(10000);
}

static void test_owners(void)
{
	scene();
	run_beside(do_nothing, CONTEXTS, MAIN_MS);
	is_num(shared->wrong, 0, "three owners and a switcher", "");
	ok(shared->switches > 20, "it switches often enough to matter", "");
	end_scene("no page is ever stale, and no store is lost");
}

/* The child has its parent's entries, in the middle of a switch. */
static void fork_and_look(long round)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid) {
		look(round % CONTEXTS, now_ms() + 30);
		_exit(0);
	}
	need(waitpid(pid, NULL, 0) == pid);
}

static void test_fork(void)
{
	scene();
	run_beside(fork_and_look, 2, PART_MS + 1000);
	end_scene("a child never has an entry that a switch has missed");
}

static char *around; /* a second map, of context 0 */

static void map_and_look(long round)
{
	around = map_context(fds[0], LSTORE_SIZE);
	for (long page = round % 3; page < STORE_PAGES; page += 3) {
		uint64_t got = *tag_at(around + page * PAGE, 1);

		if (got >> 40 != tag(0, page, 0) >> 40)
			report_wrong(0, page, got, tag(0, page, 0));
	}
	munmap(around + LSTORE_SIZE / 2, PAGE);
	munmap(around, LSTORE_SIZE);
}

static void test_munmap(void)
{
	scene();
	run_beside(map_and_look, 2, PART_MS);
	end_scene("maps come and go");
}

static void protect_and_look(long round)
{
	long page = round * 11 % STORE_PAGES;
	uint64_t got;

	need(!mprotect(around + page * PAGE, 2 * PAGE, PROT_READ));
	got = *tag_at(around + page * PAGE, 0);
	if (got >> 40 != tag(0, page, 0) >> 40)
		report_wrong(0, page, got, tag(0, page, 0));
	need(!mprotect(around + page * PAGE, 2 * PAGE, PROT_NONE));
	need(!mprotect(around + page * PAGE, 2 * PAGE, RW));
}

static void test_mprotect(void)
{
	scene();
	around = map_context(fds[0], LSTORE_SIZE + PAGE);
	run_beside(protect_and_look, 2, PART_MS);
	munmap(around, LSTORE_SIZE + PAGE);
	end_scene("protections change");
}

/* Moves between two places, so that entries are on their way, too. */
static void move_and_look(long round)
{
	static char *spare;
	char *to;

	if (!spare)
		spare = mmap(NULL, LSTORE_SIZE, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	to = spare;
	need(sys_mremap(around, LSTORE_SIZE, LSTORE_SIZE,
			MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
	spare = around;
	around = to;
	for (long page = 0; page < STORE_PAGES; page += 9) {
		uint64_t got = *tag_at(around + page * PAGE, 2);

		if (got >> 40 != tag(0, page, 0) >> 40)
			report_wrong(0, page, got, tag(0, page, 0));
	}
}

static void test_mremap(void)
{
	scene();
	around = map_context(fds[0], LSTORE_SIZE);
	run_beside(move_and_look, 2, PART_MS);
	munmap(around, LSTORE_SIZE);
	end_scene("a map moves");
}

/* A process that dies with a context mapped, loaded, and in use. */
static void die_with_it(long round)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid) {
		int fd = open_context();
		char *p = map_context(fd, LSTORE_SIZE);

		close(fd);
		tag_store(p, 9, round);
		for (;;)
			if (bad_tags(p, 9, round, 0, STORE_PAGES))
				report_wrong(9, 0, 0, 0);
	}
	usleep(5000 + round % 7 * 1000);
	kill(pid, SIGKILL);
	need(waitpid(pid, NULL, 0) == pid);
}

static void test_exit(void)
{
	scene();
	run_beside(die_with_it, 2, PART_MS);
	end_scene("processes die with it mapped");
}

int main(void)
{
	plan(8);
	shared = shared_pages(1);
	test_owners();
	test_fork();
	test_munmap();
	test_mprotect();
	test_mremap();
	test_exit();
	return done();
}
