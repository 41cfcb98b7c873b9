/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm.h - the ABI of /dev/dri/card0: structures, ioctl numbers and
 * flags, as libdrm knows them.
 *
 * In Linux: include/uapi/drm/drm.h, drm_mode.h, drm_fourcc.h.
 */
#ifndef KILBURN_GPU_DRM_UAPI_H
#define KILBURN_GPU_DRM_UAPI_H

#include "kernel/lib/types.h"

#define DRM_MAJOR 226

/* An ioctl number is direction, size of the argument, 'd', and one of these. */
#define DRM_IOCTL_BASE    'd'
#define DRM_IOC_NR(cmd)   ((cmd)&0xff)
#define DRM_IOC_TYPE(cmd) ((cmd) >> 8 & 0xff)
#define DRM_IOC_SIZE(cmd) ((cmd) >> 16 & 0x3fff)
#define DRM_IOC_DIR(cmd)  ((cmd) >> 30 & 3)
#define DRM_IOC_WRITE     1u /* a direction: user to kernel */
#define DRM_IOC_READ      2u

enum drm_ioctl_nr {
	/* clang-format off */
	DRM_NR_VERSION			= 0x00,
	DRM_NR_GET_UNIQUE		= 0x01,
	DRM_NR_GET_MAGIC		= 0x02,
	DRM_NR_SET_VERSION		= 0x07,
	DRM_NR_GEM_CLOSE		= 0x09,
	DRM_NR_GET_CAP			= 0x0c,
	DRM_NR_SET_CLIENT_CAP		= 0x0d,
	DRM_NR_AUTH_MAGIC		= 0x11,
	DRM_NR_SET_MASTER		= 0x1e,
	DRM_NR_DROP_MASTER		= 0x1f,
	DRM_NR_WAIT_VBLANK		= 0x3a,
	DRM_NR_PRIME_HANDLE_TO_FD	= 0x2d,
	DRM_NR_PRIME_FD_TO_HANDLE	= 0x2e,
	DRM_NR_MODE_GETRESOURCES	= 0xa0,
	DRM_NR_MODE_GETCRTC		= 0xa1,
	DRM_NR_MODE_SETCRTC		= 0xa2,
	DRM_NR_MODE_CURSOR		= 0xa3,
	DRM_NR_MODE_GETGAMMA		= 0xa4,
	DRM_NR_MODE_SETGAMMA		= 0xa5,
	DRM_NR_MODE_GETENCODER		= 0xa6,
	DRM_NR_MODE_GETCONNECTOR	= 0xa7,
	DRM_NR_MODE_GETPROPERTY		= 0xaa,
	DRM_NR_MODE_SETPROPERTY		= 0xab,
	DRM_NR_MODE_GETPROPBLOB		= 0xac,
	DRM_NR_MODE_GETFB		= 0xad,
	DRM_NR_MODE_ADDFB		= 0xae,
	DRM_NR_MODE_RMFB		= 0xaf,
	DRM_NR_MODE_PAGE_FLIP		= 0xb0,
	DRM_NR_MODE_DIRTYFB		= 0xb1,
	DRM_NR_MODE_CREATE_DUMB		= 0xb2,
	DRM_NR_MODE_MAP_DUMB		= 0xb3,
	DRM_NR_MODE_DESTROY_DUMB	= 0xb4,
	DRM_NR_MODE_GETPLANERESOURCES	= 0xb5,
	DRM_NR_MODE_GETPLANE		= 0xb6,
	DRM_NR_MODE_ADDFB2		= 0xb8,
	DRM_NR_MODE_OBJ_GETPROPERTIES	= 0xb9,
	DRM_NR_MODE_OBJ_SETPROPERTY	= 0xba,
	DRM_NR_MODE_CURSOR2		= 0xbb,
	DRM_NR_MODE_GETFB2		= 0xce,
	/* clang-format on */
};

/* Pointers and sizes of user memory are 64 bits wide in all of these. */

struct drm_version {
	int version_major, version_minor, version_patchlevel;
	size_t name_len;
	char __user *name;
	size_t date_len;
	char __user *date;
	size_t desc_len;
	char __user *desc;
};

struct drm_unique {
	size_t unique_len;
	char __user *unique;
};

struct drm_auth {
	u32 magic;
};

struct drm_set_version {
	int drm_di_major, drm_di_minor, drm_dd_major, drm_dd_minor;
};

struct drm_gem_close {
	u32 handle, pad;
};

struct drm_get_cap {
	u64 capability, value;
};

#define DRM_CAP_DUMB_BUFFER          0x1
#define DRM_CAP_VBLANK_HIGH_CRTC     0x2
#define DRM_CAP_DUMB_PREFERRED_DEPTH 0x3
#define DRM_CAP_DUMB_PREFER_SHADOW   0x4
#define DRM_CAP_PRIME                0x5
#define DRM_CAP_TIMESTAMP_MONOTONIC  0x6
#define DRM_CAP_ASYNC_PAGE_FLIP      0x7
#define DRM_CAP_CURSOR_WIDTH         0x8
#define DRM_CAP_CURSOR_HEIGHT        0x9
#define DRM_CAP_ADDFB2_MODIFIERS     0x10
#define DRM_CAP_PAGE_FLIP_TARGET     0x11
#define DRM_CAP_CRTC_IN_VBLANK_EVENT 0x12
#define DRM_CAP_SYNCOBJ              0x13
#define DRM_CAP_SYNCOBJ_TIMELINE     0x14

