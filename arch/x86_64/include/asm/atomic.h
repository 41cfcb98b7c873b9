/* SPDX-License-Identifier: MIT */
/*
 * asm/atomic.h - counters that several CPUs change.
 *
 * atomic_t is an int, atomic64_t and atomic_long_t are a long; both have the
 * same operations, made by one macro.  On x86 a locked instruction orders
 * everything, so _acquire, _release and _relaxed are the same operation: the
 * names still say what the caller relies on.
 *
 * Overflow wraps (two's complement); the caller guards against it.
 *
 * In Linux: arch/x86/include/asm/atomic.h, include/linux/atomic.h.
 */
#ifndef KILBURN_ASM_ATOMIC_H
#define KILBURN_ASM_ATOMIC_H

#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include "kernel/lib/types.h"

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic64_t;

typedef atomic64_t atomic_long_t;

#define ATOMIC_INIT(i)                                                         \
	{                                                                      \
		(i)                                                            \
	}
#define ATOMIC64_INIT(i)                                                       \
	{                                                                      \
		(i)                                                            \
	}
#define ATOMIC_LONG_INIT(i)                                                    \
	{                                                                      \
		(i)                                                            \
	}

/* pfx_op(): a change without a result.  sz is the operand-size suffix. */
#define ATOMIC_VOID_OP(pfx, op, insn, atype, ctype)                            \
	static inline void pfx##_##op(ctype i, atype *v)                       \
	{                                                                      \
		__asm__ volatile("lock; " insn " %1, %0"                       \
				 : "+m"(v->counter)                            \
				 : "er"(i)                                     \
				 : "memory", "cc");                            \
	}

/* pfx_op(): a change whose result is one flag of the CPU. */
#define ATOMIC_FLAG_OP(pfx, op, insn, cc, atype, ctype)                        \
	static inline bool pfx##_##op(atype *v)                                \
	{                                                                      \
		bool flag;                                                     \
                                                                               \
		__asm__ volatile("lock; " insn " %1"                           \
				 : "=@cc" #cc(flag), "+m"(v->counter)          \
				 :                                             \
				 : "memory");                                  \
		return flag;                                                   \
	}

