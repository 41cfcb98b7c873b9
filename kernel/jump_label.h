/* SPDX-License-Identifier: MIT */
/*
 * kernel/jump_label.h - conditions that cost nothing while they are false.
 *
 *	DEFINE_STATIC_KEY_FALSE(key);
 *
 *	if (static_branch_unlikely(&key))
 *		seldom();
 *
 * There is neither a load nor a comparison: the compiler leaves a no-op where
 * the branch would be, and static_branch_enable() writes a jump over each of
 * them.  So it is for what is switched once in a while and asked all the time.
 *
 * The theory is in kernel/jump_label.c.
 * In Linux: include/linux/jump_label.h, Documentation/staging/static-keys.rst.
 */
#ifndef KILBURN_KERNEL_JUMP_LABEL_H
#define KILBURN_KERNEL_JUMP_LABEL_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"

struct static_key {
	bool enabled; /* what a debugger sees; the code itself says the same */
};

#define DEFINE_STATIC_KEY_FALSE(name)  struct static_key name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key name

/* A place in the code that asks for a key. */
struct jump_entry {
	unsigned long code;   /* the no-op, or the jump */
	unsigned long target; /* where the jump leads */
	struct static_key *key;
};

/**
 * static_branch_unlikely() - is this key enabled?
 * @key: address of a key, known when the kernel is linked
 *
 * Context: any.
 */
#define static_branch_unlikely(key) arch_static_branch(key)

/**
 * static_branch_enable() - turn the no-ops of a key into jumps.
 * @key: which; it may be enabled already
 *
 * The other CPUs wait meanwhile.  When it returns, every CPU sees the jumps.
 *
 * Context: process context, interrupts on; may sleep.
 * Return: 0; -ENOMEM: nothing has changed.
 */
int static_branch_enable(struct static_key *key) __must_check;

/* And the jumps into no-ops; context and errors as above. */
int static_branch_disable(struct static_key *key) __must_check;

static inline bool static_key_enabled(const struct static_key *key)
{
	return *(const volatile bool *)&key->enabled;
}

#include <asm/jump_label.h>

#endif /* KILBURN_KERNEL_JUMP_LABEL_H */
