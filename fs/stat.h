/* SPDX-License-Identifier: MIT */
/*
 * fs/stat.h - file types, mode bits, device numbers.
 *
 * In Linux: include/uapi/linux/stat.h, include/linux/stat.h, kdev_t.h.
 */
#ifndef KILBURN_FS_STAT_H
#define KILBURN_FS_STAT_H

#include "kernel/lib/types.h"
#include "kernel/time.h"

#define S_IFMT   00170000
#define S_IFSOCK 0140000
#define S_IFLNK  0120000
#define S_IFREG  0100000
#define S_IFBLK  0060000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000
#define S_ISUID  0004000
#define S_ISGID  0002000
#define S_ISVTX  0001000

#define S_ISLNK(m)  (((m)&S_IFMT) == S_IFLNK)
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define S_ISDIR(m)  (((m)&S_IFMT) == S_IFDIR)
#define S_ISCHR(m)  (((m)&S_IFMT) == S_IFCHR)
#define S_ISBLK(m)  (((m)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)

#define S_IRWXUGO 00777
#define S_IALLUGO 07777
#define S_IXUGO   00111
#define S_IXGRP   00010

/* Device numbers: 12 bits of major, 20 of minor. */
#define MINORBITS     20
#define MAJOR(dev)    ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev)    ((unsigned int)((dev) & ((1U << MINORBITS) - 1)))
#define MKDEV(ma, mi) (((dev_t)(ma) << MINORBITS) | (mi))

/* As user space packs them in st_dev and st_rdev. */
static inline u64 new_encode_dev(dev_t dev)
{
	u64 major = MAJOR(dev), minor = MINOR(dev);

	return (minor & 0xff) | (major << 8) | ((minor & ~0xffULL) << 12);
}

static inline dev_t new_decode_dev(u32 dev)
{
	return MKDEV((dev & 0xfff00) >> 8,
		     (dev & 0xff) | ((dev >> 12) & 0xfff00));
}

/* What the stat calls say about an inode, before any ABI's packing. */
struct kstat {
	ino_t ino;
	dev_t dev;
	umode_t mode;
	unsigned int nlink;
	uid_t uid;
	gid_t gid;
	dev_t rdev;
	loff_t size; /* bytes */
	u64 blocks;  /* of 512 bytes */
	u32 blksize; /* bytes */
	struct timespec64 atime, mtime, ctime;
};

#endif /* KILBURN_FS_STAT_H */
