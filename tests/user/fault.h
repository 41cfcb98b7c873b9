/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fault.h - run a function and catch the signal it causes.
 */
#ifndef KILBURN_TESTS_USER_FAULT_H
#define KILBURN_TESTS_USER_FAULT_H

#include "tap.h"
#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

/* What a caught signal said.  sig is 0 when the function simply returned. */
struct caught {
	int sig, code;
	unsigned long addr;
	unsigned long trapno, err, cr2, rip, rsp;
};

static struct caught fault_caught;
static sigjmp_buf fault_return;

static inline void fault_handler(int sig, siginfo_t *info, void *ctx)
{
	greg_t *regs = ((ucontext_t *)ctx)->uc_mcontext.gregs;

	fault_caught = (struct caught){
		.sig = sig,
		.code = info->si_code,
		.addr = (unsigned long)info->si_addr,
		.trapno = regs[REG_TRAPNO],
		.err = regs[REG_ERR],
		.cr2 = regs[REG_CR2],
		.rip = regs[REG_RIP],
		.rsp = regs[REG_RSP],
	};
	siglongjmp(fault_return, 1);
}

/* Call @fn(@arg), and say which signal, if any, it ran into. */
static inline struct caught catch_fault(void (*fn)(void *), void *arg)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_ONSTACK }, old[5];
	int i;

	sa.sa_sigaction = fault_handler;
	for (i = 0; i < 5; i++)
		need(!sigaction(sigs[i], &sa, &old[i]));
	fault_caught = (struct caught){ 0 };
	if (!sigsetjmp(fault_return, 1))
		fn(arg);
	for (i = 0; i < 5; i++)
		need(!sigaction(sigs[i], &old[i], NULL));
	return fault_caught;
}

static inline void touch_read(void *p)
{
	(void)*(volatile char *)p;
}

/* Writes back the byte that is there, so that contents do not change. */
static inline void touch_write(void *p)
{
	volatile char *c = p;

	*c = *c;
}

/* A write that does not read first. */
static inline void store_byte(void *p)
{
	*(volatile char *)p = 0x5a;
}

static inline int tap_fault(struct caught c, int sig, int code,
			    unsigned long addr, const char *name,
			    const char *hint, const char *file, int line)
{
	int pass = tap_ok(c.sig == sig && c.code == code && c.addr == addr,
			  name, hint, file, line);

	if (!pass)
		diag("signal %d code %d addr %#lx, expected %d %d %#lx", c.sig,
		     c.code, c.addr, sig, code, addr);
	return pass;
}

/* is_fault() - a caught signal has this number, si_code and si_addr. */
#define is_fault(c, sig, code, addr, name, hint)                               \
	tap_fault((c), (sig), (code), (unsigned long)(addr), (name), (hint),   \
		  __FILE__, __LINE__)

/* Reading or writing at @p: 0 if it works, else the si_code of the SIGSEGV. */
static inline int read_fault(void *p)
{
	struct caught c = catch_fault(touch_read, p);

	return c.sig == SIGSEGV ? c.code : c.sig ? -c.sig : 0;
}

static inline int write_fault(void *p)
{
	struct caught c = catch_fault(touch_write, p);

	return c.sig == SIGSEGV ? c.code : c.sig ? -c.sig : 0;
}

#endif
