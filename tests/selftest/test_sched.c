/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_sched.c - the scheduler, sleeping locks and timers, with
 * threads on all CPUs.
 */

#include <asm/irqflags.h>
#include <asm/smp.h>
#include "kernel/completion.h"
#include "kernel/kthread.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/mutex.h"
#include "kernel/rwsem.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "kernel/timer.h"
#include "kernel/wait.h"
#include "tests/selftest/selftest.h"

#define THREADS 8
#define ROUNDS  100

/* Threads of one test: they count themselves out. */
static DECLARE_WAIT_QUEUE_HEAD(all_done);
static atomic_t running;

static void thread_done(void)
{
	if (atomic_dec_and_test(&running))
		wake_up(&all_done);
}

static void run_threads(int (*fn)(void *), void *arg, int nr)
{
	atomic_set(&running, nr);
	for (int i = 0; i < nr; i++) {
		if (IS_ERR(kthread_run(fn, arg, "test/%d", i)))
			thread_done();
	}
	wait_event(all_done, !atomic_read(&running));
}

/* ---- mutual exclusion --------------------------------------------------- */

static DEFINE_MUTEX(mutex);
static int counter;

static int count_with_mutex(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		int seen;

		mutex_lock(&mutex);
		seen = counter;
		if (i % 16 == 0)
			yield(); /* invite the others */
		counter = seen + 1;
		mutex_unlock(&mutex);
	}
	thread_done();
	return 0;
}

SELFTEST(a_mutex_excludes)
{
	counter = 0;
	run_threads(count_with_mutex, NULL, THREADS);
	EXPECT_EQ(counter, THREADS * ROUNDS);
	EXPECT(!mutex_is_locked(&mutex));
	if (mutex_trylock(&mutex))
		mutex_unlock(&mutex);
	else
		EXPECT(!"the mutex is free");
}

static DECLARE_RWSEM(rwsem);
static int first, second; /* equal whenever no writer is inside */
static atomic_t mismatches;

static int read_or_write(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 8 == 0) {
			down_write(&rwsem);
			first++;
			yield();
			second++;
			if (i % 16 == 0) {
				up_write(&rwsem);
				continue;
			}
			downgrade_write(&rwsem);
		} else {
			down_read(&rwsem);
		}
		if (READ_ONCE(first) != READ_ONCE(second))
			atomic_inc(&mismatches);
		if (i % 32 == 1)
			yield();
		up_read(&rwsem);
	}
	thread_done();
	return 0;
}

SELFTEST(a_rwsem_excludes_writers)
{
	run_threads(read_or_write, NULL, THREADS);
	EXPECT_EQ(atomic_read(&mismatches), 0);
	EXPECT(!rwsem_is_locked(&rwsem));
}

static int read_once(void *unused)
{
	down_read(&rwsem);
	up_read(&rwsem);
	thread_done();
	return 0;
}

SELFTEST(a_rwsem_admits_many_readers)
{
	down_read(&rwsem);
	run_threads(read_once, NULL, 2); /* ends although we have it */
	up_read(&rwsem);
	EXPECT(!rwsem_is_locked(&rwsem));
}

/* ---- sleeping and waking ------------------------------------------------ */

static DECLARE_WAIT_QUEUE_HEAD(turn_changed);
static int turn;

/* Each waits for its turn and passes it on: one lost wake-up stops them all. */
static int pass_the_turn(void *arg)
{
	int me = (int)(long)arg;

	for (int i = 0; i < ROUNDS; i++) {
		wait_event(turn_changed, READ_ONCE(turn) == me);
		WRITE_ONCE(turn, 1 - me);
		wake_up_all(&turn_changed);
	}
	thread_done();
	return 0;
}

SELFTEST(no_wakeup_is_lost)
{
	turn = 0;
	atomic_set(&running, 2);
	for (long me = 0; me < 2; me++)
		REQUIRE(!IS_ERR(
			kthread_run(pass_the_turn, (void *)me, "turn")));
	wait_event(all_done, !atomic_read(&running));
	EXPECT_EQ(turn, 0);
}

static DECLARE_COMPLETION(started);

static int wait_for_stop(void *data)
{
	complete(&started);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return (int)(long)data;
}

SELFTEST(kthreads_stop)
{
	struct task_struct *task;

	task = kthread_run(wait_for_stop, (void *)42L, "stop-me");
	REQUIRE(!IS_ERR(task));
	wait_for_completion(&started);
	EXPECT_EQ(kthread_stop(task), 42);
	/* One that never ran its function. */
	task = kthread_create(wait_for_stop, NULL, "never");
	REQUIRE(!IS_ERR(task));
	EXPECT_EQ(kthread_stop(task), -EINTR);
}

/* ---- CPUs --------------------------------------------------------------- */

