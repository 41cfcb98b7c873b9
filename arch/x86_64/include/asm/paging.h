/* SPDX-License-Identifier: MIT */
/*
 * asm/paging.h - inside arch/x86_64/: the change to the final page tables.
 */
#ifndef KILBURN_ASM_PAGING_H
#define KILBURN_ASM_PAGING_H

/**
 * paging_init() - build swapper_pg_dir and load it.
 *
 * Context: boot, one CPU, on header.S's tables; memblock knows all RAM.
 */
void paging_init(void);

#endif /* KILBURN_ASM_PAGING_H */
