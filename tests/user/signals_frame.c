/* SPDX-License-Identifier: MIT */
/*
 * tests/user/signals_frame.c - the frame that a handler runs on: registers,
 * the red zone, the FPU, the alternate stack, and changes to the context.
 */
#include "fault.h"
#include "maps.h"

#define RW (PROT_READ | PROT_WRITE)

static char *guarded; /* the page whose protection the handlers open */
static volatile int hits;
static volatile unsigned long handler_sp;

/* Opens the page, so that the instruction works when it is repeated. */
static void open_page(int sig, siginfo_t *info, void *ctx)
{
	double x[8];

	/* Spoil what the interrupted code may have in registers. */
	for (int i = 0; i < 8; i++)
		x[i] = hits * 3.14159 + i;
	__asm__ volatile("pxor %%xmm0, %%xmm0\n\tpxor %%xmm7, %%xmm7\n\t"
			 "pcmpeqb %%xmm15, %%xmm15\n\tfninit\n\tstd\n\tcld"
			 :
			 : "m"(x)
			 : "xmm0", "xmm7", "xmm15", "memory");
	handler_sp = (unsigned long)&x;
	hits++;
	mprotect(guarded, PAGE, RW);
}

static void install(int flags)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO | flags };

	sa.sa_sigaction = open_page;
	need(!sigaction(SIGSEGV, &sa, NULL));
	hits = 0;
}

/* Store to the closed page with data in the red zone below the stack. */
static __attribute__((noinline)) long red_zone(char *p)
{
	long bad;

	__asm__ volatile("movq $0x1234567, -8(%%rsp)\n\t"
			 "movq $0x89abcde, -128(%%rsp)\n\t"
			 "movb $1, (%1)\n\t"
			 "movq -8(%%rsp), %0\n\tsubq $0x1234567, %0\n\t"
			 "movq -128(%%rsp), %%rcx\n\tsubq $0x89abcde, %%rcx\n\t"
			 "orq %%rcx, %0"
			 : "=&a"(bad)
			 : "r"(p)
			 : "rcx", "memory");
	return bad;
}

/* The same with known values in general, SSE and x87 registers. */
static __attribute__((noinline)) long registers(char *p)
{
	static const double pi[2] = { 3.25, -7.5 };
	double x87 = 0, sse[2] = { 0, 0 };
	long bad;

	__asm__ volatile("movupd %3, %%xmm0\n\tmovupd %3, %%xmm7\n\t"
			 "movupd %3, %%xmm15\n\tfldpi\n\t"
			 "mov $0x77, %%r12\n\tmov $0x88, %%r8\n\tstc\n\t"
			 "movb $1, (%4)\n\t"
			 "sbb %0, %0\n\tinc %0\n\t"
			 "sub $0x77, %%r12\n\tor %%r12, %0\n\t"
			 "sub $0x88, %%r8\n\tor %%r8, %0\n\t"
			 "fstpl %1\n\tandpd %%xmm0, %%xmm7\n\t"
			 "andpd %%xmm7, %%xmm15\n\tmovupd %%xmm15, %2"
			 : "=&a"(bad), "=m"(x87), "=m"(sse)
			 : "m"(pi), "r"(p)
			 : "r8", "r12", "xmm0", "xmm7", "xmm15", "memory",
			   "cc");
	if (x87 < 3.141592 || x87 > 3.141593)
		bad |= 0x10000;
	if (sse[0] != 3.25 || sse[1] != -7.5)
		bad |= 0x20000;
	return bad;
}

static void test_transparent(void)
{
	guarded = map_at(free_range(1), 1, PROT_NONE);
	install(0);
	is_num(red_zone(guarded), 0, "a handler leaves the red zone alone",
	       "The frame must start at least 128 bytes below the "
	       "interrupted stack pointer.");
	is_num(hits, 1, "and the store was made again", "");
	need(!mprotect(guarded, PAGE, PROT_NONE));
	is_num(registers(guarded), 0,
	       "general, SSE and x87 registers and flags survive a handler",
	       "0x10000: x87; 0x20000: SSE; else general registers or carry. "
	       "The FPU state is part of the frame, and is restored from it.");
	is_num(hits, 2, "which ran", "");
	ok(handler_sp % 16 == 0 || handler_sp % 16 == 8,
	   "the handler's stack is aligned", "");
}

