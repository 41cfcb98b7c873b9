/* SPDX-License-Identifier: MIT */
/*
 * asm/segment.h - the GDT.
 *
 * The order of the four code and data segments is what SYSCALL and SYSRET ask
 * for; Linux has the same selectors, and programs can see them.
 */
#ifndef KILBURN_ASM_SEGMENT_H
#define KILBURN_ASM_SEGMENT_H

#define GDT_ENTRY_KERNEL_CS         2
#define GDT_ENTRY_KERNEL_DS         3
#define GDT_ENTRY_DEFAULT_USER32_CS 4
#define GDT_ENTRY_DEFAULT_USER_DS   5
#define GDT_ENTRY_DEFAULT_USER_CS   6
#define GDT_ENTRY_TSS               8 /* two entries */
#define GDT_ENTRY_CPUNODE           15
#define GDT_ENTRIES                 16

#define __KERNEL_CS (GDT_ENTRY_KERNEL_CS * 8)             /* 0x10 */
#define __KERNEL_DS (GDT_ENTRY_KERNEL_DS * 8)             /* 0x18 */
#define __USER32_CS (GDT_ENTRY_DEFAULT_USER32_CS * 8 + 3) /* 0x23 */
#define __USER_DS   (GDT_ENTRY_DEFAULT_USER_DS * 8 + 3)   /* 0x2b */
#define __USER_CS   (GDT_ENTRY_DEFAULT_USER_CS * 8 + 3)   /* 0x33 */

/*
 * Its limit holds the number of the CPU: LSL reads it without touching memory,
 * in user mode (getcpu in the vDSO) and before GS can be trusted (an NMI).
 */
#define __CPUNODE_SEG (GDT_ENTRY_CPUNODE * 8 + 3)

#endif /* KILBURN_ASM_SEGMENT_H */
