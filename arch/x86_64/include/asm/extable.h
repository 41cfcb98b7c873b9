/* SPDX-License-Identifier: MIT */
/*
 * asm/extable.h - instructions that are allowed to fault.
 *
 * Each entry of the section __ex_table names such an instruction and what to
 * do if it faults.  The linker concatenates the entries of all files; boot
 * sorts them by address.
 *
 * In Linux: arch/x86/include/asm/extable.h, extable_fixup_types.h.
 */
#ifndef KILBURN_ASM_EXTABLE_H
#define KILBURN_ASM_EXTABLE_H

#define EX_TYPE_JUMP    0 /* continue at the fixup */
#define EX_TYPE_UACCESS 1 /* the same with ax = -EFAULT and dx = 0 */

#ifdef __ASSEMBLER__

/* clang-format off */
#define _ASM_EXTABLE_TYPE(from, to, type)	\
	.pushsection __ex_table, "a";		\
	.balign 4;				\
	.long (from) - .;			\
	.long (to) - .;				\
	.long type;				\
	.popsection
#define _ASM_EXTABLE(from, to) _ASM_EXTABLE_TYPE(from, to, EX_TYPE_JUMP)
/* clang-format on */

#else

#include "kernel/lib/types.h"

#define EXTABLE_STRING_1(x) #x
#define EXTABLE_STRING(x)   EXTABLE_STRING_1(x)

#define _ASM_EXTABLE_TYPE(from, to, type)                                      \
	".pushsection __ex_table, \"a\"\n"                                     \
	".balign 4\n"                                                          \
	".long (" from ") - .\n"                                               \
	".long (" to ") - .\n"                                                 \
	".long " EXTABLE_STRING(type) "\n"                                     \
				      ".popsection\n"
#define _ASM_EXTABLE(from, to) _ASM_EXTABLE_TYPE(from, to, EX_TYPE_JUMP)

struct pt_regs;

/* Distances from the field itself, so that the table needs no relocation. */
struct exception_table_entry {
	s32 insn, fixup, type;
};

/**
 * fixup_exception() - continue after a fault that was foreseen.
 * @regs: where the kernel faulted; changed to where it continues
 *
 * Context: any exception in kernel mode.
 * Return: false if no entry covers regs->ip: a kernel bug.
 */
bool fixup_exception(struct pt_regs *regs);

/* Is the instruction at @ip allowed to fault? */
bool has_fixup(unsigned long ip);

/* Boot: put the table in order, before the image becomes read-only. */
void sort_main_extable(void);

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_EXTABLE_H */
