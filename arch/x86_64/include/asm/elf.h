/* SPDX-License-Identifier: MIT */
/*
 * asm/elf.h - what the ELF loader must know about this CPU.
 *
 * In Linux: arch/x86/include/asm/elf.h.
 */
#ifndef KILBURN_ASM_ELF_H
#define KILBURN_ASM_ELF_H

#include <asm/fpu.h>
#include <asm/page.h>
#include <asm/processor.h>

#define EM_X86_64         62
#define ELF_ARCH          EM_X86_64
#define ELF_PLATFORM      "x86_64"
#define ELF_EXEC_PAGESIZE 4096

/* 64-bit programs of this machine only. */
#define elf_check_arch(hdr) ((hdr)->e_machine == ELF_ARCH)

/* Where a static PIE goes: two thirds up, below the mmap area. */
#define ELF_ET_DYN_BASE (TASK_SIZE / 3 * 2)

#define ELF_HWCAP  (boot_cpu.hwcap)
#define ELF_HWCAP2 (boot_cpu.fsgsbase ? HWCAP2_FSGSBASE : 0)

/* AT_MINSIGSTKSZ: what the smallest signal frame takes. */
#define ELF_MINSIGSTKSZ (get_sigframe_size())
unsigned long get_sigframe_size(void);

#endif /* KILBURN_ASM_ELF_H */
