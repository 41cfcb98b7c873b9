/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/lstore_window.c - the control window: a fault that waits until
 * its context is loaded, and may have to wait for ever.
 * CFLAGS: -pthread
 */

#include "lstore.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>

#define SOON 50000 /* microseconds in which a thread has surely blocked */

static int context;
static char *store;  /* mapped with its window */
static char *window; /* the window in it */
static volatile int handled;

static void handle(int sig)
{
	handled++;
}

static void catch_usr1(void)
{
	struct sigaction sa = { .sa_handler = handle };

	need(!sigaction(SIGUSR1, &sa, NULL));
}

/* A thread that touches the window; its progress can be looked at. */
struct reader {
	pthread_t thread;
	volatile pid_t tid;
	volatile int done;
	volatile unsigned char got;
};

static void *read_window(void *arg)
{
	struct reader *r = arg;

	r->tid = syscall(SYS_gettid);
	r->got = *(volatile unsigned char *)window;
	r->done = 1;
	return NULL;
}

static void start_reader(struct reader *r)
{
	*r = (struct reader){ 0 };
	need(!pthread_create(&r->thread, NULL, read_window, r));
	while (!r->tid)
		usleep(1000);
	usleep(SOON);
}

static void scene(void)
{
	context = open_context();
	store = map_context(context, LSTORE_SIZE + PAGE);
	window = store + LSTORE_CONTROL;
}

static void end_scene(void)
{
	munmap(store, LSTORE_SIZE + PAGE);
	close(context);
}

static void set_window(unsigned char value)
{
	int device = open("/dev/ivshmem0", O_RDWR);

	need(device >= 0 && pwrite(device, &value, 1, LSTORE_CONTROL) == 1);
	close(device);
}

/* ---- loaded, saved ------------------------------------------------------ */

static void test_wait(void)
{
	struct reader r[2];
	char *elsewhere;
	int other = open_context();

	scene();
	set_window(0x77);
	start_reader(&r[0]);
	start_reader(&r[1]);
	ok(!r[0].done && !r[1].done,
	   "who reads the window of a saved context "
	   "waits",
	   "");
	elsewhere = anon_pages(4);
	*elsewhere = 1;
	store[0] = 1;
	ok(!munmap(elsewhere, 4 * PAGE),
	   "meanwhile others map, fault and unmap in the same address space",
	   "A fault that waits must have dropped mmap_lock.");
	need(!ioctl(other, LSTORE_LOAD));
	usleep(SOON);
	ok(!r[0].done, "another context's load does not help", "");
	need(!ioctl(context, LSTORE_LOAD));
	pthread_join(r[0].thread, NULL);
	pthread_join(r[1].thread, NULL);
	ok(r[0].got == 0x77 && r[1].got == 0x77,
	   "when it is loaded both read the device", "");
	*window = 0x78;
	is_num(*window, 0x78, "loaded, the window is memory of the device", "");
	need(!ioctl(other, LSTORE_LOAD));
	start_reader(&r[0]);
	ok(!r[0].done, "saved again, it waits again",
	   "A switch must take the window's entry away, too.");
	ok(ledger_agrees(), "the ledger agrees while somebody waits", "");
	need(!ioctl(context, LSTORE_LOAD));
	pthread_join(r[0].thread, NULL);
	is_num(r[0].got, 0x78, "and reads at last", "");
	end_scene();
	close(other);
}

/* ---- signals ------------------------------------------------------------ */

static void test_handled_signal(void)
{
	struct reader r;

	scene();
	set_window(0x79);
	start_reader(&r);
	handled = 0;
	for (int i = 0; i < 3; i++) {
		need(!syscall(SYS_tgkill, getpid(), r.tid, SIGUSR1));
		usleep(SOON);
	}
	is_num(handled, 3, "a handler runs while its thread waits",
	       "A signal must end the wait, and the access come again.");
	ok(!r.done, "and the access waits on afterwards", "");
	need(!ioctl(context, LSTORE_LOAD));
	pthread_join(r.thread, NULL);
	is_num(r.got, 0x79, "until there is something to read", "");
	end_scene();
}

/* A child that waits for ever; @how it does decides who faults. */
static pid_t start_child(void (*how)(void))
{
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid) {
		how();
		_exit(0);
	}
	usleep(2 * SOON);
	return pid;
}

static void touch_window(void)
{
	(void)*(volatile char *)window;
}

/* The kernel's copy faults instead of the program. */
static void write_window(void)
{
	int fd[2];

	need(!pipe(fd));
	_exit(write(fd[1], window, 16) == 16 ? 7 : 8);
}

static void is_killed(pid_t pid, const char *name)
{
	int status = 0, tries = 0;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, WNOHANG) == 0 && tries++ < 100)
		usleep(20000);
	dies_by(status, SIGKILL, name, "A fatal signal must end the wait.");
}

static void test_fatal_signal(void)
{
	pid_t pid;
	int status;

	scene();
	is_killed(start_child(touch_window), "SIGKILL ends who waits");
	pid = start_child(touch_window);
	kill(pid, SIGTERM);
	need(waitpid(pid, &status, 0) == pid);
	dies_by(status, SIGTERM, "and so does a signal without a handler", "");
	is_killed(start_child(write_window),
		  "SIGKILL ends a system call that waits");
	pid = start_child(write_window);
	kill(pid, SIGUSR1);
	usleep(SOON);
	need(waitpid(pid, &status, WNOHANG) == 0);
	need(!ioctl(context, LSTORE_LOAD) && waitpid(pid, &status, 0) == pid);
	exits_with(status, 7, "a handled signal does not cut its copy short",
		   "");
	end_scene();
}

/* Who waits holds on to the context, not to the area. */
static void test_unmapped_meanwhile(void)
{
	struct caught c;
	pid_t pid;
	int status;

	scene();
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		struct reader r;

		start_reader(&r);
		munmap(store, LSTORE_SIZE + PAGE);
		close(context);
		/* The last reference is the waiting fault's. */
		syscall(SYS_tgkill, getpid(), r.tid, SIGUSR1);
		pthread_join(r.thread, NULL);
		_exit(9);
	}
	munmap(store, LSTORE_SIZE + PAGE);
	close(context);
	need(waitpid(pid, &status, 0) == pid);
	dies_by(status, SIGSEGV,
		"when the area goes meanwhile, the access is SIGSEGV",
		"After VM_FAULT_RETRY the area must be looked up anew.");
	c = catch_fault(touch_read, window);
	is_num(c.sig, SIGSEGV, "nothing is mapped any more", "");
}

int main(void)
{
	plan(18);
	catch_usr1();
	test_wait();
	test_handled_signal();
	test_fatal_signal();
	test_unmapped_meanwhile();
	ok(ledger_agrees(), "the ledger agrees at the end", "");
	return done();
}
