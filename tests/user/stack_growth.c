/* SPDX-License-Identifier: MIT */
/*
 * tests/user/stack_growth.c - areas that grow down: the main stack and
 * MAP_GROWSDOWN, and the guard gap below them.
 *
 * A fault below such an area extends it, up to RLIMIT_STACK, as long as 256
 * pages stay free above the next mapping below.  A PROT_NONE neighbour does
 * not count: it is a guard itself.
 */
#include "fault.h"
#include "maps.h"

#define RW  (PROT_READ | PROT_WRITE)
#define GAP 256

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static struct map stack_area(void)
{
	struct map m;
	int local;

	need(maps_find(&local, &m));
	return m;
}

static __attribute__((noinline)) int recurse(int depth)
{
	volatile char frame[1024];

	memset((char *)frame, depth, sizeof(frame));
	if (depth > 0 && recurse(depth - 1) != depth - 1)
		return -1;
	return frame[17] == (char)depth && frame[1000] == (char)depth ? depth
								      : -1;
}

static void test_recursion(void)
{
	struct map before = stack_area(), after;

	is_num(recurse(4000), 4000, "4 MiB of recursion",
	       "The stack must grow page by page as it is touched.");
	after = stack_area();
	ok(before.start - after.start >= 3 << 20 && after.end == before.end,
	   "and maps shows that the stack has grown down",
	   "vm_start moves, vm_end does not.");
}

/* One jump far below the stack pointer, not a walk through each page. */
static int child_jump(void *unused)
{
	char *p = (char *)stack_area().start - 512 * 1024;

	*(volatile char *)p = 1;
	if (stack_area().start > (unsigned long)p)
		return 1;
	return all_bytes(p + 1, 0, PAGE) ? 0 : 2;
}

/* The limit counts from the top of the stack. */
static int child_limit(void *unused)
{
	struct map m = stack_area();
	struct rlimit rl = { 2 << 20, 8 << 20 };

	if (setrlimit(RLIMIT_STACK, &rl))
		return 1;
	if (write_fault((char *)m.end - (2 << 20) - PAGE) != SEGV_MAPERR)
		return 2;
	return write_fault((char *)m.end - (2 << 20)) == 0 ? 0 : 3;
}

static int child_default_limit(void *unused)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_STACK, &rl))
		return 1;
	if (rl.rlim_cur != 8 << 20)
		return 0; /* not the default here: nothing to say */
	if (write_fault((char *)stack_area().end - (8 << 20) - PAGE) !=
	    SEGV_MAPERR)
		return 2;
	return write_fault((char *)stack_area().end - (8 << 20)) ? 3 : 0;
}

static void test_limits(void)
{
	exits_with(run_child(child_jump, NULL), 0,
		   "a touch 512 KiB below the stack extends it",
		   "Linux does not ask where the stack pointer is.");
	exits_with(run_child(child_default_limit, NULL), 0,
		   "8 MiB is the limit at first",
		   "RLIMIT_STACK's default; status 2: the stack grew past it; "
		   "3: it stopped short of it.");
	exits_with(run_child(child_limit, NULL), 0,
		   "RLIMIT_STACK can be lowered",
		   "It is looked up at the fault.");
}

/* Put a page @below pages under the stack area; it must bar the way. */
static int child_gap(void *arg)
{
	int prot = *(int *)arg;
	char *start = (char *)stack_area().start, *wall;

	wall = start - (GAP + 50) * PAGE;
	if (mmap(wall, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) != wall)
		return 1;
	wall += PAGE; /* the first free page */
	if (prot == PROT_NONE)
		return write_fault(wall) ? 2 : 0;
	if (write_fault(wall + (GAP - 1) * PAGE) != SEGV_MAPERR)
		return 3;
	if (write_fault(wall) != SEGV_MAPERR)
		return 4;
	return write_fault(wall + GAP * PAGE) ? 5 : 0;
}

