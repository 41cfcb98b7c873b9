/* SPDX-License-Identifier: MIT */
/*
 * mm/oom_kill.h - what happens when there is no memory left.
 *
 * In Linux: include/linux/oom.h.
 */
#ifndef KILBURN_MM_OOM_KILL_H
#define KILBURN_MM_OOM_KILL_H

#include "kernel/lib/types.h"

/**
 * out_of_memory() - kill the task that asked for memory.
 *
 * A system call that cannot get memory answers -ENOMEM; a page fault has
 * nobody to answer, so its process ends: SIGKILL, and one line in the log.
 * Unlike Linux, the victim is always the one that asked.
 *
 * Context: process context of the victim, no locks held.
 * Return: true if the task was killed; false if it is a kernel thread or the
 * first process, if it is dying anyway, or if another victim is and the caller
 * should wait.
 */
bool out_of_memory(void);

/**
 * pagefault_out_of_memory() - a fault ended with VM_FAULT_OOM.
 *
 * Returns when the fault is worth another try, or with SIGKILL pending.
 *
 * Context: the end of a user page fault, mmap_lock released.
 */
void pagefault_out_of_memory(void);

#endif /* KILBURN_MM_OOM_KILL_H */
