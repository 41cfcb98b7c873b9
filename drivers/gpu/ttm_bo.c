/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/ttm_bo.c - buffer objects that move under the maps of programs.
 *
 * Theory
 *
 * A buffer lives in RAM until the screen needs it; then it is moved into video
 * memory and pinned there.  Unpinned it stays, until another one needs the
 * room: the least recently used moves back to RAM.  Programs keep one pointer
 * to it all the while.  Its entries are raw frames (VM_PFNMAP), so nobody
 * counts them, and a move is
 *
 *	reserve a place		may fail, may sleep: nothing has changed
 *	lock			bo->resv
 *	unmap			no entry of any map leads to the old place any
 *				more, and every CPU has forgotten it
 *	copy
 *	publish			bo->mem_type, and the place
 *	unlock
 *
 * Unmapping alone would not do: another CPU may touch the buffer a moment
 * later, and its fault would put the old place back while it is copied.  So the
 * fault handler takes bo->resv too, around looking up the place and inserting
 * the entry (ttm_bo_vm.c), and waits until the new place is published:
 *
 *	mover			toucher
 *	lock resv
 *	unmap, shoot down
 *				load -> fault: resv is taken, waits
 *	copy
 *	publish
 *	unlock resv
 *				lock resv, look up, insert, unlock
 *				load -> the new place, the same bytes
 *
 * Invariants
 *
 *  T1. An entry leads to the place that bo->mem_type names, whenever nobody
 *      holds bo->resv.
 *  T2. A place is given back only after the unmap of T1 is complete: a frame is
 *      never free while a CPU may reach it.
 *  T3. A pinned buffer is in VRAM and is not moved.
 *  T4. bo->lru is on the list if and only if it is in VRAM and not pinned.
 *  T5. A move that fails has changed nothing but the place of others.
 *
 * Locking, outermost first
 *
 *	mmap_lock		a fault; an area that goes, and a client with it
 *	  bdev->move_lock	a move, a pin
 *	    bo->resv		of the buffer that wants to move
 *	      bo->resv, nested	of a buffer that makes room
 *	        i_mmap_rwsem, pte lock, bdev->lru_lock
 *
 * Nobody touches user memory under them.  Who holds a resv without move_lock
 * waits for no other resv and not for move_lock, so a mover may wait for the
 * resv of a victim.  Unlike Linux, which has wound/wait mutexes for this, moves
 * are one at a time: here the CPU is the copy engine.
 *
 * Reading order: ttm_bo_move(), ttm_bo_evict(), ttm_bo_pin(); ttm_bo_vm.c.
 * In Linux: drivers/gpu/drm/ttm/ttm_bo.c, ttm_bo_util.c.
 */

#include "drivers/gpu/drm_device.h"
#include "drivers/gpu/ttm.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/gfp.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* ---- places ------------------------------------------------------------- */

static int vram_take(struct ttm_buffer_object *bo)
{
	struct ttm_device *bdev = bo->bdev;
	int err;

	spin_lock(&bdev->lru_lock);
	err = drm_mm_insert_node(&bdev->mm, &bo->vram, ttm_bo_pages(bo));
	spin_unlock(&bdev->lru_lock);
	return err;
}

static void vram_give(struct ttm_buffer_object *bo)
{
	struct ttm_device *bdev = bo->bdev;

	spin_lock(&bdev->lru_lock);
	list_del_init(&bo->lru); /* T4 */
	drm_mm_remove_node(&bdev->mm, &bo->vram);
	spin_unlock(&bdev->lru_lock);
}

static u8 *vram_address(const struct ttm_buffer_object *bo, unsigned long page)
{
	return bo->bdev->vram + ((bo->vram.start + page) << PAGE_SHIFT);
}

/* ---- moving ------------------------------------------------------------- */

/* No program reaches the old place any more.  One shootdown for each map. */
static void unmap_virtual(struct ttm_buffer_object *bo)
{
	lockdep_assert_held(&bo->resv);
	unmap_mapping_range(&bo->base.dev->mapping,
			    drm_gem_mmap_offset(&bo->base), bo->base.size, 1);
}

/*
 * How far one copy goes from page @first on: pages that follow each other, for
 * a copy of many is faster than many copies.
 */
static unsigned long run_length(const struct ttm_tt *tt, unsigned long first)
{
	unsigned long nr = 1;

	while (first + nr < tt->nr_pages &&
	       tt->pages[first + nr] == tt->pages[first] + nr)
		nr++;
	return nr;
}

