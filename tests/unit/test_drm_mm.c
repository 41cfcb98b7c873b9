/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_drm_mm.c - the manager of ranges against a map of bytes.
 */
/* SOURCES: drivers/gpu/drm_mm.c kernel/lib/rbtree.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/gpu/drm_mm.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"

#define START 100
#define SIZE  300
#define NODES 64
#define STEPS 20000

static void a_new_space_is_one_hole(void **state)
{
	struct drm_mm_node all, more;
	struct drm_mm mm;

	drm_mm_init(&mm, START, SIZE);
	assert_true(drm_mm_clean(&mm));
	assert_null(drm_mm_first(&mm));
	assert_int_equal(drm_mm_insert_node(&mm, &all, SIZE + 1), -ENOSPC);
	assert_int_equal(drm_mm_insert_node(&mm, &all, 0), -ENOSPC);
	assert_int_equal(drm_mm_insert_node(&mm, &all, SIZE), 0);
	assert_int_equal(all.start, START);
	assert_int_equal(drm_mm_insert_node(&mm, &more, 1), -ENOSPC);
	assert_ptr_equal(drm_mm_lookup(&mm, START), &all);
	assert_ptr_equal(drm_mm_lookup(&mm, START + SIZE - 1), &all);
	assert_null(drm_mm_lookup(&mm, START - 1));
	assert_null(drm_mm_lookup(&mm, START + SIZE));
	drm_mm_remove_node(&mm, &all);
	assert_true(drm_mm_clean(&mm));
	assert_int_equal(drm_mm_verify(&mm), 0);
}

/* Holes on both sides of what goes become one. */
static void neighbouring_holes_join(void **state)
{
	struct drm_mm_node node[3], whole;
	struct drm_mm mm;

	drm_mm_init(&mm, 0, 30);
	for (int i = 0; i < 3; i++)
		assert_int_equal(drm_mm_insert_node(&mm, &node[i], 10), 0);
	drm_mm_remove_node(&mm, &node[0]);
	drm_mm_remove_node(&mm, &node[2]);
	assert_int_equal(drm_mm_insert_node(&mm, &whole, 11), -ENOSPC);
	drm_mm_remove_node(&mm, &node[1]);
	assert_int_equal(drm_mm_insert_node(&mm, &whole, 30), 0);
	assert_int_equal(drm_mm_verify(&mm), 0);
}

/* The lowest run of @size free bytes of the model, or -1. */
static int model_first_fit(const unsigned char *owner, int size)
{
	int run = 0;

	for (int at = 0; at < SIZE; at++) {
		run = owner[at] ? 0 : run + 1;
		if (run == size)
			return at - size + 1;
	}
	return -1;
}

static void check_lookups(const struct drm_mm *mm, const unsigned char *owner,
			  const struct drm_mm_node *nodes)
{
	for (int at = 0; at < SIZE; at++) {
		const struct drm_mm_node *node = drm_mm_lookup(mm, START + at);

		assert_ptr_equal(node,
				 owner[at] ? &nodes[owner[at] - 1] : NULL);
	}
}

static void random_operations(void **state)
{
	static struct drm_mm_node nodes[NODES];
	static unsigned char owner[SIZE]; /* node + 1, or 0 */
	bool taken[NODES] = { false };
	struct drm_mm mm;

	srand(7);
	drm_mm_init(&mm, START, SIZE);
	for (int step = 0; step < STEPS; step++) {
		int i = rand() % NODES, size = 1 + rand() % 24;
		int at = model_first_fit(owner, size);

		if (taken[i]) {
			memset(owner + nodes[i].start - START, 0,
			       nodes[i].size);
			drm_mm_remove_node(&mm, &nodes[i]);
			taken[i] = false;
		} else if (at < 0) {
			assert_int_equal(
				drm_mm_insert_node(&mm, &nodes[i], size),
				-ENOSPC);
		} else {
			assert_int_equal(
				drm_mm_insert_node(&mm, &nodes[i], size), 0);
			assert_int_equal(nodes[i].start, START + at);
			memset(owner + at, i + 1, size);
			taken[i] = true;
		}
		assert_int_equal(drm_mm_verify(&mm), 0);
		if (step % 16 == 0)
			check_lookups(&mm, owner, nodes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_space_is_one_hole),
		cmocka_unit_test(neighbouring_holes_join),
		cmocka_unit_test(random_operations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drm_mm", tests, NULL, NULL);
}
