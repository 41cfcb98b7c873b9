/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm_args.c - what /dev/dri/card0 refuses, and with which errno.
 */
#include "drm.h"

#define BAD      ((void *)8) /* nothing is mapped there */
#define BGRX8888 0x34325842  /* "BX24" */

static struct kms_mode *mode;
static struct kms_buffer a;

static int create(uint32_t width, uint32_t height, uint32_t bpp)
{
	struct kms_create_dumb c = { .width = width,
				     .height = height,
				     .bpp = bpp };
	int ret = ioctl(card, KMS_CREATE_DUMB, &c);

	if (!ret)
		ioctl(card, KMS_DESTROY_DUMB, &c.handle);
	return ret;
}

static void test_sizes(void)
{
	struct kms_create_dumb c = { .handle = 5, .pitch = 6, .size = 7 };

	is_errno(create(0, 8, 32), EINVAL, "a width of 0");
	is_errno(create(8, 0, 32), EINVAL, "a height of 0");
	is_errno(create(8, 8, 0), EINVAL, "0 bits a pixel");
	is_errno(create(8, 8, ~0u), EINVAL, "2^32 - 1 bits a pixel");
	is_errno(create(~0u, 1, 32), EINVAL, "a line of more than 2^32 bytes");
	is_errno(create(0x40000000, 1, 32), EINVAL, "a line of 2^32 bytes");
	is_errno(create(0x10000, 0x10000, 32), EINVAL,
		 "a buffer of 2^34 bytes");
	is_errno(create(0xffffffff, 1, 8), EINVAL,
		 "one that reaches 2^32 when rounded up to pages");
	ok(ioctl(card, KMS_CREATE_DUMB, &c) && c.handle == 5 && c.pitch == 6 &&
		   c.size == 7,
	   "what is refused has no answer", "");
	is_num(create(1, 1, 1), 0, "one pixel of one bit is a page", "");
	is_num(create(0x7ffff000, 1, 8), 0,
	       "2 GiB that nobody touches cost nothing", "");
}

static int map_at(uint64_t offset, size_t len, int prot, int flags)
{
	void *p = mmap(NULL, len, prot, flags, card, offset);

	if (p == MAP_FAILED)
		return -1;
	munmap(p, len);
	return 0;
}

static void test_mmap(void)
{
	uint64_t at = a.offset;

	is_errno(map_at(at, PAGE, RW, MAP_PRIVATE), EINVAL, "a private map");
	is_errno(map_at(at, PAGE, PROT_READ, MAP_PRIVATE), EINVAL,
		 "a private map that only reads");
	is_num(map_at(at, PAGE, PROT_READ, MAP_SHARED), 0,
	       "a part from the beginning may be mapped", "");
	is_errno(map_at(at + PAGE, PAGE, RW, MAP_SHARED), EINVAL,
		 "not one from the middle");
	is_errno(map_at(at, a.size + PAGE, RW, MAP_SHARED), EINVAL,
		 "nor more than there is");
	is_errno(map_at(0, PAGE, RW, MAP_SHARED), EINVAL, "offset 0");
	is_errno(map_at(1ul << 52, PAGE, RW, MAP_SHARED), EINVAL,
		 "an offset without an object");
	is_errno(map_at(-2 * PAGE, PAGE, RW, MAP_SHARED), EINVAL,
		 "the last offset but one");
}

/* Raw frames are not faulted in beforehand, by MAP_POPULATE or by mlock(). */
static void test_populate(void)
{
	volatile char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_POPULATE,
				card, a.offset);
	long before;

	need(p != MAP_FAILED);
	need(!mlock((void *)p, 4 * PAGE));
	before = minor_faults();
	(void)*p;
	is_num(minor_faults() - before, 1,
	       "neither MAP_POPULATE nor mlock brings raw frames in",
	       "A VM_PFNMAP area is left out of populating; the first touch "
	       "faults.");
	need(!munmap((void *)p, 4 * PAGE));
}

static void test_handles(void)
{
	struct kms_map_dumb map = { .handle = 77 };
	struct kms_gem_close close_it = { .handle = 77 };
	uint32_t handle = 77;

	is_errno(ioctl(card, KMS_MAP_DUMB, &map), ENOENT,
		 "MAP_DUMB of no handle");
	is_errno(ioctl(card, KMS_DESTROY_DUMB, &handle), EINVAL,
		 "DESTROY_DUMB of no handle");
	is_errno(ioctl(card, KMS_GEM_CLOSE, &close_it), EINVAL,
		 "GEM_CLOSE of no handle");
	close_it.handle = 0;
	is_errno(ioctl(card, KMS_GEM_CLOSE, &close_it), EINVAL,
		 "GEM_CLOSE of handle 0");
}

