/* SPDX-License-Identifier: MIT */
/*
 * mm/memtype.c - one frame, one cache type.
 *
 * Theory
 *
 * Each entry says how the CPU may cache the frame that it maps.  Nothing in the
 * hardware stops two entries from saying different things about one frame, and
 * what the CPU does then is undefined: a line that one of them left in the cache
 * may be written back over what the device has put there since.  So whoever maps
 * device frames reserves their type first, for as long as the mapping lives:
 *
 *	who			for how long
 *	ioremap*()		until iounmap() and the flush after it
 *	remap_pfn_range()	until the last piece of the area is gone, of a
 *				whole area
 *
 * Who comes second gets the type that is in use, if he can live with it:
 *
 *			in use	WB	WC	UC-	UC
 *	wants	WB		WB	WC	UC-	UC
 *		WC		error	WC	UC-	UC
 *		UC-		error	WC	UC-	UC
 *		UC		UC: WB is an error, else what is in use
 *
 * Nobody who must see each store at once may be given a cache; the rest is a
 * matter of speed.
 *
 * Some memory has its type for good, and nothing is reserved there:
 *
 *	RAM		WB	it is in the direct map
 *	below 1 MiB	WB	RAM and firmware, page by page mixed
 *
 * Everything else is UC- if nobody has reserved it, also for who asks for WB,
 * unless the MTRRs say WB: that is RAM which firmware keeps its tables in.
 *
 * The reservation of an area is an object that the area points to.  It could be
 * found again from the first entry of the area, and for years Linux did that;
 * but that entry may map a private copy by then (CVE-2024-35877), or none.
 *
 * Invariants (checked by memtype_verify())
 *
 *  T1. Reservations that overlap have the same type.
 *  T2. No reservation touches RAM or the first MiB.
 *
 * Locking: memtype_lock, innermost.
 *
 * Reading order: memtype_reserve(), pfnmap_track().
 * In Linux: arch/x86/mm/pat/memtype.c, memtype_interval.c.
 */

#include "mm/memtype.h"
#include <asm/mtrr.h>
#include "fs/proc/proc_fs.h"
#include "fs/seq_file.h"
#include "kernel/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/memblock.h"
#include "mm/mm.h"
#include "mm/slab.h"

#define LEGACY_END 0x100000ull /* RAM, VGA, option ROMs, BIOS */

struct memtype {
	struct interval_tree_node range; /* physical addresses, bytes */
	enum page_cache_mode type;
};

static DEFINE_SPINLOCK(memtype_lock);
/* memtype_lock protects: */
static struct rb_root memtype_root = RB_ROOT;
static unsigned long nr_memtypes;

static struct memtype *to_memtype(struct interval_tree_node *node)
{
	return node ? container_of(node, struct memtype, range) : NULL;
}

/* ---- what needs no reservation ------------------------------------------ */

enum range_kind { RANGE_FIXED_WB, RANGE_DEVICE, RANGE_MIXED };

static enum range_kind classify(phys_addr_t start, phys_addr_t end)
{
	struct memblock_region *region;
	phys_addr_t ram = 0; /* bytes of it in the range */

	start = max(start, (phys_addr_t)LEGACY_END);
	if (start >= end)
		return RANGE_FIXED_WB;
	for_each_mem_region(region)
	{
		phys_addr_t from = max(start, region->base);
		phys_addr_t to = min(end, memblock_region_end(region));

		if (from < to)
			ram += to - from;
	}
	if (!ram)
		return RANGE_DEVICE;
	return ram == end - start ? RANGE_FIXED_WB : RANGE_MIXED;
}

/* ---- reservations ------------------------------------------------------- */

/* May who wants @want be given @inuse?  See the table above. */
static bool type_is_acceptable(enum page_cache_mode want,
			       enum page_cache_mode inuse)
{
	return want == PAGE_CACHE_MODE_WB || inuse != PAGE_CACHE_MODE_WB;
}

