/* SPDX-License-Identifier: MIT */
/*
 * tests/user/drm_dpms.c - properties that can be set, and a screen that sleeps.
 */
#include "drm.h"

#define ON  0
#define OFF 3

#define STATE "/sys/class/drm/card0-Virtual-1/dpms"

static struct kms_mode *mode;
static struct kms_buffer a;
static uint32_t dpms;

/* The number and the value of an object's property; 0: it has none. */
static uint32_t find(uint32_t obj, const char *name, uint64_t *value)
{
	uint32_t ids[32];
	uint64_t values[32];
	struct kms_obj_properties r = { .props = (uintptr_t)ids,
					.values = (uintptr_t)values,
					.count = 32,
					.obj_id = obj };

	need(!ioctl(card, KMS_OBJ_PROPERTIES, &r));
	for (uint32_t i = 0; i < r.count; i++) {
		struct kms_property p = { .prop_id = ids[i] };

		need(!ioctl(card, KMS_GETPROPERTY, &p));
		if (strcmp(p.name, name))
			continue;
		*value = values[i];
		return ids[i];
	}
	return 0;
}

static uint64_t value_of(uint32_t obj, const char *name)
{
	uint64_t value;

	need(find(obj, name, &value));
	return value;
}

static int set(uint32_t id, uint64_t value)
{
	struct kms_set_property r = { .value = value,
				      .prop_id = id,
				      .connector_id = kms.connector };

	return ioctl(card, KMS_SETPROPERTY, &r);
}

static int set_obj(uint32_t obj, uint32_t id, uint64_t value)
{
	struct kms_obj_set_property r = { .value = value,
					  .prop_id = id,
					  .obj_id = obj };

	return ioctl(card, KMS_OBJ_SETPROP, &r);
}

static int sysfs_says(const char *want)
{
	char buf[16] = "";
	int fd = open(STATE, O_RDONLY);

	need(fd >= 0);
	need(read(fd, buf, sizeof(buf) - 1) > 0);
	close(fd);
	return !strncmp(buf, want, strlen(want));
}

static void test_sleep(void)
{
	struct kms_flip flip = { .crtc_id = kms.crtc, .fb_id = a.fb };
	struct kms_crtc crtc = { .crtc_id = kms.crtc };

	need(!kms_show(&kms, &a, mode));
	is_num(value_of(kms.connector, "DPMS"), ON, "a mode set is On", "");
	ok(sysfs_says("On"), "and sysfs says so", "");
	is_num(set(dpms, OFF), 0, "DPMS: off", "");
	is_num(value_of(kms.connector, "DPMS"), OFF, "then it is Off", "");
	ok(sysfs_says("Off"), "in sysfs too", "");
	need(!ioctl(card, KMS_GETCRTC, &crtc));
	ok(crtc.mode_valid && crtc.fb_id == a.fb, "what is shown stays", "");
	is_errno(ioctl(card, KMS_PAGE_FLIP, &flip), EINVAL,
		 "PAGE_FLIP: the screen sleeps");
	is_num(set(dpms, ON), 0, "DPMS: on", "");
	is_num(ioctl(card, KMS_PAGE_FLIP, &flip), 0, "PAGE_FLIP: it is awake",
	       "");
	is_num(set(dpms, 1), 0, "DPMS: standby", "");
	is_num(value_of(kms.connector, "DPMS"), OFF, "is Off as well", "");
	is_num(set(dpms, 77), 0, "DPMS: what is not in the list", "");
	need(!kms_show(&kms, &a, mode));
	is_num(value_of(kms.connector, "DPMS"), ON,
	       "a mode set wakes the screen", "");
	need(!kms_off(&kms));
	is_num(value_of(kms.connector, "DPMS"), OFF, "no mode is Off", "");
	is_num(set(dpms, ON), 0, "DPMS: on, without a mode", "");
	is_num(value_of(kms.connector, "DPMS"), ON, "is remembered", "");
	need(!kms_off(&kms));
	is_num(value_of(kms.connector, "DPMS"), ON,
	       "and no mode once more changes nothing", "");
	need(!kms_show(&kms, &a, mode));
	is_num(set_obj(kms.connector, dpms, OFF), 0, "as of any object", "");
	is_num(value_of(kms.connector, "DPMS"), OFF, "it is Off", "");
}

static void test_others(void)
{
	uint64_t value;
	uint32_t link = find(kms.connector, "link-status", &value);
	uint32_t vrr = find(kms.crtc, "VRR_ENABLED", &value);

	need(link && vrr);
	is_num(set(link, 1), 0, "a link may be called bad", "");
	is_num(value_of(kms.connector, "link-status"), 0, "it is not for that",
	       "");
	is_errno(set(link, 2), EINVAL, "a value that is not in the list");
	is_num(set_obj(kms.crtc, vrr, 1), 0, "VRR_ENABLED: 1", "");
	is_num(value_of(kms.crtc, "VRR_ENABLED"), 1, "is remembered", "");
	is_errno(set_obj(kms.crtc, vrr, 2), EINVAL, "VRR_ENABLED: 2");
	is_errno(set(find(kms.connector, "non-desktop", &value), 0), EINVAL,
		 "one that cannot be set");
	is_errno(set(vrr, 0), EINVAL, "one of another object");
	is_errno(set(999999, 0), EINVAL, "one that is not there");
	is_errno(set_obj(999999, dpms, 0), ENOENT, "of no object");
	is_errno(set_obj(kms.encoder, dpms, 0), EINVAL,
		 "of an object without any");
	is_errno((ioctl(card, KMS_DROP_MASTER, 0), set(dpms, ON)), EACCES,
		 "of a client that is not master");
}

int main(void)
{
	uint64_t value;

	drm_open();
	mode = drm_mode();
	drm_make(&a);
	dpms = find(kms.connector, "DPMS", &value);
	need(dpms);
	plan(31);
	test_sleep();
	test_others();
	return done();
}
