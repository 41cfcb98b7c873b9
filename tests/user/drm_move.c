/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm_move.c - one pointer to a buffer, while it moves from RAM into
 * video memory and back.
 */
#include "drm.h"
#include "fault.h"

static struct kms_mode *mode;
static struct kms_buffer a, b;

static void test_zeros(void)
{
	long used = vram_used(NULL);
	size_t wrong = 0;

	need(!kms_create(card, &a, 1024, 768));
	is_num(a.pitch, 4096, "a line of 1024 pixels is 4096 bytes", "");
	is_num(a.size, 768 * 4096, "the buffer is 768 lines", "");
	for (size_t i = 0; i < a.size / 4; i += 511)
		wrong += ((vu32 *)a.map)[i] != 0;
	is_num(wrong, 0, "a new buffer is all zeros",
	       "Pages of somebody else's memory would show through here.");
	is_num(vram_used(NULL), used, "and takes no video memory", "");
}

static void test_there_and_back(void)
{
	long pages = a.size / PAGE, used;

	fill(&a, 1);
	need(!kms_add_fb(card, &a));
	evict_all(mode);
	need(!kms_off(&kms));
	used = vram_used(NULL);
	need(!kms_show(&kms, &a, mode));
	is_num(vram_used(NULL) - used, pages,
	       "what is shown is in video memory", "");
	keeps(a.map, a.size, 1, "and reads as it did, through the same pointer",
	      "The move must copy before the new place is published.");
	fill(&a, 2);
	need(!kms_off(&kms));
	is_num(vram_used(NULL) - used, pages, "it stays there when it is not",
	       "");
	evict_all(mode);
	is_num(vram_used(NULL) <= used, 1, "until others need the room", "");
	keeps(a.map, a.size, 2,
	      "then it is back in RAM with what was stored meanwhile", "");
	fill(&a, 3);
	need(!kms_show(&kms, &a, mode));
	keeps(a.map, a.size, 3, "and in video memory again", "");
}

/* Never touched: the move makes zeros where it goes. */
static void test_untouched(void)
{
	size_t wrong = 0;

	drm_make(&b);
	need(!kms_show(&kms, &b, mode));
	for (size_t i = 0; i < b.size / 4; i += 511)
		wrong += ((vu32 *)b.map)[i] != 0;
	is_num(wrong, 0, "a buffer shown before it was touched is zeros",
	       "Video memory still holds somebody else's picture.");
	kms_destroy(card, &b);
}

/* A mode set leaves all of video memory alone, whatever is where. */
static void test_mode_set(void)
{
	struct kms_mode *large = kms_find_mode(&kms, 1280, 1024);
	struct kms_buffer big;

	need(large);
	need(!kms_show(&kms, &a, mode));
	fill(&a, 40);
	need(!kms_create(card, &big, 1280, 1024) && !kms_add_fb(card, &big));
	need(!kms_off(&kms));
	need(!kms_show(&kms, &big, large));
	keeps(a.map, a.size, 40, "a larger mode clears no other buffer",
	      "The device does so unless NOCLEARMEM is set.");
	kms_destroy(card, &big);
}

/* Two maps and a child: all see the same bytes after each move. */
static int child_looks(void *arg)
{
	return mismatches(a.map, a.size, *(uint32_t *)arg) != 0;
}

static void test_all_maps(void)
{
	uint32_t *second =
		mmap(NULL, a.size, PROT_READ, MAP_SHARED, card, a.offset);
	uint32_t seed = 4;

	need(second != MAP_FAILED);
	need(!kms_show(&kms, &a, mode));
	fill(&a, seed);
	is_num(mismatches(second, a.size, seed), 0,
	       "a second map sees the stores", "");
	exits_with(run_child(child_looks, &seed), 0, "and so does a child", "");
	need(!kms_off(&kms));
	evict_all(mode);
	keeps(second, a.size, seed,
	      "after a move the second map has not kept the old place",
	      "unmap_mapping_range() must find every area of the object.");
	fill(&a, ++seed);
	is_num(mismatches(second, a.size, seed), 0, "both lead to the new one",
	       "");
	exits_with(run_child(child_looks, &seed), 0, "in a child too", "");
	munmap(second, a.size);
}

/* The child's entries are copies of the parent's: they must go as well. */
static void test_move_under_child(void)
{
	int to_child[2], from_child[2], status;
	char c;
	pid_t pid;

	need(!pipe(to_child) && !pipe(from_child));
	need(!kms_show(&kms, &a, mode));
	fill(&a, 10);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		int wrong = mismatches(a.map, a.size, 10) != 0;

		if (write(from_child[1], "r", 1) != 1 ||
		    read(to_child[0], &c, 1) != 1)
			_exit(9);
		_exit(wrong + 2 * (mismatches(a.map, a.size, 11) != 0));
	}
	need(read(from_child[0], &c, 1) == 1);
	need(!kms_off(&kms));
	evict_all(mode);
	fill(&a, 11);
	need(write(to_child[1], "g", 1) == 1);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "a move takes out the entries of a child",
		   "Status 2: the child still read the old place.");
}

/* The area holds the object: handle, framebuffer and file may go. */
static void test_lifetime(void)
{
	struct kms_gem_close close_it = { 0 };
	uint32_t *map;
	int fd = open(KMS_CARD, O_RDWR);
	struct kms_buffer c;
	int copy;

	need(fd >= 0);
	need(!kms_create(fd, &c, 1024, 100));
	map = c.map;
	fill(&c, 20);
	close_it.handle = c.handle;
	is_num(ioctl(fd, KMS_GEM_CLOSE, &close_it), 0, "a handle is closed",
	       "");
	is_num(mismatches(map, c.size, 20), 0, "its map stays", "");
	is_errno(ioctl(fd, KMS_GEM_CLOSE, &close_it), EINVAL,
		 "a second close finds nothing");
	copy = dup(fd);
	close(fd);
	is_num(mismatches(map, c.size, 20), 0, "also after close()", "");
	ok(mmap(NULL, PAGE, RW, MAP_SHARED, copy, c.offset) == MAP_FAILED,
	   "nobody can map it again", "");
	close(copy);
	fill(&c, 21);
	is_num(mismatches(map, c.size, 21), 0, "and after the last close()",
	       "vm_ops->open and close must count areas.");
	munmap(map + 25 * 1024, 50 * PAGE);
	need(map[0] == pattern(21, 0));
	is_num(map[99 * 1024 + 99], pattern(21, 99),
	       "a hole in the map leaves both ends", "");
	munmap(map, c.size);
}

int main(void)
{
	drm_open();
	mode = drm_mode();
	plan(25);
	test_zeros();
	test_there_and_back();
	test_untouched();
	test_mode_set();
	test_all_maps();
	test_move_under_child();
	test_lifetime();
	kms_destroy(card, &a);
	return done();
}
