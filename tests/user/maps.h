/* SPDX-License-Identifier: MIT */
/*
 * tests/user/maps.h - read /proc/self/maps without disturbing it.
 *
 * layout() describes a range in a short form that tests compare with strings:
 * one word a line of maps, the number of pages and then the permissions, with
 * '.' for a hole, '-' for no access and 's' for shared:
 *
 *	"3rw 1r 2. 1- 4rws"
 */
#ifndef KILBURN_TESTS_USER_MAPS_H
#define KILBURN_TESTS_USER_MAPS_H

#include "tap.h"
#include <fcntl.h>

/* One line of maps. */
struct map {
	unsigned long start, end;
	char perms[5];
	unsigned long offset;
	unsigned int major, minor;
	unsigned long inode;
	char name[256];
};

static char maps_buf[256 * 1024];

/* Read the whole of /proc/self/maps.  Return: text that the next call frees. */
static inline char *maps_text(void)
{
	size_t len = 0;
	ssize_t n;
	int fd = open("/proc/self/maps", O_RDONLY);

	need(fd >= 0);
	while ((n = read(fd, maps_buf + len, sizeof(maps_buf) - 1 - len)) > 0)
		len += n;
	need(n == 0);
	close(fd);
	maps_buf[len] = '\0';
	return maps_buf;
}

/* Parse the line at *@pos and step over it.  Return: 0 at the end. */
static inline int maps_next(char **pos, struct map *m)
{
	char *nl = strchr(*pos, '\n');
	int used = 0;

	if (!nl)
		return 0;
	*nl = '\0';
	memset(m, 0, sizeof(*m));
	need(sscanf(*pos, "%lx-%lx %4s %lx %x:%x %lu %n", &m->start, &m->end,
		    m->perms, &m->offset, &m->major, &m->minor, &m->inode,
		    &used) == 7);
	snprintf(m->name, sizeof(m->name), "%s", *pos + used);
	*pos = nl + 1;
	return 1;
}

/* Find the line that contains @addr.  Return: 0 if nothing is mapped there. */
static inline int maps_find(const void *addr, struct map *m)
{
	unsigned long a = (unsigned long)addr;
	char *pos = maps_text();

	while (maps_next(&pos, m))
		if (a >= m->start && a < m->end)
			return 1;
	return 0;
}

/* Number of lines that overlap [p, p + len). */
static inline int maps_lines(const void *p, size_t len)
{
	unsigned long a = (unsigned long)p;
	char *pos = maps_text();
	struct map m;
	int n = 0;

	while (maps_next(&pos, &m))
		n += m.start < a + len && m.end > a;
	return n;
}

/* The short form of [p, p + nr pages); lines are cut to the range. */
static inline const char *layout(const void *p, unsigned long nr)
{
	static char out[4096];
	unsigned long at = (unsigned long)p, end = at + nr * PAGE;
	char *pos = maps_text();
	size_t len = 0;
	struct map m;

	out[0] = '\0';
	while (at < end && maps_next(&pos, &m)) {
		unsigned long to = m.end < end ? m.end : end;

		if (m.end <= at)
			continue;
		if (m.start >= end)
			break;
		if (m.start > at) {
			len += snprintf(out + len, sizeof(out) - len, "%lu. ",
					(m.start - at) / PAGE);
			at = m.start;
		}
		len += snprintf(out + len, sizeof(out) - len, "%lu%s%s%s%s%s ",
				(to - at) / PAGE, m.perms[0] == 'r' ? "r" : "",
				m.perms[1] == 'w' ? "w" : "",
				m.perms[2] == 'x' ? "x" : "",
				strncmp(m.perms, "---", 3) ? "" : "-",
				m.perms[3] == 's' ? "s" : "");
		at = to;
	}
	if (at < end)
		len += snprintf(out + len, sizeof(out) - len, "%lu. ",
				(end - at) / PAGE);
	if (len)
		out[len - 1] = '\0';
	return out;
}

/* layout_is() - a range looks like the string @want. */
#define layout_is(p, nr, want, name, hint)                                     \
	is_str(layout((p), (nr)), (want), (name), (hint))

/*
 * Find @nr pages of free address space with free pages on both sides, so that
 * what is mapped there with MAP_FIXED has no neighbours to merge with.
 */
static inline char *free_range(unsigned long nr)
{
	char *p = mmap(NULL, (nr + 16) * PAGE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	need(p != MAP_FAILED);
	need(!munmap(p, (nr + 16) * PAGE));
	return p + 8 * PAGE;
}

/* Map @nr anonymous private pages exactly at @p. */
static inline char *map_at(void *p, unsigned long nr, int prot)
{
	char *q = mmap(p, nr * PAGE, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	need(q == p);
	return q;
}

#endif
