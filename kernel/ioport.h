/* SPDX-License-Identifier: MIT */
/*
 * kernel/ioport.h - who has which physical addresses: the tree of /proc/iomem.
 *
 * A resource is a named range; ranges inside it are its children.
 *
 * In Linux: include/linux/ioport.h.
 */
#ifndef KILBURN_KERNEL_IOPORT_H
#define KILBURN_KERNEL_IOPORT_H

#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct resource {
	phys_addr_t start;
	phys_addr_t end; /* the last byte, included, as Linux has it */
	const char *name;
	unsigned long flags; /* IORESOURCE_* */
	struct list_head sibling;
	struct list_head children; /* disjoint, in order */
};

/* Linux's values: /sys/bus/pci/devices/.../resource shows them. */
#define IORESOURCE_IO         0x00000100ul
#define IORESOURCE_MEM        0x00000200ul
#define IORESOURCE_PREFETCH   0x00002000ul
#define IORESOURCE_SIZEALIGN  0x00040000ul
#define IORESOURCE_MEM_64     0x00100000ul
#define IORESOURCE_SYSRAM     0x01000000ul
#define IORESOURCE_BUSY       0x80000000ul
#define IORESOURCE_SYSTEM_RAM (IORESOURCE_MEM | IORESOURCE_SYSRAM)

/**
 * insert_resource() - enter a range.
 * @new: start, end, name and flags are set; must stay
 *
 * It becomes the child of the smallest range that contains it, and the parent
 * of those that it contains.
 *
 * Context: may not be undone; any but interrupts.
 * Return: 0; -EBUSY: it overlaps another one partly.
 * Source: Linux kernel/resource.c:insert_resource().
 */
int insert_resource(struct resource *new);

/* Does [@start, @start + @size) touch a range with all of @flags? */
bool region_intersects(phys_addr_t start, u64 size, unsigned long flags);

/*
 * Has somebody claimed a part of [@start, @start + @size)?  RAM is claimed, and
 * so are the registers that the kernel itself works with.
 */
bool iomem_is_exclusive(phys_addr_t start, u64 size);

/*
 * Enter the firmware's memory map and the kernel's image, and make /proc/iomem.
 * Context: boot, after vfs_init().
 */
void iomem_init(void);

#endif /* KILBURN_KERNEL_IOPORT_H */
