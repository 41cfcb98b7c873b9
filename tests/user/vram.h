/* SPDX-License-Identifier: MIT */
/*
 * tests/user/vram.h - device memory that a test may write: the video memory of
 * QEMU's VGA, behind the part that a screen shows.
 *
 * It is found through /sys/bus/pci.  On Linux a driver must not have claimed
 * it: the cloud kernel of `kb exec --linux` has none.
 */
#ifndef KILBURN_TESTS_USER_VRAM_H
#define KILBURN_TESTS_USER_VRAM_H

#include "fault.h"
#include <dirent.h>
#include <fcntl.h>

#define RW       (PROT_READ | PROT_WRITE)
#define PCI_DIR  "/sys/bus/pci/devices"
#define VRAM_OFF 0x900000UL /* bytes; a screen of 1024x768 ends below */

static char vram_dir[300];      /* in /sys */
static unsigned long vram_phys; /* where the part for tests begins */
static unsigned long vram_base, vram_len;

/* The first line of a file below @dir as a string. */
static inline int vram_line(const char *dir, const char *name, char *buf,
			    size_t size)
{
	char path[600];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 1;
}

/* On Linux with a driver for the screen: /dev/mem refuses what that has. */
static inline int vram_claimed(void)
{
	int fd = open("/dev/mem", O_RDONLY), claimed;
	void *p;

	if (fd < 0 || on_kilburn())
		return 0;
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, vram_phys);
	claimed = p == MAP_FAILED && errno == EPERM;
	if (p != MAP_FAILED)
		munmap(p, PAGE);
	close(fd);
	return claimed;
}

/* Find a display (class 03xxxx) whose first register is memory. */
static inline void vram_find(void)
{
	DIR *dir = opendir(PCI_DIR);
	struct dirent *e;
	char line[4096];

	while (dir && (e = readdir(dir)) && !vram_phys) {
		unsigned long start, end, flags;

		snprintf(vram_dir, sizeof(vram_dir), PCI_DIR "/%s", e->d_name);
		if (!vram_line(vram_dir, "class", line, sizeof(line)) ||
		    strncmp(line, "0x03", 4) ||
		    !vram_line(vram_dir, "resource", line, sizeof(line)))
			continue;
		if (sscanf(line, "%lx %lx %lx", &start, &end, &flags) != 3 ||
		    !(flags & 0x200) || end - start < VRAM_OFF)
			continue;
		vram_base = start;
		vram_len = end - start + 1;
		vram_phys = start + VRAM_OFF;
	}
	if (dir)
		closedir(dir);
	if (!vram_phys) {
		tap_say("1..0 # SKIP no VGA with memory in " PCI_DIR);
		exit(0);
	}
	if (vram_claimed()) {
		tap_say("1..0 # SKIP a driver has claimed the VGA's memory");
		exit(0);
	}
}

#endif
