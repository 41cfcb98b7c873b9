/* SPDX-License-Identifier: MIT */
/*
 * tests/user/files.c - files: open, read, write, seek, stat, truncate.
 * Directories and links are in files_dir.c.
 */
#include "tap.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#define DIR  "/tmp/files.d"
#define NAME DIR "/file"

static char buf[3 * 4096];

static void test_open(void)
{
	int fd, fd2;

	is_errno(open(NAME, O_RDWR), ENOENT, "a missing file is ENOENT");
	fd = open(NAME, O_RDWR | O_CREAT, 0640);
	ok(fd >= 0, "O_CREAT makes it", "");
	is_errno(open(NAME, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST,
		 "O_EXCL refuses one that exists");
	fd2 = open(NAME, O_RDONLY);
	is_num(fd2, fd + 1, "the lowest free number is given out", "");
	is_errno(write(fd2, "x", 1), EBADF, "O_RDONLY cannot be written");
	close(fd2);
	fd2 = open(NAME, O_WRONLY);
	is_errno(read(fd2, buf, 1), EBADF, "O_WRONLY cannot be read");
	close(fd2);
	is_errno(open(NAME, O_RDONLY | O_DIRECTORY), ENOTDIR,
		 "O_DIRECTORY refuses a file");
	is_errno(open(DIR, O_WRONLY), EISDIR, "a directory cannot be written");
	is_errno(open(DIR, O_RDWR | O_CREAT, 0600), EISDIR,
		 "nor made by O_CREAT");
	fd2 = open(DIR, O_RDONLY);
	ok(fd2 >= 0, "but opened for reading", "");
	is_errno(read(fd2, buf, 1), EISDIR, "and then not read as a file");
	close(fd2);
	is_errno(open(NAME "/x", O_RDONLY), ENOTDIR, "a file has no children");
	is_errno(open(NAME "/", O_RDONLY), ENOTDIR,
		 "a slash after a file is ENOTDIR");
	is_errno(open("", O_RDONLY), ENOENT, "an empty path is ENOENT");
	is_errno(open(DIR "/no/file", O_RDWR | O_CREAT, 0600), ENOENT,
		 "O_CREAT makes no directories");
	close(fd);
	is_errno(read(fd, buf, 1), EBADF, "a closed descriptor is EBADF");
}

static void test_seek(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0);
	is_num(write(fd, "0123456789", 10), 10, "ten bytes", "");
	is_num(lseek(fd, 0, SEEK_CUR), 10, "move the offset by ten", "");
	is_num(read(fd, buf, 1), 0, "at the end read returns 0", "");
	is_num(lseek(fd, 3, SEEK_SET), 3, "SEEK_SET", "");
	is_num(lseek(fd, 2, SEEK_CUR), 5, "SEEK_CUR", "");
	need(read(fd, buf, 2) == 2);
	ok(!memcmp(buf, "56", 2), "the bytes from there", "");
	is_num(lseek(fd, -4, SEEK_END), 6, "SEEK_END", "");
	is_num(read(fd, buf, 100), 4, "a read at the end is short", "");
	is_errno(lseek(fd, -1, SEEK_SET), EINVAL, "before the start is EINVAL");
	is_errno(lseek(fd, 0, 99), EINVAL, "an unknown whence is EINVAL");
	is_num(lseek(fd, 5000, SEEK_SET), 5000, "past the end is allowed", "");
	is_num(read(fd, buf, 1), 0, "and there is nothing", "");
	is_num(write(fd, "X", 1), 1, "a write there", "");
	is_num(pread(fd, buf, 6000, 0), 5001, "makes the file longer", "");
	ok(!memcmp(buf, "0123456789", 10) && all_bytes(buf + 10, 0, 4990) &&
		   buf[5000] == 'X',
	   "with zeros between", "A hole reads as zeros.");
	is_num(pwrite(fd, "PP", 2, 1), 2, "pwrite at an offset", "");
	is_num(lseek(fd, 0, SEEK_CUR), 5001, "does not move the offset", "");
	need(pread(fd, buf, 4, 0) == 4);
	ok(!memcmp(buf, "0PP3", 4), "and writes just there", "");
	is_errno(pread(fd, buf, 1, -1), EINVAL, "pread before 0 is EINVAL");
	is_errno(lseek(999, 0, SEEK_SET), EBADF, "a bad descriptor is EBADF");
	close(fd);
}

