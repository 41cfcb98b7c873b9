/* SPDX-License-Identifier: MIT */
/*
 * tests/user/maps_format.c - /proc/self/maps, byte by byte.
 *
 *	start-end perms offset major:minor inode         padding name
 *	00401000-00406000 r-xp 00001000 00:02 13         ...     /host/h
 *
 * Debuggers, sanitizers and language runtimes parse this text, so it is an
 * interface.  Every line is printed again from its parsed fields and must
 * come out the same.
 */
#include "maps.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define RW   (PROT_READ | PROT_WRITE)
#define NAME "/tmp/maps_format.tmp"

static int in_bss = 0;
static int in_data = 1;

/* The one right way to print @m, names beginning in column 73. */
static void print_line(char *out, size_t size, const struct map *m)
{
	int len = snprintf(out, size, "%08lx-%08lx %s %08lx %02x:%02x %lu ",
			   m->start, m->end, m->perms, m->offset, m->major,
			   m->minor, m->inode);

	if (m->name[0])
		snprintf(out + len, size - len, "%*s%s",
			 len < 73 ? 73 - len : 0, "", m->name);
}

static void test_every_line(void)
{
	static char copy[sizeof(maps_buf)];
	char *pos = maps_text(), *line = copy, again[512];
	int wrong = 0, order = 0, perms = 0, lines = 0;
	unsigned long last = 0;
	struct map m;

	strcpy(copy, pos);
	while (maps_next(&pos, &m)) {
		size_t len = strcspn(line, "\n");

		line[len] = '\0';
		print_line(again, sizeof(again), &m);
		if (strcmp(line, again)) {
			diag("line     \"%s\"", line);
			diag("expected \"%s\"", again);
			wrong++;
		}
		order += m.start < last || m.start >= m.end || m.start % PAGE ||
			 m.end % PAGE;
		perms += strspn(m.perms, "rwxps-") != 4 ||
			 !strchr("r-", m.perms[0]) ||
			 !strchr("w-", m.perms[1]) ||
			 !strchr("x-", m.perms[2]) || !strchr("ps", m.perms[3]);
		last = m.end;
		line += len + 1;
		lines++;
	}
	ok(lines >= 4, "there are lines for program, data and stack", "");
	is_num(wrong, 0, "every line has the exact format",
	       "Numbers are hexadecimal, addresses and offset at least 8 "
	       "digits, device at least 2 and 2; one blank ends a line without "
	       "name, else names begin in column 73.");
	is_num(order, 0, "lines are ordered, disjoint and page aligned",
	       "They must come out of the tree in address order.");
	is_num(perms, 0, "permissions are four letters of rwxps-", "");
	ok(*pos == '\0', "the text ends with a newline", "");
}

static int perms_of(const void *p, const char *want)
{
	struct map m;

	return maps_find(p, &m) && !strcmp(m.perms, want);
}

static void test_program(void)
{
	struct map m, exe;
	struct stat st;

	need(!stat(self_path(), &st));
	need(maps_find(test_program, &exe));
	ok(perms_of(test_program, "r-xp"), "code is r-xp", "");
	ok(perms_of("a literal", "r--p"), "constants are r--p",
	   "The ELF loader gives each segment its own protection.");
	ok(perms_of(&in_data, "rw-p"), "data is rw-p", "");
	ok(perms_of(&in_bss, "rw-p"), "bss is rw-p", "");
	is_str(exe.name, self_path(), "the code's line names the program",
	       "The name is the path of the mapped file.");
	ok(exe.inode == st.st_ino && exe.major == major(st.st_dev) &&
		   exe.minor == minor(st.st_dev),
	   "with the device and inode that stat() shows",
	   "The device is printed as major:minor of the file system.");
	need(maps_find(&in_data, &m));
	ok(m.inode == st.st_ino, "data is a mapping of the program too", "");
}

static void test_names(void)
{
	unsigned long brk = sys_brk(0);
	struct map m;
	int local;

	need(sys_brk(brk + 3 * PAGE) == brk + 3 * PAGE);
	need(maps_find((void *)(brk + PAGE), &m));
	is_str(m.name, "[heap]", "the brk area is called [heap]",
	       "An area that overlaps start_brk..brk has that name.");
	ok(m.offset == 0 && m.inode == 0 && m.major == 0 && m.minor == 0,
	   "and has no offset, device or inode",
	   "Anonymous areas print zeros, although vm_pgoff is not 0.");
	need(maps_find(&local, &m));
	is_str(m.name, "[stack]", "the main stack is called [stack]",
	       "The area that contains the initial stack pointer.");
	ok(perms_of(&local, "rw-p"), "it is rw-p, not executable",
	   "PT_GNU_STACK asks for a stack without PROT_EXEC.");
	ok(m.end >= (unsigned long)self_path() && m.end % PAGE == 0,
	   "and reaches to the end of the argument strings", "");
}

