/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/vma_host.h - an address space that a test can draw.
 *
 * A picture has one character a page, from page BASE on:
 *
 *	[ww][RR]..[ff]
 *
 * Brackets bound an area and take no page; a dot is a free page.  The letter is
 * the kind of the area, a capital says that it has an anon_vma:
 *
 *	r w	anonymous, read-only or writable
 *	f g	of one file or the other, at the page offset of its address
 *	s	VM_SPECIAL
 *	c	with an owner that wants to hear when an area goes
 */
#ifndef KILBURN_TESTS_VMA_HOST_H
#define KILBURN_TESTS_VMA_HOST_H

#include "support/host.h"
#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "mm/rmap.h"
#include "mm/vma.h"

#include <ctype.h>

#define BASE  0x100UL /* the page that a picture begins with */
#define PAGES 64      /* that a picture can show */

unsigned int sysctl_max_map_count = 1000;

static struct mm_struct mm;
static struct address_space mapping[2];
static struct file files[2];
static int files_open; /* references to both */

void fput(struct file *file)
{
	atomic_long_dec(&file->f_count);
	files_open--;
}

static void no_close(struct vm_area_struct *vma)
{
}

static const struct vm_operations_struct close_ops = { .close = no_close };

static inline unsigned long page_addr(unsigned long page)
{
	return (BASE + page) << PAGE_SHIFT;
}

static inline int count_file_references(void)
{
	return atomic_long_read(&files[0].f_count) +
	       atomic_long_read(&files[1].f_count);
}

static inline vm_flags_t kind_flags(char kind)
{
	vm_flags_t flags = VM_READ | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;

	if (tolower(kind) != 'r')
		flags |= VM_WRITE;
	if (tolower(kind) == 's')
		flags |= VM_IO;
	return flags;
}

static inline struct file *kind_file(char kind)
{
	switch (tolower(kind)) {
	case 'f':
		return &files[0];
	case 'g':
		return &files[1];
	default:
		return NULL;
	}
}

static inline char vma_kind(const struct vm_area_struct *vma)
{
	char kind = 'r';

	if (vma->vm_file)
		kind = vma->vm_file == &files[0] ? 'f' : 'g';
	else if (vma->vm_flags & VM_IO)
		kind = 's';
	else if (vma->vm_ops)
		kind = 'c';
	else if (vma->vm_flags & VM_WRITE)
		kind = 'w';
	return vma->anon_vma ? toupper(kind) : kind;
}

static inline struct vm_area_struct *make_area(unsigned long start,
					       unsigned long end, char kind)
{
	struct vm_area_struct *vma = vm_area_alloc(&mm);

	assert_non_null(vma);
	vma->vm_start = page_addr(start);
	vma->vm_end = page_addr(end);
	vma->vm_pgoff = BASE + start;
	vma->vm_flags = kind_flags(kind);
	if (kind_file(kind))
		vma->vm_file = get_file(kind_file(kind));
	if (tolower(kind) == 'c')
		vma->vm_ops = &close_ops;
	vma_link(&mm, vma);
	return vma;
}

/* Make the areas of a picture, each without regard to its neighbours. */
static inline void draw(const char *picture)
{
	unsigned long page = 0, start = 0;
	struct vm_area_struct *vma;

	for (const char *p = picture; *p; p++) {
		if (*p == '[')
			start = page;
		else if (*p == ']')
			make_area(start, page, p[-1]);
		else
			page++;
	}
	/* Pages come later, and then neighbours would share an anon_vma. */
	page = 0;
	for (const char *p = picture; *p; p++) {
		if (*p == '[' || *p == ']')
			continue;
		vma = find_vma(&mm, page_addr(page));
		if (isupper(*p) && !vma->anon_vma) {
			vm_flags_t flags = vma->vm_flags;

			vma->vm_flags |= VM_DONTCOPY; /* unlike any other */
			assert_int_equal(anon_vma_prepare(vma), 0);
			vma->vm_flags = flags;
		}
		page++;
	}
	validate_mm(&mm);
}

