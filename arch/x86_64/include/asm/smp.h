/* SPDX-License-Identifier: MIT */
/*
 * asm/smp.h - the CPUs of the machine, and how one calls the others.
 *
 * In Linux: arch/x86/include/asm/smp.h, include/linux/smp.h.
 */
#ifndef KILBURN_ASM_SMP_H
#define KILBURN_ASM_SMP_H

#include <asm/percpu.h>
#include <asm/preempt.h>
#include "kernel/cpumask.h"

/* Only meaningful while the task cannot move to another CPU. */
#define smp_processor_id()     ((int)this_cpu_read(cpu_number))
#define raw_smp_processor_id() smp_processor_id()

#define get_cpu()                                                              \
	({                                                                     \
		preempt_disable();                                             \
		smp_processor_id();                                            \
	})
#define put_cpu() preempt_enable()

/* CPUs found at boot, 1..NR_CPUS; those that run are in cpu_online_mask. */
extern unsigned int nr_cpu_ids;

static inline unsigned int num_online_cpus(void)
{
	return hweight64(READ_ONCE(cpu_online_mask.bits));
}

static inline bool cpu_online(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, &cpu_online_mask);
}

/**
 * smp_call_function_many() - run a function on other CPUs.
 * @mask: which; the calling CPU is left out, CPUs that are not online too
 * @func: runs there in the interrupt handler, interrupts off; must be quick
 * @info: its argument
 * @wait: return only when all have finished
 *
 * Context: preemption disabled, interrupts enabled (two CPUs that call each
 * other with interrupts off would wait for ever).
 */
void smp_call_function_many(const cpumask_t *mask, void (*func)(void *),
			    void *info, bool wait);

/* The same for all other CPUs; and for all with the calling one. */
void smp_call_function(void (*func)(void *), void *info, bool wait);
void on_each_cpu(void (*func)(void *), void *info, bool wait);

/**
 * smp_send_reschedule() - make another CPU look at its need_resched() flag.
 * @cpu: not the calling one
 *
 * Context: any.
 */
void smp_send_reschedule(unsigned int cpu);

/* Panic: stop all other CPUs for good. */
void smp_send_stop(void);

/* main.c: start the other CPUs.  Each ends in cpu_startup_entry(). */
void smp_init(void);

/* Boot: CPU 0 is the one that runs.  After apic_init(). */
void smp_sort_cpus(void);

/* CALL_FUNCTION_VECTOR's handler. */
void smp_call_function_interrupt(void);

#endif /* KILBURN_ASM_SMP_H */
