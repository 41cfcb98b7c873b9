/* SPDX-License-Identifier: MIT */
/*
 * kernel/syscalls.h - how a system call is defined.
 *
 *	SYSCALL_DEFINE2(munmap, unsigned long, addr, size_t, len)
 *	{
 *		...
 *	}
 *
 * makes `long sys_munmap(const struct pt_regs *regs)`, which takes the
 * arguments out of the saved registers (rdi, rsi, rdx, r10, r8, r9), narrows
 * each to its declared type, and calls the body.  A line in
 * kernel/syscall_list.h puts it into the table.
 *
 * The body returns the result, or a negative errno.
 *
 * In Linux: include/linux/syscalls.h.
 */
#ifndef KILBURN_KERNEL_SYSCALLS_H
#define KILBURN_KERNEL_SYSCALLS_H

#include <asm/ptrace.h>
#include "kernel/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/types.h"

/* One past the highest number in kernel/syscall_list.h. */
#define NR_syscalls 451

typedef long (*sys_call_ptr_t)(const struct pt_regs *regs);
extern const sys_call_ptr_t sys_call_table[NR_syscalls];

/**
 * sys_ni_syscall() - answer a system call that is not implemented.
 * @regs: as saved at entry; orig_ax is the number
 *
 * The log names the call the first time that a program tries it.
 *
 * Return: -ENOSYS.
 */
long sys_ni_syscall(const struct pt_regs *regs);

/* The parameters, and the arguments as the registers hold them. */
#define SC_PARAMS0()          void
#define SC_PARAMS1(t, a)      t a
#define SC_PARAMS2(t, a, ...) t a, SC_PARAMS1(__VA_ARGS__)
#define SC_PARAMS3(t, a, ...) t a, SC_PARAMS2(__VA_ARGS__)
#define SC_PARAMS4(t, a, ...) t a, SC_PARAMS3(__VA_ARGS__)
#define SC_PARAMS5(t, a, ...) t a, SC_PARAMS4(__VA_ARGS__)
#define SC_PARAMS6(t, a, ...) t a, SC_PARAMS5(__VA_ARGS__)

#define SC_ARGS0()
#define SC_ARGS1(t1, a1)                 (t1) regs->di
#define SC_ARGS2(t1, a1, t2, a2)         SC_ARGS1(t1, a1), (t2)regs->si
#define SC_ARGS3(t1, a1, t2, a2, t3, a3) SC_ARGS2(t1, a1, t2, a2), (t3)regs->dx
#define SC_ARGS4(t1, a1, t2, a2, t3, a3, t4, a4)                               \
	SC_ARGS3(t1, a1, t2, a2, t3, a3), (t4)regs->r10
#define SC_ARGS5(t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)                       \
	SC_ARGS4(t1, a1, t2, a2, t3, a3, t4, a4), (t5)regs->r8
#define SC_ARGS6(t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6)               \
	SC_ARGS5(t1, a1, t2, a2, t3, a3, t4, a4, t5, a5), (t6)regs->r9

#define SYSCALL_DEFINEx(n, name, ...)                                          \
	static inline long syscall_##name(SC_PARAMS##n(__VA_ARGS__));          \
	long sys_##name(const struct pt_regs *regs);                           \
	long sys_##name(const struct pt_regs *regs)                            \
	{                                                                      \
		return syscall_##name(SC_ARGS##n(__VA_ARGS__));                \
	}                                                                      \
	static inline long syscall_##name(SC_PARAMS##n(__VA_ARGS__))

#define SYSCALL_DEFINE0(name)      SYSCALL_DEFINEx(0, name)
#define SYSCALL_DEFINE1(name, ...) SYSCALL_DEFINEx(1, name, __VA_ARGS__)
#define SYSCALL_DEFINE2(name, ...) SYSCALL_DEFINEx(2, name, __VA_ARGS__)
#define SYSCALL_DEFINE3(name, ...) SYSCALL_DEFINEx(3, name, __VA_ARGS__)
#define SYSCALL_DEFINE4(name, ...) SYSCALL_DEFINEx(4, name, __VA_ARGS__)
#define SYSCALL_DEFINE5(name, ...) SYSCALL_DEFINEx(5, name, __VA_ARGS__)
#define SYSCALL_DEFINE6(name, ...) SYSCALL_DEFINEx(6, name, __VA_ARGS__)

#endif /* KILBURN_KERNEL_SYSCALLS_H */
