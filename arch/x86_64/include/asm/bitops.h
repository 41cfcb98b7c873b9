/* SPDX-License-Identifier: MIT */
/*
 * asm/bitops.h - single bits of memory, and the position of bits in a word.
 *
 * set_bit() and friends are atomic and order everything around them;
 * __set_bit() and friends are for a caller who has the word to himself.  The
 * bit number may exceed 63: it counts from the start of an array of words.
 *
 * In Linux: arch/x86/include/asm/bitops.h.
 */
#ifndef KILBURN_ASM_BITOPS_H
#define KILBURN_ASM_BITOPS_H

#include <asm/barrier.h>
#include "kernel/lib/types.h"

#define BITOP_LOCKED_OP(name, insn)                                            \
	static inline void name(long nr, volatile unsigned long *addr)         \
	{                                                                      \
		__asm__ volatile(insn " %1, %0"                                \
				 : "+m"(addr[nr >> 6])                         \
				 : "Jr"(nr & 63)                               \
				 : "memory", "cc");                            \
	}

#define BITOP_TEST_OP(name, insn)                                              \
	static inline bool name(long nr, volatile unsigned long *addr)         \
	{                                                                      \
		bool old;                                                      \
                                                                               \
		__asm__ volatile(insn " %2, %1"                                \
				 : "=@ccc"(old), "+m"(addr[nr >> 6])           \
				 : "Jr"(nr & 63)                               \
				 : "memory");                                  \
		return old;                                                    \
	}

BITOP_LOCKED_OP(set_bit, "lock; btsq")
BITOP_LOCKED_OP(clear_bit, "lock; btrq")
BITOP_LOCKED_OP(change_bit, "lock; btcq")
BITOP_LOCKED_OP(__set_bit, "btsq")
BITOP_LOCKED_OP(__clear_bit, "btrq")
BITOP_LOCKED_OP(__change_bit, "btcq")
BITOP_TEST_OP(test_and_set_bit, "lock; btsq")
BITOP_TEST_OP(test_and_clear_bit, "lock; btrq")
BITOP_TEST_OP(test_and_change_bit, "lock; btcq")
BITOP_TEST_OP(__test_and_set_bit, "btsq")
BITOP_TEST_OP(__test_and_clear_bit, "btrq")

/* As a lock: what comes after taking it, or before releasing it, stays so. */
static inline bool test_and_set_bit_lock(long nr, volatile unsigned long *addr)
{
	return test_and_set_bit(nr, addr);
}

static inline void clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	clear_bit(nr, addr);
}

static inline bool test_bit(long nr, const volatile unsigned long *addr)
{
	return (addr[nr >> 6] >> (nr & 63)) & 1;
}

/* The lowest set bit, 0..63.  Undefined for 0. */
static inline unsigned long __ffs(unsigned long word)
{
	return (unsigned long)__builtin_ctzl(word);
}

/* The highest set bit, 0..63.  Undefined for 0. */
static inline unsigned long __fls(unsigned long word)
{
	return 63 - (unsigned long)__builtin_clzl(word);
}

/* The lowest clear bit, 0..63.  Undefined for ~0. */
static inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

/* Counting from 1, and 0 for no bit at all. */
static inline int ffs(int x)
{
	return __builtin_ffs(x);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzl(x) : 0;
}

static inline int fls_long(unsigned long x)
{
	return fls64(x);
}

/* How many bits are set: by halves, since POPCNT may be missing. */
static inline unsigned int hweight64(u64 w)
{
	w -= (w >> 1) & 0x5555555555555555UL;
	w = (w & 0x3333333333333333UL) + ((w >> 2) & 0x3333333333333333UL);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0fUL;
	return (w * 0x0101010101010101UL) >> 56;
}

static inline unsigned int hweight32(u32 w)
{
	return hweight64(w);
}

static inline unsigned int hweight_long(unsigned long w)
{
	return hweight64(w);
}

#endif /* KILBURN_ASM_BITOPS_H */
