/* SPDX-License-Identifier: MIT */
/*
 * user/include/kms.h - the ABI of /dev/dri/card0 as far as programs here use
 * it, and the few steps that each of them takes.  For programs compiled with
 * musl, which has no <drm/drm.h>.
 *
 * All numbers and layouts are Linux's.
 */
#ifndef KMS_H
#define KMS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define KMS_CARD "/dev/dri/card0"

struct kms_mode {
	uint32_t clock; /* kHz */
	uint16_t hdisplay, hsync_start, hsync_end, htotal, hskew;
	uint16_t vdisplay, vsync_start, vsync_end, vtotal, vscan;
	uint32_t vrefresh, flags, type;
	char name[32];
};

#define KMS_MODE_PREFERRED 8

struct kms_version {
	int major, minor, patchlevel;
	size_t name_len;
	char *name;
	size_t date_len;
	char *date;
	size_t desc_len;
	char *desc;
};

struct kms_unique {
	size_t len;
	char *text;
};

struct kms_set_version {
	int di_major, di_minor, dd_major, dd_minor;
};

struct kms_cap {
	uint64_t capability, value;
};

#define KMS_CAP_DUMB_BUFFER             1
#define KMS_CAP_TIMESTAMP_MONOTONIC     6
#define KMS_CLIENT_CAP_UNIVERSAL_PLANES 2

struct kms_res {
	uint64_t fbs, crtcs, connectors, encoders;
	uint32_t count_fbs, count_crtcs, count_connectors, count_encoders;
	uint32_t min_width, max_width, min_height, max_height;
};

struct kms_crtc {
	uint64_t connectors;
	uint32_t count_connectors;
	uint32_t crtc_id, fb_id, x, y;
	uint32_t gamma_size, mode_valid;
	struct kms_mode mode;
};

struct kms_encoder {
	uint32_t encoder_id, encoder_type, crtc_id;
	uint32_t possible_crtcs, possible_clones;
};

struct kms_connector {
	uint64_t encoders, modes, props, prop_values;
	uint32_t count_modes, count_props, count_encoders;
	uint32_t encoder_id, connector_id, type, type_id;
	uint32_t connection, mm_width, mm_height, subpixel, pad;
};

struct kms_plane_res {
	uint64_t planes;
	uint32_t count_planes, pad;
};

struct kms_plane {
	uint32_t plane_id, crtc_id, fb_id;
	uint32_t possible_crtcs, gamma_size, count_formats;
	uint64_t formats;
};

struct kms_property {
	uint64_t values, enums;
	uint32_t prop_id, flags;
	char name[32];
	uint32_t count_values, count_enums;
};

struct kms_obj_properties {
	uint64_t props, values;
	uint32_t count, obj_id, obj_type, pad;
};

struct kms_set_property {
	uint64_t value;
	uint32_t prop_id, connector_id;
};

struct kms_obj_set_property {
	uint64_t value;
	uint32_t prop_id, obj_id, obj_type, pad;
};

struct kms_blob {
	uint32_t blob_id, length;
	uint64_t data;
};

struct kms_fb {
	uint32_t fb_id, width, height;
	uint32_t pitch, bpp, depth, handle;
};

struct kms_fb2 {
	uint32_t fb_id, width, height, format, flags;
	uint32_t handles[4], pitches[4], offsets[4], pad;
	uint64_t modifier[4];
};

#define KMS_XRGB8888 0x34325258 /* "XR24" */

struct kms_dirty {
	uint32_t fb_id, flags, color, num_clips;
	uint64_t clips;
};

struct kms_flip {
	uint32_t crtc_id, fb_id, flags, reserved;
	uint64_t user_data;
};

#define KMS_FLIP_EVENT 1

struct kms_cursor {
	uint32_t flags, crtc_id;
	int32_t x, y;
	uint32_t width, height, handle;
};

struct kms_lut {
	uint32_t crtc_id, gamma_size;
	uint64_t red, green, blue;
};

struct kms_prime {
	uint32_t handle, flags;
	int32_t fd;
};

struct kms_create_dumb {
	uint32_t height, width, bpp, flags;
	uint32_t handle, pitch;
	uint64_t size;
};

struct kms_map_dumb {
	uint32_t handle, pad;
	uint64_t offset;
};

struct kms_gem_close {
	uint32_t handle, pad;
};

