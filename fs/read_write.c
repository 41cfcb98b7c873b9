/* SPDX-License-Identifier: MIT */
/*
 * fs/read_write.c - read, write and seek.
 *
 * A file position is shared by all descriptors of one open(2).  f_pos_lock
 * makes read and write atomic with respect to it, but is only taken when
 * somebody else can reach the file, and only for files that have a position.
 *
 * In Linux: fs/read_write.c.
 */
#include <asm/uaccess.h>
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/mount.h"
#include "fs/uio.h"
#include "kernel/lib/err.h"
#include "kernel/syscalls.h"
#include "mm/pagemap.h"
#include "mm/slab.h"

/* ---- seeking ------------------------------------------------------------ */

static loff_t vfs_setpos(struct file *file, loff_t offset, loff_t maxsize)
{
	if (offset < 0 || offset > maxsize)
		return -EINVAL;
	WRITE_ONCE(file->f_pos, offset);
	return offset;
}

loff_t generic_file_llseek_size(struct file *file, loff_t offset, int whence,
				loff_t maxsize, loff_t size)
{
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		if (check_add_overflow(offset, file->f_pos, &offset))
			return -EINVAL;
		break;
	case SEEK_END:
		if (check_add_overflow(offset, size, &offset))
			return -EINVAL;
		break;
	case SEEK_DATA: /* no holes are known: all of it is data */
	case SEEK_HOLE:
		if (offset < 0 || offset >= size)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = size;
		break;
	default:
		return -EINVAL;
	}
	return vfs_setpos(file, offset, maxsize);
}

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	const struct inode *inode = file->f_inode;

	return generic_file_llseek_size(file, offset, whence,
					inode->i_sb->s_maxbytes, inode->i_size);
}

/* As on Linux, whose comparison is signed: a hole follows what is below 0. */
loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	if (offset < 0 && whence == SEEK_DATA)
		return -EINVAL;
	if (offset < 0 && whence == SEEK_HOLE) {
		offset = file->f_inode->i_size;
		whence = SEEK_SET;
	}
	return generic_file_llseek_size(file, offset, whence, MAX_LFS_FILESIZE,
					file->f_inode->i_size);
}

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence,
			 loff_t size)
{
	loff_t pos;

	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
		return -EINVAL;
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence == SEEK_END)
		offset += size;
	pos = vfs_setpos(file, offset, size);
	return pos;
}

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}

int nonseekable_open(struct inode *inode, struct file *file)
{
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}

int stream_open(struct inode *inode, struct file *file)
{
	file->f_mode &=
		~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE | FMODE_ATOMIC_POS);
	return 0;
}

/*
 * A file opened with O_PATH can neither be read nor written, which these calls
 * check anyway: so fdget_raw().  Whether f_pos_lock is held is a flag of the
 * answer, which the analysis cannot follow.
 */
static inline struct fd fdget_pos(unsigned int fd) __no_lock_analysis
{
	struct fd f = fdget_raw(fd);

	if (unlikely(!f.file) || !(f.file->f_mode & FMODE_ATOMIC_POS))
		return f;
	if (f.need_put || atomic_long_read(&f.file->f_count) > 1) {
		mutex_lock(&f.file->f_pos_lock);
		f.pos_locked = true;
	}
	return f;
}

static inline void fdput_pos(struct fd f) __no_lock_analysis
{
	if (unlikely(f.pos_locked))
		mutex_unlock(&f.file->f_pos_lock);
	fdput(f);
}

SYSCALL_DEFINE3(lseek, unsigned int, fd, long, offset, unsigned int, whence)
{
	struct fd f = fdget_pos(fd);
	long ret = -EINVAL;

	if (!f.file)
		return -EBADF;
	if (f.file->f_mode & FMODE_PATH)
		ret = -EBADF;
	if (whence > SEEK_HOLE || ret == -EBADF)
		goto out;
	ret = -ESPIPE;
	if (f.file->f_mode & FMODE_LSEEK)
		ret = f.file->f_op->llseek(f.file, offset, whence);
out:
	fdput_pos(f);
	return ret;
}

/* ---- one buffer --------------------------------------------------------- */

/* The end of the access is an offset too.  Return: 0 or -EINVAL. */
static inline int rw_verify_area(const struct file *file, loff_t pos,
				 size_t count)
{
	loff_t end;

	if (likely(!check_add_overflow(pos, (loff_t)count, &end)) ||
	    file->f_mode & FMODE_UNSIGNED_OFFSET)
		return 0;
	return -EINVAL;
}

static inline ssize_t vfs_read(struct file *file, char __user *buf,
			       size_t count, loff_t *pos)
{
	if (unlikely(!(file->f_mode & FMODE_READ)))
		return -EBADF;
	if (unlikely(!file->f_op->read))
		return -EINVAL;
	if (unlikely(!access_ok(buf, count)))
		return -EFAULT;
	if (unlikely(rw_verify_area(file, *pos, count)))
		return -EINVAL;
	count = min_t(size_t, count, MAX_RW_COUNT);
	return file->f_op->read(file, buf, count, pos);
}

