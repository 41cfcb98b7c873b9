/* SPDX-License-Identifier: MIT */
/*
 * tests/user/vfork_clone.c - vfork, posix_spawn, and threads as musl makes
 * them.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>

#define THREADS 8

extern char **environ;

static volatile int shared_value;

static __attribute__((noinline)) pid_t vfork_store(void)
{
	pid_t pid = vfork();

	if (!pid) {
		shared_value = 42;
		_exit(3);
	}
	return pid;
}

static __attribute__((noinline)) pid_t vfork_exec(char *path)
{
	char *argv[] = { (char *)"v", (char *)"--exit", (char *)"21", NULL };
	pid_t pid = vfork();

	if (!pid) {
		execve(path, argv, environ);
		_exit(100);
	}
	return pid;
}

static __attribute__((noinline)) pid_t vfork_killed(void)
{
	pid_t pid = vfork();

	if (!pid) {
		shared_value = 7;
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	return pid;
}

static void test_vfork(void)
{
	int status;
	pid_t pid;

	pid = vfork_store();
	is_num(shared_value, 42,
	       "after vfork the parent sees the child's store",
	       "vfork shares the memory (CLONE_VM) and stops the parent until "
	       "the child has left it (CLONE_VFORK).");
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 3, "the child's exit code arrives", "");
	pid = vfork_exec(self_path());
	need(pid > 0 && waitpid(pid, &status, 0) == pid);
	exits_with(status, 21, "vfork and execve", "");
	pid = vfork_exec((char *)"/none");
	need(pid > 0 && waitpid(pid, &status, 0) == pid);
	exits_with(status, 100, "vfork and an execve that fails", "");
	pid = vfork_killed();
	need(pid > 0 && waitpid(pid, &status, 0) == pid);
	dies_by(status, SIGKILL,
		"a vfork child that is killed frees the parent",
		"The completion must be signalled in every way out.");
	is_num(shared_value, 7, "and it had shared the memory", "");
}

static void test_spawn(void)
{
	char *argv[] = { (char *)"s", (char *)"--exit", (char *)"9", NULL };
	char *cat[] = { (char *)"s", (char *)"--hello", NULL };
	posix_spawn_file_actions_t fa;
	int status, fds[2];
	char buf[16];
	pid_t pid;

	need(!posix_spawn(&pid, self_path(), NULL, NULL, argv, environ));
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 9, "posix_spawn", "");
	is_num(posix_spawn(&pid, "/none", NULL, NULL, argv, environ), ENOENT,
	       "posix_spawn of nothing returns ENOENT",
	       "musl's child reports through a close-on-exec pipe.");
	need(!pipe(fds) && !posix_spawn_file_actions_init(&fa) &&
	     !posix_spawn_file_actions_adddup2(&fa, fds[1], 70) &&
	     !posix_spawn_file_actions_addclose(&fa, fds[0]));
	need(!posix_spawn(&pid, self_path(), &fa, NULL, cat, environ));
	close(fds[1]);
	is_num(read(fds[0], buf, sizeof(buf)), 5, "with file actions", "");
	need(waitpid(pid, &status, 0) == pid && status == 0);
	close(fds[0]);
}

static __thread int tls_zero, tls_value = 1234;
static pid_t tids[THREADS];
static int tls_bad;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static long counter;

static void *thread_main(void *arg)
{
	long n = (long)arg;

	if (tls_zero != 0 || tls_value != 1234)
		__atomic_fetch_add(&tls_bad, 1, __ATOMIC_SEQ_CST);
	tids[n] = syscall(SYS_gettid);
	for (int i = 0; i < 2000; i++) {
		tls_value = n;
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
		if (tls_value != n)
			__atomic_fetch_add(&tls_bad, 1, __ATOMIC_SEQ_CST);
	}
	return (void *)(n * 3);
}

static void test_threads(void)
{
	pthread_t t[THREADS];
	int wrong = 0, same = 0;
	void *ret;

	for (long i = 0; i < THREADS; i++)
		need(!pthread_create(&t[i], NULL, thread_main, (void *)i));
	for (long i = 0; i < THREADS; i++) {
		need(!pthread_join(t[i], &ret));
		wrong += ret != (void *)(i * 3);
	}
	is_num(wrong, 0, "eight threads are joined with what they return",
	       "The kernel clears the tid and wakes the futex at thread exit "
	       "(CLONE_CHILD_CLEARTID).");
	is_num(counter, THREADS * 2000L, "a mutex keeps a counter exact", "");
	is_num(tls_bad, 0, "each thread has its own thread-local variables",
	       "CLONE_SETTLS sets the FS base, which must be switched.");
	for (int i = 0; i < THREADS; i++)
		for (int j = 0; j < i; j++)
			same += tids[i] == tids[j];
	ok(!same && tids[0] != getpid(), "each has its own gettid", "");
	is_num(tls_value, 1234, "the main thread's are its own too", "");
}

/* A token that passes through all threads in turn, by condition variable. */
static int turn, rounds;

