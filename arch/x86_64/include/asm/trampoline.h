/* SPDX-License-Identifier: MIT */
/*
 * asm/trampoline.h - inside arch/x86_64/: the page below 1 MiB where another
 * CPU executes its first instruction, in 16-bit mode.
 */
#ifndef KILBURN_ASM_TRAMPOLINE_H
#define KILBURN_ASM_TRAMPOLINE_H

/* Offsets in the page, for trampoline.S. */
#define TRAMPOLINE_CR3   0xfe0 /* u32: tables with an identity map */
#define TRAMPOLINE_STACK 0xfe8 /* u64 */
#define TRAMPOLINE_ENTRY 0xff0 /* u64: 64-bit C function */
#define TRAMPOLINE_CPU   0xff8 /* u32: its argument */

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

/* Boot: find a page; without one the machine keeps to one CPU. */
void trampoline_reserve(void);
extern phys_addr_t trampoline_phys; /* 0: none */

extern char trampoline_start[], trampoline_end[];

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_TRAMPOLINE_H */