static inline ssize_t vfs_write(struct file *file, const char __user *buf,
				size_t count, loff_t *pos)
{
	if (unlikely(!(file->f_mode & FMODE_WRITE)))
		return -EBADF;
	if (unlikely(!file->f_op->write))
		return -EINVAL;
	if (unlikely(!access_ok(buf, count)))
		return -EFAULT;
	if (unlikely(rw_verify_area(file, *pos, count)))
		return -EINVAL;
	count = min_t(size_t, count, MAX_RW_COUNT);
	return file->f_op->write(file, buf, count, pos);
}

SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)
{
	struct fd f = fdget_pos(fd);
	ssize_t ret;
	loff_t pos;

	if (!f.file)
		return -EBADF;
	pos = f.file->f_pos;
	ret = vfs_read(f.file, buf, count, &pos);
	if (ret > 0 && pos != f.file->f_pos)
		f.file->f_pos = pos;
	fdput_pos(f);
	return ret;
}

SYSCALL_DEFINE3(write, unsigned int, fd, const char __user *, buf, size_t,
		count)
{
	struct fd f = fdget_pos(fd);
	ssize_t ret;
	loff_t pos;

	if (!f.file)
		return -EBADF;
	pos = f.file->f_pos;
	ret = vfs_write(f.file, buf, count, &pos);
	if (ret > 0 && pos != f.file->f_pos)
		f.file->f_pos = pos;
	fdput_pos(f);
	return ret;
}

SYSCALL_DEFINE4(pread64, unsigned int, fd, char __user *, buf, size_t, count,
		loff_t, pos)
{
	struct fd f;
	ssize_t ret = -ESPIPE;

	if (pos < 0)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	if (f.file->f_mode & FMODE_PREAD)
		ret = vfs_read(f.file, buf, count, &pos);
	fdput(f);
	return ret;
}

SYSCALL_DEFINE4(pwrite64, unsigned int, fd, const char __user *, buf, size_t,
		count, loff_t, pos)
{
	struct fd f;
	ssize_t ret = -ESPIPE;

	if (pos < 0)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	if (f.file->f_mode & FMODE_PWRITE)
		ret = vfs_write(f.file, buf, count, &pos);
	fdput(f);
	return ret;
}

/* ---- several buffers ---------------------------------------------------- */

int iovec_from_user(const struct iovec __user *uvec, unsigned long nr,
		    struct iovec *fast, struct iovec **iov)
{
	*iov = fast;
	if (nr > UIO_MAXIOV)
		return -EINVAL;
	if (nr > UIO_FASTIOV) {
		*iov = kmalloc_array(nr, sizeof(**iov), GFP_KERNEL);
		if (!*iov)
			return -ENOMEM;
	}
	if (copy_from_user(*iov, uvec, nr * sizeof(**iov)))
		return -EFAULT;
	for (unsigned long i = 0; i < nr; i++)
		if ((ssize_t)(*iov)[i].iov_len < 0)
			return -EINVAL;
	return 0;
}

ssize_t import_iovec(const struct iovec __user *uvec, unsigned long nr,
		     struct iovec *fast, struct iovec **iov)
{
	int err = iovec_from_user(uvec, nr, fast, iov);
	size_t total = 0;

	if (err)
		return err;
	for (unsigned long i = 0; i < nr; i++) {
		struct iovec *v = &(*iov)[i];

		if (!access_ok(v->iov_base, v->iov_len))
			return -EFAULT;
		v->iov_len = min_t(size_t, v->iov_len, MAX_RW_COUNT - total);
		total += v->iov_len;
	}
	return total;
}

static ssize_t do_readv(struct file *file, const struct iovec *iov,
			unsigned long nr, loff_t *pos)
{
	ssize_t done = 0, ret;

	for (unsigned long i = 0; i < nr; i++) {
		if (!iov[i].iov_len && nr > 1)
			continue;
		ret = vfs_read(file, iov[i].iov_base, iov[i].iov_len, pos);
		if (ret < 0)
			return done ? done : ret;
		done += ret;
		if ((size_t)ret < iov[i].iov_len)
			break;
	}
	return done;
}

static ssize_t do_writev(struct file *file, const struct iovec *iov,
			 unsigned long nr, loff_t *pos)
{
	ssize_t done = 0, ret;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (file->f_op->writev)
		return file->f_op->writev(file, iov, nr, pos);
	for (unsigned long i = 0; i < nr; i++) {
		if (!iov[i].iov_len && nr > 1)
			continue;
		ret = vfs_write(file, iov[i].iov_base, iov[i].iov_len, pos);
		if (ret < 0)
			return done ? done : ret;
		done += ret;
		if ((size_t)ret < iov[i].iov_len)
			break;
	}
	return done;
}

enum rw { RW_READ, RW_WRITE };

