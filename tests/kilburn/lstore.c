/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/lstore.c - the local store: one pointer, wherever the context
 * is.  The races are in lstore_races.c.
 */

#include "lstore.h"
#include <sys/uio.h>

#define DEVICE_MEMORY "/dev/ivshmem0" /* what the hardware store is part of */

static int device;

/* The first tag of each page, as the device has it now. */
static long bad_in_device(int context, uint64_t generation)
{
	long bad = 0;

	for (long page = 0; page < STORE_PAGES; page++) {
		uint64_t got;

		need(pread(device, &got, sizeof(got), page * PAGE) ==
		     sizeof(got));
		bad += got != tag(context, page, generation);
	}
	return bad;
}

static int state(int fd)
{
	return ioctl(fd, LSTORE_GET_STATE);
}

/* ---- the switch --------------------------------------------------------- */

static void test_fresh(void)
{
	int fd = open_context();
	char *p = map_context(fd, LSTORE_SIZE);

	is_num(state(fd), LSTORE_SAVED, "a new context is saved", "");
	ok(all_bytes(p, 0, LSTORE_SIZE), "and all zeros", "");
	is_num(lseek(fd, 0, SEEK_END), LSTORE_SIZE, "its file has 256 KiB", "");
	is_num(ioctl(fd, LSTORE_SAVE), 0, "saving it again changes nothing",
	       "");
	need(!ioctl(fd, LSTORE_LOAD));
	ok(all_bytes(p, 0, LSTORE_SIZE), "it is still zeros when loaded",
	   "What another context left in the hardware must not be seen.");
	is_num(ioctl(fd, LSTORE_LOAD), 0, "loading it again changes nothing",
	       "");
	munmap(p, LSTORE_SIZE);
	close(fd);
}

static void test_switch(void)
{
	int a = open_context(), b = open_context();
	char *pa = map_context(a, LSTORE_SIZE),
	     *pb = map_context(b, LSTORE_SIZE);

	tag_store(pa, 1, 1);
	tag_store(pb, 2, 1);
	ok(bad_in_device(1, 1) && bad_in_device(2, 1),
	   "stores to a saved context do not reach the device", "");
	need(!ioctl(a, LSTORE_LOAD));
	is_num(state(a), LSTORE_LOADED, "LSTORE_LOAD loads", "");
	is_num(bad_in_device(1, 1), 0, "what was stored is in the device", "");
	is_tagged(pa, 1, 1, "and is seen through the same pointer");
	tag_store(pa, 1, 2);
	is_num(bad_in_device(1, 2), 0, "now stores go to the device",
	       "The fault must insert the place where the context is.");
	need(!ioctl(b, LSTORE_LOAD));
	ok(state(a) == LSTORE_SAVED && state(b) == LSTORE_LOADED,
	   "loading another context saves the one that was loaded", "");
	is_tagged(pa, 1, 2, "the saved one shows what it had");
	is_tagged(pb, 2, 1, "the loaded one too");
	tag_store(pa, 1, 3);
	is_num(bad_in_device(2, 1), 0,
	       "stores to the saved one do not reach the device",
	       "An entry to the device survived the switch.");
	tag_store(pb, 2, 2);
	ok(ledger_agrees(), "the ledger agrees with both mapped", "");
	need(!ioctl(a, LSTORE_LOAD));
	is_tagged(pa, 1, 3, "and back again");
	is_tagged(pb, 2, 2, "with what the other had stored last");
	need(!ioctl(a, LSTORE_SAVE));
	ok(state(a) == LSTORE_SAVED && state(b) == LSTORE_SAVED,
	   "LSTORE_SAVE leaves nobody loaded", "");
	is_tagged(pa, 1, 3, "saved without a successor");
	munmap(pa, LSTORE_SIZE);
	munmap(pb, LSTORE_SIZE);
	close(a);
	close(b);
}

/* ---- mmap --------------------------------------------------------------- */

