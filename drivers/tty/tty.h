/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/tty.h - terminals: a device that moves characters, and a line
 * discipline between it and its readers.
 *
 *	read(2) <- n_tty.c: lines, echo, ^C <- interrupt <- device
 *	write(2) -> n_tty.c: newline to CR LF -> tty->ops->write -> device
 *
 * In Linux: include/linux/tty.h, drivers/tty/.
 */
#ifndef KILBURN_DRIVERS_TTY_H
#define KILBURN_DRIVERS_TTY_H

#include "kernel/lib/types.h"
#include "kernel/mutex.h"
#include "kernel/spinlock.h"
#include "kernel/wait.h"

#define NCCS 19

/* struct termios of the kernel's ABI: what TCGETS and TCSETS move. */
struct ktermios {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
};

struct winsize {
	u16 ws_row, ws_col, ws_xpixel, ws_ypixel;
};

struct tty_struct;

struct tty_operations {
	/** @write: take all of it; sleeps until there is room, or SIGKILL. */
	void (*write)(struct tty_struct *tty, const char *buf, size_t count);
	/** @echo: the same with interrupts off; may lose what has no room. */
	void (*echo)(struct tty_struct *tty, const char *buf, size_t count);
	/** @wait_until_sent: the last byte has left the device.  0 or -EINTR. */
	int (*wait_until_sent)(struct tty_struct *tty);
	/** @start: begin to receive; called at the first open. */
	void (*start)(struct tty_struct *tty);
};

#define TTY_BUF_SIZE 4096 /* bytes, a power of two */

struct tty_struct {
	const char *name;
	const struct tty_operations *ops;
	void *driver_data;
	struct mutex write_mutex; /* one write(2) at a time */
	struct wait_queue_head read_wait;
	bool started;

	spinlock_t lock; /* interrupts off; protects: */
	struct ktermios termios;
	struct winsize winsize;
	pid_t pgrp, session;
	char buf[TTY_BUF_SIZE]; /* received and not yet read, a ring */
	unsigned int head; /* where the next goes; counts up, wraps at 2^32 */
	unsigned int tail; /* where the next is read */
	unsigned int canon_head; /* end of the last whole line */
	unsigned int line_start; /* what erase may not cross */
};

void tty_init(void);
void serial8250_init(void);

/**
 * tty_register() - make a terminal known as /dev/@tty->name.
 * @tty: name, ops and driver_data are set; stays for ever
 * @minor: of device major 4
 *
 * Return: 0 or -errno of register_chrdev_node().
 */
int tty_register(struct tty_struct *tty, unsigned int minor);

/* The terminal behind /dev/console. */
void tty_set_console(struct tty_struct *tty);

/* Characters have come in.  Interrupts off. */
void tty_receive(struct tty_struct *tty, const char *text, size_t count);

/* n_tty.c: the line discipline. */
struct file;
void n_tty_init_termios(struct ktermios *termios);
ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char __user *buf,
		   size_t count);
ssize_t n_tty_write(struct tty_struct *tty, const char __user *buf,
		    size_t count);
bool n_tty_readable(struct tty_struct *tty);
unsigned int n_tty_chars(struct tty_struct *tty);
void n_tty_flush_input(struct tty_struct *tty);

#endif /* KILBURN_DRIVERS_TTY_H */
