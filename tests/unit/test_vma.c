/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/vma.c mm/vma_verify.c mm/vma_merge.c mm/rmap.c */
/* SOURCES: kernel/lib/rbtree.c kernel/lib/interval_tree.c */
/*
 * tests/unit/test_vma.c - the tree of areas against a table of pages.
 *
 * Whatever areas are split and merged into, each page must keep what it was
 * given: its rights, its file and its offset in it.  The search for free space
 * must find what looking at every page finds.  And a call that runs out of
 * memory must have changed nothing.
 */
#include "vma_host.h"

/* ---- a slow model ------------------------------------------------------- */

struct model_page {
	char kind; /* '\0': free */
	pgoff_t pgoff;
};

static struct model_page model[PAGES];

static void model_fill(unsigned long start, unsigned long end, char kind)
{
	for (; start < end; start++) {
		model[start].kind = kind;
		model[start].pgoff = BASE + start;
	}
}

static bool model_free(unsigned long start, unsigned long end)
{
	while (start < end && !model[start].kind)
		start++;
	return start >= end;
}

/* Is page @page in the tree what the model says? */
static void check_page(unsigned long page)
{
	unsigned long addr = page_addr(page);
	struct vm_area_struct *vma = vma_lookup(&mm, addr);

	if (!model[page].kind) {
		assert_null(vma);
		return;
	}
	assert_non_null(vma);
	assert_int_equal(vma->vm_flags, kind_flags(model[page].kind));
	assert_ptr_equal(vma->vm_file, kind_file(model[page].kind));
	assert_int_equal(linear_page_index(vma, addr), model[page].pgoff);
}

/* find_vma() says the same as looking from @page upwards. */
static void check_find(unsigned long page)
{
	struct vm_area_struct *vma, *prev;

	vma = find_vma_prev(&mm, page_addr(page), &prev);
	while (page < PAGES && !model[page].kind)
		page++;
	if (page == PAGES) {
		assert_null(vma);
		assert_ptr_equal(prev, mm.mmap_highest);
		return;
	}
	assert_non_null(vma);
	assert_true(vma->vm_start <= page_addr(page));
	assert_true(vma->vm_end > page_addr(page));
	if (prev)
		assert_ptr_equal(vma_next(prev), vma);
	else
		assert_ptr_equal(mm_first_vma(&mm), vma);
}

/* Each area of a file can be found by each of its pages, and no other. */
static void check_interval_trees(void)
{
	for (int file = 0; file < 2; file++) {
		for (unsigned long page = 0; page < PAGES; page++) {
			struct interval_tree_node *node;
			int found = 0;

			interval_tree_for_each (node, &mapping[file].i_mmap,
						BASE + page, BASE + page)
				found++;
			assert_int_equal(found, kind_file(model[page].kind) ==
							&files[file]);
		}
	}
}

static void check_all(void)
{
	validate_mm(&mm);
	for (unsigned long page = 0; page < PAGES; page++) {
		check_page(page);
		check_find(page);
	}
	check_interval_trees();
	assert_true(host_context_clean());
}

/* ---- random operations -------------------------------------------------- */

static void random_modify(unsigned long start, unsigned long end)
{
	char kind = "rw"[host_random(2)];

	/* As mprotect() does it: one area after another, to the first hole. */
	while (start < end) {
		struct vm_area_struct *vma = vma_lookup(&mm, page_addr(start));
		unsigned long stop;

		if (!vma || vma->vm_file)
			return;
		stop = min(end, (vma->vm_end >> PAGE_SHIFT) - BASE);
		assert_int_equal(modify(start, stop, kind), 0);
		model_fill(start, stop, kind);
		start = stop;
	}
}

static void random_step(void)
{
	unsigned long start = host_random(PAGES);
	unsigned long end = start + 1 + host_random(PAGES - start);
	struct vm_area_struct *vma;
	char kind = "rwfg"[host_random(4)];

	if (end - start > 12)
		end = start + 12;
	switch (host_random(4)) {
	case 0:
		if (!model_free(start, end))
			return;
		map_new(start, end, kind);
		model_fill(start, end, kind);
		break;
	case 1:
		assert_int_equal(unmap(start, end), 0);
		model_fill(start, end, '\0');
		break;
	case 2:
		random_modify(start, end);
		break;
	case 3:
		vma = vma_lookup(&mm, page_addr(start));
		if (vma && !vma->vm_file)
			assert_int_equal(anon_vma_prepare(vma), 0);
		break;
	}
	check_all();
}

