/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/sweep.h - failing each allocation of a call in turn.
 *
 * A sweep prepares the same scene again and again and makes the call with
 * allocation 1, 2, 3, ... failing, until all its allocations succeed.  A call
 * that fails must have changed nothing that can be seen: the text of
 * /proc/self/maps, the bytes of the scene, the open files.  After the sweep the
 * ledger must agree, and no page may have been lost.
 *
 * Debian's Linux is built without fail-nth, so these programs are Kilburn's.
 */
#ifndef KILBURN_TESTS_KILBURN_SWEEP_H
#define KILBURN_TESTS_KILBURN_SWEEP_H

#include "fail_nth.h"
#include <sys/sysinfo.h>

#define SCENE       ((char *)0x10000000)
#define SCENE_PAGES 16UL
#define SCENE_LEN   (SCENE_PAGES * PAGE)
#define ELSEWHERE   ((char *)0x40000000) /* in another page table, empty */
#define MAX_NTH     300
#define ROUNDS      8 /* a page lost at each failure adds up */

/* What a call that failed may have changed, because Linux 6.1 does too. */
enum {
	MAY_LOSE_TARGET = 1, /* what MAP_FIXED or MREMAP_FIXED unmapped */
	MAY_DO_A_PART = 2,   /* the areas before the one that failed */
	MAY_EFAULT = 4,      /* a user buffer could not be faulted in */
	MAY_EAGAIN = 8,
	MAY_ENOSPC = 16, /* a new inode: ramfs and tmpfs say so */
	MAY_ENFILE = 32, /* pipe's inode */
};

struct sweep_op {
	const char *name;
	long (*call)(void); /* -1 and errno, or a result */
	void (*undo)(long); /* after success; may be NULL */
	int flags;
};

/* What can be seen of this process. */
struct sweep_view {
	char maps[16384];
	unsigned long sum; /* of the scene's bytes */
	int nr_files;
};

static struct sweep_view before, after;
static bool audit_each; /* ask the ledger after each call */

static inline ssize_t read_whole(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n, len = 0;

	need(fd >= 0);
	while ((n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	buf[len] = '\0';
	close(fd);
	return len;
}

static inline void look(struct sweep_view *view)
{
	const unsigned char *scene = (unsigned char *)SCENE;

	read_whole("/proc/self/maps", view->maps, sizeof(view->maps));
	view->sum = 0;
	for (size_t i = 0; i < SCENE_LEN; i += 64)
		view->sum = view->sum * 31 + scene[i];
	view->nr_files = 0;
	for (int fd = 0; fd < 64; fd++)
		view->nr_files += fcntl(fd, F_GETFD) >= 0;
}

/* The same as ever: touched pages with known bytes, nothing elsewhere. */
static inline void make_scene(void)
{
	munmap(ELSEWHERE, 64 * SCENE_LEN);
	munmap(SCENE, 2 * SCENE_LEN);
	need(mmap(SCENE, SCENE_LEN, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == SCENE);
	for (size_t i = 0; i < SCENE_LEN; i += 64)
		SCENE[i] = i / 64 + i / PAGE;
}

static inline bool allowed_errno(const struct sweep_op *op, int err)
{
	return err == ENOMEM || (err == EFAULT && op->flags & MAY_EFAULT) ||
	       (err == ENOSPC && op->flags & MAY_ENOSPC) ||
	       (err == ENFILE && op->flags & MAY_ENFILE) ||
	       (err == EAGAIN && op->flags & MAY_EAGAIN);
}

/* Is the view after the failure the one before?  Says what differs. */
static inline bool same_view(const struct sweep_op *op, int nth)
{
	bool same = true;

	if (!(op->flags & (MAY_LOSE_TARGET | MAY_DO_A_PART)) &&
	    strcmp(before.maps, after.maps)) {
		diag("%s, allocation %d: maps changed from", op->name, nth);
		diag("%s", before.maps);
		diag("to");
		diag("%s", after.maps);
		same = false;
	}
	if (before.sum != after.sum) {
		diag("%s, allocation %d: bytes changed", op->name, nth);
		same = false;
	}
	if (before.nr_files != after.nr_files) {
		diag("%s, allocation %d: %d open files, not %d", op->name, nth,
		     after.nr_files, before.nr_files);
		same = false;
	}
	return same;
}

static inline bool ledger_agrees(const struct sweep_op *op)
{
	static char report[4096];

	read_whole("/proc/kilburn/audit", report, sizeof(report));
	if (!strcmp(report, "ok\n"))
		return true;
	diag("%s: ledger: %s", op->name, report);
	return false;
}

/*
 * Make the call with its @nth allocation failing.  Return: whether there was
 * such an allocation; *@clean is cleared if the failure left anything behind.
 */
static inline bool fail_once(const struct sweep_op *op, int nth, bool *clean)
{
	bool fired;
	long ret;
	int err;

	make_scene();
	look(&before);
	arm(nth);
	ret = op->call();
	err = errno;
	fired = disarm();
	if (ret >= 0) {
		if (audit_each)
			*clean &= ledger_agrees(op);
		if (op->undo)
			op->undo(ret);
	} else {
		if (!fired || !allowed_errno(op, err)) {
			diag("%s, allocation %d: %s", op->name, nth,
			     strerror(err));
			*clean = false;
		}
		/* Make what was to be seen visible again, for the sum. */
		if (op->flags & MAY_LOSE_TARGET)
			return fired;
		look(&after);
		*clean &= same_view(op, nth);
		/* While what a failure has left behind is still there. */
		if (audit_each)
			*clean &= ledger_agrees(op);
	}
	return fired;
}

static inline long free_pages_now(void)
{
	struct sysinfo info;

	need(!sysinfo(&info));
	return info.freeram * info.mem_unit / PAGE;
}

/* All allocations of @op fail, one after the other.  Return: how many. */
static inline int fail_each(const struct sweep_op *op, bool *clean)
{
	int nth = 1;

	while (fail_once(op, nth, clean) && *clean)
		need(++nth < MAX_NTH);
	make_scene();
	return nth - 1;
}

/*
 * Does each of ROUNDS sweeps lose a page?  What caches keep is lost once; so
 * three times in a row must look like a leak.
 */
static inline bool leaks(const struct sweep_op *op, bool *clean)
{
	for (int window = 0; window < 3; window++) {
		long free_before = free_pages_now(), lost;

		for (int round = 0; round < ROUNDS && *clean; round++)
			fail_each(op, clean);
		lost = free_before - free_pages_now();
		if (lost < ROUNDS || !*clean)
			return false;
		diag("%s: %d sweeps lost %ld pages", op->name, ROUNDS, lost);
	}
	return true;
}

/* One point: every failure of @op is clean, and it succeeds at last. */
static inline void sweep(const struct sweep_op *op)
{
	bool clean = true;
	int allocations;

	audit_each = true;
	allocations = fail_each(op, &clean);
	audit_each = false;
	if (clean && leaks(op, &clean))
		clean = false;
	clean &= ledger_agrees(op);
	ok(clean, op->name,
	   "A call that runs out of memory must undo what it has done.");
	diag("%s: %d allocations", op->name, allocations);
}

#endif
