/* SPDX-License-Identifier: MIT */
/* asm/smp.h for host programs: one CPU, so a call to all is a call. */
#ifndef KILBURN_HOST_ASM_SMP_H
#define KILBURN_HOST_ASM_SMP_H

#include <asm/percpu.h>
#include <asm/preempt.h>
#include "kernel/cpumask.h"

#define smp_processor_id()     0
#define raw_smp_processor_id() 0
#define nr_cpu_ids             1u

#define get_cpu()                                                              \
	({                                                                     \
		preempt_disable();                                             \
		0;                                                             \
	})
#define put_cpu() preempt_enable()

static inline unsigned int num_online_cpus(void)
{
	return 1;
}

static inline bool cpu_online(unsigned int cpu)
{
	return cpu == 0;
}

static inline void on_each_cpu(void (*func)(void *), void *info, bool wait)
{
	func(info);
}

static inline void smp_call_function(void (*func)(void *), void *info,
				     bool wait)
{
}

static inline void smp_call_function_many(const cpumask_t *mask,
					  void (*func)(void *), void *info,
					  bool wait)
{
}

static inline void smp_send_reschedule(unsigned int cpu)
{
}

#endif /* KILBURN_HOST_ASM_SMP_H */
