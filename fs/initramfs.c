/* SPDX-License-Identifier: MIT */
/*
 * fs/initramfs.c - unpack cpio archives into the root file system.
 *
 * The loader hands over one block of memory with one or more archives in the
 * "newc" format one after the other, each padded with zero bytes:
 *
 *	header (110 bytes, hexadecimal)  name NUL  pad to 4  data  pad to 4
 *	...
 *	header  "TRAILER!!!" NUL  pad
 *
 * Files with several names have the same inode number; the data comes with one
 * of them, most often the last.
 *
 * A system whose files are damaged is not worth starting: the first thing that
 * is wrong ends the boot, with the name of the file.
 *
 * In Linux: init/initramfs.c; Documentation/driver-api/early-userspace.
 */
#include "fs/dcache.h"
#include "fs/fcntl.h"
#include "fs/init.h"
#include "fs/inode.h"
#include "fs/namei.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/slab.h"

#define CPIO_HEADER_LEN 110
#define CPIO_TRAILER    "TRAILER!!!"

enum cpio_field {
	C_INO,
	C_MODE,
	C_UID,
	C_GID,
	C_NLINK,
	C_MTIME,
	C_FILESIZE,
	C_MAJ,
	C_MIN,
	C_RMAJ,
	C_RMIN,
	C_NAMESIZE,
	C_CHKSUM,
	C_NFIELDS,
};

struct cpio_entry {
	u32 field[C_NFIELDS];
	const char *name; /* terminated, in the archive */
	const char *data;
};

/* A file with several names that has been seen. */
struct cpio_link {
	u32 ino, maj, min;
	const char *name;
	struct list_head list;
};

struct cpio_reader {
	const char *start, *pos, *end;
	const char *last_name; /* of the entry before, for the report */
	struct list_head links;
};

/* ---- reading the archive ------------------------------------------------ */

static void bad_archive(const struct cpio_reader *r,
			const char *what) __noreturn;

