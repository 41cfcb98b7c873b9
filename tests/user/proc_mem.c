/* SPDX-License-Identifier: MIT */
/*
 * tests/user/proc_mem.c - /proc/PID/mem: the memory of a process as a file.
 *
 * gup_cow.c has the races, devmem.c and fb_cow.c the devices.
 */
#include "fault.h"
#include "maps.h"
#include <sys/stat.h>

static int mem; /* /proc/self/mem */

static ssize_t peek(const void *p, void *buf, size_t len)
{
	return pread(mem, buf, len, (off_t)(unsigned long)p);
}

static ssize_t poke(void *p, const void *buf, size_t len)
{
	return pwrite(mem, buf, len, (off_t)(unsigned long)p);
}

static void test_own(void)
{
	char *p = anon_pages(3), buf[2 * PAGE];
	struct stat st;

	need(!fstat(mem, &st));
	is_num(st.st_mode & 07777, 0600, "it is its owner's", "");
	memset(p, 'a', 3 * PAGE);
	ok(peek(p + 100, buf, 2 * PAGE) == 2 * PAGE &&
		   all_bytes(buf, 'a', 2 * PAGE),
	   "a read across pages", "");
	ok(poke(p + PAGE - 2, "1234", 4) == 4 &&
		   !memcmp(p + PAGE - 3, "a1234a", 6),
	   "a write across pages", "");
	is_num(lseek(mem, (long)p, SEEK_SET), (long)p, "the position", "");
	ok(read(mem, buf, 4) == 4 && lseek(mem, 0, SEEK_CUR) == (long)p + 4,
	   "is an address", "");
	is_errno(lseek(mem, 0, SEEK_END), EINVAL, "there is no end");
	need(!sys_munmap(p + 2 * PAGE, PAGE));
	is_num(peek(p + PAGE, buf, 2 * PAGE), PAGE,
	       "a read stops where nothing is mapped", "");
	is_errno(peek(p + 2 * PAGE, buf, 1), EIO, "and there it is EIO");
	is_errno(poke(p + 2 * PAGE, "x", 1), EIO, "as is a write");
	is_errno(peek(NULL, buf, 1), EIO, "address 0");
	is_errno(peek((void *)-PAGE, buf, 1), EINVAL, "a negative offset");
	need(syscall(SYS_lseek, mem, 0xffff800000000000, SEEK_SET) != 1);
	is_errno(read(mem, buf, 1), EIO, "an address of the kernel");
	is_errno(peek(p, (void *)8, 1), EFAULT, "a bad buffer");
	is_errno(poke(p, (void *)8, 1), EFAULT, "to write from as well");
	is_num(peek(p, buf, 0), 0, "nothing is nothing", "");
	need(!sys_munmap(p, 2 * PAGE));
}

/* What the process itself may not do. */
static void test_forced(void)
{
	int fd = open("/proc_mem.file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *none = anon_pages(1), *ro, *shared, *code, c;

	need(fd >= 0 && write(fd, "file", 4) == 4);
	none[0] = 'n';
	need(!mprotect(none, PAGE, PROT_NONE));
	ok(peek(none, &c, 1) == 1 && c == 'n', "PROT_NONE is read",
	   "FOLL_FORCE asks for VM_MAYREAD.");
	is_num(poke(none, "N", 1), 1, "and written", "");
	is_num(read_fault(none), SEGV_ACCERR, "but not opened", "");
	need(!mprotect(none, PAGE, PROT_READ));
	is_num(none[0], 'N', "the byte is there", "");

	ro = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	need(ro != MAP_FAILED);
	ok(poke(ro, "copy", 4) == 4 && !memcmp(ro, "copy", 4),
	   "a private read-only map of a file is written", "");
	is_num(write_fault(ro), SEGV_ACCERR, "stays read-only", "");
	ok(pread(fd, &c, 1, 0) == 1 && c == 'f', "and the file is as it was",
	   "The store must go into a copy.");
	shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	need(shared != MAP_FAILED);
	is_errno(poke(shared, "x", 1), EIO, "a shared read-only one is not");
	code = (char *)&test_forced;
	ok(peek(code, &c, 1) == 1 && poke(code, &c, 1) == 1,
	   "code is written, for breakpoints", "");
	close(fd);
	unlink("/proc_mem.file");
}

struct family {
	int go[2];
	char *p;
};

static int child(struct family *f)
{
	char c;

	/* Until the parent has written. */
	return read(f->go[0], &c, 1) == 1 && f->p[5] == 'P' ? 0 : 1;
}

static void test_child(void)
{
	struct family f = { .p = anon_pages(1) };
	char path[40], c;
	int status, fd;
	pid_t pid;

	need(!pipe(f.go));
	f.p[5] = 'p';
	pid = fork();
	need(pid >= 0);
	if (!pid)
		_exit(child(&f));
	f.p[5] = 'q';
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR);
	need(fd >= 0);
	ok(pread(fd, &c, 1, (long)f.p + 5) == 1 && c == 'p',
	   "a child's memory is the child's", "");
	is_num(pwrite(fd, "P", 1, (long)f.p + 5), 1, "and is written", "");
	need(write(f.go[1], "", 1) == 1 && waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "as it sees", "");
	is_num(f.p[5], 'q', "and nobody else", "");
	is_num(pread(fd, &c, 1, (long)f.p + 5), 0,
	       "when it is gone the file is empty",
	       "The file holds the structure, not the memory.");
	is_errno(open(path, O_RDONLY), ENOENT, "and cannot be opened");
	close(fd);
}

/* An ordinary user, and the memory of a process of root's. */
static int stranger(void *unused)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/mem", getppid());
	if (setgid(1000) || setuid(1000))
		return 2;
	return open(path, O_RDONLY) == -1 && errno == EACCES ? 0 : 1;
}

int main(void)
{
	mem = open("/proc/self/mem", O_RDWR);
	need(mem >= 0);
	plan(31);
	test_own();
	test_forced();
	test_child();
	exits_with(run_child(stranger, NULL), 0, "another user's is EACCES",
		   "");
	return done();
}
