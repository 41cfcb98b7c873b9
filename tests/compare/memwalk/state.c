/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/state.c - everything of its memory that a process can
 * see, as text that is equal on both kernels, and digests of it.
 *
 *	areas	/proc/self/smaps, field by field
 *	pages	one letter each for /proc/self/pagemap and mincore()
 *	data	words of each page that is there and may be read
 *	sums	the Vm lines of /proc/self/status
 *
 * Left out is what differs lawfully: where the program, its stacks and the
 * vDSO are, device and inode numbers, frames.  Addresses are distances from
 * the nearest landmark.  Looking must not change anything: only pages that are
 * in the page table are read, which sets their accessed bit on both kernels.
 */
#include "walk.h"
#include <stdarg.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_PAGES 96UL /* of an area, that are looked at one by one */

struct area areas[MAX_AREAS];
int nr_areas;

static char smaps[128 * 1024], status[8192];
static char text[32 * 1024]; /* what is being described */
static size_t text_len;
static int smaps_fd, status_fd, pagemap_fd;
int mem_fd;
static unsigned long locked_elsewhere; /* bytes, by mlockall() */
static unsigned long start_size, start_data, start_stack;
extern char __executable_start;

/* ---- reading /proc ------------------------------------------------------- */

static void read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = pread(fd, buf + len, size - 1 - len, len)) > 0)
		len += n;
	if (n < 0 || len == size - 1)
		fatal("reading /proc");
	buf[len] = '\0';
}

static unsigned long field_bytes(const char *name)
{
	const char *line = strstr(status, name);

	return line ? strtoul(line + strlen(name) + 1, NULL, 10) << 10 : 0;
}

unsigned long status_bytes(const char *name)
{
	read_all(status_fd, status, sizeof(status));
	return field_bytes(name);
}

static void reopen(int *fd, const char *path, int flags)
{
	if (*fd)
		close(*fd);
	*fd = open(path, flags | O_CLOEXEC);
	if (*fd < 0)
		fatal(path);
}

void state_begins(void)
{
	bool first = !smaps_fd;

	reopen(&smaps_fd, "/proc/self/smaps", O_RDONLY);
	reopen(&status_fd, "/proc/self/status", O_RDONLY);
	reopen(&pagemap_fd, "/proc/self/pagemap", O_RDONLY);
	reopen(&mem_fd, "/proc/self/mem", O_RDWR);
	if (!first)
		return;
	start_size = status_bytes("VmSize");
	start_data = status_bytes("VmData");
	start_stack = status_bytes("VmStk");
}

/* ---- landmarks ----------------------------------------------------------- */

const char *place(unsigned long addr)
{
	static char buf[4][64];
	static int turn;
	char *out = buf[turn++ % 4];
	char mark = addr >= top - (1UL << 40) && addr <= top + (4UL << 20)
			    ? 'T'
			    : 'A';
	long distance;

	if (addr >= heap - 64 * PAGE && addr < heap + (1UL << 40))
		mark = 'H';
	if (addr < 1UL << 20 || addr > top + (4UL << 20)) {
		snprintf(out, sizeof(buf[0]), "%#lx", addr);
		return out;
	}
	distance = addr - (mark == 'T' ? top : mark == 'H' ? heap : arena);
	snprintf(out, sizeof(buf[0]), "%c%+ld", mark, distance / (long)PAGE);
	if (distance % (long)PAGE)
		snprintf(out + strlen(out), 16, ".%lx", addr % PAGE);
	return out;
}

/* The program itself and what the kernel gave it are nobody's business. */
static bool is_ours(unsigned long start)
{
	return start >= top ||
	       (start >= (unsigned long)&__executable_start && start < heap);
}

/* ---- describing ---------------------------------------------------------- */

static void add(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_len +=
		vsnprintf(text + text_len, sizeof(text) - text_len, fmt, ap);
	va_end(ap);
	if (text_len >= sizeof(text))
		fatal("too much to describe");
}

static uint32_t digest(void)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < text_len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3ULL;
	return hash ^ hash >> 32;
}

/*
 * An offset in video memory, or in a file; or an address, where memory of no
 * file (a private map of /dev/zero) has moved.
 */
static const char *offset_text(const struct area *area)
{
	static char buf[32];

	if (area->raw && area->offset >= vram)
		snprintf(buf, sizeof(buf), "vram+%lx", area->offset - vram);
	else if (area->offset >> 32)
		return place(area->offset);
	else
		snprintf(buf, sizeof(buf), "%lx", area->offset);
	return buf;
}

/* The line that /proc/PID/maps has too. */
static void add_heading(char *line)
{
	struct area *area = &areas[nr_areas];
	unsigned long inode;
	int used = 0;

	if (nr_areas == MAX_AREAS ||
	    sscanf(line, "%lx-%lx %4s %lx %*s %lu %n", &area->start, &area->end,
		   area->perms, &area->offset, &inode, &used) != 5)
		fatal(line);
	line += used;
	if (is_ours(area->start))
		return;
	area->grows = false;
	area->raw = strncmp(line, "/dev/mem", 8) == 0;
	add("\n%s %s", place(area->start), place(area->end));
	add(" %s %s %s%s", area->perms, offset_text(area),
	    inode ? "" : "anonymous", line);
	nr_areas++;
}

