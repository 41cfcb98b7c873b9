/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/known.c - where Kilburn and Linux 6.1 differ on
 * purpose, or may: the walk does not go there, on either kernel.
 *
 * Each rule is as narrow as it can be told from inside.  The ones without a
 * test are applied where they are named.
 */
#include "walk.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool overlaps(const struct area *area, unsigned long addr,
		     unsigned long len)
{
	return area->end > addr && area->start < addr + len;
}

/*
 * A debugger can read a frame of /dev/mem, but no page that was copied from
 * one: nothing else tells the two apart from outside, since pagemap and smaps
 * leave out all that is VM_PFNMAP.
 */
static bool is_raw_copy(const struct area *area, unsigned long addr)
{
	char byte;

	return area->raw && area->perms[3] == 'p' &&
	       pread(mem_fd, &byte, 1, addr) < 0;
}

static bool raw_copy_leads(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++)
		if (is_raw_copy(&areas[i], areas[i].start))
			return true;
	return false;
}

static bool raw_copy_within(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++) {
		unsigned long at = areas[i].start;

		for (; areas[i].raw && at < areas[i].end; at += PAGE)
			if (at + PAGE > addr && at < addr + len &&
			    is_raw_copy(&areas[i], at))
				return true;
	}
	return false;
}

/* A raw area ends in the range, or has a copy in it. */
static bool raw_stops_within(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++)
		if (areas[i].raw && overlaps(&areas[i], addr, len) &&
		    areas[i].end < addr + len)
			return true;
	return raw_copy_within(addr, len);
}

static bool unreadable_within(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++)
		if (overlaps(&areas[i], addr, len) &&
		    areas[i].perms[0] != 'r' &&
		    strncmp(areas[i].perms, "---", 3))
			return true;
	return false;
}

/* A part of the range is not mapped, and the next area above is a stack. */
static bool stack_above(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++) {
		unsigned long below = i ? areas[i - 1].end : 0;

		if (areas[i].grows && addr < areas[i].start &&
		    addr + len > below)
			return true;
	}
	return false;
}

static bool memfd_is_sealed(unsigned long addr, unsigned long len)
{
	return fcntl(walk_fds[FILE_MEM], F_GET_SEALS) &
	       (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
}

static bool page_within(unsigned long addr, unsigned long len)
{
	for (int i = 0; i < nr_areas; i++) {
		unsigned long at = areas[i].start;
		uint64_t entry;

		for (; at < areas[i].end && at < addr + len; at += PAGE) {
			if (at + PAGE <= addr)
				continue;
			read_pagemap(at, 1, &entry);
			if (entry & PM_PRESENT)
				return true;
		}
	}
	return false;
}

/* clang-format off */
static const struct {
	const char *name;
	const char *reason;
	bool (*applies)(unsigned long addr, unsigned long len);
} known[] = {
[KNOWN_FORK_RAW_COPY] = {
	"fork-raw-copy",
	"Linux takes the cache type from the first page of a private map of "
	"/dev/mem; if that was copied, fork() fails with ENOMEM.  Ours does "
	"not (mm/memtype.c).",
	raw_copy_leads },
[KNOWN_SPLICE_RAW_COPY] = {
	"vmsplice-raw-copy",
	"Linux's shortcut through the page table gets a page that was copied "
	"from a raw frame.  Ours is refused (fs/splice.c).",
	raw_copy_within },
[KNOWN_SPLICE_UNREADABLE] = {
	"vmsplice-unreadable",
	"The same shortcut gets pages of areas without PROT_READ, which the "
	"processor cannot protect from being read.",
	unreadable_within },
[KNOWN_DEBUGGER_PAST_RAW] = {
	"debugger-past-raw",
	"Through /proc/PID/mem Linux reads the frames that follow in the "
	"device, whatever follows in the area.  Ours looks at each page "
	"(mm/gup.c).",
	raw_stops_within },
[KNOWN_STACK_FOR_OTHERS] = {
	"stack-for-others",
	"Since 6.5 a stack does not grow because of process_vm_readv() and "
	"its like; in 6.1 it did (mm/gup.c, mm/stack.c).",
	stack_above },
[KNOWN_SEALED_MAP] = {
	"sealed-map",
	"Before 6.13 a shared map looks at F_SEAL_WRITE and FUTURE_WRITE only "
	"after it has unmapped what is in the way, or not at all if a "
	"neighbour grows (mm/memfd.c).",
	memfd_is_sealed },
[KNOWN_LAZY_FREE] = {
	"lazy-free",
	"MADV_FREE makes pages clean on Linux.  Nothing is reclaimed here, so "
	"they stay dirty (mm/madvise.c).",
	page_within },
[KNOWN_REFERENCED] = {
	"referenced",
	"PG_referenced belongs to the LRU, which is not here yet: the field "
	"of smaps is not compared.", NULL },
[KNOWN_VM_PAT] = {
	"ar",
	"When 6.1 moves a part of a raw area it takes this mark from the parts "
	"that stay, though their cache type stays reserved too: VmFlags are "
	"compared without it.", NULL },
[KNOWN_RSS_BATCHES] = {
	"vmrss",
	"6.1 counts RSS in batches of 64 faults for each thread: VmRSS and "
	"VmHWM of status are not compared, Rss of smaps is.", NULL },
[KNOWN_PKEYS] = {
	"pkeys",
	"PROT_EXEC alone can be read here.  Linux is booted with nopku to be "
	"the same.", NULL },
[KNOWN_HUGE_PAGES] = {
	"huge-pages",
	"There are none here: no MFD_HUGETLB; transparent ones are switched "
	"off by PR_SET_THP_DISABLE.", NULL },
};
/* clang-format on */

bool known_difference(enum known which, unsigned long addr, unsigned long len)
{
	if (!known[which].applies(addr, len))
		return false;
	say(" avoided: %s", known[which].name);
	return true;
}

void print_known(void)
{
	for (size_t i = 0; i < NR_KNOWN; i++)
		say("%s: %s\n", known[i].name, known[i].reason);
	print_line();
}
