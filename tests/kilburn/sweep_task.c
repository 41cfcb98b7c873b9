/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/sweep_task.c - fork, exec, threads and files, with each
 * allocation failing.
 */

#include "sweep.h"
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

static void undo_fd(long fd)
{
	close(fd);
}

static void reap(long pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		diag("the child ended with %#x", status);
}

/* ---- processes ---------------------------------------------------------- */

static long fork_one(void)
{
	pid_t pid = syscall(SYS_fork);

	if (!pid) {
		SCENE[0]++; /* and a copy of ours */
		_exit(0);
	}
	return pid;
}

static long fork_many_areas(void)
{
	for (int i = 1; i < 8; i += 2)
		if (mprotect(SCENE + i * PAGE, PAGE, PROT_READ)) {
			/* Not what is tested here. */
			mprotect(SCENE, SCENE_LEN, PROT_READ | PROT_WRITE);
			return -1;
		}
	return fork_one();
}

static void reap_many(long pid)
{
	reap(pid);
	mprotect(SCENE, SCENE_LEN, PROT_READ | PROT_WRITE);
}

static char *const quit_argv[] = { "sweep_task", "--quit", NULL };
static char *const quit_envp[] = { "A=1", NULL };
static char *program;

/* In the child nothing is armed; exec itself is swept in exec_in_place(). */
static long vfork_and_exec(void)
{
	pid_t pid = vfork();

	if (!pid) {
		execve(program, quit_argv, quit_envp);
		_exit(1);
	}
	return pid;
}

/* The child arms itself, tries exec, and tells by its status how it failed. */
static int exec_nth;

static long exec_in_place(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (!pid) {
		int fd = open("/proc/self/fail-nth", O_RDWR);
		char text[16];
		int len = snprintf(text, sizeof(text), "%d", exec_nth);

		if (fd < 0 || write(fd, text, len) != len)
			_exit(3);
		execve(program, quit_argv, quit_envp);
		_exit(errno == ENOMEM ? 2 : errno == E2BIG ? 5 : 100 + errno);
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	return status;
}

/*
 * Before the point of no return exec answers ENOMEM, or E2BIG for its argument
 * pages, or ENOEXEC for the program headers, all as on Linux 6.1; after it the process is
 * killed: there is nothing to return to.
 */
static void sweep_exec(void)
{
	int failed = 0, killed = 0, successes = 0;
	bool clean = true;

	for (exec_nth = 1; exec_nth < MAX_NTH && successes < 3; exec_nth++) {
		int status = exec_in_place();

		if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL ||
					    WTERMSIG(status) == SIGSEGV))
			killed++;
		else if (status == 2 << 8 || status == 5 << 8 ||
			 status == (100 + ENOEXEC) << 8)
			failed++;
		else if (status == 0)
			successes++;
		else
			clean = false;
		if (!clean)
			diag("exec, allocation %d: status %#x", exec_nth,
			     status);
		if (status)
			successes = 0;
	}
	ok(clean && failed && successes == 3 &&
		   ledger_agrees(&(struct sweep_op){ .name = "exec" }),
	   "exec fails with ENOMEM, or the process is killed",
	   "exec must not return to a process whose memory is gone.");
	diag("exec: %d times ENOMEM, %d times killed", failed, killed);
}

static volatile pid_t thread_tid;
static char thread_stack[4 * PAGE];

static int thread_main(void *unused)
{
	return 0;
}

static long clone_thread(void)
{
	thread_tid = -1;
	return clone(thread_main, thread_stack + sizeof(thread_stack),
		     CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			     CLONE_THREAD | CLONE_SYSVSEM |
			     CLONE_CHILD_CLEARTID,
		     NULL, NULL, NULL, &thread_tid);
}

static void wait_for_thread(long unused)
{
	while (thread_tid)
		sched_yield();
}

/* ---- files -------------------------------------------------------------- */

static long open_file(void)
{
	return open("/tmp/sweep.file", O_RDWR);
}

static long create_file(void)
{
	int fd = open("/tmp/sweep.created", O_RDWR | O_CREAT | O_EXCL, 0600);

	int err = errno;

	if (fd < 0 && !access("/tmp/sweep.created", F_OK))
		err = EEXIST; /* it failed, and left the name behind */
	errno = err;
	return fd;
}

static void undo_create(long fd)
{
	close(fd);
	unlink("/tmp/sweep.created");
}

static long make_directory(void)
{
	return mkdir("/tmp/sweep.dir", 0700);
}

static void undo_directory(long unused)
{
	rmdir("/tmp/sweep.dir");
}

static int ends[2];

static long make_pipe(void)
{
	return pipe(ends);
}

static void undo_pipe(long unused)
{
	close(ends[0]);
	close(ends[1]);
}

static long dup_far(void)
{
	return fcntl(0, F_DUPFD, 900); /* the table must grow */
}

static long memory_file(void)
{
	return syscall(SYS_memfd_create, "sweep", 0);
}

/*
 * An area whose entries lie in three tables: a fork that gets no memory for
 * the second or third has counted the pages of the first already (M10).
 */
static void map_long_area(void)
{
	const unsigned long table = 512 * PAGE;
	char *p = mmap(NULL, 3 * table, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	for (unsigned long at = 0; at < 3 * table; at += table / 2)
		p[at] = 1;
}

static const struct sweep_op ops[] = {
	{ "fork", fork_one, reap, MAY_EAGAIN },
	{ "fork of many areas", fork_many_areas, reap_many,
	  MAY_EAGAIN | MAY_DO_A_PART },
	{ "vfork", vfork_and_exec, reap, MAY_EAGAIN },
	{ "clone of a thread", clone_thread, wait_for_thread, MAY_EAGAIN },
	{ "open", open_file, undo_fd, 0 },
	{ "open with O_CREAT", create_file, undo_create, MAY_ENOSPC },
	{ "mkdir", make_directory, undo_directory, MAY_ENOSPC },
	{ "pipe", make_pipe, undo_pipe, MAY_ENFILE },
	{ "dup into a longer table", dup_far, undo_fd, 0 },
	{ "memfd_create", memory_file, undo_fd, MAY_ENOSPC },
};

int main(int argc, char **argv)
{
	const int nr = sizeof(ops) / sizeof(ops[0]);
	int fd;

	if (argc > 1)
		return 0; /* --quit: what exec started */
	plan(nr + 1);
	program = self_path();
	fd = open("/tmp/sweep.file", O_RDWR | O_CREAT, 0600);
	need(fd >= 0);
	close(fd);
	map_long_area();
	fail_nth_init();
	for (int i = 0; i < nr; i++)
		sweep(&ops[i]);
	sweep_exec();
	return done();
}