/* Without "ar", Linux's VM_PAT: see known.c. */
static void add_flags(const char *flags)
{
	const char *ar = strstr(flags, "ar ");

	if (ar)
		add(" %.*s%s", (int)(ar - flags), flags, ar + 3);
	else
		add(" %s", flags);
}

/* A "Name: value" line; zeros are left out. */
static void add_field(const char *line)
{
	const char *value = strchr(line, ':') + 1;

	value += strspn(value, " ");
	if (strncmp(line, "VmFlags", 7) == 0)
		add_flags(value);
	else if (strstr(line, "PageSize:") || strstr(line, "ProtectionKey") ||
		 strncmp(line, "Referenced:", 11) == 0)
		return;
	else if (strtol(value, NULL, 10))
		add(" %.*s%ld", (int)(strchr(line, ':') - line) + 1, line,
		    strtol(value, NULL, 10));
}

static void describe_areas(void)
{
	char *line, *next;
	bool ours = false;
	unsigned long size = 0;

	text_len = nr_areas = 0;
	locked_elsewhere = 0;
	read_all(smaps_fd, smaps, sizeof(smaps));
	for (line = smaps; *line; line = next + 1) {
		next = strchr(line, '\n');
		*next = '\0';
		if (line[0] < 'A' || line[0] > 'Z') {
			int before = nr_areas;

			add_heading(line);
			ours = nr_areas == before;
			continue;
		}
		if (!ours) {
			add_field(line);
			if (strstr(line, " gd "))
				areas[nr_areas - 1].grows = true;
		} else if (strncmp(line, "Size:", 5) == 0)
			size = strtoul(line + 5, NULL, 10) << 10;
		else if (strstr(line, " lo "))
			locked_elsewhere += size;
	}
}

void read_pagemap(unsigned long addr, unsigned long nr, uint64_t entries[])
{
	if (pread(pagemap_fd, entries, nr * 8, addr / PAGE * 8) !=
	    (ssize_t)nr * 8)
		fatal("reading pagemap");
}

static unsigned long pages_to_look_at(const struct area *area)
{
	unsigned long nr = (area->end - area->start) / PAGE;

	return nr < MOST_PAGES ? nr : MOST_PAGES;
}

static void describe_pages(void)
{
	uint64_t entries[MOST_PAGES];
	unsigned char core[MOST_PAGES];

	text_len = 0;
	for (int i = 0; i < nr_areas; i++) {
		const struct area *area = &areas[i];
		unsigned long nr = pages_to_look_at(area);
		long err;

		read_pagemap(area->start, nr, entries);
		err = raw_syscall(27 /* mincore */, area->start, nr * PAGE,
				  (long)core, 0, 0, 0);
		add("\n%s ", place(area->start));
		for (unsigned long j = 0; j < nr; j++)
			add("%c",
			    entries[j] & PM_PRESENT
				    ? 'a' + (int)(entries[j] >> 55 & 3) +
					      4 * (int)(entries[j] >> 61 & 3)
				    : '-' - (int)(entries[j] >> 55 & 1));
		add(" ");
		if (err)
			add("mincore %ld", err);
		for (unsigned long j = 0; !err && j < nr; j++)
			add("%d", core[j]);
	}
}

static void describe_data(void)
{
	static const int words[] = { 0, 1, 256, 511 };
	uint64_t entries[MOST_PAGES];

	text_len = 0;
	for (int i = 0; i < nr_areas; i++) {
		const struct area *area = &areas[i];
		unsigned long nr = pages_to_look_at(area);

		if (area->perms[0] != 'r')
			continue;
		read_pagemap(area->start, nr, entries);
		for (unsigned long j = 0; j < nr; j++) {
			unsigned long *page = (void *)(area->start + j * PAGE);

			if (!area->raw && !(entries[j] & PM_PRESENT))
				continue;
			add("\n%s", place((unsigned long)page));
			for (int k = 0; k < 4; k++)
				add(" %lx",
				    ((volatile unsigned long *)page)[words[k]]);
		}
	}
}

static void describe_sums(void)
{
	text_len = 0;
	read_all(status_fd, status, sizeof(status));
	add("\nVmSize %+ld VmData %+ld VmStk %+ld VmLck %+ld VmPin %lu",
	    field_bytes("VmSize") - start_size,
	    field_bytes("VmData") - start_data,
	    field_bytes("VmStk") - start_stack,
	    field_bytes("VmLck") - locked_elsewhere, field_bytes("VmPin"));
}

static void show(const char *name, void (*describe)(void), bool in_full)
{
	describe();
	say(" %s %08x", name, digest());
	if (!in_full)
		return;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		say("\n  %s: %s", name, line);
	}
}

void look(bool in_full)
{
	say(" |");
	show("areas", describe_areas, in_full);
	show("pages", describe_pages, in_full);
	show("data", describe_data, in_full);
	show("sums", describe_sums, in_full);
}