static int child_hint(void *unused)
{
	char *start = (char *)stack_area().start, *p;

	p = mmap(start - 10 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0);
	if (p == MAP_FAILED || p == start - 10 * PAGE)
		return 1;
	p = mmap(start - 10 * PAGE, PAGE, RW,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	return p == start - 10 * PAGE ? 0 : 2;
}

static void test_gap(void)
{
	int rw = RW, ro = PROT_READ, none = PROT_NONE;

	exits_with(run_child(child_gap, &rw), 0,
		   "256 pages stay free above a mapping below the stack",
		   "Status 3 or 4: the stack came too near, which lets it run "
		   "into other data (CVE-2010-2240, CVE-2017-1000364); 5: it "
		   "stopped too early.");
	exits_with(run_child(child_gap, &ro), 0, "also above a read-only one",
		   "");
	exits_with(run_child(child_gap, &none), 0,
		   "a PROT_NONE neighbour needs no gap",
		   "It cannot be written by accident.");
	exits_with(run_child(child_hint, NULL), 0,
		   "a hint in the gap is not taken, a fixed address is",
		   "The search for free space must keep clear of the gap.");
}

static char *alt_stack;
static volatile unsigned long overflow_addr;

static void on_overflow(int sig, siginfo_t *info, void *ctx)
{
	int local;

	overflow_addr = (unsigned long)info->si_addr;
	if ((char *)&local < alt_stack || (char *)&local > alt_stack + 65536)
		_exit(2);
	_exit(info->si_code == SEGV_MAPERR ? 0 : 3);
}

static int child_overflow(void *with_handler)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t ss = { .ss_sp = alt_stack, .ss_size = 65536 };

	sa.sa_sigaction = on_overflow;
	if (sigaction(SIGSEGV, &sa, NULL))
		return 10;
	if (with_handler && sigaltstack(&ss, NULL))
		return 11;
	return recurse(1 << 20) == 0;
}

static void test_overflow(void)
{
	alt_stack = anon_pages(16);
	exits_with(run_child(child_overflow, alt_stack), 0,
		   "endless recursion is SIGSEGV, SEGV_MAPERR, which a handler "
		   "on another stack can catch",
		   "Status 2: the handler did not run on the alternate stack.");
	dies_by(run_child(child_overflow, NULL), SIGSEGV,
		"without another stack it kills",
		"No frame can be pushed, so the signal cannot be delivered and "
		"the process dies of it.");
	need(!munmap(alt_stack, 16 * PAGE));
}

static void test_growsdown(void)
{
	char *low = free_range(GAP + 64), *p = low + (GAP + 40) * PAGE;

	need(mmap(p, 2 * PAGE, RW,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1,
		  0) == p);
	is_num(write_fault(p - PAGE), 0, "a MAP_GROWSDOWN area grows down", "");
	layout_is(p - 2 * PAGE, 5, "1. 3rw 1.", "by the page touched", "");
	is_num(write_fault(p - 10 * PAGE), 0, "also by several at once", "");
	layout_is(p - 11 * PAGE, 14, "1. 12rw 1.",
		  "the pages between belong "
		  "to it",
		  "");
	is_num(write_fault(p + 2 * PAGE), SEGV_MAPERR, "it does not grow up",
	       "");
	map_at(low, 20, PROT_READ);
	is_num(write_fault(low + (20 + GAP) * PAGE), 0,
	       "it grows until 256 pages are left", "");
	is_num(write_fault(low + (20 + GAP - 1) * PAGE), SEGV_MAPERR,
	       "and no further", "");
	need(!munmap(low, (GAP + 64) * PAGE));
}

/* Is there an entry for @p, according to /proc/self/pagemap? */
static int is_present(void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long entry = 0;

	need(pread(fd, &entry, 8, (unsigned long)p / PAGE * 8) == 8);
	close(fd);
	return entry >> 63;
}

static int child_has_zero_page(void *p)
{
	return !is_present(p);
}

/* A stack that could not grow was prepared for it, and fork() can tell. */
static void test_in_vain(void)
{
	char *low = free_range(GAP + 64), *p = low + (GAP + 40) * PAGE;
	struct rlimit no_stack = { PAGE, RLIM_INFINITY }, old;

	need(mmap(p, 2 * PAGE, RW,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1,
		  0) == p);
	touch_read(p);
	exits_with(run_child(child_has_zero_page, p), 1,
		   "fork leaves out the zero page of an area that has had no "
		   "pages",
		   "A fault brings it back.");
	need(!getrlimit(RLIMIT_STACK, &old) &&
	     !setrlimit(RLIMIT_STACK, &no_stack));
	is_num(write_fault(p - PAGE), SEGV_MAPERR,
	       "RLIMIT_STACK holds for MAP_GROWSDOWN too", "");
	need(!setrlimit(RLIMIT_STACK, &old));
	exits_with(run_child(child_has_zero_page, p), 0,
		   "but copies it after the area has tried to grow",
		   "The anon_vma is made before the limits are looked at.");
	need(!munmap(p, 2 * PAGE));
}

/* Data of the stack above must survive all the growing, and fork. */
static int child_inherits(void *unused)
{
	return recurse(1000) == 1000 ? 0 : 1;
}

static void test_fork(void)
{
	exits_with(run_child(child_inherits, NULL), 0,
		   "a child's stack grows like its parent's", "");
}

int main(void)
{
	plan(22);
	test_limits();
	test_gap();
	test_recursion();
	test_overflow();
	test_growsdown();
	test_in_vain();
	test_fork();
	return done();
}
