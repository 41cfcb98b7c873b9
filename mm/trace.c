/* SPDX-License-Identifier: MIT */
/*
 * mm/trace.c - the event ring: what happened to memory, in order.
 *
 * Theory
 *
 * When a counter is wrong, the mistake was made long ago.  So each CPU keeps its
 * last events in a ring; when the ledger finds a frame that disagrees, or an
 * assertion about a page fails, the events of that frame are printed, oldest
 * first:
 *
 *	  2.104 [0] pid 7: alloc pfn 0x1a37 order 0
 *	  2.104 [0] pid 7: map pfn 0x1a37 at 7f12000 in mm ...a40
 *	  2.109 [0] pid 7: share pfn 0x1a37 at 7f12000 in mm ...e80
 *	  2.117 [1] pid 8: unmap pfn 0x1a37 at 7f12000 in mm ...e80
 *	  2.117 [1] pid 8: free pfn 0x1a37 order 0
 *
 * and one sees that fork did not take a reference.  Recording is off until
 * somebody asks (trace=mm, or 1 into /proc/kilburn/trace); then it costs a few
 * dozen instructions an event.
 *
 * A ring has one writer, its own CPU, which has interrupts off while it writes;
 * so it needs no lock.  Readers are not kept out: a record that is being written
 * has seq 0, and a reader looks at seq again after it has copied the rest.
 *
 * Invariants
 *
 *  T1. seq grows by one with each event of the system, so it orders the events
 *      of all CPUs; within a ring it only grows.
 *  T2. A record with seq != 0, the same before and after, is whole.
 *
 * Locking: trace_mutex for switching on and off; nothing for the rings.
 *
 * Reading order: mm_trace_record(), read_record(), mm_trace_next(),
 * trace_page_history().
 * In Linux: kernel/trace/ring_buffer.c; mm/page_owner.c.
 */

#include "mm/trace.h"
#include <asm/pgtable.h>
#include <asm/barrier.h>
#include <asm/current.h>
#include <asm/irqflags.h>
#include <asm/percpu.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/mutex.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "mm/fail_inject.h"
#include "mm/vmalloc.h"

#define RING_SIZE     8192UL /* records; a power of two */
#define HISTORY_LINES 24

struct trace_ring {
	struct mm_trace_record *records; /* NULL until first switched on */
	unsigned long head;              /* index of the next; never wraps */
};

static DEFINE_PER_CPU(struct trace_ring, trace_rings);

DEFINE_STATIC_KEY_FALSE(mm_trace_key);
static atomic64_t trace_seq;
static DEFINE_MUTEX(trace_mutex);
static bool trace_at_boot;

/* ---- writing ------------------------------------------------------------ */

void mm_trace_record(enum mm_trace_event event, const struct mm_struct *mm,
		     unsigned long pfn, unsigned long address,
		     unsigned long arg, unsigned long arg2)
{
	struct mm_trace_record *record;
	struct trace_ring *ring;
	unsigned long flags;

	local_irq_save(flags);
	ring = this_cpu_ptr(&trace_rings);
	if (ring->records) {
		record = &ring->records[ring->head % RING_SIZE];
		WRITE_ONCE(record->seq, 0);
		smp_wmb();
		record->time = ktime_get_ns();
		record->mm = mm;
		record->pfn = pfn;
		record->address = address;
		record->arg = arg;
		record->arg2 = arg2;
		record->pid = current->pid;
		record->cpu = this_cpu_read(cpu_number);
		record->event = event;
		smp_wmb();
		WRITE_ONCE(record->seq, atomic64_inc_return(&trace_seq));
		WRITE_ONCE(ring->head, ring->head + 1);
	}
	local_irq_restore(flags);
}

void mm_trace_map(const struct page *page, const struct vm_area_struct *vma,
		  unsigned long address)
{
	mm_trace_record(MM_TRACE_MAP, vma->vm_mm, page_to_pfn(page), address, 0,
			0);
}

void mm_trace_cow(const struct vm_fault *vmf, const struct page *copy)
{
	mm_trace_record(MM_TRACE_COW, vmf->vma->vm_mm, page_to_pfn(copy),
			vmf->address, pte_pfn(vmf->orig_pte), 0);
}

