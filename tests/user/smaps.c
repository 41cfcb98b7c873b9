/* SPDX-License-Identifier: MIT */
/*
 * tests/user/smaps.c - the numbers of /proc/PID/smaps and smaps_rollup, and
 * those of meminfo that a program can move.
 */
#include "fault.h"
#include "maps.h"
#include <fcntl.h>
#include <sys/uio.h>

#ifndef MADV_POPULATE_WRITE /* musl 1.2.3 */
#define MADV_POPULATE_WRITE 23
#endif

#define RW (PROT_READ | PROT_WRITE)

static char text[512 * 1024];

static void read_all(const char *name)
{
	size_t len = 0;
	ssize_t n;
	int fd = open(name, O_RDONLY);

	need(fd >= 0);
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	need(n == 0);
	close(fd);
	text[len] = '\0';
}

/* The value of a line "Name:  123 kB" after @from; -1: there is none. */
static long value(const char *from, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = from; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, len) && line[len] == ':')
			return atol(line + len + 1);
	}
	return -1;
}

/* The lines of the area that begins at @p. */
static const char *area(const void *p)
{
	char start[32];
	const char *found;

	read_all("/proc/self/smaps");
	snprintf(start, sizeof(start), "%08lx-", (unsigned long)p);
	found = strncmp(text, start, strlen(start)) ? strstr(text, start)
						    : text;
	need(found);
	return found;
}

/* "Rss Pss Shared_Clean Shared_Dirty Private_Clean Private_Dirty Anonymous" */
static const char *numbers(const void *p)
{
	static char out[128];
	const char *a = area(p);

	snprintf(out, sizeof(out), "%ld %ld %ld %ld %ld %ld %ld",
		 value(a, "Rss"), value(a, "Pss"), value(a, "Shared_Clean"),
		 value(a, "Shared_Dirty"), value(a, "Private_Clean"),
		 value(a, "Private_Dirty"), value(a, "Anonymous"));
	return out;
}

static const char *vm_flags(const void *p)
{
	static char out[128];
	const char *f = strstr(area(p), "VmFlags:");
	size_t len = strcspn(f, "\n");

	snprintf(out, sizeof(out), "%.*s", (int)len, f);
	return out;
}

/* An area of its own, which nothing merges with. */
static char *lone(unsigned long nr, int prot, int flags, int fd)
{
	char *p = free_range(nr);

	need(mmap(p, nr * PAGE, prot, flags | MAP_FIXED, fd, 0) == p);
	return p;
}

