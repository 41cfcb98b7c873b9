/* SPDX-License-Identifier: MIT */
/*
 * tests/user/elf_victim.h - a small ELF file to damage, and what then becomes
 * of it.
 *
 * The victim is a hand-made file of 4608 bytes:
 *
 *	0x000	header, three program headers (two PT_LOAD, PT_GNU_STACK)
 *	0x100	entry: jmp to 0xf00
 *	0xf00	code: checks data and bss, exits with 42
 *	0x1000	data, 256 bytes, mapped at 0x402000 with 0x1100 bytes of bss
 *	0x1100	junk, which must not show in the bss
 *
 * The outcome of each case is one letter: x runs, y exits otherwise; n
 * ENOEXEC, m ENOMEM, v EINVAL, a EACCES, e ENOENT, i EIO, l ELIBBAD, o
 * ENAMETOOLONG; S SIGSEGV, B SIGBUS, I SIGILL, K SIGKILL, T SIGTRAP, F SIGFPE.
 */
#ifndef KILBURN_TESTS_USER_ELF_VICTIM_H
#define KILBURN_TESTS_USER_ELF_VICTIM_H

#include "tap.h"
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#define NAME "/tmp/elf_hostile.tmp"
#define SIZE 0x1200
#define DATA 0x402000UL

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

static inline void build_image(void)
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
static inline char outcome(void)
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

static inline void write_image(void)
{
	int fd = open(NAME, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	need(fd >= 0 && write(fd, &image, SIZE) == SIZE && !close(fd));
}

#endif
