/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_dumb.c - dumb buffers: memory that a program draws into with
 * nothing but stores.
 *
 * In Linux: drivers/gpu/drm/drm_dumb_buffers.c, drm_gem_vram_helper.c.
 */

#include "drivers/gpu/drm_device.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "mm/mm.h"

/* Divide rather than multiply: products of user values wrap. */
static int check_size(const struct drm_mode_create_dumb *args)
{
	u32 cpp, stride;

	if (!args->width || !args->height || !args->bpp)
		return -EINVAL;
	if (args->bpp > U32_MAX - 8)
		return -EINVAL;
	cpp = DIV_ROUND_UP(args->bpp, 8);
	if (cpp > U32_MAX / args->width)
		return -EINVAL;
	stride = cpp * args->width;
	if (args->height > U32_MAX / stride)
		return -EINVAL;
	/* The size is 32 bits wide, rounded up to pages too. */
	if ((u32)PAGE_ALIGN(stride * args->height) == 0)
		return -EINVAL;
	return 0;
}

int drm_mode_create_dumb_ioctl(struct drm_device *dev, void *data,
			       struct drm_file *file)
{
	struct drm_mode_create_dumb *args = data;
	struct ttm_buffer_object *bo;
	int err = check_size(args);

	if (err)
		return err;
	args->handle = 0;
	args->pitch = args->width * DIV_ROUND_UP(args->bpp, 8);
	args->size = PAGE_ALIGN((u64)args->pitch * args->height);
	bo = ttm_bo_create(dev, &dev->ttm, args->size);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	err = drm_gem_handle_create(file, &bo->base, &args->handle);
	drm_gem_object_put(&bo->base); /* now it is the handle's */
	return err;
}

int drm_mode_mmap_dumb_ioctl(struct drm_device *dev, void *data,
			     struct drm_file *file)
{
	struct drm_mode_map_dumb *args = data;
	struct drm_gem_object *obj = drm_gem_object_lookup(file, args->handle);

	if (!obj)
		return -ENOENT;
	args->offset = drm_gem_mmap_offset(obj);
	drm_gem_object_put(obj);
	return 0;
}

int drm_mode_destroy_dumb_ioctl(struct drm_device *dev, void *data,
				struct drm_file *file)
{
	struct drm_mode_destroy_dumb *args = data;

	return drm_gem_handle_delete(file, args->handle);
}

int drm_gem_close_ioctl(struct drm_device *dev, void *data,
			struct drm_file *file)
{
	struct drm_gem_close *args = data;

	return drm_gem_handle_delete(file, args->handle);
}

int drm_gem_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_gem_object *obj =
		drm_gem_mmap_lookup(filp->private_data, vma);
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = ttm_bo_mmap(vma, to_ttm_bo(obj));
	if (err)
		drm_gem_object_put(obj);
	return err;
}
