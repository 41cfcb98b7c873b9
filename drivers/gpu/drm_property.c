/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_property.c - numbers for all that can be asked about.
 *
 * CRTC, connector, plane, encoder, framebuffers, properties and blobs share one
 * space of numbers.  A property is a kind of value with a name; an object has
 * values for some of them; a long value is a blob with a number of its own.
 * Few can be set, and of these one does something: DPMS lets the screen sleep.
 *
 * Locking: mode_mutex for the values.  Programs are told them without it, for
 * no user memory may be touched under it; so each is stored in one piece.
 *
 * In Linux: drivers/gpu/drm/drm_property.c, drm_mode_object.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

#define DRM_ID_FIRST 1
#define DRM_ID_COUNT 0x7fffffffull

static const char *const dpms_names[] = { "On", "Standby", "Suspend", "Off" };
static const char *const link_names[] = { "Good", "Bad" };
static const char *const plane_names[] = { "Overlay", "Primary", "Cursor" };

#define PLANE_TYPE_PRIMARY 1

/* In the order of their numbers, from 1. */
enum property_index {
	PROP_EDID,
	PROP_DPMS,
	PROP_TILE,
	PROP_LINK_STATUS,
	PROP_NON_DESKTOP,
	PROP_TYPE,
	PROP_IN_FORMATS,
	PROP_VRR_ENABLED,
	NR_PROPERTIES,
};

#define ENUM(text, names, more)                                                \
	{                                                                      \
		.name = text, .flags = DRM_MODE_PROP_ENUM | (more),            \
		.enum_names = names, .nr_enums = ARRAY_SIZE(names),            \
	}
#define BLOB(text)                                                             \
	{                                                                      \
		.name = text,                                                  \
		.flags = DRM_MODE_PROP_BLOB | DRM_MODE_PROP_IMMUTABLE,         \
	}
#define BOOL(text, more)                                                       \
	{                                                                      \
		.name = text, .flags = DRM_MODE_PROP_RANGE | (more),           \
		.range = { 0, 1 },                                             \
	}

static struct drm_property properties[NR_PROPERTIES] = {
	[PROP_EDID] = BLOB("EDID"),
	[PROP_DPMS] = ENUM("DPMS", dpms_names, 0),
	[PROP_TILE] = BLOB("TILE"),
	[PROP_LINK_STATUS] = ENUM("link-status", link_names, 0),
	[PROP_NON_DESKTOP] = BOOL("non-desktop", DRM_MODE_PROP_IMMUTABLE),
	[PROP_TYPE] = ENUM("type", plane_names, DRM_MODE_PROP_IMMUTABLE),
	[PROP_IN_FORMATS] = BLOB("IN_FORMATS"),
	[PROP_VRR_ENABLED] = BOOL("VRR_ENABLED", 0),
};

/* The IN_FORMATS blob: two formats, one modifier that goes with both. */
static const struct {
	u32 version, flags, count_formats, formats_offset;
	u32 count_modifiers, modifiers_offset;
	u32 formats[2];
	u64 format_mask;
	u32 mask_offset, pad;
	u64 modifier;
} in_formats = {
	.version = 1,
	.count_formats = 2,
	.formats_offset = 24,
	.count_modifiers = 1,
	.modifiers_offset = 32,
	.formats = { DRM_FORMAT_XRGB8888, DRM_FORMAT_BGRX8888 },
	.format_mask = 0x3,
	.modifier = DRM_FORMAT_MOD_LINEAR,
};

_Static_assert(sizeof(in_formats) == 56, "Linux's layout");

/* ---- numbers ------------------------------------------------------------ */

int drm_mode_object_add(struct drm_device *dev, struct drm_mode_object *obj,
			u32 type)
{
	obj->type = type;
	return drm_mm_insert_node(&dev->mode_config.ids, &obj->node, 1);
}

struct drm_mode_object *drm_mode_object_find(struct drm_device *dev, u32 id,
					     u32 type)
{
	struct drm_mm_node *node = drm_mm_lookup(&dev->mode_config.ids, id);
	struct drm_mode_object *obj;

	lockdep_assert_held(&dev->mode_mutex);
	if (!node)
		return NULL;
	obj = container_of(node, struct drm_mode_object, node);
	return type == DRM_MODE_OBJECT_ANY || type == obj->type ? obj : NULL;
}

/* Return: where the value is. */
static u64 *attach(struct drm_object_properties *props,
		   enum property_index index, u64 value)
{
	struct drm_object_property *p = &props->prop[props->nr++];

	BUG_ON(props->nr > DRM_OBJECT_MAX_PROPERTIES);
	p->property = &properties[index];
	p->value = value;
	return &p->value;
}

