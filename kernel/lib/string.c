/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/string.c - memory and string functions.
 *
 * The compiler calls memcpy, memmove, memset and memcmp on its own account, so
 * they must exist under these names.  Where <asm/string.h> offers
 * arch_memcpy() and arch_memset(), the copy loops are the CPU's.
 *
 * In Linux: lib/string.c, arch/x86/lib/mem*_64.S.
 */
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

#if defined(__has_include)
#if __has_include(<asm/string.h>)
#include <asm/string.h>
#endif
#endif

/*
 * Hides a value from the optimiser, which would otherwise see that the loop
 * below is a memset and call the function that the loop is in.
 */
#define hide(p) __asm__ volatile("" : "+r"(p))

#ifndef arch_memcpy
static inline void arch_memcpy(void *dst, const void *src, size_t len)
{
	const u8 *s = src;
	u8 *d = dst;

	for (; len; len--) {
		*d++ = *s++;
		hide(d);
	}
}
#endif

#ifndef arch_memset
static inline void arch_memset(void *dst, int byte, size_t len)
{
	u8 *d = dst;

	for (; len; len--) {
		*d++ = byte;
		hide(d);
	}
}
#endif

void *memcpy(void *restrict dst, const void *restrict src, size_t len)
{
	arch_memcpy(dst, src, len);
	return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
	const u8 *s = (const u8 *)src + len;
	u8 *d = (u8 *)dst + len;

	/* Forward is right unless the destination begins inside the source. */
	if ((unsigned long)dst - (unsigned long)src >= len) {
		arch_memcpy(dst, src, len);
		return dst;
	}
	for (; len >= 8; len -= 8) {
		d -= 8;
		s -= 8;
		*(volatile u64 *)d = *(const volatile u64 *)s;
	}
	for (; len; len--)
		*(volatile u8 *)--d = *--s;
	return dst;
}

void *memset(void *dst, int byte, size_t len)
{
	arch_memset(dst, byte, len);
	return dst;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const u8 *p = a;
	const u8 *q = b;

	for (; len >= 8; len -= 8, p += 8, q += 8) {
		if (*(const u64 *)p != *(const u64 *)q)
			break;
	}
	for (; len; len--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *memchr(const void *mem, int byte, size_t len)
{
	for (const u8 *p = mem; len; len--, p++) {
		if (*p == (u8)byte)
			return (void *)p;
	}
	return NULL;
}

void *memchr_inv(const void *mem, int byte, size_t len)
{
	u64 word = 0x0101010101010101ULL * (u8)byte;
	const u8 *p = mem;

	for (; len >= 8 && *(const u64 *)p == word; len -= 8)
		p += 8;
	for (; len; len--, p++) {
		if (*p != (u8)byte)
			return (void *)p;
	}
	return NULL;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++) {
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	while (*a && tolower_ascii(*a) == tolower_ascii(*b)) {
		a++;
		b++;
	}
	return tolower_ascii((u8)*a) - tolower_ascii((u8)*b);
}

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *strchr(const char *s, int c)
{
	char *found = strchrnul(s, c);

	return *found == (char)c ? found : NULL;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

char *strstr(const char *s, const char *part)
{
	size_t len = strlen(part);

	if (!len)
		return (char *)s;
	for (; (s = strchr(s, *part)); s++) {
		if (!strncmp(s, part, len))
			return (char *)s;
	}
	return NULL;
}

char *strcpy(char *restrict dst, const char *restrict src)
{
	return memcpy(dst, src, strlen(src) + 1);
}

char *strncpy(char *restrict dst, const char *restrict src, size_t len)
{
	size_t used = strnlen(src, len);

	memcpy(dst, src, used);
	memset(dst + used, 0, len - used);
	return dst;
}

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size)
		return -E2BIG;
	len = strnlen(src, size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}

size_t strspn(const char *s, const char *accept)
{
	size_t len = 0;

	while (s[len] && strchr(accept, s[len]))
		len++;
	return len;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t len = 0;

	while (s[len] && !strchr(reject, s[len]))
		len++;
	return len;
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

char *strsep(char **stringp, const char *delim)
{
	char *token = *stringp;
	char *end;

	if (!token)
		return NULL;
	end = strpbrk(token, delim);
	if (end)
		*end++ = '\0';
	*stringp = end;
	return token;
}

char *strim(char *s)
{
	size_t len;

	while (isspace_ascii(*s))
		s++;
	len = strlen(s);
	while (len && isspace_ascii(s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

bool str_has_prefix(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}
