/* SPDX-License-Identifier: MIT */
/* user/init/mounts.c - the file systems that every program expects. */

#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "init.h"

struct mount_point {
	const char *type, *path, *options;
};

static const struct mount_point mount_points[] = {
	{ "proc", "/proc", NULL },        { "sysfs", "/sys", NULL },
	{ "devtmpfs", "/dev", NULL },     { "tmpfs", "/dev/shm", "mode=1777" },
	{ "tmpfs", "/tmp", "mode=1777" },
};

void mount_all(void)
{
	size_t nr = sizeof(mount_points) / sizeof(mount_points[0]);

	for (const struct mount_point *m = mount_points; m < mount_points + nr;
	     m++) {
		if (mkdir(m->path, 0755) < 0 && errno != EEXIST)
			report("cannot make %s: %m", m->path);
		if (mount(m->type, m->path, m->type, 0, m->options) < 0)
			report("cannot mount %s on %s: %m", m->type, m->path);
	}
}
