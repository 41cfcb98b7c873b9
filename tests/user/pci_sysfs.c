/* SPDX-License-Identifier: MIT */
/*
 * tests/user/pci_sysfs.c - the files of a PCI device in /sys, and mappings of
 * its memory through resource0: the frames of /dev/mem, with the device's own
 * bounds.
 */
#include "maps.h"
#include "vram.h"
#include <sys/stat.h>

static char path[600];

static const char *file(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", vram_dir, name);
	return path;
}

static void test_numbers(void)
{
	unsigned char config[256];
	unsigned int vendor, device, class;
	char line[200], dir[300];
	struct stat st;
	int fd;

	need(vram_line(vram_dir, "vendor", line, sizeof(line)));
	ok(strlen(line) == 6 && sscanf(line, "0x%x", &vendor) == 1,
	   "vendor is 0x and 4 digits", line);
	need(vram_line(vram_dir, "device", line, sizeof(line)));
	ok(strlen(line) == 6 && sscanf(line, "0x%x", &device) == 1,
	   "device too", line);
	need(vram_line(vram_dir, "class", line, sizeof(line)));
	ok(strlen(line) == 8 && sscanf(line, "0x%x", &class) == 1,
	   "class has 6", line);
	fd = open(file("config"), O_RDONLY);
	need(fd >= 0 && !fstat(fd, &st));
	is_num(st.st_size, 256, "config has 256 bytes", "");
	is_num(read(fd, config, 256), 256, "which can be read", "");
	is_num(read(fd, config, 1), 0, "and end", "");
	need(pread(fd, config, 4, 0) == 4);
	ok(config[0] + 256u * config[1] == vendor &&
		   config[2] + 256u * config[3] == device,
	   "they begin with vendor and device", "");
	is_num(pread(fd, config, 3, 9), 3, "a part of a register", "");
	ok(config[0] + 256u * config[1] + 65536u * config[2] == class,
	   "is the class", "");
	close(fd);
	fd = open(file("resource"), O_RDONLY);
	need(fd >= 0);
	for (int i = 0; i < 13; i++)
		need(read(fd, line, 57) == 57 && line[56] == '\n');
	is_num(read(fd, line, 1), 0, "resource has 13 lines of 56", "");
	close(fd);
	fd = readlink(vram_dir, dir, sizeof(dir) - 1);
	ok(fd > 0 && !strncmp(dir, "../../../devices/pci0000:00/0000:", 33),
	   "the directory is a link into /sys/devices", "");
	is_errno(open(file("vendor"), O_WRONLY), EACCES,
		 "what nobody may write is not opened for that");
	is_errno(open(file("resource"), O_RDWR), EACCES, "nor for both");
	fd = open(file("enable"), O_RDWR);
	need(fd >= 0);
	is_num(write(fd, "", 0), 0, "no bytes are no value", "");
	close(fd);
	need(vram_line(vram_dir, "enable", line, sizeof(line)));
	ok(line[0] >= '0' && line[0] <= '9', "enable is a number", line);
}

static void *map0(int fd, unsigned long len, int prot, int flags,
		  unsigned long off)
{
	return mmap(NULL, len, prot, flags, fd, off);
}

static void test_bounds(int fd)
{
	struct stat st;
	void *p;

	need(!fstat(fd, &st));
	ok((unsigned long)st.st_size == vram_len && (st.st_mode & 0777) == 0600,
	   "resource0 is as long as the memory, and root's", "");
	is_errno(map0(fd, PAGE, PROT_READ, MAP_SHARED, vram_len), EINVAL,
		 "the page behind its end");
	is_errno(map0(fd, 2 * PAGE, PROT_READ, MAP_SHARED, vram_len - PAGE),
		 EINVAL, "two pages at the last one");
	is_errno(map0(fd, vram_len + PAGE, PROT_READ, MAP_SHARED, 0), EINVAL,
		 "more than there is");
	is_errno(sys_mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1L << 62),
		 EINVAL, "an offset of 2^62");
	is_errno(sys_mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, -PAGE),
		 EOVERFLOW, "one that wraps 2^64");
	is_errno(map0(fd, PAGE, PROT_READ, MAP_PRIVATE, vram_len), EINVAL,
		 "the same for a private one");
	p = map0(fd, PAGE, PROT_READ, MAP_SHARED, vram_len - PAGE);
	ok(p != MAP_FAILED, "the last page", "");
	munmap(p, PAGE);
	p = map0(fd, vram_len, PROT_READ, MAP_SHARED, 0);
	ok(p != MAP_FAILED, "all of it", "");
	munmap(p, vram_len);
}

