/* SPDX-License-Identifier: MIT */
/*
 * kernel/init_task.c - the task that the boot CPU is in from its first
 * instruction of C on.
 *
 * It is written down here because there is nobody to fork it from.  When the
 * kernel has come up it becomes CPU 0's idle task; it is pid 0, the head of the
 * list of processes, and the parent of init and of kernel threads.
 *
 * In Linux: init/init_task.c.
 */
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/task.h"

DEFINE_SPINLOCK(tasklist_lock);

/* What programs start with; fork_init() fills in what depends on memory. */
static struct signal_struct init_signals = {
	.refs = ATOMIC_INIT(1),
	.live = ATOMIC_INIT(1),
	.nr_threads = 1,
	.thread_head = { &init_task.thread_node, &init_task.thread_node },
	.sighand = NULL,
	.shared_pending = {
		.list = LIST_HEAD_INIT(init_signals.shared_pending.list),
	},
	.wait_chldexit =
		__WAIT_QUEUE_HEAD_INITIALIZER(init_signals.wait_chldexit),
	.curr_target = &init_task,
	.rlim = {
		[RLIMIT_CPU]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_FSIZE]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_DATA]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_STACK]	  = { _STK_LIM, RLIM_INFINITY },
		[RLIMIT_CORE]	  = { 0, RLIM_INFINITY },
		[RLIMIT_RSS]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_NPROC]	  = { 0, 0 },
		[RLIMIT_NOFILE]	  = { 1024, 4096 },
		[RLIMIT_MEMLOCK]  = { MLOCK_LIMIT, MLOCK_LIMIT },
		[RLIMIT_AS]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_LOCKS]	  = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_SIGPENDING] = { 0, 0 },
		[RLIMIT_MSGQUEUE] = { 819200, 819200 },
		[RLIMIT_NICE]	  = { 0, 0 },
		[RLIMIT_RTPRIO]	  = { 0, 0 },
		[RLIMIT_RTTIME]	  = { RLIM_INFINITY, RLIM_INFINITY },
	},
};

static struct sighand_struct init_sighand = {
	.siglock = __SPIN_LOCK_UNLOCKED(init_sighand.siglock),
	.count = ATOMIC_INIT(1),
};

struct task_struct init_task = {
	.__state = TASK_RUNNING,
	.flags = PF_KTHREAD,
	.usage = ATOMIC_INIT(2),
	.cpus_allowed = { ~0UL },
	.run_list = LIST_HEAD_INIT(init_task.run_list),
	.pi_lock = __SPIN_LOCK_UNLOCKED(init_task.pi_lock),
	.alloc_lock = __SPIN_LOCK_UNLOCKED(init_task.alloc_lock),
	.real_parent = &init_task,
	.group_leader = &init_task,
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.thread_node = { &init_signals.thread_head, &init_signals.thread_head },
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.signal = &init_signals,
	.sighand = &init_sighand,
	.pending = { .list = LIST_HEAD_INIT(init_task.pending.list) },
	.comm = "swapper",
	.user = &root_user,
	.timer_slack_ns = 50000,
};
