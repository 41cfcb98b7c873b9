/* SPDX-License-Identifier: MIT */
/*
 * kernel/printk.h - the kernel's log.
 *
 * A message has a level, 0 to 7; those below the console level (loglevel=) go
 * to the consoles, and all of them into the ring buffer, which dmesg reads.
 *
 *	pr_info("zone %s: %lu pages\n", zone->name, zone->present_pages);
 *
 * A file that defines pr_fmt() before it includes this gives its messages a
 * common beginning.
 *
 * In Linux: include/linux/printk.h, console.h.
 */
#ifndef KILBURN_KERNEL_PRINTK_H
#define KILBURN_KERNEL_PRINTK_H

#include "kernel/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0" /* the system is unusable */
#define KERN_ALERT   KERN_SOH "1"
#define KERN_CRIT    KERN_SOH "2"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE  KERN_SOH "5"
#define KERN_INFO    KERN_SOH "6"
#define KERN_DEBUG   KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT    KERN_SOH "c" /* goes on in the line before */

#define LOGLEVEL_ERR     3
#define LOGLEVEL_WARNING 4
#define LOGLEVEL_INFO    6
#define LOGLEVEL_DEFAULT 7 /* consoles show what is below: all but debug */

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/**
 * printk() - add a message to the log.
 * @fmt: KERN_* level, then the format (kernel/lib/vsprintf.h); a line ends
 *       with a newline
 *
 * Context: any, with any lock held; never sleeps.
 * Return: length of the text.
 */
int printk(const char *fmt, ...) __printf(1, 2);
int vprintk(const char *fmt, va_list args) __printf(1, 0);

#define pr_emerg(fmt, ...)  printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)  printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)   printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)    printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)   printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)   printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...)  printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)   printk(KERN_CONT fmt, ##__VA_ARGS__)

#define printk_once(fmt, ...)                                                  \
	do {                                                                   \
		static bool _printk_done;                                      \
		if (!_printk_done) {                                           \
			_printk_done = true;                                   \
			printk(fmt, ##__VA_ARGS__);                            \
		}                                                              \
	} while (0)

#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...)                                                 \
	printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

/**
 * struct console - where messages are shown.
 * @name:  for the log
 * @write: show text; any context, interrupts off, one call at a time, so it
 *         must not sleep or print
 * @level: messages below this level are shown; 0 is the global console level
 * @node:  printk's own
 */
struct console {
	const char *name;
	void (*write)(struct console *con, const char *text, size_t len);
	int level;
	struct list_head node;
};

/**
 * register_console() - show messages there too, from the first one on.
 * @con: the console; stays registered for ever
 */
void register_console(struct console *con);

/* Take a console out again, such as an early one. */
void unregister_console(struct console *con);

/* loglevel=N of the command line, and sysctl. */
void set_console_loglevel(int level);
int get_console_loglevel(void);

/**
 * log_read() - copy messages out of the ring buffer, as text.
 * @pos:  in: position in the log, 0 is the beginning; out: the next position
 * @buf:  where to
 * @size: size of @buf in bytes
 *
 * What the ring has lost already is skipped.
 *
 * Return: number of bytes, 0 at the end.
 */
size_t log_read(u64 *pos, char *buf, size_t size);

/* Panic: from now on print whoever may hold a lock. */
void printk_bust_locks(void);

#endif /* KILBURN_KERNEL_PRINTK_H */
