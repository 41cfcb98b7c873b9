/* SPDX-License-Identifier: MIT */
/*
 * tests/user/wait.c - wait4 and waitid: statuses, options, groups, rusage.
 */
#include "tap.h"
#include <signal.h>

static int codes(void *arg)
{
	return (int)(long)arg;
}

static int by_signal(void *arg)
{
	kill(getpid(), (int)(long)arg);
	return 1;
}

static void test_status(void)
{
	int bad = 0;

	for (long i = 0; i < 256; i += 5)
		bad += run_child(codes, (void *)i) != i << 8;
	is_num(bad, 0, "exit codes 0 to 255 arrive", "");
	bad = (run_child(by_signal, (void *)SIGKILL) != SIGKILL) +
	      (run_child(by_signal, (void *)SIGTERM) != SIGTERM) +
	      (run_child(by_signal, (void *)SIGUSR1) != SIGUSR1);
	is_num(bad, 0, "killing signals arrive in the low 7 bits", "");
	ok(WIFSIGNALED(run_child(by_signal, (void *)SIGABRT)),
	   "SIGABRT is a death by signal, core dumped or not", "");
}

/* A child that ends when the parent closes @gate. */
static pid_t held_child(int *gate, int code)
{
	pid_t pid;
	char c;

	need(!pipe(gate));
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		close(gate[1]);
		_exit(read(gate[0], &c, 1) == 0 ? code : 99);
	}
	close(gate[0]);
	return pid;
}

static void test_nohang(void)
{
	int gate[2], status;
	pid_t pid = held_child(gate, 6);

	is_num(waitpid(pid, &status, WNOHANG), 0,
	       "WNOHANG returns 0 while the child lives", "");
	is_num(waitpid(-1, &status, WNOHANG), 0, "for any child as well", "");
	close(gate[1]);
	is_num(waitpid(pid, &status, 0), pid, "without it wait sleeps", "");
	exits_with(status, 6, "until the child ends", "");
	is_errno(waitpid(pid, &status, 0), ECHILD,
		 "a child is waited for only once");
}

static void test_errors(void)
{
	int status;

	is_errno(wait(&status), ECHILD, "without children wait is ECHILD");
	is_errno(waitpid(-1, &status, WNOHANG), ECHILD, "with WNOHANG too");
	is_errno(waitpid(getpid(), &status, 0), ECHILD,
		 "one is not one's own child");
	is_errno(waitpid(1, &status, 0), ECHILD, "init is not a child");
	is_errno(waitpid(-1, &status, 0x1234), EINVAL,
		 "unknown options are EINVAL");
	is_errno(waitpid(-12345678, &status, 0), ECHILD,
		 "a group without children is ECHILD");
	is_num(wait4(-1, NULL, WNOHANG, NULL), -1, "NULL pointers are allowed",
	       "");
}

static void test_choice(void)
{
	int gate_a[2], gate_b[2], status;
	pid_t a = held_child(gate_a, 1), b = held_child(gate_b, 2);

	close(gate_a[1]);
	close(gate_b[1]);
	is_num(waitpid(b, &status, 0), b, "wait for one child among two", "");
	exits_with(status, 2, "gives that one's status", "");
	is_num(wait(&status), a, "then the other", "");
	exits_with(status, 1, "with its own", "");
}

static void test_groups(void)
{
	int gate_a[2], gate_b[2], status;
	pid_t a = held_child(gate_a, 1), b = held_child(gate_b, 2);

	need(!setpgid(a, a));
	is_num(getpgid(a), a, "setpgid moves a child to its own group", "");
	is_num(getpgid(b), getpgrp(), "its sibling stays", "");
	close(gate_a[1]);
	close(gate_b[1]);
	is_num(waitpid(0, &status, 0), b,
	       "pid 0 waits for children of the own group", "");
	is_num(waitpid(-a, &status, 0), a,
	       "a negative pid waits for that group's", "");
	is_errno(waitpid(0, &status, 0), ECHILD, "then there are none");
}

static void test_group_kill(void)
{
	int gate_a[2], gate_b[2], status, n = 0;
	pid_t a = held_child(gate_a, 1), b = held_child(gate_b, 2);

	need(!setpgid(a, a) && !setpgid(b, a));
	need(!kill(-a, SIGTERM));
	while (wait(&status) > 0)
		n += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
	is_num(n, 2, "kill with a negative pid signals the whole group", "");
	is_errno(kill(-a, 0), ESRCH, "an empty group is ESRCH");
	close(gate_a[1]);
	close(gate_b[1]);
}

static int touches(void *arg)
{
	long nr = (long)arg;
	volatile char *p = anon_pages(nr);

	for (long i = 0; i < nr; i++)
		p[i * PAGE] = 1;
	return 0;
}

static void test_rusage(void)
{
	struct rusage small, large, all, all2;
	pid_t pid;

	need(!getrusage(RUSAGE_CHILDREN, &all));
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(touches((void *)1));
	need(wait4(pid, NULL, 0, &small) == pid);
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(touches((void *)301));
	need(wait4(pid, NULL, 0, &large) == pid);
	ok(small.ru_minflt > 0, "wait4 tells a child's minor faults", "");
	is_num(large.ru_minflt - small.ru_minflt, 300,
	       "touching 300 pages more is 300 faults more", "");
	ok(large.ru_maxrss - small.ru_maxrss >= 1000, "and shows in ru_maxrss",
	   "The largest resident size so far, in KiB.");
	need(!getrusage(RUSAGE_CHILDREN, &all2));
	is_num(all2.ru_minflt - all.ru_minflt,
	       small.ru_minflt + large.ru_minflt,
	       "RUSAGE_CHILDREN adds up those waited for", "");
	ok(large.ru_utime.tv_sec >= 0 && large.ru_utime.tv_usec < 1000000 &&
		   large.ru_stime.tv_usec < 1000000,
	   "times are well formed", "");
	is_errno(getrusage(77, &all), EINVAL, "an unknown who is EINVAL");
}

static void test_waitid(void)
{
	int gate[2];
	pid_t pid = held_child(gate, 77);
	siginfo_t info;

	memset(&info, 0xff, sizeof(info));
	need(!waitid(P_PID, pid, &info, WEXITED | WNOHANG));
	is_num(info.si_pid, 0, "waitid WNOHANG: si_pid 0 while it lives", "");
	close(gate[1]);
	need(!waitid(P_ALL, 0, &info, WEXITED | WNOWAIT));
	ok(info.si_pid == pid && info.si_code == CLD_EXITED &&
		   info.si_status == 77 && info.si_signo == SIGCHLD,
	   "waitid says who exited and how", "");
	need(!waitid(P_PID, pid, &info, WEXITED));
	is_num(info.si_pid, pid, "WNOWAIT had left it to be waited for", "");
	is_errno(waitid(P_PID, pid, &info, WEXITED), ECHILD, "then it is gone");
	is_errno(waitid(P_PID, pid, &info, 0), EINVAL,
		 "without WEXITED, WSTOPPED or WCONTINUED it is EINVAL");
}

int main(void)
{
	plan(37);
	test_status();
	test_errors();
	test_nohang();
	test_choice();
	test_groups();
	test_group_kill();
	test_rusage();
	test_waitid();
	return done();
}
