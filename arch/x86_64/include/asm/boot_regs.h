/* SPDX-License-Identifier: MIT */
/*
 * asm/boot_regs.h - constants that boot/header.S shares with C.
 */
#ifndef KILBURN_ASM_BOOT_REGS_H
#define KILBURN_ASM_BOOT_REGS_H

#define BOOT_REG_PVH        1 /* enum boot_protocol */
#define BOOT_REG_MULTIBOOT2 2

#define THREAD_SIZE_ASM 16384 /* THREAD_SIZE */

#endif /* KILBURN_ASM_BOOT_REGS_H */
