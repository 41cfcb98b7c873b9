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
 * fallocate(2) makes holes in such a file, and fills them beforehand.  A page
 * that is filled so has no contents yet (not PG_uptodate) until it is touched;
 * that is how a call that fails half-way finds what it has to give back.
 *
 * Invariants: those of mm/filemap.c.
 * Locking: i_rwsem, as for writing.
 * Reading order: shmem_file_setup(), shmem_zero_setup(), shmem_fallocate().
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
#include "kernel/signal.h"
#include "mm/mm.h"
#include "mm/pagemap.h"

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

/* ---- holes -------------------------------------------------------------- */

loff_t shmem_file_llseek(struct file *file, loff_t offset, int whence)
{
	struct inode *inode = file_inode(file);

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_file_llseek(file, offset, whence);
	if (offset < 0)
		return -ENXIO;
	inode_lock(inode);
	offset = mapping_seek_hole_data(inode->i_mapping, offset, inode->i_size,
					whence);
	inode_unlock(inode);
	return offset < 0 ? offset
			  : generic_file_llseek(file, offset, SEEK_SET);
}

/*
 * The next touch of the range finds zeros.  Private copies of its pages are
 * their owners' and stay.  i_rwsem held.
 */
static int punch_hole(struct inode *inode, loff_t offset, loff_t len)
{
	loff_t first = round_up(offset, (loff_t)PAGE_SIZE);
	loff_t end = round_down(offset + len, (loff_t)PAGE_SIZE);

	if (inode->i_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	if (end > first) /* most entries at once; a fault may bring one back */
		unmap_mapping_range(inode->i_mapping, first, end - first, 0);
	truncate_inode_pages_range(inode->i_mapping, offset, offset + len - 1);
	inode_update_mtime(inode);
	return 0;
}

/* May the file have @end bytes, as far as seals and limits go?  0 or -errno. */
static int check_new_end(const struct inode *inode, loff_t end)
{
	if (end <= inode->i_size)
		return 0;
	if ((u64)end > rlimit(RLIMIT_FSIZE)) {
		send_sig(SIGXFSZ, current, 0);
		return -EFBIG;
	}
	return inode->i_seals & F_SEAL_GROW ? -EPERM : 0;
}

/* Give every page of the range a frame.  i_rwsem held.  0 or -errno. */
static int reserve_range(struct inode *inode, loff_t offset, loff_t len)
{
	pgoff_t first = (u64)offset >> PAGE_SHIFT;
	pgoff_t last = (u64)(offset + len - 1) >> PAGE_SHIFT;
	unsigned long limit = inode->i_sb->s_max_blocks;
	int err = 0;

	if (limit && last - first >= limit)
		return -ENOSPC;
	for (pgoff_t index = first; index <= last; index++) {
		err = signal_pending(current)
			      ? -EINTR
			      : filemap_reserve_page(inode->i_mapping, index);
		if (err) {
			if (index > first)
				filemap_unreserve_range(inode->i_mapping, first,
							index - 1);
			break;
		}
		cond_resched();
	}
	return err;
}

long shmem_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	int err;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	inode_lock(inode);
	if (mode & FALLOC_FL_PUNCH_HOLE) {
		err = punch_hole(inode, offset, len);
		goto out;
	}
	err = check_new_end(inode, offset + len);
	if (!err)
		err = reserve_range(inode, offset, len);
	if (err)
		goto out;
	if (!(mode & FALLOC_FL_KEEP_SIZE) && offset + len > inode->i_size)
		WRITE_ONCE(inode->i_size, offset + len);
	inode_update_ctime(inode);
out:
	inode_unlock(inode);
	return err;
}
