/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/lstore_oom.c - a switch in which each allocation fails in turn
 * leaves every context where it was.
 */

#include "fail_nth.h"
#include "lstore.h"

#define MAX_NTH 400

static int a, b;
static char *pa, *pb;

static int state(int fd)
{
	return ioctl(fd, LSTORE_GET_STATE);
}

static long switch_to_b(void)
{
	return ioctl(b, LSTORE_LOAD);
}

static long save_a(void)
{
	return ioctl(a, LSTORE_SAVE);
}

static long open_another(void)
{
	return open(LSTORE_DEVICE, O_RDWR);
}

/* @call with each allocation failing: a stays loaded, b saved. */
static void sweep(long (*call)(void), const char *name)
{
	bool clean = true, fired = true;
	int nth = 0;
	long ret = -1;

	while (fired && clean) {
		need(!ioctl(a, LSTORE_LOAD));
		need(++nth < MAX_NTH);
		arm(nth);
		ret = call();
		fired = disarm();
		if (ret >= 0)
			break;
		clean = errno == ENOMEM && state(a) == LSTORE_LOADED &&
			state(b) == LSTORE_SAVED &&
			!bad_tags(pa, 1, 1, 0, STORE_PAGES) &&
			!bad_tags(pb, 2, 1, 0, STORE_PAGES);
	}
	ok(clean && ret >= 0, name,
	   "All that can fail comes before the first step.");
	diag("%d allocations", nth - 1);
	ok(!bad_tags(pa, 1, 1, 0, STORE_PAGES) &&
		   !bad_tags(pb, 2, 1, 0, STORE_PAGES),
	   "and when it succeeds, all bytes are there", "");
	if (call == open_another)
		close(ret);
	ok(ledger_agrees(), "the ledger agrees", "");
}

/* A page table that cannot be had: the access is simply tried again. */
static void test_fault(void)
{
	bool right = true, fired = true;

	for (int nth = 1; fired && right; nth++) {
		char *p = mmap((void *)0x500000000000, LSTORE_SIZE, RW,
			       MAP_SHARED | MAP_FIXED, a, 0);

		need(p != MAP_FAILED && nth < MAX_NTH);
		arm(nth);
		right = *tag_at(p, 0) == tag(1, 0, 1);
		fired = disarm();
		munmap(p, LSTORE_SIZE);
	}
	ok(right, "a fault without memory for tables comes again",
	   "VM_FAULT_OOM must leave the context's lock free.");
}

int main(void)
{
	plan(10);
	fail_nth_init();
	a = open_context();
	b = open_context();
	pa = map_context(a, LSTORE_SIZE);
	pb = map_context(b, LSTORE_SIZE);
	tag_store(pa, 1, 1);
	tag_store(pb, 2, 1);
	sweep(switch_to_b, "loading in place of another, without memory");
	sweep(save_a, "saving without memory");
	sweep(open_another, "opening without memory");
	test_fault();
	return done();
}
