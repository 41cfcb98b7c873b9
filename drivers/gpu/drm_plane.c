/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_plane.c - the only plane, and page flips.
 *
 * The hardware cannot say when it has begun to show another buffer, and begins
 * at once.  So a flip is complete when the registers are written, and its event
 * is sent then, with the time and without a count of frames.
 *
 * In Linux: drivers/gpu/drm/drm_plane.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/time.h"
#include "mm/slab.h"

static const u32 formats[] = { DRM_FORMAT_XRGB8888, DRM_FORMAT_BGRX8888 };

bool drm_plane_has_format(u32 format)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i] == format)
			return true;
	return false;
}

/* Programs that do not know of planes that are always there see none. */
int drm_mode_getplane_res(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	struct drm_mode_get_plane_res *r = data;
	u32 nr = file->universal_planes ? 1 : 0;
	u32 id = drm_object_id(&dev->mode_config.plane);

	if (nr && r->count_planes >= nr &&
	    put_user(id, (u32 __user *)r->plane_id_ptr))
		return -EFAULT;
	r->count_planes = nr;
	return 0;
}

int drm_mode_getplane(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_mode_config *config = &dev->mode_config;
	struct drm_mode_get_plane *r = data;

	if (r->plane_id != drm_object_id(&config->plane))
		return -ENOENT;
	mutex_lock(&dev->mode_mutex);
	r->crtc_id = config->state.enable ? drm_object_id(&config->crtc) : 0;
	r->fb_id =
		config->state.fb ? drm_object_id(&config->state.fb->base) : 0;
	mutex_unlock(&dev->mode_mutex);
	r->possible_crtcs = 1;
	r->gamma_size = 0;
	if (r->count_format_types >= ARRAY_SIZE(formats) &&
	    copy_to_user((void __user *)r->format_type_ptr, formats,
			 sizeof(formats)))
		return -EFAULT;
	r->count_format_types = ARRAY_SIZE(formats);
	return 0;
}

/* ---- page flips --------------------------------------------------------- */

/* Show another buffer in the same mode.  mode_mutex held. */
static int page_flip(struct drm_device *dev, u32 fb_id)
{
	struct drm_crtc_state state = dev->mode_config.state;
	const struct drm_framebuffer *old = state.fb;
	int err;

	if (!old)
		return -EBUSY;
	state.fb = drm_framebuffer_lookup(dev, fb_id);
	if (!state.fb)
		return -ENOENT;
	err = drm_check_viewport(state.fb, state.x, state.y, &state.mode);
	if (err)
		return err;
	if (old->format != state.fb->format)
		return -EINVAL;
	if (!drm_crtc_is_active(dev)) /* it sleeps: no picture ever ends */
		return -EINVAL;
	return drm_crtc_set(dev, &state);
}

static void send_flip_event(struct drm_file *file, struct drm_pending_event *e,
			    const struct drm_mode_crtc_page_flip *r)
{
	u64 now = ktime_get_ns();

	e->event.base.type = DRM_EVENT_FLIP_COMPLETE;
	e->event.user_data = r->user_data;
	e->event.crtc_id = r->crtc_id;
	e->event.tv_sec = now / NSEC_PER_SEC;
	e->event.tv_usec = now % NSEC_PER_SEC / NSEC_PER_USEC;
	drm_send_event(file, e);
}

int drm_mode_page_flip_ioctl(struct drm_device *dev, void *data,
			     struct drm_file *file)
{
	const struct drm_mode_crtc_page_flip *r = data;
	struct drm_pending_event *e = NULL;
	u32 target = r->flags & DRM_MODE_PAGE_FLIP_TARGET;
	int err;

	if (r->flags & ~DRM_MODE_PAGE_FLIP_FLAGS || (r->reserved && !target) ||
	    target == DRM_MODE_PAGE_FLIP_TARGET)
		return -EINVAL;
	/* Flips in the middle of a picture, and ... */
	if (r->flags & DRM_MODE_PAGE_FLIP_ASYNC)
		return -EINVAL;
	if (r->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	/* ... a time to flip at are not there. */
	if (target)
		return -EINVAL;
	if (r->flags & DRM_MODE_PAGE_FLIP_EVENT) {
		e = drm_event_reserve(file);
		if (!e)
			return -ENOMEM;
	}
	mutex_lock(&dev->mode_mutex);
	err = page_flip(dev, r->fb_id);
	mutex_unlock(&dev->mode_mutex);
	if (e && err)
		drm_event_cancel(file, e);
	else if (e)
		send_flip_event(file, e, r);
	return err;
}
