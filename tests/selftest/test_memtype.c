/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_memtype.c - one frame, one cache type, seen in the
 * entries.
 *
 * The frames are addresses that no device answers to: they can be mapped, and
 * read as ones.
 */

#include <asm/ptrace.h>
#include "kernel/lib/errno.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "mm/memtype.h"
#include "mm/vmalloc.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define DEVICE_PFN 0xd8000UL
#define DEVICE     PFN_PHYS(DEVICE_PFN)

#define WB       PAGE_CACHE_MODE_WB
#define WC       PAGE_CACHE_MODE_WC
#define UC_MINUS PAGE_CACHE_MODE_UC_MINUS
#define UC       PAGE_CACHE_MODE_UC

long sys_mremap(const struct pt_regs *regs);

/* The type that an address would get, which is given back at once; or < 0. */
static int ask(phys_addr_t start, phys_addr_t end, enum page_cache_mode want)
{
	enum page_cache_mode got = WB;
	int err = memtype_reserve(start, end, want, &got);

	if (err)
		return err;
	memtype_free(start, end);
	return got;
}

static enum page_cache_mode type_of(struct vm_area_struct *vma,
				    unsigned long page)
{
	return pgprot2cachemode(pte_pgprot(entry_of(vma, page)));
}

/* Map the first @nr pages of the area to the device. */
static int map_device(struct world *w, unsigned long nr,
		      enum page_cache_mode want)
{
	int err;

	mmap_write_lock(w->mm);
	w->vma->vm_page_prot = pgprot_set_cachemode(w->vma->vm_page_prot, want);
	err = remap_pfn_range(w->vma, AREA, DEVICE_PFN, nr * PAGE_SIZE,
			      w->vma->vm_page_prot);
	mmap_write_unlock(w->mm);
	return err;
}

SELFTEST(a_type_in_use_replaces_the_one_asked_for)
{
	enum page_cache_mode got;
	unsigned long before = memtype_nr_reservations();

	EXPECT_EQ(memtype_reserve(DEVICE, DEVICE + 4 * PAGE_SIZE, WC, &got), 0);
	EXPECT_EQ(got, WC);
	EXPECT_EQ(memtype_lookup(DEVICE + PAGE_SIZE), WC);
	EXPECT_EQ(ask(DEVICE, DEVICE + PAGE_SIZE, UC_MINUS), WC);
	EXPECT_EQ(ask(DEVICE + PAGE_SIZE, DEVICE + 9 * PAGE_SIZE, WB), WC);
	EXPECT_EQ(ask(DEVICE + 4 * PAGE_SIZE, DEVICE + 9 * PAGE_SIZE, UC), UC);
	EXPECT_EQ(memtype_verify(), 0);
	memtype_free(DEVICE, DEVICE + 4 * PAGE_SIZE);
	EXPECT_EQ(memtype_lookup(DEVICE), UC_MINUS);
	EXPECT_EQ(memtype_nr_reservations(), before);
}

SELFTEST(two_types_in_a_range_are_refused)
{
	enum page_cache_mode got;

	EXPECT_EQ(memtype_reserve(DEVICE, DEVICE + PAGE_SIZE, WC, &got), 0);
	EXPECT_EQ(memtype_reserve(DEVICE + PAGE_SIZE, DEVICE + 2 * PAGE_SIZE,
				  UC_MINUS, &got),
		  0);
	EXPECT_EQ(ask(DEVICE, DEVICE + 2 * PAGE_SIZE, WC), -EBUSY);
	EXPECT_EQ(ask(DEVICE, DEVICE, WC), -EINVAL);
	memtype_free(DEVICE, DEVICE + PAGE_SIZE);
	memtype_free(DEVICE + PAGE_SIZE, DEVICE + 2 * PAGE_SIZE);
}

SELFTEST(ram_and_firmware_are_write_back)
{
	phys_addr_t ram_end = memblock_end_of_DRAM();
	unsigned long before = memtype_nr_reservations();

	EXPECT_EQ(ask(ram_end - PAGE_SIZE, ram_end, WC), WB);
	EXPECT_EQ(ask(ram_end - PAGE_SIZE, ram_end + PAGE_SIZE, WB), -EINVAL);
	EXPECT_EQ(ask(0xf0000, 0x100000, UC_MINUS), WB);
	EXPECT_EQ(memtype_lookup(0x10000), WB);
	/* A device is not cached, whoever asks. */
	EXPECT_EQ(ask(DEVICE, DEVICE + PAGE_SIZE, WB), UC_MINUS);
	EXPECT_EQ(memtype_nr_reservations(), before);
}

