/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/edu.c - /dev/edu0: registers, interrupts by pin and by message,
 * and DMA between the device and user pages.  A transfer takes the device 0.1 s.
 * CFLAGS: -pthread
 */

#include "../user/fault.h"
#include "ledger.h"
#include <edu.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

#define RW       (PROT_READ | PROT_WRITE)
#define NODE     "/dev/edu0"
#define DMA_MASK ((1UL << 28) - 1)

static int edu;
static volatile uint32_t *regs;

static uint32_t reg(int at)
{
	return regs[at / 4];
}

static void set_reg(int at, uint32_t value)
{
	regs[at / 4] = value;
}

/* ---- registers ---------------------------------------------------------- */

static void test_registers(void)
{
	fails_with(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, edu, 0), EINVAL,
		   "a private map of registers is refused", "");
	fails_with(mmap(NULL, PAGE, RW, MAP_SHARED, edu, 1 << 20), EINVAL,
		   "so is one behind them", "");
	fails_with(mmap(NULL, (1 << 20) + PAGE, RW, MAP_SHARED, edu, 0), EINVAL,
		   "and one longer than them", "");
	is_num(reg(EDU_REG_ID) & 0xff, 0xed, "the device says who it is", "");
	set_reg(EDU_REG_LIVENESS, 0x12345678);
	is_num(reg(EDU_REG_LIVENESS), ~0x12345678u, "and that it lives", "");
	is_errno(pwrite(edu, "1234", 4, 0), EINVAL, "it is not written to");
}

static void test_factorial(void)
{
	static const uint32_t wanted[] = { 1, 1, 2, 6, 24, 120 };
	uint32_t value, wrong = 0;

	for (uint32_t n = 0; n < 6; n++) {
		value = n;
		wrong += ioctl(edu, EDU_FACTORIAL, &value) != 0 ||
			 value != wanted[n];
	}
	ok(!wrong, "0! to 5! through the driver", "");
	value = 12;
	need(!ioctl(edu, EDU_FACTORIAL, &value));
	is_num(value, 479001600, "12!", "");
	is_errno(ioctl(edu, EDU_FACTORIAL, 8L), EFAULT, "at a bad address");
	is_errno(ioctl(edu, 0x6505, 0), ENOTTY, "an unknown ioctl");
}

/* ---- interrupts --------------------------------------------------------- */

static long irq_count(const char *line_has)
{
	char line[300];
	long irq, count = -1;
	FILE *f = fopen("/proc/interrupts", "r");

	need(f);
	while (fgets(line, sizeof(line), f)) {
		long n;

		if (sscanf(line, "%ld: %ld", &irq, &n) == 2 &&
		    strstr(line, "edu0") &&
		    (irq >= 128) == (line_has[0] == 'M'))
			count = n;
	}
	fclose(f);
	return count;
}

static void *raise_soon(void *unused)
{
	usleep(50000);
	set_reg(EDU_REG_IRQ_RAISE, 0x4);
	return NULL;
}

static int ready(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1 && p.revents == POLLIN;
}

static void test_events(int how, const char *name)
{
	int fd = open(NODE, O_RDWR), nonblock = open(NODE, O_RDWR | O_NONBLOCK);
	int first, second;
	long before = irq_count(name), after;
	uint32_t value = 5;
	pthread_t thread;
	char byte;

	need(fd >= 0 && nonblock >= 0);
	diag("%s", name);
	is_num(ioctl(edu, EDU_SET_IRQ, how), 0, "it is chosen", "");
	is_num(ioctl(edu, EDU_GET_IRQ), how, "and in use", "");
	is_errno(read(nonblock, &first, 4), EAGAIN, "no event: EAGAIN");
	ok(!ready(fd, 0), "poll says so too", "");
	is_errno(read(fd, &byte, 1), EINVAL, "1 byte is not a count");
	is_errno(read(fd, &first, 8), EINVAL, "nor are 8");
	need(!pthread_create(&thread, NULL, raise_soon, NULL));
	is_num(read(fd, &first, 4), 4, "read waits for an interrupt",
	       "Has the device's interrupt been routed?");
	pthread_join(thread, NULL);
	ok(ready(nonblock, 0), "who has not read it yet is told by poll", "");
	need(read(nonblock, &second, 4) == 4);
	is_num(second, first, "and reads the same count", "");
	is_num(reg(EDU_REG_IRQ_STATUS), 0, "it has been acknowledged", "");
	need(!pthread_create(&thread, NULL, raise_soon, NULL));
	ok(ready(fd, 5000), "poll waits for one", "");
	pthread_join(thread, NULL);
	need(read(fd, &second, 4) == 4);
	is_num(second, first + 1, "one more", "");
	need(!ioctl(edu, EDU_FACTORIAL, &value));
	ok(value == 120 && !ready(fd, 20),
	   "the driver's own interrupts are not events", "");
	after = irq_count(name);
	ok(before >= 0 && after >= before + 2,
	   "/proc/interrupts counted them in its line", "");
	diag("%ld, then %ld", before, after);
	close(fd);
	close(nonblock);
}

