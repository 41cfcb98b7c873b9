/* SPDX-License-Identifier: MIT */
/*
 * kernel/compiler.h - what we ask of the compiler beyond C.
 *
 * The lock annotations are empty under gcc.  Under clang they are capability
 * attributes, which `make analyze` checks with -Wthread-safety.  A function
 * that needs a lock has both the annotation and lockdep_assert_held().
 *
 * __cond_acquires(ret, lock): the lock is held after an answer of @ret, which
 * is true (or a pointer) or 0, and not after any other.  Its callers are
 * checked; the body is not, for clang does not follow a lock into an answer.
 *
 * __asserts(lock): a check at run time, which the analysis believes from there
 * to the end of the function.  It is for what clang cannot see: that two names
 * are one lock, or that a lock was taken under the same condition.
 *
 * _shared: held for reading is enough.
 */
#ifndef KILBURN_KERNEL_COMPILER_H
#define KILBURN_KERNEL_COMPILER_H

#if defined(__clang__) && !defined(__CHECKER__)
#define __capability(name) __attribute__((capability(name)))
#define __must_hold(...)   __attribute__((requires_capability(__VA_ARGS__)))
#define __must_hold_shared(...)                                                \
	__attribute__((requires_shared_capability(__VA_ARGS__)))
#define __acquires(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define __acquires_shared(...)                                                 \
	__attribute__((acquire_shared_capability(__VA_ARGS__)))
#define __releases(...) __attribute__((release_capability(__VA_ARGS__)))
#define __releases_shared(...)                                                 \
	__attribute__((release_shared_capability(__VA_ARGS__)))
#define __cond_acquires(ret, ...)                                              \
	__attribute__((try_acquire_capability(ret, __VA_ARGS__)))
#define __cond_acquires_shared(ret, ...)                                       \
	__attribute__((try_acquire_shared_capability(ret, __VA_ARGS__)))
#define __asserts(...) __attribute__((assert_capability(__VA_ARGS__)))
#define __asserts_shared(...)                                                  \
	__attribute__((assert_shared_capability(__VA_ARGS__)))
#define __no_lock_analysis __attribute__((no_thread_safety_analysis))
#else
#define __capability(name)
#define __must_hold(...)
#define __must_hold_shared(...)
#define __acquires(...)
#define __acquires_shared(...)
#define __releases(...)
#define __releases_shared(...)
#define __cond_acquires(ret, ...)
#define __cond_acquires_shared(ret, ...)
#define __asserts(...)
#define __asserts_shared(...)
#define __no_lock_analysis
#endif

#define __must_check __attribute__((warn_unused_result))
#undef __always_inline /* libc has one too: host tests */
#define __always_inline     inline __attribute__((always_inline))
#define noinline            __attribute__((noinline))
#define __noreturn          __attribute__((noreturn))
#define __packed            __attribute__((packed))
#define __aligned(n)        __attribute__((aligned(n)))
#define __section(name)     __attribute__((section(name)))
#define __used              __attribute__((used))
#define __weak              __attribute__((weak))
#define __maybe_unused      __attribute__((unused))
#define __cold              __attribute__((cold))
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))

/* Freed once the kernel has come up: code and data that only boot needs. */
#define __init     __section(".init.text") __cold
#define __initdata __section(".init.data")

#endif /* KILBURN_KERNEL_COMPILER_H */
