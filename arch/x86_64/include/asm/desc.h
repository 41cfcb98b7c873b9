/* SPDX-License-Identifier: MIT */
/*
 * asm/desc.h - descriptor tables: which stack and which code the CPU uses for
 * an interrupt.
 *
 * In Linux: arch/x86/include/asm/desc.h, desc_defs.h.
 */
#ifndef KILBURN_ASM_DESC_H
#define KILBURN_ASM_DESC_H

#include <asm/percpu.h>
#include <asm/segment.h>
#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/*
 * Stacks for exceptions that may hit while the normal one cannot be trusted.
 * The numbers are those of the IDT; 0 there means "stay on this stack".
 */
enum ist_index {
	IST_DF = 1,
	IST_NMI,
	IST_DB,
	IST_MCE,
	IST_COUNT = IST_MCE,
};
#define IST_STACK_SIZE 8192UL

struct tss {
	u32 reserved0;
	u64 sp0; /* stack for an interrupt that comes from user mode */
	u64 sp1, sp2;
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3, io_bitmap_base;
} __packed;

struct gdt_page {
	u64 gdt[GDT_ENTRIES];
};

/* What LGDT and LIDT take. */
struct desc_ptr {
	u16 size; /* bytes, minus 1 */
	u64 address;
} __packed;

DECLARE_PER_CPU(struct tss, cpu_tss);
DECLARE_PER_CPU(struct gdt_page, cpu_gdt);

static inline void load_gdt(const struct desc_ptr *ptr)
{
	__asm__ volatile("lgdt %0" ::"m"(*ptr) : "memory");
}

static inline void load_idt(const struct desc_ptr *ptr)
{
	__asm__ volatile("lidt %0" ::"m"(*ptr) : "memory");
}

static inline void load_tr(u16 selector)
{
	__asm__ volatile("ltr %0" ::"r"(selector) : "memory");
}

/* Give a CPU its exception stacks: IST_COUNT * IST_STACK_SIZE bytes at @base */
void ist_init(unsigned int cpu, void *base);

/* The exception stack that contains @addr on this CPU: its name, or NULL. */
const char *ist_stack_name(unsigned long addr);

#endif /* KILBURN_ASM_DESC_H */
