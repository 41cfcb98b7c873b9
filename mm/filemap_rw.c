/* SPDX-License-Identifier: MIT */
/*
 * mm/filemap_rw.c - read(2) and write(2) on the page cache.
 *
 * Theory
 *
 * Page by page: find it, copy, let it go.  A read copies without any lock, so
 * it may see half of a concurrent write, as on Linux.  A hole is read as zeros
 * without making a page.  A write makes pages, under i_rwsem, and moves i_size
 * after the bytes are there.
 *
 * User memory may fault in the middle of a copy, and the fault may need any
 * page of this very file: so no page lock is held while copying.
 *
 * Invariants: see filemap.c.
 * Locking: i_rwsem for writing; nothing for reading.
 * Reading order: generic_file_read_iter(), generic_file_write_iter().
 * In Linux: mm/filemap.c:filemap_read(), generic_perform_write().
 */

#include "fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "mm/pagemap.h"

/* The bytes of the page at @pos that are wanted and exist. */
static size_t chunk_at(loff_t pos, size_t count, loff_t end)
{
	size_t chunk = min_t(size_t, count, PAGE_SIZE - offset_in_page(pos));

	return min_t(loff_t, chunk, end - pos);
}

ssize_t generic_file_read_iter(struct file *file, struct iov_iter *to,
			       loff_t *pos)
{
	struct address_space *mapping = file->f_mapping;
	bool has_medium = mapping->a_ops && mapping->a_ops->read_folio;
	ssize_t done = 0;

	while (to->count) {
		loff_t end = READ_ONCE(mapping->host->i_size);
		pgoff_t index = (u64)*pos >> PAGE_SHIFT;
		struct page *page;
		size_t chunk, copied;

		if (*pos >= end)
			break;
		chunk = chunk_at(*pos, to->count, end);
		page = has_medium ? read_mapping_page(mapping, index, file)
				  : find_get_page(mapping, index);
		if (IS_ERR(page))
			return done ? done : PTR_ERR(page);
		if (page) {
			copied = copy_to_iter((char *)page_address(page) +
						      offset_in_page(*pos),
					      chunk, to);
			put_page(page);
		} else {
			copied = iov_iter_zero(chunk, to);
		}
		*pos += copied;
		done += copied;
		if (copied < chunk)
			return done ? done : -EFAULT;
	}
	return done;
}

/* May a file with seals be written up to @end?  i_rwsem held for write. */
static bool seals_allow_write(const struct inode *inode, loff_t end)
{
	if (inode->i_seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return false;
	return !(inode->i_seals & F_SEAL_GROW) || end <= inode->i_size;
}

/* i_rwsem held for write. */
static ssize_t write_pages(struct file *file, struct iov_iter *from,
			   loff_t *pos)
{
	struct inode *inode = file->f_mapping->host;
	ssize_t done = 0;

	while (from->count) {
		size_t chunk = chunk_at(*pos, from->count, MAX_LFS_FILESIZE);
		struct page *page;
		size_t copied;

		/* Before a page is made for it, which nothing would drop. */
		if (!fault_in_iter_readable(from))
			return done ? done : -EFAULT;
		if (!seals_allow_write(inode, *pos + chunk))
			return done ? done : -EPERM;
		page = read_mapping_page(file->f_mapping,
					 (u64)*pos >> PAGE_SHIFT, file);
		if (IS_ERR(page))
			return done ? done : PTR_ERR(page);
		copied = copy_from_iter((char *)page_address(page) +
						offset_in_page(*pos),
					chunk, from);
		SetPageDirty(page);
		put_page(page);
		*pos += copied;
		done += copied;
		if (*pos > inode->i_size)
			WRITE_ONCE(inode->i_size, *pos);
		if (copied < chunk)
			return done ? done : -EFAULT;
		if (fatal_signal_pending(current))
			break;
	}
	return done;
}

/* RLIMIT_FSIZE and the largest file.  Return: 0, or -EFBIG. */
static int check_limits(struct iov_iter *from, loff_t pos)
{
	u64 limit = rlimit(RLIMIT_FSIZE);

	if (from->kbuf) /* the kernel writes for itself */
		limit = RLIM_INFINITY;
	if ((u64)pos >= limit) {
		send_sig(SIGXFSZ, current, 0);
		return -EFBIG;
	}
	if (pos >= MAX_LFS_FILESIZE)
		return -EFBIG;
	limit = min_t(u64, limit, MAX_LFS_FILESIZE);
	from->count = min_t(u64, from->count, limit - pos);
	return 0;
}

ssize_t generic_file_write_iter(struct file *file, struct iov_iter *from,
				loff_t *pos)
{
	struct inode *inode = file->f_mapping->host;
	ssize_t ret = 0;

	if (!from->count)
		return 0;
	down_write(&inode->i_rwsem);
	if (file->f_flags & O_APPEND)
		*pos = inode->i_size;
	ret = check_limits(from, *pos);
	if (!ret)
		ret = write_pages(file, from, pos);
	if (ret > 0) {
		ktime_get_real_ts64(&inode->i_mtime);
		inode->i_ctime = inode->i_mtime;
	}
	up_write(&inode->i_rwsem);
	return ret;
}

/* The first page of [index, last] with contents; last + 1: none. */
static pgoff_t next_data(struct address_space *mapping, pgoff_t first,
			 pgoff_t last)
{
	unsigned long index, found = last + 1;
	struct page *page;

	spin_lock(&mapping->i_pages_lock);
	xa_for_each_range (&mapping->i_pages, index, page, first, last) {
		if (!PageUptodate(page))
			continue;
		found = index;
		break;
	}
	spin_unlock(&mapping->i_pages_lock);
	return found;
}

/* The first page of [index, last] without contents; last + 1: none. */
static pgoff_t next_hole(struct address_space *mapping, pgoff_t first,
			 pgoff_t last)
{
	pgoff_t hole = first;
	unsigned long index;
	struct page *page;

	spin_lock(&mapping->i_pages_lock);
	xa_for_each_range (&mapping->i_pages, index, page, first, last) {
		if (index != hole || !PageUptodate(page))
			break;
		hole++;
	}
	spin_unlock(&mapping->i_pages_lock);
	return hole;
}

loff_t mapping_seek_hole_data(struct address_space *mapping, loff_t start,
			      loff_t end, int whence)
{
	pgoff_t first = start >> PAGE_SHIFT, last, found;
	loff_t pos;

	if (end <= start)
		return -ENXIO;
	last = (end - 1) >> PAGE_SHIFT;
	found = whence == SEEK_DATA ? next_data(mapping, first, last)
				    : next_hole(mapping, first, last);
	if (whence == SEEK_DATA && found > last)
		return -ENXIO;
	pos = (loff_t)found << PAGE_SHIFT;
	return min(max(pos, start), end);
}

ssize_t generic_file_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos)
{
	struct iov_iter to = iov_iter_ubuf(buf, count);

	return generic_file_read_iter(file, &to, pos);
}

ssize_t generic_file_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	struct iov_iter from = iov_iter_ubuf((char __user *)buf, count);

	return generic_file_write_iter(file, &from, pos);
}