static char *lone_anon(unsigned long nr)
{
	return lone(nr, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

struct hold {
	int ready[2], go[2];
	pid_t pid;
};

static void hold_child(struct hold *h)
{
	char b;

	need(!pipe(h->ready) && !pipe(h->go));
	h->pid = fork();
	need(h->pid >= 0);
	if (!h->pid) {
		need(write(h->ready[1], "", 1) == 1);
		need(read(h->go[0], &b, 1) == 1);
		_exit(0);
	}
	need(read(h->ready[0], &b, 1) == 1);
}

static void let_child_go(struct hold *h)
{
	need(write(h->go[1], "", 1) == 1);
	need(waitpid(h->pid, NULL, 0) == h->pid);
	close(h->ready[0]), close(h->ready[1]);
	close(h->go[0]), close(h->go[1]);
}

static void test_private(void)
{
	char *p = lone_anon(8);
	struct hold h;

	is_str(numbers(p), "0 0 0 0 0 0 0", "untouched memory", "");
	is_num(value(area(p), "Size"), 32, "its size", "");
	touch_read(p);
	is_str(numbers(p), "0 0 0 0 0 0 0", "the zero page counts nowhere", "");
	for (int i = 0; i < 4; i++)
		p[i * PAGE] = 1;
	is_str(numbers(p), "16 16 0 0 0 16 16", "4 pages: private, dirty", "");
	is_num(value(area(p), "Referenced"), 16, "referenced", "");
	is_num(value(area(p), "Pss_Dirty"), 16, "Pss_Dirty", "");
	hold_child(&h);
	is_str(numbers(p), "16 8 0 16 0 0 16", "after fork: half of each", "");
	p[0] = 2;
	is_str(numbers(p), "16 10 0 12 0 4 16", "one copied", "");
	let_child_go(&h);
	is_str(numbers(p), "16 16 0 0 0 16 16", "alone again", "");
	need(!madvise(p, PAGE, MADV_DONTNEED));
	is_str(numbers(p), "12 12 0 0 0 12 12", "one given back", "");
	need(!munmap(p, 8 * PAGE));
}

static void test_object(void)
{
	int fd = syscall(SYS_memfd_create, "s", 0);
	char *s, *q, *p;

	need(fd >= 0 && !ftruncate(fd, 4 * PAGE));
	s = lone(4, RW, MAP_SHARED, fd);
	q = lone(4, RW, MAP_SHARED, fd);
	p = lone(4, RW, MAP_PRIVATE, fd);
	s[0] = s[PAGE] = 1;
	is_str(numbers(s), "8 8 0 0 0 8 0", "an object's pages, mapped once",
	       "");
	q[0] = 1;
	is_num(value(area(s), "Rss"), 8, "mapped twice: resident as before",
	       "");
	ok(value(area(s), "Pss") == 6 || value(area(s), "Pss") == 4,
	   "the share is less", "A load maps what is around it, too.");
	p[PAGE] = 3;
	is_num(value(area(p), "Anonymous"), 4, "a private copy is anonymous",
	       "");
	is_num(value(area(p), "Private_Dirty"), 4, "private and dirty", "");
	need(!munmap(s, 4 * PAGE) && !munmap(q, 4 * PAGE));
	need(!munmap(p, 4 * PAGE));
	close(fd);
}

static void test_flags(void)
{
	char *p = lone_anon(4);

	is_str(vm_flags(p), "VmFlags: rd wr mr mw me ac sd ", "VmFlags", "");
	need(!mlock(p, 4 * PAGE));
	is_str(vm_flags(p), "VmFlags: rd wr mr mw me lo ac sd ", "locked", "");
	is_num(value(area(p), "Locked"), 16, "Locked", "");
	need(!munlock(p, 4 * PAGE));
	need(!madvise(p, 4 * PAGE, MADV_DONTFORK));
	need(!madvise(p, 4 * PAGE, MADV_DONTDUMP));
	need(!madvise(p, 4 * PAGE, MADV_SEQUENTIAL));
	is_str(vm_flags(p), "VmFlags: rd wr mr mw me sr dc ac dd sd ", "advice",
	       "");
	need(!munmap(p, 4 * PAGE));
	p = lone(2, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1);
	is_str(vm_flags(p), "VmFlags: rd sh mr mw me ms sd ", "shared", "");
	need(!munmap(p, 2 * PAGE));
	p = lone(2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	is_str(vm_flags(p), "VmFlags: mr mw me nr sd ", "no access, no reserve",
	       "");
	need(!munmap(p, 2 * PAGE));
	p = lone(2, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_SYNC, -1);
	is_str(vm_flags(p), "VmFlags: rd wr mr mw me ac sf sd ",
	       "MAP_SYNC is remembered, though it is for files with DAX", "");
	need(!munmap(p, 2 * PAGE));
}

/*
 * Dirty belongs to the page: who stores through the kernel makes it dirty for
 * all who map it.
 */
static void test_dirty(void)
{
	char *p = lone(4, RW, MAP_SHARED | MAP_ANONYMOUS, -1), *q, byte = 1;
	struct iovec from = { &byte, 1 }, to;
	int fd = open("/proc/self/mem", O_RDWR);

	q = mremap(p, 0, 4 * PAGE, MREMAP_MAYMOVE); /* the same pages */
	need(fd >= 0 && q != MAP_FAILED);
	for (int i = 0; i < 4; i++)
		touch_read(p + i * PAGE), touch_read(q + i * PAGE);
	is_str(numbers(q), "16 8 16 0 0 0 0", "read only: clean", "");
	need(pwrite(fd, &byte, 1, (long)p) == 1);
	is_str(numbers(q), "16 8 12 4 0 0 0", "a store by /proc/self/mem", "");
	to.iov_base = p + PAGE;
	to.iov_len = 1;
	need(process_vm_writev(getpid(), &from, 1, &to, 1, 0) == 1);
	is_str(numbers(q), "16 8 8 8 0 0 0", "by process_vm_writev()", "");
	need(!munmap(q, 4 * PAGE));
	need(!mprotect(p, 4 * PAGE, PROT_READ));
	need(!mprotect(p, 4 * PAGE, RW));
	is_str(numbers(p), "16 16 0 0 8 8 0", "two of four are clean", "");
	need(!madvise(p, 4 * PAGE, MADV_POPULATE_WRITE));
	is_str(numbers(p), "16 16 0 0 0 16 0", "MADV_POPULATE_WRITE dirties",
	       "Also a page that is there, and may be written already.");
	need(!munmap(p, 4 * PAGE));
	close(fd);
}

/* The sum of a line over all areas. */
static long sum(const char *name)
{
	size_t len = strlen(name);
	long total = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, len) && line[len] == ':')
			total += atol(line + len + 1);
	}
	return total;
}

