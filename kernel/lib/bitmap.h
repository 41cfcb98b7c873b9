/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/bitmap.h - arrays of bits: ranges and searches.
 *
 * Bit n is bit n % 64 of word n / 64.  Single bits are set_bit() and the like
 * in <asm/bitops.h>.  Nothing here is atomic.
 *
 * In Linux: include/linux/bitmap.h, find.h.
 */
#ifndef KILBURN_LIB_BITMAP_H
#define KILBURN_LIB_BITMAP_H

#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"

#ifndef BITS_PER_LONG
#define BITS_PER_LONG 64
#endif
#define BITS_TO_LONGS(nbits)        DIV_ROUND_UP(nbits, BITS_PER_LONG)
#define DECLARE_BITMAP(name, nbits) unsigned long name[BITS_TO_LONGS(nbits)]

/**
 * bitmap_set() - set a range of bits.
 * @map:   the bitmap
 * @start: first bit
 * @nbits: how many
 */
void bitmap_set(unsigned long *map, unsigned long start, unsigned long nbits);

/* As bitmap_set(), but clears. */
void bitmap_clear(unsigned long *map, unsigned long start, unsigned long nbits);

static inline void bitmap_zero(unsigned long *map, unsigned long nbits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(nbits); i++)
		map[i] = 0;
}

/* Bits beyond @nbits in the last word stay as they are. */
static inline void bitmap_fill(unsigned long *map, unsigned long nbits)
{
	bitmap_set(map, 0, nbits);
}

static inline void bitmap_copy(unsigned long *dst, const unsigned long *src,
			       unsigned long nbits)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = src[i];
}

/**
 * bitmap_weight() - how many of the first @nbits bits are set.
 * @map:   the bitmap
 * @nbits: its size
 */
unsigned long bitmap_weight(const unsigned long *map, unsigned long nbits);

/**
 * find_next_bit() - the first set bit at or after @start.
 * @map:   the bitmap
 * @nbits: its size
 * @start: where to begin
 *
 * Return: the bit's number, or @nbits if there is none.
 */
unsigned long find_next_bit(const unsigned long *map, unsigned long nbits,
			    unsigned long start);

/* As find_next_bit(), for clear bits. */
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long nbits,
				 unsigned long start);

/**
 * bitmap_find_next_zero_area() - a run of clear bits.
 * @map:   the bitmap
 * @nbits: its size
 * @start: where to begin
 * @nr:    length of the run
 * @align_mask: the run begins at a multiple of @align_mask + 1, a power of two
 *
 * Return: the first bit of the run; a value above @nbits - @nr if none.
 */
unsigned long bitmap_find_next_zero_area(const unsigned long *map,
					 unsigned long nbits,
					 unsigned long start, unsigned long nr,
					 unsigned long align_mask);

static inline unsigned long find_first_bit(const unsigned long *map,
					   unsigned long nbits)
{
	return find_next_bit(map, nbits, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map,
						unsigned long nbits)
{
	return find_next_zero_bit(map, nbits, 0);
}

static inline bool bitmap_empty(const unsigned long *map, unsigned long nbits)
{
	return find_first_bit(map, nbits) == nbits;
}

static inline bool bitmap_full(const unsigned long *map, unsigned long nbits)
{
	return find_first_zero_bit(map, nbits) == nbits;
}

#define for_each_set_bit(bit, map, nbits)                                      \
	for ((bit) = find_first_bit(map, nbits); (bit) < (nbits);              \
	     (bit) = find_next_bit(map, nbits, (bit) + 1))

#endif /* KILBURN_LIB_BITMAP_H */
