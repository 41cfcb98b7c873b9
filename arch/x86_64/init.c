/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/init.c - the parts of the machine that need memory and page
 * tables to come up, in order.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/fpu.h>
#include <asm/irq.h>
#include <asm/mtrr.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include <asm/tsc.h>

void arch_init(void)
{
	fpu_init();
	mtrr_init();     /* what firmware caches */
	acpi_init();     /* where everything is */
	apic_init();     /* this CPU's interrupts and timer */
	smp_sort_cpus(); /* whose number is what */
	tsc_init();      /* how fast the clocks are */
	irq_init();      /* interrupts from devices */
}
