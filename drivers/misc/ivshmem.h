/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/ivshmem.h - memory of a device that is a file of the host.
 *
 * Source: QEMU docs/specs/ivshmem-spec.
 */
#ifndef KILBURN_DRIVERS_IVSHMEM_H
#define KILBURN_DRIVERS_IVSHMEM_H

#include "kernel/lib/types.h"
#include "mm/vmalloc.h"

struct ivshmem {
	phys_addr_t start;  /* bytes, page aligned */
	u64 len;            /* bytes, whole pages */
	u8 __iomem *memory; /* all of it, uncached */
};

/* Find the device and make /dev/ivshmem0.  Context: boot, after pci_init(). */
void ivshmem_init(void);

/* The device, for drivers that build on its memory; NULL: there is none. */
const struct ivshmem *ivshmem_device(void);

#endif /* KILBURN_DRIVERS_IVSHMEM_H */
