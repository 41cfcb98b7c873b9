/* SPDX-License-Identifier: MIT */
/*
 * user/bench/dev.c - a mapping of 4 MiB of a device's memory: the frame
 * buffer, or, where there is no /dev/fb0, the display's memory through sysfs.
 */
#include "bench.h"
#include <dirent.h>
#include <fbdev.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#define LEN (4 * MIB)

/* Open the first memory range of a display through sysfs; -1: none. */
static int open_display(void)
{
	DIR *d = opendir("/sys/bus/pci/devices");
	struct dirent *e;
	int fd = -1;

	while (d && fd < 0 && (e = readdir(d))) {
		unsigned int class = 0;
		char path[300];
		FILE *f;

		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/class",
			 e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fscanf(f, "%x", &class) == 1 && class >> 16 == 3) {
			snprintf(path, sizeof(path),
				 "/sys/bus/pci/devices/%s/resource0",
				 e->d_name);
			fd = open(path, O_RDWR);
		}
		fclose(f);
	}
	if (d)
		closedir(d);
	return fd;
}

/* The frame buffer, if it is large enough, or the display's memory. */
static int open_device(void)
{
	struct fb_fix_screeninfo fix;
	int fd = open("/dev/fb0", O_RDWR);

	if (fd >= 0 &&
	    (ioctl(fd, FBIOGET_FSCREENINFO, &fix) || fix.smem_len < LEN)) {
		close(fd);
		fd = -1;
	}
	return fd < 0 ? open_display() : fd;
}

enum { MAP, TOUCH, FILL, FILL_BW, UNMAP };

static void fill(char *p, size_t len)
{
	size_t words = len / 8;

	__asm__ volatile("rep stosq"
			 : "+D"(p), "+c"(words)
			 : "a"(0x0080408000804080)
			 : "memory");
}

static double device(long which)
{
	double best = 1e30;
	int fd = open_device();

	if (fd < 0)
		return NO_RESULT;
	for (int i = 0; i < 5; i++) {
		uint64_t t[5];
		char *p;

		t[0] = now();
		p = mmap(NULL, LEN, RW, MAP_SHARED, fd, 0);
		t[1] = now();
		if (p == MAP_FAILED)
			return NO_RESULT;
		touch(p, LEN);
		t[2] = now();
		fill(p, LEN);
		t[3] = now();
		munmap(p, LEN);
		t[4] = now();
		keep_smallest(&best, which == MAP     ? t[1] - t[0]
				     : which == TOUCH ? (double)(t[2] - t[1]) /
								(LEN / PAGE)
				     : which == UNMAP ? t[4] - t[3]
						      : (double)(t[3] - t[2]) /
								(LEN / PAGE));
	}
	/* Bytes in a microsecond. */
	return which == FILL_BW ? PAGE * 1000.0 / best : best;
}

const struct row rows_dev[] = {
	{ "dev_mmap_4m", "per call", device, MAP, 0 },
	{ "dev_touch", "per page(1st)", device, TOUCH, 0 },
	{ "dev_fill", "per 4KiB", device, FILL, 0 },
	{ "dev_fill_bw", "MB/s", device, FILL_BW, 0 },
	{ "dev_munmap_4m", "per call", device, UNMAP, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
