/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h - a variable of which each CPU has its own.
 *
 * All of them lie together in the section .data..percpu.  Each CPU has a copy
 * of that section, and its GS base holds the distance from the section to the
 * copy, so that
 *
 *	mov %gs:counter(%rip), %eax
 *
 * reads this CPU's own counter in one instruction, which no interrupt and no
 * migration can split.  CPU 0 uses the section itself: its distance is 0, so
 * per-CPU variables work from the first instruction on.
 *
 * A this_cpu_*() operation is right at any time.  A pointer from
 * this_cpu_ptr() is only right while the task cannot move: with preemption
 * disabled.
 *
 * In Linux: arch/x86/include/asm/percpu.h, include/linux/percpu-defs.h.
 */
#ifndef KILBURN_ASM_PERCPU_H
#define KILBURN_ASM_PERCPU_H

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

#define PER_CPU_SECTION __attribute__((section(".data..percpu")))

#define DEFINE_PER_CPU(type, name)  PER_CPU_SECTION __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern PER_CPU_SECTION __typeof__(type) name

/* On a line of its own, where other CPUs write too. */
#define DEFINE_PER_CPU_ALIGNED(type, name)                                     \
	PER_CPU_SECTION __typeof__(type) name __attribute__((aligned(64)))

/* Distance of each CPU's copy from the section; this CPU's own. */
extern unsigned long __per_cpu_offset[];
DECLARE_PER_CPU(unsigned long, this_cpu_off);
DECLARE_PER_CPU(unsigned int, cpu_number);

#define per_cpu_offset(cpu) (__per_cpu_offset[cpu])

#define per_cpu_ptr(ptr, cpu)                                                  \
	((__typeof__(ptr))((unsigned long)(ptr) + per_cpu_offset(cpu)))

#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))

#define this_cpu_ptr(ptr)                                                      \
	({                                                                     \
		unsigned long tcp_ptr_ = (unsigned long)(ptr);                 \
		__asm__ volatile("addq %%gs:%1, %0"                            \
				 : "+r"(tcp_ptr_)                              \
				 : "m"(this_cpu_off));                         \
		(__typeof__(ptr))tcp_ptr_;                                     \
	})

/* The register operand gives the instruction its size: 1, 2, 4 or 8 bytes. */
#define this_cpu_read(var)                                                     \
	({                                                                     \
		__typeof__(var) tcr_val_;                                      \
		__asm__ volatile("mov %%gs:%1, %0"                             \
				 : "=q"(tcr_val_)                              \
				 : "m"(var));                                  \
		tcr_val_;                                                      \
	})

/*
 * For what stays the same as long as the reader is the same task: the compiler
 * may keep the value.
 */
#define this_cpu_read_stable(var)                                              \
	({                                                                     \
		__typeof__(var) tcrs_val_;                                     \
		__asm__("mov %%gs:%P1, %0" : "=r"(tcrs_val_) : "p"(&(var)));   \
		tcrs_val_;                                                     \
	})

#define this_cpu_write(var, value)                                             \
	do {                                                                   \
		__typeof__(var) tcw_val_ = (value);                            \
		__asm__ volatile("mov %1, %%gs:%0"                             \
				 : "+m"(var)                                   \
				 : "q"(tcw_val_)                               \
				 : "memory");                                  \
	} while (0)

#define this_cpu_add(var, value)                                               \
	do {                                                                   \
		__typeof__(var) tca_val_ = (value);                            \
		__asm__ volatile("add %1, %%gs:%0"                             \
				 : "+m"(var)                                   \
				 : "q"(tca_val_)                               \
				 : "memory", "cc");                            \
	} while (0)

#define this_cpu_sub(var, value) this_cpu_add(var, -(__typeof__(var))(value))

#define PERCPU_UNARY(insn, var)                                                \
	do {                                                                   \
		if (sizeof(var) == 8)                                          \
			__asm__ volatile(insn "q %%gs:%0"                      \
					 : "+m"(var)::"memory", "cc");         \
		else                                                           \
			__asm__ volatile(insn "l %%gs:%0"                      \
					 : "+m"(var)::"memory", "cc");         \
	} while (0)

#define this_cpu_inc(var) PERCPU_UNARY("inc", var)
#define this_cpu_dec(var) PERCPU_UNARY("dec", var)

#define this_cpu_xchg(var, value)                                              \
	({                                                                     \
		__typeof__(var) tcx_val_ = (value);                            \
		__asm__ volatile("xchg %0, %%gs:%1"                            \
				 : "+q"(tcx_val_), "+m"(var)                   \
				 :                                             \
				 : "memory");                                  \
		tcx_val_;                                                      \
	})

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_PERCPU_H */
