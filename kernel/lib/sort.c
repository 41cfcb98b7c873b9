/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/sort.c - heapsort.
 *
 * Theory
 *
 * A heap is an array in which no element is above its parent, the parent of i
 * being (i - 1) / 2; so the greatest one is first.  Sorting builds a heap from
 * the array, then again and again swaps the first element with the last one of
 * the heap, makes the heap shorter by one, and lets the new first sink.
 *
 * In Linux: lib/sort.c, lib/bsearch.c.
 */
#include "kernel/lib/kernel.h"
#include "kernel/lib/sort.h"

static void swap_bytes(u8 *a, u8 *b, size_t size)
{
	for (; size; size--, a++, b++)
		swap(*a, *b);
}

/* Let element @i sink until it is not below a child; the heap has @num. */
static void sink(u8 *base, size_t i, size_t num, size_t size,
		 int (*cmp)(const void *, const void *))
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= num)
			return;
		if (child + 1 < num &&
		    cmp(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (cmp(base + i * size, base + child * size) >= 0)
			return;
		swap_bytes(base + i * size, base + child * size, size);
		i = child;
	}
}

void sort(void *base, size_t num, size_t size,
	  int (*cmp)(const void *a, const void *b))
{
	u8 *array = base;

	for (size_t i = num / 2; i-- > 0;)
		sink(array, i, num, size, cmp);
	for (size_t end = num; end-- > 1;) {
		swap_bytes(array, array + end * size, size);
		sink(array, 0, end, size, cmp);
	}
}

size_t bsearch_range(const void *key, const void *base, size_t num, size_t size,
		     int (*cmp)(const void *key, const void *elem))
{
	const u8 *array = base;
	size_t low = 0;

	while (low < num) {
		size_t mid = low + (num - low) / 2;

		if (cmp(key, array + mid * size) > 0)
			low = mid + 1;
		else
			num = mid;
	}
	return low;
}
