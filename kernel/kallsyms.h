/* SPDX-License-Identifier: MIT */
/*
 * kernel/kallsyms.h - names for addresses in the kernel's code.
 *
 * In Linux: include/linux/kallsyms.h.
 */
#ifndef KILBURN_KERNEL_KALLSYMS_H
#define KILBURN_KERNEL_KALLSYMS_H

#include "kernel/lib/types.h"
#include "kernel/lib/vsprintf.h" /* symbol_name() */

/**
 * kallsyms_lookup_name() - the address of a function.
 * @name: its name
 *
 * Return: the address, or 0.
 */
unsigned long kallsyms_lookup_name(const char *name);

#endif /* KILBURN_KERNEL_KALLSYMS_H */
