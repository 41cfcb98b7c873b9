/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/uaccess.S - copy to and from user memory.
 *
 * By words, then the rest by bytes.  If a word faults, the bytes in front of
 * the bad page are still copied, so that the count is exact.  STAC and CLAC
 * are the caller's.
 */
#include <asm/extable.h>

	.text

/* rdi: to, rsi: from, rdx: bytes.  rax: bytes not copied. */
	.globl copy_user_generic
	.type copy_user_generic, @function
	.balign 16
copy_user_generic:
	movq	%rdx, %rcx
	shrq	$3, %rcx
	andl	$7, %edx
1:	rep movsq
	movl	%edx, %ecx
2:	rep movsb
	xorl	%eax, %eax
	ret
3:	leaq	(%rdx, %rcx, 8), %rcx	/* what is left, in bytes */
4:	rep movsb
5:	movq	%rcx, %rax
	ret
	_ASM_EXTABLE(1b, 3b)
	_ASM_EXTABLE(2b, 5b)
	_ASM_EXTABLE(4b, 5b)
	.size copy_user_generic, . - copy_user_generic

/* rdi: to, rsi: bytes.  rax: bytes not cleared. */
	.globl clear_user_generic
	.type clear_user_generic, @function
	.balign 16
clear_user_generic:
	xorl	%eax, %eax
	movq	%rsi, %rcx
	shrq	$3, %rcx
	andl	$7, %esi
1:	rep stosq
	movl	%esi, %ecx
2:	rep stosb
	ret
3:	leaq	(%rsi, %rcx, 8), %rcx
4:	rep stosb
5:	movq	%rcx, %rax
	ret
	_ASM_EXTABLE(1b, 3b)
	_ASM_EXTABLE(2b, 5b)
	_ASM_EXTABLE(4b, 5b)
	.size clear_user_generic, . - clear_user_generic

	.section .note.GNU-stack, "", @progbits
