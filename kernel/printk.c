/* SPDX-License-Identifier: MIT */
/*
 * kernel/printk.c - the kernel's log: a ring of text, and consoles.
 *
 * Theory
 *
 * Every line is "<level>[seconds] text\n" in the ring.  A position in the log
 * is the number of bytes ever written before it, so the ring holds the
 * positions [log_end - LOG_SIZE, log_end); position p is byte p % LOG_SIZE.
 * Consoles get the same line without the level, at once, from whoever prints.
 *
 * Locking
 *
 *  print_lock protects everything here.  It is innermost and lockdep does not
 *  know it, because lockdep itself prints.  The CPU that has it is remembered:
 *  if printing faults and that prints, the inner message is dropped, not
 *  deadlocked on.
 *
 * In Linux: kernel/printk/printk.c.
 */
#include <asm/cmpxchg.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/printk.h"
#include "kernel/time.h"

#define LOG_SIZE (1UL << 15)
#define LINE_MAX 1024

static char log_ring[LOG_SIZE];
static u64 log_end;
static bool line_open; /* the last message did not end in a newline */
static int line_level; /* of the line that is being written */
static char message[LINE_MAX];

static int console_loglevel = LOGLEVEL_DEFAULT;

static void early_write(struct console *con, const char *text, size_t len)
{
	early_console_write(text, len);
}

/* The serial line and port 0xe9: there from the first instruction on. */
static struct console early_console = {
	.name = "early",
	.write = early_write,
};

static LIST_HEAD(consoles);

/* 0: free; otherwise the CPU that has it, plus one. */
static unsigned int print_lock;
static bool locks_busted;

static bool print_trylock(void)
{
	unsigned int me = smp_processor_id() + 1;
	unsigned int none = 0;

	while (!try_cmpxchg(&print_lock, &none, me)) {
		if (none == me)
			return false;
		if (READ_ONCE(locks_busted))
			return true;
		none = 0;
		cpu_relax();
	}
	return true;
}

static void print_unlock(void)
{
	smp_store_release(&print_lock, 0);
}

/* The early console is linked in at run time, by the first message. */
static void console_list_init(void)
{
	if (list_empty(&consoles))
		list_add_tail(&early_console.node, &consoles);
}

static void console_write(const char *text, size_t len, int level)
{
	struct console *con;

	list_for_each_entry (con, &consoles, node) {
		if (level < (con->level ? con->level : console_loglevel))
			con->write(con, text, len);
	}
}

static void log_store(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		log_ring[log_end++ % LOG_SIZE] = text[i];
}

static void begin_line(int level)
{
	u64 us = ktime_get_ns() / NSEC_PER_USEC;
	char prefix[40];
	int skip, len;

	skip = scnprintf(prefix, sizeof(prefix), "<%d>", level);
	len = skip + scnprintf(prefix + skip, sizeof(prefix) - skip,
			       "[%5llu.%06llu] ", us / USEC_PER_SEC,
			       us % USEC_PER_SEC);
	log_store(prefix, len);
	console_write(prefix + skip, len - skip, level);
	line_level = level;
	line_open = true;
}

static void put_text(const char *text, size_t len)
{
	log_store(text, len);
	console_write(text, len, line_level);
}

/* Lines of @text; @level is that of lines that begin here. */
static void emit_lines(const char *text, int level)
{
	while (*text) {
		size_t len = strchrnul(text, '\n') - text;

		if (!line_open)
			begin_line(level);
		if (text[len] == '\n') {
			len++;
			line_open = false;
		}
		put_text(text, len);
		text += len;
	}
}

int vprintk(const char *fmt, va_list args)
{
	int level = LOGLEVEL_WARNING;
	bool cont = true; /* without a level: goes on, if a line is open */
	unsigned long flags;
	int len = 0;

	if (fmt[0] == KERN_SOH[0] && fmt[1]) {
		if (fmt[1] != 'c') {
			level = fmt[1] - '0';
			cont = false;
		}
		fmt += 2;
	}

	local_irq_save(flags);
	if (print_trylock()) {
		console_list_init();
		len = vscnprintf(message, sizeof(message), fmt, args);
		if (line_open && !cont) {
			put_text("\n", 1);
			line_open = false;
		}
		emit_lines(message, level);
		print_unlock();
	}
	local_irq_restore(flags);
	return len;
}

int printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

/* The first position that the ring still has and that begins a line. */
static u64 log_begin(void)
{
	u64 pos = log_end > LOG_SIZE ? log_end - LOG_SIZE : 0;

	if (!pos)
		return 0;
	while (pos < log_end && log_ring[pos++ % LOG_SIZE] != '\n')
		;
	return pos;
}

/* Show a console what was logged before it came. */
static void console_replay(struct console *con)
{
	bool at_start = true;
	int level = 0;

	for (u64 pos = log_begin(); pos < log_end; pos++) {
		char c = log_ring[pos % LOG_SIZE];

		if (at_start) { /* "<n>" */
			level = log_ring[(pos + 1) % LOG_SIZE] - '0';
			pos += 2;
			at_start = false;
			continue;
		}
		if (level < (con->level ? con->level : console_loglevel))
			con->write(con, &c, 1);
		at_start = c == '\n';
	}
}

void register_console(struct console *con)
{
	unsigned long flags;

	local_irq_save(flags);
	if (print_trylock()) {
		console_list_init();
		console_replay(con);
		list_add_tail(&con->node, &consoles);
		print_unlock();
	}
	local_irq_restore(flags);
}

void unregister_console(struct console *con)
{
	unsigned long flags;

	local_irq_save(flags);
	if (print_trylock()) {
		list_del(&con->node);
		print_unlock();
	}
	local_irq_restore(flags);
}

void set_console_loglevel(int level)
{
	console_loglevel = clamp(level, 1, LOGLEVEL_DEFAULT + 1);
}

int get_console_loglevel(void)
{
	return console_loglevel;
}

size_t log_read(u64 *pos, char *buf, size_t size)
{
	unsigned long flags;
	size_t len = 0;

	local_irq_save(flags);
	if (print_trylock()) {
		if (*pos + LOG_SIZE < log_end)
			*pos = log_begin();
		while (len < size && *pos < log_end)
			buf[len++] = log_ring[(*pos)++ % LOG_SIZE];
		print_unlock();
	}
	local_irq_restore(flags);
	return len;
}

void printk_bust_locks(void)
{
	WRITE_ONCE(locks_busted, true);
	WRITE_ONCE(print_lock, 0);
}