static atomic_int stop;

static void *switch_over(void *unused)
{
	for (long i = 0; !atomic_load(&stop); i++)
		ioctl(edu, EDU_SET_IRQ, i % 2);
	return NULL;
}

/* One that comes while the way changes must not be lost. */
static void test_switching(void)
{
	uint32_t first, count;
	pthread_t thread;
	int fd = open(NODE, O_RDWR), n = 0; /* told of none yet */

	need(fd >= 0);
	set_reg(EDU_REG_IRQ_RAISE, 0x4);
	need(read(fd, &first, 4) == 4);
	need(!pthread_create(&thread, NULL, switch_over, NULL));
	for (; n < 500; n++) {
		set_reg(EDU_REG_IRQ_RAISE, 0x4);
		if (!ready(fd, 5000))
			break;
		need(read(fd, &count, 4) == 4);
	}
	atomic_store(&stop, 1);
	need(!pthread_join(thread, NULL));
	is_num(n, 500, "no interrupt is lost while the way changes",
	       "Between pin off and message on the device only remembers it.");
	is_num(count - first, 500, "and none is counted twice", "");
	close(fd);
}

static volatile int handled;

static void handle(int sig)
{
	handled = 1;
}

static void test_signal(void)
{
	struct sigaction sa = { .sa_handler = handle };
	int fd = open(NODE, O_RDWR), count;

	need(!sigaction(SIGALRM, &sa, NULL));
	alarm(1);
	is_errno(read(fd, &count, 4), EINTR, "a signal ends the wait");
	ok(handled, "and its handler has run", "");
	is_errno(ioctl(edu, EDU_SET_IRQ, 2), EINVAL, "there is no third way");
	is_errno(ioctl(edu, EDU_SET_IRQ, -1L), EINVAL, "nor a negative one");
	close(fd);
}

/* ---- DMA ---------------------------------------------------------------- */

static long dma(const void *addr, uint64_t len, uint32_t offset,
		uint32_t direction)
{
	struct edu_dma d = { (uint64_t)addr, len, offset, direction };

	return ioctl(edu, EDU_DMA, &d);
}

/* Where @nr pages are. */
static void phys_of(const char *p, unsigned long nr, uint64_t *phys)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);

	need(fd >= 0 && pread(fd, phys, nr * 8, (unsigned long)p / PAGE * 8) ==
				(ssize_t)(nr * 8));
	for (unsigned long i = 0; i < nr; i++)
		phys[i] = (phys[i] & ((1UL << 55) - 1)) * PAGE;
	close(fd);
}

#define CHUNK 512UL

/*
 * Two pages in a row, both where the device can reach them, or both above.
 * Return: NULL: there are none in most of the machine's memory.
 */
static char *pages_where(int above)
{
	static uint64_t phys[CHUNK];
	char *all = anon_pages(160 * CHUNK), *found = NULL;

	for (int chunk = 0; chunk < 160 && !found; chunk++) {
		char *p = all + chunk * CHUNK * PAGE;

		for (unsigned long i = 0; i < CHUNK; i++)
			p[i * PAGE] = 1;
		phys_of(p, CHUNK, phys);
		for (unsigned long i = 0; i + 1 < CHUNK && !found; i++)
			if ((phys[i] > DMA_MASK) == above &&
			    (phys[i + 1] > DMA_MASK) == above)
				found = p + i * PAGE;
	}
	if (!found) {
		munmap(all, 160 * CHUNK * PAGE);
		return NULL;
	}
	munmap(all, found - all);
	munmap(found + 2 * PAGE, all + 160 * CHUNK * PAGE - found - 2 * PAGE);
	return found;
}

static void fill(char *p, size_t len, int seed)
{
	for (size_t i = 0; i < len; i++)
		p[i] = seed + i * 7 + i / 256;
}

static int filled(const char *p, size_t len, int seed)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != (char)(seed + i * 7 + i / 256))
			return 0;
	return 1;
}

static void round_trip(char *p, const char *name, int seed)
{
	char *out = p + 1000, *in = p + 3000; /* across the page's end */

	fill(out, 1500, seed);
	need(!dma(out, 1500, 17, EDU_TO_DEVICE));
	memset(p, 0, 2 * PAGE);
	need(!dma(in, 1500, 17, EDU_FROM_DEVICE));
	ok(filled(in, 1500, seed) && all_bytes(p, 0, 3000) &&
		   all_bytes(in + 1500, 0, 2 * PAGE - 4500),
	   name, "Exactly these bytes, in both pages.");
}

