/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/vdso_image.S - the vDSO: one page that is a complete ELF shared
 * object, with the symbols and the version that libcs look for.
 *
 * It is written out by hand, because it is smaller than the rules that would
 * build and embed it.  Its code runs in user mode at any address; the page
 * after it is struct vdso_data.  All is constant: nothing to relocate.
 *
 * In Linux: arch/x86/entry/vdso/vclock_gettime.c, vgetcpu.c.
 */
#include <asm/segment.h>
#include <asm/vdso.h>

#define NR_clock_gettime 228
#define NSEC_PER_SEC	 1000000000

/* Offsets in the file are addresses: it is linked at 0. */
#define OFF(sym) ((sym) - vdso_image)

#define ET_DYN	  3
#define EM_X86_64 62
#define STT_FUNC_GLOBAL 0x12
#define VERSION_HASH_LINUX_2_6 0x3ae75f6
#define VERSION_HASH_SONAME 0xdeebfa1

	.section .rodata, "a"
	.balign 4096
	.globl vdso_image
vdso_image:
	/* ELF header */
	.byte	0x7f, 'E', 'L', 'F', 2, 1, 1, 0
	.quad	0
	.short	ET_DYN, EM_X86_64
	.long	1
	.quad	0
	.quad	OFF(phdrs)
	.quad	0
	.long	0
	.short	64, 56, 2, 64, 0, 0

	.balign 8
phdrs:
	.long	1, 5				/* PT_LOAD, R X */
	.quad	0, 0, 0, 4096, 4096, 4096
	.long	2, 4				/* PT_DYNAMIC, R */
	.quad	OFF(dynamic), OFF(dynamic), OFF(dynamic)
	.quad	dynamic_end - dynamic, dynamic_end - dynamic, 8

	.balign 8
dynamic:
	.quad	4, OFF(hash)			/* DT_HASH */
	.quad	5, OFF(dynstr)			/* DT_STRTAB */
	.quad	6, OFF(dynsym)			/* DT_SYMTAB */
	.quad	10, dynstr_end - dynstr		/* DT_STRSZ */
	.quad	11, 24				/* DT_SYMENT */
	.quad	14, soname - dynstr		/* DT_SONAME */
	.quad	0x6ffffff0, OFF(versym)		/* DT_VERSYM */
	.quad	0x6ffffffc, OFF(verdef)		/* DT_VERDEF */
	.quad	0x6ffffffd, 2			/* DT_VERDEFNUM */
	.quad	0, 0
dynamic_end:

	.macro SYMBOL name
	.long	name_\name - dynstr
	.byte	STT_FUNC_GLOBAL, 0
	.short	1				/* defined, in any section */
	.quad	OFF(\name), end_\name - \name
	.endm

	.balign 8
dynsym:
	.fill	24, 1, 0
	SYMBOL __vdso_clock_gettime
	SYMBOL __vdso_gettimeofday
	SYMBOL __vdso_time
	SYMBOL __vdso_getcpu

	/* One bucket: a list of all symbols, so no hash has to be right. */
hash:
	.long	1, 5
	.long	1
	.long	0, 2, 3, 4, 0

versym:
	.short	0, 2, 2, 2, 2

	.balign 4
verdef:
	.short	1, 1, 1, 1			/* the object itself */
	.long	VERSION_HASH_SONAME, 20, 28
	.long	soname - dynstr, 0
	.short	1, 0, 2, 1			/* LINUX_2.6 */
	.long	VERSION_HASH_LINUX_2_6, 20, 0
	.long	name_version - dynstr, 0

dynstr:
	.byte	0
soname:
	.asciz	"linux-vdso.so.1"
name_version:
	.asciz	"LINUX_2.6"
name___vdso_clock_gettime:
	.asciz	"__vdso_clock_gettime"
name___vdso_gettimeofday:
	.asciz	"__vdso_gettimeofday"
name___vdso_time:
	.asciz	"__vdso_time"
name___vdso_getcpu:
	.asciz	"__vdso_getcpu"
dynstr_end:

/* rax: nanoseconds since boot; rcx: the data page.  Changes rdx. */
	.macro READ_CLOCK
	leaq	vdso_image + 4096(%rip), %rcx
	lfence					/* not before what precedes */
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	subq	VDSO_TSC_BOOT(%rcx), %rax
	mulq	VDSO_TSC_MULT(%rcx)
	shrdq	$32, %rdx, %rax
	.endm

/* int __vdso_clock_gettime(clockid_t edi, struct timespec *rsi) */
	.balign 16
__vdso_clock_gettime:
	/* REALTIME, MONOTONIC, MONOTONIC_RAW, both _COARSE, BOOTTIME */
	movl	$0xf3, %eax
	cmpl	$7, %edi
	ja	2f
	btl	%edi, %eax
	jnc	2f
	READ_CLOCK
	movl	$0x21, %edx			/* REALTIME, its _COARSE */
	btl	%edi, %edx
	jnc	1f
	addq	VDSO_REALTIME_OFFSET(%rcx), %rax
1:	xorl	%edx, %edx
	movl	$NSEC_PER_SEC, %ecx
	divq	%rcx
	movq	%rax, (%rsi)
	movq	%rdx, 8(%rsi)
	xorl	%eax, %eax
	ret
2:	movl	$NR_clock_gettime, %eax
	syscall
	ret
end___vdso_clock_gettime:

/* int __vdso_gettimeofday(struct timeval *rdi, struct timezone *rsi) */
	.balign 16
__vdso_gettimeofday:
	testq	%rdi, %rdi
	jz	1f
	READ_CLOCK
	addq	VDSO_REALTIME_OFFSET(%rcx), %rax
	xorl	%edx, %edx
	movl	$NSEC_PER_SEC, %ecx
	divq	%rcx
	movq	%rax, (%rdi)
	movl	%edx, %eax
	xorl	%edx, %edx
	movl	$1000, %ecx
	divl	%ecx
	movq	%rax, 8(%rdi)
1:	testq	%rsi, %rsi
	jz	2f
	movq	$0, (%rsi)			/* UTC, no summer time */
2:	xorl	%eax, %eax
	ret
end___vdso_gettimeofday:

/* time_t __vdso_time(time_t *rdi) */
	.balign 16
__vdso_time:
	READ_CLOCK
	addq	VDSO_REALTIME_OFFSET(%rcx), %rax
	xorl	%edx, %edx
	movl	$NSEC_PER_SEC, %ecx
	divq	%rcx
	testq	%rdi, %rdi
	jz	1f
	movq	%rax, (%rdi)
1:	ret
end___vdso_time:

/* long __vdso_getcpu(unsigned int *rdi, unsigned int *rsi, void *) */
	.balign 16
__vdso_getcpu:
	movl	$__CPUNODE_SEG, %eax
	lsll	%eax, %eax
	testq	%rdi, %rdi
	jz	1f
	movl	%eax, (%rdi)
1:	testq	%rsi, %rsi
	jz	2f
	movl	$0, (%rsi)			/* the only node */
2:	xorl	%eax, %eax
	ret
end___vdso_getcpu:

	/* The rest of the page, which programs see, is empty. */
	.balign 4096, 0

	.section .note.GNU-stack, "", @progbits
