/* SPDX-License-Identifier: MIT */
/*
 * kernel/membarrier.c - a memory barrier on every other CPU.
 *
 * A program that rarely changes what others often read can leave the barrier
 * out of the reading side, and have the kernel execute one on every CPU that
 * runs one of its threads when it changes something.
 *
 * A CPU that comes to run a thread of the process only after the interrupts
 * were sent has been through a context switch, which is a barrier too.
 *
 * In Linux: kernel/sched/membarrier.c.
 */
#include <asm/barrier.h>
#include <asm/mmu_context.h>
#include <asm/smp.h>
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mm.h"

#define MEMBARRIER_CMD_QUERY                      0
#define MEMBARRIER_CMD_GLOBAL                     (1 << 0)
#define MEMBARRIER_CMD_PRIVATE_EXPEDITED          (1 << 3)
#define MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED (1 << 4)

static void ipi_mb(void *unused)
{
	smp_mb();
}

static void barrier_on(const cpumask_t *mask)
{
	smp_mb(); /* what the caller did before comes before */
	preempt_disable();
	smp_call_function_many(mask, ipi_mb, NULL, true);
	preempt_enable();
	smp_mb();
}

SYSCALL_DEFINE3(membarrier, int, cmd, unsigned int, flags, int, cpu_id)
{
	struct mm_struct *mm = current->mm;

	if (flags)
		return -EINVAL;
	switch (cmd) {
	case MEMBARRIER_CMD_QUERY:
		return MEMBARRIER_CMD_GLOBAL |
		       MEMBARRIER_CMD_PRIVATE_EXPEDITED |
		       MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
	case MEMBARRIER_CMD_GLOBAL:
		barrier_on(&cpu_online_mask);
		return 0;
	case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
		if (!READ_ONCE(mm->membarrier_registered))
			return -EPERM;
		barrier_on(mm_cpumask(mm));
		return 0;
	case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
		WRITE_ONCE(mm->membarrier_registered, true);
		return 0;
	default:
		return -EINVAL;
	}
}
