/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_ioctl.c - the table of ioctls, and those about the device.
 *
 * A number says how large its argument is and which way it goes; it goes the
 * ways that both the program and the table say.  A program may be older or newer
 * than the kernel, so what it leaves out is zeros, and what it has beyond that
 * comes back as it was.  The argument is copied in before and out after the
 * function, even if that fails: the functions see kernel memory.
 *
 * In Linux: drivers/gpu/drm/drm_ioctl.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/slab.h"

#define DRM_INTERFACE_MAJOR 1
#define DRM_INTERFACE_MINOR 4

/* ---- the device --------------------------------------------------------- */

/* As much as fits; *@len becomes the length there is.  Return: 0 or -EFAULT. */
static int put_string(char __user *buf, size_t *len, const char *text)
{
	size_t fits = min_t(size_t, *len, strlen(text));

	*len = strlen(text);
	return buf && fits && copy_to_user(buf, text, fits) ? -EFAULT : 0;
}

static int drm_version(struct drm_device *dev, void *data,
		       struct drm_file *file)
{
	const struct drm_driver *driver = dev->driver;
	struct drm_version *version = data;
	int err;

	version->version_major = driver->major;
	version->version_minor = driver->minor;
	version->version_patchlevel = driver->patchlevel;
	err = put_string(version->name, &version->name_len, driver->name);
	if (!err)
		err = put_string(version->date, &version->date_len,
				 driver->date);
	if (!err)
		err = put_string(version->desc, &version->desc_len,
				 driver->desc);
	return err;
}

/* The bus, once SET_VERSION has named it; all of it or nothing. */
static int drm_getunique(struct drm_device *dev, void *data,
			 struct drm_file *file)
{
	struct drm_unique *u = data;
	char text[24] = "";
	size_t len;

	mutex_lock(&dev->master_mutex);
	if (file->master->has_unique)
		snprintf(text, sizeof(text), "pci:%s", dev->bus_id);
	mutex_unlock(&dev->master_mutex);
	len = strlen(text);
	if (u->unique_len >= len && len && copy_to_user(u->unique, text, len))
		return -EFAULT;
	u->unique_len = len;
	return 0;
}

static int check_interface(struct drm_device *dev, struct drm_file *file,
			   const struct drm_set_version *sv)
{
	if (sv->drm_di_major != -1) {
		if (sv->drm_di_major != DRM_INTERFACE_MAJOR ||
		    sv->drm_di_minor < 0 ||
		    sv->drm_di_minor > DRM_INTERFACE_MINOR)
			return -EINVAL;
		mutex_lock(&dev->master_mutex);
		if (sv->drm_di_minor >= 1)
			file->master->has_unique = true;
		mutex_unlock(&dev->master_mutex);
	}
	if (sv->drm_dd_major != -1 &&
	    (sv->drm_dd_major != dev->driver->major || sv->drm_dd_minor < 0 ||
	     sv->drm_dd_minor > dev->driver->minor))
		return -EINVAL;
	return 0;
}

static int drm_setversion(struct drm_device *dev, void *data,
			  struct drm_file *file)
{
	struct drm_set_version *sv = data;
	int err = check_interface(dev, file, sv);

	sv->drm_di_major = DRM_INTERFACE_MAJOR;
	sv->drm_di_minor = DRM_INTERFACE_MINOR;
	sv->drm_dd_major = dev->driver->major;
	sv->drm_dd_minor = dev->driver->minor;
	return err;
}

static int drm_getcap(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_get_cap *req = data;

	req->value = 0;
	switch (req->capability) {
	case DRM_CAP_TIMESTAMP_MONOTONIC:
	case DRM_CAP_DUMB_BUFFER:
	case DRM_CAP_VBLANK_HIGH_CRTC:
	case DRM_CAP_ADDFB2_MODIFIERS:
	case DRM_CAP_CRTC_IN_VBLANK_EVENT:
		req->value = 1;
		return 0;
	case DRM_CAP_DUMB_PREFERRED_DEPTH:
		req->value = 24;
		return 0;
	case DRM_CAP_CURSOR_WIDTH:
	case DRM_CAP_CURSOR_HEIGHT:
		req->value = 64; /* of a driver that has none, too */
		return 0;
	case DRM_CAP_DUMB_PREFER_SHADOW:
	case DRM_CAP_PRIME:
	case DRM_CAP_SYNCOBJ:
	case DRM_CAP_SYNCOBJ_TIMELINE:
	case DRM_CAP_ASYNC_PAGE_FLIP:
	case DRM_CAP_PAGE_FLIP_TARGET:
		return 0;
	default:
		return -EINVAL;
	}
}

static int drm_setclientcap(struct drm_device *dev, void *data,
			    struct drm_file *file)
{
	struct drm_set_client_cap *req = data;

