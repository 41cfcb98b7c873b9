/* SPDX-License-Identifier: MIT */
/*
 * asm/apic.h - the local APIC: this CPU's timer and interrupts between CPUs.
 */
#ifndef KILBURN_ASM_APIC_H
#define KILBURN_ASM_APIC_H

#include "kernel/lib/types.h"

/* Boot: map it and switch on the boot CPU's; then on each other CPU. */
void apic_init(void);
void apic_init_cpu(void);

u32 apic_id(void);
void apic_eoi(void);
u32 apic_error(void); /* bits of the error status register */

/* Send a vector to a CPU, by its APIC ID; or an NMI to all but this CPU. */
void apic_send_ipi(u32 apicid, unsigned int vector);
void apic_send_nmi_allbutself(void);

/* The two steps of starting a CPU. */
void apic_send_init(u32 apicid);
void apic_send_startup(u32 apicid, phys_addr_t entry);

/**
 * apic_timer_oneshot() - ask for one timer interrupt on this CPU.
 * @delta_ns: from now, in nanoseconds; 0 is as soon as possible.  More than
 *	the timer can count is cut: the interrupt then comes earlier.
 *
 * Context: preemption disabled.
 */
void apic_timer_oneshot(u64 delta_ns);
void apic_timer_stop(void);

/* Boot: measure the timer's frequency; `hz` is counts in a second. */
u32 apic_timer_read(void);
void apic_timer_free_run(void);
void apic_timer_set_frequency(u64 hz);

#endif /* KILBURN_ASM_APIC_H */