static void test_anonymous(void)
{
	char *base = free_range(8);
	struct map m;

	map_at(base, 3, RW);
	need(maps_find(base, &m));
	ok(m.start == (unsigned long)base && m.end == m.start + 3 * PAGE,
	   "an anonymous mapping has a line of its own", "");
	is_str(m.name, "", "without a name", "");
	ok(!m.offset && !m.inode, "and with offset and inode 0", "");
	map_at(base + 3 * PAGE, 2, RW);
	is_num(maps_lines(base, 5 * PAGE), 1,
	       "an adjacent one with the same rights shares the line",
	       "mmap extends an equal neighbour instead of adding an area.");
	map_at(base + 5 * PAGE, 1, PROT_READ);
	is_num(maps_lines(base, 6 * PAGE), 2, "one with other rights does not",
	       "");
	need(!mprotect(base, PAGE, PROT_NONE));
	ok(perms_of(base, "---p"), "PROT_NONE is ---p", "");
	need(!mprotect(base, PAGE, PROT_READ | PROT_EXEC));
	ok(perms_of(base, "r-xp"), "read and execute is r-xp", "");
	need(!mprotect(base, PAGE, PROT_WRITE));
	ok(perms_of(base, "-w-p"), "write alone is -w-p",
	   "The line shows what was asked for, not what x86 can do.");
	need(!munmap(base, 8 * PAGE));
}

static void test_shared_anonymous(void)
{
	char *p = shared_pages(2);
	struct map m;

	need(maps_find(p, &m));
	is_str(m.name, "/dev/zero (deleted)",
	       "shared anonymous memory is /dev/zero (deleted)",
	       "It is an unlinked tmpfs file of that name.");
	ok(!strcmp(m.perms, "rw-s") && m.offset == 0 && m.inode != 0,
	   "rw-s, with an inode", "");
	need(!munmap(p, 2 * PAGE));
}

static void test_file(void)
{
	static const char odd[] = "/tmp/maps format\n.tmp";
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct map m;
	char *p;

	need(fd >= 0 && !ftruncate(fd, 4 * PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
	need(p != MAP_FAILED && maps_find(p, &m));
	is_str(m.name, NAME, "a mapped file is shown by its path", "");
	is_num(m.offset, PAGE, "its offset is in bytes",
	       "vm_pgoff << PAGE_SHIFT.");
	need(!unlink(NAME) && maps_find(p, &m));
	is_str(m.name, NAME " (deleted)", "and marked when it is unlinked",
	       "The path of an unlinked file ends in \" (deleted)\".");
	need(!close(fd) && !munmap(p, 2 * PAGE));
	fd = open(odd, O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fd >= 0 && !ftruncate(fd, PAGE));
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED && maps_find(p, &m));
	is_str(m.name, "/tmp/maps format\\012.tmp",
	       "a newline in a name is printed as \\012",
	       "A name must not be able to forge a line.");
	unlink(odd);
	need(!close(fd) && !munmap(p, PAGE));
}

/* However small the reads are, the text is the same. */
static void test_small_reads(void)
{
	static char whole[sizeof(maps_buf)], parts[sizeof(maps_buf)];
	static const size_t sizes[] = { 1, 7, 100, 4096 };
	int wrong = 0;

	strcpy(whole, maps_text());
	for (int i = 0; i < 4; i++) {
		int fd = open("/proc/self/maps", O_RDONLY);
		size_t len = 0;
		ssize_t n;

		need(fd >= 0);
		while ((n = read(fd, parts + len, sizes[i])) > 0)
			len += n;
		parts[len] = '\0';
		wrong += n < 0 || strcmp(whole, parts) != 0;
		close(fd);
	}
	is_num(wrong, 0, "reads of 1, 7, 100 and 4096 bytes give the same text",
	       "A read must continue inside a line where the last one ended.");
}

static void test_rewind(void)
{
	static char again[sizeof(maps_buf)];
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n, m;

	need(fd >= 0);
	n = read(fd, maps_buf, 200);
	need(lseek(fd, 0, SEEK_SET) == 0);
	m = read(fd, again, 200);
	ok(n > 0 && n == m && !memcmp(maps_buf, again, n),
	   "after lseek() to 0 it starts again", "");
	fails_with(write(fd, "x", 1), EBADF,
		   "a descriptor opened for reading cannot be written", "");
	close(fd);
}

int main(void)
{
	plan(34);
	in_bss++;
	test_every_line();
	test_program();
	test_names();
	test_anonymous();
	test_shared_anonymous();
	test_file();
	test_small_reads();
	test_rewind();
	return done();
}
