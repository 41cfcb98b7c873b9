/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/err.h - a pointer or an error number in one return value.
 *
 * The last page of the address space is never mapped, so the 4095 addresses in
 * it stand for the errors -1 .. -4095.  In Linux: include/linux/err.h.
 */
#ifndef KILBURN_LIB_ERR_H
#define KILBURN_LIB_ERR_H

#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

#define MAX_ERRNO 4095

#define IS_ERR_VALUE(x)                                                        \
	unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

/**
 * ERR_PTR() - an error as a pointer.
 * @error: negative errno
 */
static inline void *__must_check ERR_PTR(long error)
{
	return (void *)error;
}

/**
 * PTR_ERR() - the error that ERR_PTR() put into a pointer.
 * @ptr: a pointer for which IS_ERR() is true
 *
 * Return: negative errno.
 */
static inline long __must_check PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

/**
 * IS_ERR() - whether a pointer stands for an error.
 * @ptr: result of a function that says it returns ERR_PTR()
 */
static inline bool __must_check IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

/**
 * IS_ERR_OR_NULL() - whether a pointer is an error or NULL.
 * @ptr: any pointer
 */
static inline bool __must_check IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

/**
 * ERR_CAST() - hand an error on as a pointer of another type.
 * @ptr: a pointer for which IS_ERR() is true
 */
static inline void *__must_check ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

/**
 * PTR_ERR_OR_ZERO() - reduce a pointer to success or error.
 * @ptr: any pointer
 *
 * Return: negative errno if @ptr is an error, 0 otherwise.
 */
static inline int __must_check PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#endif /* KILBURN_LIB_ERR_H */
