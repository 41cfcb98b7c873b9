/* SPDX-License-Identifier: MIT */
/*
 * mm/audit.c - the ledger: recompute every counter from the page tables.
 *
 * Theory
 *
 * Counters are claims; page tables are the truth.  The ledger walks all page
 * tables of all address spaces, counts for each frame the normal entries that
 * map it, and compares with what struct page and mm_struct claim.  A page that
 * was leaked by a copy, freed while mapped, or counted for a frame that has no
 * owner cannot hide: each such bug makes two numbers differ for good.
 *
 * The system is not stopped, so a fault that is under way on another CPU makes
 * numbers differ for a moment.  A disagreement counts only if it is still there
 * after several passes with pauses between them; in a quiet system the first
 * pass is exact.
 *
 * What is compared (the numbers stand in the reports)
 *
 *  U1. Areas: sorted, disjoint, page aligned; map_count and total_vm.
 *  U2. No entry outside an area; a special one only where M1 allows it.
 *  U3. RSS by kind equals the normal entries of the mm.
 *  U4. For each frame: _mapcount + 1 equals the normal entries of all mms.
 *  U5. An entry never leads to a free frame.
 *  U6. References: an anonymous page has one for each entry and each pin, a
 *	cached page one more for the cache.  More is a leak, fewer a use after
 *	free to come.  A page that has been in a pipe may have more.
 *  U7. An exclusive anonymous page has at most one entry; a pinned one that is
 *	mapped is exclusive.
 *  U8. The buddy, slab and vmalloc structures are consistent; each frame is free,
 *	on a CPU's list, or in use, and nr_free_pages() counts the first two.
 *  U9. Each entry has the cache type of its frame (memtype.c), and so have the
 *	reservations of each type.
 *
 *  U14. Where the owner of an area can say so (->owns_pfn), each special entry
 *	 leads to where its object is now, and if that is RAM, it is in use.
 *
 * And U10 to U13 of audit_rmap.c: from each page the way leads back to its
 * entries.  The first frame that disagrees tells its biography (trace.c).
 *
 * Locking: each mm's mmap_lock for write, one after the other.
 *
 * Reading order: mm_audit(), audit_mm(), audit_page().
 * In Linux: parts of it are mm/page_table_check.c and mm/debug.c; the whole has
 * no counterpart.
 */

#include <stdarg.h>
#include "fs/seq_file.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/mutex.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "mm/audit.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/trace.h"
#include "mm/vmalloc.h"

#define AUDIT_PASSES      6
#define AUDIT_PAUSE_NS    2000000ULL
#define AUDIT_MAX_REPORTS 20

static DEFINE_MUTEX(audit_mutex); /* one ledger at a time */

static void report_line(void *arg, const char *line)
{
	struct audit *audit = arg;

	pr_err("mm_audit: %s\n", line);
	if (audit->out)
		seq_printf(audit->out, "%s\n", line);
}

/* Is one more disagreement to be reported? */
static bool count_error(struct audit *audit)
{
	return audit->errors++ < AUDIT_MAX_REPORTS && audit->last_pass;
}

void disagree(struct audit *audit, const char *fmt, ...)
{
	char line[160];
	va_list args;

	if (!count_error(audit))
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	report_line(audit, line);
}

void disagree_frame(struct audit *audit, unsigned long pfn, const char *fmt,
		    ...)
{
	char what[160], line[200];
	va_list args;

	if (!count_error(audit))
		return;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	snprintf(line, sizeof(line), "frame %#lx: %s", pfn, what);
	report_line(audit, line);
	if (!audit->told)
		trace_page_history(pfn, report_line, audit);
	audit->told = true;
}

/* ---- one address space -------------------------------------------------- */

/* U1.  mmap_lock held. */
static void audit_areas(struct audit *audit, struct mm_struct *mm)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma;
	unsigned long prev_end = 0, pages = 0, locked = 0;
	unsigned int count = 0;

	for_each_vma (mm, vma) {
		if (vma->vm_start < prev_end || vma->vm_start >= vma->vm_end ||
		    !PAGE_ALIGNED(vma->vm_start) || !PAGE_ALIGNED(vma->vm_end))
			disagree(audit,
				 "U1 area %lx-%lx after %lx is out of order",
				 vma->vm_start, vma->vm_end, prev_end);
		prev_end = vma->vm_end;
		pages += vma_pages(vma);
		if (vma->vm_flags & VM_LOCKED)
			locked += vma_pages(vma);
		count++;
		audit_rmap_area(audit, vma);
	}
	if (count != mm->map_count)
		disagree(audit, "U1 map_count is %u, areas are %u",
			 mm->map_count, count);
	if (pages != mm->total_vm)
		disagree(audit, "U1 total_vm is %lu, pages in areas are %lu",
			 mm->total_vm, pages);
	if (locked != mm->locked_vm)
		disagree(audit, "U1 locked_vm is %lu, pages in areas are %lu",
			 mm->locked_vm, locked);
	if (CONFIG_DEBUG_VM)
		validate_mm(mm); /* the tree and its gaps: V1 to V4 */
}

