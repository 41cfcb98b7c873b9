/* SPDX-License-Identifier: MIT */
/*
 * kernel/panic.h - the end of the machine, and what it says about it.
 *
 * In Linux: include/linux/panic.h, sched/debug.h.
 */
#ifndef KILBURN_KERNEL_PANIC_H
#define KILBURN_KERNEL_PANIC_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs;

/* Set once, by the CPU that panics. */
extern bool panic_in_progress;

/**
 * panic() - stop the machine for a reason.
 * @fmt: the reason
 *
 * Stops the other CPUs, prints the reason and a backtrace, flushes the log, and
 * leaves the emulator with status 125's cause; with panic=halt it stays.
 *
 * Context: any, interrupt and NMI included.
 */
void panic(const char *fmt, ...) __printf(1, 2) __noreturn __cold;

/**
 * die() - panic because of an exception of the kernel itself.
 * @what:  what happened, one line; the error code decoded
 * @regs:  the registers at that point, printed with a backtrace from there
 *
 * Context: any.
 */
void die(const char *what, struct pt_regs *regs) __noreturn __cold;

/* Print the backtrace of the caller. */
void dump_stack(void);

/**
 * show_stack() - print a backtrace.
 * @bp: frame pointer to begin at
 *
 * Follows frame pointers as long as they go upward inside one stack and the
 * return addresses lie in the kernel's code.
 */
void show_stack(unsigned long bp);

/* Print registers, one group a line, addresses as symbols. */
void show_regs(struct pt_regs *regs);

/* Parse panic= of the command line: "halt", or the default, "exit". */
void panic_setup(const char *arg);

#endif /* KILBURN_KERNEL_PANIC_H */