/* ADDFB2 of buffer a, changed in one way. */
static int addfb2(struct kms_fb2 r)
{
	int ret;

	if (!r.width)
		r.width = 1024;
	else if (r.width == ~0u)
		r.width = 0;
	if (!r.height)
		r.height = 768;
	else if (r.height == ~0u)
		r.height = 0;
	if (!r.format)
		r.format = KMS_XRGB8888;
	if (!r.handles[0])
		r.handles[0] = a.handle;
	if (!r.pitches[0])
		r.pitches[0] = a.pitch;
	ret = ioctl(card, KMS_ADDFB2, &r);
	if (!ret)
		ioctl(card, KMS_RMFB, &r.fb_id);
	return ret;
}

#define FB2(...) addfb2((struct kms_fb2){ __VA_ARGS__ })

static void test_addfb2(void)
{
	is_num(FB2(.flags = 0), 0, "ADDFB2 of a buffer as it is", "");
	is_errno(FB2(.width = ~0u), EINVAL, "no width");
	is_errno(FB2(.height = ~0u), EINVAL, "no height");
	is_errno(FB2(.width = 8193), EINVAL, "wider than any screen");
	is_errno(FB2(.flags = 4), EINVAL, "a flag that is not there");
	is_errno(FB2(.format = 0x20202020), EINVAL, "not a format");
	is_errno(FB2(.handles = { 77 }), ENOENT, "no such handle");
	is_errno(FB2(.pitches = { 4095 }), EINVAL,
		 "a pitch shorter than the line");
	is_errno(FB2(.pitches = { 4100 }), EINVAL,
		 "a pitch with which it does not fit");
	is_errno(FB2(.pitches = { ~0u }), ERANGE, "a pitch that overflows");
	is_errno(FB2(.offsets = { 4096 }), EINVAL,
		 "an offset with which it does not fit");
	is_errno(FB2(.offsets = { ~0u }), ERANGE, "an offset that overflows");
	is_errno(FB2(.height = 769), EINVAL, "a line more than there is");
	is_errno(FB2(.modifier = { 1 }), EINVAL, "a modifier without the flag");
	is_errno(FB2(.modifier = { 0, 1 }), EINVAL,
		 "a modifier of a plane that is not there");
	is_errno(FB2(.flags = 2, .pitches = { 0, 64 }), EINVAL,
		 "a pitch of such a plane");
}

static void test_framebuffers(void)
{
	struct kms_fb fb = { .fb_id = 999999 }, old = { .width = 16,
							.height = 16,
							.pitch = 64,
							.bpp = 32,
							.depth = 5,
							.handle = a.handle };
	struct kms_fb2 swapped = { .width = 1024,
				   .height = 768,
				   .format = BGRX8888,
				   .handles = { a.handle },
				   .pitches = { a.pitch } };
	struct kms_dirty dirty = { .fb_id = 999999 };
	uint32_t id = 999999;

	is_errno(ioctl(card, KMS_ADDFB, &old), EINVAL,
		 "ADDFB with depth 5 of 32 bits");
	is_errno(ioctl(card, KMS_RMFB, &id), ENOENT, "RMFB of no framebuffer");
	is_errno(ioctl(card, KMS_GETFB, &fb), ENOENT, "GETFB of none");
	is_errno(ioctl(card, KMS_DIRTYFB, &dirty), ENOENT, "DIRTYFB of none");
	need(!kms_add_fb(card, &a));
	dirty.fb_id = a.fb;
	is_errno(ioctl(card, KMS_DIRTYFB, &dirty), ENOSYS,
		 "DIRTYFB: the device needs none");
	dirty.num_clips = 1;
	is_errno(ioctl(card, KMS_DIRTYFB, &dirty), EINVAL,
		 "DIRTYFB: clips without a pointer");
	dirty.clips = (uintptr_t)BAD;
	is_errno(ioctl(card, KMS_DIRTYFB, &dirty), EFAULT,
		 "DIRTYFB: a pointer to nothing");
	dirty.num_clips = 257;
	is_errno(ioctl(card, KMS_DIRTYFB, &dirty), EINVAL,
		 "DIRTYFB: too many clips");
	fb.fb_id = a.fb;
	need(!ioctl(card, KMS_GETFB, &fb));
	ok(fb.width == 1024 && fb.height == 768 && fb.pitch == 4096 &&
		   fb.bpp == 32 && fb.depth == 24 && fb.handle,
	   "GETFB says what ADDFB was told, and gives the master a handle", "");
	need(!ioctl(card, KMS_DESTROY_DUMB, &fb.handle));
	need(!ioctl(card, KMS_ADDFB2, &swapped));
	fb = (struct kms_fb){ .fb_id = swapped.fb_id };
	need(!ioctl(card, KMS_GETFB, &fb));
	is_num(fb.depth, 24, "BGRX has 24 bits of colour too", "");
	need(!ioctl(card, KMS_DESTROY_DUMB, &fb.handle));
	need(!ioctl(card, KMS_RMFB, &swapped.fb_id));
}

