/* SPDX-License-Identifier: MIT */
/*
 * tests/user/vma_merge.c - which adjacent areas become one.
 *
 * Two areas merge when flags, file and offset agree and when their anon_vma
 * allow it: equal, or one of them absent and the other not shared with a
 * parent.  The results are those of Linux 6.1; later kernels merge more (6.18
 * fills a hole from the left, and drops the accounting flag in mprotect), so
 * on those some of these checks fail.
 *
 * "Faulted" below means written to, which gives an area an anon_vma.
 */
#include "fault.h"
#include "maps.h"

#define RW   (PROT_READ | PROT_WRITE)
#define RX   (PROT_READ | PROT_EXEC)
#define RWX  (RW | PROT_EXEC)
#define NAME "/tmp/vma_merge.tmp"

static void fault_in(char *p, int page)
{
	p[page * PAGE] = 1;
}

static void test_untouched(void)
{
	char *p = free_range(10);

	map_at(p, 2, RW);
	map_at(p + 2 * PAGE, 2, RW);
	layout_is(p, 10, "4rw 6.", "a new area joins the one below it",
		  "Equal flags, both without anon_vma.");
	map_at(p + 6 * PAGE, 2, RW);
	map_at(p + 5 * PAGE, 1, RW);
	layout_is(p, 10, "4rw 1. 3rw 2.", "a new area joins the one above it",
		  "");
	map_at(p + 4 * PAGE, 1, RW);
	layout_is(p, 10, "8rw 2.", "a new area joins both neighbours", "");
	map_at(p + 8 * PAGE, 1, PROT_READ);
	map_at(p + 9 * PAGE, 1, RX);
	layout_is(p, 10, "8rw 1r 1rx", "areas with other rights stay apart",
		  "");
	need(!munmap(p, 10 * PAGE));
}

static void test_flags(void)
{
	char *p = free_range(8);

	map_at(p, 2, RW);
	need(mmap(p + 2 * PAGE, 2 * PAGE, RW,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
		  0) == p + 2 * PAGE);
	layout_is(p, 4, "2rw 2rw", "MAP_NORESERVE keeps an area apart",
		  "VM_NORESERVE is part of vm_flags, which must be equal.");
	need(mmap(p + 4 * PAGE, PAGE, RW,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_STACK, -1,
		  0) == p + 4 * PAGE);
	map_at(p + 5 * PAGE, 1, RW);
	layout_is(p + 4 * PAGE, 2, "2rw", "MAP_STACK does not",
		  "It sets no flag of the area.");
	need(!munmap(p, 8 * PAGE));
	for (int i = 0; i < 2; i++)
		need(mmap(p + i * PAGE, PAGE, RW,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
			  0) == p + i * PAGE);
	layout_is(p, 2, "1rws 1rws", "shared anonymous areas never merge",
		  "Each is a mapping of its own nameless file.");
	need(!munmap(p, 8 * PAGE));
	map_at(p, 6, RW);
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_DONTFORK));
	layout_is(p, 6, "2rw 2rw 2rw", "MADV_DONTFORK splits an area in three",
		  "VM_DONTCOPY differs.");
	need(!madvise(p + 2 * PAGE, 2 * PAGE, MADV_DOFORK));
	layout_is(p, 6, "6rw", "MADV_DOFORK makes it one again", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_anon_vma(void)
{
	char *p = free_range(8);

	map_at(p, 2, RW);
	fault_in(p, 0);
	map_at(p + 2 * PAGE, 2, RW);
	layout_is(p, 4, "4rw", "a new area joins a faulted one below", "");
	map_at(p + 6 * PAGE, 2, RW);
	fault_in(p, 7);
	map_at(p + 5 * PAGE, 1, RW);
	layout_is(p, 8, "4rw 1. 3rw", "and one above", "");
	map_at(p + 4 * PAGE, 1, RW);
	layout_is(p, 8, "4rw 4rw",
		  "between two faulted areas it joins the one above",
		  "Their anon_vma differ, so the three cannot be one.  6.1 "
		  "tries the next area first, and then the previous one no "
		  "longer fits.");
	need(!munmap(p, 8 * PAGE));
	map_at(p, 6, RW);
	fault_in(p, 0);
	fault_in(p, 5);
	need(!mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ));
	fault_in(p, 1);
	fault_in(p, 4);
	need(!mprotect(p + 2 * PAGE, 2 * PAGE, RW));
	layout_is(p, 6, "6rw", "parts of one faulted area merge again",
		  "A split gives both parts the same anon_vma.");
	need(!munmap(p, 6 * PAGE));
}