static void test_transfers(void)
{
	char *low = pages_where(0), *high = pages_where(1);

	if (low)
		round_trip(low, "to the device and back, below 256 MiB", 1);
	else
		skip("below 256 MiB", "no page there");
	if (high)
		round_trip(high, "above, through the bounce page", 2);
	else
		skip("above 256 MiB", "no page there");
}

static void set_address(int at, uint64_t value)
{
	*(volatile uint64_t *)(regs + at / 4) = value;
}

/* A program may start one through the map, of memory that nobody minds. */
static void test_dma_busy(void)
{
	char *p = anon_pages(1), *back = anon_pages(1);

	fill(p, 64, 6);
	set_address(EDU_REG_DMA_SRC, 0x100000);
	set_address(EDU_REG_DMA_DST, EDU_BUFFER_BUS + 2048);
	set_address(EDU_REG_DMA_COUNT, 16);
	set_reg(EDU_REG_DMA_CMD, 1);
	need(!dma(p, 64, 0, EDU_TO_DEVICE));
	need(!dma(back, 64, 0, EDU_FROM_DEVICE));
	ok(filled(back, 64, 6), "a transfer waits for one that is under way",
	   "The device ignores its registers until that is over.");
	munmap(p, PAGE);
	munmap(back, PAGE);
}

/* A page that fork() shared must be copied before the device writes to it. */
static void test_dma_cow(void)
{
	char *p = anon_pages(1);
	int to[2], status;
	char byte;
	pid_t pid;

	fill(p, 64, 3);
	need(!dma(p, 64, 0, EDU_TO_DEVICE) && !pipe(to));
	memset(p, 0x55, PAGE);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		need(read(to[0], &byte, 1) == 1);
		_exit(!all_bytes(p, 0x55, PAGE));
	}
	need(!dma(p, 64, 0, EDU_FROM_DEVICE));
	ok(filled(p, 64, 3),
	   "what the device writes after fork, the parent has",
	   "Pin for writing, so that the copy comes first.");
	need(write(to[1], "", 1) == 1 && waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "and the child has not", "");
	munmap(p, PAGE);
}

static uint64_t frame;

static int has_frame(void *p)
{
	uint64_t phys;

	phys_of(p, 1, &phys);
	return phys != frame;
}

static void test_dma_unpinned(void)
{
	char *p = anon_pages(1);

	fill(p, 64, 4);
	need(!dma(p, 64, 0, EDU_TO_DEVICE));
	need(!dma(p, 64, 0, EDU_FROM_DEVICE));
	phys_of(p, 1, &frame);
	exits_with(run_child(has_frame, p), 0,
		   "after a transfer fork shares the page",
		   "It copies a page that is pinned: is one still?");
	munmap(p, PAGE);
}

static void *unmap_soon(void *p)
{
	usleep(30000);
	munmap(p, PAGE);
	return NULL;
}

/* The device writes for 0.1 s to a page that is unmapped meanwhile. */
static void test_dma_unmapped(void)
{
	char *p = anon_pages(1);
	pthread_t thread;

	p[0] = 1;
	need(!pthread_create(&thread, NULL, unmap_soon, p));
	is_num(dma(p, 64, 0, EDU_FROM_DEVICE), 0,
	       "a page that is unmapped in the middle stays until the end",
	       "Its pin must keep the frame from being freed.");
	pthread_join(thread, NULL);
	ok(ledger_agrees(), "the ledger agrees", "");
}