static void test_getfb2(void)
{
	struct kms_fb2 made = { .width = 100,
				.height = 50,
				.format = KMS_XRGB8888,
				.handles = { a.handle },
				.pitches = { 4096 },
				.offsets = { 8192 } },
		       got;

	need(!ioctl(card, KMS_ADDFB2, &made));
	memset(&got, 0xff, sizeof(got));
	got.fb_id = made.fb_id;
	need(!ioctl(card, KMS_GETFB2, &got));
	ok(got.width == 100 && got.height == 50 && got.format == KMS_XRGB8888 &&
		   got.flags == 2 && got.pitches[0] == 4096 &&
		   got.offsets[0] == 8192 && got.modifier[0] == 0 &&
		   got.handles[0],
	   "GETFB2 says what ADDFB2 was told, and that it is linear", "");
	ok(!got.handles[1] && !got.pitches[2] && !got.offsets[3] &&
		   !got.modifier[1],
	   "GETFB2: the planes that are not there are zeros", "");
	need(!ioctl(card, KMS_DESTROY_DUMB, &got.handles[0]));
	need(!ioctl(card, KMS_RMFB, &made.fb_id));
	is_errno(ioctl(card, KMS_GETFB2, &got), ENOENT, "GETFB2 of none");
}

/* SETCRTC of buffer a, changed in one way. */
static struct kms_crtc set;

static void reset_set(void)
{
	set = (struct kms_crtc){ .crtc_id = kms.crtc,
				 .fb_id = a.fb,
				 .connectors = (uintptr_t)&kms.connector,
				 .count_connectors = 1,
				 .mode_valid = 1,
				 .mode = *mode };
}

#define SET(change)                                                            \
	({                                                                     \
		reset_set();                                                   \
		change;                                                        \
		ioctl(card, KMS_SETCRTC, &set);                                \
	})

static void test_setcrtc(void)
{
	is_errno(SET(set.crtc_id = 999999), ENOENT, "SETCRTC: no such CRTC");
	is_errno(SET(set.crtc_id = kms.connector), ENOENT,
		 "SETCRTC: a connector is not a CRTC");
	is_errno(SET(set.x = 0x10000), ERANGE, "SETCRTC: x too large");
	is_errno(SET(set.x = 1), ENOSPC, "SETCRTC: x beyond the buffer");
	is_errno(SET(set.y = 1), ENOSPC, "SETCRTC: y beyond the buffer");
	is_errno(SET(set.fb_id = 999999), ENOENT, "SETCRTC: no framebuffer");
	is_errno(SET(set.count_connectors = 0), EINVAL,
		 "SETCRTC: a mode without a connector");
	is_errno(SET(set.mode_valid = 0), EINVAL,
		 "SETCRTC: a connector without a mode");
	is_errno(SET(set.count_connectors = 9), EINVAL,
		 "SETCRTC: more connectors than there are");
	is_errno(SET(set.connectors = (uintptr_t)BAD), EFAULT,
		 "SETCRTC: connectors at a bad address");
	is_errno(SET(set.connectors = (uintptr_t)&kms.crtc), ENOENT,
		 "SETCRTC: a CRTC is not a connector");
	is_errno(SET(set.mode.clock = 0), EINVAL, "SETCRTC: no clock");
	is_errno(SET(set.mode.hdisplay = 0), EINVAL, "SETCRTC: no width");
	is_errno(SET(set.mode.htotal = 1), EINVAL, "SETCRTC: a short line");
	is_errno(SET(set.mode.vsync_end = 1), EINVAL,
		 "SETCRTC: a sync that ends before it begins");
	is_errno(SET(set.mode.flags = 1u << 31), EINVAL,
		 "SETCRTC: a flag that is not there");
	is_errno(SET(set.mode.flags = 1u << 10), EINVAL,
		 "SETCRTC: a flag that is not there any more");
	is_errno(SET(set.mode.clock = 1u << 31), ERANGE,
		 "SETCRTC: a clock of 2^31");
	is_errno(SET(set.mode.vrefresh = 1u << 31), ERANGE,
		 "SETCRTC: a rate of 2^31");
	is_errno(SET(set.mode.flags |= 1u << 14), ENOSPC,
		 "SETCRTC: a picture for each eye does not fit");
	is_num(SET(set.mode.flags |= 1u << 13), 0, "SETCRTC: half the clock",
	       "");
	is_num(SET(), 0, "SETCRTC as it should be", "");
	is_num(SET(set.fb_id = -1), 0, "SETCRTC of what is shown already", "");
}

