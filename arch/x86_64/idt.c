/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/idt.c - the interrupt descriptor table: one for all CPUs.
 *
 * Every gate is an interrupt gate, so handlers start with interrupts off.  Only
 * int3 and into may be raised by a program's own INT instruction; any other
 * INT n is a general protection fault.
 *
 * In Linux: arch/x86/kernel/idt.c.
 */
#include <asm/desc.h>
#include <asm/segment.h>
#include <asm/setup.h>
#include <asm/traps.h>
#include "kernel/lib/kernel.h"

#define NR_VECTORS 256

struct gate {
	u16 offset_low, segment;
	u8 ist, type;
	u16 offset_mid;
	u32 offset_high, reserved;
};

#define GATE_INTERRUPT 0x8e /* present, DPL 0 */
#define GATE_USER      0xee /* present, DPL 3 */

static struct gate idt_table[NR_VECTORS] __aligned(4096)
	__section(".bss.page_aligned");

static void set_gate(unsigned int vector, const char *entry, u8 ist, u8 type)
{
	unsigned long offset = (unsigned long)entry;

	idt_table[vector] = (struct gate){
		.offset_low = (u16)offset,
		.offset_mid = (u16)(offset >> 16),
		.offset_high = (u32)(offset >> 32),
		.segment = __KERNEL_CS,
		.ist = ist,
		.type = type,
	};
}

void idt_load(void)
{
	struct desc_ptr ptr = { .size = sizeof(idt_table) - 1,
				.address = (u64)idt_table };

	load_idt(&ptr);
}

/*
 * The boot CPU has no exception stacks before ist_init(): its TSS is not
 * loaded, and a gate that asks for one would be a triple fault.  Nothing
 * raises these exceptions that early.
 */
void idt_init(void)
{
	for (unsigned int v = 0; v < NR_EXCEPTIONS; v++)
		set_gate(v, asm_exc_reserved, 0, GATE_INTERRUPT);
#define SET_EXCEPTION(vector, name, ist)                                       \
	set_gate(vector, asm_exc_##name, ist,                                  \
		 (vector) == X86_TRAP_BP || (vector) == X86_TRAP_OF            \
			 ? GATE_USER                                           \
			 : GATE_INTERRUPT);
	EXCEPTION_LIST(SET_EXCEPTION)
#undef SET_EXCEPTION
	for (unsigned int v = NR_EXCEPTIONS; v < NR_VECTORS; v++)
		set_gate(v,
			 irq_entries_start +
				 (v - NR_EXCEPTIONS) * IRQ_ENTRY_SIZE,
			 0, GATE_INTERRUPT);
	idt_load();
}
