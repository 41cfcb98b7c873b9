/* SPDX-License-Identifier: MIT */
/*
 * asm/uaccess.h - the only way to follow a user pointer.
 *
 * A range is checked to lie below TASK_SIZE; then the access is tried.  If
 * there is no page, the fault handler brings it in as if the program had
 * touched it; if there cannot be one, the exception table makes the access
 * fail with -EFAULT.  Never does a bad pointer hurt the kernel.
 *
 * copy_*() answer how many bytes were *not* copied; get_user(), put_user() and
 * the *_nofault() family answer 0 or -EFAULT; strings see below.
 *
 * Under pagefault_disable() (the *_inatomic() and *_nofault() family) nothing
 * is brought in: an absent page is an error, so no lock is taken.
 *
 * In Linux: arch/x86/include/asm/uaccess.h, include/linux/uaccess.h.
 */
#ifndef KILBURN_ASM_UACCESS_H
#define KILBURN_ASM_UACCESS_H

#include <asm/barrier.h>
#include <asm/extable.h>
#include <asm/page.h>
#include <asm/smap.h>
#include "kernel/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"
#include "kernel/sched.h"

/**
 * access_ok() - does a range lie in user space?
 * @addr: user pointer
 * @size: bytes
 *
 * It may still not be mapped.
 */
static inline bool access_ok_range(unsigned long addr, unsigned long size)
{
	return size <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - size;
}

#define access_ok(addr, size)                                                  \
	likely(access_ok_range((unsigned long)(addr), (size)))

/* ---- whole ranges ------------------------------------------------------- */

/* uaccess.S; between STAC and CLAC.  Bytes not copied or not cleared. */
unsigned long copy_user_generic(void *to, const void *from, unsigned long n);
unsigned long clear_user_generic(void *to, unsigned long n);

static inline unsigned long raw_copy_user(void *to, const void *from,
					  unsigned long n)
{
	unsigned long left;

	stac();
	left = copy_user_generic(to, from, n);
	clac();
	return left;
}

/**
 * copy_from_user() - copy from a program into the kernel.
 * @to: kernel buffer; what could not be copied is set to 0
 * @from: user pointer, any value
 * @n: bytes
 *
 * Context: may sleep in a page fault.
 * Return: bytes that were not copied; 0 is success.
 */
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
	__must_check;

/* The same, but what could not be copied is left as it was. */
static inline unsigned long __must_check
raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	if (!access_ok(from, n))
		return n;
	return raw_copy_user(to, (const void *)from, n);
}

static inline unsigned long __must_check
copy_to_user(void __user *to, const void *from, unsigned long n)
{
	if (!access_ok(to, n))
		return n;
	return raw_copy_user((void *)to, from, n);
}

static inline unsigned long __must_check clear_user(void __user *to,
						    unsigned long n)
{
	unsigned long left;

	if (!access_ok(to, n))
		return n;
	stac();
	left = clear_user_generic((void *)to, n);
	clac();
	return left;
}

/**
 * copy_struct_from_user() - copy a structure that may have grown since.
 * @dst: kernel structure
 * @ksize: its size, in bytes
 * @src: user pointer
 * @usize: the size that the program knows
 *
 * What only one side knows is 0: missing here it is cleared, missing there it
 * must be 0.
 *
 * Context: may sleep in a page fault.
 * Return: 0, -EFAULT, or -E2BIG: the program asks for something unknown.
 */
int copy_struct_from_user(void *dst, size_t ksize, const void __user *src,
			  size_t usize) __must_check;

/* ---- single values ------------------------------------------------------ */

/*
 * One mov; if it faults, fixup_exception() puts -EFAULT into ax and 0 into dx
 * and goes on after it.
 */
#define get_user_asm(err, val, ptr, size, mod)                                 \
	__asm__ volatile(                                                      \
		"1: mov" size " %2, %" mod                                     \
		"1\n2:\n" _ASM_EXTABLE_TYPE("1b", "2b", EX_TYPE_UACCESS)       \
		: "=a"(err), "=d"(val)                                         \
		: "m"(*(ptr)), "0"(0)                                          \
		: "memory")

/* Between user_access_begin() and user_access_end(), range checked. */
#define unsafe_get_user_err(x, ptr)                                            \
	({                                                                     \
		unsigned long gu_val_ = 0;                                     \
		int gu_err_;                                                   \
		switch (sizeof(*(ptr))) {                                      \
		case 1:                                                        \
			get_user_asm(gu_err_, gu_val_, (const u8 *)(ptr),      \
				     "zbl", "k");                              \
			break;                                                 \
		case 2:                                                        \
			get_user_asm(gu_err_, gu_val_, (const u16 *)(ptr),     \
				     "zwl", "k");                              \
			break;                                                 \
		case 4:                                                        \
			get_user_asm(gu_err_, gu_val_, (const u32 *)(ptr),     \
				     "l", "k");                                \
			break;                                                 \
		default:                                                       \
			get_user_asm(gu_err_, gu_val_, (const u64 *)(ptr),     \
				     "q", "");                                 \
		}                                                              \
		(x) = (__typeof__(*(ptr)))gu_val_;                             \
		gu_err_;                                                       \
	})

#define put_user_asm(val, ptr, size, mod, label)                               \
	__asm__ goto("1: mov" size " %" mod                                    \
		     "0, %1\n" _ASM_EXTABLE("1b", "%l2")                       \
		     :                                                         \
		     : "q"(val), "m"(*(ptr))                                   \
		     : "memory"                                                \
		     : label)

