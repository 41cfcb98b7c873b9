/* SPDX-License-Identifier: MIT */
/*
 * mm/shmem.h - memory that is shared like a file but has no name.
 *
 * In Linux: include/linux/shmem_fs.h.
 */
#ifndef KILBURN_MM_SHMEM_H
#define KILBURN_MM_SHMEM_H

#include "fs/fs.h"
#include "mm/mm_types.h"

/**
 * shmem_file_setup() - make an unlinked file of zeros.
 * @name: what /proc/PID/maps shows, such as "dev/zero"
 * @size: bytes
 * @flags: VM_NORESERVE, or 0 to account for the whole size now
 *
 * Context: may sleep.
 * Return: an open read-write file; ERR_PTR(-ENOMEM, -EINVAL for a size that no
 * file can have).
 */
struct file *shmem_file_setup(const char *name, loff_t size,
			      unsigned long flags);

/*
 * File operations of everything whose pages are its only home.  The range of
 * shmem_fallocate() and the file's open mode have been checked.
 */
long shmem_fallocate(struct file *file, int mode, loff_t offset, loff_t len);
loff_t shmem_file_llseek(struct file *file, loff_t offset, int whence);

/* memfd.c: F_ADD_SEALS and F_GET_SEALS of fcntl(2). */
long memfd_fcntl(struct file *file, unsigned int cmd, unsigned long arg);

/**
 * memfd_check_seals_mmap() - may a file be mapped so?
 * @file: any file
 * @vm_flags: of the new area; loses VM_MAYWRITE if mprotect() must not add it
 *
 * Return: 0; -EPERM: sealed against writing, and the area could.
 * Source: Linux mm/memfd.c:memfd_check_seals_mmap().
 */
int memfd_check_seals_mmap(const struct file *file, vm_flags_t *vm_flags);

/* The last user of an inode of shm_sb has gone: settle its account. */
void shmem_evict_inode(struct inode *inode);

/**
 * shmem_zero_setup() - give a shared anonymous area its object.
 * @vma: the area; its vm_file, if any, is replaced
 *
 * Context: may sleep; mmap_lock held for write.
 * Return: 0 or -errno of shmem_file_setup().
 * Source: Linux mm/shmem.c:shmem_zero_setup().
 */
int shmem_zero_setup(struct vm_area_struct *vma);

#endif /* KILBURN_MM_SHMEM_H */
