/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/extable.c - the table of instructions that may fault, and the
 * other places that boot edits before the image becomes read-only.
 *
 * In Linux: arch/x86/mm/extable.c, kernel/extable.c, lib/extable.c.
 */
#include <asm/extable.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/smap.h>
#include "kernel/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"

extern struct exception_table_entry __start___ex_table[], __stop___ex_table[];

static unsigned long entry_insn(const struct exception_table_entry *e)
{
	return (unsigned long)&e->insn + (unsigned long)(long)e->insn;
}

static unsigned long entry_fixup(const struct exception_table_entry *e)
{
	return (unsigned long)&e->fixup + (unsigned long)(long)e->fixup;
}

/* Distances are from the entry itself: a move must correct them. */
static void __init swap_entries(struct exception_table_entry *a,
				struct exception_table_entry *b)
{
	struct exception_table_entry tmp = *a;
	int delta = (int)((char *)b - (char *)a);

	a->insn = b->insn + delta;
	a->fixup = b->fixup + delta;
	a->type = b->type;
	b->insn = tmp.insn - delta;
	b->fixup = tmp.fixup - delta;
	b->type = tmp.type;
}

/*
 * The linker keeps the order of the files and the table is nearly in order
 * already, so insertion sort has little to do.
 */
void __init sort_main_extable(void)
{
	struct exception_table_entry *e, *at;

	for (e = __start___ex_table + 1; e < __stop___ex_table; e++) {
		for (at = e; at > __start___ex_table &&
			     entry_insn(at - 1) > entry_insn(at);
		     at--)
			swap_entries(at - 1, at);
	}
}

static const struct exception_table_entry *search_extable(unsigned long addr)
{
	const struct exception_table_entry *lo = __start___ex_table;
	const struct exception_table_entry *hi = __stop___ex_table;

	while (lo < hi) {
		const struct exception_table_entry *mid = lo + (hi - lo) / 2;

		if (entry_insn(mid) == addr)
			return mid;
		if (entry_insn(mid) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

bool has_fixup(unsigned long ip)
{
	return search_extable(ip) != NULL;
}

bool fixup_exception(struct pt_regs *regs)
{
	const struct exception_table_entry *e = search_extable(regs->ip);

	if (!e)
		return false;
	if (e->type == EX_TYPE_UACCESS) {
		regs->ax = (unsigned long)-EFAULT;
		regs->dx = 0;
	}
	regs->ip = entry_fixup(e);
	return true;
}

/* ---- STAC and CLAC ------------------------------------------------------ */

/* One 3-byte NOP that becomes 0f 01 @modrm. */
struct smap_site {
	s32 insn; /* distance from this field */
	u32 modrm;
};

extern const struct smap_site __start_smap_sites[], __stop_smap_sites[];

void __init smap_patch_sites(void)
{
	const struct smap_site *site;

	if (!boot_cpu.smap)
		return;
	for (site = __start_smap_sites; site < __stop_smap_sites; site++) {
		u8 *insn = (u8 *)&site->insn + site->insn;

		insn[1] = 0x01;
		insn[2] = (u8)site->modrm;
	}
}