static struct kms_mode shown(void)
{
	struct kms_crtc crtc = { .crtc_id = kms.crtc };

	need(!ioctl(card, KMS_GETCRTC, &crtc));
	return crtc.mode;
}

/* Modes with an aspect ratio are for programs that say they know of them. */
static void test_aspect(void)
{
	struct kms_cap cap = { .capability = 4, .value = 1 };

	is_errno(SET(set.mode.flags |= 1u << 19), EINVAL,
		 "SETCRTC: an aspect ratio, to who does not know of any");
	need(!ioctl(card, KMS_SET_CLIENT_CAP, &cap));
	is_errno(SET(set.mode.flags |= 5u << 19), EINVAL,
		 "SETCRTC: one that is not there");
	is_num(SET(set.mode.flags |= 1u << 19), 0, "SETCRTC: 4:3", "");
	is_num(shown().flags >> 19, 1, "GETCRTC says so", "");
	cap.value = 0;
	need(!ioctl(card, KMS_SET_CLIENT_CAP, &cap));
	is_num(shown().flags >> 19, 0, "but not to who does not know", "");
}

/* What the kernel knows better. */
static void test_normal_mode(void)
{
	is_num(SET(set.mode.vrefresh = 77; strcpy(set.mode.name, "name");
		   set.mode.name[20] = 'x'),
	       0, "SETCRTC: a rate that is not the clock's", "");
	is_num(shown().vrefresh, 60, "GETCRTC has the right one", "");
	is_num(shown().name[20], 0, "and nothing behind the name's end", "");
}

#define FLIP(change)                                                           \
	({                                                                     \
		struct kms_flip flip = { .crtc_id = kms.crtc, .fb_id = a.fb }; \
		change;                                                        \
		ioctl(card, KMS_PAGE_FLIP, &flip);                             \
	})

static void test_flip(void)
{
	struct kms_crtc crtc = { .crtc_id = kms.crtc, .x = 7, .y = 8 };
	struct kms_buffer small;

	need(!kms_create(card, &small, 640, 480));
	need(!kms_add_fb(card, &small));
	is_errno(FLIP(flip.flags = 0x10), EINVAL,
		 "PAGE_FLIP: a flag that is not there");
	is_errno(FLIP(flip.flags = 2), EINVAL,
		 "PAGE_FLIP: in the middle of a picture");
	is_errno(FLIP(flip.reserved = 1), EINVAL,
		 "PAGE_FLIP: the reserved field");
	is_errno(FLIP(flip.flags = 4), EINVAL, "PAGE_FLIP: at a time");
	is_errno(FLIP(flip.flags = 4; flip.crtc_id = 999999), ENOENT,
		 "PAGE_FLIP: at a time, no CRTC");
	is_errno(FLIP(flip.fb_id = 999999), ENOENT,
		 "PAGE_FLIP: no framebuffer");
	is_errno(FLIP(flip.fb_id = small.fb), ENOSPC,
		 "PAGE_FLIP: a buffer smaller than the mode");
	is_errno(FLIP(flip.fb_id = small.fb; flip.crtc_id = 999999), ENOENT,
		 "PAGE_FLIP: no CRTC");
	kms_destroy(card, &small);
	need(!kms_off(&kms));
	is_num(ioctl(card, KMS_GETCRTC, &crtc) || crtc.x || crtc.y, 0,
	       "GETCRTC of a dark screen: from 0, 0", "");
	is_errno(FLIP(), EBUSY, "PAGE_FLIP: the screen is off");
}

