/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/kstrto.c - text to numbers.
 *
 * In Linux: lib/kstrtox.c, lib/cmdline.c.
 */
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"

/* The value of a digit, or a number that is above any base. */
static unsigned int digit_value(char c)
{
	int lower = tolower_ascii(c);

	if (isdigit_ascii(c))
		return c - '0';
	if (lower >= 'a' && lower <= 'f')
		return lower - 'a' + 10;
	return 99;
}

/* Settle base 0, and skip the prefix 0x. */
static const char *parse_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower_ascii(s[1]) == 'x' &&
		   digit_value(s[2]) < 16;

	if (!*base)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? s + 2 : s;
}

/*
 * Read digits.  *@overflow says whether the number was too large.
 * Return: the first character that is no digit.
 */
static const char *parse_digits(const char *s, unsigned int base,
				unsigned long *res, bool *overflow)
{
	*res = 0;
	*overflow = false;
	for (; digit_value(*s) < base; s++) {
		*overflow |= check_mul_overflow(*res, (unsigned long)base, res);
		*overflow |= check_add_overflow(
			*res, (unsigned long)digit_value(*s), res);
	}
	return s;
}

/* Digits to the end of the string. */
static int parse_whole(const char *s, unsigned int base, unsigned long *res)
{
	unsigned long value;
	const char *end;
	bool overflow;

	s = parse_base(s, &base);
	end = parse_digits(s, base, &value, &overflow);
	if (end == s)
		return -EINVAL;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	*res = value;
	return 0;
}

int kstrtoul(const char *s, unsigned int base, unsigned long *res)
{
	return parse_whole(*s == '+' ? s + 1 : s, base, res);
}

int kstrtol(const char *s, unsigned int base, long *res)
{
	bool minus = *s == '-';
	unsigned long value;
	int err;

	if (minus)
		err = parse_whole(s + 1, base, &value);
	else
		err = kstrtoul(s, base, &value);
	if (err)
		return err;
	if (value > (unsigned long)LONG_MAX + minus)
		return -ERANGE;
	*res = minus ? -value : value;
	return 0;
}

int kstrtouint(const char *s, unsigned int base, unsigned int *res)
{
	unsigned long value;
	int err = kstrtoul(s, base, &value);

	if (err)
		return err;
	if (value > UINT_MAX)
		return -ERANGE;
	*res = value;
	return 0;
}

int kstrtoint(const char *s, unsigned int base, int *res)
{
	long value;
	int err = kstrtol(s, base, &value);

	if (err)
		return err;
	if (value != (int)value)
		return -ERANGE;
	*res = value;
	return 0;
}

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
	unsigned long value;
	bool overflow;

	s = parse_base(s, &base);
	s = parse_digits(s, base, &value, &overflow);
	if (end)
		*end = (char *)s;
	return value;
}

unsigned long memparse(const char *s, char **end)
{
	char *unit;
	unsigned long size = simple_strtoul(s, &unit, 0);

	switch (tolower_ascii(*unit)) {
	case 'k':
		size <<= 10;
		unit++;
		break;
	case 'm':
		size <<= 20;
		unit++;
		break;
	case 'g':
		size <<= 30;
		unit++;
		break;
	}
	if (end)
		*end = unit;
	return size;
}
