/* SPDX-License-Identifier: MIT */
/*
 * kernel/kthread.c - threads of the kernel itself.
 *
 * A new task is a child of the one that makes it.  So that kernel threads are
 * not children of whatever process happened to need one, a thread of its own,
 * kthreadd (pid 2), makes them all: kthread_create() queues a request and waits.
 *
 * Unlike Linux, a thread that somebody may stop must not return before
 * kthread_should_stop() says so.
 *
 * In Linux: kernel/kthread.c.
 */
#include "kernel/completion.h"
#include "kernel/kthread.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/task.h"
#include "mm/slab.h"

/* A request, and then what the thread knows about itself: task->kthread. */
struct kthread {
	struct list_head list; /* in requests */
	int (*fn)(void *data);
	void *data;
	char name[TASK_COMM_LEN];
	struct completion created;
	struct task_struct *task; /* the answer, or ERR_PTR */
	struct completion exited;
	bool should_stop;
	int result;
};

static DEFINE_SPINLOCK(request_lock); /* protects requests */
static LIST_HEAD(requests);
static struct task_struct *kthreadd_task;

bool kthread_should_stop(void)
{
	return READ_ONCE(current->kthread->should_stop);
}

/* What every kernel thread runs: sleep until started, then its function. */
static int kthread_main(void *arg)
{
	struct kthread *self = arg;
	int result = -EINTR;

	current->kthread = self;
	strscpy(current->comm, self->name, sizeof(current->comm));
	/*
	 * The creator wakes us only after this, so that wake-up finds us
	 * asleep, or about to be.
	 */
	set_current_state(TASK_UNINTERRUPTIBLE);
	self->task = current;
	complete(&self->created);
	schedule();

	if (!READ_ONCE(self->should_stop))
		result = self->fn(self->data);

	current->kthread = NULL;
	if (READ_ONCE(self->should_stop)) {
		self->result = result;
		complete(&self->exited); /* kthread_stop() frees it */
	} else {
		kfree(self);
	}
	do_exit(0);
}

static struct kthread *next_request(void)
{
	struct kthread *request;

	spin_lock(&request_lock);
	request = list_first_entry_or_null(&requests, struct kthread, list);
	if (request)
		list_del_init(&request->list);
	spin_unlock(&request_lock);
	return request;
}

int kthreadd(void *unused)
{
	WRITE_ONCE(kthreadd_task, current);
	strscpy(current->comm, "kthreadd", sizeof(current->comm));
	for (;;) {
		struct kthread *request;
		pid_t pid;

		set_current_state(TASK_INTERRUPTIBLE);
		request = next_request();
		if (!request) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		pid = kernel_thread(kthread_main, request,
				    CLONE_FS | CLONE_FILES);
		if (pid < 0) {
			request->task = ERR_PTR(pid);
			complete(&request->created);
		}
	}
}

struct task_struct *kthread_create(int (*fn)(void *data), void *data,
				   const char *namefmt, ...)
{
	struct kthread *request = kzalloc(sizeof(*request), GFP_KERNEL);
	struct task_struct *task;
	va_list args;

	if (!request)
		return ERR_PTR(-ENOMEM);
	request->fn = fn;
	request->data = data;
	init_completion(&request->created);
	init_completion(&request->exited);
	va_start(args, namefmt);
	vsnprintf(request->name, sizeof(request->name), namefmt, args);
	va_end(args);

	spin_lock(&request_lock);
	list_add_tail(&request->list, &requests);
	spin_unlock(&request_lock);
	/* If it has not begun yet, it will find the request by itself. */
	if (READ_ONCE(kthreadd_task))
		wake_up_process(kthreadd_task);
	wait_for_completion(&request->created);

	task = request->task;
	if (IS_ERR(task))
		kfree(request);
	return task;
}

int kthread_stop(struct task_struct *task)
{
	struct kthread *kthread = task->kthread;
	int result;

	get_task_struct(task);
	WRITE_ONCE(kthread->should_stop, true);
	wake_up_process(task);
	wait_for_completion(&kthread->exited);
	result = kthread->result;
	kfree(kthread);
	put_task_struct(task);
	return result;
}