/*
 * Has anybody a reference to the frame?  Of a block only the first page is
 * counted, so ask every block that could contain it.
 */
static bool frame_in_use(unsigned long pfn)
{
	for (unsigned int order = 0; order <= MAX_ORDER; order++) {
		unsigned long first = pfn & ~((1UL << order) - 1);
		const struct page *page = pfn_to_page(first);

		if (!pfn_valid(first) || page_count(page) <= 0)
			continue;
		if (!order ||
		    (page->flags & BIT(PG_head) && page->order >= order))
			return true;
	}
	return false;
}

/* U14.  The pte lock is held. */
static void audit_special(struct audit *audit, struct vm_area_struct *vma,
			  unsigned long addr, unsigned long pfn)
{
	if (!vma->vm_ops || !vma->vm_ops->owns_pfn)
		return;
	if (!vma->vm_ops->owns_pfn(vma, addr, pfn))
		disagree_frame(audit, pfn,
			       "U14 special entry at %lx, the object is not "
			       "there",
			       addr);
	else if (pfn_valid(pfn) && !frame_in_use(pfn))
		disagree_frame(audit, pfn, "U14 is free, special entry at %lx",
			       addr);
}

static void audit_pte(struct audit *audit, struct mm_struct *mm,
		      unsigned long addr, pte_t pte, long *rss)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = find_vma(mm, addr);
	struct page *page;

	if (!vma || vma->vm_start > addr) {
		disagree(audit, "U2 entry %llx at %lx is in no area",
			 (unsigned long long)pte_val(pte), addr);
		return;
	}
	if (pgprot2cachemode(pte_pgprot(pte)) !=
	    memtype_lookup(PFN_PHYS(pte_pfn(pte))))
		disagree(audit, "U9 entry %llx at %lx has another cache type",
			 (unsigned long long)pte_val(pte), addr);
	page = vm_normal_page(vma, addr, pte);
	if (!page) {
		audit_special(audit, vma, addr, pte_pfn(pte));
		return;
	}
	if (!pfn_valid(pte_pfn(pte)) || page_count(page) <= 0) {
		disagree_frame(audit, pte_pfn(pte),
			       "U5 is free, an entry at %lx leads to it", addr);
		return;
	}
	audit_entries_add(&audit->entries[pte_pfn(pte)], mm, addr);
	rss[mm_counter(page)]++;
	audit_rmap_entry(audit, vma, addr, page);
}

static void audit_tables(struct audit *audit, struct mm_struct *mm, long *rss)
	__must_hold_shared(&mm->mmap_lock)
{
	unsigned long addr = 0, next;
	spinlock_t *ptl;
	pte_t *first, *pte;
	pmd_t *pmd;

	for (; (pmd = mm_next_pmd(mm, &addr, TASK_SIZE)); addr = next) {
		next = pmd_addr_end(addr, TASK_SIZE);
		first = pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
		for (; addr != next; addr += PAGE_SIZE, pte++)
			if (!pte_none(*pte))
				audit_pte(audit, mm, addr, *pte, rss);
		pte_unmap_unlock(first, ptl);
	}
}

static void audit_mm(struct audit *audit, struct mm_struct *mm)
{
	long rss[NR_MM_COUNTERS] = { 0 };

	mmap_write_lock(mm);
	audit_areas(audit, mm);
	audit_tables(audit, mm, rss);
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		if (rss[i] != atomic_long_read(&mm->rss_stat[i]))
			disagree(audit,
				 "U3 RSS of kind %d is %ld, entries are %ld", i,
				 atomic_long_read(&mm->rss_stat[i]), rss[i]);
	mmap_write_unlock(mm);
}

/* The mm after @mm on the list (NULL: the first), with a user reference. */
static struct mm_struct *next_mm(struct mm_struct *mm)
{
	struct list_head *pos = mm ? &mm->mmlist : &mmlist;
	struct mm_struct *found = NULL;

	spin_lock(&mmlist_lock);
	for (pos = pos->next; pos != &mmlist && !found; pos = pos->next) {
		struct mm_struct *candidate =
			list_entry(pos, struct mm_struct, mmlist);

		if (mmget_not_zero(candidate))
			found = candidate;
	}
	spin_unlock(&mmlist_lock);
	if (mm)
		mmput(mm);
	return found;
}

