/* SPDX-License-Identifier: MIT */
/*
 * asm/thread_flags.h - task->thread_flags, the first word of a task, for
 * entry.S.
 */
#ifndef KILBURN_ASM_THREAD_FLAGS_H
#define KILBURN_ASM_THREAD_FLAGS_H

#define TIF_WORK_MASK_ASM 0x0c /* _TIF_WORK_MASK; process.c checks it */

#endif /* KILBURN_ASM_THREAD_FLAGS_H */
