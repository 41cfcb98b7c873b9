/* SPDX-License-Identifier: MIT */
/*
 * tests/user/signals_eintr.c - signals that arrive while a call sleeps:
 * EINTR, SA_RESTART, pause, sigsuspend, SIGCHLD.
 *
 * "Asleep" cannot be seen from outside.  So each child sends its signal
 * again and again until the parent says that the call has returned; a signal
 * that comes too early only runs the handler once more.
 */
#include "tap.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

static volatile int hits;
static volatile int *stop; /* shared with the children */

static void on_signal(int sig)
{
	hits++;
}

static void set(int sig, int flags)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags };

	need(!sigaction(sig, &sa, NULL));
	hits = 0;
}

/* A child that pesters the parent with @sig until told to stop. */
static pid_t pester(int sig)
{
	struct timespec ts = { 0, 2000000 };
	pid_t parent = getpid(), pid;

	*stop = 0;
	pid = fork();
	need(pid >= 0);
	if (pid)
		return pid;
	while (!*stop && getppid() == parent) {
		kill(parent, sig);
		nanosleep(&ts, NULL);
	}
	_exit(0);
}

static void quiet(pid_t pid)
{
	*stop = 1;
	while (waitpid(pid, NULL, 0) < 0)
		need(errno == EINTR);
}

static void test_read(void)
{
	int fds[2], ret, err;
	pid_t pid;
	char c;

	need(!pipe(fds));
	set(SIGUSR1, 0);
	pid = pester(SIGUSR1);
	ret = read(fds[0], &c, 1);
	err = errno;
	quiet(pid);
	ok(ret == -1 && err == EINTR, "a blocked read is interrupted: EINTR",
	   "A handled signal without SA_RESTART ends a slow call.");
	ok(hits > 0, "after the handler has run", "");
	close(fds[0]);
	close(fds[1]);
}

static void test_write(void)
{
	static char block[65536];
	int fds[2], ret, err;
	pid_t pid;

	need(!pipe(fds));
	need(write(fds[1], block, 65536) == 65536);
	set(SIGUSR1, 0);
	pid = pester(SIGUSR1);
	ret = write(fds[1], block, 1);
	err = errno;
	quiet(pid);
	ok(ret == -1 && err == EINTR, "so is a write to a full pipe", "");
	need(read(fds[0], block, 4096) == 4096);
	set(SIGUSR1, 0);
	pid = pester(SIGUSR1);
	ret = write(fds[1], block, 10000);
	quiet(pid);
	is_num(ret, 4096, "a write that got through in part says how much",
	       "Only a call that has done nothing may fail with EINTR.");
	close(fds[0]);
	close(fds[1]);
}

/* With SA_RESTART the read goes on, and gets the byte that comes later. */
static void test_restart(void)
{
	int fds[2], ret;
	pid_t pid, parent = getpid();
	char c = 0;

	need(!pipe(fds));
	set(SIGUSR1, SA_RESTART);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		struct timespec ts = { 0, 3000000 };

		for (int i = 0; i < 20; i++) {
			kill(parent, SIGUSR1);
			nanosleep(&ts, NULL);
		}
		_exit(write(fds[1], "r", 1) != 1);
	}
	ret = read(fds[0], &c, 1);
	while (waitpid(pid, NULL, 0) < 0)
		need(errno == EINTR);
	ok(ret == 1 && c == 'r', "with SA_RESTART a read goes on",
	   "The call is made again with its own arguments after the handler: "
	   "rax and rip in the frame must say so.");
	ok(hits > 0, "although the handler ran", "");
	close(fds[0]);
	close(fds[1]);
}

static void test_sleep(void)
{
	struct timespec ts = { 1000, 0 }, rem = { 0, 0 };
	pid_t pid;
	int ret, err;

	set(SIGUSR1, SA_RESTART);
	pid = pester(SIGUSR1);
	ret = nanosleep(&ts, &rem);
	err = errno;
	quiet(pid);
	ok(ret == -1 && err == EINTR, "nanosleep is EINTR even with SA_RESTART",
	   "");
	ok(rem.tv_sec >= 900 && rem.tv_sec <= 1000 && rem.tv_nsec >= 0 &&
		   rem.tv_nsec < 1000000000,
	   "and tells the time that is left", "");
}

