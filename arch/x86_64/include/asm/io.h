/* SPDX-License-Identifier: MIT */
/*
 * asm/io.h - I/O ports, and registers of devices in memory.
 *
 * A device register is read and written by these functions only: they make one
 * access of exactly the right size, in program order.
 *
 * In Linux: arch/x86/include/asm/io.h.
 */
#ifndef KILBURN_ASM_IO_H
#define KILBURN_ASM_IO_H

#include <asm/barrier.h>
#include <asm/page.h>
#include "kernel/lib/types.h"

#define IO_PORT_OPS(suffix, reg, type)                                         \
	static inline type in##suffix(u16 port)                                \
	{                                                                      \
		type value;                                                    \
                                                                               \
		__asm__ volatile("in" #suffix " %w1, %" reg "0"                \
				 : "=a"(value)                                 \
				 : "Nd"(port));                                \
		return value;                                                  \
	}                                                                      \
	static inline void out##suffix(type value, u16 port)                   \
	{                                                                      \
		__asm__ volatile("out" #suffix " %" reg "0, %w1"               \
				 :                                             \
				 : "a"(value), "Nd"(port));                    \
	}

IO_PORT_OPS(b, "b", u8)
IO_PORT_OPS(w, "w", u16)
IO_PORT_OPS(l, "k", u32)

/* About a microsecond on real hardware: a write to an unused port. */
static inline void io_delay(void)
{
	outb(0, 0x80);
}

#define MMIO_OPS(suffix, insn, type)                                           \
	static inline type read##suffix(const volatile void *addr)             \
	{                                                                      \
		type value;                                                    \
                                                                               \
		__asm__ volatile(insn " %1, %0"                                \
				 : "=q"(value)                                 \
				 : "m"(*(const volatile type *)addr)           \
				 : "memory");                                  \
		return value;                                                  \
	}                                                                      \
	static inline void write##suffix(type value, volatile void *addr)      \
	{                                                                      \
		__asm__ volatile(insn " %0, %1"                                \
				 :                                             \
				 : "q"(value), "m"(*(volatile type *)addr)     \
				 : "memory");                                  \
	}

MMIO_OPS(b, "movb", u8)
MMIO_OPS(w, "movw", u16)
MMIO_OPS(l, "movl", u32)
MMIO_OPS(q, "movq", u64)

#endif /* KILBURN_ASM_IO_H */
