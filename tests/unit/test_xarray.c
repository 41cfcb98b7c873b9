/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_xarray.c - the sparse array against a flat table, with random
 * failures of its allocations; every node must be given back.
 */
/* SOURCES: kernel/lib/xarray.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kernel/lib/kernel.h"
#include "kernel/lib/xarray.h"

#define STEPS 40000

static int live_nodes;
static int fail_in = -1; /* the allocation after so many fails; -1: none */

struct xa_node *xa_node_alloc(gfp_t gfp)
{
	if (!fail_in)
		return NULL;
	if (fail_in > 0)
		fail_in--;
	live_nodes++;
	return calloc(1, sizeof(struct xa_node));
}

void xa_node_free(struct xa_node *node)
{
	live_nodes--;
	free(node);
}

/* The indices that are used: small ones, edges of levels, and the last. */
static const unsigned long indices[] = {
	0,
	1,
	2,
	62,
	63,
	64,
	65,
	127,
	128,
	4094,
	4095,
	4096,
	4097,
	262143,
	262144,
	262145,
	1UL << 24,
	1UL << 30,
	(1UL << 36) - 1,
	1UL << 36,
	1UL << 59,
	1UL << 60,
	1UL << 63,
	ULONG_MAX - 64,
	ULONG_MAX - 1,
	ULONG_MAX,
};
#define NR_INDICES ARRAY_SIZE(indices)

static void *model[NR_INDICES];
static bool reserved[NR_INDICES];

/* X1 and X2 of xarray.c.  Return: the number of nodes. */
static int check_node(struct xa_node *node, int shift)
{
	int used = 0, nodes = 1;

	assert_int_equal(node->shift, shift);
	for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++) {
		struct xa_node *child = node->slots[i];

		if (!child)
			continue;
		used++;
		if (!shift)
			continue;
		assert_ptr_equal(child->parent, node);
		assert_int_equal(child->offset, i);
		nodes += check_node(child, shift - XA_CHUNK_SHIFT);
	}
	assert_true(used > 0);
	assert_int_equal(node->count, used);
	return nodes;
}

static void check_array(struct xarray *xa)
{
	struct xa_node *top = xa->xa_head;
	unsigned long index;
	size_t i = 0;
	void *entry;

	if (xa->xa_height) {
		assert_null(top->parent);
		assert_false(top->count == 1 && top->slots[0]);
		assert_int_equal(
			check_node(top, (xa->xa_height - 1) * XA_CHUNK_SHIFT),
			live_nodes);
	} else {
		assert_int_equal(live_nodes, 0);
	}
	for (size_t n = 0; n < NR_INDICES; n++)
		assert_ptr_equal(xa_load(xa, indices[n]), model[n]);
	xa_for_each (xa, index, entry) {
		while (!model[i])
			i++;
		assert_true(i < NR_INDICES);
		assert_int_equal(index, indices[i]);
		assert_ptr_equal(entry, model[i]);
		i++;
	}
	while (i < NR_INDICES)
		assert_null(model[i++]);
}

static void store(struct xarray *xa, size_t n)
{
	void *entry = rand() % 4 ? (void *)&model[rand() % NR_INDICES]
				 : xa_mk_value(rand());
	void *old = xa_store(xa, indices[n], entry, 0);

	if (xa_is_err(old)) {
		assert_int_equal(xa_err(old), -ENOMEM);
		assert_int_equal(fail_in, 0);
		assert_false(reserved[n]); /* that store cannot fail */
		return;
	}
	assert_ptr_equal(old, model[n]);
	model[n] = entry;
	reserved[n] = false;
}

static void one_step(struct xarray *xa, size_t n)
{
	int err;

	switch (rand() % 6) {
	case 0:
	case 1:
		store(xa, n);
		break;
	case 2:
	case 3:
		assert_ptr_equal(xa_erase(xa, indices[n]), model[n]);
		model[n] = NULL;
		reserved[n] = false;
		break;
	case 4:
		err = xa_reserve(xa, indices[n], 0);
		assert_true(!err || (err == -ENOMEM && !fail_in));
		if (!err && !model[n])
			reserved[n] = true;
		break;
	case 5:
		xa_release(xa, indices[n]);
		reserved[n] = false;
		break;
	}
}

