/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/memblock.c mm/sparse.c mm/page_init.c mm/page_alloc.c mm/page_verify.c */
/* SOURCES: mm/slab.c mm/slab_debug.c mm/kmalloc.c mm/xa_node.c mm/vmalloc.c mm/ioremap.c */
/* SOURCES: mm/fail_inject.c kernel/lib/rbtree.c kernel/lib/kstrto.c */
/*
 * tests/unit/test_slab.c - objects: distinct, aligned, whole, and all returned;
 * and every kind of misuse noticed with the cache and the object named.
 */
#include "support/host.h"
#include "kernel/lib/xarray.h"
#include "kernel/sched.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/slab_def.h"

static int init_machine(void **state)
{
	host_mm_init(64, 0);
	return 0;
}

static void assert_consistent(void)
{
	assert_int_equal(slab_verify(), 0);
	assert_int_equal(page_alloc_verify(), 0);
	assert_true(host_context_clean());
}

/* ---- random operations -------------------------------------------------- */

#define MAX_OBJECTS 3000

struct object {
	unsigned char *p;
	size_t size;
	unsigned char fill;
};

static void fill(struct object *o, size_t size)
{
	o->size = size;
	o->fill = host_random(256);
	memset(o->p, o->fill, size);
}

/* Nobody else wrote to it. */
static void assert_filled(const struct object *o, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (o->p[i] != o->fill)
			fail_msg("byte %zu of %zu has changed", i, o->size);
}

/* Objects of a cache keep their contents: so no two of them overlap. */
static void random_objects(unsigned int size, unsigned int align)
{
	static struct object objects[MAX_OBJECTS];
	struct kmem_cache *s =
		kmem_cache_create("random", size, align, 0, NULL);
	int nr = 0;

	assert_non_null(s);
	for (int i = 0; i < 12000; i++) {
		if (nr < MAX_OBJECTS && host_random(100) < 55) {
			struct object *o = &objects[nr++];

			o->p = kmem_cache_alloc(s, GFP_KERNEL);
			assert_non_null(o->p);
			assert_int_equal((unsigned long)o->p % align, 0);
			fill(o, size);
		} else if (nr) {
			int victim = host_random(nr);

			assert_filled(&objects[victim], size);
			kmem_cache_free(s, objects[victim].p);
			objects[victim] = objects[--nr];
		}
		if (i % 500 == 0)
			assert_consistent();
	}
	while (nr) {
		assert_filled(&objects[--nr], size);
		kmem_cache_free(s, objects[nr].p);
	}
	assert_consistent();
	kmem_cache_destroy(s);
}

static void objects_never_overlap(void **state)
{
	unsigned long before;

	slab_shrink();
	before = nr_free_pages();
	random_objects(8, 8);
	random_objects(24, 8);
	random_objects(100, 4);
	random_objects(192, 64);
	random_objects(528, 8);
	random_objects(1500, 16);
	random_objects(4096, 8);
	assert_int_equal(nr_free_pages(), before); /* all pages came back */
}

static void kmalloc_of_any_size(void **state)
{
	static struct object objects[200];

	memset(objects, 0, sizeof(objects));
	for (int i = 0; i < 4000; i++) {
		struct object *o = &objects[host_random(200)];
		size_t size = host_random(1UL << host_random(15)) + 1;

		if (o->p) {
			assert_filled(o, o->size);
			kfree(o->p);
			o->p = NULL;
			continue;
		}
		o->p = kmalloc(size, GFP_KERNEL);
		assert_non_null(o->p);
		assert_int_equal((unsigned long)o->p % ARCH_KMALLOC_MINALIGN,
				 0);
		assert_true(ksize(o->p) >= size);
		fill(o, size);
	}
	for (int i = 0; i < 200; i++)
		kfree(objects[i].p);
	assert_consistent();
}

static void kmalloc_classes_fit(void **state)
{
	for (size_t size = 1; size <= KMALLOC_MAX_CACHE_SIZE; size++) {
		void *p = kmalloc(size, GFP_KERNEL);
		unsigned int class = virt_to_page(p)->slab_cache->object_size;

		/* No class is too small, and none wastes more than half. */
		assert_true(class >= size);
		assert_true(class == 8 || class < 2 * size);
		kfree(p);
	}
}

