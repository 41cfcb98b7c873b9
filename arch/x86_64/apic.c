/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/apic.c - the local APIC of each CPU.
 *
 * Its registers appear at the same physical address on every CPU, and each CPU
 * sees its own there.  This is the old interface (xAPIC): an interrupt for
 * another CPU takes two writes, the second of which sends.
 *
 * In Linux: arch/x86/kernel/apic/apic.c, ipi.c.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/div64.h>
#include <asm/io.h>
#include <asm/irq.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <asm/percpu.h>
#include <asm/processor.h>
#include "kernel/lib/kernel.h"
#include "kernel/panic.h"
#include "mm/vmalloc.h"

/* Register offsets. */
#define APIC_ID      0x020
#define APIC_TASKPRI 0x080
#define APIC_EOI     0x0b0
#define APIC_SPIV    0x0f0
#define APIC_ESR     0x280
#define APIC_ICR     0x300
#define APIC_ICR2    0x310
#define APIC_LVTT    0x320
#define APIC_LVT0    0x350
#define APIC_LVT1    0x360
#define APIC_LVTERR  0x370
#define APIC_TMICT   0x380
#define APIC_TMCCT   0x390
#define APIC_TDCR    0x3e0

#define APIC_SPIV_ENABLED 0x100
#define APIC_LVT_MASKED   0x10000
#define APIC_DM_NMI       0x400
#define APIC_DM_INIT      0x500
#define APIC_DM_STARTUP   0x600
#define APIC_ICR_BUSY     0x1000
#define APIC_INT_ASSERT   0x4000
#define APIC_DEST_ALLBUT  0xc0000
#define APIC_TDR_DIV_16   0x3

#define MSR_APICBASE_ENABLE 0x800

static void __iomem *apic_base;
static u64 timer_hz; /* counts in a second, after the divider */

static u32 apic_read(unsigned int reg)
{
	return readl((const char *)apic_base + reg);
}

static void apic_write(unsigned int reg, u32 value)
{
	writel(value, (char *)apic_base + reg);
}

u32 apic_id(void)
{
	return apic_read(APIC_ID) >> 24;
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

u32 apic_error(void)
{
	apic_write(APIC_ESR, 0); /* latches what has happened */
	return apic_read(APIC_ESR);
}

/* ---- coming up ---------------------------------------------------------- */

void apic_init_cpu(void)
{
	wrmsrq(MSR_IA32_APICBASE,
	       rdmsrq(MSR_IA32_APICBASE) | MSR_APICBASE_ENABLE);
	apic_write(APIC_TASKPRI, 0);
	/* The PICs and NMI pins: the IO-APIC does the work of the former. */
	apic_write(APIC_LVT0, APIC_LVT_MASKED);
	apic_write(APIC_LVT1, APIC_DM_NMI);
	apic_write(APIC_LVTERR, ERROR_APIC_VECTOR);
	apic_write(APIC_LVTT, LOCAL_TIMER_VECTOR); /* one-shot, and stopped */
	apic_write(APIC_TDCR, APIC_TDR_DIV_16);
	apic_write(APIC_ESR, 0);
	apic_write(APIC_SPIV, APIC_SPIV_ENABLED | SPURIOUS_APIC_VECTOR);
	apic_eoi();
}

void apic_init(void)
{
	apic_base = ioremap(acpi_board.lapic_address, PAGE_SIZE);
	if (!apic_base)
		panic("no memory to map the local APIC");
	apic_init_cpu();
}

/* ---- between CPUs ------------------------------------------------------- */

static void apic_icr_write(u32 apicid, u32 command)
{
	unsigned long flags;

	/* An interrupt between the two writes would send one of its own. */
	local_irq_save(flags);
	while (apic_read(APIC_ICR) & APIC_ICR_BUSY)
		cpu_relax();
	apic_write(APIC_ICR2, apicid << 24);
	apic_write(APIC_ICR, command);
	local_irq_restore(flags);
}

void apic_send_ipi(u32 apicid, unsigned int vector)
{
	apic_icr_write(apicid, vector);
}

void apic_send_nmi_allbutself(void)
{
	apic_icr_write(0, APIC_DEST_ALLBUT | APIC_DM_NMI);
}

void apic_send_init(u32 apicid)
{
	apic_icr_write(apicid, APIC_DM_INIT | APIC_INT_ASSERT);
}

void apic_send_startup(u32 apicid, phys_addr_t entry)
{
	apic_icr_write(apicid, APIC_DM_STARTUP | (u32)(entry >> PAGE_SHIFT));
}

/* ---- the timer ---------------------------------------------------------- */

u32 apic_timer_read(void)
{
	return apic_read(APIC_TMCCT);
}

void apic_timer_free_run(void)
{
	apic_write(APIC_LVTT, APIC_LVT_MASKED | LOCAL_TIMER_VECTOR);
	apic_write(APIC_TMICT, 0xffffffff);
}

void apic_timer_set_frequency(u64 hz)
{
	timer_hz = hz;
	apic_timer_stop();
	apic_write(APIC_LVTT, LOCAL_TIMER_VECTOR);
}

void apic_timer_oneshot(u64 delta_ns)
{
	u64 count;

	/* Half a minute is always short enough not to overflow. */
	delta_ns = min_t(u64, delta_ns, 30000000000ULL);
	count = mul_u64_u64_div_u64(delta_ns, timer_hz, 1000000000);
	apic_write(APIC_TMICT,
		   (u32)clamp_t(u64, count, 1, 0xffffffff)); /* 0 stops it */
}

void apic_timer_stop(void)
{
	apic_write(APIC_TMICT, 0);
}
