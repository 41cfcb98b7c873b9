/* SPDX-License-Identifier: MIT */
/*
 * tests/user/futex_ops.c - FUTEX_REQUEUE: two futexes in one call.
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

#define WAITERS 3

static unsigned int here, there;

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

int main(void)
{
	plan(5);
	test_requeue();
	return done();
}
