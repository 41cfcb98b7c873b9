/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_device.h - a graphics device, its clients, and what it shows.
 *
 * Locks, outermost first:
 *
 *	event_read_lock		one reader of events
 *	mmap_lock
 *	  master_mutex		who may set modes
 *	  mode_mutex		all of struct drm_mode_config; framebuffers
 *	    move_lock, resv	(ttm_bo.c)
 *	      gem_lock		handles and fake offsets
 *	  event_lock
 *
 * An area holds the client that mapped it, so munmap() may be what closes the
 * client: with mmap_lock held.  Therefore no user memory is touched under any
 * lock below mmap_lock.
 *
 * In Linux: include/drm/drm_device.h, drm_file.h, drm_mode_config.h.
 */
#ifndef KILBURN_GPU_DRM_DEVICE_H
#define KILBURN_GPU_DRM_DEVICE_H

#include "drivers/gpu/drm.h"
#include "drivers/gpu/drm_gem.h"
#include "drivers/gpu/drm_mm.h"
#include "drivers/gpu/ttm.h"
#include "fs/fs.h"
#include "kernel/wait.h"

struct pci_dev;
struct seq_file;
struct drm_device;
struct drm_framebuffer;

#define DRM_MAX_MODES 32
#define DRM_EDID_MAX  256 /* bytes: a block and one extension */

/* Anything with a number that MODE_* ioctls know. */
struct drm_mode_object {
	struct drm_mm_node node; /* the number: in mode_config.ids */
	u32 type;                /* DRM_MODE_OBJECT_* */
};

static inline u32 drm_object_id(const struct drm_mode_object *obj)
{
	return obj->node.start;
}

/* A buffer with a shape. */
struct drm_framebuffer {
	struct drm_mode_object base;
	struct ttm_buffer_object *bo; /* one reference */
	u32 width, height;            /* pixels */
	u32 pitch, offset;            /* bytes */
	u32 format;                   /* DRM_FORMAT_* */
	struct drm_file *file;        /* whose it is; NULL: the kernel's */
	struct list_head of_file;     /* in file->fbs */
	struct list_head node;        /* in mode_config.fbs */
	char comm[16];                /* who made it */
};

/* What is on the screen.  One pipe: plane, CRTC, encoder and connector. */
struct drm_crtc_state {
	bool enable;
	struct drm_mode_modeinfo mode;
	struct drm_framebuffer *fb; /* pinned */
	u32 x, y;                   /* pixels in fb */
};

struct drm_property_blob {
	struct drm_mode_object base;
	const void *data;
	u32 length; /* bytes */
};

struct drm_property {
	struct drm_mode_object base;
	const char *name;
	u32 flags; /* DRM_MODE_PROP_* */
	u64 range[2];
	const char *const *enum_names; /* values 0, 1, ... */
	u32 nr_enums;
};

/* A property of an object, and the value it has. */
struct drm_object_property {
	struct drm_property *property;
	u64 value;
};

#define DRM_OBJECT_MAX_PROPERTIES 5

struct drm_object_properties {
	u32 nr;
	struct drm_object_property prop[DRM_OBJECT_MAX_PROPERTIES];
};

struct drm_mode_config {
	struct drm_mm ids;
	struct list_head fbs;
	struct drm_mode_object plane, crtc, encoder, connector;
	struct drm_object_properties plane_props, crtc_props, connector_props;
	struct drm_property_blob edid_blob, formats_blob;
	struct drm_crtc_state state;
	u64 *dpms; /* the connector's property: DRM_MODE_DPMS_ON or _OFF */

	/* Set up once. */
	u32 max_width, max_height; /* pixels */
	u32 nr_modes;
	struct drm_mode_modeinfo modes[DRM_MAX_MODES];
	u8 edid[DRM_EDID_MAX];
	u32 edid_length;         /* bytes; 0: the device has none */
	u32 mm_width, mm_height; /* of the screen, millimetres */
};

/* What a device's driver does for all of this. */
struct drm_driver {
	const char *name, *desc, *date;
	int major, minor, patchlevel;
	/** @set_mode: show @fb, which is in VRAM, in @mode from (@x, @y). */
	void (*set_mode)(struct drm_device *dev,
			 const struct drm_crtc_state *state);
	/** @set_base: show another buffer or part in the same mode. */
	void (*set_base)(struct drm_device *dev,
			 const struct drm_crtc_state *state);
	/** @disable: show nothing. */
	void (*disable)(struct drm_device *dev);
};

