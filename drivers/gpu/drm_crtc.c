/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_crtc.c - what is on the screen.
 *
 * There is one pipe: a plane, a CRTC, an encoder and a connector, which are
 * always connected to each other.  So what is shown is one struct
 * drm_crtc_state: a mode, a framebuffer, and where in it the screen begins.
 *
 * To be shown a buffer must be in VRAM and stay there.  So a change pins the
 * new buffer first, which is all that can fail, then programs the hardware,
 * then lets go of the old one.
 *
 * Locking: mode_mutex.
 *
 * Reading order: drm_crtc_set(), drm_mode_setcrtc().
 * In Linux: drivers/gpu/drm/drm_crtc.c, drm_encoder.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"

#define THE_CRTC 1u /* the set of CRTCs that has the only one */

/* ---- changes ------------------------------------------------------------ */

bool drm_crtc_is_active(const struct drm_device *dev)
{
	const struct drm_mode_config *config = &dev->mode_config;

	return config->state.enable && *config->dpms == DRM_MODE_DPMS_ON;
}

static void program_hardware(struct drm_device *dev,
			     const struct drm_crtc_state *old,
			     const struct drm_crtc_state *new)
{
	if (!new->enable)
		dev->driver->disable(dev);
	else if (drm_crtc_is_active(dev) &&
		 new->fb->format == old->fb->format &&new->fb->pitch ==
			 old->fb->pitch &&
		 !memcmp(&old->mode, &new->mode, sizeof(old->mode)))
		dev->driver->set_base(dev, new);
	else
		dev->driver->set_mode(dev, new);
}

int drm_crtc_set(struct drm_device *dev, const struct drm_crtc_state *state)
{
	struct drm_crtc_state old = dev->mode_config.state;
	int err;

	lockdep_assert_held(&dev->mode_mutex);
	err = state->fb ? ttm_bo_pin(state->fb->bo) : 0;
	if (err)
		return err;
	program_hardware(dev, &old, state);
	dev->mode_config.state = *state;
	if (old.enable || state->enable)
		WRITE_ONCE(*dev->mode_config.dpms, state->enable
							   ? DRM_MODE_DPMS_ON
							   : DRM_MODE_DPMS_OFF);
	if (old.fb)
		ttm_bo_unpin(old.fb->bo);
	return 0;
}

void drm_crtc_dpms(struct drm_device *dev, u64 dpms)
{
	struct drm_mode_config *config = &dev->mode_config;

	lockdep_assert_held(&dev->mode_mutex);
	WRITE_ONCE(*config->dpms, dpms);
	if (drm_crtc_is_active(dev))
		dev->driver->set_mode(dev, &config->state);
	else
		dev->driver->disable(dev);
}

void drm_restore_console(struct drm_device *dev)
{
	struct drm_crtc_state console = {
		.enable = true,
		.mode = dev->console_mode,
		.fb = dev->console_fb,
	};

	mutex_lock(&dev->mode_mutex);
	if (!drm_crtc_is_active(dev))
		drm_crtc_set(dev, &console); /* it is pinned: cannot fail */
	mutex_unlock(&dev->mode_mutex);
}

/* ---- looking ------------------------------------------------------------ */

/* Put one number into an array of the program's if there is room for it. */
static int put_id(u64 array, u32 index, u32 room, u32 id)
{
	if (index >= room)
		return 0;
	return put_user(id, (u32 __user *)array + index);
}

/* The numbers of a client's framebuffers, at most @room.  Return: how many. */
static u32 get_fb_ids(struct drm_file *file, u32 *ids, u32 room)
{
	struct drm_framebuffer *fb;
	u32 nr = 0;

	mutex_lock(&file->dev->mode_mutex);
	list_for_each_entry (fb, &file->fbs, of_file) {
		if (nr < room)
			ids[nr] = drm_object_id(&fb->base);
		nr++;
	}
	mutex_unlock(&file->dev->mode_mutex);
	return nr;
}

static int put_fb_ids(struct drm_file *file, struct drm_mode_card_res *res)
{
	u32 nr = get_fb_ids(file, NULL, 0);
	u32 room = min(nr, res->count_fbs);
	u32 *ids = kmalloc_array(room, sizeof(*ids), GFP_KERNEL);
	int err = 0;

	if (!ids)
		return -ENOMEM;
	/* Another thread may have removed some meanwhile. */
	res->count_fbs = get_fb_ids(file, ids, room);
	room = min(room, res->count_fbs);
	if (copy_to_user((void __user *)res->fb_id_ptr, ids,
			 room * sizeof(*ids)))
		err = -EFAULT;
	kfree(ids);
	return err;
}

int drm_mode_getresources(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	struct drm_mode_config *config = &dev->mode_config;
	struct drm_mode_card_res *res = data;
	int err;

	res->min_width = res->min_height = 0;
	res->max_width = config->max_width;
	res->max_height = config->max_height;
	err = put_fb_ids(file, res);
	if (!err)
		err = put_id(res->crtc_id_ptr, 0, res->count_crtcs,
			     drm_object_id(&config->crtc));
	if (!err)
		err = put_id(res->encoder_id_ptr, 0, res->count_encoders,
			     drm_object_id(&config->encoder));
	if (!err)
		err = put_id(res->connector_id_ptr, 0, res->count_connectors,
			     drm_object_id(&config->connector));
	res->count_crtcs = res->count_encoders = res->count_connectors = 1;
	return err;
}