static void test_rollup(void)
{
	static const char *const names[] = { "Rss", "Shared_Clean",
					     "Private_Dirty", "Anonymous" };
	char *p = lone_anon(4);
	long sums[4], pss;

	memset(p, 1, 4 * PAGE);
	memset(text, 0, sizeof(text)); /* have it in memory */
	read_all("/proc/self/smaps");
	read_all("/proc/self/smaps");
	for (int i = 0; i < 4; i++)
		sums[i] = sum(names[i]);
	read_all("/proc/self/smaps_rollup");
	ok(strstr(text, " ---p 00000000 00:00 0 ") &&
		   strstr(text, "[rollup]\n"),
	   "smaps_rollup: its first line", "");
	for (int i = 0; i < 4; i++)
		is_num(value(text, names[i]), sums[i], names[i],
		       "The sum of smaps.");
	pss = value(text, "Pss_Anon") + value(text, "Pss_File") +
	      value(text, "Pss_Shmem");
	ok(pss <= value(text, "Pss") && pss + 3 > value(text, "Pss"),
	   "Pss is the sum of its kinds", "");
	ok(!strstr(text, "VmFlags") && !strstr(text, "\nSize:"),
	   "no lines that mean one area", "");
	need(!munmap(p, 4 * PAGE));
}

static long meminfo(const char *name)
{
	read_all("/proc/meminfo");
	return value(text, name);
}

/*
 * How far a number may be off, in KiB.  Linux counts on each CPU and adds up
 * now and then; Kilburn counts when it is asked, so there it is exact.
 */
static long slack(void)
{
	return on_kilburn() ? 0 : 800;
}

static int grew_by(long from, long to, long kb)
{
	return labs(to - from - kb) <= slack();
}

/*
 * By how many KiB MemFree falls when @nr pages are touched.
 *
 * Only these pages are to count.  So their tables are made before; and twice
 * as many pages are freed and half of them taken back, because Linux's MemFree
 * leaves out the pages that wait on a CPU's own list (3 MiB on a machine of
 * 512 MiB), and takes from there first.
 */
static long memfree_taken(unsigned long nr)
{
	char *p = anon_pages(2 * nr);
	long before, after;

	need(!madvise(p, 2 * nr * PAGE, 15 /* MADV_NOHUGEPAGE */));
	memset(p, 1, 2 * nr * PAGE);
	need(!madvise(p, 2 * nr * PAGE, MADV_DONTNEED));
	memset(p, 1, nr * PAGE);
	before = meminfo("MemFree");
	memset(p + nr * PAGE, 1, nr * PAGE);
	after = meminfo("MemFree");
	need(!munmap(p, 2 * nr * PAGE));
	return before - after;
}

/*
 * On Linux somebody else may free memory meanwhile (what exits is torn down by
 * a worker, the initramfs is given back in the background), which settles: one
 * good measurement of ten is enough there.  Kilburn has no such work, and one
 * measurement must be right.
 */
static void test_memfree(void)
{
	unsigned long nr = 2048;
	long want = nr * PAGE >> 10, taken = memfree_taken(nr);

	for (int i = 1; i < 10 && !on_kilburn(); i++) {
		if (grew_by(0, taken, want))
			break;
		usleep(50000);
		taken = memfree_taken(nr);
	}
	if (!ok(grew_by(0, taken, want), "MemFree",
		"Every page that is taken must leave it, and no other."))
		diag("%ld KiB less are free, expected %ld", taken, want);
}

static void test_meminfo(void)
{
	unsigned long nr = 4096; /* 16 MiB */
	long anon = meminfo("AnonPages"), shmem, cached, mapped;
	char *p = anon_pages(nr);

	need(!madvise(p, nr * PAGE, 15 /* MADV_NOHUGEPAGE */));
	memset(p, 1, nr * PAGE);
	ok(grew_by(anon, meminfo("AnonPages"), 16384), "AnonPages", "");
	need(!munmap(p, nr * PAGE));
	ok(grew_by(anon, meminfo("AnonPages"), 0), "and back", "");
	shmem = meminfo("Shmem");
	cached = meminfo("Cached");
	mapped = meminfo("Mapped");
	p = shared_pages(nr);
	memset(p, 1, nr * PAGE);
	ok(grew_by(shmem, meminfo("Shmem"), 16384), "Shmem", "");
	ok(grew_by(cached, meminfo("Cached"), 16384), "Cached", "");
	ok(grew_by(mapped, meminfo("Mapped"), 16384), "Mapped", "");
	need(!munmap(p, nr * PAGE));
	ok(grew_by(shmem, meminfo("Shmem"), 0), "and back", "");
	ok(meminfo("PageTables") > 0 && meminfo("KernelStack") > 0 &&
		   meminfo("Slab") > 0,
	   "what the kernel needs for itself", "");
}

int main(void)
{
	plan(10 + 5 + 7 + 5 + 7 + 8);
	test_private();
	test_object();
	test_flags();
	test_dirty();
	test_rollup();
	test_memfree();
	test_meminfo();
	return done();
}
