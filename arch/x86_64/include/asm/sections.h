/* SPDX-License-Identifier: MIT */
/*
 * asm/sections.h - the landmarks of the kernel image; linker.ld sets them.
 */
#ifndef KILBURN_ASM_SECTIONS_H
#define KILBURN_ASM_SECTIONS_H

#include "kernel/lib/types.h"

extern char _text[], _etext[];                /* code: RX */
extern char __start_rodata[], __end_rodata[]; /* constants: R */
extern char _data[], _edata[];                /* RW */
extern char __init_begin[], __init_end[];     /* freed after boot */
extern char _sinittext[], _einittext[];
extern char __bss_start[], __bss_stop[];
extern char __per_cpu_start[], __per_cpu_end[]; /* CPU 0 uses these */
extern char __per_cpu_init[];                   /* as they were at first */
extern char _end[];

/* May a backtrace name this address? */
static inline bool is_kernel_text(unsigned long addr)
{
	return (addr >= (unsigned long)_text && addr < (unsigned long)_etext) ||
	       (addr >= (unsigned long)_sinittext &&
		addr < (unsigned long)_einittext);
}

#endif /* KILBURN_ASM_SECTIONS_H */
