/* SPDX-License-Identifier: MIT */
/*
 * tests/user/devmem_proc.c - what /dev/mem refuses because somebody claimed it
 * (/proc/iomem), and how smaps and pagemap see an area of raw frames.
 */
#include "maps.h"
#include "vram.h"

#define SOFT_DIRTY (1UL << 55)

static int mem; /* /dev/mem, O_RDWR */

/* ---- claimed ranges ----------------------------------------------------- */

/* 0 if a shared read-only mapping is made, and unmapped; otherwise errno. */
static int map_errno(unsigned long phys, size_t len)
{
	void *p = mmap(NULL, len, PROT_READ, MAP_SHARED, mem, phys);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, len);
	return 0;
}

/* The first address of the range of this name; 0: there is none. */
static unsigned long find_range(const char *name)
{
	FILE *f = fopen("/proc/iomem", "r");
	unsigned long start, found = 0;
	char line[200];

	need(f);
	while (fgets(line, sizeof(line), f)) {
		char *colon = strstr(line, " : ");

		if (colon && !strncmp(colon + 3, name, strlen(name)) &&
		    sscanf(line, "%lx", &start) == 1)
			found = start;
	}
	fclose(f);
	return found;
}

static void test_claimed(void)
{
	static const char *const names[] = { "Local APIC", "IOAPIC 0",
					     "PCI MMCONFIG 0000 [bus 00-" };
	static const char hint[] =
		"A store there takes the machine from the kernel.";

	for (int i = 0; i < 3; i++) {
		unsigned long start = find_range(names[i]);
		char what[80];

		need(start);
		snprintf(what, sizeof(what), "%.12s is not mapped", names[i]);
		is_num(map_errno(start, PAGE), EPERM, what, hint);
	}
	is_num(map_errno(find_range("Local APIC") - 4 * PAGE, 8 * PAGE), EPERM,
	       "nor is a range around it", hint);
	is_num(map_errno(find_range("Local APIC") + PAGE, PAGE), 0,
	       "what follows it is", "");
}

/* ---- smaps, pagemap ----------------------------------------------------- */

/* A line of the area's entry in smaps, without its newline. */
static const char *smaps_line(const void *p, const char *name)
{
	static char line[300];
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	int inside = 0;

	need(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = start == (unsigned long)p;
		else if (inside && !strncmp(line, name, strlen(name)))
			break;
	}
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static unsigned long pagemap_entry(const void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long entry;

	need(fd >= 0 && pread(fd, &entry, 8, (unsigned long)p / PAGE * 8) == 8);
	close(fd);
	return entry;
}

static void test_views(void)
{
	static const char hint[] = "A walk leaves an area of raw frames out.";
	char *s = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, mem, vram_phys);
	char *p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, mem, vram_phys);

	need(s != MAP_FAILED && p != MAP_FAILED);
	is_str(smaps_line(s, "VmFlags:"),
	       "VmFlags: rd wr sh mr mw me ms pf io de ar dd sd ",
	       "VmFlags of a shared mapping of frames",
	       "\"ar\": a cache type is reserved for it.");
	is_str(smaps_line(p, "VmFlags:"),
	       "VmFlags: rd wr mr mw me pf io de ac ar dd sd ",
	       "and of a private one", "");
	p[PAGE] = 1;
	is_str(smaps_line(p, "Rss:"), "Rss:                   0 kB",
	       "a copied page is not in Rss", hint);
	is_str(smaps_line(p, "Anonymous:"), "Anonymous:             0 kB",
	       "nor in Anonymous", hint);
	ok(pagemap_entry(p + PAGE) == SOFT_DIRTY &&
		   pagemap_entry(p) == SOFT_DIRTY &&
		   pagemap_entry(s) == SOFT_DIRTY,
	   "pagemap says nothing of raw frames and copies", hint);
	munmap(s, 4 * PAGE);
	munmap(p, 4 * PAGE);
}

int main(void)
{
	vram_find();
	mem = open("/dev/mem", O_RDWR);
	need(mem >= 0);
	plan(10);
	test_claimed();
	test_views();
	return done();
}
