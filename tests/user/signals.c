/* SPDX-License-Identifier: MIT */
/*
 * tests/user/signals.c - sending, blocking and handling signals.
 * What interrupts a blocked call is in signals_eintr.c, the frame that a
 * handler runs on in signals_frame.c.
 */
#include "tap.h"
#include <signal.h>

static volatile int count[65], last_sig, depth, max_depth;
static siginfo_t last_info;

static void handler(int sig)
{
	count[sig]++;
	last_sig = sig;
}

static void info_handler(int sig, siginfo_t *info, void *ctx)
{
	handler(sig);
	last_info = *info;
}

static void set(int sig, void (*fn)(int), int flags)
{
	struct sigaction sa = { .sa_handler = fn, .sa_flags = flags };

	need(!sigaction(sig, &sa, NULL));
}

static void set_info(int sig, int flags)
{
	struct sigaction sa = { .sa_flags = flags | SA_SIGINFO };

	sa.sa_sigaction = info_handler;
	need(!sigaction(sig, &sa, NULL));
}

static void mask(int how, int sig)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, sig);
	need(!sigprocmask(how, &s, NULL));
}

static int is_pending(int sig)
{
	sigset_t s;

	need(!sigpending(&s));
	return sigismember(&s, sig);
}

static void test_handler(void)
{
	set(SIGUSR1, handler, 0);
	need(!kill(getpid(), SIGUSR1));
	is_num(count[SIGUSR1], 1, "a handler runs before kill returns",
	       "A signal to oneself is delivered on the way out of kill.");
	is_num(last_sig, SIGUSR1, "with the signal's number", "");
	need(!raise(SIGUSR1));
	is_num(count[SIGUSR1], 2, "and again for the next one", "");
	set_info(SIGUSR2, 0);
	need(!kill(getpid(), SIGUSR2));
	ok(last_info.si_signo == SIGUSR2 && last_info.si_code == SI_USER &&
		   last_info.si_pid == getpid() && last_info.si_uid == getuid(),
	   "siginfo of kill: SI_USER, the sender's pid and uid", "");
	need(!syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2));
	is_num(last_info.si_code, SI_TKILL, "siginfo of tgkill: SI_TKILL", "");
}

static void test_mask(void)
{
	sigset_t s, old;

	count[SIGUSR1] = 0;
	mask(SIG_BLOCK, SIGUSR1);
	need(!kill(getpid(), SIGUSR1) && !kill(getpid(), SIGUSR1));
	is_num(count[SIGUSR1], 0, "a blocked signal waits", "");
	ok(is_pending(SIGUSR1) && !is_pending(SIGUSR2), "and is pending", "");
	mask(SIG_UNBLOCK, SIGUSR1);
	is_num(count[SIGUSR1], 1, "unblocked, it is delivered once",
	       "Standard signals do not queue.");
	ok(!is_pending(SIGUSR1), "and no longer pending", "");
	sigfillset(&s);
	need(!sigprocmask(SIG_SETMASK, &s, &old) &&
	     !sigprocmask(SIG_SETMASK, NULL, &s));
	ok(!sigismember(&s, SIGKILL) && !sigismember(&s, SIGSTOP) &&
		   sigismember(&s, SIGUSR1) && sigismember(&s, SIGSEGV),
	   "SIGKILL and SIGSTOP cannot be blocked", "");
	need(!sigprocmask(SIG_SETMASK, &old, &s));
	ok(sigismember(&s, SIGUSR2), "the old mask is returned", "");
	is_errno(syscall(SYS_rt_sigprocmask, 99L, &s, NULL, 8L), EINVAL,
		 "an unknown way is EINVAL");
	is_errno(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &s, NULL, 4L), EINVAL,
		 "a set that is not 8 bytes is EINVAL");
	mask(SIG_BLOCK, SIGUSR1);
	need(!kill(getpid(), SIGUSR1));
	set(SIGUSR1, SIG_IGN, 0);
	ok(!is_pending(SIGUSR1), "ignoring a signal drops a pending one", "");
	mask(SIG_UNBLOCK, SIGUSR1);
}