static void test_pause(void)
{
	pid_t pid;
	int ret, err;

	set(SIGUSR1, SA_RESTART);
	pid = pester(SIGUSR1);
	ret = pause();
	err = errno;
	quiet(pid);
	ok(ret == -1 && err == EINTR && hits, "pause returns after a handler",
	   "");
}

static void test_sigsuspend(void)
{
	sigset_t block, none, now;
	int ret;

	sigemptyset(&none);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	set(SIGUSR1, 0);
	need(!sigprocmask(SIG_BLOCK, &block, NULL));
	need(!kill(getpid(), SIGUSR1));
	is_num(hits, 0, "a blocked signal waits", "");
	ret = sigsuspend(&none);
	ok(ret == -1 && errno == EINTR && hits == 1,
	   "sigsuspend lets a pending signal in and returns",
	   "The mask must be set and the sleep begun in one step.");
	need(!sigprocmask(SIG_SETMASK, NULL, &now));
	ok(sigismember(&now, SIGUSR1), "and puts the old mask back", "");
	need(!sigprocmask(SIG_UNBLOCK, &block, NULL));
}

static void test_wait(void)
{
	int fds[2], ret, err, status;
	pid_t pid, slow;
	char c;

	need(!pipe(fds));
	slow = fork();
	need(slow >= 0);
	if (!slow) {
		close(fds[1]);
		_exit(read(fds[0], &c, 1) == 0 ? 5 : 1);
	}
	set(SIGUSR1, 0);
	pid = pester(SIGUSR1);
	ret = waitpid(slow, &status, 0);
	err = errno;
	quiet(pid);
	ok(ret == -1 && err == EINTR, "wait is interrupted: EINTR", "");
	close(fds[1]);
	while ((ret = waitpid(slow, &status, 0)) < 0)
		need(errno == EINTR);
	exits_with(status, 5, "and the child is still there to wait for", "");
	close(fds[0]);
}

static volatile siginfo_t chld;

static void on_chld(int sig, siginfo_t *info, void *ctx)
{
	chld = *info;
	hits++;
}

static void test_sigchld(void)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };
	sigset_t block, old;
	pid_t pid;

	sa.sa_sigaction = on_chld;
	need(!sigaction(SIGCHLD, &sa, NULL));
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	hits = 0;
	need(!sigprocmask(SIG_BLOCK, &block, &old));
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(33);
	while (!hits)
		sigsuspend(&old);
	ok(chld.si_code == CLD_EXITED && chld.si_pid == pid &&
		   chld.si_status == 33,
	   "SIGCHLD says who exited, and with what",
	   "si_code CLD_EXITED, si_pid, and si_status the exit code.");
	need(waitpid(pid, NULL, 0) == pid);
	hits = 0;
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	while (!hits)
		sigsuspend(&old);
	ok(chld.si_code == CLD_KILLED && chld.si_status == SIGKILL,
	   "or what killed it", "");
	need(waitpid(pid, NULL, 0) == pid);
	need(!sigprocmask(SIG_SETMASK, &old, NULL));
}

/* A parent that ignores SIGCHLD has no zombies. */
static void test_ignored_chld(void)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	pid_t pid;

	need(!sigaction(SIGCHLD, &sa, NULL));
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(0);
	is_errno(waitpid(pid, NULL, 0), ECHILD,
		 "with SIGCHLD ignored wait sleeps, then says ECHILD");
	sa.sa_handler = SIG_DFL;
	need(!sigaction(SIGCHLD, &sa, NULL));
}

static int child_stopped(void *unused)
{
	kill(getpid(), SIGSTOP);
	return 9;
}

static void test_stop(void)
{
	int status;
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid)
		_exit(child_stopped(NULL));
	need(waitpid(pid, &status, WUNTRACED) == pid);
	ok(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
	   "SIGSTOP stops a child, and WUNTRACED reports it", "");
	need(!kill(pid, SIGCONT));
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 9, "SIGCONT lets it go on", "");
}

int main(void)
{
	stop = shared_pages(1);
	plan(19);
	test_read();
	test_write();
	test_restart();
	test_sleep();
	test_pause();
	test_sigsuspend();
	test_wait();
	test_sigchld();
	test_ignored_chld();
	test_stop();
	return done();
}
