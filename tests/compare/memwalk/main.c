/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/main.c - a random walk through the memory calls.
 *
 * usage: memwalk [-v STEP[.WHO]] STEPS SEED [LAST]
 *	  memwalk -k
 *
 * Each SEED..LAST is a program of STEPS calls: maps of every kind, moves,
 * locks, advice, loads and stores that may fail, files that shrink under their
 * maps, children that share pages.  It is the same program on every kernel.
 * After each call it prints a line: which call, what came of it, and digests
 * of all that a process can see of its memory (state.c).  With -v it prints
 * what went into the digests too, after call number STEP of process WHO; with
 * -k, which differences are known.
 *
 * tests/compare/compare.t runs it on Kilburn and on Linux, and compares.
 *
 *	pick.c		the random choices
 *	*_steps.c	what can be done in a step
 *	call.c		how it is done, and what it costs
 *	state.c		what is there afterwards
 *	known.c		where the kernels may differ
 */
#include "walk.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ /* musl 1.2.3 */
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif
#define HUGE_PAGE  (2UL << 20)
#define VRAM_OFF   0x900000UL /* bytes; a screen of 1024x768 ends below */
#define VRAM_PAGES 16
#define AUDIT      "/proc/kilburn/audit"

/* In the middle of what a page table of the lowest level covers. */
unsigned long arena = 0x100000200000 - 16 * PAGE;
unsigned long top, heap, vram;
int walk_fds[NR_FILES];
const char *const walk_file_names[NR_FILES] = {
	"none", "a",   "b",      "a-ro", "a-wo",    "memfd",
	"zero", "raw", "raw-ro", "pipe", "pipe-wo",
};
char walk_who[32];
bool walk_privileged = true;

static char line[64 * 1024];
static size_t line_len;
static unsigned long seed;
static int step_nr, full_step = -1;
static const char *full_who = "";

/* ---- output -------------------------------------------------------------- */

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_len +=
		vsnprintf(line + line_len, sizeof(line) - line_len, fmt, ap);
	va_end(ap);
	if (line_len >= sizeof(line))
		fatal("too long a line");
}

void print_line(void)
{
	size_t done = 0;

	say("\n");
	while (done < line_len) {
		ssize_t n = write(1, line + done, line_len - done);

		if (n <= 0)
			_exit(99);
		done += n;
	}
	line_len = 0;
}

void fatal(const char *what)
{
	dprintf(1, "memwalk: seed %lu step %d%s: %s\n", seed, step_nr, walk_who,
		what);
	_exit(98);
}

/* ---- a process begins ---------------------------------------------------- */

/* Have all pages of the program in the page table: no faults later. */
static void populate_program(void)
{
	static char maps[32768];
	unsigned long start, end;
	char perms[5], *at = maps;
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n = 0, len = 0;

	while (fd >= 0 &&
	       (n = read(fd, maps + len, sizeof(maps) - 1 - len)) > 0)
		len += n;
	close(fd);
	maps[len] = '\0';
	while (at && sscanf(at, "%lx-%lx %4s", &start, &end, perms) == 3) {
		if (end <= heap)
			raw_syscall(SYS_madvise, start, end - start,
				    perms[1] == 'w' ? MADV_POPULATE_WRITE
						    : MADV_POPULATE_READ,
				    0, 0, 0);
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
}

void process_begins(void)
{
	line_len = 0;
	step_nr = 0;
	populate_program();
	calls_begin();
	state_begins();
}

/* ---- the world of a seed ------------------------------------------------- */

static unsigned long video_memory(void)
{
	char path[80], text[64];
	unsigned long start;

	for (int slot = 0; slot < 32; slot++) {
		int fd;

		snprintf(path, sizeof(path),
			 "/sys/bus/pci/devices/0000:00:%02x.0/resource", slot);
		fd = open(path, O_RDONLY);
		if (fd < 0 || read(fd, text, sizeof(text)) < 20) {
			close(fd);
			continue;
		}
		close(fd);
		path[strlen(path) - strlen("resource")] = '\0';
		strcat(path, "vendor");
		start = strtoul(text, NULL, 16);
		fd = open(path, O_RDONLY);
		text[read(fd, text, sizeof(text) - 1)] = '\0';
		close(fd);
		if (strncmp(text, "0x1234", 6) == 0)
			return start;
	}
	fatal("no video memory");
	return 0;
}

static void fill_video_memory(void)
{
	unsigned long *words =
		mmap(NULL, VRAM_PAGES * PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED, walk_fds[FILE_RAW], vram);

	if (words == MAP_FAILED)
		fatal("video memory");
	for (size_t i = 0; i < VRAM_PAGES * PAGE / 8; i++)
		words[i] = 0x5600000000 + i;
	munmap(words, VRAM_PAGES * PAGE);
}

static int open_at(enum walk_file file, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		fatal(path);
	walk_fds[file] = fd;
	return fd;
}

static void make_file(enum walk_file file, const char *path, size_t size)
{
	static unsigned long words[PAGE / 8];
	int fd;

	unlink(path);
	fd = open_at(file, path, O_RDWR | O_CREAT);
	for (size_t at = 0; at < size; at += PAGE) {
		for (size_t i = 0; i < PAGE / 8; i++)
			words[i] = (file << 24) + at + i;
		if (pwrite(fd, words, PAGE, at) != PAGE)
			fatal("writing a file");
	}
	ftruncate(fd, size);
}

static void open_files(void)
{
	int ends[2];

	walk_fds[NO_FILE] = -1;
	make_file(FILE_A, "/tmp/walk-a", 8 * PAGE);
	make_file(FILE_B, "/tmp/walk-b", 5 * PAGE + 0x234);
	open_at(FILE_A_RO, "/tmp/walk-a", O_RDONLY);
	open_at(FILE_A_WO, "/tmp/walk-a", O_WRONLY);
	open_at(FILE_ZERO, "/dev/zero", O_RDWR);
	open_at(FILE_RAW, "/dev/mem", O_RDWR);
	open_at(FILE_RAW_RO, "/dev/mem", O_RDONLY);
	walk_fds[FILE_MEM] = (int)syscall(SYS_memfd_create, "walk", 2);
	if (walk_fds[FILE_MEM] < 0 || ftruncate(walk_fds[FILE_MEM], 4 * PAGE))
		fatal("memfd_create");
	if (pipe2(ends, O_NONBLOCK))
		fatal("pipe");
	walk_fds[FILE_PIPE] = ends[0];
	walk_fds[FILE_PIPE_WO] = ends[1];
}

/*
 * Fill what is above a multiple of 2 MiB, so that mmap() hands out the same
 * distances from there and the same places in page tables; and the heap up to
 * one, also so that it has no neighbour to be merged with.
 */
static void find_landmarks(void)
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
	char *filler = mmap(NULL, HUGE_PAGE, PROT_NONE, flags, -1, 0);
	unsigned long first;

	top = (unsigned long)filler & ~(HUGE_PAGE - 1);
	if ((unsigned long)filler > top)
		mmap((void *)top, (unsigned long)filler - top, PROT_NONE,
		     flags | MAP_FIXED, -1, 0);
	first = raw_syscall(SYS_brk, 0, 0, 0, 0, 0, 0);
	first = (first + PAGE - 1) & ~(PAGE - 1);
	heap = (first + 2 * HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	if (raw_syscall(SYS_brk, heap, 0, 0, 0, 0, 0) != (long)heap ||
	    mmap((void *)first, heap - first, PROT_NONE, flags | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		fatal("brk");
}

/*
 * mlockall() compares the limit with all that is mapped, what is filled above too,
 * which depends on where Linux has put the stack.
 */
static void lift_lock_limit(void)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &none))
		fatal("setrlimit");
}

