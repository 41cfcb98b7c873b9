/* SPDX-License-Identifier: MIT */
/*
 * kernel/lib/bitmap.c - arrays of bits, a word at a time.
 *
 * In Linux: lib/bitmap.c, lib/find_bit.c.
 */
#include "kernel/lib/bitmap.h"
#include "kernel/lib/kernel.h"

/*
 * How many bits of a word are set.  Without POPCNT, which the kernel does not
 * demand of a CPU: sums of pairs, of nibbles, of bytes, and then all bytes at
 * once by one multiplication.
 */
static inline unsigned int word_weight(unsigned long w)
{
	w -= (w >> 1) & 0x5555555555555555UL;
	w = (w & 0x3333333333333333UL) + ((w >> 2) & 0x3333333333333333UL);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0fUL;
	return (w * 0x0101010101010101UL) >> 56;
}

/* The part of the range [start, end) that lies in the word of @start. */
static inline unsigned long range_mask(unsigned long start, unsigned long end)
{
	unsigned long first = start % BITS_PER_LONG;
	unsigned long n = min(end - start, BITS_PER_LONG - first);

	return (~0UL >> (BITS_PER_LONG - n)) << first;
}

static inline unsigned long next_word(unsigned long bit)
{
	return ALIGN_DOWN(bit, (unsigned long)BITS_PER_LONG) + BITS_PER_LONG;
}

void bitmap_set(unsigned long *map, unsigned long start, unsigned long nbits)
{
	unsigned long end = start + nbits;

	for (; start < end; start = next_word(start))
		map[start / BITS_PER_LONG] |= range_mask(start, end);
}

void bitmap_clear(unsigned long *map, unsigned long start, unsigned long nbits)
{
	unsigned long end = start + nbits;

	for (; start < end; start = next_word(start))
		map[start / BITS_PER_LONG] &= ~range_mask(start, end);
}

unsigned long bitmap_weight(const unsigned long *map, unsigned long nbits)
{
	unsigned long weight = 0;

	for (unsigned long bit = 0; bit < nbits; bit = next_word(bit))
		weight += word_weight(map[bit / BITS_PER_LONG] &
				      range_mask(bit, nbits));
	return weight;
}

/* The first bit that differs from @invert, which is all zeroes or all ones. */
static inline unsigned long find_next(const unsigned long *map,
				      unsigned long nbits, unsigned long start,
				      unsigned long invert)
{
	for (; start < nbits; start = next_word(start)) {
		unsigned long word = map[start / BITS_PER_LONG] ^ invert;

		word &= range_mask(start, nbits);
		if (word)
			return ALIGN_DOWN(start, (unsigned long)BITS_PER_LONG) +
			       __builtin_ctzl(word);
	}
	return nbits;
}

unsigned long find_next_bit(const unsigned long *map, unsigned long nbits,
			    unsigned long start)
{
	return find_next(map, nbits, start, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long nbits,
				 unsigned long start)
{
	return find_next(map, nbits, start, ~0UL);
}

unsigned long bitmap_find_next_zero_area(const unsigned long *map,
					 unsigned long nbits,
					 unsigned long start, unsigned long nr,
					 unsigned long align_mask)
{
	for (;;) {
		unsigned long bit = find_next_zero_bit(map, nbits, start);
		unsigned long end, taken;

		bit = (bit + align_mask) & ~align_mask;
		end = bit + nr;
		if (end > nbits)
			return end;
		taken = find_next_bit(map, end, bit);
		if (taken >= end)
			return bit;
		start = taken + 1;
	}
}