SELFTEST(a_task_goes_where_it_may)
{
	cpumask_t all = { ~0UL }, one;
	unsigned int cpu;

	for (int round = 0; round < 10; round++) {
		for_each_online_cpu (cpu) {
			one.bits = BIT(cpu);
			EXPECT_EQ(set_cpus_allowed(current, &one), 0);
			EXPECT_EQ(smp_processor_id(), (int)cpu);
			yield();
			EXPECT_EQ(smp_processor_id(), (int)cpu);
		}
	}
	one.bits = 0;
	EXPECT_EQ(set_cpus_allowed(current, &one), -EINVAL);
	EXPECT_EQ(set_cpus_allowed(current, &all), 0);
}

static bool stop_spinning;

static int spin(void *unused)
{
	while (!READ_ONCE(stop_spinning))
		cpu_relax();
	thread_done();
	return 0;
}

/* More threads that never sleep than CPUs: somebody has to be interrupted. */
SELFTEST(who_does_not_yield_is_preempted)
{
	int nr = num_online_cpus() + 1;
	u64 start = ktime_get_ns();

	stop_spinning = false;
	atomic_set(&running, nr);
	for (int i = 0; i < nr; i++)
		REQUIRE(!IS_ERR(kthread_run(spin, NULL, "spin/%d", i)));
	set_current_state(TASK_UNINTERRUPTIBLE);
	EXPECT_EQ(schedule_timeout_ns(20 * NSEC_PER_MSEC), 0);
	WRITE_ONCE(stop_spinning, true);
	wait_event(all_done, !atomic_read(&running));
	EXPECT(ktime_get_ns() - start >= 20 * NSEC_PER_MSEC);
}

/* ---- timers ------------------------------------------------------------- */

struct test_timer {
	struct ktimer timer;
	u64 fired; /* ns; 0: not yet */
};

static void record_time(struct ktimer *timer)
{
	container_of(timer, struct test_timer, timer)->fired = ktime_get_ns();
}

SELFTEST(timers_fire_in_time_and_order)
{
	struct test_timer timers[4];
	u64 now = ktime_get_ns();
	unsigned long flags;

	for (int i = 0; i < 4; i++) {
		ktimer_init(&timers[i].timer, record_time);
		timers[i].fired = 0;
	}
	/* All on one CPU, and none before the last is set: else no order. */
	local_irq_save(flags);
	ktimer_start(&timers[0].timer, now + 3 * NSEC_PER_MSEC);
	ktimer_start(&timers[1].timer, now + 1 * NSEC_PER_MSEC);
	ktimer_start(&timers[2].timer, now + 2 * NSEC_PER_MSEC);
	ktimer_start(&timers[3].timer, now + 100 * NSEC_PER_MSEC);
	ktimer_start(&timers[3].timer, now + 4 * NSEC_PER_MSEC); /* moved */
	local_irq_restore(flags);
	set_current_state(TASK_UNINTERRUPTIBLE);
	EXPECT_EQ(schedule_timeout_ns(8 * NSEC_PER_MSEC), 0);
	EXPECT(timers[0].fired >= now + 3 * NSEC_PER_MSEC);
	EXPECT(timers[1].fired >= now + 1 * NSEC_PER_MSEC);
	EXPECT(timers[1].fired <= timers[2].fired);
	EXPECT(timers[2].fired <= timers[0].fired);
	EXPECT(timers[0].fired <= timers[3].fired);
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(ktimer_cancel(&timers[i].timer), 0);
}

SELFTEST(a_cancelled_timer_is_silent)
{
	struct test_timer t = { .fired = 0 };

	ktimer_init(&t.timer, record_time);
	EXPECT_EQ(ktimer_cancel(&t.timer), 0);
	ktimer_start(&t.timer, ktime_get_ns() + 50 * NSEC_PER_MSEC);
	EXPECT(ktimer_remaining(&t.timer) > 0);
	EXPECT_EQ(ktimer_cancel(&t.timer), 1);
	EXPECT_EQ(ktimer_remaining(&t.timer), 0);
	ktimer_start(&t.timer, 0); /* in the past: at once */
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout_ns(2 * NSEC_PER_MSEC);
	EXPECT(t.fired != 0);
	EXPECT_EQ(ktimer_cancel(&t.timer), 0);
}

static void wake_early(struct ktimer *timer)
{
	wake_up_all(&turn_changed);
}

SELFTEST(a_timeout_tells_what_is_left)
{
	struct ktimer timer;
	DEFINE_WAIT(wait);
	u64 now = ktime_get_ns();

	ktimer_init(&timer, wake_early);
	prepare_to_wait(&turn_changed, &wait, TASK_UNINTERRUPTIBLE);
	ktimer_start(&timer, now + NSEC_PER_MSEC);
	EXPECT(schedule_timeout_ns(NSEC_PER_SEC) > 0);
	finish_wait(&turn_changed, &wait);
	ktimer_cancel(&timer);
}
