/* SPDX-License-Identifier: MIT */
/*
 * tests/user/futex_ops.c - FUTEX_REQUEUE and FUTEX_WAKE_OP: two futexes, and a
 * word that the kernel changes.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <pthread.h>
#include <sched.h>

#define FUTEX_WAIT        128 /* all of them FUTEX_PRIVATE_FLAG */
#define FUTEX_WAKE        129
#define FUTEX_REQUEUE     131
#define FUTEX_CMP_REQUEUE 132
#define FUTEX_WAKE_OP     133

#define ADD_ONE (1U << 28 | 1U << 12) /* FUTEX_OP_ADD, oparg 1 */

#define WAITERS 3
#define ADDS    20000
#define ROUNDS  300

static unsigned int here, there, nobody;
static unsigned int *volatile word;
static volatile int stop, round_begun, round_over;

static long futex(unsigned int *uaddr, int op, long val, long val2,
		  unsigned int *uaddr2, unsigned int val3)
{
	return syscall(SYS_futex, uaddr, (long)op, val, val2, uaddr2,
		       (long)val3);
}

/* ---- waiters are moved --------------------------------------------------- */

static void *wait_here(void *unused)
{
	futex(&here, FUTEX_WAIT, 0, 0, NULL, 0);
	return NULL;
}

/* Until all wait: each that has come to @here is moved on to @there. */
static void start_waiters(pthread_t *thread)
{
	int moved = 0;

	for (int i = 0; i < WAITERS; i++)
		need(!pthread_create(&thread[i], NULL, wait_here, NULL));
	while (moved < WAITERS) {
		moved += futex(&here, FUTEX_REQUEUE, 0, 1, &there, 0);
		sched_yield();
	}
}

static void test_requeue(void)
{
	pthread_t thread[WAITERS];

	start_waiters(thread);
	is_num(futex(&there, FUTEX_REQUEUE, 0, 10, &there, 0), WAITERS,
	       "waiters that are moved to where they are count once",
	       "The walk of the bucket meets again what it puts at the end.");
	is_errno(futex(&there, FUTEX_CMP_REQUEUE, 0, 10, &here, 1), EAGAIN,
		 "FUTEX_CMP_REQUEUE with another value is EAGAIN");
	is_num(futex(&there, FUTEX_CMP_REQUEUE, 1, 1, &here, 0), 2,
	       "one woken and one moved are two", "");
	is_num(futex(&there, FUTEX_WAKE, 10, 0, NULL, 0), 1,
	       "the third waits where it was", "");
	is_num(futex(&here, FUTEX_WAKE, 10, 0, NULL, 0), 1,
	       "the second where it was moved to", "");
	for (int i = 0; i < WAITERS; i++)
		need(!pthread_join(thread[i], NULL));
}

/* ---- the kernel changes a word ------------------------------------------- */

static long change(unsigned int *uaddr, unsigned int encoded)
{
	return futex(&nobody, FUTEX_WAKE_OP, 0, 0, uaddr, encoded);
}

static long add_one(void)
{
	return change(word, ADD_ONE);
}

static void test_unknown(void)
{
	unsigned int value = 7;

	is_errno(change(&value, ADD_ONE | 7U << 24), ENOSYS,
		 "an unknown comparison is ENOSYS");
	is_num(value, 8, "but it comes after the change", "");
	is_errno(change(&value, 5U << 28), ENOSYS,
		 "an unknown change is ENOSYS");
	is_num(value, 8, "and changes nothing", "");
}

static void *add_until_told(void *unused)
{
	long added = 0;

	for (; !stop; added++)
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
	return (void *)added;
}

/* Its stores come between the kernel's load and its exchange. */
static void test_wake_op(void)
{
	pthread_t thread;
	unsigned int sum = 0;
	void *added;

	word = &sum;
	stop = 0;
	need(!pthread_create(&thread, NULL, add_until_told, NULL));
	while (!*(volatile unsigned int *)word)
		sched_yield();
	for (int i = 0; i < ADDS; i++)
		need(!add_one());
	stop = 1;
	need(!pthread_join(thread, &added));
	is_num(sum, (unsigned int)((long)added + ADDS),
	       "FUTEX_WAKE_OP and stores of another thread add up",
	       "An exchange that was lost is taken for one that was won.");
}

static void *store_each_round(void *unused)
{
	for (int i = 1; i <= ROUNDS; i++) {
		while (round_begun < i)
			sched_yield();
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
		round_over = i;
	}
	return NULL;
}

/* The zero page is mapped, so the kernel has to bring in one to change. */
static void test_bring_in(void)
{
	pthread_t thread;
	int lost = 0;

	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(word != MAP_FAILED);
	need(!pthread_create(&thread, NULL, store_each_round, NULL));
	for (int i = 1; i <= ROUNDS; i++) {
		need(!madvise(word, PAGE, MADV_DONTNEED) && *word == 0);
		round_begun = i;
		need(!add_one());
		while (round_over < i)
			sched_yield();
		lost += *word != 2;
	}
	need(!pthread_join(thread, NULL));
	need(!munmap(word, PAGE));
	is_num(lost, 0, "bringing in its page undoes no other thread's store",
	       "Who reads a byte and writes it back to make a page writable "
	       "writes what was there before.");
}

int main(void)
{
	plan(11);
	test_requeue();
	test_unknown();
	test_wake_op();
	test_bring_in();
	return done();
}
