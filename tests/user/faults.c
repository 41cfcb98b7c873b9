/* SPDX-License-Identifier: MIT */
/*
 * tests/user/faults.c - which signal, si_code and si_addr each kind of
 * processor exception becomes.
 */
#include "fault.h"
#include "maps.h"
#include <sys/stat.h>

#define RW (PROT_READ | PROT_WRITE)

#define KERNEL_ADDR   0xffff888000000000UL
#define NONCANON_ADDR 0x8000deadbeef0000UL

static const int constant = 5;

static void call_it(void *p)
{
	((void (*)(void))p)();
}

/* A page fault's error code and address are part of the signal frame. */
static void is_page_fault(struct caught c, void *addr, int code, long err,
			  const char *name, const char *hint)
{
	int pass = is_fault(c, SIGSEGV, code, addr, name, hint);

	pass = c.trapno == 14 && c.err == (unsigned long)err &&
	       c.cr2 == (unsigned long)addr;
	ok(pass, "  its frame has trap 14, the error code and the address",
	   "uc_mcontext.gregs: REG_TRAPNO, REG_ERR (1 present, 2 write, 4 "
	   "user, 16 fetch) and REG_CR2.");
	if (!pass)
		diag("trap %lu err %#lx (expected %#lx) cr2 %#lx", c.trapno,
		     c.err, err, c.cr2);
}

static void test_page_faults(void)
{
	char *p = map_at(free_range(4), 2, RW);

	is_page_fault(catch_fault(touch_read, NULL), NULL, SEGV_MAPERR, 4,
		      "reading address 0", "");
	is_page_fault(catch_fault(store_byte, (void *)8), (void *)8,
		      SEGV_MAPERR, 6, "writing address 8", "");
	is_page_fault(catch_fault(call_it, (void *)0x10), (void *)0x10,
		      SEGV_MAPERR, 0x14, "calling address 16", "");
	is_page_fault(catch_fault(touch_read, p + 2 * PAGE + 3),
		      p + 2 * PAGE + 3, SEGV_MAPERR, 4,
		      "reading just past an area", "");
	is_page_fault(catch_fault(store_byte, (void *)&constant),
		      (void *)&constant, SEGV_ACCERR, 7, "writing a constant",
		      "");
	touch_read((void *)call_it);
	is_page_fault(catch_fault(store_byte, (void *)call_it), (void *)call_it,
		      SEGV_ACCERR, 7, "writing code", "");
	p[0] = (char)0xc3;
	is_page_fault(catch_fault(call_it, p), p, SEGV_ACCERR, 0x15,
		      "executing data", "NX must be on.");
	is_page_fault(catch_fault(call_it, p + PAGE), p + PAGE, SEGV_ACCERR,
		      0x15, "executing data that was never touched",
		      "A fetch from what is absent brings it in like a read; "
		      "the second fault meets NX.");
	is_page_fault(catch_fault(touch_read, (void *)KERNEL_ADDR),
		      (void *)KERNEL_ADDR, SEGV_MAPERR, 5,
		      "reading a kernel address",
		      "Bit 0 of the error code is set for every kernel "
		      "address, so that it does not tell what is mapped.");
	is_page_fault(catch_fault(store_byte, (void *)KERNEL_ADDR),
		      (void *)KERNEL_ADDR, SEGV_MAPERR, 7,
		      "writing a kernel address", "");
	is_page_fault(catch_fault(touch_read, (void *)-1UL), (void *)-1UL,
		      SEGV_MAPERR, 5, "reading the last byte of all", "");
	need(!munmap(p, 2 * PAGE));
}

static void read_noncanonical(void *unused)
{
	__asm__ volatile("movb (%0), %%al" : : "r"(NONCANON_ADDR) : "rax");
}

static void do_hlt(void *unused)
{
	__asm__ volatile("hlt");
}

static void do_cli(void *unused)
{
	__asm__ volatile("cli");
}

