/* SPDX-License-Identifier: MIT */
/*
 * tests/user/pagemap.c - /proc/PID/pagemap, /proc/kpagecount, /proc/kpageflags.
 */
#include "fault.h"
#include "maps.h"
#include <fcntl.h>
#include <sys/prctl.h>

#define RW (PROT_READ | PROT_WRITE)

#define PRESENT    (1ULL << 63)
#define SWAPPED    (1ULL << 62)
#define FILE_PAGE  (1ULL << 61)
#define EXCLUSIVE  (1ULL << 56)
#define SOFT_DIRTY (1ULL << 55)
#define PFN        (SOFT_DIRTY - 1)
#define KINDS      (PRESENT | SWAPPED | FILE_PAGE | EXCLUSIVE)

#define KPF_UPTODATE   (1ULL << 3)
#define KPF_SLAB       (1ULL << 7)
#define KPF_BUDDY      (1ULL << 10)
#define KPF_MMAP       (1ULL << 11)
#define KPF_ANON       (1ULL << 12)
#define KPF_SWAPBACKED (1ULL << 14)
#define KPF_NOPAGE     (1ULL << 20)
#define KPF_ZERO_PAGE  (1ULL << 24)
#define KPF_PGTABLE    (1ULL << 26)
#define KPF_OWNED      (1ULL << 34) /* with ANON: mapped by its only owner */

static int pagemap_fd, count_fd, flags_fd;

static uint64_t entry_at(int fd, unsigned long index)
{
	uint64_t value = ~0ULL;

	need(pread(fd, &value, 8, index * 8) == 8);
	return value;
}

static uint64_t entry(void *p)
{
	return entry_at(pagemap_fd, (unsigned long)p / PAGE);
}

static uint64_t kind(void *p)
{
	return entry(p) & KINDS;
}

static unsigned long pfn_of(void *p)
{
	return entry(p) & PFN;
}

static long count_of(void *p)
{
	return entry_at(count_fd, pfn_of(p));
}

static uint64_t kflags(void *p)
{
	return entry_at(flags_fd, pfn_of(p));
}

struct in_child {
	char *p;
	int ready[2], go[2];
};

static void start(struct in_child *c, pid_t *pid)
{
	char b;

	need(!pipe(c->ready) && !pipe(c->go));
	*pid = fork();
	need(*pid >= 0);
	if (!*pid) {
		need(write(c->ready[1], "", 1) == 1);
		need(read(c->go[0], &b, 1) == 1);
		_exit(0);
	}
	need(read(c->ready[0], &b, 1) == 1);
}

static void finish(struct in_child *c, pid_t pid)
{
	need(write(c->go[1], "", 1) == 1);
	need(waitpid(pid, NULL, 0) == pid);
	close(c->ready[0]), close(c->ready[1]);
	close(c->go[0]), close(c->go[1]);
}

static void test_anon(void)
{
	char *p = anon_pages(4);
	struct in_child c = { .p = p };
	pid_t pid;

	is_num(kind(p), 0, "an untouched page is not present", "");
	touch_read(p);
	is_num(kind(p), PRESENT, "the zero page: present, nobody's", "");
	ok(kflags(p) & KPF_ZERO_PAGE, "kpageflags: ZERO_PAGE", "");
	p[PAGE] = 1;
	is_num(kind(p + PAGE), PRESENT | EXCLUSIVE, "a page of its own", "");
	is_num(count_of(p + PAGE), 1, "kpagecount: 1", "");
	is_num(kflags(p + PAGE) & (KPF_MMAP | KPF_ANON | KPF_SWAPBACKED |
				   KPF_OWNED | KPF_UPTODATE | KPF_SLAB |
				   KPF_BUDDY | KPF_ZERO_PAGE | KPF_PGTABLE),
	       KPF_MMAP | KPF_ANON | KPF_SWAPBACKED | KPF_OWNED | KPF_UPTODATE,
	       "kpageflags: mapped, anonymous, one owner", "");
	ok(pfn_of(p) != pfn_of(p + PAGE), "another frame", "");
	start(&c, &pid);
	is_num(kind(p + PAGE), PRESENT, "shared after fork: not exclusive", "");
	is_num(count_of(p + PAGE), 2, "kpagecount: 2", "");
	ok(!(kflags(p + PAGE) & KPF_OWNED), "kpageflags: no single owner", "");
	p[PAGE] = 2;
	is_num(kind(p + PAGE), PRESENT | EXCLUSIVE, "copied: exclusive", "");
	finish(&c, pid);
	need(!madvise(p, 4 * PAGE, MADV_DONTNEED));
	is_num(kind(p + PAGE), 0, "MADV_DONTNEED: gone", "");
	need(!mprotect(p, PAGE, PROT_NONE));
	need(!munmap(p + 2 * PAGE, PAGE));
	is_num(entry(p + 2 * PAGE), 0, "no area: nothing at all", "");
	ok(entry(p + 3 * PAGE) == SOFT_DIRTY,
	   "an area that nobody asked to track is soft-dirty", "");
	need(!munmap(p, 4 * PAGE));
}

