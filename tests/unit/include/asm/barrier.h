/* SPDX-License-Identifier: MIT */
/* asm/barrier.h for host programs, on any CPU. */
#ifndef KILBURN_HOST_ASM_BARRIER_H
#define KILBURN_HOST_ASM_BARRIER_H

#define barrier() __asm__ volatile("" ::: "memory")

#define mb()      __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb()     mb()
#define wmb()     mb()
#define smp_mb()  mb()
#define smp_rmb() mb()
#define smp_wmb() mb()

#define smp_mb__before_atomic() mb()
#define smp_mb__after_atomic()  mb()

#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_load_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_mb(var, value)                                               \
	__atomic_store_n(&(var), (value), __ATOMIC_SEQ_CST)

#endif /* KILBURN_HOST_ASM_BARRIER_H */
