/* SPDX-License-Identifier: MIT */
/*
 * tests/user/files_dir.c - directories, names and links.
 */
#include "tap.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#define DIR_ "/tmp/files_dir.d"

static char buf[8192];

static void make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	need(fd >= 0 && write(fd, path, strlen(path)) > 0);
	close(fd);
}

static int exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static void test_mkdir(void)
{
	struct stat st;

	ok(!mkdir("d", 0755), "mkdir", "");
	need(!stat("d", &st));
	is_num(st.st_mode & 07777, 0755, "takes the mode", "");
	is_errno(mkdir("d", 0755), EEXIST, "what exists is EEXIST");
	is_errno(mkdir("no/d", 0755), ENOENT, "a missing parent is ENOENT");
	make("f");
	is_errno(mkdir("f/d", 0755), ENOTDIR, "a file as parent is ENOTDIR");
	is_errno(mkdir("f", 0755), EEXIST, "a file of the name is EEXIST");
	make("d/x");
	is_errno(rmdir("d"), ENOTEMPTY, "a full directory is ENOTEMPTY");
	is_errno(rmdir("f"), ENOTDIR, "a file is ENOTDIR");
	is_errno(rmdir("none"), ENOENT, "nothing is ENOENT");
	is_errno(rmdir("d/."), EINVAL, "a last component . is EINVAL");
	is_errno(unlink("d"), EISDIR, "unlink of a directory is EISDIR");
	is_errno(unlink("none"), ENOENT, "unlink of nothing is ENOENT");
	need(!unlink("d/x"));
	ok(!rmdir("d") && !exists("d"), "an empty directory can go", "");
	need(!unlink("f"));
}

static void test_cwd(void)
{
	ok(getcwd(buf, sizeof(buf)) && !strcmp(buf, DIR_), "getcwd",
	   "The path from the root to the working directory.");
	is_errno(syscall(SYS_getcwd, buf, 3L), ERANGE,
		 "a buffer that is too small is ERANGE");
	need(!mkdir("sub", 0700));
	ok(!chdir("sub") && getcwd(buf, sizeof(buf)) &&
		   !strcmp(buf, DIR_ "/sub"),
	   "chdir", "");
	ok(!chdir("..") && getcwd(buf, sizeof(buf)) && !strcmp(buf, DIR_),
	   "chdir to ..", "");
	is_errno(chdir("none"), ENOENT, "chdir to nothing is ENOENT");
	make("file");
	is_errno(chdir("file"), ENOTDIR, "chdir to a file is ENOTDIR");
	ok(exists("./sub/../sub/.") && exists("//tmp///files_dir.d/sub"),
	   "paths with ., .. and many slashes", "");
	ok(exists("/../../tmp"), ".. of the root is the root", "");
	need(!unlink("file") && !rmdir("sub"));
}

/* Read the whole directory.  Return: number of entries, . and .. included. */
static int list(const char *path, int *files, int *dirs, int *dots)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int n = 0;

	need(d);
	*files = *dirs = *dots = 0;
	while ((e = readdir(d))) {
		struct stat st;

		n++;
		snprintf(buf, sizeof(buf), "%s/%s", path, e->d_name);
		need(!lstat(buf, &st));
		if (e->d_name[0] == '.')
			*dots += e->d_type == DT_DIR;
		else if (e->d_type == DT_REG && st.st_ino == e->d_ino)
			*files += 1;
		else if (e->d_type == DT_DIR && st.st_ino == e->d_ino)
			*dirs += 1;
	}
	closedir(d);
	return n;
}

