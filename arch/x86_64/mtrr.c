/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/mtrr.c - the cache type that firmware gave to a physical range.
 *
 * Before page tables said how to cache, the memory type range registers did,
 * and the CPU still obeys both: what firmware made uncached stays so, whatever
 * an entry says.  Reserved memory that is RAM with firmware's tables in it can
 * be told from a device by them.  What the boot CPU has counts: firmware gives
 * all CPUs the same, but an emulator may forget it when one is started.
 *
 * They are only read.  Above 1 MiB: a default type, and some pairs of base and
 * mask, where an address belongs to a range if (address & mask) == base.
 *
 * In Linux: arch/x86/kernel/cpu/mtrr/.
 */

#include <asm/mtrr.h>
#include <asm/msr.h>
#include <asm/page.h>
#include <asm/processor.h>
#include "kernel/lib/kernel.h"

#define MSR_MTRRCAP          0x0fe
#define MSR_MTRR_PHYSBASE(i) (0x200 + 2 * (i))
#define MSR_MTRR_PHYSMASK(i) (0x201 + 2 * (i))
#define MSR_MTRRDEFTYPE      0x2ff

#define MTRR_CAP_COUNT   0xffu
#define MTRR_TYPE_MASK   0xffu
#define MTRR_TYPE_WRBACK 6
#define MTRR_DEF_ENABLE  (1u << 11)
#define MTRR_MASK_VALID  (1u << 11)

#define MTRR_MAX 32 /* real CPUs have 8 or 10 */

#define CPUID_1_EDX_MTRR (1u << 12)

/* A range register that is in use. */
struct mtrr_range {
	phys_addr_t start, end; /* bytes */
	unsigned int type;
};

static struct mtrr_range ranges[MTRR_MAX];
static unsigned int nr_ranges;
static bool enabled;    /* else everything is uncached */
static bool default_wb; /* where no range is */

static bool cpu_has_mtrr(void)
{
	u32 eax, ebx, ecx, edx;

	cpuid(1, &eax, &ebx, &ecx, &edx);
	return edx & CPUID_1_EDX_MTRR;
}

/* Masks are contiguous, or firmware has done what nobody does. */
static bool read_range(unsigned int i, struct mtrr_range *range)
{
	u64 base = rdmsrq(MSR_MTRR_PHYSBASE(i));
	u64 mask = rdmsrq(MSR_MTRR_PHYSMASK(i));
	u64 width = (1ull << boot_cpu.phys_bits) - 1;

	if (!(mask & MTRR_MASK_VALID))
		return false;
	range->type = base & MTRR_TYPE_MASK;
	range->start = base & PAGE_MASK & width;
	range->end = range->start + (~(mask & PAGE_MASK) & width) + 1;
	return true;
}

void mtrr_init(void)
{
	unsigned int count;
	u64 def;

	if (!cpu_has_mtrr())
		return;
	def = rdmsrq(MSR_MTRRDEFTYPE);
	enabled = def & MTRR_DEF_ENABLE;
	default_wb = (def & MTRR_TYPE_MASK) == MTRR_TYPE_WRBACK;
	count = min_t(unsigned int, rdmsrq(MSR_MTRRCAP) & MTRR_CAP_COUNT,
		      MTRR_MAX);
	for (unsigned int i = 0; i < count; i++)
		nr_ranges += read_range(i, &ranges[nr_ranges]);
}

bool mtrr_range_is_wb(phys_addr_t start, phys_addr_t end)
{
	bool wb = default_wb;

	for (unsigned int i = 0; i < nr_ranges; i++) {
		const struct mtrr_range *range = &ranges[i];

		if (range->end <= start || end <= range->start)
			continue;
		if (range->type != MTRR_TYPE_WRBACK)
			return false; /* the stricter one wins */
		if (range->start <= start && end <= range->end)
			wb = true;
	}
	return enabled && wb;
}
