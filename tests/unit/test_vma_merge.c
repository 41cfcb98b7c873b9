/* SPDX-License-Identifier: MIT */
/* SOURCES: mm/vma.c mm/vma_verify.c mm/vma_merge.c mm/rmap.c */
/* SOURCES: kernel/lib/rbtree.c kernel/lib/interval_tree.c */
/*
 * tests/unit/test_vma_merge.c - each way in which areas become one, or do not.
 *
 * The cases are numbered as in mm/vma_merge.c.  What is expected was seen on
 * Linux 6.1, see tests/user/vma_merge.c.
 */
#include "vma_host.h"

#define expect(text) assert_string_equal(picture(strlen_pages(text)), text)

static unsigned long strlen_pages(const char *text)
{
	unsigned long pages = 0;

	for (; *text; text++)
		if (*text != '[' && *text != ']')
			pages++;
	return pages;
}

static void expect_modify(const char *before, unsigned long start,
			  unsigned long end, char kind, const char *after)
{
	draw(before);
	assert_int_equal(modify(start, end, kind), 0);
	expect(after);
	erase();
}

static void expect_new(const char *before, unsigned long start,
		       unsigned long end, char kind, const char *after)
{
	draw(before);
	map_new(start, end, kind);
	expect(after);
	erase();
}

/* ---- the eight cases ---------------------------------------------------- */

static void new_range_joins_its_neighbours(void **state)
{
	expect_new("[ww]..[ww]", 2, 4, 'w', "[wwwwww]");     /* 1 */
	expect_new("[ww]...[ww]", 2, 4, 'w', "[wwww].[ww]"); /* 2 */
	expect_new("[ww]...[ww]", 3, 5, 'w', "[ww].[wwww]"); /* 3 */
	expect_new("[ww]....[ww]", 3, 5, 'w', "[ww].[ww].[ww]");
	expect_new("[rr]..[rr]", 2, 4, 'w', "[rr][ww][rr]");
}

static void changed_range_joins_its_neighbours(void **state)
{
	expect_modify("[rrrr][ww]", 2, 4, 'w', "[rr][wwww]");   /* 4 */
	expect_modify("[ww][rrrr]", 2, 4, 'w', "[wwww][rr]");   /* 5 */
	expect_modify("[ww][rr][ww]", 2, 4, 'w', "[wwwwww]");   /* 6 */
	expect_modify("[ww][rr][ss]", 2, 4, 'w', "[wwww][ss]"); /* 7 */
	expect_modify("[ss][rr][ww]", 2, 4, 'w', "[ss][wwww]"); /* 8 */
}

static void otherwise_it_is_cut_out(void **state)
{
	expect_modify("[rrrrrr]", 2, 4, 'w', "[rr][ww][rr]");
	expect_modify("[rrrrrr]", 0, 2, 'w', "[ww][rrrr]");
	expect_modify("[rrrrrr]", 4, 6, 'w', "[rrrr][ww]");
	expect_modify("[rr].[rr]", 0, 2, 'w', "[ww].[rr]");
	/* A neighbour that does not touch is none. */
	expect_modify("[ww].[rr].[ww]", 3, 5, 'w', "[ww].[ww].[ww]");
}

/* ---- what keeps areas apart --------------------------------------------- */

static void move_pgoff(struct vm_area_struct *vma, long by)
{
	vma_unlink_file(vma);
	vma->vm_pgoff += by;
	vma_link_file(vma);
}

static void files_and_offsets_must_continue(void **state)
{
	expect_new("[ff]..[ff]", 2, 4, 'f', "[ffffff]");
	expect_new("[ff]..[ff]", 2, 4, 'g', "[ff][gg][ff]");
	expect_new("[ff]..[ff]", 2, 4, 'w', "[ff][ww][ff]");

	draw("[ff]..[ff]");
	move_pgoff(mm_first_vma(&mm), 1);
	map_new(2, 4, 'f');
	expect("[ff][ffff]");
	erase();
}

/* The offsets continue, but the memory does not. */
static void a_gap_in_memory_is_no_neighbour(void **state)
{
	draw("[ff]....");
	move_pgoff(mm_first_vma(&mm), 1);
	map_new(3, 5, 'f');
	expect("[ff].[ff].");
	erase();
}

static void special_areas_stay_alone(void **state)
{
	struct vm_area_struct *vma;
	vm_flags_t flags;

	expect_new("[ss]..[ss]", 2, 4, 's', "[ss][ss][ss]");

	draw("[ss][ss]");
	vma = mm_first_vma(&mm);
	flags = vma->vm_flags;
	vma->vm_flags &= ~VM_WRITE;
	assert_ptr_equal(
		vma_modify_flags(vma, page_addr(0), page_addr(2), flags), vma);
	expect("[ss][ss]");
	erase();
}

static void owners_that_listen_are_not_merged(void **state)
{
	expect_new("[cc]..[cc]", 2, 4, 'w', "[cc][ww][cc]");
}

/* ---- anonymous pages ---------------------------------------------------- */