/* Numbers for what never goes. */
static int add_objects(struct drm_device *dev)
{
	struct drm_mode_config *config = &dev->mode_config;
	int err = 0;

	for (int i = 0; i < NR_PROPERTIES && !err; i++)
		err = drm_mode_object_add(dev, &properties[i].base,
					  DRM_MODE_OBJECT_PROPERTY);
	if (!err)
		err = drm_mode_object_add(dev, &config->formats_blob.base,
					  DRM_MODE_OBJECT_BLOB);
	if (!err)
		err = drm_mode_object_add(dev, &config->edid_blob.base,
					  DRM_MODE_OBJECT_BLOB);
	if (!err)
		err = drm_mode_object_add(dev, &config->connector,
					  DRM_MODE_OBJECT_CONNECTOR);
	if (!err)
		err = drm_mode_object_add(dev, &config->plane,
					  DRM_MODE_OBJECT_PLANE);
	if (!err)
		err = drm_mode_object_add(dev, &config->crtc,
					  DRM_MODE_OBJECT_CRTC);
	if (!err)
		err = drm_mode_object_add(dev, &config->encoder,
					  DRM_MODE_OBJECT_ENCODER);
	return err;
}

int drm_mode_config_init(struct drm_device *dev)
{
	struct drm_mode_config *config = &dev->mode_config;
	int err;

	mutex_init(&dev->mode_mutex);
	INIT_LIST_HEAD(&config->fbs);
	drm_mm_init(&config->ids, DRM_ID_FIRST, DRM_ID_COUNT);
	err = add_objects(dev);
	if (err)
		return err;
	config->formats_blob.data = &in_formats;
	config->formats_blob.length = sizeof(in_formats);
	config->edid_blob.data = config->edid;
	config->edid_blob.length = config->edid_length;

	config->dpms =
		attach(&config->connector_props, PROP_DPMS, DRM_MODE_DPMS_ON);
	attach(&config->connector_props, PROP_LINK_STATUS, 0);
	attach(&config->connector_props, PROP_NON_DESKTOP, 0);
	attach(&config->connector_props, PROP_TILE, 0);
	attach(&config->connector_props, PROP_EDID,
	       config->edid_length ? drm_object_id(&config->edid_blob.base)
				   : 0);
	attach(&config->plane_props, PROP_TYPE, PLANE_TYPE_PRIMARY);
	attach(&config->plane_props, PROP_IN_FORMATS,
	       drm_object_id(&config->formats_blob.base));
	attach(&config->crtc_props, PROP_VRR_ENABLED, 0);
	return 0;
}

/* ---- asking ------------------------------------------------------------- */

int drm_put_properties(const struct drm_object_properties *props, u64 ids,
		       u64 values, u32 *count)
{
	u32 room = *count;

	*count = props->nr;
	for (u32 i = 0; i < props->nr && i < room; i++) {
		const struct drm_object_property *p = &props->prop[i];

		if (put_user(drm_object_id(&p->property->base),
			     (u32 __user *)ids + i) ||
		    put_user(READ_ONCE(p->value), (u64 __user *)values + i))
			return -EFAULT;
	}
	return 0;
}

static struct drm_object_properties *
properties_of(struct drm_mode_config *config, const struct drm_mode_object *obj)
{
	switch (obj->type) {
	case DRM_MODE_OBJECT_CONNECTOR:
		return &config->connector_props;
	case DRM_MODE_OBJECT_PLANE:
		return &config->plane_props;
	case DRM_MODE_OBJECT_CRTC:
		return &config->crtc_props;
	default:
		return NULL;
	}
}

int drm_mode_obj_get_properties_ioctl(struct drm_device *dev, void *data,
				      struct drm_file *file)
{
	const struct drm_object_properties *props = NULL;
	struct drm_mode_obj_get_properties *r = data;
	struct drm_mode_object *obj;

	mutex_lock(&dev->mode_mutex);
	obj = drm_mode_object_find(dev, r->obj_id, r->obj_type);
	if (obj)
		props = properties_of(&dev->mode_config, obj);
	mutex_unlock(&dev->mode_mutex);
	if (!obj)
		return -ENOENT;
	if (!props)
		return -EINVAL;
	return drm_put_properties(props, r->props_ptr, r->prop_values_ptr,
				  &r->count_props);
}

static int put_range(const struct drm_property *p,
		     struct drm_mode_get_property *r)
{
	u32 room = r->count_values, nr;

	nr = p->flags & DRM_MODE_PROP_RANGE ? 2 : p->nr_enums;
	r->count_values = nr;
	for (u32 i = 0; i < nr && i < room; i++) {
		u64 value = p->flags & DRM_MODE_PROP_RANGE ? p->range[i] : i;

		if (put_user(value, (u64 __user *)r->values_ptr + i))
			return -EFAULT;
	}
	return 0;
}

