/* SPDX-License-Identifier: MIT */
/*
 * tests/user/elf_hostile.c - damaged ELF files: execve must refuse them, or
 * the process must die, exactly as on Linux; the kernel must not care.
 *
 * First single header fields are set to odd values, then bytes of the headers
 * are changed at random.  The expected outcomes were recorded on Debian's 6.1
 * with --record, with 128 MiB to 4 GiB of memory; '?' stands where they differ
 * from boot to boot.
 */
#include "elf_victim.h"
#include "elf_hostile.h"

#define NR_SEED 400

static int record;

/* One field set to one value. */
static void test_fields(void)
{
	for (unsigned int i = 0; i < NR_EDITS; i++) {
		char got;

		build_image();
		memcpy((char *)&image + edits[i].offset, &edits[i].value,
		       edits[i].size);
		write_image();
		got = outcome();
		if (record) {
			tap_say("%c  %s", got, edits[i].name);
			continue;
		}
		ok(got == edits[i].outcome, edits[i].name,
		   "execve does not treat this field as Linux does.");
		if (got != edits[i].outcome)
			diag("'%c', expected '%c'", got, edits[i].outcome);
	}
	build_image();
}

static unsigned int seed = 20061009;

static unsigned int next_random(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* One to four bytes of the headers changed at random. */
static void mutate(void)
{
	static const unsigned char odd[] = { 0, 1, 0x7f, 0x80, 0xff, 0x10 };
	unsigned char *raw = (unsigned char *)&image;

	for (int n = next_random() % 4 + 1; n > 0; n--) {
		unsigned int at = next_random() % (64 + 3 * 56);

		raw[at] = next_random() % 2 ? odd[next_random() % 6]
					    : next_random();
	}
}

static void test_mutations(void)
{
	static char got[NR_SEED + 1];
	int wrong = 0, impossible = 0;

	for (int i = 0; i < NR_SEED; i++) {
		build_image();
		mutate();
		write_image();
		got[i] = outcome();
		impossible += got[i] == '#' || got[i] == '*';
		if (mutations[i] == '?' || got[i] == mutations[i])
			continue;
		if (wrong++ < 10 && !record)
			diag("mutation %d: '%c', expected '%c'", i, got[i],
			     mutations[i]);
	}
	for (int i = 0; record && i < NR_SEED; i += 50)
		tap_say("\t\"%.50s\"", got + i);
	if (record)
		return;
	is_num(impossible, 0, "400 mutations: nothing but known outcomes",
	       "An errno or a signal that execve never gives.");
	is_num(wrong, 0, "400 mutations: each as on Linux",
	       "The numbers above are of mutations in their sequence; letters "
	       "as in outcome().");
	build_image();
}

/* After all that the whole file still runs, and a broken one still does not. */
static void test_afterwards(void)
{
	build_image();
	write_image();
	ok(outcome() == 'x', "the undamaged file still runs", "");
}

int main(int argc, char **argv)
{
	record = argc > 1 && !strcmp(argv[1], "--record");
	build_image();
	if (!record)
		plan(NR_EDITS + 3);
	test_fields();
	test_mutations();
	if (!record)
		test_afterwards();
	unlink(NAME);
	return record ? 0 : done();
}
