/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/smp.c - calls from one CPU to others.
 *
 * Each CPU has a queue of requests.  The caller links a request into it, sends
 * an interrupt if the queue was empty, and waits for the request's lock to be
 * released, which the other CPU does when the function has returned.
 *
 *	caller's requests			queue of CPU 2
 *	  for CPU 1 [locked func info]		  head
 *	  for CPU 2 [locked func info] <-----------'
 *	  for CPU 3 [ ... ]
 *
 * A caller has one request for each other CPU, so nothing is allocated, and it
 * cannot ask twice before the first answer.
 *
 * In Linux: kernel/smp.c.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <asm/irq.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"

struct call_single_data {
	struct call_single_data *next;
	void (*func)(void *);
	void *info;
	u32 locked; /* until func has returned */
};

static DEFINE_PER_CPU(struct call_single_data[NR_CPUS], call_requests);
static DEFINE_PER_CPU(struct call_single_data *, call_queue);

/* Return: the queue was empty, so its CPU must be told. */
static bool queue_request(unsigned int cpu, struct call_single_data *csd)
{
	struct call_single_data **queue = per_cpu_ptr(&call_queue, cpu);
	struct call_single_data *first = READ_ONCE(*queue);

	do {
		csd->next = first;
	} while (!try_cmpxchg(queue, &first, csd));
	return !first;
}

static void wait_request(const struct call_single_data *csd)
{
	while (smp_load_acquire(&csd->locked))
		cpu_relax();
}

void smp_call_function_many(const cpumask_t *mask, void (*func)(void *),
			    void *info, bool wait)
{
	struct call_single_data *requests = *this_cpu_ptr(&call_requests);
	unsigned int this_cpu = smp_processor_id();
	cpumask_t targets = { .bits = READ_ONCE(mask->bits) &
				      READ_ONCE(cpu_online_mask.bits) &
				      ~(1UL << this_cpu) };
	unsigned int cpu;

	VM_BUG_ON(preemptible());
	if (cpumask_empty(&targets))
		return;
	VM_WARN_ON_ONCE(irqs_disabled());

	for_each_cpu (cpu, &targets) {
		struct call_single_data *csd = &requests[cpu];

		wait_request(csd); /* one that nobody waited for */
		csd->func = func;
		csd->info = info;
		WRITE_ONCE(csd->locked, 1);
		if (queue_request(cpu, csd))
			apic_send_ipi(acpi_board.apic_ids[cpu],
				      CALL_FUNCTION_VECTOR);
	}
	if (!wait)
		return;
	for_each_cpu (cpu, &targets)
		wait_request(&requests[cpu]);
}

void smp_call_function(void (*func)(void *), void *info, bool wait)
{
	preempt_disable();
	smp_call_function_many(&cpu_online_mask, func, info, wait);
	preempt_enable();
}

void on_each_cpu(void (*func)(void *), void *info, bool wait)
{
	unsigned long flags;

	preempt_disable();
	smp_call_function_many(&cpu_online_mask, func, info, wait);
	local_irq_save(flags);
	func(info);
	local_irq_restore(flags);
	preempt_enable();
}

/* CALL_FUNCTION_VECTOR: interrupts off. */
void smp_call_function_interrupt(void)
{
	struct call_single_data *csd = this_cpu_xchg(call_queue, NULL);

	while (csd) {
		struct call_single_data *next = csd->next;

		csd->func(csd->info);
		smp_store_release(&csd->locked, 0);
		csd = next;
	}
}

void smp_send_reschedule(unsigned int cpu)
{
	apic_send_ipi(acpi_board.apic_ids[cpu], RESCHEDULE_VECTOR);
}

void smp_send_stop(void)
{
	/* An NMI, since a CPU may hang with interrupts off. */
	if (num_online_cpus() > 1)
		apic_send_nmi_allbutself();
}
