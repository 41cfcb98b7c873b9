/* SPDX-License-Identifier: MIT */
/*
 * tests/user/mmap_anon.c - anonymous mappings: where mmap puts them, what is
 * in them, and which requests it refuses.
 */
#include "fault.h"
#include "maps.h"

#define RW     (PROT_READ | PROT_WRITE)
#define ANON   (MAP_PRIVATE | MAP_ANONYMOUS)
#define MINLEN 16

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static void *map(void *addr, size_t len, int prot, int flags)
{
	return sys_mmap(addr, len, prot, flags, -1, 0);
}

static void test_zero_fill(void)
{
	char *p = anon_pages(64), *q;
	long before;
	int i, good = 1;

	ok(all_bytes(p, 0, 64 * PAGE), "fresh memory reads as zeros",
	   "An untouched page is read through the shared zero page.");
	for (i = 0; i < 64; i++)
		p[i * PAGE + i] = (char)(i + 1);
	for (i = 0; i < 64; i++)
		good &= p[i * PAGE + i] == (char)(i + 1) &&
			p[i * PAGE + i + 1] == 0;
	ok(good, "each page keeps its own data after the first write",
	   "The write to the zero page must copy it to a page of its own; "
	   "if pages show each other's bytes, they share a frame.");
	need(!munmap(p, 64 * PAGE));
	q = anon_pages(64);
	ok(all_bytes(q, 0, 64 * PAGE),
	   "memory that was freed comes back as zeros",
	   "A recycled frame reached a program uncleared: that leaks other "
	   "programs' data.  Look at where __GFP_ZERO is honoured.");
	before = minor_faults();
	for (i = 0; i < 64; i++)
		q[i * PAGE] = 1;
	is_num(minor_faults() - before, 64,
	       "64 first writes to pages read before are 64 minor faults",
	       "Each write to a page that shows the zero page is one fault, "
	       "counted in ru_minflt, and the rest are none.");
	before = minor_faults();
	for (i = 0; i < 64; i++)
		q[i * PAGE] = 2;
	is_num(minor_faults() - before, 0, "writing them again faults no more",
	       "The page-table entry must be writable after the write fault.");
	need(!munmap(q, 64 * PAGE));
}

static void test_fixed(void)
{
	char *base = free_range(MINLEN), *p;

	p = map(base, 4 * PAGE, RW, ANON | MAP_FIXED);
	ok(p == base, "MAP_FIXED maps exactly where it is told",
	   "The address must not be treated as a hint.");
	memset(base, 7, 4 * PAGE);
	p = map(base + PAGE, 2 * PAGE, RW, ANON | MAP_FIXED);
	ok(p == base + PAGE && all_bytes(p, 0, 2 * PAGE),
	   "MAP_FIXED over a mapping replaces it with fresh zeros",
	   "The old pages must be unmapped first, and their TLB entries "
	   "flushed.");
	ok(all_bytes(base, 7, PAGE) && all_bytes(base + 3 * PAGE, 7, PAGE),
	   "and leaves the neighbours as they were",
	   "The old area must be split at both ends of the new one.");
	is_errno(map(base + 3 * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE),
		 EEXIST, "MAP_FIXED_NOREPLACE over a mapping is EEXIST");
	is_errno(map(base - PAGE, 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE),
		 EEXIST, "also when only its last page collides");
	ok(all_bytes(base + 3 * PAGE, 7, PAGE), "what was there is untouched",
	   "The check must come before anything is unmapped.");
	p = map(base + 5 * PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE);
	ok(p == base + 5 * PAGE, "MAP_FIXED_NOREPLACE maps a free range",
	   "Over free space it is MAP_FIXED.");
	need(!munmap(base - PAGE, (MINLEN + 1) * PAGE));
}

static void test_hints(void)
{
	char *base = free_range(MINLEN), *p, *q;

	p = map(base + 4 * PAGE, 2 * PAGE, RW, ANON);
	ok(p == base + 4 * PAGE, "a hint at free space is taken",
	   "Without MAP_FIXED the address is a wish that should be granted "
	   "when the range is free.");
	q = map(base + 5 * PAGE, 2 * PAGE, RW, ANON);
	ok(q != MAP_FAILED && (q + 2 * PAGE <= p || q >= p + 2 * PAGE),
	   "a hint at occupied space goes elsewhere",
	   "A hint must never replace or overlap a mapping.");
	need(!munmap(q, 2 * PAGE));
	q = map(base + 8 * PAGE + 123, PAGE, RW, ANON);
	ok(q == base + 8 * PAGE, "an unaligned hint is rounded down",
	   "Only MAP_FIXED insists on alignment.");
	need(!munmap(q, PAGE));
	q = map((void *)-PAGE, PAGE, RW, ANON);
	ok(q != MAP_FAILED && (long)q > 0, "a hint in kernel space is ignored",
	   "A hint that cannot be had is not an error.");
	need(!munmap(q, PAGE));
	q = map((void *)1, PAGE, RW, ANON);
	ok(q != MAP_FAILED && (unsigned long)q >= 0x100000,
	   "a hint in page 0 counts as none",
	   "Rounded down it is 0, which means: anywhere.");
	need(!munmap(q, PAGE));
	need(!munmap(p, 2 * PAGE));
}

