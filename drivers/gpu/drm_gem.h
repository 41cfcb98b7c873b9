/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_gem.h - objects that clients have handles to and can map.
 *
 * drivers/gpu/drm_gem.c has the theory.  In Linux: include/drm/drm_gem.h,
 * drm_vma_manager.h.
 */
#ifndef KILBURN_GPU_DRM_GEM_H
#define KILBURN_GPU_DRM_GEM_H

#include "drivers/gpu/drm_mm.h"
#include "kernel/lib/list.h"
#include "kernel/refcount.h"

struct drm_device;
struct drm_file;
struct vm_area_struct;

struct drm_gem_object {
	refcount_t refcount; /* handles, framebuffers, areas, calls under way */
	struct drm_device *dev;
	size_t size;                 /* bytes, whole pages; constant */
	struct drm_mm_node vma_node; /* pages of the fake offset space */
	struct list_head handles;    /* struct drm_gem_handle; dev->gem_lock */
	void (*free)(struct drm_gem_object *obj);
};

/* One client's name for an object; all of it under dev->gem_lock. */
struct drm_gem_handle {
	struct drm_mm_node node; /* the number: in file->handles */
	struct drm_gem_object *obj;
	struct drm_file *file;
	struct list_head of_obj;
};

/**
 * drm_gem_object_init() - give an object its fake offset.
 * @dev: the device
 * @obj: the object, with @obj->free set
 * @size: bytes; a multiple of the page size, not 0
 *
 * Context: may sleep.
 * Return: 0, with one reference; -ENOSPC if there are no offsets left.
 */
int drm_gem_object_init(struct drm_device *dev, struct drm_gem_object *obj,
			size_t size);

/* Take the offset back; for @obj->free. */
void drm_gem_object_release(struct drm_gem_object *obj);

static inline void drm_gem_object_get(struct drm_gem_object *obj)
{
	refcount_inc(&obj->refcount);
}

void drm_gem_object_put(struct drm_gem_object *obj); /* may sleep */

/**
 * drm_gem_handle_create() - give a client a name for an object.
 * @file: the client
 * @obj: the object; the handle takes a reference of its own
 * @handle: receives the number, the lowest that is free, from 1
 *
 * Return: 0 or -ENOMEM.
 */
int drm_gem_handle_create(struct drm_file *file, struct drm_gem_object *obj,
			  u32 *handle);

/* Return: 0; -EINVAL: the client has no such handle. */
int drm_gem_handle_delete(struct drm_file *file, u32 handle);

/* The object behind a client's handle, with a reference; or NULL. */
struct drm_gem_object *drm_gem_object_lookup(struct drm_file *file, u32 handle);

/* A client comes and goes. */
void drm_gem_open(struct drm_file *file);
void drm_gem_release(struct drm_file *file);

/* Where mmap(2) finds the object, bytes. */
u64 drm_gem_mmap_offset(const struct drm_gem_object *obj);

/**
 * drm_gem_mmap_lookup() - the object that an area asks for.
 * @file: the client
 * @vma: a new area
 *
 * Return: the object, with a reference for the area; ERR_PTR(-EINVAL) if none
 * begins at that offset or it is shorter than the area; ERR_PTR(-EACCES) if the
 * client has no handle to it.
 */
struct drm_gem_object *drm_gem_mmap_lookup(struct drm_file *file,
					   const struct vm_area_struct *vma);

#endif /* KILBURN_GPU_DRM_GEM_H */
