/* SPDX-License-Identifier: MIT */
/*
 * mm/audit.h - what the files audit*.c share; nobody else includes it.
 *
 * mm/audit.c has the theory.
 */
#ifndef KILBURN_MM_AUDIT_H
#define KILBURN_MM_AUDIT_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"
#include "mm/mm_types.h"
#include "mm/page.h"

struct seq_file;

/* The normal entries of a frame: how many, and a sum over where they are. */
struct audit_entries {
	u32 count, places;
};

/* One more, at @addr in @mm. */
static inline void audit_entries_add(struct audit_entries *entries,
				     const struct mm_struct *mm,
				     unsigned long addr)
{
	unsigned long place = (unsigned long)mm ^ addr;

	entries->count++;
	entries->places += (place * 0x9e3779b97f4a7c15UL) >> 32;
}

struct audit {
	struct seq_file *out; /* NULL: the log only */
	bool last_pass;       /* what is found now is reported */
	bool told;            /* a frame's biography has been printed */
	int errors;
	struct audit_entries *entries; /* by pfn: found in the page tables */
};

/* Count a disagreement; in the last pass, report it. */
__printf(2, 3) void disagree(struct audit *audit, const char *fmt, ...);

/* The same about a frame: the first one tells its biography. */
__printf(3, 4) void disagree_frame(struct audit *audit, unsigned long pfn,
				   const char *fmt, ...);

/*
 * audit_rmap.c: U10 for one normal entry (pte lock held), U11 and U12 for one
 * area.  mmap_lock held for write.  U13 for one frame, when all page tables have
 * been scanned; no lock held.
 */
void audit_rmap_entry(struct audit *audit, struct vm_area_struct *vma,
		      unsigned long addr, struct page *page);
void audit_rmap_area(struct audit *audit, struct vm_area_struct *vma);
void audit_rmap_frame(struct audit *audit, unsigned long pfn);

#endif /* KILBURN_MM_AUDIT_H */
