/* SPDX-License-Identifier: MIT */
/*
 * kernel/refcount.h - a reference count that cannot wrap around.
 *
 * On overflow it sticks at a huge value and the object is never freed: a leak
 * instead of a use after free.
 *
 * In Linux: include/linux/refcount.h.
 */
#ifndef KILBURN_KERNEL_REFCOUNT_H
#define KILBURN_KERNEL_REFCOUNT_H

#include <asm/atomic.h>
#include "kernel/bug.h"
#include "kernel/compiler.h"

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)                                                       \
	{                                                                      \
		.refs = ATOMIC_INIT(n)                                         \
	}

/* Half way down the negative numbers: far from both ends. */
#define REFCOUNT_SATURATED (INT_MIN / 2)

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

static inline void refcount_saturate(refcount_t *r)
{
	atomic_set(&r->refs, REFCOUNT_SATURATED);
	WARN_ON_ONCE(true);
}

/**
 * refcount_inc() - take a reference, having one already.
 * @r: the count
 */
static inline void refcount_inc(refcount_t *r)
{
	if (unlikely(atomic_fetch_inc(&r->refs) <= 0))
		refcount_saturate(r);
}

/* Return: false if the object is being freed already. */
static inline bool __must_check refcount_inc_not_zero(refcount_t *r)
{
	int old = atomic_read(&r->refs);

	do {
		if (!old)
			return false;
	} while (!atomic_try_cmpxchg(&r->refs, &old, old + 1));
	if (unlikely(old < 0))
		refcount_saturate(r);
	return true;
}

/**
 * refcount_dec_and_test() - give a reference up.
 * @r: the count
 *
 * Return: true if it was the last one; then the caller frees the object.
 */
static inline bool __must_check refcount_dec_and_test(refcount_t *r)
{
	int old = atomic_fetch_dec(&r->refs);

	if (old == 1)
		return true;
	if (unlikely(old <= 0))
		refcount_saturate(r);
	return false;
}

static inline void refcount_dec(refcount_t *r)
{
	if (unlikely(atomic_fetch_dec(&r->refs) <= 1))
		refcount_saturate(r);
}

#endif /* KILBURN_KERNEL_REFCOUNT_H */