static void test_dma_bounds(void)
{
	char *p = anon_pages(4), *ro, *pfn;

	p[0] = 1;
	ro = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pfn = (char *)regs;
	need(ro != MAP_FAILED);
	is_num(dma(p, 0, 0, EDU_TO_DEVICE), 0, "no bytes are no transfer", "");
	is_num(dma(p, 0, EDU_BUFFER_SIZE, EDU_TO_DEVICE), 0,
	       "also at the buffer's end", "");
	is_errno(dma(p, 1, EDU_BUFFER_SIZE, EDU_TO_DEVICE), EINVAL,
		 "a byte behind it");
	is_errno(dma(p, EDU_BUFFER_SIZE, 1, EDU_TO_DEVICE), EINVAL,
		 "the last byte goes beyond");
	is_errno(dma(p, EDU_BUFFER_SIZE + 1L, 0, EDU_FROM_DEVICE), EINVAL,
		 "more than the buffer has");
	is_errno(dma(p, -1UL, 0, EDU_TO_DEVICE), EINVAL, "2^64 - 1 bytes");
	is_errno(dma(p, -4096UL, 4095, EDU_FROM_DEVICE), EINVAL,
		 "a length that wraps with the offset");
	is_errno(dma(p, 16, -1U, EDU_TO_DEVICE), EINVAL, "offset 2^32 - 1");
	is_errno(dma(p, 16, 0, 2), EINVAL, "no such direction");
	is_errno(dma((void *)-8L, 16, 0, EDU_TO_DEVICE), EFAULT,
		 "an address that wraps");
	is_errno(dma((void *)0x7ffffffff000, 16, 0, EDU_FROM_DEVICE), EFAULT,
		 "the end of user addresses");
	is_errno(dma((void *)0xffffffff80200000, 16, 0, EDU_FROM_DEVICE),
		 EFAULT, "a kernel address");
	is_errno(dma((void *)8, 16, 0, EDU_TO_DEVICE), EFAULT,
		 "nothing is mapped there");
	need(!munmap(p + PAGE, PAGE));
	is_errno(dma(p + PAGE - 8, 16, 0, EDU_FROM_DEVICE), EFAULT,
		 "only the first half is mapped");
	is_errno(dma(ro, 16, 0, EDU_FROM_DEVICE), EFAULT,
		 "a read-only page, to be written");
	is_errno(dma(pfn, 16, 0, EDU_TO_DEVICE), EFAULT,
		 "the device's own registers: VM_PFNMAP");
	is_errno(ioctl(edu, EDU_DMA, 8L), EFAULT, "the request is nowhere");
	ok(ledger_agrees(), "the ledger agrees: nothing stayed pinned", "");
	need(!dma(p, EDU_BUFFER_SIZE, 0, EDU_TO_DEVICE));
	ok(1, "the largest transfer there is", "");
	is_num(dma(ro, 16, 0, EDU_TO_DEVICE), 0,
	       "a read-only page can be read from", "");
}

/* ---- fuzz --------------------------------------------------------------- */

static uint64_t random_state = 28;

static uint64_t random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

static uint64_t pick(const uint64_t *from, int nr)
{
	uint64_t r = random_bits();

	return r & 1 ? from[(r >> 8) % nr] : r >> (r >> 4 & 63);
}

/* Every answer is lawful; few requests are, for a transfer takes its time. */
static void test_fuzz(void)
{
	static char page[2 * PAGE];
	const uint64_t addrs[] = {
		0,    8,       (uint64_t)regs, (uint64_t)page,
		-1UL, -4096UL, 0x7ffffffff000, 1UL << 63
	};
	const uint64_t lens[] = { 0,    4095,    4096,     1UL << 32,
				  -1UL, -4096UL, 1UL << 63 };
	long bad = 0, done = 0;

	for (int i = 0; i < 3000; i++) {
		struct edu_dma d = { pick(addrs, 8), pick(lens, 7),
				     random_bits(), random_bits() & 3 };

		if (random_bits() & 1)
			d.offset &= 0xfff;
		if (d.addr == (uint64_t)page && d.len && done > 8)
			d.addr = (uint64_t)regs;
		if (!ioctl(edu, EDU_DMA, &d))
			done += d.len > 0;
		else
			bad += errno != EINVAL && errno != EFAULT;
	}
	for (int i = 0; i < 2000; i++) {
		unsigned int cmd = random_bits();

		if (cmd >> 8 == 0x65 || cmd >> 8 == 0xc00465 ||
		    cmd >> 8 == 0x401865)
			continue;
		bad += ioctl(edu, cmd, random_bits()) != -1 || errno != ENOTTY;
		bad += ioctl(edu, EDU_SET_IRQ, random_bits() | 2) != -1 ||
		       errno != EINVAL;
	}
	ok(!bad, "5000 random ioctls: EINVAL, EFAULT, ENOTTY, or 0", "");
	diag("%ld of them moved bytes", done);
}

int main(void)
{
	edu = open(NODE, O_RDWR);
	need(edu >= 0);
	regs = mmap(NULL, PAGE, RW, MAP_SHARED, edu, 0);
	need(regs != MAP_FAILED);
	plan(74);
	test_registers();
	test_factorial();
	test_events(EDU_IRQ_INTX, "INTx");
	test_events(EDU_IRQ_MSI, "MSI");
	test_switching();
	test_signal();
	test_transfers();
	test_dma_busy();
	test_dma_cow();
	test_dma_unpinned();
	test_dma_unmapped();
	test_dma_bounds();
	test_fuzz();
	ok(ledger_agrees(), "the ledger agrees at the end", "");
	return done();
}
