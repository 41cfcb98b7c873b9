/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/n_tty.c - the line discipline: lines, echo, signals, newlines.
 *
 * Received characters go into a ring.  In canonical mode a reader sees them a
 * line at a time, and until the line has ended they may be erased:
 *
 *	tail		canon_head   line_start..head
 *	 | whole lines	     |	the line being typed |
 *
 * In raw mode canon_head is not looked at.
 *
 * In Linux: drivers/tty/n_tty.c.
 */

#include "drivers/tty/termbits.h"
#include "drivers/tty/tty.h"
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/signal.h"

#define EOF_MARK '\0' /* in the ring: ^D ended the line here */

void n_tty_init_termios(struct ktermios *termios)
{
	memset(termios, 0, sizeof(*termios));
	termios->c_iflag = ICRNL | IXON;
	termios->c_oflag = OPOST | ONLCR;
	termios->c_cflag = B38400 | CS8 | CREAD | HUPCL;
	termios->c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL |
			   ECHOKE | IEXTEN;
	termios->c_cc[VINTR] = 3;    /* ^C */
	termios->c_cc[VQUIT] = 28;   /* ^\ */
	termios->c_cc[VERASE] = 127; /* DEL */
	termios->c_cc[VKILL] = 21;   /* ^U */
	termios->c_cc[VEOF] = 4;     /* ^D */
	termios->c_cc[VMIN] = 1;
	termios->c_cc[VSUSP] = 26;   /* ^Z */
	termios->c_cc[VWERASE] = 23; /* ^W */
}

/* ---- input, from the device --------------------------------------------- */

static void echo(struct tty_struct *tty, const char *text, size_t count)
{
	if (tty->termios.c_lflag & ECHO)
		tty->ops->echo(tty, text, count);
}

static void push(struct tty_struct *tty, char c)
{
	if (tty->head - tty->tail < TTY_BUF_SIZE)
		tty->buf[tty->head++ % TTY_BUF_SIZE] = c;
}

/* ^C and its kin.  Return: false if @c is an ordinary character. */
static bool receive_signal(struct tty_struct *tty, char c)
{
	const u8 *cc = tty->termios.c_cc;
	u8 u = c;
	int sig;

	if (!(tty->termios.c_lflag & ISIG) || !u)
		return false;
	if (u == cc[VINTR])
		sig = SIGINT;
	else if (u == cc[VQUIT])
		sig = SIGQUIT;
	else if (u == cc[VSUSP])
		sig = SIGTSTP;
	else
		return false;
	echo(tty, (char[]){ '^', u + '@' }, 2);
	tty->head = tty->tail = tty->canon_head = tty->line_start = 0;
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, sig, 1);
	return true;
}

static void erase_char(struct tty_struct *tty)
{
	if (tty->head == tty->line_start)
		return;
	tty->head--;
	echo(tty, "\b \b", 3);
}

static void end_line(struct tty_struct *tty)
{
	tty->canon_head = tty->line_start = tty->head;
	wake_up_interruptible_all(&tty->read_wait);
}

/* Canonical mode.  Return: false if @c is an ordinary character. */
static bool receive_edit(struct tty_struct *tty, char c)
{
	const u8 *cc = tty->termios.c_cc;
	u8 u = c;

	if (u == cc[VERASE] || u == '\b') {
		erase_char(tty);
	} else if (u == cc[VKILL]) {
		while (tty->head != tty->line_start)
			erase_char(tty);
	} else if (u == cc[VEOF]) {
		push(tty, EOF_MARK);
		end_line(tty);
	} else if (c == '\n') {
		push(tty, c);
		echo(tty, "\r\n", 2);
		end_line(tty);
	} else {
		return false;
	}
	return true;
}

static void receive_char(struct tty_struct *tty, char c)
{
	u32 iflag = tty->termios.c_iflag;

	if (c == '\r') {
		if (iflag & IGNCR)
			return;
		if (iflag & ICRNL)
			c = '\n';
	} else if (c == '\n' && iflag & INLCR) {
		c = '\r';
	}
	if (receive_signal(tty, c))
		return;
	if (tty->termios.c_lflag & ICANON && receive_edit(tty, c))
		return;
	push(tty, c);
	echo(tty, &c, 1);
	if (!(tty->termios.c_lflag & ICANON))
		end_line(tty);
}

void tty_receive(struct tty_struct *tty, const char *text, size_t count)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	for (size_t i = 0; i < count; i++)
		receive_char(tty, text[i]);
	spin_unlock_irqrestore(&tty->lock, flags);
}

/* ---- reading ------------------------------------------------------------ */

bool n_tty_readable(struct tty_struct *tty)
{
	return READ_ONCE(tty->canon_head) != READ_ONCE(tty->tail);
}

unsigned int n_tty_chars(struct tty_struct *tty)
{
	return tty->canon_head - tty->tail;
}

void n_tty_flush_input(struct tty_struct *tty)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	tty->head = tty->tail = tty->canon_head = tty->line_start = 0;
	spin_unlock_irqrestore(&tty->lock, flags);
}

/* Take what one read may return: in canonical mode at most a line. */
static size_t take_input(struct tty_struct *tty, char *to, size_t count)
{
	bool canon = tty->termios.c_lflag & ICANON;
	unsigned long flags;
	size_t n = 0;

	spin_lock_irqsave(&tty->lock, flags);
	while (n < count && tty->tail != tty->canon_head) {
		char c = tty->buf[tty->tail++ % TTY_BUF_SIZE];

		if (canon && c == EOF_MARK)
			break;
		to[n++] = c;
		if (canon && c == '\n')
			break;
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	return n;
}

ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char __user *buf,
		   size_t count)
{
	char chunk[256];
	size_t n;
	int err;

	if (!count)
		return 0;
	if (!n_tty_readable(tty)) {
		if (!(tty->termios.c_lflag & ICANON) &&
		    !tty->termios.c_cc[VMIN])
			return 0;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(tty->read_wait,
					       n_tty_readable(tty));
		if (err)
			return err;
	}
	n = take_input(tty, chunk, min(count, sizeof(chunk)));
	return copy_to_user(buf, chunk, n) ? -EFAULT : (ssize_t)n;
}

/* ---- writing ------------------------------------------------------------ */

/* Send a piece with each newline as CR LF. */
static void write_cooked(struct tty_struct *tty, const char *text, size_t count)
{
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] != '\n')
			continue;
		tty->ops->write(tty, text + from, i - from);
		tty->ops->write(tty, "\r\n", 2);
		from = i + 1;
	}
	tty->ops->write(tty, text + from, count - from);
}

ssize_t n_tty_write(struct tty_struct *tty, const char __user *buf,
		    size_t count)
{
	bool cooked =
		(tty->termios.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR);
	char chunk[512];
	size_t done = 0;

	while (done < count && !fatal_signal_pending(current)) {
		size_t n = min(count - done, sizeof(chunk));

		if (copy_from_user(chunk, buf + done, n))
			return done ? (ssize_t)done : -EFAULT;
		mutex_lock(&tty->write_mutex);
		if (cooked)
			write_cooked(tty, chunk, n);
		else
			tty->ops->write(tty, chunk, n);
		mutex_unlock(&tty->write_mutex);
		done += n;
		cond_resched();
	}
	return done;
}
