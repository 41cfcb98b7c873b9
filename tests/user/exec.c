/* SPDX-License-Identifier: MIT */
/*
 * tests/user/exec.c - execve: what the new program gets, what it must not
 * keep, and what cannot be executed.
 */
#include "fault.h"
#include "maps.h"
#include <sys/stat.h>

#define DIR_ "/tmp/exec.d"
#define COPY DIR_ "/copy"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Where the first life leaves a mapping that the second must not find. */
#define LEFTOVER ((char *)0x123400000000)

static char *const empty_env[] = { NULL };

/* The second life, chosen by argv[1].  Its exit status is the answer. */
static int second_life(int argc, char **argv)
{
	sigset_t mask;
	struct sigaction sa;
	struct map m;

	switch (argv[1][0]) {
	case 'p': /* pid: the same as before? */
		return getpid() != atoi(argv[2]);
	case 'm': /* memory: anything left? */
		return maps_find(LEFTOVER, &m);
	case 'f': /* fd 50 closed, fd 51 open? */
		return fcntl(50, F_GETFD) != -1 || fcntl(51, F_GETFD) == -1;
	case 's': /* signals: handled reset, ignored and blocked kept? */
		if (sigaction(SIGUSR1, NULL, &sa) || sa.sa_handler != SIG_DFL)
			return 1;
		if (sigaction(SIGUSR2, NULL, &sa) || sa.sa_handler != SIG_IGN)
			return 2;
		sigprocmask(SIG_SETMASK, NULL, &mask);
		if (!sigismember(&mask, SIGHUP))
			return 3;
		sigpending(&mask);
		return sigismember(&mask, SIGHUP) ? 0 : 4;
	case 'c': /* count the arguments */
		return argc;
	case 'l': /* the length of one long argument */
		return strlen(argv[2]) == 100000 ? 0 : 1;
	case 'w': /* working directory and umask */
		return strcmp(getcwd(argv[2], 200), DIR_) || umask(0) != 031;
	case 'a': /* alternate stack and brk are fresh */
	{
		stack_t ss;

		sigaltstack(NULL, &ss);
		return ss.ss_flags != SS_DISABLE;
	}
	}
	return 99;
}

static int run(char *const argv[])
{
	execve(COPY, argv, empty_env);
	return 100;
}

static int exec_pid(void *unused)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return run((char *[]){ (char *)"x", (char *)"p", pid, NULL });
}

