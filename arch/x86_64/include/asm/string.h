/* SPDX-License-Identifier: MIT */
/*
 * asm/string.h - the copy loops that the CPU has as instructions.
 *
 * By words and then the rest by bytes: an iteration of a string instruction
 * costs the same whatever its width.
 */
#ifndef KILBURN_ASM_STRING_H
#define KILBURN_ASM_STRING_H

#include "kernel/lib/types.h"

static inline void arch_memcpy(void *dst, const void *src, size_t len)
{
	size_t words = len >> 3;

	if (words)
		__asm__ volatile("rep movsq"
				 : "+D"(dst), "+S"(src), "+c"(words)
				 :
				 : "memory");
	len &= 7;
	if (len)
		__asm__ volatile("rep movsb"
				 : "+D"(dst), "+S"(src), "+c"(len)
				 :
				 : "memory");
}

static inline void arch_memset(void *dst, int byte, size_t len)
{
	u64 pattern = (u8)byte * 0x0101010101010101ULL;
	size_t words = len >> 3;

	if (words)
		__asm__ volatile("rep stosq"
				 : "+D"(dst), "+c"(words)
				 : "a"(pattern)
				 : "memory");
	len &= 7;
	if (len)
		__asm__ volatile("rep stosb"
				 : "+D"(dst), "+c"(len)
				 : "a"(pattern)
				 : "memory");
}

#define arch_memcpy arch_memcpy
#define arch_memset arch_memset

#endif /* KILBURN_ASM_STRING_H */
