/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/string.h - memory and string functions, as in the C standard,
 * and strscpy() and a few more, as in Linux.
 *
 * A host test links libc's instead of string.c, so this header only declares.
 */
#ifndef KILBURN_LIB_STRING_H
#define KILBURN_LIB_STRING_H

#include "kernel/lib/types.h"

#if __STDC_HOSTED__
#include <string.h>
#include <strings.h>
#else

void *memcpy(void *restrict dst, const void *restrict src, size_t len);
void *memmove(void *dst, const void *src, size_t len);
void *memset(void *dst, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *mem, int byte, size_t len);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t len);
int strcasecmp(const char *a, const char *b);
char *strchr(const char *s, int c);
char *strchrnul(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
char *strcpy(char *restrict dst, const char *restrict src);
char *strncpy(char *restrict dst, const char *restrict src, size_t len);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
char *strsep(char **stringp, const char *delim);

#endif /* !__STDC_HOSTED__ */

/**
 * strscpy() - copy a string, cut to what fits, always terminated.
 * @dst:  where to
 * @src:  string to copy
 * @size: size of @dst in bytes, with the terminator
 *
 * Return: length of the copy without its terminator; -E2BIG if it was cut or
 * @size is 0.
 */
ssize_t strscpy(char *dst, const char *src, size_t size);

/**
 * memchr_inv() - the first byte that is not @byte.
 * @mem:  where to look
 * @byte: the value that is expected
 * @len:  how many bytes
 *
 * Return: its address, or NULL if all are @byte.
 */
void *memchr_inv(const void *mem, int byte, size_t len);

/**
 * strim() - cut blanks off both ends of a string.
 * @s: the string; its end may be overwritten
 *
 * Return: its first character that is not blank.
 */
char *strim(char *s);

/* Whether @s begins with @prefix. */
bool str_has_prefix(const char *s, const char *prefix);

static inline bool isdigit_ascii(int c)
{
	return c >= '0' && c <= '9';
}

static inline bool isspace_ascii(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool isprint_ascii(int c)
{
	return c >= ' ' && c <= '~';
}

static inline int tolower_ascii(int c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

#endif /* KILBURN_LIB_STRING_H */