void mm_trace_reuse(const struct vm_fault *vmf)
{
	mm_trace_record(MM_TRACE_REUSE, vmf->vma->vm_mm, pte_pfn(vmf->orig_pte),
			vmf->address, 0, 0);
}

vm_fault_t mm_trace_fault(const struct mm_struct *mm,
			  const struct vm_fault *vmf, vm_fault_t ret)
{
	mm_trace_record(MM_TRACE_FAULT, mm, MM_TRACE_NO_PFN, vmf->real_address,
			vmf->flags, ret);
	return ret;
}

/* Return: 0 or -ENOMEM. */
static int alloc_rings(void)
{
	unsigned int cpu;

	for_each_online_cpu (cpu) {
		struct trace_ring *ring = per_cpu_ptr(&trace_rings, cpu);
		struct mm_trace_record *records;

		if (ring->records)
			continue;
		records = vzalloc(RING_SIZE * sizeof(*records));
		if (!records)
			return -ENOMEM;
		WRITE_ONCE(ring->records, records);
	}
	return 0;
}

int mm_trace_set(bool on)
{
	int err = 0;

	mutex_lock(&trace_mutex);
	if (on)
		err = alloc_rings();
	if (!err)
		err = on ? static_branch_enable(&mm_trace_key)
			 : static_branch_disable(&mm_trace_key);
	if (!err)
		alloc_hooks_change(on ? ALLOC_HOOK_TRACE : 0,
				   on ? 0 : ALLOC_HOOK_TRACE);
	mutex_unlock(&trace_mutex);
	return err;
}

void mm_trace_setup(const char *arg)
{
	trace_at_boot = !strcmp(arg, "mm");
	if (!trace_at_boot)
		pr_err("trace=%s: expected mm\n", arg);
}

void mm_trace_boot(void)
{
	if (trace_at_boot && mm_trace_set(true))
		pr_err("trace=mm: no memory for the rings\n");
}

/* ---- reading ------------------------------------------------------------ */

/* Copy a record.  Return: false: it was overwritten meanwhile. */
static bool read_record(const struct trace_ring *ring, unsigned long index,
			struct mm_trace_record *copy)
{
	const struct mm_trace_record *record =
		&ring->records[index % RING_SIZE];
	u64 seq = READ_ONCE(record->seq);

	smp_rmb();
	*copy = *record;
	smp_rmb();
	copy->seq = seq;
	return seq && READ_ONCE(record->seq) == seq; /* T2 */
}

static unsigned long oldest(const struct trace_ring *ring)
{
	unsigned long head = READ_ONCE(ring->head);

	return head > RING_SIZE ? head - RING_SIZE : 0;
}

void mm_trace_rewind(struct mm_trace_cursor *cursor)
{
	memset(cursor->next, 0, sizeof(cursor->next));
	cursor->last = atomic64_read(&trace_seq);
}

/* The next record of one CPU that is not gone yet. */
static bool peek(struct mm_trace_cursor *cursor, unsigned int cpu,
		 struct mm_trace_record *record)
{
	const struct trace_ring *ring = per_cpu_ptr(&trace_rings, cpu);
	unsigned long *next = &cursor->next[cpu];

	if (!READ_ONCE(ring->records))
		return false;
	*next = max(*next, oldest(ring));
	for (; *next < READ_ONCE(ring->head); ++*next)
		if (read_record(ring, *next, record))
			return record->seq <= cursor->last;
	return false;
}

bool mm_trace_next(struct mm_trace_cursor *cursor,
		   struct mm_trace_record *record)
{
	struct mm_trace_record candidate;
	int first_cpu = -1;
	unsigned int cpu;

	for_each_online_cpu (cpu) {
		if (!peek(cursor, cpu, &candidate))
			continue;
		if (first_cpu >= 0 && candidate.seq > record->seq)
			continue;
		*record = candidate;
		first_cpu = cpu;
	}
	if (first_cpu < 0)
		return false;
	cursor->next[first_cpu]++;
	return true;
}