/* ---- the walk ------------------------------------------------------------ */

static void (*pick_step(void))(void)
{
	static const struct step *const kinds[] = { map_steps, data_steps,
						    task_steps };
	int total = 0, at;

	for (int i = 0; i < 3; i++)
		for (const struct step *s = kinds[i]; s->fn; s++)
			total += s->weight;
	at = pick(total);
	for (int i = 0; i < 3; i++)
		for (const struct step *s = kinds[i]; s->fn; s++) {
			at -= s->weight;
			if (at < 0)
				return s->fn;
		}
	return NULL;
}

void walk_steps(int nr)
{
	while (nr--) {
		void (*step)(void) = pick_step();

		say("%lu%s:%d ", seed, walk_who, ++step_nr);
		choose_performer(one_in(8)    ? BY_THREAD
				 : one_in(12) ? BY_VFORK
					      : BY_MAIN);
		step();
		look(step_nr == full_step && strcmp(walk_who, full_who) == 0);
		print_line();
	}
}

static void walk_one(int steps)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	vram = video_memory() + VRAM_OFF;
	open_files();
	fill_video_memory();
	find_landmarks();
	lift_lock_limit();
	process_begins();
	seed_with(seed);
	walk_steps(steps);
}

/* Each seed has a process of its own, which is executed anew. */
static void run_seed(char *self, char *steps, unsigned long number)
{
	char text[24], *args[] = { self, steps, text, NULL };
	int status, pid = fork();

	snprintf(text, sizeof(text), "%lu", number);
	if (!pid) {
		execv("/proc/self/exe", args);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	dprintf(1, "%lu ends %#x\n", number, status);
}

static void check_ledger(unsigned long number)
{
	char text[4096];
	int fd = open(AUDIT, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n != 3 || memcmp(text, "ok\n", 3))
		dprintf(1, "%lu ledger: %.*s", number, (int)n, text);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-k") == 0) {
		print_known();
		return 0;
	}
	if (argc > 3 && strcmp(argv[1], "-v") == 0) {
		char *who;

		full_step = strtol(argv[2], &who, 10);
		if (*who == '.')
			full_who = who;
		argv += 2;
		argc -= 2;
	}
	if (argc < 3) {
		dprintf(2,
			"usage: memwalk [-v STEP[.WHO]] STEPS SEED [LAST]\n");
		return 2;
	}
	seed = strtoul(argv[2], NULL, 10);
	if (argc == 3) {
		walk_one(atoi(argv[1]));
		return 0;
	}
	for (unsigned long n = seed; n <= strtoul(argv[3], NULL, 10); n++) {
		run_seed(argv[0], argv[1], n);
		check_ledger(n);
	}
	return 0;
}
