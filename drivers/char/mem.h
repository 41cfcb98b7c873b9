/* SPDX-License-Identifier: MIT */
/*
 * drivers/char/mem.h - the memory devices: null, zero and their kin.
 */
#ifndef KILBURN_DRIVERS_CHAR_MEM_H
#define KILBURN_DRIVERS_CHAR_MEM_H

/* Make them known.  Context: boot, after vfs_init(). */
void chr_dev_init(void);
void devmem_init(void); /* /dev/mem; after iomem_init() */

#endif /* KILBURN_DRIVERS_CHAR_MEM_H */
