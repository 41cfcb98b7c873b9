/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/acpi.c - reading the firmware's tables.
 *
 *	RSDP ──► RSDT (32-bit pointers) or XSDT (64-bit) ──► FADT ──► DSDT
 *						         ├─► MADT
 *						         └─► MCFG
 *
 * The boot loader says where the RSDP is, or it is searched for in the BIOS's
 * area.  SeaBIOS has revision 0 and an RSDT; UEFI has an XSDT.  Each table is
 * mapped, its length and checksum verified, read once, and unmapped.  AML, the
 * program in the DSDT, is not run: only the constants of \_S5 are picked out.
 *
 * In Linux: drivers/acpi/, arch/x86/kernel/acpi/boot.c.
 */
#include <asm/acpi.h>
#include <asm/acpi_tables.h>
#include <asm/boot_info.h>
#include <asm/page.h>
#include <asm/processor.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/vmalloc.h"

struct acpi_board acpi_board;

static bool checksum_ok(const void *data, size_t len)
{
	const u8 *bytes = data;
	u8 sum = 0;

	while (len--)
		sum += *bytes++;
	return sum == 0;
}

/* ---- the root ----------------------------------------------------------- */

static bool rsdp_ok(const struct acpi_rsdp *rsdp)
{
	if (memcmp(rsdp->signature, "RSD PTR ", 8) ||
	    !checksum_ok(rsdp, ACPI_RSDP_V1_LEN))
		return false;
	return rsdp->revision < 2 ||
	       (rsdp->length <= PAGE_SIZE && checksum_ok(rsdp, rsdp->length));
}

/* On a 16-byte boundary in [start, start + len).  Return: found. */
static bool scan_rsdp(phys_addr_t start, u64 len, struct acpi_rsdp *rsdp)
{
	const char *area = (const char *)ioremap_cache(start, len);
	bool found = false;

	if (!area)
		return false;
	for (u64 at = 0; at + sizeof(*rsdp) <= len && !found; at += 16) {
		found = rsdp_ok((const void *)(area + at));
		if (found)
			memcpy(rsdp, area + at, sizeof(*rsdp));
	}
	iounmap(area);
	return found;
}

static bool find_rsdp(struct acpi_rsdp *rsdp)
{
	/* The copy that multiboot2.c made is in the kernel image. */
	if (boot_info.protocol == BOOT_MULTIBOOT2 && boot_info.rsdp) {
		memcpy(rsdp, __va(boot_info.rsdp), sizeof(*rsdp));
		if (rsdp->revision < 2)
			rsdp->length = ACPI_RSDP_V1_LEN;
		return rsdp_ok(rsdp);
	}
	if (boot_info.rsdp && scan_rsdp(boot_info.rsdp, sizeof(*rsdp), rsdp))
		return true;
	return scan_rsdp(0xe0000, 0x20000, rsdp);
}

/* ---- tables ------------------------------------------------------------- */

/*
 * Map a whole table.  Return: NULL if it is not what it should be; otherwise to
 * be given to iounmap().
 */
static const struct acpi_header *map_table(phys_addr_t phys)
{
	const struct acpi_header *table;
	u32 len;

	table = (const void *)ioremap_cache(phys, sizeof(*table));
	if (!table)
		return NULL;
	len = table->length;
	iounmap(table);
	if (len < sizeof(*table) || len > ACPI_MAX_TABLE)
		return NULL;

	table = (const void *)ioremap_cache(phys, len);
	if (table && !checksum_ok(table, len)) {
		pr_warn("acpi: table %.4s has a wrong checksum\n",
			table->signature);
		iounmap(table);
		return NULL;
	}
	return table;
}

/* ---- MADT: CPUs and interrupts ------------------------------------------ */

static void madt_cpu(const struct madt_lapic *cpu)
{
	if (!(cpu->flags & MADT_LAPIC_ENABLED) || cpu->apic_id == 0xff)
		return;
	if (acpi_board.nr_cpus == NR_CPUS) {
		pr_warn_once("acpi: more than %d CPUs, the rest is not used\n",
			     NR_CPUS);
		return;
	}
	acpi_board.apic_ids[acpi_board.nr_cpus++] = cpu->apic_id;
}

static void madt_ioapic(const struct madt_ioapic *io)
{
	struct acpi_ioapic *entry;

	if (acpi_board.nr_ioapics == MAX_IOAPICS)
		return;
	entry = &acpi_board.ioapics[acpi_board.nr_ioapics++];
	entry->id = io->id;
	entry->address = io->address;
	entry->gsi_base = io->gsi_base;
}

static void madt_override(const struct madt_override *o)
{
	struct acpi_isa_irq *irq;

	if (o->bus != 0 || o->source >= MAX_ISA_IRQS)
		return;
	irq = &acpi_board.isa_irqs[o->source];
	irq->gsi = o->gsi;
	irq->active_low = (o->flags & MADT_POLARITY_MASK) == MADT_ACTIVE_LOW;
	irq->level = (o->flags & MADT_TRIGGER_MASK) == MADT_LEVEL;
}