/* ---- one frame ---------------------------------------------------------- */

static void audit_page(struct audit *audit, unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);
	int mapcount = page_mapcount(page);
	int refs = page_count(page);
	int cached = page->mapping && !PageAnon(page);
	int pins = atomic_read(&page->_pincount);

	if ((u32)mapcount != audit->entries[pfn].count)
		disagree_frame(audit, pfn, "U4 mapcount is %d, entries are %u",
			       mapcount, audit->entries[pfn].count);
	if (!refs || PageReserved(page) || PageSlab(page) || PageTable(page))
		return;
	/* A page without an object belongs to the kernel, or to a driver. */
	if (!page->mapping || PageShown(page)
		    ? refs < mapcount + cached + pins
		    : refs != mapcount + cached + pins)
		disagree_frame(audit, pfn,
			       "U6 %s references are %d, entries %d, cache %d, "
			       "pins %d",
			       PageAnon(page) ? "anonymous" : "file", refs,
			       mapcount, cached, pins);
	if (PageAnon(page) && PageAnonExclusive(page) && mapcount > 1)
		disagree_frame(audit, pfn, "U7 is exclusive, has %d entries",
			       mapcount);
	if (PageAnon(page) && pins && mapcount && !PageAnonExclusive(page))
		disagree_frame(audit, pfn, "U7 is pinned, not exclusive");
}

/* U8: no frame is lost between the lists and their users. */
static void audit_free_frames(struct audit *audit)
{
	unsigned long before = nr_free_pages(), nr_free = 0, step;

	for (unsigned long pfn = 0; pfn < max_pfn; pfn += step) {
		const struct page *page = vmemmap + pfn;

		step = 1;
		if (!pfn_valid(pfn) || PageReserved(page) || PageSlab(page))
			continue;
		if (PageBuddy(page) || page->flags & BIT(PG_head))
			step = 1UL << page->order;
		if (PageBuddy(page) || page->flags & BIT(PG_pcp))
			nr_free += step;
		else if (!page_count(page))
			disagree_frame(audit, pfn,
				       "U8 is neither free nor in use");
	}
	/* Unless somebody allocated meanwhile. */
	if (nr_free != before && nr_free_pages() == before)
		disagree(audit, "U8 nr_free_pages() is %lu, free frames %lu",
			 before, nr_free);
}

static void audit_allocators(struct audit *audit)
{
	struct zone *zone;

	for_each_zone (zone)
		if (zone_verify(zone))
			disagree(audit, "U8 zone %s: see the log", zone->name);
	if (slab_verify())
		disagree(audit, "U8 slab: see the log");
	if (vmalloc_verify())
		disagree(audit, "U8 vmalloc: see the log");
	if (memtype_verify())
		disagree(audit, "U9 cache types: see the log");
}

static void audit_pass(struct audit *audit)
{
	struct mm_struct *mm = NULL;

	audit->errors = 0;
	memset(audit->entries, 0, max_pfn * sizeof(*audit->entries));
	while ((mm = next_mm(mm)))
		audit_mm(audit, mm);
	for (unsigned long pfn = 0; pfn < max_pfn; pfn++)
		if (pfn_valid(pfn)) {
			audit_page(audit, pfn);
			audit_rmap_frame(audit, pfn);
		}
	audit_free_frames(audit);
	audit_allocators(audit);
}

int mm_audit(struct seq_file *report)
{
	struct audit audit = { .out = report };

	audit.entries = vmalloc(max_pfn * sizeof(*audit.entries));
	if (!audit.entries) {
		audit.last_pass = true;
		disagree(&audit, "no memory to audit with");
		return audit.errors;
	}
	mutex_lock(&audit_mutex);
	for (int pass = 1; pass <= AUDIT_PASSES; pass++) {
		audit.last_pass = pass == AUDIT_PASSES;
		audit_pass(&audit);
		if (!audit.errors)
			break;
		__set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout_ns(AUDIT_PAUSE_NS << pass);
	}
	mutex_unlock(&audit_mutex);
	vfree(audit.entries);
	return audit.errors;
}

static bool audit_at_exit;

void audit_setup(const char *arg)
{
	audit_at_exit = !strcmp(arg, "exit");
}

void mm_audit_exit(void)
{
	/* The ledger itself may drop the last reference of a dying mm. */
	if (!audit_at_exit || mutex_is_locked(&audit_mutex))
		return;
	if (mm_audit(NULL))
		panic("the ledger does not agree: see above");
}
