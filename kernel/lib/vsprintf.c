/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/vsprintf.c - formatted text into a buffer.
 *
 * The work is in three steps: parse_spec() reads one conversion, format_one()
 * renders it, and emit() counts every character and stores those that fit.
 *
 * In Linux: lib/vsprintf.c.
 */
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"

/* Where the text goes: pos counts on when the buffer is full. */
struct out {
	char *buf;
	size_t size;
	size_t pos;
};

struct spec {
	bool left;  /* '-' */
	bool zero;  /* '0' */
	bool plus;  /* '+' */
	bool blank; /* ' ' */
	bool alt;   /* '#' */
	int width;
	int precision; /* -1: not given */
	int length;    /* size of the argument in bytes */
	char conv;     /* conversion letter */
};

/* 64 bits in octal, the longest case. */
#define MAX_DIGITS 22

static inline void emit(struct out *out, char c)
{
	if (out->pos < out->size)
		out->buf[out->pos] = c;
	out->pos++;
}

static void emit_pad(struct out *out, char c, int count)
{
	while (count-- > 0)
		emit(out, c);
}

static void emit_string(struct out *out, const char *s, const struct spec *spec)
{
	int len;

	if (!s)
		s = "(null)";
	len = spec->precision >= 0 ? strnlen(s, spec->precision) : strlen(s);

	if (!spec->left)
		emit_pad(out, ' ', spec->width - len);
	for (int i = 0; i < len; i++)
		emit(out, s[i]);
	if (spec->left)
		emit_pad(out, ' ', spec->width - len);
}

/* The digits of @value, the last one first.  Return: how many. */
static int render_digits(char *digits, u64 value, unsigned int base,
			 const char *alphabet)
{
	int len = 0;

	while (value) {
		digits[len++] = alphabet[value % base];
		value /= base;
	}
	return len;
}

/* @prefix is the sign, or 0x. */
static void emit_number(struct out *out, u64 value, const char *prefix,
			unsigned int base, const struct spec *spec)
{
	const char *alphabet =
		spec->conv == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[MAX_DIGITS];
	int len = render_digits(digits, value, base, alphabet);
	int zeroes = 0, pad;

	if (spec->precision >= 0)
		zeroes = max(spec->precision - len, 0);
	else if (!len)
		zeroes = 1;
	pad = spec->width - zeroes - len - (int)strlen(prefix);
	if (spec->zero && !spec->left && spec->precision < 0 && pad > 0) {
		zeroes += pad;
		pad = 0;
	}

	if (!spec->left)
		emit_pad(out, ' ', pad);
	while (*prefix)
		emit(out, *prefix++);
	emit_pad(out, '0', zeroes);
	while (len)
		emit(out, digits[--len]);
	if (spec->left)
		emit_pad(out, ' ', pad);
}

static void emit_signed(struct out *out, s64 value, const struct spec *spec)
{
	const char *sign = spec->plus ? "+" : spec->blank ? " " : "";

	if (value < 0)
		emit_number(out, -(u64)value, "-", 10, spec);
	else
		emit_number(out, value, sign, 10, spec);
}

/*
 * @back: the address is a return address, so what it belongs to is the call
 * before it: that may be the last instruction of its function.
 */
static void emit_symbol(struct out *out, unsigned long addr, bool back,
			const struct spec *spec)
{
	unsigned long offset = 0;
	const char *name =
		symbol_name ? symbol_name(addr - back, &offset) : NULL;
	struct spec plain = { .precision = -1, .conv = 'x' };

	if (!name) {
		emit_number(out, addr, "0x", 16, &plain);
		return;
	}
	plain.left = spec->left;
	emit_string(out, name, &plain);
	emit(out, '+');
	emit_number(out, offset + back, "0x", 16, &plain);
}

/* Return: how many characters of @suffix belong to the conversion. */
static int emit_pointer(struct out *out, const void *ptr, struct spec *spec,
			const char *suffix)
{
	if (*suffix == 'S' || *suffix == 'B') {
		emit_symbol(out, (unsigned long)ptr, *suffix == 'B', spec);
		return 1;
	}
	if (!spec->width) {
		spec->width = 2 * sizeof(ptr);
		spec->zero = true;
	}
	emit_number(out, (unsigned long)ptr, "", 16, spec);
	return *suffix == 'x';
}

static int parse_int(const char **fmt)
{
	int value = 0;

	while (isdigit_ascii(**fmt))
		value = value * 10 + *(*fmt)++ - '0';
	return value;
}