int drm_mode_getcrtc(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_crtc_state *state = &dev->mode_config.state;
	struct drm_mode_crtc *r = data;

	if (r->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	mutex_lock(&dev->mode_mutex);
	r->gamma_size = 0;
	r->fb_id = state->fb ? drm_object_id(&state->fb->base) : 0;
	r->mode_valid = state->enable;
	r->x = state->x;
	r->y = state->y;
	if (state->enable)
		r->mode = state->mode;
	/* Who does not know of aspect ratios cannot set them either. */
	if (state->enable && !file->aspect_ratio)
		r->mode.flags &= ~DRM_MODE_FLAG_ASPECT;
	mutex_unlock(&dev->mode_mutex);
	return 0;
}

int drm_mode_getencoder(struct drm_device *dev, void *data,
			struct drm_file *file)
{
	struct drm_mode_config *config = &dev->mode_config;
	struct drm_mode_get_encoder *r = data;

	if (r->encoder_id != drm_object_id(&config->encoder))
		return -ENOENT;
	mutex_lock(&dev->mode_mutex);
	r->crtc_id = config->state.enable ? drm_object_id(&config->crtc) : 0;
	mutex_unlock(&dev->mode_mutex);
	r->encoder_type = DRM_MODE_ENCODER_NONE;
	r->possible_crtcs = THE_CRTC;
	r->possible_clones = THE_CRTC;
	return 0;
}

/* ---- setting ------------------------------------------------------------ */

int drm_check_viewport(const struct drm_framebuffer *fb, u32 x, u32 y,
		       const struct drm_mode_modeinfo *mode)
{
	u32 width = mode->hdisplay, height = mode->vdisplay;

	/* The right eye's picture is below, behind the blank lines. */
	if ((mode->flags & DRM_MODE_FLAG_3D_MASK) ==
	    DRM_MODE_FLAG_3D_FRAME_PACKING)
		height += mode->vtotal;
	if (width > fb->width || x > fb->width - width || height > fb->height ||
	    y > fb->height - height)
		return -ENOSPC;
	return 0;
}

/* The connectors that the program wants: none, or the only one. */
static int check_connectors(struct drm_device *dev, u32 count,
			    const u32 *connector)
{
	if (count > 1)
		return -EINVAL;
	if (!count)
		return 0;
	if (!connector)
		return -EFAULT;
	return *connector == drm_object_id(&dev->mode_config.connector)
		       ? 0
		       : -ENOENT;
}

/* Take over a program's mode; what can be computed is not believed. */
static int take_mode(const struct drm_file *file, struct drm_mode_modeinfo *to,
		     const struct drm_mode_modeinfo *from)
{
	int err;

	if (from->flags & DRM_MODE_FLAG_ASPECT && !file->aspect_ratio)
		return -EINVAL;
	err = drm_mode_validate(file->dev, from);
	if (err)
		return err;
	*to = *from;
	to->vrefresh = drm_mode_vrefresh(from);
	to->type &= DRM_MODE_TYPE_ALL;
	memset(to->name, 0, sizeof(to->name));
	strscpy(to->name, from->name, sizeof(to->name));
	return 0;
}

/* What a request asks for, in *@state.  mode_mutex held. */
static int parse_mode(struct drm_file *file, const struct drm_mode_crtc *req,
		      struct drm_crtc_state *state)
{
	struct drm_device *dev = file->dev;
	int err;

	state->fb = req->fb_id == (u32)-1
			    ? dev->mode_config.state.fb
			    : drm_framebuffer_lookup(dev, req->fb_id);
	if (!state->fb)
		return req->fb_id == (u32)-1 ? -EINVAL : -ENOENT;
	err = take_mode(file, &state->mode, &req->mode);
	if (err)
		return err;
	state->x = req->x;
	state->y = req->y;
	state->enable = true;
	return drm_check_viewport(state->fb, req->x, req->y, &state->mode);
}

int drm_mode_setcrtc(struct drm_device *dev, void *data, struct drm_file *file)
{
	const struct drm_mode_crtc *req = data;
	struct drm_crtc_state state = { 0 };
	bool readable;
	u32 connector;
	int err = 0;

	if (req->x & 0xffff0000 || req->y & 0xffff0000)
		return -ERANGE;
	if (req->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	/* Before the lock; what is wrong with it counts only later. */
	readable = req->count_connectors &&
		   !get_user(connector, (u32 __user *)req->set_connectors_ptr);
	mutex_lock(&dev->mode_mutex);
	if (req->mode_valid)
		err = parse_mode(file, req, &state);
	if (!err && !req->count_connectors != !state.enable)
		err = -EINVAL;
	if (!err)
		err = check_connectors(dev, req->count_connectors,
				       readable ? &connector : NULL);
	if (!err)
		err = drm_crtc_set(dev, &state);
	mutex_unlock(&dev->mode_mutex);
	return err;
}

/* ---- the cursor, which the hardware does not have ----------------------- */

int drm_mode_cursor_ioctl(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	const struct drm_mode_cursor2 *req = data;

	if (!req->flags || req->flags & ~DRM_MODE_CURSOR_FLAGS)
		return -EINVAL;
	if (req->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	return req->flags & DRM_MODE_CURSOR_BO ? -ENXIO : -EFAULT;
}

int drm_mode_cursor2_ioctl(struct drm_device *dev, void *data,
			   struct drm_file *file)
{
	return drm_mode_cursor_ioctl(dev, data, file);
}

/* ---- the table of intensities, which it does not have either ------------ */

/* It has no entries: all of them is none. */
int drm_mode_gamma_get_ioctl(struct drm_device *dev, void *data,
			     struct drm_file *file)
{
	const struct drm_mode_crtc_lut *req = data;

	if (req->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	return req->gamma_size ? -EINVAL : 0;
}

int drm_mode_gamma_set_ioctl(struct drm_device *dev, void *data,
			     struct drm_file *file)
{
	const struct drm_mode_crtc_lut *req = data;

	if (req->crtc_id != drm_object_id(&dev->mode_config.crtc))
		return -ENOENT;
	return -ENOSYS;
}