#define unsafe_put_user(x, ptr, label)                                         \
	do {                                                                   \
		__typeof__(*(ptr)) pu_x_ = (x);                                \
		unsigned long pu_val_ = (unsigned long)pu_x_;                  \
		switch (sizeof(*(ptr))) {                                      \
		case 1:                                                        \
			put_user_asm(pu_val_, (u8 *)(ptr), "b", "b", label);   \
			break;                                                 \
		case 2:                                                        \
			put_user_asm(pu_val_, (u16 *)(ptr), "w", "w", label);  \
			break;                                                 \
		case 4:                                                        \
			put_user_asm(pu_val_, (u32 *)(ptr), "l", "k", label);  \
			break;                                                 \
		default:                                                       \
			put_user_asm(pu_val_, (u64 *)(ptr), "q", "q", label);  \
		}                                                              \
	} while (0)

#define user_access_begin(ptr, size)                                           \
	({                                                                     \
		bool uab_ok_ = access_ok(ptr, size);                           \
		if (uab_ok_)                                                   \
			stac();                                                \
		uab_ok_;                                                       \
	})
#define user_access_end() clac()

/**
 * get_user() - read one integer or pointer of user memory.
 * @x: variable that receives it; 0 after a failure
 * @ptr: user pointer to a type of 1, 2, 4 or 8 bytes
 *
 * Context: may sleep in a page fault.
 * Return: 0 or -EFAULT.
 */
#define get_user(x, ptr)                                                       \
	({                                                                     \
		const __typeof__(*(ptr)) *gup_ = (const void *)(ptr);          \
		int gue_ = -EFAULT;                                            \
		if (user_access_begin(gup_, sizeof(*gup_))) {                  \
			gue_ = unsafe_get_user_err(x, gup_);                   \
			user_access_end();                                     \
		} else {                                                       \
			(x) = (__typeof__(*(ptr)))0;                           \
		}                                                              \
		gue_;                                                          \
	})

/**
 * put_user() - write one integer or pointer to user memory.
 * @x: the value
 * @ptr: user pointer to a type of 1, 2, 4 or 8 bytes
 *
 * Context: may sleep in a page fault.
 * Return: 0 or -EFAULT.
 */
#define put_user(x, ptr)                                                       \
	({                                                                     \
		__label__ puf_;                                                \
		__typeof__(*(ptr)) put_x_ = (x);                               \
		__typeof__(*(ptr)) *pup_ = (void *)(ptr);                      \
		int pue_ = -EFAULT;                                            \
		if (user_access_begin(pup_, sizeof(*pup_))) {                  \
			unsafe_put_user(put_x_, pup_, puf_);                   \
			pue_ = 0;                                              \
puf_:                                                                          \
			user_access_end();                                     \
		}                                                              \
		pue_;                                                          \
	})

#define __get_user(x, ptr) get_user(x, ptr)
#define __put_user(x, ptr) put_user(x, ptr)
#define __copy_from_user   copy_from_user
#define __copy_to_user     copy_to_user

/* ---- strings ------------------------------------------------------------ */

/**
 * strncpy_from_user() - copy a string with its final 0.
 * @dst: kernel buffer
 * @src: user pointer
 * @count: bytes of @dst
 *
 * Context: may sleep in a page fault.
 * Return: length without the 0; @count if there was none in @count bytes (then
 * @dst is not terminated); -EFAULT.
 */
long strncpy_from_user(char *dst, const char __user *src, long count);

/**
 * strnlen_user() - length of a user string with its final 0.
 * @s: user pointer
 * @n: look at this many bytes at most
 *
 * Context: may sleep in a page fault.
 * Return: length with the 0; a number above @n if there is none; 0: fault.
 */
long strnlen_user(const char __user *s, long n);

/* ---- without bringing pages in ------------------------------------------ */

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled != 0;
}

static inline unsigned long __must_check
__copy_from_user_inatomic(void *to, const void __user *from, unsigned long n)
{
	unsigned long left;

	if (!access_ok(from, n))
		return n;
	pagefault_disable();
	left = raw_copy_user(to, (const void *)from, n);
	pagefault_enable();
	return left;
}

static inline unsigned long __must_check
__copy_to_user_inatomic(void __user *to, const void *from, unsigned long n)
{
	unsigned long left;

	pagefault_disable();
	left = copy_to_user(to, from, n);
	pagefault_enable();
	return left;
}

static inline long copy_from_user_nofault(void *dst, const void __user *src,
					  size_t size)
{
	return __copy_from_user_inatomic(dst, src, size) ? -EFAULT : 0;
}

static inline long copy_to_user_nofault(void __user *dst, const void *src,
					size_t size)
{
	return __copy_to_user_inatomic(dst, src, size) ? -EFAULT : 0;
}

/**
 * copy_from_kernel_nofault() - read kernel memory that may not be there.
 * @dst: buffer
 * @src: kernel address, any value
 * @size: bytes
 *
 * For backtraces and dumps: a wild pointer is an answer, not a second oops.
 *
 * Context: any.
 * Return: 0, -EFAULT, or -ERANGE for a user address.
 */
long copy_from_kernel_nofault(void *dst, const void *src, size_t size);

/* ---- bringing pages in -------------------------------------------------- */

/*
 * Touch a byte of each page, which keeps its value.  Bytes from the first bad
 * page on; 0: all are there.
 */
size_t fault_in_writeable(char __user *uaddr, size_t size);

#endif /* KILBURN_ASM_UACCESS_H */