static void bad_archive(const struct cpio_reader *r, const char *what)
{
	if (r->last_name)
		panic("initramfs: %s after \"%s\" (at byte %zu of %zu); "
		      "cannot start with a damaged archive",
		      what, r->last_name, (size_t)(r->pos - r->start),
		      (size_t)(r->end - r->start));
	panic("initramfs: %s (at byte %zu of %zu); cannot start with a damaged "
	      "archive",
	      what, (size_t)(r->pos - r->start), (size_t)(r->end - r->start));
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower_ascii(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void parse_header(const struct cpio_reader *r, struct cpio_entry *e)
{
	const char *s = r->pos + 6;

	for (int i = 0; i < C_NFIELDS; i++) {
		e->field[i] = 0;
		for (int j = 0; j < 8; j++) {
			int digit = hex_digit(*s++);

			if (digit < 0)
				bad_archive(r, "bad header");
			e->field[i] = e->field[i] << 4 | digit;
		}
	}
}

/* The offset of @p in the archive, rounded up to a multiple of four. */
static const char *align4(const struct cpio_reader *r, const char *p)
{
	return r->start + ALIGN((size_t)(p - r->start), 4);
}

static size_t bytes_left(const struct cpio_reader *r, const char *p)
{
	return p < r->end ? r->end - p : 0;
}

/* How what Linux would unpack begins. */
static const struct {
	const char *magic;
	size_t len;
	const char *what;
} other_formats[] = {
	{ "\x1f\x8b", 2, "compressed with gzip" },
	{ "BZh", 3, "compressed with bzip2" },
	{ "\x5d\0\0", 3, "compressed with lzma" },
	{ "\3757zXZ", 5, "compressed with xz" },
	{ "\x89LZO", 4, "compressed with lzo" },
	{ "\x02\x21\x4c\x18", 4, "compressed with lz4" },
	{ "\x28\xb5\x2f\xfd", 4, "compressed with zstd" },
	{ "070707", 6, "a cpio archive in the old format" },
};

/* Whatever is here is no archive of ours: say what it is. */
static void refuse_format(const struct cpio_reader *r) __noreturn;

static void refuse_format(const struct cpio_reader *r)
{
	char text[80];

	for (size_t i = 0; i < ARRAY_SIZE(other_formats); i++) {
		if (bytes_left(r, r->pos) < other_formats[i].len ||
		    memcmp(r->pos, other_formats[i].magic,
			   other_formats[i].len))
			continue;
		snprintf(text, sizeof(text), "%s (only plain newc is read)",
			 other_formats[i].what);
		bad_archive(r, text);
	}
	bad_archive(r, "no cpio header (newc)");
}

/* Read the entry at r->pos and step over it. */
static void next_entry(struct cpio_reader *r, struct cpio_entry *e)
{
	size_t magic = min(bytes_left(r, r->pos), 6ul);
	u32 namesize;

	if (memcmp(r->pos, "070701", magic) && memcmp(r->pos, "070702", magic))
		refuse_format(r);
	if (bytes_left(r, r->pos) < CPIO_HEADER_LEN)
		bad_archive(r, "archive truncated");
	parse_header(r, e);

	e->name = r->pos + CPIO_HEADER_LEN;
	namesize = e->field[C_NAMESIZE];
	if (namesize == 0 || namesize > PATH_MAX)
		bad_archive(r, "bad length of a name");
	if (namesize > bytes_left(r, e->name))
		bad_archive(r, "archive truncated in a name");
	if (e->name[namesize - 1] != '\0' || strlen(e->name) != namesize - 1)
		bad_archive(r, "bad name");

	r->last_name = e->name;
	e->data = align4(r, e->name + namesize);
	if (e->field[C_FILESIZE] > bytes_left(r, e->data))
		panic("initramfs: archive truncated in file \"%s\" (%zu of %u "
		      "bytes are there); cannot start without it",
		      e->name, bytes_left(r, e->data), e->field[C_FILESIZE]);
	r->pos = align4(r, e->data + e->field[C_FILESIZE]);
}

/* ---- making files ------------------------------------------------------- */

static void cannot_make(const struct cpio_entry *e, int err) __noreturn;

static void cannot_make(const struct cpio_entry *e, int err)
{
	panic("initramfs: cannot make \"%s\": %s (error %d)", e->name,
	      err == -ENOMEM || err == -ENOSPC ? "out of memory" : "refused",
	      err);
}

static int write_data(const struct cpio_entry *e, umode_t mode)
{
	struct file *file = filp_open(e->name, O_WRONLY | O_CREAT | O_TRUNC,
				      mode & S_IALLUGO);
	size_t size = e->field[C_FILESIZE];
	loff_t pos = 0;
	ssize_t done;

	if (IS_ERR(file))
		return PTR_ERR(file);
	done = size ? kernel_write(file, e->data, size, &pos) : 0;
	fput(file);
	if (done < 0)
		return done;
	return (size_t)done == size ? 0 : -ENOMEM;
}

static char *link_target(const struct cpio_entry *e)
{
	return kstrndup(e->data, e->field[C_FILESIZE], GFP_KERNEL);
}

static int make_node(const struct cpio_entry *e, umode_t mode)
{
	struct filename *name = getname_kernel(e->name);
	struct dentry *dentry;
	struct path parent;
	char *target;
	int err;

	dentry = filename_create(AT_FDCWD, name, S_ISDIR(mode), &parent);
	putname(name);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (S_ISDIR(mode)) {
		err = vfs_mkdir(parent.dentry, dentry, mode);
	} else if (S_ISLNK(mode)) {
		target = link_target(e);
		err = target ? vfs_symlink(parent.dentry, dentry, target)
			     : -ENOMEM;
		kfree(target);
	} else {
		err = vfs_mknod(parent.dentry, dentry, mode,
				MKDEV(e->field[C_RMAJ], e->field[C_RMIN]));
	}
	done_path_create(&parent, dentry);
	return err;
}

/* The other name of a file that was seen before, or NULL; remembers @e. */
static const char *find_link(struct cpio_reader *r, const struct cpio_entry *e)
{
	struct cpio_link *l;

	if (e->field[C_NLINK] < 2)
		return NULL;
	list_for_each_entry (l, &r->links, list) {
		if (l->ino == e->field[C_INO] && l->maj == e->field[C_MAJ] &&
		    l->min == e->field[C_MIN])
			return l->name;
	}
	l = kmalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		cannot_make(e, -ENOMEM);
	l->ino = e->field[C_INO];
	l->maj = e->field[C_MAJ];
	l->min = e->field[C_MIN];
	l->name = e->name;
	list_add(&l->list, &r->links);
	return NULL;
}

static void forget_links(struct cpio_reader *r)
{
	struct cpio_link *l, *next;

	list_for_each_entry_safe (l, next, &r->links, list) {
		list_del(&l->list);
		kfree(l);
	}
}

static int make_link(const char *old_name, const struct cpio_entry *e)
{
	struct filename *name;
	struct dentry *dentry;
	struct path old, parent;
	int err = kern_path(old_name, 0, &old);

	if (err)
		return err;
	name = getname_kernel(e->name);
	dentry = filename_create(AT_FDCWD, name, false, &parent);
	putname(name);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_link(old.dentry, parent.dentry, dentry);
		done_path_create(&parent, dentry);
	}
	path_put(&old);
	return err;
}

/* Owner, mode and time as the archive has them. */
static void set_attributes(const struct cpio_entry *e)
{
	struct path path;
	struct inode *inode;

	if (kern_path(e->name, 0, &path))
		return;
	inode = path.dentry->d_inode;
	inode->i_uid = e->field[C_UID];
	inode->i_gid = e->field[C_GID];
	if (!S_ISLNK(inode->i_mode))
		inode->i_mode = (inode->i_mode & S_IFMT) |
				(e->field[C_MODE] & S_IALLUGO);
	inode->i_mtime = (struct timespec64){ e->field[C_MTIME], 0 };
	path_put(&path);
}

/* A later archive may replace what an earlier one made. */
static int make_other(const struct cpio_entry *e, umode_t mode)
{
	int err = make_node(e, mode);

	return err == -EEXIST ? 0 : err;
}

static void make_entry(struct cpio_reader *r, const struct cpio_entry *e)
{
	umode_t mode = e->field[C_MODE];
	const char *other;
	int err = 0;

	switch (mode & S_IFMT) {
	case S_IFREG:
		other = find_link(r, e);
		if (other)
			err = make_link(other, e);
		if (!err && (!other || e->field[C_FILESIZE]))
			err = write_data(e, mode);
		break;
	case S_IFDIR:
	case S_IFLNK:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		err = make_other(e, mode);
		break;
	default:
		panic("initramfs: \"%s\" has an unknown type (mode %o)",
		      e->name, mode);
	}
	if (err)
		cannot_make(e, err);
	set_attributes(e);
}

void populate_rootfs(const void *start, size_t size)
{
	struct cpio_reader r = {
		.start = start,
		.pos = start,
		.end = (const char *)start + size,
		.links = LIST_HEAD_INIT(r.links),
	};
	struct cpio_entry e;
	unsigned int nr = 0;
	bool in_archive = false;

	for (;;) {
		while (!in_archive && r.pos < r.end && !*r.pos)
			r.pos++; /* padding between archives */
		if (r.pos >= r.end)
			break;
		if (!in_archive)
			r.last_name = NULL;
		next_entry(&r, &e);
		in_archive = strcmp(e.name, CPIO_TRAILER) != 0;
		if (!in_archive) {
			forget_links(&r);
			continue;
		}
		make_entry(&r, &e);
		nr++;
	}
	if (in_archive)
		bad_archive(&r, "archive truncated (it has no end mark)");
	pr_info("initramfs: %u files, %zu KiB\n", nr, size >> 10);
}