/*
 * A first fault looks at the neighbours: if only the rights differ, it takes
 * over their anon_vma, so that a later mprotect can merge the two.
 */
static void test_anon_vma_reuse(void)
{
	char *p = free_range(6);

	map_at(p, 2, RW);
	fault_in(p, 0);
	map_at(p + 2 * PAGE, 2, RWX);
	fault_in(p, 2);
	need(!mprotect(p + 2 * PAGE, 2 * PAGE, RW));
	layout_is(p, 4, "4rw", "the first fault takes over the anon_vma below",
		  "find_mergeable_anon_vma(): the neighbour's anon_vma is "
		  "reused when all but the rights agree.");
	need(!munmap(p, 6 * PAGE));
	map_at(p + 2 * PAGE, 2, RWX);
	fault_in(p, 3);
	map_at(p, 2, RW);
	fault_in(p, 1);
	need(!mprotect(p + 2 * PAGE, 2 * PAGE, RW));
	layout_is(p, 4, "4rw", "or the one above", "");
	need(!munmap(p, 6 * PAGE));
	map_at(p, 1, RW);
	map_at(p + 2 * PAGE, 1, RW);
	fault_in(p, 0);
	fault_in(p, 2);
	map_at(p + PAGE, 1, RWX);
	fault_in(p, 1);
	need(!mprotect(p + PAGE, PAGE, RW));
	layout_is(p, 3, "1rw 2rw", "of two it takes the one above",
		  "find_mergeable_anon_vma() tries the next area first.");
	need(!munmap(p, 6 * PAGE));
}

/* Memory that was writable stays accounted, and that keeps it apart. */
static void test_accounting(void)
{
	char *p = free_range(6);

	for (int i = 0; i < 5; i++)
		map_at(p + i * PAGE, 1, i % 2 ? PROT_READ : RW);
	layout_is(p, 5, "1rw 1r 1rw 1r 1rw", "areas of two kinds", "");
	need(!mprotect(p, 5 * PAGE, PROT_READ));
	layout_is(p, 5, "1r 1r 1r 1r 1r", "made read-only they stay five lines",
		  "On 6.1 VM_ACCOUNT, set when a private area becomes "
		  "writable, is not taken back, and it is part of vm_flags.");
	need(!mprotect(p, 5 * PAGE, RW));
	layout_is(p, 5, "5rw", "made writable they are one",
		  "Now all are accounted, and none has an anon_vma.");
	need(!munmap(p, 6 * PAGE));
}

/* The child's report: exit status 0 if both layouts were as expected. */
static int child_merges(void *p)
{
	char *c = p;

	map_at(c + 2 * PAGE, 2, RW);
	if (strcmp(layout(c, 4), "2rw 2rw")) {
		diag("in the child: %s", layout(c, 4));
		return 1;
	}
	fault_in(c, 2);
	if (strcmp(layout(c, 4), "2rw 2rw"))
		return 2;
	map_at(c + 4 * PAGE, 1, RW);
	return strcmp(layout(c, 5), "2rw 3rw") ? 3 : 0;
}

