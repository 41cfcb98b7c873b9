/* SPDX-License-Identifier: MIT */
/*
 * tests/runner/tapsuite.c - run test programs one after the other, in the guest.
 *
 * usage: tapsuite [-b] [-t SECONDS] PROGRAM...
 *
 * -b asks them to be brief (tap.h): BRIEF is in their environment.
 *
 * Each PROGRAM prints flat TAP.  What comes out is one flat TAP stream: points
 * renumbered, each with its program's name before its description, and two
 * points more for each program: that it ended as it should (status 0, as many
 * points as it planned, in time), and that the kernel's ledger agrees, where
 * there is one (/proc/kilburn/audit).
 *
 * On Linux a test may skip what that machine has not.  Kilburn has every
 * device and file that is tested, so there a skip means that one of them has
 * been lost: it fails, except for the reasons in lawful_skips[].
 */

#define _GNU_SOURCE /* strcasestr */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AUDIT     "/proc/kilburn/audit"
#define LINE_SIZE 4096
#define TICK_MS   100
/* How long what a program left behind may go on writing to its pipe. */
#define AFTERMATH_MS 1000

/* One program's run. */
struct run {
	const char *path, *name;
	pid_t pid;
	int fd;       /* read end of its output */
	long planned; /* points it promised; -1 before it has */
	long points;  /* points it printed */
	bool bailed, timed_out, ended;
	int status; /* from waitpid() once ended */
	char line[LINE_SIZE];
	size_t len;
};

/* What depends on the machine that QEMU was asked for, not on the kernel. */
static const char *const lawful_skips[] = {
	"only with 1 GiB of memory or less", /* oom_exhaust, kb exec --mem */
	"this processor has none",           /* fpu without AVX, ACCEL=kvm */
};

static unsigned long next_point = 1, failures;

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void point(bool passed, const struct run *run, const char *text)
{
	printf("%sok %lu - %s: %s\n", passed ? "" : "not ", next_point++,
	       run->name, text);
	failures += !passed;
}

/* Skip "ok 12 - " and return the description, or NULL when it is no point. */
static const char *description(const char *line)
{
	if (strncmp(line, "ok", 2) || (line[2] && !isspace(line[2])))
		return NULL;
	line += 2;
	line += strspn(line, " ");
	line += strspn(line, "0123456789");
	line += strspn(line, " ");
	if (*line == '-')
		line++;
	return line + strspn(line, " ");
}

/* Whether a failed point is expected: its directive says TODO. */
static bool is_todo(const char *text)
{
	const char *directive = strrchr(text, '#');

	return directive && strstr(directive, "TODO");
}

static bool on_kilburn(void)
{
	struct utsname uts;

	return uname(&uts) == 0 && strstr(uts.release, "kilburn");
}

/* Whether a point, or a plan of none, is a skip that hides a loss. */
static bool is_forbidden_skip(const char *text)
{
	const char *reason = strcasestr(text, "# SKIP");

	if (!reason || !on_kilburn())
		return false;
	reason += strlen("# SKIP");
	reason += strspn(reason, " ");
	for (size_t i = 0; i < sizeof(lawful_skips) / sizeof(*lawful_skips);
	     i++) {
		if (strcmp(reason, lawful_skips[i]) == 0)
			return false;
	}
	return true;
}

/* A forbidden skip loses its directive, with which prove would let it pass. */
static void take_point(struct run *run, bool failed, const char *text)
{
	run->points++;
	if (!failed && is_forbidden_skip(text)) {
		point(false, run, "skips nothing on Kilburn");
		printf("# %s\n", text);
		return;
	}
	point(!failed, run, text);
	if (failed && is_todo(text))
		failures--;
}

/* The plan; one of no points skips the whole program. */
static void take_plan(struct run *run)
{
	run->planned = strtol(run->line + 3, NULL, 10);
	if (run->planned == 0)
		printf("# %s: %s\n", run->name, run->line);
	if (is_forbidden_skip(run->line))
		point(false, run, "skips nothing on Kilburn");
}

static void take_line(struct run *run)
{
	bool failed = strncmp(run->line, "not ", 4) == 0;
	const char *text = description(run->line + (failed ? 4 : 0));

	if (text) {
		take_point(run, failed, text);
	} else if (strncmp(run->line, "1..", 3) == 0) {
		take_plan(run);
	} else if (strncmp(run->line, "Bail out!", 9) == 0) {
		run->bailed = true;
		printf("# %s: %s\n", run->name, run->line);
	} else if (run->line[0] == '#') {
		printf("%s\n", run->line);
	} else if (run->line[0]) {
		printf("# %s: %s\n", run->name, run->line);
	}
}

