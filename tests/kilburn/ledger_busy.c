/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/ledger_busy.c - the ledger is asked while others go on.
 *
 * Then it may find what has changed since it began, so only what it says in the
 * end counts; but a frame that it has seen in a page table and that is of other
 * use when it comes back must not lead it astray.
 */
#include "ledger.h"
#include <signal.h>

#define BUSY   3
#define ROUNDS 4 /* of several passes each */
#define PAGES  64

/* Pages of files, areas, tables and tasks come and go: frames change their use. */
static void go_on(int number)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/busy%d", number);
	for (;;) {
		int fd = open(name, O_RDWR | O_CREAT, 0600);
		char *p;
		pid_t pid;

		need(fd >= 0 && !ftruncate(fd, PAGES * PAGE));
		p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0);
		need(p != MAP_FAILED);
		for (int i = 0; i < PAGES; i++)
			p[i * PAGE] = 1;
		need(!munmap(p, PAGES * PAGE) && !close(fd) && !unlink(name));
		pid = fork();
		need(pid >= 0);
		if (!pid) {
			for (int i = 0; i < PAGES; i++)
				mmap(NULL, PAGE, i % 2 ? PROT_READ : PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			_exit(0);
		}
		need(waitpid(pid, NULL, 0) == pid);
	}
}

static void ask(void)
{
	char report[4096];
	int fd = open("/proc/kilburn/audit", O_RDONLY);

	need(fd >= 0 && read(fd, report, sizeof(report)) > 0);
	close(fd);
}

int main(void)
{
	pid_t pids[BUSY];

	plan(2);
	for (int i = 0; i < BUSY; i++) {
		pids[i] = fork();
		need(pids[i] >= 0);
		if (!pids[i])
			go_on(i);
	}
	for (int i = 0; i < ROUNDS; i++)
		ask();
	ok(1, "the ledger is asked again and again while others go on", "");
	for (int i = 0; i < BUSY; i++)
		need(!kill(pids[i], SIGKILL) &&
		     waitpid(pids[i], NULL, 0) == pids[i]);
	while (waitpid(-1, NULL, 0) > 0)
		;
	usleep(100000); /* orphans are init's to reap */
	ok(ledger_agrees(), "and agrees when they have ended", "");
	return done();
}
