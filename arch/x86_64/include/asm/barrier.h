/* SPDX-License-Identifier: MIT */
/*
 * asm/barrier.h - memory ordering.
 *
 * x86 keeps loads in order and stores in order; only a store followed by a
 * load of something else may swap.  So smp_mb() is an instruction and the
 * others merely stop the compiler.
 *
 * In Linux: arch/x86/include/asm/barrier.h, include/linux/compiler.h.
 */
#ifndef KILBURN_ASM_BARRIER_H
#define KILBURN_ASM_BARRIER_H

#define barrier() __asm__ volatile("" ::: "memory")

/* Device memory, and write-combining memory in particular. */
#define mb()  __asm__ volatile("mfence" ::: "memory")
#define rmb() __asm__ volatile("lfence" ::: "memory")
#define wmb() __asm__ volatile("sfence" ::: "memory")

/* Between CPUs.  A locked operation on the stack is cheaper than mfence. */
#define smp_mb()  __asm__ volatile("lock; addl $0, -4(%%rsp)" ::: "memory", "cc")
#define smp_rmb() barrier()
#define smp_wmb() barrier()

/* Around atomic operations without a result: they are full barriers here. */
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic()  barrier()

#define smp_store_release(p, v)                                                \
	do {                                                                   \
		barrier();                                                     \
		*(volatile __typeof__(*(p)) *)(p) = (v);                       \
	} while (0)

#define smp_load_acquire(p)                                                    \
	({                                                                     \
		__typeof__(*(p)) sla_val_ = *(volatile __typeof__(*(p)) *)(p); \
		barrier();                                                     \
		sla_val_;                                                      \
	})

#define smp_store_mb(var, value)                                               \
	do {                                                                   \
		*(volatile __typeof__(var) *)&(var) = (value);                 \
		smp_mb();                                                      \
	} while (0)

#endif /* KILBURN_ASM_BARRIER_H */
