/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fork_tree.c - many processes: who is whose child, what their
 * exit codes are, and what becomes of orphans.
 */
#include "tap.h"
#include <sched.h>
#include <signal.h>

#define MANY 64

static int child_identity(void *arg)
{
	pid_t parent = *(pid_t *)arg;

	if (getppid() != parent)
		return 1;
	if (getpid() == parent || getpid() <= 1)
		return 2;
	/* The only thread's id is the process's. */
	return syscall(SYS_gettid) == getpid() ? 0 : 3;
}

static void test_identity(void)
{
	pid_t me = getpid(), first, second;

	exits_with(run_child(child_identity, &me), 0,
		   "a child has its own pid and knows its parent's",
		   "Status 1: getppid; 2: getpid; 3: gettid.");
	is_num(getpid(), me, "the parent's pid has not changed", "");
	first = fork();
	need(first >= 0);
	if (!first)
		_exit(0);
	second = fork();
	need(second >= 0);
	if (!second)
		_exit(0);
	ok(first != second, "pids of zombies are not given out again",
	   "A pid is free only after wait has seen the process.");
	need(waitpid(first, NULL, 0) == first);
	need(waitpid(second, NULL, 0) == second);
}

/* All at once: each child holds until the parent closes the gate. */
static void test_many(void)
{
	int gate[2], seen[MANY] = { 0 }, status, bad = 0, twice = 0;
	pid_t pid[MANY], p;
	char c;

	need(!pipe(gate));
	for (int i = 0; i < MANY; i++) {
		pid[i] = fork();
		need(pid[i] >= 0);
		if (pid[i])
			continue;
		close(gate[1]);
		_exit(read(gate[0], &c, 1) == 0 ? i : 255);
	}
	for (int i = 0; i < MANY; i++)
		for (int j = 0; j < i; j++)
			twice += pid[i] == pid[j];
	is_num(twice, 0, "64 living children have 64 pids", "");
	is_num(waitpid(-1, &status, WNOHANG), 0, "none has ended yet", "");
	close(gate[1]);
	while ((p = wait(&status)) > 0)
		for (int i = 0; i < MANY; i++)
			if (pid[i] == p) {
				seen[i]++;
				bad += status != i << 8;
			}
	for (int i = 0; i < MANY; i++)
		bad += seen[i] != 1;
	is_num(bad, 0, "each is waited for once, with its own exit code", "");
	ok(p == -1 && errno == ECHILD, "then there are no children left", "");
	close(gate[0]);
}

/* A complete binary tree; each node returns the number of nodes below it. */
static int node(int depth)
{
	int status, sum = 1;

	if (!depth)
		return 1;
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 255;
		if (!pid)
			_exit(node(depth - 1));
	}
	while (wait(&status) > 0)
		sum += WIFEXITED(status) ? WEXITSTATUS(status) : 200;
	return sum;
}

static int tree(void *depth)
{
	return node(*(int *)depth);
}

/* A chain: each process waits for the next. */
static int chain(void *left)
{
	int next = *(int *)left - 1, status;

	if (!next)
		return 40;
	status = run_child(chain, &next);
	return WIFEXITED(status) ? WEXITSTATUS(status) + 1 : 255;
}

static void test_shapes(void)
{
	int depth = 5, links = 30;

	exits_with(run_child(tree, &depth), 63,
		   "a binary tree of 63 processes counts itself", "");
	exits_with(run_child(chain, &links), 69,
		   "a chain of 30 processes counts itself", "");
}

/*
 * An orphan gets another parent.  The grandchild waits until its parent has
 * gone, and reports through the pipe.
 */
static void test_orphan(void)
{
	int report[2], status;
	pid_t middle, got[2];

	need(!pipe(report));
	middle = fork();
	need(middle >= 0);
	if (!middle) {
		pid_t me = getpid(), pid = fork();

		if (pid)
			_exit(pid < 0);
		while (getppid() == me)
			sched_yield();
		got[0] = getppid();
		got[1] = getpid();
		_exit(write(report[1], got, sizeof(got)) < 0);
	}
	close(report[1]);
	need(waitpid(middle, &status, 0) == middle);
	exits_with(status, 0, "a parent may end before its child", "");
	is_num(read(report[0], got, sizeof(got)), sizeof(got),
	       "the orphan lives on", "");
	ok(got[0] != middle && got[0] > 0, "and has a new parent",
	   "Orphans go to init, or to a subreaper above.");
	ok(got[0] != getpid(), "which is not its grandparent",
	   "Only init or a subreaper adopts.");
	is_errno(waitpid(got[1], NULL, 0), ECHILD,
		 "a grandchild cannot be waited for");
	close(report[0]);
}

/* Zombies that nobody waits for go with their parent. */
static int leaves_zombies(void *unused)
{
	for (int i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(i);
		if (pid < 0)
			return 1;
	}
	return 0;
}

static void test_forgotten(void)
{
	int bad = 0;

	for (int i = 0; i < 20; i++)
		bad += run_child(leaves_zombies, NULL) != 0;
	is_num(bad, 0, "200 forgotten children do no harm",
	       "init must reap what it inherits.");
	is_errno(wait(NULL), ECHILD, "they are not this process's children");
}

/* One after the other: no table may fill up. */
static void test_sequence(void)
{
	int bad = 0;

	for (int i = 0; i < 500; i++) {
		pid_t pid = fork();
		int status;

		need(pid >= 0);
		if (!pid)
			_exit(i & 0xff);
		need(waitpid(pid, &status, 0) == pid);
		bad += status != (i & 0xff) << 8;
	}
	is_num(bad, 0, "500 children one after the other", "");
}

/* Open files are shared: the offset moves for both. */
static int child_reads(void *fd)
{
	char c;

	return read(*(int *)fd, &c, 1) == 1 ? c : 255;
}

static void test_files(void)
{
	int fds[2];
	char c;

	need(!pipe(fds) && write(fds[1], "ab", 2) == 2);
	exits_with(run_child(child_reads, &fds[0]), 'a',
		   "a child can use the open files it inherits", "");
	need(read(fds[0], &c, 1) == 1);
	ok(c == 'b', "and shares them with its parent",
	   "fork copies the descriptor table, not the open files.");
	close(fds[1]);
	is_num(read(fds[0], &c, 1), 0,
	       "a descriptor is closed when its process ends",
	       "If read blocks here, the child's copy of the write end is "
	       "still open.");
	close(fds[0]);
}

int main(void)
{
	plan(20);
	test_identity();
	test_many();
	test_shapes();
	test_orphan();
	test_forgotten();
	test_sequence();
	test_files();
	return done();
}
