/* SPDX-License-Identifier: MIT */
/*
 * fs/attr.c - changing size, mode, owner and times; and who may.
 *
 * In Linux: fs/attr.c, open.c, utimes.c.
 */
#include <asm/uaccess.h>
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/resource.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"

/* ---- size --------------------------------------------------------------- */

/*
 * Files whose text is made when they are read have no size to set; cutting
 * them is allowed and changes nothing, as on Linux (`echo 1 >/proc/...`).
 */
int do_truncate(struct inode *inode, loff_t length)
{
	int err = 0;

	if (length > inode->i_size && length > 0 &&
	    (u64)length > rlimit(RLIMIT_FSIZE)) {
		send_sig(SIGXFSZ, current, 0);
		return -EFBIG;
	}
	if (length > inode->i_size && length > inode->i_sb->s_maxbytes)
		return -EFBIG;
	inode_lock(inode);
	if (inode->i_op->setattr_size) {
		err = inode->i_op->setattr_size(inode, length);
		if (!err)
			inode_update_mtime(inode);
	}
	inode_unlock(inode);
	return err;
}

static int truncate_path(struct path *path, loff_t length)
{
	struct inode *inode = path->dentry->d_inode;
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	err = inode_permission(inode, MAY_WRITE);
	if (err)
		return err;
	err = get_write_access(inode);
	if (err)
		return err;
	err = do_truncate(inode, length);
	put_write_access(inode);
	return err;
}

SYSCALL_DEFINE2(truncate, const char __user *, name, long, length)
{
	struct path path;
	int err;

	if (length < 0)
		return -EINVAL;
	err = user_path_at(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	err = truncate_path(&path, length);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE2(ftruncate, unsigned int, fd, long, length)
{
	struct fd f;
	int err;

	if (length < 0)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	err = -EINVAL;
	if (S_ISREG(f.file->f_inode->i_mode) && f.file->f_mode & FMODE_WRITE)
		err = do_truncate(f.file->f_inode, length);
	fdput(f);
	return err;
}

/* Which wishes of fallocate(2) go together?  Return: 0 or -errno. */
static int check_fallocate_mode(int mode)
{
	int known = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE |
		    FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_ZERO_RANGE |
		    FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE;

	if (mode & ~known)
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE &&
	    (mode & FALLOC_FL_ZERO_RANGE || !(mode & FALLOC_FL_KEEP_SIZE)))
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_COLLAPSE_RANGE && mode != FALLOC_FL_COLLAPSE_RANGE)
		return -EINVAL;
	if (mode & FALLOC_FL_INSERT_RANGE && mode != FALLOC_FL_INSERT_RANGE)
		return -EINVAL;
	if (mode & FALLOC_FL_UNSHARE_RANGE &&
	    mode & ~(FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE))
		return -EINVAL;
	return 0;
}

long vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	loff_t end;
	int err;

	if (offset < 0 || len <= 0)
		return -EINVAL;
	err = check_fallocate_mode(mode);
	if (err)
		return err;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (S_ISFIFO(file->f_inode->i_mode))
		return -ESPIPE;
	if (S_ISDIR(file->f_inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(file->f_inode->i_mode))
		return -ENODEV;
	if (check_add_overflow(offset, len, &end) ||
	    end > file->f_inode->i_sb->s_maxbytes)
		return -EFBIG;
	if (!file->f_op->fallocate)
		return -EOPNOTSUPP;
	return file->f_op->fallocate(file, mode, offset, len);
}

SYSCALL_DEFINE4(fallocate, int, fd, int, mode, loff_t, offset, loff_t, len)
{
	struct fd f = fdget(fd);
	long err;

	if (!f.file)
		return -EBADF;
	err = vfs_fallocate(f.file, mode, offset, len);
	fdput(f);
	return err;
}

/* ---- mode and owner ----------------------------------------------------- */

static int chmod_common(struct inode *inode, umode_t mode)
{
	if (sb_rdonly(inode->i_sb))
		return -EROFS;
	if (!inode_owner_or_capable(inode))
		return -EPERM;
	if (S_ISLNK(inode->i_mode))
		return -EOPNOTSUPP;
	mode &= S_IALLUGO;
	if (!capable_root() && !in_group_p(inode->i_gid))
		mode &= ~S_ISGID;
	inode_lock(inode);
	inode->i_mode = (inode->i_mode & S_IFMT) | mode;
	inode_update_ctime(inode);
	inode_unlock(inode);
	return 0;
}