struct kms_event {
	uint32_t type, length;
	uint64_t user_data;
	uint32_t tv_sec, tv_usec, sequence, crtc_id;
};

struct kms_vblank {
	uint32_t type, sequence;
	unsigned long signal, reserved;
};

#define KMS_VERSION        _IOWR('d', 0x00, struct kms_version)
#define KMS_GET_UNIQUE     _IOWR('d', 0x01, struct kms_unique)
#define KMS_GET_MAGIC      _IOR('d', 0x02, uint32_t)
#define KMS_SET_VERSION    _IOWR('d', 0x07, struct kms_set_version)
#define KMS_GEM_CLOSE      _IOW('d', 0x09, struct kms_gem_close)
#define KMS_GET_CAP        _IOWR('d', 0x0c, struct kms_cap)
#define KMS_SET_CLIENT_CAP _IOW('d', 0x0d, struct kms_cap)
#define KMS_AUTH_MAGIC     _IOW('d', 0x11, uint32_t)
#define KMS_SET_MASTER     _IO('d', 0x1e)
#define KMS_DROP_MASTER    _IO('d', 0x1f)
#define KMS_WAIT_VBLANK    _IOWR('d', 0x3a, struct kms_vblank)
#define KMS_HANDLE_TO_FD   _IOWR('d', 0x2d, struct kms_prime)
#define KMS_FD_TO_HANDLE   _IOWR('d', 0x2e, struct kms_prime)
#define KMS_GETRESOURCES   _IOWR('d', 0xa0, struct kms_res)
#define KMS_GETCRTC        _IOWR('d', 0xa1, struct kms_crtc)
#define KMS_SETCRTC        _IOWR('d', 0xa2, struct kms_crtc)
#define KMS_CURSOR         _IOWR('d', 0xa3, struct kms_cursor)
#define KMS_GETGAMMA       _IOWR('d', 0xa4, struct kms_lut)
#define KMS_SETGAMMA       _IOWR('d', 0xa5, struct kms_lut)
#define KMS_GETENCODER     _IOWR('d', 0xa6, struct kms_encoder)
#define KMS_GETCONNECTOR   _IOWR('d', 0xa7, struct kms_connector)
#define KMS_GETPROPERTY    _IOWR('d', 0xaa, struct kms_property)
#define KMS_SETPROPERTY    _IOWR('d', 0xab, struct kms_set_property)
#define KMS_GETPROPBLOB    _IOWR('d', 0xac, struct kms_blob)
#define KMS_GETFB          _IOWR('d', 0xad, struct kms_fb)
#define KMS_ADDFB          _IOWR('d', 0xae, struct kms_fb)
#define KMS_RMFB           _IOWR('d', 0xaf, uint32_t)
#define KMS_PAGE_FLIP      _IOWR('d', 0xb0, struct kms_flip)
#define KMS_DIRTYFB        _IOWR('d', 0xb1, struct kms_dirty)
#define KMS_CREATE_DUMB    _IOWR('d', 0xb2, struct kms_create_dumb)
#define KMS_MAP_DUMB       _IOWR('d', 0xb3, struct kms_map_dumb)
#define KMS_DESTROY_DUMB   _IOWR('d', 0xb4, uint32_t)
#define KMS_GETPLANERES    _IOWR('d', 0xb5, struct kms_plane_res)
#define KMS_GETPLANE       _IOWR('d', 0xb6, struct kms_plane)
#define KMS_ADDFB2         _IOWR('d', 0xb8, struct kms_fb2)
#define KMS_OBJ_PROPERTIES _IOWR('d', 0xb9, struct kms_obj_properties)
#define KMS_OBJ_SETPROP    _IOWR('d', 0xba, struct kms_obj_set_property)
#define KMS_GETFB2         _IOWR('d', 0xce, struct kms_fb2)

_Static_assert(sizeof(struct kms_mode) == 68, "Linux's size");
_Static_assert(sizeof(struct kms_crtc) == 104, "Linux's size");
_Static_assert(sizeof(struct kms_connector) == 80, "Linux's size");
_Static_assert(sizeof(struct kms_fb2) == 104, "Linux's size");
_Static_assert(sizeof(struct kms_event) == 32, "Linux's size");

/* ---- the screen --------------------------------------------------------- */

#define KMS_MAX_MODES 64

/* A card with one screen. */
struct kms {
	int fd;
	uint32_t crtc, connector, encoder;
	int nr_modes;
	struct kms_mode modes[KMS_MAX_MODES];
};

