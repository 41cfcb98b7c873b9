/* SPDX-License-Identifier: MIT */
/*
 * tests/user/hello.c - what a program finds when it starts, and what is left
 * of it when it ends.
 *
 * The program executes itself again with known arguments; that second life
 * checks argc, argv, environ, the auxiliary vector and the layout of the
 * initial stack, and reports each failed rule by its number.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <cpuid.h>
#include <elf.h>
#include <pthread.h>

extern char **environ;
extern const Elf64_Ehdr __ehdr_start;
extern char _start[];

/* The arguments of the second life; the empty and the odd ones matter. */
static char *const second_argv[] = {
	(char *)"second", (char *)"--second",    (char *)"two words",
	(char *)"",       (char *)"=\xc3\xa4\t", NULL,
};
static char *const second_env[] = { (char *)"KB_ONE=1", (char *)"KB_EMPTY=",
				    (char *)"KB_PATH=/a:/b", NULL };

/* Checks of the second life.  Each returns 0, or the line that failed. */
#define RULE(cond)                                                             \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

static int check_arguments(int argc, char **argv)
{
	RULE(argc == 5);
	for (int i = 0; i < 5; i++)
		RULE(!strcmp(argv[i], second_argv[i]));
	RULE(argv[5] == NULL);
	for (int i = 0; i < 3; i++)
		RULE(!strcmp(environ[i], second_env[i]));
	RULE(environ[3] == NULL);
	RULE(!strcmp(getenv("KB_PATH"), "/a:/b"));
	return 0;
}

/*
 *	sp -> argc | argv[0..] | NULL | envp[0..] | NULL | auxv | AT_NULL
 *	... random bytes, platform string, padding ...
 *	"argv0\0argv1\0...env0\0env1\0...execfn\0" | 8 zero bytes | end of stack
 */
static int check_stack(int argc, char **argv)
{
	unsigned long sp = (unsigned long)argv - 8;
	char *s = argv[0];

	RULE(sp % 16 == 0);
	RULE(*(long *)sp == argc);
	RULE(environ == argv + argc + 1);
	for (int i = 0; i < argc; i++) {
		RULE(argv[i] == s);
		s += strlen(s) + 1;
	}
	for (int i = 0; environ[i]; i++) {
		RULE(environ[i] == s);
		s += strlen(s) + 1;
	}
	RULE((char *)getauxval(AT_EXECFN) == s);
	s += strlen(s) + 1;
	RULE((unsigned long)(s + 8) % PAGE == 0);
	RULE(all_bytes(s, 0, 8));
	return 0;
}

static const Elf64_auxv_t *find_aux(unsigned long type)
{
	const Elf64_auxv_t *aux;
	char **p = environ;

	while (*p)
		p++;
	for (aux = (void *)(p + 1); aux->a_type != AT_NULL; aux++)
		if (aux->a_type == type)
			return aux;
	return NULL;
}

static int check_aux_image(void)
{
	const Elf64_Ehdr *eh = &__ehdr_start;
	const Elf64_Phdr *ph;
	const unsigned long wanted[] = { AT_PHDR,  AT_PHENT, AT_PHNUM,
					 AT_ENTRY, AT_BASE,  AT_PAGESZ };

	for (int i = 0; i < 6; i++)
		RULE(find_aux(wanted[i]));
	ph = (void *)getauxval(AT_PHDR);
	RULE((char *)ph == (char *)eh + eh->e_phoff);
	RULE(getauxval(AT_PHNUM) == eh->e_phnum);
	RULE(getauxval(AT_PHENT) == sizeof(Elf64_Phdr));
	RULE(ph[0].p_type != PT_NULL &&
	     ph[0].p_type ==
		     ((Elf64_Phdr *)((char *)eh + eh->e_phoff))->p_type);
	RULE(getauxval(AT_ENTRY) == (unsigned long)_start);
	RULE(getauxval(AT_BASE) == 0);
	RULE(getauxval(AT_PAGESZ) == PAGE);
	RULE(getauxval(AT_FLAGS) == 0);
	return 0;
}

static int check_aux_system(void)
{
	unsigned int a, b, c, d;
	const unsigned char *random = (void *)getauxval(AT_RANDOM);
	const char *platform = (void *)getauxval(AT_PLATFORM);

	RULE(__get_cpuid(1, &a, &b, &c, &d));
	RULE(find_aux(AT_HWCAP) && getauxval(AT_HWCAP) == d);
	RULE(platform && !strcmp(platform, "x86_64"));
	RULE(random && !all_bytes(random, 0, 16));
	RULE(find_aux(AT_SECURE) && getauxval(AT_SECURE) == 0);
	RULE(getauxval(AT_CLKTCK) == 100);
	RULE(find_aux(AT_UID) && getauxval(AT_UID) == getuid());
	RULE(find_aux(AT_EUID) && getauxval(AT_EUID) == geteuid());
	RULE(find_aux(AT_GID) && getauxval(AT_GID) == getgid());
	RULE(find_aux(AT_EGID) && getauxval(AT_EGID) == getegid());
	if (find_aux(AT_SYSINFO_EHDR))
		RULE(!memcmp((void *)getauxval(AT_SYSINFO_EHDR), ELFMAG, 4));
	return 0;
}

