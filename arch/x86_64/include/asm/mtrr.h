/* SPDX-License-Identifier: MIT */
/*
 * asm/mtrr.h - the cache type that firmware gave to a physical range.
 *
 * In Linux: arch/x86/include/asm/mtrr.h.
 */
#ifndef KILBURN_ASM_MTRR_H
#define KILBURN_ASM_MTRR_H

#include "kernel/lib/types.h"

/* Read the registers.  Context: boot CPU, before the first ioremap(). */
void mtrr_init(void);

/**
 * mtrr_range_is_wb() - did firmware make the whole of a range write-back?
 * @start: physical address, bytes, at least 1 MiB
 * @end: end, bytes
 *
 * Context: any.
 * Return: false also where there is no answer, or more than one.
 * Source: Linux arch/x86/kernel/cpu/mtrr/generic.c:mtrr_type_lookup().
 */
bool mtrr_range_is_wb(phys_addr_t start, phys_addr_t end);

#endif /* KILBURN_ASM_MTRR_H */
