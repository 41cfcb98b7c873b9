/* SPDX-License-Identifier: MIT */
/*
 * tests/user/elf_hostile.c - damaged ELF files: execve must refuse them, or
 * the process must die, exactly as on Linux; the kernel must not care.
 *
 * The victim is a hand-made ELF file of 4608 bytes:
 *
 *	0x000	header, three program headers (two PT_LOAD, PT_GNU_STACK)
 *	0x100	entry: jmp to 0xf00
 *	0xf00	code: checks data and bss, exits with 42
 *	0x1000	data, 256 bytes, mapped at 0x402000 with 0x1100 bytes of bss
 *	0x1100	junk, which must not show in the bss
 *
 * The outcome of each case is one letter.  The expected ones were recorded on
 * Debian's 6.1 with --record, with 256 MiB, 512 MiB and 4 GiB of memory; '?'
 * stands where they depend on the machine.
 */
#include "tap.h"
#include <elf.h>
#include <signal.h>
#include <fcntl.h>
#include <sys/stat.h>

#define NAME    "/tmp/elf_hostile.tmp"
#define SIZE    0x1200
#define DATA    0x402000UL
#define NR_SEED 400

__asm__(".pushsection .rodata\n"
	"tiny_code:\n\t"
	"mov $0x402000, %ebx\n\t"
	"mov $1, %edi\n\t"
	"cmpb $'D', (%rbx)\n\tjne 1f\n\t"
	"cmpb $'E', 0xff(%rbx)\n\tjne 1f\n\t"
	"cmpb $0, 0x100(%rbx)\n\tjne 1f\n\t"
	"cmpb $0, 0x11ff(%rbx)\n\tjne 1f\n\t"
	"movb $1, 0x11ff(%rbx)\n\t"
	"mov $42, %edi\n"
	"1:\tmov $60, %eax\n\tsyscall\n\thlt\n"
	"tiny_code_end:\n\t"
	".popsection");

extern const char tiny_code[], tiny_code_end[];

static struct {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[3];
	unsigned char rest[SIZE - 64 - 3 * 56];
} image;

static void build_image(void)
{
	unsigned char *raw = (unsigned char *)&image;
	static const unsigned char jump[] = { 0xe9, 0xfb, 0x0d, 0, 0 };

	memset(&image, 0, sizeof(image));
	memcpy(image.eh.e_ident, ELFMAG "\2\1\1", 7);
	image.eh.e_type = ET_EXEC;
	image.eh.e_machine = EM_X86_64;
	image.eh.e_version = 1;
	image.eh.e_entry = 0x400100;
	image.eh.e_phoff = 64;
	image.eh.e_ehsize = 64;
	image.eh.e_phentsize = 56;
	image.eh.e_phnum = 3;
	image.ph[0] = (Elf64_Phdr){ PT_LOAD,  PF_R | PF_X, 0,      0x400000,
				    0x400000, 0x1000,      0x1000, 0x1000 };
	image.ph[1] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_W, 0x1000, DATA,
				    DATA,    0x100,       0x1200, 0x1000 };
	image.ph[2] =
		(Elf64_Phdr){ PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16 };
	memcpy(raw + 0x100, jump, sizeof(jump));
	memcpy(raw + 0xf00, tiny_code, tiny_code_end - tiny_code);
	raw[0x1000] = 'D';
	raw[0x10ff] = 'E';
	memset(raw + 0x1100, 0xff, 0x100);
}

/* errno values and signals, each with its letter. */
static const struct {
	int value;
	char letter;
} errnos[] = { { ENOEXEC, 'n' }, { ENOMEM, 'm' }, { EINVAL, 'v' },
	       { EACCES, 'a' },  { ENOENT, 'e' }, { EIO, 'i' },
	       { ELIBBAD, 'l' }, { EISDIR, 'd' }, { ENAMETOOLONG, 'o' },
	       { EPERM, 'p' },   { EFAULT, 'f' }, { ELOOP, 'q' },
	       { ENOTDIR, 't' } },
  signals[] = { { SIGSEGV, 'S' }, { SIGBUS, 'B' },  { SIGILL, 'I' },
		{ SIGKILL, 'K' }, { SIGTRAP, 'T' }, { SIGFPE, 'F' },
		{ SIGSYS, 'Y' } };

/*
 * Execute the file.  Return: 'x' if it exited with 42, 'y' with anything
 * else, a small letter for an errno of execve, a capital for a signal.
 */
static char outcome(void)
{
	static char *const argv[] = { (char *)"tiny", NULL };
	static volatile int err;
	int status;
	pid_t pid;

	err = 0;
	pid = vfork();
	need(pid >= 0);
	if (!pid) {
		execve(NAME, argv, argv + 1);
		err = errno;
		_exit(0);
	}
	need(waitpid(pid, &status, 0) == pid);
	for (unsigned int i = 0; err && i < sizeof(errnos) / sizeof(errnos[0]);
	     i++)
		if (errnos[i].value == err)
			return errnos[i].letter;
	if (err)
		return '#';
	for (unsigned int i = 0; WIFSIGNALED(status) && i < 7; i++)
		if (signals[i].value == WTERMSIG(status))
			return signals[i].letter;
	if (WIFSIGNALED(status))
		return '*';
	return WEXITSTATUS(status) == 42 ? 'x' : 'y';
}

static void write_image(void)
{
	int fd = open(NAME, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	need(fd >= 0 && write(fd, &image, SIZE) == SIZE && !close(fd));
}

/* Outcomes by length, as runs: @from this length up to the next row's. */
struct run {
	int from;
	char outcome;
};

#include "elf_hostile.h"

static int record;

/* Every length up to 4 KiB and past the end of each segment's part. */
static void test_truncations(void)
{
	int wrong = 0, shown = 0;
	unsigned int r = 0;
	char last = 0;

	write_image();
	/* From long to short: each step only cuts. */
	static char got[SIZE + 1];
	for (int len = SIZE; len >= 0; len--) {
		need(!truncate(NAME, len));
		got[len] = outcome();
	}
	for (int len = 0; len <= SIZE; len++) {
		if (record && got[len] != last)
			tap_say("\t{ %#x, '%c' },", len, got[len]);
		last = got[len];
		while (r + 1 < NR_RUNS && runs[r + 1].from <= len)
			r++;
		if (got[len] == runs[r].outcome)
			continue;
		wrong++;
		if (!record && shown++ < 10)
			diag("length %#x: '%c', expected '%c'", len, got[len],
			     runs[r].outcome);
	}
	if (!record)
		is_num(wrong, 0, "every length from 0 to 4608 bytes",
		       "A truncated file is ENOEXEC while its headers are not "
		       "whole; later its pages are missing: SIGBUS or "
		       "SIGSEGV.");
}

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
		plan(NR_EDITS + 4);
	test_truncations();
	test_fields();
	test_mutations();
	if (!record)
		test_afterwards();
	unlink(NAME);
	return record ? 0 : done();
}
