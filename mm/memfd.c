/* SPDX-License-Identifier: MIT */
/*
 * mm/memfd.c - memfd_create(): memory with a descriptor, and seals on it.
 *
 * Theory
 *
 * A memfd is an object of mm/shmem.c that a program has as a file: it can be
 * written, truncated, mapped, and passed on.  Who gets one from a stranger
 * cannot trust it: the stranger may shrink it (SIGBUS) or change it at any
 * time.  So a file may be sealed.  A seal forbids one kind of change to
 * everybody, and can never be taken off:
 *
 *	F_SEAL_SEAL	    no more seals; what a file has that nobody asked to seal
 *	F_SEAL_SHRINK	    ftruncate() to less
 *	F_SEAL_GROW	    to more, and writes beyond the end
 *	F_SEAL_WRITE	    write(), holes, and shared maps through which one
 *			    could store
 *	F_SEAL_FUTURE_WRITE the same, but the maps that are there stay
 *
 * F_SEAL_WRITE must not be given while anybody can still store: so it is
 * refused while there are such maps (mapping->i_mmap_writable counts them) and
 * while somebody holds a page beyond the cache and the page tables.  Whoever
 * pins a page for a moment is waited for.
 *
 * Invariants
 *
 *  D1. With F_SEAL_WRITE i_mmap_writable is negative: no shared area is, or can
 *      become, writable.
 *  D2. Seals are only ever added.
 *
 * Locking: i_rwsem for the seals; whoever changes the file holds it too.
 *
 * Reading order: memfd_add_seals(), memfd_create().
 * In Linux: mm/memfd.c; Documentation of the calls: memfd_create(2), fcntl(2).
 */

#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/ramfs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "mm/mm.h"
#include "mm/shmem.h"
#include "mm/slab.h"

#define MFD_CLOEXEC       0x1u
#define MFD_ALLOW_SEALING 0x2u
#define MFD_HUGETLB       0x4u
#define MFD_HUGE_SHIFT    26
#define MFD_ALL_FLAGS     (MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB)

#define MFD_NAME_PREFIX     "memfd:"
#define MFD_NAME_PREFIX_LEN (sizeof(MFD_NAME_PREFIX) - 1)
#define MFD_NAME_MAX_LEN    (NAME_MAX - MFD_NAME_PREFIX_LEN)

#define F_ALL_SEALS                                                            \
	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |            \
	 F_SEAL_FUTURE_WRITE)

/* ---- seals -------------------------------------------------------------- */

#define PIN_SCANS       5
#define PIN_FIRST_DELAY 5000000ULL /* ns; doubled each time */

/* Does anybody hold a page, besides the cache and page tables? */
static bool has_pins(struct address_space *mapping)
{
	unsigned long index;
	struct page *page;
	bool found = false;

	spin_lock(&mapping->i_pages_lock);
	xa_for_each_range (&mapping->i_pages, index, page, 0, ULONG_MAX) {
		if (page_count(page) - page_mapcount(page) == 1)
			continue;
		found = true;
		break;
	}
	spin_unlock(&mapping->i_pages_lock);
	return found;
}

/* Nobody can map the file for writing any more.  Return: 0 or -EBUSY. */
static int wait_for_pins(struct address_space *mapping)
{
	u64 delay = PIN_FIRST_DELAY;

	for (int scan = 0; scan < PIN_SCANS; scan++, delay *= 2) {
		if (!has_pins(mapping))
			return 0;
		if (scan == PIN_SCANS - 1 || fatal_signal_pending(current))
			break;
		set_current_state(TASK_KILLABLE);
		schedule_timeout_ns(delay);
	}
	return -EBUSY;
}

/* i_rwsem held. */
static int seal_writes(struct address_space *mapping)
{
	int err = mapping_deny_writable(mapping);

	if (err)
		return err;
	err = wait_for_pins(mapping);
	if (err)
		mapping_allow_writable(mapping);
	return err;
}

