/* SPDX-License-Identifier: MIT */
/*
 * asm/jump_label.h - the no-op that may become a jump.
 *
 * Both have five bytes: `nopl 0(%rax,%rax)`, and `jmp` with 32 bits of distance.
 */
#ifndef KILBURN_ASM_JUMP_LABEL_H
#define KILBURN_ASM_JUMP_LABEL_H

/* A function, for only it may say `return` behind the jump. */
static __always_inline bool arch_static_branch(struct static_key *const key)
{
	__asm__ goto("1: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n\t"
		     ".pushsection __jump_table, \"a\"\n\t"
		     ".balign 8\n\t"
		     ".quad 1b, %l[yes], %c0\n\t"
		     ".popsection"
		     :
		     : "i"(key)
		     :
		     : yes);
	return false;
yes:
	return true;
}

/* Write what @entry is to be at @at, another mapping of entry->code. */
void arch_jump_label_write(void *at, const struct jump_entry *entry, bool on);

#endif /* KILBURN_ASM_JUMP_LABEL_H */
