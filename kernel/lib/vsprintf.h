/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/vsprintf.h - formatted text into a buffer.
 *
 * The conversions: %d %i %u %o %x %X %c %s %p %%, with the flags - 0 + # and
 * blank, width and precision (both may be *), and the lengths hh h l ll z t j.
 * As in Linux, %p takes suffixes:
 *
 *	%pS	symbol and offset of an address in the kernel: do_wp_page+0x1c
 *	%pB	the same for a return address: names the call before it
 *	%px	the address in hexadecimal, as plain %p (which is not hashed)
 *
 * In Linux: lib/vsprintf.c.
 */
#ifndef KILBURN_LIB_VSPRINTF_H
#define KILBURN_LIB_VSPRINTF_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

#if __STDC_HOSTED__
#include <stdio.h>
/* A host test has libc's functions of these names too; keep ours apart. */
#define vsnprintf kb_vsnprintf
#define snprintf  kb_snprintf
#define sprintf   kb_sprintf
#endif

/**
 * vsnprintf() - format into a buffer of limited size.
 * @buf:  where to; may be NULL if @size is 0
 * @size: size of @buf in bytes; what does not fit is cut, and a terminator is
 *        always written unless @size is 0
 * @fmt:  format
 * @args: its arguments
 *
 * Return: the length that the whole text has, without terminator.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* For a buffer that is large enough for certain. */
int sprintf(char *buf, const char *fmt, ...) __printf(2, 3);

/**
 * scnprintf() - as snprintf(), but answers what was written.
 * @buf:  where to
 * @size: size of @buf in bytes
 * @fmt:  format
 *
 * Return: length of the text in @buf: less than @size, unless that is 0.
 */
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);

/**
 * symbol_name() - hook for %pS: the symbol that an address belongs to.
 * @addr:   any address
 * @offset: out: bytes from the symbol's start to @addr
 *
 * Weak: without kernel/kallsyms.c, %pS prints the number.
 *
 * Return: the name, or NULL.
 */
const char *symbol_name(unsigned long addr, unsigned long *offset)
	__attribute__((weak));

#endif /* KILBURN_LIB_VSPRINTF_H */