/* ---- as text ------------------------------------------------------------ */

static const char *const event_names[NR_MM_TRACE_EVENTS] = {
	[MM_TRACE_ALLOC] = "alloc", [MM_TRACE_FREE] = "free",
	[MM_TRACE_MAP] = "map",     [MM_TRACE_UNMAP] = "unmap",
	[MM_TRACE_FAULT] = "fault", [MM_TRACE_COW] = "cow",
	[MM_TRACE_REUSE] = "reuse", [MM_TRACE_SHARE] = "share",
	[MM_TRACE_FLUSH] = "flush", [MM_TRACE_SPLIT] = "split",
	[MM_TRACE_MERGE] = "merge", [MM_TRACE_PIN] = "pin",
	[MM_TRACE_UNPIN] = "unpin",
};

static const char *outcome(vm_fault_t ret)
{
	if (ret & VM_FAULT_OOM)
		return "no memory";
	if (ret & VM_FAULT_SIGBUS)
		return "SIGBUS";
	if (ret & VM_FAULT_SIGSEGV)
		return "SIGSEGV";
	return ret & VM_FAULT_RETRY ? "retry" : "done";
}

/* What the two arguments of the event mean. */
static void format_args(char *text, size_t size,
			const struct mm_trace_record *r)
{
	text[0] = '\0';
	switch (r->event) {
	case MM_TRACE_ALLOC:
	case MM_TRACE_FREE:
		snprintf(text, size, " order %lu", r->arg);
		break;
	case MM_TRACE_FAULT:
		snprintf(text, size, " %s: %s",
			 r->arg & FAULT_FLAG_WRITE ? "store" : "load",
			 outcome(r->arg2));
		break;
	case MM_TRACE_COW:
		snprintf(text, size, " from pfn %#lx", r->arg);
		break;
	case MM_TRACE_FLUSH:
	case MM_TRACE_MERGE:
		snprintf(text, size, " to %lx", r->arg);
		break;
	case MM_TRACE_SPLIT:
		snprintf(text, size, " of %lx-%lx", r->arg, r->arg2);
		break;
	}
}

void mm_trace_format(char *line, const struct mm_trace_record *r)
{
	char pfn[32] = "", place[64] = "", args[48];

	if (r->pfn != MM_TRACE_NO_PFN)
		snprintf(pfn, sizeof(pfn), " pfn %#lx", r->pfn);
	if (r->mm)
		snprintf(place, sizeof(place), " at %lx in mm %lx", r->address,
			 (unsigned long)r->mm);
	format_args(args, sizeof(args), r);
	snprintf(line, MM_TRACE_LINE, "%llu.%09llu [%u] pid %d: %s%s%s%s",
		 r->time / NSEC_PER_SEC, r->time % NSEC_PER_SEC, r->cpu, r->pid,
		 event_names[r->event], pfn, place, args);
}

/* ---- one frame ---------------------------------------------------------- */

static bool is_about(const struct mm_trace_record *record, unsigned long pfn)
{
	if (record->pfn == pfn)
		return true;
	if (record->event == MM_TRACE_COW)
		return record->arg == pfn;
	if (record->event != MM_TRACE_ALLOC && record->event != MM_TRACE_FREE)
		return false;
	return pfn - record->pfn < 1UL << record->arg; /* inside the block */
}

void trace_page_history(unsigned long pfn,
			void (*print)(void *arg, const char *line), void *arg)
{
	struct mm_trace_cursor cursor;
	struct mm_trace_record record;
	unsigned long found = 0, seen = 0;
	char line[MM_TRACE_LINE];

	/* Twice over the rings: count, then print the last of them. */
	for (mm_trace_rewind(&cursor); mm_trace_next(&cursor, &record);)
		found += is_about(&record, pfn);
	for (mm_trace_rewind(&cursor); mm_trace_next(&cursor, &record);) {
		if (!is_about(&record, pfn) || seen++ + HISTORY_LINES < found)
			continue;
		mm_trace_format(line, &record);
		print(arg, line);
	}
}