static bool has_seals(const struct inode *inode)
{
	return inode->i_op == &ramfs_file_inode_operations;
}

static int memfd_add_seals(struct file *file, unsigned int seals)
{
	struct inode *inode = file_inode(file);
	int err = 0;

	if (!(file->f_mode & FMODE_WRITE))
		return -EPERM;
	if (seals & ~F_ALL_SEALS)
		return -EINVAL;
	inode_lock(inode);
	if (!has_seals(inode))
		err = -EINVAL;
	else if (inode->i_seals & F_SEAL_SEAL)
		err = -EPERM;
	else if (seals & ~inode->i_seals & F_SEAL_WRITE)
		err = seal_writes(inode->i_mapping); /* D1 */
	if (!err)
		inode->i_seals |= seals;
	inode_unlock(inode);
	return err;
}

long memfd_fcntl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct inode *inode = file_inode(file);

	if (cmd == F_GET_SEALS)
		return has_seals(inode) ? (long)inode->i_seals : -EINVAL;
	return arg > UINT_MAX ? -EINVAL : memfd_add_seals(file, arg);
}

/*
 * As Linux does since 6.13.  6.1 looks at F_SEAL_FUTURE_WRITE only after it has
 * unmapped what is in the way, and not at all if the area grows a neighbour.
 */
int memfd_check_seals_mmap(const struct file *file, vm_flags_t *vm_flags)
{
	unsigned int seals = file_inode(file)->i_seals;

	if (!(seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) ||
	    !(*vm_flags & VM_SHARED))
		return 0;
	if (*vm_flags & VM_WRITE)
		return -EPERM;
	*vm_flags &= ~VM_MAYWRITE;
	return 0;
}

/* ---- memfd_create ------------------------------------------------------- */

/* "memfd:" and the name, kmalloc()ed; ERR_PTR(-EFAULT, -EINVAL, -ENOMEM). */
static char *copy_memfd_name(const char __user *uname)
{
	long len = strnlen_user(uname, MFD_NAME_MAX_LEN + 1); /* with the NUL */
	char *name;

	if (len <= 0)
		return ERR_PTR(-EFAULT);
	if (len > MFD_NAME_MAX_LEN + 1)
		return ERR_PTR(-EINVAL);
	name = kmalloc(MFD_NAME_PREFIX_LEN + len, GFP_KERNEL);
	if (!name)
		return ERR_PTR(-ENOMEM);
	memcpy(name, MFD_NAME_PREFIX, MFD_NAME_PREFIX_LEN);
	/* Another thread may have changed it after it was measured. */
	if (copy_from_user(name + MFD_NAME_PREFIX_LEN, uname, len) ||
	    name[MFD_NAME_PREFIX_LEN + len - 1]) {
		kfree(name);
		return ERR_PTR(-EFAULT);
	}
	return name;
}

static struct file *memfd_open(const char *name, unsigned int flags)
{
	struct file *file = shmem_file_setup(name, 0, VM_NORESERVE);

	if (IS_ERR(file))
		return file;
	file->f_flags |= O_LARGEFILE;
	if (flags & MFD_ALLOW_SEALING)
		file_inode(file)->i_seals &= ~F_SEAL_SEAL;
	return file;
}

SYSCALL_DEFINE2(memfd_create, const char __user *, uname, unsigned int, flags)
{
	struct file *file;
	char *name;
	int fd;

	if (flags & MFD_HUGETLB)
		return -ENOSYS; /* there are no huge pages */
	if (flags & ~MFD_ALL_FLAGS)
		return -EINVAL;
	name = copy_memfd_name(uname);
	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = get_unused_fd_flags(flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
	if (fd < 0)
		goto out_free;
	file = memfd_open(name, flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		fd = PTR_ERR(file);
	} else {
		fd_install(fd, file);
	}
out_free:
	kfree(name);
	return fd;
}
