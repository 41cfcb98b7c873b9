/* SPDX-License-Identifier: MIT */
/*
 * asm/div64.h - a product of 128 bits, divided; C would need a library call.
 */
#ifndef KILBURN_ASM_DIV64_H
#define KILBURN_ASM_DIV64_H

#include "kernel/lib/types.h"

/* @a * @mul / @div, rounded down.  The result must fit, or the CPU faults. */
static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 div)
{
	u64 q, rest;

	__asm__("mulq %3; divq %4"
		: "=a"(q), "=&d"(rest)
		: "0"(a), "rm"(mul), "rm"(div)
		: "cc");
	return q;
}

#endif /* KILBURN_ASM_DIV64_H */
