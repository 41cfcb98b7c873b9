/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_interval_tree.c - overlap queries against a linear search.
 */
/* SOURCES: kernel/lib/interval_tree.c kernel/lib/rbtree.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kernel/lib/interval_tree.h"
#include "kernel/lib/kernel.h"

#define NODES 64
#define RANGE 200
#define STEPS 10000

static struct interval_tree_node nodes[NODES];
static bool in_tree[NODES];

static bool overlaps(const struct interval_tree_node *node, unsigned long start,
		     unsigned long last)
{
	return node->start <= last && node->last >= start;
}

/* Each overlapping interval exactly once, by ascending start. */
static void check_query(struct rb_root *root, unsigned long start,
			unsigned long last)
{
	struct interval_tree_node *node;
	unsigned long before = 0;
	int found = 0, expected = 0;

	for (int i = 0; i < NODES; i++)
		expected += in_tree[i] && overlaps(&nodes[i], start, last);
	interval_tree_for_each (node, root, start, last) {
		assert_true(in_tree[node - nodes]);
		assert_true(overlaps(node, start, last));
		assert_true(node->start >= before);
		before = node->start;
		found++;
	}
	assert_int_equal(found, expected);
}

static void random_operations(void **state)
{
	struct rb_root root = RB_ROOT;

	srand(1);
	for (int step = 0; step < STEPS; step++) {
		int i = rand() % NODES;
		unsigned long start = rand() % RANGE;

		if (in_tree[i]) {
			interval_tree_remove(&nodes[i], &root);
		} else {
			nodes[i].start = start;
			nodes[i].last = start + rand() % (1 + rand() % RANGE);
			interval_tree_insert(&nodes[i], &root);
		}
		in_tree[i] = !in_tree[i];
		assert_true(rb_validate(&root));

		start = rand() % RANGE;
		check_query(&root, start, start + rand() % 40);
		check_query(&root, start, start);
	}
	check_query(&root, 0, ULONG_MAX);
}

static void ends_are_included(void **state)
{
	struct interval_tree_node a = { .start = 10, .last = 19 };
	struct interval_tree_node b = { .start = 0, .last = ULONG_MAX };
	struct rb_root root = RB_ROOT;

	assert_null(interval_tree_iter_first(&root, 0, ULONG_MAX));
	interval_tree_insert(&a, &root);
	assert_null(interval_tree_iter_first(&root, 0, 9));
	assert_ptr_equal(interval_tree_iter_first(&root, 0, 10), &a);
	assert_ptr_equal(interval_tree_iter_first(&root, 19, 19), &a);
	assert_null(interval_tree_iter_first(&root, 20, ULONG_MAX));
	interval_tree_insert(&b, &root);
	assert_ptr_equal(interval_tree_iter_first(&root, 15, 15), &b);
	assert_ptr_equal(interval_tree_iter_next(&b, 15, 15), &a);
	assert_null(interval_tree_iter_next(&a, 15, 15));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_operations),
		cmocka_unit_test(ends_are_included),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
