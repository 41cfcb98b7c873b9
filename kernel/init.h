/* SPDX-License-Identifier: MIT */
/*
 * kernel/init.h - what kernel/main.c calls and nobody else needs.
 */
#ifndef KILBURN_KERNEL_INIT_H
#define KILBURN_KERNEL_INIT_H

/* drivers/init.c: nothing includes drivers/, so its one entry is here. */
void drivers_init(void);

/* tests/selftest/: run the tests that match a pattern; the number that failed. */
int selftest_run(const char *pattern);

#endif /* KILBURN_KERNEL_INIT_H */
