/* SPDX-License-Identifier: MIT */
/*
 * drivers/bus/pci.h - finding devices on the PCI bus.
 *
 * In Linux: include/linux/pci.h.
 */
#ifndef KILBURN_DRIVERS_PCI_H
#define KILBURN_DRIVERS_PCI_H

#include <asm/atomic.h>
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define PCI_NUM_BARS 6

/* Configuration space offsets, bytes. */
#define PCI_VENDOR_ID      0x00
#define PCI_COMMAND        0x04
#define PCI_CLASS_REVISION 0x08
#define PCI_HEADER_TYPE    0x0e
#define PCI_BASE_ADDRESS_0 0x10

#define PCI_COMMAND_IO     0x1
#define PCI_COMMAND_MEMORY 0x2
#define PCI_COMMAND_MASTER 0x4

struct pci_bar {
	phys_addr_t start; /* bytes; a port number for I/O */
	u64 len;           /* bytes; 0: not there */
	bool is_io;
	unsigned long flags; /* IORESOURCE_*, with the register's low bits */
};

struct pci_dev {
	struct list_head node; /* in pci_devices */
	u8 bus, devfn;
	u16 vendor, device;
	u32 class; /* 24 bits: class, subclass, interface */
	struct pci_bar bar[PCI_NUM_BARS];
	atomic_t enable_cnt;
};

extern struct list_head pci_devices;

void pci_init(void);
void pci_sysfs_init(void); /* /sys/bus/pci/, /proc/iomem; after pci_init() */

u32 pci_read_config_dword(const struct pci_dev *dev, unsigned int where);
void pci_write_config_dword(const struct pci_dev *dev, unsigned int where,
			    u32 value);

/**
 * pci_get_device() - find a device by its numbers.
 * @vendor: PCI vendor ID
 * @device: PCI device ID
 *
 * Return: the first such device, or NULL.
 */
struct pci_dev *pci_get_device(u16 vendor, u16 device);

/* Let the device answer on its memory and I/O ranges; calls are counted. */
void pci_enable_device(struct pci_dev *dev);
void pci_disable_device(struct pci_dev *dev);

#endif /* KILBURN_DRIVERS_PCI_H */