static volatile int misaligned;

static __attribute__((noinline)) void check_alignment(int sig)
{
	unsigned long frame = (unsigned long)__builtin_frame_address(0);

	/* At entry (rsp + 8) is a multiple of 16; rbp is pushed there. */
	misaligned = frame % 16;
	hits++;
}

static void test_alignment(void)
{
	hits = 0;
	signal(SIGUSR1, check_alignment);
	for (int pad = 0; pad < 4; pad++) {
		volatile char *p = __builtin_alloca(8 * pad + 1);

		p[0] = 1;
		need(!kill(getpid(), SIGUSR1));
		if (misaligned)
			break;
	}
	is_num(misaligned, 0, "a handler starts as if called",
	       "The ABI: rsp + 8 is a multiple of 16 at a function's entry.");
}

/* A handler may change the saved registers. */
static void skip_instruction(int sig, siginfo_t *info, void *ctx)
{
	greg_t *r = ((ucontext_t *)ctx)->uc_mcontext.gregs;

	r[REG_RIP] += 2; /* over ud2 */
	r[REG_RAX] = 4711;
	hits++;
}

static void test_context(void)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };
	long rax;

	sa.sa_sigaction = skip_instruction;
	need(!sigaction(SIGILL, &sa, NULL));
	hits = 0;
	__asm__ volatile("mov $1, %%eax\n\tud2\n\t" : "=a"(rax));
	ok(hits == 1 && rax == 4711, "a handler can change rip and rax",
	   "rt_sigreturn takes all registers from the frame.");
}

/* A handler may change the mask that will be in force afterwards. */
static void block_usr2(int sig, siginfo_t *info, void *ctx)
{
	sigaddset(&((ucontext_t *)ctx)->uc_sigmask, SIGUSR2);
}

static void test_context_mask(void)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };
	sigset_t now;

	sa.sa_sigaction = block_usr2;
	need(!sigaction(SIGUSR1, &sa, NULL) && !kill(getpid(), SIGUSR1));
	need(!sigprocmask(SIG_SETMASK, NULL, &now));
	ok(sigismember(&now, SIGUSR2) && !sigismember(&now, SIGUSR1),
	   "a handler can change the mask it returns to", "");
	sigemptyset(&now);
	need(!sigprocmask(SIG_SETMASK, &now, NULL));
}

/* A frame with kernel segments or flags must not be believed. */
static void evil_flags(int sig, siginfo_t *info, void *ctx)
{
	greg_t *r = ((ucontext_t *)ctx)->uc_mcontext.gregs;

	r[REG_EFL] |= 0x3000 | 0x20000; /* IOPL 3, VM */
	r[REG_EFL] &= ~0x200;           /* IF off */
}

static int child_evil(void *unused)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };
	unsigned long flags;

	sa.sa_sigaction = evil_flags;
	if (sigaction(SIGUSR1, &sa, NULL) || kill(getpid(), SIGUSR1))
		return 1;
	__asm__ volatile("pushf\n\tpop %0" : "=r"(flags));
	return (flags & 0x23200) == 0x200 ? 0 : 2;
}

static void evil_rip(int sig, siginfo_t *info, void *ctx)
{
	((ucontext_t *)ctx)->uc_mcontext.gregs[REG_RIP] =
		(greg_t)0xffffffff80000000;
}

static void evil_noncanonical(int sig, siginfo_t *info, void *ctx)
{
	((ucontext_t *)ctx)->uc_mcontext.gregs[REG_RIP] =
		(greg_t)0x8000deadbeef0000;
}

