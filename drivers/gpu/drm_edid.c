/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_edid.c - what a screen says of itself: its modes.
 *
 * An EDID is blocks of 128 bytes.  The first names modes in four ways:
 *
 *	offset	35	bits: "established" timings
 *		38	8 pairs: width, ratio and rate of "standard" timings
 *		54	4 descriptors of 18 bytes: a timing in full, or with a
 *			type in front, such as 0xf7: bits for more timings
 *
 * Bits and pairs stand for entries of a table that everybody has (VESA's DMT).
 * Here is the part of it that an emulator's screen names.
 *
 * Source: VESA E-EDID Standard A2, DMT 1.13.
 * In Linux: drivers/gpu/drm/drm_edid.c.
 */

#include "drivers/gpu/drm_device.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"

#define EDID_BLOCK        128
#define EDID_ESTABLISHED  35
#define EDID_STANDARD     38
#define EDID_NR_STANDARD  8
#define EDID_DESCRIPTORS  54
#define EDID_DESCRIPTOR   18
#define EDID_NR_DESC      4
#define EDID_ESTABLISHED3 0xf7 /* a descriptor's type */

#define PH DRM_MODE_FLAG_PHSYNC
#define NH DRM_MODE_FLAG_NHSYNC
#define PV DRM_MODE_FLAG_PVSYNC
#define NV DRM_MODE_FLAG_NVSYNC

/* Where an EDID has a bit for a timing: byte and bit; 0: nowhere. */
struct edid_bit {
	u8 byte, bit;
};

struct dmt_timing {
	u32 clock; /* kHz */
	u16 h[4];  /* display, sync start, sync end, total; pixels */
	u16 v[4];  /* the same in lines */
	u32 flags;
	struct edid_bit established, established3;
};

/* Largest first. */
static const struct dmt_timing dmt[] = {
	/* clang-format off */
	{ 148500, { 1920, 2008, 2052, 2200 }, { 1080, 1084, 1089, 1125 }, NH | NV, { 0, 0 }, { 0, 0 } },
	{ 162000, { 1600, 1664, 1856, 2160 }, { 1200, 1201, 1204, 1250 }, PH | PV, { 0, 0 }, { 9, 2 } },
	{ 146250, { 1680, 1784, 1960, 2240 }, { 1050, 1053, 1059, 1089 }, NH | PV, { 0, 0 }, { 9, 6 } },
	{ 121750, { 1400, 1488, 1632, 1864 }, { 1050, 1053, 1057, 1089 }, NH | PV, { 0, 0 }, { 8, 1 } },
	{ 108000, { 1280, 1328, 1440, 1688 }, { 1024, 1025, 1028, 1066 }, PH | PV, { 0, 0 }, { 7, 1 } },
	{ 106500, { 1440, 1520, 1672, 1904 }, {  900,  903,  909,  934 }, NH | PV, { 0, 0 }, { 8, 5 } },
	{ 108000, { 1280, 1376, 1488, 1800 }, {  960,  961,  964, 1000 }, PH | PV, { 0, 0 }, { 7, 3 } },
	{  85500, { 1360, 1424, 1536, 1792 }, {  768,  771,  777,  795 }, PH | PV, { 0, 0 }, { 8, 7 } },
	{  79500, { 1280, 1344, 1472, 1664 }, {  768,  771,  778,  798 }, NH | PV, { 0, 0 }, { 7, 6 } },
	{  65000, { 1024, 1048, 1184, 1344 }, {  768,  771,  777,  806 }, NH | NV, { 36, 3 }, { 0, 0 } },
	{  40000, {  800,  840,  968, 1056 }, {  600,  601,  605,  628 }, PH | PV, { 35, 0 }, { 0, 0 } },
	{  25175, {  640,  656,  752,  800 }, {  480,  490,  492,  525 }, NH | NV, { 35, 5 }, { 0, 0 } },
	/* clang-format on */
};

/* Where new modes go. */
struct mode_list {
	struct drm_mode_modeinfo *modes;
	u32 nr, max;
};

static void finish_mode(struct drm_mode_modeinfo *mode)
{
	mode->type |= DRM_MODE_TYPE_DRIVER;
	mode->vrefresh = drm_mode_vrefresh(mode);
	snprintf(mode->name, sizeof(mode->name), "%ux%u", mode->hdisplay,
		 mode->vdisplay);
}

/* Add a mode unless it is there. */
static void add_mode(struct mode_list *list, struct drm_mode_modeinfo mode)
{
	finish_mode(&mode);
	for (u32 i = 0; i < list->nr; i++)
		if (list->modes[i].hdisplay == mode.hdisplay &&
		    list->modes[i].vdisplay == mode.vdisplay &&
		    list->modes[i].clock == mode.clock)
			return;
	if (list->nr < list->max)
		list->modes[list->nr++] = mode;
}

static void add_dmt(struct mode_list *list, const struct dmt_timing *t)
{
	struct drm_mode_modeinfo mode = {
		.clock = t->clock,
		.hdisplay = t->h[0],
		.hsync_start = t->h[1],
		.hsync_end = t->h[2],
		.htotal = t->h[3],
		.vdisplay = t->v[0],
		.vsync_start = t->v[1],
		.vsync_end = t->v[2],
		.vtotal = t->v[3],
		.flags = t->flags,
	};

	add_mode(list, mode);
}

/* ---- the four ways ------------------------------------------------------ */

/* A timing in full; the first one is what the screen likes best. */
static void add_detailed(struct mode_list *list, const u8 *d)
{
	u32 hactive = d[2] | (d[4] & 0xf0) << 4;
	u32 hblank = d[3] | (d[4] & 0x0f) << 8;
	u32 vactive = d[5] | (d[7] & 0xf0) << 4;
	u32 vblank = d[6] | (d[7] & 0x0f) << 8;
	u32 hsync = d[8] | (d[11] & 0xc0) << 2;
	u32 hwidth = d[9] | (d[11] & 0x30) << 4;
	u32 vsync = d[10] >> 4 | (d[11] & 0x0c) << 2;
	u32 vwidth = (d[10] & 0x0f) | (d[11] & 0x03) << 4;
	struct drm_mode_modeinfo mode = {
		.clock = (d[0] | d[1] << 8) * 10,
		.hdisplay = hactive,
		.hsync_start = hactive + hsync,
		.hsync_end = hactive + hsync + hwidth,
		.htotal = hactive + hblank,
		.vdisplay = vactive,
		.vsync_start = vactive + vsync,
		.vsync_end = vactive + vsync + vwidth,
		.vtotal = vactive + vblank,
		.flags = (d[17] & 2 ? PH : NH) | (d[17] & 4 ? PV : NV),
		.type = list->nr ? 0 : DRM_MODE_TYPE_PREFERRED,
	};

	add_mode(list, mode);
}

/* Is the timing one that a pair of bytes names? */
static bool is_standard(const struct dmt_timing *t, const u8 *pair)
{
	static const u8 ratio[4][2] = {
		{ 16, 10 }, { 4, 3 }, { 5, 4 }, { 16, 9 }
	};
	const u8 *r = ratio[pair[1] >> 6];
	u32 width = (pair[0] + 31) * 8;

	return t->h[0] == width && t->v[0] == width * r[1] / r[0] &&
	       (pair[1] & 0x3f) == 0; /* 60 Hz */
}

static bool is_named(const struct dmt_timing *t, const u8 *edid,
		     const u8 *established3)
{
	if (t->established.byte &&
	    edid[t->established.byte] & 1 << t->established.bit)
		return true;
	if (t->established3.byte && established3 &&
	    established3[t->established3.byte - 6] & 1 << t->established3.bit)
		return true;
	for (int i = 0; i < EDID_NR_STANDARD; i++)
		if (is_standard(t, edid + EDID_STANDARD + 2 * i))
			return true;
	return false;
}

u32 drm_edid_modes(const u8 *edid, u32 length, struct drm_mode_modeinfo *modes,
		   u32 max)
{
	struct mode_list list = { .modes = modes, .max = max };
	const u8 *established3 = NULL;

	for (int i = 0; i < EDID_NR_DESC; i++) {
		const u8 *d = edid + EDID_DESCRIPTORS + i * EDID_DESCRIPTOR;

		if (d[0] || d[1])
			add_detailed(&list, d);
		else if (d[3] == EDID_ESTABLISHED3)
			established3 = d + 6;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(dmt); i++)
		if (is_named(&dmt[i], edid, established3))
			add_dmt(&list, &dmt[i]);
	return list.nr;
}

u32 drm_noedid_modes(struct drm_mode_modeinfo *modes, u32 max)
{
	struct mode_list list = { .modes = modes, .max = max };

	for (unsigned int i = 0; i < ARRAY_SIZE(dmt); i++)
		add_dmt(&list, &dmt[i]);
	for (u32 i = 0; i < list.nr; i++)
		if (modes[i].hdisplay == 1024 && modes[i].vdisplay == 768)
			modes[i].type |= DRM_MODE_TYPE_PREFERRED;
	return list.nr;
}

bool drm_edid_block_valid(const u8 *block, unsigned int number)
{
	static const u8 header[8] = {
		0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0
	};
	u8 sum = 0;

	for (int i = 0; i < EDID_BLOCK; i++)
		sum += block[i];
	return !sum && (number || !memcmp(block, header, sizeof(header)));
}
