/* SPDX-License-Identifier: MIT */
/*
 * tests/user/unknown_syscall.c - system calls that do not exist, and what the
 * system call entry does to registers.
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

	plan(11);
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
	return done();
}
