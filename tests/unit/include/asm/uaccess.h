/* SPDX-License-Identifier: MIT */
/*
 * asm/uaccess.h for host programs: a `user address' is memory of the program.
 * host_user_fault makes the next copy fail, as a bad pointer would.
 */
#ifndef KILBURN_HOST_ASM_UACCESS_H
#define KILBURN_HOST_ASM_UACCESS_H

#include <asm/page.h>
#include <string.h>
#include "kernel/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/types.h"
#include "kernel/sched.h"

extern bool host_user_fault;

#define access_ok(addr, size) true

static inline unsigned long host_copy(void *to, const void *from,
				      unsigned long n)
{
	if (host_user_fault) {
		host_user_fault = false;
		return n;
	}
	memcpy(to, from, n);
	return 0;
}

static inline unsigned long copy_from_user(void *to, const void __user *from,
					   unsigned long n)
{
	return host_copy(to, from, n);
}

static inline unsigned long copy_to_user(void __user *to, const void *from,
					 unsigned long n)
{
	return host_copy(to, from, n);
}

static inline unsigned long clear_user(void __user *to, unsigned long n)
{
	memset(to, 0, n);
	return 0;
}

static inline unsigned long
__copy_from_user_inatomic(void *to, const void __user *from, unsigned long n)
{
	return host_copy(to, from, n);
}

static inline unsigned long
__copy_to_user_inatomic(void __user *to, const void *from, unsigned long n)
{
	return host_copy(to, from, n);
}

static inline long copy_from_user_nofault(void *dst, const void __user *src,
					  size_t size)
{
	return host_copy(dst, src, size) ? -EFAULT : 0;
}

static inline long copy_to_user_nofault(void __user *dst, const void *src,
					size_t size)
{
	return host_copy(dst, src, size) ? -EFAULT : 0;
}

#define get_user(x, ptr) (host_copy(&(x), (ptr), sizeof(*(ptr))) ? -EFAULT : 0)
#define put_user(x, ptr)                                                       \
	({                                                                     \
		__typeof__(*(ptr)) pu_x_ = (x);                                \
		host_copy((ptr), &pu_x_, sizeof(pu_x_)) ? -EFAULT : 0;         \
	})

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
}

static inline void pagefault_enable(void)
{
	current->pagefault_disabled--;
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled != 0;
}

#endif /* KILBURN_HOST_ASM_UACCESS_H */
