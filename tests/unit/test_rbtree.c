/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_rbtree.c - red-black trees, plain and augmented, under random
 * insertions and erasures.  After every step the tree's rules are checked, its
 * contents against an array, and its summaries against a slow recomputation.
 */
/* SOURCES: kernel/lib/rbtree.c */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kernel/lib/kernel.h"
#include "kernel/lib/rbtree.h"

#define NODES 200
#define STEPS 20000

struct node {
	struct rb_node rb;
	int key;
	int value;
	int subtree_max; /* greatest value in this subtree */
	bool in_tree;
};

static struct node nodes[NODES];

static struct node *entry(struct rb_node *rb)
{
	return rb_entry(rb, struct node, rb);
}

static bool compute_max(struct node *node, bool stop_if_same)
{
	int greatest = node->value;

	if (node->rb.rb_left)
		greatest = max(greatest, entry(node->rb.rb_left)->subtree_max);
	if (node->rb.rb_right)
		greatest = max(greatest, entry(node->rb.rb_right)->subtree_max);
	if (stop_if_same && node->subtree_max == greatest)
		return true;
	node->subtree_max = greatest;
	return false;
}

RB_DECLARE_CALLBACKS(static, augment, struct node, rb, subtree_max,
		     compute_max);

static struct rb_node *link_node(struct rb_root *root, struct node *new)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = new->key < entry(parent)->key ? &parent->rb_left
						     : &parent->rb_right;
	}
	rb_link_node(&new->rb, parent, link);
	return parent;
}

/* The order of the keys, both ways, and the number of nodes. */
static void check_contents(struct rb_root *root)
{
	struct rb_node *rb = rb_first(root);

	for (int i = 0; i < NODES; i++) {
		if (!nodes[i].in_tree)
			continue;
		assert_ptr_equal(rb, &nodes[i].rb);
		rb = rb_next(rb);
	}
	assert_null(rb);
	rb = rb_last(root);
	for (int i = NODES; i-- > 0;) {
		if (!nodes[i].in_tree)
			continue;
		assert_ptr_equal(rb, &nodes[i].rb);
		rb = rb_prev(rb);
	}
	assert_null(rb);
	assert_true(rb_validate(root));
}

static int check_max(struct rb_node *rb)
{
	int left, right, greatest;

	if (!rb)
		return INT_MIN;
	left = check_max(rb->rb_left);
	right = check_max(rb->rb_right);
	greatest = max3(left, right, entry(rb)->value);
	assert_int_equal(entry(rb)->subtree_max, greatest);
	return greatest;
}

static void reset_nodes(void)
{
	for (int i = 0; i < NODES; i++)
		nodes[i] = (struct node){ .key = i };
}

static void random_plain(void **state)
{
	struct rb_root root = RB_ROOT;

	reset_nodes();
	srand(1);
	for (int step = 0; step < STEPS; step++) {
		struct node *node = &nodes[rand() % NODES];

		if (node->in_tree) {
			rb_erase(&node->rb, &root);
		} else {
			link_node(&root, node);
			rb_insert_color(&node->rb, &root);
		}
		node->in_tree = !node->in_tree;
		check_contents(&root);
	}
}

static void random_augmented(void **state)
{
	struct rb_root root = RB_ROOT;

	reset_nodes();
	srand(2);
	for (int step = 0; step < STEPS; step++) {
		struct node *node = &nodes[rand() % NODES];

		if (node->in_tree && rand() % 3 == 0) {
			/* A change of what the summary is made of. */
			node->value = rand() % 1000;
			augment.propagate(&node->rb, NULL);
		} else if (node->in_tree) {
			rb_erase_augmented(&node->rb, &root, &augment);
			node->in_tree = false;
		} else {
			struct rb_node *parent = link_node(&root, node);

			node->value = node->subtree_max = rand() % 1000;
			augment.propagate(parent, NULL);
			rb_insert_augmented(&node->rb, &root, &augment);
			node->in_tree = true;
		}
		check_contents(&root);
		check_max(root.rb_node);
	}
}

static void ascending_and_descending(void **state)
{
	struct rb_root root = RB_ROOT;

	reset_nodes();
	for (int i = 0; i < NODES; i++) {
		link_node(&root, &nodes[i]);
		rb_insert_color(&nodes[i].rb, &root);
		nodes[i].in_tree = true;
		check_contents(&root);
	}
	for (int i = 0; i < NODES; i++) {
		rb_erase(&nodes[i].rb, &root);
		nodes[i].in_tree = false;
		check_contents(&root);
	}
	assert_true(RB_EMPTY_ROOT(&root));
	for (int i = NODES; i-- > 0;) {
		link_node(&root, &nodes[i]);
		rb_insert_color(&nodes[i].rb, &root);
		nodes[i].in_tree = true;
		check_contents(&root);
	}
}

static void replace_keeps_the_shape(void **state)
{
	struct rb_root root = RB_ROOT;
	struct node other[3];

	reset_nodes();
	for (int i = 0; i < 10; i++) {
		link_node(&root, &nodes[i]);
		rb_insert_color(&nodes[i].rb, &root);
	}
	/* The first, an inner one, and whoever is the root. */
	rb_replace_node(&nodes[0].rb, &other[0].rb, &root);
	assert_ptr_equal(rb_first(&root), &other[0].rb);
	rb_replace_node(&nodes[5].rb, &other[1].rb, &root);
	assert_ptr_equal(rb_prev(&nodes[6].rb), &other[1].rb);
	rb_replace_node(root.rb_node, &other[2].rb, &root);
	assert_ptr_equal(root.rb_node, &other[2].rb);
	assert_true(rb_validate(&root));
}

static void cached_leftmost(void **state)
{
	struct rb_root_cached root = RB_ROOT_CACHED;

	reset_nodes();
	srand(3);
	for (int step = 0; step < STEPS; step++) {
		struct node *node = &nodes[rand() % NODES];

		if (node->in_tree) {
			rb_erase_cached(&node->rb, &root);
		} else {
			link_node(&root.rb_root, node);
			rb_insert_color_cached(
				&node->rb, &root,
				!root.rb_leftmost ||
					node->key <
						entry(root.rb_leftmost)->key);
		}
		node->in_tree = !node->in_tree;
		assert_ptr_equal(rb_first_cached(&root),
				 rb_first(&root.rb_root));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_plain),
		cmocka_unit_test(random_augmented),
		cmocka_unit_test(ascending_and_descending),
		cmocka_unit_test(replace_keeps_the_shape),
		cmocka_unit_test(cached_leftmost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