static void *taker(void *arg)
{
	long me = (long)arg;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < 20; i++) {
		while (turn != me)
			pthread_cond_wait(&cond, &lock);
		rounds++;
		turn = (turn + 1) % THREADS;
		pthread_cond_broadcast(&cond);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void test_cond(void)
{
	pthread_t t[THREADS];

	for (long i = 0; i < THREADS; i++)
		need(!pthread_create(&t[i], NULL, taker, (void *)i));
	for (long i = 0; i < THREADS; i++)
		need(!pthread_join(t[i], NULL));
	is_num(rounds, THREADS * 20, "a token goes round 20 times",
	       "Condition variables need FUTEX_WAIT, WAKE and REQUEUE.");
}

static void *same_process(void *arg)
{
	pid_t *out = arg;

	out[0] = getpid();
	out[1] = getppid();
	out[2] = open("/dev/null", O_RDONLY);
	return NULL;
}

static void test_shared(void)
{
	pid_t got[3];
	pthread_t t;

	need(!pthread_create(&t, NULL, same_process, got));
	need(!pthread_join(t, NULL));
	ok(got[0] == getpid() && got[1] == getppid(), "threads share the pid",
	   "");
	ok(fcntl(got[2], F_GETFD) == 0, "and the open files", "CLONE_FILES.");
	close(got[2]);
}

static volatile pid_t handled_by;

static void on_signal(int sig)
{
	handled_by = syscall(SYS_gettid);
}

static sem_t ready;

static void *sleeper(void *arg)
{
	*(pid_t *)arg = syscall(SYS_gettid);
	sem_post(&ready);
	while (!handled_by)
		sched_yield();
	return NULL;
}

static void test_signals(void)
{
	pthread_t t;
	pid_t tid;

	sem_init(&ready, 0, 0);
	signal(SIGUSR1, on_signal);
	need(!pthread_create(&t, NULL, sleeper, &tid));
	while (sem_wait(&ready))
		;
	need(!pthread_kill(t, SIGUSR1));
	need(!pthread_join(t, NULL));
	is_num(handled_by, tid, "pthread_kill reaches just that thread", "");
}

static int child_fork_in_thread(void *unused)
{
	return 0;
}

static void *forker(void *status)
{
	*(int *)status = run_child(child_fork_in_thread, NULL);
	return NULL;
}

static int child_threads(void *unused)
{
	pthread_t t;
	int status;

	if (pthread_create(&t, NULL, forker, &status) || pthread_join(t, NULL))
		return 1;
	return status;
}

static void *exec_thread(void *unused)
{
	char *argv[] = { (char *)"s", (char *)"--exit", (char *)"12", NULL };

	execve(self_path(), argv, environ);
	return NULL;
}

static void *spin_thread(void *unused)
{
	for (;;)
		;
	return NULL;
}

/* The program that a thread executes has one thread, with the old pid. */
static int child_exec(void *unused)
{
	pthread_t t;

	if (pthread_create(&t, NULL, spin_thread, NULL) ||
	    pthread_create(&t, NULL, exec_thread, NULL))
		return 1;
	for (;;)
		pause();
}

static int child_fault(void *unused)
{
	pthread_t t;

	if (pthread_create(&t, NULL, spin_thread, NULL))
		return 1;
	*(volatile char *)0 = 1;
	return 2;
}

static void test_whole_process(void)
{
	exits_with(run_child(child_threads, NULL), 0, "a thread can fork", "");
	exits_with(run_child(child_exec, NULL), 12,
		   "execve in a thread ends the others",
		   "The caller takes over the pid; the waiting parent sees one "
		   "process all along.");
	dies_by(run_child(child_fault, NULL), SIGSEGV,
		"a fault in one thread kills all", "");
}

static void *detached_main(void *arg)
{
	__atomic_fetch_add((int *)arg, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void test_many(void)
{
	pthread_attr_t attr;
	int started = 0;
	pthread_t t;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 60; i++) {
		need(!pthread_create(&t, &attr, detached_main, &started));
		while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) != i + 1)
			sched_yield();
	}
	is_num(started, 60, "60 detached threads one after the other",
	       "Each unmaps its own stack as it leaves.");
}

static void test_errors(void)
{
	is_errno(syscall(SYS_clone, CLONE_SIGHAND, 0L, 0L, 0L, 0L), EINVAL,
		 "CLONE_SIGHAND without CLONE_VM is EINVAL");
	is_errno(syscall(SYS_clone, CLONE_THREAD, 0L, 0L, 0L, 0L), EINVAL,
		 "CLONE_THREAD without CLONE_SIGHAND is EINVAL");
	is_errno(syscall(SYS_futex, &counter, 77L, 0L, 0L), ENOSYS,
		 "an unknown futex operation is ENOSYS");
	is_errno(syscall(SYS_futex, (char *)&counter + 1, 128L, 0L, 0L), EINVAL,
		 "a futex must be aligned");
	is_errno(syscall(SYS_futex, &counter, 128L, (long)(int)counter + 1, 0L),
		 EAGAIN, "FUTEX_WAIT with another value is EAGAIN");
	is_num(syscall(SYS_futex, &counter, 129L, 10L), 0,
	       "FUTEX_WAKE with nobody waiting is 0", "");
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--exit"))
		return atoi(argv[2]);
	if (argc > 1 && !strcmp(argv[1], "--hello"))
		return write(70, "hello", 5) != 5;
	plan(28);
	test_vfork();
	test_spawn();
	test_threads();
	test_cond();
	test_shared();
	test_signals();
	test_whole_process();
	test_many();
	test_errors();
	return done();
}
