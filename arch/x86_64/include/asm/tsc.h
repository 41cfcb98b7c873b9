/* SPDX-License-Identifier: MIT */
/*
 * asm/tsc.h - the clock: the CPU's time-stamp counter.
 *
 *	ns = ((tsc - tsc_boot) * tsc_mult) >> 32
 *
 * The boot measures how fast it counts against the ACPI timer (3.579545 MHz by
 * its specification) or, where there is none, against the PIT.
 *
 * In Linux: arch/x86/kernel/tsc.c.
 */
#ifndef KILBURN_ASM_TSC_H
#define KILBURN_ASM_TSC_H

#include <asm/processor.h>

extern u64 tsc_boot; /* counter at ns 0 */
extern u64 tsc_mult; /* 32.32 fixed point: ns per count; 0: not known yet */
extern u32 tsc_khz;

/**
 * sched_clock() - nanoseconds since boot, the same on all CPUs.
 *
 * 0 until tsc_init().
 *
 * Context: any.
 */
static inline u64 sched_clock(void)
{
	u64 delta = rdtsc() - tsc_boot;

	return (u64)((unsigned __int128)delta * tsc_mult >> 32);
}

/* Boot, after acpi_init() and apic_init(): calibrates both clocks. */
void tsc_init(void);

/* Wait by counting; works after tsc_init(). */
void udelay(unsigned long usecs);
void ndelay(unsigned long nsecs);
void mdelay(unsigned long msecs);

/* Seconds since 1970 from the board's clock (UTC). */
s64 rtc_read_time(void);

#endif /* KILBURN_ASM_TSC_H */
