/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/ttm.h - buffer objects that move between video memory and RAM.
 *
 * drivers/gpu/ttm_bo.c has the theory.  In Linux: include/drm/ttm/, and
 * drm_gem_vram_helper.h.
 */
#ifndef KILBURN_GPU_TTM_H
#define KILBURN_GPU_TTM_H

#include <asm/memtype.h>
#include "drivers/gpu/drm_gem.h"
#include "kernel/lib/list.h"
#include "kernel/mutex.h"
#include "kernel/spinlock.h"

struct seq_file;

/* Where a buffer lives; Linux's numbers. */
enum ttm_placement {
	TTM_PL_SYSTEM = 0, /* pages of RAM, or nothing yet: zeros */
	TTM_PL_VRAM = 2,   /* frames of the device */
};

/* The pages of a buffer in RAM, in blocks as large as there were. */
struct ttm_tt {
	struct page **pages; /* one each; NULL: none */
	unsigned long nr_pages;
};

struct ttm_buffer_object {
	struct drm_gem_object base;
	struct ttm_device *bdev;

	struct mutex resv; /* dma_resv */
	/* resv protects: */
	enum ttm_placement mem_type;
	struct drm_mm_node vram; /* in VRAM: its pages there */
	struct ttm_tt tt;        /* in RAM; pages == NULL: never touched */
	unsigned int pin_count;

	struct list_head lru; /* bdev->lru_lock; empty if pinned or in RAM */
};

/* The video memory of a device. */
struct ttm_device {
	phys_addr_t vram_phys; /* bytes */
	u8 *vram;              /* the kernel's view of it, write-combining */

	struct mutex move_lock; /* one move at a time; before any resv */
	spinlock_t lru_lock;
	/* lru_lock protects: */
	struct list_head lru; /* in VRAM and not pinned; oldest first */
	struct drm_mm mm;     /* pages of VRAM */

	atomic_long_t nr_pages; /* of RAM, that all buffers have */
	atomic_long_t moves;    /* done since boot */
};

static inline struct ttm_buffer_object *to_ttm_bo(struct drm_gem_object *obj)
{
	return container_of(obj, struct ttm_buffer_object, base);
}

static inline unsigned long ttm_bo_pages(const struct ttm_buffer_object *bo)
{
	return bo->base.size >> PAGE_SHIFT;
}

/**
 * ttm_device_init() - take charge of a device's memory.
 * @bdev: the device
 * @phys: where the memory begins, bytes, page aligned
 * @size: bytes, whole pages
 *
 * Return: 0; -ENOMEM if the memory cannot be mapped.
 */
int ttm_device_init(struct ttm_device *bdev, phys_addr_t phys, u64 size);

/**
 * ttm_bo_create() - make a buffer, in RAM, of zeros that take no memory yet.
 * @dev: the device whose fake offsets it gets
 * @bdev: the memory that it may move to
 * @size: bytes, whole pages, not 0
 *
 * Context: may sleep.
 * Return: the buffer, with one reference; ERR_PTR(-ENOMEM or -ENOSPC).
 */
struct ttm_buffer_object *ttm_bo_create(struct drm_device *dev,
					struct ttm_device *bdev, size_t size);

/**
 * ttm_bo_pin() - move a buffer into VRAM and keep it there.
 * @bo: the buffer
 *
 * Others that are not pinned make room, the least recently used first.  Pins
 * are counted.
 *
 * Context: may sleep; no resv held.
 * Return: 0; -ENOMEM, and the buffer is where it was.
 */
int ttm_bo_pin(struct ttm_buffer_object *bo);
void ttm_bo_unpin(struct ttm_buffer_object *bo); /* it stays there for now */

/* Where a pinned buffer is: bytes from the beginning of VRAM. */
u64 ttm_bo_vram_offset(const struct ttm_buffer_object *bo);

/**
 * ttm_evict_all() - move every buffer that is not pinned into RAM.
 * @bdev: the device
 *
 * Context: as ttm_bo_pin().
 * Return: 0; -ENOMEM: some are still there.
 */
int ttm_evict_all(struct ttm_device *bdev);

/* The body of the vram-mm file: who has which pages. */
void ttm_device_show(struct seq_file *m, struct ttm_device *bdev);

/* ---- ttm_tt.c ----------------------------------------------------------- */

/*
 * The limit on RAM in buffers, pages: half of all, as on Linux.  A client's
 * buffers are not part of its resident set, so the OOM killer would not find
 * it.
 */
unsigned long ttm_pages_limit(void);

/**
 * ttm_tt_populate() - get pages for a buffer.
 * @bdev: counts them
 * @tt: empty; receives them
 * @nr_pages: how many
 * @gfp: __GFP_ZERO, or 0 if they will be overwritten
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM, and @tt is empty.
 */
int ttm_tt_populate(struct ttm_device *bdev, struct ttm_tt *tt,
		    unsigned long nr_pages, unsigned int gfp);

/* Free them; nobody may reach them any more.  Does nothing if there are none. */
void ttm_tt_unpopulate(struct ttm_device *bdev, struct ttm_tt *tt);

/* ---- ttm_bo_vm.c -------------------------------------------------------- */

/* How many neighbours a fault maps, the page itself included. */
#define TTM_BO_VM_NUM_PREFAULT 16

/**
 * ttm_bo_mmap() - map a buffer into a new area.
 * @vma: the area
 * @bo: the buffer; the area takes over the caller's reference
 *
 * Return: 0; -EINVAL for a private area, and the reference stays the caller's.
 */
int ttm_bo_mmap(struct vm_area_struct *vma, struct ttm_buffer_object *bo);

#endif /* KILBURN_GPU_TTM_H */