/* The one type that is in use in a range, or @none; -EBUSY: several. */
static int type_in_use(phys_addr_t start, phys_addr_t end,
		       enum page_cache_mode none) __must_hold(&memtype_lock)
{
	struct interval_tree_node *node;
	int type = -1;

	lockdep_assert_held(&memtype_lock);
	interval_tree_for_each (node, &memtype_root, start, end - 1) {
		if (type >= 0 && to_memtype(node)->type != type)
			return -EBUSY;
		type = to_memtype(node)->type;
	}
	return type < 0 ? (int)none : type;
}

/* @free: the type if none is in use.  Return: 0 or -errno. */
static int insert_memtype(struct memtype *new, enum page_cache_mode want,
			  enum page_cache_mode free)
{
	int type, err = 0;

	spin_lock(&memtype_lock);
	type = type_in_use(new->range.start, new->range.last + 1, free);
	if (type < 0) {
		err = type;
	} else if (!type_is_acceptable(want, type)) {
		err = -EINVAL;
	} else {
		new->type = type;
		interval_tree_insert(&new->range, &memtype_root);
		nr_memtypes++;
	}
	spin_unlock(&memtype_lock);
	return err;
}

int memtype_reserve(phys_addr_t start, phys_addr_t end,
		    enum page_cache_mode want, enum page_cache_mode *actual)
{
	enum page_cache_mode free = want;
	enum range_kind kind;
	struct memtype *new;
	int err;

	if (start >= end)
		return -EINVAL;
	kind = classify(start, end);
	if (kind == RANGE_MIXED)
		return -EINVAL;
	if (kind == RANGE_FIXED_WB) {
		*actual = PAGE_CACHE_MODE_WB;
		return 0;
	}
	new = kmalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->range.start = start;
	new->range.last = end - 1;
	if (want == PAGE_CACHE_MODE_WB && !mtrr_range_is_wb(start, end))
		free = PAGE_CACHE_MODE_UC_MINUS; /* a device is not cached */
	err = insert_memtype(new, want, free);
	if (err)
		kfree(new);
	else
		*actual = new->type;
	return err;
}

void memtype_free(phys_addr_t start, phys_addr_t end)
{
	struct interval_tree_node *node;

	if (classify(start, end) != RANGE_DEVICE)
		return;
	spin_lock(&memtype_lock);
	interval_tree_for_each (node, &memtype_root, start, end - 1) {
		if (node->start == start && node->last == end - 1)
			break;
	}
	if (node) {
		interval_tree_remove(node, &memtype_root);
		nr_memtypes--;
	}
	spin_unlock(&memtype_lock);
	WARN_ON(!node);
	kfree(to_memtype(node));
}

enum page_cache_mode memtype_lookup(phys_addr_t phys)
{
	int type;

	if (classify(phys, phys + 1) == RANGE_FIXED_WB)
		return PAGE_CACHE_MODE_WB;
	spin_lock(&memtype_lock);
	type = type_in_use(phys, phys + 1, PAGE_CACHE_MODE_UC_MINUS);
	spin_unlock(&memtype_lock);
	return type;
}

/* ---- mappings of frames ------------------------------------------------- */

struct pfnmap_track_ctx *pfnmap_track(unsigned long pfn, unsigned long nr_pages,
				      pgprot_t *prot)
{
	struct pfnmap_track_ctx *ctx = kmalloc(sizeof(*ctx), GFP_KERNEL);
	enum page_cache_mode mode = PAGE_CACHE_MODE_WB;
	int err;

	if (!ctx)
		return ERR_PTR(-ENOMEM);
	err = memtype_reserve(PFN_PHYS(pfn), PFN_PHYS(pfn + nr_pages),
			      pgprot2cachemode(*prot), &mode);
	if (err) {
		kfree(ctx);
		return ERR_PTR(err);
	}
	refcount_set(&ctx->refs, 1);
	ctx->pfn = pfn;
	ctx->nr_pages = nr_pages;
	*prot = pgprot_set_cachemode(*prot, mode);
	return ctx;
}

void pfnmap_track_ctx_get(struct pfnmap_track_ctx *ctx)
{
	if (ctx)
		refcount_inc(&ctx->refs);
}

