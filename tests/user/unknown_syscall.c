/* SPDX-License-Identifier: MIT */
/*
 * tests/user/unknown_syscall.c - system calls that do not exist, and what
 * entering the kernel, by a call or by a fault, does to registers.
 */
#include "tap.h"

/* Make call @nr; count the registers that it should have kept but did not. */
static long kept_registers(long nr, long *ret)
{
	long bad = 0, r;

	__asm__ volatile(
		"mov $0x11, %%rdi\n\tmov $0x22, %%rsi\n\tmov $0x33, %%rdx\n\t"
		"mov $0x44, %%r10\n\tmov $0x55, %%r8\n\tmov $0x66, %%r9\n\t"
		"mov $0x77, %%rbx\n\tmov $0x88, %%r12\n\tmov $0x99, %%r13\n\t"
		"mov $0xaa, %%r14\n\tmov $0xbb, %%r15\n\tstc\n\tsyscall\n\t"
		"mov %%rax, %0\n\tsbb %%rax, %%rax\n\tinc %%rax\n\t"
		"sub $0x11, %%rdi\n\tor %%rdi, %%rax\n\t"
		"sub $0x22, %%rsi\n\tor %%rsi, %%rax\n\t"
		"sub $0x33, %%rdx\n\tor %%rdx, %%rax\n\t"
		"sub $0x44, %%r10\n\tor %%r10, %%rax\n\t"
		"sub $0x55, %%r8\n\tor %%r8, %%rax\n\t"
		"sub $0x66, %%r9\n\tor %%r9, %%rax\n\t"
		"sub $0x77, %%rbx\n\tor %%rbx, %%rax\n\t"
		"sub $0x88, %%r12\n\tor %%r12, %%rax\n\t"
		"sub $0x99, %%r13\n\tor %%r13, %%rax\n\t"
		"sub $0xaa, %%r14\n\tor %%r14, %%rax\n\t"
		"sub $0xbb, %%r15\n\tor %%r15, %%rax\n\t"
		: "=m"(r), "=a"(bad)
		: "a"(nr)
		: "rdi", "rsi", "rdx", "r10", "r8", "r9", "rbx", "r12", "r13",
		  "r14", "r15", "rcx", "r11", "memory", "cc");
	*ret = r;
	return bad;
}

/*
 * Load every register with a known value, touch a page that is not there yet,
 * and count the registers that have changed.
 */
static __attribute__((noinline)) long changed_registers(void *page)
{
	long bad;

	__asm__ volatile(
		"mov $0x1111111111111111, %%rbx\n\t"
		"mov $0x2222222222222222, %%rcx\n\t"
		"mov $0x3333333333333333, %%rdx\n\t"
		"mov $0x4444444444444444, %%rsi\n\t"
		"mov $0x5555555555555555, %%r8\n\t"
		"mov $0x6666666666666666, %%r9\n\t"
		"mov $0x7777777777777777, %%r10\n\t"
		"mov $0x0888888888888888, %%r11\n\t"
		"mov $0x0999999999999999, %%r12\n\t"
		"mov $0x0aaaaaaaaaaaaaaa, %%r13\n\t"
		"mov $0x0bbbbbbbbbbbbbbb, %%r14\n\t"
		"mov $0x0ccccccccccccccc, %%r15\n\t"
		"movq %%rsp, %%xmm0\n\t"
		"stc\n\t"
		"movb $1, (%%rdi)\n\t" /* the fault; flags must survive it */
		"sbb %%rax, %%rax\n\t" /* -1 if the carry flag is still set */
		"inc %%rax\n\t"
		"mov %%rsp, %%rdi\n\tmovq %%xmm0, %%rsp\n\t"
		"sub %%rsp, %%rdi\n\tor %%rdi, %%rax\n\t"
		"mov $0x1111111111111111, %%rdi\n\t"
		"sub %%rdi, %%rbx\n\tor %%rbx, %%rax\n\t"
		"add %%rdi, %%rdi\n\tsub %%rdi, %%rcx\n\tor %%rcx, %%rax\n\t"
		"mov $0x3333333333333333, %%rdi\n\t"
		"sub %%rdi, %%rdx\n\tor %%rdx, %%rax\n\t"
		"mov $0x4444444444444444, %%rdi\n\t"
		"sub %%rdi, %%rsi\n\tor %%rsi, %%rax\n\t"
		"mov $0x5555555555555555, %%rdi\n\t"
		"sub %%rdi, %%r8\n\tor %%r8, %%rax\n\t"
		"mov $0x6666666666666666, %%rdi\n\t"
		"sub %%rdi, %%r9\n\tor %%r9, %%rax\n\t"
		"mov $0x7777777777777777, %%rdi\n\t"
		"sub %%rdi, %%r10\n\tor %%r10, %%rax\n\t"
		"mov $0x0888888888888888, %%rdi\n\t"
		"sub %%rdi, %%r11\n\tor %%r11, %%rax\n\t"
		"mov $0x0999999999999999, %%rdi\n\t"
		"sub %%rdi, %%r12\n\tor %%r12, %%rax\n\t"
		"mov $0x0aaaaaaaaaaaaaaa, %%rdi\n\t"
		"sub %%rdi, %%r13\n\tor %%r13, %%rax\n\t"
		"mov $0x0bbbbbbbbbbbbbbb, %%rdi\n\t"
		"sub %%rdi, %%r14\n\tor %%r14, %%rax\n\t"
		"mov $0x0ccccccccccccccc, %%rdi\n\t"
		"sub %%rdi, %%r15\n\tor %%r15, %%rax\n\t"
		: "=a"(bad), "+D"(page)
		:
		: "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12",
		  "r13", "r14", "r15", "xmm0", "cc", "memory");
	return bad;
}

static void test_registers(void)
{
	char *p = anon_pages(64);
	long bad = 0;

	for (int i = 0; i < 64; i++)
		bad |= changed_registers(p + i * PAGE + i);
	is_num(bad, 0, "no register or flag changes over a page fault",
	       "The entry code must save and restore all of them.");
	need(!munmap(p, 64 * PAGE));
}

int main(void)
{
	static const long numbers[] = {
		999,      -1,         450 + 60,          1L << 31,
		1L << 32, 0x40000000, 0x7fffffffffffffff
	};
	static const char *const names[] = {
		"call 999",
		"call -1",
		"call 510",
		"call 2^31",
		"call 2^32 is read: rax is truncated to 32 bits",
		"call 0 of the x32 table",
		"the largest number of all",
	};
	long ret;

	plan(12);
	for (int i = 0; i < 7; i++) {
		errno = 0;
		ret = syscall(numbers[i], -1L, 0L, 0L);
		ok(ret == -1 && errno == (i == 4 ? EBADF : ENOSYS), names[i],
		   "A number without a function is ENOSYS, and is checked as "
		   "the unsigned 32-bit value that Linux takes it for.");
		if (errno != ENOSYS && i != 4)
			diag("returned %ld, errno %d", ret, errno);
	}
	is_num(kept_registers(999, &ret), 0,
	       "an unknown call changes only rax, rcx and r11",
	       "Arguments, callee-saved registers and flags are kept.");
	is_num(ret, -ENOSYS, "and returns -ENOSYS", "");
	is_num(kept_registers(SYS_getpid, &ret), 0, "so does a known one", "");
	is_num(ret, getpid(), "which returns its value", "");
	test_registers();
	return done();
}
