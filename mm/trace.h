/* SPDX-License-Identifier: MIT */
/*
 * mm/trace.h - the event ring: what happened to memory, in order.
 *
 * A call site is one line, and costs one no-op (kernel/jump_label.h):
 *
 *	trace_page(MM_TRACE_ALLOC, page, order);
 *
 * A loop over entries has not even that: it is compiled twice, with and without
 * its trace line (see zap_pte_range()); and an allocation asks with the same
 * test as fault injection (see alloc_hooks).
 *
 * mm/trace.c has the theory.  In Linux: include/linux/tracepoint.h, and
 * tools/mm/page_owner_sort.c for what a page's history is good for.
 */
#ifndef KILBURN_MM_TRACE_H
#define KILBURN_MM_TRACE_H

#include "kernel/compiler.h"
#include "kernel/jump_label.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/types.h"
#include "mm/mm_types.h"
#include "mm/page.h"

enum mm_trace_event {
	MM_TRACE_ALLOC, /* arg: order */
	MM_TRACE_FREE,  /* arg: order */
	MM_TRACE_MAP,   /* a page got an entry */
	MM_TRACE_UNMAP, /* and lost it */
	MM_TRACE_FAULT, /* arg: FAULT_FLAG_*, arg2: VM_FAULT_* */
	MM_TRACE_COW,   /* the page is a copy; arg: the pfn copied from */
	MM_TRACE_REUSE, /* the entry turned writable where it is */
	MM_TRACE_SHARE, /* fork gave a child an entry, in the child's mm */
	MM_TRACE_FLUSH, /* done; address: start, arg: end, ~0: everything */
	MM_TRACE_SPLIT, /* address: where, arg: start, arg2: end, before */
	MM_TRACE_MERGE, /* address: start, arg: end, after */
	MM_TRACE_PIN,
	MM_TRACE_UNPIN,
	NR_MM_TRACE_EVENTS,
};

#define MM_TRACE_NO_PFN (~0UL)

/* One event; a cache line. */
struct mm_trace_record {
	u64 seq;  /* order over all CPUs, from 1; 0: being written */
	u64 time; /* ns since boot */
	const struct mm_struct *mm; /* only to be compared; NULL: none */
	unsigned long pfn;          /* or MM_TRACE_NO_PFN */
	unsigned long address;      /* user, bytes; 0: none */
	unsigned long arg, arg2;
	s32 pid;
	u16 cpu, event;
};

_Static_assert(sizeof(struct mm_trace_record) == 64, "one cache line");

DECLARE_STATIC_KEY_FALSE(mm_trace_key);

/* Out of line: what happens when the key is enabled. */
void mm_trace_record(enum mm_trace_event event, const struct mm_struct *mm,
		     unsigned long pfn, unsigned long address,
		     unsigned long arg, unsigned long arg2) __cold;

static __always_inline bool mm_trace_on(void)
{
	return static_branch_unlikely(&mm_trace_key);
}

/* Something happened to a page, whoever maps it. */
static __always_inline void trace_page(enum mm_trace_event event,
				       const struct page *page,
				       unsigned long arg)
{
	if (mm_trace_on())
		mm_trace_record(event, NULL, page_to_pfn(page), 0, arg, 0);
}

/*
 * The sites on the fault path pass what they have at hand, in the order in which
 * they have it, so that they need no register more than without.
 */
void mm_trace_map(const struct page *page, const struct vm_area_struct *vma,
		  unsigned long address) __cold;
void mm_trace_cow(const struct vm_fault *vmf, const struct page *copy) __cold;
void mm_trace_reuse(const struct vm_fault *vmf) __cold;
vm_fault_t mm_trace_fault(const struct mm_struct *mm,
			  const struct vm_fault *vmf, vm_fault_t ret) __cold;

/* A page got an entry. */
static __always_inline void trace_map(const struct page *page,
				      const struct vm_area_struct *vma,
				      unsigned long address)
{
	if (mm_trace_on())
		mm_trace_map(page, vma, address);
}

/* @copy took the place of what vmf->orig_pte maps. */
static __always_inline void trace_cow(const struct vm_fault *vmf,
				      const struct page *copy)
{
	if (mm_trace_on())
		mm_trace_cow(vmf, copy);
}

/* The entry turned writable where it is. */
static __always_inline void trace_reuse(const struct vm_fault *vmf)
{
	if (mm_trace_on())
		mm_trace_reuse(vmf);
}

/* A fault ends; after VM_FAULT_RETRY vmf->vma may be gone.  Return: @ret. */
static __always_inline vm_fault_t trace_fault(const struct mm_struct *mm,
					      const struct vm_fault *vmf,
					      vm_fault_t ret)
{
	return mm_trace_on() ? mm_trace_fault(mm, vmf, ret) : ret;
}

/* Something happened to the entry of a frame. */
static __always_inline void trace_entry(enum mm_trace_event event,
					const struct mm_struct *mm,
					unsigned long address,
					unsigned long pfn, unsigned long arg)
{
	if (mm_trace_on())
		mm_trace_record(event, mm, pfn, address, arg, 0);
}

/* Something happened to a range of an address space. */
static __always_inline void trace_range(enum mm_trace_event event,
					const struct mm_struct *mm,
					unsigned long address,
					unsigned long arg, unsigned long arg2)
{
	if (mm_trace_on())
		mm_trace_record(event, mm, MM_TRACE_NO_PFN, address, arg, arg2);
}

/**
 * mm_trace_set() - begin or end recording.
 * @on: which
 *
 * Context: may sleep: the first time it allocates the rings.
 * Return: 0; -ENOMEM: nothing has changed.
 */
int mm_trace_set(bool on);

/* The boot option trace=mm. */
void mm_trace_setup(const char *arg);
void mm_trace_boot(void);

/* Where a reader of all rings is; the events come in order. */
struct mm_trace_cursor {
	u64 last;                    /* seq: do not go beyond it */
	unsigned long next[NR_CPUS]; /* by CPU: index of the next record */
};

/* Begin at the oldest event; end at the newest there is now. */
void mm_trace_rewind(struct mm_trace_cursor *cursor);

/* The next event.  Return: false: there are no more. */
bool mm_trace_next(struct mm_trace_cursor *cursor,
		   struct mm_trace_record *record);

#define MM_TRACE_LINE 160

/* Write one event as text, without a newline, into MM_TRACE_LINE bytes. */
void mm_trace_format(char *line, const struct mm_trace_record *record);

/**
 * trace_page_history() - the biography of a frame.
 * @pfn: the frame
 * @print: called for each line, oldest first
 * @arg: for @print
 *
 * The last events that are about the frame, from all CPUs.  Nothing, if nothing
 * is recorded.
 *
 * Context: any: takes no lock and allocates nothing.
 */
void trace_page_history(unsigned long pfn,
			void (*print)(void *arg, const char *line), void *arg);

#endif /* KILBURN_MM_TRACE_H */
