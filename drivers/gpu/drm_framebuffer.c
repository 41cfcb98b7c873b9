/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_framebuffer.c - buffers with a shape, which can be shown.
 *
 * A framebuffer belongs to the client that made it, and goes with it.  Any
 * master may show it meanwhile, whoever made it.  If it goes while it is shown,
 * the screen turns dark first.
 *
 * Locking: mode_mutex.
 *
 * In Linux: drivers/gpu/drm/drm_framebuffer.c, drm_gem_framebuffer_helper.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/slab.h"

#define BYTES_PER_PIXEL 4u /* of every format that the plane can show */

struct drm_framebuffer *drm_framebuffer_lookup(struct drm_device *dev, u32 id)
{
	struct drm_mode_object *obj =
		drm_mode_object_find(dev, id, DRM_MODE_OBJECT_FB);

	return obj ? container_of(obj, struct drm_framebuffer, base) : NULL;
}

struct drm_framebuffer *
drm_framebuffer_create(struct drm_device *dev, struct drm_file *file,
		       const struct drm_framebuffer *shape)
{
	struct drm_framebuffer *fb = kmalloc(sizeof(*fb), GFP_USER);

	lockdep_assert_held(&dev->mode_mutex);
	if (!fb)
		return ERR_PTR(-ENOMEM);
	*fb = *shape;
	if (drm_mode_object_add(dev, &fb->base, DRM_MODE_OBJECT_FB)) {
		kfree(fb);
		return ERR_PTR(-ENOMEM);
	}
	get_task_comm(fb->comm, current);
	fb->file = file;
	INIT_LIST_HEAD(&fb->of_file);
	if (file)
		list_add_tail(&fb->of_file, &file->fbs);
	list_add_tail(&fb->node, &dev->mode_config.fbs);
	return fb;
}

static void framebuffer_remove(struct drm_device *dev,
			       struct drm_framebuffer *fb)
{
	struct drm_crtc_state off = { 0 };

	if (dev->mode_config.state.fb == fb)
		drm_crtc_set(dev, &off); /* needs nothing: cannot fail */
	list_del(&fb->node);
	list_del(&fb->of_file);
	drm_mm_remove_node(&dev->mode_config.ids, &fb->base.node);
	drm_gem_object_put(&fb->bo->base);
	kfree(fb);
}

void drm_fb_release(struct drm_file *file)
{
	struct drm_framebuffer *fb, *next;

	mutex_lock(&file->dev->mode_mutex);
	list_for_each_entry_safe (fb, next, &file->fbs, of_file)
		framebuffer_remove(file->dev, fb);
	mutex_unlock(&file->dev->mode_mutex);
}

/* ---- ADDFB, ADDFB2 ------------------------------------------------------ */

/* The planes that a format does not have must not be given. */
static int check_unused_planes(const struct drm_mode_fb_cmd2 *r)
{
	for (int i = 1; i < 4; i++) {
		if (r->modifier[i])
			return -EINVAL;
		/* Programs older than modifiers did not clear the rest. */
		if (r->flags & DRM_MODE_FB_MODIFIERS &&
		    (r->handles[i] || r->pitches[i] || r->offsets[i]))
			return -EINVAL;
	}
	return 0;
}

static int check_plane(const struct drm_mode_fb_cmd2 *r)
{
	u64 min_pitch = (u64)r->width * BYTES_PER_PIXEL;

	if (!r->handles[0])
		return -EINVAL;
	if (min_pitch > U32_MAX)
		return -ERANGE;
	if ((u64)r->height * r->pitches[0] + r->offsets[0] > U32_MAX)
		return -ERANGE;
	if (r->pitches[0] < min_pitch)
		return -EINVAL;
	if (r->modifier[0] && !(r->flags & DRM_MODE_FB_MODIFIERS))
		return -EINVAL;
	return check_unused_planes(r);
}

static int check_framebuffer(const struct drm_device *dev,
			     const struct drm_mode_fb_cmd2 *r)
{
	const struct drm_mode_config *config = &dev->mode_config;

	if (r->flags & ~(DRM_MODE_FB_INTERLACED | DRM_MODE_FB_MODIFIERS))
		return -EINVAL;
	if (r->width > config->max_width || r->height > config->max_height)
		return -EINVAL;
	/* Unlike Linux 6.1, which lets some pass that nothing can show. */
	if (!drm_plane_has_format(r->pixel_format) ||
	    r->modifier[0] != DRM_FORMAT_MOD_LINEAR)
		return -EINVAL;
	if (!r->width || !r->height)
		return -EINVAL;
	return check_plane(r);
}

/* Is the whole picture inside the buffer? */
static bool picture_fits(const struct drm_mode_fb_cmd2 *r, size_t size)
{
	u64 last_line = (u64)(r->height - 1) * r->pitches[0] + r->offsets[0];

	return last_line + (u64)r->width * BYTES_PER_PIXEL <= size;
}

