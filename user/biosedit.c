/* SPDX-License-Identifier: MIT */
/*
 * biosedit - edit the firmware's tables, in one's own copy only.
 *
 * The program that a private mapping of raw frames exists for (Torvalds, 9 Oct
 * 2006): it maps the BIOS area of /dev/mem privately and writable, through a
 * descriptor that is read-only, and edits a string in place.  The frames have no
 * struct page; the store copies the page that it hits, and nobody else sees it.
 *
 * It runs on Linux as well.  Under UEFI there is no such area to edit.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIOS_START 0xe0000UL
#define BIOS_LEN   0x20000UL

#define BIOS_DATE 0xffff5UL /* where a PC's firmware has its date */

#define TEXT_MAX 64

/* A string in the area. */
struct text {
	const char *what;
	size_t off, len; /* bytes from BIOS_START */
};

static int fd;
static char *bios; /* the private mapping */

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static char *map_bios(int prot, int flags)
{
	char *p = mmap(NULL, BIOS_LEN, prot, flags, fd, BIOS_START);

	return p == MAP_FAILED ? NULL : p;
}

static uint64_t number(size_t off, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | (unsigned char)bios[off + bytes];
	return value;
}

/* The entry point: on a multiple of 16, with a checksum. */
static int is_entry(size_t off, const char *anchor, unsigned int len_at)
{
	size_t len = number(off + len_at, 1);
	unsigned char sum = 0;

	if (memcmp(bios + off, anchor, strlen(anchor)) || !len ||
	    off + len > BIOS_LEN)
		return 0;
	while (len--)
		sum += bios[off + len];
	return sum == 0;
}

/* Find it.  Return: its offset, or -1.  *@table: where the tables begin. */
static long find_entry(uint64_t *table)
{
	for (size_t off = 0; off + 32 <= BIOS_LEN; off += 16) {
		if (is_entry(off, "_SM3_", 6)) {
			*table = number(off + 16, 8);
			return off;
		}
		if (is_entry(off, "_SM_", 5)) {
			*table = number(off + 24, 4);
			return off;
		}
	}
	return -1;
}

/* The vendor in the first table, if the tables lie in the area. */
static int find_vendor(uint64_t table, struct text *text)
{
	size_t off;

	if (table < BIOS_START || table >= BIOS_START + BIOS_LEN - 256)
		return 0;
	off = table - BIOS_START;
	if (number(off, 1) != 0 || !number(off + 4, 1))
		return 0; /* not about the BIOS, or without a vendor */
	text->what = "the BIOS vendor of the tables";
	text->off = off + number(off + 1, 1);
	text->len = strnlen(bios + text->off, TEXT_MAX);
	return text->len > 0 && text->len < TEXT_MAX;
}

/* "06/23/99" */
static int find_date(struct text *text)
{
	text->what = "the date of the firmware";
	text->off = BIOS_DATE - BIOS_START;
	text->len = 8;
	return bios[text->off + 2] == '/' && bios[text->off + 5] == '/';
}

static void find_text(uint64_t table, size_t entry, struct text *text)
{
	if (find_vendor(table, text) || find_date(text))
		return;
	text->what = "the anchor of the entry point";
	text->off = entry;
	text->len = 4;
}

static void show(const char *who, const char *bytes, const struct text *text)
{
	printf("%s \"%.*s\"\n", who, (int)text->len, bytes);
}

/* What others see: 0 if it is what was there before. */
static int other_reader(const struct text *text, const char *before)
{
	char *again = map_bios(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	char buf[TEXT_MAX];

	if (!again)
		return fail("a second private mapping");
	show("a second private mapping:", again + text->off, text);
	if (pread(fd, buf, text->len, BIOS_START + text->off) !=
	    (ssize_t)text->len)
		return fail("pread");
	show("pread in a child:", buf, text);
	return memcmp(again + text->off, before, text->len) ||
	       memcmp(buf, before, text->len);
}

static int check_others(const struct text *text, const char *before)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (!pid) {
		status = other_reader(text, before);
		fflush(stdout);
		_exit(status);
	}
	if (waitpid(pid, &status, 0) != pid)
		return fail("waitpid");
	return status != 0;
}

/* Edit the string and look at it from everywhere. */
static int edit(const struct text *text)
{
	char *physical = map_bios(PROT_READ, MAP_SHARED);
	char before[TEXT_MAX];
	int wrong = 0;

	if (!physical)
		return fail("a shared mapping");
	memcpy(before, bios + text->off, text->len);
	show("before:", before, text);
	for (size_t i = 0; i < text->len; i++)
		bios[text->off + i] = "Kilburn"[i % 7];
	show("my view:", bios + text->off, text);
	wrong |= !memcmp(bios + text->off, before, text->len);
	wrong |= check_others(text, before);
	show("the physical bytes:", physical + text->off, text);
	wrong |= memcmp(physical + text->off, before, text->len) != 0;
	puts(wrong ? "WRONG: the edit is not mine alone"
		   : "The edit is mine alone.");
	return wrong;
}

int main(void)
{
	struct text text;
	uint64_t table;
	long entry;

	fd = open("/dev/mem", O_RDONLY);
	if (fd < 0)
		return fail("/dev/mem");
	bios = map_bios(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	if (!bios)
		return fail("mapping the BIOS area");
	printf("mapped %#lx-%#lx private and writable, through O_RDONLY\n",
	       BIOS_START, BIOS_START + BIOS_LEN - 1);
	entry = find_entry(&table);
	if (entry < 0) {
		puts("There is no SMBIOS entry point here: UEFI keeps it "
		     "elsewhere.");
		return 0;
	}
	find_text(table, entry, &text);
	printf("SMBIOS entry point at %#lx, tables at %#lx\n",
	       BIOS_START + entry, (unsigned long)table);
	printf("editing %s at %#lx\n", text.what, BIOS_START + text.off);
	return edit(&text);
}