/* The address space as a picture, in a static buffer. */
static inline const char *picture(unsigned long pages)
{
	static char text[4 * PAGES];
	struct vm_area_struct *vma;
	unsigned long page = 0;
	char *p = text;

	for_each_vma (&mm, vma) {
		while (page_addr(page) < vma->vm_start) {
			*p++ = '.';
			page++;
		}
		*p++ = '[';
		while (page_addr(page) < vma->vm_end) {
			*p++ = vma_kind(vma);
			page++;
		}
		*p++ = ']';
	}
	for (; page < pages; page++)
		*p++ = '.';
	*p = '\0';
	return text;
}

static inline void free_area(struct vm_area_struct *vma)
{
	vma_tree_remove(&mm, vma);
	unlink_anon_vmas(vma);
	vma_unlink_file(vma);
	if (vma->vm_file)
		fput(vma->vm_file);
	vm_area_free(vma);
}

static inline void erase(void)
{
	struct vm_area_struct *vma;

	while ((vma = mm_first_vma(&mm)))
		free_area(vma);
	validate_mm(&mm);
	assert_int_equal(mm.map_count, 0);
	assert_null(mm.mmap_highest);
	assert_int_equal(count_file_references(), 0);
	assert_true(RB_EMPTY_ROOT(&mapping[0].i_mmap));
	assert_true(RB_EMPTY_ROOT(&mapping[1].i_mmap));
	assert_true(host_context_clean());
}

/* Pages [start, end) get the flags of @kind; -errno. */
static inline int modify(unsigned long start, unsigned long end, char kind)
{
	struct vm_area_struct *vma = find_vma(&mm, page_addr(start));

	vma = vma_modify_flags(vma, page_addr(start), page_addr(end),
			       kind_flags(kind));
	validate_mm(&mm);
	return PTR_ERR_OR_ZERO(vma);
}

/* What mmap() does with pages [start, end), where nothing is. */
static inline void map_new(unsigned long start, unsigned long end, char kind)
{
	struct vma_merge_struct vmg = {
		.start = page_addr(start),
		.end = page_addr(end),
		.pgoff = BASE + start,
		.vm_flags = kind_flags(kind),
		.file = kind_file(kind),
	};
	struct vma_merge_plan plan;

	vmg.next = find_vma_prev(&mm, vmg.start, &vmg.prev);
	if (vma_merge_plan_new(&vmg, &plan)) {
		assert_null(plan.anon_from);
		vma_merge_commit(&plan);
	} else {
		make_area(start, end, kind);
	}
	validate_mm(&mm);
}

/* Unmap pages [start, end), as munmap() does; -errno. */
static inline int unmap(unsigned long start, unsigned long end)
{
	unsigned long to = page_addr(end);
	struct vm_area_struct *first, *last, *next;

	first = find_vma_intersection(&mm, page_addr(start), to);
	if (!first)
		return 0;
	last = find_vma_prev(&mm, to, &next);
	if (!last || last->vm_start >= to)
		last = next;
	first = vma_split_ends(first, page_addr(start), last, to);
	validate_mm(&mm);
	if (IS_ERR(first))
		return PTR_ERR(first);
	for (; first && first->vm_start < to; first = next) {
		next = vma_next(first);
		free_area(first);
	}
	validate_mm(&mm);
	return 0;
}

static inline int vma_host_setup(void **state)
{
	rmap_init();
	vma_init();
	for (int i = 0; i < 2; i++) {
		init_rwsem(&mapping[i].i_mmap_rwsem);
		mapping[i].i_mmap = RB_ROOT;
		files[i].f_mapping = &mapping[i];
	}
	mm.mm_rb = RB_ROOT;
	init_rwsem(&mm.mmap_lock);
	host_assumed_held = &mm.mmap_lock.dep_map;
	spin_lock_init(&mm.page_table_lock);
	current->mm = &mm; /* so that find_vma() remembers areas */
	return 0;
}

#endif /* KILBURN_TESTS_VMA_HOST_H */