int drm_mode_addfb2_ioctl(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	struct drm_mode_fb_cmd2 *r = data;
	struct drm_framebuffer shape = {
		.width = r->width,
		.height = r->height,
		.pitch = r->pitches[0],
		.offset = r->offsets[0],
		.format = r->pixel_format,
	}, *fb;
	struct drm_gem_object *obj;
	int err = check_framebuffer(dev, r);

	if (err)
		return err;
	obj = drm_gem_object_lookup(file, r->handles[0]);
	if (!obj)
		return -ENOENT;
	if (!picture_fits(r, obj->size)) {
		drm_gem_object_put(obj);
		return -EINVAL;
	}
	shape.bo = to_ttm_bo(obj);
	mutex_lock(&dev->mode_mutex);
	fb = drm_framebuffer_create(dev, file, &shape);
	if (!IS_ERR(fb))
		r->fb_id = drm_object_id(&fb->base);
	mutex_unlock(&dev->mode_mutex);
	if (IS_ERR(fb))
		drm_gem_object_put(obj);
	return PTR_ERR_OR_ZERO(fb);
}

/* The old form says depths in place of a format. */
int drm_mode_addfb_ioctl(struct drm_device *dev, void *data,
			 struct drm_file *file)
{
	struct drm_mode_fb_cmd *old = data;
	struct drm_mode_fb_cmd2 r = {
		.width = old->width,
		.height = old->height,
		.handles = { old->handle },
		.pitches = { old->pitch },
	};
	int err;

	if (old->bpp == 32 && old->depth == 24)
		r.pixel_format = DRM_FORMAT_XRGB8888;
	err = drm_mode_addfb2_ioctl(dev, &r, file);
	if (!err)
		old->fb_id = r.fb_id;
	return err;
}

/* ---- the others --------------------------------------------------------- */

int drm_mode_rmfb_ioctl(struct drm_device *dev, void *data,
			struct drm_file *file)
{
	struct drm_framebuffer *fb;
	int err = -ENOENT;

	mutex_lock(&dev->mode_mutex);
	fb = drm_framebuffer_lookup(dev, *(u32 *)data);
	if (fb && fb->file == file) {
		framebuffer_remove(dev, fb);
		err = 0;
	}
	mutex_unlock(&dev->mode_mutex);
	return err;
}

/* Who may look at a buffer of somebody else's? */
static bool may_look(struct drm_file *file)
{
	return drm_is_current_master(file) || capable_root();
}

/* A handle to it, for who may look; 0 for others.  Return: 0 or -errno. */
static int give_handle(struct drm_file *file, struct drm_framebuffer *fb,
		       bool may_look, u32 *handle)
{
	*handle = 0;
	return may_look ? drm_gem_handle_create(file, &fb->bo->base, handle)
			: 0;
}

int drm_mode_getfb(struct drm_device *dev, void *data, struct drm_file *file)
{
	bool looks = may_look(file);
	struct drm_mode_fb_cmd *r = data;
	struct drm_framebuffer *fb;
	int err = -ENOENT;

	mutex_lock(&dev->mode_mutex);
	fb = drm_framebuffer_lookup(dev, r->fb_id);
	if (fb) {
		r->width = fb->width;
		r->height = fb->height;
		r->pitch = fb->pitch;
		r->bpp = 8 * BYTES_PER_PIXEL;
		r->depth = 24; /* of either format */
		err = give_handle(file, fb, looks, &r->handle);
	}
	mutex_unlock(&dev->mode_mutex);
	return err;
}

/* The same in the terms of ADDFB2.  Of four planes, three are not there. */
int drm_mode_getfb2(struct drm_device *dev, void *data, struct drm_file *file)
{
	bool looks = may_look(file);
	struct drm_mode_fb_cmd2 *r = data;
	struct drm_framebuffer *fb;
	int err = -ENOENT;

	mutex_lock(&dev->mode_mutex);
	fb = drm_framebuffer_lookup(dev, r->fb_id);
	if (fb) {
		*r = (struct drm_mode_fb_cmd2){
			.fb_id = r->fb_id,
			.width = fb->width,
			.height = fb->height,
			.pixel_format = fb->format,
			.flags = DRM_MODE_FB_MODIFIERS,
			.pitches = { fb->pitch },
			.offsets = { fb->offset },
			.modifier = { DRM_FORMAT_MOD_LINEAR },
		};
		err = give_handle(file, fb, looks, &r->handles[0]);
	}
	mutex_unlock(&dev->mode_mutex);
	return err;
}

static int check_clips(const struct drm_mode_fb_dirty_cmd *r)
{
	struct drm_clip_rect clip;

	if (!r->num_clips != !r->clips_ptr)
		return -EINVAL;
	if (r->flags & DRM_MODE_FB_DIRTY_ANNOTATE_COPY && r->num_clips % 2)
		return -EINVAL;
	if (r->num_clips > DRM_MODE_FB_DIRTY_MAX_CLIPS)
		return -EINVAL;
	for (u32 i = 0; i < r->num_clips; i++)
		if (copy_from_user(
			    &clip,
			    (void __user *)(r->clips_ptr + i * sizeof(clip)),
			    sizeof(clip)))
			return -EFAULT;
	return 0;
}

/* The screen shows the buffer itself: there is nothing to be told. */
int drm_mode_dirtyfb_ioctl(struct drm_device *dev, void *data,
			   struct drm_file *file)
{
	const struct drm_mode_fb_dirty_cmd *r = data;
	bool found;
	int err;

	mutex_lock(&dev->mode_mutex);
	found = drm_framebuffer_lookup(dev, r->fb_id);
	mutex_unlock(&dev->mode_mutex);
	if (!found)
		return -ENOENT;
	err = check_clips(r);
	return err ? err : -ENOSYS;
}
