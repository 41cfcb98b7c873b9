/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fork_flags.c - flags of an area that mlock() and madvise() set: how
 * they are counted, what they forbid, and what fork makes of them.
 */
#include "proc_status.h"
#include "tap.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#define MADV_KEEPONFORK 19
#endif

static int child_locked(void *unused)
{
	return locked_pages();
}

static void test_counting(void)
{
	char *p = anon_pages(8);

	need(!mlock(p, 4 * PAGE));
	is_num(locked_pages(), 4, "mlock counts its pages", "");
	need(!mlock(p, 4 * PAGE) && !mlock(p + PAGE, PAGE));
	is_num(locked_pages(), 4, "but once",
	       "An area that is locked already must not count again.");
	need(!syscall(SYS_mlock2, p, PAGE, 1 /* MLOCK_ONFAULT */));
	is_num(locked_pages(), 4, "nor does a change to MLOCK_ONFAULT", "");
	need(!mlock(p + 2 * PAGE, 4 * PAGE));
	is_num(locked_pages(), 6, "and what is new", "");
	is_errno(madvise(p, PAGE, MADV_DONTNEED), EINVAL,
		 "MADV_DONTNEED of locked memory");
	exits_with(run_child(child_locked, NULL), 0,
		   "a child has nothing locked",
		   "VM_LOCKED and locked_vm are not inherited.");
	need(!munlock(p + PAGE, PAGE));
	is_num(locked_pages(), 5, "munlock counts down", "");
	munmap(p, 8 * PAGE);
	is_num(locked_pages(), 0, "and munmap", "");
}

static void test_raw_frames(void)
{
	int mem = open("/dev/mem", O_RDONLY);
	char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, mem, 0xf0000);

	need(p != MAP_FAILED);
	is_num(mlock(p, PAGE), 0, "mlock of raw frames is accepted", "");
	is_num(locked_pages(), 0, "and counts nothing",
	       "VM_SPECIAL areas are not marked as locked.");
	munmap(p, PAGE);
	close(mem);
}

static char *wiped;

static int child_sees(void *unused)
{
	return wiped[0] + wiped[PAGE];
}

static void test_wipe(void)
{
	wiped = anon_pages(2);
	wiped[0] = 5;
	wiped[PAGE] = 20;
	need(!madvise(wiped, PAGE, MADV_WIPEONFORK));
	exits_with(run_child(child_sees, NULL), 20,
		   "MADV_WIPEONFORK: the child sees zeros", "");
	is_num(wiped[0], 5, "and the parent what it had", "");
	need(!madvise(wiped, PAGE, MADV_KEEPONFORK));
	exits_with(run_child(child_sees, NULL), 25,
		   "MADV_KEEPONFORK: it sees all again", "");
	munmap(wiped, 2 * PAGE);
}

int main(void)
{
	plan(13);
	test_counting();
	test_raw_frames();
	test_wipe();
	return done();
}
