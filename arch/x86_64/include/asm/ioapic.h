/* SPDX-License-Identifier: MIT */
/*
 * asm/ioapic.h - inside arch/x86_64/: the interrupt controllers of the board.
 */
#ifndef KILBURN_ASM_IOAPIC_H
#define KILBURN_ASM_IOAPIC_H

#include "kernel/lib/types.h"

/* Boot: the two old PICs are moved out of the way and masked. */
void pic_disable(void);

/* Boot: map the IO-APICs and mask every input. */
void ioapic_init(void);

/* Is there an input of this number? */
bool ioapic_has_input(unsigned int gsi);

/* Deliver an input to the boot CPU as @vector; or not any more. */
void ioapic_route(unsigned int gsi, unsigned int vector);
void ioapic_mask(unsigned int gsi);

#endif /* KILBURN_ASM_IOAPIC_H */