static void test_realtime(void)
{
	union sigval v = { .sival_int = 0 };
	int rt = SIGRTMIN + 3, sum = 0;

	set_info(rt, 0);
	count[rt] = 0;
	mask(SIG_BLOCK, rt);
	for (int i = 1; i <= 5; i++) {
		v.sival_int = i;
		need(!sigqueue(getpid(), rt, v));
	}
	mask(SIG_UNBLOCK, rt);
	is_num(count[rt], 5, "real-time signals queue", "");
	sum = last_info.si_value.sival_int;
	is_num(sum, 5, "in order, each with its value", "");
	is_num(last_info.si_code, SI_QUEUE, "si_code is SI_QUEUE", "");
}

/* Sends the signal of its own handler again while that runs. */
static void nesting(int sig)
{
	depth++;
	if (depth > max_depth)
		max_depth = depth;
	if (++count[sig] < 4)
		kill(getpid(), sig);
	depth--;
}

static void other_in_handler(int sig)
{
	depth++;
	kill(getpid(), SIGUSR2);
	max_depth = count[SIGUSR2];
	depth--;
}

static void test_nesting(void)
{
	struct sigaction sa = { .sa_handler = other_in_handler };

	count[SIGUSR1] = max_depth = 0;
	set(SIGUSR1, nesting, 0);
	need(!kill(getpid(), SIGUSR1));
	ok(count[SIGUSR1] == 4 && max_depth == 1,
	   "a handler does not interrupt itself",
	   "The signal is blocked while its handler runs.");
	count[SIGUSR1] = max_depth = 0;
	set(SIGUSR1, nesting, SA_NODEFER);
	need(!kill(getpid(), SIGUSR1));
	is_num(max_depth, 4, "with SA_NODEFER it does", "");
	count[SIGUSR2] = 0;
	set(SIGUSR2, handler, 0);
	need(!sigaction(SIGUSR1, &sa, NULL) && !kill(getpid(), SIGUSR1));
	is_num(max_depth, 1, "another signal interrupts a handler", "");
	sigaddset(&sa.sa_mask, SIGUSR2);
	count[SIGUSR2] = 0;
	need(!sigaction(SIGUSR1, &sa, NULL) && !kill(getpid(), SIGUSR1));
	is_num(max_depth, 0, "unless sa_mask blocks it", "");
	is_num(count[SIGUSR2], 1, "then it comes when the handler returns",
	       "rt_sigreturn restores the mask from the frame.");
}

static int dies_second_time(void *unused)
{
	set(SIGUSR1, handler, SA_RESETHAND);
	kill(getpid(), SIGUSR1);
	if (count[SIGUSR1] != 1)
		return 1;
	kill(getpid(), SIGUSR1);
	return 2;
}

static void test_actions(void)
{
	struct sigaction sa;

	count[SIGUSR1] = 0;
	dies_by(run_child(dies_second_time, NULL), SIGUSR1,
		"SA_RESETHAND: handled once, then the default", "");
	set(SIGUSR1, handler, SA_RESTART);
	need(!sigaction(SIGUSR1, NULL, &sa));
	ok(sa.sa_handler == handler && sa.sa_flags & SA_RESTART,
	   "sigaction returns what was set", "");
	is_errno(syscall(SYS_rt_sigaction, SIGKILL, &sa, NULL, 8L), EINVAL,
		 "SIGKILL cannot be handled");
	is_errno(syscall(SYS_rt_sigaction, SIGSTOP, &sa, NULL, 8L), EINVAL,
		 "nor SIGSTOP");
	is_errno(syscall(SYS_rt_sigaction, 65L, &sa, NULL, 8L), EINVAL,
		 "there is no signal 65");
	is_errno(syscall(SYS_rt_sigaction, 0L, &sa, NULL, 8L), EINVAL,
		 "nor signal 0");
	is_errno(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4L), EINVAL,
		 "a set that is not 8 bytes is EINVAL");
}

