/* SPDX-License-Identifier: MIT */
/*
 * tests/boot/ivshmem_guest.c - the guest's side of ivshmem.t.
 *
 * usage: ivshmem_guest MAP		shared and private maps of the memory
 *	  ivshmem_guest LSTORE		contexts of /dev/lstore (Kilburn only)
 *
 * MAP is /dev/ivshmem0 or, on Linux, resource2 of the device in /sys.  After
 * each step a line says what the host should find in its file, and a byte of the
 * file says when the host is ready: the host counts it up.
 */

#include "../user/tap.h"
#include <dirent.h>
#include <fcntl.h>
#include <lstore.h>
#include <sys/ioctl.h>

#define RW     (PROT_READ | PROT_WRITE)
#define LENGTH 0x400000UL   /* of the device's memory */
#define TURN   (LENGTH - 1) /* the byte that the host counts */
#define FREE   0x200000UL   /* where no local store is */

static volatile unsigned char *memory;

/* Say what has been done, and wait until the host has looked and answered. */
static void step(const char *what)
{
	static int turn;

	tap_say("%s", what);
	turn++;
	for (int i = 0; memory[TURN] != turn; i++) {
		need(i < 3000);
		usleep(10000);
	}
}

static void expect(int good, const char *what)
{
	tap_say("%s %s", good ? "good" : "BAD", what);
}

/* resource2 of the first device with ivshmem's numbers. */
static int open_resource(void)
{
	DIR *dir = opendir("/sys/bus/pci/devices");
	struct dirent *e;
	char path[400], text[8];
	int fd = -1;

	while (dir && fd < 0 && (e = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/device",
			 e->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		if (read(fd, text, 6) != 6 || memcmp(text, "0x1110", 6)) {
			close(fd);
			fd = -1;
			continue;
		}
		close(fd);
		snprintf(path, sizeof(path),
			 "/sys/bus/pci/devices/%s/resource2", e->d_name);
		fd = open(path, O_RDWR);
	}
	return fd;
}

static void *map(int fd, int flags)
{
	void *p = mmap(NULL, LENGTH, RW, flags, fd, 0);

	need(p != MAP_FAILED);
	return p;
}

static void run_maps(int fd)
{
	volatile unsigned char *private = map(fd, MAP_PRIVATE);

	memory[FREE] = 0x11;
	step("store FREE 11");
	expect(memory[FREE + 1] == 0x21 && private[FREE + 1] == 0x21,
	       "what the host wrote is seen by both maps");
	private[FREE + 2] = 0x31;
	step("private FREE 31");
	expect(private[FREE + 3] != 0x41 && memory[FREE + 3] == 0x41,
	       "the copied page no longer follows the file");
	expect(private[FREE + 4096] == 0x51, "the page beside it still does");
	expect(private[FREE + 2] == 0x31 && memory[FREE + 2] != 0x31,
	       "the copy is private");
}

static void run_lstore(void)
{
	int a = open(LSTORE_DEVICE, O_RDWR), b = open(LSTORE_DEVICE, O_RDWR);
	volatile unsigned char *pa, *pb;

	need(a >= 0 && b >= 0);
	pa = mmap(NULL, LSTORE_SIZE, RW, MAP_SHARED, a, 0);
	pb = mmap(NULL, LSTORE_SIZE, RW, MAP_SHARED, b, 0);
	need(pa != MAP_FAILED && pb != MAP_FAILED);
	pa[0x3000] = 0xa1;
	pb[0x3000] = 0xb1;
	need(!ioctl(a, LSTORE_LOAD));
	step("loaded a1");
	expect(pa[0x3001] == 0x61, "the loaded context sees the host's store");
	expect(pb[0x3001] == 0, "the saved one does not");
	need(!ioctl(b, LSTORE_LOAD));
	pa[0x3002] = 0xa2; /* saved: not in the file */
	pb[0x3002] = 0xb2;
	step("loaded b1");
	expect(pb[0x3001] == 0x62 && pa[0x3001] == 0x61,
	       "and the same the other way round");
	need(!ioctl(b, LSTORE_SAVE));
	pb[0x3003] = 0xb3;
	step("saved");
	expect(pb[0x3001] == 0x62, "nobody loaded: the file is nobody's");
}

int main(int argc, char **argv)
{
	int fd;

	need(argc == 2);
	fd = open("/dev/ivshmem0", O_RDWR);
	if (fd < 0)
		fd = open_resource();
	need(fd >= 0);
	memory = map(fd, MAP_SHARED);
	if (!strcmp(argv[1], "MAP"))
		run_maps(fd);
	else
		run_lstore();
	return 0;
}
