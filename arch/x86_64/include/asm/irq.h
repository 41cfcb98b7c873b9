/* SPDX-License-Identifier: MIT */
/*
 * asm/irq.h - interrupts from devices.
 *
 * An irq number is a "global system interrupt": an input of an IO-APIC, as
 * ACPI counts them.  For the ISA devices isa_irq_to_gsi() knows where the
 * board put them.
 *
 *	vectors	  0..31	   exceptions
 *		 32..47	   where the old PICs would deliver: masked
 *		 48..239   devices
 *		240..255   between CPUs, and the local APIC's own
 *
 * In Linux: arch/x86/include/asm/irq_vectors.h, kernel/irq/manage.c.
 */
#ifndef KILBURN_ASM_IRQ_H
#define KILBURN_ASM_IRQ_H

#include "kernel/lib/types.h"

#define FIRST_DEVICE_VECTOR  0x30
#define LAST_DEVICE_VECTOR   0xef
#define LOCAL_TIMER_VECTOR   0xf0
#define RESCHEDULE_VECTOR    0xf1
#define CALL_FUNCTION_VECTOR 0xf2
#define REBOOT_VECTOR        0xf3
#define ERROR_APIC_VECTOR    0xfe
#define SPURIOUS_APIC_VECTOR 0xff

#define NR_IRQS 256

struct pt_regs;
struct seq_file;

typedef enum irqreturn {
	IRQ_NONE = 0, /* not from this device */
	IRQ_HANDLED = 1,
} irqreturn_t;

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

/**
 * request_irq() - hear about the interrupts of a device.
 * @irq: global system interrupt
 * @handler: called with interrupts off; must be quick
 * @name: for /proc/interrupts; must stay valid
 * @dev: passed to @handler; identifies the caller to free_irq()
 *
 * Several devices may share an interrupt: each handler is asked.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL (no such input), -ENOSPC (no vector left), -ENOMEM.
 */
int request_irq(unsigned int irq, irq_handler_t handler, const char *name,
		void *dev);

/* The end of it; afterwards @handler is not running and will not be called. */
void free_irq(unsigned int irq, void *dev);

/* The global system interrupt of an ISA interrupt, 0..15. */
unsigned int isa_irq_to_gsi(unsigned int isa_irq);

/**
 * request_msi() - a vector for a device that interrupts by a memory write.
 * @handler: as for request_irq()
 * @name: likewise
 * @dev: likewise
 * @addr: receives the address that the device must write to
 * @data: receives what it must write
 *
 * Return: an irq number above the IO-APICs' for free_irq(), or -errno.
 */
int request_msi(irq_handler_t handler, const char *name, void *dev, u64 *addr,
		u32 *data);

/* /proc/interrupts: prints one line each. */
void show_interrupts(struct seq_file *m);

/* Boot, once: PICs off, IO-APICs programmed, all inputs masked. */
void irq_init(void);

#endif /* KILBURN_ASM_IRQ_H */