static void sleep_forever(void)
{
	for (;;)
		pause();
}

static int send_self(void *sig)
{
	kill(getpid(), *(int *)sig);
	return 77;
}

static void test_defaults(void)
{
	static const int fatal[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,
				     SIGABRT, SIGBUS,  SIGFPE,  SIGKILL,
				     SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE,
				     SIGALRM, SIGTERM };
	static const int ignored[] = { SIGCHLD, SIGURG, SIGWINCH, SIGCONT };
	int bad = 0, sig, rt = SIGRTMIN;
	pid_t pid;

	for (int i = 1; i < 65; i++)
		if (i != SIGKILL && i != SIGSTOP && (i < 32 || i > 34))
			signal(i, SIG_DFL);
	for (int i = 0; i < 14; i++) {
		sig = fatal[i];
		bad += (run_child(send_self, &sig) & 0x7f) != sig;
	}
	bad += (run_child(send_self, &rt) & 0x7f) != rt;
	is_num(bad, 0, "the default of 15 signals is to kill", "");
	for (int i = 0; i < 4; i++) {
		sig = ignored[i];
		bad += run_child(send_self, &sig) != 77 << 8;
	}
	is_num(bad, 0, "the default of SIGCHLD, URG, WINCH and CONT is not",
	       "");
	pid = fork();
	need(pid >= 0);
	if (!pid)
		sleep_forever();
	need(!kill(pid, SIGTERM) && waitpid(pid, &sig, 0) == pid);
	dies_by(sig, SIGTERM, "SIGTERM ends a sleeping process", "");
}

static int spin(void *fd)
{
	if (write(*(int *)fd, "", 1) != 1)
		return 1;
	for (;;)
		;
}

static void test_kill(void)
{
	int fds[2], status;
	pid_t pid;
	char c;

	is_errno(kill(getpid(), 65), EINVAL, "kill with signal 65 is EINVAL");
	is_errno(kill(getpid(), -1), EINVAL, "with -1 too");
	is_errno(kill(0x3ffffff, 0), ESRCH, "a pid that is not there is ESRCH");
	ok(!kill(getpid(), 0), "signal 0 only asks", "");
	need(!pipe(fds));
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(spin(&fds[1]));
	need(read(fds[0], &c, 1) == 1);
	need(!kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid);
	dies_by(status, SIGKILL,
		"a process that never makes a system call "
		"can be killed",
		"A signal must also be delivered on the way out of an "
		"interrupt; on another CPU an IPI must cause one.");
	is_errno(kill(pid, 0), ESRCH, "after wait its pid is gone");
	close(fds[0]);
	close(fds[1]);
}

static void test_fork(void)
{
	sigset_t s;
	int status;
	pid_t pid;

	count[SIGUSR1] = 0;
	set(SIGUSR1, handler, 0);
	mask(SIG_BLOCK, SIGUSR1);
	need(!kill(getpid(), SIGUSR1));
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		sigprocmask(SIG_SETMASK, NULL, &s);
		if (!sigismember(&s, SIGUSR1))
			_exit(1);
		if (is_pending(SIGUSR1))
			_exit(2);
		kill(getpid(), SIGUSR1);
		mask(SIG_UNBLOCK, SIGUSR1);
		_exit(count[SIGUSR1] == 1 ? 0 : 3);
	}
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0,
		   "a child inherits mask and handlers, but not "
		   "what is pending",
		   "");
	mask(SIG_UNBLOCK, SIGUSR1);
	is_num(count[SIGUSR1], 1, "the parent's own signal was kept for it",
	       "");
}

int main(void)
{
	plan(40);
	test_handler();
	test_mask();
	test_realtime();
	test_nesting();
	test_actions();
	test_kill();
	test_fork();
	test_defaults();
	return done();
}