static int exec_memory(void *unused)
{
	if (mmap(LEFTOVER, PAGE, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != LEFTOVER)
		return 101;
	return run((char *[]){ (char *)"x", (char *)"m", NULL });
}

static int exec_files(void *unused)
{
	int fd = open("/dev/null", O_RDONLY);

	if (dup2(fd, 50) != 50 || fcntl(50, F_SETFD, FD_CLOEXEC) ||
	    dup2(fd, 51) != 51)
		return 101;
	return run((char *[]){ (char *)"x", (char *)"f", NULL });
}

static void nothing(int sig)
{
}

static int exec_signals(void *unused)
{
	sigset_t mask;

	signal(SIGUSR1, nothing);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	kill(getpid(), SIGHUP);
	return run((char *[]){ (char *)"x", (char *)"s", NULL });
}

static int exec_cwd(void *unused)
{
	char room[200];

	memset(room, 'r', 199);
	room[199] = '\0';
	umask(031);
	if (chdir(DIR_))
		return 101;
	return run((char *[]){ (char *)"x", (char *)"w", room, NULL });
}

static int exec_alt_stack(void *unused)
{
	stack_t ss = { .ss_sp = anon_pages(8), .ss_size = 8 * PAGE };

	if (sigaltstack(&ss, NULL))
		return 101;
	return run((char *[]){ (char *)"x", (char *)"a", NULL });
}

static void test_state(void)
{
	exits_with(run_child(exec_pid, NULL), 0, "the pid is kept", "");
	exits_with(run_child(exec_memory, NULL), 0, "memory is dropped",
		   "The new program starts with an empty mm_struct.");
	exits_with(run_child(exec_files, NULL), 0,
		   "close-on-exec files are closed, the others stay", "");
	exits_with(run_child(exec_signals, NULL), 0,
		   "handlers are reset; ignored, blocked and pending stay",
		   "Status 1: a handler's address was kept; 2: SIG_IGN was "
		   "lost; 3: the mask was lost; 4: a pending signal was lost.");
	exits_with(run_child(exec_cwd, NULL), 0,
		   "working directory and umask are kept", "");
	exits_with(run_child(exec_alt_stack, NULL), 0,
		   "the alternate signal stack is not", "");
}

static int exec_many_args(void *unused)
{
	static char *argv[202];

	argv[0] = argv[2] = (char *)"x";
	argv[1] = (char *)"c";
	for (int i = 3; i < 200; i++)
		argv[i] = (char *)"arg";
	return run(argv);
}

static int exec_long_arg(void *unused)
{
	static char arg[100001];

	memset(arg, 'l', 100000);
	return run((char *[]){ (char *)"x", (char *)"l", arg, NULL });
}

static int exec_too_long(void *unused)
{
	static char arg[131073];
	char *argv[] = { (char *)"x", arg, NULL };

	memset(arg, 'l', 131072); /* MAX_ARG_STRLEN without room for the 0 */
	return execve(COPY, argv, empty_env) == -1 && errno == E2BIG ? 0 : 1;
}

static int exec_too_many(void *unused)
{
	static char arg[100001], *argv[100];
	int i;

	memset(arg, 'l', 100000);
	for (i = 0; i < 99; i++) /* 9.9 MB: more than a quarter of the stack */
		argv[i] = arg;
	return execve(COPY, argv, empty_env) == -1 && errno == E2BIG ? 0 : 1;
}

static int exec_no_args(void *unused)
{
	char *argv[] = { NULL };

	execve(COPY, argv, empty_env);
	return 100;
}

static void test_arguments(void)
{
	exits_with(run_child(exec_many_args, NULL), 200, "200 arguments", "");
	exits_with(run_child(exec_long_arg, NULL), 0,
		   "an argument of 100000 bytes", "");
	exits_with(run_child(exec_too_long, NULL), 0,
		   "an argument of 128 KiB is E2BIG",
		   "MAX_ARG_STRLEN is 32 pages, the final zero included.");
	exits_with(run_child(exec_too_many, NULL), 0,
		   "10 MB of arguments are E2BIG",
		   "All together may fill a quarter of the stack limit.");
	exits_with(run_child(exec_no_args, NULL), 97,
		   "without any argument argc is 1 and argv[0] is empty",
		   "Since 5.18 Linux adds an empty argv[0].");
}

/* Write an executable file with this text. */
static const char *script(const char *text, size_t len, int mode)
{
	static char path[] = DIR_ "/script";
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0700);
	need(fd >= 0 && write(fd, text, len) == (ssize_t)len &&
	     !fchmod(fd, mode) && !close(fd));
	return path;
}

#define EXEC_FAILS(path, err, name)                                            \
	is_errno(execve((path), (char *[]){ (char *)"x", NULL }, empty_env),   \
		 err, name)

static void test_refused(void)
{
	static char zeros[200];

	EXEC_FAILS(DIR_ "/none", ENOENT, "a missing file is ENOENT");
	EXEC_FAILS("", ENOENT, "an empty path is ENOENT");
	EXEC_FAILS(COPY "/x", ENOTDIR, "a file as directory is ENOTDIR");
	EXEC_FAILS(DIR_, EACCES, "a directory is EACCES");
	EXEC_FAILS("/dev/null", EACCES, "a device is EACCES");
	EXEC_FAILS(script("\177ELF", 4, 0600), EACCES,
		   "without an x bit it is EACCES, even for root");
	EXEC_FAILS(script("", 0, 0700), ENOEXEC, "an empty file is ENOEXEC");
	EXEC_FAILS(script("hello, world\n", 13, 0700), ENOEXEC,
		   "plain text is ENOEXEC");
	EXEC_FAILS(script("\177ELF", 4, 0700), ENOEXEC,
		   "four bytes of ELF are ENOEXEC");
	EXEC_FAILS(script(zeros, 200, 0700), ENOEXEC, "zeros are ENOEXEC");
	EXEC_FAILS(script("#!", 2, 0700), EACCES,
		   "#! alone names the empty path: EACCES");
	EXEC_FAILS(script("#!\n", 3, 0700), ENOEXEC,
		   "#! and a newline is ENOEXEC");
	EXEC_FAILS(script("#!/tmp/exec.d/none\n", 19, 0700), ENOENT,
		   "a script whose interpreter is missing is ENOENT");
	EXEC_FAILS(script("#!/tmp/exec.d\n", 14, 0700), EACCES,
		   "one whose interpreter is a directory is EACCES");
	EXEC_FAILS(script("#!/tmp/exec.d/script\n", 21, 0700), ELOOP,
		   "one that interprets itself is ELOOP");
}