static void test_refused(void)
{
	int fd = open_context(), ro = open(LSTORE_DEVICE, O_RDONLY);
	char *p;

	fails_with(mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0), EINVAL,
		   "a private map is refused",
		   "A copy would stay behind when the context moves.");
	fails_with(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), EINVAL,
		   "a private map to read from too",
		   "It may become writable: is_cow_mapping().");
	fails_with(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ro, 0), EINVAL,
		   "through a read-only descriptor as well", "");
	fails_with(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0), EACCES,
		   "a writable map through it is EACCES", "");
	p = mmap(NULL, LSTORE_SIZE, PROT_READ, MAP_SHARED, ro, 0);
	ok(p != MAP_FAILED && all_bytes(p, 0, LSTORE_SIZE),
	   "a shared one to read from is granted", "");
	is_errno(mprotect(p, PAGE, RW), EACCES, "and cannot be made writable");
	munmap(p, LSTORE_SIZE);
	close(fd);
	close(ro);
}

static void test_bounds(void)
{
	int fd = open_context();
	char *p = map_context(fd, LSTORE_SIZE + 3 * PAGE), *far;

	p[LSTORE_SIZE - 1] = 1;
	is_fault(catch_fault(touch_read, p + LSTORE_SIZE + PAGE), SIGBUS,
		 BUS_ADRERR, p + LSTORE_SIZE + PAGE,
		 "the page behind the control window is SIGBUS", "");
	need(!ioctl(fd, LSTORE_LOAD));
	is_fault(
		catch_fault(touch_write, p + LSTORE_SIZE + 2 * PAGE), SIGBUS,
		BUS_ADRERR, p + LSTORE_SIZE + 2 * PAGE,
		"also of a loaded context",
		"The device's memory goes on there, but is not the context's.");
	far = sys_mmap(NULL, PAGE, RW, MAP_SHARED, fd, 1L << 40);
	need(far != MAP_FAILED);
	is_fault(catch_fault(touch_read, far), SIGBUS, BUS_ADRERR, far,
		 "far behind it too", "");
	munmap(far, PAGE);
	munmap(p, LSTORE_SIZE + 3 * PAGE);
	close(fd);
}

static void test_calls(void)
{
	int fd = open_context();
	char *p = map_context(fd, LSTORE_SIZE), *moved;

	tag_store(p, 3, 1);
	is_errno(madvise(p, PAGE, MADV_DONTNEED), EINVAL,
		 "madvise(MADV_DONTNEED)");
	is_num(mlock(p, LSTORE_SIZE), 0, "mlock does nothing", "");
	fails_with(sys_mremap(p, LSTORE_SIZE, LSTORE_SIZE + PAGE,
			      MREMAP_MAYMOVE, NULL),
		   EFAULT, "mremap does not grow it", "");
	fails_with(sys_mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
			      NULL),
		   EINVAL, "nor leaves it in place", "");
	moved = mmap(NULL, LSTORE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	need(moved != MAP_FAILED);
	need(sys_mremap(p, LSTORE_SIZE, LSTORE_SIZE,
			MREMAP_MAYMOVE | MREMAP_FIXED, moved) == moved);
	is_tagged(moved, 3, 1, "it can be moved");
	need(!ioctl(fd, LSTORE_LOAD));
	is_tagged(moved, 3, 1, "and switched there");
	need(!munmap(moved + 8 * PAGE, PAGE) &&
	     !mprotect(moved + 20 * PAGE, PAGE, PROT_READ));
	tag_page(moved + 9 * PAGE, tag(3, 9, 1));
	need(!ioctl(fd, LSTORE_SAVE));
	is_num(bad_tags(moved, 3, 1, 0, 8) + bad_tags(moved, 3, 1, 9, 64), 0,
	       "a hole and a split keep every page in its place",
	       "vm_pgoff moves with vm_start; a fault uses vmf->pgoff.");
	is_num(write_fault(moved + 20 * PAGE), SEGV_ACCERR,
	       "the read-only part stays read-only after a switch", "");
	ok(ledger_agrees(), "the ledger agrees with the pieces", "");
	munmap(moved, LSTORE_SIZE);
	close(fd);
}

/* ---- other ways in ------------------------------------------------------ */

