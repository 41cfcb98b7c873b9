/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/task_steps.c - children, limits, privilege.
 *
 * Only one process walks at a time.  A child that is not walking is parked: it
 * keeps its copy of the address space and waits to be told how many steps to
 * make.  So pages stay shared over many calls of either side, and the order of
 * everything is still the seed's.
 */
#include "walk.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CHILDREN 2
#define MAX_DEPTH    3

static struct child {
	int pid, number;
	int to, from; /* pipes */
} children[MAX_CHILDREN];
static int nr_children, children_born, depth;

/* Tell a parked child to exit.  Return: its wait status. */
static int end_child(struct child *child)
{
	int status = -1;

	write(child->to, "", 1);
	waitpid(child->pid, &status, 0);
	close(child->to);
	close(child->from);
	*child = children[--nr_children];
	return status;
}

static void __attribute__((noreturn))
child_main(int from_parent, int to_parent, uint64_t seed)
{
	size_t len = strlen(walk_who);
	char nr_steps;

	snprintf(walk_who + len, sizeof(walk_who) - len, ".%d", children_born);
	for (int i = 0; i < nr_children; i++) {
		close(children[i].to);
		close(children[i].from);
	}
	nr_children = children_born = 0;
	depth++;
	process_begins();
	seed_with(seed);
	walk_steps(1 + pick(5));
	while (write(to_parent, "", 1) == 1 &&
	       read(from_parent, &nr_steps, 1) == 1 && nr_steps)
		walk_steps(nr_steps);
	while (nr_children)
		end_child(&children[nr_children - 1]);
	_exit(0);
}

/* Until it has parked itself.  Return: false if it has died instead. */
static bool wait_for(const struct child *child)
{
	char parked;

	return read(child->from, &parked, 1) == 1;
}

static void step_fork(void)
{
	struct child *child = &children[nr_children];
	uint64_t seed = pick(1UL << 30);
	int to[2], from[2];

	say("fork()");
	if (nr_children == MAX_CHILDREN || depth == MAX_DEPTH ||
	    !walk_privileged) {
		say(" not now");
		return;
	}
	if (known_difference(KNOWN_FORK_RAW_COPY, 0, 0))
		return;
	if (pipe(to) || pipe(from))
		fatal("pipe");
	children_born++;
	child->number = children_born;
	child->pid = fork();
	if (!child->pid) {
		close(to[1]);
		close(from[0]);
		child_main(to[0], from[1], seed);
	}
	if (child->pid < 0)
		fatal("fork");
	close(to[0]);
	close(from[1]);
	child->to = to[1];
	child->from = from[0];
	nr_children++;
	if (!wait_for(child))
		say(" and the child died");
}

static void step_resume(void)
{
	struct child *child;
	char nr_steps = (char)(1 + pick(5));

	if (!nr_children) {
		step_fork();
		return;
	}
	child = &children[pick(nr_children)];
	say("resume(%d, %d)", child->number, nr_steps);
	if (write(child->to, &nr_steps, 1) != 1 || !wait_for(child))
		say(" and the child died");
}

static void step_end_child(void)
{
	struct child *child;

	if (!nr_children) {
		step_fork();
		return;
	}
	child = &children[pick(nr_children)];
	say("end(%d)", child->number);
	say(" status %#x", end_child(child));
}

static void step_rlimit(void)
{
	static const struct {
		int resource;
		const char *name, *now; /* the line of status it limits */
	} limits[] = {
		{ RLIMIT_AS, "AS", "VmSize" },
		{ RLIMIT_DATA, "DATA", "VmData" },
		{ RLIMIT_MEMLOCK, "MEMLOCK", "VmLck" },
		{ RLIMIT_STACK, "STACK", NULL },
	};
	int i = pick(4);
	unsigned long pages = pick(24);
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (one_in(3)) {
		limit.rlim_cur = pages * PAGE;
		if (limits[i].now)
			limit.rlim_cur += status_bytes(limits[i].now);
	}
	say("setrlimit(%s, %s%lu)", limits[i].name,
	    limit.rlim_cur == RLIM_INFINITY ? "infinite " : "now + ", pages);
	choose_performer(BY_MAIN);
	make(SYS_prlimit64, 0, limits[i].resource, (long)&limit, 0, 0, 0);
}

/* Only in a child: root can do more calls. */
static void step_setuid(void)
{
	say("setuid(1000)");
	if (!depth || nr_children) {
		say(" not now");
		return;
	}
	choose_performer(BY_MAIN);
	if (!make(SYS_setuid, 1000, 0, 0, 0, 0, 0))
		walk_privileged = false;
}

const struct step task_steps[] = {
	{ step_fork, 7 },   { step_resume, 7 }, { step_end_child, 3 },
	{ step_rlimit, 3 }, { step_setuid, 1 }, { NULL, 0 },
};
