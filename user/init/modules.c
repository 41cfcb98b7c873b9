/* SPDX-License-Identifier: MIT */
/*
 * user/init/modules.c - load the kernel modules of a run.
 *
 * Only where tools/kb added some, which is for Linux (`kb exec --linux --drm`);
 * their names are in the order in which each finds what it depends on.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init.h"

#define MODULES "/kb/modules"

static int is_module(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_module(const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), MODULES "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
		report("cannot load %s: %m", path);
	if (fd >= 0)
		close(fd);
}

void load_modules(void)
{
	struct dirent **entries;
	int nr = scandir(MODULES, &entries, is_module, alphasort);

	for (int i = 0; i < nr; i++) {
		load_module(entries[i]->d_name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}
