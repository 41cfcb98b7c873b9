/* SPDX-License-Identifier: MIT */
/*
 * tests/kilburn/trace.c - /proc/kilburn/trace tells what happened, in order.
 */

#include "../user/tap.h"
#include <fcntl.h>

static char text[1 << 20];

/* The rest of the first line after @from with @event at @addr; NULL: none. */
static const char *event_at(const char *from, const char *event,
			    const void *addr)
{
	char place[64];

	snprintf(place, sizeof(place), " at %lx in ", (unsigned long)addr);
	while ((from = strstr(from, event))) {
		const char *end = strchr(from, '\n');
		const char *found = strstr(from, place);

		if (found && end && found < end)
			return end;
		from++;
	}
	return NULL;
}

static void read_trace(int fd)
{
	ssize_t n;
	size_t len = 0;

	need(lseek(fd, 0, SEEK_SET) == 0);
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
}

/* Do times never go back? */
static int in_order(void)
{
	double last = 0, now;

	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		now = strtod(line, NULL);
		if (now < last)
			return 0;
		last = now;
	}
	return 1;
}

int main(void)
{
	int fd = open("/proc/kilburn/trace", O_RDWR);
	const char *at = text;
	char *p;
	pid_t pid;

	plan(10);
	need(fd >= 0);
	p = anon_pages(4);
	need(write(fd, "1", 1) == 1);
	(void)*(volatile char *)p;
	p[0] = 1;
	pid = fork();
	if (!pid) {
		p[0] = 2;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	p[0] = 3;
	need(!mprotect(p + PAGE, PAGE, PROT_READ));
	need(!munmap(p, 4 * PAGE));
	need(write(fd, "0", 1) == 1);
	read_trace(fd);

	ok(in_order(), "events come in the order of time",
	   "The rings of all CPUs must be merged by sequence number.");
	at = event_at(at, ": fault ", p);
	ok(at, "the first load is a fault", "");
	at = at ? event_at(at, ": cow ", p) : NULL;
	ok(at, "the store copies the zero page", "");
	at = at ? event_at(at, ": share ", p) : NULL;
	ok(at, "fork shares the page", "");
	at = at ? event_at(at, ": cow ", p) : NULL;
	ok(at, "the child copies it", "");
	at = at ? event_at(at, ": unmap ", p) : NULL;
	ok(at, "the child's exit unmaps it", "");
	at = at ? event_at(at, ": reuse ", p) : NULL;
	ok(at, "the parent reuses it", "");
	ok(at && event_at(at, ": split ", p + PAGE), "mprotect splits the area",
	   "");
	at = at ? event_at(at, ": unmap ", p) : NULL;
	ok(at && strstr(at, ": free pfn "), "munmap unmaps and frees", "");
	is_errno(write(fd, "x", 1), EINVAL, "other letters are refused");
	return done();
}