static void every_page_keeps_what_it_was_given(void **state)
{
	for (unsigned long seed = 1; seed <= 20; seed++) {
		host_random_seed(seed);
		for (int i = 0; i < 500; i++)
			random_step();
		model_fill(0, PAGES, '\0');
		erase();
	}
}

/* ---- free space --------------------------------------------------------- */

static unsigned long slow_topdown(unsigned long pages, unsigned long low,
				  unsigned long high)
{
	for (unsigned long end = high; end >= low + pages; end--)
		if (model_free(end - pages, end))
			return page_addr(end - pages);
	return -ENOMEM;
}

static unsigned long slow_bottomup(unsigned long pages, unsigned long low,
				   unsigned long high)
{
	for (unsigned long start = low; start + pages <= high; start++)
		if (model_free(start, start + pages))
			return page_addr(start);
	return -ENOMEM;
}

static void check_gaps(void)
{
	for (unsigned long pages = 1; pages < 20; pages++) {
		unsigned long low = host_random(PAGES / 2);
		unsigned long high = low + 1 + host_random(PAGES - low);

		assert_int_equal(unmapped_area_topdown(&mm, pages << PAGE_SHIFT,
						       page_addr(low),
						       page_addr(high)),
				 slow_topdown(pages, low, high));
		assert_int_equal(unmapped_area(&mm, pages << PAGE_SHIFT,
					       page_addr(low), page_addr(high)),
				 slow_bottomup(pages, low, high));
	}
}

static void a_gap_is_found_if_there_is_one(void **state)
{
	for (unsigned long seed = 1; seed <= 20; seed++) {
		host_random_seed(seed);
		check_gaps(); /* in an empty address space */
		for (int i = 0; i < 300; i++) {
			random_step();
			check_gaps();
		}
		model_fill(0, PAGES, '\0');
		erase();
	}
}

/* Nobody is placed within the guard gap of a stack. */
static void a_stack_keeps_its_distance(void **state)
{
	unsigned long top = page_addr(0) + (64UL << 20), high = top + PAGE_SIZE;
	struct vm_area_struct *stack = vm_area_alloc(&mm);
	unsigned long gap_page;

	stack->vm_start = top;
	stack->vm_end = high;
	stack->vm_flags = VM_STACK_FLAGS;
	vma_link(&mm, stack);
	validate_mm(&mm);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE, 0, high),
			 top - STACK_GUARD_GAP - PAGE_SIZE);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE, 0, ULONG_MAX),
			 ULONG_MAX - PAGE_SIZE);

	/* One within the gap leaves holes above and below that nobody gets. */
	gap_page = ((64UL << 20) >> PAGE_SHIFT) - 100;
	make_area(gap_page, gap_page + 1, 'w');
	assert_int_equal(stack->vm_gap, 99 * PAGE_SIZE);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE, 0, high),
			 top - STACK_GUARD_GAP - PAGE_SIZE);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE,
					       top - STACK_GUARD_GAP, high),
			 -ENOMEM);
	assert_int_equal(
		unmapped_area(&mm, PAGE_SIZE, top - 50 * PAGE_SIZE, ULONG_MAX),
		high);
	free_area(find_vma(&mm, page_addr(gap_page)));

	/* One that touches it takes the hole away altogether. */
	make_area((32UL << 20) >> PAGE_SHIFT, (64UL << 20) >> PAGE_SHIFT, 'w');
	assert_int_equal(stack->vm_gap, 0);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE, 0, high),
			 page_addr(0) + (32UL << 20) - PAGE_SIZE);

	/* It grows, and the tree follows. */
	free_area(find_vma(&mm, page_addr(0)));
	vma_set_range(stack, top - (8UL << 20), high, stack->vm_pgoff);
	validate_mm(&mm);
	assert_int_equal(unmapped_area_topdown(&mm, PAGE_SIZE, 0, high),
			 top - (8UL << 20) - STACK_GUARD_GAP - PAGE_SIZE);
	erase();
}

/* fork() copies in order: each new area is the last. */
static void areas_can_be_appended(void **state)
{
	for (unsigned long i = 0; i < 1000; i++) {
		struct vm_area_struct *vma = vm_area_alloc(&mm);

		vma->vm_start = page_addr(3 * i);
		vma->vm_end = page_addr(3 * i + 2);
		vma_tree_append(&mm, vma);
		assert_ptr_equal(mm.mmap_highest, vma);
	}
	validate_mm(&mm);
	assert_int_equal(mm.map_count, 1000);
	assert_int_equal(unmapped_area(&mm, PAGE_SIZE, page_addr(0), ULONG_MAX),
			 page_addr(2));
	erase();
}