static void test_append_trunc(void)
{
	int a = open(NAME, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
	int b = open(NAME, O_RDWR);

	need(a >= 0 && b >= 0);
	need(write(a, "one", 3) == 3 && write(b, "2", 1) == 1);
	is_num(write(a, "three", 5), 5, "O_APPEND", "");
	need(pread(b, buf, 20, 0) == 8);
	ok(!memcmp(buf, "2nethree", 8), "writes at the end, wherever that is",
	   "The offset is set to the size before each write.");
	is_num(lseek(a, 0, SEEK_CUR), 8, "and leaves the offset there", "");
	close(open(NAME, O_WRONLY | O_TRUNC));
	is_num(pread(b, buf, 20, 0), 0, "O_TRUNC empties the file", "");
	is_num(write(b, "z", 1), 1, "another descriptor's offset stays", "");
	is_num(pread(b, buf, 20, 0), 2, "so this makes a hole", "");
	ok(buf[0] == 0 && buf[1] == 'z', "", "");
	close(a);
	close(b);
}

static void test_dup_offset(void)
{
	int a = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), b = dup(a);
	int c = open(NAME, O_RDWR);

	need(write(a, "abcdef", 6) == 6);
	is_num(lseek(b, 0, SEEK_CUR), 6, "dup shares the offset",
	       "The offset belongs to the open file, not to the number.");
	is_num(lseek(c, 0, SEEK_CUR), 0, "another open does not", "");
	close(a);
	close(b);
	close(c);
}

static void test_vectors(void)
{
	struct iovec iov[3] = { { (char *)"12", 2 },
				{ (char *)"", 0 },
				{ (char *)"345", 3 } };
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	is_num(writev(fd, iov, 3), 5, "writev", "");
	need(lseek(fd, 0, SEEK_SET) == 0);
	iov[0].iov_base = buf;
	iov[2].iov_base = buf + 100;
	iov[2].iov_len = 100;
	is_num(readv(fd, iov, 3), 5, "readv", "");
	ok(!memcmp(buf, "12", 2) && !memcmp(buf + 100, "345", 3),
	   "each piece in its place", "");
	is_errno(writev(fd, iov, -1), EINVAL, "a negative count is EINVAL");
	is_errno(writev(fd, iov, 1025), EINVAL, "more than 1024 is EINVAL");
	is_num(writev(fd, iov, 0), 0, "none at all is 0", "");
	iov[0].iov_len = -1UL;
	is_errno(writev(fd, iov, 1), EINVAL, "a negative length is EINVAL");
	close(fd);
}

static void test_stat(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct stat st, st2, dir;

	need(fd >= 0 && write(fd, buf, 5000) == 5000 && !chmod(NAME, 0640));
	need(!fstat(fd, &st) && !stat(NAME, &st2) && !stat(DIR, &dir));
	ok(S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0640,
	   "st_mode: a regular file, 0640", "");
	ok(S_ISDIR(dir.st_mode), "st_mode: a directory", "");
	is_num(st.st_size, 5000, "st_size", "");
	is_num(st.st_nlink, 1, "st_nlink of a file is 1", "");
	is_num(st.st_blksize, PAGE, "st_blksize is a page", "");
	is_num(st.st_blocks, 16, "st_blocks counts 512-byte units",
	       "Two pages are 16.");
	ok(st.st_uid == getuid() && st.st_gid == getgid(), "st_uid, st_gid",
	   "");
	ok(st.st_ino && st.st_ino == st2.st_ino && st.st_dev == st2.st_dev,
	   "fstat and stat agree on the inode", "");
	ok(st.st_ino != dir.st_ino && st.st_dev == dir.st_dev,
	   "a directory on the same device is another inode", "");
	ok(st.st_mtime >= 0 && st.st_atime >= 0 && st.st_ctime >= st.st_mtime,
	   "times are plausible", "");
	is_errno(stat(DIR "/none", &st), ENOENT, "stat of nothing is ENOENT");
	is_errno(fstat(999, &st), EBADF, "fstat of a bad number is EBADF");
	need(!access(NAME, R_OK | W_OK));
	is_errno(access(DIR "/none", F_OK), ENOENT, "access of nothing");
	is_errno(access(NAME, X_OK), EACCES,
		 "not even root may execute a file without any x");
	close(fd);
}