static ssize_t vfs_iovec(struct file *file, enum rw rw,
			 const struct iovec __user *uvec, unsigned long nr,
			 loff_t *pos)
{
	struct iovec fast[UIO_FASTIOV], *iov;
	fmode_t need = rw == RW_READ ? FMODE_READ : FMODE_WRITE;
	ssize_t ret;

	if (!(file->f_mode & need))
		return -EBADF;
	ret = import_iovec(uvec, nr, fast, &iov);
	if (ret >= 0 && rw == RW_READ)
		ret = do_readv(file, iov, nr, pos);
	else if (ret >= 0)
		ret = do_writev(file, iov, nr, pos);
	if (iov != fast)
		kfree(iov);
	return ret;
}

static ssize_t iovec_at_pos(unsigned int fd, enum rw rw,
			    const struct iovec __user *uvec, unsigned long nr)
{
	struct fd f = fdget_pos(fd);
	ssize_t ret;
	loff_t pos;

	if (!f.file)
		return -EBADF;
	pos = f.file->f_pos;
	ret = vfs_iovec(f.file, rw, uvec, nr, &pos);
	if (ret > 0 && pos != f.file->f_pos)
		f.file->f_pos = pos;
	fdput_pos(f);
	return ret;
}

static ssize_t iovec_at(unsigned int fd, enum rw rw,
			const struct iovec __user *uvec, unsigned long nr,
			loff_t pos)
{
	fmode_t need = rw == RW_READ ? FMODE_PREAD : FMODE_PWRITE;
	ssize_t ret = -ESPIPE;
	struct fd f;

	if (pos < 0)
		return -EINVAL;
	f = fdget(fd);
	if (!f.file)
		return -EBADF;
	if (f.file->f_mode & need)
		ret = vfs_iovec(f.file, rw, uvec, nr, &pos);
	fdput(f);
	return ret;
}

SYSCALL_DEFINE3(readv, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen)
{
	return iovec_at_pos(fd, RW_READ, vec, vlen);
}

SYSCALL_DEFINE3(writev, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen)
{
	return iovec_at_pos(fd, RW_WRITE, vec, vlen);
}

SYSCALL_DEFINE4(preadv, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen, loff_t, pos)
{
	return iovec_at(fd, RW_READ, vec, vlen, pos);
}

SYSCALL_DEFINE4(pwritev, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen, loff_t, pos)
{
	return iovec_at(fd, RW_WRITE, vec, vlen, pos);
}

/* The flags RWF_* ask for what is not there; position -1 means f_pos. */
SYSCALL_DEFINE6(preadv2, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen, loff_t, pos, unsigned long, pos_high, int,
		flags)
{
	if (flags)
		return -EOPNOTSUPP;
	return pos == -1 ? iovec_at_pos(fd, RW_READ, vec, vlen)
			 : iovec_at(fd, RW_READ, vec, vlen, pos);
}

SYSCALL_DEFINE6(pwritev2, unsigned long, fd, const struct iovec __user *, vec,
		unsigned long, vlen, loff_t, pos, unsigned long, pos_high, int,
		flags)
{
	if (flags)
		return -EOPNOTSUPP;
	return pos == -1 ? iovec_at_pos(fd, RW_WRITE, vec, vlen)
			 : iovec_at(fd, RW_WRITE, vec, vlen, pos);
}

/* ---- for the kernel itself ---------------------------------------------- */

/* Only files in the page cache can be read into and written from the kernel. */
static bool has_pages(const struct file *file)
{
	return S_ISREG(file->f_inode->i_mode) && file->f_op->mmap;
}

ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	struct iov_iter to = iov_iter_kvec(buf, count);

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!has_pages(file))
		return -EINVAL;
	return generic_file_read_iter(file, &to, pos);
}

ssize_t kernel_write(struct file *file, const void *buf, size_t count,
		     loff_t *pos)
{
	struct iov_iter from = iov_iter_kvec((void *)buf, count);

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!has_pages(file))
		return -EINVAL;
	return generic_file_write_iter(file, &from, pos);
}

/* ---- fsync -------------------------------------------------------------- */

int noop_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return 0;
}

static int do_fsync(unsigned int fd, int datasync)
{
	struct fd f = fdget(fd);
	int err = -EINVAL;

	if (!f.file)
		return -EBADF;
	if (f.file->f_op->fsync)
		err = f.file->f_op->fsync(f.file, 0, MAX_LFS_FILESIZE,
					  datasync);
	fdput(f);
	return err;
}

SYSCALL_DEFINE1(fsync, unsigned int, fd)
{
	return do_fsync(fd, 0);
}

SYSCALL_DEFINE1(fdatasync, unsigned int, fd)
{
	return do_fsync(fd, 1);
}

/* No file system here has another home than memory: all is in place. */
SYSCALL_DEFINE0(sync)
{
	return 0;
}

SYSCALL_DEFINE1(syncfs, int, fd)
{
	struct fd f = fdget(fd);

	if (!f.file)
		return -EBADF;
	fdput(f);
	return 0;
}