static void test_readdir(void)
{
	int files, dirs, dots, fd;
	char name[32];

	need(!mkdir("many", 0700));
	is_num(list("many", &files, &dirs, &dots), 2,
	       "an empty directory has . and ..", "");
	is_num(dots, 2, "which are directories", "");
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "many/%s%d", i % 4 ? "file" : "d",
			 i);
		if (i % 4)
			make(name);
		else
			need(!mkdir(name, 0700));
	}
	is_num(list("many", &files, &dirs, &dots), 202,
	       "200 entries are listed",
	       "getdents64 must go on where the last call ended.");
	ok(files == 150 && dirs == 50, "each once, with its type and inode",
	   "d_type and d_ino must agree with lstat.");
	fd = open("many", O_RDONLY | O_DIRECTORY);
	is_errno(syscall(SYS_getdents64, fd, buf, 10L), EINVAL,
		 "a buffer too small for one entry is EINVAL");
	need(syscall(SYS_getdents64, fd, buf, 8192L) > 0);
	close(fd);
	fd = open("many/file1", O_RDONLY);
	is_errno(syscall(SYS_getdents64, fd, buf, 8192L), ENOTDIR,
		 "getdents64 of a file is ENOTDIR");
	close(fd);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "many/%s%d", i % 4 ? "file" : "d",
			 i);
		need(!(i % 4 ? unlink(name) : rmdir(name)));
	}
	is_num(list("many", &files, &dirs, &dots), 2, "and gone again", "");
	need(!rmdir("many"));
}

static void test_rename(void)
{
	struct stat st, st2;

	make("a");
	need(!stat("a", &st));
	ok(!rename("a", "b") && !exists("a") && exists("b"), "rename", "");
	need(!stat("b", &st2));
	ok(st.st_ino == st2.st_ino, "keeps the inode", "");
	make("c");
	ok(!rename("b", "c") && !stat("c", &st2) && st2.st_ino == st.st_ino,
	   "rename over a file replaces it", "");
	is_errno(rename("none", "x"), ENOENT, "renaming nothing is ENOENT");
	need(!mkdir("d", 0700) && !mkdir("e", 0700));
	make("e/f");
	is_errno(rename("c", "d"), EISDIR, "a file over a directory is EISDIR");
	is_errno(rename("d", "c"), ENOTDIR, "a directory over a file: ENOTDIR");
	is_errno(rename("d", "e"), ENOTEMPTY,
		 "over a full directory is ENOTEMPTY");
	is_errno(rename("d", "d/x"), EINVAL, "into itself is EINVAL");
	ok(!rename("e", "d") && exists("d/f"), "a directory over an empty one",
	   "");
	ok(!rename("d/f", "g") && !exists("d/f"), "to another directory", "");
	ok(!rename("c", "c") && exists("c"), "onto itself does nothing", "");
	need(!unlink("c") && !unlink("g") && !rmdir("d"));
}