/* If AT_HWCAP2 promises user FSGSBASE, the instruction must work. */
static int check_fsgsbase(void)
{
	unsigned long fs = 0, self;

	if (!(getauxval(AT_HWCAP2) & 2))
		return 0;
	__asm__ volatile("rdfsbase %0" : "=r"(fs));
	__asm__("mov %%fs:0, %0" : "=r"(self));
	RULE(fs == self);
	return 0;
}

/* One number tells which of the checks failed, if any. */
static int second_life(int argc, char **argv)
{
	struct {
		const char *what;
		int line;
	} part[] = {
		{ "arguments", check_arguments(argc, argv) },
		{ "initial stack", check_stack(argc, argv) },
		{ "auxv: the image", check_aux_image() },
		{ "auxv: the system", check_aux_system() },
		{ "auxv: HWCAP2", check_fsgsbase() },
	};
	int bad = 0;

	for (int i = 0; i < 5; i++) {
		if (!part[i].line)
			continue;
		diag("second life: %s: rule at line %d is broken", part[i].what,
		     part[i].line);
		bad |= 1 << i;
	}
	return bad;
}

static int exec_second(void *unused)
{
	execve(self_path(), second_argv, second_env);
	return 100;
}

/* Print the 16 bytes of AT_RANDOM into the pipe that is fd 3. */
static int random_life(void)
{
	return write(3, (void *)getauxval(AT_RANDOM), 16) != 16;
}

static int exec_random(void *arg)
{
	char *argv[] = { (char *)"r", (char *)"--random", NULL };

	dup2(*(int *)arg, 3);
	execve(self_path(), argv, second_env);
	return 100;
}

static int exit_with(void *arg)
{
	return (int)(long)arg;
}

static int exit_from_main(void *arg)
{
	char *argv[] = { (char *)"e", (char *)"--exit", arg, NULL };

	execve(self_path(), argv, second_env);
	return 100;
}

/* The raw call ends one thread; the only one, so the process too. */
static int exit_raw(void *unused)
{
	syscall(SYS_exit, 17);
	return 100;
}

static void *exit_group_thread(void *unused)
{
	_exit(23);
}

static int exit_from_thread(void *unused)
{
	pthread_t t;

	if (pthread_create(&t, NULL, exit_group_thread, NULL))
		return 101;
	for (;;)
		pause();
}

static void test_start(void)
{
	static const char *const name[] = {
		"argc, argv and environ are what execve was given",
		"the initial stack has Linux's layout",
		"the auxiliary vector describes the program's image",
		"the auxiliary vector describes the system",
		"AT_HWCAP2 promises nothing that does not work",
	};
	int status = run_child(exec_second, NULL);
	int bad = WIFEXITED(status) ? WEXITSTATUS(status) : 0xff;

	for (int i = 0; i < 5; i++)
		ok(!(bad & 1 << i), name[i],
		   "The initial stack is built wrongly by execve; the line "
		   "above names the rule in hello.c.");
}

static void test_random(void)
{
	char bytes[32];
	int fds[2];

	need(!pipe(fds));
	for (int i = 0; i < 2; i++)
		need(run_child(exec_random, &fds[1]) == 0);
	need(read(fds[0], bytes, 32) == 32);
	ok(memcmp(bytes, bytes + 16, 16),
	   "AT_RANDOM differs from one execve to the next",
	   "Stack protectors and hash seeds come from these bytes; they must "
	   "be drawn anew for each execve.");
}

static void test_exit(void)
{
	static const struct {
		long code;
		int want;
		const char *name;
	} codes[] = {
		{ 0, 0, "_exit(0)" },
		{ 1, 1, "_exit(1)" },
		{ 42, 42, "_exit(42)" },
		{ 255, 255, "_exit(255)" },
		{ 256, 0, "_exit(256) is 0: one byte survives" },
		{ -1, 255, "_exit(-1) is 255" },
	};

	for (int i = 0; i < 6; i++)
		exits_with(run_child(exit_with, (void *)codes[i].code),
			   codes[i].want, codes[i].name,
			   "The low byte of exit_group's argument is the "
			   "status, in bits 8-15 of what wait4 stores.");
	exits_with(run_child(exit_from_main, (char *)"9"), 9,
		   "the value that main returns is the exit status",
		   "exit() runs in user space and ends in exit_group.");
	exits_with(run_child(exit_raw, NULL), 17,
		   "exit of the only thread ends the process",
		   "When the last thread has left, the process is a zombie "
		   "with that thread's status.");
	exits_with(run_child(exit_from_thread, NULL), 23,
		   "exit_group in a second thread ends the whole process",
		   "exit_group must wake and end every other thread of the "
		   "group, also those that sleep.");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--second"))
		return second_life(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "--random"))
		return random_life();
	if (argc > 2 && !strcmp(argv[1], "--exit"))
		return atoi(argv[2]);
	plan(15);
	test_start();
	test_random();
	test_exit();
	return done();
}
