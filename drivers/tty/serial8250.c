/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/serial8250.c - the four serial ports of a PC.
 *
 * Sending polls: the transmitter takes 16 bytes whenever it is empty, and under
 * an emulator it nearly always is.  Receiving is by interrupt.  The first port
 * is the kernel's console and /dev/console.
 *
 * In Linux: drivers/tty/serial/8250/.
 */

#include <asm/io.h>
#include <asm/irq.h>
#include <asm/processor.h>
#include "drivers/tty/tty.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"

/* Registers, as offsets from the base port. */
#define UART_RX  0 /* in: a received byte */
#define UART_TX  0 /* out: a byte to send */
#define UART_IER 1 /* which interrupts */
#define UART_IIR 2
#define UART_FCR 2
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5
#define UART_SCR 7

#define UART_IER_RDI        0x01 /* a byte was received */
#define UART_FCR_ENABLE     0x01
#define UART_FCR_CLEAR_BOTH 0x06
#define UART_LCR_WLEN8      0x03
#define UART_LCR_DLAB       0x80 /* registers 0 and 1 are the divisor */
#define UART_MCR_DTR_RTS    0x03
#define UART_MCR_OUT2       0x08 /* lets the interrupt through */
#define UART_LSR_DR         0x01 /* there is a byte to read */
#define UART_LSR_THRE       0x20 /* the transmit FIFO is empty */

#define UART_DIVISOR_115200 1
#define UART_FIFO_SIZE      16
#define UART_PATIENCE       1000000 /* polls before the port counts as dead */

struct uart_port {
	u16 base;
	u8 irq; /* ISA */
	struct tty_struct tty;
	spinlock_t lock; /* one sender at a time; interrupts off */
};

static struct uart_port ports[] = {
	{ .base = 0x3f8, .irq = 4, .tty.name = "ttyS0" },
	{ .base = 0x2f8, .irq = 3, .tty.name = "ttyS1" },
	{ .base = 0x3e8, .irq = 4, .tty.name = "ttyS2" },
	{ .base = 0x2e8, .irq = 3, .tty.name = "ttyS3" },
};

/* A port that is not there reads as all ones. */
static bool uart_present(const struct uart_port *port)
{
	outb(0x5a, port->base + UART_SCR);
	return inb(port->base + UART_SCR) == 0x5a;
}

static void uart_setup(const struct uart_port *port)
{
	outb(0, port->base + UART_IER);
	outb(UART_LCR_DLAB, port->base + UART_LCR);
	outb(UART_DIVISOR_115200, port->base + UART_TX);
	outb(0, port->base + UART_IER);
	outb(UART_LCR_WLEN8, port->base + UART_LCR);
	outb(UART_FCR_ENABLE | UART_FCR_CLEAR_BOTH, port->base + UART_FCR);
	outb(UART_MCR_DTR_RTS | UART_MCR_OUT2, port->base + UART_MCR);
}

static bool uart_wait_empty(const struct uart_port *port)
{
	for (int i = 0; i < UART_PATIENCE; i++) {
		if (inb(port->base + UART_LSR) & UART_LSR_THRE)
			return true;
		cpu_relax();
	}
	return false;
}

static void uart_send(struct uart_port *port, const char *text, size_t count)
{
	unsigned long flags;

	while (count) {
		size_t n = min_t(size_t, count, UART_FIFO_SIZE);

		spin_lock_irqsave(&port->lock, flags);
		if (uart_wait_empty(port))
			for (size_t i = 0; i < n; i++)
				outb(text[i], port->base + UART_TX);
		spin_unlock_irqrestore(&port->lock, flags);
		text += n;
		count -= n;
	}
}

static void uart_write(struct tty_struct *tty, const char *buf, size_t count)
{
	uart_send(tty->driver_data, buf, count);
}

static irqreturn_t uart_interrupt(int irq, void *dev)
{
	struct uart_port *port = dev;
	irqreturn_t ret = IRQ_NONE;
	char c;

	while (inb(port->base + UART_LSR) & UART_LSR_DR) {
		c = inb(port->base + UART_RX);
		tty_receive(&port->tty, &c, 1);
		ret = IRQ_HANDLED;
	}
	return ret;
}

static void uart_start(struct tty_struct *tty)
{
	struct uart_port *port = tty->driver_data;

	if (request_irq(isa_irq_to_gsi(port->irq), uart_interrupt, tty->name,
			port)) {
		pr_err("%s: no interrupt %u: cannot receive\n", tty->name,
		       port->irq);
		return;
	}
	outb(UART_IER_RDI, port->base + UART_IER);
}

static const struct tty_operations uart_ops = {
	.write = uart_write,
	.start = uart_start,
};

void serial8250_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(ports); i++) {
		struct uart_port *port = &ports[i];

		spin_lock_init(&port->lock);
		if (!uart_present(port))
			continue;
		uart_setup(port);
		port->tty.ops = &uart_ops;
		port->tty.driver_data = port;
		if (tty_register(&port->tty, 64 + i))
			pr_err("%s: cannot register\n", port->tty.name);
		else if (i == 0)
			tty_set_console(&port->tty);
	}
}