enum copy_direction { VRAM_TO_RAM, RAM_TO_VRAM };

static void copy_pages(struct ttm_buffer_object *bo, const struct ttm_tt *tt,
		       enum copy_direction direction)
{
	unsigned long nr;

	for (unsigned long i = 0; i < tt->nr_pages; i += nr) {
		u8 *ram = page_address(tt->pages[i]), *vram;

		nr = run_length(tt, i);
		vram = vram_address(bo, i);
		if (direction == RAM_TO_VRAM)
			memcpy(vram, ram, nr << PAGE_SHIFT);
		else
			memcpy(ram, vram, nr << PAGE_SHIFT);
	}
}

/* The place in VRAM has been taken; nothing here can fail. */
static void move_to_vram(struct ttm_buffer_object *bo)
{
	unmap_virtual(bo);
	if (bo->tt.pages)
		copy_pages(bo, &bo->tt, RAM_TO_VRAM);
	else
		memset(vram_address(bo, 0), 0, bo->base.size);
	bo->mem_type = TTM_PL_VRAM; /* publish */
	atomic_long_inc(&bo->bdev->moves);
	ttm_tt_unpopulate(bo->bdev, &bo->tt); /* T2 */
}

/* Move a buffer to RAM.  Return: 0; -ENOMEM, and it is where it was. */
static int move_to_ram(struct ttm_buffer_object *bo)
{
	struct ttm_tt tt = { 0 };

	lockdep_assert_held(&bo->resv);
	if (ttm_tt_populate(bo->bdev, &tt, ttm_bo_pages(bo), 0))
		return -ENOMEM;
	unmap_virtual(bo);
	copy_pages(bo, &tt, VRAM_TO_RAM);
	bo->tt = tt;
	bo->mem_type = TTM_PL_SYSTEM; /* publish */
	atomic_long_inc(&bo->bdev->moves);
	vram_give(bo); /* T2 */
	return 0;
}

/* ---- making room -------------------------------------------------------- */

/*
 * The least recently used that can be moved, with a reference; or NULL.
 * *@leaving: whether there are some that leave by themselves.
 */
static struct ttm_buffer_object *lru_oldest(struct ttm_device *bdev,
					    bool *leaving)
{
	struct ttm_buffer_object *bo, *found = NULL;

	spin_lock(&bdev->lru_lock);
	*leaving = !list_empty(&bdev->lru);
	list_for_each_entry (bo, &bdev->lru, lru) {
		/* One without references is being freed on another CPU. */
		if (refcount_inc_not_zero(&bo->base.refcount)) {
			found = bo;
			break;
		}
	}
	spin_unlock(&bdev->lru_lock);
	return found;
}

/*
 * Move one buffer out of VRAM.  Only whoever holds move_lock moves or pins, so
 * it is still there and unpinned when its lock has been taken.
 * Return: 0: there may be more room now; -ENOSPC: there is none; -ENOMEM.
 */
static int ttm_bo_evict(struct ttm_device *bdev)
{
	struct ttm_buffer_object *victim;
	bool leaving;
	int err;

	lockdep_assert_held(&bdev->move_lock);
	victim = lru_oldest(bdev, &leaving);
	if (!victim && leaving)
		cond_resched();
	if (!victim)
		return leaving ? 0 : -ENOSPC;
	mutex_lock_nested(&victim->resv, SINGLE_DEPTH_NESTING);
	VM_BUG_ON(victim->pin_count || victim->mem_type != TTM_PL_VRAM);
	err = move_to_ram(victim);
	mutex_unlock(&victim->resv);
	drm_gem_object_put(&victim->base);
	return err;
}

/* Take a place in VRAM, whoever has to leave.  Return: 0 or -ENOMEM. */
static int vram_take_evicting(struct ttm_buffer_object *bo)
{
	int err;

	if (ttm_bo_pages(bo) > bo->bdev->mm.end)
		return -ENOMEM;
	while (vram_take(bo)) {
		err = ttm_bo_evict(bo->bdev);
		if (err)
			return -ENOMEM;
	}
	return 0;
}

int ttm_evict_all(struct ttm_device *bdev)
{
	int err;

	mutex_lock(&bdev->move_lock);
	while (!(err = ttm_bo_evict(bdev)))
		;
	mutex_unlock(&bdev->move_lock);
	return err == -ENOSPC ? 0 : err;
}