static void test_links(void)
{
	struct stat st;
	int n;

	make("f");
	ok(!symlink("f", "s"), "symlink", "");
	n = readlink("s", buf, sizeof(buf));
	ok(n == 1 && buf[0] == 'f', "readlink", "No zero byte is added.");
	need(!lstat("s", &st));
	ok(S_ISLNK(st.st_mode) && st.st_size == 1, "lstat sees the link", "");
	need(!stat("s", &st));
	ok(S_ISREG(st.st_mode), "stat follows it", "");
	is_errno(readlink("f", buf, 10), EINVAL,
		 "readlink of a file is EINVAL");
	is_errno(readlink("f", buf, 0), EINVAL, "or with no room");
	is_errno(symlink("x", "s"), EEXIST, "symlink over a name is EEXIST");
	is_errno(open("s", O_RDONLY | O_NOFOLLOW), ELOOP,
		 "O_NOFOLLOW refuses a link");
	need(!symlink("nowhere", "broken"));
	is_errno(open("broken", O_RDONLY), ENOENT, "a broken link is ENOENT");
	is_errno(open("broken", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST,
		 "O_EXCL does not follow links");
	need(!symlink("loop2", "loop1") && !symlink("loop1", "loop2"));
	is_errno(open("loop1", O_RDONLY), ELOOP, "a loop is ELOOP");
	is_errno(stat("loop1/x", &st), ELOOP, "also in the middle of a path");
	need(!mkdir("d", 0700) && !symlink("../f", "d/up"));
	ok(!stat("d/up", &st) && S_ISREG(st.st_mode),
	   "a relative link starts at its own directory", "");
	need(!symlink(DIR_ "/d", "abs"));
	ok(!stat("abs/up", &st) && S_ISREG(st.st_mode), "an absolute link", "");
	need(!unlink("s") && exists("f"));
	need(!unlink("d/up") && !unlink("abs") && !rmdir("d") &&
	     !unlink("loop1") && !unlink("loop2") && !unlink("broken"));
	ok(!link("f", "hard") && !stat("hard", &st) && st.st_nlink == 2,
	   "a hard link is a second name", "");
	need(!unlink("f") && !stat("hard", &st));
	is_num(st.st_nlink, 1, "which outlives the first", "");
	need(!unlink("hard"));
}

static void test_names(void)
{
	static char path[PATH_MAX + 10];
	char name[300];

	memset(name, 'n', 255);
	name[255] = '\0';
	make(name);
	ok(exists(name), "a name may have 255 bytes", "");
	need(!unlink(name));
	strcat(name, "n");
	is_errno(open(name, O_RDWR | O_CREAT, 0600), ENAMETOOLONG,
		 "256 are ENAMETOOLONG");
	for (int i = 0; i < PATH_MAX; i++)
		path[i] = i % 2 ? '/' : '.';
	path[PATH_MAX - 1] = '\0';
	ok(exists(path), "a path may have 4095 bytes", "");
	path[PATH_MAX - 1] = '.';
	path[PATH_MAX] = '\0';
	is_errno(chdir(path), ENAMETOOLONG, "4096 are ENAMETOOLONG");
	make("back\\slash new\nline \xc3\xa4");
	ok(exists("back\\slash new\nline \xc3\xa4"),
	   "a name may hold any byte but zero and slash", "");
	need(!unlink("back\\slash new\nline \xc3\xa4"));
}

static void test_at(void)
{
	int dir, fd;

	need(!mkdir("at", 0700));
	dir = open("at", O_RDONLY | O_DIRECTORY);
	fd = openat(dir, "f", O_RDWR | O_CREAT, 0600);
	ok(fd >= 0 && exists("at/f"), "openat starts at the directory", "");
	close(fd);
	fd = openat(dir, DIR_ "/at/f", O_RDONLY);
	ok(fd >= 0, "except for an absolute path", "");
	is_errno(openat(fd, "f", O_RDONLY), ENOTDIR,
		 "a file as starting point is ENOTDIR");
	is_errno(openat(999, "f", O_RDONLY), EBADF,
		 "a bad descriptor is EBADF");
	ok(!unlinkat(dir, "f", 0), "unlinkat", "");
	ok(!fchdir(dir) && getcwd(buf, sizeof(buf)) &&
		   !strcmp(buf, DIR_ "/at") && !chdir(".."),
	   "fchdir", "");
	ok(!unlinkat(AT_FDCWD, "at", AT_REMOVEDIR), "unlinkat AT_REMOVEDIR",
	   "");
	close(fd);
	close(dir);
}

static void test_umask(void)
{
	struct stat st;

	umask(027);
	is_num(umask(0), 027, "umask returns the old mask", "");
	umask(027);
	close(open("u", O_RDWR | O_CREAT, 0666));
	need(!stat("u", &st));
	is_num(st.st_mode & 07777, 0640, "open applies it", "");
	need(!mkdir("ud", 0777) && !stat("ud", &st));
	is_num(st.st_mode & 07777, 0750, "mkdir too", "");
	need(!unlink("u") && !rmdir("ud"));
}

int main(void)
{
	umask(0);
	need(!mkdir(DIR_, 0700) && !chdir(DIR_));
	plan(70);
	test_mkdir();
	test_cwd();
	test_readdir();
	test_rename();
	test_links();
	test_names();
	test_at();
	test_umask();
	need(!chdir("/tmp"));
	rmdir(DIR_);
	return done();
}
