/* SPDX-License-Identifier: MIT */
/*
 * fs/fcntl.c - dup(2), fcntl(2), ioctl(2).
 *
 * In Linux: fs/fcntl.c, file.c, ioctl.c.
 */
#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/internal.h"
#include "fs/pipe.h"
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/syscalls.h"
#include "mm/shmem.h"

#define FIONBIO  0x5421
#define FIOCLEX  0x5451
#define FIONCLEX 0x5450

/* What F_SETFL may change. */
#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_NOATIME)

/* ---- dup ---------------------------------------------------------------- */

static int dup_from(struct file *file, unsigned int from, unsigned int flags)
{
	unsigned long limit = min_t(u64, rlimit(RLIMIT_NOFILE), NR_OPEN_MAX);
	int fd;

	if (from >= limit)
		return -EINVAL;
	fd = alloc_fd(from, limit, flags);
	if (fd >= 0)
		fd_install(fd, get_file(file));
	return fd;
}

static int do_dup3(unsigned int oldfd, unsigned int newfd, int flags)
{
	struct fd f = fdget_raw(oldfd);
	int ret;

	if (!f.file)
		return -EBADF;
	ret = replace_fd(newfd, f.file, flags);
	fdput(f);
	return ret;
}

SYSCALL_DEFINE1(dup, unsigned int, oldfd)
{
	struct fd f = fdget_raw(oldfd);
	int fd;

	if (!f.file)
		return -EBADF;
	fd = get_unused_fd_flags(0);
	if (fd >= 0)
		fd_install(fd, get_file(f.file));
	fdput(f);
	return fd;
}

SYSCALL_DEFINE2(dup2, unsigned int, oldfd, unsigned int, newfd)
{
	struct fd f;

	if (newfd != oldfd)
		return do_dup3(oldfd, newfd, 0);
	f = fdget_raw(oldfd);
	if (!f.file)
		return -EBADF;
	fdput(f);
	return oldfd;
}

SYSCALL_DEFINE3(dup3, unsigned int, oldfd, unsigned int, newfd, int, flags)
{
	if (flags & ~O_CLOEXEC || oldfd == newfd)
		return -EINVAL;
	return do_dup3(oldfd, newfd, flags);
}

/* ---- fcntl -------------------------------------------------------------- */

static long setfl(struct file *file, unsigned long arg)
{
	if (arg & O_DIRECT && !(file->f_flags & O_DIRECT))
		return -EINVAL;
	WRITE_ONCE(file->f_flags,
		   (file->f_flags & ~SETFL_MASK) | (arg & SETFL_MASK));
	return 0;
}

static long do_fcntl(unsigned int fd, struct file *file, unsigned int cmd,
		     unsigned long arg)
{
	bool is_path = file->f_mode & FMODE_PATH;

	switch (cmd) {
	case F_DUPFD:
		return dup_from(file, arg, 0);
	case F_DUPFD_CLOEXEC:
		return dup_from(file, arg, O_CLOEXEC);
	case F_GETFD:
		return get_close_on_exec(fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		set_close_on_exec(fd, arg & FD_CLOEXEC ? O_CLOEXEC : 0);
		return 0;
	case F_GETFL:
		return file->f_flags;
	case F_SETFL:
		return is_path ? -EBADF : setfl(file, arg);
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return is_path ? -EBADF : pipe_fcntl(file, cmd, arg);
	case F_ADD_SEALS:
	case F_GET_SEALS:
		return is_path ? -EBADF : memfd_fcntl(file, cmd, arg);
	default:
		return -EINVAL;
	}
}

SYSCALL_DEFINE3(fcntl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct fd f = fdget_raw(fd);
	long ret;

	if (!f.file)
		return -EBADF;
	ret = do_fcntl(fd, f.file, cmd, arg);
	fdput(f);
	return ret;
}

/* ---- ioctl -------------------------------------------------------------- */

static long ioctl_fionbio(struct file *file, int __user *arg)
{
	int on;

	if (get_user(on, arg))
		return -EFAULT;
	if (on)
		file->f_flags |= O_NONBLOCK;
	else
		file->f_flags &= ~O_NONBLOCK;
	return 0;
}

static long vfs_ioctl(unsigned int fd, struct file *file, unsigned int cmd,
		      unsigned long arg)
{
	long ret = -ENOTTY;

	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		set_close_on_exec(fd, cmd == FIOCLEX ? O_CLOEXEC : 0);
		return 0;
	case FIONBIO:
		return ioctl_fionbio(file, (int __user *)arg);
	}
	if (file->f_op->unlocked_ioctl)
		ret = file->f_op->unlocked_ioctl(file, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

SYSCALL_DEFINE3(ioctl, unsigned int, fd, unsigned int, cmd, unsigned long, arg)
{
	struct fd f = fdget(fd);
	long ret;

	if (!f.file)
		return -EBADF;
	ret = vfs_ioctl(fd, f.file, cmd, arg);
	fdput(f);
	return ret;
}