static void test_top_down(void)
{
	size_t len = 1 << 20;
	char *a = map(NULL, len, PROT_NONE, ANON), *b, *c;

	b = map(NULL, len, PROT_NONE, ANON);
	ok(b + len == a, "the next mapping goes directly below the last",
	   "The search for a gap is top-down and takes the upper end of the "
	   "highest gap that is large enough.");
	c = map(NULL, len, PROT_NONE, ANON);
	ok(c + len == b, "and the one after that below it", "See above.");
	need(!munmap(b, len));
	ok(map(NULL, len, PROT_NONE, ANON) == b,
	   "a hole of the right size is filled again",
	   "It is the highest gap that fits.");
	need(!munmap(a, len));
	ok(map(NULL, len + PAGE, PROT_NONE, ANON) != a - PAGE,
	   "a hole that is one page too small is not",
	   "The gap search must compare lengths exactly.");
	need(!munmap(b, len) && !munmap(c, len));
}

static void test_length_errors(void)
{
	char *base = free_range(MINLEN);

	is_errno(map(NULL, 0, RW, ANON), EINVAL, "length 0 is EINVAL");
	is_errno(map(NULL, -1UL, RW, ANON), ENOMEM,
		 "length 2^64-1 wraps to 0 when rounded: ENOMEM");
	is_errno(map(NULL, -PAGE, RW, ANON), ENOMEM,
		 "length 2^64-4096 is ENOMEM");
	is_errno(map(NULL, 1UL << 47, PROT_NONE, ANON | MAP_NORESERVE), ENOMEM,
		 "a length of all user space is ENOMEM");
	is_errno(map((void *)0x7fffffffe000, 0x10000, RW, ANON | MAP_FIXED),
		 ENOMEM, "MAP_FIXED across the end of user space is ENOMEM");
	is_errno(map((void *)0xffff888000000000, PAGE, RW, ANON | MAP_FIXED),
		 ENOMEM, "MAP_FIXED in kernel space is ENOMEM");
	is_errno(map(base + 1, PAGE, RW, ANON | MAP_FIXED), EINVAL,
		 "MAP_FIXED off a page boundary is EINVAL");
	is_errno(
		sys_mmap(NULL, PAGE, RW, ANON, -1, 100), EINVAL,
		"an offset inside a page is EINVAL, even for anonymous memory");
	is_errno(map(NULL, PAGE, RW, MAP_ANONYMOUS), EINVAL,
		 "neither MAP_PRIVATE nor MAP_SHARED is EINVAL");
	is_errno(map(NULL, PAGE, RW, MAP_ANONYMOUS | 3), EINVAL,
		 "MAP_SHARED_VALIDATE on anonymous memory is EINVAL");
	is_errno(map(NULL, PAGE, RW, MAP_PRIVATE), EBADF,
		 "a file mapping of descriptor -1 is EBADF");
	layout_is(base, MINLEN, "16.", "no refused call mapped anything",
		  "All checks come before the first change.");
}

