/* SPDX-License-Identifier: MIT */
/*
 * tests/user/proc_status.h - one number of /proc/self/status.
 */
#ifndef KILBURN_TESTS_USER_PROC_STATUS_H
#define KILBURN_TESTS_USER_PROC_STATUS_H

#include "tap.h"
#include <fcntl.h>

/* The number in the line that begins with @name, such as "VmLck:". */
static inline long proc_status(const char *name)
{
	char text[4096], *line;
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n;

	need(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	need(n > 0);
	text[n] = '\0';
	close(fd);
	line = strstr(text, name);
	need(line);
	return strtol(line + strlen(name), NULL, 10);
}

/* VmLck of this process, in pages. */
static inline long locked_pages(void)
{
	return proc_status("VmLck:") * 1024 / (long)PAGE;
}

#endif /* KILBURN_TESTS_USER_PROC_STATUS_H */