static int child_evil_rip(void *fn)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO };

	sa.sa_sigaction = (void (*)(int, siginfo_t *, void *))fn;
	if (sigaction(SIGUSR1, &sa, NULL))
		return 1;
	kill(getpid(), SIGUSR1);
	return 2;
}

static int child_bad_frame(void *unused)
{
	__asm__ volatile("mov $0x1000, %%rsp\n\tmov $15, %%eax\n\tsyscall"
			 :
			 :
			 : "rax", "memory");
	return 1;
}

static void test_evil(void)
{
	exits_with(run_child(child_evil, NULL), 0,
		   "a handler cannot change IOPL, VM or the interrupt flag",
		   "rt_sigreturn takes only user-changeable flags.");
	signal(SIGSEGV, SIG_DFL);
	dies_by(run_child(child_evil_rip, evil_rip), SIGSEGV,
		"a kernel rip in the frame is SIGSEGV", "");
	dies_by(run_child(child_evil_rip, evil_noncanonical), SIGSEGV,
		"a non-canonical rip is SIGSEGV",
		"sysret to it would fault in the kernel: iret must be used.");
	dies_by(run_child(child_bad_frame, NULL), SIGSEGV,
		"rt_sigreturn without a frame is SIGSEGV", "");
}

static volatile int on_alt, flags_in_handler;

static void alt_handler(int sig)
{
	stack_t ss;
	int local;

	need(!sigaltstack(NULL, &ss));
	flags_in_handler = ss.ss_flags;
	on_alt = (char *)&local >= (char *)ss.ss_sp &&
		 (char *)&local < (char *)ss.ss_sp + ss.ss_size;
}

static void test_alt_stack(void)
{
	char *mem = anon_pages(8);
	stack_t ss = { .ss_sp = mem, .ss_size = 8 * PAGE }, old;
	struct sigaction sa = { .sa_handler = alt_handler,
				.sa_flags = SA_ONSTACK };

	need(!sigaltstack(NULL, &old));
	is_num(old.ss_flags, SS_DISABLE, "at first there is no alternate stack",
	       "");
	ok(!sigaltstack(&ss, NULL), "sigaltstack sets one", "");
	need(!sigaction(SIGUSR1, &sa, NULL) && !kill(getpid(), SIGUSR1));
	ok(on_alt && flags_in_handler == SS_ONSTACK,
	   "an SA_ONSTACK handler runs on it, and SS_ONSTACK says so", "");
	sa.sa_flags = 0;
	need(!sigaction(SIGUSR1, &sa, NULL) && !kill(getpid(), SIGUSR1));
	ok(!on_alt, "a handler without SA_ONSTACK does not", "");
	ss.ss_size = 100;
	is_errno(sigaltstack(&ss, NULL), ENOMEM, "100 bytes are ENOMEM");
	ss.ss_size = 8 * PAGE;
	ss.ss_flags = 12345;
	is_errno(sigaltstack(&ss, NULL), EINVAL, "unknown flags are EINVAL");
	ss.ss_flags = SS_DISABLE;
	need(!sigaltstack(&ss, &old));
	ok(old.ss_sp == mem && old.ss_size == 8 * PAGE,
	   "the old stack is returned", "");
	need(!munmap(mem, 8 * PAGE));
}

/* Many signals in a row leave nothing behind on the stack. */
static void test_many(void)
{
	unsigned long sp1, sp2;

	hits = 0;
	signal(SIGUSR1, check_alignment);
	__asm__ volatile("mov %%rsp, %0" : "=r"(sp1));
	for (int i = 0; i < 10000; i++)
		kill(getpid(), SIGUSR1);
	__asm__ volatile("mov %%rsp, %0" : "=r"(sp2));
	ok(hits == 10000 && sp1 == sp2, "10000 signals, each handled", "");
}

int main(void)
{
	plan(20);
	test_transparent();
	test_alignment();
	test_context();
	test_context_mask();
	test_evil();
	test_alt_stack();
	test_many();
	return done();
}
