/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/ledger.h - ask the kernel whether its books agree, now.
 */
#ifndef KILBURN_TESTS_LEDGER_H
#define KILBURN_TESTS_LEDGER_H

#include "../user/tap.h"
#include <fcntl.h>

/* Run the ledger; what it says is printed if it disagrees. */
static inline int ledger_agrees(void)
{
	static char report[4096];
	int fd = open("/proc/kilburn/audit", O_RDONLY);
	ssize_t n, len = 0;

	need(fd >= 0);
	while ((n = read(fd, report + len, sizeof(report) - 1 - len)) > 0)
		len += n;
	report[len] = '\0';
	close(fd);
	if (strcmp(report, "ok\n"))
		diag("ledger: %s", report);
	return !strcmp(report, "ok\n");
}

#endif /* KILBURN_TESTS_LEDGER_H */
