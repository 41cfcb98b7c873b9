/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/support/host_kernel.c - the kernel around the code under test.
 *
 * Everything here is weak: a test that links the real function gets it.
 * Messages go to standard error, for standard output is for TAP only.
 */
#include "host.h"
#include <asm/irqflags.h>
#include <asm/preempt.h>
#include "kernel/cpumask.h"
#include "kernel/lib/list.h"
#include "kernel/mutex.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/rwsem.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"

bool host_irqs_off;
int host_preempt_count;
unsigned long host_tlb_flushes;
bool host_user_fault;
jmp_buf host_panic_env;
bool host_panic_expected;
char host_log[65536];

static struct signal_struct host_signal = {
	.rlim = { [0 ... RLIM_NLIMITS - 1] = { RLIM_INFINITY, RLIM_INFINITY } },
};
static struct task_struct host_task = {
	.pid = 1,
	.tgid = 1,
	.comm = "unit-test",
	.signal = &host_signal,
};
struct task_struct *host_current = &host_task;
__weak cpumask_t cpu_online_mask = { 1 };
__weak bool panic_in_progress;

/* ---- log and panic ------------------------------------------------------ */

void host_log_clear(void)
{
	host_log[0] = '\0';
}

bool host_logged(const char *text)
{
	return strstr(host_log, text) != NULL;
}

static void log_line(const char *fmt, va_list args)
{
	size_t len = strlen(host_log);

	if (fmt[0] == '\001') /* KERN_SOH and a level */
		fmt += 2;
	vsnprintf(host_log + len, sizeof(host_log) - len, fmt, args);
	if (!host_panic_expected && getenv("VERBOSE"))
		fputs(host_log + len, stderr);
}

__weak int vprintk(const char *fmt, va_list args)
{
	log_line(fmt, args);
	return 0;
}

__weak int printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
	return 0;
}

static __noreturn void stop(void)
{
	if (host_panic_expected)
		longjmp(host_panic_env, 1);
	fflush(stdout);
	fprintf(stderr, "%s\n", host_log);
	abort();
}

__weak void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(fmt, args);
	va_end(args);
	stop();
}

__weak void bug_at(const char *file, int line, const char *what)
{
	printk("BUG at %s:%d: %s\n", file, line, what);
	stop();
}

__weak void warn_at(const char *file, int line, const char *what)
{
	printk("WARNING at %s:%d: %s\n", file, line, what);
}

__weak void dump_stack(void)
{
}

/* ---- locks: one task, so a lock that is taken stays taken --------------- */

static struct {
	const void *map;
	bool read;
} held[64] __maybe_unused;
static int nr_held;
const struct lockdep_map *host_assumed_held;

void host_context_reset(void)
{
	nr_held = 0;
	host_irqs_off = false;
	host_preempt_count = 0;
}

bool host_context_clean(void)
{
	return !nr_held && !host_irqs_off && !host_preempt_count;
}

__weak void spin_lock_wait(spinlock_t *lock)
{
	bug_at(__FILE__, __LINE__, "spinlock taken twice");
}

#if CONFIG_LOCKDEP
__weak void lockdep_acquire(struct lockdep_map *map, unsigned int subclass,
			    unsigned int how, unsigned long ip)
{
	if (nr_held == ARRAY_SIZE(held))
		bug_at(__FILE__, __LINE__, "too many locks");
	held[nr_held].map = map;
	held[nr_held++].read = how & LOCKDEP_READ;
}

__weak void lockdep_release(struct lockdep_map *map)
{
	int i = nr_held;

	while (i-- > 0 && held[i].map != map)
		;
	if (i < 0)
		bug_at(__FILE__, __LINE__,
		       "release of a lock that is not held");
	for (nr_held--; i < nr_held; i++)
		held[i] = held[i + 1];
}

__weak bool lockdep_is_held(const struct lockdep_map *map)
{
	if (map == host_assumed_held)
		return true;
	for (int i = 0; i < nr_held; i++)
		if (held[i].map == map)
			return true;
	return false;
}

__weak bool lockdep_is_held_write(const struct lockdep_map *map)
{
	if (map == host_assumed_held)
		return true;
	for (int i = 0; i < nr_held; i++)
		if (held[i].map == map)
			return !held[i].read;
	return false;
}

__weak void might_sleep_at(const char *file, int line)
{
	if (host_irqs_off || host_preempt_count)
		bug_at(file, line, "sleeps in atomic context");
}
#endif

__weak void mutex_init_fields(struct mutex *lock)
{
	memset(lock, 0, sizeof(*lock));
}

__weak void mutex_lock(struct mutex *lock)
{
	if (atomic_long_xchg(&lock->owner, 1))
		bug_at(__FILE__, __LINE__, "mutex taken twice");
	lockdep_acquire(&lock->dep_map, 0, LOCKDEP_WRITE, 0);
}

__weak void mutex_unlock(struct mutex *lock)
{
	lockdep_release(&lock->dep_map);
	atomic_long_set(&lock->owner, 0);
}

__weak void init_rwsem_fields(struct rw_semaphore *sem)
{
	memset(sem, 0, sizeof(*sem));
}

__weak void down_read(struct rw_semaphore *sem)
{
	if (atomic_long_add_return(RWSEM_READER, &sem->count) & RWSEM_WRITER)
		bug_at(__FILE__, __LINE__, "rwsem: read while written");
	lockdep_acquire(&sem->dep_map, 0, LOCKDEP_READ, 0);
}

__weak bool down_read_trylock(struct rw_semaphore *sem)
{
	if (atomic_long_read(&sem->count) & RWSEM_WRITER)
		return false;
	down_read(sem);
	return true;
}

__weak void up_read(struct rw_semaphore *sem)
{
	lockdep_release(&sem->dep_map);
	atomic_long_sub(RWSEM_READER, &sem->count);
}

__weak void down_write_nested(struct rw_semaphore *sem, unsigned int subclass)
{
	if (atomic_long_xchg(&sem->count, RWSEM_WRITER))
		bug_at(__FILE__, __LINE__, "rwsem: written twice");
	lockdep_acquire(&sem->dep_map, subclass, LOCKDEP_WRITE, 0);
}

__weak void down_write(struct rw_semaphore *sem)
{
	down_write_nested(sem, 0);
}

__weak int down_write_killable(struct rw_semaphore *sem)
{
	down_write(sem);
	return 0;
}

__weak bool down_write_trylock(struct rw_semaphore *sem)
{
	if (atomic_long_read(&sem->count))
		return false;
	down_write(sem);
	return true;
}

__weak void up_write(struct rw_semaphore *sem)
{
	lockdep_release(&sem->dep_map);
	atomic_long_set(&sem->count, 0);
}

__weak void downgrade_write(struct rw_semaphore *sem)
{
	up_write(sem);
	down_read(sem);
}

__weak void schedule(void)
{
	bug_at(__FILE__, __LINE__, "the only task wants to sleep");
}

/* ---- random numbers ----------------------------------------------------- */

static unsigned long random_state = 88172645463325252UL;

void host_random_seed(unsigned long seed)
{
	random_state = seed * 2862933555777941757UL + 3037000493UL;
	if (!random_state)
		random_state = 1;
}

unsigned long host_random(unsigned long below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}
