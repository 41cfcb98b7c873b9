/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/entry.S - every way into the kernel and back.
 *
 *	SYSCALL			entry_SYSCALL_64
 *	exceptions 0..31	asm_exc_*; some on stacks of their own (IST)
 *	interrupts 32..255	irq_entries_start
 *	first run of a task	ret_from_fork
 *
 * All of them build a struct pt_regs on the kernel stack and call C with a
 * pointer to it.  In 64-bit mode:
 *
 *	rsp ->	r15 r14 r13 r12 bp bx	saved by entry
 *		r11 r10 r9 r8 ax cx dx si di
 *		orig_ax			system call, error code or vector
 *		ip cs flags sp ss	pushed by the CPU
 *
 * GS.  In the kernel the GS base leads to this CPU's variables; a program has
 * its own value.  SWAPGS exchanges them, once on the way in and once on the
 * way out.  An entry knows from the saved CS whether it must.  Only an
 * exception with a stack of its own (NMI, debug, machine check, double fault)
 * may hit between the entry and the SWAPGS, where CS says kernel and GS is the
 * program's; it asks nobody and sets GS from the number of the CPU.
 *
 * In Linux: arch/x86/entry/entry_64.S, calling.h.
 */
#include <asm/extable.h>
#include <asm/msr.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <asm/smap.h>
#include <asm/thread_flags.h>

	.text

	.macro PUSH_REGS ax=%rax
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	\ax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	.endm

	.macro POP_REGS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	.endm

	.macro FUNC name
	.globl \name
	.type \name, @function
	.balign 16
\name:
	.endm

	.macro END name
	.size \name, . - \name
	.endm

/* ---- system calls ------------------------------------------------------- */

/*
 * The CPU has put the return address into rcx, the flags into r11, and masked
 * the flags; it has changed neither stack nor GS.  do_syscall_64() says
 * whether the registers can be restored by SYSRET.
 */
FUNC entry_SYSCALL_64
	swapgs
	movq	%rsp, %gs:cpu_user_sp(%rip)
	movq	%gs:cpu_current_top_of_stack(%rip), %rsp
	pushq	$__USER_DS
	pushq	%gs:cpu_user_sp(%rip)
	pushq	%r11
	pushq	$__USER_CS
	pushq	%rcx
	pushq	%rax
	PUSH_REGS ax=$-38			/* -ENOSYS */
	xorl	%ebp, %ebp			/* backtraces end here */
	movq	%rsp, %rdi
	movslq	%eax, %rsi
	call	do_syscall_64
	testb	%al, %al
	jz	restore_to_user

	POP_REGS				/* rcx = ip, r11 = flags */
	movq	PT_SP - PT_ORIG_AX(%rsp), %rsp
	swapgs
	sysretq
END entry_SYSCALL_64

/*
 * From a 32-bit code segment, which a program can get into by a far jump: AMD
 * CPUs come here.  There are no 32-bit system calls.
 */
FUNC entry_SYSCALL_compat
	movl	$-38, %eax			/* -ENOSYS */
	sysretl
END entry_SYSCALL_compat

/* ---- back to user mode, by IRET ----------------------------------------- */

/* From an exception or an interrupt: is there work to do first? */
	.balign 16
return_to_user:
	cli
	movq	%gs:current_task(%rip), %rax
	testl	$TIF_WORK_MASK_ASM, (%rax)
	jz	restore_to_user
	movq	%rsp, %rdi
	call	exit_to_user_mode_loop

restore_to_user:
	POP_REGS
	addq	$8, %rsp
	swapgs
	.globl native_iret
native_iret:
	iretq

/* ---- back to the kernel ------------------------------------------------- */

restore_to_kernel:
	POP_REGS
	addq	$8, %rsp
	iretq

/* ---- exceptions on the task's stack ------------------------------------- */

/*
 * C handler: void cfunc(struct pt_regs *regs, unsigned long error_code).
 * Interrupts are off.  orig_ax becomes -1: not a system call.
 */
	.macro idtentry name cfunc has_error_code
FUNC \name
	ASM_CLAC
	cld
	.if !\has_error_code
	pushq	$0
	.endif
	PUSH_REGS
	movq	%rsp, %rdi
	movq	PT_ORIG_AX(%rsp), %rsi
	movq	$-1, PT_ORIG_AX(%rsp)
	testb	$3, PT_CS(%rsp)
	jz	1f
	swapgs
	xorl	%ebp, %ebp
	call	\cfunc
	jmp	return_to_user
1:	leaq	native_iret(%rip), %rax
	cmpq	%rax, PT_IP(%rsp)
	je	bad_iret
	call	\cfunc
	jmp	restore_to_kernel
END \name
	.endm

/*
 * IRET itself faulted: the registers it was to load were bad.  The program's
 * registers are loaded already, and GS is the program's.  Make it look as if
 * the program had faulted where it was to continue.
 */
