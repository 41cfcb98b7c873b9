/* SPDX-License-Identifier: MIT */
/*
 * drivers/bus/pci.h - finding devices on the PCI bus.
 *
 * In Linux: include/linux/pci.h.
 */
#ifndef KILBURN_DRIVERS_PCI_H
#define KILBURN_DRIVERS_PCI_H

#include <asm/atomic.h>
#include <asm/irq.h>
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define PCI_NUM_BARS 6

/* Configuration space offsets, bytes. */
#define PCI_VENDOR_ID           0x00
#define PCI_COMMAND             0x04
#define PCI_CLASS_REVISION      0x08
#define PCI_HEADER_TYPE         0x0e
#define PCI_BASE_ADDRESS_0      0x10
#define PCI_SUBSYSTEM_VENDOR_ID 0x2c
#define PCI_CAPABILITY_LIST     0x34
#define PCI_INTERRUPT_LINE      0x3c
#define PCI_INTERRUPT_PIN       0x3d /* 0: none; 1..4: INTA..INTD */

#define PCI_COMMAND_IO           0x1
#define PCI_COMMAND_MEMORY       0x2
#define PCI_COMMAND_MASTER       0x4
#define PCI_COMMAND_INTX_DISABLE 0x400

#define PCI_STATUS_CAP_LIST 0x10 /* of the upper half of PCI_COMMAND */

#define PCI_CAP_ID_MSI 0x05

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

/* Let the device read and write memory by itself. */
void pci_set_master(struct pci_dev *dev);

/* ---- pci_irq.c ---------------------------------------------------------- */

/**
 * pci_find_capability() - find an entry of the device's capability list.
 * @cap: PCI_CAP_ID_*
 *
 * Return: its offset in configuration space, bytes; 0: not there.
 */
u8 pci_find_capability(const struct pci_dev *dev, u8 cap);

/**
 * pci_intx_irq() - which interrupt the device's pin raises.
 *
 * Unlike Linux, which asks the firmware's program (_PRT), this knows how the
 * q35 board is wired.
 *
 * Return: a number for request_irq(); -ENOENT: no pin, or a place in the machine
 * whose wiring is not known.
 */
int pci_intx_irq(const struct pci_dev *dev);

/* Let the device raise its pin, or forbid it. */
void pci_intx_enable(const struct pci_dev *dev);
void pci_intx_disable(const struct pci_dev *dev);

/**
 * pci_request_msi() - prepare a message instead of the pin.
 * @handler: as for request_irq(), and so are @name and @data
 *
 * Context: may sleep.  Once for each device: there is no undo.
 * Return: an irq number; -ENOENT: the device cannot; or what request_msi() says.
 */
int pci_request_msi(const struct pci_dev *dev, irq_handler_t handler,
		    const char *name, void *data);

/* Send the message that was prepared, and leave the pin alone; or no longer. */
void pci_msi_enable(const struct pci_dev *dev);
void pci_msi_disable(const struct pci_dev *dev);

#endif /* KILBURN_DRIVERS_PCI_H */
