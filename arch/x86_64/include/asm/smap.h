/* SPDX-License-Identifier: MIT */
/*
 * asm/smap.h - open and close the door to user memory.
 *
 * With SMAP the kernel faults on user memory unless RFLAGS.AC is set.  A CPU
 * without it does not know STAC and CLAC, so the image has a NOP of the same
 * length at each place and boot writes the instruction over it.
 *
 * In Linux: arch/x86/include/asm/smap.h.
 */
#ifndef KILBURN_ASM_SMAP_H
#define KILBURN_ASM_SMAP_H

/* clang-format off */
#ifdef __ASSEMBLER__

/* The second byte tells them apart: 0xca CLAC, 0xcb STAC. */
#define SMAP_SITE(modrm)		\
	771: .byte 0x0f, 0x1f, 0x00;	\
	.pushsection .smap_sites, "a";	\
	.balign 4;			\
	.long 771b - .;			\
	.long modrm;			\
	.popsection
#define ASM_CLAC SMAP_SITE(0xca)
#define ASM_STAC SMAP_SITE(0xcb)

#else

#define SMAP_SITE(modrm)			\
	"771: .byte 0x0f, 0x1f, 0x00\n"		\
	".pushsection .smap_sites, \"a\"\n"	\
	".balign 4\n"				\
	".long 771b - .\n"			\
	".long " modrm "\n"			\
	".popsection\n"
#define ASM_CLAC SMAP_SITE("0xca")
#define ASM_STAC SMAP_SITE("0xcb")

static inline void clac(void)
{
	__asm__ volatile(ASM_CLAC ::: "memory", "cc");
}

static inline void stac(void)
{
	__asm__ volatile(ASM_STAC ::: "memory", "cc");
}

/* Boot: write the instructions if the CPU has SMAP. */
void smap_patch_sites(void);

#endif
/* clang-format on */
#endif /* KILBURN_ASM_SMAP_H */