/* ---- pinning ------------------------------------------------------------ */

static int pin_locked(struct ttm_buffer_object *bo)
{
	struct ttm_device *bdev = bo->bdev;

	if (bo->mem_type != TTM_PL_VRAM) {
		if (vram_take_evicting(bo))
			return -ENOMEM;
		move_to_vram(bo);
	}
	spin_lock(&bdev->lru_lock);
	list_del_init(&bo->lru); /* T4 */
	spin_unlock(&bdev->lru_lock);
	bo->pin_count++;
	return 0;
}

int ttm_bo_pin(struct ttm_buffer_object *bo)
{
	struct ttm_device *bdev = bo->bdev;
	int err;

	mutex_lock(&bdev->move_lock);
	mutex_lock(&bo->resv);
	err = pin_locked(bo);
	mutex_unlock(&bo->resv);
	mutex_unlock(&bdev->move_lock);
	return err;
}

void ttm_bo_unpin(struct ttm_buffer_object *bo)
{
	struct ttm_device *bdev = bo->bdev;

	mutex_lock(&bdev->move_lock);
	mutex_lock(&bo->resv);
	BUG_ON(!bo->pin_count);
	if (!--bo->pin_count) {
		spin_lock(&bdev->lru_lock);
		list_add_tail(&bo->lru, &bdev->lru); /* T4: the newest */
		spin_unlock(&bdev->lru_lock);
	}
	mutex_unlock(&bo->resv);
	mutex_unlock(&bdev->move_lock);
}

u64 ttm_bo_vram_offset(const struct ttm_buffer_object *bo)
{
	VM_BUG_ON(!bo->pin_count); /* T3 */
	return bo->vram.start << PAGE_SHIFT;
}

/* ---- life --------------------------------------------------------------- */

/* The last reference is gone, so no area maps it and no call knows it. */
static void ttm_bo_free(struct drm_gem_object *obj)
{
	struct ttm_buffer_object *bo = to_ttm_bo(obj);

	BUG_ON(bo->pin_count);
	if (bo->mem_type == TTM_PL_VRAM)
		vram_give(bo);
	ttm_tt_unpopulate(bo->bdev, &bo->tt);
	drm_gem_object_release(obj);
	kfree(bo);
}

struct ttm_buffer_object *ttm_bo_create(struct drm_device *dev,
					struct ttm_device *bdev, size_t size)
{
	struct ttm_buffer_object *bo = kzalloc(sizeof(*bo), GFP_USER);
	int err;

	if (!bo)
		return ERR_PTR(-ENOMEM);
	bo->base.free = ttm_bo_free;
	bo->bdev = bdev;
	bo->mem_type = TTM_PL_SYSTEM;
	mutex_init(&bo->resv);
	INIT_LIST_HEAD(&bo->lru);
	err = drm_gem_object_init(dev, &bo->base, size);
	if (err) {
		kfree(bo);
		return ERR_PTR(err);
	}
	return bo;
}

int ttm_device_init(struct ttm_device *bdev, phys_addr_t phys, u64 size)
{
	bdev->vram = (u8 *)ioremap_wc(phys, size);
	if (!bdev->vram)
		return -ENOMEM;
	bdev->vram_phys = phys;
	mutex_init(&bdev->move_lock);
	spin_lock_init(&bdev->lru_lock);
	INIT_LIST_HEAD(&bdev->lru);
	drm_mm_init(&bdev->mm, 0, size >> PAGE_SHIFT);
	return 0;
}

/* Linux's format: ranges of pages, used and free, then the sums. */
void ttm_device_show(struct seq_file *m, struct ttm_device *bdev)
{
	const struct drm_mm_node *node;
	u64 at = 0;

	spin_lock(&bdev->lru_lock);
	for (node = &bdev->mm.head; node; node = drm_mm_next(node)) {
		at = node->start + node->size;
		if (node->size)
			seq_printf(m, "%#018llx-%#018llx: %llu: used\n",
				   node->start, at, node->size);
		if (node->hole)
			seq_printf(m, "%#018llx-%#018llx: %llu: free\n", at,
				   at + node->hole, node->hole);
	}
	seq_printf(m, "total: %llu, used %llu free %llu\n", bdev->mm.end,
		   bdev->mm.used, bdev->mm.end - bdev->mm.used);
	spin_unlock(&bdev->lru_lock);
}
