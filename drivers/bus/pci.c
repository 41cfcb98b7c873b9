/* SPDX-License-Identifier: MIT */
/*
 * drivers/bus/pci.c - finding devices on the PCI bus.
 *
 * Configuration space is reached through two ports: the address of a register
 * goes to one, its value is at the other.  The firmware has given every device
 * its addresses already; what is read here is where they are and how long: a
 * base address register to which all ones are written answers with its size.
 *
 * In Linux: drivers/pci/probe.c, arch/x86/pci/direct.c.
 */

#include "drivers/bus/pci.h"
#include <asm/io.h>
#include "kernel/ioport.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/slab.h"

#define PCI_CONFIG_ADDRESS 0xcf8
#define PCI_CONFIG_DATA    0xcfc

#define PCI_NR_BUSES 256
#define PCI_NR_SLOTS 32
#define PCI_NR_FUNCS 8

#define BAR_IS_IO    0x1u
#define BAR_IS_64BIT 0x4u
#define BAR_PREFETCH 0x8u
#define BAR_MEM_MASK (~0xfull)
#define BAR_IO_MASK  (~0x3ull)

LIST_HEAD(pci_devices);
static DEFINE_SPINLOCK(pci_config_lock); /* the two ports belong together */

static u32 config_address(u8 bus, u8 devfn, unsigned int where)
{
	return 0x80000000u | (u32)bus << 16 | (u32)devfn << 8 | (where & ~3u);
}

static u32 config_read(u8 bus, u8 devfn, unsigned int where)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&pci_config_lock, flags);
	outl(config_address(bus, devfn, where), PCI_CONFIG_ADDRESS);
	value = inl(PCI_CONFIG_DATA);
	spin_unlock_irqrestore(&pci_config_lock, flags);
	return value;
}

u32 pci_read_config_dword(const struct pci_dev *dev, unsigned int where)
{
	return config_read(dev->bus, dev->devfn, where);
}

void pci_write_config_dword(const struct pci_dev *dev, unsigned int where,
			    u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&pci_config_lock, flags);
	outl(config_address(dev->bus, dev->devfn, where), PCI_CONFIG_ADDRESS);
	outl(value, PCI_CONFIG_DATA);
	spin_unlock_irqrestore(&pci_config_lock, flags);
}

/* The bits of a register that stay zero when all are set say how long it is. */
static u32 probe_bar(const struct pci_dev *dev, unsigned int where)
{
	u32 old = pci_read_config_dword(dev, where);
	u32 probed;

	pci_write_config_dword(dev, where, ~0u);
	probed = pci_read_config_dword(dev, where);
	pci_write_config_dword(dev, where, old);
	return probed;
}

/* What /sys shows of a register: Linux's flags above its own low bits. */
static unsigned long bar_flags(u32 low)
{
	unsigned long flags = IORESOURCE_SIZEALIGN;

	if (low & BAR_IS_IO)
		return flags | IORESOURCE_IO | (low & ~(u32)BAR_IO_MASK);
	flags |= IORESOURCE_MEM | (low & ~(u32)BAR_MEM_MASK);
	if (low & BAR_PREFETCH)
		flags |= IORESOURCE_PREFETCH;
	if (low & BAR_IS_64BIT)
		flags |= IORESOURCE_MEM_64;
	return flags;
}

/* Read one base address register.  Return: how many registers it takes. */
static unsigned int read_bar(struct pci_dev *dev, unsigned int i)
{
	unsigned int where = PCI_BASE_ADDRESS_0 + 4 * i;
	u32 low = pci_read_config_dword(dev, where);
	u64 start = low, probed = probe_bar(dev, where);
	struct pci_bar *bar = &dev->bar[i];
	u64 mask = low & BAR_IS_IO ? BAR_IO_MASK : BAR_MEM_MASK;
	bool is_64bit = !(low & BAR_IS_IO) && low & BAR_IS_64BIT;

	if (!probed)
		return 1;
	if (is_64bit) {
		start |= (u64)pci_read_config_dword(dev, where + 4) << 32;
		probed |= (u64)probe_bar(dev, where + 4) << 32;
	} else {
		probed |= 0xffffffffull << 32;
	}
	bar->is_io = low & BAR_IS_IO;
	bar->flags = bar_flags(low);
	bar->start = start & mask;
	bar->len = ~(probed & mask) + 1;
	if (bar->is_io)
		bar->len &= 0xffff;
	return is_64bit ? 2 : 1;
}

