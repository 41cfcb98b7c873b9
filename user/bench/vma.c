/* SPDX-License-Identifier: MIT */
/*
 * user/bench/vma.c - how the costs grow with the number of areas.
 *
 * A mapping of 2n pages gets every other page made read-only, which makes 2n
 * areas of one page; n of them are writable and never touched before.
 */
#include "bench.h"

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint64_t)seed * n >> 32;
}

struct field {
	char *mem;
	long n;
};

/* Make the areas.  Return: the cost of one split. */
static double make_field(struct field *f, long n)
{
	uint64_t t;

	f->n = n;
	f->mem = mmap(NULL, n * 2 * PAGE, RW, ANON | MAP_NORESERVE, -1, 0);
	if (f->mem == MAP_FAILED)
		die("mmap");
	t = now();
	for (long i = 0; i < n; i++)
		if (mprotect(f->mem + i * 2 * PAGE, PAGE, PROT_READ))
			die("mprotect");
	seed = 1;
	return (double)(now() - t) / n;
}

static void touch_field(struct field *f)
{
	for (long i = 0; i < f->n; i++)
		*(volatile char *)(f->mem + (i * 2 + 1) * PAGE) = 1;
}

/* Return: the cost for one area of unmapping them all. */
static double drop_field(struct field *f)
{
	uint64_t t = now();

	munmap(f->mem, f->n * 2 * PAGE);
	return (double)(now() - t) / (2 * f->n);
}

static double create(long n)
{
	double best = 1e30;
	struct field f;

	for (int i = 0; i < 3; i++) {
		keep_smallest(&best, make_field(&f, n));
		drop_field(&f);
	}
	return best;
}

static double destroy(long n)
{
	double best = 1e30;
	struct field f;

	for (int i = 0; i < 3; i++) {
		make_field(&f, n);
		touch_field(&f);
		keep_smallest(&best, drop_field(&f));
	}
	return best;
}

/*
 * Stores to pages of random areas that are not there; the first one in each
 * area also makes its anon_vma.  Each is timed, so that the clock is in it.
 */
static double random_fault(long n)
{
	uint64_t sum = 0, t;
	struct field f;

	make_field(&f, n);
	for (int i = 0; i < 500; i++) {
		char *p = f.mem + (random_below(n) * 2 + 1) * PAGE;

		madvise(p, PAGE, MADV_DONTNEED);
		t = now();
		*(volatile char *)p = 1;
		sum += now() - t;
	}
	drop_field(&f);
	return sum / 500.0;
}

static double map_beside(long n)
{
	struct field f;
	double cost;

	make_field(&f, n);
	cost = MIN_TIME(10, 50,
			for (int i = 0; i < 50; i++)
				munmap(map_anon(PAGE, 0), PAGE));
	drop_field(&f);
	return cost;
}

/* A whole area that has a page, to a third protection and back. */
static double protect_random(long n)
{
	struct field f;
	double cost;

	make_field(&f, n);
	touch_field(&f);
	cost = MIN_TIME(
		10, 50, for (int i = 0; i < 50; i++) {
			char *p = f.mem + (random_below(n) * 2 + 1) * PAGE;

			mprotect(p, PAGE, PROT_NONE);
			mprotect(p, PAGE, RW);
		});
	drop_field(&f);
	return cost;
}

static double fork_beside(long n)
{
	double best = 1e30;
	struct field f;

	make_field(&f, n);
	touch_field(&f);
	for (int i = 0; i < 4; i++) {
		uint64_t t = now();
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		keep_smallest(&best, now() - t);
	}
	drop_field(&f);
	return best;
}

/* clang-format off */
#define ROWS(n, half, flags)                                                 \
	{ "vma_create_" #n, "per mprotect-split", create, half, flags },     \
	{ "vma_fault_" #n, "per rand-fault(+clk)", random_fault, half, flags },    \
	{ "vma_mmap_" #n, "per mmap+munmap", map_beside, half, flags },      \
	{ "vma_mprotect_" #n, "per mprotect-pair", protect_random, half, flags }, \
	{ "vma_fork_" #n, "per fork+exit+wait", fork_beside, half, flags },  \
	{ "vma_destroy_" #n, "per vma", destroy, half, flags }

const struct row rows_vma[] = {
	ROWS(10, 5, 0),
	ROWS(100, 50, 0),
	ROWS(1000, 500, 0),
	ROWS(10000, 5000, SLOW),
	ROWS(60000, 30000, SLOW),
	{ NULL, NULL, NULL, 0, 0 },
};
/* clang-format on */
