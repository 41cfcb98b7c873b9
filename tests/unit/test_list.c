/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_list.c - doubly linked lists and hash lists.
 */
/* SOURCES: */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"

struct item {
	int value;
	struct list_head node;
	struct hlist_node hnode;
};

/* The values in a list, as decimal digits; checks both directions. */
static int digits(struct list_head *head)
{
	struct item *item;
	int forward = 0, backward = 0, scale = 1;

	list_for_each_entry (item, head, node)
		forward = forward * 10 + item->value;
	list_for_each_entry_reverse (item, head, node) {
		backward += scale * item->value;
		scale *= 10;
	}
	assert_int_equal(forward, backward);
	return forward;
}

static void add_at_both_ends(void **state)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	LIST_HEAD(list);

	assert_true(list_empty(&list));
	list_add(&a.node, &list);
	assert_true(list_is_singular(&list));
	list_add_tail(&b.node, &list);
	list_add(&c.node, &list);
	assert_int_equal(digits(&list), 312);
	assert_ptr_equal(list_first_entry(&list, struct item, node), &c);
	assert_ptr_equal(list_last_entry(&list, struct item, node), &b);
	assert_ptr_equal(list_next_entry(&c, node), &a);
	assert_ptr_equal(list_prev_entry(&b, node), &a);
	assert_true(list_is_last(&b.node, &list));
	assert_true(list_is_first(&c.node, &list));
}

static void delete_and_replace(void **state)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	LIST_HEAD(list);

	list_add_tail(&a.node, &list);
	list_add_tail(&b.node, &list);
	list_del(&a.node);
	assert_int_equal(digits(&list), 2);
	assert_ptr_equal(a.node.next, LIST_POISON1);
	list_replace(&b.node, &c.node);
	assert_int_equal(digits(&list), 3);
	list_del_init(&c.node);
	assert_true(list_empty(&list));
	assert_true(list_empty_careful(&c.node));
	list_del_init(&c.node); /* may be repeated */
	assert_null(list_first_entry_or_null(&list, struct item, node));
}

static void delete_while_walking(void **state)
{
	struct item items[9], *item, *next;
	LIST_HEAD(list);

	for (int i = 0; i < 9; i++) {
		items[i].value = i + 1;
		list_add_tail(&items[i].node, &list);
	}
	list_for_each_entry_safe (item, next, &list, node) {
		if (item->value % 3)
			list_del(&item->node);
	}
	assert_int_equal(digits(&list), 369);
}

static void splice_and_move(void **state)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	struct item d = { .value = 4 };
	LIST_HEAD(one);
	LIST_HEAD(two);
	LIST_HEAD(none);

	list_add_tail(&a.node, &one);
	list_add_tail(&b.node, &one);
	list_add_tail(&c.node, &two);
	list_add_tail(&d.node, &two);
	list_splice_init(&none, &one);
	assert_int_equal(digits(&one), 12);
	list_splice_tail_init(&two, &one);
	assert_int_equal(digits(&one), 1234);
	assert_true(list_empty(&two));
	list_move(&c.node, &one);
	assert_int_equal(digits(&one), 3124);
	list_move_tail(&a.node, &one);
	assert_int_equal(digits(&one), 3241);
	list_splice_init(&one, &two);
	assert_int_equal(digits(&two), 3241);
	assert_true(list_empty(&one));
}

static void hash_list(void **state)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	struct hlist_node *next;
	struct item *item;
	HLIST_HEAD(list);
	int sum = 0;

	INIT_HLIST_NODE(&a.hnode);
	assert_true(hlist_unhashed(&a.hnode));
	assert_true(hlist_empty(&list));
	hlist_add_head(&a.hnode, &list);
	hlist_add_head(&b.hnode, &list);
	hlist_add_head(&c.hnode, &list);
	hlist_for_each_entry (item, &list, hnode)
		sum = sum * 10 + item->value;
	assert_int_equal(sum, 321);

	hlist_del(&b.hnode);
	hlist_for_each_entry_safe (item, next, &list, hnode) {
		sum += item->value;
		hlist_del_init(&item->hnode);
	}
	assert_int_equal(sum, 325);
	assert_true(hlist_empty(&list));
	assert_true(hlist_unhashed(&a.hnode));
	hlist_del_init(&a.hnode); /* may be repeated */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_at_both_ends),
		cmocka_unit_test(delete_and_replace),
		cmocka_unit_test(delete_while_walking),
		cmocka_unit_test(splice_and_move),
		cmocka_unit_test(hash_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