/* pfx_fetch_op(): a change that answers the old value, through cmpxchg. */
#define ATOMIC_FETCH_OP(pfx, op, expr, atype, ctype)                           \
	static inline ctype pfx##_fetch_##op(ctype i, atype *v)                \
	{                                                                      \
		ctype old = pfx##_read(v);                                     \
                                                                               \
		while (!pfx##_try_cmpxchg(v, &old, (expr)))                    \
			;                                                      \
		return old;                                                    \
	}

#define ATOMIC_OPS(pfx, atype, ctype, sz)                                      \
	static inline ctype pfx##_read(const atype *v)                         \
	{                                                                      \
		return *(const volatile ctype *)&v->counter;                   \
	}                                                                      \
	static inline ctype pfx##_read_acquire(const atype *v)                 \
	{                                                                      \
		return smp_load_acquire(&v->counter);                          \
	}                                                                      \
	static inline void pfx##_set(atype *v, ctype i)                        \
	{                                                                      \
		*(volatile ctype *)&v->counter = i;                            \
	}                                                                      \
	static inline void pfx##_set_release(atype *v, ctype i)                \
	{                                                                      \
		smp_store_release(&v->counter, i);                             \
	}                                                                      \
	ATOMIC_VOID_OP(pfx, add, "add" sz, atype, ctype)                       \
	ATOMIC_VOID_OP(pfx, sub, "sub" sz, atype, ctype)                       \
	ATOMIC_VOID_OP(pfx, or, "or" sz, atype, ctype)                         \
	ATOMIC_VOID_OP(pfx, and, "and" sz, atype, ctype)                       \
	ATOMIC_VOID_OP(pfx, xor, "xor" sz, atype, ctype)                       \
	static inline void pfx##_andnot(ctype i, atype *v)                     \
	{                                                                      \
		pfx##_and(~i, v);                                              \
	}                                                                      \
	static inline void pfx##_inc(atype *v)                                 \
	{                                                                      \
		__asm__ volatile("lock; inc" sz " %0"                          \
				 : "+m"(v->counter)::"memory", "cc");          \
	}                                                                      \
	static inline void pfx##_dec(atype *v)                                 \
	{                                                                      \
		__asm__ volatile("lock; dec" sz " %0"                          \
				 : "+m"(v->counter)::"memory", "cc");          \
	}                                                                      \
	ATOMIC_FLAG_OP(pfx, dec_and_test, "dec" sz, e, atype, ctype)           \
	ATOMIC_FLAG_OP(pfx, inc_and_test, "inc" sz, e, atype, ctype)           \
	static inline bool pfx##_sub_and_test(ctype i, atype *v)               \
	{                                                                      \
		bool zero;                                                     \
                                                                               \
		__asm__ volatile("lock; sub" sz " %2, %1"                      \
				 : "=@cce"(zero), "+m"(v->counter)             \
				 : "er"(i)                                     \
				 : "memory");                                  \
		return zero;                                                   \
	}                                                                      \
	static inline bool pfx##_add_negative(ctype i, atype *v)               \
	{                                                                      \
		bool negative;                                                 \
                                                                               \
		__asm__ volatile("lock; add" sz " %2, %1"                      \
				 : "=@ccs"(negative), "+m"(v->counter)         \
				 : "er"(i)                                     \
				 : "memory");                                  \
		return negative;                                               \
	}                                                                      \
	static inline ctype pfx##_fetch_add(ctype i, atype *v)                 \
	{                                                                      \
		__asm__ volatile("lock; xadd" sz " %0, %1"                     \
				 : "+r"(i), "+m"(v->counter)                   \
				 :                                             \
				 : "memory", "cc");                            \
		return i;                                                      \
	}                                                                      \
	static inline ctype pfx##_fetch_sub(ctype i, atype *v)                 \
	{                                                                      \
		return pfx##_fetch_add(-i, v);                                 \
	}                                                                      \
	static inline ctype pfx##_fetch_inc(atype *v)                          \
	{                                                                      \
		return pfx##_fetch_add(1, v);                                  \
	}                                                                      \
	static inline ctype pfx##_fetch_dec(atype *v)                          \
	{                                                                      \
		return pfx##_fetch_add(-1, v);                                 \
	}                                                                      \
	static inline ctype pfx##_add_return(ctype i, atype *v)                \
	{                                                                      \
		return pfx##_fetch_add(i, v) + i;                              \
	}                                                                      \
	static inline ctype pfx##_sub_return(ctype i, atype *v)                \
	{                                                                      \
		return pfx##_add_return(-i, v);                                \
	}                                                                      \
	static inline ctype pfx##_inc_return(atype *v)                         \
	{                                                                      \
		return pfx##_add_return(1, v);                                 \
	}                                                                      \
	static inline ctype pfx##_dec_return(atype *v)                         \
	{                                                                      \
		return pfx##_add_return(-1, v);                                \
	}                                                                      \
	static inline ctype pfx##_xchg(atype *v, ctype new)                    \
	{                                                                      \
		return xchg(&v->counter, new);                                 \
	}                                                                      \
	static inline ctype pfx##_cmpxchg(atype *v, ctype old, ctype new)      \
	{                                                                      \
		return cmpxchg(&v->counter, old, new);                         \
	}                                                                      \
	static inline bool pfx##_try_cmpxchg(atype *v, ctype *old, ctype new)  \
	{                                                                      \
		return try_cmpxchg(&v->counter, old, new);                     \
	}                                                                      \
	ATOMIC_FETCH_OP(pfx, or, old | i, atype, ctype)                        \
	ATOMIC_FETCH_OP(pfx, and, old &i, atype, ctype)                        \
	ATOMIC_FETCH_OP(pfx, andnot, old & ~i, atype, ctype)                   \
	ATOMIC_FETCH_OP(pfx, xor, old ^ i, atype, ctype)                       \
	static inline ctype pfx##_fetch_add_unless(atype *v, ctype i, ctype u) \
	{                                                                      \
		ctype old = pfx##_read(v);                                     \
                                                                               \
		while (old != u && !pfx##_try_cmpxchg(v, &old, old + i))       \
			;                                                      \
		return old;                                                    \
	}                                                                      \
	static inline bool pfx##_add_unless(atype *v, ctype i, ctype u)        \
	{                                                                      \
		return pfx##_fetch_add_unless(v, i, u) != u;                   \
	}                                                                      \
	static inline bool pfx##_inc_not_zero(atype *v)                        \
	{                                                                      \
		return pfx##_add_unless(v, 1, 0);                              \
	}                                                                      \
	static inline ctype pfx##_dec_if_positive(atype *v)                    \
	{                                                                      \
		ctype old = pfx##_read(v);                                     \
                                                                               \
		while (old > 0 && !pfx##_try_cmpxchg(v, &old, old - 1))        \
			;                                                      \
		return old - 1;                                                \
	}

ATOMIC_OPS(atomic, atomic_t, int, "l")
ATOMIC_OPS(atomic64, atomic64_t, long, "q")
ATOMIC_OPS(atomic_long, atomic_long_t, long, "q")

/* The ordered forms: see above why they are the same. */
#define atomic_cmpxchg_acquire      atomic_cmpxchg
#define atomic_cmpxchg_release      atomic_cmpxchg
#define atomic_cmpxchg_relaxed      atomic_cmpxchg
#define atomic_try_cmpxchg_acquire  atomic_try_cmpxchg
#define atomic_try_cmpxchg_release  atomic_try_cmpxchg
#define atomic_try_cmpxchg_relaxed  atomic_try_cmpxchg
#define atomic_xchg_acquire         atomic_xchg
#define atomic_xchg_release         atomic_xchg
#define atomic_fetch_add_acquire    atomic_fetch_add
#define atomic_fetch_add_release    atomic_fetch_add
#define atomic_fetch_add_relaxed    atomic_fetch_add
#define atomic_fetch_sub_release    atomic_fetch_sub
#define atomic_fetch_or_acquire     atomic_fetch_or
#define atomic_fetch_andnot_release atomic_fetch_andnot
#define atomic_add_return_acquire   atomic_add_return
#define atomic_add_return_release   atomic_add_return
#define atomic_sub_return_release   atomic_sub_return

#define atomic_long_cmpxchg_acquire      atomic_long_cmpxchg
#define atomic_long_cmpxchg_release      atomic_long_cmpxchg
#define atomic_long_try_cmpxchg_acquire  atomic_long_try_cmpxchg
#define atomic_long_try_cmpxchg_release  atomic_long_try_cmpxchg
#define atomic_long_try_cmpxchg_relaxed  atomic_long_try_cmpxchg
#define atomic_long_xchg_acquire         atomic_long_xchg
#define atomic_long_xchg_release         atomic_long_xchg
#define atomic_long_fetch_add_acquire    atomic_long_fetch_add
#define atomic_long_fetch_add_release    atomic_long_fetch_add
#define atomic_long_fetch_add_relaxed    atomic_long_fetch_add
#define atomic_long_fetch_or_acquire     atomic_long_fetch_or
#define atomic_long_fetch_andnot_release atomic_long_fetch_andnot
#define atomic_long_add_return_acquire   atomic_long_add_return
#define atomic_long_add_return_release   atomic_long_add_return
#define atomic_long_sub_return_release   atomic_long_sub_return

#endif /* KILBURN_ASM_ATOMIC_H */
