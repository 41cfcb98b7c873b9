/* SPDX-License-Identifier: MIT */
/*
 * asm/acpi_tables.h - inside arch/x86_64/: tables as the firmware lays them
 * out.  Names and offsets are those of the ACPI specification.
 */
#ifndef KILBURN_ASM_ACPI_TABLES_H
#define KILBURN_ASM_ACPI_TABLES_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/* No table is larger; a length beyond it is garbage. */
#define ACPI_MAX_TABLE (4u << 20)

#define ACPI_RSDP_V1_LEN 20

struct acpi_rsdp {
	char signature[8]; /* "RSD PTR " */
	u8 checksum;
	char oem_id[6];
	u8 revision; /* 0: only what precedes length */
	u32 rsdt_address;
	u32 length;
	u64 xsdt_address;
	u8 extended_checksum;
	u8 reserved[3];
} __packed;

struct acpi_header {
	char signature[4];
	u32 length; /* bytes, with this header */
	u8 revision, checksum;
	char oem_id[6], oem_table_id[8];
	u32 oem_revision, creator_id, creator_revision;
} __packed;

struct acpi_madt {
	struct acpi_header header; /* "APIC" */
	u32 lapic_address, flags;
} __packed;

enum {
	MADT_LAPIC = 0,
	MADT_IOAPIC = 1,
	MADT_OVERRIDE = 2,
	MADT_LAPIC_ADDRESS = 5,
};

struct madt_entry {
	u8 type, length;
} __packed;

#define MADT_LAPIC_ENABLED 1

struct madt_lapic {
	struct madt_entry entry;
	u8 processor_id, apic_id;
	u32 flags;
} __packed;

struct madt_ioapic {
	struct madt_entry entry;
	u8 id, reserved;
	u32 address, gsi_base;
} __packed;

#define MADT_POLARITY_MASK 0x3
#define MADT_ACTIVE_LOW    0x3
#define MADT_TRIGGER_MASK  0xc
#define MADT_LEVEL         0xc

struct madt_override {
	struct madt_entry entry;
	u8 bus, source; /* ISA interrupt */
	u32 gsi;
	u16 flags;
} __packed;

struct madt_lapic_address {
	struct madt_entry entry;
	u16 reserved;
	u64 address;
} __packed;

#define ACPI_SPACE_IO 1

struct acpi_gas {
	u8 space_id, bit_width, bit_offset, access_size;
	u64 address;
} __packed;

#define FADT_TIMER_32BIT (1 << 8)
#define FADT_RESET       (1 << 10)
#define ACPI_FADT_V1_LEN 116

struct acpi_fadt {
	struct acpi_header header; /* "FACP" */
	u32 firmware_ctrl, dsdt;
	u8 model, preferred_pm_profile;
	u16 sci_interrupt;
	u32 smi_command;
	u8 acpi_enable, acpi_disable, s4bios_request, pstate_control;
	u32 pm1a_event_block, pm1b_event_block;
	u32 pm1a_control_block, pm1b_control_block;
	u32 pm2_control_block, pm_timer_block;
	u32 gpe0_block, gpe1_block;
	u8 pm1_event_length, pm1_control_length;
	u8 pm2_control_length, pm_timer_length;
	u8 gpe0_length, gpe1_length, gpe1_base, cst_control;
	u16 c2_latency, c3_latency, flush_size, flush_stride;
	u8 duty_offset, duty_width, day_alarm, month_alarm, century;
	u16 boot_flags;
	u8 reserved;
	u32 flags;
	/* From revision 2 on. */
	struct acpi_gas reset_register;
	u8 reset_value;
} __packed;

struct acpi_mcfg {
	struct acpi_header header; /* "MCFG" */
	u64 reserved;
	struct {
		u64 address;
		u16 segment;
		u8 start_bus, end_bus;
		u32 reserved;
	} __packed entries[];
} __packed;

#endif /* KILBURN_ASM_ACPI_TABLES_H */
