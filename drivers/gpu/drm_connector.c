/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_connector.c - the screen: its modes and what it is.
 *
 * The screen of an emulator takes any mode; it is the video memory that limits
 * them: two buffers must fit, for the next picture is drawn while one is shown.
 *
 * In Linux: drivers/gpu/drm/drm_connector.c, drm_modes.c, drm_gem_vram_helper.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

#define CONNECTED        1
#define SUBPIXEL_UNKNOWN 0 /* DRM's order, not libdrm's */
#define BYTES_PER_PIXEL  4

u32 drm_mode_vrefresh(const struct drm_mode_modeinfo *mode)
{
	u64 clock = mode->clock * 1000ull, /* Hz */
		total = (u64)mode->htotal * mode->vtotal;

	if (mode->flags & DRM_MODE_FLAG_INTERLACE)
		clock *= 2;
	if (mode->flags & DRM_MODE_FLAG_DBLSCAN)
		total *= 2;
	if (mode->vscan > 1)
		total *= mode->vscan;
	return total ? (clock + total / 2) / total : 0;
}

static bool is_mode(const struct drm_mode_modeinfo *mode)
{
	if (mode->flags & ~DRM_MODE_FLAG_ALL ||
	    (mode->flags & DRM_MODE_FLAG_3D_MASK) > DRM_MODE_FLAG_3D_MAX)
		return false;
	if ((mode->flags & DRM_MODE_FLAG_ASPECT) > DRM_MODE_FLAG_ASPECT_MAX)
		return false;
	if (!mode->clock)
		return false;
	if (!mode->hdisplay || mode->hsync_start < mode->hdisplay ||
	    mode->hsync_end < mode->hsync_start ||
	    mode->htotal < mode->hsync_end)
		return false;
	return mode->vdisplay && mode->vsync_start >= mode->vdisplay &&
	       mode->vsync_end >= mode->vsync_start &&
	       mode->vtotal >= mode->vsync_end;
}

int drm_mode_validate(const struct drm_device *dev,
		      const struct drm_mode_modeinfo *mode)
{
	u64 pages = DIV_ROUND_UP((u64)mode->hdisplay * mode->vdisplay *
					 BYTES_PER_PIXEL,
				 PAGE_SIZE);

	if (mode->clock > INT_MAX || mode->vrefresh > INT_MAX)
		return -ERANGE;
	if (!is_mode(mode))
		return -EINVAL;
	return pages > dev->ttm.mm.end / 2 ? -EINVAL : 0;
}

void drm_connector_init_modes(struct drm_device *dev)
{
	struct drm_mode_config *config = &dev->mode_config;
	struct drm_mode_modeinfo found[DRM_MAX_MODES];
	u32 nr;

	if (config->edid_length)
		nr = drm_edid_modes(config->edid, config->edid_length, found,
				    DRM_MAX_MODES);
	else
		nr = drm_noedid_modes(found, DRM_MAX_MODES);
	config->nr_modes = 0;
	for (u32 i = 0; i < nr; i++)
		if (!drm_mode_validate(dev, &found[i]))
			config->modes[config->nr_modes++] = found[i];
}

const struct drm_mode_modeinfo *drm_find_mode(const struct drm_device *dev,
					      u32 width, u32 height)
{
	const struct drm_mode_config *config = &dev->mode_config;

	for (u32 i = 0; i < config->nr_modes; i++)
		if (config->modes[i].hdisplay == width &&
		    config->modes[i].vdisplay == height)
			return &config->modes[i];
	return NULL;
}

/* All of them or, if there is too little room, only how many there are. */
static int put_modes(const struct drm_mode_config *config,
		     struct drm_mode_get_connector *r)
{
	u32 room = r->count_modes;

	r->count_modes = config->nr_modes;
	if (!config->nr_modes || room < config->nr_modes)
		return 0;
	return copy_to_user((void __user *)r->modes_ptr, config->modes,
			    config->nr_modes * sizeof(config->modes[0]))
		       ? -EFAULT
		       : 0;
}

static int put_encoder(const struct drm_mode_config *config,
		       struct drm_mode_get_connector *r)
{
	u32 room = r->count_encoders;
	u32 id = drm_object_id(&config->encoder);

	r->count_encoders = 1;
	return room >= 1 && put_user(id, (u32 __user *)r->encoders_ptr)
		       ? -EFAULT
		       : 0;
}

int drm_mode_getconnector(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	struct drm_mode_config *config = &dev->mode_config;
	struct drm_mode_get_connector *r = data;
	int err;

	if (r->connector_id != drm_object_id(&config->connector))
		return -ENOENT;
	mutex_lock(&dev->mode_mutex);
	r->encoder_id =
		config->state.enable ? drm_object_id(&config->encoder) : 0;
	mutex_unlock(&dev->mode_mutex);
	r->connector_type = DRM_MODE_CONNECTOR_VIRTUAL;
	r->connector_type_id = 1;
	r->connection = CONNECTED;
	r->mm_width = config->mm_width;
	r->mm_height = config->mm_height;
	r->subpixel = SUBPIXEL_UNKNOWN;
	err = put_encoder(config, r);
	if (!err)
		err = put_modes(config, r);
	if (!err)
		err = drm_put_properties(&config->connector_props, r->props_ptr,
					 r->prop_values_ptr, &r->count_props);
	return err;
}