static void random_operations(void **state)
{
	struct xarray xa;

	xa_init(&xa);
	srand(1);
	for (int step = 0; step < STEPS; step++) {
		fail_in = rand() % 2 ? rand() % 12 : -1;
		one_step(&xa, rand() % NR_INDICES);
		check_array(&xa);
	}
	xa_destroy(&xa);
	assert_true(xa_empty(&xa));
	assert_int_equal(live_nodes, 0);
	fail_in = -1;
}

/* Fail each allocation of one store in turn: nothing may change. */
static void store_is_all_or_nothing(void **state)
{
	DEFINE_XARRAY(xa);
	int value;

	assert_null(xa_store(&xa, 7, &value, 0));
	for (int nth = 0;; nth++) {
		int before = live_nodes;
		void *old;

		fail_in = nth;
		old = xa_store(&xa, 1UL << 40, &value, 0);
		if (!xa_is_err(old)) {
			assert_null(old);
			assert_int_equal(nth, live_nodes - before);
			break;
		}
		assert_int_equal(xa_err(old), -ENOMEM);
		assert_int_equal(live_nodes, before);
		assert_null(xa_load(&xa, 1UL << 40));
		assert_ptr_equal(xa_load(&xa, 7), &value);
	}
	fail_in = -1;
	xa_destroy(&xa);
	assert_int_equal(live_nodes, 0);
}

static void insert_and_reserve(void **state)
{
	DEFINE_XARRAY(xa);
	unsigned long index = 0;
	int value;

	assert_int_equal(xa_insert(&xa, 5, &value, 0), 0);
	assert_int_equal(xa_insert(&xa, 5, &value, 0), -EBUSY);
	assert_int_equal(xa_reserve(&xa, 9, 0), 0);
	assert_int_equal(xa_insert(&xa, 9, &value, 0), -EBUSY);
	assert_null(xa_load(&xa, 9));
	xa_release(&xa, 5); /* has an entry: stays */
	assert_ptr_equal(xa_find(&xa, &index, ULONG_MAX), &value);
	assert_int_equal(index, 5);
	assert_null(xa_find_after(&xa, &index, ULONG_MAX));
	assert_int_equal(index, 5);
	xa_release(&xa, 9);
	assert_int_equal(xa_insert(&xa, 9, &value, 0), 0);
	xa_destroy(&xa);
	assert_int_equal(live_nodes, 0);
}

static void find_in_ranges(void **state)
{
	unsigned long index, visited = 0;
	DEFINE_XARRAY(xa);
	void *entry;

	for (unsigned long i = 0; i < 1000; i += 10)
		xa_store(&xa, i, xa_mk_value(i), 0);
	xa_for_each_range (&xa, index, entry, 101, 200) {
		assert_int_equal(xa_to_value(entry), index);
		visited++;
		if (index % 20 == 0)
			xa_erase(&xa, index);
	}
	assert_int_equal(visited, 10);
	index = 991;
	assert_null(xa_find(&xa, &index, ULONG_MAX));
	index = 111;
	assert_null(xa_find(&xa, &index, 129));
	assert_ptr_equal(xa_find(&xa, &index, 130), xa_mk_value(130));
	xa_destroy(&xa);
	assert_int_equal(live_nodes, 0);
}

/* The first entry needs no node, if its index is 0. */
static void index_zero_is_free(void **state)
{
	DEFINE_XARRAY(xa);
	int value;

	fail_in = 0;
	assert_null(xa_store(&xa, 0, &value, 0));
	assert_ptr_equal(xa_load(&xa, 0), &value);
	assert_int_equal(live_nodes, 0);
	assert_ptr_equal(xa_erase(&xa, 0), &value);
	assert_true(xa_empty(&xa));
	fail_in = -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_operations),
		cmocka_unit_test(store_is_all_or_nothing),
		cmocka_unit_test(insert_and_reserve),
		cmocka_unit_test(find_in_ranges),
		cmocka_unit_test(index_zero_is_free),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
