/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/pick.c - the random choices.
 *
 * Only what is equal on both kernels may enter a choice: the seed, and areas
 * by their order, never by their addresses.
 */
#include "walk.h"
#include <sys/mman.h>

static uint64_t random_state;

void seed_with(uint64_t seed)
{
	random_state = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	for (int i = 0; i < 8; i++)
		pick(2);
}

unsigned long pick(unsigned long nr)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return ((random_state * 0x2545f4914f6cdd1dULL) >> 33) % nr;
}

bool one_in(unsigned long nr)
{
	return pick(nr) == 0;
}

long pick_of(const long *values, int nr)
{
	return values[pick(nr)];
}

/* An address that hardly any call should accept. */
static unsigned long pick_odd_addr(void)
{
	return PICK(0, 1, 0xf000, 0x10000, 0x11000, arena + 1,
		    arena + 5 * PAGE + 0x800, 0x7ffffffff000, 0x800000000000,
		    -4096L, 1L << 62, -1L);
}

unsigned long pick_addr(void)
{
	unsigned long kind = pick(100);

	if (kind < 26)
		return arena + pick(40) * PAGE;
	if (kind < 78 && nr_areas) {
		const struct area *area = &areas[pick(nr_areas)];
		unsigned long pages = (area->end - area->start) / PAGE;

		return area->start + pick(pages < 16 ? pages : 16) * PAGE;
	}
	if (kind < 84)
		return top - (1 + pick(32)) * PAGE;
	if (kind < 90) /* around the guard gap below stacks, 256 pages */
		return arena - PICK(1, 2, 3, 200, 255, 256, 257, 258) * PAGE;
	if (kind < 94)
		return heap + pick(12) * PAGE;
	if (kind < 98)
		return arena + pick(40 * PAGE);
	return pick_odd_addr();
}

unsigned long pick_len(void)
{
	unsigned long kind = pick(100);

	if (kind < 70)
		return (1 + pick(6)) * PAGE;
	if (kind < 90)
		return (1 + pick(24)) * PAGE;
	if (kind < 96)
		return 1 + pick(4 * PAGE);
	return PICK(0, 0, -1L, -4096L, -8192L, 1L << 63, 1L << 47);
}

int pick_prot(void)
{
	unsigned long kind = pick(40);

	if (kind < 22)
		return PROT_READ | PROT_WRITE;
	if (kind < 30)
		return PROT_READ;
	if (kind < 34)
		return PROT_NONE;
	return PICK(PROT_WRITE, PROT_EXEC, PROT_READ | PROT_EXEC,
		    PROT_READ | PROT_WRITE | PROT_EXEC, 8, 0x10 | PROT_READ);
}

void pick_range(unsigned long *addr, unsigned long *len)
{
	const struct area *area;

	*addr = pick_addr();
	*len = pick_len();
	/* A range as long as that must not reach the program itself. */
	if (*len > 64 * PAGE && *addr + *len >= *addr)
		*len = PAGE;
	if (!nr_areas || one_in(3))
		return;
	area = &areas[pick(nr_areas)];
	*addr = area->start;
	if (*len > 64 * PAGE && *addr + *len >= *addr)
		*len = PAGE;
	if (one_in(4) && area->start >= PAGE)
		*addr -= PAGE;
	if (one_in(2) && area->end - *addr < 64 * PAGE)
		*len = area->end - *addr;
}
