/* SPDX-License-Identifier: MIT */
/*
 * asm/processor-flags.h - the bits of RFLAGS, CR0, CR4 and of page faults.
 */
#ifndef KILBURN_ASM_PROCESSOR_FLAGS_H
#define KILBURN_ASM_PROCESSOR_FLAGS_H

#define X86_EFLAGS_CF    0x00000001
#define X86_EFLAGS_FIXED 0x00000002
#define X86_EFLAGS_PF    0x00000004
#define X86_EFLAGS_AF    0x00000010
#define X86_EFLAGS_ZF    0x00000040
#define X86_EFLAGS_SF    0x00000080
#define X86_EFLAGS_TF    0x00000100
#define X86_EFLAGS_IF    0x00000200
#define X86_EFLAGS_DF    0x00000400
#define X86_EFLAGS_OF    0x00000800
#define X86_EFLAGS_IOPL  0x00003000
#define X86_EFLAGS_NT    0x00004000
#define X86_EFLAGS_RF    0x00010000
#define X86_EFLAGS_VM    0x00020000
#define X86_EFLAGS_AC    0x00040000
#define X86_EFLAGS_ID    0x00200000

#define X86_CR0_PE 0x00000001
#define X86_CR0_MP 0x00000002
#define X86_CR0_EM 0x00000004
#define X86_CR0_TS 0x00000008
#define X86_CR0_ET 0x00000010
#define X86_CR0_NE 0x00000020
#define X86_CR0_WP 0x00010000
#define X86_CR0_AM 0x00040000
#define X86_CR0_PG 0x80000000

/* What every CPU runs with. */
#define CR0_STATE                                                              \
	(X86_CR0_PE | X86_CR0_MP | X86_CR0_ET | X86_CR0_NE | X86_CR0_WP |      \
	 X86_CR0_AM | X86_CR0_PG)

#define X86_CR4_DE         0x00000008
#define X86_CR4_PSE        0x00000010
#define X86_CR4_PAE        0x00000020
#define X86_CR4_MCE        0x00000040
#define X86_CR4_PGE        0x00000080
#define X86_CR4_OSFXSR     0x00000200
#define X86_CR4_OSXMMEXCPT 0x00000400
#define X86_CR4_UMIP       0x00000800
#define X86_CR4_LA57       0x00001000
#define X86_CR4_FSGSBASE   0x00010000
#define X86_CR4_OSXSAVE    0x00040000
#define X86_CR4_SMEP       0x00100000
#define X86_CR4_SMAP       0x00200000

/* The error code that the CPU pushes for a page fault. */
#define X86_PF_PROT  0x01 /* the entry was present */
#define X86_PF_WRITE 0x02
#define X86_PF_USER  0x04 /* CPL was 3 */
#define X86_PF_RSVD  0x08 /* a reserved bit was set in an entry */
#define X86_PF_INSTR 0x10 /* an instruction fetch */
#define X86_PF_PK    0x20

#endif /* KILBURN_ASM_PROCESSOR_FLAGS_H */