void pfnmap_track_ctx_put(struct pfnmap_track_ctx *ctx)
{
	if (!ctx || !refcount_dec_and_test(&ctx->refs))
		return;
	memtype_free(PFN_PHYS(ctx->pfn), PFN_PHYS(ctx->pfn + ctx->nr_pages));
	kfree(ctx);
}

/* Is one part of a range of devices reserved and another not? */
static bool partly_reserved(phys_addr_t start, phys_addr_t end)
	__must_hold(&memtype_lock)
{
	struct interval_tree_node *node;
	phys_addr_t reserved_to = start;

	lockdep_assert_held(&memtype_lock);
	interval_tree_for_each (node, &memtype_root, start, end - 1) {
		if (node->start > reserved_to)
			return true;
		reserved_to = max(reserved_to, (phys_addr_t)node->last + 1);
	}
	return reserved_to > start && reserved_to < end;
}

int pfnmap_setup_cachemode(unsigned long pfn, unsigned long nr_pages,
			   pgprot_t *prot)
{
	phys_addr_t start = PFN_PHYS(pfn), end = PFN_PHYS(pfn + nr_pages);
	enum range_kind kind = classify(start, end);
	int type = PAGE_CACHE_MODE_WB;

	if (kind == RANGE_MIXED)
		return -EINVAL;
	if (kind == RANGE_DEVICE) {
		spin_lock(&memtype_lock);
		type = type_in_use(start, end, PAGE_CACHE_MODE_UC_MINUS);
		if (type >= 0 && type != PAGE_CACHE_MODE_UC_MINUS &&
		    partly_reserved(start, end))
			type = -EBUSY;
		spin_unlock(&memtype_lock);
	}
	if (type < 0)
		return -EINVAL;
	*prot = pgprot_set_cachemode(*prot, type);
	return 0;
}

/* ---- checks ------------------------------------------------------------- */

static const char *const cattr_name[NR_PAGE_CACHE_MODES] = {
	[PAGE_CACHE_MODE_WB] = "write-back",
	[PAGE_CACHE_MODE_WC] = "write-combining",
	[PAGE_CACHE_MODE_UC_MINUS] = "uncached-minus",
	[PAGE_CACHE_MODE_UC] = "uncached",
};

/* The lines of Linux's debugfs file x86/pat_memtype_list. */
static int memtype_show(struct seq_file *m, void *v)
{
	struct interval_tree_node *node;

	seq_puts(m, "PAT memtype list:\n");
	spin_lock(&memtype_lock);
	interval_tree_for_each (node, &memtype_root, 0, ~0UL) {
		seq_printf(m, "PAT: [mem 0x%016lx-0x%016lx] %s\n", node->start,
			   node->last + 1, cattr_name[to_memtype(node)->type]);
	}
	spin_unlock(&memtype_lock);
	return 0;
}

void memtype_proc_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir("kilburn", &proc_root);

	if (dir)
		proc_create_single("memtype", 0400, dir, memtype_show);
}

unsigned long memtype_nr_reservations(void)
{
	return READ_ONCE(nr_memtypes);
}

static int verify_memtype(const struct memtype *mt) __must_hold(&memtype_lock)
{
	phys_addr_t start = mt->range.start, end = mt->range.last + 1;
	int errors = 0;

	lockdep_assert_held(&memtype_lock);
	if (type_in_use(start, end, mt->type) != (int)mt->type) {
		pr_err("T1: two cache types in %#llx-%#llx\n", start, end);
		errors++;
	}
	if (start < LEGACY_END || classify(start, end) != RANGE_DEVICE) {
		pr_err("T2: %#llx-%#llx is reserved\n", start, end);
		errors++;
	}
	return errors;
}

int memtype_verify(void)
{
	struct interval_tree_node *node;
	int errors = 0;

	spin_lock(&memtype_lock);
	interval_tree_for_each (node, &memtype_root, 0, ~0UL)
		errors += verify_memtype(to_memtype(node));
	spin_unlock(&memtype_lock);
	return errors;
}
