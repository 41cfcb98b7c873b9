/* SPDX-License-Identifier: MIT */
/*
 * user/bench/bench.h - what the benchmark's rows share.
 *
 * A row is a function that repeats its operation a fixed number of times and
 * returns the smallest cost of one operation, in nanoseconds.  Under
 * "kb exec --icount" one nanosecond is one guest instruction.
 */
#ifndef BENCH_H
#define BENCH_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define MIB  (1UL << 20)
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* A row that cannot be measured here returns this. */
#define NO_RESULT -1.0

/* Rows that are only run when named, since they take long. */
#define SLOW 1

struct row {
	const char *name, *unit;
	double (*run)(long arg);
	long arg; /* what the function needs to know, often a size */
	int flags;
};

/* The tables, each in the file of that name; a row without a name ends one. */
extern const struct row rows_sys[], rows_fault[], rows_map[], rows_fork[],
	rows_vma[], rows_dev[], rows_drm[], rows_scale[];

/* Say what failed, and end. */
void die(const char *what);

/* The path of this program, which executes itself again. */
extern const char *self;

/* Always by system call: a vDSO on one side would spoil the comparison. */
static inline uint64_t now(void)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/*
 * The smallest of @reps times that the statements take, divided by @per.
 * They are evaluated once more before, to warm up.
 */
#define MIN_TIME(reps, per, ...)                                               \
	({                                                                     \
		volatile uint64_t best_ = ~0ull; /* vfork returns twice */     \
                                                                               \
		for (volatile int rep_ = 0; rep_ <= (reps); rep_++) {          \
			volatile uint64_t start_ = now();                      \
                                                                               \
			__VA_ARGS__;                                           \
			start_ = now() - start_;                               \
			if (rep_ && start_ < best_)                            \
				best_ = start_;                                \
		}                                                              \
		(double)best_ / (per);                                         \
	})

static inline void *map_anon(size_t len, int flags)
{
	void *p = mmap(NULL, len, RW, ANON | flags, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

/* Write one byte to each page. */
static inline void touch(char *p, size_t len)
{
	for (size_t i = 0; i < len; i += PAGE)
		*(volatile char *)(p + i) = 1;
}

/* Read one byte of each page. */
static inline void peek(char *p, size_t len)
{
	for (size_t i = 0; i < len; i += PAGE)
		(void)*(volatile char *)(p + i);
}

static inline void keep_smallest(double *best, double value)
{
	if (value < *best)
		*best = value;
}

#endif
