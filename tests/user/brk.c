/* SPDX-License-Identifier: MIT */
/*
 * tests/user/brk.c - the program break.
 *
 * The system call returns the break, new or unchanged; it has no errno.
 */
#include "fault.h"
#include "maps.h"

#define RW (PROT_READ | PROT_WRITE)

static unsigned long start;

static void test_grow(void)
{
	char *heap;

	ok(start && sys_brk(0) == start, "brk(0) returns the break",
	   "An argument below the start of the heap changes nothing.");
	is_num(sys_brk(start + 10 * PAGE), start + 10 * PAGE,
	       "the break grows to where it is put", "");
	is_num(sys_brk(0), start + 10 * PAGE, "and stays there", "");
	heap = (char *)((start + PAGE - 1) & -PAGE);
	ok(all_bytes(heap, 0, 9 * PAGE), "new heap memory is zeros", "");
	memset(heap, 0x33, 9 * PAGE);
	ok(all_bytes(heap, 0x33, 9 * PAGE), "and can be written", "");
	is_num(sys_brk(start + 12345), start + 12345,
	       "the break need not be page aligned",
	       "mm->brk keeps the exact value; only mapping is in pages.");
	is_num(sys_brk(start + 10 * PAGE), start + 10 * PAGE,
	       "it grows again from there", "");
	ok(all_bytes(heap + 12345 - 4096 + PAGE, 0, 0) &&
		   all_bytes(heap + 4 * PAGE, 0, 5 * PAGE),
	   "pages that were given up come back as zeros",
	   "Shrinking must unmap the whole pages above the new break.");
	ok(all_bytes(heap, 0x33, 2 * PAGE), "pages below kept their bytes", "");
}

static void test_shrink(void)
{
	char *heap = (char *)((start + PAGE - 1) & -PAGE);

	need(sys_brk((unsigned long)heap + 4 * PAGE) ==
	     (unsigned long)heap + 4 * PAGE);
	is_num(read_fault(heap + 4 * PAGE), SEGV_MAPERR,
	       "memory above the break is not mapped", "");
	is_num(read_fault(heap + 3 * PAGE), 0, "memory below it is", "");
	is_num(sys_brk((unsigned long)heap + 3 * PAGE + 1),
	       (unsigned long)heap + 3 * PAGE + 1,
	       "a break in the middle of a page", "");
	is_num(read_fault(heap + 3 * PAGE), 0, "keeps that page", "");
	is_num(sys_brk(start), start, "the whole heap can be given back", "");
	is_num(read_fault(heap), SEGV_MAPERR, "and is unmapped then", "");
}

static void test_refused(void)
{
	need(sys_brk(start + 2 * PAGE) == start + 2 * PAGE);
	is_num(sys_brk(PAGE), start + 2 * PAGE,
	       "a break below the heap's start is refused",
	       "The old break is returned and nothing changes.");
	is_num(sys_brk(-1UL), start + 2 * PAGE,
	       "a break at the end of the address space is refused",
	       "Rounding up must not wrap to 0.");
	is_num(sys_brk(0xffff888000000000), start + 2 * PAGE,
	       "a break in kernel space is refused", "");
	is_num(sys_brk(1UL << 46), start + 2 * PAGE,
	       "64 TiB of heap are refused",
	       "More than all memory, by any overcommit rule.");
	is_num(sys_brk(0), start + 2 * PAGE, "refusals change nothing", "");
}

static void test_collision(void)
{
	char *end = (char *)((start + 2 * PAGE + PAGE - 1) & -PAGE);
	char *wall = end + 4 * PAGE;
	unsigned long limit = (unsigned long)wall - PAGE;

	map_at(wall, 1, PROT_READ);
	is_num(sys_brk(limit + 1), start + 2 * PAGE,
	       "the break may not come next to a mapping",
	       "One free page must stay between: 6.1 looks for an area up to "
	       "one page past the new break.");
	is_num(sys_brk((unsigned long)wall + PAGE), start + 2 * PAGE,
	       "nor swallow it", "");
	is_num(sys_brk(limit), limit, "but one page short of it is allowed",
	       "");
	layout_is(end, 5, "3rw 1. 1r", "as maps shows", "");
	need(sys_brk(start) == start && !munmap(wall, PAGE));
}

static void test_heap_area(void)
{
	char *heap = (char *)((start + PAGE - 1) & -PAGE);
	struct map m;

	need(sys_brk((unsigned long)heap + 6 * PAGE) ==
	     (unsigned long)heap + 6 * PAGE);
	need(maps_find(heap + PAGE, &m));
	is_str(m.name, "[heap]", "maps calls it [heap]", "");
	is_num(m.end, heap + 6 * PAGE, "up to the break", "");
	is_str(m.perms, "rw-p", "readable and writable, not executable", "");
	memset(heap, 1, 6 * PAGE);
	need(!munmap(heap + 2 * PAGE, PAGE));
	layout_is(heap, 6, "2rw 1. 3rw", "munmap can cut a hole in the heap",
		  "");
	is_num(sys_brk((unsigned long)heap + PAGE), heap + PAGE,
	       "shrinking past the hole works", "");
	layout_is(heap, 6, "1rw 5.", "and leaves what is below", "");
	need(sys_brk(start) == start);
}

static int child_heap(void *unused)
{
	unsigned long brk = sys_brk(0);

	if (brk != start + 4 * PAGE)
		return 1;
	*(char *)(brk - 10) = 'c';
	return sys_brk(brk + 8 * PAGE) == brk + 8 * PAGE ? 0 : 2;
}

static void test_fork(void)
{
	char *last;

	need(sys_brk(start + 4 * PAGE) == start + 4 * PAGE);
	last = (char *)start + 4 * PAGE - 10;
	*last = 'p';
	exits_with(run_child(child_heap, NULL), 0,
		   "a child inherits the break and can move it", "");
	ok(sys_brk(0) == start + 4 * PAGE && *last == 'p',
	   "without moving its parent's", "mm->brk belongs to the mm.");
}

static int child_limit(void *unused)
{
	struct rlimit data = { 512 * PAGE, 512 * PAGE };
	unsigned long brk = sys_brk(0);

	if (setrlimit(RLIMIT_DATA, &data))
		return 1;
	if (sys_brk(brk + 1024 * PAGE) != brk)
		return 2;
	return sys_brk(brk + PAGE) == brk + PAGE ? 0 : 3;
}

static void test_limit(void)
{
	exits_with(run_child(child_limit, NULL), 0,
		   "RLIMIT_DATA bounds the heap",
		   "Status 1: no setrlimit; 2: the limit is not enforced; 3: "
		   "growth within it fails.");
}

int main(void)
{
	plan(33);
	start = sys_brk(0);
	test_grow();
	test_shrink();
	test_refused();
	test_collision();
	test_heap_area();
	test_fork();
	test_limit();
	return done();
}
