/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h for host programs: there is one CPU, number 0, and its copy of
 * a per-CPU variable is the variable.
 */
#ifndef KILBURN_HOST_ASM_PERCPU_H
#define KILBURN_HOST_ASM_PERCPU_H

#include "kernel/lib/types.h"

#define DEFINE_PER_CPU(type, name)  __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name)                                     \
	__typeof__(type) name __attribute__((aligned(64)))

#define per_cpu_offset(cpu)       ((void)(cpu), 0UL)
#define per_cpu_ptr(ptr, cpu)     ((void)(cpu), (ptr))
#define per_cpu(var, cpu)         (*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr)         (ptr)
#define this_cpu_read(var)        (var)
#define this_cpu_read_stable(var) (var)
#define this_cpu_write(var, val)  ((void)((var) = (val)))
#define this_cpu_add(var, val)    ((void)((var) += (val)))
#define this_cpu_sub(var, val)    ((void)((var) -= (val)))
#define this_cpu_inc(var)         ((void)(var)++)
#define this_cpu_dec(var)         ((void)(var)--)
#define this_cpu_xchg(var, val)                                                \
	({                                                                     \
		__typeof__(var) tcx_old_ = (var);                              \
		(var) = (val);                                                 \
		tcx_old_;                                                      \
	})

#endif /* KILBURN_HOST_ASM_PERCPU_H */
