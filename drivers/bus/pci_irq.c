/* SPDX-License-Identifier: MIT */
/*
 * drivers/bus/pci_irq.c - how a PCI device interrupts: by pin or by message.
 *
 * The pin (INTA to INTD) is wired to an input of the IO-APIC.  Which one only
 * the board's maker knows; firmware tells it as a program in ACPI's byte code
 * (_PRT), which nobody here can run.  PCI_INTERRUPT_LINE is no help: it names
 * an input of the old PIC.  But QEMU's q35 is wired like this:
 *
 *	slot 0..24 of bus 0, pin p	PIRQ E..H, number (slot + p) % 4
 *	PIRQ A..H			global system interrupt 16..23
 *
 * so that neighbours do not share one.  (Measured: edu in slot 3, INTA, is
 * interrupt 23 under Linux.)  The chipset's own devices, slots 25 to 31, are
 * routed by registers of the chipset, and devices behind a bridge through the
 * bridge's pins: both have no user here.
 *
 * A message (MSI) is a store of four bytes to the local APIC's address, which
 * the device makes itself: no wire, no sharing, and what it has written to
 * memory before arrives before.
 *
 * Source: QEMU hw/isa/lpc_ich9.c:ich9_cc_init(); PCI Local Bus 3.0, 6.8.
 * In Linux: drivers/pci/irq.c, msi/msi.c; drivers/acpi/pci_irq.c.
 */

#include "drivers/bus/pci.h"
#include "kernel/lib/errno.h"

#define Q35_FIRST_PIRQ_E   20 /* global system interrupt */
#define Q35_NR_PLAIN_SLOTS 25

/* The MSI capability: offsets in bytes; flags are above the first two bytes. */
#define MSI_FLAGS_ENABLE (1u << 16)
#define MSI_FLAGS_QSIZE  (7u << 20) /* log2 of how many messages: 0 */
#define MSI_FLAGS_64BIT  (1u << 23)
#define MSI_ADDRESS_LO   4
#define MSI_ADDRESS_HI   8
#define MSI_DATA_32      8
#define MSI_DATA_64      12

#define CAP_LIST_MAX 48 /* entries: a list that is longer is a circle */

static u8 config_byte(const struct pci_dev *dev, unsigned int where)
{
	return pci_read_config_dword(dev, where) >> (8 * (where & 3));
}

u8 pci_find_capability(const struct pci_dev *dev, u8 cap)
{
	u32 status = pci_read_config_dword(dev, PCI_COMMAND) >> 16;
	u8 pos;

	if (!(status & PCI_STATUS_CAP_LIST))
		return 0;
	pos = config_byte(dev, PCI_CAPABILITY_LIST) & ~3;
	for (int i = 0; pos && i < CAP_LIST_MAX; i++) {
		if (config_byte(dev, pos) == cap)
			return pos;
		pos = config_byte(dev, pos + 1) & ~3;
	}
	return 0;
}

/* ---- the pin ------------------------------------------------------------ */

int pci_intx_irq(const struct pci_dev *dev)
{
	u8 pin = config_byte(dev, PCI_INTERRUPT_PIN), slot = dev->devfn >> 3;

	if (!pin || pin > 4 || dev->bus || slot >= Q35_NR_PLAIN_SLOTS)
		return -ENOENT;
	return Q35_FIRST_PIRQ_E + (slot + pin - 1) % 4;
}

static void set_command(const struct pci_dev *dev, u32 clear, u32 set)
{
	/* The upper half is status; its bits are cleared by ones. */
	u32 command = pci_read_config_dword(dev, PCI_COMMAND) & 0xffff;

	pci_write_config_dword(dev, PCI_COMMAND, (command & ~clear) | set);
}

void pci_intx_enable(const struct pci_dev *dev)
{
	set_command(dev, PCI_COMMAND_INTX_DISABLE, 0);
}

void pci_intx_disable(const struct pci_dev *dev)
{
	set_command(dev, 0, PCI_COMMAND_INTX_DISABLE);
}

/* ---- the message -------------------------------------------------------- */

int pci_request_msi(const struct pci_dev *dev, irq_handler_t handler,
		    const char *name, void *data)
{
	u8 pos = pci_find_capability(dev, PCI_CAP_ID_MSI);
	u32 flags, message;
	u64 address;
	int irq;

	if (!pos)
		return -ENOENT;
	irq = request_msi(handler, name, data, &address, &message);
	if (irq < 0)
		return irq;
	flags = pci_read_config_dword(dev, pos);
	pci_write_config_dword(dev, pos,
			       flags & ~(MSI_FLAGS_ENABLE | MSI_FLAGS_QSIZE));
	pci_write_config_dword(dev, pos + MSI_ADDRESS_LO, (u32)address);
	if (flags & MSI_FLAGS_64BIT) {
		pci_write_config_dword(dev, pos + MSI_ADDRESS_HI,
				       address >> 32);
		pci_write_config_dword(dev, pos + MSI_DATA_64, message);
	} else {
		pci_write_config_dword(dev, pos + MSI_DATA_32, message);
	}
	return irq;
}

void pci_msi_enable(const struct pci_dev *dev)
{
	u8 pos = pci_find_capability(dev, PCI_CAP_ID_MSI);
	u32 flags = pci_read_config_dword(dev, pos);

	pci_intx_disable(dev);
	pci_write_config_dword(dev, pos, flags | MSI_FLAGS_ENABLE);
}

void pci_msi_disable(const struct pci_dev *dev)
{
	u8 pos = pci_find_capability(dev, PCI_CAP_ID_MSI);
	u32 flags = pci_read_config_dword(dev, pos);

	pci_write_config_dword(dev, pos, flags & ~MSI_FLAGS_ENABLE);
}
