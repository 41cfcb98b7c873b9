/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/call.c - make one call and note all that came of it.
 *
 * The faults that a call costs are counted in a window that is as narrow as
 * possible: everything that the code in it writes (its stacks, this file's
 * data) is written just before, or a copy after fork() would be counted with
 * it.  In the window are no library functions, which keep errno in a place of
 * the thread's own: the three performers share one.
 */
#include "walk.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

#define STACK_SIZE 16384

/* The handler's, for the thread its own; what a vfork() child and it run on. */
static char handler_stack[2][STACK_SIZE] __attribute__((aligned(4096)));
static char call_stack[STACK_SIZE] __attribute__((aligned(4096)));
static char thread_stack[STACK_SIZE] __attribute__((aligned(4096)));

static struct call *volatile running;
static struct rusage before, after;
static enum performer performer;
static bool has_thread;
static int posted, answered; /* futexes of the thread */

long raw_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	running->sig = sig;
	running->code = info->si_code;
	running->bad_addr = (unsigned long)info->si_addr;
	siglongjmp(running->back, 1);
}

static void execute(struct call *call)
{
	unsigned long *word = (unsigned long *)call->arg[0];

	running = call;
	if (sigsetjmp(call->back, 0))
		return;
	if (call->nr == CALL_LOAD)
		call->ret = *(volatile unsigned long *)word;
	else if (call->nr == CALL_STORE)
		*(volatile unsigned long *)word = call->arg[1];
	else
		call->ret = raw_syscall(call->nr, call->arg[0], call->arg[1],
					call->arg[2], call->arg[3],
					call->arg[4], call->arg[5]);
}

static void touch(volatile char *from, size_t len)
{
	for (size_t at = 0; at < len; at += PAGE)
		from[at] = from[at];
}

/* Write to all that the window below will write to. */
static void warm_up(void)
{
	volatile char stack[2 * PAGE];

	for (size_t at = 0; at < sizeof(stack); at += PAGE / 2)
		stack[at] = 0;
	touch(handler_stack[0], sizeof(handler_stack));
	touch(call_stack, STACK_SIZE);
	touch(thread_stack, STACK_SIZE);
}

static int execute_counted(void *arg)
{
	struct call *call = arg;

	raw_syscall(SYS_getrusage, RUSAGE_SELF, (long)&after, 0, 0, 0, 0);
	raw_syscall(SYS_getrusage, RUSAGE_SELF, (long)&before, 0, 0, 0, 0);
	execute(call);
	raw_syscall(SYS_getrusage, RUSAGE_SELF, (long)&after, 0, 0, 0, 0);
	call->minflt = after.ru_minflt - before.ru_minflt;
	call->majflt = after.ru_majflt - before.ru_majflt;
	return 0;
}

static void futex_wait_for(int *word, int value)
{
	int now;

	while ((now = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != value)
		raw_syscall(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, now, 0,
			    0, 0);
}

static void futex_post(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	raw_syscall(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void use_handler_stack(int nr)
{
	stack_t stack = { .ss_sp = handler_stack[nr], .ss_size = STACK_SIZE };

	sigaltstack(&stack, NULL);
}

static struct call *volatile for_thread;

static int thread_main(void *arg)
{
	use_handler_stack(1);
	for (int turn = 1;; turn++) {
		futex_wait_for(&posted, turn);
		execute_counted(for_thread);
		futex_post(&answered, turn);
	}
	return 0;
}

static void execute_by_thread(struct call *call)
{
	int turn;

	if (!has_thread) {
		posted = answered = 0;
		if (clone(thread_main, thread_stack + STACK_SIZE,
			  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				  CLONE_THREAD | CLONE_SYSVSEM,
			  NULL) < 0)
			fatal("clone of a thread");
		has_thread = true;
	}
	for_thread = call;
	turn = posted + 1;
	futex_post(&posted, turn);
	futex_wait_for(&answered, turn);
}

static void execute_by_vfork(struct call *call)
{
	int status, pid;

	pid = clone(execute_counted, call_stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | SIGCHLD, call);
	if (pid < 0)
		fatal("vfork");
	waitpid(pid, &status, 0);
	if (status)
		say(" !status %#x", status);
}

void calls_begin(void)
{
	struct sigaction sa = { .sa_flags =
					SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	has_thread = false;
	performer = BY_MAIN;
	use_handler_stack(0);
	sa.sa_sigaction = on_fault;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

void choose_performer(enum performer who)
{
	performer = who;
}

static const char *errno_name(long err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
		{ EPERM, "EPERM" },         { ENOENT, "ENOENT" },
		{ EINTR, "EINTR" },         { EIO, "EIO" },
		{ ENXIO, "ENXIO" },         { EBADF, "EBADF" },
		{ EAGAIN, "EAGAIN" },       { ENOMEM, "ENOMEM" },
		{ EACCES, "EACCES" },       { EFAULT, "EFAULT" },
		{ EBUSY, "EBUSY" },         { EEXIST, "EEXIST" },
		{ ENODEV, "ENODEV" },       { EINVAL, "EINVAL" },
		{ EFBIG, "EFBIG" },         { ESPIPE, "ESPIPE" },
		{ EPIPE, "EPIPE" },         { ENOSYS, "ENOSYS" },
		{ EOVERFLOW, "EOVERFLOW" }, { EOPNOTSUPP, "EOPNOTSUPP" },
		{ ETXTBSY, "ETXTBSY" },     { EHWPOISON, "EHWPOISON" },
	};
	static char number[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].name;
	snprintf(number, sizeof(number), "%ld", err);
	return number;
}

static const char *const performers[] = { "", " (thread)", " (vfork)" };

static void say_outcome(const struct call *call)
{
	if (call->sig)
		say(" signal %d code %d at %s", call->sig, call->code,
		    place(call->bad_addr));
	else if (call->nr == CALL_LOAD)
		say(" = %lx", call->ret);
	else if (call->nr == CALL_STORE)
		say(" stored");
	else if (call->ret < 0 && call->ret > -4096)
		say(" = %s", errno_name(-call->ret));
	else
		say(" = %s", place(call->ret));
	say("%s", performers[performer]);
	/* mlockall() finds pages of the program's stack to be faulted in. */
	if (call->nr != SYS_mlockall && (call->minflt || call->majflt))
		say(" faults %ld,%ld", call->minflt, call->majflt);
}

long perform(struct call *call)
{
	call->sig = 0;
	warm_up();
	if (performer == BY_THREAD)
		execute_by_thread(call);
	else if (performer == BY_VFORK)
		execute_by_vfork(call);
	else
		execute_counted(call);
	say_outcome(call);
	return call->ret;
}

long make(long nr, long a, long b, long c, long d, long e, long f)
{
	struct call call = { .nr = nr, .arg = { a, b, c, d, e, f } };

	return perform(&call);
}