/* Whom the right to set modes belongs to; clients of one session share it. */
struct drm_master {
	refcount_t refcount;
	struct drm_mm magics; /* numbers of clients that ask for a right */
	bool has_unique;      /* SET_VERSION named the bus */
};

struct drm_device {
	const struct drm_driver *driver;
	struct pci_dev *pdev;
	char bus_id[16];              /* 0000:00:01.0 */
	struct address_space mapping; /* all maps of all clients */
	struct ttm_device ttm;

	struct mutex gem_lock;
	/* gem_lock protects: */
	struct drm_mm vma_offsets; /* pages */

	struct mutex master_mutex;
	/* master_mutex protects: */
	struct drm_master *master; /* the current one, or NULL */
	struct list_head files;
	unsigned int open_count;

	struct mutex mode_mutex;
	/* mode_mutex protects: */
	struct drm_mode_config mode_config;
	struct drm_framebuffer *console_fb; /* stays; pinned for ever */
	struct drm_mode_modeinfo console_mode;
};

/* One open(2). */
struct drm_file {
	struct drm_device *dev;
	struct drm_mm handles; /* struct drm_gem_handle; dev->gem_lock */
	struct list_head fbs;  /* dev->mode_mutex */
	bool universal_planes;
	bool aspect_ratio; /* knows of modes with one */

	/* dev->master_mutex protects: */
	struct list_head node; /* in dev->files */
	struct drm_master *master;
	struct drm_mm_node magic; /* size 0: none */
	bool magic_used;          /* the master has vouched for it */
	bool authenticated, is_master, was_master;
	pid_t tgid;
	uid_t uid;

	struct mutex event_read_lock; /* one reader at a time */
	spinlock_t event_lock;
	/* event_lock protects: */
	struct list_head events;
	size_t event_space; /* bytes that may still wait to be read */
	struct wait_queue_head event_wait;
};

/* ---- drm_file.c --------------------------------------------------------- */

struct drm_pending_event {
	struct list_head node;
	struct drm_event_vblank event;
};

/**
 * drm_event_reserve() - make an event that can be sent without failing.
 * @file: who will read it
 *
 * Return: the event; NULL: no memory, or too many wait to be read.
 */
struct drm_pending_event *drm_event_reserve(struct drm_file *file);

/* Let the client read it; or forget it, whose room is free again. */
void drm_send_event(struct drm_file *file, struct drm_pending_event *e);
void drm_event_cancel(struct drm_file *file, struct drm_pending_event *e);

/* Make a device known as /dev/dri/card0.  Return: 0 or -errno. */
int drm_dev_register(struct drm_device *dev);

/* ---- drm_auth.c --------------------------------------------------------- */

int drm_master_open(struct drm_file *file); /* 0 or -ENOMEM */
void drm_master_release(struct drm_file *file);
bool drm_is_current_master(struct drm_file *file);

typedef int drm_ioctl_t(struct drm_device *dev, void *data,
			struct drm_file *file);

drm_ioctl_t drm_getmagic, drm_authmagic, drm_setmaster_ioctl,
	drm_dropmaster_ioctl;

/* ---- drm_ioctl.c -------------------------------------------------------- */

long drm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/* ---- drm_dumb.c --------------------------------------------------------- */

drm_ioctl_t drm_gem_close_ioctl, drm_mode_create_dumb_ioctl,
	drm_mode_mmap_dumb_ioctl, drm_mode_destroy_dumb_ioctl;
int drm_gem_mmap(struct file *filp, struct vm_area_struct *vma);

/* ---- drm_framebuffer.c -------------------------------------------------- */

drm_ioctl_t drm_mode_addfb_ioctl, drm_mode_addfb2_ioctl, drm_mode_rmfb_ioctl,
	drm_mode_getfb, drm_mode_getfb2, drm_mode_dirtyfb_ioctl;

/* By number; NULL: there is none.  mode_mutex held. */
struct drm_framebuffer *drm_framebuffer_lookup(struct drm_device *dev, u32 id);

/**
 * drm_framebuffer_create() - give a buffer a shape.
 * @dev: the device
 * @file: whose it is; NULL: the kernel's
 * @shape: width, height, pitch, offset, format and bo are taken from it; the
 *	framebuffer takes over a reference to the buffer
 *
 * Context: mode_mutex held; may sleep.
 * Return: the framebuffer, or ERR_PTR(-ENOMEM), and the reference stays.
 */
struct drm_framebuffer *
drm_framebuffer_create(struct drm_device *dev, struct drm_file *file,
		       const struct drm_framebuffer *shape);

