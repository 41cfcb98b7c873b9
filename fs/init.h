/* SPDX-License-Identifier: MIT */
/*
 * fs/init.h - how the file systems come up; kernel/main.c calls these.
 */
#ifndef KILBURN_FS_INIT_H
#define KILBURN_FS_INIT_H

#include "kernel/lib/types.h"

/*
 * Caches, root file system, file system types; current (init_task) gets a
 * descriptor table and / as root and working directory.  After mm_init() and
 * sched_init(), before the first kernel_thread().
 */
void vfs_init(void);

/*
 * Unpack cpio archives into the root.  A damaged archive ends the boot with a
 * sentence that names the file.  In process context, after vfs_init().
 */
void populate_rootfs(const void *start, size_t size);

#endif /* KILBURN_FS_INIT_H */