static void take_bytes(struct run *run, const char *bytes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (bytes[i] != '\n' && run->len < LINE_SIZE - 1) {
			run->line[run->len++] = bytes[i];
			continue;
		}
		run->line[run->len] = '\0';
		run->len = 0;
		take_line(run);
	}
}

/* Copy what is there; false at the end of the output. */
static bool read_some(struct run *run)
{
	char buf[4096];
	ssize_t got = read(run->fd, buf, sizeof(buf));

	if (got > 0)
		take_bytes(run, buf, got);
	return got > 0 || (got < 0 && errno == EINTR);
}

static void check_ended(struct run *run)
{
	if (!run->ended && waitpid(run->pid, &run->status, WNOHANG) == run->pid)
		run->ended = true;
}

/* Copy its output until it has ended, or until the time is over. */
static void watch(struct run *run, long long deadline)
{
	bool output = true;

	while (!run->ended || output) {
		struct pollfd fd = { .fd = output ? run->fd : -1,
				     .events = POLLIN };
		int ready = poll(&fd, 1, output ? TICK_MS : 1);

		if (ready > 0)
			output = read_some(run);
		/* A process that it left behind may keep the pipe open. */
		else if (run->ended)
			output = false;
		if (!run->ended) {
			check_ended(run);
			if (run->ended)
				deadline = now_ms() + AFTERMATH_MS;
		}
		if (run->ended && now_ms() > deadline)
			output = false;
		if (!run->ended && now_ms() > deadline) {
			run->timed_out = true;
			kill(run->pid, SIGKILL);
			waitpid(run->pid, &run->status, 0);
			run->ended = true;
		}
	}
	if (run->len)
		take_bytes(run, "\n", 1);
	close(run->fd);
}

static bool start(struct run *run)
{
	char *argv[] = { (char *)run->path, NULL };
	int ends[2];

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	run->fd = ends[0];
	run->pid = fork();
	if (run->pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execv(run->path, argv);
		perror(run->path);
		_exit(127);
	}
	close(ends[1]);
	return run->pid > 0;
}

static void judge_end(const struct run *run, long long limit)
{
	bool planned = run->planned >= 0 && run->planned == run->points;
	bool exited = WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0;

	point(planned && exited && !run->bailed && !run->timed_out, run,
	      "ends with status 0 and as many points as planned");
	if (run->timed_out)
		printf("# killed after %lld s\n", limit);
	else if (WIFSIGNALED(run->status))
		printf("# killed by signal %d\n", WTERMSIG(run->status));
	else if (!exited)
		printf("# exit status %d\n", WEXITSTATUS(run->status));
	if (run->planned < 0)
		printf("# no plan, %ld points\n", run->points);
	else if (!planned)
		printf("# %ld points planned, %ld printed\n", run->planned,
		       run->points);
}

/* Ask the kernel whether its books agree with its page tables. */
static void judge_ledger(const struct run *run)
{
	FILE *audit = fopen(AUDIT, "r");
	char line[256];
	bool any = false, good = true;

	if (!audit)
		return;
	while (fgets(line, sizeof(line), audit)) {
		if (!any)
			good = strcmp(line, "ok\n") == 0;
		any = true;
		if (!good)
			printf("# ledger: %.*s\n", (int)strcspn(line, "\n"),
			       line);
	}
	fclose(audit);
	point(any && good, run, "the ledger agrees afterwards");
}

static void run_one(const char *path, long long limit)
{
	const char *slash = strrchr(path, '/');
	struct run run = { .path = path,
			   .name = slash ? slash + 1 : path,
			   .planned = -1 };
	long long begin = now_ms();

	if (!start(&run)) {
		point(false, &run, "can be started");
		return;
	}
	watch(&run, begin + limit * 1000);
	kill(-1, SIGKILL); /* what it left behind; init and we are spared */
	judge_end(&run, limit);
	judge_ledger(&run);
	printf("# %s: %lld ms\n", run.name, now_ms() - begin);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	long long limit = 240;
	int option;

	while ((option = getopt(argc, argv, "bt:")) != -1)
		if (option == 'b')
			setenv("BRIEF", "1", 1);
		else if (option == 't')
			limit = strtoll(optarg, NULL, 10);
		else
			return 2;
	for (int i = optind; i < argc; i++)
		run_one(argv[i], limit);
	printf("1..%lu\n", next_point - 1);
	return failures != 0;
}
