/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/cpu.c - what the CPU can do, and how each CPU is set up.
 *
 * Every CPU has its own GDT, because the GDT names the CPU's own TSS and, in a
 * segment limit, its number.  The TSS names the stacks:
 *
 *	sp0	interrupts that come from user mode: the task's kernel stack
 *	ist[]	double fault, NMI, debug, machine check: always these
 *
 * In Linux: arch/x86/kernel/cpu/common.c.
 */
#include <asm/desc.h>
#include <asm/fpu.h>
#include <asm/msr.h>
#include <asm/pgtable_types.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"

struct cpu_features boot_cpu;

/* For entry.S, which cannot look into a structure. */
u8 cpu_has_fsgsbase;
extern u8 cpu_has_fsgsbase;

DEFINE_PER_CPU(unsigned long, this_cpu_off);
DEFINE_PER_CPU(unsigned int, cpu_number);
DEFINE_PER_CPU(int, __preempt_count) = INIT_PREEMPT_COUNT;
DEFINE_PER_CPU(struct task_struct *, current_task) = &init_task;
DEFINE_PER_CPU(unsigned long, cpu_current_top_of_stack);
DEFINE_PER_CPU(unsigned long, cpu_user_sp);
DECLARE_PER_CPU(unsigned long, cpu_user_sp);
DEFINE_PER_CPU_ALIGNED(struct tss, cpu_tss);
DEFINE_PER_CPU_ALIGNED(struct gdt_page, cpu_gdt);

unsigned long __per_cpu_offset[NR_CPUS];

/* ---- features ----------------------------------------------------------- */

static void detect_names(void)
{
	u32 a, *name;

	cpuid(0, &a, (u32 *)&boot_cpu.vendor[0], (u32 *)&boot_cpu.vendor[8],
	      (u32 *)&boot_cpu.vendor[4]);
	name = (u32 *)boot_cpu.model;
	for (u32 leaf = 0x80000002; leaf <= 0x80000004; leaf++, name += 4)
		cpuid(leaf, &name[0], &name[1], &name[2], &name[3]);
}

static void detect_basic(void)
{
	u32 a, b, c, d;

	cpuid(1, &a, &b, &c, &d);
	boot_cpu.hwcap = d;
	boot_cpu.xsave = c & (1u << 26);
	boot_cpu.rdrand = c & (1u << 30);
	cpuid(0x80000001, &a, &b, &c, &d);
	boot_cpu.gbpages = d & (1u << 26);
	boot_cpu.rdtscp = d & (1u << 27);
	cpuid(0x80000000, &a, &b, &c, &d);
	boot_cpu.phys_bits = 36;
	if (a >= 0x80000008) {
		cpuid(0x80000008, &a, &b, &c, &d);
		boot_cpu.phys_bits = a & 0xff;
	}
}

void cpu_detect(void)
{
	u32 max, a, b, c, d;

	detect_names();
	detect_basic();
	cpuid(0, &max, &b, &c, &d);
	if (max >= 7) {
		cpuid_count(7, 0, &a, &b, &c, &d);
		boot_cpu.fsgsbase = b & (1u << 0);
		boot_cpu.smep = b & (1u << 7);
		boot_cpu.erms = b & (1u << 9);
		boot_cpu.smap = b & (1u << 20);
		boot_cpu.umip = c & (1u << 2);
		boot_cpu.rdpid = c & (1u << 22);
	}
	cpu_has_fsgsbase = boot_cpu.fsgsbase;
}

bool arch_get_random(unsigned long *v)
{
	bool ok;

	if (!boot_cpu.rdrand)
		return false;
	for (int tries = 0; tries < 10; tries++) {
		__asm__ volatile("rdrand %0" : "=r"(*v), "=@ccc"(ok));
		if (ok)
			return true;
	}
	return false;
}

/* ---- control registers -------------------------------------------------- */

/* Entry 0 in the low byte: WB WC UC- UC, and WB WP UC- WT above. */
#define PAT_VALUE 0x0407050600070106UL

void cpu_init_early(void)
{
	unsigned long cr4 = X86_CR4_PAE | X86_CR4_PGE | X86_CR4_DE |
			    X86_CR4_MCE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT;

	if (boot_cpu.smep)
		cr4 |= X86_CR4_SMEP;
	if (boot_cpu.smap)
		cr4 |= X86_CR4_SMAP;
	if (boot_cpu.umip)
		cr4 |= X86_CR4_UMIP;
	if (boot_cpu.fsgsbase)
		cr4 |= X86_CR4_FSGSBASE;
	if (boot_cpu.xsave)
		cr4 |= X86_CR4_OSXSAVE;
	write_cr4(cr4);
	write_cr0(CR0_STATE);
	wrmsrq(MSR_EFER, rdmsrq(MSR_EFER) | EFER_SCE | EFER_NX);
	wrmsrq(MSR_IA32_CR_PAT, PAT_VALUE);
	fpu_init_cpu();
}

