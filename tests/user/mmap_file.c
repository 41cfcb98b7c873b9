/* SPDX-License-Identifier: MIT */
/*
 * tests/user/mmap_file.c - mapped files: one page cache for read(2), write(2)
 * and every mapping; private copies; the end of the file.
 */
#include "fault.h"
#include "maps.h"
#include <sys/stat.h>

#define RW   (PROT_READ | PROT_WRITE)
#define NAME "/tmp/mmap_file.tmp"

/*
 * Byte i of page n of the test file is n * 16 + i % 13, so that a page that
 * shows up in the wrong place is noticed.
 */
static unsigned char pattern(size_t off)
{
	return (unsigned char)(off / PAGE * 16 + off % PAGE % 13 + 1);
}

static int is_pattern(const char *p, size_t off, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] != pattern(off + i))
			return 0;
	return 1;
}

/* A fresh file of @size bytes with the pattern, open for reading and writing. */
static int make_file(size_t size)
{
	static char buf[16 * 4096];
	int fd;

	need(size <= sizeof(buf));
	unlink(NAME);
	fd = open(NAME, O_RDWR | O_CREAT | O_EXCL, 0644);
	need(fd >= 0);
	for (size_t i = 0; i < size; i++)
		buf[i] = (char)pattern(i);
	need(write(fd, buf, size) == (ssize_t)size);
	return fd;
}

static char *map(int fd, size_t off, size_t len, int prot, int flags)
{
	char *p = mmap(NULL, len, prot, flags, fd, off);

	need(p != MAP_FAILED);
	return p;
}

static void test_shared(void)
{
	int fd = make_file(8 * PAGE);
	char *a = map(fd, 0, 8 * PAGE, RW, MAP_SHARED);
	char *b = map(fd, 2 * PAGE, 2 * PAGE, PROT_READ, MAP_SHARED);
	char buf[64];

	ok(is_pattern(a, 0, 8 * PAGE), "a shared mapping shows the file",
	   "The fault must read page vm_pgoff + (addr - vm_start) / 4096.");
	ok(is_pattern(b, 2 * PAGE, 2 * PAGE), "from the offset asked for",
	   "The offset is in bytes in mmap's argument, in pages in vm_pgoff.");
	memcpy(a + 2 * PAGE + 5, "stored", 6);
	ok(!memcmp(b + 5, "stored", 6), "a store shows in another mapping",
	   "Both map the same page of the page cache.");
	need(pread(fd, buf, 6, 2 * PAGE + 5) == 6);
	ok(!memcmp(buf, "stored", 6), "and is what read(2) reads",
	   "read(2) must copy from the same page cache, never from elsewhere.");
	need(pwrite(fd, "written", 7, 3 * PAGE + 9) == 7);
	ok(!memcmp(a + 3 * PAGE + 9, "written", 7) &&
		   !memcmp(b + PAGE + 9, "written", 7),
	   "write(2) shows at once in both mappings",
	   "write(2) must store into the page cache's page in place.");
	need(!close(fd));
	a[0] = 'z';
	ok(a[0] == 'z' && is_pattern(a + 1, 1, 100),
	   "the mapping outlives close()",
	   "A vm_area_struct holds its own reference to the file.");
	need(!unlink(NAME));
	ok(is_pattern(a + 7 * PAGE, 7 * PAGE, PAGE), "and unlink()",
	   "The inode lives while a mapping refers to it.");
	need(!munmap(a, 8 * PAGE) && !munmap(b, 2 * PAGE));
}

static void test_private(void)
{
	int fd = make_file(4 * PAGE);
	char *p = map(fd, 0, 4 * PAGE, RW, MAP_PRIVATE);
	char *s = map(fd, 0, 4 * PAGE, RW, MAP_SHARED);
	char buf[8];

	ok(is_pattern(p, 0, 4 * PAGE), "a private mapping shows the file", "");
	s[10] = 'S';
	ok(p[10] == 'S', "before its first store it follows the file",
	   "Until it is written, a private page is the page-cache page.");
	p[20] = 'P';
	ok(s[20] == (char)pattern(20), "its store stays out of the file",
	   "A write to a private file page must copy it (do_cow_fault or "
	   "do_wp_page), never write the page cache.");
	ok(p[10] == 'S' && p[30] == (char)pattern(30),
	   "the copy begins with the rest of the page",
	   "The whole page is copied, not only what is stored.");
	s[40] = 'T';
	ok(p[40] == (char)pattern(40), "after the copy it no longer follows",
	   "The private page-table entry must point to the copy.");
	need(pwrite(fd, "W", 1, PAGE + 50) == 1);
	ok(p[PAGE + 50] == 'W', "its other pages still do",
	   "Copy-on-write is per page.");
	need(pread(fd, buf, 1, 20) == 1);
	ok(buf[0] == (char)pattern(20), "read(2) never sees a private store",
	   "See above.");
	store_byte(p + 3 * PAGE);
	ok(s[3 * PAGE] == (char)pattern(3 * PAGE) &&
		   is_pattern(p + 3 * PAGE + 1, 3 * PAGE + 1, PAGE - 1),
	   "a first access that is a store copies as well",
	   "A write fault on an empty entry of a private file mapping makes "
	   "the copy at once.");
	need(!munmap(p, 4 * PAGE) && !munmap(s, 4 * PAGE) && !close(fd));
}