/* Find out what there is behind @fd.  Return: 0; -1 with errno set. */
static inline int kms_init(struct kms *k, int fd)
{
	uint32_t crtcs[4], connectors[4], encoders[4];
	struct kms_res res = {
		.crtcs = (uintptr_t)crtcs,
		.connectors = (uintptr_t)connectors,
		.encoders = (uintptr_t)encoders,
		.count_crtcs = 4,
		.count_connectors = 4,
		.count_encoders = 4,
	};
	struct kms_connector c = { 0 };

	k->fd = fd;
	if (ioctl(fd, KMS_GETRESOURCES, &res) < 0)
		return -1;
	k->crtc = crtcs[0];
	k->connector = c.connector_id = connectors[0];
	k->encoder = encoders[0];
	/* The first call, with no room, makes Linux ask the screen. */
	if (ioctl(fd, KMS_GETCONNECTOR, &c) < 0)
		return -1;
	c = (struct kms_connector){
		.connector_id = k->connector,
		.count_modes = KMS_MAX_MODES,
		.modes = (uintptr_t)k->modes,
	};
	if (ioctl(fd, KMS_GETCONNECTOR, &c) < 0)
		return -1;
	k->nr_modes = c.count_modes;
	return 0;
}

/* The mode of a size, or NULL. */
static inline struct kms_mode *kms_find_mode(struct kms *k, int width,
					     int height)
{
	for (int i = 0; i < k->nr_modes; i++)
		if (k->modes[i].hdisplay == width &&
		    k->modes[i].vdisplay == height)
			return &k->modes[i];
	return NULL;
}

/* ---- buffers ------------------------------------------------------------ */

struct kms_buffer {
	uint32_t handle, fb; /* fb: 0: no framebuffer */
	uint32_t width, height, pitch;
	size_t size;     /* bytes */
	uint64_t offset; /* for mmap() */
	uint32_t *map;
};

/* Return: 0; -1 with errno set. */
static inline int kms_create(int fd, struct kms_buffer *b, int width,
			     int height)
{
	struct kms_create_dumb create = { .width = width,
					  .height = height,
					  .bpp = 32 };
	struct kms_map_dumb map;

	*b = (struct kms_buffer){ .width = width, .height = height };
	if (ioctl(fd, KMS_CREATE_DUMB, &create) < 0)
		return -1;
	b->handle = create.handle;
	b->pitch = create.pitch;
	b->size = create.size;
	map = (struct kms_map_dumb){ .handle = b->handle };
	if (ioctl(fd, KMS_MAP_DUMB, &map) < 0)
		return -1;
	b->offset = map.offset;
	b->map = mmap(NULL, b->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      b->offset);
	return b->map == MAP_FAILED ? -1 : 0;
}

static inline int kms_add_fb(int fd, struct kms_buffer *b)
{
	struct kms_fb add = { .width = b->width,
			      .height = b->height,
			      .pitch = b->pitch,
			      .bpp = 32,
			      .depth = 24,
			      .handle = b->handle };

	if (ioctl(fd, KMS_ADDFB, &add) < 0)
		return -1;
	b->fb = add.fb_id;
	return 0;
}

/* Undo both; what was never made is left out. */
static inline void kms_destroy(int fd, struct kms_buffer *b)
{
	if (b->map && b->map != MAP_FAILED)
		munmap(b->map, b->size);
	if (b->fb)
		ioctl(fd, KMS_RMFB, &b->fb);
	if (b->handle)
		ioctl(fd, KMS_DESTROY_DUMB, &b->handle);
	*b = (struct kms_buffer){ 0 };
}

/* Show the buffer, which is then in video memory.  0; -1 with errno set. */
static inline int kms_show(struct kms *k, const struct kms_buffer *b,
			   const struct kms_mode *mode)
{
	struct kms_crtc set = {
		.crtc_id = k->crtc,
		.fb_id = b->fb,
		.connectors = (uintptr_t)&k->connector,
		.count_connectors = 1,
		.mode_valid = 1,
		.mode = *mode,
	};

	return ioctl(k->fd, KMS_SETCRTC, &set);
}

/* Show nothing. */
static inline int kms_off(struct kms *k)
{
	struct kms_crtc set = { .crtc_id = k->crtc };

	return ioctl(k->fd, KMS_SETCRTC, &set);
}

#endif