static void parse_flags(const char **fmt, struct spec *spec)
{
	for (;; (*fmt)++) {
		switch (**fmt) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->blank = true;
			break;
		case '#':
			spec->alt = true;
			break;
		default:
			return;
		}
	}
}

static void parse_length(const char **fmt, struct spec *spec)
{
	spec->length = sizeof(int);
	switch (**fmt) {
	case 'h':
		spec->length = sizeof(short);
		if (*++(*fmt) == 'h') {
			(*fmt)++;
			spec->length = sizeof(char);
		}
		break;
	case 'l':
		spec->length = sizeof(long);
		if (*++(*fmt) == 'l')
			(*fmt)++;
		break;
	case 'z':
	case 't':
	case 'j':
		spec->length = sizeof(long);
		(*fmt)++;
		break;
	}
}

/* va_list may be an array type, which only a structure can hand on. */
struct args {
	va_list ap;
};

/* Read one conversion after its '%'; @fmt moves behind it. */
static void parse_spec(const char **fmt, struct spec *spec, struct args *args)
{
	*spec = (struct spec){ .precision = -1 };
	parse_flags(fmt, spec);
	if (**fmt == '*') {
		(*fmt)++;
		spec->width = va_arg(args->ap, int);
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
	} else {
		spec->width = parse_int(fmt);
	}
	if (**fmt == '.') {
		(*fmt)++;
		if (**fmt == '*') {
			(*fmt)++;
			spec->precision = va_arg(args->ap, int);
		} else {
			spec->precision = parse_int(fmt);
		}
	}
	parse_length(fmt, spec);
	spec->conv = **fmt;
	if (spec->conv)
		(*fmt)++;
}

/* Small arguments were promoted to int: cut them back, with sign or without. */
static s64 next_signed(const struct spec *spec, struct args *args)
{
	s64 value;

	if (spec->length == sizeof(long))
		return va_arg(args->ap, long);
	value = va_arg(args->ap, int);
	if (spec->length == sizeof(short))
		return (s16)value;
	return spec->length == sizeof(char) ? (s8)value : value;
}

static u64 next_unsigned(const struct spec *spec, struct args *args)
{
	u64 value;

	if (spec->length == sizeof(long))
		return va_arg(args->ap, unsigned long);
	value = va_arg(args->ap, unsigned int);
	if (spec->length == sizeof(short))
		return (u16)value;
	return spec->length == sizeof(char) ? (u8)value : value;
}

static void format_one(struct out *out, const char **fmt, struct args *args)
{
	struct spec spec;
	char c[2] = "";
	u64 value;

	parse_spec(fmt, &spec, args);
	switch (spec.conv) {
	case 'd':
	case 'i':
		emit_signed(out, next_signed(&spec, args), &spec);
		break;
	case 'u':
		emit_number(out, next_unsigned(&spec, args), "", 10, &spec);
		break;
	case 'o':
		value = next_unsigned(&spec, args);
		emit_number(out, value, spec.alt && value ? "0" : "", 8, &spec);
		break;
	case 'x':
	case 'X':
		value = next_unsigned(&spec, args);
		emit_number(out, value,
			    !spec.alt || !value ? ""
			    : spec.conv == 'x'  ? "0x"
						: "0X",
			    16, &spec);
		break;
	case 's':
		emit_string(out, va_arg(args->ap, const char *), &spec);
		break;
	case 'c':
		c[0] = va_arg(args->ap, int);
		emit_pad(out, ' ', spec.left ? 0 : spec.width - 1);
		emit(out, c[0]);
		emit_pad(out, ' ', spec.left ? spec.width - 1 : 0);
		break;
	case 'p':
		*fmt += emit_pointer(out, va_arg(args->ap, void *), &spec,
				     *fmt);
		break;
	case '%':
		emit(out, '%');
		break;
	default:
		/* Unknown: show it, so that somebody notices. */
		emit(out, '%');
		if (spec.conv)
			emit(out, spec.conv);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out out = { .buf = buf, .size = size };
	struct args args;

	va_copy(args.ap, ap);
	while (*fmt) {
		if (*fmt != '%') {
			emit(&out, *fmt++);
			continue;
		}
		fmt++;
		format_one(&out, &fmt, &args);
	}
	va_end(args.ap);

	if (size)
		buf[min(out.pos, size - 1)] = '\0';
	return out.pos;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, INT_MAX, fmt, args);
	va_end(args);
	return len;
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return min(len, size - 1);
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
