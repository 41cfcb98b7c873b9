/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_mm.h - ranges of a space of numbers: who has which.
 *
 * drivers/gpu/drm_mm.c has the theory.  In Linux: include/drm/drm_mm.h.
 */
#ifndef KILBURN_GPU_DRM_MM_H
#define KILBURN_GPU_DRM_MM_H

#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"

/* A range that is taken; part of what takes it. */
struct drm_mm_node {
	struct rb_node rb; /* in mm->root, by start */
	u64 start, size;   /* [start, start + size) */
	u64 hole;          /* what is free behind it */
	u64 subtree_hole;  /* the largest hole of its subtree */
};

struct drm_mm {
	struct rb_root root;
	struct drm_mm_node
		head; /* empty, at the beginning: a hole before all */
	u64 end;
	u64 used;
};

/**
 * drm_mm_init() - make a space, all of it free.
 * @mm: the space
 * @start: its first number
 * @size: how many there are
 */
void drm_mm_init(struct drm_mm *mm, u64 start, u64 size);

/**
 * drm_mm_insert_node() - take a range, the lowest that fits.
 * @mm: the space
 * @node: receives it
 * @size: how many numbers; not 0
 *
 * Context: the caller's lock.
 * Return: 0; -ENOSPC if no hole is large enough, and nothing has changed.
 */
int drm_mm_insert_node(struct drm_mm *mm, struct drm_mm_node *node, u64 size);

/* Give a range back.  The caller's lock. */
void drm_mm_remove_node(struct drm_mm *mm, struct drm_mm_node *node);

/* The range that has @number, or NULL.  The caller's lock. */
struct drm_mm_node *drm_mm_lookup(const struct drm_mm *mm, u64 number);

/* The ranges in order: from the first, and the next one; NULL: the end. */
struct drm_mm_node *drm_mm_first(const struct drm_mm *mm);
struct drm_mm_node *drm_mm_next(const struct drm_mm_node *node);

/* No range is taken. */
static inline bool drm_mm_clean(const struct drm_mm *mm)
{
	return !mm->used;
}

/* Check M1 to M4 of drm_mm.c.  Return: the number of violations. */
int drm_mm_verify(const struct drm_mm *mm);

#endif /* KILBURN_GPU_DRM_MM_H */