struct drm_set_client_cap {
	u64 capability, value;
};

#define DRM_CLIENT_CAP_STEREO_3D            1
#define DRM_CLIENT_CAP_UNIVERSAL_PLANES     2
#define DRM_CLIENT_CAP_ATOMIC               3
#define DRM_CLIENT_CAP_ASPECT_RATIO         4
#define DRM_CLIENT_CAP_WRITEBACK_CONNECTORS 5

/* ---- events, through read(2) -------------------------------------------- */

struct drm_event {
	u32 type;
	u32 length; /* bytes, this header included */
};

#define DRM_EVENT_FLIP_COMPLETE 0x02

struct drm_event_vblank {
	struct drm_event base;
	u64 user_data;
	u32 tv_sec, tv_usec; /* CLOCK_MONOTONIC */
	u32 sequence;        /* 0: the hardware does not count */
	u32 crtc_id;
};

/* Request and answer; here only the size matters. */
struct drm_wait_vblank {
	u32 type, sequence;
	u64 signal, reserved;
};

/* ---- modes -------------------------------------------------------------- */

#define DRM_DISPLAY_MODE_LEN 32
#define DRM_PROP_NAME_LEN    32

#define DRM_MODE_TYPE_PREFERRED (1 << 3)
#define DRM_MODE_TYPE_DRIVER    (1 << 6)
#define DRM_MODE_TYPE_ALL       0x68u /* preferred, user, driver */

#define DRM_MODE_FLAG_PHSYNC           0x1u
#define DRM_MODE_FLAG_NHSYNC           0x2u
#define DRM_MODE_FLAG_PVSYNC           0x4u
#define DRM_MODE_FLAG_NVSYNC           0x8u
#define DRM_MODE_FLAG_INTERLACE        0x10u
#define DRM_MODE_FLAG_DBLSCAN          0x20u
#define DRM_MODE_FLAG_3D_MASK          (0x1fu << 14)
#define DRM_MODE_FLAG_3D_FRAME_PACKING (1u << 14)
#define DRM_MODE_FLAG_3D_MAX           (8u << 14) /* side by side, half */
#define DRM_MODE_FLAG_ASPECT           (0xfu << 19)
#define DRM_MODE_FLAG_ASPECT_MAX       (4u << 19) /* 256:135 */
/* Not bits 10 and 11, which nobody has any more. */
#define DRM_MODE_FLAG_ALL                                                      \
	(0x33ffu | DRM_MODE_FLAG_3D_MASK | DRM_MODE_FLAG_ASPECT)

struct drm_mode_modeinfo {
	u32 clock; /* kHz */
	u16 hdisplay, hsync_start, hsync_end, htotal, hskew;
	u16 vdisplay, vsync_start, vsync_end, vtotal, vscan;
	u32 vrefresh; /* Hz */
	u32 flags, type;
	char name[DRM_DISPLAY_MODE_LEN];
};

struct drm_mode_card_res {
	u64 fb_id_ptr, crtc_id_ptr, connector_id_ptr, encoder_id_ptr;
	u32 count_fbs, count_crtcs, count_connectors, count_encoders;
	u32 min_width, max_width, min_height, max_height;
};

struct drm_mode_crtc {
	u64 set_connectors_ptr;
	u32 count_connectors;
	u32 crtc_id, fb_id;
	u32 x, y; /* where the screen begins in the buffer */
	u32 gamma_size, mode_valid;
	struct drm_mode_modeinfo mode;
};

struct drm_mode_crtc_lut {
	u32 crtc_id, gamma_size;
	u64 red, green, blue;
};

struct drm_mode_get_plane {
	u32 plane_id, crtc_id, fb_id;
	u32 possible_crtcs, gamma_size;
	u32 count_format_types;
	u64 format_type_ptr;
};

struct drm_mode_get_plane_res {
	u64 plane_id_ptr;
	u32 count_planes;
};

#define DRM_MODE_ENCODER_NONE      0
#define DRM_MODE_CONNECTOR_VIRTUAL 15

struct drm_mode_get_encoder {
	u32 encoder_id, encoder_type, crtc_id;
	u32 possible_crtcs, possible_clones;
};

struct drm_mode_get_connector {
	u64 encoders_ptr, modes_ptr, props_ptr, prop_values_ptr;
	u32 count_modes, count_props, count_encoders;
	u32 encoder_id, connector_id, connector_type, connector_type_id;
	u32 connection; /* 1: connected */
	u32 mm_width, mm_height;
	u32 subpixel;
	u32 pad;
};

#define DRM_MODE_PROP_RANGE     (1u << 1)
#define DRM_MODE_PROP_IMMUTABLE (1u << 2)
#define DRM_MODE_PROP_ENUM      (1u << 3)
#define DRM_MODE_PROP_BLOB      (1u << 4)