static int chown_common(struct inode *inode, uid_t uid, gid_t gid)
{
	bool root = capable_root();

	if (sb_rdonly(inode->i_sb))
		return -EROFS;
	if (uid != (uid_t)-1 && !root &&
	    !(current->fsuid == inode->i_uid && uid == inode->i_uid))
		return -EPERM;
	if (gid != (gid_t)-1 && !root &&
	    !(current->fsuid == inode->i_uid &&
	      (gid == inode->i_gid || gid == current->fsgid ||
	       in_group_p(gid))))
		return -EPERM;
	inode_lock(inode);
	if (uid != (uid_t)-1)
		inode->i_uid = uid;
	if (gid != (gid_t)-1)
		inode->i_gid = gid;
	if (!S_ISDIR(inode->i_mode)) {
		inode->i_mode &= ~S_ISUID;
		if (inode->i_mode & 0010)
			inode->i_mode &= ~S_ISGID;
	}
	inode_update_ctime(inode);
	inode_unlock(inode);
	return 0;
}

static int do_fchmodat(int dfd, const char __user *name, umode_t mode)
{
	struct path path;
	int err = user_path_at(dfd, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = chmod_common(path.dentry->d_inode, mode);
	path_put(&path);
	return err;
}

static int do_fchownat(int dfd, const char __user *name, uid_t uid, gid_t gid,
		       int flags)
{
	struct path path;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = user_path_at(dfd, name, at_lookup_flags(flags), &path);
	if (err)
		return err;
	err = chown_common(path.dentry->d_inode, uid, gid);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE2(chmod, const char __user *, name, umode_t, mode)
{
	return do_fchmodat(AT_FDCWD, name, mode);
}

SYSCALL_DEFINE3(fchmodat, int, dfd, const char __user *, name, umode_t, mode)
{
	return do_fchmodat(dfd, name, mode);
}

SYSCALL_DEFINE2(fchmod, unsigned int, fd, umode_t, mode)
{
	struct fd f = fdget(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = chmod_common(f.file->f_inode, mode);
	fdput(f);
	return err;
}

SYSCALL_DEFINE3(chown, const char __user *, name, uid_t, uid, gid_t, gid)
{
	return do_fchownat(AT_FDCWD, name, uid, gid, 0);
}

SYSCALL_DEFINE3(lchown, const char __user *, name, uid_t, uid, gid_t, gid)
{
	return do_fchownat(AT_FDCWD, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

SYSCALL_DEFINE5(fchownat, int, dfd, const char __user *, name, uid_t, uid,
		gid_t, gid, int, flags)
{
	return do_fchownat(dfd, name, uid, gid, flags);
}

SYSCALL_DEFINE3(fchown, unsigned int, fd, uid_t, uid, gid_t, gid)
{
	struct fd f = fdget(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = chown_common(f.file->f_inode, uid, gid);
	fdput(f);
	return err;
}

/* ---- times -------------------------------------------------------------- */

#define UTIME_NOW  ((1L << 30) - 1)
#define UTIME_OMIT ((1L << 30) - 2)

/* As user space has it. */
struct utime_spec {
	long sec, nsec;
};

static bool utime_valid(const struct utime_spec *t)
{
	return t->nsec == UTIME_NOW || t->nsec == UTIME_OMIT ||
	       (t->nsec >= 0 && t->nsec < 1000000000);
}

static void utime_set(struct timespec64 *dst, const struct utime_spec *t,
		      const struct timespec64 *now)
{
	if (t->nsec == UTIME_OMIT)
		return;
	if (t->nsec == UTIME_NOW)
		*dst = *now;
	else
		*dst = (struct timespec64){ t->sec, t->nsec };
}

static int vfs_utimes(struct inode *inode, const struct utime_spec *t)
{
	bool only_now = t[0].nsec == UTIME_NOW && t[1].nsec == UTIME_NOW;
	struct timespec64 now = current_time();
	int err;

	if (sb_rdonly(inode->i_sb))
		return -EROFS;
	if (!inode_owner_or_capable(inode)) {
		if (!only_now)
			return -EPERM;
		err = inode_permission(inode, MAY_WRITE);
		if (err)
			return err;
	}
	inode_lock(inode);
	utime_set(&inode->i_atime, &t[0], &now);
	utime_set(&inode->i_mtime, &t[1], &now);
	inode->i_ctime = now;
	inode_unlock(inode);
	return 0;
}

static int utimes_fd(int fd, const struct utime_spec *t)
{
	struct fd f = fdget(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = vfs_utimes(f.file->f_inode, t);
	fdput(f);
	return err;
}

static int do_utimes(int dfd, const char __user *name,
		     const struct utime_spec *t, int flags)
{
	struct path path;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!utime_valid(&t[0]) || !utime_valid(&t[1]))
		return -EINVAL;
	if (t[0].nsec == UTIME_OMIT && t[1].nsec == UTIME_OMIT)
		return 0;
	if (!name && dfd != AT_FDCWD)
		return flags ? -EINVAL : utimes_fd(dfd, t);
	err = user_path_at(dfd, name, at_lookup_flags(flags), &path);
	if (err)
		return err;
	err = vfs_utimes(path.dentry->d_inode, t);
	path_put(&path);
	return err;
}

static const struct utime_spec utime_both_now[2] = {
	{ 0, UTIME_NOW },
	{ 0, UTIME_NOW },
};

SYSCALL_DEFINE4(utimensat, int, dfd, const char __user *, name,
		const struct utime_spec __user *, utimes, int, flags)
{
	struct utime_spec t[2];

	if (!utimes)
		return do_utimes(dfd, name, utime_both_now, flags);
	if (copy_from_user(t, utimes, sizeof(t)))
		return -EFAULT;
	return do_utimes(dfd, name, t, flags);
}

/* The older calls, in microseconds. */
static int utimes_us(int dfd, const char __user *name, const void __user *tv)
{
	struct utime_spec t[2];

	if (!tv)
		return do_utimes(dfd, name, utime_both_now, 0);
	if (copy_from_user(t, tv, sizeof(t)))
		return -EFAULT;
	for (int i = 0; i < 2; i++) {
		if (t[i].nsec < 0 || t[i].nsec >= 1000000)
			return -EINVAL;
		t[i].nsec *= 1000;
	}
	return do_utimes(dfd, name, t, 0);
}

SYSCALL_DEFINE2(utimes, const char __user *, name, const void __user *, tv)
{
	return utimes_us(AT_FDCWD, name, tv);
}

SYSCALL_DEFINE3(futimesat, int, dfd, const char __user *, name,
		const void __user *, tv)
{
	return utimes_us(dfd, name, tv);
}

SYSCALL_DEFINE2(utime, const char __user *, name, const long __user *, times)
{
	struct utime_spec t[2] = { { 0, 0 }, { 0, 0 } };

	if (!times)
		return do_utimes(AT_FDCWD, name, utime_both_now, 0);
	if (get_user(t[0].sec, &times[0]) || get_user(t[1].sec, &times[1]))
		return -EFAULT;
	return do_utimes(AT_FDCWD, name, t, 0);
}

/* ---- access ------------------------------------------------------------- */

static int inode_access(struct inode *inode, int mode, bool effective)
{
	uid_t uid = effective ? current->fsuid : current->uid;
	gid_t gid = effective ? current->fsgid : current->gid;
	int err;

	if (mode & MAY_EXEC && S_ISREG(inode->i_mode) && sb_noexec(inode->i_sb))
		return -EACCES;
	err = generic_permission(inode, mode, uid, gid);
	if (err)
		return err;
	if (mode & MAY_WRITE && sb_rdonly(inode->i_sb) &&
	    !S_ISCHR(inode->i_mode) && !S_ISBLK(inode->i_mode) &&
	    !S_ISFIFO(inode->i_mode) && !S_ISSOCK(inode->i_mode))
		return -EROFS;
	return 0;
}

static int do_faccessat(int dfd, const char __user *name, int mode, int flags)
{
	struct path path;
	int err;

	if (mode & ~(MAY_READ | MAY_WRITE | MAY_EXEC))
		return -EINVAL;
	if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = user_path_at(dfd, name, at_lookup_flags(flags), &path);
	if (err)
		return err;
	err = inode_access(path.dentry->d_inode, mode, flags & AT_EACCESS);
	path_put(&path);
	return err;
}

SYSCALL_DEFINE2(access, const char __user *, name, int, mode)
{
	return do_faccessat(AT_FDCWD, name, mode, 0);
}

SYSCALL_DEFINE3(faccessat, int, dfd, const char __user *, name, int, mode)
{
	return do_faccessat(dfd, name, mode, 0);
}

SYSCALL_DEFINE4(faccessat2, int, dfd, const char __user *, name, int, mode, int,
		flags)
{
	return do_faccessat(dfd, name, mode, flags);
}
