/* SPDX-License-Identifier: MIT */
/*
 * user/bench/fault.c - page faults: anonymous, zero page, file, copy-on-write.
 */
#include "bench.h"
#include <fcntl.h>

#define LEN   MIB
#define PAGES (LEN / PAGE)
#define REPS  10
#define NAME  "/tmp/bench.tmp"

/* First writes to fresh memory. */
static double anon_write(long unused)
{
	double best = 1e30;

	for (int i = 0; i < REPS; i++) {
		char *p = map_anon(LEN, 0);
		uint64_t t = now();

		touch(p, LEN);
		keep_smallest(&best, (double)(now() - t) / PAGES);
		munmap(p, LEN);
	}
	return best;
}

enum { REWRITE, ZERO_READ, ZERO_UPGRADE, DONTNEED };

/* The steps of a page's life, in memory whose page tables exist. */
static double anon_steps(long which)
{
	char *p = map_anon(LEN, 0);
	double best = 1e30;

	touch(p, LEN);
	for (int i = 0; i < REPS; i++) {
		uint64_t t[8];

		t[0] = now();
		madvise(p, LEN, MADV_DONTNEED);
		t[1] = now();
		touch(p, LEN);
		t[2] = now();
		madvise(p, LEN, MADV_DONTNEED);
		t[3] = now();
		peek(p, LEN);
		t[4] = now();
		touch(p, LEN);
		t[5] = now();
		keep_smallest(&best,
			      (double)(which == REWRITE        ? t[2] - t[1]
				       : which == ZERO_READ    ? t[4] - t[3]
				       : which == ZERO_UPGRADE ? t[5] - t[4]
							       : t[1] - t[0]) /
				      PAGES);
	}
	munmap(p, LEN);
	return best;
}

static double populate(long unused)
{
	double best = 1e30;

	for (int i = 0; i < REPS; i++) {
		uint64_t t = now();
		char *p = map_anon(LEN, MAP_POPULATE);

		keep_smallest(&best, (double)(now() - t) / PAGES);
		munmap(p, LEN);
	}
	return best;
}

static int make_file(void)
{
	static char block[PAGE];
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		die(NAME);
	for (size_t i = 0; i < LEN; i += sizeof(block))
		if (write(fd, block, sizeof(block)) != sizeof(block))
			die(NAME);
	unlink(NAME);
	return fd;
}

/* A file in the page cache: read through a mapping, or written privately. */
static double file_fault(long write)
{
	int fd = make_file();
	double best = 1e30;

	for (int i = 0; i < REPS; i++) {
		char *p = mmap(NULL, LEN, RW, MAP_PRIVATE, fd, 0);
		uint64_t t;

		if (p == MAP_FAILED)
			die("mmap");
		t = now();
		if (write)
			touch(p, LEN);
		else
			peek(p, LEN);
		keep_smallest(&best, (double)(now() - t) / PAGES);
		munmap(p, LEN);
	}
	close(fd);
	return best;
}

/* The child measures its own stores and sends the time by a pipe. */
static double cow_child(char *p)
{
	uint64_t t;
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		t = now();
		touch(p, LEN);
		t = now() - t;
		_exit(write(fds[1], &t, sizeof(t)) != sizeof(t));
	}
	waitpid(pid, NULL, 0);
	if (read(fds[0], &t, sizeof(t)) != sizeof(t))
		die("child");
	close(fds[0]);
	close(fds[1]);
	return (double)t / PAGES;
}

/* The parent stores after the child has ended: last owner. */
static double cow_reuse(char *p)
{
	pid_t pid = fork();
	uint64_t t;

	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	t = now();
	touch(p, LEN);
	return (double)(now() - t) / PAGES;
}

/* The parent stores while the child lives. */
static double cow_parent(char *p)
{
	int fds[2];
	uint64_t t;
	pid_t pid;
	char c;

	if (pipe(fds))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(fds[1]);
		_exit(read(fds[0], &c, 1) != 0);
	}
	t = now();
	touch(p, LEN);
	t = now() - t;
	close(fds[1]);
	waitpid(pid, NULL, 0);
	close(fds[0]);
	return (double)t / PAGES;
}

static double cow(long which)
{
	double (*const fn[])(char *) = { cow_child, cow_reuse, cow_parent };
	char *p = map_anon(LEN, 0);
	double best = 1e30;

	touch(p, LEN);
	for (int i = 0; i < REPS; i++)
		keep_smallest(&best, fn[which](p));
	munmap(p, LEN);
	return best;
}

const struct row rows_fault[] = {
	{ "fault_anon_write", "per fault", anon_write, 0, 0 },
	{ "fault_anon_rewrite", "per fault", anon_steps, REWRITE, 0 },
	{ "fault_zero_read", "per fault", anon_steps, ZERO_READ, 0 },
	{ "fault_zero_upgrade", "per fault", anon_steps, ZERO_UPGRADE, 0 },
	{ "madvise_dontneed", "per page", anon_steps, DONTNEED, 0 },
	{ "mmap_populate", "per page", populate, 0, 0 },
	{ "fault_file_read", "per page", file_fault, 0, 0 },
	{ "fault_file_cow", "per page", file_fault, 1, 0 },
	{ "cow_break_child", "per page(copy)", cow, 0, 0 },
	{ "cow_reuse_parent", "per page(reuse)", cow, 1, 0 },
	{ "cow_break_parent", "per page(copy)", cow, 2, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
