/* SPDX-License-Identifier: MIT */
/*
 * kernel/futex.h - sleep on a word of user memory.
 *
 * In Linux: include/uapi/linux/futex.h.
 */
#ifndef KILBURN_KERNEL_FUTEX_H
#define KILBURN_KERNEL_FUTEX_H

#include "kernel/lib/types.h"

struct task_struct;

#define FUTEX_WAIT             0
#define FUTEX_WAKE             1
#define FUTEX_REQUEUE          3
#define FUTEX_CMP_REQUEUE      4
#define FUTEX_WAKE_OP          5
#define FUTEX_WAIT_BITSET      9
#define FUTEX_WAKE_BITSET      10
#define FUTEX_PRIVATE_FLAG     128
#define FUTEX_CLOCK_REALTIME   256
#define FUTEX_CMD_MASK         ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)
#define FUTEX_BITSET_MATCH_ANY 0xffffffffu

/* The word of a robust futex */
#define FUTEX_WAITERS    0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK   0x3fffffffu

struct robust_list {
	struct robust_list __user *next;
};

/* What set_robust_list() registers: the locks that a thread holds. */
struct robust_list_head {
	struct robust_list list;
	long futex_offset; /* of the word from its list entry, bytes */
	struct robust_list __user *list_op_pending;
};

/**
 * exit_robust_list() - mark the locks that current still holds.
 * @p: current, whose address space is still there
 *
 * Each word gets FUTEX_OWNER_DIED, and one waiter is woken.
 */
void exit_robust_list(struct task_struct *p);

/**
 * futex_wake_user() - wake waiters on a word, however they wait.
 * @uaddr: the word
 * @nr: how many at most
 *
 * Context: may sleep.
 */
void futex_wake_user(int __user *uaddr, int nr);

void futex_init(void); /* boot */

#endif /* KILBURN_KERNEL_FUTEX_H */
