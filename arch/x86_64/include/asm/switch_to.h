/* SPDX-License-Identifier: MIT */
/*
 * asm/switch_to.h - leave one task's kernel stack for another's.
 */
#ifndef KILBURN_ASM_SWITCH_TO_H
#define KILBURN_ASM_SWITCH_TO_H

struct task_struct;

/**
 * __switch_to() - the switch itself.
 * @prev: the task that runs now
 * @next: the one that continues
 *
 * Returns when somebody switches back to @prev, which may be much later and
 * from a third task.
 *
 * Context: interrupts off; the address space has been switched already.
 * Return: the task that ran just before.
 */
struct task_struct *__switch_to(struct task_struct *prev,
				struct task_struct *next);

#define switch_to(prev, next, last) ((last) = __switch_to((prev), (next)))

#endif /* KILBURN_ASM_SWITCH_TO_H */
