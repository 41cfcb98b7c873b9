/* SPDX-License-Identifier: MIT */
/*
 * asm/setup.h - the steps of coming up that kernel/main.c lists.
 *
 *	boot/header.S	32 to 64 bit, early page tables
 *	boot/setup.c	boot_info, RAM into memblock, final page tables
 *	kernel_main()
 *	    ...		mm_init(): from here on ioremap() and kmalloc() work
 *	  arch_init()	ACPI, local APIC, clocks, interrupts
 *	  smp_init()	the other CPUs
 */
#ifndef KILBURN_ASM_SETUP_H
#define KILBURN_ASM_SETUP_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/**
 * kernel_main() - the generic kernel begins.
 *
 * Context: CPU 0, interrupts off, final page tables, memblock filled,
 * exceptions handled.  Does not return.
 */
void kernel_main(void) __noreturn;

/* After mm_init(): ACPI tables, local APIC, clocks, interrupt controllers. */
void arch_init(void);

/* The last step: unmap what only boot needed and give it to the allocator. */
void free_initmem(void);

/* ---- inside arch/x86_64/ ------------------------------------------------ */

struct boot_info;

void early_console_init(void);
void early_putc(char c);

/**
 * early_console_write() - serial port and port 0xe9, without any lock.
 * @s: text
 * @len: bytes
 *
 * Context: any, from the first instruction of C on.
 */
void early_console_write(const char *s, size_t len);

/* One clear sentence, then stop: for what makes booting impossible. */
void boot_fail(const char *fmt, ...) __printf(1, 2) __noreturn;

/* cpu.c: each CPU, first thing. */
void cpu_detect(void);
void cpu_init_early(void);       /* CR0, CR4, EFER, PAT */
void cpu_init(unsigned int cpu); /* GDT, TSS, IST stacks, SYSCALL, GS */

/* idt.c */
void idt_init(void); /* fill the table, once, and load it */
void idt_load(void);

/**
 * boot_set_cmdline() - keep a copy of the loader's command line.
 * @cmdline: string, in the loader's memory
 *
 * Unlike Linux, which cuts it, this refuses to boot with one that is too long:
 * half an option may be another option.
 */
void boot_set_cmdline(const char *cmdline);

/* The loader's tables: 0 or a reason why they make no sense. */
const char *pvh_parse(phys_addr_t start_info);
const char *multiboot2_parse(phys_addr_t mbi);

#endif /* KILBURN_ASM_SETUP_H */
