/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/lstore_switch.c - moving a context while programs map it.
 *
 * Theory
 *
 * A Cell processor had a few small memories, the local stores, and many
 * programs that each wanted one: its kernel saved one program's store to RAM
 * and loaded the next one's, while both went on using one pointer.  That is
 * what the thread of 2006 was about (see docs/), and what happens here with the
 * beginning of the ivshmem device's memory as the only store:
 *
 *	 context A, loaded			 context B, saved
 *	   |  entries: uncached,		   |  entries: write-back,
 *	   v  frames of the device		   v  frames of its own
 *	+--------------------+			+--------------------+
 *	|  the local store   |			|  64 pages of RAM   |
 *	+--------------------+			+--------------------+
 *
 * All these entries are special: nobody counts them, so nobody but this driver
 * knows which frames may be reached.  A switch of one context is
 *
 *	lock the context
 *	unmap_mapping_range()	no entry leads anywhere; every CPU has flushed
 *	copy			the bytes cannot change meanwhile
 *	publish			the new place
 *	unlock
 *	free the old frames	nothing leads to them
 *
 * Unmapping alone would not do.  A program that touches the page in the middle
 * of the copy faults, and the fault would put the old place back, for good: its
 * stores would go to frames that belong to somebody else by then.  The fault
 * takes the context's lock as well (lstore_vm.c), around "where is it now" and
 * "put that in"; so it comes before the unmapping, which takes its entry away,
 * or after the publishing, and puts in the new place.
 *
 * Memory is allocated before the first step: a switch happens or it does not.
 *
 * Invariants
 *
 *  L1. An entry of a context's mapping leads to the place that its state names.
 *      Who holds the pte lock can rely on that without the context's lock: the
 *      entry goes before the place changes.  (The ledger does: U14.)
 *  L2. At most one context is loaded, and lstore0.loaded is it.
 *  L3. A context has frames of its own if and only if it is saved.
 *
 * Locking
 *
 *	mmap_lock > lstore0.lock > context->lock > i_mmap_rwsem > pte lock
 *
 *  The last munmap() releases the file under mmap_lock, so no user memory is
 *  touched with a lock of this driver held.  Two contexts' locks are never held
 *  at the same time: lstore0.lock says whose turn it is.
 *
 * Reading order: lstore_load(), move_out(), move_in(); then lstore_vm.c.
 * In Linux: arch/powerpc/platforms/cell/spufs/switch.c, context.c.
 */

#include "drivers/misc/lstore.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"

void lstore_free_frames(struct lstore_frames *frames)
{
	if (!frames)
		return;
	for (unsigned int i = 0; i < LSTORE_PAGES; i++)
		if (frames->pages[i])
			put_page(frames->pages[i]);
	kfree(frames);
}

struct lstore_frames *lstore_alloc_frames(void)
{
	struct lstore_frames *frames = kzalloc(sizeof(*frames), GFP_USER);

	if (!frames)
		return NULL;
	for (unsigned int i = 0; i < LSTORE_PAGES; i++) {
		frames->pages[i] = alloc_page(GFP_USER | __GFP_ZERO);
		if (!frames->pages[i]) {
			lstore_free_frames(frames);
			return NULL;
		}
	}
	return frames;
}

/* L1: from here until @context->lock is released nobody can reach it. */
static void unmap_context(struct lstore_context *context)
{
	lockdep_assert_held(&context->lock);
	unmap_mapping_range(&context->mapping, 0, LSTORE_OBJECT_SIZE, 0);
}

/* From the hardware into @frames.  Cannot fail. */
static void move_out(struct lstore_context *context,
		     struct lstore_frames *frames)
{
	mutex_lock(&context->lock);
	unmap_context(context);
	for (unsigned int i = 0; i < LSTORE_PAGES; i++)
		memcpy(page_address(frames->pages[i]),
		       (const void *)(lstore0.memory + i * PAGE_SIZE),
		       PAGE_SIZE);
	context->frames = frames;
	context->state = LSTORE_SAVED;
	mutex_unlock(&context->lock);
}

/* From its frames into the hardware.  Cannot fail. */
static void move_in(struct lstore_context *context)
{
	struct lstore_frames *frames;

	mutex_lock(&context->lock);
	unmap_context(context);
	frames = context->frames;
	for (unsigned int i = 0; i < LSTORE_PAGES; i++)
		memcpy((void *)(lstore0.memory + i * PAGE_SIZE),
		       page_address(frames->pages[i]), PAGE_SIZE);
	context->frames = NULL;
	context->state = LSTORE_LOADED;
	mutex_unlock(&context->lock);
	lstore_free_frames(frames);
	wake_up_all(&context->wait);
}

/* Empty the hardware.  lstore0.lock held.  Return: 0 or -ENOMEM. */
static int save_loaded(void) __must_hold(&lstore0.lock)
{
	struct lstore_frames *frames;

	lockdep_assert_held(&lstore0.lock);
	if (!lstore0.loaded)
		return 0;
	frames = lstore_alloc_frames();
	if (!frames)
		return -ENOMEM;
	move_out(lstore0.loaded, frames);
	lstore0.loaded = NULL;
	return 0;
}

int lstore_load(struct lstore_context *context)
{
	int err = 0;

	if (mutex_lock_killable(&lstore0.lock))
		return -EINTR;
	if (lstore0.loaded != context)
		err = save_loaded();
	if (!err && lstore0.loaded != context) {
		move_in(context);
		lstore0.loaded = context;
	}
	mutex_unlock(&lstore0.lock);
	return err;
}

int lstore_save(struct lstore_context *context)
{
	int err = 0;

	if (mutex_lock_killable(&lstore0.lock))
		return -EINTR;
	if (lstore0.loaded == context)
		err = save_loaded();
	mutex_unlock(&lstore0.lock);
	return err;
}

void lstore_forget(struct lstore_context *context)
{
	mutex_lock(&lstore0.lock);
	if (lstore0.loaded == context)
		lstore0.loaded = NULL;
	mutex_unlock(&lstore0.lock);
}