/* Nothing may answer at an address that is being probed. */
static void read_bars(struct pci_dev *dev)
{
	u32 command = pci_read_config_dword(dev, PCI_COMMAND);
	unsigned int i = 0;

	pci_write_config_dword(dev, PCI_COMMAND,
			       command &
				       ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	while (i < PCI_NUM_BARS)
		i += read_bar(dev, i);
	pci_write_config_dword(dev, PCI_COMMAND, command);
}

/* Return: the header type, or -1 if nobody answers. */
static int probe_function(u8 bus, u8 devfn)
{
	u32 id = config_read(bus, devfn, PCI_VENDOR_ID);
	u8 header;
	struct pci_dev *dev;

	if ((id & 0xffff) == 0xffff)
		return -1;
	header = config_read(bus, devfn, PCI_HEADER_TYPE) >>
		 (8 * (PCI_HEADER_TYPE & 3));
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev) {
		pr_err("pci: no memory for a device\n");
		return header;
	}
	dev->bus = bus;
	dev->devfn = devfn;
	dev->vendor = id & 0xffff;
	dev->device = id >> 16;
	dev->class = config_read(bus, devfn, PCI_CLASS_REVISION) >> 8;
	if ((header & 0x7f) == 0) /* bridges have other registers there */
		read_bars(dev);
	list_add_tail(&dev->node, &pci_devices);
	return header;
}

static void probe_slot(u8 bus, u8 slot)
{
	int header = probe_function(bus, slot << 3);

	if (header < 0 || !(header & 0x80)) /* absent, or a single function */
		return;
	for (u8 func = 1; func < PCI_NR_FUNCS; func++)
		probe_function(bus, slot << 3 | func);
}

/* Buses are numbered upward from 0 by the firmware; an empty one ends them. */
void pci_init(void)
{
	for (unsigned int bus = 0; bus < PCI_NR_BUSES; bus++) {
		struct list_head *last = pci_devices.prev;

		for (u8 slot = 0; slot < PCI_NR_SLOTS; slot++)
			probe_slot(bus, slot);
		if (pci_devices.prev == last)
			break;
	}
}

struct pci_dev *pci_get_device(u16 vendor, u16 device)
{
	struct pci_dev *dev;

	list_for_each_entry (dev, &pci_devices, node)
		if (dev->vendor == vendor && dev->device == device)
			return dev;
	return NULL;
}

void pci_enable_device(struct pci_dev *dev)
{
	u32 command = pci_read_config_dword(dev, PCI_COMMAND) & 0xffff;

	atomic_inc(&dev->enable_cnt);
	pci_write_config_dword(dev, PCI_COMMAND,
			       command | PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

void pci_set_master(struct pci_dev *dev)
{
	u32 command = pci_read_config_dword(dev, PCI_COMMAND) & 0xffff;

	pci_write_config_dword(dev, PCI_COMMAND, command | PCI_COMMAND_MASTER);
}

/* As on Linux the last one stops only the device's own access to memory. */
void pci_disable_device(struct pci_dev *dev)
{
	u32 command;

	if (!atomic_dec_and_test(&dev->enable_cnt))
		return;
	command = pci_read_config_dword(dev, PCI_COMMAND) & 0xffff;
	pci_write_config_dword(dev, PCI_COMMAND, command & ~PCI_COMMAND_MASTER);
}
