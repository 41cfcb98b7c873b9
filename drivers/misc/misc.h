/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/misc.h - device numbers of the drivers that are one of a kind.
 *
 * In Linux: include/linux/miscdevice.h.
 */
#ifndef KILBURN_DRIVERS_MISC_H
#define KILBURN_DRIVERS_MISC_H

#define MISC_MAJOR 10

/* From 240 on Linux leaves the minors to whoever wants one. */
#define EDU_MINOR     240
#define IVSHMEM_MINOR 241
#define LSTORE_MINOR  242

#endif /* KILBURN_DRIVERS_MISC_H */