static void test_file(void)
{
	int fd = open_context();
	char *p = map_context(fd, LSTORE_SIZE), buf[3 * PAGE];

	for (int loaded = 0; loaded < 2; loaded++) {
		if (loaded)
			need(!ioctl(fd, LSTORE_LOAD));
		memset(buf, 0x31 + loaded, sizeof(buf));
		is_num(pwrite(fd, buf, sizeof(buf), 5000), sizeof(buf),
		       loaded ? "write, loaded" : "write, saved", "");
		ok(all_bytes(p + 5000, 0x31 + loaded, sizeof(buf)),
		   "is seen through the map", "");
		memset(p + 5001, 0x41 + loaded, 100);
		need(pread(fd, buf, sizeof(buf), 5000) == sizeof(buf));
		ok(buf[0] == 0x31 + loaded &&
			   all_bytes(buf + 1, 0x41 + loaded, 100) &&
			   buf[101] == 0x31 + loaded,
		   "and read sees what the map stored", "");
	}
	is_num(pread(fd, buf, PAGE, LSTORE_SIZE - 10), 10,
	       "read ends at the end", "");
	is_num(pread(fd, buf, PAGE, LSTORE_SIZE), 0, "and there is 0", "");
	is_num(pwrite(fd, buf, PAGE, LSTORE_SIZE - 10), 10,
	       "write ends at the end", "");
	is_errno(pwrite(fd, buf, 1, LSTORE_SIZE), ENOSPC,
		 "and there is ENOSPC");
	is_errno(lseek(fd, LSTORE_SIZE + 1, SEEK_SET), EINVAL,
		 "no position beyond it");
	is_errno(pread(fd, (void *)8, 16, 0), EFAULT, "read to a bad address");
	is_errno(pwrite(fd, (void *)8, 16, 0), EFAULT,
		 "write from a bad address");
	is_num(pwrite(fd, p + 100, 50, 8192), 50,
	       "write from the context's own map",
	       "User memory is never touched under the context's lock.");
	munmap(p, LSTORE_SIZE);
	close(fd);
}

static void test_debugger(void)
{
	int fd = open_context(), mem = open("/proc/self/mem", O_RDWR);
	char *p = map_context(fd, LSTORE_SIZE + PAGE), *ro, buf[64] = "";
	struct iovec local = { buf, 8 }, remote = { p, 8 };

	need(mem >= 0);
	ro = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	need(ro != MAP_FAILED);
	for (int loaded = 0; loaded < 2; loaded++) {
		if (loaded)
			need(!ioctl(fd, LSTORE_LOAD));
		memset(p + PAGE - 4, 0x51 + loaded, 8);
		ok(pread(mem, buf, 8, (long)p + PAGE - 4) == 8 &&
			   all_bytes(buf, 0x51 + loaded, 8),
		   loaded ? "/proc/self/mem reads it, loaded"
			  : "/proc/self/mem reads it, saved",
		   "->access() must look where the context is.");
		memset(buf, 0x61 + loaded, 8);
		ok(pwrite(mem, buf, 8, (long)p + PAGE - 4) == 8 &&
			   all_bytes(p + PAGE - 4, 0x61 + loaded, 8),
		   "and writes it", "");
		is_errno(process_vm_readv(getpid(), &local, 1, &remote, 1, 0),
			 EFAULT, "process_vm_readv does not get its pages");
	}
	is_errno(pwrite(mem, buf, 8, (long)ro), EIO,
		 "not through a read-only area");
	is_errno(pread(mem, buf, 8, (long)p + LSTORE_SIZE), EIO,
		 "the control window is not for debuggers");
	munmap(ro, PAGE);
	munmap(p, LSTORE_SIZE + PAGE);
	close(mem);
	close(fd);
}

/* ---- fork, close -------------------------------------------------------- */

