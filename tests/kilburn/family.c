/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/family.c - the ledger while a family of processes is alive.
 *
 * The other tests ask it when everything has ended, and then there is no rmap
 * to be wrong: here each generation has pages of its own and of all before it,
 * areas are split and moved, and the one in the middle dies first.
 */

#include "../user/tap.h"
#include "ledger.h"
#include <fcntl.h>
#include <signal.h>

#define GENERATIONS 4
#define NR          8UL

static char *area;
static int up[2]; /* a byte for each generation that is ready */

/* What each generation does to the area before it has a child. */
static void live(int generation)
{
	area[generation * PAGE] = generation + 1;
	if (generation == 1) /* two areas of one anon_vma */
		need(!mprotect(area + 4 * PAGE, PAGE, PROT_READ));
	if (generation == 2) /* pages whose index is not their address */
		need(mremap(area + 6 * PAGE, 2 * PAGE, 2 * PAGE,
			    MREMAP_MAYMOVE | MREMAP_FIXED,
			    area + 16 * PAGE) == area + 16 * PAGE);
}

/* Make the rest of the line, tell the pids, and wait to be killed. */
static void __attribute__((noreturn)) be(int generation, pid_t *pids)
{
	pids[generation] = getpid();
	live(generation);
	if (generation + 1 < GENERATIONS && !fork())
		be(generation + 1, pids);
	need(write(up[1], "", 1) == 1);
	for (;;)
		pause();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	usleep(20000); /* a grandchild: init reaps it */
}

int main(void)
{
	pid_t *pids = shared_pages(1);
	char byte;

	plan(6);
	area = anon_pages(32);
	memset(area, 1, NR * PAGE);
	need(!pipe(up));
	pids[0] = getpid();
	live(0);
	if (!fork())
		be(1, pids);
	for (int i = 1; i < GENERATIONS; i++)
		need(read(up[0], &byte, 1) == 1);

	ok(ledger_agrees(), "with four generations alive", "");
	area[5 * PAGE] = 1; /* a copy, in the oldest */
	need(!munmap(area + 2 * PAGE, PAGE));
	ok(ledger_agrees(), "when the oldest has split its area", "");
	end(pids[2]);
	ok(ledger_agrees(), "when one in the middle has died", "");
	need(!mprotect(area + 3 * PAGE, PAGE, PROT_READ) &&
	     !mprotect(area + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE));
	ok(ledger_agrees(), "when areas have merged", "");
	end(pids[1]);
	ok(ledger_agrees(), "when the child has died before its children", "");
	end(pids[3]);
	while (waitpid(-1, NULL, 0) > 0)
		;
	ok(ledger_agrees(), "when all are gone", "");
	return done();
}
