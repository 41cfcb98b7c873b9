/* SPDX-License-Identifier: MIT */
/*
 * asm/acpi.h - what the firmware's tables say about the board.
 */
#ifndef KILBURN_ASM_ACPI_H
#define KILBURN_ASM_ACPI_H

#include "kernel/cpumask.h"
#include "kernel/lib/types.h"

#define MAX_IOAPICS  8
#define MAX_ISA_IRQS 16

struct acpi_ioapic {
	u8 id;
	phys_addr_t address;
	u32 gsi_base; /* the number of its first input */
};

/* Where an ISA interrupt really is, and how it signals. */
struct acpi_isa_irq {
	u32 gsi;
	bool active_low, level;
};

struct acpi_board {
	phys_addr_t lapic_address;
	unsigned int nr_cpus; /* usable ones; the boot CPU is among them */
	u32 apic_ids[NR_CPUS];
	unsigned int nr_ioapics;
	struct acpi_ioapic ioapics[MAX_IOAPICS];
	struct acpi_isa_irq isa_irqs[MAX_ISA_IRQS];
	u16 pm_timer_port; /* 0: none */
	bool pm_timer_32bit;
	u16 pm1a_control, pm1b_control; /* 0: none */
	bool has_s5;
	u8 s5_type_a, s5_type_b; /* what to write for "off" */
	bool has_reset;
	u16 reset_port;
	u8 reset_value;
	phys_addr_t mcfg_base; /* PCI configuration space; 0: none */
	u8 mcfg_start_bus, mcfg_end_bus;
};

extern struct acpi_board acpi_board;

/* Boot, after ioremap() works. */
void acpi_init(void);

/* Claim the interrupt controllers and PCI's configuration space in iomem. */
void acpi_claim_registers(void);

#endif /* KILBURN_ASM_ACPI_H */
