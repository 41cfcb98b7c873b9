/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/kstrto.h - text to numbers.
 *
 * In Linux: lib/kstrtox.c, lib/cmdline.c.
 */
#ifndef KILBURN_LIB_KSTRTO_H
#define KILBURN_LIB_KSTRTO_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

/**
 * kstrtoul() - convert a whole string to a number.
 * @s:    digits, with an optional + before and one newline after them
 * @base: 2..16; 0 takes it from the prefix: 0x is 16, 0 is 8, otherwise 10
 * @res:  out: the number
 *
 * Return: 0; -EINVAL if @s is not a number; -ERANGE if it does not fit.
 */
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *res);

/* As kstrtoul(), and @s may have a minus sign. */
int __must_check kstrtol(const char *s, unsigned int base, long *res);
int __must_check kstrtouint(const char *s, unsigned int base,
			    unsigned int *res);
int __must_check kstrtoint(const char *s, unsigned int base, int *res);

/**
 * simple_strtoul() - convert the number that a string begins with.
 * @s:    the string
 * @end:  out: the first character that is no digit; may be NULL
 * @base: as for kstrtoul()
 *
 * Return: the number; wraps when it is too large, 0 if there is none.
 */
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);

/**
 * memparse() - a size in bytes, such as 64K, 16M or 1G.
 * @s:   the string
 * @end: out: the first character after it; may be NULL
 *
 * Return: the size.
 */
unsigned long memparse(const char *s, char **end);

#endif /* KILBURN_LIB_KSTRTO_H */
