/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/smpboot.c - start the other CPUs.
 *
 *	boot CPU			other CPU
 *	  INIT to all			  resets, and waits for a start-up IPI
 *	  10 ms by a real clock
 *	  for each:
 *	    stack, per-CPU area
 *	    start-up IPI		  trampoline.S, secondary_start()
 *	    200 us; again if silent	  sets its bit in cpu_online_mask
 *	    wait for the bit		  idle loop
 *
 * One after the other, since they share the trampoline's parameters.
 *
 * In Linux: arch/x86/kernel/smpboot.c.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/fpu.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include <asm/tlbflush.h>
#include <asm/trampoline.h>
#include <asm/tsc.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/gfp.h"
#include "mm/memblock.h"
#include "mm/mm.h"

cpumask_t cpu_online_mask = { .bits = 1 };
unsigned int nr_cpu_ids = 1;
phys_addr_t trampoline_phys;

#define INIT_DELAY_MS      10
#define STARTUP_DELAY_US   200
#define STARTUP_TIMEOUT_MS 1000

void __init trampoline_reserve(void)
{
	/* Not page 0; the start-up IPI can name a page below 1 MiB. */
	trampoline_phys = memblock_phys_alloc_range(PAGE_SIZE, PAGE_SIZE,
						    PAGE_SIZE, 0xa0000);
}

/* ---- on the new CPU ----------------------------------------------------- */

/* From trampoline.S; on the idle task's stack, with the trampoline's tables. */
static void __noreturn secondary_start(unsigned int cpu)
{
	write_cr3(__pa_symbol(swapper_pg_dir));
	cpu_init_early();
	cpu_init(cpu);
	idt_load();
	apic_init_cpu();
	cpumask_set_cpu(cpu, &cpu_online_mask);
	cpu_startup_entry();
}

/* ---- preparing for it --------------------------------------------------- */

static unsigned int order_for(unsigned long size)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

/* A copy of the per-CPU variables with their first values. */
static bool alloc_percpu_area(unsigned int cpu)
{
	unsigned long size = (unsigned long)(__per_cpu_end - __per_cpu_start);
	unsigned long area = __get_free_pages(GFP_KERNEL, order_for(size));

	if (!area)
		return false;
	memcpy((void *)area, __per_cpu_init, size);
	__per_cpu_offset[cpu] = area - (unsigned long)__per_cpu_start;
	return true;
}

/* Everything that the CPU needs to run C.  Return: its stack, or 0. */
static unsigned long prepare_cpu(unsigned int cpu)
{
	unsigned long size = IST_COUNT * IST_STACK_SIZE;
	unsigned long ist = __get_free_pages(GFP_KERNEL, order_for(size));
	struct task_struct *idle;
	unsigned long top;

	if (!ist || !alloc_percpu_area(cpu))
		return 0;
	idle = idle_task_alloc(cpu);
	if (!idle)
		return 0;
	top = (unsigned long)idle->stack + THREAD_SIZE;
	ist_init(cpu, (void *)ist);
	per_cpu(current_task, cpu) = idle;
	per_cpu(cpu_current_top_of_stack, cpu) = top;
	per_cpu(cpu_tss, cpu).sp0 = top;
	sched_init_cpu(cpu, idle);
	return top;
}

/*
 * The kernel's tables with one page more: the trampoline at its physical
 * address, executable, which the direct map is not.  CR3 must fit into 32 bits.
 *
 *	page 0		1	2	3
 *	pgd[0] ──►	pud ──►	pmd ──►	pte[trampoline_phys]
 */
#define TRAMPOLINE_TABLES_ORDER 2

static struct page *make_trampoline_tables(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | GFP_DMA32 | __GFP_ZERO,
					TRAMPOLINE_TABLES_ORDER);
	u64 *tables;

	if (!page)
		return NULL;
	tables = page_address(page);
	pgd_ctor((pgd_t *)tables);
	for (int level = 0; level < 3; level++)
		tables[level * 512] =
			__pa(&tables[(level + 1) * 512]) | _KERNPG_TABLE;
	tables[3 * 512 + pte_index(trampoline_phys)] =
		trampoline_phys | _KERNPG_TABLE;
	return page;
}

/* ---- starting ----------------------------------------------------------- */

static bool wait_online(unsigned int cpu, unsigned long usecs)
{
	u64 end = sched_clock() + usecs * 1000UL;

	while (!cpu_online(cpu)) {
		if (sched_clock() > end)
			return false;
		cpu_relax();
	}
	return true;
}

static bool start_cpu(unsigned int cpu, struct page *tables)
{
	char *page = __va(trampoline_phys);
	u32 apicid = acpi_board.apic_ids[cpu];
	unsigned long stack = prepare_cpu(cpu);

	if (!stack)
		return false;
	memcpy(page, trampoline_start,
	       (size_t)(trampoline_end - trampoline_start));
	*(u32 *)(page + TRAMPOLINE_CR3) = (u32)page_to_phys(tables);
	*(u64 *)(page + TRAMPOLINE_STACK) = stack;
	*(u64 *)(page + TRAMPOLINE_ENTRY) = (u64)secondary_start;
	*(u32 *)(page + TRAMPOLINE_CPU) = cpu;

	apic_send_startup(apicid, trampoline_phys);
	if (wait_online(cpu, STARTUP_DELAY_US))
		return true;
	apic_send_startup(apicid, trampoline_phys);
	return wait_online(cpu, STARTUP_TIMEOUT_MS * 1000UL);
}

/* The tables name the CPUs in any order; the one that runs is number 0. */
void smp_sort_cpus(void)
{
	u32 me = apic_id();

	if (!acpi_board.nr_cpus)
		acpi_board.nr_cpus = 1;
	for (unsigned int i = 0; i < acpi_board.nr_cpus; i++) {
		if (acpi_board.apic_ids[i] == me)
			swap(acpi_board.apic_ids[i], acpi_board.apic_ids[0]);
	}
	acpi_board.apic_ids[0] = me;
}

/* Return: all of them run. */
static bool start_others(struct page *tables)
{
	for (unsigned int cpu = 1; cpu < acpi_board.nr_cpus; cpu++)
		apic_send_init(acpi_board.apic_ids[cpu]);
	mdelay(INIT_DELAY_MS);
	for (unsigned int cpu = 1; cpu < acpi_board.nr_cpus; cpu++) {
		nr_cpu_ids = cpu + 1;
		if (start_cpu(cpu, tables))
			continue;
		/* Numbers have no holes: the rest would be no use. */
		pr_err("smp: CPU %u (APIC %u) does not start\n", cpu,
		       acpi_board.apic_ids[cpu]);
		nr_cpu_ids = cpu;
		return false;
	}
	return true;
}

void smp_init(void)
{
	struct page *tables;

	if (acpi_board.nr_cpus <= 1)
		return;
	tables = trampoline_phys ? make_trampoline_tables() : NULL;
	if (!tables) {
		pr_err("smp: no memory below 1 MiB to start CPUs from\n");
		return;
	}
	/* One that did not start yet may still do so, and needs the tables. */
	if (start_others(tables))
		__free_pages(tables, TRAMPOLINE_TABLES_ORDER);
	pr_info("smp: %u CPUs\n", num_online_cpus());
}