static void test_shared(void)
{
	int fd = syscall(SYS_memfd_create, "p", 0);
	char *s, *q, *p;

	need(fd >= 0 && !ftruncate(fd, 2 * PAGE));
	s = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	q = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	need(s != MAP_FAILED && q != MAP_FAILED && p != MAP_FAILED);
	s[0] = 1;
	is_num(kind(s), PRESENT | FILE_PAGE | EXCLUSIVE, "a page of a file",
	       "");
	is_num(kflags(s) & (KPF_MMAP | KPF_ANON | KPF_SWAPBACKED),
	       KPF_MMAP | KPF_SWAPBACKED, "kpageflags: mapped, of memory", "");
	touch_read(q);
	is_num(kind(s), PRESENT | FILE_PAGE, "mapped twice: not exclusive", "");
	is_num(count_of(s), 2, "kpagecount: 2", "");
	is_num(pfn_of(s), pfn_of(q), "it is one frame", "");
	touch_read(p);
	is_num(pfn_of(s), pfn_of(p), "also in a private map", "");
	p[0] = 2;
	is_num(kind(p), PRESENT | EXCLUSIVE, "until a store copies it", "");
	is_num(count_of(s), 2, "which is one entry less for the file's", "");
	need(!munmap(s, 2 * PAGE) && !munmap(q, 2 * PAGE));
	need(!munmap(p, 2 * PAGE));
	close(fd);
}

static int unprivileged(void *arg)
{
	char *p = arg;
	uint64_t e = 0;
	int fd;

	p[0] = 1;
	if (setuid(1000))
		return 9;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* what setuid() took away */
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (fd < 0)
		return 2;
	if (pread(fd, &e, 8, (unsigned long)p / PAGE * 8) != 8)
		return 3;
	if ((e & KINDS) != (PRESENT | EXCLUSIVE))
		return 4;
	return e & PFN ? 1 : 0;
}

static void test_reading(void)
{
	static uint64_t many[2000];
	char *p = anon_pages(2000);
	char buf[32];
	int n = 0, status;

	for (int i = 0; i < 2000; i += 3)
		p[i * PAGE] = 1;
	is_num(pread(pagemap_fd, many, sizeof(many),
		     (unsigned long)p / PAGE * 8),
	       sizeof(many), "2000 entries at once", "");
	for (int i = 0; i < 2000; i++)
		n += !!(many[i] & PRESENT) == (i % 3 == 0);
	is_num(n, 2000, "each in its place", "");
	need(!munmap(p + PAGE, 2 * PAGE));
	need(pread(pagemap_fd, many, 64, (unsigned long)p / PAGE * 8) == 64);
	ok(many[0] & PRESENT && !many[1] && !many[2] && many[3] & PRESENT &&
		   !(many[4] & PRESENT) && many[6] & PRESENT,
	   "a hole in the middle of what is read", "");
	is_errno(pread(pagemap_fd, buf, 8, 4), EINVAL, "not aligned");
	is_errno(pread(pagemap_fd, buf, 12, 8), EINVAL, "part of an entry");
	is_num(pread(pagemap_fd, buf, 0, 8), 0, "nothing", "");
	is_num(pread(pagemap_fd, buf, 8, (1UL << 47) / PAGE * 8), 0,
	       "beyond the address space: the end", "");
	is_num(pread(pagemap_fd, buf, 16, ((1UL << 47) / PAGE - 2) * 8), 8,
	       "the last page of it", "Its end is one page before 2^47.");
	is_errno(pread(pagemap_fd, (void *)8, 8, 0), EFAULT, "a bad buffer");
	is_num(lseek(pagemap_fd, 24, SEEK_SET), 24, "seek", "");
	is_num(read(pagemap_fd, buf, 8), 8, "and read", "");
	is_num(lseek(pagemap_fd, 0, SEEK_CUR), 32, "moves on", "");
	is_errno(lseek(pagemap_fd, 0, SEEK_END), EINVAL, "there is no end");
	status = run_child(unprivileged, p);
	exits_with(status, 0, "who is not root sees no frame numbers", "");
	need(!munmap(p, 2000 * PAGE));
}

static void test_frames(void)
{
	uint64_t buf[2];

	is_errno(pread(count_fd, buf, 8, 4), EINVAL, "kpagecount: unaligned");
	is_errno(pread(flags_fd, buf, 9, 8), EINVAL, "kpageflags: odd length");
	is_num(pread(count_fd, buf, 8, 1L << 50), 0, "beyond all frames", "");
	ok(entry_at(flags_fd, 0xb8) & (KPF_NOPAGE | 1ULL << 32),
	   "the text screen is not memory: no page, or reserved", "");
	is_num(entry_at(count_fd, 0xb8), 0, "and mapped by nobody", "");
}

int main(void)
{
	pagemap_fd = open("/proc/self/pagemap", O_RDONLY);
	count_fd = open("/proc/kpagecount", O_RDONLY);
	flags_fd = open("/proc/kpageflags", O_RDONLY);
	need(pagemap_fd >= 0 && count_fd >= 0 && flags_fd >= 0);
	plan(14 + 8 + 14 + 5);
	test_anon();
	test_shared();
	test_reading();
	test_frames();
	return done();
}
