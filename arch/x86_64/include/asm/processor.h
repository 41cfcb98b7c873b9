/* SPDX-License-Identifier: MIT */
/*
 * asm/processor.h - the CPU: control registers, CPUID, and what each task
 * keeps of the CPU while it does not run.
 *
 * In Linux: arch/x86/include/asm/processor.h, special_insns.h.
 */
#ifndef KILBURN_ASM_PROCESSOR_H
#define KILBURN_ASM_PROCESSOR_H

#include <asm/page.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include "kernel/lib/types.h"

struct fpu;
struct task_struct;

/* The part of a task that only this architecture knows. */
struct thread_struct {
	unsigned long sp; /* kernel stack pointer while switched out */
	unsigned long fsbase, gsbase; /* of user mode, while switched out */
	struct fpu *fpu;              /* NULL: a kernel thread */
	/* The last exception of user mode, for the signal frame. */
	unsigned long cr2, trap_nr, error_code;
};

/* ---- features ----------------------------------------------------------- */

/* What this kernel uses if it is there; see cpu.c. */
struct cpu_features {
	bool smep, smap, umip, gbpages, fsgsbase, xsave, rdrand, rdtscp;
	bool rdpid, erms;
	unsigned int phys_bits; /* of a physical address */
	u32 hwcap;              /* CPUID 1 EDX, for AT_HWCAP */
	char vendor[13], model[49];
};
extern struct cpu_features boot_cpu;

#define HWCAP2_FSGSBASE (1 << 1)

static inline void cpuid_count(u32 op, u32 count, u32 *a, u32 *b, u32 *c,
			       u32 *d)
{
	__asm__ volatile("cpuid"
			 : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d)
			 : "a"(op), "c"(count));
}

static inline void cpuid(u32 op, u32 *a, u32 *b, u32 *c, u32 *d)
{
	cpuid_count(op, 0, a, b, c, d);
}

/* From here on the CPU sees what was written to code (SDM volume 3, 9.1.3). */
static inline void sync_core(void)
{
	u32 leaf = 0;

	__asm__ volatile("cpuid" : "+a"(leaf)::"ebx", "ecx", "edx", "memory");
}

/* ---- registers ---------------------------------------------------------- */

#define CONTROL_REGISTER(name)                                                 \
	static inline unsigned long read_##name(void)                          \
	{                                                                      \
		unsigned long val;                                             \
                                                                               \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(val)::"memory"); \
		return val;                                                    \
	}                                                                      \
	static inline void write_##name(unsigned long val)                     \
	{                                                                      \
		__asm__ volatile("mov %0, %%" #name ::"r"(val) : "memory");    \
	}

CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr2)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)

static inline u64 rdtsc(void)
{
	u32 lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (u64)hi << 32 | lo;
}

/* Not before what precedes it in the program. */
static inline u64 rdtsc_ordered(void)
{
	__asm__ volatile("lfence" ::: "memory");
	return rdtsc();
}

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

static inline void native_halt(void)
{
	__asm__ volatile("hlt" ::: "memory");
}

/* ---- tasks -------------------------------------------------------------- */

/* The registers that user mode had when it entered the kernel. */
#define task_pt_regs(task)                                                     \
	((struct pt_regs *)((unsigned long)(task)->stack + THREAD_SIZE) - 1)
#define current_pt_regs() task_pt_regs(current)

/* Where the system-call entry finds this CPU's kernel stack. */
DECLARE_PER_CPU(unsigned long, cpu_current_top_of_stack);

/**
 * start_thread() - make the return to user mode start a new program.
 * @regs: current's saved registers
 * @new_ip: its first instruction, a user address in bytes
 * @new_sp: its stack pointer
 *
 * All other registers are 0, as the ABI wants for rdx; FS and GS base too.
 *
 * Context: exec, after the point of no return.
 */
void start_thread(struct pt_regs *regs, unsigned long new_ip,
		  unsigned long new_sp);

struct kernel_clone_args;

/**
 * copy_thread() - give a new task a kernel stack that can be switched to.
 * @p: the child; p->stack is allocated, the rest is a copy of current
 * @clone_flags: CLONE_SETTLS is looked at
 * @usp: user stack pointer, or 0 to keep the parent's
 * @tls: new FS base with CLONE_SETTLS
 *
 * The child returns 0 from its system call.
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int copy_thread(struct task_struct *p, unsigned long clone_flags,
		unsigned long usp, unsigned long tls);

/**
 * copy_kernel_thread() - the same for a thread that starts in the kernel.
 * @p: the child
 * @fn: what it runs; when @fn returns 0 the thread goes to user mode, by the
 *	registers that exec has set up meanwhile
 * @arg: for @fn
 *
 * Return: 0 or -ENOMEM.
 */
int copy_kernel_thread(struct task_struct *p, int (*fn)(void *), void *arg);

/**
 * exit_thread() - free what the architecture keeps for a task.
 * @p: a task that never runs again, or one that never ran
 */
void exit_thread(struct task_struct *p);

/**
 * flush_thread() - exec: forget the old program's FPU and segment state.
 *
 * Context: process context.
 * Return: 0, or -ENOMEM if a kernel thread gets an FPU area and cannot.
 */
int flush_thread(void);

/**
 * arch_get_random() - one word from the CPU's own generator.
 * @v: receives it
 *
 * Return: false if the CPU has none or is out of entropy.
 */
bool arch_get_random(unsigned long *v);

#endif /* KILBURN_ASM_PROCESSOR_H */
