/* SPDX-License-Identifier: MIT */
/*
 * drivers/tty/tty_io.c - terminals as files.
 *
 * /dev/ttyS0..3 are the terminals, /dev/console is the one that the kernel logs
 * to, and /dev/tty is the one that controls the caller.
 *
 * In Linux: drivers/tty/tty_io.c, tty_ioctl.c.
 */

#include "drivers/tty/tty.h"
#include "drivers/tty/termbits.h"
#include "fs/devtmpfs.h"
#include "fs/fs.h"
#include "fs/poll.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

#define TTY_MAJOR    4
#define TTYAUX_MAJOR 5
#define TTYS_MINOR   64 /* ttyS0 */
#define MAX_TTYS     8

static struct tty_struct *ttys[MAX_TTYS]; /* by minor - TTYS_MINOR */
static struct tty_struct *console_tty;

void tty_set_console(struct tty_struct *tty)
{
	console_tty = tty;
}

/* Which terminal does this node stand for?  NULL: none. */
static struct tty_struct *tty_of_node(const struct inode *inode)
{
	unsigned int minor = MINOR(inode->i_rdev);

	if (MAJOR(inode->i_rdev) == TTYAUX_MAJOR)
		return console_tty;
	if (minor < TTYS_MINOR || minor >= TTYS_MINOR + MAX_TTYS)
		return NULL;
	return ttys[minor - TTYS_MINOR];
}

static int tty_open(struct inode *inode, struct file *file)
{
	struct tty_struct *tty = tty_of_node(inode);

	if (!tty)
		return -ENXIO;
	mutex_lock(&tty->write_mutex);
	if (!tty->started) {
		tty->ops->start(tty);
		tty->started = true;
	}
	mutex_unlock(&tty->write_mutex);
	file->private_data = tty;
	return 0;
}

static ssize_t tty_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	return n_tty_read(file->private_data, file, buf, count);
}

static ssize_t tty_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	return n_tty_write(file->private_data, buf, count);
}

static unsigned int tty_poll(struct file *file, struct poll_table_struct *pt)
{
	struct tty_struct *tty = file->private_data;
	unsigned int mask = POLLOUT | POLLWRNORM;

	poll_wait(file, &tty->read_wait, pt);
	if (n_tty_readable(tty))
		mask |= POLLIN | POLLRDNORM;
	return mask;
}

/* ---- ioctl -------------------------------------------------------------- */

static long set_termios(struct tty_struct *tty, unsigned long arg, bool flush)
{
	struct ktermios termios;
	unsigned long flags;

	if (copy_from_user(&termios, (void __user *)arg, sizeof(termios)))
		return -EFAULT;
	if (flush)
		n_tty_flush_input(tty);
	spin_lock_irqsave(&tty->lock, flags);
	tty->termios = termios;
	/* What was typed before raw mode began may be read now. */
	if (!(termios.c_lflag & ICANON))
		tty->canon_head = tty->line_start = tty->head;
	spin_unlock_irqrestore(&tty->lock, flags);
	return 0;
}

static long set_winsize(struct tty_struct *tty, unsigned long arg)
{
	struct winsize winsize;

	if (copy_from_user(&winsize, (void __user *)arg, sizeof(winsize)))
		return -EFAULT;
	tty->winsize = winsize;
	return 0;
}

static long set_pgrp(struct tty_struct *tty, unsigned long arg)
{
	pid_t pgrp;

	if (tty->session != current->signal->session)
		return -ENOTTY;
	if (get_user(pgrp, (pid_t __user *)arg))
		return -EFAULT;
	if (pgrp < 0)
		return -EINVAL;
	tty->pgrp = pgrp;
	return 0;
}

/* A session leader takes a terminal that controls no other session. */
static long set_controlling(struct tty_struct *tty)
{
	struct signal_struct *signal = current->signal;

	if (tty->session == signal->session)
		return 0;
	if (signal->session != current->tgid || tty->session)
		return -EPERM;
	tty->session = signal->session;
	tty->pgrp = signal->pgrp;
	return 0;
}

static long put_session_id(struct tty_struct *tty, pid_t id, unsigned long arg)
{
	if (!tty->session || tty->session != current->signal->session)
		return -ENOTTY;
	return put_user(id, (pid_t __user *)arg);
}

static long copy_out(unsigned long arg, const void *from, size_t size)
{
	return copy_to_user((void __user *)arg, from, size) ? -EFAULT : 0;
}

/* Behind whoever is writing, as the bytes are. */
static long wait_until_sent(struct tty_struct *tty)
{
	long ret;

	mutex_lock(&tty->write_mutex);
	ret = tty->ops->wait_until_sent(tty);
	mutex_unlock(&tty->write_mutex);
	return ret;
}

static long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty_struct *tty = file->private_data;

	switch (cmd) {
	case TCGETS:
		return copy_out(arg, &tty->termios, sizeof(tty->termios));
	case TCSETS:
	case TCSETSW:
		return set_termios(tty, arg, false);
	case TCSETSF:
		return set_termios(tty, arg, true);
	case TCSBRK:
		return wait_until_sent(tty);
	case TCFLSH:
		if (arg > TCIOFLUSH)
			return -EINVAL;
		if (arg != TCOFLUSH)
			n_tty_flush_input(tty);
		return 0;
	case TIOCGWINSZ:
		return copy_out(arg, &tty->winsize, sizeof(tty->winsize));
	case TIOCSWINSZ:
		return set_winsize(tty, arg);
	case TIOCINQ:
		return put_user((int)n_tty_chars(tty), (int __user *)arg);
	case TIOCSCTTY:
		return set_controlling(tty);
	case TIOCGPGRP:
		return put_session_id(tty, tty->pgrp, arg);
	case TIOCGSID:
		return put_session_id(tty, tty->session, arg);
	case TIOCSPGRP:
		return set_pgrp(tty, arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations tty_fops = {
	.open = tty_open,
	.read = tty_read,
	.write = tty_write,
	.poll = tty_poll,
	.unlocked_ioctl = tty_ioctl,
};

int tty_register(struct tty_struct *tty, unsigned int minor)
{
	mutex_init(&tty->write_mutex);
	spin_lock_init(&tty->lock);
	init_waitqueue_head(&tty->read_wait);
	n_tty_init_termios(&tty->termios);
	ttys[minor - TTYS_MINOR] = tty;
	return register_chrdev_node(tty->name, MKDEV(TTY_MAJOR, minor), 0600,
				    &tty_fops);
}

void tty_init(void)
{
	if (register_chrdev_node("tty", MKDEV(TTYAUX_MAJOR, 0), 0666,
				 &tty_fops) ||
	    register_chrdev_node("console", MKDEV(TTYAUX_MAJOR, 1), 0600,
				 &tty_fops))
		pr_err("tty: cannot make /dev/tty and /dev/console\n");
}
