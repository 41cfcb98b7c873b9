/* SPDX-License-Identifier: MIT */
/* asm/bitops.h for host programs, on any CPU. */
#ifndef KILBURN_HOST_ASM_BITOPS_H
#define KILBURN_HOST_ASM_BITOPS_H

#include <asm/barrier.h>
#include <strings.h>
#include "kernel/lib/types.h"

#define BITOP_WORD(nr, addr) ((addr) + ((nr) >> 6))
#define BITOP_MASK(nr)       (1UL << ((nr)&63))

#define BITOP(name, op)                                                        \
	static inline void name(long nr, volatile unsigned long *addr)         \
	{                                                                      \
		__atomic_fetch_##op(BITOP_WORD(nr, addr), BITOP_ARG_##op(nr),  \
				    __ATOMIC_SEQ_CST);                         \
	}

#define BITOP_TEST(name, op)                                                   \
	static inline bool name(long nr, volatile unsigned long *addr)         \
	{                                                                      \
		return __atomic_fetch_##op(BITOP_WORD(nr, addr),               \
					   BITOP_ARG_##op(nr),                 \
					   __ATOMIC_SEQ_CST) &                 \
		       BITOP_MASK(nr);                                         \
	}

#define BITOP_ARG_or(nr)  BITOP_MASK(nr)
#define BITOP_ARG_and(nr) ~BITOP_MASK(nr)
#define BITOP_ARG_xor(nr) BITOP_MASK(nr)

BITOP(set_bit, or)
BITOP(clear_bit, and)
BITOP(change_bit, xor)
BITOP(__set_bit, or)
BITOP(__clear_bit, and)
BITOP(__change_bit, xor)
BITOP_TEST(test_and_set_bit, or)
BITOP_TEST(test_and_clear_bit, and)
BITOP_TEST(test_and_change_bit, xor)
BITOP_TEST(__test_and_set_bit, or)
BITOP_TEST(__test_and_clear_bit, and)

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
	return *BITOP_WORD(nr, addr) & BITOP_MASK(nr);
}

static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return 63 - __builtin_clzl(word);
}

static inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline int fls_long(unsigned long x)
{
	return fls64(x);
}

static inline unsigned int hweight64(u64 w)
{
	return __builtin_popcountll(w);
}

static inline unsigned int hweight32(u32 w)
{
	return __builtin_popcount(w);
}

static inline unsigned int hweight_long(unsigned long w)
{
	return __builtin_popcountl(w);
}

#endif /* KILBURN_HOST_ASM_BITOPS_H */
