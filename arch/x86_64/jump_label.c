/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/jump_label.c - the bytes of a no-op and of a jump.
 *
 * In Linux: arch/x86/kernel/jump_label.c.  The encodings are in the Intel SDM,
 * volume 2: "NOP" (the recommended one of five bytes) and "JMP" (E9).
 */

#include "kernel/jump_label.h"
#include "kernel/bug.h"
#include "kernel/lib/string.h"

#define JUMP_SIZE 5
#define JMP32     0xe9

static const u8 nop[JUMP_SIZE] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

void arch_jump_label_write(void *at, const struct jump_entry *entry, bool on)
{
	s32 distance = (s32)(entry->target - (entry->code + JUMP_SIZE));
	u8 jump[JUMP_SIZE] = { JMP32 };

	memcpy(jump + 1, &distance, sizeof(distance));
	/* What is there must be what we left there. */
	BUG_ON(memcmp(at, on ? nop : jump, JUMP_SIZE));
	memcpy(at, on ? jump : nop, JUMP_SIZE);
}