	switch (req->capability) {
	case DRM_CLIENT_CAP_UNIVERSAL_PLANES:
		if (req->value > 1)
			return -EINVAL;
		file->universal_planes = req->value;
		return 0;
	case DRM_CLIENT_CAP_STEREO_3D:
		/* No mode of the screen has it, so there is nothing to show. */
		return req->value > 1 ? -EINVAL : 0;
	case DRM_CLIENT_CAP_ASPECT_RATIO:
		if (req->value > 1)
			return -EINVAL;
		file->aspect_ratio = req->value;
		return 0;
	case DRM_CLIENT_CAP_ATOMIC:
		return -EOPNOTSUPP; /* unlike Linux, which has it for bochs */
	case DRM_CLIENT_CAP_WRITEBACK_CONNECTORS:
	default:
		return -EINVAL;
	}
}

/* The hardware does not say when it begins a new picture. */
static int drm_wait_vblank(struct drm_device *dev, void *data,
			   struct drm_file *file)
{
	return -EOPNOTSUPP;
}

/* A buffer cannot be given away as a descriptor, nor come as one. */
static int drm_prime_ioctl(struct drm_device *dev, void *data,
			   struct drm_file *file)
{
	return -ENOSYS;
}

/* ---- the table ---------------------------------------------------------- */

enum drm_permission {
	DRM_ANYBODY,
	DRM_MASTER, /* the current one */
};

struct drm_ioctl_desc {
	drm_ioctl_t *func;      /* NULL: there is none */
	size_t size;            /* of the argument, bytes */
	unsigned int direction; /* DRM_IOC_* */
	enum drm_permission permission;
};

/* clang-format off */
#define DRM_IOCTL_NONE  0
#define DRM_IOCTL_IN    DRM_IOC_WRITE
#define DRM_IOCTL_OUT   DRM_IOC_READ
#define DRM_IOCTL_INOUT (DRM_IOC_WRITE | DRM_IOC_READ)

