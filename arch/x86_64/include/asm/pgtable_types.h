/* SPDX-License-Identifier: MIT */
/*
 * asm/pgtable_types.h - the bits of a page-table entry, and a type per level.
 *
 *	 63  62..52  51 ................ 12  11 10 9 8 7  6 5 4   3   2 1 0
 *	|NX |  -   | page frame number     |  -  -|S|G|PAT|D|A|PCD|PWT|U|W|P|
 *
 * S is a software bit: _PAGE_SPECIAL, "no struct page here".
 *
 * An entry that is PROT_NONE keeps its frame but must fault in hardware: P is
 * clear and G, which means nothing without P, says that there is a frame.
 *
 * In Linux: arch/x86/include/asm/pgtable_types.h.
 */
#ifndef KILBURN_ASM_PGTABLE_TYPES_H
#define KILBURN_ASM_PGTABLE_TYPES_H

#include <asm/page.h>

/* clang-format off */
#define _PAGE_PRESENT	(ASM_UL(1) << 0)
#define _PAGE_RW	(ASM_UL(1) << 1)
#define _PAGE_USER	(ASM_UL(1) << 2)
#define _PAGE_PWT	(ASM_UL(1) << 3)
#define _PAGE_PCD	(ASM_UL(1) << 4)
#define _PAGE_ACCESSED	(ASM_UL(1) << 5)
#define _PAGE_DIRTY	(ASM_UL(1) << 6)
#define _PAGE_PAT	(ASM_UL(1) << 7)	/* in a 4 KiB entry */
#define _PAGE_PSE	(ASM_UL(1) << 7)	/* in a pmd or pud: a leaf */
#define _PAGE_GLOBAL	(ASM_UL(1) << 8)
#define _PAGE_PROTNONE	_PAGE_GLOBAL		/* when P is clear */
#define _PAGE_SPECIAL	(ASM_UL(1) << 9)
#define _PAGE_PAT_LARGE	(ASM_UL(1) << 12)	/* in a large leaf */
#define _PAGE_NX	(ASM_UL(1) << 63)
/* clang-format on */

/* Which page attribute (PAT entry) an entry selects. */
#define _PAGE_CACHE_MASK (_PAGE_PAT | _PAGE_PCD | _PAGE_PWT)

/* Our PAT, the same as Linux's: entries 0 to 3 are WB, WC, UC-, UC. */
#define _PAGE_CACHE_MODE_WB       0
#define _PAGE_CACHE_MODE_WC       _PAGE_PWT
#define _PAGE_CACHE_MODE_UC_MINUS _PAGE_PCD
#define _PAGE_CACHE_MODE_UC       (_PAGE_PCD | _PAGE_PWT)

/* What an entry that points to another table carries. */
#define _PAGE_TABLE                                                            \
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
#define _KERNPG_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)

#define __PAGE_KERNEL_EXEC                                                     \
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_GLOBAL)
#define __PAGE_KERNEL    (__PAGE_KERNEL_EXEC | _PAGE_NX)
#define __PAGE_KERNEL_RO (__PAGE_KERNEL & ~(_PAGE_RW | _PAGE_DIRTY))
#define __PAGE_KERNEL_RX (__PAGE_KERNEL_EXEC & ~(_PAGE_RW | _PAGE_DIRTY))

#ifndef __ASSEMBLER__

#include "kernel/lib/types.h"

/* 40 bits of frame number: physical addresses have at most 52 bits. */
#define PTE_PFN_MASK   0x000ffffffffff000UL
#define PTE_FLAGS_MASK (~PTE_PFN_MASK)

typedef struct {
	u64 pgprot;
} pgprot_t;

typedef struct {
	u64 pte;
} pte_t;

typedef struct {
	u64 pmd;
} pmd_t;

typedef struct {
	u64 pud;
} pud_t;

typedef struct {
	u64 pgd;
} pgd_t;

#define __pgprot(x) ((pgprot_t){ (x) })
#define __pte(x)    ((pte_t){ (x) })
#define __pmd(x)    ((pmd_t){ (x) })
#define __pud(x)    ((pud_t){ (x) })
#define __pgd(x)    ((pgd_t){ (x) })

static inline u64 pgprot_val(pgprot_t prot)
{
	return prot.pgprot;
}

static inline u64 pte_val(pte_t pte)
{
	return pte.pte;
}

static inline u64 pmd_val(pmd_t pmd)
{
	return pmd.pmd;
}

static inline u64 pud_val(pud_t pud)
{
	return pud.pud;
}

static inline u64 pgd_val(pgd_t pgd)
{
	return pgd.pgd;
}

static inline u64 pte_flags(pte_t pte)
{
	return pte_val(pte) & PTE_FLAGS_MASK;
}

#define __PAGE_USER_BASE (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)

#define PAGE_NONE          __pgprot(_PAGE_PROTNONE | _PAGE_ACCESSED)
#define PAGE_READONLY      __pgprot(__PAGE_USER_BASE | _PAGE_NX)
#define PAGE_READONLY_EXEC __pgprot(__PAGE_USER_BASE)
#define PAGE_COPY          PAGE_READONLY
#define PAGE_COPY_EXEC     PAGE_READONLY_EXEC
#define PAGE_SHARED        __pgprot(__PAGE_USER_BASE | _PAGE_RW | _PAGE_NX)
#define PAGE_SHARED_EXEC   __pgprot(__PAGE_USER_BASE | _PAGE_RW)

#define PAGE_KERNEL         __pgprot(__PAGE_KERNEL)
#define PAGE_KERNEL_RO      __pgprot(__PAGE_KERNEL_RO)
#define PAGE_KERNEL_ROX     __pgprot(__PAGE_KERNEL_RX)
#define PAGE_KERNEL_EXEC    __pgprot(__PAGE_KERNEL_EXEC)
#define PAGE_KERNEL_NOCACHE __pgprot(__PAGE_KERNEL | _PAGE_CACHE_MODE_UC_MINUS)
#define PAGE_KERNEL_IO      PAGE_KERNEL
#define PAGE_KERNEL_WC      __pgprot(__PAGE_KERNEL | _PAGE_CACHE_MODE_WC)

static inline pgprot_t pgprot_writecombine(pgprot_t prot)
{
	return __pgprot((pgprot_val(prot) & ~_PAGE_CACHE_MASK) |
			_PAGE_CACHE_MODE_WC);
}

static inline pgprot_t pgprot_noncached(pgprot_t prot)
{
	return __pgprot((pgprot_val(prot) & ~_PAGE_CACHE_MASK) |
			_PAGE_CACHE_MODE_UC_MINUS);
}

#endif /* __ASSEMBLER__ */
#endif /* KILBURN_ASM_PGTABLE_TYPES_H */