/* What other devices have and this one has not. */
static void test_lacking(void)
{
	struct kms_lut lut = { .crtc_id = kms.crtc };
	struct kms_prime prime = { .handle = a.handle, .fd = -1 };

	is_errno(ioctl(card, KMS_SETGAMMA, &lut), ENOSYS,
		 "SETGAMMA: the device has no table");
	is_num(ioctl(card, KMS_GETGAMMA, &lut), 0,
	       "GETGAMMA of no entries, which are all", "");
	lut.gamma_size = 256;
	is_errno(ioctl(card, KMS_GETGAMMA, &lut), EINVAL,
		 "GETGAMMA of 256 entries");
	lut.crtc_id = kms.connector;
	is_errno(ioctl(card, KMS_SETGAMMA, &lut), ENOENT, "SETGAMMA: no CRTC");
	is_errno(ioctl(card, KMS_GETGAMMA, &lut), ENOENT, "GETGAMMA: no CRTC");
	is_errno(ioctl(card, KMS_HANDLE_TO_FD, &prime), ENOSYS,
		 "PRIME_HANDLE_TO_FD: buffers do not become descriptors");
	is_errno(ioctl(card, KMS_FD_TO_HANDLE, &prime), ENOSYS,
		 "PRIME_FD_TO_HANDLE: nor descriptors buffers");
}

static void test_others(void)
{
	struct kms_cursor cursor = { .crtc_id = kms.crtc };
	struct kms_encoder encoder = { .encoder_id = kms.crtc };
	struct kms_connector connector = { .connector_id = kms.crtc };
	struct kms_crtc crtc = { .crtc_id = kms.connector };
	struct kms_plane plane = { .plane_id = kms.crtc };
	struct kms_property property = { .prop_id = kms.crtc };
	struct kms_blob blob = { .blob_id = kms.crtc };
	struct kms_obj_properties props = { .obj_id = 999999 };
	struct kms_vblank vblank = { 0 };
	struct kms_cap cap = { .capability = 99 };

	is_errno(ioctl(card, KMS_CURSOR, &cursor), EINVAL, "CURSOR: nothing");
	cursor.flags = 1;
	is_errno(ioctl(card, KMS_CURSOR, &cursor), ENXIO,
		 "CURSOR: the device has no cursor");
	cursor.flags = 2;
	is_errno(ioctl(card, KMS_CURSOR, &cursor), EFAULT,
		 "CURSOR: nothing to move");
	cursor.crtc_id = 999999;
	is_errno(ioctl(card, KMS_CURSOR, &cursor), ENOENT, "CURSOR: no CRTC");
	is_errno(ioctl(card, KMS_GETENCODER, &encoder), ENOENT,
		 "GETENCODER of a CRTC");
	is_errno(ioctl(card, KMS_GETCONNECTOR, &connector), ENOENT,
		 "GETCONNECTOR of a CRTC");
	is_errno(ioctl(card, KMS_GETCRTC, &crtc), ENOENT,
		 "GETCRTC of a connector");
	is_errno(ioctl(card, KMS_GETPLANE, &plane), ENOENT,
		 "GETPLANE of a CRTC");
	is_errno(ioctl(card, KMS_GETPROPERTY, &property), ENOENT,
		 "GETPROPERTY of a CRTC");
	is_errno(ioctl(card, KMS_GETPROPBLOB, &blob), ENOENT,
		 "GETPROPBLOB of a CRTC");
	is_errno(ioctl(card, KMS_OBJ_PROPERTIES, &props), ENOENT,
		 "OBJ_GETPROPERTIES of nothing");
	props.obj_id = kms.encoder;
	is_errno(ioctl(card, KMS_OBJ_PROPERTIES, &props), EINVAL,
		 "OBJ_GETPROPERTIES of an encoder");
	is_errno(ioctl(card, KMS_WAIT_VBLANK, &vblank), EOPNOTSUPP,
		 "WAIT_VBLANK: the device does not say");
	is_errno(ioctl(card, KMS_GET_CAP, &cap), EINVAL, "GET_CAP: 99");
	is_errno(ioctl(card, KMS_SET_CLIENT_CAP, &cap), EINVAL,
		 "SET_CLIENT_CAP: 99");
	is_errno(ioctl(card, _IO('d', 0x5f), 0), EINVAL,
		 "an ioctl that is not there");
	is_errno(ioctl(card, _IO('e', 0), 0), ENOTTY,
		 "an ioctl of another device");
}

