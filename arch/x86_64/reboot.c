/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/reboot.c - switch off, restart, stop.
 *
 * In Linux: arch/x86/kernel/reboot.c.
 */
#include <asm/acpi.h>
#include <asm/desc.h>
#include <asm/io.h>
#include <asm/irqflags.h>
#include <asm/reboot.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#define DEBUG_EXIT_PORT   0xf4 /* isa-debug-exit */
#define KEYBOARD_COMMAND  0x64
#define KEYBOARD_RESET    0xfe  /* pulse the CPU's reset line */
#define RESET_CONTROL     0xcf9 /* of the chipset */
#define RESET_CONTROL_NOW 0x06
#define PM1_SLEEP_ENABLE  (1u << 13)
#define PM1_TYPE_SHIFT    10

void emulator_exit(unsigned char code)
{
	outl(code, DEBUG_EXIT_PORT);
}

void machine_halt(void)
{
	local_irq_disable();
	for (;;)
		halt();
}

/* Without ACPI tables: the port at which QEMU's q35 has the same register. */
#define Q35_PM1A_CONTROL 0x604

static void acpi_power_off(void)
{
	if (!acpi_board.has_s5 || !acpi_board.pm1a_control) {
		outw(PM1_SLEEP_ENABLE, Q35_PM1A_CONTROL);
		return;
	}
	outw((u16)(acpi_board.s5_type_a << PM1_TYPE_SHIFT | PM1_SLEEP_ENABLE),
	     acpi_board.pm1a_control);
	if (acpi_board.pm1b_control)
		outw((u16)(acpi_board.s5_type_b << PM1_TYPE_SHIFT |
			   PM1_SLEEP_ENABLE),
		     acpi_board.pm1b_control);
}

void machine_power_off(void)
{
	local_irq_disable();
	acpi_power_off();
	machine_halt();
}

/* An exception that cannot be delivered, twice: the CPU resets. */
static void triple_fault(void)
{
	struct desc_ptr no_idt = { 0 };

	load_idt(&no_idt);
	__asm__ volatile("int3");
}

void machine_restart(void)
{
	local_irq_disable();
	if (acpi_board.has_reset)
		outb(acpi_board.reset_value, acpi_board.reset_port);
	mdelay(10);
	outb(RESET_CONTROL_NOW, RESET_CONTROL);
	mdelay(10);
	outb(KEYBOARD_RESET, KEYBOARD_COMMAND);
	mdelay(10);
	triple_fault();
	machine_halt();
}