static void test_end_of_file(void)
{
	int fd = make_file(PAGE + 100);
	char *p = map(fd, 0, 4 * PAGE, RW, MAP_SHARED), buf[200];
	struct stat st;

	ok(all_bytes(p + PAGE + 100, 0, PAGE - 100),
	   "the last page is zero past the end of the file",
	   "The tail of a partial page must be cleared, not left over.");
	p[PAGE + 100] = 'x';
	ok(p[PAGE + 100] == 'x', "a store there works", "The page is mapped.");
	need(!fstat(fd, &st));
	is_num(st.st_size, PAGE + 100, "but does not make the file longer",
	       "Only write(2) and ftruncate(2) change i_size.");
	is_num(pread(fd, buf, 200, PAGE), 100, "nor can read(2) see it",
	       "read(2) stops at i_size.");
	is_fault(catch_fault(touch_read, p + 2 * PAGE + 7), SIGBUS, BUS_ADRERR,
		 p + 2 * PAGE + 7, "a page wholly past the end is SIGBUS",
		 "It is mapped, so not SIGSEGV; it has no data, so BUS_ADRERR "
		 "with the exact address.");
	is_fault(catch_fault(store_byte, p + 3 * PAGE), SIGBUS, BUS_ADRERR,
		 p + 3 * PAGE, "for a store as well", "See above.");
	need(!ftruncate(fd, 3 * PAGE));
	ok(!read_fault(p + 2 * PAGE) && p[2 * PAGE] == 0,
	   "after the file has grown the same page is zeros",
	   "The end is looked up at the fault, not at mmap.");
	need(pwrite(fd, "q", 1, 2 * PAGE + 1) == 1);
	ok(p[2 * PAGE + 1] == 'q', "and shows what is written there",
	   "A hole becomes a page of the page cache.");
	need(!munmap(p, 4 * PAGE) && !close(fd));
}

static void test_truncate(void)
{
	int fd = make_file(4 * PAGE);
	char *s = map(fd, 0, 4 * PAGE, RW, MAP_SHARED);
	char *p = map(fd, 0, 4 * PAGE, RW, MAP_PRIVATE);

	touch_read(s + 3 * PAGE);
	p[3 * PAGE] = 'c';
	p[PAGE] = 'd';
	need(!ftruncate(fd, 2 * PAGE + 10));
	is_num(catch_fault(touch_read, s + 3 * PAGE).sig, SIGBUS,
	       "truncation takes mapped pages away",
	       "It must unmap them from every mapping (unmap_mapping_range).");
	is_num(catch_fault(touch_read, p + 3 * PAGE).sig, SIGBUS,
	       "private copies past the new end too",
	       "Truncation removes even COW copies (even_cows = 1).");
	ok(p[PAGE] == 'd', "private copies before it stay", "");
	ok(all_bytes(s + 2 * PAGE + 10, 0, PAGE - 10),
	   "the tail of the new last page is cleared",
	   "Otherwise growing the file again would show old data.");
	need(!ftruncate(fd, 4 * PAGE));
	ok(all_bytes(s + 3 * PAGE, 0, PAGE), "grown again, it is zeros",
	   "The old page must have left the page cache.");
	need(!munmap(s, 4 * PAGE) && !munmap(p, 4 * PAGE) && !close(fd));
}

