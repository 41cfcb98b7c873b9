/* SPDX-License-Identifier: MIT */
/*
 * asm/atomic.h for host programs, on any CPU: the kernel's operations made of
 * the compiler's.
 */
#ifndef KILBURN_HOST_ASM_ATOMIC_H
#define KILBURN_HOST_ASM_ATOMIC_H

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

#define SC __ATOMIC_SEQ_CST

#define ATOMIC_OPS(pfx, atype, ctype)                                          \
	static inline ctype pfx##_read(const atype *v)                         \
	{                                                                      \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);         \
	}                                                                      \
	static inline ctype pfx##_read_acquire(const atype *v)                 \
	{                                                                      \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);         \
	}                                                                      \
	static inline void pfx##_set(atype *v, ctype i)                        \
	{                                                                      \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);            \
	}                                                                      \
	static inline void pfx##_set_release(atype *v, ctype i)                \
	{                                                                      \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);            \
	}                                                                      \
	static inline ctype pfx##_fetch_add(ctype i, atype *v)                 \
	{                                                                      \
		return __atomic_fetch_add(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_fetch_sub(ctype i, atype *v)                 \
	{                                                                      \
		return __atomic_fetch_sub(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_fetch_or(ctype i, atype *v)                  \
	{                                                                      \
		return __atomic_fetch_or(&v->counter, i, SC);                  \
	}                                                                      \
	static inline ctype pfx##_fetch_and(ctype i, atype *v)                 \
	{                                                                      \
		return __atomic_fetch_and(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_fetch_andnot(ctype i, atype *v)              \
	{                                                                      \
		return __atomic_fetch_and(&v->counter, ~i, SC);                \
	}                                                                      \
	static inline ctype pfx##_fetch_xor(ctype i, atype *v)                 \
	{                                                                      \
		return __atomic_fetch_xor(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_fetch_inc(atype *v)                          \
	{                                                                      \
		return pfx##_fetch_add(1, v);                                  \
	}                                                                      \
	static inline ctype pfx##_fetch_dec(atype *v)                          \
	{                                                                      \
		return pfx##_fetch_sub(1, v);                                  \
	}                                                                      \
	static inline ctype pfx##_add_return(ctype i, atype *v)                \
	{                                                                      \
		return __atomic_add_fetch(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_sub_return(ctype i, atype *v)                \
	{                                                                      \
		return __atomic_sub_fetch(&v->counter, i, SC);                 \
	}                                                                      \
	static inline ctype pfx##_inc_return(atype *v)                         \
	{                                                                      \
		return pfx##_add_return(1, v);                                 \
	}                                                                      \
	static inline ctype pfx##_dec_return(atype *v)                         \
	{                                                                      \
		return pfx##_sub_return(1, v);                                 \
	}                                                                      \
	static inline void pfx##_add(ctype i, atype *v)                        \
	{                                                                      \
		pfx##_fetch_add(i, v);                                         \
	}                                                                      \
	static inline void pfx##_sub(ctype i, atype *v)                        \
	{                                                                      \
		pfx##_fetch_sub(i, v);                                         \
	}                                                                      \
	static inline void pfx##_or(ctype i, atype *v)                         \
	{                                                                      \
		pfx##_fetch_or(i, v);                                          \
	}                                                                      \
	static inline void pfx##_and(ctype i, atype *v)                        \
	{                                                                      \
		pfx##_fetch_and(i, v);                                         \
	}                                                                      \
	static inline void pfx##_andnot(ctype i, atype *v)                     \
	{                                                                      \
		pfx##_fetch_andnot(i, v);                                      \
	}                                                                      \
	static inline void pfx##_xor(ctype i, atype *v)                        \
	{                                                                      \
		pfx##_fetch_xor(i, v);                                         \
	}                                                                      \
	static inline void pfx##_inc(atype *v)                                 \
	{                                                                      \
		pfx##_fetch_add(1, v);                                         \
	}                                                                      \
	static inline void pfx##_dec(atype *v)                                 \
	{                                                                      \
		pfx##_fetch_sub(1, v);                                         \
	}                                                                      \
	static inline bool pfx##_dec_and_test(atype *v)                        \
	{                                                                      \
		return pfx##_sub_return(1, v) == 0;                            \
	}                                                                      \
	static inline bool pfx##_inc_and_test(atype *v)                        \
	{                                                                      \
		return pfx##_add_return(1, v) == 0;                            \
	}                                                                      \
	static inline bool pfx##_sub_and_test(ctype i, atype *v)               \
	{                                                                      \
		return pfx##_sub_return(i, v) == 0;                            \
	}                                                                      \
	static inline bool pfx##_add_negative(ctype i, atype *v)               \
	{                                                                      \
		return pfx##_add_return(i, v) < 0;                             \
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

ATOMIC_OPS(atomic, atomic_t, int)
ATOMIC_OPS(atomic64, atomic64_t, long)
ATOMIC_OPS(atomic_long, atomic_long_t, long)

#undef SC

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

#endif /* KILBURN_HOST_ASM_ATOMIC_H */
