/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memtype.c mm/memblock.c kernel/lib/rbtree.c kernel/lib/interval_tree.c */
/*
 * tests/unit/test_memtype.c - reservations of cache types against a table.
 *
 * Of the upper half of the device the MTRRs say that it is RAM.  The table has, for each page of a small device, how many reservations cover
 * it and of which type.  What memtype_reserve() answers must follow from it.
 */
#include "support/host.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/memblock.h"
#include "mm/memtype.h"
#include "mm/page.h"

#define DEVICE   0xd0000000ull
#define NR_PAGES 32
#define NR_LIVE  12 /* reservations at once */

struct proc_dir_entry proc_root;

struct proc_dir_entry *proc_mkdir(const char *name,
				  struct proc_dir_entry *parent)
{
	return NULL;
}

struct proc_dir_entry *
proc_create_single_data(const char *name, umode_t mode,
			struct proc_dir_entry *parent,
			int (*show)(struct seq_file *m, void *v), void *data)
{
	return NULL;
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
}

void seq_puts(struct seq_file *m, const char *s)
{
}

bool mtrr_range_is_wb(phys_addr_t start, phys_addr_t end)
{
	return start >= DEVICE + NR_PAGES / 2 * PAGE_SIZE;
}

static phys_addr_t at(unsigned long page)
{
	return DEVICE + page * PAGE_SIZE;
}

/* ---- the model ---------------------------------------------------------- */

static struct {
	int count, type;
} table[NR_PAGES];

struct range {
	unsigned long first, end; /* pages; first == end: none */
};

/* The type in use, -1 if none is, or -EBUSY. */
static int model_type(struct range r)
{
	int type = -1;

	for (unsigned long i = r.first; i < r.end; i++) {
		if (!table[i].count)
			continue;
		if (type >= 0 && table[i].type != type)
			return -EBUSY;
		type = table[i].type;
	}
	return type;
}

static int model_answer(struct range r, enum page_cache_mode want)
{
	int type = model_type(r);

	if (type == PAGE_CACHE_MODE_WB && want != PAGE_CACHE_MODE_WB)
		return -EINVAL;
	if (type != -1)
		return type;
	if (want == PAGE_CACHE_MODE_WB && r.first < NR_PAGES / 2)
		return PAGE_CACHE_MODE_UC_MINUS;
	return want;
}

static void model_count(struct range r, int type, int change)
{
	for (unsigned long i = r.first; i < r.end; i++) {
		table[i].count += change;
		table[i].type = type;
	}
}

/* ---- tests -------------------------------------------------------------- */

static void drop(struct range *r)
{
	memtype_free(at(r->first), at(r->end));
	model_count(*r, table[r->first].type, -1);
	r->end = r->first;
}

static void reserve(struct range *r)
{
	enum page_cache_mode want = host_random(NR_PAGE_CACHE_MODES);
	enum page_cache_mode got = want;
	int wanted, err;

	r->first = host_random(NR_PAGES);
	r->end = r->first + 1 + host_random(NR_PAGES - r->first);
	wanted = model_answer(*r, want);
	err = memtype_reserve(at(r->first), at(r->end), want, &got);
	assert_int_equal(err ? err : (int)got, wanted);
	if (err)
		r->end = r->first;
	else
		model_count(*r, got, 1);
}

static void lookups_agree(void)
{
	for (unsigned long i = 0; i < NR_PAGES; i++)
		assert_int_equal(memtype_lookup(at(i)),
				 table[i].count ? table[i].type
						: PAGE_CACHE_MODE_UC_MINUS);
}

static void random_reservations(void **state)
{
	struct range live[NR_LIVE] = { 0 };

	for (int i = 0; i < 20000; i++) {
		struct range *r = &live[host_random(NR_LIVE)];

		if (r->first != r->end)
			drop(r);
		else
			reserve(r);
		if (i % 50 == 0) {
			lookups_agree();
			assert_int_equal(memtype_verify(), 0);
		}
	}
	for (int i = 0; i < NR_LIVE; i++)
		if (live[i].first != live[i].end)
			drop(&live[i]);
	assert_int_equal(memtype_nr_reservations(), 0);
	assert_int_equal(host_live_objects, 0);
}

/* RAM is 1 MiB to 64 MiB here. */
static void some_memory_has_its_type_for_good(void **state)
{
	enum page_cache_mode got;
	phys_addr_t ram = 64ull << 20;

	assert_int_equal(
		memtype_reserve(ram - PAGE_SIZE, ram, PAGE_CACHE_MODE_UC, &got),
		0);
	assert_int_equal(got, PAGE_CACHE_MODE_WB);
	assert_int_equal(memtype_reserve(0, ram, PAGE_CACHE_MODE_WC, &got), 0);
	assert_int_equal(got, PAGE_CACHE_MODE_WB);
	assert_int_equal(memtype_reserve(ram - PAGE_SIZE, ram + PAGE_SIZE,
					 PAGE_CACHE_MODE_WB, &got),
			 -EINVAL);
	assert_int_equal(memtype_reserve(0xa0000, 0x100000,
					 PAGE_CACHE_MODE_UC_MINUS, &got),
			 0);
	assert_int_equal(got, PAGE_CACHE_MODE_WB);
	memtype_free(ram - PAGE_SIZE, ram); /* has no effect */
	assert_int_equal(memtype_nr_reservations(), 0);
}

static void no_memory_no_reservation(void **state)
{
	enum page_cache_mode got;
	pgprot_t prot = PAGE_SHARED;

	for (unsigned int nth = 1; nth <= 2; nth++) {
		current->fail_nth = nth;
		assert_true(
			IS_ERR(pfnmap_track(DEVICE >> PAGE_SHIFT, 1, &prot)));
		current->fail_nth = 0;
		assert_int_equal(memtype_nr_reservations(), 0);
	}
	current->fail_nth = 1;
	assert_int_equal(
		memtype_reserve(DEVICE, at(1), PAGE_CACHE_MODE_WC, &got),
		-ENOMEM);
	current->fail_nth = 0;
	assert_int_equal(host_live_objects, 0);
}

static void the_last_piece_frees(void **state)
{
	pgprot_t prot = pgprot_writecombine(PAGE_SHARED);
	struct pfnmap_track_ctx *ctx;

	ctx = pfnmap_track(DEVICE >> PAGE_SHIFT, 2, &prot);
	assert_false(IS_ERR(ctx));
	pfnmap_track_ctx_get(ctx);
	pfnmap_track_ctx_put(ctx);
	prot = PAGE_SHARED;
	assert_int_equal(pfnmap_setup_cachemode(DEVICE >> PAGE_SHIFT, 2, &prot),
			 0);
	assert_int_equal(pgprot2cachemode(prot), PAGE_CACHE_MODE_WC);
	/* Half of it reserved: two types. */
	assert_int_equal(pfnmap_setup_cachemode(DEVICE >> PAGE_SHIFT, 4, &prot),
			 -EINVAL);
	pfnmap_track_ctx_put(ctx);
	pfnmap_track_ctx_put(NULL);
	assert_int_equal(memtype_nr_reservations(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_reservations),
		cmocka_unit_test(some_memory_has_its_type_for_good),
		cmocka_unit_test(no_memory_no_reservation),
		cmocka_unit_test(the_last_piece_frees),
	};

	memblock_add(0x100000, (64ull << 20) - 0x100000);
	host_random_seed(6);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
