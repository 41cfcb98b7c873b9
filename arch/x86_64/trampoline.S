/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/trampoline.S - the first instructions of every CPU but the
 * first.
 *
 * smp.c copies this to a page below 1 MiB, where the CPU starts in 16-bit mode
 * with cs = page >> 4 and ip = 0.  It goes to 32-bit and on to 64-bit mode with
 * the tables that smp.c prepared (the kernel's, and this page mapped at its
 * physical address), and calls C.  Where the page is, is only known at run
 * time: ebx holds it, and the far pointers are corrected by it.
 */
#include <asm/msr.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/trampoline.h>

#define AT(sym) ((sym) - trampoline_start)

	.section .rodata, "a"
	.balign 4096
	.globl trampoline_start
trampoline_start:
	.code16
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	movzwl	%ax, %ebx
	shll	$4, %ebx

	addl	%ebx, AT(tr_gdt_pointer) + 2
	addl	%ebx, AT(tr_far32)
	addl	%ebx, AT(tr_far64)
	lgdtl	AT(tr_gdt_pointer)
	movl	$(X86_CR0_PE | X86_CR0_ET), %eax
	movl	%eax, %cr0
	ljmpl	*AT(tr_far32)

	.code32
tr_start32:
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$(X86_CR4_PAE | X86_CR4_PGE), %eax
	movl	%eax, %cr4
	movl	TRAMPOLINE_CR3(%ebx), %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_LME | EFER_NX), %eax
	wrmsr
	movl	$CR0_STATE, %eax
	movl	%eax, %cr0
	ljmpl	*AT(tr_far64)(%ebx)

	.code64
tr_start64:
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	movq	TRAMPOLINE_STACK(%rbx), %rsp
	movl	TRAMPOLINE_CPU(%rbx), %edi
	xorl	%ebp, %ebp
	callq	*TRAMPOLINE_ENTRY(%rbx)

	.balign 8
tr_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* 0x08: 32-bit code */
	.quad	0x00af9b000000ffff	/* 0x10: __KERNEL_CS */
	.quad	0x00cf93000000ffff	/* 0x18: __KERNEL_DS */
tr_gdt_end:
tr_gdt_pointer:
	.short	tr_gdt_end - tr_gdt - 1
	.long	AT(tr_gdt)
	.balign 4
tr_far32:
	.long	AT(tr_start32)
	.short	0x08
	.balign 4
tr_far64:
	.long	AT(tr_start64)
	.short	__KERNEL_CS

	.globl trampoline_end
trampoline_end:

	.section .note.GNU-stack, "", @progbits
