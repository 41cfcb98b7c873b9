/* SPDX-License-Identifier: MIT */
/*
 * kernel/kallsyms.c - names for addresses in the kernel's code.
 *
 * The build links the kernel twice: the second time with these tables, which
 * it made from the symbols of the first.  They are sorted by address:
 *
 *	kallsyms_num		how many
 *	kallsyms_offsets[i]	address of symbol i, from _text
 *	kallsyms_name_offsets[i]	where its name is in
 *	kallsyms_names		strings, each ended by a zero byte
 *
 * They are weak, so that the first link works without them.
 *
 * In Linux: kernel/kallsyms.c.
 */
#include <asm/sections.h>
#include "kernel/compiler.h"
#include "kernel/kallsyms.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

extern const u64 kallsyms_num __weak;
extern const u32 kallsyms_offsets[] __weak;
extern const u32 kallsyms_name_offsets[] __weak;
extern const char kallsyms_names[] __weak;

/* The pointer goes through a register: the compiler must not assume it set. */
static u64 nr_symbols(void)
{
	const u64 *num = &kallsyms_num;

	__asm__("" : "+r"(num));
	return num ? *num : 0;
}

static const char *name_of(u64 i)
{
	return kallsyms_names + kallsyms_name_offsets[i];
}

const char *symbol_name(unsigned long addr, unsigned long *offset)
{
	u64 low = 0, high = nr_symbols();
	u64 wanted = addr - (unsigned long)_text;

	if (!is_kernel_text(addr) || !high || kallsyms_offsets[0] > wanted)
		return NULL;
	/* The last symbol that is not above it: in [low, high). */
	while (high - low > 1) {
		u64 mid = low + (high - low) / 2;

		if (kallsyms_offsets[mid] <= wanted)
			low = mid;
		else
			high = mid;
	}
	*offset = wanted - kallsyms_offsets[low];
	return name_of(low);
}

unsigned long kallsyms_lookup_name(const char *name)
{
	u64 num = nr_symbols();

	for (u64 i = 0; i < num; i++) {
		if (!strcmp(name_of(i), name))
			return (unsigned long)_text + kallsyms_offsets[i];
	}
	return 0;
}
