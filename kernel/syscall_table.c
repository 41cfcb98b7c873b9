/* SPDX-License-Identifier: MIT */
/*
 * kernel/syscall_table.c - the table that the entry code dispatches through.
 *
 * Each entry is the function of kernel/syscall_list.h, or sys_ni_syscall().
 *
 * In Linux: arch/x86/entry/syscall_64.c, kernel/sys_ni.c.
 */
#include <asm/bitops.h>
#include <asm/current.h>
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"

#define SYSCALL(nr, name)    long sys_##name(const struct pt_regs *regs);
#define SYSCALL_NI(nr, name) /* no function */
#include "kernel/syscall_list.h"
#undef SYSCALL
#undef SYSCALL_NI

/* Names of the calls that are not there, for the log. */
static const char *const missing_names[NR_syscalls] = {
#define SYSCALL(nr, name)    /* nothing to say */
#define SYSCALL_NI(nr, name) [nr] = #name,
#include "kernel/syscall_list.h"
#undef SYSCALL
#undef SYSCALL_NI
};

/* Which numbers the log has named already. */
static unsigned long reported[DIV_ROUND_UP(NR_syscalls, 64)];

long sys_ni_syscall(const struct pt_regs *regs)
{
	unsigned long nr = regs->orig_ax;

	if (nr >= NR_syscalls || !missing_names[nr])
		return -ENOSYS;
	if (!test_and_set_bit(nr % 64, &reported[nr / 64]))
		pr_info("%s[%d]: system call %s (%lu) is not implemented\n",
			current->comm, current->pid, missing_names[nr], nr);
	return -ENOSYS;
}

const sys_call_ptr_t sys_call_table[NR_syscalls] = {
#define SYSCALL(nr, name)    [nr] = sys_##name,
#define SYSCALL_NI(nr, name) [nr] = sys_ni_syscall,
#include "kernel/syscall_list.h"
#undef SYSCALL
#undef SYSCALL_NI
	/* The numbers that nobody has. */
	[335 ... 423] = sys_ni_syscall,
};
