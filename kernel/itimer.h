/* SPDX-License-Identifier: MIT */
/*
 * kernel/itimer.h - the real-time interval timer of a process.
 */
#ifndef KILBURN_KERNEL_ITIMER_H
#define KILBURN_KERNEL_ITIMER_H

struct signal_struct;

/* fork: a new process has none running. */
void itimer_init(struct signal_struct *sig);

/**
 * itimer_exit() - stop the timer of a process whose last thread ends.
 * @sig: the process
 *
 * Context: process context, siglock not held (the timer's function takes it).
 */
void itimer_exit(struct signal_struct *sig);

/**
 * itimer_rearm() - the SIGALRM was taken: start the next interval.
 * @sig: the process; siglock held
 *
 * The timer starts again only now, so that a short interval cannot keep the
 * CPU in timer interrupts.
 */
void itimer_rearm(struct signal_struct *sig);

#endif /* KILBURN_KERNEL_ITIMER_H */
