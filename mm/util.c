/* SPDX-License-Identifier: MIT */
/*
 * mm/util.c - what a process has been promised, and what it may have.
 *
 * Theory
 *
 * A private writable page may need a frame one day, so mapping it is a promise.
 * Most promises are never called in.  sysctl_overcommit_memory says how many
 * the kernel makes: by default (OVERCOMMIT_GUESS) it refuses only a single one
 * that is larger than all of memory.  The sum is kept in any case.
 *
 * Each CPU counts the promises made and taken back there, so that two CPUs that
 * map memory write no common cache line; a single count may be negative, the
 * sum is what matters.
 *
 * total_vm is everything mapped; data_vm, exec_vm and stack_vm are disjoint
 * parts of it by vm_flags, for RLIMIT_DATA and /proc.
 *
 * Invariants
 *
 *  U1. The sum of the counts is the sum over all areas with VM_ACCOUNT of their
 *      pages, and what shared objects have reserved.
 *
 * Locking: none; the counts of an mm are its mmap_lock's (or, for a stack that
 * grows, page_table_lock's).
 *
 * In Linux: mm/util.c:__vm_enough_memory(), mm/mmap.c:may_expand_vm().
 */

#include <asm/percpu.h>
#include "kernel/cpumask.h"
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/mman.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"

int sysctl_overcommit_memory = OVERCOMMIT_GUESS;
int sysctl_overcommit_ratio = 50;

/* With OVERCOMMIT_NEVER root, and the user's way back in, keep a reserve. */
#define ADMIN_RESERVE_PAGES ((8L << 20) >> PAGE_SHIFT)
#define USER_RESERVE_PAGES  ((128L << 20) >> PAGE_SHIFT)

static DEFINE_PER_CPU(long, vm_committed_as); /* pages */

void vm_acct_memory(long pages)
{
	this_cpu_add(vm_committed_as, pages);
}

void vm_unacct_memory(long pages)
{
	vm_acct_memory(-pages);
}

unsigned long vm_memory_committed(void)
{
	long sum = 0;
	unsigned int cpu;

	for_each_online_cpu (cpu)
		sum += per_cpu(vm_committed_as, cpu);
	return sum < 0 ? 0 : sum;
}

unsigned long vm_commit_limit(void)
{
	return totalram_pages() * sysctl_overcommit_ratio / 100;
}

/* Is the sum, the new promise included, within what can be kept? */
static bool within_commit_limit(const struct mm_struct *mm)
{
	long allowed = vm_commit_limit();
	long reserve = totalram_pages() / 32;

	if (!capable_root())
		allowed -= min(reserve, ADMIN_RESERVE_PAGES);
	allowed -= min3((long)mm->total_vm / 32, reserve, USER_RESERVE_PAGES);
	return (long)vm_memory_committed() < allowed;
}

int security_vm_enough_memory_mm(struct mm_struct *mm, long pages)
{
	vm_acct_memory(pages);

	switch (sysctl_overcommit_memory) {
	case OVERCOMMIT_ALWAYS:
		return 0;
	case OVERCOMMIT_GUESS:
		if (pages <= (long)totalram_pages())
			return 0;
		break;
	default:
		if (within_commit_limit(mm))
			return 0;
		break;
	}
	vm_unacct_memory(pages);
	return -ENOMEM;
}

static bool is_exec_mapping(vm_flags_t vm_flags)
{
	return (vm_flags & (VM_EXEC | VM_WRITE | VM_GROWSDOWN)) == VM_EXEC;
}

static bool is_stack_mapping(vm_flags_t vm_flags)
{
	return vm_flags & VM_GROWSDOWN;
}

static bool is_data_mapping(vm_flags_t vm_flags)
{
	return (vm_flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) == VM_WRITE;
}

bool may_expand_vm(struct mm_struct *mm, vm_flags_t vm_flags,
		   unsigned long nr_pages)
{
	const struct rlimit *data = &current->signal->rlim[RLIMIT_DATA];

	if (mm->total_vm + nr_pages > rlimit(RLIMIT_AS) >> PAGE_SHIFT)
		return false;
	if (!is_data_mapping(vm_flags) ||
	    mm->data_vm + nr_pages <= data->rlim_cur >> PAGE_SHIFT)
		return true;
	/* A limit of 0 is taken as "as little as may be": brk() only. */
	return data->rlim_cur == 0 &&
	       mm->data_vm + nr_pages <= data->rlim_max >> PAGE_SHIFT;
}

void vm_stat_account(struct mm_struct *mm, vm_flags_t vm_flags, long nr_pages)
{
	mm->total_vm += nr_pages;
	if (is_exec_mapping(vm_flags))
		mm->exec_vm += nr_pages;
	else if (is_stack_mapping(vm_flags))
		mm->stack_vm += nr_pages;
	else if (is_data_mapping(vm_flags))
		mm->data_vm += nr_pages;
}
