/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/fail_nth.h - make the Nth allocation of this task fail.
 *
 * /proc/self/fail-nth, as on Linux: writing N makes the Nth allocation of this
 * task from now on fail; it reads 0 once that has happened.
 */
#ifndef KILBURN_TESTS_KILBURN_FAIL_NTH_H
#define KILBURN_TESTS_KILBURN_FAIL_NTH_H

#include "../user/tap.h"
#include <fcntl.h>
#include <stdbool.h>

static int nth_fd;

static inline void fail_nth_init(void)
{
	char text[16];

	nth_fd = open("/proc/self/fail-nth", O_RDWR);
	need(nth_fd >= 0);
	/* From now on the file has its buffer. */
	need(pread(nth_fd, text, sizeof(text), 0) > 0);
}

static inline void arm(int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nth);

	if (write(nth_fd, text, len) != len)
		_exit(97);
}

/* Disarm.  Return: whether an allocation has been failed. */
static inline bool disarm(void)
{
	char text[16] = "";
	bool fired;

	/* The file's buffer is there since fail_nth_init(): nothing to fail. */
	fired = pread(nth_fd, text, sizeof(text) - 1, 0) > 0 && text[0] == '0';
	arm(0);
	return fired;
}

#endif