static void test_maps(int fd)
{
	int mem = open("/dev/mem", O_RDWR),
	    wc = open(file("resource0_wc"), O_RDWR);
	char *s, *p, *d, *w;
	struct map m;

	need(mem >= 0);
	ok(wc >= 0, "prefetchable memory has a resource0_wc", "");
	s = map0(fd, 2 * PAGE, RW, MAP_SHARED, VRAM_OFF);
	p = map0(fd, 2 * PAGE, RW, MAP_PRIVATE, VRAM_OFF);
	d = map0(mem, 2 * PAGE, RW, MAP_SHARED, vram_phys);
	w = map0(wc, 2 * PAGE, RW, MAP_SHARED, VRAM_OFF);
	need(s != MAP_FAILED && p != MAP_FAILED && d != MAP_FAILED &&
	     w != MAP_FAILED);
	memset(d, 7, 2 * PAGE);
	s[5] = 0x15;
	ok(d[5] == 0x15 && p[5] == 0x15 && w[5] == 0x15,
	   "resource0, resource0_wc and /dev/mem show the same frames", "");
	p[PAGE + 5] = 0x25;
	ok(p[PAGE + 5] == 0x25 && p[PAGE + 6] == 7 && s[PAGE + 5] == 7,
	   "a private one copies at the first store", "");
	need(maps_find(p, &m));
	ok(m.offset == vram_phys,
	   "maps: a private one's offset is the frame's address",
	   "vm_pgoff = pfn.");
	diag("%s", m.name);
	munmap(s, 2 * PAGE);
	munmap(p, 2 * PAGE);
	munmap(d, 2 * PAGE);
	munmap(w, 2 * PAGE);
	close(mem);
	close(wc);
}

static void test_noexec(int fd)
{
	static const char hint[] =
		"sysfs and proc are without programs: SB_I_NOEXEC.";
	char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, VRAM_OFF);

	need(p != MAP_FAILED);
	fails_with(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd,
			VRAM_OFF),
		   EPERM, "it is not mapped as a program", hint);
	fails_with(mprotect(p, PAGE, PROT_READ | PROT_EXEC), EACCES,
		   "nor made one", hint);
	fails_with(execl("/proc/self/maps", "maps", (char *)NULL), EACCES,
		   "nor is a file of proc executed", "");
	ok(!fsync(fd) && !fdatasync(fd) && !msync(p, PAGE, MS_SYNC),
	   "there is nothing to write back: fsync and msync succeed",
	   "noop_fsync()");
	munmap(p, PAGE);
}

/* Is the memory's range in /proc/iomem with the device's name? */
static void test_iomem(void)
{
	unsigned long start, end, found = 0, zeros = 0, lines = 0;
	char line[200], want[300];
	FILE *f = fopen("/proc/iomem", "r");

	need(f);
	snprintf(want, sizeof(want), " : %s\n", strrchr(vram_dir, '/') + 1);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		found += start == vram_base && end == start + vram_len - 1 &&
			 strstr(line, want);
	}
	fclose(f);
	is_num(found, 1, "/proc/iomem has the device's memory", "");
	need(!seteuid(1000));
	f = fopen("/proc/iomem", "r");
	need(f);
	while (fgets(line, sizeof(line), f)) {
		lines++;
		zeros += sscanf(line, "%lx-%lx", &start, &end) == 2 && !start &&
			 !end;
	}
	fclose(f);
	need(!seteuid(0));
	ok(lines && zeros == lines, "without privilege all addresses are 0",
	   "");
}

/* The first device that has ports; reading them wrongly touches none. */
static void test_ports(void)
{
	unsigned long start, end, flags;
	char dir[300], line[60], buf[8];
	DIR *d = opendir(PCI_DIR);
	struct dirent *e;
	int fd = -1;

	need(d);
	while (fd < 0 && (e = readdir(d))) {
		FILE *f;

		snprintf(dir, sizeof(dir), PCI_DIR "/%s", e->d_name);
		snprintf(path, sizeof(path), "%s/resource", dir);
		f = fopen(path, "r");
		for (int i = 0; f && i < 6 && fgets(line, sizeof(line), f);
		     i++) {
			if (sscanf(line, "%lx %lx %lx", &start, &end, &flags) !=
				    3 ||
			    !(flags & 0x100))
				continue;
			snprintf(path, sizeof(path), "%s/resource%d", dir, i);
			fd = open(path, O_RDWR);
			break;
		}
		if (f)
			fclose(f);
	}
	closedir(d);
	need(fd >= 0);
	is_errno(pread(fd, buf, 3, 0), EINVAL, "ports: no register of 3 bytes");
	is_errno(pwrite(fd, buf, 3, 0), EINVAL, "to write neither");
	is_num(pread(fd, buf, 1, end - start + 1), 0, "they end", "");
	is_errno(pwrite(fd, buf, 1, end - start + 1), EFBIG, "for writes too");
	fails_with(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0), ENODEV,
		   "they cannot be mapped", "");
	close(fd);
}

int main(void)
{
	int fd;

	vram_find();
	plan(39);
	test_numbers();
	fd = open(file("resource0"), O_RDWR);
	need(fd >= 0);
	test_bounds(fd);
	test_maps(fd);
	test_noexec(fd);
	test_iomem();
	test_ports();
	return done();
}
