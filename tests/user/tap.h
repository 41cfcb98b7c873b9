/* SPDX-License-Identifier: MIT */
/*
 * tests/user/tap.h - the Test Anything Protocol for one small program, and
 * the few helpers that nearly every test needs.
 *
 * A check has a name, which says what is true, and a hint, which says in prose
 * which rule is broken if it is not, and the likely cause.  Everything is
 * written with one write(2) a line, never through stdio: a buffer would be
 * printed twice after fork().  Nothing here calls malloc(), which would change
 * the address space under the tests of it.
 *
 * Only the process that called plan() may call the check functions; a child
 * reports through its exit status (see run_child()).
 */
#ifndef KILBURN_TESTS_USER_TAP_H
#define KILBURN_TESTS_USER_TAP_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL

static int tap_planned, tap_count, tap_failures;

static inline void tap_say(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

static inline void tap_say(const char *fmt, ...)
{
	char line[2048];
	size_t done = 0, len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	len = strlen(line);
	line[len++] = '\n';
	while (done < len) {
		ssize_t n = write(1, line + done, len - done);

		if (n > 0)
			done += n;
		else if (n < 0 && errno != EINTR)
			_exit(99);
	}
}

#define diag(fmt, ...) tap_say("# " fmt, ##__VA_ARGS__)

/* Where the kernel promises more than Linux does, or has what Linux has not. */
static inline int on_kilburn(void)
{
	return !access("/proc/kilburn", F_OK);
}

/*
 * Whether a sample will do.  What is tried by thousands is tried whole in one
 * of the runs (kilburn-1cpu.t), and in part where only the machine differs.
 */
static inline int brief(void)
{
	return getenv("BRIEF") != NULL;
}

/* Say how many checks will follow. */
static inline void plan(int n)
{
	tap_planned = n;
	tap_say("1..%d", n);
}

/* Print the verdict.  Return: the exit status for main(). */
static inline int done(void)
{
	if (tap_count != tap_planned)
		diag("planned %d checks but ran %d", tap_planned, tap_count);
	if (tap_failures)
		diag("%d of %d checks failed", tap_failures, tap_count);
	return tap_failures || tap_count != tap_planned;
}

static inline int tap_ok(int pass, const char *name, const char *hint,
			 const char *file, int line)
{
	tap_say("%sok %d - %s", pass ? "" : "not ", ++tap_count, name);
	if (!pass) {
		tap_failures++;
		if (*hint)
			diag("%s", hint);
		diag("at %s line %d", file, line);
	}
	return pass;
}

/* ok() - the basic check. */
#define ok(cond, name, hint)                                                   \
	tap_ok(!!(cond), (name), (hint), __FILE__, __LINE__)

/* A check that cannot be made here; @why is part of the protocol line. */
static inline void skip(const char *name, const char *why)
{
	tap_say("ok %d - %s # SKIP %s", ++tap_count, name, why);
}

static inline int tap_num(long got, long want, const char *name,
			  const char *hint, const char *file, int line)
{
	int pass = tap_ok(got == want, name, hint, file, line);

	if (!pass)
		diag("got %ld (%#lx), expected %ld (%#lx)", got,
		     (unsigned long)got, want, (unsigned long)want);
	return pass;
}

/* is_num() - two numbers (or pointers cast to long) are equal. */
#define is_num(got, want, name, hint)                                          \
	tap_num((long)(got), (long)(want), (name), (hint), __FILE__, __LINE__)

static inline int tap_str(const char *got, const char *want, const char *name,
			  const char *hint, const char *file, int line)
{
	int pass = tap_ok(!strcmp(got, want), name, hint, file, line);

	if (!pass) {
		diag("     got \"%s\"", got);
		diag("expected \"%s\"", want);
	}
	return pass;
}

/* is_str() - two strings are equal. */
#define is_str(got, want, name, hint)                                          \
	tap_str((got), (want), (name), (hint), __FILE__, __LINE__)

static inline int tap_errno(long ret, int err, int want, const char *name,
			    const char *hint, const char *file, int line)
{
	int pass = tap_ok(ret == -1 && err == want, name, hint, file, line);

	if (!pass && ret != -1)
		diag("succeeded with %ld (%#lx); expected: %s", ret,
		     (unsigned long)ret, strerror(want));
	else if (!pass)
		diag("errno %d (%s), expected %d (%s)", err, strerror(err),
		     want, strerror(want));
	return pass;
}

/* fails_with() - a call returns -1 and sets errno to @want. */
#define fails_with(call, want, name, hint)                                     \
	({                                                                     \
		long tap_ret_;                                                 \
                                                                               \
		errno = 0;                                                     \
		tap_ret_ = (long)(call);                                       \
		tap_errno(tap_ret_, errno, (want), (name), (hint), __FILE__,   \
			  __LINE__);                                           \
	})

/* is_errno() - the same, with the hint that fits most bad-argument checks. */
#define is_errno(call, want, name)                                             \
	fails_with(call, want, name,                                           \
		   "The call must be refused with exactly this errno: look "   \
		   "at the order of its argument checks.")

/* need() - preparation that must succeed; without it the test says nothing. */
#define need(expr)                                                             \
	do {                                                                   \
		if (!(expr)) {                                                 \
			tap_say("Bail out! %s line %d: %s: %s", __FILE__,      \
				__LINE__, #expr, strerror(errno));             \
			_exit(98);                                             \
		}                                                              \
	} while (0)

/*
 * run_child() - call @fn(@arg) in a child that exits with what it returns.
 * Return: the wait status.
 */
static inline int run_child(int (*fn)(void *), void *arg)
{
	int status = -1;
	pid_t pid = fork();

	need(pid >= 0);
	if (!pid)
		_exit(fn(arg));
	while (waitpid(pid, &status, 0) != pid)
		need(errno == EINTR);
	return status;
}

static inline int tap_status(int status, int want, const char *name,
			     const char *hint, const char *file, int line)
{
	/* Whether a core was dumped is nobody's business here. */
	int pass = tap_ok((status & ~0x80) == want, name, hint, file, line);

	if (!pass && WIFSIGNALED(status))
		diag("the child was killed by signal %d", WTERMSIG(status));
	else if (!pass)
		diag("wait status %#x, expected %#x", status, want);
	return pass;
}

/* exits_with() / dies_by() - checks of a wait status. */
#define exits_with(status, code, name, hint)                                   \
	tap_status((status), (code) << 8, (name), (hint), __FILE__, __LINE__)
#define dies_by(status, sig, name, hint)                                       \
	tap_status((status), (sig), (name), (hint), __FILE__, __LINE__)

/* @nr pages of private anonymous memory, readable and writable. */
static inline char *anon_pages(unsigned long nr)
{
	char *p = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	return p;
}

/* @nr pages that a child shares with its parent. */
static inline void *shared_pages(unsigned long nr)
{
	void *p = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	return p;
}

/* Minor faults that this process has taken so far. */
static inline long minor_faults(void)
{
	struct rusage ru;

	need(!getrusage(RUSAGE_SELF, &ru));
	return ru.ru_minflt;
}

/*
 * System calls without the checks and adjustments that musl's functions make
 * before they ask the kernel (its mprotect() aligns the address, for one).
 * Return: what those functions return, with errno set.
 */
static inline void *sys_mmap(void *addr, size_t len, long prot, long flags,
			     long fd, long off)
{
	return (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, off);
}

static inline long sys_munmap(void *addr, size_t len)
{
	return syscall(SYS_munmap, addr, len);
}

static inline long sys_mprotect(void *addr, size_t len, long prot)
{
	return syscall(SYS_mprotect, addr, len, prot);
}

static inline void *sys_mremap(void *addr, size_t old_len, size_t new_len,
			       long flags, void *new_addr)
{
	return (void *)syscall(SYS_mremap, addr, old_len, new_len, flags,
			       new_addr);
}

static inline unsigned long sys_brk(unsigned long addr)
{
	return syscall(SYS_brk, addr);
}

/* The path this program was started by, to execute it again. */
static inline char *self_path(void)
{
	return (char *)getauxval(AT_EXECFN);
}

/* Is every byte of [p, p + len) equal to @byte? */
static inline int all_bytes(const void *p, int byte, size_t len)
{
	const unsigned long words = (unsigned char)byte * 0x0101010101010101UL;
	const unsigned char *c = p;
	unsigned long word;

	/* By words: millions of bytes are looked at under emulation. */
	for (; len >= sizeof(word); len -= sizeof(word), c += sizeof(word)) {
		memcpy(&word, c, sizeof(word));
		if (word != words)
			return 0;
	}
	while (len--)
		if (*c++ != (unsigned char)byte)
			return 0;
	return 1;
}

#endif