static void test_truncate(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), ro;
	struct stat st;

	memset(buf, 't', 5000);
	need(fd >= 0 && write(fd, buf, 5000) == 5000);
	need(!ftruncate(fd, 100) && !fstat(fd, &st));
	is_num(st.st_size, 100, "ftruncate shortens", "");
	need(!ftruncate(fd, 6000) && pread(fd, buf, 6000, 0) == 6000);
	ok(all_bytes(buf, 't', 100) && all_bytes(buf + 100, 0, 5900),
	   "and lengthens with zeros",
	   "What was cut off must not come back: the tail of the last page "
	   "is cleared.");
	is_errno(ftruncate(fd, -1), EINVAL, "a negative size is EINVAL");
	ro = open(NAME, O_RDONLY);
	is_errno(ftruncate(ro, 0), EINVAL, "a read-only descriptor is EINVAL");
	need(!truncate(NAME, 7) && !fstat(fd, &st));
	is_num(st.st_size, 7, "truncate by name", "");
	is_errno(truncate(DIR, 0), EISDIR, "a directory is EISDIR");
	close(ro);
	close(fd);
}

static void test_unlinked(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), fd2;
	struct stat st;

	need(fd >= 0 && write(fd, "gone", 4) == 4 && !unlink(NAME));
	is_errno(open(NAME, O_RDONLY), ENOENT, "an unlinked name is gone");
	is_num(pread(fd, buf, 4, 0), 4, "the open file is not",
	       "An inode lives until the last descriptor is closed.");
	need(!fstat(fd, &st));
	is_num(st.st_nlink, 0, "it has no links", "");
	fd2 = open(NAME, O_RDWR | O_CREAT | O_EXCL, 0600);
	ok(fd2 >= 0 && read(fd2, buf, 4) == 0,
	   "the name can be used for a new, empty file", "");
	close(fd);
	close(fd2);
}

/* A file larger than any buffer, written and read in odd pieces. */
static void test_large(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), bad = 0;
	unsigned int at = 0;
	ssize_t n;

	need(fd >= 0);
	for (int i = 0; i < 200; i++) {
		for (int j = 0; j < 7777; j++)
			buf[j] = (char)(at++ % 253);
		bad += write(fd, buf, 7777) != 7777;
	}
	is_num(bad, 0, "1.5 MB written", "");
	need(lseek(fd, 0, SEEK_SET) == 0);
	for (at = 0; (n = read(fd, buf, 9999)) > 0;)
		for (int i = 0; i < n; i++)
			bad += buf[i] != (char)(at++ % 253);
	ok(at == 200 * 7777 && !bad, "and read back", "");
	close(fd);
}

int main(void)
{
	unlink(NAME);
	rmdir(DIR);
	need(!mkdir(DIR, 0700));
	umask(022);
	plan(78);
	test_open();
	test_seek();
	test_append_trunc();
	test_dup_offset();
	test_vectors();
	test_stat();
	test_truncate();
	test_unlinked();
	test_large();
	unlink(NAME);
	rmdir(DIR);
	return done();
}
