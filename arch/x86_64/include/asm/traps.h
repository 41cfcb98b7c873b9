/* SPDX-License-Identifier: MIT */
/*
 * asm/traps.h - inside arch/x86_64/: what entry.S calls, and what it offers.
 */
#ifndef KILBURN_ASM_TRAPS_H
#define KILBURN_ASM_TRAPS_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs;
struct task_struct;

/* Exception vectors. */
enum {
	X86_TRAP_DE,
	X86_TRAP_DB,
	X86_TRAP_NMI,
	X86_TRAP_BP,
	X86_TRAP_OF,
	X86_TRAP_BR,
	X86_TRAP_UD,
	X86_TRAP_NM,
	X86_TRAP_DF,
	X86_TRAP_OLD_MF,
	X86_TRAP_TS,
	X86_TRAP_NP,
	X86_TRAP_SS,
	X86_TRAP_GP,
	X86_TRAP_PF,
	X86_TRAP_SPURIOUS,
	X86_TRAP_MF,
	X86_TRAP_AC,
	X86_TRAP_MC,
	X86_TRAP_XF,
	X86_TRAP_VE,
	X86_TRAP_CP,
	NR_EXCEPTIONS = 32,
};

/* X-macro: X(vector, name, IST stack), for the IDT and the declarations. */
/* clang-format off */
#define EXCEPTION_LIST(X)					\
	X(X86_TRAP_DE, divide_error, 0)				\
	X(X86_TRAP_DB, debug, IST_DB)				\
	X(X86_TRAP_NMI, nmi, IST_NMI)				\
	X(X86_TRAP_BP, int3, 0)					\
	X(X86_TRAP_OF, overflow, 0)				\
	X(X86_TRAP_BR, bounds, 0)				\
	X(X86_TRAP_UD, invalid_op, 0)				\
	X(X86_TRAP_NM, device_not_available, 0)			\
	X(X86_TRAP_DF, double_fault, IST_DF)			\
	X(X86_TRAP_OLD_MF, coproc_segment_overrun, 0)		\
	X(X86_TRAP_TS, invalid_tss, 0)				\
	X(X86_TRAP_NP, segment_not_present, 0)			\
	X(X86_TRAP_SS, stack_segment, 0)			\
	X(X86_TRAP_GP, general_protection, 0)			\
	X(X86_TRAP_PF, page_fault, 0)				\
	X(X86_TRAP_MF, coprocessor_error, 0)			\
	X(X86_TRAP_AC, alignment_check, 0)			\
	X(X86_TRAP_MC, machine_check, IST_MCE)			\
	X(X86_TRAP_XF, simd_coprocessor_error, 0)		\
	X(X86_TRAP_CP, control_protection, 0)
/* clang-format on */

#define DECLARE_EXCEPTION(vector, name, ist)                                   \
	extern char asm_exc_##name[];                                          \
	void exc_##name(struct pt_regs *regs, unsigned long error_code);
EXCEPTION_LIST(DECLARE_EXCEPTION)
#undef DECLARE_EXCEPTION

extern char asm_exc_reserved[];
void exc_reserved(struct pt_regs *regs, unsigned long error_code);

/* Vector 32 and up: stubs of this many bytes. */
extern char irq_entries_start[];
#define IRQ_ENTRY_SIZE 16

extern char native_iret[];
extern char ret_from_fork[];

bool do_syscall_64(struct pt_regs *regs, long nr);
void exit_to_user_mode_loop(struct pt_regs *regs);
void common_interrupt(struct pt_regs *regs, unsigned long vector);
struct pt_regs *fixup_bad_iret(struct pt_regs *regs, unsigned long error_code);
struct pt_regs *move_regs_to_task_stack(const struct pt_regs *regs);
struct task_struct *switch_stack(struct task_struct *prev,
				 unsigned long *prev_sp, unsigned long next_sp);

/* Remember an exception of user mode for the signal frame. */
void save_trap(unsigned int trap_nr, unsigned long error_code);

#endif /* KILBURN_ASM_TRAPS_H */