static void test_fork(void)
{
	char *p = free_range(8);

	map_at(p, 2, RW);
	fault_in(p, 0);
	exits_with(run_child(child_merges, p), 0,
		   "in a child nothing joins a faulted inherited area",
		   "Its anon_vma chain also holds the parent's; merging a new "
		   "area into it would make rmap walks longer with each "
		   "generation (is_mergeable_anon_vma).");
	map_at(p + 2 * PAGE, 2, RW);
	layout_is(p, 4, "4rw", "in the parent it does", "");
	need(!munmap(p, 8 * PAGE));
}

static char *move(char *from, unsigned long nr, char *to)
{
	return mremap(from, nr * PAGE, nr * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		      to);
}

static void test_mremap(void)
{
	char *p = free_range(12), *q = p + 6 * PAGE;

	map_at(p, 2, RW);
	map_at(q, 2, RW);
	need(move(q, 2, p + 2 * PAGE) == p + 2 * PAGE);
	layout_is(p, 4, "4rw", "an untouched area merges where it is moved",
		  "Without pages its vm_pgoff may change to fit.");
	map_at(q, 2, RW);
	fault_in(q, 0);
	need(move(q, 2, p + 4 * PAGE) == p + 4 * PAGE);
	layout_is(p, 6, "4rw 2rw", "a faulted one does not",
		  "Its pages are found by vm_pgoff, which must stay, so it "
		  "does not continue the neighbour's.");
	need(!munmap(p, 12 * PAGE));
	map_at(p, 2, RW);
	map_at(p + 4 * PAGE, 2, RW);
	need(mremap(p, 2 * PAGE, 4 * PAGE, 0) == p);
	layout_is(p, 6, "6rw", "growth that closes a gap merges both sides",
		  "");
	need(!munmap(p, 12 * PAGE));
}

static void *file_at(int fd, char *p, int pgoff, int nr, int flags)
{
	return mmap(p, nr * PAGE, RW, flags | MAP_FIXED, fd, pgoff * PAGE);
}

static void test_file(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p = free_range(8);

	need(fd >= 0 && !ftruncate(fd, 8 * PAGE));
	need(file_at(fd, p, 0, 2, MAP_SHARED) == p);
	need(file_at(fd, p + 2 * PAGE, 2, 2, MAP_SHARED) == p + 2 * PAGE);
	layout_is(p, 4, "4rws", "file mappings with continuing offsets merge",
		  "Same file, and the next offset.");
	need(file_at(fd, p + 4 * PAGE, 5, 1, MAP_SHARED) == p + 4 * PAGE);
	layout_is(p, 5, "4rws 1rws", "with a jump in the offset they do not",
		  "");
	need(file_at(fd, p + 5 * PAGE, 6, 1, MAP_PRIVATE) == p + 5 * PAGE);
	layout_is(p, 6, "4rws 1rws 1rw", "nor shared with private", "");
	need(!munmap(p, 8 * PAGE));
	need(file_at(fd, p, 0, 1, MAP_PRIVATE) == p);
	fault_in(p, 0);
	need(file_at(fd, p + PAGE, 1, 1, MAP_PRIVATE) == p + PAGE);
	layout_is(p, 2, "2rw", "a private file area joins a faulted one", "");
	need(!munmap(p + PAGE, PAGE));
	map_at(p + PAGE, 1, RW);
	layout_is(p, 2, "1rw 1rw", "anonymous memory never joins a file's", "");
	unlink(NAME);
	need(!munmap(p, 8 * PAGE) && !close(fd));
}

static void test_brk(void)
{
	unsigned long brk = (sys_brk(0) + PAGE - 1) & -PAGE;

	need(sys_brk(brk + 2 * PAGE) == brk + 2 * PAGE);
	need(sys_brk(brk + 4 * PAGE) == brk + 4 * PAGE);
	is_num(maps_lines((void *)brk, 4 * PAGE), 1,
	       "the heap grows as one area", "brk extends the area below.");
}

int main(void)
{
	plan(30);
	test_untouched();
	test_flags();
	test_anon_vma();
	test_anon_vma_reuse();
	test_accounting();
	test_fork();
	test_mremap();
	test_file();
	test_brk();
	return done();
}