static void test_fork(void)
{
	int fd = open_context(), other = open_context(), to[2], from[2], status;
	char *p = map_context(fd, LSTORE_SIZE), byte;
	pid_t pid;

	tag_store(p, 4, 1);
	need(!pipe(to) && !pipe(from) && (pid = fork()) >= 0);
	if (!pid) {
		int bad = bad_tags(p, 4, 1, 0, STORE_PAGES) != 0;

		tag_store(p, 4, 2);
		need(write(from[1], "", 1) == 1 && read(to[0], &byte, 1) == 1);
		bad |= 2 * (bad_tags(p, 4, 3, 0, STORE_PAGES) != 0);
		need(!ioctl(other, LSTORE_LOAD));
		bad |= 4 * (bad_tags(p, 4, 3, 0, STORE_PAGES) != 0);
		_exit(bad);
	}
	need(read(from[0], &byte, 1) == 1);
	is_tagged(p, 4, 2, "after fork both have one context");
	need(!ioctl(fd, LSTORE_LOAD));
	is_tagged(p, 4, 2, "a switch takes the parent's entries away");
	tag_store(p, 4, 3);
	ok(ledger_agrees(), "the ledger agrees with a child alive", "");
	need(write(to[1], "", 1) == 1 && waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "and the child's",
		   "unmap_mapping_range() must reach every area: 1 before the "
		   "switch, 2 after it, 4 after one by the child.");
	is_tagged(p, 4, 3, "the child's switch takes the parent's, too");
	munmap(p, LSTORE_SIZE);
	close(fd);
	close(other);
}

static void test_close_first(void)
{
	int fd = open_context(), other = open_context();
	char *p = map_context(fd, LSTORE_SIZE);

	tag_store(p, 5, 1);
	need(!ioctl(fd, LSTORE_LOAD));
	close(fd);
	is_tagged(p, 5, 1, "a map keeps its context after close(2)");
	need(!ioctl(other, LSTORE_LOAD));
	is_tagged(p, 5, 1, "even when another one is loaded");
	ok(ledger_agrees(), "the ledger agrees", "");
	munmap(p, LSTORE_SIZE);
	close(other);
}

static long free_pages_now(void)
{
	long kib = 0;
	char line[100];
	FILE *f = fopen("/proc/meminfo", "r");

	need(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %ld", &kib) == 1)
			break;
	fclose(f);
	return kib / 4;
}

static void test_leaks(void)
{
	long before = 0, lost = 0;

	/* What caches keep is lost once. */
	for (int round = 0; round < 3; round++) {
		before = free_pages_now();
		for (int i = 0; i < 20; i++) {
			int a = open_context(), b = open_context();
			char *p = map_context(a, LSTORE_SIZE);

			tag_store(p, 6, i);
			need(!ioctl(a, LSTORE_LOAD) && !ioctl(b, LSTORE_LOAD));
			close(i & 1 ? a : b);
			munmap(p, LSTORE_SIZE);
			close(i & 1 ? b : a);
		}
		lost = before - free_pages_now();
		if (lost < 20)
			break;
	}
	ok(lost < 20, "40 contexts and 40 switches lose no memory", "");
	diag("lost %ld pages", lost);
}

/* ---- ioctl -------------------------------------------------------------- */

static uint64_t random_state = 2006;

static uint64_t random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

static void test_fuzz(void)
{
	int fd[2] = { open_context(), open_context() };
	long wrong = 0, known = 0;

	for (int i = 0; i < 4000; i++) {
		uint64_t r = random_bits();
		unsigned int cmd = r & 1 ? LSTORE_LOAD + (r >> 8) % 3
					 : (unsigned int)(r >> 16);
		int is_known = cmd >= LSTORE_LOAD && cmd <= LSTORE_GET_STATE;
		long ret = ioctl(fd[r >> 4 & 1], cmd, random_bits());

		known += is_known;
		if (is_known ? ret < 0 : (ret != -1 || errno != ENOTTY))
			wrong++;
		if (state(fd[0]) == LSTORE_LOADED &&
		    state(fd[1]) == LSTORE_LOADED)
			wrong++;
	}
	ok(!wrong && known > 1000, "4000 random ioctls: ENOTTY, or an answer",
	   "Never are two contexts loaded.");
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	plan(71);
	device = open(DEVICE_MEMORY, O_RDWR);
	need(device >= 0);
	test_fresh();
	test_switch();
	test_refused();
	test_bounds();
	test_calls();
	test_file();
	test_debugger();
	test_fork();
	test_close_first();
	test_leaks();
	test_fuzz();
	ok(ledger_agrees(), "the ledger agrees at the end", "");
	return done();
}
