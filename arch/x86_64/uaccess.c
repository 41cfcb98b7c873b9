/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/uaccess.c - user memory: strings, and the less common copies.
 *
 * In Linux: lib/strncpy_from_user.c, mm/maccess.c, mm/gup.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left = n;

	if (access_ok(from, n))
		left = raw_copy_user(to, (const void *)from, n);
	if (unlikely(left))
		memset((char *)to + (n - left), 0, left);
	return left;
}

/* Are @n bytes of user memory all 0?  Return: 1, 0, or -EFAULT. */
static int check_zeroed_user(const char __user *from, size_t n)
{
	char buf[64];

	while (n) {
		size_t step = min(n, sizeof(buf));

		if (copy_from_user(buf, from, step))
			return -EFAULT;
		if (memchr_inv(buf, 0, step))
			return 0;
		from += step;
		n -= step;
	}
	return 1;
}

int copy_struct_from_user(void *dst, size_t ksize, const void __user *src,
			  size_t usize)
{
	size_t size = min(ksize, usize);
	int zeroed = 1;

	if (usize > ksize)
		zeroed = check_zeroed_user((const char __user *)src + ksize,
					   usize - ksize);
	if (zeroed <= 0)
		return zeroed ? zeroed : -E2BIG;
	if (copy_from_user(dst, src, size))
		return -EFAULT;
	memset((char *)dst + size, 0, ksize - size);
	return 0;
}

/* Bit 7 of each byte that is 0; what is above the first of them may lie. */
static inline u64 has_zero(u64 word)
{
	return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

/* How many bytes from @s on are user space, at most @n. */
static unsigned long user_room(const char __user *s, unsigned long n)
{
	unsigned long addr = (unsigned long)s;

	return addr >= TASK_SIZE_MAX ? 0 : min(n, TASK_SIZE_MAX - addr);
}

/* Between stac() and clac(): user_room() is @max. */
static long do_strncpy(char *dst, const char *src, unsigned long count,
		       unsigned long max)
{
	unsigned long at = 0;
	u64 word;
	char c;

	while (at + 8 <= max) {
		if (unsafe_get_user_err(word, (const u64 *)(src + at)))
			break; /* by bytes: the 0 may come before the bad page */
		memcpy(dst + at, &word, 8);
		if (has_zero(word))
			return (long)(at +
				      (__builtin_ctzll(has_zero(word)) >> 3));
		at += 8;
	}
	for (; at < max; at++) {
		if (unsafe_get_user_err(c, src + at))
			return -EFAULT;
		dst[at] = c;
		if (!c)
			return (long)at;
	}
	return at == count ? (long)count : -EFAULT;
}

long strncpy_from_user(char *dst, const char __user *src, long count)
{
	unsigned long max;
	long len;

	if (count <= 0)
		return 0;
	max = user_room(src, (unsigned long)count);
	if (!max)
		return -EFAULT;
	stac();
	len = do_strncpy(dst, (const char *)src, (unsigned long)count, max);
	clac();
	return len;
}

static long do_strnlen(const char *s, unsigned long count, unsigned long max)
{
	unsigned long at = 0;
	u64 word;
	char c;

	while (at + 8 <= max) {
		if (unsafe_get_user_err(word, (const u64 *)(s + at)))
			break;
		if (has_zero(word))
			return (long)(at + 1 +
				      (__builtin_ctzll(has_zero(word)) >> 3));
		at += 8;
	}
	for (; at < max; at++) {
		if (unsafe_get_user_err(c, s + at))
			return 0;
		if (!c)
			return (long)at + 1;
	}
	return at == count ? (long)count + 1 : 0;
}

long strnlen_user(const char __user *s, long n)
{
	unsigned long max;
	long len;

	if (n <= 0)
		return 0;
	max = user_room(s, (unsigned long)n);
	if (!max)
		return 0;
	stac();
	len = do_strnlen((const char *)s, (unsigned long)n, max);
	clac();
	return len;
}

long copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	unsigned long left;

	if ((unsigned long)src < TASK_SIZE_MAX + PAGE_SIZE)
		return -ERANGE;
	/* Not canonical: that would be a #GP, which looks different. */
	if ((long)((unsigned long)src << 16) >> 16 != (long)src)
		return -ERANGE;
	pagefault_disable();
	left = copy_user_generic(dst, src, size);
	pagefault_enable();
	return left ? -EFAULT : 0;
}

/*
 * Store to a byte without changing it.  In one instruction: what another thread
 * stores between a load and a store of ours would be undone.
 */
static int touch_user_byte(u8 __user *uaddr)
{
	int err = -EFAULT;

	if (!access_ok(uaddr, sizeof(*uaddr)))
		return err;
	stac();
	__asm__ goto("1: lock; orb $0, (%0)\n" _ASM_EXTABLE("1b", "%l1")
		     :
		     : "r"(uaddr)
		     : "memory", "cc"
		     : fault);
	err = 0;
fault:
	clac();
	return err;
}

size_t fault_in_writeable(char __user *uaddr, size_t size)
{
	unsigned long addr = (unsigned long)uaddr;
	unsigned long end = addr + size;

	while (addr < end) {
		if (touch_user_byte((u8 __user *)addr))
			return end - addr;
		addr = (addr & PAGE_MASK) + PAGE_SIZE;
	}
	return 0;
}
