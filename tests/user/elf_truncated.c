/* SPDX-License-Identifier: MIT */
/*
 * tests/user/elf_truncated.c - an ELF file cut at every length: execve must
 * refuse it, or the process must die, exactly as on Linux.
 *
 * The expected outcomes were recorded on Debian's 6.1 with --record.  Later
 * kernels kill where the file ends before the data (6.18: SIGSEGV), since they
 * insist on clearing the rest of that page.
 */
#include "elf_victim.h"

/* Outcomes by length, as runs: @from this length up to the next row's. */
static const struct run {
	int from;
	char outcome;
} runs[] = {
	{ 0, 'n' },      /* the headers are not whole */
	{ 0xe8, 'S' },   /* zeros instead of code */
	{ 0xf0c, 'B' },  /* code, but no page of data */
	{ 0x1001, 'y' }, /* data, but not its last byte */
	{ 0x1100, 'x' },
};

#define NR_RUNS ((int)(sizeof(runs) / sizeof(runs[0])))

/* Whether the outcome is another one within two bytes of @len. */
static int is_near_a_run(int len)
{
	for (int r = 0; r < NR_RUNS; r++)
		if (abs(len - runs[r].from) <= 2)
			return 1;
	return 0;
}

/* Up to 4 KiB every length counts, beyond it those at the seams. */
static int is_seam(int len)
{
	if (brief() && len % 16)
		return is_near_a_run(len);
	return len <= 0x1010 || (len >= 0x10f0 && len < 0x1110) ||
	       len >= SIZE - 16;
}

static char got[SIZE + 1];

static void show_record(void)
{
	for (int len = 0; len <= SIZE; len++)
		if (is_seam(len) && (!len || got[len] != got[len - 1]))
			tap_say("\t{ %#x, '%c' },", len, got[len]);
}

/* Compare the lengths of run @r.  Return: how many differ. */
static int check_run(int r)
{
	int end = r + 1 < NR_RUNS ? runs[r + 1].from : SIZE + 1, wrong = 0;

	for (int len = runs[r].from; len < end; len++) {
		if (!is_seam(len) || got[len] == runs[r].outcome)
			continue;
		if (wrong++ < 5)
			diag("length %#x: '%c', expected '%c'", len, got[len],
			     runs[r].outcome);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	build_image();
	write_image();
	/* From long to short: each step only cuts. */
	for (int len = SIZE; len >= 0; len--) {
		if (!is_seam(len))
			continue;
		need(!truncate(NAME, len));
		got[len] = outcome();
	}
	unlink(NAME);
	if (argc > 1 && !strcmp(argv[1], "--record")) {
		show_record();
		return 0;
	}
	plan(NR_RUNS);
	is_num(check_run(0), 0, "without whole headers it is ENOEXEC",
	       "No page table may be built before the headers are checked.");
	is_num(check_run(1), 0, "without its code it dies of SIGSEGV",
	       "The rest of the page is zeros, which store to address 0.");
	is_num(check_run(2), 0, "without its data it dies of SIGBUS",
	       "The page is wholly past the end of the file.");
	is_num(check_run(3), 0, "with half of its data it sees zeros",
	       "The page is there, its tail is zero.");
	is_num(check_run(4), 0, "with all of its data it runs", "");
	return done();
}