/* ---- descriptor tables -------------------------------------------------- */

/* Flat segments; bits 40.. are type, DPL, P; bit 53 is L, 54 is D. */
#define GDT_KERNEL_CODE 0x00af9b000000ffffUL
#define GDT_KERNEL_DATA 0x00cf93000000ffffUL
#define GDT_USER32_CODE 0x00cffb000000ffffUL
#define GDT_USER_DATA   0x00cff3000000ffffUL
#define GDT_USER_CODE   0x00affb000000ffffUL
#define GDT_CPUNODE     0x0040f50000000000UL /* limit: the CPU's number */
#define GDT_TSS_TYPE    0x0000890000000000UL

static void gdt_init(unsigned int cpu)
{
	u64 *gdt = per_cpu(cpu_gdt, cpu).gdt;
	u64 tss = (u64)&per_cpu(cpu_tss, cpu);
	struct desc_ptr ptr = { .size = GDT_ENTRIES * 8 - 1,
				.address = (u64)gdt };

	gdt[GDT_ENTRY_KERNEL_CS] = GDT_KERNEL_CODE;
	gdt[GDT_ENTRY_KERNEL_DS] = GDT_KERNEL_DATA;
	gdt[GDT_ENTRY_DEFAULT_USER32_CS] = GDT_USER32_CODE;
	gdt[GDT_ENTRY_DEFAULT_USER_DS] = GDT_USER_DATA;
	gdt[GDT_ENTRY_DEFAULT_USER_CS] = GDT_USER_CODE;
	gdt[GDT_ENTRY_CPUNODE] = GDT_CPUNODE | cpu;
	gdt[GDT_ENTRY_TSS] = GDT_TSS_TYPE | (sizeof(struct tss) - 1) |
			     (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
	gdt[GDT_ENTRY_TSS + 1] = tss >> 32;
	load_gdt(&ptr);
}

void ist_init(unsigned int cpu, void *base)
{
	struct tss *tss = &per_cpu(cpu_tss, cpu);

	for (int i = 0; i < IST_COUNT; i++)
		tss->ist[i] = (u64)base + (u64)(i + 1) * IST_STACK_SIZE;
}

const char *ist_stack_name(unsigned long addr)
{
	static const char *const names[IST_COUNT] = {
		[IST_DF - 1] = "double fault",
		[IST_NMI - 1] = "NMI",
		[IST_DB - 1] = "debug",
		[IST_MCE - 1] = "machine check",
	};
	const struct tss *tss = this_cpu_ptr(&cpu_tss);

	for (int i = 0; i < IST_COUNT; i++) {
		if (addr < tss->ist[i] && addr >= tss->ist[i] - IST_STACK_SIZE)
			return names[i];
	}
	return NULL;
}

/* ---- a CPU -------------------------------------------------------------- */

/* What a system call must not inherit from the program's flags. */
#define SYSCALL_FLAGS_MASK                                                     \
	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF |       \
	 X86_EFLAGS_SF | X86_EFLAGS_TF | X86_EFLAGS_IF | X86_EFLAGS_DF |       \
	 X86_EFLAGS_OF | X86_EFLAGS_IOPL | X86_EFLAGS_NT | X86_EFLAGS_RF |     \
	 X86_EFLAGS_AC | X86_EFLAGS_ID)

extern char entry_SYSCALL_64[], entry_SYSCALL_compat[];

void cpu_init(unsigned int cpu)
{
	wrmsrq(MSR_GS_BASE, per_cpu_offset(cpu));
	wrmsrq(MSR_KERNEL_GS_BASE, 0);
	this_cpu_write(this_cpu_off, per_cpu_offset(cpu));
	this_cpu_write(cpu_number, cpu);
	gdt_init(cpu);
	per_cpu(cpu_tss, cpu).io_bitmap_base = sizeof(struct tss);
	load_tr(GDT_ENTRY_TSS * 8);
	if (boot_cpu.rdtscp)
		wrmsrq(MSR_TSC_AUX, cpu);

	wrmsrq(MSR_STAR, (u64)__USER32_CS << 48 | (u64)__KERNEL_CS << 32);
	wrmsrq(MSR_LSTAR, (u64)entry_SYSCALL_64);
	wrmsrq(MSR_CSTAR, (u64)entry_SYSCALL_compat);
	wrmsrq(MSR_SYSCALL_MASK, SYSCALL_FLAGS_MASK);
}
