/* SPDX-License-Identifier: MIT */
/*
 * asm/memtype.h - cache types, and the bits of an entry that select them.
 *
 * The number of a type is the index of its PAT entry (see asm/pgtable_types.h),
 * so PWT and PCD are its two bits.
 *
 * In Linux: arch/x86/include/asm/pgtable_types.h (enum page_cache_mode).
 */
#ifndef KILBURN_ASM_MEMTYPE_H
#define KILBURN_ASM_MEMTYPE_H

#include <asm/pgtable_types.h>

enum page_cache_mode {
	PAGE_CACHE_MODE_WB,       /* write-back: RAM */
	PAGE_CACHE_MODE_WC,       /* write-combining: framebuffers */
	PAGE_CACHE_MODE_UC_MINUS, /* uncached, unless an MTRR says WC */
	PAGE_CACHE_MODE_UC,       /* uncached */
	NR_PAGE_CACHE_MODES,
};

static inline enum page_cache_mode pgprot2cachemode(pgprot_t prot)
{
	return (pgprot_val(prot) & _PAGE_CACHE_MODE_UC) / _PAGE_PWT;
}

/* @prot with another cache type. */
static inline pgprot_t pgprot_set_cachemode(pgprot_t prot,
					    enum page_cache_mode mode)
{
	return __pgprot((pgprot_val(prot) & ~_PAGE_CACHE_MASK) |
			mode * _PAGE_PWT);
}

#endif /* KILBURN_ASM_MEMTYPE_H */