/* Every ioctl with an argument that is not mapped. */
static void test_efault(void)
{
	static const unsigned long all[] = {
		KMS_VERSION,      KMS_GET_UNIQUE,     KMS_SET_VERSION,
		KMS_GEM_CLOSE,    KMS_GET_CAP,        KMS_SET_CLIENT_CAP,
		KMS_GETRESOURCES, KMS_GETCRTC,        KMS_SETCRTC,
		KMS_CURSOR,       KMS_GETENCODER,     KMS_GETCONNECTOR,
		KMS_GETPROPERTY,  KMS_GETPROPBLOB,    KMS_GETFB,
		KMS_ADDFB,        KMS_RMFB,           KMS_PAGE_FLIP,
		KMS_DIRTYFB,      KMS_CREATE_DUMB,    KMS_MAP_DUMB,
		KMS_DESTROY_DUMB, KMS_GETPLANERES,    KMS_GETPLANE,
		KMS_ADDFB2,       KMS_OBJ_PROPERTIES, KMS_GET_MAGIC,
		KMS_AUTH_MAGIC,   KMS_WAIT_VBLANK,    KMS_GETGAMMA,
		KMS_SETGAMMA,     KMS_HANDLE_TO_FD,   KMS_FD_TO_HANDLE,
		KMS_GETFB2,       KMS_SETPROPERTY,    KMS_OBJ_SETPROP,
	};
	int wrong = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		errno = 0;
		if (ioctl(card, all[i], BAD) == -1 && errno == EFAULT)
			continue;
		diag("ioctl %#lx: errno %d", all[i], errno);
		wrong++;
	}
	is_num(wrong, 0, "a bad pointer is EFAULT in every ioctl", "");
}

/* An argument goes the ways that the program and the kernel agree on. */
static void test_direction(void)
{
	struct kms_gem_close gem = { .handle = 77, .pad = 78 };
	char *page =
		mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kms_cap *cap = (struct kms_cap *)(page + PAGE) - 1;
	uint64_t long_cap[64] = { KMS_CAP_DUMB_BUFFER };

	need(page != MAP_FAILED && !munmap(page + PAGE, PAGE));
	cap->capability = KMS_CAP_DUMB_BUFFER;
	is_errno(ioctl(card, _IOR('d', 0x09, struct kms_gem_close), &gem),
		 EINVAL, "GEM_CLOSE that only reads");
	ok(gem.handle == 77 && gem.pad == 78, "is not answered", "");
	is_num(ioctl(card, _IOW('d', 0x02, uint32_t), BAD), 0,
	       "GET_MAGIC that only writes does not look", "");
	is_num(ioctl(card, _IOWR('d', 0x1e, uint32_t), BAD), 0,
	       "nor does SET_MASTER with an argument", "");
	is_num(ioctl(card, KMS_GET_CAP, cap), 0, "an argument at the end", "");
	is_errno(ioctl(card, _IOC(3, 'd', 0x0c, 64), cap), EFAULT,
		 "all that a program says there is must be there");
	memset(long_cap + 2, 0x5a, sizeof(long_cap) - 16);
	is_num(ioctl(card, (int)_IOC(3, 'd', 0x0c, sizeof(long_cap)), long_cap),
	       0, "an argument longer than any", "");
	ok(long_cap[1] == 1 && long_cap[63] == 0x5a5a5a5a5a5a5a5a,
	   "is answered, and the rest comes back", "");
	munmap(page, PAGE);
}

/* Pointers inside the arguments. */
static void test_inner_efault(void)
{
	struct kms_res res = { .crtcs = (uintptr_t)BAD, .count_crtcs = 1 };
	struct kms_connector c = { .connector_id = kms.connector,
				   .modes = (uintptr_t)BAD,
				   .count_modes = 64 };
	struct kms_version v = { .name_len = 4, .name = BAD };

	is_errno(ioctl(card, KMS_GETRESOURCES, &res), EFAULT,
		 "GETRESOURCES: an array at a bad address");
	is_errno(ioctl(card, KMS_GETCONNECTOR, &c), EFAULT,
		 "GETCONNECTOR: modes at a bad address");
	is_errno(ioctl(card, KMS_VERSION, &v), EFAULT,
		 "VERSION: a name at a bad address");
}

int main(void)
{
	drm_open();
	mode = drm_mode();
	need(!kms_create(card, &a, 1024, 768));
	plan(130);
	test_sizes();
	test_mmap();
	test_populate();
	test_handles();
	test_addfb2();
	test_framebuffers();
	test_getfb2();
	test_setcrtc();
	test_aspect();
	test_normal_mode();
	test_flip();
	test_lacking();
	test_others();
	test_efault();
	test_inner_efault();
	test_direction();
	kms_destroy(card, &a);
	return done();
}
