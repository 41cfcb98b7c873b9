/* SPDX-License-Identifier: MIT */
/*
 * boot/header.S - from the boot loader to 64-bit C.
 *
 * Two ways in, both in 32-bit protected mode without paging:
 *
 *	PVH (qemu -kernel)	pvh_entry, named by an ELF note; ebx points to
 *				struct hvm_start_info
 *	multiboot2 (GRUB)	multiboot2_entry, the ELF entry point; ebx
 *				points to the list of tags
 *
 * The code is linked at its high address and runs at its low one until paging
 * is on, so it names everything as PHYS(symbol).
 *
 * The early tables map the first 4 GiB three times, in 2 MiB pages:
 *
 *	pgd[0]	 identity	for this code and the loader's tables
 *	pgd[273] PAGE_OFFSET	so that __va() works from the start
 *	pgd[511] KERNEL_BASE	(the first GiB) the kernel itself
 *
 * boot/setup.c replaces them by the final ones.
 */
#include <asm/boot_regs.h>
#include <asm/msr.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>

#define PHYS(sym) ((sym) - KERNEL_BASE)

#define MULTIBOOT2_HEADER_MAGIC	    0xe85250d6
#define MULTIBOOT2_BOOTLOADER_MAGIC 0x36d76289
#define XEN_ELFNOTE_PHYS32_ENTRY    18

/* struct hvm_start_info and hvm_modlist_entry: see boot/pvh.c */
#define HVM_START_MAGIC	   0x336ec578
#define HVM_NR_MODULES	   12
#define HVM_MODLIST_PADDR  16
#define HVM_MODULE_PADDR   0
#define HVM_MODULE_SIZE	   8

#define SERIAL_DATA	0x3f8
#define SERIAL_LSR	0x3fd
#define DEBUG_PORT	0xe9
#define DEBUG_EXIT_PORT 0xf4
#define FAIL_EXIT_CODE	62 /* as boot_fail() */

#define RAM_PROBE 0x6b696c62 /* neither of the values of a missing byte */

	.section .head.text, "ax"
	.code32

	.balign 8
multiboot2_header:
	.long MULTIBOOT2_HEADER_MAGIC
	.long 0			/* i386, protected mode */
	.long multiboot2_header_end - multiboot2_header
	.long -(MULTIBOOT2_HEADER_MAGIC + (multiboot2_header_end - multiboot2_header))

	/* Information request, optional: 6 memory map, 8 framebuffer, RSDP. */
	.balign 8
	.short 1, 1
	.long 24
	.long 6, 8, 14, 15

	/* Framebuffer, optional: 1024 x 768 x 32. */
	.balign 8
	.short 5, 1
	.long 20
	.long 1024, 768, 32

	/* Modules start on a page. */
	.balign 8
	.short 6, 0
	.long 8

	/* The end. */
	.balign 8
	.short 0, 0
	.long 8
multiboot2_header_end:

	.globl pvh_entry
pvh_entry:
	movl	$BOOT_REG_PVH, %ebp

	/*
	 * QEMU puts the initrd at the end of RAM, and over us where RAM is
	 * small.  What it left of us is perhaps no more than this page, which
	 * begins the image, so the sentence and all it needs are here.
	 */
	cmpl	$HVM_START_MAGIC, (%ebx)
	jne	start32		/* pvh_parse() says so */
	cmpl	$0, HVM_NR_MODULES(%ebx)
	je	start32
	movl	HVM_MODLIST_PADDR(%ebx), %ecx
	movl	HVM_MODULE_PADDR(%ecx), %eax
	cmpl	$PHYS(_end), %eax
	jae	start32
	addl	HVM_MODULE_SIZE(%ecx), %eax
	movl	$PHYS(msg_initrd), %esi
	cmpl	$PHYS(_text), %eax
	ja	fail32
	jmp	start32

	.globl multiboot2_entry
multiboot2_entry:
	movl	$PHYS(msg_loader), %esi
	cmpl	$MULTIBOOT2_BOOTLOADER_MAGIC, %eax
	jne	fail32
	movl	$BOOT_REG_MULTIBOOT2, %ebp

start32:
	cli
	cld

	/* The image's end, which is bss and zero, may lie beyond RAM's. */
	movl	$PHYS(msg_ram), %esi
	movl	$RAM_PROBE, PHYS(_end) - 4
	cmpl	$RAM_PROBE, PHYS(_end) - 4
	jne	fail32
	movl	$0, PHYS(_end) - 4

	movl	$PHYS(init_stack) + THREAD_SIZE_ASM, %esp
	movl	%ebx, %edi		/* CPUID takes ebx away */

	/* Does the CPU have long mode, and no-execute? */
	movl	$0x80000000, %eax
	cpuid
	movl	$PHYS(msg_long_mode), %esi
	cmpl	$0x80000001, %eax
	jb	fail32
	movl	$0x80000001, %eax
	cpuid
	btl	$29, %edx
	jnc	fail32
	movl	$PHYS(msg_nx), %esi
	btl	$20, %edx
	jnc	fail32

	call	build_early_tables

	movl	$(X86_CR4_PAE | X86_CR4_PGE), %eax
	movl	%eax, %cr4
	movl	$PHYS(early_pgd), %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_LME | EFER_NX), %eax
	wrmsr
	movl	$CR0_STATE, %eax
	movl	%eax, %cr0		/* paging, and with it long mode */

	lgdt	PHYS(boot_gdt_pointer)
	ljmp	$__KERNEL_CS, $PHYS(start64_low)

