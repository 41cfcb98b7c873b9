/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/tsc.c - how fast do the clocks of this CPU run?
 *
 * Two counters of unknown frequency, the TSC and the local APIC's timer, are
 * compared over a few milliseconds with one whose frequency is part of its
 * specification: the ACPI power-management timer, or channel 2 of the PIT.
 *
 *	reference   r0 |-------------------------------| r1
 *	TSC	  t0 |-----------------------------------| t1
 *
 *	frequency = (t1 - t0) / (r1 - r0) * reference frequency
 *
 * An emulator may stop us between two reads.  So at each end the reads are
 * repeated and the pair that took the least time counts; how long it takes
 * from one end to the other does not matter.
 *
 * In Linux: arch/x86/kernel/tsc.c.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/io.h>
#include <asm/processor.h>
#include <asm/tsc.h>
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"

u64 tsc_boot;
u64 tsc_mult;
u32 tsc_khz;

#define PM_TIMER_HZ  3579545
#define PIT_HZ       1193182
#define CALIBRATE_MS 5
#define SAMPLES      5

#define PIT_CHANNEL2  0x42
#define PIT_COMMAND   0x43
#define PIT_GATE      0x61 /* bit 0: channel 2 counts; bit 1: speaker */
#define PIT_CH2_MODE0 0xb0 /* channel 2, low and high byte, mode 0 */
#define PIT_CH2_LATCH 0x80

/* ---- the reference ------------------------------------------------------ */

static u32 pm_timer_read(void)
{
	return inl(acpi_board.pm_timer_port);
}

/* Counts down from 65535 and on: 55 ms until it has gone around. */
static void pit_start(void)
{
	outb((inb(PIT_GATE) & ~0x02) | 0x01, PIT_GATE);
	outb(PIT_CH2_MODE0, PIT_COMMAND);
	outb(0xff, PIT_CHANNEL2);
	outb(0xff, PIT_CHANNEL2);
}

static u32 pit_read(void)
{
	u32 count;

	outb(PIT_CH2_LATCH, PIT_COMMAND);
	count = inb(PIT_CHANNEL2);
	count |= (u32)inb(PIT_CHANNEL2) << 8;
	return 0xffff - count; /* upwards, like the other one */
}

struct reference {
	u32 (*read)(void);
	u32 hz, mask; /* mask: the bits that count */
};

static struct reference find_reference(void)
{
	if (acpi_board.pm_timer_port)
		return (struct reference){ pm_timer_read, PM_TIMER_HZ,
					   acpi_board.pm_timer_32bit
						   ? 0xffffffff
						   : 0xffffff };
	pit_start();
	return (struct reference){ pit_read, PIT_HZ, 0xffff };
}

/* ---- comparison --------------------------------------------------------- */

struct sample {
	u32 ref;
	u64 tsc;
	u32 apic; /* counts down */
};

static struct sample take_sample(const struct reference *ref)
{
	struct sample best = { 0 };
	u64 shortest = ~0ULL;

	for (int i = 0; i < SAMPLES; i++) {
		u64 before = rdtsc_ordered();
		u32 value = ref->read();
		u32 apic = apic_timer_read();
		u64 took = rdtsc_ordered() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best.ref = value;
		best.apic = apic;
		best.tsc = before + took / 2;
	}
	return best;
}

static void set_tsc_frequency(u64 hz)
{
	tsc_khz = (u32)(hz / 1000);
	tsc_mult = (1000000000ULL << 32) / hz;
}

void tsc_init(void)
{
	struct reference ref = find_reference();
	u32 wanted = ref.hz / 1000 * CALIBRATE_MS;
	struct sample start, end;
	u64 ticks;

	apic_timer_free_run();
	start = take_sample(&ref);
	while (((ref.read() - start.ref) & ref.mask) < wanted)
		cpu_relax();
	end = take_sample(&ref);

	ticks = (end.ref - start.ref) & ref.mask;
	set_tsc_frequency((end.tsc - start.tsc) * ref.hz / ticks);
	apic_timer_set_frequency((u64)(start.apic - end.apic) * ref.hz / ticks);
	pr_info("tsc: %u.%03u MHz, by the %s\n", tsc_khz / 1000, tsc_khz % 1000,
		acpi_board.pm_timer_port ? "ACPI timer" : "PIT");
}

/* ---- waiting ------------------------------------------------------------ */

void ndelay(unsigned long nsecs)
{
	u64 end = sched_clock() + nsecs;

	while (sched_clock() < end)
		cpu_relax();
}

void udelay(unsigned long usecs)
{
	ndelay(usecs * 1000);
}

void mdelay(unsigned long msecs)
{
	ndelay(msecs * 1000000);
}