/* ---- all or nothing ----------------------------------------------------- */

static int punch_hole(void)
{
	return unmap(2, 4);
}

static int unmap_across(void)
{
	return unmap(1, 9);
}

static int modify_middle(void)
{
	return modify(2, 4, 'r');
}

/* Fail each allocation of @operation on @before in turn. */
static void fail_each(const char *before, int (*operation)(void),
		      const char *after, unsigned int allocations)
{
	char drawn[4 * PAGES];

	for (unsigned int nth = 1;; nth++) {
		unsigned long objects;
		int err;

		draw(before);
		strcpy(drawn, picture(10));
		objects = host_live_objects;
		current->fail_nth = nth;
		err = operation();
		if (current->fail_nth) {
			current->fail_nth = 0;
			assert_int_equal(err, 0);
			assert_string_equal(picture(10), after);
			assert_int_equal(nth, allocations + 1);
			erase();
			return;
		}
		assert_int_equal(err, -ENOMEM);
		assert_string_equal(picture(10), drawn);
		assert_int_equal(host_live_objects, objects);
		erase();
	}
}

static void splits_are_all_or_nothing(void **state)
{
	/* Each half needs an area, and one with pages a chain. */
	fail_each("[wwwwww]....", punch_hole, "[ww]..[ww]....", 2);
	fail_each("[WWWWWW]....", punch_hole, "[WW]..[WW]....", 4);
	fail_each("[ffffff]....", punch_hole, "[ff]..[ff]....", 2);
	fail_each("[WWW][rrr][WWWW]", unmap_across, "[W]........[W]", 4);
	fail_each("[WWWWWW]....", modify_middle, "[WW][RR][WW]....", 4);
}

static int refuse(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

static void an_owner_may_refuse_a_split(void **state)
{
	static const struct vm_operations_struct ops = { .may_split = refuse };

	draw("[wwwwww]");
	mm_first_vma(&mm)->vm_ops = &ops;
	assert_int_equal(unmap(2, 4), -EINVAL);
	assert_int_equal(modify(0, 2, 'r'), -EINVAL);
	assert_int_equal(mm.map_count, 1);
	assert_int_equal(unmap(0, 6), 0); /* whole, it can go */
	erase();
}

static void the_number_of_areas_is_limited(void **state)
{
	sysctl_max_map_count = 4;
	draw("[ww].[rr].[rrr]");
	assert_int_equal(modify(7, 8, 'w'), -ENOMEM); /* would be five */
	assert_string_equal(picture(9), "[ww].[rr].[rrr]");
	assert_int_equal(modify(6, 7, 'w'), 0);
	assert_string_equal(picture(9), "[ww].[rr].[w][rr]");
	assert_int_equal(modify(3, 4, 'w'), -ENOMEM);
	assert_int_equal(modify(7, 8, 'w'), 0); /* a merge needs no more */
	assert_string_equal(picture(9), "[ww].[rr].[ww][r]");
	sysctl_max_map_count = 1000;
	erase();
}

static void validate_notices(void **state)
{
	struct vm_area_struct *vma;

	draw("[ww].[ww].[ww]");
	vma = vma_next(mm_first_vma(&mm));

	vma->vm_gap += PAGE_SIZE;
	assert_true(host_panics(validate_mm(&mm)));
	vma->vm_gap -= PAGE_SIZE;

	vma->vm_end += 2 * PAGE_SIZE;
	assert_true(host_panics(validate_mm(&mm)));
	vma->vm_end -= 2 * PAGE_SIZE;

	vma->vm_prev = NULL;
	assert_true(host_panics(validate_mm(&mm)));
	vma->vm_prev = mm_first_vma(&mm);

	mm.map_count++;
	assert_true(host_panics(validate_mm(&mm)));
	mm.map_count--;

	validate_mm(&mm);
	erase();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_keeps_what_it_was_given),
		cmocka_unit_test(a_gap_is_found_if_there_is_one),
		cmocka_unit_test(a_stack_keeps_its_distance),
		cmocka_unit_test(areas_can_be_appended),
		cmocka_unit_test(splits_are_all_or_nothing),
		cmocka_unit_test(an_owner_may_refuse_a_split),
		cmocka_unit_test(the_number_of_areas_is_limited),
		cmocka_unit_test(validate_notices),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, vma_host_setup, NULL);
}