/* A client goes: its framebuffers, and what they show, too. */
void drm_fb_release(struct drm_file *file);

/* ---- drm_crtc.c --------------------------------------------------------- */

drm_ioctl_t drm_mode_getresources, drm_mode_getcrtc, drm_mode_setcrtc,
	drm_mode_getencoder, drm_mode_cursor_ioctl, drm_mode_cursor2_ioctl,
	drm_mode_gamma_get_ioctl, drm_mode_gamma_set_ioctl;

/**
 * drm_crtc_set() - show something else.
 * @dev: the device
 * @state: what; enable is false for nothing
 *
 * Context: mode_mutex held; may sleep.
 * Return: 0; -ENOMEM if the buffer does not fit into VRAM: nothing has changed.
 */
int drm_crtc_set(struct drm_device *dev, const struct drm_crtc_state *state);

/* Does the screen show what state says?  mode_mutex held. */
bool drm_crtc_is_active(const struct drm_device *dev);

/* Let the screen sleep, or wake it; what it shows stays.  mode_mutex held. */
void drm_crtc_dpms(struct drm_device *dev, u64 dpms);

/* Show the console, if nothing is shown. */
void drm_restore_console(struct drm_device *dev);

/* Would the mode's picture from (@x, @y) be inside?  0 or -ENOSPC. */
int drm_check_viewport(const struct drm_framebuffer *fb, u32 x, u32 y,
		       const struct drm_mode_modeinfo *mode);

/* ---- drm_plane.c -------------------------------------------------------- */

drm_ioctl_t drm_mode_getplane_res, drm_mode_getplane, drm_mode_page_flip_ioctl;

/* Can the plane show this format? */
bool drm_plane_has_format(u32 format);

/* ---- drm_connector.c ---------------------------------------------------- */

drm_ioctl_t drm_mode_getconnector;

/* Pictures a second, rounded; the mode has been validated. */
u32 drm_mode_vrefresh(const struct drm_mode_modeinfo *mode);

/*
 * 0; -ERANGE: a clock or rate of 2^31 or more; -EINVAL: not a mode, or one that
 * the device cannot show.
 */
int drm_mode_validate(const struct drm_device *dev,
		      const struct drm_mode_modeinfo *mode);

/* Fill in the modes, from mode_config.edid if there is one. */
void drm_connector_init_modes(struct drm_device *dev);

/* The first mode of that size, or NULL. */
const struct drm_mode_modeinfo *drm_find_mode(const struct drm_device *dev,
					      u32 width, u32 height);

/* ---- drm_edid.c --------------------------------------------------------- */

/* Is this a block of an EDID: its header (of the first), its sum? */
bool drm_edid_block_valid(const u8 *block, unsigned int number);

/* The modes an EDID names; returns how many were put into @modes. */
u32 drm_edid_modes(const u8 *edid, u32 length, struct drm_mode_modeinfo *modes,
		   u32 max);

/* The modes that every screen is believed to have. */
u32 drm_noedid_modes(struct drm_mode_modeinfo *modes, u32 max);

/* ---- drm_property.c ----------------------------------------------------- */

drm_ioctl_t drm_mode_getproperty_ioctl, drm_mode_getblob_ioctl,
	drm_mode_obj_get_properties_ioctl, drm_connector_property_set_ioctl,
	drm_mode_obj_set_property_ioctl;

/* Numbers for all objects and properties; once.  Return: 0 or -ENOSPC. */
int drm_mode_config_init(struct drm_device *dev);

/* The object with a number, of a type or DRM_MODE_OBJECT_ANY; or NULL. */
struct drm_mode_object *drm_mode_object_find(struct drm_device *dev, u32 id,
					     u32 type);
int drm_mode_object_add(struct drm_device *dev, struct drm_mode_object *obj,
			u32 type);

/**
 * drm_put_properties() - copy an object's properties to user space.
 * @props: the properties
 * @ids: user array of u32
 * @values: user array of u64
 * @count: in: how many fit; out: how many there are
 *
 * Return: 0 or -EFAULT.
 */
int drm_put_properties(const struct drm_object_properties *props, u64 ids,
		       u64 values, u32 *count);

/* ---- drm_sysfs.c, drm_debugfs.c ----------------------------------------- */

int drm_sysfs_init(struct drm_device *dev);
int drm_debugfs_init(struct drm_device *dev);

#endif /* KILBURN_GPU_DRM_DEVICE_H */
