/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/acpi_iomem.c - the registers that the kernel keeps to itself.
 *
 * Whoever stores into an interrupt controller or into PCI's configuration space
 * takes the machine from the kernel, so /dev/mem refuses them.
 *
 * In Linux: arch/x86/kernel/apic/apic.c:lapic_insert_resource(), io_apic.c,
 * arch/x86/pci/mmconfig-shared.c.
 */
#include <asm/acpi.h>
#include <asm/page.h>
#include "kernel/ioport.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/printk.h"

#define IOAPIC_SIZE 0x400ull
#define BUS_SIZE    0x100000ull /* 256 functions of 4096 bytes */

struct claim {
	struct resource res;
	char name[40];
};

static struct claim lapic, mcfg, ioapics[MAX_IOAPICS];

static void claim_range(struct claim *claim, phys_addr_t start, u64 size)
{
	claim->res.start = start;
	claim->res.end = start + size - 1;
	claim->res.name = claim->name;
	claim->res.flags = IORESOURCE_MEM | IORESOURCE_BUSY;
	if (insert_resource(&claim->res))
		pr_warn("iomem: %#llx (%s) overlaps another range\n", start,
			claim->name);
}

void acpi_claim_registers(void)
{
	const struct acpi_board *b = &acpi_board;
	u64 nr_buses = b->mcfg_end_bus - b->mcfg_start_bus + 1;

	snprintf(lapic.name, sizeof(lapic.name), "Local APIC");
	claim_range(&lapic, b->lapic_address, PAGE_SIZE);
	for (unsigned int i = 0; i < b->nr_ioapics; i++) {
		snprintf(ioapics[i].name, sizeof(ioapics[i].name), "IOAPIC %u",
			 i);
		claim_range(&ioapics[i], b->ioapics[i].address, IOAPIC_SIZE);
	}
	if (!b->mcfg_base)
		return;
	snprintf(mcfg.name, sizeof(mcfg.name),
		 "PCI MMCONFIG 0000 [bus %02x-%02x]", b->mcfg_start_bus,
		 b->mcfg_end_bus);
	claim_range(&mcfg, b->mcfg_base + b->mcfg_start_bus * BUS_SIZE,
		    nr_buses * BUS_SIZE);
}
