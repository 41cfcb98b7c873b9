/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/tlb.c - which CPU uses which page tables, and TLB shootdown.
 *
 * Theory
 *
 * A CPU caches translations of the tables in CR3.  mm_cpumask(mm) names every
 * CPU that may cache some of mm's.  Changing an entry that was present is
 *
 *	this CPU			a CPU in the mask
 *	  clear the entry
 *	  read the mask
 *	  invalidate here
 *	  send the IPI		-->	  invalidate
 *	  wait			<--	  done
 *	  free the frame
 *
 * A CPU that loads mm at the same moment sets its bit before it loads CR3, and
 * the entry is cleared before the mask is read.  Both are full barriers, so
 * either the mask shows the CPU, or the CPU's walk sees the cleared entry.
 *
 * A kernel thread runs on whatever tables are loaded ("lazy").  If a flush
 * reaches it, it loads init_mm and leaves the mask, so it is asked only once.
 *
 * CPUs here have no PCID: every load of CR3 forgets all user translations.
 * Kernel translations are global and stay.
 *
 * Invariants
 *
 *  T1. cpu_tlbstate.loaded_mm is the mm whose pgd CR3 points to.
 *  T2. If loaded_mm is not init_mm, this CPU is in mm_cpumask(loaded_mm).
 *
 * In Linux: arch/x86/mm/tlb.c, without PCID and generations.
 */
#include <asm/irqflags.h>
#include <asm/mmu_context.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include <asm/tlbflush.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "mm/mm.h"
#include "mm/trace.h"

DEFINE_PER_CPU(struct tlb_state, cpu_tlbstate) = { .loaded_mm = &init_mm };
DEFINE_PER_CPU(struct tlb_stats, cpu_tlb_stats);

/* ---- loading ------------------------------------------------------------ */

static void load_mm(struct mm_struct *next)
{
	struct mm_struct *loaded = this_cpu_read(cpu_tlbstate.loaded_mm);
	unsigned int cpu = this_cpu_read(cpu_number);

	if (next != &init_mm)
		cpumask_set_cpu(cpu, mm_cpumask(next));
	write_cr3(__pa(next->pgd));
	this_cpu_write(cpu_tlbstate.loaded_mm, next);
	if (loaded != &init_mm)
		cpumask_clear_cpu(cpu, mm_cpumask(loaded));
}

void switch_mm_irqs_off(struct mm_struct *prev, struct mm_struct *next,
			struct task_struct *tsk)
{
	VM_BUG_ON(!irqs_disabled());

	this_cpu_write(cpu_tlbstate.is_lazy, false);
	if (this_cpu_read(cpu_tlbstate.loaded_mm) != next)
		load_mm(next);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next,
	       struct task_struct *tsk)
{
	unsigned long flags;

	local_irq_save(flags);
	switch_mm_irqs_off(prev, next, tsk);
	local_irq_restore(flags);
}

void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk)
{
	if (this_cpu_read(cpu_tlbstate.loaded_mm) != &init_mm)
		this_cpu_write(cpu_tlbstate.is_lazy, true);
}

void leave_mm(void)
{
	this_cpu_write(cpu_tlbstate.is_lazy, false);
	if (this_cpu_read(cpu_tlbstate.loaded_mm) != &init_mm)
		load_mm(&init_mm);
}

/* ---- flushing on this CPU ----------------------------------------------- */

void flush_tlb_one(unsigned long addr)
{
	this_cpu_inc(cpu_tlb_stats.pages);
	invlpg(addr);
}

void flush_tlb_local(void)
{
	this_cpu_inc(cpu_tlb_stats.full);
	write_cr3(read_cr3());
}

/* Global entries go only when CR4.PGE changes. */
static void flush_tlb_local_global(void)
{
	unsigned long flags, cr4;

	this_cpu_inc(cpu_tlb_stats.full);
	local_irq_save(flags);
	cr4 = read_cr4();
	write_cr4(cr4 & ~(unsigned long)X86_CR4_PGE);
	write_cr4(cr4);
	local_irq_restore(flags);
}

