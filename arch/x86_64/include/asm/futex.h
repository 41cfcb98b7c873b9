/* SPDX-License-Identifier: MIT */
/*
 * asm/futex.h - a word of user memory, read and changed in one piece.
 *
 * In Linux: arch/x86/include/asm/futex.h.
 */
#ifndef KILBURN_ASM_FUTEX_H
#define KILBURN_ASM_FUTEX_H

#include <asm/uaccess.h>

/**
 * futex_atomic_cmpxchg_inatomic() - compare and exchange a user word.
 * @uval: receives what was there; equal to @oldval: it was exchanged
 * @uaddr: user pointer, a multiple of 4
 * @oldval: what is expected
 * @newval: what to put there
 *
 * Context: any; brings no page in.
 * Return: 0, or -EFAULT if the word cannot be written right now.
 */
static inline int futex_atomic_cmpxchg_inatomic(u32 *uval, u32 __user *uaddr,
						u32 oldval, u32 newval)
{
	int err = -EFAULT;

	if (!access_ok(uaddr, sizeof(*uaddr)))
		return err;
	pagefault_disable();
	stac();
	/* eax changes, so it is not where the compiler keeps @oldval. */
	__asm__ goto("movl %3, %%eax\n"
		     "1: lock; cmpxchgl %2, (%1)\n"
		     "movl %%eax, %0\n" _ASM_EXTABLE("1b", "%l4")
		     :
		     : "m"(*uval), "r"(uaddr), "r"(newval), "r"(oldval)
		     : "rax", "memory", "cc"
		     : fault);
	err = 0;
fault:
	clac();
	pagefault_enable();
	return err;
}

/**
 * futex_get_value_locked() - read a user word, by one load.
 * @dest: receives it
 * @from: user pointer, a multiple of 4
 *
 * Context: any; brings no page in.
 * Return: 0, or -EFAULT if the word cannot be read right now.
 */
static inline int futex_get_value_locked(u32 *dest, u32 __user *from)
{
	int err;

	pagefault_disable();
	err = get_user(*dest, from);
	pagefault_enable();
	return err;
}

#endif /* KILBURN_ASM_FUTEX_H */