static void unusual_sizes(void **state)
{
	assert_ptr_equal(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
	assert_int_equal(ksize(NULL), 0);
	assert_null(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	assert_null(kmalloc(~0UL, GFP_KERNEL));
	assert_null(kcalloc(~0UL / 2, 3, GFP_KERNEL));
	assert_null(kmalloc_array(1UL << 33, 1UL << 33, GFP_KERNEL));
}

static void zeroed_memory_is_zero(void **state)
{
	static const size_t sizes[] = { 1, 8, 100, 4096, 8192, 40000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned char *p = kmalloc(sizes[i], GFP_KERNEL);

		memset(p, 0xff, sizes[i]);
		kfree(p);
		p = kzalloc(sizes[i], GFP_KERNEL);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(p[j], 0);
		kfree(p);
	}
}

static void krealloc_keeps_the_contents(void **state)
{
	struct object o = {};

	o.p = kmalloc(10, GFP_KERNEL);
	fill(&o, 10);
	for (size_t size = 10; size < 100000; size = size * 3 / 2) {
		o.p = krealloc(o.p, size, GFP_KERNEL);
		assert_non_null(o.p);
		assert_filled(&o, min(o.size, size));
		fill(&o, size);
	}
	current->fail_nth = 1;
	assert_null(krealloc(o.p, o.size * 2, GFP_KERNEL));
	assert_filled(&o, o.size);
	o.p = krealloc(o.p, 5, GFP_KERNEL);
	assert_filled(&o, 5);
	assert_ptr_equal(krealloc(o.p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	o.p = krealloc(NULL, 20, GFP_KERNEL);
	kfree(o.p);
	assert_consistent();
}

static void copies_of_strings_and_memory(void **state)
{
	char *a = kstrdup("Atlas", GFP_KERNEL);
	char *b = kstrndup("Manchester", 3, GFP_KERNEL);
	char *c = kmemdup("x\0y", 3, GFP_KERNEL);

	assert_string_equal(a, "Atlas");
	assert_string_equal(b, "Man");
	assert_memory_equal(c, "x\0y", 3);
	assert_null(kstrdup(NULL, GFP_KERNEL));
	kfree(a);
	kfree(b);
	kfree(c);
}

static int nr_constructed;

static void constructor(void *object)
{
	nr_constructed++;
	memset(object, 0x42, 40);
}

/* A constructed object keeps its contents while it is free. */
static void constructors_run_once(void **state)
{
	struct kmem_cache *s = kmem_cache_create("ctor", 40, 8, 0, constructor);
	void *first[64];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 64; i++) {
			unsigned char *p = kmem_cache_alloc(s, GFP_KERNEL);

			for (int j = 0; j < 40; j++)
				assert_int_equal(p[j], 0x42);
			first[i] = p;
		}
		for (int i = 0; i < 64; i++)
			kmem_cache_free(s, first[i]);
	}
	assert_int_equal(nr_constructed % s->objects, 0);
	assert_true(nr_constructed < 3 * 64);
	kmem_cache_destroy(s);
}

static void xarray_nodes_are_zeroed(void **state)
{
	struct xa_node *node = xa_node_alloc(GFP_KERNEL);

	memset(node, 0xff, sizeof(*node));
	xa_node_free(node);
	node = xa_node_alloc(GFP_KERNEL);
	for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++)
		assert_null(node->slots[i]);
	xa_node_free(node);
}

/* ---- when memory is short ----------------------------------------------- */

/* One object takes up to two allocations: of itself, and of its slab. */
static void each_allocation_failed_in_turn(void **state)
{
	struct kmem_cache *s = kmem_cache_create("fail", 200, 8, 0, NULL);
	unsigned int nth;
	void *p;

	for (nth = 1;; nth++) {
		unsigned long before = nr_free_pages();

		current->fail_nth = nth;
		p = kmem_cache_alloc(s, GFP_KERNEL);
		if (current->fail_nth)
			break;
		assert_null(p);
		assert_int_equal(nr_free_pages(), before);
		assert_consistent();
	}
	current->fail_nth = 0;
	assert_int_equal(nth, 3);
	assert_non_null(p);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static void running_out_of_pages_loses_none(void **state)
{
	unsigned long before;
	void **list = NULL, **p;
	unsigned long n = 0;

	slab_shrink();
	before = nr_free_pages();
	while ((p = kmalloc(2000, GFP_KERNEL))) {
		*p = list;
		list = p;
		n++;
	}
	assert_true(n > 10000);
	assert_consistent();
	while (list) {
		p = *list;
		kfree(list);
		list = (void **)p;
	}
	slab_shrink();
	assert_int_equal(nr_free_pages(), before);
}

static void too_many_caches_are_refused(void **state)
{
	struct kmem_cache *caches[SLAB_MAX_CACHES];
	volatile int n = 0;

	while ((caches[n] = kmem_cache_create("one more", 32, 0, 0, NULL)))
		n++;
	assert_true(n > 50);
	assert_true(host_panics(
		(void)kmem_cache_create("needed", 32, 0, SLAB_PANIC, NULL)));
	assert_true(host_logged("needed"));
	while (n)
		kmem_cache_destroy(caches[--n]);
}

static void a_cache_in_use_is_not_destroyed(void **state)
{
	struct kmem_cache *s = kmem_cache_create("busy", 32, 0, 0, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	host_log_clear();
	kmem_cache_destroy(s);
	assert_true(host_logged("kmem_cache_destroy(busy): objects remain"));
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
	assert_null(s->name);
}

#if CONFIG_DEBUG_POISON
/* ---- deliberate mistakes: debug builds name cache and object ------------ */

static struct kmem_cache *victim_cache;

static char *victim(void)
{
	if (!victim_cache)
		victim_cache = kmem_cache_create("victim", 100, 8, 0, NULL);
	return kmem_cache_alloc(victim_cache, GFP_KERNEL);
}

static void assert_names(const void *object)
{
	char name[64];

	snprintf(name, sizeof(name), "cache victim, object %p", object);
	assert_true(host_logged(name));
}

static void double_free_is_noticed(void **state)
{
	char *p = victim();

	kmem_cache_free(victim_cache, p);
	assert_true(host_panics(kmem_cache_free(victim_cache, p)));
	assert_true(host_logged("double free"));
	assert_names(p);
}

static void overrun_is_noticed(void **state)
{
	char *p = victim();

	p[100] = 1;
	assert_int_equal(slab_verify(), 1);
	assert_true(host_panics(kmem_cache_free(victim_cache, p)));
	assert_true(host_logged("overrun"));
	assert_names(p);
	p[100] = (char)0xcc;
	kmem_cache_free(victim_cache, p);
	assert_consistent();
}

static void underrun_is_noticed(void **state)
{
	char *p = victim();

	p[-1] = 1;
	assert_true(host_panics(kmem_cache_free(victim_cache, p)));
	assert_true(host_logged("underrun"));
	p[-1] = (char)0xcc;
	kmem_cache_free(victim_cache, p);
}

/* Also where the size class is larger than what was asked for. */
static void kmalloc_overrun_is_noticed(void **state)
{
	char *p = kmalloc(70, GFP_KERNEL);

	p[70] = 1;
	assert_true(host_panics(kfree(p)));
	assert_true(host_logged("overrun"));
	assert_true(host_logged("cache kmalloc-96"));
	p[70] = (char)0xcc;
	kfree(p);
}

static void use_after_free_is_noticed(void **state)
{
	char *p = victim(), *q;

	kmem_cache_free(victim_cache, p);
	p[50] = 1;
	assert_int_equal(slab_verify(), 1);
	assert_true(host_panics(q = victim()));
	assert_true(host_logged("use after free"));
	assert_names(p);
	p[50] = 0x6b;
	(void)q;
	assert_consistent();
}

static void freeing_what_is_no_object_is_noticed(void **state)
{
	char *p = victim();

	assert_true(host_panics(kmem_cache_free(victim_cache, p + 8)));
	assert_true(host_logged("no object of cache victim"));
	kmem_cache_free(victim_cache, p);
	p = kmalloc(100, GFP_KERNEL);
	assert_true(host_panics(kmem_cache_free(victim_cache, p)));
	kfree(p);
	p = (char *)__get_free_page(GFP_KERNEL);
	assert_true(host_panics(kfree(p)));
	free_page((unsigned long)p);
}

#endif /* CONFIG_DEBUG_POISON */

/* S1, S2, S3, S5. */
static void slab_verify_notices_each_corruption(void **state)
{
	struct kmem_cache *s = kmem_cache_create("lies", 100, 8, 0, NULL);
	char *p = kmem_cache_alloc(s, GFP_KERNEL);
	struct page *page = slab_page(s, p);
	void *freelist = page->freelist;

	page->inuse++;
	assert_true(slab_verify() > 0);
	page->inuse--;

	page->freelist = (char *)page->freelist + 4;
	assert_true(slab_verify() > 0);
	page->freelist = NULL;
	assert_true(slab_verify() > 0);
	page->freelist = freelist;

	set_freepointer(s, freelist, freelist); /* a ring */
	assert_true(slab_verify() > 0);
	set_freepointer(s, freelist, NULL);
	page->inuse = page->objects - 1;
	assert_int_equal(slab_verify(), 0);

	s->nr_slabs++;
	assert_true(slab_verify() > 0);
	s->nr_slabs--;
	assert_int_equal(slab_verify(), 0);
	kmem_cache_free(s, p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_never_overlap),
		cmocka_unit_test(kmalloc_of_any_size),
		cmocka_unit_test(kmalloc_classes_fit),
		cmocka_unit_test(unusual_sizes),
		cmocka_unit_test(zeroed_memory_is_zero),
		cmocka_unit_test(krealloc_keeps_the_contents),
		cmocka_unit_test(copies_of_strings_and_memory),
		cmocka_unit_test(constructors_run_once),
		cmocka_unit_test(xarray_nodes_are_zeroed),
		cmocka_unit_test(each_allocation_failed_in_turn),
		cmocka_unit_test(running_out_of_pages_loses_none),
		cmocka_unit_test(too_many_caches_are_refused),
		cmocka_unit_test(a_cache_in_use_is_not_destroyed),
#if CONFIG_DEBUG_POISON
		cmocka_unit_test(double_free_is_noticed),
		cmocka_unit_test(overrun_is_noticed),
		cmocka_unit_test(underrun_is_noticed),
		cmocka_unit_test(kmalloc_overrun_is_noticed),
		cmocka_unit_test(use_after_free_is_noticed),
		cmocka_unit_test(freeing_what_is_no_object_is_noticed),
#endif
		cmocka_unit_test(slab_verify_notices_each_corruption),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, init_machine, NULL);
}
