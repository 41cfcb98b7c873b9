/* SPDX-License-Identifier: MIT */
/*
 * tests/user/devnodes.c - /dev/null, zero, full, random and urandom.
 */
#include "fault.h"
#include "maps.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define RW (PROT_READ | PROT_WRITE)

static char buf[65536];

static int open_dev(const char *name)
{
	int fd = open(name, O_RDWR);

	need(fd >= 0);
	return fd;
}

static void test_numbers(void)
{
	static const struct {
		const char *name;
		unsigned int major, minor, mode;
	} devs[] = {
		{ "/dev/null", 1, 3, 0666 },    { "/dev/zero", 1, 5, 0666 },
		{ "/dev/full", 1, 7, 0666 },    { "/dev/random", 1, 8, 0666 },
		{ "/dev/urandom", 1, 9, 0666 }, { "/dev/tty", 5, 0, 0666 },
		{ "/dev/console", 5, 1, 0600 },
	};

	for (int i = 0; i < 7; i++) {
		struct stat st = { 0 };

		need(!stat(devs[i].name, &st));
		ok(S_ISCHR(st.st_mode) && (st.st_mode & 0777) == devs[i].mode &&
			   major(st.st_rdev) == devs[i].major &&
			   minor(st.st_rdev) == devs[i].minor,
		   devs[i].name,
		   "A character device with Linux's number and mode: see "
		   "Documentation/admin-guide/devices.txt there.");
		if (minor(st.st_rdev) != devs[i].minor)
			diag("%d:%d", major(st.st_rdev), minor(st.st_rdev));
	}
}

static void test_null(void)
{
	int fd = open_dev("/dev/null");
	struct stat st;

	is_num(read(fd, buf, 100), 0, "/dev/null is always at its end", "");
	is_num(write(fd, buf, 12345), 12345, "and takes everything", "");
	is_num(lseek(fd, 1000, SEEK_SET), 0, "seeking in it goes to 0", "");
	need(!fstat(fd, &st));
	is_num(st.st_size, 0, "it has no size", "");
	is_errno(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), ENODEV,
		 "it cannot be mapped");
	close(fd);
	fd = open("/dev/null", O_RDWR | O_TRUNC | O_APPEND);
	ok(fd >= 0, "O_TRUNC and O_APPEND do no harm to a device", "");
	close(fd);
}

static void test_zero(void)
{
	int fd = open_dev("/dev/zero");
	char *p, *q;

	memset(buf, 1, sizeof(buf));
	is_num(read(fd, buf, sizeof(buf)), sizeof(buf),
	       "/dev/zero gives all that is asked for", "");
	ok(all_bytes(buf, 0, sizeof(buf)), "and all of it zeros", "");
	is_num(write(fd, buf, 777), 777, "it takes everything", "");
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	need(p != MAP_FAILED);
	ok(all_bytes(p, 0, 4 * PAGE), "mapped privately it is zeros", "");
	p[PAGE] = 'p';
	q = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	need(q != MAP_FAILED);
	ok(p[PAGE] == 'p' && q[PAGE] == 0, "and each mapping its own", "");
	need(!munmap(p, 4 * PAGE) && !munmap(q, 4 * PAGE));
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	q = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED && q != MAP_FAILED);
	p[0] = 's';
	ok(p[0] == 's' && q[0] == 0,
	   "mapped shared, two mappings are two objects",
	   "Each shared mapping of /dev/zero is a nameless tmpfs file.");
	need(!munmap(p, 4 * PAGE) && !munmap(q, 4 * PAGE) && !close(fd));
}

static int child_stores(void *p)
{
	*(char *)p = 'c';
	return 0;
}

static void test_zero_fork(void)
{
	int fd = open_dev("/dev/zero");
	char *s = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	char *p = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	struct map m;

	need(s != MAP_FAILED && p != MAP_FAILED);
	need(run_child(child_stores, s) == 0 &&
	     run_child(child_stores, p) == 0);
	ok(*s == 'c', "a child's store to a shared one is seen", "");
	ok(*p == 0, "to a private one it is not", "");
	need(maps_find(s, &m));
	is_str(m.name, "/dev/zero (deleted)", "the shared one in maps", "");
	need(maps_find(p, &m));
	is_str(m.name, "/dev/zero", "the private one in maps",
	       "It is anonymous memory, but remembers its file.");
	need(!munmap(s, PAGE) && !munmap(p, PAGE) && !close(fd));
}

static void test_full(void)
{
	int fd = open_dev("/dev/full");

	memset(buf, 1, 1000);
	is_num(read(fd, buf, 1000), 1000, "/dev/full gives zeros", "");
	ok(all_bytes(buf, 0, 1000), "as many as asked for", "");
	is_errno(write(fd, buf, 1), ENOSPC, "but is full: ENOSPC");
	close(fd);
}

static void test_random(const char *name)
{
	static unsigned char a[4096], b[4096];
	int fd = open_dev(name), seen[256] = { 0 }, kinds = 0;

	is_num(read(fd, a, 256), 256, name, "A read of 256 is never short.");
	need(read(fd, a, sizeof(a)) == sizeof(a));
	need(read(fd, b, sizeof(b)) == sizeof(b));
	ok(memcmp(a, b, sizeof(a)), "  two reads differ", "");
	for (unsigned int i = 0; i < sizeof(a); i++)
		seen[a[i]] = 1;
	for (int i = 0; i < 256; i++)
		kinds += seen[i];
	ok(kinds > 240, "  4096 bytes have nearly all values",
	   "Chance of failure is below 1 in 10^9 for true random bytes.");
	is_num(write(fd, a, 100), 100, "  it can be written", "");
	close(fd);
}

static void test_getrandom(void)
{
	unsigned char a[64] = { 0 }, b[64] = { 0 };

	is_num(syscall(SYS_getrandom, a, 64L, 0L), 64, "getrandom", "");
	need(syscall(SYS_getrandom, b, 64L, 1L) == 64);
	ok(memcmp(a, b, 64), "two calls differ", "");
	is_errno(syscall(SYS_getrandom, a, 64L, 0x100L), EINVAL,
		 "an unknown flag is EINVAL");
}

int main(void)
{
	plan(37);
	test_numbers();
	test_null();
	test_zero();
	test_zero_fork();
	test_full();
	test_random("/dev/random");
	test_random("/dev/urandom");
	test_getrandom();
	return done();
}
