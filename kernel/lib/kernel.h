/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/kernel.h - the small macros that every file uses.
 *
 * In Linux: include/linux/{kernel,minmax,align,math,container_of,log2}.h and
 * asm-generic/rwonce.h.
 */
#ifndef KILBURN_LIB_KERNEL_H
#define KILBURN_LIB_KERNEL_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

#ifndef likely
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/* The compiler may not move memory accesses across this. */
#ifndef barrier
#define barrier() __asm__ volatile("" ::: "memory")
#endif

/* One access of the whole object: not torn, not repeated, not left out. */
#ifndef READ_ONCE
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n)        (1UL << (n))
#define BIT_ULL(n)    (1ULL << (n))

/* Bits @h down to @l, both included. */
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (63 - (h))))

/**
 * container_of() - the structure that a member is part of.
 * @ptr:    pointer to the member
 * @type:   type of the structure
 * @member: name of the member in it
 */
#define container_of(ptr, type, member)                                        \
	({                                                                     \
		const __typeof__(((type *)0)->member) *_member = (ptr);        \
		(type *)((char *)_member - offsetof(type, member));            \
	})

/*
 * min(), max() and clamp() want both sides of one type: comparing pointers to
 * the two makes the compiler warn when they differ.  The _t forms cast first.
 */
#define min(a, b)                                                              \
	({                                                                     \
		__typeof__(a) _min_a = (a);                                    \
		__typeof__(b) _min_b = (b);                                    \
		(void)(&_min_a == &_min_b);                                    \
		_min_a < _min_b ? _min_a : _min_b;                             \
	})
#define max(a, b)                                                              \
	({                                                                     \
		__typeof__(a) _max_a = (a);                                    \
		__typeof__(b) _max_b = (b);                                    \
		(void)(&_max_a == &_max_b);                                    \
		_max_a > _max_b ? _max_a : _max_b;                             \
	})
#define min_t(type, a, b)                                                      \
	({                                                                     \
		type _min_t_a = (a);                                           \
		type _min_t_b = (b);                                           \
		_min_t_a < _min_t_b ? _min_t_a : _min_t_b;                     \
	})
#define max_t(type, a, b)                                                      \
	({                                                                     \
		type _max_t_a = (a);                                           \
		type _max_t_b = (b);                                           \
		_max_t_a > _max_t_b ? _max_t_a : _max_t_b;                     \
	})
#define min3(a, b, c)            min(min(a, b), c)
#define max3(a, b, c)            max(max(a, b), c)
#define clamp(v, lo, hi)         min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)

#define swap(a, b)                                                             \
	do {                                                                   \
		__typeof__(a) _swap_tmp = (a);                                 \
		(a) = (b);                                                     \
		(b) = _swap_tmp;                                               \
	} while (0)

/* @a is a power of two; the result has the type of @x. */
#define ALIGN(x, a)      (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define PTR_ALIGN(p, a)                                                        \
	((__typeof__(p))ALIGN((unsigned long)(p), (unsigned long)(a)))

#define round_up(x, a)   ALIGN(x, a)
#define round_down(x, a) ALIGN_DOWN(x, a)

/* These take any divisor. */
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define roundup(x, y)      (DIV_ROUND_UP(x, y) * (y))
#define rounddown(x, y)    ((x) - (x) % (y))

#define lower_32_bits(x) ((u32)(x))
#define upper_32_bits(x) ((u32)((u64)(x) >> 32))

#define __stringify_1(x...) #x
#define __stringify(x...)   __stringify_1(x)

/* Whether the sum or product does not fit; the wrapped result goes to *@d. */
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)

/**
 * is_power_of_2() - whether exactly one bit of @n is set.
 * @n: any value; 0 is not a power of two
 */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/**
 * ilog2() - the number of the highest bit set.
 * @n: not 0
 *
 * Return: the base-2 logarithm, rounded down.  Constant if @n is.
 */
#define ilog2(n) (63 - __builtin_clzl((unsigned long)(n)))

/**
 * roundup_pow_of_two() - the smallest power of two that is not below @n.
 * @n: 1 .. 2^63
 */
static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (ilog2(n - 1) + 1);
}

#endif /* KILBURN_LIB_KERNEL_H */
