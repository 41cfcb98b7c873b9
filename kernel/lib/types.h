/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/types.h - the integer types, by Linux's names.
 *
 * A host program that includes libc headers too (a unit test) gets the types
 * that POSIX names from libc; the kernel, which is compiled freestanding, gets
 * them from here.  Both have the same width.
 *
 * In Linux: include/linux/types.h.
 */
#ifndef KILBURN_LIB_TYPES_H
#define KILBURN_LIB_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#if __STDC_HOSTED__
#include <sys/types.h>
#else
typedef long ssize_t;
typedef long off_t;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef unsigned long ino_t;
typedef unsigned long dev_t;
typedef long time_t;
typedef int clockid_t;
#endif

typedef unsigned short umode_t;
typedef unsigned int fmode_t;  /* bit set: FMODE_* */
typedef u64 phys_addr_t;       /* bytes */
typedef unsigned long pgoff_t; /* offset in a file or object, in pages */
typedef unsigned int gfp_t;    /* bit set: GFP_* */
typedef s64 ktime_t;           /* nanoseconds */
typedef s64 time64_t;          /* seconds */

#define KTIME_MAX ((ktime_t)0x7fffffffffffffffLL)

#define U8_MAX  ((u8)~0)
#define U16_MAX ((u16)~0)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)
#define S64_MAX ((s64)(U64_MAX >> 1))

#ifndef INT_MAX
#define INT_MAX 0x7fffffff
#define INT_MIN (-INT_MAX - 1)
#endif
#ifndef UINT_MAX
#define UINT_MAX (~0U)
#endif
#ifndef LONG_MAX
#define LONG_MAX 0x7fffffffffffffffL
#define LONG_MIN (-LONG_MAX - 1L)
#endif
#ifndef ULONG_MAX
#define ULONG_MAX (~0UL)
#endif

/* Marks a pointer that user space gave us: only uaccess functions follow it. */
#define __user

#endif /* KILBURN_LIB_TYPES_H */
