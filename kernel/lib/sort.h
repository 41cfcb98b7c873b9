/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/sort.h - sort an array in place.
 *
 * In Linux: lib/sort.c.
 */
#ifndef KILBURN_LIB_SORT_H
#define KILBURN_LIB_SORT_H

#include "kernel/lib/types.h"

/**
 * sort() - sort an array in place, without recursion or extra memory.
 * @base: the array
 * @num:  number of elements
 * @size: size of an element in bytes
 * @cmp:  below, equal or above 0 as its first argument belongs before, beside
 *        or after its second
 *
 * Equal elements may change places.  Costs O(num log num) always.
 */
void sort(void *base, size_t num, size_t size,
	  int (*cmp)(const void *a, const void *b));

/**
 * bsearch_range() - the first element that does not belong before a key.
 * @key:  what to look for
 * @base: a sorted array
 * @num:  number of elements
 * @size: size of an element in bytes
 * @cmp:  compares the key with an element
 *
 * Return: its index; @num if all belong before the key.
 */
size_t bsearch_range(const void *key, const void *base, size_t num, size_t size,
		     int (*cmp)(const void *key, const void *elem));

#endif /* KILBURN_LIB_SORT_H */
