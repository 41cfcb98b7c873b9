/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/serial8250.c - the four serial ports of a PC.
 *
 * Sending polls: the transmitter takes 16 bytes whenever it is empty, and under
 * an emulator it nearly always is; when it is not, a task sleeps, and the
 * kernel's own messages wait a second at most.  Receiving is by interrupt.  The first port
 * is the kernel's console and /dev/console.
 *
 * In Linux: drivers/tty/serial/8250/.
 */

#include <asm/io.h>
#include <asm/irq.h>
#include <asm/processor.h>
#include "drivers/tty/tty.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/task.h"
#include "kernel/time.h"

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
#define UART_LSR_TEMT       0x40 /* and the last byte has left */

#define UART_DIVISOR_115200 1
#define UART_FIFO_SIZE      16
#define UART_PATIENCE       1000000 /* polls before the port counts as dead */
#define UART_POLLS          1000    /* before a task sleeps instead */
#define UART_NAP_NS         (4 * NSEC_PER_MSEC)

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

/* Poll for a bit of the line status.  Return: did it come? */
static bool uart_poll(const struct uart_port *port, u8 status,
		      unsigned int polls)
{
	while (polls--) {
		if (inb(port->base + UART_LSR) & status)
			return true;
		cpu_relax();
	}
	return false;
}

/*
 * The same for a task, which has time: the other end of an emulator's port is a
 * program, and may be slow or stopped.  @state: TASK_*, which signals end it.
 */
static bool uart_sleep_until(const struct uart_port *port, u8 status,
			     unsigned int state)
{
	while (!uart_poll(port, status, UART_POLLS)) {
		if (signal_pending_state(state, current))
			return false;
		set_current_state(state);
		schedule_timeout_ns(UART_NAP_NS);
	}
	return true;
}

static void uart_send(struct uart_port *port, const char *text, size_t count)
{
	unsigned long flags;

	while (count) {
		size_t n = min_t(size_t, count, UART_FIFO_SIZE);

		spin_lock_irqsave(&port->lock, flags);
		if (uart_poll(port, UART_LSR_THRE, UART_PATIENCE))
			for (size_t i = 0; i < n; i++)
				outb(text[i], port->base + UART_TX);
		spin_unlock_irqrestore(&port->lock, flags);
		text += n;
		count -= n;
	}
}

static void uart_echo(struct tty_struct *tty, const char *buf, size_t count)
{
	uart_send(tty->driver_data, buf, count);
}

static void uart_write(struct tty_struct *tty, const char *buf, size_t count)
{
	struct uart_port *port = tty->driver_data;

	while (count && uart_sleep_until(port, UART_LSR_THRE, TASK_KILLABLE)) {
		size_t n = min_t(size_t, count, UART_FIFO_SIZE);

		uart_send(port, buf, n);
		buf += n;
		count -= n;
	}
}

/* When write returns its last bytes are in the FIFO. */
static int uart_wait_until_sent(struct tty_struct *tty)
{
	return uart_sleep_until(tty->driver_data, UART_LSR_TEMT,
				TASK_INTERRUPTIBLE)
		       ? 0
		       : -EINTR;
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
	.echo = uart_echo,
	.wait_until_sent = uart_wait_until_sent,
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
