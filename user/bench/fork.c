/* SPDX-License-Identifier: MIT */
/*
 * user/bench/fork.c - fork, vfork, threads, execve and pipes.
 */
#include "bench.h"
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#define TINY "/tmp/bench.tiny"

/*
 * fork, exit and wait, or only until fork returns, with @mib MiB mapped, of
 * which a quarter is touched.
 */
static double fork_cost(long mib, int only_return)
{
	char *p = mib ? map_anon(mib * MIB, 0) : NULL;
	double best = 1e30;

	if (p)
		touch(p, mib * MIB / 4);
	for (int i = 0; i < (mib ? 5 : 50); i++) {
		uint64_t t = now(), returned;
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid)
			_exit(0);
		returned = now() - t;
		waitpid(pid, NULL, 0);
		keep_smallest(&best, only_return ? returned : now() - t);
	}
	if (p)
		munmap(p, mib * MIB);
	return best;
}

static double fork_exit_wait(long mib)
{
	return fork_cost(mib, 0);
}

static double fork_return(long mib)
{
	return fork_cost(mib, 1);
}

static double vfork_exit_wait(long unused)
{
	return MIN_TIME(50, 1, {
		pid_t pid = vfork();

		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	});
}

static int thread_main(void *unused)
{
	return 0;
}

/*
 * A thread as a C library makes it, and a wait for its end by the futex that
 * the kernel clears.  The stack is there already.
 */
static double thread_create_wait(long unused)
{
	static char stack[16384] __attribute__((aligned(16)));
	static volatile int tid;

	return MIN_TIME(50, 1, {
		int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			    CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
			    CLONE_CHILD_CLEARTID;
		int seen;

		if (clone(thread_main, stack + sizeof(stack), flags, NULL, &tid,
			  NULL, &tid) < 0)
			die("clone");
		while ((seen = tid))
			syscall(SYS_futex, &tid, 0 /* FUTEX_WAIT */, seen,
				NULL);
	});
}

/* An ELF file of one page, which only exits. */
static void make_tiny(void)
{
	static const unsigned char code[] = {
		0x31, 0xff,          /* xor %edi, %edi */
		0xb8, 0x3c, 0, 0, 0, /* mov $60, %eax */
		0x0f, 0x05,          /* syscall */
	};
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr ph;
		unsigned char text[sizeof(code)];
	} file = {
		.eh = { .e_ident = ELFMAG "\2\1\1",
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = 1,
			.e_entry = 0x400000 + 120,
			.e_phoff = 64,
			.e_ehsize = 64,
			.e_phentsize = 56,
			.e_phnum = 1 },
		.ph = { .p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = 0x400000,
			.p_filesz = sizeof(file),
			.p_memsz = sizeof(file),
			.p_align = PAGE },
	};
	int fd = open(TINY, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	memcpy(file.text, code, sizeof(code));
	if (fd < 0 || write(fd, &file, sizeof(file)) != sizeof(file) ||
	    close(fd))
		die(TINY);
}

/* @how: 0 fork and a tiny file, 1 fork and this program, 2 vfork and tiny. */
static double exec_cost(long how)
{
	char *argv[] = { (char *)"bench", (char *)"--exit", NULL };
	char *envp[] = { NULL };
	const char *path = how == 1 ? self : TINY;
	double cost;

	make_tiny();
	cost = MIN_TIME(30, 1, {
		pid_t pid = how == 2 ? vfork() : fork();
		int status;

		if (!pid) {
			execve(path, argv, envp);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		if (status)
			die(path);
	});
	unlink(TINY);
	return cost;
}

static double pipe_self(long unused)
{
	double cost;
	int fds[2];
	char c = 0;

	if (pipe(fds))
		die("pipe");
	cost = MIN_TIME(
		10, 200, for (int i = 0; i < 200; i++) {
			if (write(fds[1], &c, 1) != 1 ||
			    read(fds[0], &c, 1) != 1)
				die("pipe");
		});
	close(fds[0]);
	close(fds[1]);
	return cost;
}

/* A byte to a child and back: two switches. */
static double pipe_pingpong(long unused)
{
	int to[2], from[2];
	double cost;
	char c = 0;
	pid_t pid;

	if (pipe(to) || pipe(from))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(to[1]);
		while (read(to[0], &c, 1) == 1)
			if (write(from[1], &c, 1) != 1)
				break;
		_exit(0);
	}
	cost = MIN_TIME(
		10, 200, for (int i = 0; i < 200; i++) {
			if (write(to[1], &c, 1) != 1 ||
			    read(from[0], &c, 1) != 1)
				die("pipe");
		});
	close(to[0]);
	close(to[1]);
	close(from[0]);
	close(from[1]);
	waitpid(pid, NULL, 0);
	return cost;
}

const struct row rows_fork[] = {
	{ "fork_exit_wait", "per op", fork_exit_wait, 0, 0 },
	{ "fork_ret_small", "per call", fork_return, 0, 0 },
	{ "vfork_exit_wait", "per op", vfork_exit_wait, 0, 0 },
	{ "thread_create_wait", "per op", thread_create_wait, 0, 0 },
	{ "fork_64m_exit_wait", "per op", fork_exit_wait, 64, 0 },
	{ "fork_64m_ret", "per call", fork_return, 64, 0 },
	{ "exec_fork_tiny", "per op", exec_cost, 0, 0 },
	{ "exec_fork_self", "per op", exec_cost, 1, 0 },
	{ "exec_vfork_tiny", "per op", exec_cost, 2, 0 },
	{ "pipe_self", "per wr+rd", pipe_self, 0, 0 },
	{ "pipe_pingpong", "per roundtrip(2sw)", pipe_pingpong, 0, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