/* What to forget; on the caller's stack while he waits. */
struct flush_tlb_info {
	struct mm_struct *mm;     /* NULL: the kernel's */
	unsigned long start, end; /* bytes; end TLB_FLUSH_ALL: all */
};

static unsigned long flush_nr_pages(const struct flush_tlb_info *info)
{
	if (info->end == TLB_FLUSH_ALL)
		return TLB_FLUSH_ALL;
	return (info->end - info->start) >> PAGE_SHIFT;
}

static void flush_pages(const struct flush_tlb_info *info)
{
	for (unsigned long addr = info->start; addr < info->end;
	     addr += PAGE_SIZE)
		flush_tlb_one(addr);
}

/* On each CPU; interrupts off. */
static void flush_tlb_func(void *arg)
{
	const struct flush_tlb_info *info = arg;

	if (this_cpu_read(cpu_tlbstate.loaded_mm) != info->mm)
		return;
	if (this_cpu_read(cpu_tlbstate.is_lazy))
		leave_mm();
	else if (flush_nr_pages(info) > TLB_SINGLE_PAGE_FLUSH_CEILING)
		flush_tlb_local();
	else
		flush_pages(info);
}

static void flush_kernel_func(void *arg)
{
	const struct flush_tlb_info *info = arg;

	if (flush_nr_pages(info) > TLB_SINGLE_PAGE_FLUSH_CEILING)
		flush_tlb_local_global();
	else
		flush_pages(info);
}

/* ---- flushing on all ---------------------------------------------------- */

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end)
{
	struct flush_tlb_info info = {
		.mm = mm,
		.start = start & PAGE_MASK,
		.end = end == TLB_FLUSH_ALL ? end : PAGE_ALIGN(end),
	};
	unsigned long others;

	preempt_disable();
	/* Orders the caller's change of entries before the read of the mask */
	atomic64_inc(&mm->tlb_gen);
	if (this_cpu_read(cpu_tlbstate.loaded_mm) == mm) {
		unsigned long flags;

		local_irq_save(flags);
		flush_tlb_func(&info);
		local_irq_restore(flags);
	}
	others = READ_ONCE(mm_cpumask(mm)->bits) &
		 ~(1UL << this_cpu_read(cpu_number));
	if (others) {
		cpumask_t mask = { .bits = others };

		this_cpu_add(cpu_tlb_stats.ipis, hweight64(others));
		smp_call_function_many(&mask, flush_tlb_func, &info, true);
	}
	/* From the structure, which is in memory: no register is needed. */
	trace_range(MM_TRACE_FLUSH, info.mm, info.start, info.end, 0);
	preempt_enable();
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	addr &= PAGE_MASK;
	flush_tlb_mm_range(vma->vm_mm, addr, addr + PAGE_SIZE);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	flush_tlb_mm_range(vma->vm_mm, start, end);
}

void flush_tlb_mm(struct mm_struct *mm)
{
	flush_tlb_mm_range(mm, 0, TLB_FLUSH_ALL);
}

static void flush_kernel(unsigned long start, unsigned long end)
{
	struct flush_tlb_info info = { .start = start & PAGE_MASK, .end = end };

	preempt_disable();
	if (num_online_cpus() > 1)
		this_cpu_add(cpu_tlb_stats.ipis, num_online_cpus() - 1);
	on_each_cpu(flush_kernel_func, &info, true);
	preempt_enable();
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	flush_kernel(start, PAGE_ALIGN(end));
}

void flush_tlb_all(void)
{
	flush_kernel(0, TLB_FLUSH_ALL);
}

void tlb_stats_sum(struct tlb_stats *sum)
{
	unsigned int cpu;

	*sum = (struct tlb_stats){ 0 };
	for_each_online_cpu (cpu) {
		const struct tlb_stats *stats = &per_cpu(cpu_tlb_stats, cpu);

		sum->full += READ_ONCE(stats->full);
		sum->pages += READ_ONCE(stats->pages);
		sum->ipis += READ_ONCE(stats->ipis);
	}
}