/* The firmware of the test machine keeps its tables at the end of RAM. */
SELFTEST(what_is_cached_is_not_mapped_uncached)
{
	phys_addr_t tables = memblock_end_of_DRAM();
	void __iomem *wb = ioremap_cache(tables, PAGE_SIZE);
	struct world w;

	REQUIRE(wb);
	EXPECT_EQ(memtype_lookup(tables), WB);
	EXPECT_EQ(ask(tables, tables + 1, UC_MINUS), -EINVAL);
	EXPECT(!ioremap(tables, PAGE_SIZE));
	EXPECT(!ioremap_wc(tables, PAGE_SIZE));
	REQUIRE(world_create(&w, SHARED_RW));
	mmap_write_lock(w.mm);
	EXPECT_EQ(remap_pfn_range(w.vma, AREA, PHYS_PFN(tables),
				  NR_PAGES * PAGE_SIZE,
				  pgprot_noncached(w.vma->vm_page_prot)),
		  -EINVAL);
	mmap_write_unlock(w.mm);
	EXPECT(pte_none(entry_of(w.vma, 0)));
	world_destroy(&w);
	iounmap(wb);
	EXPECT_EQ(ask(tables, tables + 1, UC_MINUS), UC_MINUS);
}

SELFTEST(ioremap_reserves_until_iounmap)
{
	void __iomem *wc = ioremap_wc(DEVICE + 8, 2 * PAGE_SIZE);
	void __iomem *second = ioremap(DEVICE, PAGE_SIZE);

	REQUIRE(wc && second);
	EXPECT_EQ(memtype_lookup(DEVICE + 2 * PAGE_SIZE), WC); /* 3 pages */
	iounmap(wc);
	EXPECT_EQ(memtype_lookup(DEVICE), WC); /* second has it too */
	EXPECT_EQ(memtype_lookup(DEVICE + PAGE_SIZE), UC_MINUS);
	iounmap(second);
	EXPECT_EQ(memtype_lookup(DEVICE), UC_MINUS);
	EXPECT(!ioremap_wc(DEVICE, 0));
}

SELFTEST(an_area_gets_the_type_in_use)
{
	unsigned long before = memtype_nr_reservations();
	void __iomem *wc = ioremap_wc(DEVICE, PAGE_SIZE);
	struct world w;

	REQUIRE(wc);
	REQUIRE(world_create(&w, SHARED_RW));
	EXPECT_EQ(map_device(&w, NR_PAGES, UC_MINUS), 0);
	EXPECT_EQ(type_of(w.vma, 0), WC);
	EXPECT_EQ(type_of(w.vma, NR_PAGES - 1), WC);
	/* mprotect keeps what the entry has, not what the area asked for. */
	mmap_write_lock(w.mm);
	EXPECT_EQ(do_mprotect(w.mm, AREA, w.vma->vm_end, VM_READ, 0), 0);
	mmap_write_unlock(w.mm);
	EXPECT_EQ(type_of(w.vma, 0), WC);
	iounmap(wc);
	EXPECT_EQ(memtype_lookup(DEVICE), WC); /* the area keeps it */
	world_destroy(&w);
	EXPECT_EQ(memtype_nr_reservations(), before);
}

SELFTEST(a_part_of_an_area_reserves_nothing)
{
	unsigned long before = memtype_nr_reservations();
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	EXPECT_EQ(map_device(&w, 2, WC), 0);
	EXPECT_EQ(type_of(w.vma, 0), UC_MINUS); /* looked up, not asked for */
	EXPECT_EQ(memtype_nr_reservations(), before);
	world_destroy(&w);
}

SELFTEST(inserted_frames_look_the_type_up)
{
	struct world w;
	void __iomem *wc = ioremap_wc(DEVICE, PAGE_SIZE);

	REQUIRE(wc && world_create(&w, SHARED_RW | VM_PFNMAP | VM_IO));
	mmap_read_lock(w.mm);
	EXPECT_EQ(vmf_insert_pfn(w.vma, AREA, DEVICE_PFN), VM_FAULT_NOPAGE);
	EXPECT_EQ(vmf_insert_pfn(w.vma, AREA + PAGE_SIZE, DEVICE_PFN + 1),
		  VM_FAULT_NOPAGE);
	mmap_read_unlock(w.mm);
	EXPECT_EQ(type_of(w.vma, 0), WC);
	EXPECT_EQ(type_of(w.vma, 1), UC_MINUS);
	world_destroy(&w);
	iounmap(wc);
}

