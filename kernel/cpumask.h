/* SPDX-License-Identifier: MIT */
/*
 * kernel/cpumask.h - a set of CPUs.
 *
 * NR_CPUS is at most 64, so a set is one word and every operation is one
 * instruction; atomic where several CPUs change the same set.
 */
#ifndef KILBURN_KERNEL_CPUMASK_H
#define KILBURN_KERNEL_CPUMASK_H

#include <asm/bitops.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

#define NR_CPUS 32

typedef struct {
	unsigned long bits;
} cpumask_t;

extern cpumask_t cpu_online_mask;

static inline void cpumask_set_cpu(unsigned int cpu, cpumask_t *mask)
{
	set_bit(cpu, &mask->bits);
}

static inline void cpumask_clear_cpu(unsigned int cpu, cpumask_t *mask)
{
	clear_bit(cpu, &mask->bits);
}

static inline bool cpumask_test_cpu(unsigned int cpu, const cpumask_t *mask)
{
	return READ_ONCE(mask->bits) >> cpu & 1;
}

static inline bool cpumask_empty(const cpumask_t *mask)
{
	return READ_ONCE(mask->bits) == 0;
}

static inline void cpumask_clear(cpumask_t *mask)
{
	WRITE_ONCE(mask->bits, 0);
}

#define for_each_cpu(cpu, mask)                                                \
	for (unsigned long bits_##cpu = READ_ONCE((mask)->bits);               \
	     bits_##cpu && ((cpu) = __builtin_ctzl(bits_##cpu), true);         \
	     bits_##cpu &= bits_##cpu - 1)

#define for_each_online_cpu(cpu) for_each_cpu (cpu, &cpu_online_mask)

#endif /* KILBURN_KERNEL_CPUMASK_H */