static int put_enums(const struct drm_property *p,
		     struct drm_mode_get_property *r)
{
	struct drm_mode_property_enum __user *to =
		(struct drm_mode_property_enum __user *)r->enum_blob_ptr;
	u32 room = r->count_enum_blobs;

	r->count_enum_blobs = p->nr_enums;
	for (u32 i = 0; i < p->nr_enums && i < room; i++) {
		struct drm_mode_property_enum e = { .value = i };

		strscpy(e.name, p->enum_names[i], sizeof(e.name));
		if (copy_to_user(to + i, &e, sizeof(e)))
			return -EFAULT;
	}
	return 0;
}

int drm_mode_getproperty_ioctl(struct drm_device *dev, void *data,
			       struct drm_file *file)
{
	struct drm_mode_get_property *r = data;
	const struct drm_property *p;
	struct drm_mode_object *obj;
	int err;

	mutex_lock(&dev->mode_mutex);
	obj = drm_mode_object_find(dev, r->prop_id, DRM_MODE_OBJECT_PROPERTY);
	mutex_unlock(&dev->mode_mutex);
	if (!obj)
		return -ENOENT;
	p = container_of(obj, struct drm_property, base);
	memset(r->name, 0, sizeof(r->name));
	strscpy(r->name, p->name, sizeof(r->name));
	r->flags = p->flags;
	err = put_range(p, r);
	return err ? err : put_enums(p, r);
}

int drm_mode_getblob_ioctl(struct drm_device *dev, void *data,
			   struct drm_file *file)
{
	const struct drm_property_blob *blob;
	struct drm_mode_get_blob *r = data;
	struct drm_mode_object *obj;
	u32 room = r->length;

	mutex_lock(&dev->mode_mutex);
	obj = drm_mode_object_find(dev, r->blob_id, DRM_MODE_OBJECT_BLOB);
	mutex_unlock(&dev->mode_mutex);
	if (!obj)
		return -ENOENT;
	blob = container_of(obj, struct drm_property_blob, base);
	r->length = blob->length;
	if (room == blob->length &&
	    copy_to_user((void __user *)r->data, blob->data, blob->length))
		return -EFAULT;
	return 0;
}

/* ---- setting ------------------------------------------------------------ */

static bool value_is_valid(const struct drm_property *p, u64 value)
{
	if (p->flags & DRM_MODE_PROP_IMMUTABLE)
		return false;
	if (p->flags & DRM_MODE_PROP_RANGE)
		return p->range[0] <= value && value <= p->range[1];
	return p->flags & DRM_MODE_PROP_ENUM && value < p->nr_enums;
}

static struct drm_object_property *
find_property(struct drm_object_properties *props, u32 id)
{
	for (u32 i = 0; props && i < props->nr; i++)
		if (drm_object_id(&props->prop[i].property->base) == id)
			return &props->prop[i];
	return NULL;
}

/* Give the property of an object a value.  mode_mutex held. */
static int set_property(struct drm_device *dev, struct drm_object_property *p,
			u64 value)
{
	/* What is not On is Off, also what is not in the list: as on Linux. */
	if (p->property == &properties[PROP_DPMS]) {
		drm_crtc_dpms(dev, (u32)value == DRM_MODE_DPMS_ON
					   ? DRM_MODE_DPMS_ON
					   : DRM_MODE_DPMS_OFF);
		return 0;
	}
	if (!value_is_valid(p->property, value))
		return -EINVAL;
	/* Only the driver knows that a link is bad, and this one never is. */
	if (p->property != &properties[PROP_LINK_STATUS])
		WRITE_ONCE(p->value, value);
	return 0;
}

int drm_mode_obj_set_property_ioctl(struct drm_device *dev, void *data,
				    struct drm_file *file)
{
	const struct drm_mode_obj_set_property *r = data;
	struct drm_object_property *p;
	struct drm_mode_object *obj;
	int err = -ENOENT;

	mutex_lock(&dev->mode_mutex);
	obj = drm_mode_object_find(dev, r->obj_id, r->obj_type);
	if (obj) {
		p = find_property(properties_of(&dev->mode_config, obj),
				  r->prop_id);
		err = p ? set_property(dev, p, r->value) : -EINVAL;
	}
	mutex_unlock(&dev->mode_mutex);
	return err;
}

int drm_connector_property_set_ioctl(struct drm_device *dev, void *data,
				     struct drm_file *file)
{
	const struct drm_mode_connector_set_property *r = data;
	struct drm_mode_obj_set_property of_obj = {
		.value = r->value,
		.prop_id = r->prop_id,
		.obj_id = r->connector_id,
		.obj_type = DRM_MODE_OBJECT_CONNECTOR,
	};

	return drm_mode_obj_set_property_ioctl(dev, &of_obj, file);
}