static void one_anon_vma_can_serve_both(void **state)
{
	expect_new("[WW]..[ww]", 2, 4, 'w', "[WWWWWW]");
	expect_new("[WW]....", 2, 4, 'w', "[WWWW]..");
	expect_new("..[WW]", 0, 2, 'w', "[WWWW]");
	expect_modify("[WW][rr]", 2, 4, 'w', "[WWWW]");
	expect_modify("[rr][WW]", 0, 2, 'w', "[WWWW]");
	expect_modify("[ww][rr][WW]", 2, 4, 'w', "[WWWWWW]");
	expect_modify("[WW][rr][ww]", 2, 4, 'w', "[WWWWWW]");
}

static void two_anon_vmas_stay_apart(void **state)
{
	/* The hole goes to the next; Linux 6.18 gives it to the other. */
	expect_new("[WW]..[WW]", 2, 4, 'w', "[WW][WWWW]");
	expect_modify("[WW][RR]", 2, 4, 'w', "[WW][WW]");
	expect_modify("[WW][rr][WW]", 2, 4, 'w', "[WWWW][WW]");
}

/* Pages do not join an area without pages: the rule is lopsided. */
static void pages_do_not_join_an_empty_area(void **state)
{
	expect_new("[ww]..[WW]", 2, 4, 'w', "[ww][WWWW]");
	expect_modify("[ww][RR]", 2, 4, 'w', "[ww][WW]");
	expect_modify("[RR][ww]", 0, 2, 'w', "[WW][ww]");
}

/* An area of a forked process has two chains, and is left alone. */
static void areas_of_a_fork_do_not_grow(void **state)
{
	struct vm_area_struct *vma, *child;

	draw("[WW]..");
	vma = mm_first_vma(&mm);
	child = vm_area_dup(vma);
	assert_int_equal(anon_vma_fork(child, vma), 0);
	assert_false(list_is_singular(&child->anon_vma_chain));

	/* The child's area in the place of the parent's. */
	vma_tree_remove(&mm, vma);
	vma_link(&mm, child);
	map_new(2, 4, 'w');
	expect("[WW][ww]");
	assert_null(find_mergeable_anon_vma(vma_next(child)));

	unlink_anon_vmas(vma);
	vm_area_free(vma);
	erase();
}

static void a_neighbours_anon_vma_is_shared(void **state)
{
	struct vm_area_struct *first, *second;

	draw("[ww][rr]");
	first = mm_first_vma(&mm);
	second = vma_next(first);
	assert_int_equal(anon_vma_prepare(second), 0);
	assert_int_equal(anon_vma_prepare(first), 0);
	assert_ptr_equal(first->anon_vma, second->anon_vma);
	/* So they can be one as soon as their rights are the same. */
	assert_int_equal(modify(2, 4, 'w'), 0);
	expect("[WWWW]");
	erase();
}

/* ---- the plan ----------------------------------------------------------- */

/* A plan changes nothing, and says what the commit then does. */
static void a_plan_is_only_a_plan(void **state)
{
	struct vm_area_struct *prev, *middle, *next;
	struct vma_merge_struct vmg = { 0 };
	struct vma_merge_plan plan;

	draw("[ww][rr][WW]");
	prev = mm_first_vma(&mm);
	middle = vma_next(prev);
	next = vma_next(middle);
	vmg.prev = prev;
	vmg.middle = middle;
	vmg.next = next;
	vmg.start = middle->vm_start;
	vmg.end = middle->vm_end;
	vmg.pgoff = middle->vm_pgoff;
	vmg.vm_flags = prev->vm_flags;

	assert_true(vma_merge_plan(&vmg, &plan));
	assert_ptr_equal(plan.keep, prev);
	assert_int_equal(plan.start, prev->vm_start);
	assert_int_equal(plan.end, next->vm_end);
	assert_int_equal(plan.pgoff, prev->vm_pgoff);
	assert_ptr_equal(plan.remove[0], middle);
	assert_ptr_equal(plan.remove[1], next);
	assert_ptr_equal(plan.anon_from, next);
	assert_null(plan.trim);
	expect("[ww][rr][WW]");
	erase();
}

/* Without memory to share the anon_vma there is no merge, and no error. */
static void a_merge_that_cannot_be_is_a_split(void **state)
{
	draw("[ww][rr][WW]");
	current->fail_nth = 1;
	assert_int_equal(modify(2, 4, 'w'), 0);
	assert_int_equal(current->fail_nth, 0);
	expect("[ww][ww][WW]");
	erase();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_range_joins_its_neighbours),
		cmocka_unit_test(changed_range_joins_its_neighbours),
		cmocka_unit_test(otherwise_it_is_cut_out),
		cmocka_unit_test(files_and_offsets_must_continue),
		cmocka_unit_test(a_gap_in_memory_is_no_neighbour),
		cmocka_unit_test(special_areas_stay_alone),
		cmocka_unit_test(owners_that_listen_are_not_merged),
		cmocka_unit_test(one_anon_vma_can_serve_both),
		cmocka_unit_test(two_anon_vmas_stay_apart),
		cmocka_unit_test(pages_do_not_join_an_empty_area),
		cmocka_unit_test(areas_of_a_fork_do_not_grow),
		cmocka_unit_test(a_neighbours_anon_vma_is_shared),
		cmocka_unit_test(a_plan_is_only_a_plan),
		cmocka_unit_test(a_merge_that_cannot_be_is_a_split),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, vma_host_setup, NULL);
}