static void test_errors(void)
{
	int fd = make_file(PAGE), ro, wo, dir, pipes[2];
	char *p;

	ro = open(NAME, O_RDONLY);
	wo = open(NAME, O_WRONLY);
	dir = open("/tmp", O_RDONLY);
	need(ro >= 0 && wo >= 0 && dir >= 0 && !pipe(pipes));
	is_errno(sys_mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0), EACCES,
		 "a shared writable mapping of a read-only file is EACCES");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), EACCES,
		 "any mapping of a write-only file is EACCES");
	is_errno(sys_mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, wo, 0), EACCES,
		 "even one that would only write");
	p = map(ro, 0, PAGE, RW, MAP_PRIVATE);
	*p = 1;
	ok(*p == 1, "a private writable mapping of a read-only file works",
	   "Its stores never reach the file.");
	need(!munmap(p, PAGE));
	p = map(ro, 0, PAGE, PROT_READ, MAP_SHARED);
	is_errno(sys_mprotect(p, PAGE, RW), EACCES,
		 "mprotect cannot make it a shared writable one later");
	ok(!sys_mprotect(p, PAGE, PROT_NONE) &&
		   !sys_mprotect(p, PAGE, PROT_READ),
	   "but may take rights away and give them back",
	   "VM_MAYREAD and VM_MAYEXEC stay; only VM_MAYWRITE is withheld.");
	need(!munmap(p, PAGE));
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 999, 0), EBADF,
		 "a descriptor that is not open is EBADF");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0), ENODEV,
		 "a directory is ENODEV");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0),
		 ENODEV, "a pipe is ENODEV");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 512), EINVAL,
		 "an offset inside a page is EINVAL");
	is_errno(sys_mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, -PAGE),
		 EOVERFLOW, "an offset range that wraps is EOVERFLOW");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, 0, fd, 0), EINVAL,
		 "neither shared nor private is EINVAL");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, 3 | 0x80000, fd, 0),
		 EOPNOTSUPP,
		 "MAP_SHARED_VALIDATE refuses MAP_SYNC on a plain file");
	p = map(fd, 0, PAGE, PROT_READ, 3);
	ok(is_pattern(p, 0, PAGE), "and is MAP_SHARED otherwise", "");
	need(!munmap(p, PAGE) && !close(fd) && !close(ro) && !close(wo) &&
	     !close(dir) && !close(pipes[0]) && !close(pipes[1]));
}

/* The child opens the file anew, stores, and looks at the private mapping. */
static int other_process(void *private)
{
	int fd = open(NAME, O_RDWR);
	char *s = map(fd, 0, 2 * PAGE, RW, MAP_SHARED), *p = private;

	s[0] = 'C';
	p[PAGE] = 'x';
	if (p[PAGE] != 'x' || s[PAGE] != (char)pattern(PAGE))
		return 1;
	return p[0] == 'C' ? 0 : 2;
}

static void test_processes(void)
{
	int fd = make_file(2 * PAGE);
	char *s = map(fd, 0, 2 * PAGE, RW, MAP_SHARED);
	char *p = map(fd, 0, 2 * PAGE, RW, MAP_PRIVATE);

	touch_read(p);
	exits_with(run_child(other_process, p), 0,
		   "a child sees the file through its inherited mapping",
		   "Status 1: a private store leaked into the file.  2: an "
		   "uncopied private page does not follow the file.");
	ok(s[0] == 'C', "its store in a mapping of its own is seen here",
	   "All mappings of a file share the page cache's page.");
	ok(p[PAGE] == (char)pattern(PAGE), "its private store is not",
	   "A private page is copied for the process that writes it.");
	need(!munmap(s, 2 * PAGE) && !munmap(p, 2 * PAGE) && !close(fd));
}

static void test_maps_line(void)
{
	int fd = make_file(4 * PAGE);
	char *p = map(fd, PAGE, 3 * PAGE, PROT_READ, MAP_SHARED);
	struct stat st;
	struct map m;

	need(!fstat(fd, &st));
	need(!munmap(p, PAGE));
	need(maps_find(p + PAGE, &m));
	ok(m.offset == 2 * PAGE && m.inode == st.st_ino &&
		   !strcmp(m.name, NAME),
	   "unmapping the first page moves the offset in maps",
	   "When vm_start moves up, vm_pgoff must move with it.");
	ok(is_pattern(p + PAGE, 2 * PAGE, 2 * PAGE),
	   "and the rest shows the same bytes as before",
	   "See above; pages not yet touched are read by the new vm_pgoff.");
	need(!munmap(p + PAGE, 2 * PAGE) && !close(fd));
	unlink(NAME);
}

int main(void)
{
	plan(47);
	test_shared();
	test_private();
	test_end_of_file();
	test_truncate();
	test_errors();
	test_processes();
	test_maps_line();
	return done();
}