static void test_flags(void)
{
	unsigned char vec[8];
	long before;
	char *p;
	int i;

	p = mmap(NULL, PAGE, RW, ANON, 12345, 0);
	ok(p != MAP_FAILED, "MAP_ANONYMOUS ignores the descriptor",
	   "Programs pass all sorts of values; only -1 is portable.");
	need(!munmap(p, PAGE));
	p = map(NULL, PAGE, RW, ANON | MAP_STACK | MAP_DENYWRITE);
	ok(p != MAP_FAILED, "historic flags are ignored",
	   "MAP_STACK and MAP_DENYWRITE mean nothing today, but pass.");
	need(!munmap(p, PAGE));
	p = map(NULL, 1UL << 38, PROT_NONE, ANON | MAP_NORESERVE);
	ok(p != MAP_FAILED, "256 GiB without access or reservation is granted",
	   "Such a mapping costs one vm_area_struct; memory comes with "
	   "page faults.");
	need(!munmap(p, 1UL << 38));
	p = map(NULL, 8 * PAGE, RW, ANON | MAP_POPULATE);
	need(p != MAP_FAILED);
	before = minor_faults();
	for (i = 0; i < 8; i++)
		p[i * PAGE] = 1;
	is_num(minor_faults() - before, 0,
	       "MAP_POPULATE leaves no fault for the first write",
	       "populate faults the pages in as if written, since the area "
	       "is writable.");
	need(!mincore(p, 8 * PAGE, vec));
	ok(all_bytes(vec, 1, 8),
	   "mincore() says that populated pages are there",
	   "Bit 0 of each byte is set for a resident page.");
	need(!munmap(p, 8 * PAGE));
	p = anon_pages(4);
	p[PAGE] = 1;
	need(!mincore(p, 4 * PAGE, vec));
	ok(vec[0] == 0 && vec[1] == 1 && vec[2] == 0,
	   "mincore() tells touched anonymous pages from others",
	   "A private anonymous page that was never touched is not resident.");
	need(!munmap(p, 4 * PAGE));
}

static int first_pages(void *unused)
{
	void *p;

	/* Unprivileged: mmap_min_addr protects the kernel's null pointers. */
	if (setgid(65534) || setuid(65534))
		return 2;
	p = map(NULL, PAGE, RW, ANON | MAP_FIXED);
	return p == MAP_FAILED && errno == EPERM ? 0 : 1;
}

static void test_low_addresses(void)
{
	char *p = map((void *)0x10000, PAGE, RW, ANON | MAP_FIXED_NOREPLACE);

	ok(p == (char *)0x10000, "64 KiB, mmap_min_addr, can be mapped",
	   "It is the lowest address for everybody.");
	need(!munmap(p, PAGE));
	exits_with(run_child(first_pages, NULL), 0,
		   "page 0 is EPERM for a user without privileges",
		   "Below mmap_min_addr only CAP_SYS_RAWIO may map; exit "
		   "status 2 would mean that setuid failed.");
	p = map(NULL, PAGE, RW, ANON | MAP_FIXED);
	ok(p == NULL || (p == MAP_FAILED && errno == EPERM),
	   "root gets page 0, or EPERM", "No other errno fits.");
	if (!p)
		munmap(p, PAGE);
}

static void test_last_addresses(void)
{
	is_errno(map((char *)-1L, PAGE, RW, ANON | MAP_FIXED), EPERM,
		 "MAP_FIXED at 2^64 - 1 looks like EPERM");
	is_errno(map((char *)-5L, PAGE, RW, ANON | MAP_FIXED), EIO,
		 "and at 2^64 - 5 like EIO");
	is_errno(map((char *)-4096L, PAGE, RW, ANON | MAP_FIXED), ENOMEM,
		 "below the last 4095 bytes it is too high");
}

static void test_shared(void)
{
	char *p = shared_pages(4);

	ok(all_bytes(p, 0, 4 * PAGE), "shared anonymous memory is zero too",
	   "It is a nameless tmpfs file, all hole.");
	p[PAGE] = 9;
	ok(p[PAGE] == 9 && p[0] == 0, "and keeps what is written",
	   "The write fault must find or make the page of that offset.");
	is_errno(
		map(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN),
		EINVAL, "a shared mapping cannot grow down");
	need(!munmap(p, 4 * PAGE));
}

static void test_exec(void)
{
	/* mov eax, 1234; ret */
	static const unsigned char code[] = { 0xb8, 0xd2, 4, 0, 0, 0xc3 };
	char *p = map(NULL, PAGE, RW | PROT_EXEC, ANON);

	need(p != MAP_FAILED);
	memcpy(p, code, sizeof(code));
	is_num(((int (*)(void))p)(), 1234, "PROT_EXEC memory can be executed",
	       "The NX bit must be clear in its page-table entries.");
	need(!munmap(p, PAGE));
	p = map(NULL, PAGE, PROT_WRITE, ANON);
	need(p != MAP_FAILED);
	ok(!write_fault(p), "PROT_WRITE alone can be read and written on x86",
	   "The processor has no write-only pages.");
	need(!munmap(p, PAGE));
}

int main(void)
{
	plan(50);
	test_zero_fill();
	test_fixed();
	test_hints();
	test_top_down();
	test_length_errors();
	test_flags();
	test_low_addresses();
	test_last_addresses();
	test_shared();
	test_exec();
	return done();
}