bad_iret:
	swapgs
	call	fixup_bad_iret		/* rdi, rsi as for the handler */
	movq	%rax, %rsp
	xorl	%ebp, %ebp
	jmp	return_to_user

	idtentry asm_exc_divide_error		exc_divide_error 0
	idtentry asm_exc_int3			exc_int3 0
	idtentry asm_exc_overflow		exc_overflow 0
	idtentry asm_exc_bounds			exc_bounds 0
	idtentry asm_exc_invalid_op		exc_invalid_op 0
	idtentry asm_exc_device_not_available	exc_device_not_available 0
	idtentry asm_exc_coproc_segment_overrun	exc_coproc_segment_overrun 0
	idtentry asm_exc_invalid_tss		exc_invalid_tss 1
	idtentry asm_exc_segment_not_present	exc_segment_not_present 1
	idtentry asm_exc_stack_segment		exc_stack_segment 1
	idtentry asm_exc_general_protection	exc_general_protection 1
	idtentry asm_exc_page_fault		exc_page_fault 1
	idtentry asm_exc_coprocessor_error	exc_coprocessor_error 0
	idtentry asm_exc_alignment_check	exc_alignment_check 1
	idtentry asm_exc_simd_coprocessor_error	exc_simd_coprocessor_error 0
	idtentry asm_exc_reserved		exc_reserved 0
	idtentry asm_exc_control_protection	exc_control_protection 1

/* ---- exceptions on stacks of their own ---------------------------------- */

/*
 * Make GS the kernel's whatever it is, and keep the old one in rbx, which C
 * preserves.  rsi stays: it holds the error code.  LSL finds the number of the CPU without GS.
 */
	.balign 16
paranoid_entry:
	movl	$__CPUNODE_SEG, %eax
	lsll	%eax, %eax
	movq	__per_cpu_offset(, %rax, 8), %rax
	cmpb	$0, cpu_has_fsgsbase(%rip)
	je	1f
	rdgsbase %rbx
	wrgsbase %rax
	ret
1:	movq	%rax, %r12
	movl	$MSR_GS_BASE, %ecx
	rdmsr
	movl	%edx, %ebx
	shlq	$32, %rbx
	orq	%rax, %rbx
	movq	%r12, %rax
	movq	%r12, %rdx
	shrq	$32, %rdx
	wrmsr
	ret

paranoid_exit:
	cmpb	$0, cpu_has_fsgsbase(%rip)
	je	1f
	wrgsbase %rbx
	jmp	restore_to_kernel
1:	movl	$MSR_GS_BASE, %ecx
	movq	%rbx, %rax
	movq	%rbx, %rdx
	shrq	$32, %rdx
	wrmsr
	jmp	restore_to_kernel

/*
 * From user mode GS is known, and the handler may want to send a signal, which
 * must be done on the task's stack: the registers are moved there first.
 */
	.macro idtentry_ist name cfunc has_error_code
FUNC \name
	ASM_CLAC
	cld
	.if !\has_error_code
	pushq	$0
	.endif
	PUSH_REGS
	movq	PT_ORIG_AX(%rsp), %rsi
	movq	$-1, PT_ORIG_AX(%rsp)
	testb	$3, PT_CS(%rsp)
	jnz	1f
	call	paranoid_entry
	movq	%rsp, %rdi
	call	\cfunc
	jmp	paranoid_exit
1:	swapgs
	movq	%rsp, %rdi
	movq	%rsi, %r12
	call	move_regs_to_task_stack
	movq	%rax, %rsp
	movq	%rax, %rdi
	movq	%r12, %rsi
	xorl	%ebp, %ebp
	call	\cfunc
	jmp	return_to_user
END \name
	.endm

	idtentry_ist asm_exc_debug		exc_debug 0
	idtentry_ist asm_exc_nmi		exc_nmi 0
	idtentry_ist asm_exc_double_fault	exc_double_fault 1
	idtentry_ist asm_exc_machine_check	exc_machine_check 0

/* ---- interrupts --------------------------------------------------------- */

/* 224 stubs of 16 bytes: each pushes its vector. */
	.globl irq_entries_start
	.balign 16
irq_entries_start:
	vector = 32
	.rept 224
	.balign 16
	pushq	$vector
	jmp	asm_common_interrupt
	vector = vector + 1
	.endr

FUNC asm_common_interrupt
	ASM_CLAC
	cld
	PUSH_REGS
	movq	%rsp, %rdi
	movq	PT_ORIG_AX(%rsp), %rsi
	movq	$-1, PT_ORIG_AX(%rsp)
	testb	$3, PT_CS(%rsp)
	jz	1f
	swapgs
	xorl	%ebp, %ebp
	call	common_interrupt
	jmp	return_to_user
1:	call	common_interrupt
	jmp	restore_to_kernel
END asm_common_interrupt

/* ---- tasks -------------------------------------------------------------- */

/*
 * struct task_struct *switch_stack(struct task_struct *prev,
 *				    unsigned long *prev_sp,
 *				    unsigned long next_sp)
 *
 * Goes in as one task and comes out as another, which called this some time
 * ago; rax tells it who ran before.
 */
FUNC switch_stack
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rsi)
	movq	%rdx, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	movq	%rdi, %rax
	ret
END switch_stack

/*
 * Where switch_stack() returns to in a new task.  rbx: what a kernel thread
 * runs, or 0; r12: its argument.
 */
FUNC ret_from_fork
	movq	%rax, %rdi
	call	schedule_tail
	testq	%rbx, %rbx
	jnz	1f
	jmp	return_to_user
1:	movq	%r12, %rdi
	call	*%rbx
	movq	$0, PT_AX(%rsp)		/* it has become a program */
	jmp	return_to_user
END ret_from_fork

	.section .note.GNU-stack, "", @progbits