static void parse_madt(const struct acpi_header *table)
{
	const struct acpi_madt *madt = (const void *)table;
	u32 at = sizeof(*madt);

	acpi_board.lapic_address = madt->lapic_address;
	while (at + sizeof(struct madt_entry) <= table->length) {
		const struct madt_entry *entry =
			(const void *)((const char *)table + at);

		if (entry->length < sizeof(*entry) ||
		    entry->length > table->length - at)
			break;
		switch (entry->type) {
		case MADT_LAPIC:
			madt_cpu((const void *)entry);
			break;
		case MADT_IOAPIC:
			madt_ioapic((const void *)entry);
			break;
		case MADT_OVERRIDE:
			madt_override((const void *)entry);
			break;
		case MADT_LAPIC_ADDRESS:
			acpi_board.lapic_address =
				((const struct madt_lapic_address *)entry)
					->address;
			break;
		}
		at += entry->length;
	}
}

/* ---- FADT and DSDT: timer, power ---------------------------------------- */

/* An AML integer: ZeroOp, OneOp, or a byte after BytePrefix. */
static const u8 *aml_byte(const u8 *p, u8 *value)
{
	if (*p == 0x0a)
		p++;
	*value = *p;
	return p + 1;
}

/* Name (_S5, Package (4) { type_a, type_b, ... }) in the byte code. */
static void parse_s5(const struct acpi_header *dsdt)
{
	const u8 *aml = (const u8 *)(dsdt + 1);
	u32 len = dsdt->length - sizeof(*dsdt);

	for (u32 i = 0; i + 16 < len; i++) {
		const u8 *p = aml + i;

		if (memcmp(p, "_S5_\x12", 5)) /* 0x12: PackageOp */
			continue;
		p += 5;
		p += 1 + (*p >> 6); /* PkgLength */
		p++;                /* NumElements */
		p = aml_byte(p, &acpi_board.s5_type_a);
		aml_byte(p, &acpi_board.s5_type_b);
		acpi_board.has_s5 = true;
		return;
	}
}

static void parse_fadt(const struct acpi_header *table)
{
	const struct acpi_fadt *fadt = (const void *)table;
	const struct acpi_header *dsdt;

	if (table->length < ACPI_FADT_V1_LEN)
		return;
	if (fadt->pm_timer_length == 4)
		acpi_board.pm_timer_port = (u16)fadt->pm_timer_block;
	acpi_board.pm_timer_32bit = fadt->flags & FADT_TIMER_32BIT;
	acpi_board.pm1a_control = (u16)fadt->pm1a_control_block;
	acpi_board.pm1b_control = (u16)fadt->pm1b_control_block;
	if (table->length >= sizeof(*fadt) && (fadt->flags & FADT_RESET) &&
	    fadt->reset_register.space_id == ACPI_SPACE_IO) {
		acpi_board.has_reset = true;
		acpi_board.reset_port = (u16)fadt->reset_register.address;
		acpi_board.reset_value = fadt->reset_value;
	}
	dsdt = map_table(fadt->dsdt);
	if (dsdt) {
		parse_s5(dsdt);
		iounmap(dsdt);
	}
}

/* ---- MCFG: PCI ---------------------------------------------------------- */

static void parse_mcfg(const struct acpi_header *table)
{
	const struct acpi_mcfg *mcfg = (const void *)table;

	if (table->length < sizeof(*mcfg) + sizeof(mcfg->entries[0]))
		return;
	acpi_board.mcfg_base = mcfg->entries[0].address;
	acpi_board.mcfg_start_bus = mcfg->entries[0].start_bus;
	acpi_board.mcfg_end_bus = mcfg->entries[0].end_bus;
}

/* ---- all of it ---------------------------------------------------------- */

static void parse_table(phys_addr_t phys)
{
	const struct acpi_header *table = map_table(phys);

	if (!table)
		return;
	if (!memcmp(table->signature, "APIC", 4))
		parse_madt(table);
	else if (!memcmp(table->signature, "FACP", 4))
		parse_fadt(table);
	else if (!memcmp(table->signature, "MCFG", 4))
		parse_mcfg(table);
	iounmap(table);
}

/* The list is an RSDT or an XSDT: pointers of @width bytes. */
static void parse_root(phys_addr_t phys, unsigned int width)
{
	const struct acpi_header *root = map_table(phys);
	u32 nr;

	if (!root)
		return;
	nr = (root->length - sizeof(*root)) / width;
	for (u32 i = 0; i < nr; i++) {
		phys_addr_t entry = 0;

		memcpy(&entry, (const char *)(root + 1) + i * width, width);
		parse_table(entry);
	}
	iounmap(root);
}

/* What holds without any table: one CPU, and ISA interrupts where they were. */
static void set_defaults(void)
{
	acpi_board.lapic_address = 0xfee00000;
	for (u32 i = 0; i < MAX_ISA_IRQS; i++)
		acpi_board.isa_irqs[i].gsi = i;
}

void acpi_init(void)
{
	struct acpi_rsdp rsdp;

	set_defaults();
	if (!find_rsdp(&rsdp)) {
		pr_warn("acpi: no RSDP found, using one CPU\n");
	} else if (rsdp.revision >= 2 && rsdp.xsdt_address) {
		parse_root(rsdp.xsdt_address, 8);
	} else {
		parse_root(rsdp.rsdt_address, 4);
	}
	if (!acpi_board.nr_ioapics)
		pr_warn("acpi: no IO-APIC, devices cannot interrupt\n");
}