/*
 * Fill early_pmd with 2048 entries of 2 MiB and hook it in three times.
 * Changes eax, ebx, ecx, edx.
 */
build_early_tables:
	movl	$(__PAGE_KERNEL_EXEC | _PAGE_PSE) & ~_PAGE_GLOBAL, %eax
	movl	$PHYS(early_pmd), %ebx
	movl	$2048, %ecx
1:	movl	%eax, (%ebx)
	movl	$0, 4(%ebx)
	addl	$8, %ebx
	addl	$0x200000, %eax
	loop	1b

	movl	$(PHYS(early_pmd) + _KERNPG_TABLE), %eax
	movl	%eax, PHYS(early_pud_high) + 510 * 8
	movl	$PHYS(early_pud_low), %ebx
	movl	$4, %ecx
1:	movl	%eax, (%ebx)
	addl	$8, %ebx
	addl	$0x1000, %eax
	loop	1b

	movl	$(PHYS(early_pud_low) + _KERNPG_TABLE), %eax
	movl	%eax, PHYS(early_pgd)
	movl	%eax, PHYS(early_pgd) + 273 * 8
	movl	$(PHYS(early_pud_high) + _KERNPG_TABLE), %eax
	movl	%eax, PHYS(early_pgd) + 511 * 8
	ret

/*
 * Print the sentence at esi on the serial line and port 0xe9, and stop.  There
 * may be no RAM for a stack.
 */
fail32:
	cld
	lodsb
	testb	%al, %al
	jz	3f
	outb	%al, $DEBUG_PORT
	movb	%al, %ah
	movw	$SERIAL_LSR, %dx
	movl	$100000, %ecx
1:	inb	%dx, %al
	testb	$0x20, %al
	jnz	2f
	loop	1b
2:	movb	%ah, %al
	movw	$SERIAL_DATA, %dx
	outb	%al, %dx
	jmp	fail32
3:	movl	$FAIL_EXIT_CODE, %eax
	outl	%eax, $DEBUG_EXIT_PORT
4:	cli
	hlt
	jmp	4b

msg_initrd:
	.asciz	"Kilburn: the initramfs lies over the kernel: there is too little RAM for both.\n"
msg_ram:
	.asciz	"Kilburn: there is too little RAM even for the kernel's image.\n"

	.code64
start64_low:
	movabsq	$start64, %rax
	jmp	*%rax

start64:
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs

	/* CPU 0's per-CPU variables are the section itself: distance 0. */
	movl	$MSR_GS_BASE, %ecx
	xorl	%edx, %edx
	wrmsr

	movq	$init_stack + THREAD_SIZE_ASM, %rsp
	movl	%edi, %esi		/* what the loader left us */
	movl	%ebp, %edi		/* which loader */
	xorl	%ebp, %ebp		/* backtraces end here */
	call	x86_64_start
1:	cli
	hlt
	jmp	1b

	.section .init.data, "aw"
msg_loader:
	.asciz	"Kilburn: the boot loader does not speak multiboot2 (GRUB) or PVH (qemu -kernel).\n"
msg_long_mode:
	.asciz	"Kilburn: this CPU has no 64-bit mode.\n"
msg_nx:
	.asciz	"Kilburn: this CPU cannot protect pages from execution (NX).\n"

	.balign 8
boot_gdt:
	.quad	0
	.quad	0
	.quad	0x00af9b000000ffff	/* 0x10: kernel code, 64 bit */
	.quad	0x00cf93000000ffff	/* 0x18: kernel data */
boot_gdt_end:
boot_gdt_pointer:
	.short	boot_gdt_end - boot_gdt - 1
	.quad	PHYS(boot_gdt)

	.balign 4096
early_pgd:
	.fill	4096, 1, 0
early_pud_low:
	.fill	4096, 1, 0
early_pud_high:
	.fill	4096, 1, 0
early_pmd:
	.fill	4 * 4096, 1, 0

	.section .note.Xen, "a", @note
	.balign 4
	.long	2f - 1f
	.long	4f - 3f
	.long	XEN_ELFNOTE_PHYS32_ENTRY
1:	.asciz	"Xen"
2:	.balign 4
3:	.quad	PHYS(pvh_entry)
4:	.balign 4

	.section .note.GNU-stack, "", @progbits
