/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_gem.c - objects that clients have handles to and can map.
 *
 * Theory
 *
 * An object has one reference for each handle, framebuffer, area and call under
 * way; the last one frees it.  A handle is a client's own name for it: another
 * client's number means nothing, or something else.
 *
 * To be mapped an object has an offset in a space of its own, as if all objects
 * were one huge file behind /dev/dri/card0.  The offset is the same for all,
 * but only clients with a handle may use it.
 *
 *	handle 1 of A --.			  fake offsets, pages
 *	handle 2 of A ---- object ---- vma_node  [0x100000, 0x100300)
 *	handle 1 of B --'     |
 *			   area of A, area of A's child
 *
 * Locking: dev->gem_lock protects handles and offsets.  It may be taken under
 * mmap_lock (mmap, and the last reference of an area), so no user memory is
 * touched under it.
 *
 * In Linux: drivers/gpu/drm/drm_gem.c, drm_vma_manager.c.
 */

#include "drivers/gpu/drm_gem.h"
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "mm/mm.h"
#include "mm/slab.h"

#define DRM_HANDLE_FIRST 1
#define DRM_HANDLE_LAST  0x7fffffffull

/* ---- objects ------------------------------------------------------------ */

int drm_gem_object_init(struct drm_device *dev, struct drm_gem_object *obj,
			size_t size)
{
	int err;

	BUG_ON(!size || !PAGE_ALIGNED(size));
	refcount_set(&obj->refcount, 1);
	obj->dev = dev;
	obj->size = size;
	INIT_LIST_HEAD(&obj->handles);
	mutex_lock(&dev->gem_lock);
	err = drm_mm_insert_node(&dev->vma_offsets, &obj->vma_node,
				 size >> PAGE_SHIFT);
	mutex_unlock(&dev->gem_lock);
	return err;
}

void drm_gem_object_release(struct drm_gem_object *obj)
{
	BUG_ON(!list_empty(&obj->handles));
	mutex_lock(&obj->dev->gem_lock);
	drm_mm_remove_node(&obj->dev->vma_offsets, &obj->vma_node);
	mutex_unlock(&obj->dev->gem_lock);
}

void drm_gem_object_put(struct drm_gem_object *obj)
{
	if (refcount_dec_and_test(&obj->refcount))
		obj->free(obj);
}

u64 drm_gem_mmap_offset(const struct drm_gem_object *obj)
{
	return obj->vma_node.start << PAGE_SHIFT;
}

/* ---- handles ------------------------------------------------------------ */

int drm_gem_handle_create(struct drm_file *file, struct drm_gem_object *obj,
			  u32 *handle)
{
	struct drm_gem_handle *h = kmalloc(sizeof(*h), GFP_USER);
	int err;

	if (!h)
		return -ENOMEM;
	h->obj = obj;
	h->file = file;
	mutex_lock(&file->dev->gem_lock);
	err = drm_mm_insert_node(&file->handles, &h->node, 1);
	if (!err) {
		drm_gem_object_get(obj);
		list_add_tail(&h->of_obj, &obj->handles);
		*handle = h->node.start;
	}
	mutex_unlock(&file->dev->gem_lock);
	if (err)
		kfree(h);
	return err ? -ENOMEM : 0;
}

/* Take a handle out; its reference is the caller's now.  gem_lock held. */
static struct drm_gem_object *take_handle(struct drm_gem_handle *h)
{
	struct drm_gem_object *obj = h->obj;

	drm_mm_remove_node(&h->file->handles, &h->node);
	list_del(&h->of_obj);
	kfree(h);
	return obj;
}

/* gem_lock held. */
static struct drm_gem_handle *find_handle(const struct drm_file *file,
					  u32 handle)
{
	struct drm_mm_node *node = drm_mm_lookup(&file->handles, handle);

	return node ? container_of(node, struct drm_gem_handle, node) : NULL;
}

int drm_gem_handle_delete(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj = NULL;
	struct drm_gem_handle *h;

	mutex_lock(&file->dev->gem_lock);
	h = find_handle(file, handle);
	if (h)
		obj = take_handle(h);
	mutex_unlock(&file->dev->gem_lock);
	if (!obj)
		return -EINVAL;
	drm_gem_object_put(obj);
	return 0;
}

struct drm_gem_object *drm_gem_object_lookup(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj = NULL;
	struct drm_gem_handle *h;

	mutex_lock(&file->dev->gem_lock);
	h = find_handle(file, handle);
	if (h) {
		obj = h->obj;
		drm_gem_object_get(obj);
	}
	mutex_unlock(&file->dev->gem_lock);
	return obj;
}

void drm_gem_open(struct drm_file *file)
{
	drm_mm_init(&file->handles, DRM_HANDLE_FIRST,
		    DRM_HANDLE_LAST - DRM_HANDLE_FIRST + 1);
}

void drm_gem_release(struct drm_file *file)
{
	struct drm_mm_node *node;

	/* Nobody else has this client any more: no lock is needed to look. */
	while ((node = drm_mm_first(&file->handles)))
		drm_gem_handle_delete(file, node->start);
}

/* ---- mapping ------------------------------------------------------------ */

/* Has the client a handle to it?  gem_lock held. */
static bool is_allowed(const struct drm_gem_object *obj,
		       const struct drm_file *file)
{
	const struct drm_gem_handle *h;

	list_for_each_entry (h, &obj->handles, of_obj)
		if (h->file == file)
			return true;
	return false;
}

struct drm_gem_object *drm_gem_mmap_lookup(struct drm_file *file,
					   const struct vm_area_struct *vma)
{
	struct drm_device *dev = file->dev;
	struct drm_gem_object *obj = ERR_PTR(-EINVAL);
	struct drm_mm_node *node;

	mutex_lock(&dev->gem_lock);
	node = drm_mm_lookup(&dev->vma_offsets, vma->vm_pgoff);
	if (!node || node->start != vma->vm_pgoff ||
	    vma_pages(vma) > node->size)
		goto out;
	obj = container_of(node, struct drm_gem_object, vma_node);
	if (!is_allowed(obj, file))
		obj = ERR_PTR(-EACCES);
	else
		drm_gem_object_get(obj);
out:
	mutex_unlock(&dev->gem_lock);
	return obj;
}