static void do_out(void *unused)
{
	__asm__ volatile("outb %%al, $0x80" : : "a"(0));
}

static void do_wrmsr(void *unused)
{
	__asm__ volatile("wrmsr" : : "a"(0), "d"(0), "c"(0xc0000080));
}

static void do_cr0(void *unused)
{
	unsigned long v;

	__asm__ volatile("mov %%cr0, %0" : "=r"(v));
}

static void do_int_14(void *unused)
{
	__asm__ volatile("int $14");
}

static void do_segment(void *unused)
{
	/* A selector far outside the descriptor table. */
	__asm__ volatile("mov %0, %%ds" : : "r"(0xfff8));
}

static void test_protection(void)
{
	static const struct {
		void (*fn)(void *);
		const char *name;
	} cases[] = {
		{ read_noncanonical, "a non-canonical address" },
		{ do_hlt, "hlt" },
		{ do_cli, "cli" },
		{ do_out, "out" },
		{ do_wrmsr, "wrmsr" },
		{ do_cr0, "reading cr0" },
		{ do_int_14, "int $14" },
		{ do_segment, "loading ds with a bad selector" },
	};

	for (int i = 0; i < 8; i++) {
		struct caught c = catch_fault(cases[i].fn, NULL);

		is_fault(c, SIGSEGV, SI_KERNEL, 0, cases[i].name,
			 "A general protection fault has no address: SIGSEGV, "
			 "SI_KERNEL, si_addr 0.");
		if (c.trapno != 13)
			diag("trap number %lu, expected 13", c.trapno);
	}
}

static void do_ud2(void *at)
{
	__asm__ volatile("lea 1f(%%rip), %%rax\n\tmov %%rax, (%0)\n1:\tud2"
			 :
			 : "r"(at)
			 : "rax", "memory");
}

static void do_div(void *at)
{
	__asm__ volatile("lea 1f(%%rip), %%rbx\n\tmov %%rbx, (%0)\n\t"
			 "xor %%edx, %%edx\n\tmov $1, %%eax\n\t"
			 "xor %%ecx, %%ecx\n1:\tdiv %%ecx"
			 :
			 : "r"(at)
			 : "rax", "rbx", "rcx", "rdx", "memory");
}

/* The x87 reports at the next waiting instruction: here fwait. */
static void do_x87_div(void *at)
{
	unsigned short cw = 0x037f & ~4; /* unmask divide by zero */

	__asm__ volatile("fninit\n\tfldcw %1\n\tlea 1f(%%rip), %%rbx\n\t"
			 "mov %%rbx, (%0)\n\tfld1\n\tfldz\n\tfdivrp\n"
			 "1:\tfwait"
			 :
			 : "r"(at), "m"(cw)
			 : "rbx", "memory");
}

static void do_int3(void *unused)
{
	__asm__ volatile("int3");
}

static void do_step(void *unused)
{
	__asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\t"
			 "nop\n\tnop"
			 :
			 :
			 : "memory", "cc");
}

static void test_traps(void)
{
	struct caught c;
	void *at;

	c = catch_fault(do_ud2, &at);
	is_fault(c, SIGILL, ILL_ILLOPN, at,
		 "ud2 is SIGILL, ILL_ILLOPN at the "
		 "instruction",
		 "si_addr is the address of the instruction.");
	c = catch_fault(do_div, &at);
	is_fault(c, SIGFPE, FPE_INTDIV, at,
		 "division by 0 is SIGFPE, "
		 "FPE_INTDIV at the instruction",
		 "");
	c = catch_fault(do_x87_div, &at);
	__asm__ volatile("fninit");
	is_fault(c, SIGFPE, FPE_FLTDIV, at,
		 "an unmasked x87 division by 0 is "
		 "FPE_FLTDIV",
		 "Vector 16 (CR0.NE must be set); the si_code comes from the "
		 "status word.");
	c = catch_fault(do_int3, NULL);
	ok(c.sig == SIGTRAP && c.code == SI_KERNEL && c.trapno == 3,
	   "int3 is SIGTRAP, SI_KERNEL",
	   "The breakpoint gate must be open to user mode (DPL 3).");
	c = catch_fault(do_step, NULL);
	ok(c.sig == SIGTRAP && c.code == TRAP_TRACE && c.addr == c.rip,
	   "the trap flag gives SIGTRAP, TRAP_TRACE",
	   "A debug exception in user mode is the program's own.");
}