static int exec_script(void *arg)
{
	char *argv[] = { (char *)"ignored", (char *)"one", (char *)"two",
			 NULL };

	execve(script(arg, strlen(arg), 0700), argv, empty_env);
	return 100;
}

/* What the copy prints when its name says so: its arguments, to fd 60. */
static int tell_arguments(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		dprintf(60, "[%s]", argv[i]);
	return 0;
}

static void script_is(const char *text, const char *want, const char *name)
{
	char got[500];
	int fds[2];
	ssize_t n;

	need(!pipe(fds) && dup2(fds[1], 60) == 60);
	need(run_child(exec_script, (void *)text) == 0);
	close(60);
	close(fds[1]);
	n = read(fds[0], got, sizeof(got) - 1);
	got[n < 0 ? 0 : n] = '\0';
	close(fds[0]);
	is_str(got, want, name,
	       "argv[0] is the interpreter, then at most one argument from "
	       "the line, then the script's path, then the rest.");
}

static void test_scripts(void)
{
	need(!symlink(COPY, DIR_ "/tell"));
	script_is("#!" DIR_ "/tell\n",
		  "[" DIR_ "/tell][" DIR_ "/script][one][two]",
		  "a script is given to its interpreter");
	script_is("#!  " DIR_ "/tell  -a b  c \nrest\n",
		  "[" DIR_ "/tell][-a b  c][" DIR_ "/script][one][two]",
		  "what follows is one argument, blanks at its ends dropped");
	script_is("#!" DIR_ "/tell\t-x",
		  "[" DIR_ "/tell][-x][" DIR_ "/script][one][two]",
		  "the line may end with the file");
}

static int child_busy(void *unused)
{
	int fds[2], status;
	pid_t pid;

	need(!pipe(fds));
	pid = fork();
	if (!pid) {
		dup2(fds[0], 0);
		close(fds[1]);
		execve(COPY, (char *[]){ (char *)"x", (char *)"c", NULL },
		       empty_env);
		_exit(100);
	}
	close(fds[0]);
	close(fds[1]);
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	return status == 2 << 8 ? 0 : 2;
}

/* An open file for writing keeps a program from being started. */
static void test_text_busy(void)
{
	int fd = open(COPY, O_RDWR);

	need(fd >= 0);
	EXEC_FAILS(COPY, ETXTBSY, "a file open for writing is ETXTBSY");
	close(fd);
	exits_with(run_child(child_busy, NULL), 0, "closed, it runs", "");
	fails_with(open(self_path(), O_RDWR), ETXTBSY,
		   "a running program cannot be opened for writing",
		   "Its text is mapped with deny_write_access.");
}

static void copy_self(void)
{
	static char buf[65536];
	int in = open(self_path(), O_RDONLY);
	int out = open(COPY, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t n;

	need(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		need(write(out, buf, n) == n);
	need(n == 0 && !close(in) && !close(out));
}

int main(int argc, char **argv)
{
	if (argc == 1 && !*argv[0])
		return 97;
	if (argc > 1 && !strcmp(argv[0], "x"))
		return second_life(argc, argv);
	if (strstr(argv[0], "/tell"))
		return tell_arguments(argc, argv);
	mkdir(DIR_, 0755);
	unlink(DIR_ "/tell");
	copy_self();
	plan(32);
	test_state();
	test_arguments();
	test_refused();
	test_scripts();
	test_text_busy();
	unlink(COPY);
	unlink(DIR_ "/tell");
	unlink(DIR_ "/script");
	rmdir(DIR_);
	return done();
}
