/* SPDX-License-Identifier: MIT */
/*
 * mm/oom_kill.c - what happens when there is no memory left.
 *
 * Theory
 *
 * A system call that needs memory which is not there answers ENOMEM.  A page
 * fault has nobody to answer: the instruction can neither go on nor be skipped.
 * Whoever can give memory back was asked by the page allocator already.  So the
 * process that faulted ends, and all its pages come back.
 *
 * One victim at a time: until its memory is back, others that run dry wait
 * and try again, or a single hungry process would take its neighbours with it.
 * A victim that takes too long (it may wait for something) is not waited for.
 *
 * Locking: oom_lock protects the victim's name and time.
 *
 * Reading order: pagefault_out_of_memory(), out_of_memory().
 * In Linux: mm/oom_kill.c, which chooses the victim by size.
 */
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/spinlock.h"
#include "kernel/time.h"
#include "mm/mm.h"
#include "mm/oom_kill.h"

#define OOM_RETRY_NS       5000000ULL    /* before a fault is tried again */
#define OOM_VICTIM_TIME_NS 1000000000ULL /* after that, the next victim */

static DEFINE_SPINLOCK(oom_lock);
/* oom_lock protects: */
static struct task_struct *oom_victim; /* with a reference; NULL */
static u64 oom_victim_since;           /* ktime_get_ns() */

/* Is memory on its way back because somebody else is dying? */
static bool oom_victim_is_dying(void) __must_hold(&oom_lock)
{
	lockdep_assert_held(&oom_lock);
	if (!oom_victim || oom_victim->tgid == current->tgid)
		return false;
	return !READ_ONCE(oom_victim->exit_state) &&
	       ktime_get_ns() - oom_victim_since < OOM_VICTIM_TIME_NS;
}

/* Become the victim, unless there is one. */
static bool claim_victim(void)
{
	struct task_struct *old = NULL;
	bool claimed = false;

	spin_lock(&oom_lock);
	if (!oom_victim_is_dying()) {
		old = oom_victim;
		get_task_struct(current);
		oom_victim = current;
		oom_victim_since = ktime_get_ns();
		claimed = true;
	}
	spin_unlock(&oom_lock);
	if (old)
		put_task_struct(old);
	return claimed;
}

static unsigned long pages_to_kb(unsigned long nr_pages)
{
	return nr_pages << (PAGE_SHIFT - 10);
}

static void report_victim(struct mm_struct *mm)
{
	pr_err("Out of memory: Killed process %d (%s) total-vm:%lukB, "
	       "anon-rss:%lukB, file-rss:%lukB, shmem-rss:%lukB, UID:%u "
	       "pgtables:%lukB oom_score_adj:%d\n",
	       current->tgid, current->comm, pages_to_kb(mm->total_vm),
	       pages_to_kb(get_mm_counter(mm, MM_ANONPAGES)),
	       pages_to_kb(get_mm_counter(mm, MM_FILEPAGES)),
	       pages_to_kb(get_mm_counter(mm, MM_SHMEMPAGES)), current->uid,
	       atomic_long_read(&mm->pgtables_bytes) >> 10,
	       current->signal->oom_score_adj);
}

bool out_of_memory(void)
{
	if (!current->mm || current->tgid == 1)
		return false; /* the system ends with its first process */
	if (fatal_signal_pending(current) || !claim_victim())
		return false;
	report_victim(current->mm);
	group_send_sig_info(SIGKILL, SEND_SIG_PRIV, current);
	return true;
}

void pagefault_out_of_memory(void)
{
	struct page *page;

	if (fatal_signal_pending(current))
		return;
	/* An injected failure, or memory came back meanwhile: try again. */
	page = alloc_page(GFP_USER);
	if (page) {
		put_page(page);
		return;
	}
	if (out_of_memory())
		return;
	__set_current_state(TASK_KILLABLE);
	schedule_timeout_ns(OOM_RETRY_NS);
}