/* Row 33 of the rules: nothing that happens to an entry changes its type. */
SELFTEST(mprotect_fork_and_mremap_keep_the_type)
{
	struct pt_regs move = { .di = AREA,
				.si = NR_PAGES * PAGE_SIZE,
				.dx = NR_PAGES * PAGE_SIZE,
				.r10 = 3, /* MAYMOVE | FIXED */
				.r8 = 2 * AREA };
	struct mm_struct *child;
	struct vm_area_struct *vma;
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	EXPECT_EQ(map_device(&w, NR_PAGES, WC), 0);
	mmap_write_lock(w.mm);
	EXPECT_EQ(do_mprotect(w.mm, AREA, w.vma->vm_end, 0, 0), 0);
	EXPECT_EQ(do_mprotect(w.mm, AREA, w.vma->vm_end, VM_READ | VM_WRITE, 0),
		  0);
	mmap_write_unlock(w.mm);
	child = dup_mm(w.mm);
	REQUIRE(child);
	vma = area_of(child);
	EXPECT_EQ(type_of(vma, 0), WC);
	mmput(child);
	EXPECT_EQ(sys_mremap(&move), 2 * AREA);
	mmap_read_lock(w.mm);
	vma = find_vma(w.mm, 2 * AREA);
	mmap_read_unlock(w.mm);
	REQUIRE(vma && vma->vm_start == 2 * AREA);
	for (unsigned long i = 0; i < NR_PAGES; i++) {
		EXPECT_EQ(type_of(vma, i), WC);
		EXPECT_EQ(pte_pfn(entry_of(vma, i)), DEVICE_PFN + i);
	}
	world_destroy(&w);
	EXPECT_EQ(memtype_lookup(DEVICE), UC_MINUS);
}

/* M10: the first page is copied, and the reservation is still known. */
SELFTEST(a_copied_first_page_does_not_lose_the_reservation)
{
	unsigned long before = memtype_nr_reservations();
	struct mm_struct *child;
	struct world w;

	REQUIRE(world_create(&w, PRIVATE_RW));
	EXPECT_EQ(map_device(&w, NR_PAGES, WC), 0);
	EXPECT_EQ(touch(w.vma, 0, FAULT_FLAG_WRITE), 0);
	EXPECT(page_of(w.vma, 0) != NULL);
	EXPECT_EQ(type_of(w.vma, 0), WB); /* a copy is RAM */
	EXPECT_EQ(type_of(w.vma, 1), WC);
	child = dup_mm(w.mm);
	REQUIRE(child);
	world_destroy(&w);
	EXPECT_EQ(memtype_nr_reservations(), before + 1);
	EXPECT_EQ(memtype_lookup(DEVICE), WC); /* the child has it */
	mmput(child);
	EXPECT_EQ(memtype_nr_reservations(), before);
}

SELFTEST(the_last_piece_of_an_area_drops_the_reservation)
{
	unsigned long before = memtype_nr_reservations();
	struct world w;

	REQUIRE(world_create(&w, SHARED_RW));
	EXPECT_EQ(map_device(&w, NR_PAGES, WC), 0);
	mmap_write_lock(w.mm);
	EXPECT_EQ(do_munmap(w.mm, AREA + PAGE_SIZE, PAGE_SIZE), 0);
	EXPECT_EQ(do_munmap(w.mm, AREA, PAGE_SIZE), 0);
	EXPECT_EQ(memtype_nr_reservations(), before + 1);
	EXPECT_EQ(memtype_lookup(DEVICE), WC); /* the whole range, until */
	EXPECT_EQ(do_munmap(w.mm, AREA + 2 * PAGE_SIZE, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(memtype_nr_reservations(), before);
	mmap_write_unlock(w.mm);
	world_destroy(&w);
}

/* M10: each allocation fails in turn; nothing stays reserved. */
SELFTEST(a_failed_remap_or_fork_reserves_nothing)
{
	unsigned long before = memtype_nr_reservations();
	int err = -ENOMEM;

	for (unsigned int nth = 1; err && nth < 20; nth++) {
		struct mm_struct *child = NULL;
		struct world w;

		REQUIRE(world_create(&w, PRIVATE_RW));
		current->fail_nth = nth;
		err = map_device(&w, NR_PAGES, WC);
		if (err)
			EXPECT_EQ(memtype_nr_reservations(), before);
		else
			child = dup_mm(w.mm);
		if (!err && !child)
			err = -ENOMEM;
		current->fail_nth = 0;
		EXPECT(!err || err == -ENOMEM);
		if (child)
			mmput(child);
		world_destroy(&w);
		EXPECT_EQ(memtype_nr_reservations(), before);
	}
	EXPECT_EQ(err, 0);
	EXPECT_EQ(memtype_verify(), 0);
}