struct drm_mode_property_enum {
	u64 value;
	char name[DRM_PROP_NAME_LEN];
};

struct drm_mode_get_property {
	u64 values_ptr, enum_blob_ptr;
	u32 prop_id, flags;
	char name[DRM_PROP_NAME_LEN];
	u32 count_values, count_enum_blobs;
};

struct drm_mode_obj_get_properties {
	u64 props_ptr, prop_values_ptr;
	u32 count_props, obj_id, obj_type;
};

struct drm_mode_connector_set_property {
	u64 value;
	u32 prop_id, connector_id;
};

struct drm_mode_obj_set_property {
	u64 value;
	u32 prop_id, obj_id, obj_type;
};

#define DRM_MODE_DPMS_ON  0
#define DRM_MODE_DPMS_OFF 3

struct drm_mode_get_blob {
	u32 blob_id, length; /* length: bytes */
	u64 data;
};

/* What an object is: GETPROPERTY and its like ask by number and kind. */
#define DRM_MODE_OBJECT_ANY       0u
#define DRM_MODE_OBJECT_CRTC      0xccccccccu
#define DRM_MODE_OBJECT_CONNECTOR 0xc0c0c0c0u
#define DRM_MODE_OBJECT_ENCODER   0xe0e0e0e0u
#define DRM_MODE_OBJECT_PROPERTY  0xb0b0b0b0u
#define DRM_MODE_OBJECT_FB        0xfbfbfbfbu
#define DRM_MODE_OBJECT_BLOB      0xbbbbbbbbu
#define DRM_MODE_OBJECT_PLANE     0xeeeeeeeeu

/* ---- buffers ------------------------------------------------------------ */

struct drm_mode_fb_cmd {
	u32 fb_id, width, height;
	u32 pitch, bpp, depth; /* bytes; bits; bits */
	u32 handle;
};

#define DRM_MODE_FB_INTERLACED (1u << 0)
#define DRM_MODE_FB_MODIFIERS  (1u << 1)

struct drm_mode_fb_cmd2 {
	u32 fb_id, width, height, pixel_format, flags;
	u32 handles[4];
	u32 pitches[4]; /* bytes */
	u32 offsets[4]; /* bytes */
	u64 modifier[4];
};

#define DRM_FOURCC(a, b, c, d)                                                 \
	((u32)(a) | (u32)(b) << 8 | (u32)(c) << 16 | (u32)(d) << 24)
#define DRM_FORMAT_XRGB8888   DRM_FOURCC('X', 'R', '2', '4')
#define DRM_FORMAT_BGRX8888   DRM_FOURCC('B', 'X', '2', '4')
#define DRM_FORMAT_MOD_LINEAR 0ull

struct drm_mode_fb_dirty_cmd {
	u32 fb_id, flags, color, num_clips;
	u64 clips_ptr;
};

#define DRM_MODE_FB_DIRTY_ANNOTATE_COPY 0x01u
#define DRM_MODE_FB_DIRTY_MAX_CLIPS     256

struct drm_clip_rect {
	u16 x1, y1, x2, y2;
};

struct drm_mode_crtc_page_flip {
	u32 crtc_id, fb_id, flags, reserved;
	u64 user_data;
};

#define DRM_MODE_PAGE_FLIP_EVENT  0x01u
#define DRM_MODE_PAGE_FLIP_ASYNC  0x02u
#define DRM_MODE_PAGE_FLIP_TARGET 0x0cu
#define DRM_MODE_PAGE_FLIP_FLAGS  0x0fu

struct drm_mode_cursor2 {
	u32 flags, crtc_id;
	s32 x, y;
	u32 width, height, handle;
	s32 hot_x, hot_y; /* not in DRM_NR_MODE_CURSOR */
};

struct drm_prime_handle {
	u32 handle, flags;
	s32 fd;
};

#define DRM_MODE_CURSOR_BO    0x01u
#define DRM_MODE_CURSOR_MOVE  0x02u
#define DRM_MODE_CURSOR_FLAGS 0x03u

struct drm_mode_create_dumb {
	u32 height, width, bpp, flags;
	u32 handle, pitch; /* results, with size */
	u64 size;
};

struct drm_mode_map_dumb {
	u32 handle, pad;
	u64 offset; /* result: for mmap(2) */
};

struct drm_mode_destroy_dumb {
	u32 handle;
};

_Static_assert(sizeof(struct drm_version) == 64, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_modeinfo) == 68, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_card_res) == 64, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_crtc) == 104, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_get_plane) == 32, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_get_connector) == 80, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_get_property) == 64, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_fb_cmd2) == 104, "Linux's layout");
_Static_assert(sizeof(struct drm_wait_vblank) == 24, "Linux's layout");
_Static_assert(sizeof(struct drm_event_vblank) == 32, "Linux's layout");
_Static_assert(sizeof(struct drm_mode_cursor2) == 36, "Linux's layout");

#endif /* KILBURN_GPU_DRM_UAPI_H */
