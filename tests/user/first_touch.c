/* SPDX-License-Identifier: MIT */
/*
 * tests/user/first_touch.c - a new address space is asked first for what the
 * task knew last of the old one.
 *
 * A kernel that remembers for each thread the area it found last must forget it
 * with the address space.  Here the first address that the new one is looked at
 * is inside the remembered area of the old one, and neither has ever lost an
 * area: so nothing may be unmapped before main() has come to its end.
 */
#include "tap.h"
#include <sys/mman.h>

static char *argv_again[] = { (char *)"t", (char *)"--again", NULL };
static char *path;
static unsigned char resident;

/*
 * long fork_between_stores(char *p): store to *@p last in the parent, and first
 * in the child, which exits with what it then finds there.  It is copied to the
 * page that it stores to, and the child does not use its stack: nothing else is
 * touched in between.
 */
extern const char fork_code[], fork_code_end[];
asm(".pushsection .rodata\n"
    "fork_code:\n\t"
    "movb $1, (%rdi)\n\t"
    "mov $57, %eax\n\t" /* SYS_fork */
    "syscall\n\t"
    "test %rax, %rax\n\t"
    "jnz 1f\n\t"
    "movb $2, (%rdi)\n\t"
    "movzbl (%rdi), %edi\n\t"
    "mov $60, %eax\n\t" /* SYS_exit */
    "syscall\n"
    "1:\tret\n"
    "fork_code_end:\n"
    ".popsection");

static void test_fork(char *page)
{
	char *data = page + PAGE / 2;
	long (*fork_between_stores)(char *p) = (long (*)(char *))page;
	int status;

	memcpy(page, fork_code, fork_code_end - fork_code);
	need(waitpid(fork_between_stores(data), &status, 0) > 0);
	exits_with(status, 2, "the child stores into its own copy",
		   "The first fault of a child is in its address space.");
	is_num(*data, 1, "the parent keeps what it had", "");
}

/* The program's first page is where execve() looks first. */
static __attribute__((noinline)) pid_t vfork_exec_again(void *first_page)
{
	pid_t pid = vfork();

	if (!pid) {
		mincore(first_page, PAGE, &resident);
		execve(path, argv_again, NULL);
		_exit(100);
	}
	return pid;
}

static void test_exec(void)
{
	extern char __ehdr_start[];
	int status;

	need(waitpid(vfork_exec_again(__ehdr_start), &status, 0) > 0);
	exits_with(status, 21, "execve() after vfork()",
		   "The new program is mapped where the old one is.");
}

int main(int argc, char **argv)
{
	char *page;

	if (argc > 1)
		return 21;
	plan(3);
	path = self_path();
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(page != MAP_FAILED);
	test_fork(page);
	test_exec();
	return done();
}
