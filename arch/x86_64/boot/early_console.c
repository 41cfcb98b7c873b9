/* SPDX-License-Identifier: MIT */
/*
 * boot/early_console.c - text out, from the first instruction of C on.
 *
 * To the first serial port and to QEMU's debug port; no locks, no interrupts,
 * no memory.  printk() writes through it as well.
 */
#include <asm/boot_info.h>
#include <asm/io.h>
#include <asm/processor.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/vsprintf.h"

#define DEBUG_PORT 0xe9
#define COM1       0x3f8

#define UART_TX  0 /* transmit register; divisor, low byte */
#define UART_IER 1 /* interrupt enable; divisor, high byte */
#define UART_FCR 2
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5

#define UART_LCR_8N1    0x03
#define UART_LCR_DLAB   0x80 /* the first two registers are the divisor */
#define UART_FCR_ENABLE 0x07 /* FIFOs on and emptied */
#define UART_MCR_READY  0x0b /* DTR, RTS, OUT2 (which lets interrupts out) */
#define UART_LSR_THRE   0x20 /* the transmitter takes a byte */

/* QEMU ends with twice this plus one, 125: as after a panic. */
#define BOOT_FAIL_EXIT_CODE 62

/* A port that nobody has reads as all ones. */
static bool serial_present;

void early_console_init(void)
{
	serial_present = inb(COM1 + UART_LSR) != 0xff;
	if (!serial_present)
		return;
	outb(0, COM1 + UART_IER);
	outb(UART_LCR_DLAB, COM1 + UART_LCR);
	outb(1, COM1 + UART_TX); /* 115200 baud */
	outb(0, COM1 + UART_IER);
	outb(UART_LCR_8N1, COM1 + UART_LCR);
	outb(UART_FCR_ENABLE, COM1 + UART_FCR);
	outb(UART_MCR_READY, COM1 + UART_MCR);
}

static void serial_putc(char c)
{
	/* Bounded: a port without a clock behind it must not stop the kernel */
	for (int tries = 0; tries < 100000; tries++) {
		if (inb(COM1 + UART_LSR) & UART_LSR_THRE)
			break;
		cpu_relax();
	}
	outb((u8)c, COM1 + UART_TX);
}

void early_putc(char c)
{
	outb((u8)c, DEBUG_PORT);
	if (!serial_present)
		return;
	if (c == '\n')
		serial_putc('\r');
	serial_putc(c);
}

void early_console_write(const char *s, size_t len)
{
	while (len--)
		early_putc(*s++);
}

void boot_fail(const char *fmt, ...)
{
	char text[256];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);

	early_console_write("Kilburn: ", 9);
	early_console_write(text, (size_t)len);
	early_putc('\n');
	emulator_exit(BOOT_FAIL_EXIT_CODE);
	machine_halt();
}