#define ENTRY(nr, way, type, func, who)                                        \
	[nr] = { func, sizeof(type), DRM_IOCTL_##way, who }
#define ANY(nr, way, type, func)    ENTRY(nr, way, type, func, DRM_ANYBODY)
#define MASTER(nr, way, type, func) ENTRY(nr, way, type, func, DRM_MASTER)

struct no_argument {};

static const struct drm_ioctl_desc drm_ioctls[256] = {
	ANY(DRM_NR_VERSION, INOUT, struct drm_version, drm_version),
	ANY(DRM_NR_GET_UNIQUE, INOUT, struct drm_unique, drm_getunique),
	ANY(DRM_NR_GET_MAGIC, OUT, struct drm_auth, drm_getmagic),
	MASTER(DRM_NR_SET_VERSION, INOUT, struct drm_set_version, drm_setversion),
	ANY(DRM_NR_GEM_CLOSE, IN, struct drm_gem_close, drm_gem_close_ioctl),
	ANY(DRM_NR_GET_CAP, INOUT, struct drm_get_cap, drm_getcap),
	ANY(DRM_NR_SET_CLIENT_CAP, IN, struct drm_set_client_cap, drm_setclientcap),
	MASTER(DRM_NR_AUTH_MAGIC, IN, struct drm_auth, drm_authmagic),
	ANY(DRM_NR_SET_MASTER, NONE, struct no_argument, drm_setmaster_ioctl),
	ANY(DRM_NR_DROP_MASTER, NONE, struct no_argument, drm_dropmaster_ioctl),
	ANY(DRM_NR_WAIT_VBLANK, INOUT, struct drm_wait_vblank, drm_wait_vblank),
	ANY(DRM_NR_PRIME_HANDLE_TO_FD, INOUT, struct drm_prime_handle, drm_prime_ioctl),
	ANY(DRM_NR_PRIME_FD_TO_HANDLE, INOUT, struct drm_prime_handle, drm_prime_ioctl),

	ANY(DRM_NR_MODE_GETRESOURCES, INOUT, struct drm_mode_card_res, drm_mode_getresources),
	ANY(DRM_NR_MODE_GETCRTC, INOUT, struct drm_mode_crtc, drm_mode_getcrtc),
	MASTER(DRM_NR_MODE_SETCRTC, INOUT, struct drm_mode_crtc, drm_mode_setcrtc),
	MASTER(DRM_NR_MODE_CURSOR, INOUT, struct drm_mode_cursor2, drm_mode_cursor_ioctl),
	MASTER(DRM_NR_MODE_CURSOR2, INOUT, struct drm_mode_cursor2, drm_mode_cursor2_ioctl),
	ANY(DRM_NR_MODE_GETGAMMA, INOUT, struct drm_mode_crtc_lut, drm_mode_gamma_get_ioctl),
	MASTER(DRM_NR_MODE_SETGAMMA, INOUT, struct drm_mode_crtc_lut, drm_mode_gamma_set_ioctl),
	ANY(DRM_NR_MODE_GETENCODER, INOUT, struct drm_mode_get_encoder, drm_mode_getencoder),
	ANY(DRM_NR_MODE_GETCONNECTOR, INOUT, struct drm_mode_get_connector, drm_mode_getconnector),
	ANY(DRM_NR_MODE_GETPLANERESOURCES, INOUT, struct drm_mode_get_plane_res, drm_mode_getplane_res),
	ANY(DRM_NR_MODE_GETPLANE, INOUT, struct drm_mode_get_plane, drm_mode_getplane),
	ANY(DRM_NR_MODE_GETPROPERTY, INOUT, struct drm_mode_get_property, drm_mode_getproperty_ioctl),
	MASTER(DRM_NR_MODE_SETPROPERTY, INOUT, struct drm_mode_connector_set_property,
	       drm_connector_property_set_ioctl),
	MASTER(DRM_NR_MODE_OBJ_SETPROPERTY, INOUT, struct drm_mode_obj_set_property,
	       drm_mode_obj_set_property_ioctl),
	ANY(DRM_NR_MODE_GETPROPBLOB, INOUT, struct drm_mode_get_blob, drm_mode_getblob_ioctl),
	ANY(DRM_NR_MODE_OBJ_GETPROPERTIES, INOUT, struct drm_mode_obj_get_properties,
	    drm_mode_obj_get_properties_ioctl),

	ANY(DRM_NR_MODE_CREATE_DUMB, INOUT, struct drm_mode_create_dumb, drm_mode_create_dumb_ioctl),
	ANY(DRM_NR_MODE_MAP_DUMB, INOUT, struct drm_mode_map_dumb, drm_mode_mmap_dumb_ioctl),
	ANY(DRM_NR_MODE_DESTROY_DUMB, INOUT, struct drm_mode_destroy_dumb, drm_mode_destroy_dumb_ioctl),
	ANY(DRM_NR_MODE_GETFB, INOUT, struct drm_mode_fb_cmd, drm_mode_getfb),
	ANY(DRM_NR_MODE_ADDFB, INOUT, struct drm_mode_fb_cmd, drm_mode_addfb_ioctl),
	ANY(DRM_NR_MODE_ADDFB2, INOUT, struct drm_mode_fb_cmd2, drm_mode_addfb2_ioctl),
	ANY(DRM_NR_MODE_RMFB, INOUT, u32, drm_mode_rmfb_ioctl),
	ANY(DRM_NR_MODE_GETFB2, INOUT, struct drm_mode_fb_cmd2, drm_mode_getfb2),
	MASTER(DRM_NR_MODE_PAGE_FLIP, INOUT, struct drm_mode_crtc_page_flip, drm_mode_page_flip_ioctl),
	MASTER(DRM_NR_MODE_DIRTYFB, INOUT, struct drm_mode_fb_dirty_cmd, drm_mode_dirtyfb_ioctl),
};
/* clang-format on */

/* Bytes; the largest argument in the table fits. */
#define DRM_STACK_ARGUMENT 128

static long call(struct drm_file *file, const struct drm_ioctl_desc *desc,
		 void *data)
{
	if (desc->permission == DRM_MASTER && !drm_is_current_master(file))
		return -EACCES;
	return desc->func(file->dev, data, file);
}

/* @data: zeros, as long as the table and the program want it. */
static long call_copied(struct drm_file *file, unsigned int cmd,
			void __user *user, void *data)
{
	const struct drm_ioctl_desc *desc = &drm_ioctls[DRM_IOC_NR(cmd)];
	unsigned int direction = DRM_IOC_DIR(cmd) & desc->direction;
	size_t size = DRM_IOC_SIZE(cmd);
	long ret;

	if (direction & DRM_IOC_WRITE && copy_from_user(data, user, size))
		return -EFAULT;
	ret = call(file, desc, data);
	if (direction & DRM_IOC_READ && copy_to_user(user, data, size))
		return -EFAULT;
	return ret;
}

long drm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const struct drm_ioctl_desc *desc = &drm_ioctls[DRM_IOC_NR(cmd)];
	u64 small[DRM_STACK_ARGUMENT / sizeof(u64)] = { 0 };
	void *data = small;
	long ret;

	if (DRM_IOC_TYPE(cmd) != DRM_IOCTL_BASE)
		return -ENOTTY;
	if (!desc->func)
		return -EINVAL;
	BUG_ON(desc->size > sizeof(small));
	if (DRM_IOC_SIZE(cmd) > sizeof(small))
		data = kzalloc(DRM_IOC_SIZE(cmd), GFP_USER);
	if (!data)
		return -ENOMEM;
	ret = call_copied(filp->private_data, cmd, (void __user *)arg, data);
	if (data != small)
		kfree(data);
	return ret;
}
