/* SPDX-License-Identifier: MIT */
/*
 * mm/shmem.c - memory that is shared like a file but has no name.
 *
 * Theory
 *
 * MAP_SHARED without a file must behave like a file that only its mappers know:
 * all see one another's stores, also across fork.  So it is one: an unlinked
 * inode of a tmpfs that is mounted nowhere.  Its pages live in the page cache
 * and go when the last area goes.
 *
 * Invariants: those of mm/filemap.c.
 * Locking: none of its own.
 * Reading order: shmem_file_setup(), shmem_zero_setup().
 * In Linux: mm/shmem.c.
 */

#include "mm/shmem.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/ramfs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/mm.h"

/*
 * Promise the memory of the whole object now, unless the caller wants none:
 * the inode remembers how many pages, and gives them back when it goes.
 * Return: 0 or -ENOMEM.
 */
static int shmem_acct_size(struct inode *inode, unsigned long flags)
{
	long pages = PFN_UP(inode->i_size);

	if (flags & VM_NORESERVE)
		return 0;
	if (security_vm_enough_memory_mm(current->mm, pages))
		return -ENOMEM;
	inode->i_private = (void *)pages;
	return 0;
}

void shmem_evict_inode(struct inode *inode)
{
	if (S_ISREG(inode->i_mode))
		vm_unacct_memory((long)inode->i_private);
}

struct file *shmem_file_setup(const char *name, loff_t size,
			      unsigned long flags)
{
	struct inode *inode;
	struct file *file;
	int err;

	if (size < 0 || size > MAX_LFS_FILESIZE)
		return ERR_PTR(-EINVAL);
	inode = ramfs_get_inode(shm_sb, NULL, S_IFREG | 0777, 0);
	if (!inode)
		return ERR_PTR(-ENOSPC);
	inode->i_size = size;
	inode->i_nlink = 0; /* it has no name: it goes with its last user */
	err = shmem_acct_size(inode, flags);
	if (err)
		goto err_iput;
	file = alloc_file_pseudo(inode, name, O_RDWR, &ramfs_file_operations);
	if (!IS_ERR(file))
		return file;
	err = PTR_ERR(file);
err_iput:
	iput(inode);
	return ERR_PTR(err);
}

int shmem_zero_setup(struct vm_area_struct *vma)
{
	loff_t size = vma->vm_end - vma->vm_start;
	struct file *file;

	file = shmem_file_setup("dev/zero", size, vma->vm_flags);
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (vma->vm_file)
		fput(vma->vm_file);
	vma->vm_file = file;
	return generic_file_mmap(file, vma);
}