/* @err: the error code in the frame: what kind of access it was. */
static void is_past_end(void (*access)(void *), char *at, unsigned long err,
			const char *name, const char *hint)
{
	struct caught c = catch_fault(access, at);

	is_fault(c, SIGBUS, BUS_ADRERR, at, name, hint);
	ok(c.trapno == 14 && c.err == err, "  its frame says what was tried",
	   "");
}

static void test_bus(void)
{
	int fd = open("/tmp/faults.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p;

	need(fd >= 0 && !ftruncate(fd, 10));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED);
	is_past_end(
		touch_read, p + PAGE + 77, 4,
		"a page past the end of a mapped file is SIGBUS, BUS_ADRERR",
		"");
	is_past_end(call_it, p + PAGE + 77, 0x14,
		    "and so it is for who executes it, without the right to",
		    "Without a page there is no NX that forbids it.");
	unlink("/tmp/faults.tmp");
	need(!munmap(p, 2 * PAGE) && !close(fd));
}

/* What kills when there is no handler, or none can run. */
static int dies_plain(void *unused)
{
	store_byte(NULL);
	return 0;
}

static int dies_ignored(void *unused)
{
	signal(SIGSEGV, SIG_IGN);
	store_byte(NULL);
	return 0;
}

static void handler_faults(int sig)
{
	store_byte(NULL);
}

static int dies_blocked(void *unused)
{
	sigset_t set;

	signal(SIGSEGV, handler_faults);
	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	sigprocmask(SIG_BLOCK, &set, NULL);
	store_byte(NULL);
	return 0;
}

static int dies_in_handler(void *unused)
{
	signal(SIGSEGV, handler_faults);
	store_byte(NULL);
	return 0;
}

static int dies_fpe(void *unused)
{
	void *at;

	do_div(&at);
	return 0;
}

static int dies_ill(void *unused)
{
	void *at;

	do_ud2(&at);
	return 0;
}

static int dies_trap(void *unused)
{
	do_int3(NULL);
	return 0;
}

static int bad_stack(void *unused)
{
	__asm__ volatile("xor %%esp, %%esp\n\tpush %%rax" : : : "memory");
	return 0;
}

static void test_deaths(void)
{
	dies_by(run_child(dies_plain, NULL), SIGSEGV,
		"without a handler a fault kills", "");
	dies_by(run_child(dies_ignored, NULL), SIGSEGV,
		"a fault cannot be ignored",
		"A synchronous signal resets SIG_IGN to the default.");
	dies_by(run_child(dies_blocked, NULL), SIGSEGV,
		"a fault cannot be blocked",
		"If the signal is blocked, the kernel resets its handler and "
		"kills.");
	dies_by(run_child(dies_in_handler, NULL), SIGSEGV,
		"a fault in the handler of that fault kills", "");
	dies_by(run_child(bad_stack, NULL), SIGSEGV,
		"a fault with a useless stack pointer kills", "");
	dies_by(run_child(dies_fpe, NULL), SIGFPE, "division by 0 kills", "");
	dies_by(run_child(dies_ill, NULL), SIGILL, "ud2 kills", "");
	dies_by(run_child(dies_trap, NULL), SIGTRAP, "int3 kills", "");
}

int main(void)
{
	plan(47);
	test_page_faults();
	test_protection();
	test_traps();
	test_bus();
	test_deaths();
	return done();
}
